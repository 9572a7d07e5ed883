"""The networks that a graph holds: which input is the sequence, which way an If goes, and what is found then."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.onnx_elements import ANY, Elements, Tensor
from rnn_tui.files.foreign.onnx_file import Tensors, said
from rnn_tui.files.foreign.onnx_graph import every_node, recurrent
from rnn_tui.files.foreign.onnx_loops import LOOPS, walked
from rnn_tui.files.foreign.onnx_sequences import Ladder, Nodes, stacked
from rnn_tui.files.foreign.onnx_stack import Stack
from rnn_tui.files.foreign.onnx_steps import layered, paired, read_step
from rnn_tui.files.foreign.onnx_terms import NotJoined
from rnn_tui.files.foreign.onnx_trace import Trace
from rnn_tui.files.foreign.onnx_unrolled import FEWEST, folded_back
from rnn_tui.files.source import Source

STEPS = 3
"""Timesteps of a sequence whose length the file leaves open."""
LARGEST_INPUT = 2**21
"""Numbers that an input may have and still be followed."""
MOST_CHOICES = 16
MOST_TRIES = 8
WHOLE = (2, 3, 4, 5, 6, 7, 9, 12, 13)
"""Types of tensors that hold whole numbers (onnx.proto)."""


@dataclass(frozen=True, eq=False)
class Input:
    """An input of the graph that is no weight.

    Attributes:
        name: what the file calls it.
        shape: None where the file leaves a size open.
        letters: what the file calls each size; empty where it gives it no name.
        whole: whether it holds whole numbers.
    """

    name: str
    shape: tuple[int | None, ...]
    letters: tuple[str, ...]
    whole: bool

    def sized(self, axis: int, time: str) -> tuple[int, ...]:
        """Its shape with one row in a batch, and `STEPS` along an open axis that is time or is called so."""
        known = zip(self.shape, self.letters, strict=True)
        return tuple(
            size or (STEPS if at == axis or (letter and letter == time) else 1)
            for at, (size, letter) in enumerate(known)
        )


@dataclass(frozen=True, eq=False)
class Way:
    """One network that the file holds.

    Attributes:
        about: what it is, in a few words.
        trace, stack: where it was found, and its layers.
        notes: what has to be said about it.
        outputs: the outputs of the graph that are its y and its states; empty where none could be read.
    """

    about: str
    trace: Trace
    stack: Stack
    notes: tuple[str, ...]
    outputs: frozenset[str] = frozenset()


class Search:
    """Looks for networks in one model.

    Attributes:
        outputs: the names of the graph's outputs.
        why: what the last thing that could not be read was, the end of a sentence about it.
    """

    def __init__(self, source: Source, model: Any) -> None:
        self.source, self.graph = source, model.graph
        self.opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
        held = {tensor.name for tensor in self.graph.initializer}
        self.inputs = [_input(each) for each in self.graph.input if each.name not in held]
        self.outputs = [said(each.name) for each in self.graph.output]
        self.why = ""

    def ways(self) -> Iterator[Way]:
        """All networks of the file."""
        make = self._sequences if recurrent(self.graph) else self._steps
        first = make({}) or self._loops()
        names = list(first[0].trace.branches)[:3] if first else []
        for branches in product(range(2), repeat=len(names)):
            taken = dict(zip(names, branches, strict=True))
            chosen = ", ".join(f"{('then', 'else')[branch]} of {name}" for name, branch in taken.items())
            for way in make(taken) if any(branches) else first:
                yield replace(way, about=f"{way.about} ({chosen})") if chosen else way

    def _trace(self, taken: dict[str, int], main: tuple[int, int] | None, **more: Any) -> tuple[Trace, Any, list[Any]]:
        """A walk in which one input is a sequence along one axis; that input and the outputs."""
        trace = Trace(Tensors(self.source), self.opset, taken=taken, **more)
        scope = trace.scope
        time = self.inputs[main[0]].letters[main[1]] if main else ""
        x: Elements | None = None
        for index, each in enumerate(self.inputs):
            axis = main[1] if main and main[0] == index else -1
            shape = each.sized(axis, time)
            if math.prod(shape) > LARGEST_INPUT:
                trace.not_read.append(f"input {said(each.name)}: too large")
                continue
            times: Any = ANY
            if axis >= 0:
                times = np.arange(shape[axis]).reshape([-1 if at == axis else 1 for at in range(len(shape))])
            scope[each.name] = trace.inputs[each.name] = trace.given(said(each.name), shape, times)
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
        most = (-1, False, -1)
        tries: list[tuple[Any, int]] = [(main, STEPS) for main in self._axes()]
        for main, steps in [*tries, (None, STEPS), (None, 1)]:
            trace, x, outputs = self._trace(taken, main, steps=steps)
            if not trace.layers:
                break
            if steps == 1 and any(len(layer.directions) > 1 for layer in trace.layers):
                break  # of one timestep the first is the last, and the ends of two directions would seem one
            nodes = Nodes(trace, x)
            ladders = nodes.ladders()
            ways = self._climbed(nodes, ladders, self._named(outputs))
            whole = sum(ladder.whole and self._in_time(nodes, ladder) for ladder in ladders)
            several = whole > 0 and all(len(layer.rows) > 1 for layer in trace.layers)
            shown = sum(bool(way.outputs) for way in ways)
            if (whole, several, shown) > most:
                most, best = (whole, several, shown), ways
            if whole == shown == len(ladders) and several:
                break
        return best

    def _named(self, outputs: Sequence[Tensor | None]) -> list[tuple[str, Elements | None]]:
        """The outputs of the graph with their names; one that is the same for every sequence is none."""
        made = [tensor if isinstance(tensor, Elements) else None for tensor in outputs]
        return list(zip(self.outputs, made, strict=True))

    def _in_time(self, nodes: Nodes, ladder: Ladder) -> bool:
        """Whether each timestep of the lowest node reads that timestep of x, and no other."""
        rows, times = ladder.nodes[0][0].rows, nodes.trace.weave.times
        return all((times[rows[t]] == t).all() for t in range(len(rows)))

    def _climbed(
        self, nodes: Nodes, ladders: Sequence[Ladder], outputs: Sequence[tuple[str, Elements | None]]
    ) -> list[Way]:
        made = []
        for ladder in ladders[:MOST_CHOICES]:
            try:
                stack, output, notes = stacked(nodes, ladder, outputs)
                told = {output, *nodes.states(outputs)} if output else set()
            except NotJoined as problem:
                self.why = str(problem)
                continue
            about = " and ".join(f"{node.place}" for node, _, _ in ladder.nodes)
            made.append(Way(about, nodes.trace, stack, tuple(notes), frozenset(told)))
        return made

    def _steps(self, taken: dict[str, int]) -> list[Way]:
        """A step graph, or one that was written out in time."""
        trace, _, outputs = self._trace(taken, None, seeding=True)
        named = self._named(outputs)
        given = [
            (said(each.name), trace.inputs[each.name])
            for each in self.inputs
            if not each.whole and each.shape and each.name in trace.inputs
        ]
        pairs, rest, notes = paired(given, named)
        if pairs:
            try:
                return [self._stepped(trace, pairs, rest, named, notes)]
            except NotJoined as problem:
                self.why = str(problem)
        for index, axis in self._axes():
            if (self.inputs[index].shape[axis] or 0) < FEWEST:
                continue
            try:
                return [self._unrolled(taken, (index, axis))]
            except NotJoined as problem:
                self.why = self.why or str(problem)
        return []

    def _loops(self) -> list[Way]:
        """The bodies of loops, each a step, or with recurrent nodes in it."""
        made = []
        for index, node in enumerate(self.graph.node):
            if node.op_type not in LOOPS:
                continue
            trace, _, _ = self._trace({}, None, seeding=not recurrent(self.graph), steps=1)
            body = walked(trace, node, index, trace.scope)
            if body is None:
                continue
            if trace.layers:
                nodes = Nodes(trace, None)
                found = self._climbed(nodes, nodes.ladders(), body.outputs)
                made += [replace(way, about=f"{way.about} in {body.place}") for way in found]
                continue
            notes = [f"{name} does not begin with zeros in the file; zeros are taken." for name in body.begins]
            try:
                way = self._stepped(trace, body.pairs, body.rest, body.outputs, notes)
            except NotJoined as problem:
                self.why = str(problem)
                continue
            made.append(replace(way, about=f"the body of {body.place}", outputs=frozenset(self.outputs)))
        return made

    def _stepped(
        self, trace: Trace, pairs: Any, rest: Sequence[tuple[str, Elements]], outputs: Any, notes: list[str]
    ) -> Way:
        """A step graph, x being what cannot be read before the first product, or else an input. Layers that have a name
        come before equations that reach as far up as can be read, where the graph's own outputs cannot be."""
        notes = list(notes)
        states = {id(pair.after) for pair in pairs}
        shown = [(name, tensor) for name, tensor in outputs if tensor is not None and id(tensor) not in states]
        candidates = [*trace.seeds.items(), *rest]
        begun = " and ".join(pair.name for pair in pairs)
        last: NotJoined | None = None
        nameless: Way | None = None
        for name, x in candidates:
            for output, y in [*shown, *(trace.edge.items() if not shown else ()), ("", None)]:
                try:
                    step = read_step(trace, pairs, x, y)
                    if step.x is None:
                        raise NotJoined("reads no input")
                    stack, more = layered(step, "the step", f"{begun}, of the graph's inputs: zeros")
                except NotJoined as problem:
                    last = last or problem
                    continue
                if output in trace.edge and not shown:
                    more = [f"y is {output}: what stands after it is not read.", *more]
                if name in trace.seeds:
                    more = [f"x is {name}: what stands before it is not read.", *more]
                told = frozenset({output, *(pair.output for pair in pairs)})
                way = Way(f"the step with the state {begun}", trace, stack, (*notes, *more), told)
                if shown or any(gated is not None for gated in stack.gated):
                    return way
                nameless = nameless or way
        if nameless is not None:
            return nameless
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
                return Way("the recurrence", trace, stack, (*step.notes, *more), frozenset({name}))
            except NotJoined as problem:
                last = last or problem
        raise last or NotJoined("has no output that can be read")

    def nothing(self) -> LoadError:
        """The error of a file in which nothing was found."""
        operators = list(dict.fromkeys(said(node.op_type)[:30] for node in every_node(self.graph)))
        held = ", ".join(operators[:12]) + (", ..." if len(operators) > 12 else "")
        why = "holds no recurrence that can be read" + (f": it {self.why}" if self.why else "")
        return self.source.error("", why, f"its operators are {held}")


def _input(each: Any) -> Input:
    """An input of the graph as it is declared."""
    tensor = each.type.tensor_type
    sizes = tuple(int(size.dim_value) if size.dim_value > 0 else None for size in tensor.shape.dim)
    letters = tuple(said(size.dim_param) for size in tensor.shape.dim)
    return Input(each.name, sizes, letters, tensor.elem_type in WHOLE)
