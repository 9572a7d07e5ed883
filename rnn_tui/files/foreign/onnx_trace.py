"""A walk through an ONNX graph with shapes but no numbers: what every tensor is made of, and what cannot be read."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.onnx_arranging import ARRANGING, TooLarge
from rnn_tui.files.foreign.onnx_elements import ANY, GIVEN, HIDDEN, LAYER, Elements, Known, Tensor, Weave
from rnn_tui.files.foreign.onnx_file import Tensors, place_of, said
from rnn_tui.files.foreign.onnx_folding import folded
from rnn_tui.files.foreign.onnx_graph import attributes_of, in_order, weighted
from rnn_tui.files.foreign.onnx_operators import operated
from rnn_tui.files.foreign.onnx_recurrent import KINDS, STATES, Recurrent, directions_of, initial_of

Array = NDArray[Any]
Scope = MutableMapping[str, Any]
MISFITS = (ValueError, IndexError, TypeError, OverflowError, ArithmeticError, KeyError, RuntimeError)
"""What NumPy makes of arrays that do not fit an operator; RuntimeError of more than 32 dimensions."""
SILENT = frozenset(
    (*ARRANGING, "Constant", "ConstantOfShape", "Shape", "Size", "Cast", "Equal", "Not", "Range", "Where")
)
"""Operators that are not told where they are of what could not be read: they only move it."""
MOST_FOLDED = 256 * 1024**2
INPUTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
"""What RNN, LSTM and GRU read, in order."""


@dataclass(eq=False)
class Trace:
    """One walk.

    Attributes:
        tensors: reads the file's tensors.
        opset: the version of the operators.
        steps: how many timesteps a sequence has that the walk has to invent.
        seeding: whether what cannot be read may enter a product as x.
        taken: which branch is taken of an If that the file does not decide, by the name of its first output.
        scope: what every name of the outermost graph stands for.
        weave: all elements.
        layers: the recurrent nodes, in order.
        inputs: the inputs of the graph, by name.
        edge: what could be read and enters what could not, by name.
        seeds: what could not be read and is x, by name.
        branches: every such If, by name, with how many branches could be taken.
        folded: the bytes of what was made of known tensors.
        notes, not_read: as in `Loaded`.
    """

    tensors: Tensors
    opset: int
    steps: int = 2
    seeding: bool = False
    taken: Mapping[str, int] = field(default_factory=dict)
    scope: Scope = field(default_factory=dict)
    weave: Weave = field(default_factory=Weave)
    layers: list[Recurrent] = field(default_factory=list)
    inputs: dict[str, Elements] = field(default_factory=dict)
    edge: dict[str, Elements] = field(default_factory=dict)
    seeds: dict[str, Elements] = field(default_factory=dict)
    branches: dict[str, int] = field(default_factory=dict)
    folded: int = 0
    notes: list[str] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)

    def graph(self, graph: Any, scope: Scope, depth: int = 0) -> list[Tensor | None]:
        """Walks a graph whose inputs are in the scope; what its outputs are.

        Raises:
            LoadError: nodes in a circle, weights that are missing or do not fit, graphs too deep in graphs.
        """
        if depth > 12:
            raise self.tensors.source.error("", "has graphs in graphs, more than 12 deep")
        for tensor in graph.initializer:
            scope.setdefault(tensor.name, tensor)
        for index, node in in_order(graph, self.tensors):
            made = self._node(node, index, scope, depth)
            made += [None] * (len(node.output) - len(made))
            for name, tensor in zip(node.output, made, strict=False):
                if name:
                    scope[name] = tensor
        return [self.look(scope, output.name) for output in graph.output]

    def look(self, scope: Scope, name: str) -> Tensor | None:
        """What a name stands for; an initializer is read when it is first asked for."""
        found = scope.get(name)
        if found is None or isinstance(found, Known | Elements):
            return found
        known = Known(self.tensors.read(found, said(name)), said(name))
        scope[name] = known
        return known

    def given(self, name: str, shape: Sequence[int], times: Any = ANY) -> Elements:
        """Elements that come from outside."""
        return self.weave.add(GIVEN, shape, times, name=name)

    def _node(self, node: Any, index: int, scope: Scope, depth: int) -> list[Tensor | None]:
        place, operator, attributes = place_of(node, index), node.op_type, attributes_of(node)
        if node.domain not in ("", "ai.onnx"):
            return self._unread(place, operator, "")
        if operator == "If":
            return self._if(node, attributes, scope, depth)
        if operator in ("Constant", "ConstantOfShape"):
            given = [self.look(scope, name) for name in node.input]
            return self._constant(operator, place, attributes, given, said(node.output[0]) if node.output else "")
        given = [self.look(scope, name) if name else None for name in node.input]
        absent = [not name for name in node.input]
        if operator in KINDS:
            return self._layer(node, place, attributes, given)
        lacking = [name for name, tensor in zip(node.input, given, strict=True) if name and tensor is None]
        if lacking and self.seeding and operator in ("MatMul", "Gemm"):
            given = self._seeded(operator, attributes, node.input, given)
            lacking = [name for name, tensor in zip(node.input, given, strict=True) if name and tensor is None]
        if lacking or not given or all(absent):
            return self._unread(place, operator, "", node, given)
        try:
            if operator in ("Shape", "Size"):
                given = [None if tensor is None else Known(np.empty(tensor.array.shape, bool)) for tensor in given]
            if all(tensor is None or isinstance(tensor, Known) for tensor in given):
                arrays = [None if tensor is None else tensor.array for tensor in given]
                names = [tensor.name for tensor in given if isinstance(tensor, Known) and tensor.name]
                made = folded(operator, arrays, attributes, len(node.output))
                self.folded += sum(array.nbytes for array in made if array.base is None)
                if self.folded > MOST_FOLDED:
                    raise TooLarge
                known = [Known(array, names[0] if names else said(node.output[0])) for array in made]
                return list(known) or self._unread(place, operator, "")
            made_of = operated(self.weave, operator, given, attributes, self.opset, len(node.output))
            return list(made_of) or self._unread(place, operator, "", node, given)
        except TooLarge:
            return self._unread(place, operator, "too large")
        except MISFITS:
            return self._unread(place, operator, "its inputs do not fit")

    def _unread(
        self, place: str, operator: str, why: str, node: Any = None, given: Sequence[Tensor | None] = ()
    ) -> list[Tensor | None]:
        """Notes a node that is not read, and what could be read up to it."""
        for name, tensor in zip(node.input if given else (), given, strict=False):
            if isinstance(tensor, Elements):
                self.edge[said(name)] = tensor
        if operator not in SILENT:
            self.not_read.append(f"{place}{f': {why}' if why else ''}")
        return []

    def _constant(
        self, operator: str, place: str, attributes: Mapping[str, Any], given: list[Tensor | None], name: str
    ) -> list[Tensor | None]:
        """A Constant node, or zeros or another number in a shape."""
        if operator == "Constant":
            for key, kind in (("value_float", np.float32), ("value_int", np.int64)):
                if key in attributes or f"{key}s" in attributes:
                    return [Known(np.array(attributes.get(key, attributes.get(f"{key}s")), kind), name)]
            if "value" not in attributes:
                return self._unread(place, operator, "")
            return [Known(self.tensors.read(attributes["value"], place), name)]
        if not given or not isinstance(given[0], Known):
            return self._unread(place, operator, "")
        value = self.tensors.read(attributes["value"], place) if "value" in attributes else np.zeros(1, np.float32)
        shape = [int(size) for size in given[0].array.reshape(-1)]
        if any(size < 0 for size in shape) or np.prod(shape, dtype=np.float64) > 2**22 or not value.size:
            return self._unread(place, operator, "too large")
        return [Known(np.full(shape, value.reshape(-1)[0]), name)]

    def _if(self, node: Any, attributes: Mapping[str, Any], scope: Scope, depth: int) -> list[Tensor | None]:
        """The branch that the file decides, else the one with weights, of two such the chosen one."""
        condition = self.look(scope, node.input[0]) if node.input else None
        branches = [attributes[name] for name in ("then_branch", "else_branch") if name in attributes]
        if len(branches) < 2:
            return []
        if isinstance(condition, Known) and condition.array.size == 1:
            index = 0 if condition.array.reshape(-1)[0] else 1
        else:
            heavy = [index for index, branch in enumerate(branches) if weighted(branch)]
            idle = [
                index for index, branch in enumerate(branches) if {each.op_type for each in branch.node} == {"Identity"}
            ]
            if not heavy and not idle:
                return []
            index = heavy[0] if heavy else idle[0]
            if not heavy:
                self.notes.append("The file leaves an If undecided: the branch that changes nothing is taken.")
            if len(heavy) > 1:
                name = said(node.output[0])
                self.branches[name] = 2
                index = self.taken.get(name, 0)
        return self.graph(branches[index], ChainMap({}, scope), depth + 1)

    def _seeded(
        self, operator: str, attributes: Mapping[str, Any], names: Sequence[str], given: list[Tensor | None]
    ) -> list[Tensor | None]:
        """What cannot be read and enters a product with a known matrix is x."""
        matrix = given[1] if len(given) > 1 else None
        if given[0] is not None or not isinstance(matrix, Known) or matrix.array.ndim != 2:
            return given
        turned = bool(operator == "Gemm" and attributes.get("transB"))
        name = said(names[0])
        if name not in self.seeds:
            self.seeds[name] = self.given(name, (1, matrix.array.shape[1 if turned else 0]), 0)
        return [self.seeds[name], *given[1:]]

    def _layer(
        self, node: Any, place: str, attributes: Mapping[str, Any], given: list[Tensor | None]
    ) -> list[Tensor | None]:
        """A recurrent node: what it reads, its weights, and the elements of what it gives."""

        def refuse(why: str, hint: str) -> LoadError:
            return self.tensors.source.error(place, why, hint)

        named = dict(zip(INPUTS, node.input, strict=False))
        tensors = dict(zip(INPUTS, given, strict=False))
        arrays: dict[str, Array | None] = {}
        held: list[Held] = []
        for name in ("W", "R", "B", "P"):
            if not named.get(name):
                if name in "WR":
                    raise refuse(f"has no {name}", "its weights must be in the file")
                continue
            tensor = tensors[name]
            if not isinstance(tensor, Known):
                what = (
                    "is an input of the graph" if isinstance(tensor, Elements) else "is computed from what is not read"
                )
                raise refuse(f"its {name}, {said(named[name])[:60]}, {what}", "weights must be in the file")
            held.append(Held.of(said(named[name]), tensor.array))
            kept = tensor.array if tensor.array.dtype in (np.float32, np.float64) else tensor.array.astype(np.float32)
            arrays[name] = kept
        directions, words = directions_of(node.op_type, arrays, attributes, refuse)
        count, size, width = len(directions), directions[0].sizes["H"], directions[0].sizes["I"]
        first = bool(attributes.get("layout", 0))  # the batch stands first
        x = tensors.get("X")
        if x is None:
            x = self._entering(said(named.get("X", "")), (1, self.steps, width) if first else (self.steps, 1, width))
        rows = np.swapaxes(x.array, 0, 1) if first and x.array.ndim == 3 else x.array
        if rows.ndim != 3 or rows.shape[2] != width or not rows.size or isinstance(x, Known):
            raise refuse(
                f"reads X of shape {x.array.shape} and has W of shape {(count, '...', width)}", "they must fit"
            )
        if named.get("sequence_lens"):
            self._lengths(place, tensors["sequence_lens"], len(rows))
        states = {key: (said(named[key])[:60], tensors[key]) for key in STATES if named.get(key)}
        initial, begins, notes = initial_of(states, (count, size), first, refuse)
        self.notes += [f"{place} {note}" for note in notes]
        layer = Recurrent(place, node.op_type, directions, initial, begins, words, tuple(held), rows)
        self.layers.append(layer)
        T, B = rows.shape[:2]
        times, batch = np.arange(T)[:, None, None, None], np.arange(B)[None, None, :, None]
        y = self.weave.add(LAYER, (T, count, B, size), times, batch, name=place, about=layer).array
        last = np.stack([y[0 if direction.reverse else -1, at] for at, direction in enumerate(directions)])
        c = self.weave.add(HIDDEN, last.shape, T - 1, name=place).array
        if first:
            y, last, c = np.moveaxis(y, 2, 0), np.moveaxis(last, 1, 0), np.moveaxis(c, 1, 0)
        return [Elements(array) for array in (y, last, c)[: len(node.output)]]

    def _entering(self, name: str, shape: tuple[int, ...]) -> Elements:
        """x, where what a recurrent node reads cannot be read."""
        if name not in self.seeds:
            axis = int(np.argmax(np.array(shape[:2]) == self.steps))
            times = np.arange(self.steps).reshape([-1 if at == axis else 1 for at in range(3)])
            self.seeds[name] = self.given(name, shape, times)
        return self.seeds[name]

    def _lengths(self, place: str, lengths: Tensor | None, steps: int) -> None:
        if not isinstance(lengths, Known) or (lengths.array != steps).any():
            self.notes.append(f"{place} has sequence_lens, which are not followed: a sequence runs to its own end.")
