"""The timeline: the whole run at the width of the screen, one trace of it as bars over an axis with the cursor.

Every column stands for a stretch of timesteps (or a timestep for several columns) and shows the smallest and the
largest value in it. All numbers come from the digest of the run: what has not been computed yet is dotted, and nothing
is computed to draw it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style

from rnn_tui.core.columns import begins, stretches
from rnn_tui.core.decimals import fixed
from rnn_tui.core.digest import MEAN
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.traces import GHOST, SCORE, Trace, chosen, usual
from rnn_tui.views.layer.giver import foretold
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.bars import LIMIT, Bars, Columns, Scale
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Notation, mark, printable, said_mark
from rnn_tui.views.sheet.palette import BADGE, DIM, LABEL, NOW, PLAIN, TITLE

Array = NDArray[Any]


def called(trace: Trace, notation: Notation) -> str:
    """What a trace is called on the screen."""
    if trace.name in (SCORE, GHOST):
        return trace.name
    text = str(Trace(notation.word(trace.name), trace.what, trace.unit))
    return f"mean {text}" if trace.what == MEAN else text


def timeline(frame: Frame, width: int, height: int) -> Drawing:
    """The whole run: rows of the chosen trace, and below them an axis with where one has stopped, and marks.

    Of predictions a bar is the share of a column that is right; beside it stands how many of the cursor's.

    It is a drawing of just that size. A click on a column carries ``{"t": ...}``, the middle of its timesteps.
    """
    drawing, look, cursor = Drawing(width, height, mark(frame.look.ascii)), frame.look, frame.t
    if not drawing.width or not drawing.height:
        return drawing
    trace, notation = chosen(frame), Shown(frame).notation
    title = called(trace, notation)
    longest = max(len(called(each, notation)) for each in (trace, *usual(frame.walk, frame.index)))
    most = -(-len(frame.walk) // max(drawing.width // 2, 1))  # of a column; the plot is wider than half
    beside = len(f"{most} of {most}") if trace.name == SCORE else LIMIT + look.ascii
    left, limited = _gutter(drawing.width, drawing.height - 1, longest, beside)
    room = drawing.width - left - (left > 1)
    begin, rows = begins(len(frame.walk), room), drawing.height - 1
    sizes: list[str] = []
    now, score = _span(begin, cursor), frame.walk.tape.score
    asked = [t for _, t, _ in frame.hidden if t <= len(frame.walk)]
    if trace.name == SCORE and score is not None:
        counts = score.columns(room)
        for t in asked:
            for column in _span(begin, t):
                counts[column] = (0, 0)  # a share would tell what must not be told yet
        columns: Columns = [(right / known, right / known) if known else None for right, known in counts]
        scale = Scale(rows, 0, 1 / max(rows, 1), 0.0, 1.0)
        limit = "{} of {}".format(*counts[now.start]) if now else ""
    else:
        if trace.name == GHOST and frame.compared is not None:
            times, told = asked, frame.compared.columns(room)
        else:
            times = hidden(frame, trace)
            told = frame.walk.tape.digest.columns(frame.index, trace.name, trace.unit, trace.what, room)
        secret = {column for t in times for column in _span(begin, t)}
        columns = [None if column in secret else values for column, values in enumerate(told)]
        sizes = _sizes(begin, columns, frame) if rows and trace.name == GHOST else []
        limit = Scale.of(columns, rows).limit(look.ascii, look.digits)
        scale = Scale.of(columns, rows - bool(sizes))  # bars stand above the numbers
    if left > 1 and drawing.height > 1:
        drawing.put(1, 0, title, TITLE)
        if limited:
            alone = drawing.height == 2
            drawing.put(longest + 2 if alone else 1, 0 if alone else 1, limit, LABEL)
    bars = Bars(drawing, scale, look)
    for column, values in enumerate(columns):
        bars.column(left + column, values, bool(begin[column] < cursor), column in now)
    for t, (size, each) in enumerate(zip(sizes, stretches(begin, len(frame.walk)), strict=False), 1):
        style = NOW if t == frame.t else PLAIN if t < frame.t else DIM
        drawing.put(left + each.column, rows - 1, size.center(each.width), style)
    _Axis(drawing, left, begin, frame).draw(columns)
    _clicks(drawing, left, begin, len(frame.walk))
    return drawing


def _sizes(begin: Array, columns: Columns, frame: Frame) -> list[str]:
    """The size of the difference at every timestep, where all of them have room; else none."""
    found = stretches(begin, len(frame.walk))
    if len(found) < len(frame.walk):
        return []
    told = [columns[each.column] for each in found]
    texts = ["" if values is None else fixed(values[0], frame.look.digits) for values in told]
    fit = all(not text or len(text) + 2 <= each.width for text, each in zip(texts, found, strict=True))
    return texts if fit else []


def hidden(frame: Frame, trace: Trace) -> list[int]:
    """The timesteps at which a trace would tell a number that must not be shown yet."""
    rows = range(frame.walk.tape.digest.size(frame.index, trace.name)) if trace.unit is None else (trace.unit,)
    times = sorted({t + by for _, t, _ in frame.hidden for by in (-1, 0, 1)})  # some copy what was one timestep before
    return [t for t in times if any(frame.secret(trace.name, t, row) for row in rows)]


def _gutter(width: int, rows: int, title: int, limit: int) -> tuple[int, bool]:
    """The columns left of the plot, and whether the largest value has room in them."""
    both = title + limit + 3 if rows == 1 else max(title, limit) + 2
    least = 1 if width >= 8 else 0
    if rows and both <= width // 3:
        return both, True
    return (title + 2, False) if title + 2 <= width // 3 else (least, False)


def _span(begin: Array, t: int) -> range:
    """The columns in which a timestep is; none for t = 0."""
    if t < 1 or not len(begin):
        return range(0)
    last = int(np.searchsorted(begin, t - 1, "right")) - 1
    return range(int(np.searchsorted(begin, begin[last], "left")), last + 1)


def _clicks(drawing: Drawing, left: int, begin: Array, count: int) -> None:
    """Says which timestep each column is: the middle of its own; 0 just before the first."""
    drawing.mark(left - 1, 0, 1, drawing.height, {"t": 0})
    for each in stretches(begin, count):
        middle = (each.first + each.end - 1) // 2 + 1
        drawing.mark(left + each.column, 0, each.width, drawing.height, {"t": middle})


class _Axis:
    """The last row: how far the run is, labels or the first and the last t, stops, marks, the cursor."""

    def __init__(self, drawing: Drawing, left: int, begin: Array, frame: Frame) -> None:
        self.drawing, self.left, self.begin, self.frame = drawing, left, begin, frame
        self.cursor, self.count, self.ascii = frame.t, len(frame.walk), frame.look.ascii
        self.y, self.room = drawing.height - 1, len(begin)
        self.labels = self.found_labels()
        self.taken = [False] * self.room

    def found_labels(self) -> list[str]:
        """What stands at every timestep, if that fits: its label, else its number."""
        least = self.room // self.count
        if not least:
            return []
        labels = self.frame.walk.sequence.labels
        known = labels or list(map(str, range(1, self.count + 1)))
        texts = [
            said_mark(self.ascii) * self.frame.walk.generated(t)
            + ("?" if foretold(self.frame, t) else printable(label, self.ascii))
            for t, label in enumerate(known, 1)
        ]
        longest = max(map(cell_len, texts))
        return texts if longest < least or (longest == least == 1 and labels) else []

    def draw(self, columns: Columns) -> None:
        """Draws all of it."""
        glyphs, drawing, begin = "=-.^*" if self.ascii else "━─╌▲●", self.drawing, self.begin
        for column, values in enumerate(columns if not self.labels else ()):
            past = self.begin[column] < self.cursor
            glyph = glyphs[2] if values is None else glyphs[0] if past else glyphs[1]
            if self.frame.walk.generated(int(self.begin[column]) + 1):
                glyph = said_mark(self.ascii)
            drawing.put(self.left + column, self.y, glyph, LABEL if past and values is not None else DIM)
        numbered = bool(self.labels) and not self.frame.walk.sequence.labels
        if self.left > 4:
            drawing.put(1, self.y, "t", LABEL)
            drawing.put(self.left - 2, self.y, "0" if not self.cursor else " " if numbered else "1", DIM)
        signs: dict[range, list[tuple[str, Style]]] = {}
        spans = {_span(self.begin, t) for t in self.shown(self.frame.arrived)}
        for span, text, style in [
            (_span(self.begin, self.cursor), glyphs[3], NOW),
            *((_span(begin, t), printable(m[:1], self.ascii), BADGE) for m, t in self.frame.marks if t <= self.count),
            *((span, glyphs[4], TITLE) for span in sorted(spans, key=lambda span: span.start)),
        ]:
            if span and cell_len(text) == 1:
                signs.setdefault(span, []).append((text, style))
        if not self.cursor:
            drawing.put(max(self.left - 1, 0), self.y, glyphs[3], NOW)
        self.timesteps(signs)
        last = str(self.count)
        if not numbered and self.count > 1:
            place = range(self.room - len(last) - 1, self.room)
            if place.start > 0 and not any(self.taken[column] for column in place):
                drawing.put(self.left + place.start, self.y, " " + last, DIM)

    def shown(self, arrived: tuple[int, ...]) -> list[int]:
        """One timestep for every column in which one has stopped."""
        found = np.asarray(arrived, dtype=np.int64)
        found = found[(found >= 1) & (found <= self.count)]
        last = np.searchsorted(self.begin, found - 1, "right") - 1
        return (self.begin[np.unique(last)] + 1).tolist() if self.room else []

    def timesteps(self, signs: Mapping[range, list[tuple[str, Style]]]) -> None:
        """Draws the signs and the label of every timestep side by side in its columns, as many as have room."""
        at = {_span(self.begin, t): t for t in range(1, self.count + 1)} if self.labels else dict.fromkeys(signs, 0)
        for span, t in at.items():
            parts = signs.get(span, [])[: len(span)]
            label = self.labels[t - 1] if self.labels else ""
            if label and cell_len(label) + len(parts) <= len(span):
                apart = any(style != NOW for _, style in parts) and cell_len(label) + len(parts) < len(span)
                parts += [(" ", PLAIN)] if apart else []
                parts = [*parts, (label, PLAIN if t <= self.cursor else DIM)]
            x = span.start + (len(span) - sum(cell_len(text) for text, _ in parts)) // 2
            for text, style in parts:
                self.drawing.put(self.left + x, self.y, text, style)
                for column in range(x, min(x + cell_len(text), self.room)):
                    self.taken[column] = True
                x += cell_len(text)
