"""The tables of the way back: dL/ds_t as its two parts, and dL/dW as a sum that grows while one walks from T to 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from rnn_tui.core import decimals as numbers
from rnn_tui.core.contributions import magnitude
from rnn_tui.core.equations import Name
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import BY, Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import GATHERED, chosen, gathers
from rnn_tui.stepper.selection import HERE, LATER
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.palette import NOW, TITLE
from rnn_tui.views.sheet.rows import Piece, Row, tallest
from rnn_tui.views.sheet.tables import Grid, Light, grid_width
from rnn_tui.views.sheet.windows import Window, in_view

Array = NDArray[Any]
Entry = tuple[str, str, Style] | str
"""The name, the heading and its style of a table; or an operator between two."""


def gradient(teaching: Teaching, shown: Shown, name: str) -> Array:
    """The numbers of a gradient by its name."""
    adjoint = teaching.adjoint(shown.frame.index, shown.frame.t)
    plain = name.removeprefix(BY)
    for end, parts in ((HERE, adjoint.local), (LATER, adjoint.later)):
        if plain.endswith(end) and plain.removesuffix(end) in parts:
            return parts[plain.removesuffix(end)]
    if plain.endswith(GATHERED):
        return teaching.sum_back(shown.frame.index, plain.removesuffix(GATHERED), shown.frame.t)
    plain = plain.removesuffix(HERE)
    if plain in adjoint.parameters:
        return adjoint.parameters[plain]
    return adjoint.named.get(plain, adjoint.inputs.get(plain, adjoint.y))


def quantity(name: str) -> str:
    """What a gradient is by: ``W`` of ``d W gathered``."""
    return name.removeprefix(BY).removesuffix(HERE).removesuffix(LATER).removesuffix(GATHERED)


def gradient_grid(teaching: Teaching, shown: Shown, name: str, heading: str, style: Style) -> Grid:
    """A gradient as a table."""
    array = np.atleast_1d(gradient(teaching, shown, name))
    matrix = array[:, None] if array.ndim == 1 else array
    of = quantity(name)
    turned = of in shown.notation.turned
    finite = matrix[np.isfinite(matrix)]
    return Grid(
        name=Name(name, 0),
        heading=heading,
        style=style,
        values=matrix.T if turned else matrix,
        width=numbers.unbounded_width(shown.frame.look.digits),
        scale=float(np.abs(finite).max(initial=0)) or 1.0,
        row_names=shown.row_names(of),
        column_names=shown.column_names(of),
        vector=array.ndim == 1,
        plain=shown.frame.look.ascii,
        hidden=frozenset(row for row in range(len(matrix)) if shown.frame.secret(name, shown.frame.t, row)),
        longest=len(heading) + len(str(len(shown.frame.walk))) - len(str(shown.frame.t)),
        turned=turned,
    )


def state_gradients(frame: Frame, teaching: Teaching, width: int, height: int) -> Row:
    """For every state: dL/ds_t from this timestep, plus dL/ds_t from t + 1, is dL/ds_t; before them dL/dy_t."""
    shown = Shown(frame)
    return _row(shown, teaching, _by_state(shown), width, height)


def _by_state(shown: Shown) -> list[Entry]:
    notation, t = shown.notation, shown.frame.t
    entries: list[Entry] = [(f"{BY}y", f"dL/d{notation.at('y', t)}", TITLE)]
    for state in shown.frame.cell.states:
        entries += [
            (f"{BY}{state}{HERE}", "from here", TITLE),
            "+",
            (f"{BY}{state}{LATER}", f"from {notation.at(state, shown.frame.when(1))}", TITLE),
            notation.glyphs.to,
            (f"{BY}{state}", f"dL/d{notation.at(state, t)}", NOW),
        ]
    return entries


def weight_gradients(frame: Frame, teaching: Teaching, width: int, height: int) -> Row | None:
    """By the chosen sum and its parameters: of t alone, or gathered from the end of the window back to t."""
    shown = Shown(frame)
    if not chosen(frame).parameters:
        return None
    return _row(shown, teaching, _by_parameter(shown, teaching), width, height)


def _by_parameter(shown: Shown, teaching: Teaching) -> list[Entry]:
    frame, notation, t = shown.frame, shown.notation, shown.frame.t
    group, window = chosen(frame), teaching.update_at(t).window
    last = window.first + len(window) - 1
    part, when = (GATHERED, f" {last} to {t}") if gathers(frame) else (HERE, f" at {t}")
    entries: list[Entry] = []
    if group.inside:
        entries.append((f"{BY}{group.inside}", f"dL/d{notation.at(group.inside, t)}", TITLE))
    return [*entries, *((f"{BY}{name}{part}", f"dL/d{notation.word(name)}{when}", NOW) for name in group.parameters)]


def gradient_table(shown: Shown, teaching: Teaching, name: str) -> Grid:
    """The table of a gradient by its name, headed as it is among the others."""
    for entry in (*_by_state(shown), *_by_parameter(shown, teaching)):
        if not isinstance(entry, str) and entry[0] == name:
            return gradient_grid(teaching, shown, *entry)
    return gradient_grid(teaching, shown, name, f"dL/d{quantity(name)}", TITLE)


def _row(shown: Shown, teaching: Teaching, entries: list[Entry], width: int, height: int) -> Row:
    grids = [e if isinstance(e, str) else gradient_grid(teaching, shown, *e) for e in entries]
    every = [grid for grid in grids if not isinstance(grid, str)]
    longest = max(len(grid.values) for grid in every)
    header = height > (3 if longest == 2 else 2) and not all(grid.vector for grid in every)  # all rows before names
    focus, rows = shown.frame.gaze.focus, max(height - 1 - header, 1)
    sizes = [_of_units(grid) for grid in every]
    units = {count: np.max([size for size in sizes if len(size) == count], axis=0) for count in map(len, sizes)}
    for most in (10**6, *range(16, 0, -1)):
        pieces: list[Piece] = []
        for entry in grids:
            if isinstance(entry, str):
                pieces.append(Piece(3, token=entry))
                continue
            if pieces and pieces[-1].grid is not None:
                pieces.append(Piece(3))
            window = _window(entry, units, focus, rows, most, not entry.vector or entry is every[0])
            pieces.append(Piece(grid_width(entry, window), entry, window, Light.of(entry, focus, ())))
        row = Row(tuple(pieces), shown.frame.look.digits, rows + 2, header)
        if row.width <= width:
            break
    shown_rows = tallest(pieces)
    row = Row(tuple(pieces), shown.frame.look.digits, shown_rows + 1 + header, header)
    return row.within(width, shown.frame.look.ascii)


def _window(
    grid: Grid, largest: Mapping[int, Array], focus: Focus | None, rows: int, columns: int, named: bool
) -> Window:
    """What of a gradient is in view: the units where the gradients beside one another are largest, or the selected.

    `largest` has that for every number of units.
    """
    units = largest[len(_upright(grid))]
    others = np.zeros(len(_upright(grid)[0])) if grid.hidden else magnitude(_upright(grid)).max(axis=0, initial=0)
    row = min(focus.row, len(units) - 1) if focus is not None else None
    column = focus.column if focus is not None and focus.name == grid.name.name else None
    strongest = (int(others.argmax()),)
    if grid.turned:
        return Window(in_view(others, rows, column, strongest), in_view(units, columns, row), named)
    return Window(in_view(units, rows, row), in_view(others, columns, column, strongest), named)


def _upright(grid: Grid) -> Array:
    """The numbers of a gradient, a row for every unit."""
    return grid.values.T if grid.turned else grid.values


def _of_units(grid: Grid) -> Array:
    """The largest magnitude of every unit, of numbers that may be shown."""
    strongest: Array = magnitude(_upright(grid)).max(axis=1, initial=0)
    return np.zeros(len(strongest)) if grid.hidden else strongest
