"""Sequences as JSON: one value in a .json file, one timestep a line in .jsonl."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.files.assembly import STRINGS_LIMIT, assemble, choose, split_targets, too_many_strings
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import MEMORY_LIMIT, Source, megabytes, quoted
from rnn_tui.files.wanted import Wanted

RowPlace = Callable[[int], str]
"""Where a row, counted from 0, stands in the file."""

JSON_LIMIT = 16 * 1024**2
"""The bytes of one value of JSON, which grows up to 24 times in memory while it is read."""

KINDS = {list: "a list", dict: "an object", type(None): "null"}


def load_json(source: Source, wanted: Wanted) -> Sequence:
    """A list of rows, or an object {"x": rows, "targets": rows, "labels": list, "features": list}.

    All but x may be absent. A row is a list of numbers, or a number where there is one feature. A list of
    objects, or of lists of rows, is several sequences. A null among the targets means that there is none.
    Other keys are left alone.

    Raises:
        LoadError: with line and column, not JSON; with row and column, not such a list or object.
    """
    value = parse(source, source.text(JSON_LIMIT, "as .jsonl, a timestep a line, it may be larger"), 1)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        several = value
    elif isinstance(value, list) and value and _is_list_of_lists(value[0]):
        several = [{"x": rows} for rows in value]
    else:
        several = [value if isinstance(value, dict) else {"x": value}]
    index = choose(source, wanted, len(several))
    within = f"sequence {index + 1}, " if len(several) > 1 else ""
    chosen = several[index]
    if not isinstance(chosen, dict) or not isinstance(chosen.get("x"), list):
        raise source.error(within[:-2], "has no list x", 'a list of rows or {"x": [...]} is needed')

    def part(name: str, plural: str) -> Any:
        return chosen.get(plural, chosen.get(name))

    def row_place(what: str) -> RowPlace:
        return lambda row: f"{within}{what}, row {row + 1}"

    x = matrix(source, chosen["x"], row_place("x"))
    wished = part("target", "targets")
    targets = None if wished is None else matrix(source, wished, row_place("targets"), may_lack=True)
    labels = strings(source, part("label", "labels"), f"{within}labels")
    features = strings(source, part("feature", "features"), f"{within}features")
    x, targets, features = split_targets(source, wanted, x, targets, features)

    def place(what: str, row: int, column: int) -> str:
        return f"{row_place(what)(row)}, column {column + 1}"

    return assemble(source, wanted, x, targets, labels, features, place, len(several))


def load_json_lines(source: Source, wanted: Wanted) -> Sequence:
    """One timestep a line: a row, or an object {"x": row, "target": row, "label": string}.

    All but x may be absent. Blank lines part the file into several sequences.

    Raises:
        LoadError: with the line, not JSON or not such a row.
    """
    steps = _Steps(source, wanted.number)
    for number, line in source.lines():
        steps.add(number, line)
    if not steps.count:
        raise source.error("", "has no rows", "at least one line is needed")
    choose(source, wanted, steps.count)
    steps.finish()
    wished = steps.targets.table() if steps.targets.given else None
    x, targets, _ = split_targets(source, wanted, steps.x.table(), wished, [])

    def place(what: str, row: int, column: int) -> str:
        return f"{steps.place(row)}, column {column + 1} of {what}"

    return assemble(source, wanted, x, targets, steps.labels, (), place, steps.count)


class _Steps:
    """The timesteps of one among several sequences, gathered line by line; the others are only counted.

    Attributes:
        count: how many sequences there have been.
        x, targets: what is gathered of the wanted one.
        labels: its labels; empty where it has none.
    """

    def __init__(self, source: Source, wanted: int) -> None:
        self.source, self.wanted, self.count, self.first = source, wanted, 0, 0
        self.x = Rows(source, self.place)
        self.targets = Rows(source, self.place, may_lack=True)
        self.labels: list[str] = []
        self.parted = True

    def place(self, row: int) -> str:
        """Where a timestep, from 0, stands; blank lines part sequences, so its lines have no gaps."""
        return f"line {self.first + row}"

    def add(self, number: int, line: str) -> None:
        """Adds a line. Raises LoadError."""
        if not line.strip():
            self.parted = True
            return
        if self.parted:
            self.parted = False
            self.count += 1
            self.first = number if self.count == self.wanted else self.first
        if self.count != self.wanted:
            return
        value = parse(self.source, line.rstrip("\n"), number)
        if isinstance(value, dict):
            self._add_step(number, value)
        elif value is None:
            raise self._lacks_x(number)
        else:
            self.x.add(value)

    def _add_step(self, number: int, step: dict[str, Any]) -> None:
        row = step.get("x")
        if row is None:
            raise self._lacks_x(number)
        label = step.get("labels", step.get("label"))
        if label is not None or self.labels:
            if self.x.count >= STRINGS_LIMIT:
                raise too_many_strings(self.source, f"line {number}", "labels")
            self.labels.extend([""] * (self.x.count - len(self.labels)))
            self.labels.extend(strings(self.source, [label], "labels"))
        target = step.get("targets", step.get("target"))
        if target is not None:
            self.targets.skip(self.x.count - self.targets.count)
            self.targets.add(target)
        self.x.add(row)

    def _lacks_x(self, number: int) -> LoadError:
        return self.source.error(f"line {number}", "has no x", 'a list of numbers or {"x": [...]} is needed')

    def finish(self) -> None:
        """Makes labels and targets as many as there are timesteps, where there are any."""
        if self.labels:
            self.labels.extend([""] * (self.x.count - len(self.labels)))
        if self.targets.given:
            self.targets.skip(self.x.count - self.targets.count)


def is_json_lines(text: str) -> bool:
    """Whether a text that begins like JSON has a whole value on its first line and more below."""
    first, _, rest = text.strip().partition("\n")
    if len(first) > JSON_LIMIT or not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def parse(source: Source, text: str, line: int) -> Any:
    """The value of JSON that begins on `line`.

    Raises:
        LoadError: it is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        where = f"line {line + problem.lineno - 1}, column {problem.colno}"
        raise source.error(where, f"is not JSON ({problem.msg.lower()})") from None
    except RecursionError:
        raise source.error(f"line {line}", "is nested too deeply", "rows of numbers are needed") from None
    except ValueError:
        raise source.error(f"line {line}", "has a number of too many digits") from None


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


def _is_list_of_lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)
