"""Ranges of values as bars over a zero line, a column each: what the timeline's rows are made of.

A bar reaches from zero to the farthest value of its column; the part that every value of it reaches is stronger. Where
there is no colour (`Look.signs`, ASCII) shapes alone tell the sign, and that part is not told apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from rich.color import Color
from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import bound
from rnn_tui.session.model import Look
from rnn_tui.views.sheet.drawing import Drawing, sign
from rnn_tui.views.sheet.palette import BACKGROUND, COLUMN, DIM, FAINT, WRONG, bar, level

Columns = Sequence[tuple[float, float] | None]
"""The smallest and the largest of every column, None where nothing is computed."""

BLOCKS, RAMP, HANGING = " ▁▂▃▄▅▆▇█", " .-=#", " ▔▔▀▀▀▀██"
LIMIT = 6
"""Columns of the largest value with its mark; in ASCII the mark takes one more."""


@dataclass(frozen=True)
class Scale:
    """How values become rows of bars.

    Attributes:
        up, down: rows above and below the zero line.
        row: the value that fills a row.
        low, high: the smallest and the largest finite value; None where there is none.
        folded: both signs stand upright in the one row there is.
    """

    up: int
    down: int
    row: float
    low: float | None = None
    high: float | None = None
    folded: bool = False

    @classmethod
    def of(cls, columns: Columns, rows: int) -> Scale:
        """The largest scale at which every finite value fits, the zero line between two rows or at an end."""
        ends = [value for column in columns if column is not None for value in column if math.isfinite(value)]
        if not ends or rows < 1:
            return cls(max(rows, 0), 0, 0.0)
        low, high = min(ends), max(ends)
        above, below = max(high, 0.0), max(-low, 0.0)
        if below <= above / (16 * rows):
            return cls(rows, 0, above / rows, low, high)
        if above <= below / (16 * rows):
            return cls(0, rows, below / rows, low, high)
        if rows == 1:
            return cls(1, 0, max(above, below), low, high, True)
        up = min(range(1, rows), key=lambda n: (max(above / n, below / (rows - n)), -n))
        return cls(up, rows - up, max(above / up, below / (rows - up)), low, high)

    @property
    def zero(self) -> int:
        """The row on the zero line."""
        return max(self.up - 1, 0)

    def limit(self, plain: bool, digits: int) -> str:
        """The value that no other exceeds: ``≤0.98``, ``≥-0.98``, or of either sign ``±0.98``; empty where none is."""
        if self.low is None or self.high is None:
            return ""
        if self.folded or (self.up and self.down):
            mark, value = "+-" if plain else "±", max(-self.low, self.high)
        elif self.up:
            mark, value = "<=" if plain else "≤", self.high
        else:
            mark, value = ">=" if plain else "≥", self.low
        return mark + bound(value, min(digits, 2), LIMIT - 1, not mark.startswith((">", "≥"))).lstrip()


class Bars:
    """Draws columns from row 0 of a drawing downwards."""

    def __init__(self, drawing: Drawing, scale: Scale, look: Look) -> None:
        self.drawing, self.scale, self.ascii = drawing, scale, look.ascii
        self.shapes = look.ascii or look.signs
        self.each = len(RAMP if look.ascii else BLOCKS) - 1

    def column(self, x: int, values: tuple[float, float] | None, past: bool, now: bool) -> None:
        """Draws a column: its range, a dot where it is not computed, ``!`` where it is not finite."""
        scale, zero = self.scale, self.scale.zero
        if not scale.up + scale.down:
            return
        if values is None:
            self.drawing.put(x, zero, ("." if x % 2 else " ") if self.ascii else "·", DIM)
            return
        low, high = values
        if not (math.isfinite(low) and math.isfinite(high)):
            self.drawing.put(x, zero, "!", WRONG)
        elif scale.folded and self.shapes:
            steps = level(high if high >= -low else low, scale.row)
            mark = sign(steps, self.ascii) if steps else " "
            self.drawing.put(x, 0, mark, _style(bar(steps > 0, True, past), _ground(now)))
        elif scale.folded:
            outer, inner = (high, low) if high >= -low else (-low, -high)
            self._bar(x, range(1), (outer, inner), high >= -low, True, past, now)
        else:
            self._bar(x, range(scale.up - 1, -1, -1), (high, low), True, True, past, now)
            self._bar(x, range(scale.up, scale.up + scale.down), (-low, -high), False, False, past, now)

    def _bar(
        self, x: int, rows: range, reach: tuple[float, float], positive: bool, upright: bool, past: bool, now: bool
    ) -> None:
        """Draws one side of the zero line: some of the timesteps reach reach[0], all of them reach[1]."""
        outer, inner = (self._steps(value) for value in reach)
        tones = bar(positive, False, past), bar(positive, True, past)
        for distance, y in enumerate(rows):
            n, m = (min(max(steps - distance * self.each, 0), self.each) for steps in (outer, inner))
            if n == 0 and distance == 0 and upright and self.scale.down:
                self.drawing.put(x, y, "_" if self.ascii else "▁", _style(FAINT, _ground(now)))
            elif self.shapes or n == 0:
                shape = (RAMP if self.ascii else BLOCKS if upright else HANGING)[n]
                self.drawing.put(x, y, shape, _style(tones[2 * m >= n], _ground(now)))
            else:
                self.drawing.put(x, y, *_cell(n, m, upright, tones, _ground(now)))

    def _steps(self, value: float) -> int:
        """A value in parts of a row; none only for what is (nearly) zero."""
        return math.ceil(value / self.scale.row * self.each - 0.05) if value > 0 and self.scale.row > 0 else 0


def _cell(n: int, m: int, upright: bool, tones: tuple[Color, Color], ground: Color | None) -> tuple[str, Style]:
    """A cell filled by n eighths, m of them strong. Where it hangs, the ground is drawn over the colour from below."""
    if n == 8 and 0 < m < 8:
        return (BLOCKS[m], _style(tones[1], tones[0])) if upright else (BLOCKS[8 - m], _style(tones[0], tones[1]))
    tone = tones[2 * m >= n]
    if upright or n == 8:
        return BLOCKS[n], _style(tone, ground)
    return BLOCKS[8 - n], _style(ground or BACKGROUND, tone)


@lru_cache(maxsize=128)
def _style(color: Color, ground: Color | None) -> Style:
    return Style(color=color, bgcolor=ground)


def _ground(now: bool) -> Color | None:
    """The cursor's column has a ground of its own."""
    return COLUMN if now else None
