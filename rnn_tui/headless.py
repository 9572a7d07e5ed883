"""The headless front end: a run written as a table, JSON lines, CSV or NumPy arrays. No terminal, no Textual.

Floats are written so that they read back to the same bits, in every format; nothing is rounded unless asked.
"""

from __future__ import annotations

import csv
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.breakpoints import Breakpoints
from rnn_tui.core.errors import RangeError
from rnn_tui.core.simulator import Simulator
from rnn_tui.core.step import Step
from rnn_tui.files.errors import LoadError

Array = NDArray[Any]
Report = Callable[[int, int], None]
"""Told how much is done, of how much."""
FORMATS = ("table", "jsonl", "csv", "npz")


@dataclass(frozen=True)
class Choice:
    """Which part of a run is written.

    Attributes:
        first, last: timesteps, both included.
        layers: numbers of the layers, from 1.
        values: every named quantity of the equations as well.
        weights: the parameters as used at each t as well.
        digits: round numbers in the table to so many decimals; None writes every bit.
        breakpoints: only timesteps at which one of them holds; all where there are none.
        nonfinite: go on after a number that is not finite.
    """

    first: int
    last: int
    layers: tuple[int, ...]
    values: bool = False
    weights: bool = False
    digits: int | None = None
    breakpoints: Breakpoints = field(default_factory=Breakpoints)
    nonfinite: bool = False

    @classmethod
    def of(
        cls,
        simulator: Simulator,
        first: int | None,
        last: int | None,
        layers: tuple[int, ...],
        **options: Any,
    ) -> Choice:
        """A choice checked against a run. Raises RangeError."""
        begin, end = 1 if first is None else first, len(simulator) if last is None else last
        for option, t in (("--from", begin), ("--to", end)):
            if not 1 <= t <= len(simulator):
                raise RangeError(option, "", f"{t} is no timestep", f"1 to {len(simulator)} are")
        if begin > end:
            raise RangeError("--from", "", f"{begin} comes after --to {end}", "the first timestep goes first")
        for layer in layers:
            if not 1 <= layer <= len(simulator.network.layers):
                why = f"there is no layer {layer}"
                raise RangeError("--layer", "", why, f"the network has {len(simulator.network.layers)}")
        return cls(begin, end, layers, **options)


def write_run(
    simulator: Simulator, choice: Choice, form: str, output: str | None, report: Report | None = None
) -> None:
    """Writes a run to a file, or to standard output where `output` is None.

    Raises:
        LoadError: the output cannot be written.
        RangeError: the run came to a number that is not finite; what goes before it, and that timestep, are written.
    """
    steps = _steps(simulator, choice, report)
    with _opened(output, binary=form == "npz") as file:
        if form == "jsonl":
            for step in steps:
                file.write(json.dumps(record(step, choice)) + "\n")
        elif form == "csv":
            _write_csv(steps, choice, file)
        elif form == "npz":
            _write_npz(_arrays(steps, choice), file)
        else:
            for step in steps:
                file.write(block(step, choice))
    broken = simulator.tape.broken
    if broken is not None and broken < choice.last and not choice.nonfinite:
        why = "a number is not finite, and the run stops here"
        raise RangeError("", f"t = {broken}", why, "--allow-nonfinite goes on")


def _timesteps(simulator: Simulator, choice: Choice) -> Iterator[int]:
    """The timesteps to write: up to the first number that is not finite, and those at which a breakpoint holds."""
    length = simulator.tape.chunk_length
    for index in range((choice.first - 1) // length, (choice.last - 1) // length + 1):
        chunk = simulator.tape.chunk(index)
        broken = None if choice.nonfinite else simulator.tape.broken
        last = min(choice.last, chunk.first + chunk.length - 1, broken or choice.last)
        chosen = range(max(choice.first, chunk.first), last + 1)
        if choice.breakpoints.enabled:
            yield from (t for t in choice.breakpoints.matches(simulator, index) if t in chosen)
        else:
            yield from chosen
        if broken is not None and broken <= last:
            return


def _steps(simulator: Simulator, choice: Choice, report: Report | None) -> Iterator[Step]:
    for t in _timesteps(simulator, choice):
        step = simulator.at(t)
        if report is not None:
            report(t - choice.first + 1, choice.last - choice.first + 1)
        for layer in choice.layers:
            yield step.layers[layer - 1]


def quantities(step: Step) -> dict[str, Array]:
    """x, the states before, the states after and y, in the order of the contract."""
    named = {"x": step.x}
    if step.state:
        first, *more = step.state
        named |= {"s_prev": step.state_prev[first], "s": step.state[first]}
        for name in more:
            named |= {f"{name}_prev": step.state_prev[name], name: step.state[name]}
    else:
        named |= {"s_prev": step.s_prev, "s": step.s}
    return {**named, "y": step.y}


def record(step: Step, choice: Choice) -> dict[str, Any]:
    """One timestep of one layer as JSON: the keys of the contract, in its order."""
    listed = {name: numbers(array) for name, array in quantities(step).items()}
    whole: dict[str, Any] = {"t": step.t, "layer": step.layer, "label": step.label, **listed}
    if choice.values:
        whole["values"] = {name: numbers(array) for name, array in step.values.items()}
    if choice.weights:
        whole["parameters"] = {name: numbers(array) for name, array in step.parameters.items()}
    return whole


def numbers(array: Array) -> Any:
    """Python floats in lists; float32 becomes the double of the same value, so that its bits come back."""
    return array.astype(np.float64).tolist()


def _columns(step: Step, choice: Choice) -> dict[str, Array]:
    """Everything chosen, by name; the named values of the equations that are not there already."""
    named = quantities(step)
    if choice.values:
        named |= {name: array for name, array in step.values.items() if name not in named}
    if choice.weights:
        named |= dict(step.parameters)
    return named


def _write_csv(steps: Iterable[Step], choice: Choice, file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    names: list[str] = []
    for step in steps:
        columns = _columns(step, choice)
        header = ["t", "layer", "label", *(cell for name in columns for cell in cells(name, columns[name]))]
        if header != names:
            writer.writerow(header)
            names = header
        values = (repr(float(value)) for array in columns.values() for value in array.flat)
        writer.writerow([step.t, step.layer, step.label, *values])


def cells(name: str, array: Array) -> Iterator[str]:
    """The column names of an array: ``x_1, x_2``, or ``W_1_1, W_1_2``; counted from 1."""
    for index in product(*(range(1, size + 1) for size in array.shape)):
        yield "_".join((name, *map(str, index)))


def _arrays(steps: Iterable[Step], choice: Choice) -> dict[str, Array]:
    rows: dict[str, list[Array]] = {}
    for step in steps:
        prefix = f"layer{step.layer}/" if len(choice.layers) > 1 else ""
        whole = {"t": np.asarray(step.t), "label": np.asarray(step.label), **_columns(step, choice)}
        for name, array in whole.items():
            rows.setdefault(prefix + name, []).append(array)
    return {name: np.stack(arrays) for name, arrays in rows.items()}


def _write_npz(arrays: Mapping[str, Array], file: IO[bytes]) -> None:
    """What np.savez writes; that function cannot take an array called ``file``."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def block(step: Step, choice: Choice) -> str:
    """One timestep of one layer to be read by a person: a line a vector, a line a row of a matrix."""
    layer = f"  layer {step.layer}" if len(choice.layers) > 1 else ""
    label = f"  {step.label!r}" if step.label else ""
    lines = [f"t = {step.t}{layer}{label}"]
    columns = _columns(step, choice)
    indent = max(map(len, columns))
    for name, array in columns.items():
        for index, row in enumerate(np.atleast_2d(array)):
            shown = (repr(v) if choice.digits is None else f"{v:.{choice.digits}f}" for v in map(float, row))
            lines.append(f"  {name if index == 0 else '':{indent}}  {'  '.join(shown)}".rstrip())
    return "\n".join(lines) + "\n\n"


@contextmanager
def _opened(output: str | None, binary: bool) -> Iterator[IO[Any]]:
    if output is None:
        yield sys.stdout.buffer if binary else sys.stdout
        (sys.stdout.buffer if binary else sys.stdout).flush()
        return
    try:
        with Path(output).open("wb" if binary else "w", encoding=None if binary else "utf-8", newline=None) as file:
            yield file
    except OSError as error:
        raise LoadError(output, "", f"cannot be written: {error.strerror}") from None
