"""What may be wrong with time in a trace: rows shifted or turned round, states carried or begun afresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.attempts import Attempt, Rows, whole_runs
from rnn_tui.core.replay import Subject, after
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.trace import Key, Trace, Values

Array = NDArray[Any]
FURTHEST = 3
"""Timesteps by which rows or resets are tried to be shifted."""
LONGEST_BEFORE = 100_000
"""Timesteps of sequences before this one that are run for the state they leave."""


def attempts(subject: Subject, trace: Trace, t: int) -> Iterator[Attempt]:
    """Every change of the order of things, the likeliest first; `t` is where the first difference is."""
    own = whole_runs(subject)
    yield from _shifted(subject, trace, own)
    yield from _reversed(subject, own)
    yield from _items(subject, trace, own)
    if subject.network.recurrent:
        yield from _carried(subject)
        yield from _resets(subject, t)


def _shifted(subject: Subject, trace: Trace, own: Rows) -> Iterator[Attempt]:
    steps = len(subject.sequence)
    for count in range(1, min(FURTHEST, steps // 2) + 1):
        by = f"by {count} timestep{'s' * (count > 1)}"
        what = f"with the trace {by} later than ours"
        if count == 1:
            what = "with the state before the first timestep as the trace's first row"
        rows = partial(_early, subject, trace, own, count)
        yield Attempt("shifted", f"{what} the difference vanishes", rows, {"how": "early", "by": count})
        what = f"with the trace's first row as t = {count + 1} the difference vanishes"
        yield Attempt("shifted", what, partial(_late, own, count), {"how": "late", "by": count})
    x = np.asarray(subject.sequence.x)
    if steps > 1:
        late = Sequence(np.concatenate([np.zeros_like(x[:1]), x[:-1]]), resets=subject.sequence.resets)
        yield Attempt(
            "shifted",
            "with x one timestep late (zeros first) the difference vanishes",
            whole_runs(subject, sequence=late),
            {"how": "x late"},
        )
        resets = [t - 1 for t in subject.sequence.resets.tolist() if t > 1]
        early = Sequence(x[1:], resets=np.array(resets, np.int64))
        yield Attempt(
            "shifted",
            "with x one timestep early (its first row left out) the difference vanishes",
            whole_runs(subject, sequence=early),
            {"how": "x early"},
        )


def _late(own: Rows, count: int, _: int | None) -> dict[Key, Array]:
    """Ours without some first rows."""
    return {key: array[count:] for key, array in own(None).items()}


def _early(subject: Subject, trace: Trace, own: Rows, count: int, _: int | None) -> dict[Key, Array]:
    """Ours with some rows of the state it begins with before it; a gate, which has none there, may be anything."""
    found = {}
    for (layer, name), array in own(None).items():
        cell = subject.network.layers[layer].cell
        state = next((copy for copy in cell.copies(name) if copy in cell.states), "") if name in cell.shapes else ""
        if state:
            given = subject.initial_state[layer].get(state) if layer < len(subject.initial_state) else None
            first = np.zeros((1, array.shape[1])) if given is None else np.asarray(given, np.float64)[None]
        else:
            first = np.resize(trace.of((layer, name))[:1], (1, array.shape[1]))
        found[layer, name] = np.concatenate([*[first] * count, array])
    return found


def _reversed(subject: Subject, own: Rows) -> Iterator[Attempt]:
    if len(subject.sequence) < 2:
        return
    order = np.arange(len(subject.sequence))[::-1]
    plain = replace(subject.sequence, targets=None, outcomes=(), labels=(), scaling=None)
    backwards = whole_runs(subject, sequence=plain.ordered(order))
    yield Attempt(
        "reversed",
        "with the sequence run from its end, in the order it is run, the difference vanishes",
        backwards,
        {"how": "run-backwards"},
    )
    yield Attempt(
        "reversed",
        "with the sequence run from its end, in the order of time, the difference vanishes",
        lambda _: {key: array[::-1] for key, array in backwards(None).items()},
        {"how": "run-backwards-in-time"},
    )
    yield Attempt(
        "reversed",
        "with the trace's rows turned round the difference vanishes",
        lambda _: {key: array[::-1] for key, array in own(None).items()},
        {"how": "rows"},
    )


def _items(subject: Subject, trace: Trace, own: Rows) -> Iterator[Attempt]:
    for item in range(trace.items):
        if item != trace.item:
            what = f"with item {item + 1} of the trace's {trace.items} sequences the difference vanishes"
            yield Attempt("batch-item", what, own, {"trace_item": item + 1}, item)
    for number, sequence in subject.siblings.items():
        if number != subject.number and sequence.input_size == subject.sequence.input_size:
            what = f"with sequence {number} of the file the difference vanishes"
            rows = whole_runs(subject, sequence=sequence)
            yield Attempt("batch-item", what, rows, {"sequence_item": number})


def _carried(subject: Subject) -> Iterator[Attempt]:
    """States that are carried over from sequences before, or not begun with."""
    number, siblings = subject.number, subject.siblings
    orders = [(number - 1,), tuple(range(1, number)) if number > 2 else (), (number,)]
    known = {**siblings, number: subject.sequence}
    chains = [(order, [known[each] for each in order]) for order in orders if order and set(order) <= set(known)]
    if subject.network.forwards:
        for numbers, sequences in chains:
            if sum(map(len, sequences)) > LONGEST_BEFORE:
                continue
            which = "this sequence itself" if numbers == (subject.number,) else f"sequence {numbers[0]}"
            which += f" to {numbers[-1]}" if len(numbers) > 1 else ""
            what = f"with the state carried over from {which} the difference vanishes"
            rows = _following(subject, sequences)
            yield Attempt("state-carried", what, rows, {"how": "carried", "after": list(numbers)})
    if any(np.any(array) for states in subject.initial_state for array in states.values()):
        what = "with states that begin with zeros the difference vanishes"
        yield Attempt("state-carried", what, whole_runs(subject, initial_state=()), {"how": "zeros"})


def _following(subject: Subject, before: list[Sequence]) -> Rows:
    """The rows of a sequence that is run after others."""
    joined = after(before, subject.sequence)
    skipped = sum(map(len, before))
    whole = whole_runs(subject, sequence=joined)
    return lambda count: {k: a[skipped:] for k, a in whole(None if count is None else skipped + count).items()}


def _resets(subject: Subject, t: int) -> Iterator[Attempt]:
    """Resets at other times than the sequence says, none, or some that nobody asked for."""
    steps, own = len(subject.sequence), subject.sequence.resets.tolist()

    def run(resets: list[int]) -> Rows:
        return whole_runs(subject, sequence=with_resets(subject.sequence, resets))

    if own:
        for by in (1, -1, 2, -2, 3, -3):
            moved = [each + by for each in own if 2 <= each + by <= steps]
            if not moved:  # which is none at all
                continue
            how = f"{abs(by)} timestep{'s' * (abs(by) > 1)} {'later' if by > 0 else 'earlier'}"
            what = f"with every reset {how} the difference vanishes"
            yield Attempt("reset-time", what, run(moved), {"by": by})
        what = "with the states carried on over the resets of the sequence the difference vanishes"
        yield Attempt("state-carried", what, run([]), {"how": "reset", "resets": []})
    if t > 1:
        every = sorted({*own, *range(t, steps + 1, t - 1)})
        if len(every) > 1:
            what = f"with the states begun afresh after every {t - 1} timesteps the difference vanishes"
            what = what.replace("every 1 timesteps", "every timestep")
            yield Attempt("state-carried", what, run(every), {"how": "reset", "resets": every})
        once = sorted({*own, t})
        what = f"with the states begun afresh before t = {t} the difference vanishes"
        yield Attempt("state-carried", what, run(once), {"how": "reset", "resets": once})


def with_resets(sequence: Sequence, resets: list[int]) -> Sequence:
    """A sequence with other resets, and nothing else than its numbers."""
    return Sequence(sequence.x, name=sequence.name, resets=np.array(resets, np.int64))


def resets_of(subject: Subject, unlike: Callable[[Values], int | None], t: int, most: int = 24) -> list[int] | None:
    """The resets with which no row differs, found one after the other: at each first difference one is put in, or the
    sequence's own taken out. None where that does not lead to the end.

    Args:
        subject: what is compared.
        unlike: asked with all values at which t the first difference is; None where there is none.
        t: where it is without a change.
        most: how many changes are tried.
    """
    resets = set(subject.sequence.resets.tolist())
    place: int | None = t
    for _ in range(most):
        if place is None:
            return sorted(resets)
        resets ^= {place}
        found = unlike(subject.values(sequence=with_resets(subject.sequence, sorted(resets))))
        if found is not None and found <= place:
            return None
        place = found
    return None
