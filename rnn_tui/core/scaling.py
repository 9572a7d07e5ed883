"""The columns of a sequence scaled, and the way back to their own unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Affine:
    """A scaling of columns: z = (v - offset) / factor.

    Attributes:
        offset, factor: one number a column, (I,), read-only.
    """

    offset: Array
    factor: Array

    def scaled(self, values: Array) -> Array:
        """Values, (..., I), in the scaled unit."""
        scaled: Array = ((values - self.offset) / self.factor).astype(values.dtype)
        return scaled

    def own(self, values: Array) -> Array:
        """Scaled values, (..., I), in their own unit."""
        return np.asarray(values * self.factor + self.offset)


@dataclass(frozen=True, eq=False)
class Scaling:
    """How a sequence was scaled, column by column.

    Attributes:
        how: ``minmax``, so that the columns go from 0 to 1, or ``standard``: mean 0 and standard deviation 1, that of
            all numbers (the sum of squares divided by their count).
        x: of the columns of x.
        targets: of those of the targets; None where there are none.
    """

    how: str
    x: Affine
    targets: Affine | None = None

    def of_x(self, x: Array) -> Array:
        """x, (T, I), scaled."""
        return self.x.scaled(x)

    def of_targets(self, targets: Array) -> Array:
        """The targets, (T, O), scaled; NaN stays NaN."""
        return targets if self.targets is None else self.targets.scaled(targets)

    def following(self) -> Scaling:
        """The same of a sequence whose targets are its next row."""
        return Scaling(self.how, self.x, self.x)

    def anew(self, rows: Array, x: Array, targets: Array | None = None) -> tuple[Scaling, list[str]]:
        """The scaling by some rows alone, and which columns are constant there, as `scaling_of` tells them.

        Args:
            rows: which, from 0.
            x: (T, I), as it is scaled.
            targets: (T, O) or None, likewise.
        """
        if targets is None or self.targets is None or self.targets is self.x:  # targets that are the next row
            found, constant = scaling_of(self.how, self.x.own(x[rows]))
            return (found if self.targets is None else found.following()), constant
        return scaling_of(self.how, self.x.own(x[rows]), self.targets.own(targets[rows]))


def scaling_of(how: str, x: Array, targets: Array | None = None) -> tuple[Scaling, list[str]]:
    """The scaling of a sequence, and which columns are constant, whose factor is 1: ``x 2``, ``target 1``.

    Args:
        how: ``minmax`` or ``standard``.
        x: (T, I).
        targets: (T, O) or None; what is not finite does not count.
    """
    own, constant = _affine(how, x)
    told = [f"x {column + 1}" for column in constant]
    if targets is None:
        return Scaling(how, own), told
    wanted, constant = _affine(how, targets)
    return Scaling(how, own, wanted), told + [f"target {column + 1}" for column in constant]


def _affine(how: str, values: Array) -> tuple[Affine, list[int]]:
    offset, factor = np.zeros(values.shape[1]), np.ones(values.shape[1])
    constant = []
    for column in range(values.shape[1]):
        numbers = np.asarray(values[:, column], np.float64)
        numbers = numbers[np.isfinite(numbers)]
        if not numbers.size:
            continue
        low, high = float(numbers.min()), float(numbers.max())
        offset[column] = low
        if low == high:
            constant.append(column)
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            if how == "minmax":
                factor[column] = high - low
            else:
                offset[column], factor[column] = numbers.mean(), numbers.std()
    for array in (offset, factor):
        array.flags.writeable = False
    return Affine(offset, factor), constant
