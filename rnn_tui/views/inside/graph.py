"""What R computes, operation by operation, and on which track each stands: read off the equations of any cell.

An operation is a box on the track of its first operand; the other operands come up to it from tracks below. A quantity
that is read more than once has one track of its own wherever it is read, and a trunk joins them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Equation, Expression, Name, names
from rnn_tui.core.plan import terms, total

EACH, JOINED, GATED = range(3)
"""How finely it is drawn: every operation; biases added where the sum is; weighted sums in the box behind them."""
GATE = "gate"
"""The sign of a weighted sum in one box, where no activation gives it one."""
COPY = "="
"""The sign of a quantity that is another one."""
ELEMENTWISE = ("+", "-", "*", "/", "negative")


@dataclass(frozen=True, eq=False)
class Part:
    """An operation in the tree of an equation.

    Attributes:
        operation: the index of its equation.
        sign: the operation, by its name in the equations.
        constants: operands that are the same at every t: ``W`` of ``W @ x[t]``.
        flipped: whether the constant stands before the wire, where that matters: ``1 - z``.
        value: what it computes.
        operands: what comes in on wires, the first from the left.
    """

    operation: int
    sign: str
    constants: tuple[Expression, ...]
    value: Expression
    operands: tuple[Part | Name, ...]
    flipped: bool = False


@dataclass(frozen=True)
class Input:
    """What comes into a box: from which box, or from outside, and on which track."""

    source: int | Name
    track: int


@dataclass(frozen=True)
class Box:
    """An operation with its place among the tracks.

    Attributes:
        part: what it is.
        target: the quantity it makes, of the last box of an equation; else None.
        track: where it stands.
        inputs: what comes in, the first on its own track.
    """

    part: Part
    target: Name | None
    track: int
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Graph:
    """All of R.

    Attributes:
        boxes: every one after those it reads.
        outside: what comes from outside, and the track its name stands on.
        leaves: the states that leave on the right, by box.
        exit: the box whose value is y.
        output: the index of the equation of y.
        tracks: how many there are.
        apart: the tracks that another equation begins on.
    """

    boxes: tuple[Box, ...]
    outside: tuple[tuple[Name, int], ...]
    leaves: tuple[tuple[Name, int], ...]
    exit: int
    output: int
    tracks: int
    apart: frozenset[int]


def fixed(expression: Expression) -> bool:
    """Whether it is the same at every t."""
    return all(name.offset is None for name in names(expression))


class _Reader:
    """Reads the trees of a cell."""

    def __init__(self, cell: Cell, detail: int) -> None:
        self.cell, self.detail = cell, detail

    def equation(self, operation: int, equation: Equation) -> Part:
        """The tree of an equation; its last operation computes the equation's target."""
        body = equation.expression
        if fixed(body):
            return Part(operation, "", (body,), body, ())
        part = self.part(operation, body)
        return part if isinstance(part, Part) else Part(operation, COPY, (), part, (part,))

    def part(self, operation: int, body: Expression) -> Part | Name:
        """The tree of an expression that something comes into."""
        if isinstance(body, Name):
            return Name(body.name, body.offset)
        assert isinstance(body, Apply)
        if self.detail == GATED and (gate := self._gate(operation, body)):
            return gate
        sign = body.operation.name
        if sign == "+":
            return self._sum(operation, body)
        moving = [operand for operand in body.operands if not fixed(operand)]
        constants = tuple(operand for operand in body.operands if fixed(operand))
        operands = tuple(self.part(operation, operand) for operand in moving)
        if sign == "*":
            operands = tuple(sorted(operands, key=self.rank))
        return Part(operation, sign, constants, body, operands, fixed(body.operands[0]))

    def _sum(self, operation: int, body: Expression) -> Part:
        """A sum: operands that come on wires, two and two, and then what is the same at every t."""
        every = list(terms(body))
        constants = tuple(term for term in every if fixed(term))
        moving = [(self.part(operation, term), term) for term in every if not fixed(term)]
        moving.sort(key=lambda pair: self.rank(pair[0]))
        whole, summed = moving[0][0], [moving[0][1]]
        joined = bool(constants) and self.detail >= JOINED and len(moving) > 1
        for number, (part, term) in enumerate(moving[1:], 2):
            summed.append(term)
            last = number == len(moving)
            value = body if last and (joined or not constants) else total(summed)
            whole = Part(operation, "+", constants if joined and last else (), value, (whole, part))
        if constants and not joined:
            whole = Part(operation, "+", constants, body, (whole,))
        assert isinstance(whole, Part)
        return whole

    def _gate(self, operation: int, body: Apply) -> Part | None:
        """A weighted sum, with its activation, as one box; None for anything else."""
        active = body.operation.kind == "activation"
        inner = body.operands[0] if active else body
        weighted = [t for t in terms(inner) if isinstance(t, Apply) and t.operation.kind == "matrix" and not fixed(t)]
        if not weighted or not (active or len(list(terms(inner))) > 1):
            return None
        read = [t.operands[1] if t in weighted and isinstance(t, Apply) else t for t in terms(inner) if not fixed(t)]
        parts = {str(each): self.part(operation, each) for each in read}
        operands = tuple(sorted(parts.values(), key=self.rank))
        return Part(operation, body.operation.name if active else GATE, (), body, operands)

    def rank(self, part: Part | Name) -> int:
        """What stands higher, the lower it is: an old state that goes straight on, states, what is computed, inputs."""
        if isinstance(part, Name):
            if part.offset == -1:
                return 0
            return 1 if part.name in self.cell.states else 3 if part.name in self.cell.inputs else 2
        least = min(map(self.rank, part.operands), default=2)
        return least if part.sign in ELEMENTWISE else max(least, 1)


class _Placer:
    """Gives tracks to trees, from top to bottom, and numbers their boxes."""

    def __init__(self, cell: Cell, trees: dict[str, Part], roots: list[str]) -> None:
        self.cell, self.trees, self.roots = cell, trees, roots
        self.count = 0
        self.apart: set[int] = set()
        self.hosted: set[str] = set()
        self.tracks: dict[Part, int] = {}
        self.uses: dict[tuple[Part, int], int] = {}
        self.outside: dict[Name, list[int]] = {}
        for root in roots:
            self.tree(trees[root])

    def tree(self, part: Part) -> int:
        """The track of a whole equation."""
        self.apart.add(self.count)
        return self.box(part)

    def box(self, part: Part) -> int:
        """The track of a box, which is that of its first operand."""
        for number, operand in enumerate(part.operands):
            self.uses[part, number] = self.box(operand) if isinstance(operand, Part) else self.use(operand)
        self.tracks[part] = self.uses[part, 0] if part.operands else self.take()
        return self.tracks[part]

    def take(self) -> int:
        """The next track."""
        self.count += 1
        return self.count - 1

    def use(self, name: Name) -> int:
        """The track on which a quantity is read; where it is first read, what computes it may stand there."""
        computed = name.offset == 0 and name.name in self.trees
        if computed and name.name not in self.roots and name.name not in self.hosted:
            self.hosted.add(name.name)
            return self.tree(self.trees[name.name])
        track = self.take()
        if not computed:
            self.outside.setdefault(name, []).append(track)
        return track

    def boxes(self) -> list[Box]:
        """Every box after those it reads."""
        numbers: dict[Part, int] = {}
        made: list[Box] = []
        for target, tree in self.trees.items():
            for part in _inner(tree):
                inputs = []
                for number, operand in enumerate(part.operands):
                    source: int | Name
                    if isinstance(operand, Part):
                        source = numbers[operand]
                    elif operand.offset == 0 and operand.name in self.trees:
                        source = numbers[self.trees[operand.name]]
                    else:
                        source = operand
                    inputs.append(Input(source, self.uses[part, number]))
                numbers[part] = len(made)
                own = Name(target, 0) if part is tree else None
                made.append(Box(part, own, self.tracks[part], tuple(inputs)))
        return made


def _inner(part: Part) -> Iterator[Part]:
    for operand in part.operands:
        if isinstance(operand, Part):
            yield from _inner(operand)
    yield part


@lru_cache(maxsize=64)
def graph(cell: Cell, detail: int = EACH) -> Graph:
    """The graph of a cell."""
    reader = _Reader(cell, detail)
    trees = {e.target: reader.equation(n, e) for n, e in enumerate(cell.equations)}
    output = next(n for n, equation in enumerate(cell.equations) if equation.target == "y")
    read = {name.name for e in cell.equations for name in names(e.expression) if name.offset == 0}
    body, leaving = cell.equations[output].expression, "y"
    if "y" not in read and isinstance(body, Name) and body.offset == 0 and body.name in trees:
        leaving = body.name
        del trees["y"]
    free = [target for target in trees if target in cell.states or target == leaving or target not in read]
    free.sort(key=lambda target: min(reader.rank(trees[target]), 1))
    placer = _Placer(cell, trees, free)
    given = [Name(state, -1) for state in cell.states] + [Name(name, 0) for name in cell.inputs]
    unread = [name for name in given if name not in placer.outside]
    places = [(name, tracks[0] if not tracks[0] else tracks[-1]) for name, tracks in placer.outside.items()]
    places += [(name, placer.take()) for name in unread]
    boxes = placer.boxes()
    at = {box.target.name: number for number, box in enumerate(boxes) if box.target}
    leaves = tuple((Name(state, 0), at[state]) for state in cell.states)
    outside = tuple(sorted(places, key=lambda place: place[1]))
    return Graph(tuple(boxes), outside, leaves, at[leaving], output, placer.count, frozenset(placer.apart))
