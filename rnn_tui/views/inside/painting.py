"""The inside of R, drawn from its equations alone.

Inputs and the old state come in at the left, the new state leaves at the right, y upwards. Every quantity is a wire,
every equation a box where its wire begins; a line up or down joins the box to what it reads, with a dot on each, and
passes over the wires it does not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from rnn_tui.core.equations import Name
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display
from rnn_tui.views.inside.graph import Column, Wire
from rnn_tui.views.inside.layout import BLOCKS, DENSITIES, MOST, Layout, Subject, arrange, laid_out
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import ASCII, UNICODE, Box
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE

Array = NDArray[Any]
DONE, CURRENT, LATER = "done", "now", "later"


@dataclass(frozen=True)
class Pen:
    """The characters of a wire, a line up or down, a dot, a turn upwards, and the style of all."""

    wire: str
    upright: str
    dot: str
    turn: str
    style: Style


@dataclass(frozen=True)
class Frame:
    """A box, its two sides on the row of its wire, and those where a wire meets them; then its top and bottom so."""

    box: Box
    sides: str
    joints: str


PENS = {
    False: {
        DONE: Pen("─", "│", "●", "╯", LABEL),
        CURRENT: Pen("━", "┃", "●", "┛", NOW),
        LATER: Pen("╌", "╎", "○", "┘", DIM),
    },
    True: {
        DONE: Pen("-", "|", "*", "+", LABEL),
        CURRENT: Pen("=", "#", "*", "#", NOW),
        LATER: Pen(".", ":", "o", ".", DIM),
    },
}
RAISED = Style(bgcolor="#2f343e")
"""Behind what stands in a box of one row."""
BOXES = {True: (ASCII.past, ASCII.now, ASCII.future), False: (UNICODE.past, UNICODE.now, UNICODE.future)}
SIDES = {
    (False, True): (("││", "┤├┴┬"), ("┃┃", "┫┠┻┳"), ("╎╎", "╎╎┴┬")),
    (False, False): (("││", "┤├"), ("┃┃", "┫┣"), ("╎╎", "╎╎")),
    (True, True): (("||", "||++"), ("##", "####"), ("..", "....")),
    (True, False): (("[]", "[]"), ("##", "##"), ("::", "::")),
}
FRAMES = {
    (ascii_only, tall): {
        phase: Frame(box, *characters)
        for phase, box, characters in zip((DONE, CURRENT, LATER), BOXES[ascii_only], sides, strict=True)
    }
    for (ascii_only, tall), sides in SIDES.items()
}
"""By ASCII or not, three rows or one, and phase."""


def inside_size(simulator: Simulator, display: Display) -> tuple[int, int]:
    """The columns and rows the drawing would like, the same at every t; with fewer columns it moves closer together."""
    shown = Shown.of(simulator, 0, display)
    if len(shown.cell.equations) > MOST:
        return len(_too_many(shown)), 1
    best = laid_out(_subject(shown), True, DENSITIES[0])
    return best.width, best.height


def inside(simulator: Simulator, cursor: int, display: Display, width: int, height: int) -> Drawing:
    """The inside of R at the cursor, in at most `width` columns and `height` rows.

    Where there is little room, boxes come closer together, labels get shorter, blocks are left out, boxes get one row;
    at last one line says how much room is needed. A click on a box carries ``{"operation": index}``.
    """
    shown = Shown.of(simulator, cursor, display)
    if len(shown.cell.equations) > MOST:
        return _message(_too_many(shown), width, height)
    subject = _subject(shown)
    layout = arrange(subject, width, height)
    if layout is None:
        least = laid_out(subject, False, DENSITIES[-1])
        room = f"{least.width}x{least.height}"
        texts = (f"the inside of R needs {room} characters here", f"the inside of R needs {room}", f"R: {room}", room)
        return _message(next((text for text in texts if len(text) <= width), ""), width, height)
    drawing = Drawing(width, layout.height)
    _Painter(shown, layout, drawing).paint()
    return drawing


def _too_many(shown: Shown) -> str:
    return f"R has {len(shown.cell.equations)} equations here, its inside is drawn for up to {MOST}"


def _message(text: str, width: int, height: int) -> Drawing:
    drawing = Drawing(width, min(height, 1))
    drawing.put(0, 0, text, LABEL)
    return drawing


def _subject(shown: Shown) -> Subject:
    sizes = tuple(sorted(shown.simulator.sizes[shown.index].items()))
    signs = shown.display.ascii or shown.display.signs
    return Subject(shown.cell, shown.notation, sizes, len(shown.simulator) + shown.layer.reverse, signs)


class _Painter:
    """Draws one layout for one cursor and display."""

    def __init__(self, shown: Shown, layout: Layout, drawing: Drawing) -> None:
        self.shown, self.layout, self.drawing, self.graph = shown, layout, drawing, layout.graph
        display, cell = shown.display, shown.cell
        self.glyphs, self.pens = shown.notation.glyphs, PENS[shown.notation.ascii]
        self.frames = FRAMES[shown.notation.ascii, layout.tall]
        self.stepping = display.zoom != "step"
        self.current = display.operation % len(cell.equations) if self.stepping else -1
        self.lit: dict[int, frozenset[Name]] = {}
        if self.stepping:
            reads = (name for c in self.graph.columns if c.operation == self.current for name in c.reads)
            self.lit[self.current] = frozenset(reads)
        focus = display.focus
        for operation, equation in enumerate(cell.equations):
            if focus is not None and (focus.name, focus.offset) == (equation.target, 0):
                sources = frozenset(pattern.name for pattern in shown.lit)
                self.lit[operation] = self.lit.get(operation, frozenset()) | sources
        self.sources = frozenset().union(*self.lit.values())
        self.wires = [(wire, row) for track, row in zip(self.graph.tracks, layout.rows, strict=True) for wire in track]
        self.titles = {wire.name: self._title(wire) for wire, _ in self.wires}
        self.margin = 1 + max(len(self.titles[wire.name]) for wire, _ in self.wires if wire.start < 0)

    def paint(self) -> None:
        """Wires first, then the lines over them, then what stands on both."""
        for wire, row in self.wires:
            self._wire(wire, row)
        for number, column in enumerate(self.graph.columns):
            self._line(number, column)
            if column.target:
                self._box(number, column, column.target)
            else:
                self._exit(number, column)
        for wire, row in self.wires:
            self._names(wire, row)
            self._values(wire, row)

    def _title(self, wire: Wire) -> str:
        """A quantity with its time; at t = 0, where R has not run, for any t, if there is room."""
        notation, cursor, name = self.shown.notation, self.shown.cursor, wire.name
        if cursor:
            return notation.at(name.name, notation.time(name, cursor))
        text = notation.expression(name, None)
        room = self.layout.left - 1 if wire.start < 0 else self.drawing.width - self.layout.right - 1
        return text if len(text) <= room else notation.word(name.name)

    def _phase(self, operation: int) -> str:
        """Whether an operation is done, is what one looks at, or comes later."""
        if operation in self.lit:
            return CURRENT
        return LATER if self.stepping and operation > self.current else DONE

    def _pending(self, wire: Wire) -> bool:
        """Whether the value of a wire is not there yet."""
        made = self.graph.columns[wire.start].operation if wire.start >= 0 else -1
        return self.stepping and made > self.current

    def _until(self, wire: Wire, number: int) -> int:
        """How far a wire goes to reach the column that reads it."""
        if number < 0:
            return 0
        spot = self.layout.spots[number]
        return spot.line + 1 if wire.name in self.graph.dots(number) else spot.x

    def _wire(self, wire: Wire, row: int) -> None:
        spot = self.layout.spots[wire.start] if wire.start >= 0 else None
        first = spot.x + spot.width if spot else self.margin
        end = self.layout.right - 1 if wire.leaves else self._until(wire, wire.end)
        pen = self.pens[LATER if self._pending(wire) else DONE]
        self.drawing.put(first, row, pen.wire * (end - first), pen.style)
        if wire.leaves:
            self.drawing.put(end, row, pen.wire if self._pending(wire) else self.glyphs.right, pen.style)
        for number, column in enumerate(self.graph.columns):
            if wire.name in column.reads and wire.name in self.lit.get(column.operation, ()):
                pen = self.pens[CURRENT]
                self.drawing.put(first, row, pen.wire * (self._until(wire, number) - first), pen.style)

    def _line(self, number: int, column: Column) -> None:
        """The line of a column up and down from its box, and its dots."""
        rows, x = self.layout.rows, self.layout.spots[number].line
        pen = self.pens[self._phase(column.operation)]
        low, high = self.graph.span(number)
        top = rows[low] if low >= 0 else 0
        self.drawing.down(x, top, pen.upright * (rows[high] - top + 1), pen.style)
        for name in self.graph.dots(number):
            self.drawing.put(x, rows[self.graph.track(name)], pen.dot, pen.style)

    def _box(self, number: int, column: Column, target: Name) -> None:
        """A box, with what stands in it and the joints of its wires."""
        spot, row, put = self.layout.spots[number], self.layout.rows[self.graph.own(number)], self.drawing.put
        phase = self._phase(column.operation)
        frame, tall = self.frames[phase], self.layout.tall
        edge = {DONE: LABEL, CURRENT: NOW, LATER: DIM}[phase]
        text = {DONE: NOW if target in self.sources else TITLE, CURRENT: NOW, LATER: DIM}[phase]
        if not tall:
            text, edge = text + RAISED, edge + RAISED
        if tall:
            self.drawing.box(spot.x, row - 1, spot.width, 3, frame.box, edge)
        put(spot.x, row, frame.sides[0] + " " * (spot.width - 2) + frame.sides[1], edge)
        self.drawing.middle(spot.x, row, spot.width, self.layout.labels[number], text)
        rows = [self.graph.track(name) for name in self.graph.dots(number)]
        own = self.graph.own(number)
        if any(wire.end == number and wire.start < number for wire in self.graph.tracks[own]):
            put(spot.x, row, frame.joints[0], edge)
        wire = next(wire for wire in self.graph.tracks[own] if wire.name == target)
        if wire.leaves or wire.end > number:
            put(spot.x + spot.width - 1, row, frame.joints[1], edge)
        if tall and any(other < own for other in rows):
            put(spot.line, row - 1, frame.joints[2], edge)
        if tall and any(other > own for other in rows):
            put(spot.line, row + 1, frame.joints[3], edge)
        self.drawing.mark(spot.x, row - tall, spot.width, 1 + 2 * tall, {"operation": column.operation})

    def _exit(self, number: int, column: Column) -> None:
        """y on its way up, with its name."""
        x, own = self.layout.spots[number].line, self.graph.own(number)
        phase, row = self._phase(column.operation), self.layout.rows[own]
        pen, name = self.pens[phase], self._output()
        if any(wire.end == number and not wire.leaves for wire in self.graph.tracks[own]):
            self.drawing.put(x, row, pen.turn, pen.style)
        self.drawing.put(x, 0, pen.upright if phase == LATER else self.glyphs.up, pen.style)
        self.drawing.put(x + 2, 0, name, self._result(column.operation))
        self.drawing.mark(x, 0, 2 + len(name), 1, {"operation": column.operation})
        self.drawing.mark(x, 1, 1, row, {"operation": column.operation})

    def _output(self) -> str:
        notation, cursor = self.shown.notation, self.shown.cursor
        return notation.at("y", cursor) if cursor else notation.word("y")

    def _result(self, operation: int) -> Style:
        """The style of what R gives: the accent where it is new."""
        phase = self._phase(operation)
        if phase == LATER:
            return DIM
        return NOW if self.shown.cursor and (phase == CURRENT or not self.stepping) else PLAIN

    def _names(self, wire: Wire, row: int) -> None:
        """What a wire from outside is called at the left, and one that leaves at the right."""
        title = self.titles[wire.name]
        if wire.start < 0:
            self.drawing.put(0, row, title, NOW if wire.name in self.sources else PLAIN)
        if wire.leaves:
            style = self._result(self.graph.columns[wire.start].operation)
            self.drawing.put(self.layout.right + 1, row, title, style)

    def _values(self, wire: Wire, row: int) -> None:
        """The numbers of a quantity as blocks on its wire, just behind its box or its name."""
        cells = self.layout.blocks[wire.name]
        if not self.shown.cursor or not cells or self._pending(wire):
            return
        spot = self.layout.spots[wire.start] if wire.start >= 0 else None
        x = spot.x + spot.width if spot else self.margin
        signs = self._signs
        if signs:
            self.drawing.put(x, row, "(" + " " * (cells - 2) + ")", LABEL)
        values = [float(value) for value in np.ravel(self._numbers(wire.name))[: BLOCKS + 1]]
        scale = self.shown.input_scale if wire.name.name == "x" else 1.0
        self.drawing.blocks(x + signs, row, values, scale, cells - 2 * signs, signs)

    @property
    def _signs(self) -> bool:
        return self.shown.display.ascii or self.shown.display.signs

    def _numbers(self, name: Name) -> Array:
        step = self.shown.step
        if name.offset == -1:
            return step.state_prev[name.name]
        return step.inputs[name.name] if name.name in step.inputs else step.values[name.name]
