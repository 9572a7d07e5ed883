"""Tables of numbers: which part is in view, which numbers stand out, and the lines that all of it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from rnn_tui.core import decimals as numbers
from rnn_tui.core.arithmetic import Pattern
from rnn_tui.core.equations import Name
from rnn_tui.session.model import Focus
from rnn_tui.views.sheet.notation import mark, printable
from rnn_tui.views.sheet.palette import CHANGED, CURSOR, DIM, LABEL, LIT, PLAIN, WRONG, heat, level
from rnn_tui.views.sheet.pen import Phrase, fitting, shortened, written

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Grid:
    """A matrix or a vector to be shown as a table.

    Attributes:
        name: the quantity, as the equations write it.
        heading: what the screen calls it, ``W`` or ``s₃``.
        style: of the heading.
        values: (rows, columns); a vector is one column.
        width: characters a number.
        scale: the value that has the strongest colour.
        before: what stood there one timestep earlier, or None: digits that differ are underlined.
        row_names: what the rows are called; numbers where empty and named.
        column_names: the same for columns; a vector has none.
        vector: whether it is a vector.
        known: False where there are no numbers yet (x before the first sample): dots stand in their place.
        plain: ASCII alone.
        hidden: rows whose numbers are shown as ``?``.
        longest: characters that the heading takes at the last timestep, so that no table moves as t grows.
        turned: whether the rows are the columns of the quantity, as the equations have it.
    """

    name: Name
    heading: str
    style: Style
    values: Array
    width: int
    scale: float
    before: Array | None = None
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()
    vector: bool = False
    known: bool = True
    plain: bool = False
    hidden: frozenset[int] = frozenset()
    longest: int = 0
    turned: bool = False

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where a number of the table stands in the quantity, as the equations have it."""
        return (column, row) if self.turned else (row, column)


@dataclass(frozen=True)
class Window:
    """Which part of a grid is in view: rows and columns from 0, and whether rows are named."""

    rows: range
    columns: range
    named: bool

    @classmethod
    def around(
        cls, grid: Grid, most_rows: int, most_columns: int, named: bool, anchor: tuple[int, int] = (0, 0)
    ) -> Window:
        """As much of a grid as allowed, with the anchor (row, column) in it."""
        rows, columns = grid.values.shape
        return cls(span(rows, most_rows, anchor[0]), span(columns, most_columns, anchor[1]), named)


def span(count: int, most: int, anchor: int) -> range:
    """At most `most` of `count`, `anchor` as near to their middle as the ends allow."""
    most = min(most, count)
    first = min(max(anchor - most // 2, 0), count - most)
    return range(first, first + most)


@dataclass(frozen=True)
class Light:
    """Which numbers of a grid stand out: the selected one, and those it is made of.

    Attributes:
        on: whether a number is selected anywhere; then all that does not stand out is quiet.
        selected: its row and column, where it is in this grid.
        patterns: what of this grid it is made of.
    """

    on: bool = False
    selected: tuple[int, int] | None = None
    patterns: tuple[Pattern, ...] = ()

    @classmethod
    def of(cls, grid: Grid, focus: Focus | None, lit: tuple[Pattern, ...]) -> Light:
        """The light on a grid."""
        if focus is None:
            return cls()
        here = (focus.name, focus.offset) == (grid.name.name, grid.name.offset)
        patterns = tuple(pattern for pattern in lit if pattern.name == grid.name)
        return cls(True, (focus.row, focus.column) if here else None, patterns)

    def style(self, style: Style, name: Name, row: int, column: int) -> Style:
        """The style of a number in this light."""
        if not self.on:
            return style
        if self.selected == (row, column):
            return CURSOR
        if any(pattern.covers(name, row) for pattern in self.patterns):
            return style + LIT
        return DIM


DARK = Light()
"""Nothing is selected."""


def label_width(grid: Grid, rows: range) -> int:
    """The characters that row names take: as many as the widest in view, at most 4."""
    if not grid.row_names:
        return len(str(grid.values.shape[0]))
    return min(max((len(grid.row_names[row]) for row in rows if row < len(grid.row_names)), default=1), 4)


def grid_width(grid: Grid, window: Window) -> int:
    """The width of a grid's table in characters."""
    labels = label_width(grid, window.rows) + 1 if window.named else 0
    whole = len(window.columns) == grid.values.shape[1]
    title = sum(len(text) for text, _ in heading(grid, window)) if whole else len(grid.heading)
    title = max(title, grid.longest)
    return max(labels + len(window.columns) * (grid.width + 1) - 1, title)


def heading(grid: Grid, window: Window) -> tuple[tuple[str, Style], ...]:
    """The name, and for a matrix its shape, with a mark where not all is in view."""
    rows, columns = grid.values.shape
    by = "x" if grid.plain else "×"
    shape = "" if grid.vector else f"  {rows}{by}{columns}"
    part = len(window.rows) < rows or len(window.columns) < columns
    return (grid.heading, grid.style), (shape + (mark(grid.plain) if part else ""), DIM)


@dataclass(frozen=True)
class Content:
    """All that a table shows, as plain text and styles, so that equal tables are laid out once."""

    heading: tuple[tuple[str, Style], ...]
    labels: int
    width: int
    column_names: tuple[str, ...]
    row_names: tuple[str, ...]
    cells: tuple[tuple[tuple[str, Style, tuple[bool, ...]], ...], ...]


def content(grid: Grid, window: Window, digits: int, light: Light) -> Content:
    """What the table of a grid's window shows."""
    labels, more = label_width(grid, window.rows) if window.named else 0, mark(grid.plain)
    name, shape = heading(grid, window)
    room, marked = grid_width(grid, window), ((more, DIM),) if shape[0].endswith(more) else ()
    title = Phrase(((name, shape), (name, *marked), ((shortened(name[0], room, more), name[1]),)))
    return Content(
        tuple(fitting(room, [title], more)),
        labels,
        grid.width,
        tuple(
            "" if grid.vector else shortened(_name(grid, grid.column_names, column), grid.width, more)
            for column in window.columns
        ),
        tuple(shortened(_name(grid, grid.row_names, row), labels, more) for row in window.rows) if labels else (),
        tuple(tuple(_number(grid, row, column, digits, light) for column in window.columns) for row in window.rows),
    )


@lru_cache(maxsize=1024)
def drawn(content: Content, width: int, header: bool) -> list[list[Segment]]:
    """The lines of a heading and its table, each `width` wide."""
    console = Console(width=max(width, 1), legacy_windows=False)
    options = console.options.update(height=None, no_wrap=True)
    title = written(content.heading)
    title.end = ""
    return console.render_lines(title, options)[:1] + console.render_lines(number_table(content, header), options)


def number_table(content: Content, header: bool = True) -> Table:
    """The Rich table: column names, then the rows in view. Column widths follow from the digits alone.

    The blank between columns is a part of the right one: versions of Rich differ in the padding of the last column.
    """
    table = Table(box=None, padding=0, show_edge=False, show_header=header, header_style=DIM)
    if content.labels:
        table.add_column("", width=content.labels, no_wrap=True, justify="right")
    for name in content.column_names:
        gap = 1 if table.columns else 0
        table.add_column(Text(name), width=gap + content.width, no_wrap=True, justify="right")
    for index, row in enumerate(content.cells):
        cells = [Text(content.row_names[index], DIM)] if content.labels else []
        for number, style, differs in row:
            cells.append(Text.assemble((number, style)))  # the blank before it has no style
            for position, differ in enumerate(differs):
                if differ:
                    cells[-1].stylize(CHANGED, position, position + 1)
        table.add_row(*cells)
    return table


def _name(grid: Grid, names: Sequence[str], index: int) -> str:
    return printable(names[index], grid.plain) if index < len(names) else str(index + 1)


def _number(grid: Grid, row: int, column: int, digits: int, light: Light) -> tuple[str, Style, tuple[bool, ...]]:
    """A number's text, its style, and which characters differ from what stood there before.

    A click on it carries ``{"focus": (name, offset, row, column)}``.
    """
    if not grid.known:
        return "." + " " * digits, DIM, ()
    if row in grid.hidden:
        return "?".rjust(grid.width), WRONG, ()
    value, place = float(grid.values[row, column]), grid.place(row, column)
    text = numbers.number(value, digits, grid.width)
    steps = level(value, grid.scale)
    style = (PLAIN + heat(steps) if steps else LABEL) if np.isfinite(value) else WRONG
    style = light.style(style, grid.name, *place) + clickable(grid.name, *place)
    if grid.before is None or not np.isfinite(value):
        return text, style, ()
    before = numbers.number(float(grid.before[row, column]), digits, grid.width)
    return text, style, tuple(numbers.changed(text, before))


@lru_cache(maxsize=4096)
def clickable(name: Name, row: int, column: int) -> Style:
    """The style that tells which number was clicked."""
    return Style(meta={"focus": (name.name, name.offset, row, column)})
