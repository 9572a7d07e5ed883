"""Where a number comes from across time: how much every x_k matters to it, by running again without it and by gradient.

One bar for every k over a zero line, to the right as time goes, and where there is room its number below.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.style import Style

from rnn_tui.core.across import Across
from rnn_tui.core.columns import begins, stretches
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import fixed, free
from rnn_tui.core.references import Ref
from rnn_tui.stepper.across import EARLY, across_time, asked
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.bars import Bars, Scale
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.measures import short
from rnn_tui.views.sheet.notation import LONGEST_LABEL, Notation, printable, said_mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE, WRONG
from rnn_tui.views.sheet.pen import Phrase, Run, fitting

ROWS = 11
"""Rows that the picture likes."""
REMOVED, GRADIENT = "removed", "gradient"
GUTTER = len(GRADIENT) + 2
"""Columns left of the bars."""
WIDEST = 12
"""Columns of a bar."""
TWO_LINES = 7
"""Rows from which there are two lines above the bars."""
FINER, MOST = 2, 4
"""A part of the number has so many digits more than the tables, and at most so many, but never fewer."""
MORE_DIGITS = 4
"""Digits that two numbers may have beyond those of the tables, so that their difference can be told."""


def rows(frame: Frame) -> int:
    """The rows that the picture likes."""
    return ROWS


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for a few rows of bars."""
    return width >= 40 and height >= 6


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """What the number is and what it would be without the x that matters most; bars. A click carries ``{"t": k}``."""
    shown = Shown(frame)
    drawing, number = Drawing(width, height, shown.notation.glyphs.more), asked(frame)
    if number is None:
        drawing.write(1, 0, [(EARLY, LABEL)], width - 2)
        return drawing
    name, found = called(shown, number), across_time(frame)
    if found is None:
        drawing.write(1, 0, [(name, TITLE), (" is ?, and where it comes from must not be told yet", LABEL)], width - 2)
        return drawing
    told, noted = _told(shown, found, name), _noted(shown, found)
    lines = [told, noted] if height >= TWO_LINES else [[*told, *(Phrase(p.forms, p.rank + 2) for p in noted)]]
    for row, phrases in enumerate(lines):
        drawing.write(1, row, fitting(width - 2, phrases, drawing.more), width - 2)
    if found.slopes or not found.over:
        _Plot(drawing, shown, found, len(lines)).draw()
    return drawing


def called(shown: Shown, number: Ref) -> str:
    """The number's name: ``y₄[2]``; of another layer than that which is looked at ``1:y₄[2]``."""
    frame, row = shown.frame, number.row or 0
    if number.layer == frame.index + 1:
        return shown.notation.at(number.name, number.t) + shown.place(number.name, (row,))
    cell = frame.walk.network.layers[number.layer - 1].cell
    notation = Notation(frame.look.ascii, frame.look.names, cell)
    return f"{number.layer}:{notation.at(number.name, number.t)}[{row + 1}]"


def sequence_notation(shown: Shown) -> Notation:
    """How the x of the sequence is written, whichever layer is looked at."""
    frame = shown.frame
    return Notation(frame.look.ascii, frame.look.names, frame.walk.network.layers[0].cell)


def x_called(shown: Shown, k: int) -> str:
    """The x of a timestep, with its label."""
    frame, notation = shown.frame, sequence_notation(shown)
    label = printable(frame.walk.sequence.label(k), frame.look.ascii)
    named = 0 < cell_len(label) <= LONGEST_LABEL
    return f"{notation.at('x', k)} {label}" if named else notation.at("x", k)


def signed(value: float, digits: int) -> str:
    """A part of a number, with its sign; an exponent where it is small, 0 where it is nothing."""
    if not value or not math.isfinite(value):
        return free(value, 0)
    return ("+" if value > 0 else "") + short(value, max(min(digits + FINER, MOST), digits))


def apart(value: float, other: float, digits: int) -> tuple[str, str, str] | None:
    """Two numbers and their difference in so many digits, or some more, that the one is the difference of the others.

    None where they are too near to one another for that.
    """
    for places in range(digits, digits + MORE_DIGITS + 1):
        texts = tuple(fixed(each, places) for each in (value, other, value - other))
        unit = 10.0**-places
        if abs(float(texts[0]) - float(texts[1]) - float(texts[2])) < unit / 2 and abs(value - other) >= unit / 2:
            return texts[0], texts[1], ("+" if value > other else "") + texts[2]
    return None


def _told(shown: Shown, found: Across, name: str) -> list[Phrase]:
    """What the number is, and what it would be without the x that matters most."""
    digits, best = shown.frame.look.digits, found.strongest
    value = free(found.value, digits)
    start = Phrase((((name, TITLE), (f" is {value}", PLAIN)),))
    if best is None:
        whole = found.over and not found.why
        return [start, Phrase.of(LABEL, "; no x matters to it", rank=1)] if whole else [start]
    x = x_called(shown, best)
    if best not in found.without:
        part = signed(found.slopes[best], digits)
        return [start, Phrase.of(LABEL, f"; {x} matters most, by gradient {part}", f"; {x} {part}", rank=1)]
    texts = apart(found.value, found.without[best], digits)
    if texts is None:
        part = signed(found.effects[best], digits)
        return [start, Phrase.of(LABEL, f"; {x} matters most, for {part} of it", f"; {x} {part}", rank=1)]
    start = Phrase((((name, TITLE), (f" is {texts[0]}", PLAIN)), ((name, TITLE), (f" {texts[0]}", PLAIN))))
    forms: list[tuple[Run, ...]] = [
        (("; without ", LABEL), (x, TITLE), (words, LABEL), (texts[1], PLAIN), (f" ({texts[2]})", LABEL))
        for words in (", which matters most, it would be ", " it would be ", " ")
    ]
    forms.append((("; ", LABEL), (x, TITLE), (f" {texts[2]}", LABEL)))
    return [start, Phrase(tuple(forms), 1)]


def _noted(shown: Shown, found: Across) -> list[Phrase]:
    """How far it has come, what is left out, and what is drawn."""
    notes = []
    if not found.over and not found.why:
        notes.append(Phrase.of(NOW, f"{len(found.without)} of {len(found.ks)} run again  "))
    if found.why:
        notes.append(Phrase.of(LABEL, f"by gradient alone: {found.why}  " if found.slopes else f"{found.why}  "))
    elif found.over and len(found.ks) > 1 and not any(found.skipped) and _alone(found):
        notes.append(Phrase.of(TITLE, "nothing of it comes from any other x  ", "no other x matters  "))
    before, after = found.skipped
    for count, side in ((before, "earlier"), (after, "later")):
        if count and (found.slopes or not found.over):
            notes.append(Phrase.of(LABEL, f"{count} {side} x not looked at  ", f"{count} {side} left out  ", rank=1))
    word = sequence_notation(shown).word("x")
    legend = f"{GRADIENT}: slope times {word}"
    if not found.why:
        what = "the row it chooses" if found.tables else word
        legend = f"{REMOVED}: run again with {what} = 0; {legend}"
    if _said(found):
        sign = said_mark(shown.frame.look.ascii)
        notes.append(Phrase.of(LABEL, f"what y said ({sign}) stays as x  ", f"{sign} stay as they are  ", rank=1))
    if shown.frame.teaching is not None:
        notes.append(Phrase.of(LABEL, "with the weights as they were used  ", "weights as used  ", rank=2))
    return notes if found.over and not found.slopes else [*notes, Phrase.of(LABEL, legend, "", rank=3)]


def _said(found: Across) -> bool:
    """Whether some x that are looked at are what y said: without an earlier x they stay, though y would say others."""
    return any(found.walk.generated(k) for k in found.ks[1:] if k <= (found.number.t or 0))


def _alone(found: Across) -> bool:
    """Whether the x of its own timestep matters, and no other, though there are some that are not zeros."""
    own, x = found.number.t, found.walk.sequence.x
    others = [effect for k, effect in found.effects.items() if k != own and x[k - 1].any()]
    return bool(others) and not any(others) and found.strongest == own


@dataclass(frozen=True)
class _Column:
    """Where some k stand that follow one another: one of them, or where there are more than columns several."""

    x: int
    width: int
    ks: Sequence[int]


class _Plot:
    """The bars, below some lines."""

    def __init__(self, drawing: Drawing, shown: Shown, found: Across, top: int) -> None:
        """Finds the columns.

        Args:
            drawing: what is drawn on.
            shown: how it is written.
            found: what is drawn.
            top: the first row.
        """
        self.drawing, self.shown, self.found, self.top = drawing, shown, found, top
        self.strongest = found.strongest
        self.blocks: list[tuple[str, Mapping[int, float]]] = [(GRADIENT, found.slopes)]
        if not found.why:
            self.blocks.insert(0, (REMOVED, found.effects))
        digits, count, room = shown.frame.look.digits, len(found.ks), max(drawing.width - GUTTER - 1, 1)
        told = [signed(value, digits) for _, values in self.blocks for value in values.values()]
        longest = max(map(len, [*told, signed(-0.1, digits)]))
        wide = min(room // count, WIDEST)
        self.numbers = longest < wide
        if wide > 1:
            self.columns = [_Column(GUTTER + place * wide, wide - 1, (k,)) for place, k in enumerate(found.ks)]
            return
        self.columns = [
            _Column(GUTTER + each.column, each.width, found.ks[each.first : each.end])
            for each in stretches(begins(count, room), count)
        ]

    def draw(self) -> None:
        """Draws the blocks, one below the other, and the axis."""
        height, y = self.drawing.height - self.top - 1, self.top
        for index, (title, values) in enumerate(self.blocks):
            rows = height // len(self.blocks) + (index < height % len(self.blocks))
            if rows > 0:
                self._block(title, values, y, rows)
            y += rows
        if height >= 0:
            self._axis(self.drawing.height - 1)
        for column in self.columns:
            middle = column.ks[len(column.ks) // 2]
            self.drawing.mark(column.x, self.top, column.width, height + 1, {"t": middle})

    def _block(self, title: str, values: Mapping[int, float], y: int, rows: int) -> None:
        """One kind of bars, and below the numbers."""
        look, bars = self.shown.frame.look, rows - (self.numbers and rows > 1)
        ranges = [_range([values[k] for k in column.ks if k in values]) for column in self.columns]
        part, scale = Drawing(self.drawing.width, bars, self.drawing.more), Scale.of(ranges, bars)
        drawn = Bars(part, scale, look)
        for column, ends in zip(self.columns, ranges, strict=True):
            for x in range(column.x, column.x + column.width):
                drawn.column(x, ends, True, self.shown.frame.t in column.ks)
        self.drawing.paste(part, y)
        self.drawing.put(1, y, title, TITLE)
        if rows > 1 and any(values.values()):
            self.drawing.put(1, y + 1, scale.limit(look.ascii, look.digits), LABEL)
        for column in self.columns if bars < rows else ():
            value = values.get(column.ks[0])
            text = self.drawing.more if value is None else signed(value, look.digits)
            style = DIM if value is None else PLAIN if math.isfinite(value) else WRONG
            self.drawing.put(column.x, y + rows - 1, text, self._style(column.ks[0], style))

    def _style(self, k: int, usual: Style) -> Style:
        """How what is written about a timestep looks."""
        return TITLE if k == self.strongest else NOW if k == self.shown.frame.t else usual

    def _axis(self, y: int) -> None:
        """The timesteps, that which matters most with a mark: all of them with their labels, or the foremost."""
        found, frame = self.found, self.shown.frame
        self.drawing.put(1, y, "k", LABEL)
        mark = "^" if frame.look.ascii else "▲"
        numbers = [f"{mark if k == self.strongest else ''}{k}" for k in found.ks]
        labels = [printable(frame.walk.sequence.label(k), frame.look.ascii) for k in found.ks]
        both = [f"{number} {label}" if label else number for number, label in zip(numbers, labels, strict=True)]
        for texts in (both, numbers):
            if len(self.columns) == len(texts) and max(map(cell_len, texts)) <= min(c.width for c in self.columns):
                for column, text in zip(self.columns, texts, strict=True):
                    self.drawing.put(column.x, y, text, self._style(column.ks[0], LABEL))
                return
        taken: set[int] = set()
        for k in dict.fromkeys((self.strongest, frame.t, found.ks[0], found.ks[-1])):
            place = next((column.x for column in self.columns if k in column.ks), None)
            if k is None or place is None:
                continue
            text = numbers[k - found.ks[0]]
            x = min(place, self.drawing.width - 1 - len(text))
            if taken.isdisjoint(range(x - 1, x + len(text) + 1)):
                taken.update(range(x, x + len(text)))
                self.drawing.put(x, y, text, self._style(k, LABEL))


def _range(known: Sequence[float]) -> tuple[float, float] | None:
    """The smallest and the largest of some numbers; one that is not finite where there is one; None of none."""
    strange = next((value for value in known if not math.isfinite(value)), None)
    return (strange, strange) if strange is not None else (min(known), max(known)) if known else None
