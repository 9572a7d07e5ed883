"""ONNX models: recurrent nodes and the layers around them, step graphs, and graphs that were written out in time.

A graph is never run. It is walked once with shapes (`onnx_trace`), what it does to shapes is followed element by element
(`onnx_elements`), and what is left are expressions (`onnx_terms`), which become layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.errors import CellError
from rnn_tui.core.network import Network
from rnn_tui.core.texts import one_line
from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.loaded import Card, Loaded
from rnn_tui.files.foreign.onnx_arranging import TooLarge
from rnn_tui.files.foreign.onnx_elements import ANY, Elements, Known
from rnn_tui.files.foreign.onnx_file import Tensors, open_model
from rnn_tui.files.foreign.onnx_graph import every_node, recurrent
from rnn_tui.files.foreign.onnx_sequences import Ladder, Nodes, stacked
from rnn_tui.files.foreign.onnx_stack import Stack
from rnn_tui.files.foreign.onnx_steps import layered, paired, read_step
from rnn_tui.files.foreign.onnx_terms import NotJoined
from rnn_tui.files.foreign.onnx_trace import Trace
from rnn_tui.files.foreign.onnx_unrolled import folded_back
from rnn_tui.files.source import Source

Array = NDArray[Any]
FORMAT = "ONNX"
STEPS = 3
"""Timesteps of a sequence whose length the file leaves open."""
MOST_CHOICES = 16
MOST_TRIES = 8
WHOLE = (2, 3, 4, 5, 6, 7, 9, 12, 13)
"""Types of tensors that hold whole numbers (onnx.proto)."""


@dataclass(frozen=True, eq=False)
class Input:
    """An input of the graph that is no weight: its name, its shape with None where the file leaves it open."""

    name: str
    shape: tuple[int | None, ...]
    whole: bool

    def sized(self, axis: int = -1) -> tuple[int, ...]:
        """Its shape with one row in a batch, and `STEPS` along an axis of time that is open."""
        return tuple(size or (STEPS if at == axis else 1) for at, size in enumerate(self.shape))


@dataclass(frozen=True, eq=False)
class Way:
    """One network that the file holds."""

    about: str
    trace: Trace
    stack: Stack
    notes: tuple[str, ...]
    output: str = ""


def read_onnx(source: Source, choice: int = 0, *, allow_nonfinite: bool = False) -> Loaded:
    """The network in an ONNX file.

    Args:
        source: the file.
        choice: which one where there are several, from 1; 0 takes the first.
        allow_nonfinite: let weights that are NaN or infinite pass.

    Raises:
        LoadError: the package onnx is missing, the file is no whole model, holds no recurrence that can be read, or
            weights that do not fit; told with the node or the tensor.
    """
    model = open_model(source)
    try:
        return _Reader(source, model, allow_nonfinite).loaded(choice)
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None
    except RecursionError:
        raise source.error("", "is nested too deep") from None


class _Reader:
    """Reads one model."""

    def __init__(self, source: Source, model: Any, allow_nonfinite: bool) -> None:
        self.source, self.graph, self.allow_nonfinite = source, model.graph, allow_nonfinite
        self.opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
        held = {tensor.name for tensor in self.graph.initializer}
        self.inputs = [_input(each) for each in self.graph.input if each.name not in held]
        self.outputs = [one_line(each.name) for each in self.graph.output]
        self.why = ""

    def loaded(self, choice: int) -> Loaded:
        """The network that was chosen."""
        ways = list(self._ways(choice))
        if not ways:
            raise self._nothing()
        if choice > len(ways):
            raise self.source.error(f"layer {choice}", f"it holds {len(ways)} networks", "; ".join(_listed(ways)))
        way = ways[max(choice - 1, 0)]
        try:
            network = Network(way.stack.entries)
        except CellError as error:
            raise self.source.error(error.where, error.why, error.hint) from None
        self._refuse_nonfinite(network, way.stack.cards)
        notes = list(dict.fromkeys([*way.trace.notes, *way.notes]))
        others = [f"output {name}" for name in self.outputs if name != way.output] if way.output else []
        return Loaded(
            network,
            FORMAT,
            way.stack.begins(network.dtype),
            tuple(way.stack.cards),
            tuple(way.stack.gated),
            tuple(notes),
            tuple(dict.fromkeys([*way.trace.not_read, *others])),
            tuple(_listed(ways)) if len(ways) > 1 else (),
            max(choice, 1) if len(ways) > 1 else 0,
        )

    def _ways(self, choice: int) -> Iterator[Way]:
        """All networks of the file."""
        make = self._sequences if recurrent(self.graph) else self._steps
        first = make({})
        names = list(first[0].trace.branches)[:3] if first else []
        for branches in product(range(2), repeat=len(names)):
            taken = dict(zip(names, branches, strict=True))
            chosen = ", ".join(f"{('then', 'else')[branch]} of {name}" for name, branch in taken.items())
            for way in make(taken) if any(branches) else first:
                yield replace(way, about=f"{way.about} ({chosen})") if chosen else way

    def _trace(self, taken: dict[str, int], main: tuple[int, int] | None, **more: Any) -> tuple[Trace, Any, list[Any]]:
        """A walk in which one input is a sequence along one axis; that input and the outputs."""
        trace = Trace(Tensors(self.source), self.opset, taken=taken, **more)
        scope: dict[str, Any] = {}
        x: Elements | None = None
        for index, each in enumerate(self.inputs):
            axis = main[1] if main and main[0] == index else -1
            shape = each.sized(axis)
            times: Any = ANY
            if axis >= 0:
                times = np.arange(shape[axis]).reshape([-1 if at == axis else 1 for at in range(len(shape))])
            try:
                scope[each.name] = trace.given(one_line(each.name), shape, times)
            except TooLarge:
                raise self.source.error(f"input {one_line(each.name)}", f"has shape {shape}", "that is too large") from None
            x = scope[each.name] if axis >= 0 else x
        return trace, x, trace.graph(self.graph, scope)

    def _axes(self) -> list[tuple[int, int]]:
        """Which input may be the sequence, and along which axis; the last axis of floats is what one timestep has."""
        found = [
            (index, axis)
            for index, each in enumerate(self.inputs)
            for axis in range(len(each.shape) - (0 if each.whole else 1))
        ]
        return found[:MOST_TRIES]

    def _sequences(self, taken: dict[str, int]) -> list[Way]:
        """Networks with recurrent nodes."""
        best: list[Way] = []
        most = (-1, -1)
        tries: list[tuple[Any, int]] = [(main, STEPS) for main in self._axes()]
        for main, steps in [*tries, (None, STEPS), (None, 1)]:
            trace, x, outputs = self._trace(taken, main, steps=steps)
            if not trace.layers:
                break
            nodes = Nodes(trace, x)
            ladders = nodes.ladders()
            ways = self._climbed(nodes, ladders, outputs)
            whole = sum(ladder.whole and self._in_time(nodes, ladder) for ladder in ladders)
            shown = sum(bool(way.output) for way in ways)
            if (whole, shown) > most:
                most, best = (whole, shown), ways
            if whole == shown == len(ladders):
                break
        return best

    def _in_time(self, nodes: Nodes, ladder: Ladder) -> bool:
        """Whether each timestep of the lowest node reads that timestep of x, and no other."""
        rows, times = ladder.nodes[0][0].rows, nodes.trace.weave.times
        return all((times[rows[t]] == t).all() for t in range(len(rows)))

    def _climbed(self, nodes: Nodes, ladders: Sequence[Ladder], outputs: list[Any]) -> list[Way]:
        made = []
        for ladder in ladders[:MOST_CHOICES]:
            try:
                stack, output, notes = stacked(nodes, ladder, list(zip(self.outputs, outputs, strict=True)))
            except NotJoined as problem:
                self.why = str(problem)
                continue
            about = " and ".join(f"{node.place}" for node, _, _ in ladder.nodes)
            made.append(Way(about, nodes.trace, stack, tuple(notes), output))
        return made

    def _steps(self, taken: dict[str, int]) -> list[Way]:
        """A step graph, or one that was written out in time."""
        trace, _, outputs = self._trace(taken, None, seeding=True)
        named = [(name, tensor if isinstance(tensor, Elements) else None) for name, tensor in zip(self.outputs, outputs, strict=True)]
        given = [(one_line(each.name), self._given(trace, each.name)) for each in self.inputs if not each.whole and each.shape]
        pairs, rest, notes = paired(given, named)
        if pairs:
            try:
                return [self._stepped(trace, pairs, rest, named, notes)]
            except NotJoined as problem:
                self.why = str(problem)
        for main in self._axes():
            try:
                return [self._unrolled(taken, main)]
            except NotJoined as problem:
                self.why = self.why or str(problem)
        return []

    def _given(self, trace: Trace, name: str) -> Elements:
        made = next(made for made in trace.weave.made if made.kind == "given" and made.name == one_line(name))
        return Elements(np.arange(made.first, made.first + made.size).reshape(made.shape))

    def _stepped(
        self, trace: Trace, pairs: Any, rest: Sequence[tuple[str, Elements]], outputs: Any, notes: list[str]
    ) -> Way:
        """A step graph, x being what cannot be read before the first product, or else an input."""
        notes = list(notes)
        states = {id(pair.after) for pair in pairs}
        shown = [(name, tensor) for name, tensor in outputs if tensor is not None and id(tensor) not in states]
        candidates = [*trace.seeds.items(), *rest]
        last: NotJoined | None = None
        for name, x in candidates or [("", None)]:
            for output, y in [*shown, ("", None)]:
                try:
                    step = read_step(trace, pairs, x, y)
                    if step.x is None:
                        raise NotJoined("reads no input")
                    stack, more = layered(step, "the step")
                except NotJoined as problem:
                    last = last or problem
                    continue
                if name in trace.seeds:
                    more = [f"x is {name}: what stands before it is not read.", *more]
                begun = " and ".join(pair.name for pair in pairs)
                stack.cards = [
                    replace(card, initial=f"{begun}, of the graph's inputs: zeros") if card.kind.endswith(("out", "graph")) else card
                    for card in stack.cards
                ]
                return Way(f"the step with the state {begun}", trace, stack, (*notes, *more), output)
        raise last or NotJoined("reads no input")

    def _unrolled(self, taken: dict[str, int], main: tuple[int, int]) -> Way:
        """A recurrence written out in time."""
        trace, x, outputs = self._trace(taken, main)
        last: NotJoined | None = None
        for name, tensor in zip(self.outputs, outputs, strict=True):
            if not isinstance(tensor, Elements):
                continue
            try:
                step = folded_back(trace, x, tensor)
                stack, more = layered(step, "the recurrence")
                return Way("the recurrence", trace, stack, (*step.notes, *more), name)
            except NotJoined as problem:
                last = last or problem
        raise last or NotJoined("has no output that can be read")

    def _nothing(self) -> LoadError:
        """The error of a file in which nothing was found."""
        operators = list(dict.fromkeys(one_line(node.op_type)[:30] for node in every_node(self.graph)))
        held = ", ".join(operators[:12]) + (", ..." if len(operators) > 12 else "")
        why = "holds no recurrence that can be read" + (f": it {self.why}" if self.why else "")
        return self.source.error("", why, f"its operators are {held}")

    def _refuse_nonfinite(self, network: Network, cards: Sequence[Card]) -> None:
        """Refuses weights that are no numbers."""
        if self.allow_nonfinite:
            return
        for number, layer in enumerate(network.layers, 1):
            for name, array in layer.parameters.items():
                finite = np.isfinite(array)
                if not finite.all():
                    place = tuple(int(index) for index in np.argwhere(~finite)[0])
                    where = f"layer {number}, {name}[{', '.join(str(index + 1) for index in place)}]"
                    card = next((card.name for card in cards if number in card.layers), "")
                    why = f"{array[place]} is not finite ({card})"
                    raise self.source.error(where, why, "allow_nonfinite lets it in")


def _listed(ways: Sequence[Way]) -> list[str]:
    """What each network is, a few words."""
    return [way.about for way in ways]


def _input(each: Any) -> Input:
    """An input of the graph as it is declared."""
    tensor = each.type.tensor_type
    sizes = tuple(int(size.dim_value) if size.dim_value > 0 else None for size in tensor.shape.dim)
    return Input(each.name, sizes, tensor.elem_type in WHOLE)


__all__ = ["Known", "read_onnx"]
