"""What is written for which purpose: quiet, one accent for now, one mark for changed, blue and orange for the signs.

These are roles. What a role looks like is said by a `Scheme`, for a theme and a number of colours; until then it has
the colours of the dark theme. Nothing is told by colour alone: signs are written, the cursor has a heavier box, changed
digits are underlined.
"""

from __future__ import annotations

import math
from functools import lru_cache

from rich.color import Color, ColorType
from rich.style import Style

from rnn_tui.views.sheet.colours import ROWS

LEVELS = 6


@lru_cache(maxsize=256)
def role(name: str) -> Color:
    """A colour by what it is for, one of `colours.ROWS`."""
    return Color(name, ColorType.TRUECOLOR, triplet=Color.parse(ROWS[name][0]).triplet)


def on(ground: str) -> Style:
    """What has a ground of its own, in the ink that goes with it."""
    return Style(color=role(f"{ground}_text"), bgcolor=role(ground))


BACKGROUND, INK, FAINT, ACCENT, COLUMN = map(role, ("background", "text", "faint", "accent", "column"))
"""Colours: the ground, what stands on it, rules, now, and the ground of the cursor's column."""
GROUND = Style(color=INK, bgcolor=BACKGROUND)
"""Behind everything."""
RAISED = Style(bgcolor=role("raised"))
PLAIN = Style(color=INK)
LABEL = Style(color=role("label"))
DIM = Style(color=role("dim"))
NOW = Style(color=ACCENT, bold=True)
TITLE = Style(color=INK, bold=True)
BADGE = on("badge") + Style(bold=True)
CURSOR = on("cursor") + Style(bold=True)
CHANGED = Style(underline=True)
"""Digits that are others than before; bold as well, but where weight stands for colour."""
LIT = Style(bold=True)
WRONG = on("wrong") + Style(bold=True)
ZERO = on("zero")
"""A block of a number that is (nearly) zero."""


def level(value: float, scale: float) -> int:
    """How strong a value is, from -LEVELS to LEVELS, 0 only for what is (nearly) zero."""
    if not math.isfinite(value) or scale <= 0:
        return 0
    strength = min(abs(value) / scale, 1.0)
    steps = math.ceil(strength * LEVELS - 0.05)
    return steps if value > 0 else -steps


@lru_cache(maxsize=64)
def heat(steps: int) -> Style:
    """A number of a level: blue above zero, orange below."""
    return on(f"{_side(steps)}_{abs(steps)}") if steps else Style()


@lru_cache(maxsize=64)
def block(steps: int) -> Style:
    """A block of a level, which may bear a mark of its sign."""
    return heat(steps) + Style(color=role(f"{_side(steps)}_{abs(steps)}_mark")) if steps else ZERO


def bar(positive: bool, strong: bool, past: bool) -> Color:
    """A bar on one side of a zero line; what only some of its values reach is softer, the future fainter."""
    return role(_side(1 if positive else -1) + "_bar" + ("" if strong else "_soft") + ("" if past else "_later"))


def _side(steps: int) -> str:
    return "plus" if steps > 0 else "minus"
