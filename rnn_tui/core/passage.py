"""A passage: some windows of an epoch one after the other, from the parameters and states that the first begins with.

Like the chunks of a tape, an epoch's numbers are not kept: only what each passage begins with is, and a passage is
computed again, in the same way and to the same bits, when one of its windows is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Container
from collections.abc import Sequence as Rows
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.initial_state import State
from rnn_tui.core.optimizers import Memory
from rnn_tui.core.routine import Room, read_only
from rnn_tui.core.runner import Run
from rnn_tui.core.window_runner import WindowRunner

Array = NDArray[Any]
Span = tuple[int, int]
"""A window as rows of the sequence: first, and one past the last."""
STEPS = 64
"""Timesteps of a passage, about, where windows are shorter and parameters few."""
NUMBERS = 2**23
"""Parameters of all updates of a passage together, about, where they are many."""
MOST_NUMBERS = 2**25
"""Parameters of all updates of an epoch together, up to which passages are as short as that."""


@dataclass(frozen=True, eq=False)
class Start:
    """What a passage begins with.

    Attributes:
        parameters: all of them, as their layout has them.
        memory: what the optimizer remembers.
        states: of each layer.
    """

    parameters: Array
    memory: Memory
    states: tuple[State, ...]


def windows_a_passage(length: int, parameters: int, count: int) -> int:
    """How many windows make a passage: few, so that it is soon computed again; more where there are very many, so that
    what is kept at the beginning of each takes no more than what one of them computes.

    Args:
        length: timesteps of a window, about.
        parameters: numbers in all of them.
        count: windows of an epoch.
    """
    few = min(STEPS // length, NUMBERS // max(parameters, 1), count)
    many = min(math.isqrt(count), count) if parameters * count > MOST_NUMBERS else 1
    return max(1, few, many)


class Values:
    """Room for what the layers of a network compute in some timesteps; what has two names is there once."""

    def __init__(self, count: int, runs: Rows[Run]) -> None:
        """Makes room.

        Args:
            count: rows: timesteps, and one for each window but the first that begins afresh.
            runs: one a layer, which show what there is.
        """
        room = Room().array
        self.named: list[dict[str, Array]] = []
        self.states: list[dict[str, Array]] = []
        self._every: list[list[Array]] = []
        for run in runs:
            plan, dtype = run.runner.plan, run.runner.dtype
            states = {name: room((count + 1, run.runner.size(value)), dtype) for name, value in plan.states}
            arrays = {id(value): states[name][1:] for name, value in plan.states}
            for _, value in plan.named:
                if id(value) not in arrays:
                    arrays[id(value)] = room((count, run.runner.size(value)), dtype)
            self.states.append(states)
            self.named.append({name: arrays[id(value)] for name, value in plan.named})
            self._every.append(list(arrays.values()))

    def put(self, row: int, length: int, recorded: Rows[Array]) -> None:
        """Copies a window that begins at a row out of the arrays that the next one may be written into."""
        kept = (array for own in self._every for array in own)
        for source, array in zip(recorded, kept, strict=True):
            array[row : row + length] = source

    def blank(self, rows: Rows[int]) -> None:
        """Rows before which a window ended, and after which one begins afresh, hold nothing."""
        for own in self._every:
            for array in own:
                array[rows] = 0

    def whole(self, count: int) -> bool:
        """Whether all numbers of the first rows are finite."""
        return all(np.isfinite(array[:count]).all() for own in self._every for array in own)

    def finite(self, row: int, length: int, reverse: Rows[bool]) -> Array:
        """(n,), whether all numbers of each timestep of a window that begins at a row are."""
        fine = np.ones(length, bool)
        for own, back in zip(self._every, reverse, strict=True):
            for array in own:
                rows = np.asarray(np.isfinite(array[row : row + length]).all(axis=1))
                fine &= rows[::-1] if back else rows
        return fine

    def runs(self, row: int, length: int) -> tuple[Run, ...]:
        """What each layer computed in the window that begins at a row."""
        return tuple(
            Run.of(
                length,
                {name: read_only(array[row : row + length]) for name, array in named.items()},
                {name: read_only(array[row : row + length + 1]) for name, array in states.items()},
            )
            for named, states in zip(self.named, self.states, strict=True)
        )


class Passage:
    """Some windows of an epoch, as they come.

    Attributes:
        spans: of its windows.
        memory: what the optimizer remembers after the last window passed; its arrays are the passage's own.
        norms: of the gradients of each window passed, all of them together, before clipping.
        vectors: the parameters before the first window and, where they are kept, after each passed.
        losses: of each timestep passed.
    """

    def __init__(self, start: Start, spans: Rows[Span], afresh: Container[int], values: Values, keep: bool) -> None:
        """Begins.

        Args:
            start: what it begins with.
            spans: of its windows.
            afresh: the rows of the sequence before which states begin afresh.
            values: room for as many timesteps; what is in it is lost.
            keep: whether the parameters after every window are kept.
        """
        self.spans, self.memory, self._values, self._keep = spans, start.memory.copy(), values, keep
        self.vectors, self.norms = [start.parameters], list[float]()
        self._runner: WindowRunner | None = None
        self._first, self._afresh = spans[0][0], [first in afresh for first, _ in spans]
        self._rows = [0]  # where each window stands: before one that begins afresh a row is left, for its first state
        for (first, end), new in zip(spans[:-1], self._afresh[1:], strict=True):
            self._rows.append(self._rows[-1] + end - first + new)
        self.losses = np.zeros(spans[-1][1] - self._first, start.parameters.dtype)
        if gaps := [row - 1 for row, new in zip(self._rows[1:], self._afresh[1:], strict=True) if new]:
            values.blank(gaps)
        self._put(0, start.states)

    @property
    def span(self) -> Span:
        """The next window."""
        return self.spans[len(self.norms)]

    @property
    def afresh(self) -> bool:
        """Whether the states begin afresh before the next window."""
        return self._afresh[len(self.norms)]

    @property
    def over(self) -> bool:
        """Whether all windows have been passed."""
        return len(self.norms) == len(self.spans)

    @property
    def parameters(self) -> Array:
        """Those after the last window passed."""
        return self.vectors[-1] if self._keep or self._runner is None else self._runner.parameters

    @property
    def states(self) -> tuple[State, ...]:
        """The state of each layer after the last window passed."""
        return self._at(self._passed)

    def _at(self, row: int) -> tuple[State, ...]:
        return tuple({name: array[row] for name, array in arrays.items()} for arrays in self._values.states)

    def _put(self, row: int, states: tuple[State, ...]) -> None:
        for arrays, state in zip(self._values.states, states, strict=True):
            for name, array in arrays.items():
                array[row] = state[name]

    def run_by(self, runner: WindowRunner, initial: tuple[State, ...]) -> None:
        """The next windows are run by one that nobody else uses before the passage is over; where the next one begins
        afresh, with the initial states, or with those that are learned."""
        if runner is not self._runner:
            runner.begin(self.parameters, self.states)
            self._runner = runner
        if self.afresh:
            begun = runner.initial or initial
            runner.begin_afresh(begun)
            self._put(self._rows[len(self.norms)], begun)

    def keep(self, losses: Array) -> None:
        """Keeps what a window computed, and its losses, before its parameters change: a value may be one of them."""
        assert self._runner is not None
        first, end = self.span
        self._values.put(self._rows[len(self.norms)], end - first, self._runner.recorded)
        self.losses[first - self._first : end - self._first] = losses

    def add(self, norm: float, memory: Memory) -> None:
        """Notes the update after a window: the norm of its gradients, and what the optimizer remembers."""
        assert self._runner is not None
        self.norms.append(norm)
        self.memory = memory
        if self._keep:
            self.vectors.append(self._runner.parameters.copy())
        self._runner.go_on()

    def end(self) -> Start:
        """What the next passage begins with."""
        states = ({name: array.copy() for name, array in state.items()} for state in self.states)
        return Start(self.parameters.copy(), self.memory.copy(), tuple(states))

    def fine(self) -> bool:
        """Whether every number of the windows passed is finite."""
        passed = self.spans[len(self.norms) - 1][1] - self._first if self.norms else 0
        whole = self._values.whole(self._passed) and np.isfinite(self.losses[:passed]).all()
        return bool(whole) and _finite(self.parameters)

    def broken(self, reverse: Rows[bool]) -> tuple[int, int] | None:
        """The first window with a number that is not finite, from 0, and the timestep of that, from 1, or the last of
        the window where the update made it; for each layer it is said whether it runs backwards in time. All parameters
        must have been kept."""
        for index, (first, end) in enumerate(self.spans[: len(self.norms)]):
            rows = self._values.finite(self._rows[index], end - first, reverse)
            rows &= np.isfinite(self.losses[first - self._first : end - self._first])
            if not rows.all():
                return index, first + 1 + int(np.argmin(rows))
            if not _finite(self.vectors[index + 1]):
                return index, end
        return None

    @property
    def _passed(self) -> int:
        """Rows."""
        index = len(self.norms) - 1
        return self._rows[index] + self.spans[index][1] - self.spans[index][0] if self.norms else 0

    def runs(self, index: int) -> tuple[Run, ...]:
        """What each layer computed in a window, from 0."""
        first, end = self.spans[index]
        return self._values.runs(self._rows[index], end - first)

    def before(self, index: int) -> tuple[State, ...]:
        """The states before a window, from 0."""
        return self._at(self._rows[index])


def _finite(vector: Array) -> bool:
    """Whether all its numbers are finite: they are if the sum of their squares is."""
    with np.errstate(all="ignore"):
        squares = float(vector.dot(vector))
    return math.isfinite(squares) or bool(np.isfinite(vector).all())
