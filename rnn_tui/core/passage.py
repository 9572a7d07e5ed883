"""A passage: some windows of an epoch one after the other, from the parameters and states that the first begins with.

Like the chunks of a tape, an epoch's numbers are not kept: only what each passage begins with is, and a passage is
computed again, in the same way and to the same bits, when one of its windows is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def windows_a_passage(longest: int, parameters: int, count: int) -> int:
    """How many windows make a passage: few, so that it is soon computed again; more where there are very many, so that
    what is kept at the beginning of each takes no more than what one of them computes.

    Args:
        longest: timesteps of a window.
        parameters: numbers in all of them.
        count: windows of an epoch.
    """
    few = min(STEPS // longest, NUMBERS // max(parameters, 1), count)
    many = min(math.isqrt(count), count) if parameters * count > MOST_NUMBERS else 1
    return max(1, few, many)


class Values:
    """Room for what the layers of a network compute in some timesteps; what has two names is there once."""

    def __init__(self, count: int, runs: Rows[Run], reverse: Rows[bool]) -> None:
        """Makes room.

        Args:
            count: timesteps.
            runs: one a layer, which show what there is.
            reverse: for each layer whether it runs backwards in time.
        """
        self._reverse, room = reverse, Room().array
        self.named: list[dict[str, Array]] = []
        self.states: list[dict[str, Array]] = []
        self._every: list[dict[int, Array]] = []
        for run in runs:
            plan, dtype = run.runner.plan, run.runner.dtype
            states = {name: room((count + 1, run.runner.size(value)), dtype) for name, value in plan.states}
            arrays = {id(value): states[name][1:] for name, value in plan.states}
            for _, value in plan.named:
                if id(value) not in arrays:
                    arrays[id(value)] = room((count, run.runner.size(value)), dtype)
            self.states.append(states)
            self.named.append({name: arrays[id(value)] for name, value in plan.named})
            self._every.append(arrays)
        self._pairs: dict[int, list[tuple[Array, Array]]] = {}

    def put(self, row: int, runs: Rows[Run]) -> None:
        """Copies a window that begins at a row; its runs are in arrays which the next one may be written into."""
        length = runs[0].length
        if length not in self._pairs:
            self._pairs[length] = list(self._copied(runs))
        for source, kept in self._pairs[length]:
            kept[row : row + length] = source

    def _copied(self, runs: Rows[Run]) -> Iterator[tuple[Array, Array]]:
        """From where, and where to."""
        for run, states, every in zip(runs, self.states, self._every, strict=True):
            plan = run.runner.plan
            names = {id(value): name for name, value in plan.named}
            yield from ((run.states[name][1:], states[name][1:]) for name in states)
            done = {id(value) for _, value in plan.states}
            yield from ((run.named[names[place]], array) for place, array in every.items() if place not in done)

    def finite(self, count: int) -> Array:
        """(count,), whether all numbers of each of the first timesteps are."""
        fine = np.ones(count, bool)
        for every, back in zip(self._every, self._reverse, strict=True):
            for array in every.values():
                rows = np.asarray(np.isfinite(array[:count]).all(axis=1))
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

    def __init__(self, start: Start, spans: Rows[Span], values: Values, keep: bool) -> None:
        """Begins.

        Args:
            start: what it begins with.
            spans: of its windows.
            values: room for as many timesteps; what is in it is lost.
            keep: whether the parameters after every window are kept.
        """
        self.spans, self.memory, self._values, self._keep = spans, start.memory.copy(), values, keep
        self.vectors, self.norms = [start.parameters], list[float]()
        self._runner: WindowRunner | None = None
        self._first = spans[0][0]
        self.losses = np.zeros(spans[-1][1] - self._first, start.parameters.dtype)
        for arrays, states in zip(values.states, start.states, strict=True):
            for name, array in arrays.items():
                array[0] = states[name]

    @property
    def span(self) -> Span:
        """The next window."""
        return self.spans[len(self.norms)]

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
        row = self._passed
        return tuple({name: array[row] for name, array in arrays.items()} for arrays in self._values.states)

    def run_by(self, runner: WindowRunner) -> None:
        """The next windows are run by one that nobody else uses before the passage is over."""
        if runner is not self._runner:
            runner.begin(self.parameters, self.states)
            self._runner = runner

    def keep(self, losses: Array) -> None:
        """Keeps what a window computed, and its losses, before its parameters change: a value may be one of them."""
        assert self._runner is not None
        first, end = self.span
        self._values.put(first - self._first, self._runner.runs)
        self.losses[first - self._first : end - self._first] = losses

    def add(self, norm: float, memory: Memory) -> None:
        """Notes the update after a window: the norm of its gradients, and what the optimizer remembers."""
        assert self._runner is not None
        self.norms.append(norm)
        self.memory = memory
        if self._keep:
            self.vectors.append(self._runner.parameters.copy())
        self._runner.go_on()

    def end(self, initial: tuple[State, ...], reverse: Rows[bool]) -> Start:
        """What the next passage begins with; a layer that runs backwards in time begins anew."""
        states = (
            own if back else {name: array.copy() for name, array in state.items()}
            for own, state, back in zip(initial, self.states, reverse, strict=True)
        )
        return Start(self.parameters.copy(), self.memory.copy(), tuple(states))

    def fine(self) -> bool:
        """Whether every number of the windows passed is finite."""
        whole = self._values.finite(self._passed).all() and np.isfinite(self.losses[: self._passed]).all()
        return bool(whole) and _finite(self.parameters)

    def broken(self) -> tuple[int, int] | None:
        """The first window with a number that is not finite, from 0, and the timestep of that, from 1, or the last of
        the window where the update made it. All parameters must have been kept."""
        fine = self._values.finite(self._passed) & np.isfinite(self.losses[: self._passed])
        for index, (first, end) in enumerate(self.spans[: len(self.norms)]):
            rows = fine[first - self._first : end - self._first]
            if not rows.all():
                return index, first + 1 + int(np.argmin(rows))
            if not _finite(self.vectors[index + 1]):
                return index, end
        return None

    @property
    def _passed(self) -> int:
        """Timesteps."""
        return self.spans[len(self.norms) - 1][1] - self._first if self.norms else 0

    def runs(self, index: int) -> tuple[Run, ...]:
        """What each layer computed in a window, from 0."""
        first, end = self.spans[index]
        return self._values.runs(first - self._first, end - first)

    def before(self, index: int) -> tuple[State, ...]:
        """The states before a window, from 0."""
        row = self.spans[index][0] - self._first
        return tuple({name: array[row] for name, array in arrays.items()} for arrays in self._values.states)


def _finite(vector: Array) -> bool:
    """Whether all its numbers are finite: they are if the sum of their squares is."""
    with np.errstate(all="ignore"):
        squares = float(vector.dot(vector))
    return math.isfinite(squares) or bool(np.isfinite(vector).all())
