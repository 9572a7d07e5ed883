"""The nodes of an ONNX graph in the order they are computed, and their attributes."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any

from rnn_tui.files.foreign.onnx_file import Tensors, place_of
from rnn_tui.files.foreign.onnx_recurrent import KINDS

WEIGHTED = (*KINDS, "MatMul", "Gemm")
DEEPEST = 16
"""Graphs within graphs."""
FLOAT, INT, STRING, TENSOR, GRAPH, FLOATS, INTS, STRINGS = 1, 2, 3, 4, 5, 6, 7, 8
"""Types of attributes (onnx.proto, AttributeProto)."""


NAMES = {
    INT: "axis keepdims transA transB to start end allowzero num_outputs hidden_size layout linear_before_reset"
    " input_forget num_scan_inputs value_int",
    FLOAT: "alpha beta gamma epsilon clip min max value_float",
    INTS: "perm axes split starts ends value_ints",
    FLOATS: "activation_alpha activation_beta value_floats",
    STRING: "direction equation",
    STRINGS: "activations",
    TENSOR: "value",
    GRAPH: "then_branch else_branch body",
}
"""The attributes that are read, by their type; one of another type is passed over."""
TYPES = {name: kind for kind, names in NAMES.items() for name in names.split()}


def attributes_of(node: Any) -> dict[str, Any]:
    """Name to value; tensors and graphs are left as messages."""
    found: dict[str, Any] = {}
    for each in node.attribute:
        if TYPES.get(each.name) != each.type:
            continue
        plain = {FLOAT: each.f, INT: each.i, TENSOR: each.t, GRAPH: each.g}
        if each.type == STRING:
            found[each.name] = each.s.decode("utf-8", "replace")
        elif each.type == STRINGS:
            found[each.name] = [text.decode("utf-8", "replace") for text in each.strings]
        elif each.type in (FLOATS, INTS):
            found[each.name] = list(each.floats if each.type == FLOATS else each.ints)
        elif each.type in plain:
            found[each.name] = plain[each.type]
    return found


def bodies(node: Any) -> list[Any]:
    """The graphs inside a node."""
    return [each.g for each in node.attribute if each.type == GRAPH]


def every_node(graph: Any, depth: int = 0) -> Iterator[Any]:
    """All nodes of a graph and of the graphs in it."""
    for node in graph.node:
        yield node
        for body in bodies(node) if depth < DEEPEST else ():
            yield from every_node(body, depth + 1)


def recurrent(graph: Any) -> bool:
    """Whether there is an RNN, LSTM or GRU in a graph, however deep."""
    return any(node.op_type in KINDS for node in every_node(graph))


def weighted(graph: Any) -> bool:
    """Whether there is a node that may have weights, however deep."""
    return any(node.op_type in WEIGHTED for node in every_node(graph))


def in_order(graph: Any, tensors: Tensors) -> list[tuple[int, Any]]:
    """The nodes with their indices, each after those it needs.

    Raises:
        LoadError: nodes that need each other.
    """
    makers = {name: index for index, node in enumerate(graph.node) for name in node.output if name}
    needs = [
        {makers[name] for name in _needed(node) if name in makers and makers[name] != index}
        for index, node in enumerate(graph.node)
    ]
    for index, node in enumerate(graph.node):
        if set(node.input) & set(node.output) - {""}:
            raise tensors.source.error(place_of(node, index), "needs its own result", "the graph goes in a circle")
    done: set[int] = set()
    ordered: list[tuple[int, Any]] = []
    waiting = list(range(len(graph.node)))
    users: dict[int, list[int]] = {}
    for index, needed in enumerate(needs):
        for other in needed:
            users.setdefault(other, []).append(index)
    left = [len(needed) for needed in needs]
    ready = [index for index in waiting if not left[index]]
    while ready:
        index = heappop(ready)
        done.add(index)
        ordered.append((index, graph.node[index]))
        for user in users.get(index, []):
            left[user] -= 1
            if not left[user]:
                heappush(ready, user)
    if len(ordered) < len(needs):
        first = next(index for index in waiting if index not in done)
        where = place_of(graph.node[first], first)
        raise tensors.source.error(where, "needs a result that needs its own", "the graph goes in a circle")
    return ordered


def _needed(node: Any) -> Iterator[str]:
    """The names a node reads, also inside its graphs."""
    yield from node.input
    for body in bodies(node):
        for inner in every_node(body):
            yield from inner.input
        for output in body.output:
            yield output.name
