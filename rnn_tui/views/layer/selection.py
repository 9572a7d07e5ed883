"""Moving the selected number about the tables, as the arrows and tab do."""

from __future__ import annotations

from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display, Focus
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.gradient_tables import BY, walking_back
from rnn_tui.views.sheet.tables import Grid

MOVES = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


def grids(simulator: Simulator, cursor: int, display: Display) -> list[Grid]:
    """The tables on the screen in reading order; what stands in both rows is counted where all gates stand."""
    rows = [formula(simulator, cursor, display, 10**6, 10**6), gates(simulator, cursor, display, 10**6, 10**6)]
    found: dict[tuple[str, int | None], Grid] = {}
    for row in rows:
        for piece in row.pieces if row is not None else ():
            if piece.grid is not None:
                key = (piece.grid.name.name, piece.grid.name.offset)
                found.pop(key, None)
                found[key] = piece.grid
    return list(found.values())


def first_focus(simulator: Simulator, cursor: int, display: Display) -> Focus:
    """The number that is selected first: the first of what the shown equation computes."""
    shown = Shown.of(simulator, cursor, display)
    if walking_back(shown) is not None:
        return Focus(BY + next(iter(shown.cell.states), "y"), 0)
    return Focus(shown.equation.target, 0)


def moved(simulator: Simulator, cursor: int, display: Display, direction: str) -> Focus | None:
    """The selection after a key: ``left``, ``right``, ``up``, ``down``, ``next`` or ``previous`` (table).

    Left and right go on into the neighbouring table, up from the first row leaves the tables: None.
    """
    focus, tables = display.focus, grids(simulator, cursor, display)
    if focus is None:
        return first_focus(simulator, cursor, display)
    here = next((i for i, g in enumerate(tables) if (g.name.name, g.name.offset) == (focus.name, focus.offset)), None)
    if here is None:
        return first_focus(simulator, cursor, display)
    if direction in ("next", "previous"):
        return _in(tables[(here + (1 if direction == "next" else -1)) % len(tables)], focus.row, 0)
    down, right = MOVES[direction]
    rows, columns = tables[here].values.shape
    row, column = focus.row + down, focus.column + right
    if row < 0:
        return None
    if not 0 <= column < columns:
        other = tables[(here + right) % len(tables)]
        return _in(other, focus.row, 0 if right > 0 else other.values.shape[1] - 1)
    return _in(tables[here], min(row, rows - 1), column)


def _in(grid: Grid, row: int, column: int) -> Focus:
    rows, columns = grid.values.shape
    return Focus(grid.name.name, grid.name.offset, min(row, rows - 1), min(column, columns - 1))
