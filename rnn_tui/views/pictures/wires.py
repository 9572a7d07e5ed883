"""Straight lines between the nodes of a network: of braille dots, or in ASCII of ``- \\ / X``."""

from __future__ import annotations

from rich.style import Style

from rnn_tui.views.sheet.drawing import Drawing

BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of a dot by its row and column in a character."""


class Wires:
    """Lines that cross freely; what is drawn later lies on top. `draw` puts them on a drawing."""

    def __init__(self, ascii: bool) -> None:
        self.ascii = ascii
        self._dots: dict[tuple[int, int], tuple[int, Style]] = {}
        self._letters: dict[tuple[int, int], tuple[str, Style]] = {}

    def line(self, start: tuple[int, int], end: tuple[int, int], style: Style) -> None:
        """A line from the middle of one character to the middle of another."""
        (left, top), (right, bottom) = start, end
        if self.ascii:
            self._write(left, top, right, bottom, style)
            return
        across, down = 2 * (right - left) + 1, 4 * (bottom - top)
        steps = max(abs(across), abs(down), 1)
        for step in range(steps + 1):
            x, y = 2 * left + round(across * step / steps), 4 * top + 2 + round(down * step / steps)
            cell = (x // 2, y // 4)
            self._dots[cell] = (self._dots.get(cell, (0, style))[0] | DOTS[y % 4][x % 2], style)

    def _write(self, left: int, top: int, right: int, bottom: int, style: Style) -> None:
        across, down = right - left, bottom - top
        steps = max(abs(across), abs(down), 1)
        before = top
        for step in range(steps + 1):
            x, y = left + round(across * step / steps), top + round(down * step / steps)
            letter = "-" if y == before else "\\" if y > before else "/"
            if self._letters.get((x, y), ("", style))[0] + letter in ("\\/", "/\\", "X/", "X\\"):
                letter = "X"
            self._letters[x, y], before = (letter, style), y

    def draw(self, drawing: Drawing) -> None:
        """Puts all lines on a drawing."""
        for (x, y), (bits, style) in self._dots.items():
            drawing.put(x, y, chr(BRAILLE + bits), style)
        for (x, y), (letter, style) in self._letters.items():
            drawing.put(x, y, letter, style)
