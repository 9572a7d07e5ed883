"""What a cell of a delimited file says: a number in its dialect, or that one is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.wanted import Wanted

USUAL_MARKS = frozenset(
    ("na", "n/a", "#n/a", "nan", "null", "none", "nil", "?", "-", "--", ".", "..", "*", "missing", "")
)
"""What people write where a number is missing, in small letters."""
COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


def plain_number(cell: str) -> float:
    """``-0.5``, ``1e3``, ``nan``; unlike `float` without ``1_000``."""
    if "_" in cell:
        raise ValueError
    return float(cell)


def decimal_comma(cell: str) -> float:
    """A number with a decimal comma or point, as it stands in files with ``;`` between the cells."""
    return plain_number(cell.replace(",", "."))


@dataclass(frozen=True)
class Cells:
    """The dialect of the numbers of a file.

    Attributes:
        decimal: the decimal mark; empty for the point, or a comma, too, where ``;`` stands between cells.
        thousands: the mark between thousands, or empty.
        marks: the cells that say that a number is missing.
        values: those of the marks that are numbers themselves, such as -200.
        blank: whether an empty cell says so.
    """

    delimiter: str
    decimal: str = ""
    thousands: str = ""
    marks: frozenset[str] = frozenset()
    values: tuple[float, ...] = ()
    blank: bool = False

    @classmethod
    def of(cls, wanted: Wanted, delimiter: str) -> Cells:
        """The dialect that is asked for."""
        plain = cls(delimiter, wanted.decimal, wanted.thousands)
        values = tuple(plain.number(mark) for mark in wanted.missing if plain.is_number(mark))
        marks = frozenset(wanted.missing)
        return cls(delimiter, wanted.decimal, wanted.thousands, marks, values, wanted.fills)

    @property
    def number(self) -> Callable[[str], float]:
        """Reads a cell as a float, a missing one not; raises ValueError where it is none."""
        if self.thousands or self.decimal:
            return self._marked
        return decimal_comma if self.delimiter == ";" else plain_number

    def _marked(self, cell: str) -> float:
        cell, point = cell.strip(), self.decimal or "."
        if self.thousands and self.thousands in cell:
            whole, mark, rest = cell.partition(point)
            first, *groups = whole.split(self.thousands)
            digits = first.lstrip("+-")
            if not digits.isdecimal() or len(digits) > 3 or not all(len(g) == 3 and g.isdecimal() for g in groups):
                raise ValueError
            cell = f"{first}{''.join(groups)}{mark}{rest}"
        if point != ".":
            if "." in cell:
                raise ValueError
            cell = cell.replace(point, ".")
        return plain_number(cell)

    def is_number(self, cell: str) -> bool:
        """Whether a cell reads as a number."""
        try:
            self.number(cell)
        except ValueError:
            return False
        return True

    def is_missing(self, cell: str) -> bool:
        """Whether a cell says that a number is missing."""
        return cell in self.marks or (self.blank and not cell)

    def value(self, cell: str) -> float:
        """A cell as a float, NaN where it is missing. Raises ValueError."""
        return math.nan if self.is_missing(cell.strip()) else self.number(cell)

    def holds(self, cell: str) -> str:
        """What a cell looks like: ``number``, ``missing`` by the usual marks or by those named, else ``text``."""
        cell = cell.strip()
        if self.is_missing(cell) or cell.lower() in USUAL_MARKS:
            return "missing"
        number = self.is_number(cell) or GROUPED.fullmatch(cell) or COMMA_NUMBER.fullmatch(cell)
        return "number" if number else "text"

    def hint(self, cell: str) -> str:
        """What to type where a cell is no number, but would be one, or a missing one, in another dialect."""
        if not cell:
            return "fill = previous, mean or zero fills it, fill = drop leaves such rows out"
        if GROUPED.fullmatch(cell) and COMMA_NUMBER.fullmatch(cell):
            return "add thousands = , or decimal = ,"
        if GROUPED.fullmatch(cell):
            return "add thousands = ,"
        if COMMA_NUMBER.fullmatch(cell):
            return "add decimal = ,"
        if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}", cell):
            return "add thousands = . and decimal = ,"
        return f"add missing = {cell}" if cell.lower() in USUAL_MARKS else ""
