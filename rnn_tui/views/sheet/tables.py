"""Tables of numbers: which part is in view, which numbers stand out, and the lines that all of it makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from rnn_tui.core import decimals as numbers
from rnn_tui.core.arithmetic import Pattern
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.core.memo import Memo
from rnn_tui.session.model import Focus
from rnn_tui.views.sheet.notation import gap, mark, printable
from rnn_tui.views.sheet.palette import CHANGED, CURSOR, DIM, LABEL, LIT, PLAIN, WRONG, heat, level
from rnn_tui.views.sheet.pen import Phrase, fitting, shortened, told_apart
from rnn_tui.views.sheet.windows import Window, skips

Array = NDArray[Any]
LONGEST_NAME = 4
"""Columns of the name of a row."""
LAID_OUT = 4
"""Tables that a grid keeps, each of another part of it or in another light."""


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
        memo: the lines of the table, as they were laid out last.
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
    memo: Memo = field(default_factory=lambda: Memo(LAID_OUT))

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where a number of the table stands in the quantity, as the equations have it."""
        return (column, row) if self.turned else (row, column)


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


def label_width(grid: Grid, window: Window) -> int:
    """The characters that row names take: as many as the widest of all, at most 4, and a mark where some are left out.

    Where one has no names they are numbers. It is the same whichever rows are in view.
    """
    if not window.named:
        return 0
    rows = int(grid.values.shape[0])
    longest = min(widest(grid.row_names), LONGEST_NAME) if grid.row_names else len(str(rows))
    return longest + (len(window.rows) < rows)


@lru_cache(maxsize=256)
def widest(names: tuple[str, ...]) -> int:
    """The columns of the longest name, 1 at least."""
    return max(map(cell_len, names), default=1) or 1


def grid_width(grid: Grid, window: Window) -> int:
    """The width of a grid's table in characters."""
    labels = label_width(grid, window) + window.named
    whole = len(window.columns) == grid.values.shape[1]
    parts = [text for text, _ in heading(grid, window)] if whole else [grid.heading, mark(grid.plain)]
    title = sum(map(len, parts))
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
    """All that a table shows, as plain text and styles."""

    heading: tuple[tuple[str, Style], ...]
    labels: int
    width: int
    column_names: tuple[str, ...]
    row_names: tuple[str, ...]
    cells: tuple[tuple[tuple[str, Style, tuple[bool, ...]], ...], ...]


def content(grid: Grid, window: Window, digits: int, light: Light) -> Content:
    """What the table of a grid's window shows."""
    labels, more = label_width(grid, window), mark(grid.plain)
    name, shape = heading(grid, window)
    room, marked = grid_width(grid, window), ((more, DIM),) if shape[0].endswith(more) else ()
    title = Phrase(((name, shape), (name, *marked), ((shortened(name[0], room, more), name[1]),)))
    return Content(
        tuple(fitting(room, [title], more)),
        labels,
        grid.width,
        _column_names(grid, window, labels),
        _row_names(grid, window, labels),
        tuple(tuple(_number(grid, row, column, digits, light) for column in window.columns) for row in window.rows),
    )


def _column_names(grid: Grid, window: Window, labels: int) -> tuple[str, ...]:
    """What stands above the columns; before those before which some are left out, a mark."""
    names = _names(grid.column_names, window.columns, grid.width, grid.plain)
    if grid.vector:
        return ("",) * len(names)
    texts = []
    for index, (name, skip) in enumerate(zip(names, skips(window.columns), strict=True)):
        before = grid.width + bool(index or labels) - cell_len(name)
        sign = gap(grid.plain) if skip and before else ""
        texts.append(sign.rjust(min(before, 2)).ljust(before) + name if sign else name)
    return tuple(texts)


def _row_names(grid: Grid, window: Window, labels: int) -> tuple[str, ...]:
    """What stands before the rows; before those before which some are left out, a mark."""
    if not labels:
        return ()
    part = len(window.rows) < grid.values.shape[0]
    names = _names(grid.row_names, window.rows, labels - part, grid.plain)
    return tuple(
        gap(grid.plain) + " " * (labels - 1 - cell_len(name)) + name if skip else name
        for name, skip in zip(names, skips(window.rows), strict=True)
    )


def _names(names: tuple[str, ...], places: Sequence[int], width: int, plain: bool) -> list[str]:
    """What some rows or columns are called; numbers where they have no names."""
    shown = called(names, width, plain)
    return [shown[place] if place < len(shown) else str(place + 1) for place in places]


@lru_cache(maxsize=256)
def called(names: tuple[str, ...], width: int, plain: bool) -> tuple[str, ...]:
    """What is called so in a file, as it is written in a width, told apart from all others."""
    return told_apart(tuple(printable(name, plain) for name in names), width, mark(plain))


def table_lines(grid: Grid, window: Window, digits: int, light: Light, width: int, header: bool) -> list[list[Segment]]:
    """The lines of a heading and its table, each `width` wide: column names if `header`, then the rows in view.

    Column widths follow from the digits alone. A grid, such as that of a matrix, may stand from one timestep to the
    next, and then is not laid out again.
    """
    key = (tuple(window.rows), tuple(window.columns), window.named, digits, light, width, header)
    return grid.memo.get(key, lambda: _drawn(content(grid, window, digits, light), width, header))


def _drawn(content: Content, width: int, header: bool) -> list[list[Segment]]:
    lines = [[Segment(text, style) for text, style in content.heading]]
    if header:
        lines.append([Segment(" " * content.labels, DIM)] if content.labels else [])
        for name in content.column_names:
            room = content.width + bool(lines[-1]) - cell_len(name)
            lines[-1].append(Segment(" " * room + name, DIM))
    for index, row in enumerate(content.cells):
        named = content.row_names[index] if content.labels else ""
        lines.append([Segment(" " * (content.labels - cell_len(named)) + named, DIM)] if content.labels else [])
        for number, style, differs in row:
            before = content.width + bool(lines[-1]) - cell_len(number)
            lines[-1] += [Segment(" " * before), *_digits(number, style, differs)]
    return [Segment.adjust_line_length(line, width) for line in lines]


def _digits(number: str, style: Style, differs: tuple[bool, ...]) -> Iterator[Segment]:
    """A number with the characters that changed marked."""
    if not any(differs):
        yield Segment(number, style)
        return
    for differ, same in groupby(zip(differs, number, strict=True), lambda pair: pair[0]):
        yield Segment("".join(character for _, character in same), style + CHANGED if differ else style)


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
