"""A matrix as a heat map with what stands around it: heading, ruler, row numbers, measures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.memo import Memo
from rnn_tui.session.model import Look
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.measures import GAP, measures, runs_of, worded
from rnn_tui.views.sheet.palette import ACCENT, DIM, NOW, TITLE
from rnn_tui.views.sheet.pen import Phrase, Run, fitting, length, shortened
from rnn_tui.views.sheet.raster import Axis, largest, levels, paint
from rnn_tui.views.sheet.tables import LONGEST_NAME, called
from rnn_tui.views.sheet.windows import runs

Array = NDArray[Any]
NARROWEST = 11
"""Columns of the narrowest panel, where there are several."""
READABLE = 24
"""Columns of cells that a large map keeps before its measures may stand beside it."""
WHOLE = 10**6
MARK = Style(color=ACCENT)


@dataclass(frozen=True)
class Margins:
    """What stands around the cells of panels side by side.

    Attributes:
        lines: of cells.
        heading: whether there is a line of headings.
        ruler: whether there is a line of column numbers above the cells.
        below: lines below the cells, for timesteps and measures.
        measures: how many of a matrix's measures stand in one of those lines; 1: one a line, beside the cells; 0: none.
    """

    lines: int
    heading: bool = True
    ruler: bool = True
    below: int = 0
    measures: int = 0

    @property
    def top(self) -> int:
        """Lines above the cells."""
        return self.heading + self.ruler

    @property
    def height(self) -> int:
        """Lines in all."""
        return self.top + self.lines + self.below


@dataclass(frozen=True, eq=False)
class Panel(ABC):
    """A heat map and its surroundings.

    Attributes:
        look: how it is shown.
        name: what it is called.
        values: (R, C), the numbers.
        scale: the magnitude that has the strongest colour.
        row_names: what the rows are called; their numbers where empty.
        share: whether they are probabilities, from 0 to 1.
    """

    look: Look
    name: str
    values: Array
    scale: float
    row_names: tuple[str, ...] = ()
    share: bool = False

    @property
    def rows(self) -> int:
        """R."""
        return int(self.values.shape[0])

    @property
    def gutter(self) -> int:
        """Columns left of the cells: row names or numbers, and the mark of the window."""
        return max(map(cell_len, self.called), default=len(str(self.rows))) + 1

    @cached_property
    def called(self) -> tuple[str, ...]:
        """The names of the rows as there is room for them."""
        return called(self.row_names, LONGEST_NAME, self.look.ascii)

    @property
    def signs(self) -> bool:
        """Whether signs are written."""
        return self.look.ascii or self.look.signs

    def down(self, lines: int) -> Axis:
        """The rows as rows of cells."""
        return Axis.down(self.rows, lines, self.signs)

    def lines(self, room: int) -> int:
        """The lines of cells, where there is room for so many."""
        pixels = self.down(room).pixels
        return pixels if self.signs else (pixels + 1) // 2

    def marked(self, axis: Axis, rows: range) -> range:
        """The lines where some rows of the matrix are shown."""
        span, each = axis.span(rows), 1 if self.signs else 2
        return range(span.start // each, -(-span.stop // each))

    def least(self, lines: int, each: int) -> int:
        """The least width, where matrices have their measures, `each` in a line."""
        return NARROWEST

    @abstractmethod
    def natural(self, lines: int, each: int = 0) -> int:
        """The width that shows all columns with cells as large as the lines allow, and the heading."""

    @abstractmethod
    def block(self, width: int, margins: Margins) -> tuple[int, int]:
        """How many (rows, columns) of the matrix a cell stands for."""

    def written_out(self, width: int, margins: Margins) -> bool:
        """Whether its numbers stand in the cells, which then need no sign."""
        return False

    @abstractmethod
    def paint(self, drawing: Drawing, x: int, y: int, width: int, margins: Margins) -> None:
        """Draws it into `width` columns from (x, y)."""

    @property
    @abstractmethod
    def columns(self) -> int:
        """C, of the whole."""

    @property
    def title(self) -> list[Run]:
        """The name and the shape."""
        by = "x" if self.look.ascii else "×"
        return [(self.name, TITLE), (f"{GAP}{self.rows}{by}{self.columns}", DIM)]

    def part(self, which: range) -> str:
        """Which rows, columns or timesteps, from the first to the last."""
        return f"{which.start}{'-' if self.look.ascii else '–'}{which.stop - 1}"

    def head(self, drawing: Drawing, x: int, y: int, width: int, style: Style, *notes: str) -> None:
        """Draws name and shape, and the first of some notes for which there is room."""
        name, shape = self.title
        brief = (shortened(self.name, width, drawing.more), TITLE)
        phrases = [
            Phrase(((name, shape), (name,), (brief,))),
            Phrase.of(style, *(GAP + note for note in notes), "", rank=1),
        ]
        drawing.write(x, y, fitting(width, phrases, drawing.more), width)

    def own_lines(self, axis: Axis) -> bool:
        """Whether every row has lines of its own."""
        return axis.block == 1 and (self.signs or axis.size > 1)

    def row_numbers(self, drawing: Drawing, x: int, y: int, axis: Axis) -> None:
        """Draws every row's name or number where each has a line of its own, else the first and the last."""
        for row in range(self.rows) if self.own_lines(axis) else (self.rows - 1, 0):
            lines = self.marked(axis, range(row, row + 1))
            text = self.called[row] if self.called else str(row + 1)
            drawing.put(x + self.gutter - 1 - cell_len(text), y + lines[(len(lines) - 1) // 2], text, DIM)


@dataclass(frozen=True, eq=False)
class MatrixPanel(Panel):
    """A matrix.

    Attributes:
        window: the rows and columns that the tables show, from 0; None where that is all.
        memo: what has been worked out about these values.
    """

    window: tuple[Sequence[int], Sequence[int]] | None = None
    memo: Memo = field(default_factory=Memo)

    @property
    def columns(self) -> int:
        """C."""
        return int(self.values.shape[1])

    @property
    def measured(self) -> tuple[tuple[str, str], ...]:
        """Minimum, maximum, mean and norm, as (word, number)."""
        return worded(self.memo.get(("measures", "used"), lambda: measures(self.values)), self.look.digits)

    def text_lines(self, each: int) -> list[list[Run]]:
        """The measures, `each` in a line; one in a line, the numbers below one another."""
        measured = self.measured
        if each == 1:
            longest = max(len(number) for word, number in measured)
            measured = tuple(
                (word if word.isdigit() else word.ljust(4), number.rjust(longest)) for word, number in measured
            )
        return [runs_of(measured[start : start + each]) for start in range(0, len(measured), each)]

    def text_width(self, each: int) -> int:
        """The width of the measures, `each` in a line; beside the cells with the space before them."""
        return max(map(length, self.text_lines(each))) + (len(GAP) if each == 1 else 0) if each else 0

    def least(self, lines: int, each: int) -> int:
        """The least width in which the measures may stand, `each` in a line."""
        cells = self.across(lines).pixels
        return max(self.gutter + self.text_width(each) + (min(cells, READABLE) if each == 1 else 0), NARROWEST)

    def across(self, lines: int) -> Axis:
        """The columns as columns of cells, as large as the lines allow."""
        return Axis.across(self.columns, WHOLE, self.down(lines).size)

    def natural(self, lines: int, each: int = 0) -> int:
        """The width that shows all columns with cells as large as the lines allow, and the heading."""
        beside = self.text_width(1) if each == 1 else 0
        return max(self.gutter + self.across(lines).pixels + beside, length(self.title), self.least(lines, each))

    def block(self, width: int, margins: Margins) -> tuple[int, int]:
        """How many (rows, columns) of the matrix a cell stands for."""
        down, across = self._axes(width, margins)
        return down.block, across.block

    def _axes(self, width: int, margins: Margins) -> tuple[Axis, Axis]:
        down, beside = self.down(margins.lines), self.text_width(1) if margins.measures == 1 else 0
        return down, Axis.across(self.columns, width - self.gutter - beside, down.size)

    def paint(self, drawing: Drawing, x: int, y: int, width: int, margins: Margins) -> None:
        """Draws it into `width` columns from (x, y)."""
        down, across = self._axes(width, margins)
        left, top = x + self.gutter, y + margins.top
        if margins.heading:
            self.head(drawing, x, y, width, MARK, *self._told())
        if margins.ruler:
            self._ruler(drawing, left, top - 1, across)
        blocks = (down.block, across.block)
        strongest = self.memo.get(blocks, lambda: largest(self.values, *blocks))
        steps = levels(strongest, self.scale)
        paint(drawing, left, top, steps, down.size, across.size, self.signs)
        self.row_numbers(drawing, x, top, down)
        if self.window is not None:
            for lines in down.spans(self.window[0], 1 if self.signs else 2):
                text = bracket("|||>" if self.look.ascii else "┏┃┗▸", len(lines))
                drawing.down(left - 1, top + lines.start, text, NOW)
        beside = margins.measures == 1
        at = (left + across.pixels + len(GAP), top) if beside else (left, top + margins.lines)
        for line, text_runs in enumerate(self.text_lines(margins.measures) if margins.measures else ()):
            drawing.write(at[0], at[1] + line, text_runs, x + width - at[0])

    def _told(self) -> list[str]:
        """Which rows and columns the tables show, at length and in brief; nothing where that is all."""
        if self.window is None:
            return []
        listed, counted = [], []
        for word, places, count in zip(("rows", "columns"), self.window, self.values.shape, strict=True):
            if len(places) == count:
                continue
            parts = (range(r.start + 1, r.stop + 1) for r in runs(places))
            listed.append(f"{word} {', '.join(self.part(p) if len(p) > 1 else str(p.start) for p in parts)}")
            counted.append(f"{len(places)} of {count} {word}")
        texts = [", ".join(listed), ", ".join(counted)]
        return [f"in the tables: {texts[0]}", texts[0], f"in the tables: {texts[1]}", texts[1]]

    def _ruler(self, drawing: Drawing, x: int, y: int, axis: Axis) -> None:
        """Draws the columns of the window, and the column numbers that it leaves room for."""
        windows = axis.spans(self.window[1]) if self.window is not None else []
        for window in windows:
            text = bracket("[-]v" if self.look.ascii else "┏━┓▾", len(window))
            drawing.put(x + window.start, y, text, NOW)
        every = axis.block == 1 and axis.size > len(str(self.columns))
        for column in range(1, self.columns + 1) if every else (1, self.columns):
            text = str(column)
            at = (column - 1) * axis.size + (axis.size - len(text)) // 2 if every else 0
            if column > 1 and not every:
                at = max(axis.pixels - len(text), 2)
            place = range(at, at + len(text))
            if place.stop <= axis.pixels and all(place.stop <= w.start or place.start >= w.stop for w in windows):
                drawing.put(x + at, y, text, DIM)


def bracket(glyphs: str, size: int) -> str:
    """A bracket `size` characters long, from its first, middle and last character; the fourth is one alone."""
    return glyphs[3] * size if size < 2 else glyphs[0] + glyphs[1] * (size - 2) + glyphs[2]
