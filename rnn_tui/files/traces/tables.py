"""A trace as a table: a timestep a row and a unit a column, or a number a row (long form)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import field, replace

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.texts import megabytes
from rnn_tui.files.cells import Cells
from rnn_tui.files.rows import Row, find_delimiter, first_rows, is_blank, records
from rnn_tui.files.source import Source, quoted
from rnn_tui.files.traces.digits import Digits
from rnn_tui.files.traces.names import LONG, LONG_UNIT, LONG_VALUE, TIMES, Named, named
from rnn_tui.files.traces.parts import LARGEST, Part, Parts
from rnn_tui.files.wanted import Wanted

Numbers = NDArray[np.float64]
MOST_COLUMNS = 50_000
BYTES = 160
"""About what a number of a table in long form takes until it has found its place."""


def read_table(source: Source) -> Parts:
    """The quantities of a table. Raises LoadError."""
    wanted = Wanted()
    delimiter = find_delimiter(source, wanted)
    looked = first_rows(source, wanted, delimiter)
    if not looked:
        raise source.error("", "has no rows", "a row of numbers for every timestep is needed")
    cells = Cells.of(wanted, delimiter)
    first = looked[0][1]
    stripped = [cell.strip() for cell in first]
    counted = [cell for cell in stripped if cell] == list(map(str, range(len(first) - stripped.count(""))))
    numbers = all(cells.is_number(cell) for cell in first)
    header = [] if numbers and not (counted and len(looked) > 1 and len(first) > 1) else stripped
    rows = ((line, row) for line, row in records(source, wanted, delimiter) if not is_blank(row))
    if header:
        next(rows)
    if len(first) > MOST_COLUMNS:
        raise source.error("", f"has {len(first):,} columns", f"up to {MOST_COLUMNS:,} are read")
    table = _Table(source, cells, header or [""] * len(first))
    low = [name.lower() for name in header]
    value = next((i for i, name in enumerate(low) if name in LONG_VALUE), None)
    if value is not None and any(name in LONG_UNIT for name in low):
        return table.long(rows, low, value)
    return table.wide(rows, bool(header))


@dataclass(eq=False)
class _Column:
    """The cells of one column."""

    numbers: array[float] = field(default_factory=lambda: array("d"))
    digits: Digits = field(default_factory=Digits)
    empty: int = 0


@dataclass(frozen=True)
class _Table:
    source: Source
    cells: Cells
    header: list[str]

    def rows(self, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
        """All rows, each as wide as the first. Raises LoadError."""
        for line, row in rows:
            if len(row) != len(self.header):
                why = f"has {len(row)} cells where the first row has {len(self.header)}"
                raise self.source.error(f"line {line}", why)
            yield line, row

    def number(self, line: int, column: int, cell: str) -> float:
        """What a cell holds. Raises LoadError."""
        try:
            return self.cells.number(cell.strip())
        except ValueError:
            why = f"{quoted(cell.strip())} is not a number" if cell.strip() else "is empty"
            raise self.source.error(f"line {line}, column {column + 1}", why) from None

    def wide(self, rows: Iterator[tuple[int, Row]], headed: bool) -> Parts:
        """A timestep a row, or one of a layer where a column says the layer."""
        names = [named(name, units=True) for name in self.header]
        low = [name.lower() for name in self.header]
        time = next((i for i, name in enumerate(low) if headed and name in TIMES), None)
        layer = next((i for i, name in enumerate(low) if name in LONG["layer"]), None)
        special = {time, layer}
        groups: dict[int | None, dict[int, _Column]] = {}
        times: dict[int | None, list[int]] = {}
        left_out: set[int] = set()
        held = 0
        for line, row in self.rows(rows):
            which = None if layer is None else self._whole(line, layer, row[layer])
            own = groups.setdefault(which, {i: _Column() for i in range(len(row)) if i not in special})
            times.setdefault(which, [])
            if time is not None:
                times[which].append(self._whole(line, time, row[time]))
            for index, column in own.items():
                if index in left_out:
                    continue
                cell = row[index].strip()
                if not cell:
                    column.empty += 1
                    column.numbers.append(np.nan)
                    continue
                try:
                    column.numbers.append(self.cells.number(cell))
                except ValueError:
                    if names[index].unit is not None and names[index].quantity:
                        raise self._no_number(line, index, cell) from None
                    left_out.add(index)
                    continue
                column.digits.see(cell)
            held += len(own) * 8
            if held > LARGEST:
                raise self.source.error(f"line {line}", f"more than {megabytes(LARGEST)} of numbers", "use .npz")
        if not groups:
            raise self.source.error("", "has no rows", "a row of numbers for every timestep is needed")
        parts: list[Part] = []
        notes: list[str] = []
        for which, columns in groups.items():
            kept = {index: column for index, column in columns.items() if index not in left_out}
            full = {i: c for i, c in kept.items() if c.empty < len(c.numbers)}
            for index, column in full.items():
                if column.empty:
                    row_number = int(np.argmax(np.isnan(np.array(column.numbers)))) + 1
                    raise self.source.error(f"row {row_number}, column {index + 1}", "is empty", "a number is needed")
            parts += self._gathered(which, names, full, headed)
        if not headed:
            parts, counted = _without_times(parts)
            notes.append("it has no header: its columns are taken for y" + (", the first for t" if counted else ""))
        out = [self.header[i] for i in sorted(left_out)]
        own_run = "s_prev_1" in low or "x_1" in low
        return Parts(tuple(parts), tuple(next(iter(times.values()))), own_run, tuple(notes), tuple(out))

    def _no_number(self, line: int, column: int, cell: str) -> Exception:
        return self.source.error(f"line {line}, column {column + 1}", f"{quoted(cell)} is not a number")

    def _whole(self, line: int, column: int, cell: str) -> int:
        """A whole number, of a timestep, a layer or a unit. Raises LoadError."""
        value = self.number(line, column, cell)
        if value != value or abs(value) > 2**53 or value != int(value):
            raise self.source.error(f"line {line}, column {column + 1}", f"{quoted(cell)} is not a whole number")
        return int(value)

    def _gathered(
        self, layer: int | None, names: list[Named], columns: dict[int, _Column], headed: bool
    ) -> Iterator[Part]:
        """Columns of one quantity side by side, by the number of their unit."""
        groups: dict[tuple[str, int | None, bool, bool], list[int]] = {}
        for index in columns:
            name = names[index] if headed else Named("y", "y")
            groups.setdefault((name.quantity, name.layer, name.counted, name.backwards), []).append(index)
        for own in groups.values():
            own.sort(key=lambda index: -1 if (unit := names[index].unit) is None else unit)
            name = replace(names[own[0]], unit=None) if headed else Named("y", "y")
            if layer is not None:
                name = replace(name, layer=layer, counted=True)
            digits = Digits()
            for index in own:
                seen = columns[index].digits
                digits.decimals = max(digits.decimals, seen.decimals)
                digits.figures = max(digits.figures, seen.figures)
                digits.count += seen.count
            values = np.stack([np.array(columns[index].numbers) for index in own], axis=1)
            yield Part(name.plain or "columns", name, values, digits.open(values))

    def long(self, rows: Iterator[tuple[int, Row]], low: list[str], value: int) -> Parts:
        """A number a row: t, perhaps the layer and the quantity, the unit, the number."""

        def place(words: frozenset[str]) -> int | None:
            return next((i for i, name in enumerate(low) if name in words and i != value), None)

        what, layer = place(LONG["name"]), place(LONG["layer"])
        time = place(TIMES - {"index"})
        unit = place(LONG_UNIT)
        if time is None or unit is None:
            raise self.source.error("line 1", "is a table in long form without a column of timesteps", "name it t")
        found: dict[tuple[str, int | None], dict[tuple[int, int], float]] = {}
        digits: dict[tuple[str, int | None], Digits] = {}
        held = 0
        for line, row in self.rows(rows):
            key: tuple[str, int | None] = (row[what].strip() if what is not None else "y", None)
            if layer is not None and row[layer].strip():
                key = (key[0], self._whole(line, layer, row[layer]))
            where = (self._whole(line, time, row[time]), self._whole(line, unit, row[unit]))
            own = found.setdefault(key, {})
            if where in own:
                raise self.source.error(f"line {line}", f"{key[0]} at t = {where[0]}, unit {where[1]} is there twice")
            own[where] = self.number(line, value, row[value])
            digits.setdefault(key, Digits()).see(row[value])
            held += BYTES
            if held > LARGEST:
                raise self.source.error(f"line {line}", f"more than {megabytes(LARGEST)} of numbers", "use .npz")
        parts = []
        times: list[int] = []
        for (text, number), own in found.items():
            name = named(text, units=False)
            if number is not None:
                name = replace(name, layer=number, counted=True)
            steps, units = sorted({t for t, _ in own}), sorted({u for _, u in own})
            if len(own) != len(steps) * len(units):
                lacking = next((t, u) for t in steps for u in units if (t, u) not in own)
                why = f"has no {text} at t = {lacking[0]}, unit {lacking[1]}"
                raise self.source.error("", why, "a row for every number is needed")
            values = np.array([[own[t, u] for u in units] for t in steps])
            parts.append(Part(text, name, values, digits[text, number].open(values)))
            times = times or steps
        if not parts:
            raise self.source.error("", "has no rows", "a row for every number is needed")
        return Parts(tuple(parts), tuple(times), notes=("it is a table in long form, a number a row",))


def _without_times(parts: list[Part]) -> tuple[list[Part], bool]:
    """Of a table without a header: its first column left out where it counts the timesteps."""
    values = parts[0].values
    counts = values.shape[1] > 1 and any((values[:, 0] == np.arange(len(values)) + first).all() for first in (0, 1))
    if not counts or len(values) < 2:
        return parts, False
    part = parts[0]
    return [replace(part, values=values[:, 1:], open=None if part.open is None else part.open[:, 1:])], True
