"""Tables of numbers with a delimiter between the cells: .csv and .tsv."""

from __future__ import annotations

from array import array
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import megabytes
from rnn_tui.files.assembly import STRINGS_LIMIT, assemble, choose, parts_of, too_many_strings
from rnn_tui.files.cells import GROUPED
from rnn_tui.files.errors import LoadError
from rnn_tui.files.layout import Layout, find_layout
from rnn_tui.files.rows import MOST_FOOTER, Row, first_rows, is_blank, left, parts, records
from rnn_tui.files.source import MEMORY_LIMIT, Source, quoted
from rnn_tui.files.wanted import Wanted


def load_delimited(source: Source, wanted: Wanted) -> Sequence:
    """A table: one row a timestep, one column a feature; x is (T, I), targets (T, O) or None.

    What the columns are is found as `rnn_tui.files.layout.find_layout` says. An empty cell in a column of
    targets means that there is no target. Blank lines part a file into several sequences, unless a column
    named ``sequence`` does; the header may stand again at the top of each. Rows of empty cells are left out.

    Raises:
        LoadError: with line and column, a cell is not a number or a row has too few or too many cells.
    """
    table = _Table(source, wanted, find_layout(source, wanted))
    rows = records(source, wanted, table.layout.cells.delimiter)
    if table.layout.header:
        next(row for _, row in rows if not is_blank(row))
    table.read(rows)
    return table.chosen()


class _Table:
    """A table being read.

    Attributes:
        columns: those of x, then those of the targets, and the one that says where the states begin afresh.
        numbers: theirs, row by row.
        lines: the line of each row.
        groups: the sequence of each row.
        known: the sequences that a column names.
    """

    def __init__(self, source: Source, wanted: Wanted, layout: Layout) -> None:
        self.source, self.wanted, self.layout = source, wanted, layout
        self.columns = (*layout.inputs, *layout.targets, *(() if layout.reset is None else (layout.reset,)))
        self.numbers, self.lines, self.groups = array("d"), array("I"), array("I")
        self.labels: list[str] = []
        self.left_out = 0
        self.empty_since = 0
        self.marks: set[str] = set()
        self.known: dict[str, int] = {}

    def read(self, rows: Generator[tuple[int, Row], None, None]) -> None:
        """All rows below the header. Raises LoadError."""
        layout, columns, number = self.layout, self.columns, self.layout.cells.number
        known = self.known
        group, parted = 0, False
        watched = layout.cells.delimiter == ";" and not layout.cells.decimal
        for line, row in rows:
            if parted and row == layout.header:
                continue
            try:
                if len(row) != layout.width:
                    raise ValueError
                values = [number(row[column]) for column in columns]
            except ValueError:
                if is_blank(row):
                    parted = parted or (parts(row) and bool(self.lines))
                    self._leave_out(line, row)
                    continue
                values = self._read_with_care(line, row)
            if watched:
                self._watch(row)
            if layout.empty:
                self._check_empty(line, row)
            if layout.sequence is not None:
                group = known.setdefault(row[layout.sequence].strip(), len(known))
            elif parted:
                group += 1
            parted, self.empty_since = False, 0
            if layout.labels:
                self._label(line, row)
            self.numbers.extend(values)
            self.lines.append(line)
            self.groups.append(group)
            if (len(self.numbers) + len(self.lines)) * self.numbers.itemsize > MEMORY_LIMIT:
                raise self.source.error(f"line {line}", f"more than {megabytes(MEMORY_LIMIT)} of numbers", "use .npy")

    def _watch(self, row: Row) -> None:
        """Notes which decimal marks there are, and whether a comma may be a mark between thousands."""
        for column in self.columns:
            cell = row[column].strip()
            if "," in cell:
                self.marks.add("grouped" if GROUPED.fullmatch(cell) else ",")
            elif "." in cell:
                self.marks.add(".")

    def _leave_out(self, line: int, row: Row) -> None:
        self.empty_since = self.empty_since or line
        self.left_out += not parts(row)

    def _label(self, line: int, row: Row) -> None:
        """Adds a label: what stands in its columns, with blanks between. Raises LoadError."""
        found = [row[column].strip() for column in self.layout.labels]
        self.labels.append(" ".join(filter(None, found)) or row[self.layout.labels[0]])
        if len(self.labels) > STRINGS_LIMIT:
            raise too_many_strings(self.source, f"line {line}", "labels")

    def _check_empty(self, line: int, row: Row) -> None:
        """Raises LoadError where something stands in a column that was left out, since nothing stood in it."""
        for column in self.layout.empty:
            if row[column].strip() and column not in self.columns and column not in self.layout.labels:
                why = f"holds {quoted(row[column].strip())} where the column was empty before"
                raise self.source.error(f"line {line}, column {column + 1}", why, "name the columns, columns = A,B")

    def _read_with_care(self, line: int, row: Row) -> list[float]:
        """The numbers of a row that is not all numbers: empty targets are NaN, as are those that are missing.

        Raises:
            LoadError: with line and column.
        """
        layout, cells = self.layout, self.layout.cells
        if len(row) != layout.width:
            what = "the header" if layout.header else "the first row"
            held = "1 cell" if len(row) == 1 else f"{len(row)} cells"
            hint = self._footer(line, row) or (f"add skip_rows = {layout.before}" if layout.before else "")
            raise self.source.error(f"line {line}", f"has {held} where {what} has {layout.width}", hint)
        values = []
        for column in self.columns:
            cell = row[column].strip()
            if not cell and column in layout.targets:
                values.append(np.nan)
                continue
            try:
                values.append(cells.value(cell))
            except ValueError:
                why = f"{quoted(cell)} is not a number" if cell else "is empty"
                footer = "" if cell and cells.hint(cell) else self._footer(line, row)
                hint = footer or cells.hint(cell) or self._otherwise(column)
                raise self.source.error(f"line {line}, column {column + 1}", why, hint) from None
        return values

    def _footer(self, line: int, row: Row) -> str:
        """What leaves the last lines out, where this row has no number and is one of the last."""
        if not self.lines or any(self.layout.cells.is_number(row[i]) for i in self.columns if i < len(row)):
            return ""
        longest = len(self.labels[-1]) if self.labels else 0
        if len(row) == self.layout.width and not self.empty_since and len("".join(row)) <= 2 * longest:
            return ""
        count = left(self.source, self.empty_since or line)
        return f"add skip_last = {count}" if count <= MOST_FOOTER else ""

    def _otherwise(self, column: int) -> str:
        """What is done about a word: in a column of numbers it is wrong, else the column may be none of x."""
        if self.lines or len(self.columns) < 2:
            return "a number such as -0.5 is needed"
        return f"labels = {self.layout.named(column)} makes them labels, columns = A,B takes those you name"

    def chosen(self) -> Sequence:
        """The sequence that is wanted. Raises LoadError."""
        if not self.lines:
            raise self.source.error("", "has no rows", "at least one row of numbers is needed")
        layout, table = self.layout, np.frombuffer(self.numbers).reshape(len(self.lines), len(self.columns))
        for value in layout.cells.values:
            table[table == value] = np.nan
        count = max(self.groups) + 1
        chosen = choose(self.source, self.wanted, count)
        rows: NDArray[Any] | range = range(len(self.lines))
        labels, parts = self.labels, None
        if count > 1:
            groups = np.asarray(self.groups)
            rows = np.argsort(groups, kind="stable")
            rows = rows[(groups[rows] >= chosen.start) & (groups[rows] < chosen.stop)]
            table = table[rows]
            labels = [labels[row] for row in rows] if labels else []
            parts = parts_of(np.bincount(groups[rows])[chosen.start :].tolist(), list(self.known))
        inputs = len(layout.inputs)

        def place(what: str, row: int, column: int) -> str:
            columns = layout.inputs if what == "x" else layout.targets
            return f"line {self.lines[int(rows[row])]}, column {columns[column] + 1}"

        x = np.ascontiguousarray(table[:, :inputs])
        targets = table[:, inputs : inputs + len(layout.targets)] if layout.targets else None
        afresh = None if layout.reset is None else np.nan_to_num(table[:, -1]) != 0
        notes = (*layout.notes, *self._notes())
        several = place, count, layout.outcomes, notes, afresh, parts
        return assemble(self.source, self.wanted, x, targets, labels, layout.features, *several)

    def _notes(self) -> list[str]:
        """What was guessed of the rows."""
        notes = []
        if self.marks & {",", "grouped"}:
            both = " and decimal points" if "." in self.marks else ""
            other = "" if "," in self.marks else " (--thousands , takes them for marks between thousands)"
            notes.append(f"its numbers have decimal commas{both}{other}")
        if self.left_out:
            rows = "1 row of empty cells is" if self.left_out == 1 else f"{self.left_out:,} rows of empty cells are"
            notes.append(f"{rows} left out")
        return notes


def looks_like_numbers(source: Source, wanted: Wanted) -> bool:
    """Whether the first row, below a header if there is one, is numbers but for a label."""
    try:
        layout = find_layout(source, wanted)
        row = first_rows(source, wanted, layout.cells.delimiter)[1 if layout.header else 0][1]
        _Table(source, wanted, layout)._read_with_care(1, row)
    except LoadError:
        return False
    return True
