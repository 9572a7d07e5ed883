"""A sequence: the rows x_1 ... x_T that a network reads one timestep at a time."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from dataclasses import replace
from functools import cached_property
from mmap import mmap
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError
from rnn_tui.core.one_hot import OneHot
from rnn_tui.core.parts import Parts
from rnn_tui.core.scaling import Scaling
from rnn_tui.core.texts import one_line

Array = NDArray[Any]
"""A NumPy array of floats; shapes are given in the docstrings."""


@dataclass(frozen=True, eq=False, init=False)
class Sequence:
    r"""T timesteps of I numbers, with what one wants to know beside them.

    Its texts are made safe to show by `texts.one_line`: the label of a line end is ``\n``.

    Attributes:
        x: (T, I), float64 or float32, read-only. Row t - 1 holds x_t: t counts from 1, rows from 0. Of a long text it
            is a `OneHot`, whose slices are arrays.
        targets: (T, O) read-only, or None. What y_t should be.
        labels: one short string a timestep, or empty. What a person calls x_t.
        name: what the screen calls the sequence, e.g. its file name.
        features: one name a column of x, or empty, e.g. the letters of a one-hot alphabet.
        outcomes: one name a column of the targets, or empty: what is to be predicted.
        notes: what was guessed in reading it, a few words each, to be said to whoever asked for it.
        resets: (n,) read-only, timesteps from 1, ascending: before each of them every state begins afresh, as where
            another sequence begins.
        scaling: how x and targets were scaled, or None: with it they can be told in their own unit.
        parts: the sequences that these timesteps are of, at each of which the states begin afresh; None for one.
    """

    x: Array
    targets: Array | None
    labels: tuple[str, ...]
    name: str
    features: tuple[str, ...]
    outcomes: tuple[str, ...]
    notes: tuple[str, ...]
    resets: Array
    scaling: Scaling | None
    parts: Parts | None

    def __init__(
        self,
        x: Any,
        targets: Any = None,
        labels: Rows[str] | None = None,
        name: str = "sequence",
        features: Rows[str] | None = None,
        outcomes: Rows[str] | None = None,
        notes: Rows[str] | None = None,
        resets: Any = (),
        scaling: Scaling | None = None,
        parts: Parts | None = None,
    ) -> None:
        """Checks and freezes the rows.

        Raises:
            InputError: x is not (T, I) with T and I of 1 or more, targets or labels do not number T, or a reset is
                before no timestep.
        """
        rows = frozen(x, name, "x")
        wanted = None if targets is None else frozen(targets, name, "targets")
        object.__setattr__(self, "x", rows)
        object.__setattr__(self, "targets", wanted)
        object.__setattr__(self, "labels", _shown(labels or ()))
        object.__setattr__(self, "name", one_line(name))
        object.__setattr__(self, "features", _shown(features or ()))
        object.__setattr__(self, "outcomes", _shown(outcomes or ()))
        object.__setattr__(self, "notes", _shown(notes or ()))
        begins = () if parts is None else parts.starts[1:]
        object.__setattr__(self, "resets", _timesteps((*resets, *begins) if len(begins) else resets, name, len(rows)))
        object.__setattr__(self, "scaling", scaling)
        object.__setattr__(self, "parts", parts)
        for what, count, right in (
            ("targets", len(rows) if wanted is None else len(wanted), len(rows)),
            ("labels", len(self.labels) or len(rows), len(rows)),
            ("features", len(self.features) or rows.shape[1], rows.shape[1]),
            ("timesteps in parts", len(rows) if parts is None else parts.count, len(rows)),
        ):
            if count != right:
                raise InputError(name, what, f"there are {count} {what} where x needs {right}")
        columns = 0 if wanted is None else wanted.shape[1]
        if self.outcomes and len(self.outcomes) != columns:
            why = f"there are {len(self.outcomes)} outcomes where the targets need {columns}"
            raise InputError(name, "outcomes", why)

    def __len__(self) -> int:
        """T, the number of timesteps."""
        return len(self.x)

    @property
    def input_size(self) -> int:
        """I, the number of features of one timestep."""
        return int(self.x.shape[1])

    def ordered(self, rows: Array) -> Sequence:
        """The timesteps in another order, by their rows, each with its label and its target; one may be left out, or
        come twice.

        Where a state begins afresh there is a border between two timesteps. It stays where those two are still
        neighbours, backwards too; where they are not, the timestep after it takes it along. Before the first there is
        none to be seen. Sequences of which the timesteps are mixed are none any more.
        """
        border = np.zeros(len(self) + 1, bool)  # before each row
        border[self.resets - 1] = True
        before = np.concatenate([[-1], rows[:-1]])
        kept = np.where(before == rows + 1, border[before], border[rows] & (before != rows) & (before >= 0))
        targets = None if self.targets is None else self.targets[rows]
        labels = tuple(self.labels[row] for row in rows) if self.labels else ()
        parts = None if self.parts is None else self.parts.chosen(rows)
        afresh = np.flatnonzero(kept) + 1
        return replace(self, x=self.x[rows], targets=targets, labels=labels, resets=afresh, parts=parts)

    def of_parts(self, indices: Array) -> Sequence:
        """Some of its sequences alone, from 0."""
        return self.ordered(self._rows_of(indices))

    def scaled_by(self, indices: Array) -> Sequence:
        """Scaled by some of its sequences alone, from 0, in place of all; the same where it is not scaled."""
        if self.scaling is None:
            return self
        rows = self._rows_of(indices)
        targets, by = self.targets, self.scaling.targets
        with np.errstate(all="ignore"):
            scaling, constant = self.scaling.anew(rows, self.x, targets)
            x = scaling.of_x(self.scaling.x.own(self.x)).astype(self.x.dtype)
            if targets is not None and by is not None:
                targets = scaling.of_targets(by.own(targets)).astype(targets.dtype)
        notes = (f"{each} is constant in what the scale is of, where it is left as 1" for each in constant)
        return replace(self, x=x, targets=targets, scaling=scaling, notes=(*self.notes, *notes))

    def _rows_of(self, indices: Array) -> Array:
        """The rows of some of its sequences, from 0."""
        parts = self.parts or Parts([1], len(self))
        return np.flatnonzero(np.isin(parts.numbers(), indices))

    @property
    def held(self) -> int:
        """The bytes of memory that x takes; none where it stays in a file."""
        x: Any = self.x
        if isinstance(x, OneHot):
            return x.held
        return 0 if self._mapped is not None else int(x.nbytes)

    def check_there(self) -> None:
        """Looks whether numbers that stay in a file still are in it; reading past its end would end the process.

        Raises:
            InputError: the file has become shorter.
        """
        held = self._mapped
        if held is not None and isinstance(held.base, mmap) and held.base.size() < held.offset + held.nbytes:
            raise InputError(self.name, "", "has been cut short since it was opened", "open a whole file")

    @cached_property
    def _mapped(self) -> np.memmap[Any, Any] | None:
        """The part of a file that x is a view of; None where x is in memory."""
        array: Any = self.x
        while isinstance(array, np.ndarray):
            if isinstance(array, np.memmap) and not isinstance(array.base, np.ndarray):
                return array
            array = array.base
        return None

    def label(self, t: int) -> str:
        """The label of timestep t (1 to T), or an empty string."""
        return self.labels[t - 1] if self.labels else ""


def _timesteps(values: Any, name: str, count: int) -> Array:
    """Timesteps as an array, each once, ascending. Raises InputError."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise InputError(name, "resets", "are no timesteps", "whole numbers are needed")
    found = array.astype(np.int64).ravel()
    if found.size > 1:  # NumPy loads its masked arrays to look for what is there twice
        found = np.unique(found)
    if found.size and not 1 <= found[0] <= found[-1] <= count:
        raise InputError(name, "resets", "name a timestep that is not there", f"the sequence has 1 to {count}")
    found.flags.writeable = False
    return found


def _shown(labels: Rows[str]) -> tuple[str, ...]:
    """Labels, safe to show; many are alike, and each is looked at once."""
    different = set(map(type, labels))
    texts = labels if different <= {str} else list(map(str, labels))
    shown = {text: one_line(text) for text in set(texts)}
    return tuple(map(shown.__getitem__, texts))


def frozen(values: Any, name: str, what: str) -> Array:
    """`values` as a read-only matrix of floats with at least one row and one column, copied only when needed.

    Raises:
        InputError: not numbers, not two-dimensional, or empty.
    """
    if isinstance(values, OneHot):
        return cast(Array, values)  # which is read as one
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":  # None, text and complex numbers are refused, not turned into some
            raise TypeError
        if array.dtype not in (np.float32, np.float64):
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(name, what, "holds something that is not a number or rows of unequal length") from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise InputError(name, what, f"has shape {array.shape}", "a table of T rows is needed")
    if array.size == 0:
        raise InputError(name, what, "has no numbers", "at least one timestep of one number is needed")
    view = array.view()
    view.flags.writeable = False
    return view
