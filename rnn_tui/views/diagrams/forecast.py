"""A series with what was predicted of it and its forecast, or a text with what was generated of it."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.digest import VALUE
from rnn_tui.core.run import Run
from rnn_tui.core.voice import predicts_next
from rnn_tui.stepper.commands import BY_ID
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.keys import key_name
from rnn_tui.views.diagrams.written import ENDS, SAMPLED, written_text
from rnn_tui.views.layer.giver import foretold
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.curves import Chart
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting

Array = NDArray[Any]
ROWS = 14
"""Rows that the picture likes."""
LEAST = (24, 5)
"""Columns and rows in which something is seen."""
SIGNS = {False: ("⠒", "×", "┊"), True: (".", "x", "|")}
"""By ASCII or not: the series, what was predicted, and where it ends."""
BORDERS = {False: "┴", True: "+"}
"""By ASCII or not: on the axis, where another sequence begins."""
AHEAD = "o"
"""What goes on, in ASCII."""
CROWDED = 2
"""Timesteps that one column of dots may stand for."""


def rows(frame: Frame) -> int:
    """The rows that it likes: of a short text without lines no more than it needs."""
    given = frame.run.taught.sequence
    if not _letters(frame) or given.parts is not None or any(label in ENDS for label in given.labels[-SAMPLED:]):
        return ROWS
    return min(LEAST[1] + len(frame.walk) // LEAST[0], ROWS)


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for a curve, or for lines of text."""
    return width >= LEAST[0] and height >= LEAST[1]


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """The text or the series. A click carries ``{"t": ...}``."""
    drawing, voice = Drawing(width, height, mark(frame.look.ascii)), frame.run.voice
    if _letters(frame):
        written_text(drawing, frame, heading(frame))
    elif voice is not None or _predicted_next(frame.run):
        _Series(drawing, frame).draw()
    else:
        drawing.write(1, 0, [("y does not say what x will be next: there is nothing to compare", LABEL)], width - 2)
    return drawing


def _predicted_next(run: Run) -> bool:
    """Whether y is what x will be next, which all of x is looked at for, once."""
    return bool(run.memo.get("predicts next", lambda: predicts_next(run.network, run.sequence)))


def _letters(frame: Frame) -> bool:
    """Whether it is a text, of which the next letter is predicted."""
    voice, readout = frame.run.voice, frame.run.readout
    return voice.letters if voice is not None else readout is not None and readout.distribution


def heading(frame: Frame) -> list[Phrase]:
    """What is generated, or how it can be."""
    voice = frame.run.voice
    if voice is None:
        key = key_name(BY_ID["generate"].keys[0])
        return [Phrase.of(DIM, f"  {key} goes on past the end", rank=3)]
    count, drawn = voice.given + voice.ahead - voice.first + 1, [each for each in voice.orders if each is not None]
    heat = next((each for each in drawn if each.temperature), None)
    how = "" if heat is None else f", drawn at {heat.temperature:g}, seed {heat.seed}"
    epoch = f" after epoch {frame.walk.epoch}" if frame.run.learner is not None else ""
    return [
        Phrase.of(NOW, f"  generated: {count} from t = {voice.first}" if count else "  nothing is generated"),
        Phrase.of(LABEL, f"{how}{epoch}", how, rank=4),
    ]


@dataclass(frozen=True, eq=False)
class _Curves:
    """What is drawn of some timesteps, each (n,), NaN where there is nothing.

    Attributes:
        first: the first of them.
        series: as it was given.
        said: what goes on in its place.
        predicted: of a timestep by the one before.
        begins: where, counted from 0, another sequence begins: no curve comes there from the one before.
    """

    first: int
    series: Array
    said: Array
    predicted: Array
    begins: frozenset[int]

    @classmethod
    def of(cls, frame: Frame, unit: int, room: int) -> _Curves:
        """Those around the cursor, of as many timesteps as there is room for; before the first, those at the end."""
        walk, given = frame.walk, frame.run.taught.sequence
        count, cursor = len(walk), frame.t or len(walk)
        first = min(max(cursor - room * 2 // 3, 0), max(count - room, 0))
        end = min(first + room, count)
        times = np.arange(first + 1, end + 1)
        said = np.array([walk.generated(t) and not foretold(frame, t) for t in times.tolist()])
        series, ahead = np.full(len(times), np.nan), np.full(len(times), np.nan)
        known = times <= len(given)
        series[known] = given.x[first : min(end, len(given)), unit]
        ahead[said] = np.asarray(walk.sequence.x[first:end, unit], np.float64)[said]
        if frame.run.voice is not None and first + 1 < frame.run.voice.first <= end:
            before = frame.run.voice.first - 2 - first  # so that it goes on from where it is
            ahead[before] = series[before]
        starts = np.zeros(0, np.int64) if given.parts is None else given.parts.starts[1:] - 1 - first
        begins = starts[(starts >= 0) & (starts < len(times))]
        predicted = _predicted(frame, unit, times, said)
        predicted[begins] = np.nan
        return cls(first + 1, series, ahead, predicted, frozenset(begins.tolist()))

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest, of what was predicted only where nothing else is."""
        whole = np.concatenate([self.series, self.said])
        known = whole[np.isfinite(whole)]
        known = known if known.size else self.predicted[np.isfinite(self.predicted)]
        return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _predicted(frame: Frame, unit: int, times: Array, said: Array) -> Array:
    """What y said one timestep before, where the series was given none the less."""
    walk, found = frame.walk, np.full(len(times), np.nan)
    index = len(walk.network.layers) - 1
    if not walk.tape.digest.has(index, "y", unit, VALUE):
        return found
    low, high, ready = walk.tape.digest.series(index, "y", unit, VALUE)
    before = times.astype(np.int64) - 2  # the row of the y before
    there = (before >= 0) & (before < ready) & ~said
    there &= np.array([not frame.concealed(t - 1) for t in times.tolist()])
    places = before[there] // walk.tape.digest.bucket
    with np.errstate(all="ignore"):
        found[there] = (low[places].astype(np.float64) + high[places]) / 2
    return found


class _Series:
    """Draws a series: a heading, the curves, and an axis."""

    def __init__(self, drawing: Drawing, frame: Frame) -> None:
        self.drawing, self.frame, self.shown = drawing, frame, Shown(frame)
        focus, self.plain = frame.gaze.focus, frame.look.ascii
        size = frame.run.sequence.input_size
        picked = focus is not None and focus.name in ("x", "y") and focus.row < size
        self.unit = focus.row if focus is not None and picked else 0
        self.size = size
        dots = 1 if self.plain else 2
        low, high = _Curves.of(frame, self.unit, CROWDED * dots * max(drawing.width - 2, 1)).ends
        self.limits = [self._told(high), self._told(low)]
        left = max(map(len, self.limits)) + 2
        if left > drawing.width // 3:
            left, self.limits = 1, ["", ""]
        width, height = max(drawing.width - left - 1, 1), drawing.height - 2
        self.curves = _Curves.of(frame, self.unit, CROWDED * dots * width)
        self.chart = Chart(left, 1, width, max(height, 1), len(self.curves.series), low, high, self.plain)

    def _told(self, value: float) -> str:
        """A value, in the unit that is asked for."""
        return self.shown.unit.written("x", self.unit, value)

    def draw(self) -> None:
        """All of it."""
        drawing, curves, chart, frame = self.drawing, self.curves, self.chart, self.frame
        drawing.write(1, 0, fitting(drawing.width - 2, self._heading(), drawing.more), drawing.width - 2)
        for y, text in ((chart.y, self.limits[0]), (chart.y + chart.height - 1, self.limits[1])):
            drawing.put(1, y, text.rjust(chart.x - 2), LABEL)
        place = None if frame.run.voice is None else frame.run.voice.first - curves.first
        if place is not None and 0 < place < len(curves.series):
            drawing.down(chart.column(place), chart.y, SIGNS[self.plain][2] * chart.height, DIM)
        begins = curves.begins
        series, said = (chart.curve(each.tolist(), begins=begins) for each in (curves.series, curves.said))
        if place is not None and place < len(curves.series):  # what was given beside what was said is dotted
            known = np.arange(len(curves.series)) < place
            beside = chart.curve(np.where(known, np.nan, curves.series).tolist(), dotted=True, begins=begins)
            series = {**beside, **chart.curve(np.where(known, curves.series, np.nan).tolist(), begins=begins)}
        for number, value in enumerate(curves.predicted.tolist()):
            at = chart.column(number), chart.row(value) if isfinite(value) else -1
            if at not in series and at not in said and at[1] > 0:
                drawing.put(*at, SIGNS[self.plain][1], LABEL)
        chart.draw(drawing, series, SIGNS[True][0], PLAIN)
        both = {at: bits | series.get(at, 0) for at, bits in said.items()}
        chart.draw(drawing, both, AHEAD, NOW)
        self._axis()

    def _heading(self) -> list[Phrase]:
        """What is drawn, and what is so at the cursor."""
        frame, curves, signs = self.frame, self.curves, SIGNS[self.plain]
        names, t = frame.run.sequence.features, frame.t
        word = names[self.unit] if names else f"x[{self.unit + 1}]" if self.size > 1 else "x"
        phrases = [Phrase.of(TITLE, word), Phrase.of(LABEL, f"  {signs[0]} given  {signs[1]} predicted", rank=1)]
        phrases += heading(frame)
        place = t - curves.first
        if t and 0 <= place < len(curves.series):
            value = curves.said[place] if frame.walk.generated(t) else curves.series[place]
            told = f"  t = {t}: {self._told(float(value))}" if isfinite(value) else ""
            guess = curves.predicted[place]
            also = f", predicted {self._told(float(guess))}" if isfinite(guess) else ""
            phrases.append(Phrase.of(PLAIN, told + also, told, rank=2))
        caption = self.shown.unit.called
        phrases += [Phrase.of(LABEL, f"  {caption}", rank=3)] if caption else []
        border = f"  {BORDERS[self.plain]} another sequence begins"
        return [*phrases, Phrase.of(LABEL, border, rank=5)] if curves.begins else phrases

    def _axis(self) -> None:
        """The timesteps at both ends, and where the cursor is."""
        drawing, curves, chart, labels = self.drawing, self.curves, self.chart, self.frame.walk.sequence.labels
        y, last = drawing.height - 1, curves.first + len(curves.series) - 1
        line, up = ("-", "^") if self.plain else ("─", "▲")
        drawing.put(chart.x, y, line * chart.width, DIM)
        for place in curves.begins:
            drawing.put(chart.column(place), y, BORDERS[self.plain], DIM)
        voice = self.frame.run.voice
        begun = [] if voice is None or not curves.first < voice.first <= last else [voice.first]
        here = [self.frame.t] if curves.first <= self.frame.t <= last else []
        taken: set[int] = set()
        for t in dict.fromkeys([*here, *begun, last, curves.first]):
            at = chart.column(t - curves.first)
            label = labels[t - 1] if labels and labels[t - 1] else ""
            number = f"{up}{t}" if t in here else str(t)
            for text in (f"{number} {label}" if label else number, number):
                x = min(at, chart.x + chart.width - cell_len(text))
                cells = set(range(x - 1, x + cell_len(text) + 1))
                if x >= chart.x and taken.isdisjoint(cells):
                    taken |= cells
                    drawing.put(x, y, f"{text}", NOW if t in here else LABEL)
                    break
        for place in range(len(curves.series)):
            drawing.mark(chart.column(place), 1, 1, drawing.height - 1, {"t": curves.first + place})
