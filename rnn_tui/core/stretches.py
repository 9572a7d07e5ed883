"""Layers over a stretch of timesteps, with what is done to them there."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.chunk import Chunk
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.interventions import Afresh, Interventions
from rnn_tui.core.network import Network
from rnn_tui.core.runner import Run, Runner

Array = NDArray[Any]
State = Mapping[str, Array]


@dataclass(frozen=True)
class Place:
    """A stretch of a layer.

    Attributes:
        layer: which, from 0.
        first: the first timestep of the stretch, from 1.
        length: how many there are.
        reverse: whether the layer runs backwards in time.
    """

    layer: int
    first: int
    length: int
    reverse: bool


def forced_inputs(runner: Runner, done: Interventions, place: Place) -> dict[str, Array]:
    """What is forced over a stretch, as a layer reads it: name to (length, size), in its direction.

    Args:
        runner: the layer's, which knows what is forced.
        done: what is forced.
        place: which stretch.
    """
    sizes = {name: runner.size(value) for name, value in runner.plan.named}
    forced = done.inputs(place.layer, sizes, place.first, place.length, runner.dtype)
    return {name: array[::-1] if place.reverse else array for name, array in forced.items()}


def stretch(
    runner: Runner, inputs: Mapping[str, Array], before: State, initial: State, done: Interventions, place: Place
) -> Run:
    """What a layer computes over a stretch, in its direction.

    Args:
        runner: the layer's, which knows what is forced.
        inputs: name to (length, size), in its direction.
        before: the state that the stretch begins with.
        initial: the state that one begins afresh with.
        done: what is forced, and where states begin afresh.
        place: which stretch.
    """
    if not done:
        return runner.run(inputs, before)
    given = {**inputs, **forced_inputs(runner, done, place)}
    rows = done.cuts(place.first, place.length, place.reverse)
    return runner.run(given, before, afresh=Afresh(rows, initial) if rows.size and initial else None)


@dataclass(frozen=True, eq=False)
class Layers:
    """All layers of a network, to be run over stretches.

    Attributes:
        network: what runs.
        runners: one a layer.
        initial: for every layer the state that it begins afresh with.
        done: what is forced, and where states begin afresh.
    """

    network: Network
    runners: Rows[Runner]
    initial: Rows[State]
    done: Interventions

    def over(self, first: int, x: Array, before: Rows[State]) -> Chunk:
        """All layers over rows of x, (n, I), from row `first` (from 0) on, from their states before it; a layer that
        runs backwards has only these rows after it."""
        runs: list[Run] = []
        inputs: list[Mapping[str, Array]] = []
        for number in range(len(self.network.layers)):
            given = []
            for source in self.network.reads[number]:
                y = x if source < 0 else runs[source].named["y"]
                given.append(y[::-1] if source >= 0 and self.network.layers[source].reverse else y)
            run, own = self.one(number, first, given, before[number])
            runs.append(run)
            inputs.append(own)
        return Chunk(first + 1, self.network, tuple(runs), tuple(inputs))

    def one(self, number: int, first: int, given: list[Array], before: State) -> tuple[Run, Mapping[str, Array]]:
        """One layer (from 0), and what it reads; what it is given is in the order of time."""
        layer = self.network.layers[number]
        turned = [np.ascontiguousarray(array[::-1]) if layer.reverse else array for array in given]
        inputs = dict(zip(layer.cell.inputs, turned, strict=True))
        for array in inputs.values():
            array.flags.writeable = False
        place = Place(number, first + 1, len(given[0]), layer.reverse)
        return stretch(self.runners[number], inputs, before, self.initial[number], self.done, place), inputs
