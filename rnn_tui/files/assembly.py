"""From the numbers of a file to a checked Sequence: one among several, finite, of matching lengths."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Rows
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_tui.core.errors import InputError
from rnn_tui.core.parts import Parts
from rnn_tui.core.scaling import Scaling, scaling_of
from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.core.texts import one_line
from rnn_tui.files.choosing import chosen, known_columns
from rnn_tui.files.errors import LoadError
from rnn_tui.files.filling import Place, filled
from rnn_tui.files.source import Source
from rnn_tui.files.wanted import Wanted

RESET = "reset"
"""What the numbers are called that are not 0 before which timesteps the states begin afresh."""
STRINGS_LIMIT = 10_000_000
"""The most labels a sequence may have."""

LONGEST_STRING = 1000
"""Characters of a label or of the name of a column."""

CHUNK = 2**20
"""The numbers looked at between two calls of the progress function."""


def choose(source: Source, wanted: Wanted, count: int) -> range:
    """The wanted ones of `count` sequences, from 0: one, or all.

    Raises:
        LoadError: there are fewer.
    """
    if isinstance(wanted.number, str):
        return range(count)
    if not 1 <= wanted.number <= count:
        held = "1 sequence" if count == 1 else f"{count} sequences"
        raise source.error("", f"holds {held}", f"sequence {wanted.number} is not there, 1 to {count} are")
    return range(wanted.number - 1, wanted.number)


def parts_of(lengths: Rows[int], names: Rows[str] = ()) -> Parts | None:
    """The sequences that have these lengths; None for a single one."""
    if len(lengths) < 2:
        return None
    return Parts(np.cumsum([1, *lengths[:-1]]), sum(lengths), tuple(map(one_line, names)))


def split_targets(
    source: Source, wanted: Wanted, x: Array, targets: Array | None, features: list[Any]
) -> tuple[Array, Array | None, list[Any]]:
    """Takes columns of x, (T, I), as targets: some by name, or the last so many where the file names none.

    Returns:
        x, targets and features, the last without the names of the columns taken.

    Raises:
        LoadError: that would leave no input, or the file names another number of targets.
    """
    if isinstance(wanted.targets, tuple):
        if targets is not None:
            raise other_targets(source, wanted, targets.shape[1])
        names = list(map(str, features))
        own = chosen(source, wanted.targets, known_columns(names, x.shape[1]), "targets")
        rest = [column for column in range(x.shape[1]) if column not in own]
        if not rest:
            raise too_many_targets(source, wanted, x.shape[1])
        return x[:, rest], x[:, own], [features[column] for column in rest] if features else features
    taken = wanted.taken
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
    return source.error(
        "", why, f"{_asked(wanted)} of them as targets leaves no input, targets = next takes the next row"
    )


def other_targets(source: Source, wanted: Wanted, named: int) -> LoadError:
    """The error of a file that names its targets, and not as many as were asked for."""
    why = f"names {named} target{'s' * (named > 1)} itself"
    return source.error("", why, f"{_asked(wanted)} cannot be asked of it")


def _asked(wanted: Wanted) -> str:
    """The targets that are asked for, as they were written."""
    return ", ".join(wanted.targets) if isinstance(wanted.targets, tuple) else str(wanted.targets)


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
    afresh: Array | None = None,
    parts: Parts | None = None,
) -> Sequence:
    """The sequence, after its numbers are checked.

    Args:
        x: (T, I) floats.
        targets: (T, O) floats or None. A row of NaN is a timestep that has no target.
        place: tells where a number that is not finite stands.
        count: how many sequences the file holds; more than one shows in the sequence's name.
        outcomes: the names of the columns of targets.
        notes: what was guessed in reading it.
        afresh: (T,), before which rows the states begin afresh; None for none.
        parts: the sequences that the rows are of; None for one.

    Raises:
        LoadError: a number is not finite, a row of targets is there in part, or the lengths differ.
    """
    said = list(notes)
    if wanted.fill:
        x, kept, filling = filled(source, wanted.fill, x, place, parts)
        said += filling
        if kept is not None:
            labels = list(labels)
            labels = [labels[row] for row in kept] if labels else []
            targets = None if targets is None else targets[kept]
            if afresh is not None:  # what a row that is left out says is of the next one
                before = np.concatenate([[-1], kept[:-1]])
                total = np.concatenate([[0], np.cumsum(afresh)])
                afresh = total[kept + 1] > total[before + 1]
            place = _before(place, kept)
            parts = None if parts is None else parts.chosen(kept)
    if not wanted.allow_nonfinite:
        _check_finite(source, wanted, x, place)
        if targets is not None:
            _check_targets(source, targets, place)
    if wanted.following and targets is not None:
        raise other_targets(source, wanted, targets.shape[1])
    scaling = None
    if wanted.scale:
        scaling, constant = scaling_of(wanted.scale, x, targets)
        if source.like is not None and source.like.scaling is not None and _as_wide(source.like, x, targets):
            scaling, constant = source.like.scaling, []
        with np.errstate(all="ignore"):
            x, targets = scaling.of_x(x), None if targets is None else scaling.of_targets(targets)
        if not (wanted.allow_nonfinite or np.isfinite(x).all()):
            raise source.error("", "has numbers too far apart to be scaled", "leave scale out")
        said += _told_scaling(wanted.scale, constant)
    if wanted.following:
        features = outcomes = list(features)
        targets = np.concatenate([x[1:], np.full((1, x.shape[1]), np.nan, x.dtype)])
        targets[[] if parts is None else parts.starts[1:] - 2] = np.nan
        scaling = None if scaling is None else scaling.following()
        said.append("the targets are the next row")
    found = build(source, wanted, x, targets, labels, features, count, outcomes, said, scaling, parts)
    if afresh is None:
        return found
    return replace(found, resets=np.union1d(found.resets, np.flatnonzero(afresh) + 1))


def _as_wide(like: Sequence, x: Array, targets: Array | None) -> bool:
    """Whether rows can be scaled as those of another sequence were."""
    widths = None if like.targets is None or targets is None else (like.targets.shape[1], targets.shape[1])
    return like.input_size == x.shape[1] and len(set(widths or ())) < 2


def _before(place: Place, kept: Array) -> Place:
    """Where a number stood before only some rows were kept."""
    return lambda what, row, column: place(what, int(kept[row]), column)


def _told_scaling(how: str, constant: list[str]) -> list[str]:
    what = "from 0 to 1" if how == "minmax" else "to mean 0 and standard deviation 1"
    return [f"every column is scaled {what}", *(f"{each} is constant, and its scale is left as 1" for each in constant)]


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
    scaling: Scaling | None = None,
    parts: Parts | None = None,
) -> Sequence:
    """The sequence as it is given, named after the file.

    Raises:
        LoadError: the lengths differ, or there are no rows.
    """
    labels, features, outcomes = list(labels), list(features), list(outcomes)
    for what, strings in (("labels", labels), ("features", features), ("outcomes", outcomes)):
        if strings and len(longest := max(strings, key=len)) > LONGEST_STRING:
            raise too_long_string(source, f"{what}, {strings.index(longest) + 1}", len(longest))
    name = source.title if count == 1 or wanted.every else f"{source.title} ({wanted.number} of {count})"
    which = f"it is sequence {wanted.number} of {count:,} in the file"
    if wanted.every:
        which = f"these are all {count:,} sequences of the file, one after the other"
    said = [*notes, which] if count > 1 else [*notes]
    try:
        return Sequence(x, targets, labels, name, features, outcomes, said, scaling=scaling, parts=parts)
    except InputError as problem:
        raise source.error(problem.where, problem.why, problem.hint) from None


def _check_finite(source: Source, wanted: Wanted, x: Array, place: Place) -> None:
    step = max(1, CHUNK // x.shape[1]) if x.shape[1] else CHUNK
    for start in range(0, len(x), step):
        finite = np.isfinite(x[start : start + step])
        if not finite.all():
            row, column = (int(i) for i in np.argwhere(~finite)[0])
            where, value = place("x", start + row, column), x[start + row, column]
            if wanted.missing and np.isnan(value):
                hint = "fill = previous, mean or zero fills it, fill = drop leaves the row out"
                raise source.error(where, "a number is missing", hint)
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
