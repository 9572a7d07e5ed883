"""How much every row and every column of an equation contributes, so that what matters can be in view.

The numbers of an equation are counted along axes. One is that of the result: row i of W, of b and of s are one unit.
Every vector that a matrix stands on has another: column j of W is row j of x. Both are found in the equation's tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, applied
from rnn_tui.core.moment import Moment

Array = NDArray[Any]
Axis = Expression | None
"""What is counted: the numbers of the result (None), or those of a vector that a matrix stands on."""


@dataclass(frozen=True, eq=False)
class Sizes:
    """The magnitudes of a matrix, which are the same at every timestep, and the largest of every column."""

    all: Array
    columns: Array

    @classmethod
    def of(cls, matrix: Array) -> Sizes:
        """Of a matrix (H, I)."""
        sizes = magnitude(matrix)
        return cls(sizes, sizes.max(axis=0, initial=0))


def contributions(
    moment: Moment,
    expression: Expression,
    row: int | None = None,
    sizes: Callable[[str, Array], Sizes] = lambda _, matrix: Sizes.of(matrix),
) -> Mapping[Axis, Array]:
    """For every axis the largest magnitude of a term that each of its places has a part in.

    Args:
        moment: the numbers.
        expression: a sum, as a rule: ``W @ x[t] + U @ s[t-1] + b`` has for row i of the result the largest of all
            W_ij x_j, all U_ij s_j and b_i, and for column j the largest of all W_ij x_j.
        row: the row that is asked about; then columns have the magnitude of W_ij x_j in that row alone.
        sizes: where the magnitudes of a parameter may be kept.
    """
    found = _Contributions(moment, row, sizes)
    with np.errstate(all="ignore"):
        found.axes[None] = np.atleast_1d(found.largest(expression))
    return found.axes


@dataclass(frozen=True, eq=False)
class _Contributions:
    moment: Moment
    row: int | None
    sizes: Callable[[str, Array], Sizes]
    axes: dict[Axis, Array] = field(default_factory=dict)

    def largest(self, expression: Expression) -> Array:
        """The largest magnitude of a term in every row of an expression; notes the columns on the way."""
        if isinstance(expression, Apply):
            name, kind, operands = expression.operation.name, expression.operation.kind, expression.operands
            if name == "@":
                return self._product(operands[0], operands[1])
            if name == "row":
                self._note(operands[1], magnitude(self.moment.value(operands[1])))
            elif kind in ("rearrangement", "reduction"):
                for operand in operands:
                    self._note(operand, magnitude(self.moment.value(operand)))
            elif kind == "activation":
                return self.largest(operands[0])
            elif name == "/":
                self.largest(operands[1])  # notes its columns; a divisor is no term of its own
                return (
                    self.largest(operands[0]) if has_matrix(operands[0]) else magnitude(self.moment.value(expression))
                )
            elif kind == "sum" or has_matrix(expression):
                whole = self.largest(operands[0])
                for operand in operands[1:]:
                    whole = np.maximum(whole, self.largest(operand))
                return whole
        return magnitude(self.moment.value(expression))

    def _product(self, matrix: Expression, vector: Expression) -> Array:
        values = self.moment.value(matrix)
        known = self.sizes(str(matrix), values)
        by = magnitude(self.moment.value(vector))
        inner = self.row is not None and self.row < len(values)
        self._note(vector, magnitude((known.all[self.row] if inner else known.columns) * by))
        _Contributions(self.moment, None, self.sizes, self.axes).largest(vector)  # a matrix inside has its own columns
        reached = np.flatnonzero(by)  # of a one-hot a single column
        terms = known.all[:, reached] * by[reached] if 2 * len(reached) < len(by) else known.all * by
        return magnitude(terms.max(axis=1, initial=0))

    def _note(self, axis: Expression, weights: Array) -> None:
        before = self.axes.get(axis)
        self.axes[axis] = weights if before is None else np.maximum(before, weights)


def magnitude(values: Array) -> Array:
    """How large numbers are; one that is not a number is larger than all."""
    sizes = np.abs(values)
    return sizes if np.isfinite(sizes).all() else np.where(np.isnan(sizes), np.inf, sizes)


def has_matrix(expression: Expression) -> bool:
    """Whether a matrix stands in an expression."""
    return any(each.operation.name == "@" for each in applied(expression))
