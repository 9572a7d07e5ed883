"""Graphs over whole sequences with RNN, LSTM and GRU nodes: which node reads which, and what stands between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.foreign.onnx_elements import HIDDEN, LAYER, Elements
from rnn_tui.files.foreign.onnx_equations import chain
from rnn_tui.files.foreign.onnx_recurrent import Recurrent
from rnn_tui.files.foreign.onnx_stack import Stack
from rnn_tui.files.foreign.onnx_terms import APPLY, LEAF, NotJoined, Pool, Reading, Term
from rnn_tui.files.foreign.onnx_trace import Trace


@dataclass(eq=False)
class Ladder:
    """Recurrent nodes, each reading the one before it.

    Attributes:
        nodes: from below, with the expression of what each reads, in terms of the leaf below it.
        whole: whether the lowest reads x itself, through what could be read.
        entering: what x is where it is not: said to whoever asked.
    """

    nodes: list[tuple[Recurrent, Term, Term]] = field(default_factory=list)
    whole: bool = False
    entering: str = ""


class Nodes:
    """The recurrent nodes of a trace, and the ladders they stand in."""

    def __init__(self, trace: Trace, main: Elements | None) -> None:
        """Takes the input of the graph that is x, time being one of its axes; None where that is not known."""
        self.trace, self.pool = trace, Pool()
        self._outputs: dict[int, dict[Recurrent, Term]] = {}
        self._readings: dict[int, Reading] = {}
        self.sources = [*trace.seeds.values(), *([] if main is None else [main])]

    def at(self, t: int) -> Reading:
        """Reads vectors of one timestep: x and what the nodes give then are its leaves."""
        if t not in self._readings:
            reading = Reading(self.trace.weave, self.pool)
            if len(self.sources) == 1:
                ids = now(self.trace, self.sources[0], t)
                reading.give(ids, self.pool.leaf("x", len(ids)))
            self._outputs[t] = {}
            for made in self.trace.weave.made:
                if made.kind == LAYER and made.shape[0] > t:
                    ids = np.arange(made.first, made.first + made.size).reshape(made.shape)[t, :, 0].reshape(-1)
                    leaf = self.pool.leaf(f"node {self.trace.layers.index(made.about)}", len(ids))
                    reading.give(ids, leaf)
                    self._outputs[t][made.about] = leaf
            self._readings[t] = reading
        return self._readings[t]

    def leaf(self, node: Recurrent, t: int) -> Term:
        """What a node gives at a timestep."""
        self.at(t)
        return self._outputs[t][node]

    def states(self, outputs: Sequence[tuple[str, Elements | None]]) -> set[str]:
        """The outputs that are states of nodes and nothing else."""
        weave = self.trace.weave
        kept = [(made.first, made.first + made.size) for made in weave.made if made.kind in (LAYER, HIDDEN)]
        return {
            name
            for name, tensor in outputs
            if tensor is not None and all(any(low <= each < high for low, high in kept) for each in tensor.array.flat)
        }

    def ladders(self) -> list[Ladder]:
        """One for every node that no other reads."""
        below: dict[Recurrent, tuple[Term, Term] | None] = {}
        read: set[Recurrent] = set()
        for node in self.trace.layers:
            below[node] = None
            t = len(node.rows) - 1
            try:
                term = self.at(t).term(node.rows[t, 0])
            except NotJoined:
                continue
            leaves = term.leaves()
            if len(leaves) == 1:
                (leaf,) = leaves
                below[node] = (term, leaf)
                read |= {other for other in self.trace.layers if self._given(other, t) is leaf}
        return [self._ladder(node, below) for node in self.trace.layers if node not in read]

    def _given(self, node: Recurrent, t: int) -> Term | None:
        return self.leaf(node, t) if t < len(node.rows) else None

    def _ladder(self, node: Recurrent, below: dict[Recurrent, tuple[Term, Term] | None]) -> Ladder:
        ladder = Ladder()
        while True:
            found, t = below[node], len(node.rows) - 1
            if found is None:
                x = self.pool.leaf("x", node.directions[0].sizes["I"])
                ladder.nodes.insert(0, (node, x, x))
                ladder.entering = f"x is what {node.place} reads: what stands before it is not read."
                return ladder
            ladder.nodes.insert(0, (node, *found))
            other = next((each for each in self.trace.layers if self._given(each, t) is found[1]), None)
            if other is None:
                seeded = bool(self.trace.seeds)
                ladder.whole = not seeded
                if seeded:
                    name = next(iter(self.trace.seeds))
                    ladder.entering = f"x is {name}: what stands before it is not read."
                return ladder
            node = other


def now(trace: Trace, tensor: Elements, t: int) -> Any:
    """The elements of an input at one timestep, of its first row where there are several."""
    times = trace.weave.times[tensor.array]
    axis = next((at for at in range(times.ndim) if (np.diff(times, axis=at) != 0).any()), None)
    if axis is None:  # one timestep
        return tensor.array.reshape(-1) if t == 0 else np.zeros(0, np.int64)
    here = np.take(tensor.array, min(t, tensor.array.shape[axis] - 1), axis)
    return here[0].reshape(-1) if here.ndim > 1 else here.reshape(-1)


def stacked(
    nodes: Nodes, ladder: Ladder, outputs: Sequence[tuple[str, Elements | None]]
) -> tuple[Stack, str, list[str]]:
    """A ladder as a stack, with what stands upon it; which output of the graph that is, and sentences to be said.

    Raises:
        NotJoined: a layer that no cell can be.
    """
    stack, notes = Stack(), [ladder.entering] if ladder.entering else []
    for node, term, leaf in ladder.nodes:
        stack.plain(chain(nodes.pool, term, leaf), f"before {node.place}")
        stack.node(node)
    top = ladder.nodes[-1][0]
    found = _best(nodes, top, outputs)
    if found is None:
        found = _best(nodes, top, list(nodes.trace.edge.items()))
        if found is None or found[1].kind == LEAF:
            return stack, "", [*notes, f"y is what {top.place} gives: what stands after it is not read."]
        notes.append(f"y is {found[0]}: what stands after it is not read.")
    elif len(found[3]) == 1 and len(top.rows) > 1:
        notes.append(f"The file gives {found[0]} of the last timestep alone; here it is shown at every one.")
    stack.plain(chain(nodes.pool, found[1], found[2]), found[0])
    return stack, found[0], notes


def _best(
    nodes: Nodes, top: Recurrent, outputs: Sequence[tuple[str, Elements | None]]
) -> tuple[str, Term, Term, set[int]] | None:
    """The first output that is computed from what the uppermost node gives, else one that is just that."""
    found: tuple[str, Term, Term, set[int]] | None = None
    for name, tensor in outputs:
        read = _output(nodes, top, tensor)
        if read is not None and (found is None or (found[1].kind == LEAF and read[0].kind == APPLY)):
            found = (name, *read, tensor_times(nodes.trace, tensor))
    return found


def tensor_times(trace: Trace, tensor: Elements | None) -> set[int]:
    """The timesteps that elements belong to."""
    return set() if tensor is None else set(np.unique(trace.weave.times[tensor.array]).tolist())


def _output(nodes: Nodes, top: Recurrent, tensor: Elements | None) -> tuple[Term, Term] | None:
    """An output of the graph in terms of what the uppermost node gives."""
    if tensor is None:
        return None
    weave = nodes.trace.weave
    first_row = tensor.array[weave.rows[tensor.array] <= 0]
    times, counts = np.unique(weave.times[first_row], return_counts=True)
    if len(times) not in (1, len(top.rows)) or len(set(counts.tolist())) != 1:
        return None  # such as the last states of two directions, which belong to two timesteps
    for t in (len(top.rows) - 1, 0):
        ids = first_row[weave.times[first_row] == t]
        if not ids.size:
            continue
        try:
            term = nodes.at(t).term(ids)
        except NotJoined:
            continue
        leaf = nodes.leaf(top, t)
        if term.leaves() == {leaf}:
            return term, leaf
    return None
