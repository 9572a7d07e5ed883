"""One-hot rows of tokens, (T, V), which are made when they are looked at.

A text of a million characters over 65 of them takes 4 MB as the numbers of its tokens, and 580 MB as rows of float64.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from rnn_tui.core.errors import RangeError
from rnn_tui.core.texts import megabytes

Array = NDArray[Any]

DENSE = 2**21
"""The most numbers that are made rows at once."""
LARGEST = 2 * 2**30
"""The bytes of the rows that may be looked at at a time."""


class OneHot(NDArrayOperatorsMixin):
    """A read-only matrix of one-hot rows, which takes the memory of its tokens alone.

    A slice or a choice of rows is an ordinary array; whatever else is asked of it is asked of the array of all rows.

    Attributes:
        tokens: (T,) the column of the 1 in each row, from 0; -1 for a row of NaN.
        width: V, the number of columns.
        dtype: of the rows.
    """

    ndim = 2
    base = None

    def __init__(self, tokens: Array, width: int, dtype: Any = np.float64) -> None:
        self.tokens = tokens.view()
        self.tokens.flags.writeable = False
        self.width, self.dtype = width, np.dtype(dtype)

    @property
    def shape(self) -> tuple[int, int]:
        """(T, V)."""
        return len(self.tokens), self.width

    @property
    def size(self) -> int:
        """T times V."""
        return len(self.tokens) * self.width

    @property
    def nbytes(self) -> int:
        """What all rows would take."""
        return int(self.size * self.dtype.itemsize)

    @property
    def held(self) -> int:
        """What it does take."""
        return int(self.tokens.nbytes)

    @property
    def known(self) -> Array:
        """(T,) whether a row is not NaN."""
        return np.asarray(self.tokens >= 0)

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Array]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        rows, *rest = key if isinstance(key, tuple) else (key,)
        if rows is None or rows is Ellipsis or len(rest) > 1 or getattr(rows, "ndim", 0) > 1:
            return np.asarray(self)[key]
        made = self._rows(self.tokens[rows])
        return made[(..., *rest)] if rest else made

    def _rows(self, tokens: Any) -> Array:
        """The rows of some tokens, or of one. Raises RangeError where they are too many."""
        chosen = np.asarray(tokens)
        if chosen.size * self.width * self.dtype.itemsize > LARGEST:
            why = f"{chosen.size:,} one-hot rows over {self.width:,} tokens take more than {megabytes(LARGEST)}"
            raise RangeError("", "", why, "look at fewer timesteps at a time")
        rows = np.zeros((chosen.size, self.width), self.dtype)
        flat = chosen.reshape(-1)
        there = np.flatnonzero(flat >= 0)
        rows[there, flat[there]] = 1
        rows[flat < 0] = np.nan
        rows = rows.reshape((*chosen.shape, self.width))
        rows.flags.writeable = False
        return rows

    def astype(self, dtype: Any, copy: bool = True) -> OneHot:
        """The same of another type; `copy` is that of `numpy.ndarray.astype`, and nothing is copied."""
        return OneHot(self.tokens, self.width, dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        rows = self._rows(self.tokens)
        return rows.astype(dtype or self.dtype, copy=bool(copy))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        rows = (np.asarray(each) if isinstance(each, OneHot) else each for each in inputs)
        return getattr(ufunc, method)(*rows, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(np.asarray(self), name)


def one_hot_rows(tokens: Array, width: int, ends: Any = ()) -> tuple[Any, Any]:
    """x, (T, width), one-hot by tokens (T,) from 0; and x one timestep later, NaN at the last.

    Up to `DENSE` numbers they are arrays, beyond that rows that are made when they are looked at.

    Args:
        tokens: (T,).
        width: how many there are.
        ends: further rows, from 0, that nothing comes after.
    """
    following = np.append(tokens[1:], np.int32(-1)).astype(np.int32)
    following[np.asarray(ends, np.int64)] = -1
    rows = OneHot(tokens.astype(np.int32), width), OneHot(following, width)
    return rows if len(tokens) * width + width > DENSE else (np.asarray(rows[0]), np.asarray(rows[1]))


def known_rows(targets: Array) -> Array:
    """(T,) which rows of targets, (T, O), there are: those without NaN."""
    if isinstance(targets, OneHot):
        return targets.known
    return np.asarray(~np.isnan(targets).any(axis=-1))


def are_distributions(targets: Array) -> bool:
    """Whether every row that is known is 0 or more and sums to 1."""
    if isinstance(targets, OneHot):
        return True
    known = targets[known_rows(targets)]
    return bool((known >= 0).all()) and np.allclose(known.sum(axis=1), 1)
