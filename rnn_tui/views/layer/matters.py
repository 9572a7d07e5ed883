"""Which rows and columns of the tables of a formula are in view: those that contribute most, or are selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from rnn_tui.core.contributions import Array, Axis, Sizes, contributions, magnitude
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name, names
from rnn_tui.core.memo import Memo
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.operands import Operand, summands, tokens
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.tables import Grid
from rnn_tui.views.sheet.windows import Window, in_view, ranking

LONGEST_STRETCH = 64
"""Timesteps after which what is in view is chosen anew; of a large network fewer, for so many take long to read."""

SOON = 2
"""Timesteps to what does not matter yet: at t = 0 nothing does, at 1 what is zeros before, at 2 everything."""


@dataclass(frozen=True, eq=False)
class Matters:
    """What matters in the shown equation, so that all its tables show the same units.

    Attributes:
        shown: the layer that is looked at.
        selected: the place along what is counted where a number is selected.
    """

    shown: Shown
    selected: Mapping[Axis, int]

    @classmethod
    def of(cls, shown: Shown) -> Matters:
        """What matters in a frame."""
        return cls(shown, _selected(shown.frame))

    @cached_property
    def weights(self) -> Mapping[Axis, Array]:
        """How much each row or column contributes, by what they are counted along."""
        frame, row = self.shown.frame, self.selected.get(None)
        if not frame.t:
            return {}
        key = ("matters", frame.walk.epoch, frame.index, frame.t, frame.equation, row, frame.hidden, frame.against)
        return frame.walk.memo.get(key, lambda: _weights(self.shown, row))

    @cached_property
    def steady(self) -> Mapping[Axis, Sequence[int]]:
        """The places that come first, in the order of `ranking`, from the beginning of a stretch of timesteps on.

        Where nothing matters yet, before the first sample and beside a state of zeros, those that soon will: then
        nothing jumps when they do. None where a row is selected: then one sees what contributes most to
        that. None of the rows of a prediction: there the most probable are in view.
        """
        frame = self.shown.frame
        if self.selected.get(None) is not None:
            return {}
        ranks: dict[Axis, Sequence[int]] = {}
        ways = (-1, 1) if frame.layer.reverse else (1,)  # in which the state goes, and from t = 0 time does
        for t in (frame.t, *(frame.t + way * by for way in ways for by in range(1, SOON + 1))):
            ranks |= {axis: each for axis, each in self._ranks(t).items() if not ranks.get(axis)}
            if ranks and all(ranks.values()):
                break
        return {axis: ranks[axis] for axis in ranks if axis is not None or not _distributes(frame)}

    def _ranks(self, t: int) -> Mapping[Axis, Sequence[int]]:
        """The ranking of every axis at t, without places where nothing matters; of none where there is no t."""
        frame = self.shown.frame
        there = replace(frame, t=t)
        if not 0 < t <= frame.walk.last or there.differing != frame.differing:
            return {}
        cuts = frame.walk.tape.cuts
        begin, _ = cuts[cuts.of(t)]
        first = t - (t - 1 - begin) % LONGEST_STRETCH
        key = ("stretch", frame.walk.epoch, frame.index, first, frame.equation, frame.hidden, frame.against)
        found: list[Mapping[Axis, Sequence[int]]] = frame.walk.memo.get(key, list)
        for at in range(first + len(found), t + 1):
            weights = self.weights if at == frame.t else _weights(Shown(replace(frame, t=at)), None)
            before = found[-1] if found else {}
            rank = {axis: ranking(each, before.get(axis, ())) for axis, each in weights.items()}
            found.append({axis: rank[axis] or before.get(axis, ()) for axis in rank})
        return found[t - first]

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """Rows of the result that are in view whatever they contribute: what is predicted and what should have been."""
        frame = self.shown.frame
        prediction = frame.prediction if frame.readout is not None else None
        if prediction is None or frame.equation.target != "y":
            return ()
        return tuple(unit for unit in (prediction.unit, prediction.target) if unit is not None)

    def window(self, grid: Grid, most_rows: int, most_columns: int, named: bool, operand: Operand) -> Window:
        """The part of a table that is in view."""
        rows, columns = grid.values.shape
        down, across = (operand.columns, operand.rows) if grid.turned else (operand.rows, operand.columns)
        beside = range(1) if grid.vector else self.places(across, columns, most_columns)
        return Window(self.places(down, rows, most_rows), beside, named)

    def places(self, axis: Axis, count: int, most: int) -> Sequence[int]:
        """The places along an axis that are in view."""
        if count <= most:
            return range(count)
        weights, at = self.weights.get(axis), self.selected.get(axis)
        if weights is None or len(weights) != count:
            weights = np.zeros(count)
        ranks = self.steady.get(axis, ()) if at is None else ()
        kept = [unit for unit in self.kept if unit < count] if axis is None else []
        if weights.any() and (axis is not None or ranks):
            kept.append(int(weights.argmax()))
        return in_view(weights, most, at if at is None else min(at, count - 1), [*kept, *ranks])


def _distributes(frame: Frame) -> bool:
    """Whether the rows of the result are probabilities."""
    return frame.readout is not None and frame.cell.distribution and frame.equation.target == "y"


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
    if _distributes(frame) and not _concealed(shown, target):
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
