"""What the seed's nine pictures are made of: names with indices, numbers, matrices, brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from rnn_tui.core import decimals as numbers
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.session.model import SEED
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.pictures.plain import Form, Plain, form
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import SUBSCRIPTS, Notation, printable
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, WRONG, heat, level
from rnn_tui.views.sheet.tables import clickable

Array = NDArray[Any]
LONGEST_WORD = 4
"""The longest name that is written with an index; where a scheme's are longer, the seed's letters stand for them."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """A vector (one column) or a matrix to be drawn; dots where `values` is None.

    Attributes:
        name: the quantity that a click on a number selects, or None.
        values: (rows, columns).
        shape: (rows, columns), known even where the values are not.
        width, digits: of a number.
        scale: the value of the strongest colour.
        hidden: rows whose numbers are shown as ``?``.
    """

    name: Name | None
    values: Array | None
    shape: tuple[int, int]
    width: int
    digits: int
    scale: float
    hidden: frozenset[int] = frozenset()

    def put(self, drawing: Drawing, x: int, y: int, row: int, column: int = 0) -> None:
        """Draws one number, `width` wide."""
        if self.values is None:
            drawing.put(x, y, ".".rjust(self.width - self.digits), DIM)
            return
        if row in self.hidden:
            drawing.put(x, y, "?".rjust(self.width), WRONG)
            return
        value = float(self.values[row, column])
        steps = level(value, self.scale)
        style = (PLAIN + heat(steps) if steps else LABEL) if np.isfinite(value) else WRONG
        style += clickable(self.name, row, column) if self.name else Style()
        drawing.put(x, y, numbers.number(value, self.digits, self.width), style)

    def text(self, row: int, column: int = 0) -> str:
        """One number without blanks."""
        if self.values is None or row in self.hidden:
            return "." if self.values is None else "?"
        return numbers.free(float(self.values[row, column]), self.digits)

    def across(self, drawing: Drawing, x: int, y: int, width: int, view: View) -> None:
        """A vector as a row of numbers in the middle of `width`, as blocks where fewer than three have room."""
        count, pitch = self.shape[0], self.width + 1
        whole = (width + 1) // pitch
        room = (width - 1) // pitch if count > whole >= 3 else whole  # a mark has room as well
        if self.values is None:
            drawing.middle(x, y, width, "...", DIM)
        elif count > whole and whole < 3 and self.hidden:
            drawing.middle(x, y, width, "???", NOW)
        elif count > whole and whole < 3:
            drawing.vector(x, y, width, self.values[:, 0], self.scale, view.signs)
        else:
            taken = min(count, room)
            left = x + (width - (taken * pitch - 1 + 2 * (count > room)) + 1) // 2
            for row in range(taken):
                self.put(drawing, left + row * pitch, y, row)
            if count > room:
                drawing.put(left + taken * pitch, y, view.more, DIM)

    def room(self, most: int) -> int:
        """The columns that `across` can use, at most `most`."""
        return min(self.shape[0] * (self.width + 1) - 1, most)


@dataclass(frozen=True, eq=False)
class View:
    """The shown layer, as the pictures see it."""

    shown: Shown

    @property
    def ascii(self) -> bool:
        """Whether to draw with ASCII alone."""
        return self.shown.frame.look.ascii

    @property
    def signs(self) -> bool:
        """Whether signs are written in coloured cells."""
        return self.ascii or self.shown.frame.look.signs

    @property
    def more(self) -> str:
        """What stands for what is left out."""
        return self.shown.notation.glyphs.more

    @cached_property
    def t(self) -> int:
        """The timestep that the pictures speak of: the cursor's, or the first."""
        return max(self.shown.frame.t, 1)

    @property
    def known(self) -> bool:
        """Whether that timestep is computed; it is not at t = 0."""
        return self.shown.frame.t > 0

    @cached_property
    def plain(self) -> Plain | None:
        """The layer without its state: the equation that is shown, or the first that has a matrix on x."""
        return Plain.of(self.form, self.shown.frame.cell, self.shown.frame.step) if self.form else None

    @cached_property
    def form(self) -> Form | None:
        """Where the layer without its state stands in the cell."""
        cell = self.shown.frame.cell
        every = (form(cell, equation) for equation in (self.shown.frame.equation, *cell.equations))
        return next((found for found in every if found), None)

    @property
    def out(self) -> str:
        """What the plain layer's result is called: y, where y is nothing else."""
        if self.form is None:
            return "y"
        copies = {e.target for e in self.shown.frame.cell.equations if e.expression == Name(self.form.target, 0)}
        return "y" if "y" in copies else self.form.target

    @property
    def f(self) -> str:
        """The name of the activation; empty where there is none."""
        return self.form.function.operation.name if self.form and self.form.function else ""

    @property
    def title(self) -> str:
        """What the cell is called."""
        return printable(self.shown.frame.cell.name, self.ascii)

    @cached_property
    def short(self) -> Notation:
        """How quantities are written in formulas: as elsewhere, or where those words are long by the seed's letters."""
        cell, notation = self.shown.frame.cell, self.shown.notation
        names = ("x", "y", *cell.states, *cell.parameters)
        brief = all(len(notation.word(name)) <= LONGEST_WORD for name in names)
        return notation if brief else replace(notation, names=SEED)

    def letter(self, name: str) -> str:
        """A short name of a quantity: the scheme's, or the seed's."""
        return self.short.word(name)

    def element(self, name: str, *index: int) -> str:
        """One number of a quantity, indices from 0: ``x₁``, ``W₁₂``, from ten on ``W₁₀,₂``; in ASCII ``W12``."""
        text = ("," if max(index) >= 9 else "").join(str(i + 1) for i in index)
        return self.letter(name) + (text if self.ascii else text.translate(SUBSCRIPTS))

    def key(self, *names: str) -> list[str]:
        """What the letters stand for, where they are not the scheme's own words."""
        word, turned = self.shown.notation.word, self.shown.notation.turned
        if self.short is self.shown.notation:
            return []
        told = [f"{name}: {word(name)}{', turned' * (name in turned)}" for name in names if name and name != word(name)]
        return ["   ".join(told)]

    def at(self, t: int) -> View:
        """The same layer at another timestep."""
        return View(Shown(replace(self.shown.frame, t=t)))

    def numbers(self, name: str, values: Array | None, offset: int | None = 0, click: bool = True) -> Numbers:
        """The numbers of a quantity, as the tables write them."""
        named = Name(name, offset)
        grid = self.shown.grid(named)
        column = None if values is None else values if values.ndim == 2 else values.reshape(-1, 1)
        shape = column.shape if column is not None else grid.values.shape
        rows, columns = int(shape[0]), int(shape[1])
        digits = self.shown.frame.look.digits
        return Numbers(named if click else None, column, (rows, columns), grid.width, digits, grid.scale, grid.hidden)

    def vector_x(self) -> Numbers:
        """The x of a layer at the timestep; of one that joins two, the first."""
        step = self.shown.frame.step
        return self.numbers("x", step.inputs["x"] if self.known else None)


def pick(count: int, most: int) -> list[int | None]:
    """At most `most` of `count` indices: all, or the first ones, None for those left out, and the last."""
    if count <= most:
        return list(range(count))
    return [*range(most - 2), None, count - 1] if most > 2 else [0, None][: max(most, 0)]


def spread(count: int, rows: int) -> list[int]:
    """The rows in which `count` things stand, three apart or less, in the middle of `rows`."""
    apart = min((rows - 1) // max(count - 1, 1), 3)
    first = (rows - 1 - apart * (count - 1)) // 2
    return [first + apart * index for index in range(count)]


def matrix(
    drawing: Drawing,
    x: int,
    y: int,
    numbers: Numbers,
    rows: Sequence[int | None],
    columns: Sequence[int | None],
    view: View,
) -> None:
    """Some rows and columns of a matrix from (x, y), `matrix_width` wide; marks stand for what is left out."""
    for line, row in enumerate(rows, y):
        at = x
        for column in columns:
            if column is None or row is None:
                drawing.put(at + (numbers.width - 1 if column is not None else 0), line, view.more, DIM)
            else:
                numbers.put(drawing, at, line, row, column)
            at += (1 if column is None else numbers.width) + 1


def matrix_width(numbers: Numbers, columns: Sequence[int | None]) -> int:
    """The characters that some columns of a matrix take."""
    return sum(1 + (1 if column is None else numbers.width) for column in columns) - 1


def bracketed(
    drawing: Drawing,
    x: int,
    y: int,
    numbers: Numbers,
    rows: Sequence[int | None],
    columns: Sequence[int | None],
    view: View,
) -> None:
    """As `matrix`, between brackets."""
    edge(drawing, x, y, len(rows), "left", view)
    edge(drawing, x + matrix_width(numbers, columns) + 1, y, len(rows), "right", view)
    matrix(drawing, x + 1, y, numbers, rows, columns, view)


BRACKETS = {"left": ("⎡⎢⎣", "["), "right": ("⎤⎥⎦", "]"), "open": ("⎛⎜⎝", "("), "close": ("⎞⎟⎠", ")")}


def edge(drawing: Drawing, x: int, y: int, rows: int, side: str, view: View, style: Style = PLAIN) -> None:
    """One bracket, `rows` tall."""
    tall, short = BRACKETS[side]
    if view.ascii or rows == 1:
        drawing.down(x, y, (short if view.ascii or side in ("open", "close") else "[]"[side == "right"]) * rows, style)
    else:
        drawing.down(x, y, tall[0] + tall[1] * (rows - 2) + tall[2], style)
