"""Tables of numbers with a delimiter between the cells: .csv and .tsv."""

from __future__ import annotations

from array import array

import numpy as np

from rnn_tui.core.sequence import Sequence
from rnn_tui.files.assembly import STRINGS_LIMIT, Wanted, assemble, choose, too_many_strings
from rnn_tui.files.errors import LoadError
from rnn_tui.files.layout import Layout, Row, find_layout, first_rows, is_blank, is_number, records
from rnn_tui.files.source import MEMORY_LIMIT, Source, megabytes, quoted


def load_delimited(source: Source, wanted: Wanted) -> Sequence:
    """A table: one row a timestep, one column a feature; x is (T, I), targets (T, O) or None.

    What the columns are is found as `rnn_tui.files.layout.find_layout` says. An empty cell in a column of
    targets means that there is no target. Blank lines part a file into several sequences, unless a column
    named ``sequence`` does; the header may stand again at the top of each.

    Raises:
        LoadError: with line and column, a cell is not a number or a row has too few or too many cells.
    """
    layout = find_layout(source, wanted)
    columns = (*layout.inputs, *layout.targets)
    number = layout.number
    numbers, lines, groups = array("d"), array("I"), array("I")
    labels: list[str] = []
    known: dict[str, int] = {}
    group, parted = 0, False
    rows = records(source, layout.delimiter)
    if layout.header:
        next(row for _, row in rows if not is_blank(row))
    for line, row in rows:
        if parted and row == layout.header:
            continue
        try:
            if len(row) != layout.width:
                raise ValueError
            values = [number(row[column]) for column in columns]
        except ValueError:
            if is_blank(row):
                parted = bool(lines)
                continue
            values = _read_with_care(source, layout, line, row)
        if layout.sequence is not None:
            group = known.setdefault(row[layout.sequence].strip(), len(known))
        elif parted:
            group += 1
        parted = False
        if layout.label is not None:
            labels.append(row[layout.label].strip() or row[layout.label])
            if len(labels) > STRINGS_LIMIT:
                raise too_many_strings(source, f"line {line}", "labels")
        numbers.extend(values)
        lines.append(line)
        groups.append(group)
        if (len(numbers) + len(lines)) * numbers.itemsize > MEMORY_LIMIT:
            raise source.error(f"line {line}", f"more than {megabytes(MEMORY_LIMIT)} of numbers", "use .npy")
    table = np.frombuffer(numbers).reshape(len(lines), len(columns))
    return _chosen(source, wanted, layout, table, labels, lines, groups)


def _chosen(
    source: Source,
    wanted: Wanted,
    layout: Layout,
    table: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    labels: list[str],
    lines: array[int],
    groups: array[int],
) -> Sequence:
    count = max(groups) + 1
    chosen = choose(source, wanted, count)
    rows: np.ndarray[tuple[int], np.dtype[np.int64]] | range = range(len(lines))
    if count > 1:
        rows = np.flatnonzero(np.asarray(groups) == chosen)
        table = table[rows]
        labels = [labels[row] for row in rows] if labels else []
    inputs = len(layout.inputs)

    def place(what: str, row: int, column: int) -> str:
        columns = layout.inputs if what == "x" else layout.targets
        return f"line {lines[int(rows[row])]}, column {columns[column] + 1}"

    x = np.ascontiguousarray(table[:, :inputs])
    targets = table[:, inputs:] if layout.targets else None
    return assemble(source, wanted, x, targets, labels, layout.features, place, count, layout.outcomes, layout.notes)


def _read_with_care(source: Source, layout: Layout, line: int, row: Row) -> list[float]:
    """The numbers of a row that is not all numbers: empty targets are NaN, anything else is an error.

    Raises:
        LoadError: with line and column.
    """
    if len(row) != layout.width:
        what = "the header" if layout.header else "the first row"
        cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
        raise source.error(f"line {line}", f"has {cells} where {what} has {layout.width}")
    values = []
    for column in (*layout.inputs, *layout.targets):
        cell = row[column].strip()
        if not cell and column in layout.targets:
            values.append(np.nan)
            continue
        if not is_number(cell, layout.delimiter):
            why = f"{quoted(cell)} is not a number" if cell else "is empty"
            raise source.error(f"line {line}, column {column + 1}", why, "a number such as -0.5 is needed")
        values.append(layout.number(cell))
    return values


def looks_like_numbers(source: Source) -> bool:
    """Whether the first row, below a header if there is one, is numbers but for a label."""
    try:
        layout = find_layout(source, Wanted())
        row = first_rows(source, layout.delimiter)[1 if layout.header else 0]
        _read_with_care(source, layout, 1, row)
    except LoadError:
        return False
    return True
