"""The formula in numbers: tables in the order of an equation, ``W · x₃ + U · s₂ + b → s₃  y₃``.

Everything is read off the equation's tree and the cell's shapes; no cell has code of its own here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import STRENGTH, Apply, Equation, Expression, Name, Number, names
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.orientation import written
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.notation import Notation, mark
from rnn_tui.views.sheet.rows import Piece, Row
from rnn_tui.views.sheet.tables import Light, Window, grid_width

HEADER_ROWS = 2
Token = str | Name


def tokens(expression: Expression, notation: Notation, least: int = 0) -> list[Token]:
    """An expression as names with operators between them; names become tables."""
    if isinstance(expression, Name):
        return [expression]
    if isinstance(expression, Number):
        return [str(expression)]
    name, operands = expression.operation.name, expression.operands
    if name not in STRENGTH:
        inside = [token for operand in operands for token in (",", *tokens(operand, notation))][1:]
        return [f"{name}(", *inside, ")"]
    strength = STRENGTH[name]
    sign = {"@": notation.glyphs.times, "*": notation.glyphs.each, "negative": "-"}.get(name, name)
    if name == "negative":
        inner = [sign, *tokens(operands[0], notation, strength)]
    else:
        first, second = written(expression, notation.turned)
        behind = first is not operands[0]
        inner = [*tokens(first, notation, strength + behind), sign, *tokens(second, notation, strength + 1)]
    return ["(", *inner, ")"] if strength < least else inner


def summands(equation: Equation) -> Expression:
    """What is summed up before the activation, if there is one."""
    expression = equation.expression
    if isinstance(expression, Apply) and expression.operation.kind == "activation":
        return expression.operands[0]
    return expression


@dataclass(frozen=True)
class Room:
    """How much a row of tables leaves out to fit, tried from the first to the last.

    Attributes:
        labels: row names on ``all`` tables, the ``first`` matrix and x, or the first matrix alone (``one``).
        bias: whether a vector that is only added is shown.
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


def formula(frame: Frame, width: int, height: int) -> Row:
    """The shown equation as a row of tables, made to fit.

    What does not fit is left out in this order: row names but for the first matrix and x, the bias, more row names,
    space; then matrices show fewer columns.
    """
    rows = max(height - HEADER_ROWS, 1)
    room, columns = _fitting(frame, width, rows)
    shown = Shown(frame)
    row = _row(shown, room, rows, columns)
    if row.width > width:  # weights that have grown since t = 0, by which the place of everything is found
        row = _row(shown, ROOMS[-1], rows, 1)
    return row.within(width, frame.look.ascii)


def _fitting(frame: Frame, width: int, rows: int) -> tuple[Room, int]:
    """The room and the most columns of a matrix with which the tables fit; the same at every t of an epoch."""
    start = replace(frame, t=0, gaze=replace(frame.gaze, focus=None))

    def found() -> tuple[Room, int]:
        shown = Shown(start)
        for room in ROOMS:
            row = _row(shown, room, rows, 10**6)
            if row.width <= width:
                return room, 10**6
        fits, fails = 1, max((len(p.window.columns) for p in row.pieces if p.window is not None), default=1)
        while fails - fits > 1:
            most = (fits + fails) // 2
            fits, fails = (most, fails) if _row(shown, ROOMS[-1], rows, most).width <= width else (fits, most)
        return ROOMS[-1], fits

    return frame.walk.memo.get(("tables", frame.walk.epoch, start.gaze, frame.look, width, rows), found)


def _row(shown: Shown, room: Room, most_rows: int, most_columns: int) -> Row:
    notation, equation = shown.notation, shown.frame.equation
    operands = tokens(summands(equation), notation)
    if not room.bias:
        operands = _without_bias(operands)
    results: list[Token] = [Name(equation.target, 0)]
    if len(shown.frame.sums) == 1 and shown.frame.gaze.zoom == "step":
        results += [Name(name, 0) for name in shown.frame.cell.shapes if name != equation.target]
    pieces: list[Piece] = []
    labelled = False
    for token in [*operands, notation.glyphs.to, *results]:
        if isinstance(token, str):
            glued = room.gap == 1 and token == "."  # in ASCII it would read as the point of the number before it
            pieces.append(Piece(max(room.gap, len(token)), token=" " if glued or shown.frame.later_weights else token))
            continue
        if pieces and pieces[-1].grid is not None:
            pieces.append(Piece(2 if room.gap > 1 else 1))
        grid = shown.grid(token)
        first = not grid.vector and not labelled
        told = token.name == "x" or (bool(grid.row_names) and token.offset == 0)
        named = (room.labels == "all" and not grid.vector) or first or (room.labels != "one" and told)
        labelled = labelled or first
        light = Light.of(grid, shown.frame.gaze.focus, shown.frame.lit)
        window = Window.around(grid, most_rows, most_columns, named, grid.place(*_anchor(shown, token)))
        pieces.append(Piece(grid_width(grid, window), grid, window, light))
    height = max((len(piece.window.rows) for piece in pieces if piece.window is not None), default=1)
    return Row(tuple(pieces), shown.frame.look.digits, height + HEADER_ROWS)


def _anchor(shown: Shown, name: Name) -> tuple[int, int]:
    """The row and column of a quantity to keep in view: the selected number, and what stands against it.

    Beside W[i, j] stand x[j] and the i-th of all that have as many rows as the result.
    """
    focus = shown.frame.gaze.focus
    if focus is None:
        return 0, 0
    if (focus.name, focus.offset) == (name.name, name.offset):
        return focus.row, focus.column
    matrix = focus.offset is None and len(shown.frame.cell.parameters.get(focus.name, ())) == 2
    on = _stands_on(shown.frame.equation, focus.name) if matrix else None
    if on == name:
        return focus.column, 0
    return (focus.row, 0) if on is None or name.offset != 0 or name.name != "x" else (0, 0)


def _stands_on(equation: Equation, matrix: str) -> Name | None:
    """The vector that a matrix is multiplied with in an equation."""
    every = tokens(equation.expression, Notation())
    for token, after in zip(every, every[2:], strict=False):
        if token == Name(matrix) and isinstance(after, Name):
            return after
    return None


def _without_bias(operands: list[Token]) -> list[Token]:
    """The tokens without ``+ b`` where b is a parameter that stands alone at the end of the sum."""
    kept = list(operands)
    while len(kept) > 2 and kept[-2] == "+" and isinstance(kept[-1], Name) and kept[-1].offset is None:
        kept = kept[:-2]
    return kept


def hidden_bias(frame: Frame, width: int) -> tuple[Name, ...]:
    """The vectors of the shown equation that its row of tables leaves out at this width."""
    vectors = {name for name, shape in frame.cell.parameters.items() if len(shape) == 1}
    wanted = tuple(name for name in names(frame.equation.expression) if name.name in vectors)
    if not wanted:
        return ()
    row = formula(frame, width, HEADER_ROWS + 1)
    shown = {piece.grid.name for piece in row.pieces if piece.grid is not None}
    return tuple(name for name in wanted if name not in shown)


def gates(frame: Frame, width: int, height: int) -> Row | None:
    """All that a cell of several sums computes, as columns side by side; None for a cell of one sum.

    Where that is too wide, what is a copy is left out, then the old states, then the last columns, with a mark.
    """
    shown = Shown(frame)
    if len(frame.cell.equations) <= 2 and len(frame.sums) == 1:
        return None
    states, copies = [Name(name, -1) for name in frame.cell.states], _copies(frame.cell)
    every = [*states, *(Name(name, 0) for name in frame.cell.shapes)]
    brief = [name for name in every if name.name not in copies]
    row = Row((), frame.look.digits, 0, header=False)
    for named, gap in (*((every, gap) for gap in (3, 2, 1)), (brief, 1), ([n for n in brief if n not in states], 1)):
        pieces: list[Piece] = []
        for name in named:
            grid = shown.grid(name)
            window = Window.around(grid, max(height - 1, 1), 1, False, grid.place(*_anchor(shown, name)))
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
