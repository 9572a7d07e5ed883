"""The layer that is shown at the cursor, and every quantity of it as a grid of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core import decimals as numbers
from rnn_tui.core.arithmetic import Pattern, sources
from rnn_tui.core.cell import Cell
from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.equations import Apply, Equation, Expression, Name
from rnn_tui.core.layer import Layer
from rnn_tui.core.shapes import size_of
from rnn_tui.core.simulator import Simulator
from rnn_tui.core.step import Step
from rnn_tui.session.model import Display, Focus
from rnn_tui.views.sheet.measures import magnitude
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.palette import NOW, TITLE
from rnn_tui.views.sheet.tables import Grid

Array = NDArray[Any]
BOUNDED = ("tanh", "sigmoid", "softmax", "softsign", "hard_sigmoid")
SAMPLED = 100_000
"""Timesteps of x that are looked at for its width and its strongest colour."""


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


@lru_cache(maxsize=64)
def columns_on_x(cell: Cell) -> frozenset[str]:
    """The matrices that stand on x, whose columns are the features of x."""
    on_x = (Name("x", 0),)
    every = (a for e in cell.equations for a in applied(e.expression))
    return frozenset(str(a.operands[0]) for a in every if a.operation.kind == "matrix" and a.operands[1:] == on_x)


def layer_index(simulator: Simulator, display: Display) -> int:
    """The layer that the display shows, from 0."""
    count = len(simulator.network.layers)
    return min(display.layer, count) - 1 if display.layer else count - 1


@dataclass(frozen=True, eq=False)
class Shown:
    """What the main screen is about: one layer at one timestep.

    Attributes:
        simulator, cursor, display: as the screen has them.
        index: the layer, from 0.
    """

    simulator: Simulator
    cursor: int
    display: Display
    index: int

    @classmethod
    def of(cls, simulator: Simulator, cursor: int, display: Display) -> Shown:
        """The layer that the display chooses."""
        return cls(simulator, cursor, display, layer_index(simulator, display))

    @property
    def layer(self) -> Layer:
        """The layer."""
        return self.simulator.network.layers[self.index]

    @property
    def cell(self) -> Cell:
        """Its cell."""
        return self.layer.cell

    @cached_property
    def step(self) -> Step:
        """What it did at the cursor."""
        return self.simulator.at(self.cursor).layers[self.index]

    @cached_property
    def before(self) -> Step | None:
        """What it did one timestep earlier, which tells the digits that changed."""
        return self.simulator.at(self.cursor - 1).layers[self.index] if self.cursor > 1 else None

    @cached_property
    def notation(self) -> Notation:
        """How its quantities are written."""
        return Notation(self.display.ascii, self.display.names, self.cell.recurrent, self.layer.reverse)

    @property
    def sums(self) -> tuple[Equation, ...]:
        """The cell's sums, one of which the tables show."""
        return sums(self.cell)

    @property
    def equation(self) -> Equation:
        """The equation in the tables: the chosen sum, or in the ledger the operation one has stepped into."""
        if self.display.zoom != "step":
            return self.cell.equations[self.display.operation % len(self.cell.equations)]
        equations = sums(self.cell)
        return equations[self.display.gate % len(equations)]

    @cached_property
    def lit(self) -> tuple[Pattern, ...]:
        """What the selected number is made of."""
        focus = self.display.focus
        return (
            () if focus is None or " " in focus.name else sources(self.cell, Name(focus.name, focus.offset), focus.row)
        )

    @cached_property
    def input_scale(self) -> float:
        """The x that has the strongest colour."""
        return input_scale(self.simulator) if self.reads_sequence else 1.0

    def grid(self, name: Name) -> Grid:
        """The table of a name in an equation. At t = 0 only the state after is known; the rest shows dots."""
        if name not in self._grids:
            self._grids[name] = self._parameter(name) if name.offset is None else self._quantity(name)
        return self._grids[name]

    @cached_property
    def _grids(self) -> dict[Name, Grid]:
        return {}

    def _weights(self, name: str) -> tuple[str, Array]:
        """The heading and the numbers of a parameter: of a network that learns, with its time, or what changes."""
        array, word = self.step.parameters[name], self.notation.word(name)
        if not isinstance(self.simulator, LearningSimulator) or not self.cursor:
            return word, array
        t = self.cursor
        now, then = self.notation.at(name, t), self.notation.at(name, t + 1)
        if self.display.weights == "used":
            return now, array
        after = self.simulator.parameters_after(self.index, t)[name]
        if self.display.weights == "next":
            return then, after
        return f"{then}-{now}" if self.display.ascii else f"{then}−{now}", after - array

    def _parameter(self, name: Name) -> Grid:
        heading, numbers_ = self._weights(name.name)
        array = np.atleast_1d(numbers_)
        matrix = array[:, None] if array.ndim == 1 else array
        largest = magnitude(matrix)
        return Grid(
            name=name,
            heading=heading,
            style=TITLE,
            values=matrix,
            width=numbers.width_up_to(largest, self.display.digits),
            scale=largest or 1.0,
            column_names=self.features if name.name in columns_on_x(self.cell) else (),
            vector=array.ndim == 1,
            plain=self.display.ascii,
        )

    def _quantity(self, name: Name) -> Grid:
        values = self._values(name, self.step)
        earlier = self._values(name, self.before) if self.before is not None else None
        known = values is not None
        at = self.notation.time(name, self.cursor) if self.cursor or known else None
        return Grid(
            name=name,
            heading=self.notation.at(name.name, at),
            style=NOW if name.offset == 0 else TITLE,
            values=(values if values is not None else np.zeros(self._size(name)))[:, None],
            width=self._width(name),
            scale=self.input_scale if name.name == "x" else 1.0,
            before=None if earlier is None else earlier[:, None],
            row_names=self.features if name.name == "x" else (),
            vector=True,
            known=known,
            hidden=frozenset(row for n, t, row in self.display.hidden if self._same(n, name.name) and t == at),
            longest=len(self.notation.at(name.name, len(self.simulator))),
            plain=self.display.ascii,
        )

    def _same(self, one: str, other: str) -> bool:
        """Whether two names are one quantity: y is often the state itself, and hiding one must hide the other."""
        copies = {e.target: e.expression.name for e in self.cell.equations if isinstance(e.expression, Name)}
        return copies.get(one, one) == copies.get(other, other)

    def _values(self, name: Name, step: Step) -> Array | None:
        if step.t == 0:
            return step.state.get(name.name) if name.offset == 0 else None
        if name.offset == -1:
            return step.state_prev[name.name]
        return step.inputs[name.name] if name.name in step.inputs else step.values[name.name]

    def _size(self, name: Name) -> int:
        shapes = {**self.cell.shapes, **self.cell.states, **self.cell.inputs}
        shape = shapes[name.name] or (1,)  # a single number is recorded as a vector of one
        return size_of(shape[0], self.simulator.sizes[self.index]) or 1

    def _width(self, name: Name) -> int:
        digits = self.display.digits
        if name.name == "x" and self.reads_sequence:
            return numbers.width_up_to(input_scale(self.simulator), digits)
        if name.name in bounded(self.cell):
            return numbers.bounded_width(digits)
        return numbers.unbounded_width(digits)

    @property
    def features(self) -> tuple[str, ...]:
        """What the columns of x are called, where that is known."""
        return self.simulator.sequence.features if self.reads_sequence else ()

    @property
    def reads_sequence(self) -> bool:
        """Whether the x of the layer is the sequence itself."""
        return self.simulator.network.reads[self.index] == (-1,)


@lru_cache(maxsize=8)
def input_scale(simulator: Simulator) -> float:
    """The x that is drawn at full strength: the largest of the first many timesteps, by amount."""
    x = simulator.sequence.x[:SAMPLED]
    return float(np.abs(x[np.isfinite(x)]).max(initial=0)) or 1.0


def focus_name(focus: Focus) -> Name:
    """The quantity that a selected number belongs to."""
    return Name(focus.name, focus.offset)
