"""The inside of R, drawn from its equations alone: operations, and the values that go from one to the next.

Inputs and the old state come in at the left, the new state leaves at the right, y upwards. Where two wires meet there
is an operation; a wire that is read more than once branches, and passes over those of others.
"""

from __future__ import annotations

from rich.style import Style

from rnn_tui.core.decimals import number, unbounded_width, width_up_to
from rnn_tui.core.equations import Expression, Name, names
from rnn_tui.core.moment import sums_of
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.inside.columns import Spot
from rnn_tui.views.inside.graph import Box
from rnn_tui.views.inside.layout import MOST, Layout, arrange, least, liked
from rnn_tui.views.inside.strokes import CURRENT, DONE, LATER, STROKES, Stroke
from rnn_tui.views.inside.subject import Room, Subject
from rnn_tui.views.inside.wires import cells
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, RAISED, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting


def rows(frame: Frame) -> int:
    """The rows that the picture likes, the same at every t."""
    return inside_size(frame)[1]


def inside_size(frame: Frame) -> tuple[int, int]:
    """The columns and rows the drawing would like, the same at every t; with fewer columns it moves closer together."""
    if len(frame.cell.equations) > MOST:
        return len(_too_many(frame)), 1
    return liked(_subject(Shown(frame)))


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for all of it."""
    return len(frame.cell.equations) <= MOST and arrange(_subject(Shown(frame)), width, height) is not None


def lacks(frame: Frame, width: int, height: int) -> str:
    """What it needs, where there is no room for it; else nothing."""
    if len(frame.cell.equations) > MOST:
        return _too_many(frame)
    if fits(frame, width, height):
        return ""
    columns, count = least(_subject(Shown(frame)))
    return f"the inside of R needs {columns}x{count} characters"


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """The inside of R at t, in at most `width` columns and `height` rows.

    Where there is little room, operations come closer together, a bias is added where the sum is, fewer numbers are
    shown, and at last a weighted sum is one box; where that has no room either, one line says how much is needed. A
    click on a box carries ``{"operation": index}``.
    """
    if lacking := lacks(frame, width, height):
        short = lacking.removesuffix(" characters")
        texts = (lacking, short, short.split()[-1])
        drawing = Drawing(width, min(height, 1), mark(frame.look.ascii))
        drawing.write(0, 0, fitting(width, [Phrase.of(LABEL, *texts)], drawing.more), width)
        return drawing
    shown = Shown(frame)
    layout = arrange(_subject(shown), width, height)
    assert layout is not None
    drawing = Drawing(width, layout.height, shown.notation.glyphs.more)
    _Painter(shown, layout, drawing).paint()
    return drawing


def _too_many(frame: Frame) -> str:
    return f"R has {len(frame.cell.equations)} equations here, its inside is drawn for up to {MOST}"


def _subject(shown: Shown) -> Subject:
    frame = shown.frame
    sizes = tuple(sorted(frame.walk.sizes[frame.index].items()))
    signs, last = frame.look.ascii or frame.look.signs, len(frame.walk) + frame.layer.reverse
    digits = frame.look.digits
    given = width_up_to(shown.input_scale, digits) if frame.reads_sequence else unbounded_width(digits)
    return Subject(frame.cell, shown.notation, sizes, last, signs, digits, given)


class _Painter:
    """Draws one layout of one frame."""

    def __init__(self, shown: Shown, layout: Layout, drawing: Drawing) -> None:
        self.shown, self.layout, self.drawing = shown, layout, drawing
        self.columns, self.graph = layout.columns, layout.columns.graph
        gaze, cell = shown.frame.gaze, shown.frame.cell
        self.strokes = STROKES[shown.notation.ascii]
        self.stepping = gaze.zoom != "step"
        self.current = gaze.operation % len(cell.equations) if self.stepping else -1
        focused = gaze.focus is not None and gaze.focus.offset == 0 and gaze.focus.name
        self.lit = {n for n, e in enumerate(cell.equations) if n == self.current or e.target == focused}
        self.moment = shown.frame.step.moment(cell) if shown.frame.t else None

    def paint(self) -> None:
        """Wires first, then what stands on them."""
        for cell in cells(self.layout):
            later = self.stepping and cell.made > self.current
            stroke = self.strokes[CURRENT if cell.readers & self.lit else LATER if later else DONE]
            self.drawing.put(cell.x, cell.y, stroke.wires[cell.sides], stroke.style)
        for box, spot in zip(self.graph.boxes, self.columns.spots, strict=True):
            self._box(box, spot, self.layout.rows[box.track])
        for name, track in self.graph.outside:
            self._outside(name, self.layout.rows[track], self.columns.rooms[name])
        for name, number_ in self.graph.leaves:
            self._leaving(name, number_)
        self._output()

    def _phase(self, operation: int) -> str:
        """Whether an operation is done, is what one looks at, or comes later."""
        if operation in self.lit:
            return CURRENT
        return LATER if self.stepping and operation > self.current else DONE

    def _box(self, box: Box, spot: Spot, row: int) -> None:
        """A box with its sign, the name of what it makes, and its numbers."""
        operation, tall, put = box.part.operation, self.layout.tall, self.drawing.put
        phase = self._phase(operation)
        stroke = self.strokes[phase]
        if tall:
            self._tall(box, spot, row, stroke)
        else:
            put(spot.x, row, stroke.flat[0] + " " * (spot.width - 2) + stroke.flat[1], stroke.style + RAISED)
        style = stroke.text if tall else stroke.text + RAISED
        self.drawing.middle(spot.x, row, spot.width, spot.text, style)
        self.drawing.mark(spot.x, row - tall, spot.width, 1 + 2 * tall, {"operation": operation})
        put(spot.x + spot.width, row, spot.word, stroke.text)
        if phase != LATER:
            self._numbers(box.target or box.part.value, spot.behind, row, spot.room, operation)

    def _tall(self, box: Box, spot: Spot, row: int, stroke: Stroke) -> None:
        """The edge of a box of three rows, and where wires meet it."""
        self.drawing.box(spot.x, row - 1, spot.width, 3, stroke.box, stroke.style)
        self.drawing.put(spot.x, row, stroke.box.sides[3] + " " * (spot.width - 2), stroke.style)
        if box.inputs:
            self.drawing.put(spot.x, row, stroke.joints[0], stroke.style)
        self.drawing.put(spot.x + spot.width - 1, row, stroke.joints[1], stroke.style)
        for line in spot.lines:
            self.drawing.put(line, row + 1, stroke.joints[2], stroke.style)

    def _outside(self, name: Name, row: int, room: Room) -> None:
        """What comes in at the left: its name and its numbers."""
        read = any(box.part.operation in self.lit and name in _sources(box) for box in self.graph.boxes)
        self.drawing.put(0, row, self._title(name, self.columns.margin - 1), NOW if read else PLAIN)
        self._numbers(name, self.columns.margin, row, room)

    def _leaving(self, name: Name, number_: int) -> None:
        """An arrow and the name of what leaves at the right."""
        box = self.graph.boxes[number_]
        operation, row, right = box.part.operation, self.layout.rows[box.track], self.columns.right
        later = self._phase(operation) == LATER
        arrow = self.strokes[LATER].wires[3] if later else self.shown.notation.glyphs.right
        self.drawing.put(right, row, arrow, DIM if later else LABEL)
        room = self.drawing.width - right - 2
        self.drawing.put(right + 2, row, self._title(name, room), self._result(operation))

    def _output(self) -> None:
        """y on its way up, with its name."""
        up, operation, t = self.columns.up, self.graph.output, self.shown.frame.t
        stroke = self.strokes[self._phase(operation)]
        name = self.shown.notation.at("y", t) if t else self.shown.notation.word("y")
        later = self._phase(operation) == LATER
        self.drawing.put(up, 0, stroke.wires[12] if later else self.shown.notation.glyphs.up, stroke.style)
        self.drawing.put(up + 2, 0, name, self._result(operation))
        self.drawing.mark(up, 0, 2 + len(name), 1, {"operation": operation})
        row = self.layout.rows[self.graph.boxes[self.graph.exit].track]
        self.drawing.mark(up, 1, 1, row - 1, {"operation": operation})

    def _result(self, operation: int) -> Style:
        """The style of what R gives: the accent where it is new."""
        phase = self._phase(operation)
        if phase == LATER:
            return DIM
        return NOW if self.shown.frame.t and (phase == CURRENT or not self.stepping) else PLAIN

    def _title(self, name: Name, room: int) -> str:
        """A quantity with its time; at t = 0, where R has not run, for any t, if there is room."""
        notation, cursor = self.shown.notation, self.shown.frame.t
        if cursor:
            return notation.at(name.name, notation.time(name, cursor))
        text = notation.expression(name, None)
        return text if len(text) <= room else notation.word(name.name)

    def _secret(self, value: Expression, operation: int) -> bool:
        """Whether a value must not be shown yet: of what leads to a hidden number, or is made of one, nothing is."""
        cell, frame = self.shown.frame.cell, self.shown.frame
        if not frame.hidden:
            return False
        named = [name for name in names(value) if name.offset is not None]
        if not isinstance(value, Name):
            named.append(Name(cell.equations[operation].target, 0))
        if any((name, t) == (sums_of(cell).get(value), frame.t) for name, t, _ in frame.hidden):
            return True
        return any(self.shown.hidden(name.name, self.shown.notation.time(name, frame.t)) for name in named)

    def _numbers(self, value: Expression, x: int, row: int, room: Room, operation: int = -1) -> None:
        """The numbers of a quantity on its wire, written or as blocks."""
        if self.moment is None or not room.columns:
            return
        signs = (self.shown.frame.look.ascii or self.shown.frame.look.signs) and not room.each
        if signs:
            self.drawing.put(x, row, "(" + " " * (room.columns - 2) + ")", LABEL)
        if self._secret(value, operation):
            inner = room.columns - 2 * (signs or bool(room.each))
            self.drawing.put(x + (signs or bool(room.each)), row, "?" * inner, NOW)
            return
        values = [float(each) for each in self.moment.value(value).ravel()[: room.most + 1]]
        if not room.each:
            scale = self.shown.input_scale if isinstance(value, Name) and value.name == "x" else 1.0
            self.drawing.blocks(x + signs, row, values, scale, room.columns - 2 * signs, signs)
            return
        digits = self.shown.frame.look.digits
        text = " ".join(number(each, digits, room.each) for each in values[: room.most])
        more = f" {self.drawing.more}" if len(values) > room.most else ""
        self.drawing.put(x, row, f" {text}{more} "[: room.columns], TITLE if isinstance(value, Name) else PLAIN)


def _sources(box: Box) -> set[int | Name]:
    return {each.source for each in box.inputs}
