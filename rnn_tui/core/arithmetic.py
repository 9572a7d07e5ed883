"""Where a number comes from: the products, sums and activations behind it, read off its equation.

Nothing here knows a cell. An account of a number is made from the tree of its equation and from the recorded step: a
sum is its terms in order, a term its factors, a product with a matrix one term for every column. What a factor is made
of in turn (the bracket in ``r * (U @ s + c)``) has an account of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Apply, Expression, Name, Number
from rnn_tui.core.moment import Moment
from rnn_tui.core.step import Step

Index = tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """One number with its origin: an expression, which of its numbers, and its value. Indices count from 0."""

    expression: Expression
    index: Index
    value: float


@dataclass(frozen=True)
class Term:
    """One term of a sum: its factors and their product, the sign included."""

    factors: tuple[Part, ...]
    negative: bool
    value: float


@dataclass(frozen=True)
class Account:
    """How one number came about.

    Attributes:
        part: the number.
        kind: ``sum``: the terms add up to `total`, and `function` (if any) makes the value of it. ``softmax``: the
            terms are all the exponentials, `total` their sum, and the value is the share of the one at `chosen`.
            ``given``: a parameter, an input, or a state of another timestep.
        function: the activation, or empty; `settings` are the numbers it takes beside.
        terms: in the order of the equation.
        total: what the terms come to, as the run computed it.
        chosen: the term that a softmax is about.
        inner: the accounts of factors that are sums themselves.
    """

    part: Part
    kind: str
    function: str = ""
    settings: tuple[float, ...] = ()
    terms: tuple[Term, ...] = ()
    total: float = 0.0
    chosen: int = 0
    inner: tuple[Account, ...] = ()


def account(cell: Cell, step: Step, name: Name, index: Index) -> Account:
    """How the number `index` of `name` came about at this step (t of 1 or more)."""
    moment = step.moment(cell)
    part = _part(moment, name, index)
    equation = next((e for e in cell.equations if name.offset == 0 and e.target == name.name), None)
    if equation is None:
        return Account(part, "given")
    return _account(moment, part, equation.expression, index)


def _part(moment: Moment, expression: Expression, index: Index) -> Part:
    """One number of an expression; a single number is the same at every index."""
    return Part(expression, index if moment.value(expression).ndim else (), moment.number(expression, index))


def _account(moment: Moment, part: Part, expression: Expression, index: Index) -> Account:
    function, body = "", expression
    settings: tuple[float, ...] = ()
    if isinstance(expression, Apply) and expression.operation.kind == "activation":
        function, body = expression.operation.name, expression.operands[0]
        settings = tuple(_setting(moment, operand) for operand in expression.operands[1:])
        if function == "softmax":
            return _softmax(moment, part, body, index)
    terms = tuple(_terms(moment, body, index, False))
    inner = tuple(
        _account(moment, factor, factor.expression, factor.index)
        for term in terms
        for factor in term.factors
        if isinstance(factor.expression, Apply)
    )
    total = _part(moment, body, index).value
    return Account(part, "sum", function, settings, terms, total, inner=_once(inner))


def _setting(moment: Moment, operand: Expression) -> float:
    """A number an activation takes beside: one of the equation as it is written, not as float32 rounds it."""
    return operand.value if isinstance(operand, Number) else moment.number(operand, ())


def _once(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """Every account once, in order."""
    return tuple({(a.part.expression, a.part.index): a for a in accounts}.values())


def _softmax(moment: Moment, part: Part, body: Expression, index: Index) -> Account:
    """The exponentials of all, shifted by the largest, and the share of one."""
    z = moment.value(body)
    powers = np.exp(z - z.max())
    terms = tuple(Term((Part(body, (i,), float(z[i])),), False, float(power)) for i, power in enumerate(powers))
    inner = (_account(moment, _part(moment, body, index), body, index),) if isinstance(body, Apply) else ()
    return Account(part, "softmax", "softmax", (), terms, float(powers.sum()), index[0], inner)


def _terms(moment: Moment, expression: Expression, index: Index, negative: bool) -> Iterator[Term]:
    """The terms of a sum, from left to right."""
    if isinstance(expression, Apply):
        name, operands = expression.operation.name, expression.operands
        if name in ("+", "-"):
            yield from _terms(moment, operands[0], index, negative)
            yield from _terms(moment, operands[1], index, negative != (name == "-"))
            return
        if name == "negative":
            yield from _terms(moment, operands[0], index, not negative)
            return
        if name == "@":
            for column in range(len(moment.value(operands[1]))):
                yield _term(
                    (_part(moment, operands[0], (*index, column)), _part(moment, operands[1], (column,))), negative
                )
            return
        if name == "*":
            yield _term(tuple(_factors(moment, expression, index)), negative)
            return
        if expression.operation.kind == "rearrangement":
            yield _term((_taken(moment, expression, index),), negative)
            return
    yield _term((_part(moment, expression, index),), negative)


def _term(factors: tuple[Part, ...], negative: bool) -> Term:
    value = -1.0 if negative else 1.0
    for factor in factors:
        value *= factor.value
    return Term(factors, negative, value)


def _factors(moment: Moment, expression: Expression, index: Index) -> Iterator[Part]:
    if isinstance(expression, Apply) and expression.operation.name == "*":
        for operand in expression.operands:
            yield from _factors(moment, operand, index)
    else:
        yield _part(moment, expression, index)


def _taken(moment: Moment, expression: Apply, index: Index) -> Part:
    """The number that a rearrangement takes over unchanged."""
    first, second = expression.operands
    if expression.operation.name == "row":
        return _part(moment, first, (int(np.argmax(moment.value(second))), *index))
    length = len(moment.value(first))
    return _part(moment, first, index) if index[0] < length else _part(moment, second, (index[0] - length,))


@dataclass(frozen=True)
class Pattern:
    """Numbers of a named quantity: a row, or, where it is None, all."""

    name: Name
    row: int | None = None

    def covers(self, name: Name, row: int) -> bool:
        """Whether it has the numbers of this row."""
        return name == self.name and self.row in (None, row)


def sources(cell: Cell, name: Name, row: int) -> tuple[Pattern, ...]:
    """What the number `row` of a computed quantity is made of; empty for what is given."""
    equation = next((e for e in cell.equations if name.offset == 0 and e.target == name.name), None)
    return tuple(_sources(equation.expression, row)) if equation else ()


def _sources(expression: Expression, row: int | None) -> Iterator[Pattern]:
    if isinstance(expression, Name):
        yield Pattern(expression, row)
    elif isinstance(expression, Apply):
        name, operands = expression.operation.name, expression.operands
        if name == "@":
            yield from _sources(operands[0], row)
            yield from _sources(operands[1], None)
        elif name == "softmax" or expression.operation.kind == "rearrangement":
            for operand in operands:
                yield from _sources(operand, None)
        else:
            for operand in operands:
                yield from _sources(operand, row)
