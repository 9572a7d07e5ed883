"""Numbers out of lists, as JSON and TOML have them: rows of one length, checked one by one."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from rnn_tui.core.sequence import Array
from rnn_tui.core.texts import megabytes
from rnn_tui.files.source import MEMORY_LIMIT, Source, quoted

RowPlace = Callable[[int], str]
"""Where a row, counted from 0, stands in the file."""

KINDS = {list: "a list", dict: "an object", type(None): "null"}


class Rows:
    """Rows of numbers of one length, checked and gathered in little memory.

    Attributes:
        count: how many there are.
        given: how many of them are not null.
    """

    def __init__(self, source: Source, place: RowPlace, may_lack: bool = False) -> None:
        """Begins with none.

        Args:
            source: the file, for errors.
            place: where a row, counted from 0, stands in it.
            may_lack: whether null stands for NaN, of a whole row or of a number in it.
        """
        self.source, self.place, self.may_lack = source, place, may_lack
        self.count = self.given = 0
        self.numbers = array("d")
        self.width, self.first = -1, 0

    def add(self, row: Any) -> None:
        """Adds a list of numbers, or a number where there is one a row. Raises LoadError."""
        if row is None and self.may_lack:
            self.skip(1)
            return
        self._add(row if isinstance(row, list) else [row])
        self.count += 1
        if len(self.numbers) * 8 > MEMORY_LIMIT:
            raise self.source.error(self.place(self.count - 1), f"more than {megabytes(MEMORY_LIMIT)} of numbers")

    def skip(self, count: int) -> None:
        """Adds some rows that are not given."""
        self.numbers.extend([math.nan] * (max(self.width, 0) * count))
        self.count += count

    def _add(self, cells: list[Any]) -> None:
        if self.width < 0:
            self.width, self.first = len(cells), self.count
            self.numbers.extend([math.nan] * (self.width * self.count))
        if len(cells) != self.width:
            held = "1 number" if len(cells) == 1 else f"{len(cells)} numbers"
            where = self.place(self.count)
            raise self.source.error(where, f"has {held} where {self.place(self.first)} has {self.width}")
        self.given += 1
        begin = len(self.numbers)
        try:
            self.numbers.extend(cells)
        except TypeError:
            del self.numbers[begin:]
            self.numbers.extend([self._number(j, cell) for j, cell in enumerate(cells)])
        except OverflowError:
            raise self.source.error(self.place(self.count), "has a number too large for a float") from None

    def _number(self, column: int, cell: Any) -> float:
        if cell is None and self.may_lack:
            return math.nan
        if isinstance(cell, (int, float)):
            try:
                return float(cell)
            except OverflowError:
                raise self.source.error(self.place(self.count), "has a number too large for a float") from None
        why = f"{KINDS.get(type(cell)) or quoted(cell)} is not a number"
        where = f"{self.place(self.count)}, column {column + 1}"
        raise self.source.error(where, why, "a number such as -0.5 is needed")

    def table(self) -> Array:
        """All rows, (T, n) float64; one column of NaN where every row is null."""
        if self.width < 0:
            return np.full((self.count, 1), np.nan)
        return np.frombuffer(self.numbers, np.float64).reshape(self.count, self.width)


def matrix(source: Source, rows: Any, place: RowPlace, may_lack: bool = False) -> Array:
    """`rows` as (T, n) float64; NaN for null, or for a whole row that is null, if `may_lack`.

    Raises:
        LoadError: not rows of numbers, all of one length.
    """
    if not isinstance(rows, list) or not rows:
        raise source.error(place(0).rpartition(",")[0], "has no rows", "a list of rows is needed")
    gathered = Rows(source, place, may_lack)
    for row in rows:
        gathered.add(row)
    return gathered.table()


def strings(source: Source, values: Any, what: str) -> list[str]:
    """Labels or names: strings or numbers, an empty string for null.

    Raises:
        LoadError: not a list of these.
    """
    if values is None:
        return []
    if not isinstance(values, list) or any(isinstance(value, (list, dict)) for value in values):
        raise source.error(what, "is not a list of strings")
    return ["" if value is None else str(value) for value in values]
