"""Interventions: what is done to a run while it computes. A quantity is forced to a value, a state begins afresh.

Everything that reads a forced quantity reads the value it was forced to, the next timestep too where it is a state: it
is one more operation at the end of the equation, and not another path through it. (Pearl, Causality, 2009, calls this
do(f = 1): the equation of f is replaced, all others stay.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.operations import Operation, Shape

Array = NDArray[Any]
NOWHERE = np.zeros(0, np.int64)
WHERE, AS = " forced", " forced as"
"""What the names of two inputs end with: where a quantity is forced, and as what. No name of a cell has a space."""


def _given(value: Array, where: Array, given: Array) -> Array:
    return np.asarray(np.where(where, given, value))


def _kept(value: Shape, where: Shape, given: Shape) -> Shape:
    return value


def _computed(result: Array, value: Array, where: Array, given: Array) -> Array:
    return ~where


FORCED = Operation("forced", 3, _given, _kept, "forced", (_computed, 0, 0))
"""A value, but where it is forced what is given."""


@dataclass(frozen=True, eq=False)
class Force:
    """A computed quantity that is given a value.

    Attributes:
        name: the quantity.
        t: the timestep, or the first of some; None for every one.
        row: which of its numbers, from 0; None for all.
        value: what it becomes: one number, one for each row, or (n, rows) of n timesteps in turn.
    """

    name: str
    t: int | None
    row: int | None
    value: float | Array

    def covers(self, name: str, t: int, row: int) -> bool:
        """Whether it says what a number is."""
        there = self.t is None or self.t <= t < self.t + self.count
        return self.name == name and there and self.row in (None, row)

    @property
    def count(self) -> int:
        """How many timesteps it is of, from `t` on."""
        return len(self.value) if isinstance(self.value, np.ndarray) and self.value.ndim == 2 else 1

    def within(self, first: int, length: int) -> tuple[slice, float | Array]:
        """Which rows of a stretch, the first being of timestep `first`, it says, and what they become."""
        if self.t is None:
            return slice(None), self.value
        begin, end = max(self.t, first), min(self.t + self.count, first + length)
        rows = slice(begin - first, max(end, begin) - first)
        if isinstance(self.value, np.ndarray) and self.value.ndim == 2:
            return rows, self.value[begin - self.t : max(end, begin) - self.t]
        return rows, self.value


@dataclass(frozen=True, eq=False)
class Afresh:
    """Where the states of a stretch begin afresh.

    Attributes:
        rows: the timesteps, from 0, that do not read what the one before left; ascending, at least one.
        state: name to what they read instead.
    """

    rows: Array
    state: Mapping[str, Array]

    def places(self, length: int) -> Array:
        """Where the states that n timesteps read stand among all: each new beginning has a place of its own."""
        steps = np.arange(length)
        return steps + np.searchsorted(self.rows, steps, "right")


@dataclass(frozen=True, eq=False)
class Interventions:
    """What is done to a run.

    Attributes:
        forces: for every layer what is forced, later ones counting over earlier ones; empty where nothing is.
        resets: (n,), timesteps, ascending: between each and the one before it no state passes, and the next one in
            the direction of a layer begins as it began the run.
    """

    forces: tuple[tuple[Force, ...], ...] = ()
    resets: Array = field(default_factory=lambda: NOWHERE)

    def __bool__(self) -> bool:
        return any(self.forces) or bool(self.resets.size)

    def of(self, layer: int) -> tuple[Force, ...]:
        """What is forced in a layer (from 0)."""
        return self.forces[layer] if layer < len(self.forces) else ()

    def names(self, layer: int) -> frozenset[str]:
        """The quantities of a layer that are forced somewhere."""
        return frozenset(force.name for force in self.of(layer))

    def forced(self, layer: int, name: str, t: int, row: int) -> bool:
        """Whether a number of a layer, row from 0, was given and not computed."""
        return any(force.covers(name, t, row) for force in self.of(layer))

    def inputs(self, layer: int, sizes: Mapping[str, int], first: int, length: int, dtype: Any) -> dict[str, Array]:
        """For the timesteps from `first` on, in the order of time, where the quantities of a layer are forced, and as
        what: (length, size) each."""
        found: dict[str, Array] = {}
        for name in sorted(self.names(layer)):
            found[name + WHERE] = np.zeros((length, sizes[name]), bool)
            found[name + AS] = np.zeros((length, sizes[name]), dtype)
        for force in self.of(layer):
            times, value = force.within(first, length)
            rows = slice(None) if force.row is None else force.row
            found[force.name + WHERE][times, rows] = True
            found[force.name + AS][times, rows] = value
        return found

    def at(self, layer: int, t: int, values: Mapping[str, Array]) -> dict[str, Array]:
        """Where the quantities of a layer, which have these values at t, are forced there: name to (size,)."""
        sizes = {name: array.size for name, array in values.items()}
        forced = self.inputs(layer, sizes, t, 1, bool)
        return {name: forced[name + WHERE][0] for name in self.names(layer)}

    def afresh(self, t: int, reverse: bool) -> bool:
        """Whether a layer reads at t what it began the run with, and not what the timestep before it left."""
        return bool(self.resets.size) and bool(self.cuts(t, 1, reverse).size)

    def cuts(self, first: int, length: int, reverse: bool) -> Array:
        """The rows of a stretch, in the direction of the layer, whose states begin afresh, ascending."""
        begin = first + reverse  # backwards it is the timestep before the border that comes after it
        low, high = np.searchsorted(self.resets, (begin, begin + length))
        rows = self.resets[low:high] - begin
        return length - 1 - rows[::-1] if reverse else rows


NOTHING = Interventions()
