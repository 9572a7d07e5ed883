"""Missing numbers: filled in, left out with their row, or refused with their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.parts import Parts
from rnn_tui.core.sequence import Array
from rnn_tui.files.source import Source

Place = Callable[[str, int, int], str]
"""Where in the file a number stands: of ``x`` or ``targets``, row and column counted from 0."""
FILLS = {"previous": "the one before", "mean": "the mean of its column", "zero": "0"}


def filled(
    source: Source, fill: str, x: Array, place: Place, parts: Parts | None = None
) -> tuple[Array, NDArray[Any] | None, list[str]]:
    """x, (T, I), without NaN; the rows that are kept where some are left out, else None; and what is said of it.

    A mean is that of the numbers of the column that are there. The number before is one of the same sequence.

    Raises:
        LoadError: nothing is there to fill it with, or no row is left.
    """
    missing = np.isnan(x)
    count = int(missing.sum())
    if not count:
        return x, None, []
    if fill == "drop":
        kept = np.flatnonzero(~missing.any(axis=1))
        if not kept.size:
            raise source.error("", "has no row without a missing number", "fill = zero fills them")
        gone = len(x) - len(kept)
        told = "1 row that lacks a number is" if gone == 1 else f"{gone:,} rows that lack a number are"
        return x[kept], kept, [f"{told} left out"]
    x = x.copy()
    if fill == "previous":
        first = 0 if parts is None else (parts.starts[parts.numbers()] - 1)[:, None]
        rows = np.where(missing, first, np.arange(len(x))[:, None])
        x = np.take_along_axis(x, np.maximum.accumulate(rows, axis=0), axis=0)
    elif fill == "mean":
        present = np.maximum((~missing).sum(axis=0), 1)
        means = np.where(missing.all(axis=0), np.nan, np.where(missing, 0, x).sum(axis=0) / present)
        x = np.where(missing, means, x)
    else:
        x[missing] = 0
    left = np.argwhere(missing & np.isnan(x))
    if len(left):
        row, column = (int(i) for i in left[0])
        why = "is missing, with no number before it" if fill == "previous" else "is missing, as is all of its column"
        hint = "fill = mean fills it, fill = drop leaves the row out" if fill == "previous" else "fill = zero fills it"
        raise source.error(place("x", row, column), why, hint)
    numbers = "a number that is missing is" if count == 1 else f"each of {count:,} missing numbers is"
    return x, None, [f"{numbers} filled with {FILLS[fill]}"]
