"""Curves over time: of braille dots, two columns and four rows of them in a character; in ASCII of one letter each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import isfinite

from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.drawing import Drawing

BRAILLE = 0x2800
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of a dot by its row and column in a character."""
DOTTED = 3
"""Columns of dots of which a dotted curve has one."""


@dataclass(frozen=True)
class Chart:
    """Where the values of some timesteps stand in a region of characters.

    Attributes:
        x, y, width, height: the region.
        count: how many timesteps stand side by side.
        low, high: the values on its lowest and highest row of dots.
        plain: in ASCII, where a dot is a character.
    """

    x: int
    y: int
    width: int
    height: int
    count: int
    low: float
    high: float
    plain: bool

    @property
    def dots(self) -> tuple[int, int]:
        """Columns and rows of dots in a character."""
        return (1, 1) if self.plain else (2, 4)

    def across(self, place: int) -> int:
        """The column of dots of a timestep, counted from 0."""
        return round(place * (self.width * self.dots[0] - 1) / max(self.count - 1, 1))

    def down(self, value: float) -> int:
        """The row of dots of a value; one outside the range stands at the edge."""
        last, span = self.height * self.dots[1] - 1, self.high - self.low
        share = (self.high - value) / span if span > 0 else 0.5
        return round(min(max(share, 0.0), 1.0) * last)

    def column(self, place: int) -> int:
        """The column of characters of a timestep."""
        return self.x + self.across(place) // self.dots[0]

    def row(self, value: float) -> int:
        """The row of characters of a value."""
        return self.y + self.down(value) // self.dots[1]

    def curve(
        self, values: Sequence[float], dotted: bool = False, begins: Collection[int] = ()
    ) -> dict[tuple[int, int], int]:
        """The characters that a curve goes through, each with the bits of its dots, or where it is dotted of every
        third; it has gaps where a value is missing, as what is no number is, and before the places where another
        sequence begins."""
        wide, tall = self.dots
        found: dict[tuple[int, int], int] = {}
        last: tuple[int, int] | None = None
        for place, value in enumerate(values):
            here = (self.across(place), self.down(value)) if isfinite(value) else None
            last = None if place in begins else last
            line = _line(last or here, here) if here is not None else []
            for x, y in [each for each in line if not (dotted and each[0] % DOTTED)]:
                at = self.x + x // wide, self.y + y // tall
                found[at] = found.get(at, 0) | BITS[y % tall][x % wide]
            last = here
        return found

    def draw(self, drawing: Drawing, cells: dict[tuple[int, int], int], letter: str, style: Style) -> None:
        """Draws what `curve` found; in ASCII as a letter."""
        for (x, y), bits in cells.items():
            drawing.put(x, y, letter if self.plain else chr(BRAILLE + bits), style)


def _line(start: tuple[int, int] | None, end: tuple[int, int]) -> list[tuple[int, int]]:
    """The dots from one to another."""
    (x, y), (right, down) = start or end, end
    steps = max(abs(right - x), abs(down - y), 1)
    return [(x + round((right - x) * n / steps), y + round((down - y) * n / steps)) for n in range(steps + 1)]
