"""A trace: numbers that something else computed, another framework or an earlier version, to compare a run with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]
Key = tuple[int, str]
"""A layer, from 0, and one of its quantities."""
Values = Mapping[Key, Array]
"""Of some quantities of some layers their numbers, one row a timestep: (R, n) each."""
TOLERANCE = 2e-6
"""What float32 leaves open: a difference up to this times max(1, |ours|) is none."""
SHOWN_LAST = ("c", "s", "y")


@dataclass(frozen=True, eq=False)
class Trace:
    """Numbers that were computed elsewhere, R timesteps of N sequences.

    Attributes:
        values: (N, R, n) float64 each; NaN is what was NaN there.
        open: what the digits that were written leave open, an amount for every number of `values`; 0 where all are
            there.
        first: the timestep, from 1, that its first row is of.
        item: which of the N sequences it is that counts, from 0.
        notes: what was guessed in reading it, one sentence each.
    """

    values: Values
    open: Mapping[Key, Array] = field(default_factory=dict)
    first: int = 1
    item: int = 0
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[Key, ...]:
        """What it has, by layer and then in the order in which a reader looks: gates, c, s, y."""
        return tuple(self.values)

    @property
    def items(self) -> int:
        """N."""
        return max(len(array) for array in self.values.values())

    @property
    def rows(self) -> int:
        """R."""
        return max(int(array.shape[1]) for array in self.values.values())

    def of(self, key: Key, item: int | None = None) -> Array:
        """(R, n), the numbers of a quantity, of the sequence that counts or another one."""
        array = self.values[key]
        found: Array = array[min(self.item if item is None else item, len(array) - 1)]
        return found

    def allowed(self, key: Key, ours: Array, tolerance: float, item: int | None = None) -> Array:
        """How large a difference to some first rows of ours is none: (rows, n)."""
        with np.errstate(all="ignore"):
            found = tolerance * np.maximum(1, np.abs(ours))
        if key in self.open:
            found = np.maximum(found, self.open_of(key, item)[: len(ours)])
        return np.asarray(found)

    def open_of(self, key: Key, item: int | None = None) -> Array:
        """(R, n), what the digits of a quantity leave open."""
        array = self.open[key]
        found: Array = array[min(self.item if item is None else item, len(array) - 1)]
        return found


def quantities(cell: Cell) -> tuple[str, ...]:
    """What a cell computes, in the order in which a reader looks: gates as the equations have them, then c, s and y."""
    gates = [name for name in cell.shapes if name not in SHOWN_LAST]
    return (*gates, *(name for name in SHOWN_LAST if name in cell.shapes))
