"""The formula in numbers: tables in the order of an equation, ``W · x₃ + U · s₂ + b → s₃  y₃``.

Everything is read off the equation's tree and the cell's shapes; no cell has code of its own here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name, names
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.matters import Matters
from rnn_tui.views.layer.operands import Operand, Token
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.notation import Notation, mark
from rnn_tui.views.sheet.rows import Piece, Row, tallest
from rnn_tui.views.sheet.tables import Grid, Light, grid_width

HEADER_ROWS = 2
ENOUGH = 10**6
"""Rows and columns that are more than any table has."""
LONGEST_LETTER = 3
"""Characters of the name of a bias that stands in a formula without its numbers."""


@dataclass(frozen=True)
class Room:
    """How much a row of tables leaves out to fit, tried from the first to the last.

    Attributes:
        labels: row names on ``all`` tables, the ``first`` matrix and x, or the first matrix alone (``one``).
        bias: whether a vector that is only added has its numbers.
        gap: the width of an operator.
    """

    labels: str
    bias: bool
    gap: int


ROOMS = (
    Room("all", True, 3),
    Room("first", True, 3),
    Room("first", False, 3),
    Room("one", False, 3),
    Room("one", False, 1),
)


def formula(frame: Frame, width: int, height: int, grids: dict[Name, Grid] | None = None) -> Row:
    """The shown equation as a row of tables, made to fit; `grids` are those of further equations of the same frame.

    What does not fit is left out in this order: row names but for the first matrix and x, the numbers of the bias (its
    letter stays), more row names, space; then matrices show fewer columns: those that matter most.
    """
    rows = max(height - HEADER_ROWS, 1)
    room, columns = _fitting(frame, width, rows)
    shown = Shown(frame, {} if grids is None else grids)
    row = _row(shown, room, rows, columns)
    if row.width > width:  # weights that have grown since t = 0, by which the place of everything is found
        row = _row(shown, ROOMS[-1], rows, 1)
    return row.within(width, frame.look.ascii)


def _fitting(frame: Frame, width: int, rows: int) -> tuple[Room, int]:
    """The room and the most columns of a matrix with which the tables fit; the same at every t of an epoch."""
    gaze = replace(frame.gaze, focus=None)

    def found() -> tuple[Room, int]:
        shown = Shown(replace(frame, t=0, gaze=gaze))
        for room in ROOMS:
            row = _row(shown, room, rows, ENOUGH)
            if row.width <= width:
                return room, ENOUGH
        fits, fails = 1, max((len(p.window.columns) for p in row.pieces if p.window is not None), default=1)
        while fails - fits > 1:
            most = (fits + fails) // 2
            fits, fails = (most, fails) if _row(shown, ROOMS[-1], rows, most).width <= width else (fits, most)
        return ROOMS[-1], fits

    return frame.walk.memo.get(("tables", frame.walk.epoch, gaze, frame.look, width, rows, frame.against), found)


def _row(shown: Shown, room: Room, most_rows: int, most_columns: int) -> Row:
    notation, frame = shown.notation, shown.frame
    equation, matters = frame.equation, Matters.of(shown)
    operands = shown.operands if room.bias else _without_bias(shown.operands, notation)
    results: list[Token] = [Operand(Name(equation.target, 0))]
    if len(frame.sums) == 1 and frame.gaze.zoom == "step":
        results += [Operand(Name(name, 0)) for name in frame.cell.shapes if name != equation.target]
    pieces: list[Piece] = []
    labelled = False
    for token in [*operands, notation.glyphs.to, *results]:
        if isinstance(token, str):
            text = _spaced(token, room.gap, pieces)
            pieces.append(Piece(len(text), token="" if frame.later_weights or frame.differing else text))
            continue
        if pieces and pieces[-1].grid is not None:
            pieces.append(Piece(2 if room.bias else 1))
        grid = shown.grid(token.name)
        part = grid.values.shape[0] > most_rows
        first = not labelled and (not grid.vector or (part and token.rows is None))
        told = token.name.name == "x" or (bool(grid.row_names) and token.name.offset == 0)
        named = (room.labels == "all" and not grid.vector) or first or (room.labels != "one" and told)
        named = named or (part and token.rows is not None)  # not the rows of the first: their numbers must be there
        labelled = labelled or first
        light = Light.of(grid, frame.gaze.focus, frame.lit)
        window = matters.window(grid, most_rows, most_columns, named, token)
        pieces.append(Piece(grid_width(grid, window), grid, window, light))
    height = tallest(pieces)
    return Row(tuple(pieces), frame.look.digits, height + HEADER_ROWS)


def _spaced(sign: str, gap: int, before: list[Piece]) -> str:
    """A sign with the blanks around it; a letter alone and the arrow after it share theirs."""
    if gap == 1:
        return " " if sign == "." else sign  # in ASCII it would read as the point of the number before it
    if len(sign) > 1 and sign[0] == "+":
        return f" {sign}"
    if before and before[-1].token[:2] == " +" and before[-1].token[2:].strip():
        return sign.ljust(gap - 1)
    return sign.center(gap)


def _without_bias(operands: Sequence[Token], notation: Notation) -> Sequence[Token]:
    """The tokens with b as a letter alone, or a mark, where it is a parameter that stands at the end of the sum."""
    kept, ends = list(operands), []
    while len(kept) > 2 and kept[-2] == "+" and isinstance(kept[-1], Operand) and kept[-1].name.offset is None:
        word = notation.word(kept[-1].name.name)
        ends.append(f"+{word if len(word) <= LONGEST_LETTER else notation.glyphs.more}")
        kept = kept[:-2]
    return [*kept, *reversed(ends)]


def hidden_bias(frame: Frame, width: int) -> tuple[Name, ...]:
    """The vectors of the shown equation that its row of tables leaves out at this width."""
    vectors = {name for name, shape in frame.cell.parameters.items() if len(shape) == 1}
    wanted = tuple(name for name in names(frame.equation.expression) if name.name in vectors)
    if not wanted:
        return ()

    def hidden() -> tuple[Name, ...]:
        row = formula(frame, width, HEADER_ROWS + ENOUGH)  # of fewer rows the letter alone may stand in the formula
        shown = {piece.grid.name for piece in row.pieces if piece.grid is not None}
        return tuple(name for name in wanted if name not in shown)

    if frame.teaching is not None:  # weights that have grown may have no room
        return hidden()
    key = ("hidden bias", replace(frame.gaze, focus=None), frame.look, width, frame.against)
    return frame.walk.memo.get(key, hidden)


def gates(frame: Frame, width: int, height: int) -> Row | None:
    """All that a cell of several sums computes, as columns side by side; None for a cell of one sum.

    Where that is too wide, what is a copy is left out, then the old states, then the last columns, with a mark.
    """
    shown = Shown(frame)
    matters = Matters.of(shown)
    if len(frame.cell.equations) <= 2 and len(frame.sums) == 1:
        return None
    states, copies = [Name(name, -1) for name in frame.cell.states], _copies(frame.cell)
    every = [*states, *(Name(name, 0) for name in frame.cell.shapes)]
    brief = [name for name in every if name.name not in copies]
    row = Row((), frame.look.digits, 0, header=False)
    for named, gap in (*((every, gap) for gap in (3, 2, 1)), (brief, 1), ([n for n in brief if n not in states], 1)):
        pieces: list[Piece] = []
        for name in named:
            grid, most = shown.grid(name), max(height - 1, 1)
            rows = grid.values.shape[0]
            part = rows > most and not any(p.grid and p.grid.values.shape[0] == rows for p in pieces)
            window = matters.window(grid, most, 1, part, Operand(name))
            light = Light.of(grid, frame.gaze.focus, frame.lit)
            pieces += [Piece(grid_width(grid, window), grid, window, light), Piece(gap)]
        rows = max(len(piece.window.rows) for piece in pieces if piece.window is not None)
        row = Row(tuple(pieces[:-1]), frame.look.digits, rows + 1, header=False)
        if len(named) < len(every):
            row = replace(row, pieces=(*row.pieces, Piece(2, token=mark(frame.look.ascii))))
        if row.width <= width:
            break
    return row.within(width, frame.look.ascii)


def _copies(cell: Cell) -> frozenset[str]:
    """What is only another name for something that the cell computes."""
    copied = {e.target: e.expression for e in cell.equations if isinstance(e.expression, Name)}
    return frozenset(target for target, name in copied.items() if name.offset == 0 and name.name in cell.shapes)
