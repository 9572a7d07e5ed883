"""One-hot rows of tokens, and those of the tokens after them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def one_hot_rows(tokens: Array, size: int) -> tuple[Array, Array]:
    """x, (T, size), one-hot by tokens (T,) from 0; and x one timestep later, NaN at the last."""
    steps = len(tokens)
    rows = np.zeros((steps + 1, size))
    rows[np.arange(steps), tokens] = 1
    rows[steps] = np.nan
    return rows[:steps], rows[1:]
