"""What a cell of several sums computes, written out: every ``W_f · x₃ + U_f · s₂ + b_f → f₃``, then the memory line.

Which of several ways they stand in follows from the room: below one another, in two columns, or without the numbers of
what stands in the row above already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Equation, Name
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.formula import HEADER_ROWS, formula
from rnn_tui.views.sheet.rows import Piece, Row, Stack, tallest
from rnn_tui.views.sheet.tables import Grid

BETWEEN = 3
"""Columns between two that stand side by side."""
MARKED = 2
"""Columns of the mark of the sum that is looked at."""
WHOLE = 10**6


@dataclass(frozen=True)
class Stand:
    """One way to write them.

    Attributes:
        most: rows of numbers that a table has at most.
        columns: how many sums stand side by side.
        gap: blank lines between.
        brief: whether below the first what stands there already, x and the old state, has its heading alone.
    """

    most: int
    columns: int
    gap: int
    brief: bool


Rows = Callable[[Equation, int, int], Row]
"""An equation as a row of tables, of a width and of so many rows of numbers at most."""

STANDS = tuple(
    Stand(most, *way)
    for most in (WHOLE, 10, 8, 6)
    for way in ((1, 1, False), (1, 0, False), (2, 1, False), (2, 0, False), (1, 0, True), (2, 0, True))
)
"""The ways, the best first."""


def sums(frame: Frame, width: int, height: int) -> Stack | None:
    """All sums with their matrices, and what is made of them, in at most `height` lines.

    None for a cell of one sum, on the way back, and where they have no room. The way is the same at every t.
    """
    if len(frame.sums) < 2 or frame.gaze.back or frame.gaze.maps:
        return None
    gaze = replace(frame.gaze, focus=None)
    key = ("sums", frame.walk.epoch, gaze, frame.look, width, height)
    stand = frame.walk.memo.get(key, lambda: _standing(replace(frame, t=0, gaze=gaze), width, height))
    return None if stand is None else _stack(frame, _rows(frame), width, stand)


def _standing(frame: Frame, width: int, height: int) -> Stand | None:
    """The first way that fits: in two columns only where no table has to fold for it, brief only where all is there."""
    rows = _rows(frame)
    widest = max(rows(equation, WHOLE, WHOLE).width for equation in frame.sums)
    tallest = max(rows(equation, WHOLE, WHOLE).height for equation in frame.cell.equations) - HEADER_ROWS
    for stand in STANDS:
        column = _column(width, stand)
        if tallest <= stand.most < WHOLE:  # as the one of whole tables, which had no room
            continue
        if (stand.columns > 1 and widest > column) or (stand.brief and not _entire(frame, rows, column, stand.most)):
            continue
        if _stack(frame, rows, width, stand).height <= height:
            return stand
    return None


def _entire(frame: Frame, rows: Rows, width: int, most: int) -> bool:
    """Whether all tables are shown whole, so that a row and a column stand for the same in all of them."""
    pieces = (piece for equation in frame.sums for piece in rows(equation, width, most).pieces)
    return all(
        (len(piece.window.rows), len(piece.window.columns)) == piece.grid.values.shape
        for piece in pieces
        if piece.grid is not None and piece.window is not None
    )


def _column(width: int, stand: Stand) -> int:
    """The columns that a sum has."""
    return (width - BETWEEN * (stand.columns - 1)) // stand.columns


def _stack(frame: Frame, rows: Rows, width: int, stand: Stand) -> Stack:
    column = _column(width, stand)
    all_sums = [rows(equation, column, stand.most) for equation in frame.sums]
    bands = [tuple(all_sums[first : first + stand.columns]) for first in range(0, len(all_sums), stand.columns)]
    if stand.brief:
        told = {piece.grid.name for row in bands[0] for piece in row.pieces if piece.grid is not None}
        bands[1:] = [tuple(_briefly(row, told) for row in band) for band in bands[1:]]
    return Stack((*bands, *_memory(frame, rows, width, stand.most)), column + BETWEEN, stand.gap)


def _rows(frame: Frame) -> Rows:
    """Each equation as a row of tables, made once of a size and marked if it is the one looked at; what several
    equations have, such as x, is one table."""
    grids: dict[Name, Grid] = {}

    @cache
    def row_of(equation: Equation, width: int, most: int) -> Row:
        looked_at = equation is frame.equation
        operation = frame.cell.equations.index(equation)
        own = replace(frame, gaze=replace(frame.gaze, zoom="operation", operation=operation))
        row = formula(own, width - MARKED, most if most == WHOLE else most + 2, grids)
        mark = (">" if frame.look.ascii else "▸") if looked_at else ""
        return replace(row, pieces=(Piece(MARKED, token=mark), *row.pieces))

    return row_of


def _briefly(row: Row, told: set[Name]) -> Row:
    """A row without the names of the columns and without the numbers that stand above already."""
    pieces = tuple(
        replace(piece, window=replace(piece.window, rows=range(0)))
        if piece.grid is not None and piece.window is not None and piece.grid.name in told
        else piece
        for piece in row.pieces
    )
    return replace(row, pieces=pieces, header=False, height=1 + tallest(pieces))


def _memory(frame: Frame, rows: Rows, width: int, most: int) -> Iterator[tuple[Row, ...]]:
    """What the cell makes of its sums, such as ``f * c + i * g → c``: as many side by side as have room."""
    band: list[Row] = []
    for equation in frame.cell.equations:
        if equation in frame.sums:
            continue
        row = rows(equation, width, most)
        copy = isinstance(equation.expression, Name)  # what it is a copy of stands there already
        row = replace(row, pieces=row.pieces[-1:] if copy else row.pieces, header=False, height=row.height - 1)
        if band and sum(each.width + BETWEEN for each in band) + row.width > width:
            yield (_beside(band),)
            band = []
        band.append(row)
    if band:
        yield (_beside(band),)


def _beside(rows: list[Row]) -> Row:
    """Rows joined into one."""
    pieces = [piece for row in rows for piece in (*row.pieces, Piece(BETWEEN))][:-1]
    return replace(rows[0], pieces=tuple(pieces), height=max(row.height for row in rows))
