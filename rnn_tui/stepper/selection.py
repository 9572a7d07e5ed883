"""The tables of a frame in reading order, and moving the selected number about them."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Name
from rnn_tui.core.plan import sum_names
from rnn_tui.core.shapes import size_of
from rnn_tui.session.model import BY, Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import GATHERED, chosen, gathers
from rnn_tui.stepper.orientation import names_written

MOVES = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
HERE, LATER = " here", " later"
"""What the name of a part ends with: of this timestep, and of t + 1."""


@dataclass(frozen=True)
class Table:
    """A quantity on the screen: its name, how many rows and columns it shows, and whether it is shown turned."""

    name: str
    offset: int | None
    rows: int
    columns: int
    turned: bool = False

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where in the quantity a place on the screen is, or the other way round."""
        return (column, row) if self.turned else (row, column)


def tables(frame: Frame) -> list[Table]:
    """The tables in reading order; what stands in both rows is counted where all gates stand."""
    found: dict[Name, Table] = {}
    for name in (*_formula(frame), *_gates(frame)):
        found.pop(name, None)
        found[name] = _table(frame, name)
    return list(found.values())


def _formula(frame: Frame) -> Iterator[Name]:
    """The tables of the shown equation and of what it makes, or of the gradients by the states."""
    if frame.back is not None:
        yield Name(f"{BY}y", 0)
        for state in frame.cell.states:
            yield from (Name(f"{BY}{state}{part}", 0) for part in (HERE, LATER, ""))
        return
    equation, body = frame.equation, frame.equation.expression
    if isinstance(body, Apply) and body.operation.kind == "activation":
        body = body.operands[0]
    yield from (Name(name.name, name.offset) for name in names_written(body, frame.turned))
    yield Name(equation.target, 0)
    if len(frame.sums) == 1 and frame.gaze.zoom == "step":
        yield from (Name(name, 0) for name in frame.cell.shapes if name != equation.target)


def _gates(frame: Frame) -> Iterator[Name]:
    """The tables of all that a cell of several sums computes, or of the gradients by the chosen sum's parameters."""
    cell = frame.cell
    if frame.back is not None:
        group = chosen(frame)
        if group.inside:
            yield Name(f"{BY}{group.inside}", 0)
        part = GATHERED if gathers(frame) else HERE
        yield from (Name(f"{BY}{name}{part}", 0) for name in group.parameters)
    elif len(cell.equations) > 2 or len(cell.sums) > 1:
        yield from (Name(name, -1) for name in cell.states)
        yield from (Name(name, 0) for name in cell.shapes)


def _table(frame: Frame, name: Name) -> Table:
    """The table of a quantity; a vector has one column."""
    plain = name.name.removeprefix(BY)
    for end in (HERE, LATER, GATHERED):
        plain = plain.removesuffix(end)
    cell, sizes = frame.cell, frame.walk.sizes[frame.index]
    parameter = plain in cell.parameters
    squashed = {inside: cell.shapes[target] for target, inside in sum_names(cell).items()}
    shape = cell.parameters[plain] if parameter else {**squashed, **cell.shapes, **cell.states, **cell.inputs}[plain]
    rows, columns = (*(size_of(size, sizes) or 1 for size in shape), 1, 1)[:2]
    if plain in frame.turned:
        return Table(name.name, name.offset, columns, rows, True)
    return Table(name.name, name.offset, rows, columns)


def there(frame: Frame, focus: Focus) -> bool:
    """Whether a number is on the screen of a frame."""
    return any(
        (table.name, table.offset) == (focus.name, focus.offset)
        and row in range(table.rows)
        and column in range(table.columns)
        for table in tables(frame)
        for row, column in [table.place(focus.row, focus.column)]
    )


def first_focus(frame: Frame) -> Focus:
    """The number that is selected first: the first of what the shown equation computes."""
    if frame.back is not None:
        return Focus(BY + next(iter(frame.cell.states), "y"), 0)
    return Focus(frame.equation.target, 0)


def moved(frame: Frame, direction: str) -> Focus | None:
    """The selection after a key: ``left``, ``right``, ``up``, ``down``, ``next`` or ``previous`` (table).

    Left and right go on into the neighbouring table, up from the first row leaves the tables: None.
    """
    focus, every = frame.gaze.focus, tables(frame)
    here = next((i for i, g in enumerate(every) if focus and (g.name, g.offset) == (focus.name, focus.offset)), None)
    if focus is None or here is None:
        return first_focus(frame)
    row, column = every[here].place(focus.row, focus.column)
    if direction in ("next", "previous"):
        return _in(every[(here + (1 if direction == "next" else -1)) % len(every)], row, 0)
    down, right = MOVES[direction]
    row, column = row + down, column + right
    if row < 0:
        return None
    if not 0 <= column < every[here].columns:
        other = every[(here + right) % len(every)]
        return _in(other, row, 0 if right > 0 else other.columns - 1)
    return _in(every[here], row, column)


def next_number(frame: Frame) -> Focus | None:
    """The number after the selected one in its table, row by row as it is shown; None after the last one."""
    focus = frame.gaze.focus
    for table in tables(frame):
        if focus is not None and (table.name, table.offset) == (focus.name, focus.offset):
            row, column = table.place(focus.row, focus.column)
            row, column = (row, column + 1) if column + 1 < table.columns else (row + 1, 0)
            return _in(table, row, column) if row < table.rows else None
    return None


def _in(table: Table, row: int, column: int) -> Focus:
    return Focus(table.name, table.offset, *table.place(min(row, table.rows - 1), min(column, table.columns - 1)))
