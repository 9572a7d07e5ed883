"""Step graphs: one timestep, states in and states out. Their operations become layers, or the equations of one cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.foreign.onnx_elements import Elements, Weave
from rnn_tui.files.foreign.onnx_equations import cell_layer, chain
from rnn_tui.files.foreign.onnx_recognised import Found, recognised
from rnn_tui.files.foreign.onnx_stack import Stack
from rnn_tui.files.foreign.onnx_terms import LEAF, SELECTION, TIMES, NotJoined, Pool, Reading, Term, together
from rnn_tui.files.foreign.onnx_trace import Trace

Array = NDArray[Any]
WORDS = re.compile(r"[a-z]+|[0-9]+")
DIRECTIONS = {"in", "out", "input", "output", "prev", "previous", "next", "new", "old", "n", "t", "x", "cur", "current"}
STATES = {"h", "c", "s", "state", "hidden", "cell", "hx", "cx", "hn", "cn", "hidden_state", "memory", "carry"}
MOST_PIECES = 32


@dataclass(frozen=True, eq=False)
class Pair:
    """A state: what goes in and what comes out, and what both are called."""

    name: str
    before: Elements
    output: str
    after: Elements


@dataclass(eq=False)
class Step:
    """What a step graph is in terms of leaves.

    Attributes:
        pool: its expressions.
        x: the leaf that is the input; None where there is none.
        following: each state's leaf to the expression of its value at t.
        y: the expression of the output; None where a state is all that comes out.
    """

    pool: Pool
    x: Term | None
    following: dict[Term, Term]
    y: Term | None = None
    notes: list[str] = field(default_factory=list)


def _stem(name: str) -> frozenset[str]:
    """The words of a name without those that say in or out: h of ``h_in``, ``h_out`` and ``hn``."""
    words = WORDS.findall(re.sub(r"([A-Z])", r" \1", name).lower())
    short = {"hn": "h", "cn": "c", "hx": "h", "cx": "c"}
    return (
        frozenset(short.get(word, word.removesuffix("n") if word in ("staten", "hiddenn") else word) for word in words)
        - DIRECTIONS
    )


def paired(
    inputs: Sequence[tuple[str, Elements]], outputs: Sequence[tuple[str, Elements | None]]
) -> tuple[list[Pair], list[tuple[str, Elements]], list[str]]:
    """The states of a step graph: inputs and outputs of one shape, by their names, then in their order.

    Returns:
        the states, the inputs that are none, and sentences about what was guessed.
    """
    free = [(name, tensor) for name, tensor in outputs if tensor is not None]
    pairs: dict[str, Pair] = {}
    guessed = False

    def take(name: str, before: Elements, at: int) -> None:
        pairs[name] = Pair(name, before, *free.pop(at))

    for exact in (True, False):
        for name, before in inputs:
            if name in pairs:
                continue
            fitting = [at for at, (_, after) in enumerate(free) if after.array.shape == before.array.shape]
            own = _stem(name)
            close = [at for at in fitting if (own == _stem(free[at][0]) if exact else own & _stem(free[at][0]))]
            if close and own:
                take(name, before, close[0])
    for name, before in inputs:
        fitting = [at for at, (_, after) in enumerate(free) if after.array.shape == before.array.shape]
        unnamed = not pairs or guessed or _stem(name) & STATES
        if name not in pairs and fitting and unnamed:
            take(name, before, fitting[0])
            guessed = True
    if len(inputs) > 1 and len(pairs) == len(inputs):
        x = next((name for name, _ in inputs if not _stem(name) & STATES), inputs[0][0])
        del pairs[x]
        guessed = True
    ordered = [pairs[name] for name, _ in inputs if name in pairs]
    rest = [(name, tensor) for name, tensor in inputs if name not in pairs]
    names = " and ".join(pair.name for pair in ordered)
    notes = [f"Taken as state, by its shape: {names}."] if guessed and ordered else []
    return ordered, rest, notes


def read_step(trace: Trace, pairs: Sequence[Pair], x: Elements | None, y: Elements | None) -> Step:
    """A step graph as expressions of x and of its states, a state that is never read whole being several.

    Raises:
        NotJoined: an operation that no equation can say, or no x.
    """
    step = _read(trace, pairs, x, y, frozenset())
    whole = {leaf for part in _everything(step) for leaf in _read_whole(part)}
    split = frozenset(at for at, leaf in enumerate(step.following) if leaf not in whole)
    return _read(trace, pairs, x, y, split) if split else step


def _everything(step: Step) -> list[Term]:
    """All expressions of a step."""
    shown = [] if step.y is None else [step.y]
    return [part for term in [*step.following.values(), *shown] for part in term.within()]


def _read_whole(term: Term) -> list[Term]:
    """The leaves that an operation is of, but for one that only takes some of their numbers."""
    chosen = term.template == TIMES and term.parts[0].name == SELECTION
    return [] if chosen else [part for part in term.parts if part.kind == LEAF]


def _read(trace: Trace, pairs: Sequence[Pair], x: Elements | None, y: Elements | None, split: frozenset[int]) -> Step:
    """The same, given which states may be cut into pieces."""
    pool = Pool()
    pieces: list[tuple[int, Array]] = [(at, np.arange(pair.before.array.size)) for at, pair in enumerate(pairs)]
    while len(pieces) <= MOST_PIECES:
        reading = _Cutting(trace.weave, pool)
        leaf = None
        if x is not None:
            leaf = pool.leaf("x", x.array.size)
            reading.give(x.array.reshape(-1), leaf)
        after: dict[Term, Array] = {}
        for number, (at, places) in enumerate(pieces):
            state = pool.leaf(f"state {number} of {len(pieces)}", len(places))
            reading.give(pairs[at].before.array.reshape(-1)[places], state)
            if at in split:
                reading.pieces[state] = number
            after[state] = pairs[at].after.array.reshape(-1)[places]
        try:
            following = {state: reading.term(ids) for state, ids in after.items()}
            shown = None if y is None else reading.term(y.array.reshape(-1))
        except _Cut as cut:
            at, places = pieces[cut.piece]
            rest = np.delete(places, cut.places)
            first, second = (places[cut.places], rest) if cut.places[0] == 0 else (rest, places[cut.places])
            pieces[cut.piece : cut.piece + 1] = [(at, first), (at, second)]
            continue
        used = {each for term in [*following.values(), *([shown] if shown else [])] for each in term.leaves()}
        return Step(pool, leaf if leaf in used else None, following, shown)
    raise NotJoined("cuts its state into too many pieces")


class _Cut(Exception):
    """A part of a piece of a state is read by itself."""

    def __init__(self, piece: int, places: Array) -> None:
        self.piece, self.places = piece, places


class _Cutting(Reading):
    """Reads states whole or in pieces, and asks for a cut where a part of a piece is read alone.

    Attributes:
        pieces: the leaf of every piece that may be cut to its number.
    """

    def __init__(self, weave: Weave, pool: Pool) -> None:
        super().__init__(weave, pool)
        self.pieces: dict[Term, int] = {}

    def _selected(self, whole: Term, places: Array) -> Term:
        if whole in self.pieces and len(places) < whole.size and (np.diff(places) > 0).all():
            raise _Cut(self.pieces[whole], places)
        return super()._selected(whole, places)


def layered(step: Step, name: str, begins: str = "zeros") -> tuple[Stack, list[str]]:
    """A step as recognised layers one upon another; where it is none of these, as one cell.

    Args:
        step: the step.
        name: what its layers are called.
        begins: what its states begin with, for the cards.

    Raises:
        NotJoined: equations that no cell can have.
    """
    stack = _recognised(step, name, begins)
    if stack is not None:
        return stack, []
    return _as_cell(step, name, begins), [
        "No known layer was recognised: the operations of the graph are the cell's equations."
    ]


def _recognised(step: Step, name: str, begins: str) -> Stack | None:
    """The layers, if all states are those of known ones and each reads the one before it alone."""
    if step.x is None:
        return None
    pool, following, y = step.pool, dict(step.following), step.y
    found: list[Found] = []
    while following:
        layer = recognised(following)
        if layer is None:
            return None
        own = {layer.shown: pool.leaf(f"layer {len(found)}", layer.shown.size)}
        found = [replace(other, x=together(pool, other.x, own)) for other in found] + [layer]
        left_over = {state: after for state, after in following.items() if state not in layer.states}
        following = {state: together(pool, after, own) for state, after in left_over.items()}
        y = None if y is None else together(pool, y, own)
    stack, below, left = Stack(), step.x, list(enumerate(found))
    while left:
        here = [(at, layer) for at, layer in left if layer.x.leaves() == {below}]
        if len(here) != 1:
            return None
        (at, layer) = here[0]
        left.remove((at, layer))
        place = f"{name}, layer {len(found) - len(left)}"
        stack.plain(chain(pool, layer.x, below), f"before {place}")
        stack.written_out(place, layer.gated, layer.turned, begins)
        below = pool.leaf(f"layer {at}", layer.shown.size)
    if y is not None:
        if y.leaves() != {below}:
            return None
        stack.plain(chain(pool, y, below), "the output")
    return stack


def _as_cell(step: Step, name: str, begins: str) -> Stack:
    """One cell with all states."""
    states = list(step.following)
    names = ["s", "c"] if len(states) <= 2 else [f"s{number}" for number in range(1, len(states) + 1)]
    named: Mapping[Term, str] = dict(zip(states, names, strict=False))
    x = step.x
    if x is None:
        raise NotJoined("reads no input")
    y = step.y if step.y is not None else step.following[states[0]]
    targets = [(named[state], after) for state, after in step.following.items()]
    layer = cell_layer("step", "Step graph of a model file", {x: "x"}, named, [*targets, ("y", y)])
    stack = Stack()
    stack.equations(name, layer, begins)
    return stack
