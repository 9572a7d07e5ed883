"""A sheet of characters to draw on, which is a Rich renderable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from numpy.typing import NDArray
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

from rnn_tui.views.sheet.notation import Box
from rnn_tui.views.sheet.palette import PLAIN, block, level
from rnn_tui.views.sheet.pen import Run, cut

Array = NDArray[Any]
EMPTY = Style()


class Drawing:
    """Width times height cells, each a character and a style.

    What would run over an edge is left out: lines and other ornaments just there, words and numbers whole, with a mark.
    """

    def __init__(self, width: int, height: int, more: str = "…") -> None:
        self.width, self.height, self.more = max(width, 0), max(height, 0), more
        self._cells = [[(" ", EMPTY)] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, style: Style = PLAIN) -> None:
        """Writes `text` from (x, y) to the right; the second cell of a wide character is left empty."""
        if not 0 <= y < self.height:
            return
        column, row = x, self._cells[y]
        taken = len(text) if text.isascii() else cell_len(text)
        if (x < 0 or x + taken > self.width) and any(map(str.isalnum, text)):
            column, text = self._inside(x, text)
        if (text.isascii() or taken == len(text) == 1) and 0 <= column <= self.width - len(text):
            row[column : column + len(text)] = [(character, style) for character in text]
            return
        for character in text:
            wide = 1 if character.isascii() else cell_len(character)
            if column >= 0 and column + wide <= self.width:
                row[column : column + wide] = [(character, style), ("", style)][:wide]
            column += wide

    def _inside(self, x: int, text: str) -> tuple[int, str]:
        """What of a text stands between the edges, in whole words, and where that begins."""
        if x < 0:
            left = next((m for m in re.finditer(r"\s\S", text) if x + cell_len(text[: m.start()]) >= 0), None)
            if left is None:
                return 0, self.more
            x, text = x + cell_len(text[: left.start()]), self.more + text[left.start() + 1 :]
        return x, "".join(kept for kept, _ in cut([(text, EMPTY)], self.width - x, self.more))

    def write(self, x: int, y: int, runs: Iterable[Run], width: int) -> None:
        """Writes runs from (x, y) to the right in at most `width` columns, whole words and a mark where they end."""
        for text, style in cut(runs, min(width, self.width - x), self.more):
            self.put(x, y, text, style)
            x += cell_len(text)

    def middle(self, x: int, y: int, width: int, text: str, style: Style = PLAIN) -> None:
        """Writes `text` centred in `width` cells from x; where it cannot be, half a cell to the right."""
        self.put(x + (width - len(text) + 1) // 2, y, text, style)

    def down(self, x: int, y: int, text: str, style: Style = PLAIN) -> None:
        """Writes `text` from (x, y) downwards."""
        for row, character in enumerate(text, y):
            self.put(x, row, character, style)

    def box(self, x: int, y: int, width: int, height: int, box: Box, style: Style = PLAIN) -> None:
        """Draws the edge of a box."""
        left_top, right_top, right_bottom, left_bottom = tuple(box.corners)
        top, right, bottom, left = tuple(box.sides)
        self.put(x, y, left_top + top * (width - 2) + right_top, style)
        self.down(x, y + 1, left * (height - 2), style)
        self.down(x + width - 1, y + 1, right * (height - 2), style)
        self.put(x, y + height - 1, left_bottom + bottom * (width - 2) + right_bottom, style)

    def blocks(self, x: int, y: int, values: Sequence[float], scale: float, most: int, signs: bool) -> None:
        """A vector as a row of coloured cells, at most `most` of them; with `signs`, marked + and - as well."""
        shown = values if len(values) <= most else values[: most - 1]
        for column, value in enumerate(shown, x):
            steps = level(value, scale)
            self.put(column, y, sign(steps, self.more.isascii()) if signs else " ", block(steps))
        if len(values) > most:
            self.put(x + most - 1, y, self.more, PLAIN)

    def vector(self, x: int, y: int, width: int, values: Array, scale: float, signs: bool) -> None:
        """A vector as blocks, centred in `width`."""
        shown = [float(value) for value in values[: width + 1]]
        self.blocks(x + (width - min(len(shown), width)) // 2, y, shown, scale, width, signs)

    def mark(self, x: int, y: int, width: int, height: int, meta: dict[str, Any]) -> None:
        """Adds meaning to a region: what a click there stands for."""
        style = meant(tuple(meta.items()))
        known, both = EMPTY, style
        for row in self._cells[max(y, 0) : y + height]:
            for column in range(max(x, 0), min(x + width, self.width)):
                character, old = row[column]
                if old is not known:
                    known, both = old, old + style
                row[column] = (character, both)

    def blank(self, x: int, y: int) -> bool:
        """Whether nothing is drawn at a place."""
        return 0 <= y < self.height and 0 <= x < self.width and self._cells[y][x][0] == " "

    def paste(self, other: Drawing, y: int) -> None:
        """Puts the rows of a drawing as wide as this one from row y on."""
        for row, cells in enumerate(other._cells[: max(self.height - y, 0)], y):
            self._cells[row] = cells

    def rows(self, rows: Iterable[int]) -> Drawing:
        """Only some of the rows, in the order given."""
        chosen = Drawing(self.width, 0, self.more)
        chosen._cells = [self._cells[row] for row in rows]
        chosen.height = len(chosen._cells)
        return chosen

    def lines(self) -> list[list[Segment]]:
        """The rows as segments, cells of one style joined."""
        return [_join(row) for row in self._cells]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.lines():
            yield from line
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.width, self.width)


@lru_cache(maxsize=4096)
def meant(meta: tuple[tuple[str, Any], ...]) -> Style:
    """The style that says what a click there stands for; the same one each time, which makes comparing fast."""
    return Style(meta=dict(meta))


SIGNS = {False: ("·░▒▒▓▓█", "·-──══≡"), True: (".'++###", ".,--===")}
"""By ASCII or not: the levels from zero upwards, and downwards."""


def sign(steps: int, plain: bool) -> str:
    """One character for a level where colour does not tell it: filled for positive, lines for negative."""
    return SIGNS[plain][steps < 0][abs(steps)]


def _join(row: Sequence[tuple[str, Style]]) -> list[Segment]:
    joined, run, style = list[Segment](), "", EMPTY
    for character, own in row:
        if own is not style:
            if run:
                joined.append(Segment(run, style))
            run, style = "", own
        run += character
    return [*joined, Segment(run, style)] if run else joined
