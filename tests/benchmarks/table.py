"""A row of the table of budgets, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEADINGS = ("what", "ours", "theirs", "ratio", "budget", "")
WIDTHS = (62, 13, 13, 7, 13, 4)


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        what: what was measured, against whom.
        ours: in `unit`.
        theirs: in `unit`, or None where there is no peer.
        unit: of `ours`, `theirs` and, where there is no peer, `most`.
        most: what the ratio may be at most, or `ours` where there is no peer; None where there is no budget.
        note: in place of the numbers, where something could not be measured.
    """

    what: str
    ours: float = 0.0
    theirs: float | None = None
    unit: str = ""
    most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Our number in theirs."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def verdict(self) -> str:
        """``ok``, ``over``, or nothing where there is no budget."""
        if self.most is None or self.note:
            return ""
        return "ok" if (self.ours if self.ratio is None else self.ratio) <= self.most else "over"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        if self.note:
            return self.what, self.note
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        budget = "" if self.most is None else f"{self.most:g}" if self.theirs is not None else self.amount(self.most)
        theirs = "" if self.theirs is None else self.amount(self.theirs)
        return self.what, self.amount(self.ours), theirs, ratio, budget, self.verdict

    def amount(self, number: float) -> str:
        """A number with three digits that matter, and its unit."""
        digits = 0 if number >= 100 or number == int(number) else 1 if number >= 10 else 2
        return f"{number:.{digits}f} {self.unit}"


def line(cells: Iterable[str]) -> str:
    """Cells under their headings."""
    first, *others = cells
    columns = [first.ljust(WIDTHS[0])]
    columns += [cell.rjust(width) for cell, width in zip(others, WIDTHS[1:], strict=False)]
    return "  ".join(columns).rstrip()


def show(rows: Iterable[Row]) -> Iterator[Row]:
    """Prints rows as they come, and hands them on."""
    for row in rows:
        print(line(row.cells), flush=True)
        yield row
