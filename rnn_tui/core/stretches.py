"""A layer over a chunk of timesteps, with what is done to it there: in stretches where its states begin afresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.interventions import Interventions
from rnn_tui.core.runner import Run, Runner, read_only

Array = NDArray[Any]
State = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Stretches:
    """What several stretches of timesteps computed, one after the other, the states of each begun afresh.

    Attributes:
        length: the timesteps of all.
        named: as of a `Run`.
        states: name to (length + 1, size), read-only: row k is the state that timestep k + 1 began with, which is not
            always the one that the timestep before it left; the last row is the state after all.
    """

    length: int
    named: Mapping[str, Array]
    states: Mapping[str, Array]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Stretches:
        """Some runs as one; at least one of them."""
        named = {name: read_only(np.concatenate([run.named[name] for run in runs])) for name in runs[0].named}
        states = {
            name: read_only(np.concatenate([*(run.states[name][:-1] for run in runs), last[-1:]]))
            for name, last in runs[-1].states.items()
        }
        return cls(sum(run.length for run in runs), named, states)


Ran = Run | Stretches
"""What a layer computed over a chunk."""


@dataclass(frozen=True)
class Place:
    """A chunk of a layer.

    Attributes:
        layer: which, from 0.
        first: the first timestep of the chunk, from 1.
        length: how many there are.
        reverse: whether the layer runs backwards in time.
    """

    layer: int
    first: int
    length: int
    reverse: bool


def stretch(
    runner: Runner, inputs: Mapping[str, Array], before: State, initial: State, done: Interventions, place: Place
) -> Ran:
    """What a layer computes over a chunk, in its direction.

    Args:
        runner: the layer's.
        inputs: name to (length, size), in its direction.
        before: the state that the chunk begins with.
        initial: the state that one begins afresh with.
        done: what is forced, and where states begin afresh.
        place: which chunk.
    """
    if not done:
        return runner.run(inputs, before)
    sizes = {name: runner.size(value) for name, value in runner.plan.named}
    forced = done.inputs(place.layer, sizes, place.first, place.length, runner.dtype)
    given = {**inputs, **{name: array[::-1] if place.reverse else array for name, array in forced.items()}}
    cuts = done.cuts(place.first, place.length, place.reverse).tolist() if initial else []
    runs: list[Run] = []
    state = before
    for begin, end in pairwise([0, *cuts, place.length]):
        state = initial if begin in cuts else state
        if begin < end:
            runs.append(runner.run({name: array[begin:end] for name, array in given.items()}, state))
            state = {name: array[-1] for name, array in runs[-1].states.items()}
    return runs[0] if len(runs) == 1 else Stretches.of(runs)
