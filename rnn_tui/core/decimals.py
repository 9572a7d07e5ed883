"""Numbers of a fixed width, so that no table moves while time does."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST, LONGEST = len("-inf"), len("-1e300")
"""Columns in which a number that should be small can be told not to be finite, and in which any number can be told."""
NO_ROOM = "~"
"""What stands for a number that cannot be written in the room there is."""


def number(value: float, digits: int, width: int) -> str:
    """`value` right-aligned in `width` with `digits` decimals; with an exponent where it would not fit, or as a mark.

    It is never written with fewer decimals than asked for without an exponent that says so. A value that is not finite
    reads ``nan``, ``inf`` or ``-inf``; a negative zero reads as zero.
    """
    if not math.isfinite(value):
        text = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        return (text if len(text) <= width else NO_ROOM).rjust(width)
    value = value or 0.0  # a negative zero
    text = fixed(value, digits)
    if len(text) <= width:
        return text.rjust(width)
    for decimals in range(min(max(width - 5, 0), max(digits, 2)), -1, -1):
        text = f"{value:.{decimals}e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
        if len(text) <= width:
            return text.rjust(width)
    return NO_ROOM.rjust(width)


def fixed(value: float, digits: int) -> str:
    """`value` with `digits` decimals, as long as it is; what is shown as zero has no sign."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if not float(text) else text


def free(value: float, digits: int) -> str:
    """`value` with `digits` decimals and no blanks before it."""
    return number(value, digits, 24).lstrip()


def bound(value: float, digits: int, width: int, upper: bool) -> str:
    """`value` as `number`, but rounded so that what is shown is no less than it, or if it is no upper bound no more."""
    shown = number(value, digits, width)
    if math.isfinite(value) and shown.strip() != NO_ROOM:
        told = float(shown)
        if told < value if upper else told > value:
            unit = float(Decimal(1).scaleb(int(Decimal(shown.strip()).as_tuple().exponent)))
            return number(told + unit if upper else told - unit, digits, width)
    return shown


def width_for(values: NDArray[Any], digits: int) -> int:
    """The width in which every one of `values` can be read, at most 4 characters more than a number below 10 needs."""
    finite = np.abs(values[np.isfinite(values)]) if values.size else values
    return width_up_to(float(finite.max()) if finite.size else 0.0, digits)


def width_up_to(largest: float, digits: int) -> int:
    """The width in which numbers of up to that magnitude can be read, within the same limit."""
    whole = len(f"{largest:.{digits}f}".partition(".")[0]) if largest < 1e5 else 5
    return max(max(whole, 1) + 1 + (digits + 1 if digits else 0), LEAST)


def unbounded_width(digits: int) -> int:
    """The width for quantities that may become any size while the network runs."""
    return max(digits + 5, LONGEST)


def bounded_width(digits: int) -> int:
    """The width for quantities in -1 to 1."""
    return max(digits + 3, LEAST)


def changed(text: str, before: str | None) -> list[bool]:
    """Which characters of a number differ from the number that stood there; none where there was none."""
    if before is None or len(before) != len(text):
        return [False] * len(text)
    return [c != b and c != " " for c, b in zip(text, before, strict=True)]
