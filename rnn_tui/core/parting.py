"""Where two runs part: the first number that is not the same, by timestep, then layer, then quantity, then unit."""

from __future__ import annotations

import numpy as np

from rnn_tui.core.comparison import comparable
from rnn_tui.core.divergence import Divergence, first_divergence
from rnn_tui.core.layer import Array
from rnn_tui.core.run import Walk
from rnn_tui.core.trace import TOLERANCE, Trace, quantities


def first_apart(now: Walk, before: Walk, tolerance: float = TOLERANCE) -> Divergence | None:
    """The first difference of two walks, as far as both have passed; None where there is none.

    Args:
        now: one's own.
        before: the other; layers of other quantities are left out.
        tolerance: how large a difference is none, times max(1, |ours|).
    """
    layers = range(min(len(now.network.layers), len(before.network.layers)))
    keys = [
        (layer, name)
        for layer in layers
        if comparable(now, before, layer)
        for name in quantities(now.network.layers[layer].cell)
    ]
    ready = min(now.ready, before.ready)
    start = min(now.same_as(before), ready)
    if not keys:
        return None
    while start < ready:
        end = min(ready, *(walk.tape.cuts.end(start + 1) for walk in (now, before)))
        other = {key: _rows(before, *key, start, end)[None] for key in keys}
        own = {key: _rows(now, *key, start, end) for key in keys}
        found = first_divergence(Trace(other, first=start + 1), own, tolerance)
        if found is not None:
            return found
        start = end
    return None


def _rows(walk: Walk, layer: int, name: str, start: int, end: int) -> Array:
    """A quantity at some timesteps of one chunk, from `start` (0 is t = 1) to before `end`; float64."""
    return np.asarray(walk.chunk_at(start + 1).rows(layer, name, start, end), np.float64)
