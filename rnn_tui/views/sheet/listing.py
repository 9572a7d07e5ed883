"""Sums written out: which terms have room, what the rest comes to, and what rounding leaves over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rich.text import Text

from rnn_tui.core.decimals import number
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN

ROUNDING = "rounding of the digits shown"


def column(value: float, digits: int) -> str:
    """A number to stand under others."""
    return number(value, digits, digits + 4)


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
            shown = sum((Decimal(column(value, digits).strip()) for value in told), Decimal(0))
            return Decimal(column(total, digits).strip()) - shown
        except InvalidOperation:  # not finite: nothing adds up
            return Decimal(0)

    def lines(
        self,
        values: Sequence[float],
        labels: Sequence[str],
        total: float,
        digits: int,
        left: int,
        lit: int | None = None,
    ) -> list[Text]:
        """One line a term with the sum so far, the rest, and the rounding, the equals signs `left` columns in."""
        so_far, lines = 0.0, []
        for index in self.shown:
            so_far += values[index]
            style = NOW if index == lit else PLAIN
            line = Text(f"   {labels[index]:{left}} = {column(values[index], digits)}", style)
            lines.append(line.append(f"    so far {column(so_far, digits)}", DIM))
        if self.rest is not None:
            text = f"the other {self.others} sum to"
            line = Text(f"   {text:{left}} = {column(self.rest, digits)}", LABEL)
            lines.append(line.append(f"    so far {column(so_far + self.rest, digits)}", DIM))
        if rounding := self.rounding(values, total, digits):
            lines.append(Text(f"   {ROUNDING:{left}} = {column(float(rounding), digits)}", LABEL))
        return lines


def widest(labels: Iterable[str]) -> int:
    """The columns that the terms of a sum take, so that what is said of the rest has room as well."""
    return max([len(ROUNDING), *map(len, labels)])
