"""What the last layer predicts: what its numbers are called, which is the most likely, and whether that is the target.

A readout is a last layer without a state, whose y one compares with targets. Where y is a distribution (a softmax), its
largest number is a prediction, which is right or wrong.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.columns import begins
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.shapes import size_of

Array = NDArray[Any]
RIGHT, WRONG, NONE = 1, 0, -1
"""How a prediction is: that there is none is known, too: no target, or not passed yet."""


@dataclass(frozen=True)
class Prediction:
    """What is predicted at a timestep, and what should have been.

    Attributes:
        unit: the largest number of y, from 0.
        share: that number.
        target: which one should be the largest, from 0; None where there is no target.
        target_share: the number that y has there.
    """

    unit: int
    share: float
    target: int | None = None
    target_share: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the largest is the target."""
        return self.unit == self.target


@dataclass(frozen=True, eq=False)
class Readout:
    """A last layer that predicts.

    Attributes:
        sequence: what has the targets.
        width: O, how many numbers y has.
        distribution: whether they are probabilities.
    """

    sequence: Sequence
    width: int
    distribution: bool

    @cached_property
    def by_number(self) -> bool:
        """Whether the targets are class numbers, from 0, in one column."""
        targets = self.sequence.targets
        if not self.distribution or targets is None or targets.shape[1] > 1 or self.width == 1:
            return False
        classes = targets[~np.isnan(targets)]
        return bool(((classes == np.floor(classes)) & (classes >= 0) & (classes < self.width)).all())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What every number of y is called, or nothing where they have no names."""
        if self.by_number:
            return tuple(map(str, range(self.width)))
        return self.sequence.outcomes if len(self.sequence.outcomes) == self.width else ()

    @property
    def judged(self) -> bool:
        """Whether a prediction can be right or wrong."""
        targets = self.sequence.targets
        return self.distribution and targets is not None and (self.by_number or targets.shape[1] == self.width)

    def classes(self, first: int, end: int) -> Array:
        """The class that each of the timesteps `first` to `end` - 1 (from 1) should have, from 0; -1 for none."""
        targets = self.sequence.targets
        if not self.judged or targets is None:
            return np.full(end - first, NONE)
        rows = targets[first - 1 : end - 1]
        there = known_rows(rows)
        if self.by_number:
            return np.where(there, rows[:, 0], NONE).astype(np.int64)
        return np.where(there, np.argmax(rows, axis=1), NONE)

    def prediction(self, t: int, y: Array) -> Prediction | None:
        """What y at a timestep says; None where it is no distribution, or has a number that is not finite."""
        if not self.distribution or not np.isfinite(y).all():
            return None
        unit, target = int(np.argmax(y)), int(self.classes(t, t + 1)[0])
        if target == NONE:
            return Prediction(unit, float(y[unit]))
        return Prediction(unit, float(y[unit]), target, float(y[target]))


class Score:
    """At which timesteps of a walk the prediction is right.

    Attributes:
        readout: what predicts.
        marks: (T,), `RIGHT`, `WRONG` or `NONE` for every timestep.
    """

    def __init__(self, readout: Readout) -> None:
        self.readout = readout
        self.marks = np.full(len(readout.sequence), NONE, np.int8)

    def begin_with(self, other: Score, ready: int) -> None:
        """Takes over the first `ready` timesteps of another walk."""
        self.marks[:ready] = other.marks[:ready]

    def add(self, first: int, y: Array) -> None:
        """Takes the y of the timesteps from `first` on, (n, O)."""
        end = first + len(y)
        classes = self.readout.classes(first, end)
        known = (classes != NONE) & np.isfinite(y).all(axis=1)
        self.marks[first - 1 : end - 1] = np.where(known, np.argmax(y, axis=1) == classes, NONE)

    def count(self, first: int = 1, end: int | None = None) -> tuple[int, int]:
        """How many of the timesteps `first` to `end` - 1 are right, of how many that can be."""
        marks = self.marks[first - 1 : None if end is None else end - 1]
        return int((marks == RIGHT).sum()), int((marks != NONE).sum())

    def columns(self, width: int) -> list[tuple[int, int]]:
        """The same for each of `width` columns over the whole run, which begin where `digest.begins` says."""
        at = begins(len(self.marks), width)
        if not at.size:
            return []
        right = np.add.reduceat(self.marks == RIGHT, at, dtype=np.int64)
        known = np.add.reduceat(self.marks != NONE, at, dtype=np.int64)
        return list(zip(right.tolist(), known.tolist(), strict=True))


def readout_of(network: Network, sequence: Sequence, sizes: tuple[dict[str, int], ...]) -> Readout | None:
    """The readout of a network; None where its last layer keeps a state, or only joins two others."""
    last = network.layers[-1]
    width = size_of(last.cell.output_shape[0], sizes[-1])
    if last.cell.recurrent or not last.cell.parameters or width is None:
        return None
    return Readout(sequence, width, last.cell.distribution)
