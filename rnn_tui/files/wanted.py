"""How a file is to be read: the one list of the options of data, for Python, session files and the command line."""

from __future__ import annotations

import csv
import re
from dataclasses import field, fields
from typing import Any

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError
from rnn_tui.core.nearest import nearest

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " "}
"""Delimiters by their names."""
NEXT = "next"
"""The targets that are the row after."""
NUMBER = re.compile(r"-?[0-9]{1,18}")
ALL = "all"
"""All sequences of a file, one after the other."""


@dataclass(frozen=True)
class Option:
    """What is known of an option beside its name.

    Attributes:
        kind: ``flag``, ``switch`` (yes or no), ``count``, ``which`` (a number or all), ``word`` (one of `among`),
            ``text``, ``list``, ``targets``.
        says: what it does, in a few words.
        form: what stands for its value in a usage.
        among: the words that may be given.
        of: ``table``, ``text`` or ``array`` where it is of such files alone, ``numbers`` where of all but texts.
    """

    kind: str
    says: str
    form: str = ""
    among: tuple[str, ...] = ()
    of: str = ""


def _option(default: Any, kind: str, says: str, form: str = "", among: tuple[str, ...] = (), of: str = "") -> Any:
    return field(default=default, metadata={"option": Option(kind, says, form, among, of)})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of a file; each field is an option: `OPTIONS` says what of.

    Lists may be given as text with commas between, in quotes where a name has a comma.

    Raises:
        InputError: with the field, a value that cannot be.
    """

    number: int | str = _option(1, "which", "which of several sequences in the file, or all", "K|all")
    as_: str = _option("", "word", "what the file is, whatever its name ends in", among=("table", "text"))
    delimiter: str = _option("", "text", "what stands between two cells: a character, tab or space", "C", of="table")
    header: bool | None = _option(None, "switch", "whether the first row names the columns", "yes|no", of="table")
    skip_rows: int = _option(0, "count", "leave out the first N lines", "N", of="table")
    skip_last: int = _option(0, "count", "leave out the last N lines that are not blank", "N", of="table")
    columns: tuple[str, ...] = _option((), "list", "the columns of x, by name or counted from 1", "A,B,3-5", of="table")
    labels: tuple[str, ...] = _option((), "list", "the columns that label the timesteps", "A,B", of="table")
    targets: int | str | tuple[str, ...] = _option(
        0, "targets", "the last N columns, some by name, or the next row", "N|A,B|next", of="numbers"
    )
    reset: str = _option("", "text", "the column of the rows before which states begin afresh", "COLUMN", of="table")
    missing: tuple[str, ...] = _option((), "list", "what stands where a number is missing", "NA,?", of="table")
    fill: str = _option(
        "", "word", "what a missing number becomes", among=("drop", "previous", "mean", "zero"), of="numbers"
    )
    thousands: str = _option("", "text", "the mark between thousands", "C", of="table")
    decimal: str = _option("", "text", "the decimal mark", "C", of="table")
    encoding: str = _option("", "text", "how the characters are encoded, e.g. latin-1 (utf-8)", "NAME")
    scale: str = _option("", "word", "scale every column", among=("minmax", "standard"), of="numbers")
    stream: bool = _option(False, "flag", "read a whole text as one sequence, blank lines too", of="text")
    lines: bool = _option(False, "flag", "read every line of a text as a sequence", of="text")
    words: bool = _option(False, "flag", "split text into words", of="text")
    vocabulary: str = _option("", "text", "the characters or words of a text, in this order", "helo", of="text")
    time_first: bool = _option(
        False, "flag", "of an array of several sequences the first axis is time, not the sequence", of="array"
    )
    allow_nonfinite: bool = _option(False, "flag", "let NaN and infinity in")

    def __post_init__(self) -> None:
        for name, option in OPTIONS.items():
            value = getattr(self, name)
            if option.kind == "list":
                object.__setattr__(self, name, _listed(value, name))
            elif option.kind == "targets":
                object.__setattr__(self, name, _targets(value))
            elif option.kind == "which":
                object.__setattr__(self, name, which(value, name))
            elif option.kind == "word" and value and value not in option.among:
                raise InputError("", "", f"{value!r} is not known", nearest(str(value), option.among), name.rstrip("_"))
        object.__setattr__(self, "delimiter", DELIMITERS.get(self.delimiter, self.delimiter))
        for name in ("delimiter", "thousands", "decimal"):
            mark = getattr(self, name)
            if mark and (len(mark) > 1 or mark.isalnum() or mark in '"\n\r\0+-'):
                raise InputError("", "", f"{mark!r} is no such mark", "one character is, that is in no number", name)
        if self.decimal and self.decimal == self.thousands:
            raise InputError("", "", "is the decimal mark, too", "the two differ", "thousands")
        for name in ("skip_rows", "skip_last"):
            if getattr(self, name) < 0:
                raise InputError("", "", f"{getattr(self, name)} lines cannot be left out", "0 or more can", name)
        if self.stream and self.lines:
            raise InputError("", "", "does not go with lines", "choose one", "stream")
        if self.encoding:
            try:
                "".encode(self.encoding)
            except (LookupError, ValueError, TypeError):
                hint = "utf-8, utf-16, latin-1 and cp1252 are, and others"
                raise InputError("", "", f"{self.encoding!r} is not known", hint, "encoding") from None

    @property
    def every(self) -> bool:
        """Whether all sequences of the file are asked for."""
        return self.number == ALL

    @property
    def taken(self) -> int:
        """How many columns at the end are targets."""
        return self.targets if isinstance(self.targets, int) else 0

    @property
    def following(self) -> bool:
        """Whether the targets are the next row."""
        return self.targets == NEXT

    @property
    def fills(self) -> bool:
        """Whether numbers may be missing."""
        return bool(self.fill or self.missing)

    def given(self, of: tuple[str, ...]) -> str:
        """The first option given that is of such files alone; empty where there is none."""
        for name, option in OPTIONS.items():
            if option.of in of and getattr(self, name) != DEFAULTS[name]:
                return name
        return ""


OPTIONS: dict[str, Option] = {each.name: each.metadata["option"] for each in fields(Wanted)}
DEFAULTS: dict[str, Any] = {each.name: each.default for each in fields(Wanted)}


def key_of(name: str) -> str:
    """What a session file calls an option."""
    return name.rstrip("_")


def which(value: Any, name: str) -> int | str:
    """The number of a sequence, or all of them. Raises InputError."""
    if value == ALL or type(value) is int:
        return ALL if value == ALL else int(value)
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return int(value)
    raise InputError("", "", f"{value!r} is no sequence", "a number is, from 1, or all", name)


def _listed(value: Any, name: str) -> tuple[str, ...]:
    if isinstance(value, str):
        try:
            value = next(csv.reader([value], skipinitialspace=True), []) if value else []
        except csv.Error:
            raise InputError("", "", "a list of names stands on one line", "part them by commas", name) from None
    return tuple(str(each).strip() for each in value)


def _targets(value: Any) -> Any:
    if isinstance(value, int) or value == NEXT:
        return int(value) if isinstance(value, int) else value
    if isinstance(value, str) and value.strip().removeprefix("-").isdecimal():
        return int(value)
    names = _listed(value, "targets")
    if not names:
        raise InputError("", "", f"{value!r} are no targets", "a number, names of columns or next are", "targets")
    return names
