"""The simulator: a run with a cursor, for scripts. Going back or seeking is looking up."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from typing import Any

from rnn_tui.core.initial_state import State
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run, Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.step import Step


class Simulator:
    """Runs a network over a sequence: a cursor on the tape of all timesteps.

    Every way to t finds the same bits. A layer that runs backwards in time is computed from T to 1 when its first step
    is asked for.

    Attributes:
        run: the network reading the sequence.
        t: where the cursor is: 0 (before the first sample) to T.
    """

    def __init__(
        self,
        network: Network,
        sequence: Sequence,
        initial_state: Rows[Mapping[str, Any]] | None = None,
    ) -> None:
        """Checks that network and sequence fit.

        Args:
            network: the layers.
            sequence: x is (T, I), I being the first layer's.
            initial_state: one mapping a layer, name to the state before its first timestep; zeros where not given.

        Raises:
            CellError: a width or an initial state that does not fit.
        """
        self.run, self.t = Run(network, sequence, initial_state), 0

    def __len__(self) -> int:
        """T, the number of timesteps."""
        return len(self.run)

    @property
    def network(self) -> Network:
        """What runs."""
        return self.run.network

    @property
    def sequence(self) -> Sequence:
        """What it reads."""
        return self.run.sequence

    @property
    def initial_state(self) -> tuple[State, ...]:
        """For every layer the state before its first timestep."""
        return self.run.initial_state

    @property
    def walk(self) -> Walk:
        """The tape, as views and searches look at it."""
        return self.run.walk()

    def at(self, t: int) -> Step:
        """The step of the last layer at t (0 to T), wherever the cursor is. Raises RangeError."""
        return self.walk.at(t)

    def seek(self, t: int) -> Step:
        """Moves the cursor to t (0 to T) and returns the step of the last layer there.

        Raises:
            RangeError: t is outside 0 to T; the cursor stays.
        """
        step = self.at(t)
        self.t = t
        return step

    def step(self) -> Step:
        """One timestep on. Raises RangeError at the end of the sequence."""
        return self.seek(self.t + 1)

    def back(self) -> Step:
        """One timestep back. Raises RangeError at t = 0."""
        return self.seek(self.t - 1)

    def reset(self) -> Step:
        """Back to t = 0, with the very same parameters."""
        return self.seek(0)
