"""Why a run and a trace differ: the changes of the run that make the difference vanish, each tried by running again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from rnn_tui.core import causes_in_time, causes_of_layers, causes_of_readouts
from rnn_tui.core.attempts import Attempt, Cause, Rows, explained, whole_runs
from rnn_tui.core.divergence import Divergence, first_divergence
from rnn_tui.core.narrow import BFLOAT16, FLOAT16, FLOAT32, LONGEST, STEP, computed_in, narrowed, rounded
from rnn_tui.core.network import Network
from rnn_tui.core.replay import Subject, each_array, first_rows
from rnn_tui.core.trace import Trace, Values

TRIED = (
    "gate-order",
    "reset-rule",
    "bias",
    "transposed",
    "state-carried",
    "shifted",
    "reversed",
    "activation",
    "precision",
    "reset-time",
    "batch-item",
)
"""The words for what may be wrong."""
BITS = {FLOAT32: "float32", FLOAT16: "float16", BFLOAT16: "bfloat16"}
ROOM = 4.0
"""So many times the error of one run in few bits may that of another be, which adds up in another order."""


def causes(subject: Subject, trace: Trace, divergence: Divergence, tolerance: float) -> tuple[Cause, ...]:
    """What explains a trace that differs, best first; nothing where no single change does.

    Args:
        subject: what was run.
        trace: what was computed elsewhere.
        divergence: where they first differ.
        tolerance: how large a difference is none.
    """
    tried = (explained(trace, attempt, tolerance) for attempt in _attempts(subject, trace, divergence))
    found = [each for each in tried if each is not None]
    if not found:
        found += _strewn(subject, trace, divergence, tolerance)
    if not found:
        narrow = (explained(trace, each, tolerance) for each in _narrow(subject, trace))
        found += [each for each in narrow if each is not None][:1]
    return tuple(found)


def _attempts(subject: Subject, trace: Trace, divergence: Divergence) -> Iterator[Attempt]:
    yield from causes_of_layers.attempts(subject)
    yield from causes_of_readouts.attempts(subject)
    yield from causes_in_time.attempts(subject, trace, divergence.t)
    for kind in (FLOAT32, FLOAT16, BFLOAT16):
        what = f"with the weights rounded to {BITS[kind]} the difference vanishes"
        yield Attempt("precision", what, whole_runs(subject, network=_with_weights(subject, kind)), {"weights": kind})


def _with_weights(subject: Subject, kind: str) -> Network:
    """The network with its weights rounded, two biases apart."""
    network = narrowed(subject.network, kind)
    for index, gated in enumerate(subject.gated):
        if gated is not None:
            network = network.with_layer(index, each_array(gated, partial(rounded, kind=kind)).layer())
    return network


def _strewn(subject: Subject, trace: Trace, divergence: Divergence, tolerance: float) -> list[Cause]:
    """Resets at no regular times."""
    if not (subject.network.recurrent and subject.network.forwards):
        return []

    def unlike(values: Values) -> int | None:
        ours = {key: array[trace.first - 1 :] for key, array in values.items()}
        other = first_divergence(trace, ours, tolerance)
        return None if other is None else other.t

    resets = causes_in_time.resets_of(subject, unlike, divergence.t)
    if resets is None:
        return []
    times = ", ".join(map(str, resets)) or "none"
    what = f"with the states begun afresh before t = {times} the difference vanishes"
    sequence = causes_in_time.with_resets(subject.sequence, resets)
    attempt = Attempt("state-carried", what, whole_runs(subject, sequence=sequence), {"how": "reset", "resets": resets})
    cause = explained(trace, attempt, tolerance)
    return [] if cause is None else [cause]


def _narrow(subject: Subject, trace: Trace) -> Iterator[Attempt]:
    """Runs that round every result, to a coarser kind first.

    None of them has the very bits of another framework's, which adds in another order: a trace is explained where all
    of its numbers are of that kind and none is farther from ours than `ROOM` times what ours changes by it.
    """
    if len(subject.sequence) > LONGEST:
        return
    own = whole_runs(subject)
    for kind in (BFLOAT16, FLOAT16, FLOAT32):
        if not all(_of_kind(trace, key, kind) for key in trace.keys):
            continue
        what = f"computed in {BITS[kind]} the model differs by as much"
        yield Attempt("precision", what, own, {"compute": kind}, far=partial(_room, subject, own, kind))


def _of_kind(trace: Trace, key: tuple[int, str], kind: str) -> bool:
    """Whether every number of a quantity is one of a kind, as far as the digits that are written tell."""
    values = trace.of(key)
    if kind == FLOAT32:
        return True
    with np.errstate(all="ignore"):
        allowed = np.abs(values) * 1e-8 + (trace.open_of(key) if key in trace.open else 0)
        return bool((np.abs(rounded(values, kind) - values) <= allowed).all())


def _room(subject: Subject, own: Rows, kind: str, count: int | None) -> Values:
    """How far from ours a run in few bits may be: of a quantity the same for all units, and no less than before."""
    sequence = subject.sequence if count is None else first_rows(subject.sequence, count)
    values = own(count)
    narrow = computed_in(kind, subject.network, sequence, subject.initial_state, subject.keys)
    found = {}
    for key, array in narrow.items():
        ours = values[key][: len(array)]
        with np.errstate(all="ignore"):
            gap = np.abs(array - ours).max(axis=1, keepdims=True, initial=0)
            least = STEP[kind] * np.maximum(np.abs(ours), 2.0**-14).max(axis=1, keepdims=True)
        found[key] = np.repeat(ROOM * np.maximum.accumulate(np.maximum(gap, least)), array.shape[1], axis=1)
    return found
