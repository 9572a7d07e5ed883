"""Where a gradient comes from: the chain-rule products behind one number of the way back, read off the equations.

The gradient by a quantity is a sum over the places where the equations read it. From such a place one goes up through
the operations, gathering a factor at each, to the next quantity that has a name and whose gradient is known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.core.backward import Adjoint
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.moment import Moment
from rnn_tui.core.normalization import spread
from rnn_tui.core.plan import sum_names
from rnn_tui.core.slopes import Slope, layernorm_slope, mean_slope, slope

Index = tuple[int, ...]


@dataclass(frozen=True)
class Factor:
    """A factor of a chain-rule product.

    Attributes:
        expression: what it is; of a derivative, the activation itself.
        index: which of its numbers, from 0.
        value: the number.
        slope: of a derivative, how it is reckoned.
        step: of a derivative, the operand by which it is, from 0.
    """

    expression: Expression
    index: Index
    value: float
    slope: Slope | None = None
    step: int = 0


Way = tuple[tuple[Factor, ...], Index]
"""The factors gathered on the way up, and the index where one has arrived."""


@dataclass(frozen=True)
class Link:
    """One chain-rule product.

    Attributes:
        factors: in the order of the way up.
        of: the quantity whose gradient is the last factor, its index, and that gradient.
        value: the product.
    """

    factors: tuple[Factor, ...]
    of: tuple[str, Index, float]
    value: float


class Chain:
    """The chain rule at one timestep of a cell."""

    def __init__(self, moment: Moment, adjoint: Adjoint) -> None:
        self.moment, self.adjoint = moment, adjoint
        self.sums = sum_names(moment.cell)

    def links(self, name: Name, index: Index) -> list[Link]:
        """The products that add up to the gradient by one number of a quantity as this timestep reads it.

        Of the sum inside an activation, which is read by the activation alone, there is one product.
        """
        inside = {z: target for target, z in self.sums.items()}.get(name.name) if name.offset == 0 else None
        if inside is not None:
            whole = next(e.expression for e in self.moment.cell.equations if e.target == inside)
            assert isinstance(whole, Apply)
            place = index if self.moment.value(whole.operands[0]).ndim else ()
            return list(self._up(inside, whole, (0,), place))
        index = index if self.moment.value(name).ndim else ()
        return [
            link
            for equation in self.moment.cell.equations
            for path in _paths(equation.expression, name)
            for link in self._up(equation.target, equation.expression, path, index)
        ]

    def _up(self, target: str, whole: Expression, path: tuple[int, ...], index: Index) -> Iterator[Link]:
        """From a place in an equation up to the next name: one link, or one for each number moved on the way."""
        nodes = [whole]
        for step in path:
            node = nodes[-1]
            assert isinstance(node, Apply)
            nodes.append(node.operands[step])
        inner = whole.operands[0] if target in self.sums and isinstance(whole, Apply) else None
        ways: list[Way] = [((), index)]
        for node, step in zip(reversed(nodes[:-1]), reversed(path), strict=True):
            assert isinstance(node, Apply)
            ways = [((*factors, *more), above) for factors, at in ways for more, above in self._step(node, step, at)]
            if node is inner:
                yield from (self._link(self.sums[target], *way) for way in ways)
                return
        yield from (self._link(target, *way) for way in ways)

    def _step(self, node: Apply, step: int, index: Index) -> Iterator[Way]:
        """The factors that one operation adds on the way from an operand to its result, and the index there.

        There is one way for every number of the result that this number of the operand moves.
        """
        name, operand, shape = node.operation.name, node.operands[step], self.moment.value(node).shape
        if name == "@":
            matrix, vector = node.operands
            rows = index[:1] if step == 0 else range(shape[0])
            for row in rows:
                other, at = (vector, index[1:]) if step == 0 else (matrix, (row, index[0]))
                yield (self._factor(other, at),), (row,)
            return
        mixed = node.operation.mixes or node.operation.kind == "rearrangement"
        alike = not mixed and self.moment.value(operand).shape == shape
        for place in (index,) if alike else np.ndindex(shape):
            if name == "+":
                yield (), place
            elif name in ("-", "negative"):
                yield ((Factor(Number(-1.0), (), -1.0),) if name == "negative" or step else ()), place
            elif name == "*":
                yield (self._factor(node.operands[1 - step], place),), place
            else:
                value = self._slope(node, step, place, index)
                if alike or not mixed or node.operation.mixes:
                    if value or alike:
                        yield (Factor(node, place, value, self._told(node, step, place, index), step),), place
                elif value and name == "row" and step == 1:  # as if it were the product that it stands for
                    yield (self._factor(node.operands[0], (*index, *place)),), place
                elif value:
                    yield (), place

    def _factor(self, expression: Expression, index: Index) -> Factor:
        """The number that a product is with."""
        place = index if self.moment.value(expression).ndim else ()
        return Factor(expression, place, self.moment.number(expression, index))

    def _told(self, node: Apply, step: int, place: Index, index: Index) -> Slope:
        """How the derivative of one number of an operation by one number of an operand is reckoned."""
        function, y = node.operation.name, self.moment.number(node, place)
        if function == "mean":
            return mean_slope(self.moment.value(node.operands[0]).size)
        if function == "layernorm":
            vector, other = self.moment.value(node.operands[0]), self.moment.number(node, index)
            return layernorm_slope(y, other, spread(vector).item(), vector.size, place == index)
        z, *settings = (self.moment.number(operand, place) for operand in node.operands)
        apart = self.moment.number(node, index) if node.operation.mixes and place != index else None
        return slope(function, step, y, z, tuple(settings), apart)

    def _slope(self, node: Apply, step: int, place: Index, index: Index) -> float:
        """The derivative of one number of a result by one number of an operand."""
        unit = np.zeros_like(self.moment.value(node))
        unit[place] = 1
        with np.errstate(all="ignore"):
            slopes = node.operation.back(step, unit, self.moment.value(node), *map(self.moment.value, node.operands))
        return float(np.asarray(slopes)[index])

    def _link(self, name: str, factors: tuple[Factor, ...], index: Index) -> Link:
        gradients = self.adjoint.named[name]
        gradient = float(gradients[index] if index else gradients.item())
        value = gradient
        for factor in reversed(factors):  # as the way back goes, so that 0 times what is too large stays 0
            value *= factor.value
        return Link(factors, (name, index, gradient), value)


def _paths(expression: Expression, name: Name) -> Iterator[tuple[int, ...]]:
    """Every place of a name in an expression, as the operands to take from the top."""
    if expression == name:
        yield ()
    elif isinstance(expression, Apply):
        for step, operand in enumerate(expression.operands):
            for path in _paths(operand, name):
                yield (step, *path)
