"""What is typed over a number, and what of the run that changes: from a selected number and a few words to an edit."""

from __future__ import annotations

import math
import operator
import re

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.edits import ALL, Assignment, Edit, EditError, Value, change_of
from rnn_tui.core.errors import RangeError
from rnn_tui.core.layer import Array
from rnn_tui.core.plan import sum_names
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame

SCOPES = ("row", "column", "all", "always")
"""What more than the selected number can be given a value: its row, its column, all of the quantity, or every t."""
WRITTEN = re.compile(rf"(?:(?P<scope>{'|'.join(SCOPES)})\s*)?(?P<how>[-+*/]?=|[*/])?\s*(?P<value>\S.*)", re.DOTALL)
HINT = 'type a number, *2, "o" (a letter of x), row=0, column=0, all=identity*0.9, or always=1 (at every t)'
RECKONED = {"+=": operator.add, "-=": operator.sub, "*=": operator.mul, "/=": operator.truediv}
SIGNIFICANT = 12
"""Digits that a nudge leaves, so that ten of 0.1 are 1."""


@dataclass(frozen=True)
class Spot:
    """The selected number, as an edit names it.

    Attributes:
        layer: from 1; 0 where the network has one.
        name: the quantity.
        t: its timestep; None of a parameter.
        places: row and column, from 1.
        value: what it is now.
        size: the largest of its quantity, by amount.
    """

    layer: int
    name: str
    t: int | None
    places: tuple[int, ...]
    value: float
    size: float

    def change(self, scope: str, how: str, value: Value) -> Assignment:
        """An assignment to the number, or to what goes with it."""
        times: tuple[int | None, ...] = () if self.t is None else (self.t,)
        row, column = (*self.places, None, None)[:2]
        if scope == "always":
            times = times and (ALL,)
        places: tuple[int | None, ...] = {"row": (row,), "column": (ALL, column), "all": ()}.get(scope, self.places)
        whole = (*times, *places)
        while whole and whole[-1] is ALL:
            whole = whole[:-1]
        return Assignment(self.layer, self.name, whole, how, value)

    @property
    def step(self) -> float:
        """How much a nudge changes it: a tenth of what its quantity is like, a power of ten."""
        size = self.size if math.isfinite(self.size) and self.size > 0 else 1.0
        return float(10.0 ** (round(math.log10(size)) - 1))


def spot_of(frame: Frame) -> Spot:
    """The selected number as an edit names it. Raises RangeError where it cannot be changed."""
    focus = frame.gaze.focus
    if focus is None:
        raise RangeError("", "", "select the number first: enter")
    if focus.gradient:
        raise RangeError("", "", "a gradient follows from the numbers; change x, a weight or a state")
    step = frame.walk.at(frame.t).layers[frame.index]
    place = (focus.row + 1, focus.column + 1)
    if focus.offset is None:
        array = step.parameters[focus.name]
        index = (focus.row, focus.column)[: array.ndim]
        return _spot(frame.written_layer, focus.name, None, place[: array.ndim], float(array[index]), array)
    inside = {inner: target for target, inner in sum_names(frame.cell).items()}
    if focus.name in inside:
        why = f"{focus.name} is the sum inside {inside[focus.name]}; change {inside[focus.name]}, or what is added up"
        raise RangeError("", "", why)
    t = frame.when(focus.offset)
    if focus.name in frame.cell.inputs:
        return _input(frame, focus, t)
    states = step.state if focus.offset == 0 else step.state_prev
    known = {**step.values, **states} if frame.t or focus.offset == 0 else {}
    if focus.name not in known:
        raise RangeError("", "", f"nothing is computed at t = {frame.t} yet; step on first")
    array = known[focus.name]
    return _spot(frame.written_layer, focus.name, t, place[:1], float(array[focus.row]), array)


def _input(frame: Frame, focus: Focus, t: int) -> Spot:
    """A number of x, or of the y below that a layer reads as its x."""
    if not frame.t:
        raise RangeError("", "", "there is no x at t = 0; step on first")
    array = frame.walk.at(frame.t).layers[frame.index].inputs[focus.name]
    below = frame.walk.network.reads[frame.index][list(frame.cell.inputs).index(focus.name)]
    value = float(array[focus.row])
    if below < 0:
        return _spot(0, "x", t, (focus.row + 1,), value, frame.walk.sequence.x[: 1 << 16])
    return _spot(below + 1, "y", t, (focus.row + 1,), value, array)


def _spot(layer: int, name: str, t: int | None, places: tuple[int, ...], value: float, like: Array) -> Spot:
    return Spot(layer, name, t, places, value, float(np.abs(like).max(initial=0.0)))


def typed(spot: Spot, text: str) -> Edit:
    """The edit that somebody means who types a text over a number. Raises EditError."""
    written = WRITTEN.fullmatch(text.strip())
    if written is None:
        raise EditError("", "", "type a number", HINT)
    scope, how, value = written["scope"] or "", written["how"] or "=", written["value"]
    if scope and not written["how"]:
        raise EditError("", text.strip(), "says no number", f"write {scope}=0")
    how = how if how.endswith("=") else f"{how}="
    if scope in ("row", "column") and len(spot.places) < 2:
        raise EditError("", text.strip(), f"{spot.name} has one column", "write =0 for the number, all=0 for all")
    if scope == "always" and spot.t is None:
        raise EditError("", text.strip(), f"{spot.name} is the same at every t already", "write =0")
    given = change_of(f"{spot.name} {how} {value}")
    assert isinstance(given, Assignment)
    if given.value.label:
        return Edit(spot.change("all", how, given.value))
    if not scope and how != "=" and not given.value.identity:
        return Edit(spot.change("", "=", Value((reckoned(spot.value, how, given.value.numbers[0]),))))
    return Edit(spot.change(scope, how, given.value))


def nudged(spot: Spot, by: int) -> Edit:
    """The number a step larger or smaller."""
    return Edit(spot.change("", "=", Value((reckoned(spot.value, "+=", by * spot.step),))))


def reckoned(value: float, how: str, other: float) -> float:
    """What a number becomes, with as many digits as one reads."""
    result = value if how == "/=" and not other else RECKONED[how](value, other)
    return float(f"{result:.{SIGNIFICANT}g}") + 0.0
