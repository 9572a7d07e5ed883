"""Where a condition holds in a walk: looked at a few chunks at a time, and kept, a byte a timestep."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.conditions import Condition
from rnn_tui.core.run import Walk
from rnn_tui.core.search import Moments, at_hand

Array = NDArray[Any]

STRETCH = 2**14
"""Timesteps that are looked at in one go where nothing has to be run again for them."""
UNKNOWN = -1


def hits_of(walk: Walk, layer: int, condition: Condition) -> Hits:
    """Where a condition of a layer (index from 0) holds in a walk; the same one for the same text."""
    found: Hits = walk.hits.get((layer, condition.text), lambda: Hits(walk, layer, condition))
    return found


class Hits:
    """The timesteps of a walk at which a condition holds, as far as one has looked.

    What is kept of the run is read in large stretches; else a chunk is looked at as a whole. A condition that has to
    hold for several steps is counted from where it holds once, which is kept as well.

    Attributes:
        count: how many there are.
        first, last: the first and the last of them; 0 where there is none.
        looked: how many timesteps one has looked at.
    """

    def __init__(self, walk: Walk, layer: int, condition: Condition) -> None:
        self.walk, self.layer, self.condition = walk, layer, condition
        self.count = self.first = self.last = self.looked = 0
        self._once = hits_of(walk, layer, condition.once) if condition.steps > 1 else None
        self._held = np.zeros(walk.last, bool)
        self._tails = np.full(walk.tape.chunks, UNKNOWN)  # of each chunk at how many timesteps up to its end it holds

    def bounds(self, begin: int, end: int) -> tuple[int, int]:
        """The timesteps of some chunks, from 0: the first, and one past the last."""
        cuts = self.walk.tape.cuts
        return cuts.passed(begin), min(cuts.passed(end), self.walk.last)

    def known(self, index: int) -> bool:
        """Whether one has looked at a chunk."""
        return bool(self._tails[index] != UNKNOWN)

    def of(self, index: int) -> Array:
        """The timesteps of a chunk at which it holds, ascending."""
        self.look(index)
        first, end = self.bounds(index, index + 1)
        found: Array = np.flatnonzero(self._held[first:end]) + first + 1
        return found

    def look(self, index: int) -> None:
        """Looks at a chunk, and at those before it that it has to know of."""
        for _ in self.looking(index):
            pass

    def looking(self, index: int) -> Iterator[None]:
        """The same, with pauses in which the caller can do something else, where it takes long."""
        if self.known(index):
            return
        tape = self.walk.tape
        self.walk.sequence.check_there()
        if index >= tape.done:
            tape.chunk(index)
        begin, end = self._stretch(index)
        if self._once is None:
            self._note(begin, self._answered(begin, end))
            return
        for each in range(begin, end):
            if not self._once.known(each):
                self._once.look(each)
                yield
        held = self._once._held[slice(*self.bounds(begin, end))]
        before = yield from self._once.streak(begin, self.condition.steps - 1)
        self._note(begin, lasted(held, before, self.condition.steps))

    def on(self) -> bool:
        """Looks on at what the run has passed, from its start. False where one has looked at all of that."""
        left = np.flatnonzero(self._tails[: self.walk.tape.done] == UNKNOWN)
        if left.size:
            self.look(int(left[0]))
        return bool(left.size)

    def streak(self, index: int, most: int) -> Generator[None, None, int]:
        """At how many timesteps in a row it holds right before a chunk, counted up to `most`."""
        edges = self.walk.tape.cuts.edges
        lowest = self.walk.tape.cuts.of(int(edges[index]) - most)
        while True:
            ends = np.flatnonzero(self._tails[lowest:index] != np.diff(edges[lowest : index + 1]))
            last = lowest + int(ends[-1]) if ends.size else lowest - 1
            if not ends.size or self.known(last):
                tail = int(self._tails[last]) if ends.size else 0
                return min(most, int(edges[index] - edges[last + 1]) + tail)
            self.look(last)
            yield

    def spans(self) -> tuple[Array, Array]:
        """The timesteps at which it holds as stretches without a gap: the first of each, and its last, ascending."""
        edges = np.flatnonzero(np.diff(self._held, prepend=False, append=False))
        return edges[::2] + 1, edges[1::2]

    def _stretch(self, index: int) -> tuple[int, int]:
        """The chunks, from one up to another, that are looked at together with a chunk."""
        if not at_hand(self.walk, self.layer, self.condition.needs):
            return index, index + 1
        many = max(1, STRETCH // self.walk.tape.cuts.longest)
        begin = index - index % many
        looked = np.flatnonzero(self._tails[begin : min(begin + many, self.walk.tape.done)] != UNKNOWN) + begin
        low, high = looked[looked < index], looked[looked > index]
        end = min(begin + many, self.walk.tape.done)
        return int(low[-1]) + 1 if low.size else begin, int(high[0]) if high.size else end

    def _answered(self, begin: int, end: int) -> Array:
        """For the timesteps of some chunks whether it holds."""
        first, last = self.bounds(begin, end)
        start = max(first - self.condition.back, 0)
        return self.condition.holds(Moments(self.walk, self.layer, start, last))[first - start :]

    def _note(self, begin: int, held: Array) -> None:
        """Keeps what is found from a chunk on."""
        cuts, (first, _) = self.walk.tape.cuts, self.bounds(begin, begin)
        self._held[first : first + len(held)] = held
        edges = cuts.edges[begin : cuts.of(first + len(held)) + 2] - first
        missed = np.maximum.accumulate(np.where(held, -1, np.arange(len(held))))
        since = edges[1:] - 1 - missed[edges[1:] - 1]
        self._tails[begin : begin + len(since)] = np.minimum(since, np.diff(edges))
        self.looked += len(held)
        found = np.flatnonzero(held)
        if found.size:
            low, high = first + int(found[0]) + 1, first + int(found[-1]) + 1
            self.first, self.last = min(low, self.first or low), max(high, self.last)
            self.count += found.size


def lasted(held: Array, before: int, steps: int) -> Array:
    """For each timestep whether something has held at the last `steps`, having held at `before` right before the first.

    Args:
        held: (n,), whether it holds.
        before: counted up to `steps` - 1.
        steps: 1 or more.
    """
    rows = np.arange(1, len(held) + 1)
    missed = np.maximum.accumulate(np.where(held, 0, rows))
    found: Array = held & (rows - missed + np.where(missed == 0, before, 0) >= steps)
    return found
