"""Colours: quiet, one accent for now, one mark for changed, and blue and orange for positive and negative.

Nothing is told by colour alone: signs are written, the cursor has a heavier box, changed digits are underlined.
"""

from __future__ import annotations

import math
from functools import lru_cache

from rich.style import Style

BACKGROUND = "#1e2127"
INK = "#d7dae0"
QUIET = "#8b93a1"
FAINT = "#5c6370"
ACCENT = "#f5c04e"
POSITIVE = (79, 156, 222)
NEGATIVE = (222, 133, 52)
GROUND = (38, 42, 50)
LEVELS = 8

PLAIN = Style(color=INK)
LABEL = Style(color=QUIET)
DIM = Style(color=FAINT)
NOW = Style(color=ACCENT, bold=True)
TITLE = Style(color=INK, bold=True)
BADGE = Style(color=BACKGROUND, bgcolor=INK, bold=True)
CURSOR = Style(color=BACKGROUND, bgcolor=ACCENT, bold=True)
CHANGED = Style(bold=True, underline=True)
LIT = Style(bold=True)
WRONG = Style(color=ACCENT, reverse=True, bold=True)


def level(value: float, scale: float) -> int:
    """How strong a value is, from -LEVELS to LEVELS, 0 only for what is (nearly) zero."""
    if not math.isfinite(value) or scale <= 0:
        return 0
    strength = min(abs(value) / scale, 1.0)
    steps = math.ceil(strength * LEVELS - 0.05)
    return steps if value > 0 else -steps


@lru_cache(maxsize=64)
def heat(steps: int) -> Style:
    """The background for a level: blue above zero, orange below."""
    if steps == 0:
        return Style()
    end = POSITIVE if steps > 0 else NEGATIVE
    part = 0.18 + 0.72 * abs(steps) / LEVELS
    red, green, blue = (round(g + (e - g) * part) for g, e in zip(GROUND, end, strict=True))
    return Style(color="#ffffff" if part < 0.75 else "#101216", bgcolor=f"#{red:02x}{green:02x}{blue:02x}")
