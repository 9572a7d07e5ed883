"""The bodies of Loop and Scan: each is a step graph whose states are told by their place (the operators' pages)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.foreign.onnx_elements import Elements, Known, Tensor
from rnn_tui.files.foreign.onnx_file import place_of, said
from rnn_tui.files.foreign.onnx_graph import attributes_of
from rnn_tui.files.foreign.onnx_steps import Pair
from rnn_tui.files.foreign.onnx_trace import Scope, Trace

LOOPS = ("Loop", "Scan")
LARGEST = 2**20


@dataclass(frozen=True, eq=False)
class Body:
    """A body that was walked.

    Attributes:
        place: the node it is in.
        pairs: its states.
        rest: its inputs that are none.
        outputs: what it gives, by name; None where that could not be read.
        begins: the states that do not begin with zeros, or are not known to.
    """

    place: str
    pairs: list[Pair]
    rest: list[tuple[str, Elements]]
    outputs: list[tuple[str, Elements | None]]
    begins: list[str]


def walked(trace: Trace, node: Any, index: int, scope: Scope) -> Body | None:
    """The body of a node, its states having the shapes that they begin with; None where these are not known.

    Raises:
        LoadError: as `Trace.graph`.
    """
    attributes = attributes_of(node)
    body = attributes.get("body")
    if body is None:
        return None
    given = [trace.look(scope, name) if name else None for name in node.input]
    if node.op_type == "Loop":  # how often and whether at all, then states
        ahead, starts = 2, given[2:]
        slices: Sequence[Tensor | None] = ()
    else:
        ahead, count = 0, len(given) - int(attributes.get("num_scan_inputs", 0))
        starts, slices = given[: max(count, 0)], given[max(count, 0) :]
    names = [each.name for each in body.input]
    if len(names) != ahead + len(starts) + len(slices) or len(body.output) < len(starts) + bool(ahead):
        return None
    inner: Scope = ChainMap({}, scope)
    if ahead:
        inner[names[0]], inner[names[1]] = trace.given(said(names[0]), ()), Known(np.array(True))
    shapes = [None if each is None else each.array.shape for each in starts]
    shapes += [None if each is None or not each.array.ndim else each.array.shape[1:] for each in slices]
    for name, shape in zip(names[ahead:], shapes, strict=True):
        if shape is not None and np.prod(shape, dtype=np.float64) <= LARGEST:
            inner[name] = trace.given(said(name), shape)
    made = trace.graph(body, inner, 1)
    outputs = [(said(each.name), tensor) for each, tensor in zip(body.output, made, strict=True)]
    told = [(name, tensor if isinstance(tensor, Elements) else None) for name, tensor in outputs]
    pairs, begins = [], []
    for name, start, (output, after) in zip(names[ahead:], starts, told[bool(ahead) :], strict=False):
        before = inner.get(name)
        if isinstance(before, Elements) and after is not None and before.array.shape == after.array.shape:
            pairs.append(Pair(said(name), before, output, after))
            if not (isinstance(start, Known) and not start.array.any()):
                begins.append(said(name))
    rest = [(said(name), inner[name]) for name in names[ahead + len(starts) :] if isinstance(inner.get(name), Elements)]
    return Body(place_of(node, index), pairs, rest, told[bool(ahead) + len(starts) :], begins)
