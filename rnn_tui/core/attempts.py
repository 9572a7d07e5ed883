"""One thing that may have gone wrong between a model and a trace: a change of the run, and whether it explains it.

A change explains a trace where with it no number differs any more. Most that do not are found out after few timesteps,
so a run grows from a few of them to all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.replay import Subject
from rnn_tui.core.trace import Trace, Values

Array = NDArray[Any]
Rows = Callable[[int | None], Values]
"""The first rows of a trace as a change lets us expect them; None for all."""
LENGTHS = (2, 16, 128)
"""Rows that a run is tried on before it is tried on all."""


@dataclass(frozen=True)
class Attempt:
    """A change that may explain a trace.

    Attributes:
        cause: a word of the contract: ``gate-order``, ``bias``, ``shifted``, ...
        what: a sentence: what is done so that the difference vanishes.
        rows: what the trace should then hold, row 1 being of t = 1; a row that is not there may be anything.
        detail: the same as `what`, for programs.
        item: which sequence of the trace is meant; None for the one that counts.
        far: how far from it the trace may be, (rows, n) of each quantity; None for what is no difference.
    """

    cause: str
    what: str
    rows: Rows
    detail: Mapping[str, Any] = field(default_factory=dict)
    item: int | None = None
    far: Callable[[int | None], Values] | None = None


@dataclass(frozen=True)
class Cause:
    """What explains a trace.

    Attributes:
        cause, what, detail: of the attempt.
        difference: the largest difference that is left.
    """

    cause: str
    what: str
    difference: float
    detail: Mapping[str, Any] = field(default_factory=dict)


def explained(trace: Trace, attempt: Attempt, tolerance: float) -> Cause | None:
    """The cause, where an attempt explains the whole trace; else None."""
    left: float | None = None
    for count in (*(length for length in LENGTHS if length < trace.rows), None):
        needed = None if count is None else trace.first - 1 + count
        values = attempt.rows(needed)
        far = None if attempt.far is None else attempt.far(needed)
        left = remainder(trace, values, tolerance, count, attempt.item, far)
        if left is None:
            return None
    return None if left is None else Cause(attempt.cause, attempt.what, left, attempt.detail)


def remainder(
    trace: Trace,
    values: Values,
    tolerance: float,
    count: int | None,
    item: int | None = None,
    far: Values | None = None,
) -> float | None:
    """The largest difference of some first rows of a trace to what is expected there; None where one is too large.

    Args:
        trace: what was computed elsewhere.
        values: what is expected; the first row is of t = 1.
        tolerance: how large a difference is none.
        count: rows of the trace; None for all.
        item: which of its sequences.
        far: how large a difference is none, in the place of `tolerance`.
    """
    largest, compared = 0.0, 0
    for key in trace.keys:
        other = trace.of(key, item)[:count]
        ours = values[key][trace.first - 1 :][: len(other)]
        other = other[: len(ours)]
        with np.errstate(all="ignore"):
            gap = np.abs(other - ours)
            allowed = trace.allowed(key, ours, tolerance, item) if far is None else far[key][trace.first - 1 :]
            if not (gap <= allowed[: len(ours)]).all():  # nor where anything is NaN
                return None
        compared += gap.size
        largest = max(largest, float(gap.max(initial=0)))
    return largest if compared else None


def whole_runs(subject: Subject, **changes: Any) -> Rows:
    """The rows of a run with something else in the place of the subject's own; each length is run once."""
    known: dict[int | None, Values] = {}

    def rows(count: int | None) -> Values:
        if count not in known:
            known[count] = subject.values(count, **changes)
        return known[count]

    return rows
