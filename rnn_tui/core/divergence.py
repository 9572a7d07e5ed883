"""Where a run and a trace first differ: by timestep, then layer, then quantity, then unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.trace import Trace, Values

Array = NDArray[Any]


@dataclass(frozen=True)
class Divergence:
    """The first number that is not the same.

    Attributes:
        t, layer, unit: from 1.
        quantity: as the layer's equations call it.
        ours, reference: both values.
        difference: reference - ours.
        ulps: how many float32 lie between the two; None where one of them is not finite.
        largest: the largest difference of any number in the trace.
        differing, compared: how many numbers differ, of how many.
    """

    t: int
    layer: int
    quantity: str
    unit: int
    ours: float
    reference: float
    difference: float
    ulps: int | None
    largest: float
    differing: int
    compared: int


def first_divergence(trace: Trace, ours: Values, tolerance: float) -> Divergence | None:
    """The first number of a trace with |trace - ours| > tolerance * max(1, |ours|), or more than its digits leave open.

    Args:
        trace: what was computed elsewhere.
        ours: the same quantities of ours, row 1 being of the trace's first timestep; as many rows as both have.
        tolerance: how large a difference is none.
    """
    found: tuple[int, int, int] | None = None
    largest, differing, compared = 0.0, 0, 0
    for place, key in enumerate(trace.keys):
        own, other = both(trace, ours, place)
        wrong = unlike(trace, ours, place, tolerance)
        compared += wrong.size
        if not wrong.any():
            continue
        differing += int(wrong.sum())
        with np.errstate(all="ignore"):
            gap = np.abs(other - own)[wrong]
        largest = max(largest, float(np.nanmax(gap)) if not np.isnan(gap).all() else np.inf)
        row = int(np.argmax(wrong.any(axis=1)))
        here = (row, key[0], place)
        found = here if found is None else min(found, here)
    if found is None:
        return None
    row, layer, place = found
    own, other = both(trace, ours, place)
    unit = int(np.argmax(unlike(trace, ours, place, tolerance)[row]))
    one, two = float(own[row, unit]), float(other[row, unit])
    return Divergence(
        t=trace.first + row,
        layer=layer + 1,
        quantity=trace.keys[place][1],
        unit=unit + 1,
        ours=one,
        reference=two,
        difference=two - one,
        ulps=ulps_between(one, two),
        largest=largest,
        differing=differing,
        compared=compared,
    )


def both(trace: Trace, ours: Values, place: int) -> tuple[Array, Array]:
    """The numbers of a quantity, by its place among the trace's: ours and the trace's, as many rows as both have."""
    own, other = ours[trace.keys[place]], trace.of(trace.keys[place])
    count = min(len(own), len(other))
    return own[:count], other[:count]


def unlike(trace: Trace, ours: Values, place: int, tolerance: float) -> Array:
    """Where they differ, (rows, n); two that are NaN, or the same infinity, are alike."""
    own, other = both(trace, ours, place)
    with np.errstate(all="ignore"):
        near = np.abs(other - own) <= trace.allowed(trace.keys[place], own, tolerance)
    found: Array = ~(near | (own == other) | (np.isnan(own) & np.isnan(other)))
    return found


def ulps_between(one: float, other: float) -> int | None:
    """How many steps of float32 lead from one number to another; None where one of them is not finite."""
    with np.errstate(all="ignore"):
        values = np.array([one, other]).astype(np.float32)
    if not np.isfinite(values).all():
        return None
    bits = values.view(np.int32).astype(np.int64)
    places = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    return int(abs(places[1] - places[0]))
