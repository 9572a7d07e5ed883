"""The headless front end: a run written as a table, JSON lines, CSV or NumPy arrays. No terminal, no Textual.

Floats are written so that they read back to the same bits, in every format; nothing is rounded unless asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.cli.formats import block, write_arrays, write_csv
from rnn_tui.cli.records import Record, taught_at
from rnn_tui.cli.tally import Tally
from rnn_tui.core.breakpoints import Breakpoint, Watch
from rnn_tui.core.central_differences import largest_difference
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import RangeError
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run, Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.step import Step
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
        ends: beside the last layer stands the last of the other run, whichever numbers they have.
        named: whether all that is written says its layer: more than one was asked for, or all there are.
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
    ends: bool = False
    named: bool = False

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
        other: Run | None = options.get("other")
        lower = len(layers) > 1 or options.get("ends")
        if other is not None and not lower and layers[0] > len(other.network.layers):
            why = f"the run beside has no layer {layers[0]}"
            raise RangeError("", "", why, f"it has {len(other.network.layers)}", "layer")
        for each in options.get("breaks", ()):
            each.condition(run.taught.walk())
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


def gradient_check(network: Network, sequence: Sequence, loss: str) -> tuple[float, str]:
    """`largest_difference`, quiet about numbers that overflow.

    Raises:
        LossError: targets that do not fit.
    """
    with np.errstate(all="ignore"):
        return largest_difference(network, sequence, loss)


def write_run(run: Run, choice: Choice, form: str, output: str | None, report: Progress | None = None) -> Tally:
    """Writes a run to a file, or to standard output where `output` is None.

    A file is written whole or not at all. To standard output goes what there is, as it comes.

    Returns:
        How often each breakpoint held in that part of the run.

    Raises:
        LoadError: the output cannot be written.
        RangeError: the run came to a number that is not finite; standard output has what goes before it, and that
            timestep; a file is as it was.
    """
    tally = Tally()
    records = _records(run, choice, tally, report)
    with _opened(output, binary=form == "npz") as file:
        if form == "jsonl":
            for record in records:
                file.write(json.dumps(record.json()) + "\n")
        elif form == "csv":
            write_csv(_first(run, choice), records, file)
        elif form == "npz":
            write_arrays(_first(run, choice), records, choice.named, file)
        else:
            for record in records:
                file.write(block(record, choice.digits, choice.named))
        _check_whole(run, choice)
    return tally


def _check_whole(run: Run, choice: Choice) -> None:
    """Raises RangeError where a run ended before its end."""
    if run.learner is not None:
        _check_learned(run)
    epochs = list(choice.epochs)
    if run.learner is not None and (run.voice is None or not epochs):
        return
    broken = run.walk(epochs[-1]).tape.broken
    if broken is not None and broken < choice.last and not choice.nonfinite:
        why = "a number is not finite, and the run stops here"
        raise RangeError("", f"t = {broken}", why, "--allow-nonfinite goes on")


def _check_learned(run: Run) -> None:
    """Raises RangeError where learning came to a number that is not finite."""
    if run.learner is not None and run.learner.broken is not None:
        epoch, t = run.learner.broken
        hint = "a smaller --rate or --clip 1 may help" if np.isfinite(run.sequence.x[:t]).all() else ""
        raise RangeError("", f"epoch {epoch}, t = {t}", "a number is not finite, and learning stops here", hint)


@dataclass(frozen=True, eq=False)
class Part:
    """A part of what is written: some timesteps of one walk.

    Attributes:
        run, other: whose walk it is, and that of the run beside.
        epoch: which.
        first, last: its timesteps, both included.
    """

    run: Run
    other: Run | None
    epoch: int
    first: int
    last: int


def _parts(run: Run, choice: Choice) -> list[Part]:
    """Every epoch chosen; after the last one of a network that goes on as it has learned, what is generated."""
    other, voice, epochs = choice.other, run.voice, list(choice.epochs)
    if voice is None or run.learner is None:
        return [Part(run, other, epoch, choice.first, choice.last) for epoch in epochs]
    end, beside = min(choice.last, voice.given), None if other is None else other.taught
    parts = [Part(run.taught, beside, epoch, choice.first, end) for epoch in epochs]
    if epochs and run.learner.broken is None:
        parts.append(Part(run, other, epochs[-1], max(choice.first, voice.first), choice.last))
    return [part for part in parts if part.first <= part.last]


def _timesteps(walk: Walk, part: Part, choice: Choice, tally: Tally) -> Iterator[int]:
    """The timesteps to write: up to the first number that is not finite, and those at which a breakpoint holds."""
    watch = Watch(walk, choice.breaks)
    goes_on = choice.nonfinite and walk.teaching is None
    for index in walk.tape.cuts.between(part.first, part.last):
        chunk = walk.tape.chunk(index)
        broken = None if goes_on else walk.tape.broken
        last = min(part.last, chunk.first + chunk.length - 1, broken or part.last)
        chosen = range(max(part.first, chunk.first), last + 1)
        if choice.breaks:
            yield from tally.add(watch, index, chosen)
        else:
            yield from chosen
        if broken is not None and broken <= last:
            return


def _first(run: Run, choice: Choice) -> list[Record]:
    """What is written of t = 1, layer by layer, which says what there is to write of any timestep."""
    return list(
        _records(run, replace(choice, first=1, last=1, breaks=(), epochs=list(choice.epochs)[:1]), Tally(), None)
    )


def _records(run: Run, choice: Choice, tally: Tally, report: Progress | None) -> Iterator[Record]:
    """Every timestep of every layer chosen; of a network that learns, epoch after epoch."""
    parts, passed = _parts(run, choice), 0
    count = sum(part.last - part.first + 1 for part in parts)
    tally.epochs = len({part.epoch for part in parts})
    for part in parts:
        with np.errstate(all="ignore"):
            walk, other = part.run.walk(part.epoch), part.other
            ghost = None if other is None else other.walk(min(part.epoch, other.last_epoch))
        for t in _timesteps(walk, part, choice, tally):
            step = walk.at(t)
            there = None if ghost is None or t > ghost.last else ghost.at(t)
            if report is not None:
                report(passed + t - part.first + 1, count)
            for layer in choice.layers:
                taught = taught_at(walk, layer, t, choice.gradients)
                beside = None if ghost is None or there is None else _beside(choice, ghost, there, layer)
                own = step.layers[layer - 1]
                where, said = _part(walk, t), None if run.voice is None else walk.generated(t)
                yield Record(own, taught, choice.values, choice.weights, where, said, other is not None, beside)
        passed += part.last - part.first + 1


def _beside(choice: Choice, walk: Walk, step: Step, layer: int) -> Record | None:
    """The same layer of the other run at a timestep; None where that has none."""
    count = len(walk.network.layers)
    layer = count if choice.ends else layer
    if layer > count:
        return None
    taught = taught_at(walk, layer, step.t, choice.gradients)
    said = None if choice.other is None or choice.other.voice is None else walk.generated(step.t)
    return Record(step.layers[layer - 1], taught, choice.values, choice.weights, _part(walk, step.t), said)


def _part(walk: Walk, t: int) -> tuple[int, int, int] | None:
    """Which of several sequences a timestep is of; None where there is one."""
    return None if walk.sequence.parts is None else walk.sequence.parts.told(t)


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
