"""A window: a stretch of timesteps run with one set of parameters, from which the way back begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.chunk import Chunk
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import RangeError
from rnn_tui.core.initial_state import State
from rnn_tui.core.interventions import NOTHING, Interventions
from rnn_tui.core.network import Network
from rnn_tui.core.plan import plan_of
from rnn_tui.core.routine import Routine
from rnn_tui.core.runner import Run, Runner
from rnn_tui.core.stretches import Place, forced_inputs

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Window(Chunk):
    """A stretch of timesteps run with one set of parameters, forwards.

    Attributes:
        before: the state of each layer before its first timestep of the window.
        done: what is forced in it.
    """

    before: tuple[State, ...]
    done: Interventions = NOTHING

    def __len__(self) -> int:
        return self.length

    def lean(self) -> Window:
        """The same window with what has a name only."""
        return replace(self, runs=tuple(Run.of(run.length, run.named, run.states) for run in self.runs))

    def whole(self) -> Window:
        """The same window with every value that was computed; run again where they were not kept."""
        if all(run.kept for run in self.runs):
            return self
        return run_window(self.network, self.in_time(0, self.inputs[0]["x"]), self.first, self.before, done=self.done)

    @property
    def y(self) -> Array:
        """(n, O), the outputs of the last layer in the order of time."""
        return self.y_of(len(self.runs) - 1)

    def y_of(self, layer: int) -> Array:
        """(n, O), the outputs of a layer in the order of time."""
        return self.rows(layer, "y")

    def after(self) -> tuple[State, ...]:
        """The state of each layer after the window; a backward layer begins anew."""
        return tuple(
            before if layer.reverse else {name: array[-1] for name, array in run.states.items()}
            for layer, run, before in zip(self.network.layers, self.runs, self.before, strict=True)
        )


def run_window(
    network: Network,
    x: Array,
    first: int,
    before: tuple[State, ...],
    routine: Routine | None = None,
    done: Interventions = NOTHING,
) -> Window:
    """Runs all layers over a window and keeps every value.

    Args:
        network: with the parameters used.
        x: its rows, of the timestep `first` and those after it.
        first: from 1.
        before: the states before it.
        routine: keeps the calls.
        done: what is forced in it; no state begins afresh inside a window.
    """
    routine = Routine() if routine is None else routine
    sizes = network.sizes(x.shape[1])
    runs: list[Run] = []
    inputs: list[Mapping[str, Array]] = []
    for index, layer in enumerate(network.layers):
        given = []
        for source in network.reads[index]:
            rows = x if source < 0 else runs[source].named["y"]
            if source >= 0 and network.layers[source].reverse:
                rows = rows[::-1]
            turned = rows[::-1] if layer.reverse else rows
            given.append(routine.made(network.dtype, np.ascontiguousarray, turned))
        own = dict(zip(layer.cell.inputs, given, strict=True))
        runner = Runner(plan_of(layer.cell, done.names(index)), layer.parameters, sizes[index], network.dtype)
        forced = forced_inputs(runner, done, Place(index, first, len(x), layer.reverse))
        runs.append(runner.run({**own, **forced}, before[index], routine))
        inputs.append(own)
    return Window(first, network, tuple(runs), tuple(inputs), before, done)


def step_bytes(network: Network, width: int) -> int:
    """The memory that all values with a name, and the states, take at one timestep of a sequence of this width."""
    every = zip(network.layers, network.sizes(width), strict=True)
    return sum(Runner(plan_of(la.cell), la.parameters, own, network.dtype).step_bytes for la, own in every)


def windows_of(length: int, truncate: int, network: Network, resets: Array | None = None) -> list[tuple[int, int]]:
    """The windows of a sequence as rows: first, and one past the last.

    Args:
        length: T.
        truncate: timesteps a window; 0 is a whole sequence.
        network: what runs.
        resets: timesteps, from 1, before which the states begin afresh: no window crosses one.

    Raises:
        RangeError: a truncation below 0 or longer than the sequence, or of a network that runs backwards in time.
    """
    if truncate < 0 or truncate > length:
        why = f"{truncate} is no number of timesteps of this sequence"
        raise RangeError("", "", why, f"1 to {length}, or 0 for the whole sequence", "truncate")
    if truncate and not network.forwards:
        why = "a layer that runs backwards in time needs the whole sequence"
        raise RangeError("", "", why, "write truncate = 0", "truncate")
    step = truncate or length
    borders = np.unique(np.append(0 if resets is None else resets - 1, [0, length])).tolist()
    return [(at, min(at + step, end)) for begin, end in pairwise(borders) for at in range(begin, end, step)]
