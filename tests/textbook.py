"""The equations evaluated as they stand, one timestep at a time: slow, and the oracle of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Expression, Name, Number

Array = NDArray[Any]


def value(expression: Expression, known: Mapping[Name, Array]) -> Any:
    """The value of an expression."""
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Name):
        return known[expression]
    return expression.operation.apply(*(value(operand, known) for operand in expression.operands))


def timestep(
    cell: Cell, parameters: Mapping[str, Array], inputs: Mapping[str, Array], state: Mapping[str, Array]
) -> dict[str, Array]:
    """What every equation of a cell gives at one timestep."""
    known = {Name(name): array for name, array in parameters.items()}
    known |= {Name(name, 0): array for name, array in inputs.items()}
    known |= {Name(name, -1): array for name, array in state.items()}
    with np.errstate(all="ignore"):
        for equation in cell.equations:
            known[Name(equation.target, 0)] = value(equation.expression, known)
    return {equation.target: known[Name(equation.target, 0)] for equation in cell.equations}
