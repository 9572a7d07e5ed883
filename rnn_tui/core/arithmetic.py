"""Where a number comes from: the products, sums and activations behind it, read off its equation.

Nothing here knows a cell. An account of a number is made from the tree of its equation and from the recorded step: a
sum is its terms in order, a term its factors, a product with a matrix one term for every column. What a factor is made
of in turn (the bracket in ``r * (U @ s + c)``) has an account of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnn_tui.core.calculator import product
from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name
from rnn_tui.core.moment import Moment, sums_of
from rnn_tui.core.operations import OPERATIONS
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
    """One term of a sum.

    Attributes:
        factors: what is multiplied.
        divisors: what the product is divided by.
        negative: whether the product is taken away.
        value: the product, the sign included.
        group: which of the summands of the equation it is of; all columns of a matrix are of one.
    """

    factors: tuple[Part, ...]
    negative: bool
    value: float
    group: int = 0
    divisors: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """All numbers that it is made of."""
        return (*self.factors, *self.divisors)


@dataclass(frozen=True)
class Account:
    """How one number came about.

    Attributes:
        part: the number.
        kind: ``sum``: the terms add up to `total`, and `function` (if any) makes the value of it. ``softmax``: the
            terms are all the exponentials, `total` their sum, and the value is the share of the one at `chosen`.
            ``mean``: the terms add up to `total`, and the value is that divided by how many numbers there are.
            ``given``: a parameter, an input, or a state of another timestep. ``set``: it was given,
            whatever the equation makes of it.
        function: the activation, or empty.
        settings: the numbers that the activation takes beside; of a layer normalization the mean and the variance.
        terms: in the order of the equation.
        total: what the terms come to, as the run computed it.
        chosen: the term that a softmax is about.
        inner: the accounts of factors that are sums themselves.
    """

    part: Part
    kind: str
    function: str = ""
    settings: tuple[Part, ...] = ()
    terms: tuple[Term, ...] = ()
    total: float = 0.0
    chosen: int = 0
    inner: tuple[Account, ...] = ()


def account(cell: Cell, step: Step, name: Name, index: Index) -> Account:
    """How the number `index` of `name` came about at this step (t of 1 or more)."""
    moment = step.moment(cell)
    part = _part(moment, name, index)
    expression = made_by(cell, name)
    return Account(part, "given") if expression is None else _account(moment, part, expression, index)


def made_by(cell: Cell, name: Name) -> Expression | None:
    """What the equations make a quantity of, the sum inside an activation among them; None for what is given."""
    if name.offset != 0:
        return None
    sums = {inside: expression for expression, inside in sums_of(cell).items()}
    return {**sums, **cell.made}.get(name.name)


def _part(moment: Moment, expression: Expression, index: Index) -> Part:
    """One number of an expression; a single number is the same at every index."""
    return Part(expression, index if moment.value(expression).ndim else (), moment.number(expression, index))


def _account(moment: Moment, part: Part, expression: Expression, index: Index) -> Account:
    function, body = "", expression
    settings: tuple[Part, ...] = ()
    if isinstance(expression, Apply) and expression.operation.kind == "activation":
        function, body = expression.operation.name, expression.operands[0]
        settings = tuple(_part(moment, operand, ()) for operand in expression.operands[1:])
        if function == "softmax":
            return _softmax(moment, part, body, index)
        if function == "layernorm":
            settings = tuple(_part(moment, each, ()) for each in mean_and_variance(body))
    if isinstance(expression, Apply) and expression.operation.name == "mean":
        return _mean(moment, part, expression.operands[0])
    terms = _all_terms(moment, body, index)
    used = [*(each for term in terms for each in term.parts), *settings]
    inner = tuple(_account(moment, p, p.expression, p.index) for p in used if isinstance(p.expression, Apply))
    total = part.value if body is expression else _part(moment, body, index).value
    return Account(part, "sum", function, settings, terms, total, inner=_once(inner))


def _all_terms(moment: Moment, body: Expression, index: Index) -> tuple[Term, ...]:
    """The terms of a sum, in order."""
    return tuple(
        replace(term, group=group)
        for group, (summand, negative) in enumerate(_summands(body, False))
        for term in _terms(moment, summand, index, negative)
    )


def mean_and_variance(vector: Expression) -> tuple[Expression, Expression]:
    """What a layer normalization takes from a vector, as expressions: ``mean(v)``, and the mean of the squares of
    ``v - mean(v)``."""
    mean = Apply(OPERATIONS["mean"], (vector,))
    centred = Apply(OPERATIONS["-"], (vector, mean))
    return mean, Apply(OPERATIONS["mean"], (Apply(OPERATIONS["*"], (centred, centred)),))


def _mean(moment: Moment, part: Part, body: Expression) -> Account:
    """The numbers of a vector, their sum, and that divided by how many they are; a product among them is one."""
    values = moment.value(body)
    terms: list[Term] = []
    for row in range(len(values)):
        found = _all_terms(moment, body, (row,))
        own = found[0] if len(found) == 1 else _term((_part(moment, body, (row,)),), False)
        terms.append(replace(own, group=row))
    return Account(part, "mean", "", (), tuple(terms), float(values.sum()))


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


def _summands(expression: Expression, negative: bool) -> Iterator[tuple[Expression, bool]]:
    """What is added up, from left to right, and whether it is taken away."""
    name = expression.operation.name if isinstance(expression, Apply) else ""
    if isinstance(expression, Apply) and name in ("+", "-", "negative"):
        first = negative != (name == "negative")
        yield from _summands(expression.operands[0], first)
        for operand in expression.operands[1:]:
            yield from _summands(operand, negative != (name == "-"))
    else:
        yield expression, negative


def _terms(moment: Moment, expression: Expression, index: Index, negative: bool) -> Iterator[Term]:
    """The terms of one summand."""
    if isinstance(expression, Apply):
        name, operands = expression.operation.name, expression.operands
        if name == "@":
            for column in range(len(moment.value(operands[1]))):
                yield _term(
                    (_part(moment, operands[0], (*index, column)), _part(moment, operands[1], (column,))), negative
                )
            return
        if name in ("*", "/"):
            factors, divisors = _factors(moment, expression, index)
            yield _term(factors, negative, divisors)
            return
        if expression.operation.kind == "rearrangement":
            yield _term((_taken(moment, expression, index),), negative)
            return
    yield _term((_part(moment, expression, index),), negative)


def _term(factors: tuple[Part, ...], negative: bool, divisors: tuple[Part, ...] = ()) -> Term:
    above, below = ([part.value for part in parts] for parts in (factors, divisors))
    return Term(factors, negative, float(product(above, below, -1 if negative else 1)), divisors=divisors)


def _factors(moment: Moment, expression: Expression, index: Index) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """What is multiplied, and what that is divided by: ``a * b / c / d`` has two of each.

    A quotient that stands behind a sign, as in ``a * (b / c)``, is a factor like any other.
    """
    name = expression.operation.name if isinstance(expression, Apply) else ""
    if isinstance(expression, Apply) and name == "/":
        factors, divisors = _factors(moment, expression.operands[0], index)
        return factors, (*divisors, _part(moment, expression.operands[1], index))
    return tuple(_multiplied(moment, expression, index)), ()


def _multiplied(moment: Moment, expression: Expression, index: Index) -> Iterator[Part]:
    if isinstance(expression, Apply) and expression.operation.name == "*":
        for operand in expression.operands:
            yield from _multiplied(moment, operand, index)
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
    expression = made_by(cell, name)
    return () if expression is None else tuple(_sources(expression, row))


def _sources(expression: Expression, row: int | None) -> Iterator[Pattern]:
    if isinstance(expression, Name):
        yield Pattern(expression, row)
    elif isinstance(expression, Apply):
        name, operands = expression.operation.name, expression.operands
        if name == "@":
            yield from _sources(operands[0], row)
            yield from _sources(operands[1], None)
        elif expression.operation.mixes or expression.operation.kind == "rearrangement":
            for operand in operands:
                yield from _sources(operand, None)
        else:
            for operand in operands:
                yield from _sources(operand, row)
