"""Two runs compared: the difference of every number at a timestep, and how large it is over the whole run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.columns import begins
from rnn_tui.core.run import Walk
from rnn_tui.core.step import Step

Array = NDArray[Any]
TOLERANCE = 0.01
"""From here on a difference is said to be felt."""


def comparable(now: Walk, before: Walk, layer: int) -> bool:
    """Whether a layer (from 0) has the same quantities of the same sizes in both."""
    if layer >= min(len(now.network.layers), len(before.network.layers)):
        return False
    own, other = now.network.layers[layer], before.network.layers[layer]
    same = own.cell is other.cell or own.cell.equations == other.cell.equations
    return same and own.reverse == other.reverse and now.sizes[layer] == before.sizes[layer]


def difference(now: Step, before: Step) -> Step:
    """What a layer computed less what it computed in another run, number by number, the layers below it left out."""
    return replace(
        now,
        inputs=_less(now.inputs, before.inputs),
        state_prev=_less(now.state_prev, before.state_prev),
        state=_less(now.state, before.state),
        y=_minus(now.y, before.y),
        values=_less(now.values, before.values),
        parameters=_less(now.parameters, before.parameters),
        below=(),
    )


def _less(now: Mapping[str, Array], before: Mapping[str, Array]) -> dict[str, Array]:
    return {name: _minus(array, before[name]) for name, array in now.items()}


def _minus(now: Array, before: Array) -> Array:
    with np.errstate(all="ignore"):
        found = np.asarray(now - before)
    found.flags.writeable = False
    return found


class Comparison:
    """How far the y of a layer is from that of another run, over all timesteps that both have passed.

    Attributes:
        now, before: the two walks, of which the layer is comparable.
        layer: from 0.
        ready: timesteps that have been compared, from the first.
        first: (O,), for every number of y the first timestep at which it differs by more than `TOLERANCE`; 0 for none.
        last: the last timestep at which any does; 0 for none.
    """

    def __init__(self, now: Walk, before: Walk, layer: int) -> None:
        self.now, self.before, self.layer = now, before, layer
        self.count = min(now.last, before.last)
        self.ready, self.last = 0, 0
        self._sizes = np.zeros(self.count, np.float32)
        self.first = np.zeros(0, np.int64)

    @property
    def over(self) -> bool:
        """Whether all has been compared."""
        return self.ready >= self.count

    @property
    def behind(self) -> bool:
        """Whether there is something to compare that both have passed."""
        return not self.over and min(self.now.ready, self.before.ready) > self.ready

    def advance(self) -> bool:
        """Compares some more timesteps that both have passed; False where there are none."""
        if not self.behind:
            return False
        shared = min(self.now.same_as(self.before), self.count)
        if self.ready < shared:
            self.ready = shared
            return True
        end = min(self.count, self.now.ready, self.before.ready)
        for tape in (self.now.tape, self.before.tape):
            end = min(end, tape.cuts.end(self.ready + 1))
        now, before = self._y(self.now, self.ready, end), self._y(self.before, self.ready, end)
        with np.errstate(all="ignore"):
            gap = np.where((now == before) | (np.isnan(now) & np.isnan(before)), 0, now - before)
            self._sizes[self.ready : end] = np.sqrt((gap * gap).sum(axis=1))
            felt = ~(np.abs(gap) <= TOLERANCE)  # what is no number in one of them alone is felt as well
        if not self.first.size:
            self.first = np.zeros(gap.shape[1], np.int64)
        new = felt.any(axis=0) & (self.first == 0)
        self.first[new] = self.ready + 1 + felt.argmax(axis=0)[new]
        if felt.any():
            self.last = self.ready + 1 + int(np.flatnonzero(felt.any(axis=1))[-1])
        self.ready = end
        return True

    def size(self, t: int) -> float | None:
        """The norm of the difference at t; None where it is not known yet."""
        return float(self._sizes[t - 1]) if 1 <= t <= self.ready else None

    def columns(self, width: int) -> list[tuple[float, float] | None]:
        """The range of the norm in each of `width` columns over the whole run, as `Digest.columns` gives them."""
        at = begins(len(self.now), width)
        there = at[at < self.ready]
        if not there.size:
            return [None] * max(width, 0)
        sizes = self._sizes[: self.ready]
        with np.errstate(all="ignore"):
            lows, highs = np.minimum.reduceat(sizes, there), np.maximum.reduceat(sizes, there)
        found: list[tuple[float, float] | None] = list(zip(lows.tolist(), highs.tolist(), strict=True))
        return found + [None] * (width - len(found))

    def _y(self, walk: Walk, start: int, end: int) -> Array:
        """The y of some timesteps, which are of one chunk."""
        part: Array = walk.chunk_at(start + 1).rows(self.layer, "y", start, end)
        return part
