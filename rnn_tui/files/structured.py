"""Sequences as JSON: one value in a .json file, one timestep a line in .jsonl."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.files.assembly import RESET, STRINGS_LIMIT, assemble, choose, parts_of, split_targets, too_many_strings
from rnn_tui.files.errors import LoadError
from rnn_tui.files.matrices import Rows, matrix, strings
from rnn_tui.files.source import Source
from rnn_tui.files.wanted import Wanted

JSON_LIMIT = 16 * 1024**2
"""The bytes of one value of JSON, which grows up to 24 times in memory while it is read."""


@dataclass(frozen=True, eq=False)
class _Part:
    """One of the sequences of a file: its rows, and what stands beside them; what it has not is None or empty."""

    within: str
    x: Array
    targets: Array | None
    labels: list[str]
    features: list[str]
    afresh: Array | None

    def place(self, what: str, row: int) -> str:
        """Where a row of it stands."""
        return f"{self.within}{what}, row {row + 1}"

    @classmethod
    def of(cls, source: Source, value: Any, within: str) -> _Part:
        """The sequence in a value of JSON. Raises LoadError."""
        if not isinstance(value, dict) or not isinstance(value.get("x"), list):
            raise source.error(within[:-2], "has no list x", 'a list of rows or {"x": [...]} is needed')

        def part(name: str, plural: str) -> Any:
            return value.get(plural, value.get(name))

        def rows(what: str, given: Any, may_lack: bool = False) -> Array:
            return matrix(source, given, lambda row: f"{within}{what}, row {row + 1}", may_lack)

        x, wished, resets = rows("x", value["x"]), part("target", "targets"), value.get(RESET)
        targets = None if wished is None else rows("targets", wished, True)
        labels = strings(source, part("label", "labels"), f"{within}labels")
        features = strings(source, part("feature", "features"), f"{within}features")
        afresh = None if resets is None else rows(RESET, resets)
        if afresh is not None and afresh.shape != (len(x), 1):
            why = f"has {len(afresh)} rows where x has {len(x)}"
            raise source.error(f"{within}{RESET}", why, "one number of each timestep is needed")
        for what, given in (("labels", labels or x), ("targets", x if targets is None else targets)):
            if len(given) != len(x):
                raise source.error(f"{within}{what}", f"there are {len(given)} {what} where x needs {len(x)}")
        return cls(within, x, targets, labels, features, None if afresh is None else afresh[:, 0] != 0)


def load_json(source: Source, wanted: Wanted) -> Sequence:
    """A list of rows, or an object {"x": rows, "targets": rows, "labels": list, "features": list, "reset": list}.

    All but x may be absent. A row is a list of numbers, or a number where there is one feature. A list of
    objects, or of lists of rows, is several sequences. A null among the targets means that there is none. Where reset
    is not 0 the states begin afresh. Other keys are left alone.

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
    chosen = choose(source, wanted, len(several))
    within = [f"sequence {index + 1}, " if len(several) > 1 else "" for index in chosen]
    read = [_Part.of(source, several[index], own) for index, own in zip(chosen, within, strict=True)]
    x, targets, features = _together(source, read)
    labels = [label for part in read for label in part.labels or [""] * len(part.x)]
    x, targets, features = split_targets(source, wanted, x, targets, features)
    parts = parts_of([len(part.x) for part in read])

    def place(what: str, row: int, column: int) -> str:
        index = 0 if parts is None else parts.at(row + 1)
        within = row if parts is None else parts.within(row + 1) - 1
        return f"{read[index].place(what, within)}, column {column + 1}"

    flags = [np.zeros(len(part.x), bool) if part.afresh is None else part.afresh for part in read]
    afresh = None if all(part.afresh is None for part in read) else np.concatenate(flags)
    beside = place, len(several), (), (), afresh, parts
    return assemble(source, wanted, x, targets, labels if any(part.labels for part in read) else (), features, *beside)


def _together(source: Source, read: list[_Part]) -> tuple[Array, Array | None, list[str]]:
    """The rows of x and of the targets of all that was read, and the names of the columns. Raises LoadError."""
    first = read[0]
    for part in read:
        if part.x.shape[1] != first.x.shape[1]:
            why = f"has {part.x.shape[1]} columns where {first.within}x has {first.x.shape[1]}"
            raise source.error(f"{part.within}x", why, "all sequences need as many")
    widths = {part.targets.shape[1] for part in read if part.targets is not None}
    if len(widths) > 1:
        raise source.error("targets", "have other widths in other sequences", "all sequences need as many columns")
    features = next((part.features for part in read if part.features), [])
    x = np.concatenate([part.x for part in read])
    if not widths:
        return x, None, features
    (width,) = widths
    wished = [np.full((len(p.x), width), np.nan) if p.targets is None else p.targets for p in read]
    return x, np.concatenate(wished), features


def load_json_lines(source: Source, wanted: Wanted) -> Sequence:
    """One timestep a line: a row, or an object {"x": row, "target": row, "label": string, "reset": true}.

    All but x may be absent. Blank lines part the file into several sequences.

    Raises:
        LoadError: with the line, not JSON or not such a row.
    """
    steps = _Steps(source, wanted)
    for number, line in source.lines():
        steps.add(number, line)
    if not steps.count:
        raise source.error("", "has no rows", "at least one line is needed")
    choose(source, wanted, steps.count)
    steps.finish()
    wished = steps.targets.table() if steps.targets.given else None
    x, targets, _ = split_targets(source, wanted, steps.x.table(), wished, [])
    afresh = np.isin(np.arange(len(x)), steps.resets) if steps.resets else None
    parts = parts_of(np.diff([*steps.firsts, len(x)]).tolist())

    def place(what: str, row: int, column: int) -> str:
        return f"{steps.place(row)}, column {column + 1} of {what}"

    return assemble(source, wanted, x, targets, steps.labels, (), place, steps.count, (), (), afresh, parts)


class _Steps:
    """The timesteps of one among several sequences, or of all, gathered line by line; the others are only counted.

    Attributes:
        count: how many sequences there have been.
        x, targets: what is gathered of those wanted.
        labels: their labels; empty where there are none.
        firsts, resets: their rows, from 0, with which a sequence begins, and before which states begin afresh.
    """

    def __init__(self, source: Source, wanted: Wanted) -> None:
        self.source, self.wanted, self.count = source, wanted, 0
        self.firsts, self.resets, self.lines = list[int](), list[int](), array("L")
        self.x = Rows(source, self.place)
        self.targets = Rows(source, self.place, may_lack=True)
        self.labels: list[str] = []
        self.parted = True

    def place(self, row: int) -> str:
        """Where a timestep, from 0, stands."""
        return f"line {self.lines[row]}"

    def add(self, number: int, line: str) -> None:
        """Adds a line. Raises LoadError."""
        if not line.strip():
            self.parted = True
            return
        if self.parted:
            self.parted = False
            self.count += 1
            if self.wanted.every or self.count == self.wanted.number:
                self.firsts.append(self.x.count)
        if not (self.wanted.every or self.count == self.wanted.number):
            return
        self.lines.append(number)
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
        new = step.get(RESET)
        if not isinstance(new, int | float | None):
            raise self.source.error(
                f"line {number}", f"its {RESET} is no number", "write true where states begin afresh"
            )
        self.resets += [self.x.count] if new else []
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


def parse(source: Source, text: str, line: int, floats: Callable[[str], Any] | None = None) -> Any:
    """The value of JSON that begins on `line`, whose floats `floats` makes of what is written.

    Raises:
        LoadError: it is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text, parse_float=floats)
    except json.JSONDecodeError as problem:
        where = f"line {line + problem.lineno - 1}, column {problem.colno}"
        raise source.error(where, f"is not JSON ({problem.msg.lower()})") from None
    except RecursionError:
        raise source.error(f"line {line}", "is nested too deeply", "rows of numbers are needed") from None
    except ValueError:
        raise source.error(f"line {line}", "has a number of too many digits") from None


def _is_list_of_lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)
