"""A recipe's run beside a trace: where they first differ, and what explains it."""

from __future__ import annotations

import os
from dataclasses import replace

from rnn_tui.core.attempts import Cause
from rnn_tui.core.causes import causes
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.divergence import Divergence, first_divergence
from rnn_tui.core.errors import InputError
from rnn_tui.core.precision import Rounded, precision
from rnn_tui.core.replay import Subject
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.trace import TOLERANCE, Trace
from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.loaded import Loaded
from rnn_tui.files.source import Progress
from rnn_tui.files.traces.reading import load_trace
from rnn_tui.session.recipe import Recipe, Source

MOST_SIBLINGS = 64
"""Sequences of the same file that are looked at for the one that is meant."""
READ_AGAIN = 2**28
"""Bytes that are read of a file for all of them together."""


@dataclass(frozen=True, eq=False)
class Compared:
    """What was found.

    Attributes:
        subject: what was run.
        trace: what it was compared with.
        divergence: the first difference; None where there is none.
        causes: what explains it, best first.
    """

    subject: Subject
    trace: Trace
    divergence: Divergence | None
    causes: tuple[Cause, ...]


def compared(
    recipe: Recipe, reference: str, tolerance: float = TOLERANCE, progress: Progress | None = None
) -> Compared:
    """A recipe's run compared with the trace in a file.

    Args:
        recipe: what runs; it does not learn and has no edits.
        reference: the file.
        tolerance: how large a difference is none, times max(1, |ours|).
        progress: called now and then with the bytes done and in all.

    Raises:
        InputError: the sequence, the network or the trace is wrong, or the recipe is not plain.
    """
    _plain(recipe, "reference")
    subject, trace = subject_of(recipe, reference, progress)
    ours = {key: array[trace.first - 1 :] for key, array in subject.values().items()}
    divergence = first_divergence(trace, ours, tolerance)
    found: tuple[Cause, ...] = ()
    if divergence is not None:
        siblings = subject.siblings or _siblings(recipe.source)
        found = causes(replace(subject, siblings=siblings), trace, divergence, tolerance)
    return Compared(subject, trace, divergence, found)


def in_few_bits(
    recipe: Recipe, threshold: float | None = None, progress: Progress | None = None
) -> tuple[Run, tuple[Rounded, ...]]:
    """A recipe's run, and what other kinds of number make of its decisions. Raises InputError."""
    _plain(recipe, "precision")
    run = recipe.build(progress)
    return run, precision(run.network, run.sequence, run.initial_state, threshold)


def subject_of(recipe: Recipe, reference: str, progress: Progress | None = None) -> tuple[Subject, Trace]:
    """What is compared, and with which numbers of a file. Raises InputError."""
    source = recipe.source
    sequence = source.load(progress)
    loaded = _loaded(recipe, sequence, progress)
    network = loaded.network
    run = Run(network, sequence, loaded.initial_state)
    trace = load_trace(reference, network, run.sequence.input_size, len(sequence), progress=progress)
    siblings: dict[int, Sequence] = {}
    if trace.items > 1:
        siblings = _siblings(source)
        item = number_of(source) - 1 if trace.items == len(siblings) else 0
        which = f"it has {trace.items} sequences, and number {item + 1} is compared"
        trace = replace(trace, item=item, notes=(*trace.notes, which))
    orders: list[tuple[str, ...]] = [()] * len(network.layers)
    for card in loaded.cards:
        for place in card.layers:
            orders[place - 1] = tuple(card.order[0].replace(",", " ").split())
    subject = Subject.of(
        network,
        loaded.gated,
        sequence,
        run.initial_state,
        trace.keys,
        number=number_of(source),
        siblings=siblings,
        notes=loaded.notes,
        orders=tuple(orders),
    )
    return subject, trace


def _plain(recipe: Recipe, field: str) -> None:
    """Raises InputError where a recipe learns, or has edits."""
    if recipe.learning is not None or recipe.edits:
        what = "learns" if recipe.learning is not None else "has edits"
        raise InputError("", "", f"is of a plain run, and this one {what}", "leave that out", field)


def _loaded(recipe: Recipe, sequence: Sequence, progress: Progress | None) -> Loaded:
    """The network, its layers gate by gate, and what it begins with. Raises InputError."""
    from rnn_tui.files.foreign.own_layers import gated_of

    numbers = recipe.blueprint.build(sequence, recipe.source.allow_nonfinite, progress)
    if numbers.read is None:
        gated = tuple(map(gated_of, numbers.network.layers))
        return Loaded(numbers.network, "", numbers.initial_state, gated=gated, notes=numbers.notes)
    return replace(numbers.read, initial_state=numbers.initial_state)


def number_of(source: Source) -> int:
    """Which sequence of its file it is, from 1; 1 where it is all of them."""
    return source.number if isinstance(source.number, int) else 1


def _siblings(source: Source) -> dict[int, Sequence]:
    """The sequences of a file by their number; nothing where there is one alone. Of a large file they are few."""
    if source.inline is not None or source.every or not os.path.isfile(source.path):
        return {}
    most = min(MOST_SIBLINGS, READ_AGAIN // max(os.path.getsize(source.path), 1))
    before = max(number_of(source) - 1, 1)
    found: dict[int, Sequence] = {}
    for number in dict.fromkeys((before, before + 1, *range(1, most + 1))):
        try:
            found[number] = replace(source, number=number).load()
        except LoadError:  # there is no such sequence
            break
    return dict(sorted(found.items())) if len(found) > 1 else {}
