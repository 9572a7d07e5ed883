"""The formula in numbers: tables in the order of an equation, ``W · x₃ + U · s₂ + b → s₃  y₃``.

Everything is read off the equation's tree and the cell's shapes; no cell has code of its own here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import STRENGTH, Apply, Equation, Expression, Name, Number, names
from rnn_tui.core.simulator import Simulator
from rnn_tui.core.step import Step
from rnn_tui.session import Display
from rnn_tui.views import numbers
from rnn_tui.views.diagrams import input_scale
from rnn_tui.views.notation import Notation
from rnn_tui.views.palette import NOW, TITLE
from rnn_tui.views.tables import Grid, Piece, Row, Window, grid_width

Array = NDArray[Any]
BOUNDED = ("tanh", "sigmoid", "softmax")
HEADER_ROWS = 2


@lru_cache(maxsize=64)
def sums(cell: Cell) -> tuple[Equation, ...]:
    """The equations with a matrix in them, which is where the weights act; all of them if none has."""
    weighted = tuple(e for e in cell.equations if any(a.operation.kind == "matrix" for a in applied(e.expression)))
    return weighted or cell.equations


def applied(expression: Expression) -> Iterator[Apply]:
    """Every operation in an expression."""
    if isinstance(expression, Apply):
        yield expression
        for operand in expression.operands:
            yield from applied(operand)


@lru_cache(maxsize=64)
def bounded(cell: Cell) -> frozenset[str]:
    """The names that stay between -1 and 1, whatever the parameters: activations' values, their copies and products."""
    known: set[str] = set()

    def stays(expression: Expression) -> bool:
        if isinstance(expression, Name):
            return expression.offset is not None and expression.name in known
        if not isinstance(expression, Apply):
            return abs(expression.value) <= 1
        name, operands = expression.operation.name, expression.operands
        return name in BOUNDED or (name in ("*", "negative", "identity") and all(map(stays, operands)))

    for equation in cell.equations:
        if stays(equation.expression):
            known.add(equation.target)
    return frozenset(known)


@dataclass(frozen=True, eq=False)
class Formula:
    """What is needed to draw the numbers of one equation at one timestep."""

    simulator: Simulator
    step: Step
    before: Step | None
    cell: Cell
    display: Display

    @classmethod
    def of(cls, simulator: Simulator, cursor: int, display: Display) -> Formula:
        """The formula of the last layer's cell at the cursor; the timestep before it tells which digits changed."""
        step = simulator.at(cursor)
        before = simulator.at(cursor - 1) if cursor > 1 else None
        return cls(simulator, step, before, simulator.network.layers[step.layer - 1].cell, display)

    def grid(self, name: Name) -> Grid:
        """The table of a name in an equation. At t = 0 only the state after is known; the rest shows dots."""
        notation, step, digits = Notation(self.display.ascii), self.step, self.display.digits
        if name.offset is None:
            array = np.atleast_1d(step.parameters[name.name])
            vector = array.ndim == 1
            matrix = array[:, None] if vector else array
            columns = self._features() if self._stands_on_x(name) else ()
            scale = float(np.abs(matrix[np.isfinite(matrix)]).max(initial=0)) or 1.0
            width = numbers.width_for(matrix, digits)
            by, more = ("x", "~") if self.display.ascii else ("×", "…")
            return Grid(name.name, TITLE, matrix, width, scale, column_names=columns, vector=vector, by=by, more=more)
        values = self._values(name, step)
        earlier = self._values(name, self.before) if self.before is not None else None
        known = values is not None
        return Grid(
            heading=notation.at(name.name, step.t + name.offset if step.t or known else None),
            style=NOW if name.offset == 0 else TITLE,
            values=(values if values is not None else np.zeros(self._size(name)))[:, None],
            width=self._width(name),
            scale=input_scale(self.simulator) if name.name == "x" and step.layer == 1 else 1.0,
            before=None if earlier is None else earlier[:, None],
            row_names=self._features() if name.name == "x" else (),
            vector=True,
            known=known,
            more="~" if self.display.ascii else "…",
        )

    def _values(self, name: Name, step: Step) -> Array | None:
        if step.t == 0:
            return step.state.get(name.name) if name.offset == 0 else None
        if name.offset == -1:
            return step.state_prev[name.name]
        return step.x if name.name == "x" else step.values[name.name]

    def _size(self, name: Name) -> int:
        layer = self.simulator.network.layers[self.step.layer - 1]
        letters = ("I",) if name.name == "x" else {**self.cell.shapes, **self.cell.states}[name.name]
        sizes = {"I": self.simulator.sequence.input_size, **layer.sizes}
        return letters[0] if isinstance(letters[0], int) else sizes[letters[0]]

    def _width(self, name: Name) -> int:
        digits = self.display.digits
        if name.name == "x" and self.step.layer == 1:
            return numbers.width_for(self.simulator.sequence.x[:100_000], digits)
        if name.name in bounded(self.cell):
            return numbers.bounded_width(digits)
        return numbers.unbounded_width(digits)

    def _features(self) -> tuple[str, ...]:
        return self.simulator.sequence.features if self.step.layer == 1 else ()

    def _stands_on_x(self, parameter: Name) -> bool:
        return any(
            a.operation.kind == "matrix" and a.operands == (parameter, Name("x", 0))
            for equation in self.cell.equations
            for a in applied(equation.expression)
        )


Token = str | Name


def tokens(expression: Expression, notation: Notation, least: int = 0) -> list[Token]:
    """An expression as names with operators between them; names become tables."""
    if isinstance(expression, Name):
        return [expression]
    if isinstance(expression, Number):
        return [str(expression)]
    name, operands = expression.operation.name, expression.operands
    if name not in STRENGTH:
        return [f"{name}(", *tokens(operands[0], notation), ")"]
    strength = STRENGTH[name]
    sign = {"@": notation.glyphs.times, "*": "*" if notation.ascii else "⊙", "negative": "-"}.get(name, name)
    if name == "negative":
        inner = [sign, *tokens(operands[0], notation, strength)]
    else:
        inner = [*tokens(operands[0], notation, strength), sign, *tokens(operands[1], notation, strength + 1)]
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


def formula(simulator: Simulator, cursor: int, display: Display, width: int, height: int) -> Row:
    """The equation chosen by `display.gate` as a row of tables, made to fit.

    What does not fit is left out in this order: row names but for the first matrix and x, the bias, more row names,
    space; then matrices show fewer columns.
    """
    built = Formula.of(simulator, cursor, display)
    equations = sums(built.cell)
    equation = equations[display.gate % len(equations)]
    rows = max(height - HEADER_ROWS, 1)
    for room in ROOMS:
        row = _row(built, equation, room, rows, 10**6)
        if row.width <= width:
            return row
    most = max((len(p.window.columns) for p in row.pieces if p.window is not None), default=1)
    while most > 1 and row.width > width:
        most -= 1
        row = _row(built, equation, ROOMS[-1], rows, most)
    return row


def _row(built: Formula, equation: Equation, room: Room, most_rows: int, most_columns: int) -> Row:
    notation = Notation(built.display.ascii)
    operands = tokens(summands(equation), notation)
    if not room.bias:
        operands = _without_bias(operands)
    results: list[Token] = [Name(equation.target, 0)]
    if len(sums(built.cell)) == 1:
        results += [Name(name, 0) for name in built.cell.shapes if name != equation.target]
    pieces: list[Piece] = []
    labelled = False
    for token in [*operands, notation.glyphs.to, *results]:
        if isinstance(token, str):
            pieces.append(Piece(max(room.gap, len(token)), token=token))
            continue
        if pieces and pieces[-1].grid is not None:
            pieces.append(Piece(2 if room.gap > 1 else 1))
        grid = built.grid(token)
        first = not grid.vector and not labelled
        named = (room.labels == "all" and not grid.vector) or first or (room.labels != "one" and token.name == "x")
        labelled = labelled or first
        window = Window.whole(grid, most_rows, most_columns, named)
        pieces.append(Piece(grid_width(grid, window), grid, window))
    shown = max((len(piece.window.rows) for piece in pieces if piece.window is not None), default=1)
    return Row(tuple(pieces), built.display.digits, shown + HEADER_ROWS)


def _without_bias(operands: list[Token]) -> list[Token]:
    """The tokens without ``+ b`` where b is a parameter that stands alone at the end of the sum."""
    kept = list(operands)
    while len(kept) > 2 and kept[-2] == "+" and isinstance(kept[-1], Name) and kept[-1].offset is None:
        kept = kept[:-2]
    return kept


def hidden_bias(row: Row, cell: Cell, equation: Equation) -> list[Name]:
    """The vectors of an equation that its row of tables left out."""
    shown = {piece.grid.heading for piece in row.pieces if piece.grid is not None}
    return [n for n in names(equation.expression) if n.offset is None and n.name not in shown]


def gates(simulator: Simulator, cursor: int, display: Display, height: int) -> Row | None:
    """All that a cell of several sums computes, as columns side by side; None for a cell of one sum."""
    built = Formula.of(simulator, cursor, display)
    if len(sums(built.cell)) == 1:
        return None
    pieces: list[Piece] = []
    for name in built.cell.shapes:
        grid = built.grid(Name(name, 0))
        window = Window.whole(grid, max(height - 1, 1), 1, named=False)
        pieces += [Piece(grid_width(grid, window), grid, window), Piece(3)]
    shown = max(len(piece.window.rows) for piece in pieces if piece.window is not None)
    return Row(tuple(pieces[:-1]), display.digits, shown + 1, header=False)
