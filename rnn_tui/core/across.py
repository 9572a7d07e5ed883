"""Where a number comes from across time: how much every x_k matters to one computed number of a timestep t.

By removal: the number less what it would be if x_k were zeros, found by running again (occlusion: Zeiler and Fergus
2014, Visualizing and understanding convolutional networks). By gradient: its gradient by x_k times x_k, which is what
removal comes to where all is linear (gradient times input: Shrikumar et al. 2016, Not just a black box).

Where the network learns, every timestep counts with the parameters that were used at it.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.backward import step_back
from rnn_tui.core.errors import InputError
from rnn_tui.core.paths import SEQUENCE, Paths, Span
from rnn_tui.core.references import Ref
from rnn_tui.core.removal import Removal, effort
from rnn_tui.core.run import Walk

Array = NDArray[Any]
T = TypeVar("T")
FARTHEST = 200
"""Timesteps that are looked at, back from t, and on from it where later ones matter."""
WORK = 2**32
"""Nanoseconds, as `removal.effort` counts, that one number may take; of more x_k the nearest are looked at."""
AT_ONCE = 2**24
"""Those that are done before the first look at it."""
BACK = 8
"""How much more a timestep takes on the way back than forwards."""
TOO_LONG = "both directions would have to be gone through whole for every x, and the sequence is too long for that"


def removed(walk: Walk, number: Ref, k: int) -> float:
    """A computed number of a run as it would be if x_k were zeros.

    Args:
        walk: the run.
        number: with layer (from 1), t and row.
        k: 1 to T.

    Raises:
        InputError: x chooses a row of a table in a layer that does more than that.
    """
    removal = Removal(walk, number, Paths.to(walk, number))
    if removal.why_not:
        raise InputError("", str(number), removal.why_not)
    return _end(removal.without(k))


def by_gradient(walk: Walk, number: Ref) -> dict[int, Array]:
    """The gradient of a computed number by x_k, (I,), for every k it can depend on; k for which it is zero may miss."""
    paths = Paths.to(walk, number)
    return _end(_gradients(walk, number, paths, paths.spans[SEQUENCE]))


def across(walk: Walk, number: Ref) -> Across:
    """How much every x_k matters to a number; the same one for the same number, begun with what is done at once."""

    def begun() -> Across:
        made = Across(walk, number)
        while made.spent < AT_ONCE and made.advance():
            pass
        return made

    return walk.memo.get(("across", walk.epoch, number), begun)


class Across:
    """How much every x_k matters to a number, as far as that is known.

    Attributes:
        walk: the run.
        number: with layer (from 1), t and row.
        value: what it is.
        ks: the k that are looked at, ascending.
        skipped: how many could matter as well before those, and after them.
        slopes: k to its gradient by x_k times x_k; all of them at once, or none yet.
        without: k to what it would be without x_k; those nearest to t come first.
        why: why removal cannot be told; empty where it can.
        tables: whether not x_k is taken away, but the row of a table that it chooses.
        over: whether all is known.
        spent: what was done for it, in such nanoseconds.
    """

    def __init__(self, walk: Walk, number: Ref) -> None:
        self.walk, self.number, t = walk, number, number.t or 0
        self.paths = Paths.to(walk, number)
        self.removal = Removal(walk, number, self.paths)
        self.value = self.removal.value(None)
        first, last = self.paths.spans[SEQUENCE]
        if not any(walk.network.layers[index].cell.recurrent for index in self.paths.layers):
            first = 1  # which cannot matter, and that is told
        near = range(max(first, t - FARTHEST), min(last, t + FARTHEST) + 1)
        self.why, self.tables = self.removal.why_not, bool(self.removal.tables)
        self.ks = self._afforded(near, t)
        self.skipped = (self.ks[0] - first, last - self.ks[-1])
        self.slopes: dict[int, float] = {}
        self.without: dict[int, float] = {}
        self.over, self.spent = self.why == TOO_LONG, 0
        self._work = self._slices()

    def advance(self) -> bool:
        """Does some more of the work; False when all is known."""
        try:
            self.spent += 0 if self.over else next(self._work)
        except StopIteration:
            self.over = True
        except InputError as error:
            self.why, self.over = error.why, True
        return not self.over

    @property
    def effects(self) -> dict[int, float]:
        """k to how much of the number comes from x_k: the number less what it would be without, as far as known."""
        return {k: self.value - value for k, value in self.without.items()}

    @property
    def strongest(self) -> int | None:
        """The k that matters most: by removal, by gradient where that is not known yet; None where none matters."""
        sizes = {k: abs(size) for k, size in {**self.slopes, **self.effects}.items() if math.isfinite(size)}
        best = max(sizes, key=lambda k: (sizes[k], k), default=None)
        return best if best is not None and sizes[best] else None

    def _afforded(self, near: range, t: int) -> range:
        """As many of some k, those nearest to t, as there is time for; notes it where there is none for any."""
        first = last = t
        left = WORK - (self._whole_way_back() if self.paths.turning else 0)
        for k in sorted(near, key=lambda k: (abs(k - t), k)):
            left -= BACK * sum(effort(self.walk, index) for index in self.paths.layers)
            left -= 0 if self.why else self.removal.effort(k)
            if left < 0:
                break
            first, last = min(first, k), max(last, k)
        if left < 0 and first == last and self.paths.turning:
            self.why = TOO_LONG
        return range(first, last + 1)

    def _whole_way_back(self) -> int:
        """What the gradient takes where it has to go through all timesteps."""
        timesteps = {index: last - first + 1 for index, (first, last) in self.paths.spans.items()}
        return sum(timesteps[index] * BACK * effort(self.walk, index) for index in self.paths.layers)

    def _slices(self) -> Generator[int, None, None]:
        """The work, with a pause and what it took after every slice."""
        walk, dtype = self.walk, self.walk.network.dtype
        window = self.ks[0], self.ks[-1]
        gradients = yield from _gradients(walk, self.number, self.paths, window)
        for k in self.ks:
            x = np.asarray(walk.sequence.x[k - 1], dtype)
            with np.errstate(all="ignore"):
                self.slopes[k] = float(np.dot(gradients[k], x)) if k in gradients else 0.0
        if self.why:
            return
        first, last = self.paths.spans[SEQUENCE]
        for k in sorted(self.ks, key=lambda k: (abs(k - (self.number.t or 0)), k)):
            self.without[k] = (yield from self.removal.without(k)) if first <= k <= last else self.value


def _gradients(walk: Walk, number: Ref, paths: Paths, window: Span) -> Generator[int, None, dict[int, Array]]:
    """The gradient of a number by every x_k of a window, layer by layer down to the sequence; it pauses after every
    timestep, with what that took. What no way of the number leads through is left out."""
    network, interventions = walk.network, walk.run.interventions
    above: dict[int, dict[int, Array]] = {index: {} for index in (*paths.layers, SEQUENCE)}
    for index in reversed(paths.layers):
        layer, (first, last) = network.layers[index], paths.spans[index]
        if not paths.turning:
            first, last = max(first, window[0]), min(last, window[1])
        later: Mapping[str, Array] | None = None
        for t in range(first, last + 1) if layer.reverse else range(last, first - 1, -1):
            asked = index == number.layer - 1 and t == number.t
            dy = above[index].pop(t, None)
            if dy is None and later is None and not asked:
                continue
            moment = walk.chunk_at(t).moment(index, t)
            own = {number.name: _unit(moment.values[number.name], number.row or 0)} if asked else {}
            dy = np.zeros_like(moment.values["y"]) if dy is None else dy
            after = later or {name: np.zeros_like(array) for name, array in moment.state_prev.items()}
            adjoint = step_back(moment, dy, after, own=own, forced=interventions.at(index, t, moment.values))
            later = adjoint.state_prev if layer.cell.recurrent and not interventions.afresh(t, layer.reverse) else None
            for source, name in zip(network.reads[index], layer.cell.inputs, strict=True):
                part, known = adjoint.inputs[name], above[source].get(t)
                above[source][t] = part if known is None else known + part
            yield BACK * effort(walk, index)
    return above[SEQUENCE]


def _unit(array: Array, row: int) -> Array:
    """The gradient of one of some numbers by all of them."""
    unit = np.zeros_like(array)
    unit[row] = 1
    return unit


def _end(work: Generator[int, None, T]) -> T:
    """What some work comes to, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found
