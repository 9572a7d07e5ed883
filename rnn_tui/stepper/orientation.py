"""Which way round a matrix and its product are written: Keras has a row of inputs before a kernel of (I, H)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Apply, Expression, Name
from rnn_tui.session.model import KERAS


@lru_cache(maxsize=64)
def turned(cell: Cell, scheme: str) -> frozenset[str]:
    """The parameters that a scheme keeps the other way round: those that do nothing but stand before a vector."""
    if scheme != KERAS:
        return frozenset()
    read = {str(name) for equation in cell.equations for name in _otherwise(equation.expression)}
    return frozenset(name for name, shape in cell.parameters.items() if len(shape) == 2 and name not in read)


def _otherwise(expression: Expression) -> Iterator[Name]:
    """The names that are read in any way but as the matrix of a product."""
    if isinstance(expression, Name):
        yield expression
    elif isinstance(expression, Apply):
        matrix = expression.operation.name == "@" and isinstance(expression.operands[0], Name)
        for operand in expression.operands[matrix:]:
            yield from _otherwise(operand)


def written(expression: Apply, turned: frozenset[str]) -> tuple[Expression, ...]:
    """The operands in the order in which they are written, the vector first where its matrix is turned."""
    operands = expression.operands
    behind = expression.operation.name == "@" and str(operands[0]) in turned
    return operands[::-1] if behind else operands


def names_written(expression: Expression, turned: frozenset[str]) -> Iterator[Name]:
    """All names of an expression in the order in which they are written."""
    if isinstance(expression, Name):
        yield expression
    elif isinstance(expression, Apply):
        for operand in written(expression, turned):
            yield from names_written(operand, turned)
