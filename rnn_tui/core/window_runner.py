"""Windows of one length, one after the other, there and back: what must be set up for one is set up once for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.gradients import logits
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.layout import Layout
from rnn_tui.core.losses import measured, shared
from rnn_tui.core.reverse import Asked
from rnn_tui.core.reverse_network import ReverseNetwork
from rnn_tui.core.routine import Routine
from rnn_tui.core.runner import Run
from rnn_tui.core.window import run_window

Array = NDArray[Any]


class WindowRunner:
    """Runs windows. Every window is computed in the same arrays, by the same calls that `run_window` makes.

    Attributes:
        runs: what each layer computed in the last window, in the direction in which it runs.
        recorded: the arrays of that, each once, as `recorded` lists them.
        initial: for each layer the part of `parameters` that is its state before the first timestep; empty where that
            is not learned.
        parameters: all of them, as the layout has them; they may be changed where they stand.
        gradients: the sums over the timesteps of the last window of the gradients by them.
    """

    def __init__(self, layout: Layout, length: int, width: int, loss: str) -> None:
        """Sets up.

        Args:
            layout: of the parameters.
            length: n, the timesteps of a window.
            width: I.
            loss: its name.
        """
        self._loss, self.parameters, self.gradients = loss, layout.room(), layout.room()
        network = layout.network(self.parameters)
        self._x = np.zeros((length, width), network.dtype)
        self._forwards, self._backwards = Routine(), Routine()
        window = run_window(network, self._x, 1, initial_states(network, width), self._forwards)
        self.runs, self._y = window.runs, window.y
        self._logits = logits(window) if loss == "cross-entropy" else None
        self._slopes = np.zeros_like(self._y)
        dz = None if self._logits is None else self._slopes
        self.recorded = [array for run in self.runs for array in recorded(run)]
        self.initial = layout.states(self.parameters)
        asked = Asked(inputs=False, before=bool(self.initial), states=False)
        into = layout.views(self.gradients)
        back = ReverseNetwork(network, window.runs, self._slopes, dz, None, asked, self._backwards, into)
        slots = zip(layout.states(self.gradients), back.layers, strict=False)
        self._begun = [(array, layer.before[name]) for own, layer in slots for name, array in own.items()]

    def begin(self, parameters: Array, states: tuple[State, ...]) -> None:
        """Begins with other parameters, and with the states before a window."""
        self.parameters[...] = parameters
        self.begin_afresh(states)

    def begin_afresh(self, states: tuple[State, ...]) -> None:
        """Begins with the same parameters and other states."""
        for run, state in zip(self.runs, states, strict=True):
            run.begin(state)

    def forwards(self, x: Array) -> None:
        """Runs a window over its x, (n, I)."""
        self._x[...] = x
        for run in self.runs:
            run.runner.again()
        self._forwards.again()

    def go_on(self) -> None:
        """The next window begins with the states that this one ended with."""
        for run in self.runs:
            run.go_on()

    def judge(self, targets: Array, there: Array | None, divisor: float, first: int) -> Array:
        """The loss of each timestep, (n,); the way back begins with its gradient.

        Args:
            targets: (n, O).
            there: which of them there are; None for all.
            divisor: of every loss.
            first: the first timestep, for messages.

        Raises:
            LossError: cross-entropy of a y that is no distribution.
        """
        losses, slopes = measured(self._loss, self._logits, self._y, targets, there, first)
        self._slopes[...] = shared(slopes, divisor)
        return shared(losses, divisor)

    def back(self, afresh: bool) -> None:
        """Walks back, to the gradients; those by the states before the first timestep are of a window that began
        afresh alone, and else zero."""
        self._backwards.again()
        for slot, found in self._begun:
            slot[...] = found if afresh else 0


def recorded(run: Run) -> Iterator[Array]:
    """The arrays of what has a name in a run, (n, size); what has two names is there once, the states first."""
    states = {id(value): run.states[name][1:] for name, value in run.runner.plan.states}
    yield from states.values()
    others = {id(value): run.named[name] for name, value in run.runner.plan.named}
    yield from (array for key, array in others.items() if key not in states)
