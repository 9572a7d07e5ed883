"""Several sequences in one: where each begins. Their timesteps are counted through, so that t says which is meant."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, init=False)
class Parts:
    """The sequences that stand one after the other in T timesteps.

    Attributes:
        starts: (n,) read-only, the first timestep of each, from 1, ascending; the first is 1.
        count: T.
        names: what each is called, or empty.
    """

    starts: Array
    count: int
    names: tuple[str, ...]

    def __init__(self, starts: Any, count: int, names: Rows[str] = ()) -> None:
        """Checks and freezes.

        Raises:
            InputError: no ascending timesteps from 1 to T, or another number of names.
        """
        found = np.asarray(starts)
        whole = found.ndim == 1 and found.size and found.dtype.kind in "iu"
        if not whole or found[0] != 1 or found[-1] > count or (np.diff(found) < 1).any():
            raise InputError("", "starts", "are not where sequences begin", f"1 first, up to {count}, ascending")
        if names and len(names) != len(found):
            raise InputError("", "names", f"there are {len(names)} names where {len(found)} sequences are")
        found = found.astype(np.int64)
        found.flags.writeable = False
        object.__setattr__(self, "starts", found)
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "names", tuple(names))

    def __len__(self) -> int:
        """n."""
        return len(self.starts)

    def at(self, t: int) -> int:
        """Which sequence a timestep (1 to T) is of, from 0; t = 0 goes with the first."""
        return max(int(np.searchsorted(self.starts, t, "right")) - 1, 0)

    def span(self, index: int) -> tuple[int, int]:
        """The first and the last timestep of a sequence, from 0."""
        last = int(self.starts[index + 1]) - 1 if index + 1 < len(self) else self.count
        return int(self.starts[index]), last

    def told(self, t: int) -> tuple[int, int, int]:
        """Which sequence a timestep is of, from 1, of how many, and what it counts there."""
        return self.at(t) + 1, len(self), self.within(t)

    def within(self, t: int) -> int:
        """A timestep as its own sequence counts it, from 1."""
        return t - int(self.starts[self.at(t)]) + 1

    def numbers(self) -> Array:
        """(T,), which sequence each timestep is of, from 0."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts, append=self.count + 1))

    def chosen(self, rows: Array) -> Parts | None:
        """Those of which some timesteps, by their rows from 0, are taken in that order; None where they are mixed, or
        of one sequence alone."""
        numbers = self.numbers()[rows]
        begins = np.flatnonzero(np.diff(numbers, prepend=-1))
        if not 1 < len(begins) == len(np.unique(numbers)):
            return None
        names = tuple(self.names[number] for number in numbers[begins]) if self.names else ()
        return Parts(begins + 1, len(rows), names)
