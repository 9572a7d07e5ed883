"""What the columns of a delimited file are: found out from its first rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from rnn_tui.files.assembly import Wanted, other_targets, too_many_targets
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import Source

DELIMITERS = ("\t", ";", ",")
LABEL_NAMES = ("label", "labels")
SEQUENCE_NAME = "sequence"
TARGET_PREFIX = "target"

ROWS_LOOKED_AT = 50

Row = list[str]


@dataclass(frozen=True)
class Layout:
    """The columns of a delimited file, by their index from 0.

    Attributes:
        delimiter: what stands between two cells.
        header: the names of the columns, or empty where the first row holds numbers already.
        width: how many cells a row has.
        inputs: the columns of x.
        targets: the columns of the targets.
        label: the column of the labels, or None.
        sequence: the column that says which sequence a row belongs to, or None.
        notes: what was guessed.
    """

    delimiter: str
    header: Row
    width: int
    inputs: tuple[int, ...]
    targets: tuple[int, ...]
    label: int | None
    sequence: int | None
    notes: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of x, or none where there is no header."""
        return tuple(self.header[column].strip() for column in self.inputs) if self.header else ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names of the target columns; none where there is no header, or it says of all of them just that."""
        names = [self.header[column].strip() for column in self.targets] if self.header else []
        short = [name[len(TARGET_PREFIX) :].lstrip(" _-.:") if _is_target(name) else name for name in names]
        return tuple(brief or name for brief, name in zip(short, names, strict=True)) if any(short) else ()

    @property
    def number(self) -> Callable[[str], float]:
        """Reads a cell as a float; raises ValueError where it is none."""
        return decimal_comma if self.delimiter == ";" else plain_number


def _is_target(name: str) -> bool:
    return name.lower().startswith(TARGET_PREFIX)


def plain_number(cell: str) -> float:
    """``-0.5``, ``1e3``, ``nan``; unlike `float` without ``1_000``."""
    if "_" in cell:
        raise ValueError
    return float(cell)


def decimal_comma(cell: str) -> float:
    """A number with a decimal comma or point, as it stands in files with ``;`` between the cells."""
    return plain_number(cell.replace(",", "."))


def is_number(cell: str, delimiter: str) -> bool:
    """Whether `cell` reads as a number in a file with this delimiter."""
    try:
        (decimal_comma if delimiter == ";" else plain_number)(cell)
    except ValueError:
        return False
    return True


def records(source: Source, delimiter: str) -> Generator[tuple[int, Row], None, None]:
    """Each row of cells and the line it ends on, without lines that begin with ``#``; a blank line is [].

    Raises:
        LoadError: not text, or quotes that do not match.
    """
    line = 0

    def lines() -> Iterator[str]:
        nonlocal line
        for number, raw in whole:
            line = number
            if not raw.startswith("#"):
                yield raw

    with closing(source.lines(newline="")) as whole:
        reader = csv.reader(lines(), delimiter=delimiter, skipinitialspace=True, strict=True)
        while True:
            begin = line + 1
            try:
                row = next(reader, None)
            except csv.Error as problem:
                why = f"cannot be split into cells ({problem})"
                raise source.error(f"line {begin}", why, "a quoted cell ends with a quote") from None
            if row is None:
                return
            yield line, row


def is_blank(row: Row) -> bool:
    """Whether no cell of the row holds anything."""
    return not any(cell.strip() for cell in row)


def find_delimiter(source: Source) -> str:
    """The delimiter that parts the first rows into equally many cells, and makes most of them numbers.

    Raises:
        LoadError: the file is not text.
    """
    best, delimiter = (False, False, -1.0), ","
    for candidate in DELIMITERS:
        try:
            rows = first_rows(source, candidate)
        except LoadError:
            continue
        widths = {len(row) for row in rows}
        cells = [cell for row in rows for cell in row]
        numbers = sum(is_number(cell, candidate) for cell in cells)
        parts = max(widths, default=0) > 1
        score = (parts and len(widths) == 1, parts, numbers / max(1, len(cells)))
        if score > best:
            best, delimiter = score, candidate
    return delimiter


def first_rows(source: Source, delimiter: str) -> list[Row]:
    """The first rows that are not blank."""
    with closing(records(source, delimiter)) as rows:
        return list(islice((row for _, row in rows if not is_blank(row)), ROWS_LOOKED_AT))


def find_layout(source: Source, wanted: Wanted) -> Layout:
    """What the columns are.

    The first row is a header if none of its cells is a number, or one has a name with a meaning: ``label``,
    ``sequence``, ``target...``. The labels stand in the column named ``label``, or else in the first column
    where that has no name in the header, or where its first cell is not a number. The targets stand in the
    columns whose name begins with ``target``, or else in the last `wanted.targets` columns. All other columns
    are x.

    Raises:
        LoadError: there are no rows, or no columns of numbers are left for x.
    """
    delimiter = find_delimiter(source)
    rows = first_rows(source, delimiter)
    if not rows:
        raise source.error("", "has no rows", "at least one row of numbers is needed")
    first = rows[0]
    names = [cell.strip().lower() for cell in first]
    named = any(name in (*LABEL_NAMES, SEQUENCE_NAME) or name.startswith(TARGET_PREFIX) for name in names)
    has_header = named or not any(is_number(cell, delimiter) for cell in first)
    if has_header and len(rows) == 1:
        raise source.error("", "has a header and no rows", "at least one row of numbers is needed")
    if not has_header:
        names = ["x"] * len(first)
    sequence = names.index(SEQUENCE_NAME) if SEQUENCE_NAME in names else None
    targets = tuple(i for i, name in enumerate(names) if name.startswith(TARGET_PREFIX))
    others = [i for i in range(len(names)) if i != sequence and i not in targets]
    label = _label_column(names, others, rows[1 if has_header else 0], delimiter)
    inputs = tuple(i for i in others if i != label)
    if wanted.targets and targets and len(targets) != wanted.targets:
        raise other_targets(source, wanted, len(targets))
    if wanted.targets and not targets:
        if wanted.targets >= len(inputs):
            raise too_many_targets(source, wanted, len(inputs))
        inputs, targets = inputs[: -wanted.targets], inputs[-wanted.targets :]
    if not inputs:
        raise source.error("", "has no column for x", "a column of numbers that are no targets is needed")
    notes = ["its first line names the columns"] if has_header and not named else []
    if label is not None and names[label] not in LABEL_NAMES:
        notes.append(f"column {label + 1} labels the timesteps")
    return Layout(delimiter, first if has_header else [], len(first), inputs, targets, label, sequence, tuple(notes))


def _label_column(names: Row, others: list[int], row: Row, delimiter: str) -> int | None:
    for i in others:
        if names[i] in LABEL_NAMES:
            return i
    if len(others) < 2:
        return None
    first = others[0]
    cell = row[first].strip() if first < len(row) else ""
    if not names[first] or (cell and not is_number(cell, delimiter)):
        return first
    return None
