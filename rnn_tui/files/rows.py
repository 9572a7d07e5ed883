"""The rows of a delimited file: where they begin and end, and what stands between their cells."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice

from rnn_tui.files.cells import Cells
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import Source
from rnn_tui.files.wanted import Wanted

DELIMITERS = ("\t", ";", ",", " ")

ROWS_LOOKED_AT = 50

Row = list[str]
Line = tuple[int, str]


def records(source: Source, wanted: Wanted, delimiter: str) -> Generator[tuple[int, Row], None, None]:
    """Each row of cells and the line it ends on, without lines that begin with ``#``; a blank line is [].

    Blanks as delimiter are any number of spaces and tabs, which begin and end no row.

    Raises:
        LoadError: not text, or quotes that do not match.
    """
    line = 0

    def lines() -> Iterator[str]:
        nonlocal line
        kept: Iterable[Line] = (each for each in whole if each[0] > wanted.skip_rows and not each[1].startswith("#"))
        if wanted.skip_last:
            kept = _without_last(kept, wanted.skip_last)
        for number, raw in kept:
            line = number
            yield raw if delimiter != " " else raw.replace("\t", " ").strip() + "\n"

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


def _without_last(lines: Iterable[Line], count: int) -> Iterator[Line]:
    """All but the last lines that are not blank."""
    held: deque[Line] = deque()
    full = 0
    for line in lines:
        held.append(line)
        full += bool(line[1].strip())
        while full > count:
            first = held.popleft()
            full -= bool(first[1].strip())
            yield first


def is_blank(row: Row) -> bool:
    """Whether no cell of the row holds anything."""
    return not any(cell.strip() for cell in row)


def parts(row: Row) -> bool:
    """Whether the row is a blank line, which parts two sequences; one of empty cells is left out."""
    return len(row) < 2 and is_blank(row)


def first_rows(source: Source, wanted: Wanted, delimiter: str) -> list[tuple[int, Row]]:
    """The first rows that are not blank, and their lines."""
    with closing(records(source, wanted, delimiter)) as rows:
        return list(islice(((line, row) for line, row in rows if not is_blank(row)), ROWS_LOOKED_AT))


def find_delimiter(source: Source, wanted: Wanted) -> str:
    """The delimiter asked for, or the one that parts the first rows into equally many cells, and makes most of them
    numbers; blanks only where all rows but the first are numbers.

    Raises:
        LoadError: the file is not text.
    """
    if wanted.delimiter:
        return wanted.delimiter
    best, delimiter = (False, False, -1.0), ","
    for candidate in DELIMITERS:
        try:
            rows = [row for _, row in first_rows(source, wanted, candidate)]
        except LoadError:
            continue
        widths = {len(row) for row in rows}
        several = max(widths, default=0) > 1
        cells = [cell for row in rows for cell in row]
        if candidate == " " and not (several and len(widths) == 1 and _all_numbers(rows[1:] or rows, wanted)):
            continue
        dialect = Cells.of(wanted, candidate)
        count = sum(dialect.is_number(cell) or _with_comma(cell, candidate) for cell in cells)
        score = (several and len(widths) == 1, several, count / max(1, len(cells)))
        if score > best:
            best, delimiter = score, candidate
    return delimiter


def _with_comma(cell: str, delimiter: str) -> bool:
    """Whether a cell is a number with a decimal comma, which cannot be one between commas."""
    return delimiter != "," and Cells(";").is_number(cell)


def _all_numbers(rows: list[Row], wanted: Wanted) -> bool:
    dialect = Cells.of(wanted, " ")
    return all(dialect.holds(cell) != "text" or _with_comma(cell, " ") for row in rows for cell in row[1:]) and any(
        dialect.is_number(cell) for row in rows for cell in row[1:]
    )


def lines_before(rows: list[tuple[int, Row]]) -> int:
    """How many lines stand before a table, where its first row is none of it; 0 where it is, or none can be told."""
    (width, count), *_ = Counter(len(row) for _, row in rows).most_common(1)
    if width == len(rows[0][1]) or width < 2 or count * 2 <= len(rows):
        return 0
    return next(line for line, row in rows if len(row) == width) - 1


def left(source: Source, since: int) -> int:
    """How many lines are not blank from one on; for a hint, so at most a few more are counted than make one."""
    with closing(source.lines(newline="")) as lines:
        own = (raw for number, raw in lines if number >= since and raw.strip() and not raw.startswith("#"))
        return sum(1 for _ in islice(own, MOST_FOOTER + 1))


MOST_FOOTER = 10
"""The lines at the end of a file that may be its footer."""
