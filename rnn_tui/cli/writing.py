"""The headless front end: a run written as a table, JSON lines, CSV or NumPy arrays. No terminal, no Textual.

Floats are written so that they read back to the same bits, in every format; nothing is rounded unless asked.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.cli.records import Record, taught_at
from rnn_tui.core.breakpoints import Breakpoint, Watch
from rnn_tui.core.central_differences import largest_difference
from rnn_tui.core.decimals import fixed
from rnn_tui.core.errors import RangeError
from rnn_tui.core.run import Run, Walk
from rnn_tui.files.archives import write_npz
from rnn_tui.files.replacing import replacing
from rnn_tui.files.source import Progress

Array = NDArray[Any]
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
        breaks: only timesteps at which one of them holds; all where there are none.
        nonfinite: go on after a number that is not finite; learning never does.
        gradients: those of each timestep as well, where the network learns.
        epochs: which of them, where the network learns.
        other: another run, whose numbers are written beside; None for none.
    """

    first: int
    last: int
    layers: tuple[int, ...]
    values: bool = False
    weights: bool = False
    digits: int | None = None
    breaks: tuple[Breakpoint, ...] = ()
    nonfinite: bool = False
    gradients: bool = False
    epochs: Iterable[int] = (1,)
    other: Run | None = None

    @classmethod
    def of(
        cls,
        run: Run,
        first: int | None,
        last: int | None,
        layers: tuple[int, ...],
        **options: Any,
    ) -> Choice:
        """A choice checked against a run. Raises RangeError."""
        begin, end = 1 if first is None else first, len(run) if last is None else last
        for option, t in (("from", begin), ("to", end)):
            if not 1 <= t <= len(run):
                raise RangeError("", "", f"{t} is no timestep", f"1 to {len(run)} are", option)
        if begin > end:
            raise RangeError("", "", f"{begin} comes after --to {end}", "the first timestep goes first", "from")
        for layer in layers:
            if not 1 <= layer <= len(run.network.layers):
                why = f"there is no layer {layer}"
                raise RangeError("", "", why, f"the network has {len(run.network.layers)}", "layer")
        for each in options.get("breaks", ()):
            each.condition(run.walk())
        return cls(begin, end, layers, **options)


def learn(run: Run, report: Progress | None = None) -> bool:
    """Learns to the end; False where Ctrl-C stopped it, with everything kept that was learned until then."""
    try:
        with np.errstate(all="ignore"):
            while run.advance():
                if report is not None:
                    report(*run.progress)
    except KeyboardInterrupt:
        return False
    return True


def gradient_check(run: Run, loss: str) -> tuple[float, str]:
    """`largest_difference`, quiet about numbers that overflow.

    Raises:
        LossError: targets that do not fit.
    """
    with np.errstate(all="ignore"):
        return largest_difference(run.network, run.sequence, loss, run.initial_state)


def write_run(run: Run, choice: Choice, form: str, output: str | None, report: Progress | None = None) -> None:
    """Writes a run to a file, or to standard output where `output` is None.

    A file is written whole or not at all. To standard output goes what there is, as it comes.

    Raises:
        LoadError: the output cannot be written.
        RangeError: the run came to a number that is not finite; standard output has what goes before it, and that
            timestep; a file is as it was.
    """
    records = _records(run, choice, report)
    with _opened(output, binary=form == "npz") as file:
        if form == "jsonl":
            for record in records:
                file.write(json.dumps(record.json()) + "\n")
        elif form == "csv":
            _write_csv(records, file)
        elif form == "npz":
            write_npz(_arrays(records, choice), file)
        else:
            for record in records:
                file.write(block(record, choice))
        _check_whole(run, choice)


def _check_whole(run: Run, choice: Choice) -> None:
    """Raises RangeError where a run ended before its end."""
    if run.learner is not None:
        _check_learned(run)
        return
    broken = run.walk().tape.broken
    if broken is not None and broken < choice.last and not choice.nonfinite:
        why = "a number is not finite, and the run stops here"
        raise RangeError("", f"t = {broken}", why, "--allow-nonfinite goes on")


def _check_learned(run: Run) -> None:
    """Raises RangeError where learning came to a number that is not finite."""
    if run.learner is not None and run.learner.broken is not None:
        epoch, t = run.learner.broken
        hint = "a smaller --rate or --clip 1 may help" if np.isfinite(run.sequence.x[:t]).all() else ""
        raise RangeError("", f"epoch {epoch}, t = {t}", "a number is not finite, and learning stops here", hint)


def _timesteps(walk: Walk, choice: Choice) -> Iterator[int]:
    """The timesteps to write: up to the first number that is not finite, and those at which a breakpoint holds."""
    length = walk.tape.chunk_length
    watch = Watch(walk, choice.breaks)
    goes_on = choice.nonfinite and walk.teaching is None
    for index in range((choice.first - 1) // length, (choice.last - 1) // length + 1):
        chunk = walk.tape.chunk(index)
        broken = None if goes_on else walk.tape.broken
        last = min(choice.last, chunk.first + chunk.length - 1, broken or choice.last)
        chosen = range(max(choice.first, chunk.first), last + 1)
        if choice.breaks:
            yield from (t for t in watch.matches(index) if t in chosen)
        else:
            yield from chosen
        if broken is not None and broken <= last:
            return


def _records(run: Run, choice: Choice, report: Progress | None) -> Iterator[Record]:
    """Every timestep of every layer chosen; of a network that learns, epoch after epoch."""
    epochs = list(choice.epochs)
    length = choice.last - choice.first + 1
    for passed, epoch in enumerate(epochs):
        with np.errstate(all="ignore"):
            walk = run.walk(epoch)
        for t in _timesteps(walk, choice):
            step = walk.at(t)
            if report is not None:
                report(passed * length + t - choice.first + 1, len(epochs) * length)
            for layer in choice.layers:
                taught = taught_at(walk, layer, t, choice.gradients)
                beside = None if choice.other is None else _beside(choice, epoch, layer, t)
                yield Record(step.layers[layer - 1], taught, choice.values, choice.weights, beside)


def _beside(choice: Choice, epoch: int, layer: int, t: int) -> Record | None:
    """The same timestep and layer of the other run; None where that has none."""
    other = choice.other
    if other is None or layer > len(other.network.layers):
        return None
    with np.errstate(all="ignore"):
        walk = other.walk(min(epoch, other.last_epoch))
    if t > walk.last:
        return None
    taught = taught_at(walk, layer, t, choice.gradients)
    return Record(walk.at(t).layers[layer - 1], taught, choice.values, choice.weights)


def _write_csv(records: Iterable[Record], file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    names: list[str] = []
    for record in records:
        step, columns = record.step, record.columns()
        header = ["t", "layer", "label", *(cell for name in columns for cell in cells(name, columns[name]))]
        if header != names:
            writer.writerow(header)
            names = header
        values = (repr(value) for array in columns.values() for value in array.ravel().tolist())
        writer.writerow([step.t, step.layer, step.label, *values])


def cells(name: str, array: Array) -> Iterator[str]:
    """The column names of an array: ``x_1, x_2``, or ``W_1_1, W_1_2``; counted from 1."""
    for index in product(*(range(1, size + 1) for size in array.shape)):
        yield "_".join((name, *map(str, index)))


def _arrays(records: Iterable[Record], choice: Choice) -> dict[str, Array]:
    rows: dict[str, list[Array]] = {}
    for record in records:
        step = record.step
        prefix = f"layer{step.layer}/" if len(choice.layers) > 1 else ""
        whole = {"t": np.asarray(step.t), "label": np.asarray(step.label), **record.columns()}
        for name, array in whole.items():
            rows.setdefault(prefix + name, []).append(array)
    return {name: np.stack(arrays) for name, arrays in rows.items()}


def block(record: Record, choice: Choice) -> str:
    """One timestep of one layer to be read by a person: a line a vector, a line a row of a matrix."""
    step, columns = record.step, record.columns()
    epoch = f"  epoch {columns.pop('epoch')}" if record.taught and record.taught.epoch else ""
    layer = f"  layer {step.layer}" if len(choice.layers) > 1 else ""
    label = f"  {step.label!r}" if step.label else ""
    lines = [f"t = {step.t}{layer}{epoch}{label}"]
    indent = max(map(len, columns))
    for name, array in columns.items():
        for index, row in enumerate(np.atleast_2d(array)):
            shown = (repr(v) if choice.digits is None else fixed(v, choice.digits) for v in map(float, row))
            lines.append(f"  {name if index == 0 else '':{indent}}  {'  '.join(shown)}".rstrip())
    return "\n".join(lines) + "\n\n"


@contextmanager
def _opened(output: str | None, binary: bool) -> Iterator[IO[Any]]:
    if output is not None:
        with replacing(output, text=not binary) as file:
            yield file
        return
    stream = sys.stdout.buffer if binary else sys.stdout
    try:
        yield stream
    finally:
        stream.flush()
