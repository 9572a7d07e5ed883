"""What fewer bits do to a network: the same run in each kind of number, the first decision that changes, and the row of
weights to blame.

A decision is which number of y is the largest, or which of them are above a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.gradients import gradients
from rnn_tui.core.narrow import BFLOAT16, FLOAT16, FLOAT32, INT8, LONGEST, computed_in, narrowed, rounded
from rnn_tui.core.network import Network
from rnn_tui.core.replay import States, computed, first_rows
from rnn_tui.core.sequence import Sequence

Array = NDArray[Any]
WEIGHTS = ((FLOAT16, True), (BFLOAT16, True), (INT8, True))
WHOLE = ((FLOAT32, False), (FLOAT16, False), (BFLOAT16, False))
RUNS = (WHOLE[0], WEIGHTS[0], WHOLE[1], WEIGHTS[1], WHOLE[2], WEIGHTS[2])
"""The kinds of number, and whether the weights alone are rounded to them."""
LONGEST_WAY = 2_000
"""Timesteps that a decision is traced back over."""
TRIED = 12
"""Rows that are rounded alone, those with the largest part in a decision first."""


@dataclass(frozen=True)
class Decision:
    """A decision that another kind of number changes.

    Attributes:
        t: the timestep, from 1.
        unit, other: the number of y that was the largest and the one that is it now, from 1; of a threshold the number
            that is on its other side now, and 0.
        margin, moved: by how much it was decided, before and now; of another sign then.
    """

    t: int
    unit: int
    other: int
    margin: float
    moved: float


@dataclass(frozen=True)
class Blame:
    """The row of weights whose rounding has the largest part in a changed decision.

    Attributes:
        layer, row: from 1; of a bias its number.
        parameter: its name.
        part: how much of the margin it takes away, to first order.
        alone: whether rounding nothing else changes the decision already.
    """

    layer: int
    parameter: str
    row: int
    part: float
    alone: bool


@dataclass(frozen=True)
class Rounded:
    """A run in another kind of number.

    Attributes:
        kind: of `rnn_tui.core.narrow.KINDS`.
        weights: whether the weights alone are rounded; else every result is.
        largest: the largest difference of a number of y.
        changed: at how many timesteps a decision is another one.
        first: the first of them; None where none is.
        blame: what is to blame for it; None where no weight is rounded, or the way back is too long.
    """

    kind: str
    weights: bool
    largest: float
    changed: int
    first: Decision | None
    blame: Blame | None


def precision(
    network: Network, sequence: Sequence, states: States = (), threshold: float | None = None
) -> tuple[Rounded, ...]:
    """The same run in each kind of number, compared with float64.

    Args:
        network: whose last y decides.
        sequence: what it reads.
        states: one mapping a layer, name to the state before its first timestep.
        threshold: where y decides; None where its largest number does.

    Raises:
        InputError: y has one number and there is no threshold.
    """
    network = network.astype(np.dtype(np.float64))
    key = (len(network.layers) - 1, "y")
    right = computed(network, sequence, states, (key,))[key]
    if threshold is None and right.shape[1] < 2:
        hint = "threshold = 0.5 says from where on it is a yes"
        raise InputError("", "", "y has one number, which decides nothing by itself", hint, "precision")
    if threshold is not None and not np.isfinite(threshold):
        raise RangeError("", "", f"{threshold} is no threshold", "a number such as 0.5 is", "threshold")
    found = []
    for kind, weights in RUNS:
        if weights:
            y = computed(narrowed(network, kind), sequence, states, (key,))[key]
        elif kind == FLOAT32:
            y = np.asarray(computed(network.astype(np.dtype(np.float32)), sequence, states, (key,))[key], np.float64)
        elif len(sequence) <= LONGEST:
            y = computed_in(kind, network, sequence, states, (key,))[key]
        else:
            continue
        found.append(_rounded(network, sequence, states, threshold, kind, weights, right, y))
    return tuple(found)


def _rounded(
    network: Network,
    sequence: Sequence,
    states: States,
    threshold: float | None,
    kind: str,
    weights: bool,
    right: Array,
    y: Array,
) -> Rounded:
    with np.errstate(all="ignore"):
        largest = float(np.abs(y - right).max())
    changed = np.flatnonzero((decided(right, threshold) != decided(y, threshold)).any(axis=1))
    first = None if not changed.size else _decision(right, y, int(changed[0]), threshold)
    blame = None
    if first is not None and kind != FLOAT32:
        blame = _blame(network, sequence, states, kind, first, threshold)
    return Rounded(kind, weights, largest, int(changed.size), first, blame)


def decided(y: Array, threshold: float | None) -> Array:
    """What each timestep decides, (T, k): the largest number, or which are above the threshold."""
    return np.argmax(y, axis=1)[:, None] if threshold is None else np.asarray(y > threshold)


def _decision(right: Array, y: Array, row: int, threshold: float | None) -> Decision:
    """The decision at a row (from 0) where it is another one."""
    if threshold is None:
        unit, other = int(np.argmax(right[row])), int(np.argmax(y[row]))
        margin, moved = right[row, unit] - right[row, other], y[row, unit] - y[row, other]
        return Decision(row + 1, unit + 1, other + 1, float(margin), float(moved))
    unit = int(np.argmax((right[row] > threshold) != (y[row] > threshold)))
    return Decision(row + 1, unit + 1, 0, float(right[row, unit] - threshold), float(y[row, unit] - threshold))


def _blame(
    network: Network, sequence: Sequence, states: States, kind: str, decision: Decision, threshold: float | None
) -> Blame | None:
    """The row of which rounding takes most of the margin away.

    What a row does is, to first order, the gradient of the margin by it times what it is rounded by. Those with the
    largest part are then rounded alone, each in a run of its own.
    """
    if network.forwards:
        sequence = first_rows(sequence, decision.t)
        start = int(sequence.resets[-1]) - 1 if sequence.resets.size else 0
        plain = Sequence(sequence.x[start:])
    else:
        plain = Sequence(sequence.x)
        if sequence.resets.size:
            return None
    if len(plain) > LONGEST_WAY:
        return None
    row = decision.t - 1 if not network.forwards else len(plain) - 1
    parts = _parts(network, plain, states, kind, decision, row)
    ranked = sorted(parts, key=lambda part: part[0] * np.sign(decision.margin or 1.0))
    if not ranked:
        return None
    key = (len(network.layers) - 1, "y")
    for part, layer, name, place in ranked[:TRIED]:
        alone = narrowed(network, kind, (layer, name, place))
        y = computed(alone, plain, states, (key,))[key][row]
        if _flips(y, decision, threshold):
            return Blame(layer + 1, name, place + 1, part, True)
    part, layer, name, place = ranked[0]
    return Blame(layer + 1, name, place + 1, part, False)


def _flips(y: Array, decision: Decision, threshold: float | None) -> bool:
    """Whether a y decides otherwise than it was decided."""
    if threshold is None:
        return int(np.argmax(y)) != decision.unit - 1
    return bool((y[decision.unit - 1] > threshold) != (decision.margin > 0))


def _parts(
    network: Network, sequence: Sequence, states: States, kind: str, decision: Decision, row: int
) -> Iterator[tuple[float, int, str, int]]:
    """What the rounding of every row adds to the margin: that, the layer, the parameter and the row, from 0."""
    key = (len(network.layers) - 1, "y")
    y = computed(network, sequence, states, (key,))[key]
    slope = np.zeros(y.shape[1])
    slope[decision.unit - 1] += 1
    if decision.other:
        slope[decision.other - 1] -= 1
    targets = np.full_like(y, np.nan)
    targets[row] = y[row] - slope / 2  # of the squared error to these the gradient by y is the slope
    wished = Sequence(sequence.x, targets)
    slopes = gradients(network, wished, "sse", 0, [dict(state) for state in states] or None).parameters
    for index, layer in enumerate(network.layers):
        for name, array in layer.parameters.items():
            with np.errstate(all="ignore"):
                change = slopes[index][name] * (rounded(array, kind) - array)
                sums = change.sum(axis=1) if array.ndim > 1 else change
            for place, part in enumerate(np.atleast_1d(sums).tolist()):
                if part:
                    yield part, index, name, place
