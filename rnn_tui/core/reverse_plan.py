"""The way back through a cell over many timesteps, read once off its plan: what needs no order of time, and what does.

The adjoint of a value is the gradient of a loss by it. Adjoints of what only shows the states, and of what needs no
state, are computed for all timesteps at once; only what lies on the way from a state to the state before it is walked
timestep by timestep (Werbos 1990, Backpropagation through time). There, too, most values are passed over: the way
through what works number by number is a factor, a product of slopes that is computed for all timesteps beforehand. What
stays are the states, the products of matrices with vectors, those vectors, and where ways meet and part again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rnn_tui.core.calls import AFTER, BEFORE, DURING, STATIC, Block, Call, Value
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Name, Number
from rnn_tui.core.operations import Operation
from rnn_tui.core.plan import Plan


@dataclass(frozen=True, eq=False)
class Slope:
    """The derivative of a value by one of its operands, number by number."""

    value: Value
    operand: int


@dataclass(frozen=True, eq=False)
class Combined:
    """Two factors of one way multiplied (``*``), or those of two ways added (``+``)."""

    how: str
    left: Factor
    right: Factor


Factor = int | Slope | Combined
"""What an adjoint is multiplied by on its way to another. Equal ones are one."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A value whose adjoint is computed timestep by timestep, as a sum.

    Attributes:
        value: what it is.
        given: whether something comes from outside the loop: from the loss, or from what shows the states.
        later: the states that this is the value of, whose adjoint comes from the timestep that reads them.
        sources: the adjoints that it is made of, and the factor of each.
        products: the products with this vector.
        others: what else is computed from it at the same t, not number by number, and which operand it is there.
    """

    value: Value
    given: bool
    later: tuple[str, ...]
    sources: tuple[tuple[Value, Factor], ...]
    products: tuple[Block, ...]
    others: tuple[tuple[Value, int], ...]

    @property
    def source(self) -> tuple[Value, Factor] | None:
        """The one adjoint that this is a multiple of; None where it is anything else."""
        alone = len(self.sources) == 1 and not (self.given or self.later or self.products or self.others)
        return self.sources[0] if alone and self.sources[0][1] != 1 else None


@dataclass(frozen=True, eq=False)
class ReversePlan:
    """The way back through a cell.

    Attributes:
        plan: the way forwards.
        after: values, and products of one vector, that come after the states, the last first.
        kept: what is walked timestep by timestep, the last first.
        passed: the values of the loop that are passed over, the last first.
        outward: what in the loop is computed from something outside it, the last first.
        before: values, and products of one vector, that need no state, the last first.
        static: what is the same at every t, the last first.
        edges: for every value of the loop the kept adjoints that its own is made of, and the factors.
        alike: values of the loop that are passed over, and a kept one that has the same adjoint.
        needed: kept values, by their id, whose adjoint at every timestep is of use after the loop.
        brief: states whose adjoint is of use, in the loop, to the timestep before only, once.
        y: the output.
        alone: parameters that are read in one place, by the id of their value.
    """

    plan: Plan
    after: tuple[Call, ...]
    kept: tuple[Kept, ...]
    passed: tuple[Value, ...]
    outward: tuple[Call, ...]
    before: tuple[Call, ...]
    static: tuple[Value, ...]
    edges: dict[Value, dict[Value, Factor]]
    alike: dict[Value, Value]
    needed: frozenset[int]
    brief: frozenset[str]
    y: Value
    alone: frozenset[int]

    def leaf(self, name: str, offset: int | None) -> Value | None:
        """The value of a name that is given; None where nothing reads it."""
        return self.plan.leaves.get(Name(name, offset))

    def used_once(self, value: Value) -> bool:
        """Whether a value is a parameter that is read in one place."""
        return id(value) in self.alone


@lru_cache(maxsize=256)
def reverse_plan_of(plan: Plan) -> ReversePlan:
    """The way back of a plan; the same one for the same plan, whose values it speaks of."""
    return _Planner(plan).plan()


def operation(value: Value) -> Operation:
    """What makes a value that is computed."""
    assert isinstance(value.expression, Apply)
    return value.expression.operation


def changing(value: Value) -> bool:
    """Whether a value is more than a number written in the equations, so that there is a gradient by it."""
    return not isinstance(value.expression, Number)


class _Planner:
    def __init__(self, plan: Plan) -> None:
        self.forwards = plan
        self.targets = [value for _, value in plan.states]
        read = {id(operand) for value in plan.order if value.phase == DURING for operand in value.operands}
        before = [
            value
            for name, value in plan.leaves.items()
            if name.offset == -1 and (id(value) in read or any(value is target for target in self.targets))
        ]
        self.loop = [*before, *(value for value in plan.order if value.phase == DURING)]
        self.edges: dict[Value, dict[Value, Factor]] = {value: {} for value in self.loop}
        self.others: dict[Value, list[tuple[Value, int]]] = {value: [] for value in self.loop}
        self.products: dict[Value, list[Block]] = {value: [] for value in self.loop}
        self.factors: dict[tuple[object, ...], Factor] = {}

    def plan(self) -> ReversePlan:
        plan = self.forwards
        reads = Counter(id(operand) for value in plan.order for operand in value.operands)
        y = dict(plan.named)["y"]
        given = {id(operand) for value in plan.order if value.phase == AFTER for operand in value.operands} | {id(y)}
        given |= {id(target) for name, target in plan.states if not self.has_reader(name)}
        for block in self.blocks(DURING):
            self.products[block.parts[0].operands[1]].append(block)
        kept: list[Kept] = []
        passed: list[Value] = []
        for value in reversed(self.loop):
            ways = [(k, o) for k, o in enumerate(value.operands) if o in self.edges]
            if self.can_be_passed(value, ways):
                passed.append(value)
                given |= {id(o) for _, o in ways} if id(value) in given else set()
                self.pass_over(value, ways)
            else:
                kept.append(self.keep(value, ways, id(value) in given))
        outward = tuple(unit for unit in self.units(DURING) if isinstance(unit, Block) or self.reads_outside(unit))
        alike = self.alike(kept, [value for value in passed if id(value) not in given])
        return ReversePlan(
            plan=plan,
            after=self.units(AFTER),
            kept=tuple(kept),
            passed=tuple(passed),
            outward=outward,
            before=self.units(BEFORE),
            static=tuple(value for value in reversed(plan.order) if value.phase == STATIC),
            edges=self.edges,
            alike=alike,
            needed=frozenset(self.needed(outward, {id(each.value) for each in kept}, alike)),
            brief=frozenset(self.brief([each.value for each in kept])),
            y=y,
            alone=frozenset(id(v) for name, v in plan.leaves.items() if name.offset is None and reads[id(v)] == 1),
        )

    def alike(self, kept: list[Kept], passed: list[Value]) -> dict[Value, Value]:
        """For values that are passed over a kept one with the same adjoint, where there is one."""
        computed = [each for each in kept if each.value.operands]
        multiples = {each.source: each.value for each in computed if each.source is not None}
        found = {}
        for value in passed:
            ways = list(self.edges[value].items())
            same = None if len(ways) != 1 else ways[0][0] if ways[0][1] == 1 else multiples.get(ways[0])
            if same is not None:
                found[value] = same
        return found

    def needed(self, outward: Iterable[Call], kept: set[int], alike: dict[Value, Value]) -> Iterator[int]:
        """The kept values, by their id, that the adjoints of those that read something outside the loop are made of."""
        for unit in outward:
            if isinstance(unit, Block):
                yield from (id(part) for part in unit.parts)
            elif id(unit) in kept:
                yield id(unit)
            else:
                yield from (id(source) for source in ([alike[unit]] if unit in alike else self.edges[unit]))

    def brief(self, kept: list[Value]) -> Iterator[str]:
        """The states whose value comes, on the way back, before what is read of them at the same timestep."""
        places = {id(value): place for place, value in enumerate(kept)}
        for name, target in self.forwards.states:
            leaf = self.forwards.leaves.get(Name(name, -1))
            if id(leaf) in places and id(target) in places and places[id(target)] < places[id(leaf)]:
                yield name

    def can_be_passed(self, value: Value, ways: list[tuple[int, Value]]) -> bool:
        """Whether a factor can stand for a value: no more factors than there were values."""
        if any(value is target for target in self.targets) or self.others[value] or self.products[value]:
            return False
        return self.plain(value, ways) and min(len(self.edges[value]), len(ways)) <= 1

    def plain(self, value: Value, ways: list[tuple[int, Value]]) -> bool:
        """Whether a value is made number by number of what is in the loop."""
        slopes = isinstance(value.expression, Apply) and bool(value.expression.operation.slopes)
        return slopes and all(o.shape == value.shape for _, o in ways)

    def pass_over(self, value: Value, ways: list[tuple[int, Value]]) -> None:
        """Hands the ways that lead to a value on to its operands."""
        for k, operand in ways:
            for source, factor in self.edges[value].items():
                self.lead(source, operand, self.times(factor, self.slope(value, k)))

    def keep(self, value: Value, ways: list[tuple[int, Value]], given: bool) -> Kept:
        """Begins new ways at a value."""
        later = tuple(name for name, target in self.forwards.states if target is value and self.has_reader(name))
        for k, operand in ways:
            if self.plain(value, ways):
                self.lead(value, operand, self.slope(value, k))
            elif value.block is None or value.block.kind != "product":
                self.others[operand].append((value, k))
        sources = tuple(self.edges[value].items())
        return Kept(value, given, later, sources, tuple(self.products[value]), tuple(self.others[value]))

    def lead(self, source: Value, operand: Value, factor: Factor) -> None:
        """Adds a way from one adjoint to another."""
        if factor != 0:
            edges = self.edges[operand]
            edges[source] = self.combined("+", edges[source], factor) if source in edges else factor

    def slope(self, value: Value, k: int) -> Factor:
        constant = operation(value).slopes[k]
        return constant if isinstance(constant, int) else self.factors.setdefault((value, k), Slope(value, k))

    def times(self, first: Factor, second: Factor) -> Factor:
        """Two factors one after the other."""
        if first == 0 or second == 0:
            return 0
        if first == 1 or second == 1:
            return second if first == 1 else first
        return self.combined("*", first, second)

    def combined(self, how: str, first: Factor, second: Factor) -> Factor:
        return self.factors.setdefault((how, first, second), Combined(how, first, second))

    def has_reader(self, state: str) -> bool:
        """Whether any timestep reads what a state was before."""
        return Name(state, -1) in self.forwards.leaves

    def reads_outside(self, value: Value) -> bool:
        return any(operand not in self.edges and changing(operand) for operand in value.operands)

    def blocks(self, phase: str) -> Iterator[Block]:
        """The products of a phase that are computed together."""
        found = {id(v.block): v.block for v in self.forwards.order if v.phase == phase and v.block is not None}
        yield from (block for block in found.values() if block.kind == "product")

    def units(self, phase: str) -> tuple[Call, ...]:
        """What is gone through for all timesteps at once, the last first: values, and products of one vector together
        where the first of them was computed."""
        return tuple(reversed(list(self.forward_units(v for v in self.forwards.order if v.phase == phase))))

    def forward_units(self, values: Iterable[Value]) -> Iterator[Call]:
        seen: set[int] = set()
        for value in values:
            block = value.block if value.block is not None and value.block.kind == "product" else None
            if block is None:
                yield value
            elif id(block) not in seen:
                seen.add(id(block))
                yield block
