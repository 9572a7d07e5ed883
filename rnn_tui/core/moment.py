"""A moment: one recorded timestep of a layer, and the value of any expression over it.

Everything that explains a number (its arithmetic, its gradient, the chain rule, a picture) asks here, so that all show
the same bits: what the run recorded where it did, else what NumPy makes of what it recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.plan import sum_names

Array = NDArray[Any]
Values = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Moment:
    """What one timestep of a layer computed from, and what it computed; names to arrays.

    Attributes:
        cell: R.
        t: the timestep, 1 or more.
        inputs: x, and of a join its second input.
        state_prev: the states before.
        values: every named quantity of the equations; a single number is recorded as a vector of one.
        parameters: as used at t.
    """

    cell: Cell
    t: int
    inputs: Values
    state_prev: Values
    values: Values
    parameters: Values
    _known: dict[Expression, Array] = field(default_factory=dict, init=False, repr=False)

    def value(self, expression: Expression) -> Array:
        """The value of an expression, as recorded where it was, else computed from what was.

        Its shape is that of the equations: () for a single number.
        """
        known = self._known.get(expression)
        return self.all((expression,))[0] if known is None else known

    def all(self, expressions: Iterable[Expression]) -> list[Array]:
        """The values of some expressions."""
        with np.errstate(all="ignore"):  # what is not finite is shown and marked, not warned about
            return [self._value(expression) for expression in expressions]

    def number(self, expression: Expression, index: tuple[int, ...]) -> float:
        """One number of an expression, counted from 0; a single number is the same at every index."""
        value = self.value(expression)
        return float(value[index] if value.ndim else value)

    def _value(self, expression: Expression) -> Array:
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = self._found(expression)
        return known

    def _found(self, expression: Expression) -> Array:
        if isinstance(expression, Number):
            return np.asarray(expression.value, self.values["y"].dtype)
        if isinstance(expression, Name):
            return self._named(expression)
        inside = sums_of(self.cell).get(expression)
        if inside is not None:
            return self._recorded(inside)
        return np.asarray(expression.operation.apply(*map(self._value, expression.operands)))

    def _named(self, name: Name) -> Array:
        if name.offset is None:
            return self.parameters[name.name]
        if name.offset == -1:
            return self.state_prev[name.name]
        return self.inputs[name.name] if name.name in self.inputs else self._recorded(name.name)

    def _recorded(self, name: str) -> Array:
        return self.values[name].reshape(()) if name in singles_of(self.cell) else self.values[name]


@lru_cache(maxsize=256)
def sums_of(cell: Cell) -> Mapping[Expression, str]:
    """The sums inside activations, and the names they are recorded by: ``W @ x[t] + b`` and ``z``."""
    named = sum_names(cell)
    return {
        equation.expression.operands[0]: named[equation.target]
        for equation in cell.equations
        if equation.target in named and isinstance(equation.expression, Apply)
    }


@lru_cache(maxsize=256)
def singles_of(cell: Cell) -> frozenset[str]:
    """The named quantities that are single numbers, which a run records as vectors of one."""
    single = {target for target, shape in cell.shapes.items() if not shape}
    return frozenset(single | {name for target, name in sum_names(cell).items() if target in single})
