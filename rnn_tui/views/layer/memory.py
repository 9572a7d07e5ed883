"""The ledger of a memory: what a number of it is made of, timestep by timestep, those first that wrote most of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from rnn_tui.core.calculator import Column, operands
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.memory import Memory
from rnn_tui.core.writers import Ledger, Writer
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.keys import key_name
from rnn_tui.stepper.memories import Selected, changed, changes, picked, remembered, writers
from rnn_tui.stepper.remembering import LAST
from rnn_tui.views.layer.ledger import Arithmetic
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import meant
from rnn_tui.views.sheet.listing import Written
from rnn_tui.views.sheet.notation import LONGEST_LABEL
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE, bar
from rnn_tui.views.sheet.pen import Phrase, fitting, shortened, stacked, written

HEADED, DATED, SUMMED = 8, 5, 4
"""Lines from which the columns have headings, and the last change a line; and lines of writers from which the others
and the sum are among them."""
LEAST_BAR, LONGEST_BAR = 3, 30
BARS = {False: "█≡", True: "#-"}
"""By ASCII or not: what bars are drawn with above zero, and below."""
BELOW = 4
"""Lines that the arithmetic of the number needs below."""
WRITTEN_AT, LEFT, BEGINNING = "written at", "left", "beginning"


def memory_ledger(frame: Frame, width: int, height: int) -> Text:
    """Who wrote the selected number, in `height` lines; why that cannot be told, where it cannot."""
    differs, frame = frame.differing, frame.single
    shown = Shown(frame)
    found, told = remembered(frame), writers(frame)
    if isinstance(found, str) or told is None:
        return stacked([Text(f" {found}", LABEL)], width, height, shown.notation.glyphs.more)
    lines = _Memory(shown, *found, told, width, ", in this run" if differs else "").lines(height)
    if height - len(lines) > BELOW and found[0].t == frame.t:
        number = replace(frame, gaze=replace(frame.gaze, zoom="number", scroll=0))
        lines += [Text(), *Arithmetic(Shown(number), width).lines(height - len(lines) - 1)]
    return stacked(lines, width, height, shown.notation.glyphs.more)


@dataclass(frozen=True)
class _Row:
    """A line of the sum: what it is called, its number, and of a writer what was written and how much is kept."""

    label: str
    value: str
    writer: Writer | None = None
    write: str = ""
    kept: str = ""
    style: Style = LABEL


@dataclass(frozen=True)
class _Columns:
    """The widths of what stands in the lines."""

    label: int
    write: int
    kept: int
    value: int

    @classmethod
    def of(cls, rows: Sequence[_Row], words: Sequence[str]) -> _Columns:
        """As wide as the longest of each, and as the words above them."""
        told = [row for row in rows if row.writer is not None]
        columns = ([getattr(row, name) for row in told] for name in ("label", "write", "kept"))
        label, write, kept = (max(map(cell_len, (w, *column))) for w, column in zip(words[:3], columns, strict=True))
        longest = max(cell_len(row.label) for row in rows)
        value = max(map(len, (words[3], *(row.value for row in rows))))
        return cls(max(label, longest - (2 + write + 3 + kept)), write, kept, value)

    @property
    def whole(self) -> int:
        """All of a line but its bar."""
        return 3 + self.label + 2 + self.write + 3 + self.kept + 3 + self.value


@dataclass(frozen=True)
class _Memory:
    """Writes the ledger of one number, `width` wide; `where` says of which of two runs."""

    shown: Shown
    number: Selected
    memory: Memory
    told: Ledger
    width: int
    where: str = ""

    @property
    def more(self) -> str:
        """The mark of what has no room."""
        return self.shown.notation.glyphs.more

    @cached_property
    def column(self) -> Column:
        """The unit of all that is added up."""
        return self.shown.column(self.told.value, *(writer.value for writer in self.told.writers))

    def lines(self, height: int) -> list[Text]:
        """The number, its writers as far as there is room, the others as one, the sum, and the last change."""
        room, words = height - 1 - (height >= DATED), self.words
        rows = self.rows(room - 1) if height >= HEADED else []
        headed = bool(rows) and _Columns.of(rows, words).whole <= self.width
        rows = rows if headed else self.rows(room)
        columns = _Columns.of(rows, words if headed else [""] * len(words)) if rows else _Columns(0, 0, 0, 0)
        lines = [self.title(), *([self.heading(columns)] if headed else [])]
        lines += [self.line(row, columns, self.scale(rows)) for row in rows]
        return [*lines, self.last_change()] if height >= DATED else lines

    @cached_property
    def words(self) -> tuple[str, str, str, str]:
        """What stands above the columns."""
        write, keep = (self.shown.notation.expression(side, None) for side in (self.memory.write, self.memory.keep))
        return WRITTEN_AT, write, f"kept by {keep}", LEFT

    def title(self) -> Text:
        """The number, and how old it is."""
        focus = self.shown.frame.gaze.focus
        name = self.number.state if focus is None else focus.name
        called = self.shown.notation.at(name, self.number.t) + self.shown.place(name, (self.number.row,))
        phrases = [Phrase.of(NOW, f" {called}"), Phrase.of(TITLE, f" = {self.column.text(self.told.value)}")]
        phrases += [Phrase.of(LABEL, self.where, rank=2)] if self.where else []
        if self.told.older is not None:
            phrases.append(Phrase.of(LABEL, *self.age(*self.told.older), rank=1))
        return written(fitting(self.width, phrases, self.more))

    def age(self, steps: int, older: float) -> tuple[str, ...]:
        """How much of the number is older than so many timesteps: as a share, where it is a part of it."""
        than = f"older than {steps} step{'s' * (steps > 1)}"
        share = older / self.told.value if self.told.value else math.nan
        if not older:
            return f", nothing of it is {than}", f", none {than}"
        if not 0 <= share <= 1:
            return (f", {than}: {self.column.text(older)}",)
        return f", {share * 100:.0f} percent of it is {than}", f", {share * 100:.0f}% {than}"

    def rows(self, room: int) -> list[_Row]:
        """The lines of the sum in so many: writers, the one that is picked among them, the others, and the sum."""
        every, at = self.told.writers, picked(self.shown.frame)
        below: list[_Row] = []
        for count in range(min(room, len(every)), 0, -1):
            begin = min(max(at - count + 1, 0), len(every) - count)
            chosen = every[begin : begin + count]
            below = self.below(chosen) if room >= SUMMED else []
            if count + len(below) <= room:
                break
        ranked = enumerate(chosen, begin) if room > 0 else ()
        return [*(self.row(writer, rank == at) for rank, writer in ranked), *below]

    def row(self, writer: Writer, lit: bool) -> _Row:
        """One writer; what was written and what is left of it in as many digits as give its value."""
        value = self.column.text(writer.value)
        numbers = (writer.write, writer.kept)
        write, kept = operands(numbers, self.shown.finer, value, self.column.unit, lambda *two: math.prod(two))
        return _Row(self.label(writer), value, writer, write, kept, NOW if lit else PLAIN)

    def label(self, writer: Writer) -> str:
        """When it wrote."""
        walk, after = self.shown.frame.walk, writer.t + (-1 if self.shown.frame.layer.reverse else 1)
        if writer.begins:
            return f"afresh at {after}" if 1 <= writer.t <= len(walk) else BEGINNING
        name = shortened(walk.sequence.label(writer.t), LONGEST_LABEL, self.more)
        return f"t = {writer.t}  {name}".rstrip() + (", set" if writer.given else "")

    def below(self, chosen: Sequence[Writer]) -> list[_Row]:
        """What is not told one by one, what rounding leaves over, and the sum."""
        own = [writer.value for writer in chosen]
        found: list[tuple[str, float]] = []
        rest, total, count = self.told.rest, self.told.total, self.told.count
        if rest is not None and not self.column.rounded(rest.value):
            total, count, rest = total + rest.value, count + rest.count, None
        if count > len(own):
            found.append((f"the other {count - len(own)}", sum([total, *(-value for value in own)])))
        if rest is not None:
            found.append((f"the {rest.count} up to t = {rest.t}", rest.value))
        values = [*own, *(value for _, value in found)]
        sums = Written(values, str, self.told.value, self.column, self.width, self.more, single=self.shown.single)
        roundings = sums.roundings(range(len(values)))
        rows = [_Row(word, self.column.text(value)) for word, value in found]
        rows += [_Row(word, self.column.text(value)) for word, value in roundings]
        return [*rows, _Row("sum", self.column.text(self.told.value), style=TITLE)]

    def heading(self, columns: _Columns) -> Text:
        """The words above the columns."""
        label, write, kept, value = self.words
        numbers = f"  {write:>{columns.write}}   {kept:>{columns.kept}}   {value:>{columns.value}}"
        text = f"   {_filled(label, columns.label)}{numbers}"
        return written([(text, LABEL)])

    def scale(self, rows: Sequence[_Row]) -> float:
        """The value that has the longest bar."""
        sizes = (abs(row.writer.value) for row in rows if row.writer is not None)
        return max((size for size in sizes if math.isfinite(size)), default=0.0)

    def line(self, row: _Row, columns: _Columns, scale: float) -> Text:
        """A line of the sum; of a writer with its numbers and a bar, and a click goes there."""
        if row.writer is None:
            label = _filled(row.label, columns.whole - 6 - columns.value)
            forms = (f"   {label} = {row.value:>{columns.value}}", f" {row.label} = {row.value}")
            phrase = Phrase.of(row.style, *forms, f" {self.more} = {row.value}")
            return written(fitting(self.width, [phrase], self.more))
        ascii_, meta = self.shown.frame.look.ascii, meant((("t", row.writer.t),))
        mark = (" > " if ascii_ else " ▶ ") if row.style is NOW else "   "
        by, style = "x" if ascii_ else "×", row.style + meta
        product = f"  {row.write:>{columns.write}} {by} {row.kept:>{columns.kept}}"
        phrases = [
            Phrase.of(style, f"{mark}{_filled(row.label, columns.label)}"),
            Phrase.of(style, product, rank=2),
            Phrase.of(style, f" = {row.value:>{columns.value}}", f" = {row.value}", rank=1),
            *self.bar(row.writer.value, self.width - columns.whole - 3, scale, meta),
        ]
        return written(fitting(self.width, phrases, self.more))

    def bar(self, value: float, room: int, scale: float, meta: Style) -> list[Phrase]:
        """A value as a bar: filled above zero, lines below."""
        room = min(room, LONGEST_BAR)
        if room < LEAST_BAR or not scale or not math.isfinite(value) or not self.column.rounded(value):
            return []
        cells = max(math.ceil(abs(value) / scale * room - 0.05), 1)
        glyph = BARS[self.shown.frame.look.ascii][value < 0]
        style = Style(color=bar(value > 0, True, True)) + meta
        return [Phrase.of(PLAIN, "  ", "", rank=3), Phrase.of(style, glyph * cells, "", rank=3)]

    def last_change(self) -> Text:
        """When it changed last by more than what counts as a change."""
        frame = self.shown.frame
        there, least = changed(frame, self.number), f"{frame.gaze.change:g}"
        here = changes(frame, self.number)
        if there is None:
            text = f"changed by more than {least} here, never before" if here else f"no change over {least} so far"
            return written(fitting(self.width, [Phrase.of(LABEL, f"   {text}", f" {text}")], self.more))
        when = f"t = {there}"
        opening = f"changed by more than {least} here, before that at " if here else f"last change over {least}: "
        shorter = f"over {least}: here, and " if here else f"over {least}: "
        phrases = [
            Phrase.of(LABEL, f"   {opening}", f" {shorter}"),
            Phrase.of(PLAIN + meant((("t", there),)), when),
            Phrase.of(LABEL, f", {key_name(LAST)} goes there", "", rank=1),
        ]
        return written(fitting(self.width, phrases, self.more))


def _filled(text: str, width: int) -> str:
    """A text and blanks up to a width."""
    return text + " " * (width - cell_len(text))
