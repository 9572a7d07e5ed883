"""What is said beside a heat map: minimum, maximum, mean and norm, and what the colours stand for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from rnn_tui.session.model import Look
from rnn_tui.views.sheet.drawing import sign
from rnn_tui.views.sheet.palette import LABEL, LEVELS, PLAIN, WRONG, block
from rnn_tui.views.sheet.pen import Run
from rnn_tui.views.sheet.raster import colour

Array = NDArray[Any]
GAP = "  "


def short(value: float, digits: int) -> str:
    """A number on its own: `digits` decimals; an exponent where they would show nothing, or far too much."""
    text = f"{value:.{digits}f}"
    if math.isfinite(value) and ((value and float(text) == 0) or abs(value) >= 1e6):
        return f"{value:.{min(digits, 1)}e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.lstrip("-") if float(text) == 0 else text


def measures(values: Array) -> tuple[float, ...]:
    """Minimum, maximum, mean, Frobenius norm (none of them if no number is finite), count of what is not finite."""
    finite = np.isfinite(values)
    strange = values.size - int(finite.sum())
    known = np.asarray(values if not strange else values[finite], np.float64)
    if not known.size:
        return (float(strange),)
    low, high = float(known.min()), float(known.max())
    scale = max(-low, high) or 1.0
    parts = (known / scale).ravel()  # so that no square is too large to be a number
    return low, high, float(parts.mean()) * scale, math.sqrt(float(parts @ parts)) * scale, float(strange)


def worded(measured: tuple[float, ...], digits: int) -> tuple[tuple[str, str], ...]:
    """Measures as (word, number): of the finite numbers, then how many are not finite."""
    *numbers, strange = measured
    words = tuple(zip(("min", "max", "mean", "norm"), (short(number, digits) for number in numbers), strict=False))
    return (*words, (f"{strange:.0f}", "not finite")) if strange else words


def magnitude(measured: tuple[float, ...]) -> float:
    """The largest magnitude of a finite number."""
    *numbers, _ = measured
    return abs(max(-numbers[0], numbers[1])) if numbers else 0.0  # a zero without a sign


def runs_of(measured: Iterable[tuple[str, str]]) -> list[Run]:
    """Measures in a line."""
    runs: list[Run] = []
    for word, number in measured:
        runs += [(GAP, PLAIN)] if runs else []
        if number == "not finite":
            runs.append((f"{word} {number}", WRONG))
        else:
            runs += [(f"{word} ", LABEL), (number, PLAIN)]
    return runs


def scale_runs(scale: float, look: Look, cells: int, name: str = "", share: bool = False) -> list[Run]:
    """The colours from -scale to scale, `cells` on either side of zero, and the ends; of shares from 0."""
    end = f"{scale:g}" if scale == round(scale) and scale < 1e6 else short(scale, look.digits)
    signs = look.ascii or look.signs
    steps = [-(-LEVELS * (cell + 1) // cells) for cell in range(cells)]
    below = [_block(-step, signs, look.ascii) for step in reversed(steps)]
    above = [_block(step, signs, look.ascii) for step in steps]
    named = [(f"{name} ", PLAIN)] if name else []
    if share:
        return [*named, ("0 ", LABEL), *above, (f" {end}", LABEL)]
    middle = (f" {sign(0, look.ascii) if signs else 0} ", LABEL)
    return [*named, (f"-{end} ", LABEL), *below, middle, *above, (f" +{end}", LABEL)]


@lru_cache(maxsize=64)
def _block(level: int, signs: bool, plain: bool) -> Run:
    return (sign(level, plain), block(level)) if signs else ("█", Style(color=colour(level)))
