"""Tables beside one another, with operators between them, so that a row of tables reads as a formula."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import LABEL
from rnn_tui.views.sheet.tables import DARK, Grid, Light, table_lines
from rnn_tui.views.sheet.windows import Window


@dataclass(frozen=True, eq=False)
class Piece:
    """One thing in a row of tables: a grid's window, or a token such as ``+``."""

    width: int
    grid: Grid | None = None
    window: Window | None = None
    light: Light = DARK
    token: str = ""


def tallest(pieces: Iterable[Piece]) -> int:
    """The rows of the table that has most of them; 1 where there is none."""
    return max((len(piece.window.rows) for piece in pieces if piece.window is not None), default=1)


@dataclass(frozen=True)
class Row:
    """Pieces side by side: a Rich renderable. Operators stand at the height of the middle row of numbers.

    Attributes:
        pieces: from left to right.
        digits: after the decimal point.
        height: lines in all: a heading, the column names if `header`, the numbers.
        header: whether the tables have a line of column names.
    """

    pieces: tuple[Piece, ...]
    digits: int
    height: int
    header: bool = True

    @property
    def width(self) -> int:
        """Characters in all."""
        return sum(piece.width for piece in self.pieces)

    @property
    def whole(self) -> bool:
        """Whether no row of a table is folded away."""
        return all(
            piece.grid is None or piece.window is None or len(piece.window.rows) == len(piece.grid.values)
            for piece in self.pieces
        )

    def within(self, width: int, plain: bool) -> Row:
        """As many whole tables, from the left, as have room, and a mark where some have none."""
        if self.width <= width:
            return self
        more = Piece(min(2, max(width, 0)), token=mark(plain))
        kept: list[Piece] = []
        for piece in self.pieces:
            if sum(each.width for each in kept) + piece.width + more.width > width:
                break
            kept.append(piece)
        while kept and kept[-1].grid is None:
            kept.pop()
        return replace(self, pieces=(*kept, more))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.lines():
            yield from line
            yield Segment.line()

    def lines(self) -> list[list[Segment]]:
        """The rows as segments; tables that have not changed are not laid out again."""
        middle = self._middle()
        columns = [self._lines(piece, middle) for piece in self.pieces]
        return [[segment for lines in columns for segment in lines[row]] for row in range(self.height)]

    def _middle(self) -> int:
        rows = [len(piece.window.rows) for piece in self.pieces if piece.window is not None and piece.window.rows]
        return 1 + self.header + (min(rows, default=1) - 1) // 2

    def _lines(self, piece: Piece, middle: int) -> list[list[Segment]]:
        blank = [Segment(" " * piece.width)]
        if piece.grid is None or piece.window is None:
            lines = [blank] * self.height
            if middle < self.height:
                lines[middle] = [Segment(piece.token.center(piece.width), LABEL)]
            return lines
        lines = table_lines(piece.grid, piece.window, self.digits, piece.light, piece.width, self.header)
        return (lines + [blank] * self.height)[: self.height]


@dataclass(frozen=True)
class Stack:
    """Rows of tables below one another, in bands of one or several side by side: a Rich renderable.

    Attributes:
        bands: from top to bottom, each from left to right.
        across: columns from one row of a band to the next.
        gap: blank lines between bands.
    """

    bands: tuple[tuple[Row, ...], ...]
    across: int
    gap: int

    @property
    def width(self) -> int:
        """Characters in all."""
        return max(sum(row.width for row in band) + self.across * (len(band) - 1) for band in self.bands)

    @property
    def height(self) -> int:
        """Lines in all."""
        return sum(max(row.height for row in band) for band in self.bands) + self.gap * (len(self.bands) - 1)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.lines():
            yield from line
            yield Segment.line()

    def lines(self) -> list[list[Segment]]:
        """All rows as segments."""
        lines: list[list[Segment]] = []
        for band in self.bands:
            lines += [[] for _ in range(self.gap)] if lines else []
            height = max(row.height for row in band)
            columns = [self._column(row, height, row is not band[-1]) for row in band]
            lines += [[segment for part in parts for segment in part] for parts in zip(*columns, strict=True)]
        return lines

    def _column(self, row: Row, height: int, followed: bool) -> list[list[Segment]]:
        """The lines of a row as a part of its band, as wide as it is from there to the next one."""
        beside = [Segment(" " * max(self.across - row.width, 0))] * followed
        blank = [Segment(" " * row.width)]
        return [[*line, *beside] for line in (row.lines() + [blank] * height)[:height]]
