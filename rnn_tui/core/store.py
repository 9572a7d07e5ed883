"""The states and the y of a run, which stay in memory to the bit as far as there is room for them.

The tape computes a chunk again when it is asked for; a question about all of a long run would compute all of it again.
So what a chunk computed is copied here as the run passes, a whole quantity or nothing of it: the y of every layer, then
the states, the last layer before those below it, and each where it still fits into `MOST_BYTES`. A value with two names
is kept once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.runner import Run, Runner

Array = NDArray[Any]

MOST_BYTES = 2**27
"""Room for one quantity of 16 numbers at a million timesteps, and a little more."""

MOST_COPIED = 2**24
"""Bytes of a store up to which a run with edits has one of its own."""


class Store:
    """Quantities of a run at all of its timesteps, in the order of time.

    Attributes:
        ready: timesteps that have been copied, from the first.
    """

    def __init__(self, runners: Sequence[Runner], reverse: Sequence[bool], count: int) -> None:
        """Makes room.

        Args:
            runners: one a layer: which quantities there are, and how many numbers each has.
            reverse: for each layer whether it runs backwards in time.
            count: T.
        """
        self.ready, self._reverse = 0, tuple(reverse)
        self._names: list[dict[str, int]] = [{name: id(value) for name, value in r.plan.named} for r in runners]
        self._kept: list[dict[int, tuple[str, Array]]] = [{} for _ in runners]
        room = MOST_BYTES
        for _, layer, name in sorted(_wanted(runners), key=lambda each: not each[0]):
            runner, kept, key = runners[layer], self._kept[layer], self._names[layer][name]
            shape = count, runner.size(dict(runner.plan.named)[name])
            needed = shape[0] * shape[1] * runner.dtype.itemsize
            if key not in kept and needed <= room:
                room -= needed
                kept[key] = name, np.empty(shape, runner.dtype)  # no page of it is touched yet

    @property
    def bytes(self) -> int:
        """The memory that all of it takes."""
        return sum(array.nbytes for kept in self._kept for _, array in kept.values())

    def begun(self, other: Store | None, ready: int) -> Store | None:
        """This one with the first `ready` timesteps of another of the same layers; None where that would take much."""
        if other is None or other.ready < ready or self.bytes > MOST_COPIED:
            return None
        for layer, own in enumerate(self._kept):
            for name, array in own.values():
                theirs = other.of(layer, name)
                if theirs is None:
                    return None
                array[:ready] = theirs[:ready]
        self.ready = ready
        return self

    def of(self, layer: int, name: str) -> Array | None:
        """A named quantity of a layer (index from 0), (T, size), right in the first `ready` rows; None if not kept."""
        found = self._kept[layer].get(self._names[layer].get(name, 0))
        return None if found is None else found[1]

    def add(self, first: int, runs: Sequence[Run]) -> None:
        """Copies a chunk: the timesteps from `first` (from 1) on, which must be the first not copied yet.

        Args:
            first: the first timestep.
            runs: for each layer what it computed, in the direction in which it runs.
        """
        end = first - 1 + runs[0].length
        for run, kept, back in zip(runs, self._kept, self._reverse, strict=True):
            for name, array in kept.values():
                array[first - 1 : end] = run.named[name][::-1] if back else run.named[name]
        self.ready = end


def _wanted(runners: Sequence[Runner]) -> Iterator[tuple[bool, int, str]]:
    """What is kept where it fits, of the last layer first: whether it is a y, the layer, and the name."""
    for layer in range(len(runners) - 1, -1, -1):
        states = {id(value) for _, value in runners[layer].plan.states}
        for name, value in runners[layer].plan.named:
            if name == "y" or id(value) in states:
                yield name == "y", layer, name
