"""Numbers of fewer bits than ours: rounding to them, and a network that computes in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.initial_state import initial_states
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.tokens import read_by
from rnn_tui.core.trace import Key

Array = NDArray[Any]
Known = dict[tuple[str, int | None], Array]
"""Names with their offsets in time, as equations have them, to numbers."""
FLOAT64, FLOAT32, FLOAT16, BFLOAT16, INT8 = "float64", "float32", "float16", "bfloat16", "int8"
KINDS = (FLOAT64, FLOAT32, FLOAT16, BFLOAT16, INT8)
"""From the finest to the coarsest."""
STEP = {FLOAT64: 2.0**-52, FLOAT32: 2.0**-23, FLOAT16: 2.0**-10, BFLOAT16: 2.0**-7}
"""From 1 to the next number of each kind."""
INT8_LARGEST = 127
LONGEST = 20_000
"""Timesteps up to which `computed_in` is worth its time: it takes them one by one."""


def rounded(values: Array, kind: str) -> Array:
    """The nearest numbers of a kind, as float64; halves to even.

    ``bfloat16`` is float32 without its last 16 bits. ``int8`` gives every row of a matrix one scale: its largest amount
    is 127 (symmetric, per channel, as in the quantization of weights in PyTorch and onnxruntime); a vector, which is a
    bias, stays as it is, as there.
    """
    with np.errstate(all="ignore"):
        if kind == INT8 and np.ndim(values) < 2:
            return np.asarray(values, np.float64)
        if kind == INT8:
            largest = np.abs(values).max(axis=-1, keepdims=True, initial=0)
            scale = np.where(largest > 0, largest, INT8_LARGEST) / INT8_LARGEST
            return np.asarray(np.rint(values / scale) * scale, np.float64)
        if kind == BFLOAT16:
            bits = np.asarray(values, np.float32).view(np.uint32)
            nearest = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
            finite = np.isfinite(values)
            return np.where(finite, nearest.view(np.float32), values).astype(np.float64)
        return np.asarray(values).astype(np.dtype(kind)).astype(np.float64)


def narrowed(network: Network, kind: str, only: tuple[int, str, int | None] | None = None) -> Network:
    """A network with its parameters rounded, which computes in float64.

    Args:
        network: of any type.
        kind: one of `KINDS`.
        only: a layer (from 0), one of its parameters, and a row of it (from 0; None for all); what else there is stays.
    """
    wide = network.astype(np.dtype(np.float64))
    changed = []
    for index, layer in enumerate(wide.layers):
        own = {}
        for name, array in layer.parameters.items():
            fresh = np.array(array)
            if only is None or only[:2] == (index, name):
                row = slice(None) if only is None or only[2] is None else only[2]
                fresh[row] = rounded(array, kind)[row]
            own[name] = fresh
        changed.append(own)
    return wide.with_parameters(changed)


def computed_in(
    kind: str, network: Network, sequence: Sequence, states: Iterable[Mapping[str, Array]], keys: Iterable[Key]
) -> dict[Key, Array]:
    """Some quantities of a network that rounds its numbers, its input and every result to a kind: (T, n) each.

    A product of matrices is summed finely and rounded once, as processors without units of that kind do it.
    """
    wanted, near = tuple(keys), partial(rounded, kind=kind)
    sequence = read_by(network, sequence)
    network = narrowed(network, kind)
    initial = initial_states(network, sequence.input_size, list(states))
    cuts = set(sequence.resets.tolist())
    outputs: list[Array] = []
    found: dict[Key, Array] = {}
    for index, layer in enumerate(network.layers):
        given = [near(np.asarray(sequence.x)) if source < 0 else outputs[source] for source in network.reads[index]]
        names = tuple(name for own, name in wanted if own == index and name != "y")
        afresh = {t - 1 for t in cuts} if layer.reverse else cuts  # backwards it is the other side of the border
        order = range(len(sequence), 0, -1) if layer.reverse else range(1, len(sequence) + 1)
        kept = _walked(layer.cell, layer.parameters, given, initial[index], order, afresh, (*names, "y"), near)
        outputs.append(kept["y"])
        found |= {(index, name): array for name, array in kept.items() if (index, name) in wanted}
    return found


def _walked(
    cell: Cell,
    parameters: Mapping[str, Array],
    given: list[Array],
    initial: Mapping[str, Array],
    order: Iterable[int],
    afresh: set[int],
    names: tuple[str, ...],
    near: Callable[[Array], Array],
) -> dict[str, Array]:
    """One layer over all timesteps, in its order of them; what it is asked for in the order of time."""
    state = {name: near(array) for name, array in initial.items()}
    rows: dict[str, dict[int, Array]] = {name: {} for name in names}
    with np.errstate(all="ignore"):
        for t in order:
            if t in afresh:
                state = {name: near(array) for name, array in initial.items()}
            known: Known = {(name, None): array for name, array in parameters.items()}
            known |= {(name, 0): array[t - 1] for name, array in zip(cell.inputs, given, strict=True)}
            known |= {(name, -1): array for name, array in state.items()}
            for equation in cell.equations:
                known[equation.target, 0] = near(_value(equation.expression, known, near))
            state = {name: known[name, 0] for name in cell.states}
            for name in names:
                rows[name][t] = known[name, 0]
    return {name: np.stack([own[t] for t in sorted(own)]) for name, own in rows.items()}


def _value(expression: Expression, known: Known, near: Callable[[Array], Array]) -> Array:
    """An expression at one timestep, every result rounded."""
    if isinstance(expression, Number):
        return np.asarray(expression.value)
    if isinstance(expression, Name):
        return known[expression.name, expression.offset]
    assert isinstance(expression, Apply)
    return near(expression.operation.apply(*(_value(operand, known, near) for operand in expression.operands)))
