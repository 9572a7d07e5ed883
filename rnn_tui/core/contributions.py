"""How much every row and every column of an equation contributes, so that what matters can be in view.

The numbers of an equation are counted along axes. One is that of the result: row i of W, of b and of s are one unit.
Every vector that a matrix stands on has another: column j of W is row j of x. Both are found in the equation's tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.equations import Apply, Expression
from rnn_tui.core.moment import Moment

Array = NDArray[Any]
Axis = Expression | None
"""What is counted: the numbers of the result (None), or those of a vector that a matrix stands on."""


def contributions(moment: Moment, expression: Expression, row: int | None = None) -> Mapping[Axis, Array]:
    """For every axis the largest magnitude of a term that each of its places has a part in.

    Args:
        moment: the numbers.
        expression: a sum, as a rule: ``W @ x[t] + U @ s[t-1] + b`` has for row i of the result the largest of all
            W_ij x_j, all U_ij s_j and b_i, and for column j the largest of all W_ij x_j.
        row: the row that is asked about; then columns have the magnitude of W_ij x_j in that row alone.
    """
    found = _Contributions(moment, row)
    with np.errstate(all="ignore"):
        found.axes[None] = np.atleast_1d(found.largest(expression))
    return found.axes


@dataclass(frozen=True, eq=False)
class _Contributions:
    moment: Moment
    row: int | None
    axes: dict[Axis, Array] = field(default_factory=dict)

    def largest(self, expression: Expression) -> Array:
        """The largest magnitude of a term in every row of an expression; notes the columns on the way."""
        if isinstance(expression, Apply):
            name, kind, operands = expression.operation.name, expression.operation.kind, expression.operands
            if name == "@":
                return self._product(operands[0], operands[1])
            if name == "row":
                self._note(operands[1], magnitude(self.moment.value(operands[1])))
            elif kind == "rearrangement":
                for operand in operands:
                    self._note(operand, magnitude(self.moment.value(operand)))
            elif kind == "activation":
                return self.largest(operands[0])
            elif kind == "sum" or has_matrix(expression):
                whole = self.largest(operands[0])
                for operand in operands[1:]:
                    whole = np.maximum(whole, self.largest(operand))
                return whole
        return magnitude(self.moment.value(expression))

    def _product(self, matrix: Expression, vector: Expression) -> Array:
        terms = magnitude(self.moment.value(matrix) * self.moment.value(vector))
        known = self.row is not None and self.row < len(terms)
        self._note(vector, terms[self.row] if known else terms.max(axis=0, initial=0))
        _Contributions(self.moment, None, self.axes).largest(vector)  # a matrix inside has columns of its own
        result: Array = terms.max(axis=1, initial=0)
        return result

    def _note(self, axis: Expression, weights: Array) -> None:
        before = self.axes.get(axis)
        self.axes[axis] = weights if before is None else np.maximum(before, weights)


def magnitude(values: Array) -> Array:
    """How large numbers are; one that is not finite is larger than all."""
    sizes = np.abs(values)
    return np.where(np.isnan(sizes), np.inf, sizes)


def has_matrix(expression: Expression) -> bool:
    """Whether a matrix stands in an expression."""
    if not isinstance(expression, Apply):
        return False
    return expression.operation.name == "@" or any(map(has_matrix, expression.operands))
