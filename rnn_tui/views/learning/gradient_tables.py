"""The tables of the way back: dL/ds_t as its two parts, and dL/dW as a sum that grows while one walks from T to 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from rnn_tui.core import decimals as numbers
from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.equations import Name
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.palette import NOW, TITLE
from rnn_tui.views.sheet.tables import Grid, Light, Piece, Row, Window, grid_width

Array = NDArray[Any]
BY = "d "
"""What the name of a gradient begins with: ``d s`` is dL/ds_t."""
HERE, LATER, GATHERED = " here", " later", " gathered"
"""What the name of a part ends with: of this timestep, of t + 1, and of a sum over the timesteps walked."""


def walking_back(shown: Shown) -> LearningSimulator | None:
    """The simulator whose way back is on the screen, or None where the screen shows the way forwards."""
    simulator = shown.simulator
    return simulator if shown.display.back and shown.cursor and isinstance(simulator, LearningSimulator) else None


def gradient(simulator: LearningSimulator, shown: Shown, name: str) -> Array:
    """The numbers of a gradient by its name."""
    adjoint = simulator.adjoint(shown.index, shown.cursor)
    plain = name.removeprefix(BY)
    for end, parts in ((HERE, adjoint.local), (LATER, adjoint.later)):
        if plain.endswith(end) and plain.removesuffix(end) in parts:
            return parts[plain.removesuffix(end)]
    if plain.endswith(GATHERED):
        return simulator.sum_back(shown.index, plain.removesuffix(GATHERED), shown.cursor)
    plain = plain.removesuffix(HERE)
    if plain in adjoint.parameters:
        return adjoint.parameters[plain]
    return adjoint.named.get(plain, adjoint.inputs.get(plain, adjoint.y))


def gradient_grid(simulator: LearningSimulator, shown: Shown, name: str, heading: str, style: Style) -> Grid:
    """A gradient as a table."""
    array = np.atleast_1d(gradient(simulator, shown, name))
    matrix = array[:, None] if array.ndim == 1 else array
    finite = matrix[np.isfinite(matrix)]
    return Grid(
        name=Name(name, 0),
        heading=heading,
        style=style,
        values=matrix,
        width=numbers.unbounded_width(shown.display.digits),
        scale=float(np.abs(finite).max(initial=0)) or 1.0,
        vector=array.ndim == 1,
        plain=shown.display.ascii,
        longest=len(heading) + len(str(len(shown.simulator))) - len(str(shown.cursor)),
    )


def state_gradients(shown: Shown, simulator: LearningSimulator, width: int, height: int) -> Row:
    """For every state: dL/ds_t from this timestep, plus dL/ds_t from t + 1, is dL/ds_t; before them dL/dy_t."""
    notation, t = shown.notation, shown.cursor
    next_t = t - 1 if shown.layer.reverse else t + 1
    entries: list[tuple[str, str, Style] | str] = [(f"{BY}y", f"dL/d{notation.at('y', t)}", TITLE)]
    for state in shown.cell.states:
        entries += [
            (f"{BY}{state}{HERE}", "from here", TITLE),
            "+",
            (f"{BY}{state}{LATER}", f"from {notation.at(state, next_t)}", TITLE),
            notation.glyphs.to,
            (f"{BY}{state}", f"dL/d{notation.at(state, t)}", NOW),
        ]
    return _row(shown, simulator, entries, width, height)


def weight_gradients(shown: Shown, simulator: LearningSimulator, width: int, height: int) -> Row | None:
    """The chosen parameter: its gradient at t alone, and gathered from the end of the window back to t."""
    names = list(shown.cell.parameters)
    if not names:
        return None
    name = names[shown.display.gate % len(names)]
    notation, t = shown.notation, shown.cursor
    last = simulator.update_at(t).window.first + len(simulator.update_at(t).window) - 1
    entries: list[tuple[str, str, Style] | str] = [
        (f"{BY}{name}{HERE}", f"dL/d{notation.word(name)} at {t}", TITLE),
        (f"{BY}{name}{GATHERED}", f"gathered {last} to {t}", NOW),
    ]
    return _row(shown, simulator, entries, width, height)


def _row(
    shown: Shown, simulator: LearningSimulator, entries: list[tuple[str, str, Style] | str], width: int, height: int
) -> Row:
    grids = [e if isinstance(e, str) else gradient_grid(simulator, shown, *e) for e in entries]
    header = not all(isinstance(grid, str) or grid.vector for grid in grids)
    focus, rows = shown.display.focus, max(height - 1 - header, 1)
    for most in (10**6, *range(16, 0, -1)):
        pieces: list[Piece] = []
        for entry in grids:
            if isinstance(entry, str):
                pieces.append(Piece(3, token=entry))
                continue
            if pieces and pieces[-1].grid is not None:
                pieces.append(Piece(3))
            here = focus is not None and focus.name == entry.name.name
            anchor = (focus.row, focus.column) if here and focus is not None else (focus.row if focus else 0, 0)
            named = not entry.vector or entry is grids[0]
            window = Window.around(entry, rows, most, named, anchor)
            pieces.append(Piece(grid_width(entry, window), entry, window, Light.of(entry, focus, ())))
        row = Row(tuple(pieces), shown.display.digits, rows + 2, header)
        if row.width <= width:
            break
    shown_rows = max((len(p.window.rows) for p in pieces if p.window is not None), default=1)
    return Row(tuple(pieces), shown.display.digits, shown_rows + 1 + header, header)
