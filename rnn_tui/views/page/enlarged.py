"""One table over the whole screen, for whoever sits in the back row: its numbers in digits as large as there is room
for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.gradient_tables import gradient_table
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import CURSOR, NOW, TITLE
from rnn_tui.views.sheet.pen import Run
from rnn_tui.views.sheet.tables import DARK, Grid, content, label_width
from rnn_tui.views.sheet.windows import Window, span

DOTS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", " # ", " # ", " # "),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "-": ("   ", "   ", "###", "   ", "   "),
    ".": (" ", " ", " ", " ", "#"),
    "?": ("###", "  #", " ##", "   ", " # "),
    "e": ("   ", " ##", "###", "#  ", " ##"),
    "i": (" # ", "   ", " # ", " # ", " # "),
    "n": ("   ", "## ", "# #", "# #", "# #"),
    "f": (" ##", "#  ", "###", "#  ", "#  "),
    "a": ("   ", " ##", "# #", "# #", " ##"),
    "~": ("   ", "## ", " ##", "   ", "   "),
}
"""Every character that numbers are written with."""
WIDE, TALL = 3, 5
"""Dots of a digit."""
LARGEST = 6
"""Rows of a dot at most."""
SECRET = "?"
"""What stands for a number that must not be shown yet."""
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


@dataclass(frozen=True)
class Digits:
    """How large digits are.

    Attributes:
        columns, rows: characters of a dot; rows 0 is half a row, and of columns 0 a digit is an ordinary character.
    """

    columns: int
    rows: int

    @property
    def height(self) -> int:
        """Rows of a number."""
        return 1 if not self.columns else TALL * self.rows or (TALL + 1) // 2

    def width(self, characters: int, points: int) -> int:
        """Columns of a number with so many characters, of which some are decimal points, and of the bar before it."""
        if not self.columns:
            return characters + 3
        return self.columns * (characters * (WIDE + 1) - points * (WIDE - 1) + 2)


PLAIN_DIGITS = Digits(0, 1)


def sizes(plain: bool) -> Iterator[Digits]:
    """The sizes of digits, from the largest."""
    yield from (Digits(2 * rows, rows) for rows in range(LARGEST, 0, -1))
    yield Digits(1, 1)
    if not plain:
        yield Digits(1, 0)


@dataclass(frozen=True)
class Room:
    """How a table stands on the screen: the size of its digits, and how many of its rows and columns are in view."""

    digits: Digits
    cell: int
    rows: int
    columns: int

    @classmethod
    def of(cls, grid: Grid, decimals: int, digits: Digits, width: int, height: int) -> Room:
        """As much of a table as has room, at a size of its digits."""
        head = 2 + (not grid.vector)
        cell, labels = digits.width(grid.width, bool(decimals)), label_width(grid, Window((), (), True)) + 2
        gap = 1 if digits.height > 1 or height - head >= 2 * grid.values.shape[0] else 0
        most = (height - head + gap) // (digits.height + gap), (width - labels + 1) // (cell + 1)
        return cls(digits, cell, min(most[0], grid.values.shape[0]), min(most[1], grid.values.shape[1]))


def enlarged(frame: Frame, width: int, height: int) -> Drawing:
    """The table of the selected number."""
    drawing, focus = Drawing(width, height, mark(frame.look.ascii)), frame.gaze.focus
    if focus is None:
        return drawing
    grid = _grid(frame, focus)
    room = _room(grid, frame.look.digits, width, height)
    row, column = grid.place(focus.row, focus.column)
    rows, columns = grid.values.shape
    window = Window(span(rows, max(room.rows, 1), row), span(columns, max(room.columns, 1), column), True)
    shown, labels = content(grid, window, frame.look.digits, DARK), label_width(grid, window) + 2
    gaps = max(height - 2 - (not grid.vector) - room.rows * room.digits.height, 0)
    gap = min(gaps // max(room.rows, 1), room.digits.height)
    pitch = room.cell + max(min((width - labels) // max(room.columns, 1) - room.cell, room.cell // 3), 1)
    left = max((width - labels - (room.columns - 1) * pitch - room.cell) // 2, 0)
    drawing.write(left + labels, 0, shown.heading, width - left - labels)
    for place, name in enumerate(shown.column_names if not grid.vector else ()):
        drawing.middle(left + labels + place * pitch, 2, room.cell, name, TITLE)
    for index, cells in enumerate(shown.cells):
        y = 2 + (not grid.vector) + index * (room.digits.height + gap)
        here = window.rows[index] == row
        drawing.put(
            left, y + room.digits.height // 2, shown.row_names[index].rjust(labels - 2), CURSOR if here else TITLE
        )
        for place, (text, style, _) in enumerate(cells):
            lit = here and window.columns[place] == column
            drawing_at = left + labels + place * pitch, y
            _number(drawing, *drawing_at, room, (text.strip(), style), lit, frame.look.ascii)
    return drawing


def _grid(frame: Frame, focus: Focus) -> Grid:
    """The table that a number stands in."""
    if focus.gradient and frame.back is not None:
        return gradient_table(Shown(frame), frame.back, focus.name)
    return Shown(frame).grid(Name(focus.name, focus.offset))


def _room(grid: Grid, decimals: int, width: int, height: int) -> Room:
    """The largest digits with which all of a table is in view; else the smallest of which there are a few."""
    rooms = [Room.of(grid, decimals, each, width, height) for each in sizes(grid.plain)]
    whole = [room for room in rooms if (room.rows, room.columns) == grid.values.shape]
    some = [room for room in rooms if room.rows > 0 and room.columns > 0]
    return next(chain(whole, reversed(some)), Room.of(grid, decimals, PLAIN_DIGITS, width, height))


def _number(drawing: Drawing, x: int, y: int, room: Room, run: Run, lit: bool, plain: bool) -> None:
    """A number in its place, on the right, behind a bar of its colour."""
    (text, style), digits = run, room.digits
    ink = NOW if lit or text == SECRET else TITLE
    if style.bgcolor is not None and text != SECRET:
        for row in range(digits.height):
            drawing.put(x, y + row, " " * max(digits.columns, 1), style)
    taken = digits.width(len(text), text.count("."))
    if not digits.columns or taken > room.cell or not set(text) <= set(DOTS):
        drawing.put(x + room.cell - len(text) - 1, y + digits.height // 2, text, ink + Style(meta=style.meta))
        return
    at = x + room.cell - taken + 2 * digits.columns
    for character in text:
        dots = DOTS[character]
        for row in range(digits.height):
            drawing.put(at, y + row, _row(dots, row, digits, character if plain else "█"), ink)
        at += (len(dots[0]) + 1) * digits.columns
    if style.meta:
        drawing.mark(x, y, room.cell, digits.height, style.meta)


def _row(dots: tuple[str, ...], row: int, digits: Digits, ink: str) -> str:
    """One row of a digit."""
    if digits.rows:
        return "".join((ink if dot == "#" else " ") * digits.columns for dot in dots[row // digits.rows])
    upper, lower = dots[2 * row], (*dots, " " * WIDE)[2 * row + 1]
    pairs = zip(upper, lower.ljust(len(upper))[: len(upper)], strict=True)
    return "".join(HALVES[above == "#", below == "#"] for above, below in pairs)
