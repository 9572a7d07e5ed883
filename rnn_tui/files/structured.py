"""Sequences as JSON: one value in a .json file, one timestep a line in .jsonl."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np

from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.files.assembly import Wanted, assemble, choose, split_targets
from rnn_tui.files.source import Source, quoted

RowPlace = Callable[[int], str]
"""Where a row, counted from 0, stands in the file."""

KINDS = {list: "a list", dict: "an object", type(None): "null"}


def load_json(source: Source, wanted: Wanted) -> Sequence:
    """A list of rows, or an object {"x": rows, "targets": rows, "labels": list, "features": list}.

    All but x may be absent. A row is a list of numbers, or a number where there is one feature. A list of
    objects, or of lists of rows, is several sequences. A null among the targets means that there is none.
    Other keys are left alone.

    Raises:
        LoadError: with line and column, not JSON; with row and column, not such a list or object.
    """
    value = parse(source, source.text(), 1)
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
    numbered = enumerate(source.text().split("\n"), 1)
    parts = [list(part) for filled, part in groupby(numbered, lambda item: bool(item[1].strip())) if filled]
    if not parts:
        raise source.error("", "has no rows", "at least one line is needed")
    chosen = parts[choose(source, wanted, len(parts))]
    steps = []
    for number, line in chosen:
        value = parse(source, line, number)
        step = value if isinstance(value, dict) else {"x": value}
        if step.get("x") is None:
            raise source.error(f"line {number}", "has no x", 'a list of numbers or {"x": [...]} is needed')
        steps.append(step)

    def row_place(row: int) -> str:
        return f"line {chosen[row][0]}"

    x = matrix(source, [step["x"] for step in steps], row_place)
    wished = [step.get("targets", step.get("target")) for step in steps]
    targets = None
    if any(target is not None for target in wished):
        targets = matrix(source, wished, row_place, may_lack=True)
    names = [step.get("labels", step.get("label")) for step in steps]
    labels = strings(source, names if any(name is not None for name in names) else None, "labels")
    x, targets, _ = split_targets(source, wanted, x, targets, [])

    def place(what: str, row: int, column: int) -> str:
        return f"{row_place(row)}, column {column + 1} of {what}"

    return assemble(source, wanted, x, targets, labels, (), place, len(parts))


def is_json_lines(text: str) -> bool:
    """Whether a text that begins like JSON has a whole value on its first line and more below."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip():
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


def matrix(source: Source, rows: Any, row_place: RowPlace, may_lack: bool = False) -> Array:
    """`rows` as (T, n) float64; NaN for null, or for a whole row that is null, if `may_lack`.

    Raises:
        LoadError: not rows of numbers, all of one length.
    """
    if not isinstance(rows, list) or not rows:
        raise source.error(row_place(0).rpartition(",")[0], "has no rows", "a list of rows is needed")
    table = [row if isinstance(row, list) else [row] for row in rows]
    if may_lack:
        present = [row for row, given in zip(table, rows, strict=True) if given is not None]
        width = len(present[0]) if present else 1
        table = [[None] * width if given is None else row for row, given in zip(table, rows, strict=True)]
    width = len(table[0])
    result = np.empty((len(table), width))
    for i, row in enumerate(table):
        if len(row) != width:
            held = "1 number" if len(row) == 1 else f"{len(row)} numbers"
            raise source.error(row_place(i), f"has {held} where {row_place(0)} has {width}")
        for j, cell in enumerate(row):
            if not isinstance(cell, (int, float)) and not (may_lack and cell is None):
                why = f"{KINDS.get(type(cell)) or quoted(cell)} is not a number"
                raise source.error(f"{row_place(i)}, column {j + 1}", why, "a number such as -0.5 is needed")
        try:
            result[i] = [np.nan if cell is None else float(cell) for cell in row]
        except OverflowError:
            raise source.error(row_place(i), "has a number too large for a float") from None
    return result


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
