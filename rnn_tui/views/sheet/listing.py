"""Sums written out: which terms have room, what the rest comes to, and what rounding leaves over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from rich.style import Style
from rich.text import Text

from rnn_tui.core.decimals import free
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting, length, written

ROUNDING = "rounding of the digits shown"


@dataclass(frozen=True)
class Listing:
    """The terms of a sum that have room, in order, and the rest.

    Attributes:
        shown: indices of the terms.
        rest: what the others sum to; None where there are none.
        others: how many they are.
    """

    shown: tuple[int, ...]
    rest: float | None
    others: int

    @classmethod
    def of(cls, values: Sequence[float], room: int) -> Listing:
        """All terms, or where there is no room the largest, by amount, and the rest as one."""
        count = len(values)
        if count <= room:
            return cls(tuple(range(count)), None, 0)
        largest = sorted(range(count), key=lambda i: -abs(values[i]))[: max(room - 1, 0)]
        rest = sum(values[i] for i in set(range(count)) - set(largest))
        return cls(tuple(sorted(largest)), rest, count - len(largest))

    @classmethod
    def closing(cls, values: Sequence[float], total: float, digits: int, room: int) -> Listing:
        """As `of`, but leaving a line for the rounding where there is some."""
        listing = cls.of(values, room)
        if listing.rounding(values, total, digits) and len(listing.shown) + bool(listing.others) == room:
            return cls.of(values, max(room - 1, 1))
        return listing

    def rounding(self, values: Sequence[float], total: float, digits: int) -> Decimal:
        """What the numbers shown lack to add up to the sum shown."""
        told = [values[index] for index in self.shown] + ([] if self.rest is None else [self.rest])
        try:
            return Decimal(free(total, digits)) - sum((Decimal(free(value, digits)) for value in told), Decimal(0))
        except InvalidOperation:  # not finite: nothing adds up
            return Decimal(0)


@dataclass(frozen=True)
class Written:
    """A sum written out, its numbers below one another.

    Attributes:
        values, labels: of all terms.
        total: the sum.
        digits: after the decimal point.
        width: columns that a line has.
        more: the mark of what has no room.
    """

    values: Sequence[float]
    labels: Sequence[str]
    total: float
    digits: int
    width: int
    more: str

    @property
    def left(self) -> int:
        """Columns that the terms take, so that what is said of the rest has room as well."""
        return max([len(ROUNDING), *map(len, self.labels)])

    @cached_property
    def each(self) -> int:
        """Columns that every number has room in."""
        most = -sum(abs(value) for value in self.values)
        return max(self.digits + 4, *(len(free(value, self.digits)) for value in (*self.values, self.total, most)))

    def line(self, label: str, value: float, style: Style, so_far: float | None = None) -> Text:
        """A number behind what it is, with the sum so far where that has room."""
        number = free(value, self.digits).rjust(self.each)
        forms = (
            f"   {label:{self.left}} = {number}",
            f" {label} = {number.strip()}",
            f" {self.more} = {number.strip()}",
        )
        phrases = [Phrase.of(style, *forms)]
        if so_far is not None:
            told = f"so far {free(so_far, self.digits).rjust(self.each)}"
            phrases.append(Phrase.of(DIM, f"    {told}", f"  {told}", "", rank=1))
        return written(fitting(self.width, phrases, self.more))

    def lines(self, height: int, lit: int | None = None) -> list[Text]:
        """At most `height` lines: one a term with the sum so far, the rest, and the rounding."""
        so_far, lines, listing = 0.0, [], Listing.closing(self.values, self.total, self.digits, height)
        for index in listing.shown:
            so_far += self.values[index]
            lines.append(self.line(self.labels[index], self.values[index], NOW if index == lit else PLAIN, so_far))
        if listing.rest is not None:
            lines.append(self.line(f"the other {listing.others} sum to", listing.rest, LABEL, so_far + listing.rest))
        if rounding := listing.rounding(self.values, self.total, self.digits):
            lines.append(self.line(ROUNDING, float(rounding), LABEL))
        return lines

    def foot(self, word: str = "sum", function: Phrase | None = None) -> list[Text]:
        """What the terms come to, standing under them, and what becomes of that: beside it where there is room."""
        number = free(self.total, self.digits)
        total = Phrase.of(TITLE, f"   {word:>{self.left}} = {number.rjust(self.each)}", f" {word} = {number}")
        if function is None:
            return [written(fitting(self.width, [total], self.more))]
        gap = Phrase.of(PLAIN, "    ")
        if sum(length(phrase.forms[0]) for phrase in (total, gap, function)) <= self.width:
            return [written(fitting(self.width, [total, gap, function], self.more))]
        below = [Phrase.of(PLAIN, "   "), function]
        return [written(fitting(self.width, line, self.more)) for line in ([total], below)]
