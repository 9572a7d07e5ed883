"""A layer over a stretch of timesteps, with what is done to it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.interventions import Afresh, Interventions
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
    sizes = {name: runner.size(value) for name, value in runner.plan.named}
    forced = done.inputs(place.layer, sizes, place.first, place.length, runner.dtype)
    given = {**inputs, **{name: array[::-1] if place.reverse else array for name, array in forced.items()}}
    rows = done.cuts(place.first, place.length, place.reverse)
    return runner.run(given, before, afresh=Afresh(rows, initial) if rows.size and initial else None)
