"""The inside of R, drawn from its equations alone.

Inputs and the old state come in at the left, the new state leaves at the right, y upwards. Every quantity is a wire,
every equation a box where its wire begins; a line up or down joins the box to what it reads, with a dot on each, and
passes over the wires it does not read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.style import Style

from rnn_tui.core.equations import Name
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.inside.graph import Column, Wire
from rnn_tui.views.inside.layout import BLOCKS, DENSITIES, MOST, Layout, Subject, arrange, laid_out
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import ASCII, UNICODE, Box, mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, RAISED, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting

DONE, CURRENT, LATER = "done", "now", "later"


@dataclass(frozen=True)
class Stroke:
    """The characters of a wire, a line up or down, a dot, a turn upwards, and the style of all."""

    wire: str
    upright: str
    dot: str
    turn: str
    style: Style


@dataclass(frozen=True)
class Edges:
    """A box, its two sides on the row of its wire, and those where a wire meets them; then its top and bottom so."""

    box: Box
    sides: str
    joints: str


STROKES = {
    False: {
        DONE: Stroke("─", "│", "●", "╯", LABEL),
        CURRENT: Stroke("━", "┃", "●", "┛", NOW),
        LATER: Stroke("╌", "╎", "○", "┘", DIM),
    },
    True: {
        DONE: Stroke("-", "|", "*", "+", LABEL),
        CURRENT: Stroke("=", "#", "*", "#", NOW),
        LATER: Stroke(".", ":", "o", ".", DIM),
    },
}
BOXES = {True: (ASCII.past, ASCII.now, ASCII.future), False: (UNICODE.past, UNICODE.now, UNICODE.future)}
SIDES = {
    (False, True): (("││", "┤├┴┬"), ("┃┃", "┫┠┻┳"), ("╎╎", "╎╎┴┬")),
    (False, False): (("││", "┤├"), ("┃┃", "┫┣"), ("╎╎", "╎╎")),
    (True, True): (("||", "||++"), ("##", "####"), ("..", "....")),
    (True, False): (("[]", "[]"), ("##", "##"), ("::", "::")),
}
EDGES = {
    (ascii_only, tall): {
        phase: Edges(box, *characters)
        for phase, box, characters in zip((DONE, CURRENT, LATER), BOXES[ascii_only], sides, strict=True)
    }
    for (ascii_only, tall), sides in SIDES.items()
}
"""By ASCII or not, three rows or one, and phase."""


def rows(frame: Frame) -> int:
    """The rows that the picture likes, the same at every t."""
    return inside_size(frame)[1]


def inside_size(frame: Frame) -> tuple[int, int]:
    """The columns and rows the drawing would like, the same at every t; with fewer columns it moves closer together."""
    if len(frame.cell.equations) > MOST:
        return len(_too_many(frame)), 1
    best = laid_out(_subject(Shown(frame)), True, DENSITIES[0])
    return best.width, best.height


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for all of it."""
    return len(frame.cell.equations) <= MOST and arrange(_subject(Shown(frame)), width, height) is not None


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """The inside of R at t, in at most `width` columns and `height` rows.

    Where there is little room, boxes come closer together, labels get shorter, blocks are left out, boxes get one row;
    at last one line says how much room is needed. A click on a box carries ``{"operation": index}``.
    """
    if len(frame.cell.equations) > MOST:
        return _message(frame, (_too_many(frame),), width, height)
    shown = Shown(frame)
    subject = _subject(shown)
    layout = arrange(subject, width, height)
    if layout is None:
        least = laid_out(subject, False, DENSITIES[-1])
        room = f"{least.width}x{least.height}"
        texts = (f"the inside of R needs {room} characters here", f"the inside of R needs {room}", f"R: {room}", room)
        return _message(frame, texts, width, height)
    drawing = Drawing(width, layout.height, shown.notation.glyphs.more)
    _Painter(shown, layout, drawing).paint()
    return drawing


def _too_many(frame: Frame) -> str:
    return f"R has {len(frame.cell.equations)} equations here, its inside is drawn for up to {MOST}"


def _message(frame: Frame, texts: tuple[str, ...], width: int, height: int) -> Drawing:
    drawing = Drawing(width, min(height, 1), mark(frame.look.ascii))
    drawing.write(0, 0, fitting(width, [Phrase.of(LABEL, *texts)], drawing.more), width)
    return drawing


def _subject(shown: Shown) -> Subject:
    sizes = tuple(sorted(shown.frame.walk.sizes[shown.frame.index].items()))
    signs = shown.frame.look.ascii or shown.frame.look.signs
    return Subject(shown.frame.cell, shown.notation, sizes, len(shown.frame.walk) + shown.frame.layer.reverse, signs)


class _Painter:
    """Draws one layout of one frame."""

    def __init__(self, shown: Shown, layout: Layout, drawing: Drawing) -> None:
        self.shown, self.layout, self.drawing, self.graph = shown, layout, drawing, layout.graph
        gaze, cell = shown.frame.gaze, shown.frame.cell
        self.glyphs, self.strokes = shown.notation.glyphs, STROKES[shown.notation.ascii]
        self.edges = EDGES[shown.notation.ascii, layout.tall]
        self.stepping = gaze.zoom != "step"
        self.current = gaze.operation % len(cell.equations) if self.stepping else -1
        self.lit: dict[int, frozenset[Name]] = {}
        if self.stepping:
            reads = (name for c in self.graph.columns if c.operation == self.current for name in c.reads)
            self.lit[self.current] = frozenset(reads)
        focus = gaze.focus
        for operation, equation in enumerate(cell.equations):
            if focus is not None and (focus.name, focus.offset) == (equation.target, 0):
                sources = frozenset(pattern.name for pattern in shown.frame.lit)
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
        notation, cursor, name = self.shown.notation, self.shown.frame.t, wire.name
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
        stroke = self.strokes[LATER if self._pending(wire) else DONE]
        self.drawing.put(first, row, stroke.wire * (end - first), stroke.style)
        if wire.leaves:
            self.drawing.put(end, row, stroke.wire if self._pending(wire) else self.glyphs.right, stroke.style)
        for number, column in enumerate(self.graph.columns):
            if wire.name in column.reads and wire.name in self.lit.get(column.operation, ()):
                stroke = self.strokes[CURRENT]
                self.drawing.put(first, row, stroke.wire * (self._until(wire, number) - first), stroke.style)

    def _line(self, number: int, column: Column) -> None:
        """The line of a column up and down from its box, and its dots."""
        rows, x = self.layout.rows, self.layout.spots[number].line
        stroke = self.strokes[self._phase(column.operation)]
        low, high = self.graph.span(number)
        top = rows[low] if low >= 0 else 0
        self.drawing.down(x, top, stroke.upright * (rows[high] - top + 1), stroke.style)
        for name in self.graph.dots(number):
            self.drawing.put(x, rows[self.graph.track(name)], stroke.dot, stroke.style)

    def _box(self, number: int, column: Column, target: Name) -> None:
        """A box, with what stands in it and the joints of its wires."""
        spot, row, put = self.layout.spots[number], self.layout.rows[self.graph.own(number)], self.drawing.put
        phase = self._phase(column.operation)
        edges, tall = self.edges[phase], self.layout.tall
        edge = {DONE: LABEL, CURRENT: NOW, LATER: DIM}[phase]
        text = {DONE: NOW if target in self.sources else TITLE, CURRENT: NOW, LATER: DIM}[phase]
        if not tall:
            text, edge = text + RAISED, edge + RAISED
        if tall:
            self.drawing.box(spot.x, row - 1, spot.width, 3, edges.box, edge)
        put(spot.x, row, edges.sides[0] + " " * (spot.width - 2) + edges.sides[1], edge)
        self.drawing.middle(spot.x, row, spot.width, self.layout.labels[number], text)
        rows = [self.graph.track(name) for name in self.graph.dots(number)]
        own = self.graph.own(number)
        if any(wire.end == number and wire.start < number for wire in self.graph.tracks[own]):
            put(spot.x, row, edges.joints[0], edge)
        wire = next(wire for wire in self.graph.tracks[own] if wire.name == target)
        if wire.leaves or wire.end > number:
            put(spot.x + spot.width - 1, row, edges.joints[1], edge)
        if tall and any(other < own for other in rows):
            put(spot.line, row - 1, edges.joints[2], edge)
        if tall and any(other > own for other in rows):
            put(spot.line, row + 1, edges.joints[3], edge)
        self.drawing.mark(spot.x, row - tall, spot.width, 1 + 2 * tall, {"operation": column.operation})

    def _exit(self, number: int, column: Column) -> None:
        """y on its way up, with its name."""
        x, own = self.layout.spots[number].line, self.graph.own(number)
        phase, row = self._phase(column.operation), self.layout.rows[own]
        stroke, name = self.strokes[phase], self._output()
        if any(wire.end == number and not wire.leaves for wire in self.graph.tracks[own]):
            self.drawing.put(x, row, stroke.turn, stroke.style)
        self.drawing.put(x, 0, stroke.upright if phase == LATER else self.glyphs.up, stroke.style)
        self.drawing.put(x + 2, 0, name, self._result(column.operation))
        self.drawing.mark(x, 0, 2 + len(name), 1, {"operation": column.operation})
        self.drawing.mark(x, 1, 1, row, {"operation": column.operation})

    def _output(self) -> str:
        notation, cursor = self.shown.notation, self.shown.frame.t
        return notation.at("y", cursor) if cursor else notation.word("y")

    def _result(self, operation: int) -> Style:
        """The style of what R gives: the accent where it is new."""
        phase = self._phase(operation)
        if phase == LATER:
            return DIM
        return NOW if self.shown.frame.t and (phase == CURRENT or not self.stepping) else PLAIN

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
        if not self.shown.frame.t or not cells or self._pending(wire):
            return
        spot = self.layout.spots[wire.start] if wire.start >= 0 else None
        x = spot.x + spot.width if spot else self.margin
        signs = self._signs
        if signs:
            self.drawing.put(x, row, "(" + " " * (cells - 2) + ")", LABEL)
        if self.shown.hidden(wire.name.name, self.shown.notation.time(wire.name, self.shown.frame.t)):
            self.drawing.put(x + signs, row, "?" * (cells - 2 * signs), NOW)
            return
        numbers = self.shown.values(wire.name, self.shown.frame.step)
        values = [] if numbers is None else [float(value) for value in np.ravel(numbers)[: BLOCKS + 1]]
        scale = self.shown.input_scale if wire.name.name == "x" else 1.0
        self.drawing.blocks(x + signs, row, values, scale, cells - 2 * signs, signs)

    @property
    def _signs(self) -> bool:
        return self.shown.frame.look.ascii or self.shown.frame.look.signs
