"""Which rows and columns of the tables of a formula are in view: those that contribute most, or are selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.core.contributions import Array, Axis, Sizes, contributions, magnitude
from rnn_tui.core.equations import Name, names
from rnn_tui.core.memo import Memo
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.operands import Operand, summands, tokens
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.tables import Grid
from rnn_tui.views.sheet.windows import Window, in_view


@dataclass(frozen=True, eq=False)
class Matters:
    """What matters in the shown equation, so that all its tables show the same units.

    Attributes:
        weights: how much each row or column contributes, by what they are counted along.
        selected: the place along it where a number is selected.
        kept: rows of the result that are in view whatever they contribute: what is predicted and what should have been.
    """

    weights: Mapping[Axis, Array]
    selected: Mapping[Axis, int]
    kept: tuple[int, ...] = ()

    @classmethod
    def of(cls, shown: Shown) -> Matters:
        """What matters in a frame; before the first sample nothing does yet."""
        frame = shown.frame
        selected = _selected(frame)
        if not frame.t:
            return cls({}, selected)
        row, equation = selected.get(None), frame.equation
        key = ("matters", frame.walk.epoch, frame.index, frame.t, equation, row, frame.hidden, frame.against)
        weights = frame.walk.memo.get(key, lambda: _weights(shown, row))
        prediction = frame.prediction if frame.readout is not None else None
        if prediction is None or equation.target != "y":
            return cls(weights, selected)
        units = (prediction.unit, prediction.target)
        return cls(weights, selected, tuple(unit for unit in units if unit is not None))

    def window(self, grid: Grid, most_rows: int, most_columns: int, named: bool, operand: Operand) -> Window:
        """The part of a table that is in view."""
        rows, columns = grid.values.shape
        down, across = (operand.columns, operand.rows) if grid.turned else (operand.rows, operand.columns)
        beside = range(1) if grid.vector else self.places(across, columns, most_columns)
        return Window(self.places(down, rows, most_rows), beside, named)

    def places(self, axis: Axis, count: int, most: int) -> Sequence[int]:
        """The places along an axis that are in view."""
        weights = self.weights.get(axis)
        if weights is None or len(weights) != count:
            weights = np.zeros(count)
        at = self.selected.get(axis)
        strongest = (int(weights.argmax()),) if axis is not None and weights.any() else ()
        kept = strongest if axis is not None else tuple(unit for unit in self.kept if unit < count)
        return in_view(weights, most, at if at is None else min(at, count - 1), kept)


def _weights(shown: Shown, row: int | None) -> Mapping[Axis, Array]:
    """What every row and column contributes at t; nothing where a number behind it must not be shown yet.

    Rows of what is predicted matter as much as they are probable.
    """
    frame, target = shown.frame, Name(shown.frame.equation.target, 0)
    expression = frame.equation.expression
    if any(_concealed(shown, name) for name in set(names(expression))):
        return {}
    moment = frame.step.moment(frame.cell)

    def sizes(name: str, matrix: Array) -> Sizes:
        kept = shown.kept(name) if name in frame.cell.parameters else Memo()
        return kept.get("sizes", lambda: Sizes.of(matrix))

    found = dict(contributions(moment, expression, row, sizes))
    if frame.readout is not None and frame.cell.distribution and target.name == "y" and not _concealed(shown, target):
        found[None] = magnitude(moment.value(target))
    return found


def _concealed(shown: Shown, name: Name) -> bool:
    """Whether a number of a quantity must not be shown yet."""
    return bool(shown.hidden(name.name, shown.notation.time(name, shown.frame.t)))


def _selected(frame: Frame) -> Mapping[Axis, int]:
    """Where on each axis the selected number stands; one of another equation is selected by its row."""
    focus = frame.gaze.focus
    if focus is None:
        return {}
    found: dict[Axis, int] = {}
    every = [*tokens(summands(frame.equation), Notation()), Operand(Name(frame.equation.target, 0))]
    for each in every:
        if isinstance(each, Operand) and (each.name.name, each.name.offset) == (focus.name, focus.offset):
            found[each.rows] = focus.row
            if len(frame.cell.parameters.get(focus.name, ())) == 2:
                found[each.columns] = focus.column
    return found or {None: focus.row}
