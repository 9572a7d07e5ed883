"""Where a gradient comes from: the chain-rule products behind one number of the way back, read off the equations.

The gradient by a quantity is a sum over the places where the equations read it. From such a place one goes up through
the operations, gathering a factor at each, to the next quantity that has a name and whose gradient is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.core.backward import Adjoint, Moment
from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.plan import sum_names

Index = tuple[int, ...]


@dataclass(frozen=True)
class Link:
    """One chain-rule product.

    Attributes:
        factors: what each factor is, its index (from 0), and its value; the expression of a derivative of an activation
            is the activation itself.
        of: the quantity whose gradient is the last factor, its index, and that gradient.
        value: the product.
    """

    factors: tuple[tuple[str, Expression, Index, float], ...]
    of: tuple[str, Index, float]
    value: float


class Chain:
    """The chain rule at one timestep of a cell."""

    def __init__(self, cell: Cell, moment: Moment, adjoint: Adjoint) -> None:
        self.cell, self.moment, self.adjoint = cell, moment, adjoint
        self.sums = sum_names(cell)
        self._values: dict[Expression, Any] = {}

    def links(self, name: Name, index: Index) -> list[Link]:
        """The products that add up to the gradient by one number of a quantity as this timestep reads it."""
        found: list[Link] = []
        for equation in self.cell.equations:
            for path in _paths(equation.expression, name):
                found += self._up(equation.target, equation.expression, path, index)
        return found

    def value(self, expression: Expression) -> Any:
        """The value of an expression at this timestep."""
        if expression not in self._values:
            self._values[expression] = self._computed(expression)
        return self._values[expression]

    def _computed(self, expression: Expression) -> Any:
        if isinstance(expression, Number):
            return expression.value
        if isinstance(expression, Name):
            given = {None: self.moment.parameters, -1: self.moment.state_prev}
            if expression.offset in given:
                return given[expression.offset][expression.name]
            inputs = self.moment.inputs
            return inputs.get(expression.name, self.moment.values.get(expression.name))
        with np.errstate(all="ignore"):
            return expression.operation.apply(*map(self.value, expression.operands))

    def _up(self, target: str, whole: Expression, path: tuple[int, ...], index: Index) -> Iterator[Link]:
        """From a place in an equation up to the next name: one link, or one for each row of a matrix on the way."""
        nodes = [whole]
        for step in path:
            node = nodes[-1]
            assert isinstance(node, Apply)
            nodes.append(node.operands[step])
        inner = whole.operands[0] if target in self.sums and isinstance(whole, Apply) else None
        ways: list[tuple[tuple[tuple[str, Expression, Index, float], ...], Index]] = [((), index)]
        for node, step in zip(reversed(nodes[:-1]), reversed(path), strict=True):
            assert isinstance(node, Apply)
            ways = [((*factors, *more), above) for factors, at in ways for more, above in self._step(node, step, at)]
            if node is inner:
                yield from (self._link(self.sums[target], *way) for way in ways)
                return
        yield from (self._link(target, *way) for way in ways)

    def _step(
        self, node: Apply, step: int, index: Index
    ) -> Iterator[tuple[tuple[tuple[str, Expression, Index, float], ...], Index]]:
        """The factors that one operation adds on the way from an operand to its result, and the index there."""
        name = node.operation.name
        if name == "@":
            matrix, vector = node.operands
            if step == 0:
                row, column = index
                yield (("", vector, (column,), float(self.value(vector)[column])),), (row,)
            else:
                for row in range(len(self.value(matrix))):
                    yield (("", matrix, (row, index[0]), float(self.value(matrix)[row, index[0]])),), (row,)
            return
        result = self.value(node)
        operand = self.value(node.operands[step])
        for place in np.ndindex(np.shape(result)) if np.shape(operand) != np.shape(result) else (index,):
            if name in ("+", "-"):
                sign = -1.0 if name == "-" and step == 1 else 1.0
                yield ((("", Number(sign), (), sign),) if sign < 0 else ()), place
            elif name == "*":
                other = self.value(node.operands[1 - step])
                at = place if np.shape(other) else ()
                yield (("", node.operands[1 - step], at, float(np.asarray(other)[at])),), place
            elif name in ("softmax", "concat", "row"):
                yield from self._jacobian(node, step, index)
                return
            else:
                unit = np.zeros(np.shape(result))
                unit[place] = 1.0
                slope = node.operation.back(unit, result, *map(self.value, node.operands))[step]
                yield (("slope", node, place, float(np.asarray(slope)[place])),), place

    def _jacobian(
        self, node: Apply, step: int, index: Index
    ) -> Iterator[tuple[tuple[tuple[str, Expression, Index, float], ...], Index]]:
        """One factor for every number of the result that this operand's number moves."""
        result = self.value(node)
        for place in np.ndindex(np.shape(result)):
            unit = np.zeros(np.shape(result))
            unit[place] = 1.0
            slope = float(np.asarray(node.operation.back(unit, result, *map(self.value, node.operands))[step])[index])
            if slope:
                yield (("slope", node, place, slope),), place

    def _link(self, name: str, factors: tuple[tuple[str, Expression, Index, float], ...], index: Index) -> Link:
        gradient = float(np.asarray(self.adjoint.named[name])[index])
        value = gradient
        for *_, factor in factors:
            value *= factor
        return Link(factors, (name, index, gradient), value)


def _paths(expression: Expression, name: Name) -> Iterator[tuple[int, ...]]:
    """Every place of a name in an expression, as the operands to take from the top."""
    if expression == name:
        yield ()
    elif isinstance(expression, Apply):
        for step, operand in enumerate(expression.operands):
            for path in _paths(operand, name):
                yield (step, *path)
