"""Sums written out: which terms have room, what the rest comes to, and what rounding leaves over."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property

from rich.style import Style
from rich.text import Text

from rnn_tui.core.calculator import Column
from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting, length, written

ROUNDING = "rounding of the digits shown"
ROOMY = 4
"""Lines from which on a sum and what becomes of it may have one each: with fewer no term would have any."""
OWN_ROUNDING = "rounding of float{} itself"
TOO_LARGE = "larger than any number of the run"


@dataclass(frozen=True)
class Fold:
    """Terms that have one line together.

    Attributes:
        terms: which.
        words: what they are called; ``{}`` is how many.
    """

    terms: tuple[int, ...]
    words: str = "the other {} sum to"


Entry = int | Fold


def listing(
    values: Sequence[float], groups: Sequence[int], room: int, first: int = 0, kept: int | None = None
) -> tuple[Entry, ...]:
    """The lines of a sum in at most `room`: its terms, or those that matter most and the rest as one.

    Args:
        values: the terms.
        groups: which part of the equation each is of (W.x, U.s, b): as long as there is room, each part has a line.
        room: lines.
        first: where it is not 0, the terms from this one on are shown, and those before and after them as one each.
        kept: a term that is to be seen in any case.
    """
    count = len(values)
    if count <= room:
        return tuple(range(count))
    if first:
        first = min(first, count - max(room - 1, 1))
        end = first + max(room - 1 - (first + room - 1 < count), 1)
        after = (Fold(tuple(range(end, count)), "the {} after sum to"),) if end < count else ()
        return (Fold(tuple(range(first)), "the {} before sum to"), *range(first, end), *after)
    largest = sorted((term for term in range(count) if values[term]), key=lambda term: -_size(values[term]))
    leading: dict[int, int] = {}
    for term in largest:
        leading.setdefault(groups[term], term)
    chosen = [*dict.fromkeys([*([] if kept is None else [kept]), *leading.values()])][: max(room - 1, 0)]
    chosen += [term for term in largest if term not in chosen][: max(room - 1 - len(chosen), 0)]
    rest = tuple(term for term in range(count) if term not in set(chosen))
    return (*sorted(chosen), Fold(rest) if chosen else Fold(rest, "the {} terms sum to"))


def _size(value: float) -> float:
    """By amount; what is no number comes first."""
    return math.inf if math.isnan(value) else abs(value)


@dataclass(frozen=True)
class Written:
    """A sum written out, its numbers below one another.

    Attributes:
        values: all terms.
        label: what stands before a term.
        total: the sum, as it was computed.
        column: the unit that all is written in.
        width: columns that a line has.
        more: the mark of what has no room.
        groups: which part of the equation each term is of.
        first: the first term to be seen; 0 is those that matter most.
        single: whether it was computed in float32.
    """

    values: Sequence[float]
    label: Callable[[int], str]
    total: float
    column: Column
    width: int
    more: str
    groups: Sequence[int] = ()
    first: int = 0
    single: bool = False

    def shown(self, entry: Entry) -> Decimal:
        """The number of a line, as it is written."""
        if isinstance(entry, Fold):
            return self.column.rounded(_sum([self.values[term] for term in entry.terms]))
        return self.column.rounded(self.values[entry])

    def roundings(self, entries: Sequence[Entry]) -> list[tuple[str, Decimal]]:
        """What the numbers shown lack to add up to the sum shown; of that, what the run itself rounded away."""
        told, total = [self.shown(entry) for entry in entries], self.column.rounded(self.total)
        if not all(number.is_finite() for number in told):  # nothing adds up
            return []
        if not total.is_finite():
            return [(TOO_LARGE, total)]
        exact = self.column.rounded(_sum(self.values))
        if not self.single and abs(total - exact) <= self.column.unit:  # which of two roundings it is cannot be told
            exact = total
        own = OWN_ROUNDING.format(32 if self.single else 64)
        found = ((ROUNDING, exact - sum(told, Decimal(0))), (own, total - exact))
        return [(word, number) for word, number in found if number]

    def lines(
        self, height: int, word: str = "sum", function: Phrase | None = None, lit: int | None = None
    ) -> list[Text]:
        """The sum in at most `height` lines, three at the least.

        Each term has one with the sum of what stands above it, then the rest, and the rounding; below what they come
        to, and what becomes of that: beside it where there is room.

        Args:
            height: lines.
            word: what the sum is called.
            function: what becomes of it.
            lit: a term to be lit.
        """
        for below in (1, 2):
            entries, roundings = self.fitted(max(height - below, 1), lit)
            words = [self.words(entry) for entry in entries]
            left = max(len(ROUNDING), *map(len, words), *(len(each) for each, _ in roundings))
            foot = self.foot(word, left, function, tight=height < ROOMY)
            if len(foot) == below:
                break
        lines, so_far = [], Decimal(0)
        for each, entry in zip(words, entries, strict=True):
            so_far = _plus(so_far, self.shown(entry))
            style = LABEL if isinstance(entry, Fold) else NOW if entry == lit else PLAIN
            lines.append(self.line(each, left, self.shown(entry), style, so_far))
        return [*lines, *(self.line(each, left, number, LABEL) for each, number in roundings), *foot]

    def fitted(self, height: int, kept: int | None = None) -> tuple[Sequence[Entry], list[tuple[str, Decimal]]]:
        """The terms and the roundings that have room."""
        groups = self.groups or [0] * len(self.values)
        for room in range(height, 0, -1):
            entries = listing(self.values, groups, room, self.first, kept)
            roundings = self.roundings(entries)
            if len(entries) + len(roundings) <= height:
                break
        return entries, roundings

    def words(self, entry: Entry) -> str:
        """What stands before a line."""
        return entry.words.format(len(entry.terms)) if isinstance(entry, Fold) else self.label(entry)

    @cached_property
    def each(self) -> int:
        """Columns that every number has room in, whichever terms are shown."""
        largest = max(map(_size, self.values))
        most = _sum([abs(value) for value in self.values])
        return max(len(self.column.text(value)) for value in (-largest, -most, self.total))

    def line(self, label: str, left: int, value: Decimal, style: Style, so_far: Decimal | None = None) -> Text:
        """A number behind what it is, with the sum so far where that has room."""
        number = self.column.text(value).rjust(self.each)
        forms = (
            f"   {label:{left}} = {number}",
            f" {label} = {number.strip()}",
            f" {self.more} = {number.strip()}",
        )
        phrases = [Phrase.of(style, *forms)]
        if so_far is not None:
            told = f"so far {self.column.text(so_far).rjust(self.each)}"
            phrases.append(Phrase.of(DIM, f"    {told}", f"  {told}", "", rank=1))
        return written(fitting(self.width, phrases, self.more))

    def foot(self, word: str, left: int, function: Phrase | None, tight: bool) -> list[Text]:
        """What the terms come to, and what becomes of that; where lines are few not below the numbers, if that makes
        it one line."""
        number = self.column.text(self.total)
        total = Phrase.of(TITLE, f"   {word:>{left}} = {number.rjust(self.each)}", f" {word} = {number}")
        if function is None:
            return [written(fitting(self.width, [total], self.more))]
        gap = Phrase.of(PLAIN, "    ")
        if tight and sum(map(length, (total.forms[0], gap.forms[0], function.forms[0]))) > self.width:
            total = Phrase.of(TITLE, f"   {word} = {number}")
        if sum(length(phrase.forms[0]) for phrase in (total, gap, function)) <= self.width:
            return [written(fitting(self.width, [total, gap, function], self.more))]
        below = [Phrase.of(PLAIN, "   "), function]
        return [written(fitting(self.width, line, self.more)) for line in ([total], below)]


def _sum(values: Sequence[float]) -> float:
    """The sum, as exact as a float can be; as plain additions find it where it is not finite."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return sum(values)


def _plus(left: Decimal, right: Decimal) -> Decimal:
    """The sum of two numbers as they are written."""
    if left.is_finite() and right.is_finite():
        return left + right
    return Decimal(float(left) + float(right))
