"""The layer that is looked at: how it is written, and every quantity of it as a grid of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core import decimals as numbers
from rnn_tui.core.calculator import Column
from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name, applied
from rnn_tui.core.memo import Memo
from rnn_tui.core.operations import Shape
from rnn_tui.core.plan import sum_names
from rnn_tui.core.run import Walk
from rnn_tui.core.shapes import size_of
from rnn_tui.core.step import Step
from rnn_tui.session.model import TEXTBOOK
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.operands import Token, summands, tokens
from rnn_tui.views.layer.unit import Unit
from rnn_tui.views.sheet.measures import magnitude, measures
from rnn_tui.views.sheet.notation import Notation, said_mark
from rnn_tui.views.sheet.palette import NOW, TITLE
from rnn_tui.views.sheet.tables import Grid, called
from rnn_tui.views.sheet.words import STATE, words

Array = NDArray[Any]
BOUNDED = ("tanh", "sigmoid", "softmax", "softsign", "hard_sigmoid")
FINER = 2
"""Digits that arithmetic shows beyond those of the tables."""
LONGEST_OUTCOME = 12
"""Columns of the name of what is predicted."""
SAMPLED = 100_000
"""Timesteps of x that are looked at for its width and its strongest colour."""


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


@lru_cache(maxsize=64)
def shapes_of(cell: Cell) -> Mapping[str, Shape]:
    """The shape of what is computed, of the sums inside activations, and of the parameters."""
    sums = {inner: cell.shapes[target] for target, inner in sum_names(cell).items()}
    return {**sums, **cell.shapes, **cell.parameters}


@dataclass(frozen=True, eq=False)
class Shown:
    """How the layer that a frame is about is written.

    Attributes:
        frame: what is looked at.
        grids: the tables made so far, which may be those of a frame that differs in the equation looked at alone.
    """

    frame: Frame
    grids: dict[Name, Grid] = field(default_factory=dict)

    @cached_property
    def notation(self) -> Notation:
        """How its quantities are written."""
        frame = self.frame
        learns, state = frame.teaching is not None, handed(frame)
        of = given(frame, state)
        back, done = frame.layer.reverse, frame.run.interventions
        begin = frame.layer.begins(len(frame.walk))
        return Notation(frame.look.ascii, frame.look.names, frame.cell, state, back, learns, of, done, begin)

    @cached_property
    def operands(self) -> tuple[Token, ...]:
        """What the shown equation sums up, as tables with operators between them."""
        return tuple(tokens(summands(self.frame.equation), self.notation))

    @property
    def finer(self) -> int:
        """The decimals of arithmetic, more than the tables have, so that what is added up can be checked."""
        return self.frame.look.digits + FINER

    @property
    def single(self) -> bool:
        """Whether the run computes in float32."""
        return self.frame.walk.network.dtype == np.float32

    def column(self, *values: float) -> Column:
        """The unit for numbers of arithmetic that belong together."""
        return Column.of(values, self.finer, self.single)

    @cached_property
    def input_scale(self) -> float:
        """The x that has the strongest colour."""
        return input_scale(self.frame.walk) if self.frame.reads_sequence else 1.0

    def kept(self, name: str) -> Memo:
        """What has been worked out about a parameter as it is at t."""
        frame = self.frame
        first = frame.teaching.update_at(frame.t).window.first if frame.teaching and frame.t else 0
        return frame.walk.memo.get(("kept", name, frame.index, frame.walk.epoch, first, frame.against), Memo)

    def largest(self, name: str, array: Array, weights: str = "used") -> float:
        """The largest magnitude of a parameter, in one of the forms in which it is looked at."""
        return magnitude(self.kept(name).get(("measures", weights), lambda: measures(array)))

    def grid(self, name: Name) -> Grid:
        """The table of a name in an equation. At t = 0 only the state after is known; the rest shows dots."""
        if name not in self.grids:
            self.grids[name] = self._parameter(name) if name.offset is None else self._quantity(name)
        return self.grids[name]

    def _weights(self, name: str) -> tuple[str, Array]:
        """The heading and the numbers of a parameter: of a network that learns, with its time, or what changes."""
        frame, t = self.frame, self.frame.t
        array = frame.step.parameters[name]
        if frame.teaching is None or not t:
            return self.headed(Name(name), self.notation.word(name)), array
        now, then = self.notation.at(name, t), self.notation.at(name, t + 1)
        if not frame.later_weights:
            return self.headed(Name(name), now), array
        after = frame.teaching.parameters_after(frame.index, t)[name]
        if frame.gaze.weights == "next":
            return then, after
        return f"{then}-{now}" if frame.look.ascii else f"{then}−{now}", after - array

    def headed(self, name: Name, word: str) -> str:
        """A heading with a mark where an edit gives the numbers, before it where they are differences or generated,
        and what they are told in where that is not what is computed with."""
        frame, changed = self.frame, "*" if self.frame.edited(name.name, name.offset) else ""
        changed += " own" if self.unit.of(name) is not None else ""
        if name == Name("x", 0) and frame.reads_sequence and frame.walk.generated(frame.t):
            word = said_mark(frame.look.ascii) + word
        return ("Δ" if self.frame.differing and not self.frame.look.ascii else "") + word + changed

    def _parameter(self, name: Name) -> Grid:
        heading, numbers_ = self._weights(name.name)
        array = np.atleast_1d(numbers_)
        matrix = array[:, None] if array.ndim == 1 else array
        turned = name.name in self.notation.turned
        rows, columns = self.row_names(name.name), self.column_names(name.name)
        weights, look = self.frame.gaze.weights, self.frame.look
        largest = self.largest(name.name, matrix, weights)
        values, both = (matrix.T, (columns, rows)) if turned else (matrix, (rows, columns))
        width, vector = numbers.width_up_to(largest, look.digits), array.ndim == 1
        shown = (name, heading, TITLE, values, width, largest or 1.0, None, *both, vector)
        made = partial(Grid, *shown, plain=look.ascii, turned=turned)
        key = ("grid", heading, weights, look, rows, columns, turned, self.frame.differing)
        return self.kept(name.name).get(key, made)

    def _quantity(self, name: Name) -> Grid:
        values = self.values(name, self.frame.step)
        known = values is not None
        at = self.notation.time(name, self.frame.t) if self.frame.t or known else None
        told = at is None or not self.hidden(name.name, at - 1)
        earlier = self.values(name, self.frame.before) if self.frame.before is not None and told else None
        scale = self.input_scale if name.name == "x" else 1.0
        return Grid(
            name=name,
            heading=self.headed(name, self.notation.at(name.name, at)),
            style=NOW if name.offset == 0 else TITLE,
            values=(np.zeros(self._size(name)) if values is None else self.unit.told(name, values))[:, None],
            width=self._width(name),
            scale=self.unit.largest(name, scale),
            before=None if earlier is None else self.unit.told(name, earlier)[:, None],
            row_names=self.row_names(name.name),
            vector=True,
            known=known,
            hidden=self.hidden(name.name, at),
            longest=self._longest(name),
            plain=self.frame.look.ascii,
        )

    def _longest(self, name: Name) -> int:
        """Columns of the heading of a quantity at the last timestep, with the mark that it may have at another."""
        whole = self.headed(name, self.notation.at(name.name, len(self.frame.walk)))
        return len(whole) + (self.frame.run.voice is not None)

    @cached_property
    def unit(self) -> Unit:
        """In which unit x, y and the targets are told."""
        return Unit(self.frame)

    def row_names(self, name: str) -> tuple[str, ...]:
        """What the rows of a quantity are called: of x after its columns, of what makes y after what it says."""
        if name == "x":
            return self.frame.features
        cell = self.frame.cell
        return self.frame.outcomes if shapes_of(cell).get(name, ())[:1] == cell.output_shape else ()

    def outcome(self, unit: int) -> str:
        """What a number of the network's y says: a name, of a class its number, else the y that it is."""
        readout, plain = self.frame.run.readout, self.frame.look.ascii
        if readout is None or not readout.names:
            return f"{self.notation.word('y')}[{unit + 1}]"
        name = called(readout.names, LONGEST_OUTCOME, plain)[unit]
        return f"class {name}" if readout.by_number else name

    def column_names(self, name: str) -> tuple[str, ...]:
        """What the columns of a matrix are called: those of x, where it stands on x."""
        return self.frame.features if name in columns_on_x(self.frame.cell) else ()

    def place(self, name: str, index: tuple[int, ...]) -> str:
        """Where a number stands in a quantity, in brackets: its row and column, called or counted as the tables do."""
        words = [str(each + 1) for each in index]
        for axis, named in enumerate((self.row_names(name), self.column_names(name))):
            if axis < len(index) and index[axis] < len(named):
                words[axis] = called(named, LONGEST_OUTCOME, self.frame.look.ascii)[index[axis]]
        return self.notation.place(Name(name), words)

    def hidden(self, name: str, t: int | None) -> frozenset[int]:
        """The rows of a quantity at a timestep that must not be shown yet, from 0."""
        if t is None or not self.frame.hidden:
            return frozenset()
        return frozenset(row for row in range(self._size(Name(name, 0))) if self.frame.secret(name, t, row))

    def values(self, name: Name, step: Step) -> Array | None:
        """The numbers of a quantity at a step; None where they are not there yet."""
        if step.t == 0:
            return step.state.get(name.name) if name.offset == 0 else None
        if name.offset == -1:
            return step.state_prev[name.name]
        return step.inputs[name.name] if name.name in step.inputs else step.values[name.name]

    def _size(self, name: Name) -> int:
        cell, which = self.frame.cell, name.name
        every = (cell.inputs, cell.shapes, cell.states)
        shape = next(shapes[which] for shapes in every if which in shapes)
        return size_of((*shape, 1)[0], self.frame.walk.sizes[self.frame.index]) or 1

    def _width(self, name: Name) -> int:
        digits = self.frame.look.digits
        if self.unit.of(name) is not None:
            return max(numbers.width_up_to(self.unit.largest(name, 1.0), digits), numbers.unbounded_width(digits))
        if name.name == "x" and self.frame.reads_sequence:
            return numbers.width_up_to(input_scale(self.frame.walk), digits)
        if name.name in bounded(self.frame.cell):
            return numbers.bounded_width(digits)
        return numbers.unbounded_width(digits)


def handed(frame: Frame) -> bool:
    """Whether a layer without a state reads the state of the layer below as its x: h, as textbooks call both."""
    reads = frame.walk.network.reads[frame.index]
    if frame.cell.recurrent or len(reads) != 1 or frame.reads_sequence:
        return False
    below = frame.walk.network.layers[reads[0]].cell
    called = words(below, TEXTBOOK)
    shown = below.made["y"]
    return isinstance(shown, Name) and shown.name in below.states and called[shown.name] == STATE


def given(frame: Frame, state: bool) -> tuple[tuple[str, str], ...]:
    """Which inputs are another layer's y, and what that is called; where textbooks go on with its state, that."""
    found, network, names = [], frame.walk.network, frame.look.names
    for name, source in zip(frame.cell.inputs, network.reads[frame.index], strict=True):
        if source >= 0:
            below = words(network.layers[source].cell, names)
            found.append((name, f"{source + 1}:{STATE if state and names == TEXTBOOK else below['y']}"))
    return tuple(found)


def input_scale(walk: Walk) -> float:
    """The x that is drawn at full strength: the largest of the first many timesteps, by amount."""
    x = walk.run.taught.sequence.x[:SAMPLED]  # what is generated is not known at once
    return walk.memo.get("input scale", lambda: float(np.abs(x[np.isfinite(x)]).max(initial=0)) or 1.0)
