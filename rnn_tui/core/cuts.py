"""Where time is cut into chunks: of one length, or of the lengths of the windows that a network learned from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np


class Cuts:
    """The chunks of T timesteps, each as rows: first, and one past the last.

    Attributes:
        edges: (n + 1,), the first row of each, and T.
        longest: timesteps of the longest chunk.
    """

    def __init__(self, firsts: Sequence[int], count: int) -> None:
        """Takes the first row of every chunk, ascending from 0, and T."""
        self._firsts, self._count = list(firsts), count
        self.edges = np.array([*self._firsts, count], np.int64)
        self.longest = int(np.diff(self.edges).max(initial=0))

    @classmethod
    def even(cls, length: int, count: int) -> Cuts:
        """T timesteps in chunks of one length; the last may be shorter."""
        return cls(range(0, count, length), count)

    def __len__(self) -> int:
        return len(self._firsts)

    def __getitem__(self, index: int) -> tuple[int, int]:
        first = self._firsts[index]
        return first, self._firsts[index + 1] if index + 1 < len(self._firsts) else self._count

    def of(self, t: int) -> int:
        """Which chunk, from 0, timestep t (from 1) is in; those past the last are taken for the last's."""
        return max(bisect_right(self._firsts, t - 1) - 1, 0)

    def end(self, t: int) -> int:
        """One past the last row of the chunk that timestep t (from 1) is in."""
        return self[self.of(t)][1]

    def passed(self, done: int) -> int:
        """How many timesteps the first so many chunks have together."""
        return self._firsts[done] if done < len(self._firsts) else self._count

    def between(self, first: int, last: int) -> range:
        """The chunks that some timesteps, from 1, both included, are in."""
        return range(self.of(first), self.of(last) + 1)
