"""TOML with places: what a session file says, and the line that any of it stands on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.nearest import nearest
from rnn_tui.core.texts import one_line
from rnn_tui.core.toml import NotToml, mentions, read_toml
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import quoted

Place = tuple[str | int, ...]
"""Keys, and positions in arrays of tables, from the top of the file: ``("stops", 0, "display")``."""

VERSION = 1
"""Of the session files that are read and written."""
LARGEST_WHOLE = 2**63
"""TOML's whole numbers have 64 bits."""
MOST_TEXTS = 100
"""Conditions, or hidden numbers: each stop is checked for all of them."""
KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes", list: "an array"}


def parse(text: str, shown: str) -> Table:
    """The whole file as a table. Raises LoadError with the line where it is not TOML."""
    try:
        values = read_toml(text)
    except NotToml as error:
        hint = "see the README for a session file" if error.where else ""
        raise LoadError(shown, error.where, error.why, hint) from None
    return Table(shown, values, lines_of(text), ())


def lines_of(text: str) -> dict[Place, int]:
    """The lines of keys and of headers."""
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    for each in mentions(text):
        if each.brackets:
            here = _opened(each.parts, each.brackets > 1, counts)
            found.setdefault(here, each.line)
        else:
            for end in range(1, len(each.parts) + 1):
                found.setdefault((*here, *each.parts[:end]), each.line)
    return found


def _opened(parts: tuple[str, ...], array: bool, counts: dict[Place, int]) -> Place:
    """The path of a header, which stands in the last table of every array before it."""
    path: Place = ()
    for part in parts[:-1]:
        path = (*path, part)
        path = (*path, counts[path]) if path in counts else path
    path = (*path, parts[-1])
    if array:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


@dataclass(frozen=True)
class Table:
    """One table of a session file.

    Attributes:
        shown: what errors call the file.
        values: what it says.
        lines: where everything of the file stands.
        path: the table's own place.
        base: a table that counts where this one says nothing.
    """

    shown: str
    values: Mapping[str, Any]
    lines: Mapping[Place, int]
    path: Place
    base: Table | None = None

    def where(self, key: str = "") -> str:
        """``line 3``; of the nearest thing around it whose line is known, or the table's name."""
        if self.base is not None and key and key not in self.values:
            return self.base.where(key)
        path = (*self.path, key) if key else self.path
        while path and path not in self.lines:
            path = path[:-1]
        return f"line {self.lines[path]}" if path else ""

    def error(self, key: str, why: str, hint: str = "") -> LoadError:
        """The error to raise about a key; an empty one is the table itself."""
        return LoadError(self.shown, self.where(key), why, hint)

    def over(self, base: Table) -> Table:
        """This table, with what another says where it says nothing."""
        return Table(self.shown, self.values, self.lines, self.path, base)

    def known(self, keys: Iterable[str]) -> None:
        """Raises LoadError where a key is none of these, with the nearest one."""
        keys = list(keys)
        for key in self.values:
            if key not in keys:
                raise self.error(key, f"the key {quoted(key)} is not known", nearest(key, keys))

    def __contains__(self, key: str) -> bool:
        return key in self.values or (self.base is not None and key in self.base)

    def merged(self) -> dict[str, Any]:
        """All that it says, with what the base says."""
        return {**(self.base.merged() if self.base is not None else {}), **self.values}

    def get(self, key: str) -> Any:
        """What is said of a key, or None."""
        return self.values[key] if key in self.values else self.base.get(key) if self.base is not None else None

    def whole(self, key: str, default: int, low: int = 1 - LARGEST_WHOLE, high: int = LARGEST_WHOLE - 1) -> int:
        """A whole number of low to high."""
        value: int = self._typed(key, default, int)
        if not low <= value <= high:
            bound = f"{low} or more is" if high == LARGEST_WHOLE - 1 else f"{low} to {high} are"
            raise self.error(key, f"{key} = {value if abs(value) < 10**20 else 'that'} cannot be", f"{bound} allowed")
        return value

    def number(self, key: str, default: float) -> float:
        """A number that is finite."""
        value = self._typed(key, default, float)
        try:
            result = float(value)
        except OverflowError:
            result = math.inf
        if not math.isfinite(result):
            raise self.error(key, f"{key} is not finite", "a number is needed")
        return result

    def amount(self, key: str, default: float) -> float:
        """A number that is not below 0."""
        value = self.number(key, default)
        if value < 0:
            raise self.error(key, f"{key} is below 0", "0 or more is needed")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value: bool = self._typed(key, default, bool)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Text on one line, safe to show; without a default it must be there."""
        return one_line(self.raw(key, default))

    def raw(self, key: str, default: str | None = None) -> str:
        """Text as it stands: a file's name, a cell, a text of several lines; without a default it must be there."""
        if default is None and key not in self:
            raise self.error("", f"{key} is missing", f'write {key} = "..."')
        value: str = self._typed(key, default, str)
        return value

    def one_of(self, key: str, default: str, choices: Iterable[str]) -> str:
        """One of several words."""
        value, choices = self.text(key, default), list(choices)
        if value not in choices:
            raise self.error(key, f"{key} = {quoted(value)} is not known", nearest(value, choices))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of texts, safe to show."""
        values = self._typed(key, [], list)
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, f"{key} must be an array of texts", 'write ["...", "..."]')
        return tuple(map(one_line, values))

    def table(self, key: str) -> Table | None:
        """A table in this one, over the one of the base; None where neither has it."""
        below = self.base.table(key) if self.base is not None else None
        if key not in self.values:
            return below
        if not isinstance(self.values[key], dict):
            raise self.error(key, f"{key} must be a table", f"write [{self._name(key)}]")
        return Table(self.shown, self.values[key], self.lines, (*self.path, key), below)

    def part(self, key: str) -> Table:
        """The same; an empty one where there is none."""
        return self.table(key) or Table(self.shown, {}, self.lines, self.path)

    def tables(self, key: str) -> list[Table]:
        """An array of tables, whose base does not count."""
        if key not in self.values:
            return self.base.tables(key) if self.base is not None else []
        values = self.values[key]
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(key, f"{key} must be an array of tables", f"write [[{self._name(key)}]]")
        return [Table(self.shown, value, self.lines, (*self.path, key, i)) for i, value in enumerate(values)]

    def _name(self, key: str) -> str:
        return ".".join(part for part in (*self.path, key) if isinstance(part, str))

    def _typed(self, key: str, default: Any, kind: type) -> Any:
        if key not in self:
            return default
        value = self.get(key)
        right = (int, float) if kind is float else (kind,)
        if type(value) not in right:
            raise self.error(key, f"{key} must be {KINDS[kind]}, and is {_kind(value)}")
        return value


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "a table" if isinstance(value, dict) else "a date or a time")
