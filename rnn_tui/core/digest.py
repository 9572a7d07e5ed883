"""What a whole run looks like, in bounded memory: the smallest and the largest of every quantity in stretches of time.

The sequence is cut into at most `MOST_BUCKETS` buckets of timesteps. For each bucket and every named quantity of every
layer there are the range of its norm and of its mean, and, where it has at most `MOST_UNITS` numbers (a state, or the y
of a cell without one, `MOST_STATES`), the range of each number. It is filled chunk by chunk as the run passes, a
handful of NumPy calls for all quantities of one size at once, and all of it is float32: it is for pictures of the run,
the tape has the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.columns import begins
from rnn_tui.core.runner import Run, Runner

Array = NDArray[Any]

EVERY = 4096
"""Timesteps up to which each has a bucket of its own."""
MOST_BUCKETS = 8192
MOST_UNITS, MOST_STATES = 64, 1024
"""Numbers of a quantity up to which the range of each is kept; of a state, or of the y of a cell without one."""
MOST_BYTES, LEAST_BUCKETS = 64 * 2**20, 1024
"""Memory above which a run of more than `EVERY` timesteps has larger buckets, but never fewer than so many."""
NORM, MEAN, VALUE = "norm", "mean", "value"


class Digest:
    """The ranges of all quantities of a network over a run.

    Attributes:
        count: T.
        bucket: timesteps a bucket, a power of two; bucket k is of the timesteps k * bucket + 1 to (k + 1) * bucket.
        buckets: how many there are; the last may be of fewer timesteps.
        ready: timesteps that have been filled in, from the first.
    """

    def __init__(self, runners: Sequence[Runner], reverse: Sequence[bool], count: int, longest: int) -> None:
        """Makes room.

        Args:
            runners: one a layer: which quantities there are, and how many numbers each has.
            reverse: for each layer whether it runs backwards in time.
            count: T.
            longest: timesteps that are added at a time, at most.
        """
        self.count, self.ready = count, 0
        sizes = [_sizes(runner) for runner in runners]
        self.bucket = _bucket(count, sum(2 + size * each for own in sizes for size, each in own.values()))
        self.buckets = -(-count // self.bucket)
        self._layers = [
            _Layer(runner, own, back, self.buckets, self.bucket, min(longest, count))
            for runner, own, back in zip(runners, sizes, reverse, strict=True)
        ]

    @property
    def bytes(self) -> int:
        """The memory that all ranges take."""
        return sum(group.bytes for layer in self._layers for group in layer.groups)

    def names(self, layer: int) -> tuple[str, ...]:
        """The named quantities of a layer (index from 0), in the order computed."""
        return tuple(self._layers[layer].places)

    def size(self, layer: int, name: str) -> int:
        """How many numbers a quantity has. Raises KeyError where the layer has none of that name."""
        return self._layers[layer].places[name][0].size

    def same(self, layer: int, name: str, other: str) -> bool:
        """Whether two quantities of a layer are one and the same, as the y and the s of many cells are."""
        places = self._layers[layer].places
        return places[name] == places[other]

    def has(self, layer: int, name: str, unit: int | None, what: str) -> bool:
        """Whether `series` would know it."""
        if what not in (NORM, MEAN, VALUE) or not 0 <= layer < len(self._layers):
            return False
        place = self._layers[layer].places.get(name)
        if place is None or what != VALUE:
            return place is not None
        return unit is not None and place[0].each and 0 <= unit < place[0].size

    def series(self, layer: int, name: str, unit: int | None, what: str) -> tuple[Array, Array, int]:
        """The range of one trace in every bucket that has been filled, the last perhaps in part.

        Args:
            layer: from 0.
            name: a named quantity.
            unit: from 0, which of its numbers; for ``value`` only.
            what: ``value``, ``norm`` or ``mean``.

        Returns:
            low and high, float32, each (ceil(ready / bucket),), in the order of time, and the timesteps filled. Where
            a timestep is not a number the range is nan; what float32 cannot hold is infinite.

        Raises:
            KeyError: there is no such trace, or too many numbers for each to be kept.
        """
        if not self.has(layer, name, unit, what):
            raise KeyError(f"{name}: no {what} is kept" + (f" of number {unit}" if what == VALUE else ""))
        group, at = self._layers[layer].places[name]
        ready = self.ready
        filled = -(-ready // self.bucket)
        low, high = group.of(at, unit or 0, what)
        return low[:filled], high[:filled], ready

    def columns(
        self, layer: int, name: str, unit: int | None, what: str, width: int
    ) -> list[tuple[float, float] | None]:
        """The range of a trace in each of `width` columns over the whole run; None where nothing is computed yet.

        Column c begins at the timestep that `begins` says. A bucket on the border of two columns counts in the later.
        """
        low, high, ready = self.series(layer, name, unit, what)
        at = begins(self.count, width)
        at = at[at < ready] // self.bucket
        if not at.size:
            return [None] * max(width, 0)
        with np.errstate(all="ignore"):
            lows, highs = np.minimum.reduceat(low, at), np.maximum.reduceat(high, at)
        found: list[tuple[float, float] | None] = list(zip(lows.tolist(), highs.tolist(), strict=True))
        return found + [None] * (width - len(found))

    def strongest(self, layer: int, name: str, width: int) -> Array:
        """Of every number of a quantity the one of largest magnitude in each of `width` columns over the whole run.

        (N, n) float32, of the n columns of which something is computed; their timesteps are those of `columns`.

        Raises:
            KeyError: there is no such quantity, or it has too many numbers for each to be kept.
        """
        self.series(layer, name, 0, VALUE)
        group, at = self._layers[layer].places[name]
        first = begins(self.count, width)
        first = first[first < self.ready] // self.bucket
        filled = -(-self.ready // self.bucket)
        if not first.size:
            return np.zeros((group.size, 0), np.float32)
        with np.errstate(all="ignore"):
            low = np.minimum.reduceat(group.low[:filled, at, : group.size], first)
            high = np.maximum.reduceat(group.high[:filled, at, : group.size], first)
            strongest: Array = np.where(high >= -low, high, low).T
        return strongest

    def begin_with(self, other: Digest, ready: int) -> None:
        """Takes over the first `ready` timesteps, whole buckets, of a run of the same layers over as many timesteps."""
        for layer, theirs in zip(self._layers, other._layers, strict=True):
            layer.begin_with(theirs, -(-ready // self.bucket))
        self.ready = ready

    def add(self, first: int, runs: Sequence[Run]) -> None:
        """Fills in a chunk: the timesteps from `first` (from 1) on, which must be the first not filled in yet.

        Args:
            first: the first timestep.
            runs: for each layer what it computed, in the direction in which it runs.
        """
        with np.errstate(all="ignore"):
            for layer, run in zip(self._layers, runs, strict=True):
                layer.add(first - 1, run)
        self.ready = first - 1 + runs[0].length


def _bucket(count: int, numbers: int) -> int:
    """How many timesteps a bucket has, where it keeps the ranges of so many numbers."""
    bucket = 1
    while -(-count // bucket) > MOST_BUCKETS:
        bucket *= 2
    while count > EVERY and count // bucket > LEAST_BUCKETS and 8 * numbers * (count // bucket) > MOST_BYTES:
        bucket *= 2
    return bucket


Size = tuple[int, bool]
"""How many numbers a quantity has, and whether the range of each is kept."""


def _sizes(runner: Runner) -> dict[int, Size]:
    """The values that have a name, each once: identity to size."""
    plan = runner.plan
    history = plan.states or [(name, value) for name, value in plan.named if name == "y"]
    looked_at = {id(value) for _, value in history}
    found = {id(value): runner.size(value) for _, value in plan.named}
    return {key: (size, size <= (MOST_STATES if key in looked_at else MOST_UNITS)) for key, size in found.items()}


class _Layer:
    """The ranges of one layer: quantities of equal size are a group."""

    def __init__(
        self, runner: Runner, sizes: dict[int, Size], reverse: bool, buckets: int, bucket: int, longest: int
    ) -> None:
        self.reverse = reverse
        first: dict[int, str] = {}
        for name, value in runner.plan.named:
            first.setdefault(id(value), name)
        self.groups = [
            _Group([first[key] for key in first if sizes[key] == size], *size, buckets, bucket, longest)
            for size in dict.fromkeys(sizes.values())
        ]
        where = {name: (group, at) for group in self.groups for at, name in enumerate(group.names)}
        self.places = {name: where[first[id(value)]] for name, value in runner.plan.named}

    def begin_with(self, other: _Layer, buckets: int) -> None:
        """Takes over the first buckets."""
        for name, (group, at) in self.places.items():
            theirs, there = other.places[name]
            for own, given in ((group.low, theirs.low), (group.high, theirs.high)):
                kept = own.shape[-1]  # a y that is a copy of the state has its numbers kept, one that is forced not
                own[:buckets, at] = given[:buckets, there, -kept:]

    def add(self, start: int, run: Run) -> None:
        """Fills in a chunk from timestep `start`, from 0, on."""
        for group in self.groups:
            group.add(start, [run.named[name][::-1] if self.reverse else run.named[name] for name in group.names])


class _Group:
    """The ranges of the quantities of one size.

    Attributes:
        names: the K quantities.
        size: N, the numbers of each.
        each: whether the range of each number is kept.
        low, high: (buckets, K, N + 2), of each number, the mean and the norm; (buckets, K, 2) where not of each. One
            and the same array where a bucket is a timestep.
    """

    def __init__(self, names: list[str], size: int, each: bool, buckets: int, bucket: int, longest: int) -> None:
        self.names, self.size, self.each, self.bucket = names, size, each, bucket
        self.first = 0 if each else size
        self.low = np.empty((buckets, len(names), size + 2 - self.first), np.float32)  # no page of it is touched yet
        self.high = self.low if bucket == 1 else np.empty_like(self.low)
        self._rows = np.zeros((longest, len(names), size + 2))
        self._squares = np.zeros((longest * len(names), size + 2))
        self._ones = np.ones(size)

    @property
    def bytes(self) -> int:
        """The memory of the ranges."""
        return self.low.nbytes + (self.high.nbytes if self.high is not self.low else 0)

    def of(self, at: int, unit: int, what: str) -> tuple[Array, Array]:
        """The lowest and the highest of a trace: (buckets,) each."""
        column = {MEAN: -2, NORM: -1}.get(what, unit)
        return self.low[:, at, column], self.high[:, at, column]

    def add(self, start: int, arrays: list[Array]) -> None:
        """Fills in n timesteps, (n, N) for each of the K, in the order of time."""
        rows = self._rows[: len(arrays[0])]
        for at, array in enumerate(arrays):
            rows[:, at, :-2] = array
        flat = rows.reshape(-1, self.size + 2)  # products of a matrix and a vector: far faster than sums of short rows
        squares = np.multiply(flat, flat, out=self._squares[: len(flat)])
        flat[:, -2] = flat[:, :-2] @ self._ones / self.size
        flat[:, -1] = np.sqrt(squares[:, :-2] @ self._ones)
        place, into = divmod(start, self.bucket)
        for array, reduction in ((self.low, np.minimum), (self.high, np.maximum))[: 1 + (self.bucket > 1)]:
            found = _reduced(reduction, rows[:, :, self.first :], self.bucket, into)
            if into:  # the bucket has some timesteps already
                reduction(array[place], found[0], out=found[0])
            array[place : place + len(found)] = found


def _reduced(reduction: np.ufunc, rows: Array, bucket: int, into: int) -> Array:
    """The lowest or the highest in every bucket, of which the first has so many timesteps already; the last may be of
    fewer rows."""
    if bucket == 1:
        return rows
    if into or len(rows) % bucket:
        return np.asarray(reduction.reduceat(rows, np.append(0, np.arange(bucket - into, len(rows), bucket))))
    return np.asarray(reduction.reduce(rows.reshape(-1, bucket, *rows.shape[1:]), axis=1))
