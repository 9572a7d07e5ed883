"""Numbers of a fixed width, so that no table moves while time does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def number(value: float, digits: int, width: int) -> str:
    """`value` right-aligned in `width` with `digits` decimals; fewer, or an exponent, where it would not fit.

    A value that is not finite reads ``nan``, ``inf`` or ``-inf``; a negative zero reads as zero.
    """
    if not math.isfinite(value):
        return ("nan" if math.isnan(value) else "inf" if value > 0 else "-inf").rjust(width)
    for decimals in range(digits, -1, -1):
        text = f"{value:.{decimals}f}"
        if float(text) == 0:
            text = text.lstrip("-")
        if len(text) <= width:
            return text.rjust(width)
    for decimals in range(max(width - 6, 0), -1, -1):
        text = f"{value:.{decimals}e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
        if len(text) <= width:
            return text.rjust(width)
    return text.rjust(width)


def free(value: float, digits: int) -> str:
    """`value` with `digits` decimals and no blanks before it."""
    return number(value, digits, 24).lstrip()


def width_for(values: NDArray[Any], digits: int) -> int:
    """The width in which every one of `values` can be read, at most 4 characters more than a number below 10 needs."""
    finite = np.abs(values[np.isfinite(values)]) if values.size else values
    return width_up_to(float(finite.max()) if finite.size else 0.0, digits)


def width_up_to(largest: float, digits: int) -> int:
    """The width in which numbers of up to that magnitude can be read, within the same limit."""
    whole = len(f"{largest:.0f}") if largest < 1e5 else 5
    return max(whole, 1) + 1 + (digits + 1 if digits else 0)


def unbounded_width(digits: int) -> int:
    """The width for quantities that may become any size while the network runs."""
    return digits + 5


def bounded_width(digits: int) -> int:
    """The width for quantities in -1 to 1."""
    return digits + 3 if digits else 2


def changed(text: str, before: str | None) -> list[bool]:
    """Which characters of a number differ from the number that stood there; none where there was none."""
    if before is None or len(before) != len(text):
        return [False] * len(text)
    return [c != b and c != " " for c, b in zip(text, before, strict=True)]
