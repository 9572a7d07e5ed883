"""From the numbers of a file to a checked Sequence: one among several, finite, of matching lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.core.errors import InputError
from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import Source

Place = Callable[[str, int, int], str]
"""Where in the file a number stands: of ``x`` or ``targets``, row and column counted from 0."""

STRINGS_LIMIT = 10_000_000
"""The most labels a sequence may have."""

LONGEST_STRING = 1000
"""Characters of a label or of the name of a column."""

CHUNK = 2**20
"""The numbers looked at between two calls of the progress function."""


@dataclass(frozen=True)
class Wanted:
    """What the caller asks of the file: see `rnn_tui.files.sequences.load_sequence`."""

    words: bool = False
    targets: int = 0
    sequence: int = 1
    allow_nonfinite: bool = False


def choose(source: Source, wanted: Wanted, count: int) -> int:
    """The wanted one of `count` sequences, from 0.

    Raises:
        LoadError: there are fewer.
    """
    if not 1 <= wanted.sequence <= count:
        held = "1 sequence" if count == 1 else f"{count} sequences"
        raise source.error("", f"holds {held}", f"sequence {wanted.sequence} is not there, 1 to {count} are")
    return wanted.sequence - 1


def split_targets(
    source: Source, wanted: Wanted, x: Array, targets: Array | None, features: list[Any]
) -> tuple[Array, Array | None, list[Any]]:
    """Takes the last `wanted.targets` columns of x, (T, I), as targets where the file names none.

    Returns:
        x, targets and features, the last without the names of the columns taken.

    Raises:
        LoadError: that would leave no input, or the file names another number of targets.
    """
    taken = wanted.targets
    if not taken:
        return x, targets, features
    if targets is not None:
        if targets.shape[1] != taken:
            raise other_targets(source, wanted, targets.shape[1])
        return x, targets, features
    if taken >= x.shape[1]:
        raise too_many_targets(source, wanted, x.shape[1])
    return x[:, :-taken], x[:, -taken:], features[:-taken]


def too_many_targets(source: Source, wanted: Wanted, columns: int) -> LoadError:
    """The error of more target columns than the file can give."""
    why = f"has {columns} column{'s' * (columns > 1)} of numbers"
    return source.error("", why, f"{wanted.targets} of them as targets leaves no input")


def other_targets(source: Source, wanted: Wanted, named: int) -> LoadError:
    """The error of a file that names its targets, and not as many as were asked for."""
    why = f"names {named} target{'s' * (named > 1)} itself"
    return source.error("", why, f"{wanted.targets} cannot be asked of it")


def too_many_strings(source: Source, where: str, what: str) -> LoadError:
    """The error of more labels than a sequence may have."""
    return source.error(where, f"there are more than {STRINGS_LIMIT:,} {what}", "leave them out, or take fewer rows")


def too_long_string(source: Source, where: str, length: int) -> LoadError:
    """The error of a label that no screen could show."""
    return source.error(where, f"has {length:,} characters", f"up to {LONGEST_STRING:,} are loaded")


def assemble(
    source: Source,
    wanted: Wanted,
    x: Array,
    targets: Array | None = None,
    labels: Iterable[str] = (),
    features: Iterable[str] = (),
    place: Place = lambda what, row, column: f"{what}, row {row + 1}, column {column + 1}",
    count: int = 1,
    outcomes: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Sequence:
    """The sequence, after its numbers are checked.

    Args:
        x: (T, I) floats.
        targets: (T, O) floats or None. A row of NaN is a timestep that has no target.
        place: tells where a number that is not finite stands.
        count: how many sequences the file holds; more than one shows in the sequence's name.
        outcomes: the names of the columns of targets.
        notes: what was guessed in reading it.

    Raises:
        LoadError: a number is not finite, a row of targets is there in part, or the lengths differ.
    """
    if not wanted.allow_nonfinite:
        _check_finite(source, x, place)
        if targets is not None:
            _check_targets(source, targets, place)
    return build(source, wanted, x, targets, labels, features, count, outcomes, notes)


def build(
    source: Source,
    wanted: Wanted,
    x: Array,
    targets: Array | None,
    labels: Iterable[str],
    features: Iterable[str],
    count: int,
    outcomes: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Sequence:
    """The sequence as it is given, named after the file.

    Raises:
        LoadError: the lengths differ, or there are no rows.
    """
    labels, features, outcomes = list(labels), list(features), list(outcomes)
    for what, strings in (("labels", labels), ("features", features), ("outcomes", outcomes)):
        if strings and len(longest := max(strings, key=len)) > LONGEST_STRING:
            raise too_long_string(source, f"{what}, {strings.index(longest) + 1}", len(longest))
    name = source.title if count == 1 else f"{source.title} ({wanted.sequence} of {count})"
    which = [] if count == 1 else [f"it is sequence {wanted.sequence} of {count:,} in the file"]
    try:
        return Sequence(x, targets, labels, name, features, outcomes, [*notes, *which])
    except InputError as problem:
        raise source.error(problem.where, problem.why, problem.hint) from None


def _check_finite(source: Source, x: Array, place: Place) -> None:
    step = max(1, CHUNK // x.shape[1]) if x.shape[1] else CHUNK
    for start in range(0, len(x), step):
        finite = np.isfinite(x[start : start + step])
        if not finite.all():
            row, column = (int(i) for i in np.argwhere(~finite)[0])
            where, value = place("x", start + row, column), x[start + row, column]
            raise source.error(where, f"{value} is not finite", "a number is needed")
        if len(x) > step:
            source.progress(min(source.size, source.size * (start + step) // len(x)), source.size)


def _check_targets(source: Source, targets: Array, place: Place) -> None:
    infinite, missing = np.isinf(targets), np.isnan(targets)
    in_part = missing & ~missing.all(axis=1, keepdims=True)
    for wrong, why, hint in (
        (infinite, "is infinite", "a number is needed, or nothing where there is no target"),
        (in_part, "is missing", "a timestep has all its targets or none"),
    ):
        if wrong.any():
            row, column = (int(i) for i in np.argwhere(wrong)[0])
            raise source.error(place("targets", row, column), f"the target {why}", hint)
