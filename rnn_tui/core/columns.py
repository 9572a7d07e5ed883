"""Many timesteps in a few columns, or few in many: which ones a column is of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def begins(count: int, width: int) -> Array:
    """The timestep, from 0, at which each of `width` columns over `count` timesteps begins: (width,), ascending.

    Where there are more columns than timesteps, neighbours are of the same one.
    """
    return np.arange(max(width, 0)) * count // max(width, 1)


class Stretch(NamedTuple):
    """Columns that are of the same timesteps.

    Attributes:
        first, end: the timesteps, from 0, and one past the last.
        column, width: the first column, and how many there are.
    """

    first: int
    end: int
    column: int
    width: int


def stretches(begin: Array, count: int) -> list[Stretch]:
    """The columns of `begins` over `count` timesteps, those of the same ones together."""
    starts, at, widths = np.unique(begin, return_index=True, return_counts=True)
    ends = [*starts[1:].tolist(), count]
    return list(map(Stretch, starts.tolist(), ends, at.tolist(), widths.tolist()))
