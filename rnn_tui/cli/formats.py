"""How the numbers of a run are written: as CSV, as NumPy arrays, and as a table for people."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.cli.records import OTHER, Record
from rnn_tui.core.decimals import fixed
from rnn_tui.files.archives import write_npz

Array = NDArray[Any]
BLOCK = 1024
"""Rows that are kept one by one before they become one array."""


def write_csv(first: Sequence[Record], records: Iterable[Record], file: IO[str]) -> None:
    """One header, and a row for every timestep and layer; what a layer or the other run has not is left empty.

    Args:
        first: of every layer a record with all that it may have.
        records: what is written.
        file: where to.
    """
    writer = csv.writer(file, lineterminator="\n")
    named = (cells(name, array.shape) for record in first for name, array in record.columns().items())
    every = dict.fromkeys(cell for own in named for cell in own)
    places = {name: place for place, name in enumerate(sorted(every, key=lambda name: name.startswith(OTHER)))}
    if first:
        writer.writerow(["t", "layer", "label", *places])
    for record in records:
        row = [""] * len(places)
        for name, array in record.columns().items():
            for cell, value in zip(cells(name, array.shape), array.ravel().tolist(), strict=True):
                row[places[cell]] = repr(value)
        writer.writerow([record.step.t, record.step.layer, record.step.label, *row])


@lru_cache(maxsize=256)
def cells(name: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    """The column names of an array: ``x_1, x_2``, or ``W_1_1, W_1_2``; counted from 1."""
    return tuple("_".join((name, *map(str, index))) for index in product(*(range(1, size + 1) for size in shape)))


def write_arrays(first: Sequence[Record], records: Iterable[Record], named: bool, file: IO[bytes]) -> None:
    """Every quantity as one array, a row a timestep; empty arrays where there is none, and NaN where the other run has
    no such timestep.

    Args:
        first: of every layer a record with all that it may have.
        records: what is written.
        named: whether the names say the layer, ``layer1/x``.
        file: where to.
    """
    rows: dict[str, list[Array]] = {}
    kinds: dict[str, Array] = {}
    lacking: dict[int, dict[str, Array]] = {}
    for record in first:
        names = _named(record, named)
        kinds |= names
        other = {name: array for name, array in names.items() if name.rpartition("/")[2].startswith(OTHER)}
        lacking[record.step.layer] = {name: np.full(array.shape, np.nan) for name, array in other.items()}
    blocks: dict[str, list[Array]] = {name: [] for name in kinds}
    for record in records:
        for name, array in (lacking[record.step.layer] | _named(record, named)).items():
            own = rows.setdefault(name, [])
            own.append(array)
            if len(own) == BLOCK:
                blocks[name].append(np.stack(own))
                own.clear()
    for name, own in rows.items():
        if own:
            blocks[name].append(np.stack(own))
    write_npz(_joined(blocks, kinds), file)


def _joined(blocks: dict[str, list[Array]], kinds: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """The arrays, each made only when it is written."""
    for name in list(blocks):
        own = blocks.pop(name)
        yield name, np.concatenate(own) if own else np.zeros((0, *kinds[name].shape), kinds[name].dtype)


def _named(record: Record, named: bool) -> dict[str, Array]:
    step = record.step
    prefix = f"layer{step.layer}/" if named else ""
    whole = {"t": np.asarray(step.t), "label": np.asarray(step.label), **record.columns()}
    return {prefix + name: array for name, array in whole.items()}


def block(record: Record, digits: int | None, named: bool) -> str:
    """One timestep of one layer to be read by a person: a line a vector, a line a row of a matrix."""
    step, columns = record.step, record.columns()
    epoch = f"  epoch {columns.pop('epoch')}" if record.taught and record.taught.epoch else ""
    layer = f"  layer {step.layer}" if named else ""
    label = f"  {step.label!r}" if step.label else ""
    part = ""
    if record.part is not None:
        columns.pop("sequence")
        part = "  sequence {} of {}, its t = {}".format(*record.part)
    lines = [f"t = {step.t}{part}{layer}{epoch}{label}"]
    indent = max(map(len, columns))
    for name, array in columns.items():
        for index, row in enumerate(np.atleast_2d(array)):
            shown = (repr(v) if digits is None else fixed(v, digits) for v in map(float, row))
            lines.append(f"  {name if index == 0 else '':{indent}}  {'  '.join(shown)}".rstrip())
    return "\n".join(lines) + "\n\n"
