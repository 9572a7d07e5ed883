"""Numbers written so that a person who reckons with what is written finds what is said of it.

What is added up is written in one unit, so that the sum of the digits shown can be closed exactly; what is multiplied,
or put into a function, has as many more digits as the result shown needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Context, Decimal
from functools import cache
from typing import Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.normalization import EPSILON

SURE, SURE_SINGLE = 15, 6
"""Significant digits that what a run computed in float64, or in float32, can be trusted with."""
TELLING = 3
"""Significant digits that the largest of some small numbers has at least."""
SMALLEST, SMALLEST_SINGLE = -290, -30
"""The power of ten below which a float64, or a float32, begins to lose digits."""
FIXED = 10
"""Decimals up to which a number has no exponent."""
WHOLE = 17
"""Significant digits that tell a float64 from every other."""
EXACTLY = Context(prec=800)
HALF = Decimal("0.5000001")
"""Of a unit, and what reckoning with floats may add to it."""


@dataclass(frozen=True)
class Column:
    """Numbers written in one unit: the last digit of each stands for 10 ** -decimals."""

    decimals: int

    @classmethod
    def of(cls, values: Iterable[float], digits: int, single: bool = False) -> Column:
        """The unit for numbers that are added up: `digits` decimals.

        There are more where these would show next to nothing of the largest, and fewer where they would show digits
        that a run in float64, or in float32 (`single`), does not have.
        """
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        if not largest:
            return cls(digits)
        power = max(Decimal(largest).adjusted(), SMALLEST_SINGLE if single else SMALLEST)
        return cls(min(max(digits, TELLING - 1 - power), (SURE_SINGLE if single else SURE) - 1 - power))

    @property
    def unit(self) -> Decimal:
        """What the last digit stands for."""
        return _unit(self.decimals)

    def rounded(self, value: float | Decimal) -> Decimal:
        """The number that is shown for a value; one that is not finite stays as it is."""
        exact = Decimal(value)
        return exact.quantize(self.unit, context=EXACTLY) if exact.is_finite() else exact

    def text(self, value: float | Decimal) -> str:
        """A value in this unit, with an exponent where it is very large or very small."""
        told = self.rounded(value)
        if not told.is_finite():
            return "nan" if told.is_nan() else "inf" if told > 0 else "-inf"
        if 0 <= self.decimals <= FIXED and told.adjusted() < WHOLE:
            return f"{abs(told) if told == 0 else told:f}"
        return f"{told:e}".replace("e+", "e") if told else "0"


@cache
def _unit(decimals: int) -> Decimal:
    """10 ** -decimals: one for each of the decimals that a float can have."""
    return Decimal(1).scaleb(-decimals)


def operands(
    values: Sequence[float], digits: int, result: str, unit: Decimal, made: Callable[..., float | Decimal]
) -> list[str]:
    """The operands of a result that is shown: with `digits` decimals, or as many more as it takes.

    Args:
        values: the operands.
        digits: decimals.
        result: the result as it is shown.
        unit: what its last digit stands for; what a reader finds rounds to it.
        made: the result of operands; it is given Decimals, or where one of them is not finite, floats.
    """
    texts: list[str] = []
    for significant in range(WHOLE + 1):
        longer = [_written(value, digits, significant) for value in values]
        if longer == texts:
            continue
        texts = longer
        if agree(made, texts, result, unit):
            break
    return texts


def product(factors: Sequence[float | Decimal], divisors: Sequence[float | Decimal], sign: int) -> float | Decimal:
    """Some numbers multiplied, and divided by others; all are Decimals, or all are floats, which divide as NumPy's."""
    whole: Any = math.prod(factors, start=sign)
    for divisor in divisors:
        if isinstance(divisor, Decimal):
            whole = whole / divisor
        else:
            with np.errstate(all="ignore"):
                whole = float(np.float64(whole) / divisor)
    result: float | Decimal = whole
    return result


def shifted(own: float | Decimal, largest: float | Decimal) -> float:
    """exp(z - largest z)."""
    return math.exp(float(own) - float(largest))


def normalized(z: Any, mean: Any, variance: Any) -> float:
    """(z - mean) / sqrt(variance + epsilon), of Decimals or of floats."""
    return float(z - mean) / math.sqrt(float(variance) + EPSILON)


def agree(made: Callable[..., float | Decimal], texts: Sequence[str], result: str, unit: Decimal) -> bool:
    """Whether what a reader of these texts finds is the result, once it is rounded to its last digit."""
    told, read = Decimal(result), [Decimal(text) for text in texts]
    if not all(number.is_finite() for number in (told, *read)):
        try:
            found = made(*map(float, read))
        except (ArithmeticError, ValueError):
            found = math.nan
        return str(float(found)) == str(float(told))
    try:
        found = made(*read)
    except (ArithmeticError, ValueError):
        return False
    return abs(Decimal(found) - told) <= unit * HALF


def _written(value: float, digits: int, significant: int) -> str:
    """A number with `digits` decimals, of a very large one after its first digit; or with more significant digits."""
    if not math.isfinite(value):
        return Column(digits).text(value)
    exact = Decimal(value)
    power = exact.adjusted() if value else 0
    usual = digits if power + digits < WHOLE else digits - power
    if Column(usual).rounded(value) == exact or not significant:
        return Column(usual).text(value)
    return Column(min(max(usual, significant - 1 - power), WHOLE - 1 - power)).text(value)
