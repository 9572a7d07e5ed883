"""Looking through a run for timesteps at which a condition holds, forwards and backwards, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.conditions import Condition
from rnn_tui.core.run import Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.shapes import size_of

Array = NDArray[Any]


def quantity_sizes(walk: Walk, layer: int) -> dict[str, int]:
    """The quantities of a layer (index from 0) that a condition may name, and how many numbers each has."""
    cell, sizes = walk.network.layers[layer].cell, walk.sizes[layer]
    shapes = {**cell.inputs, **cell.shapes}
    found = {name: size_of(shape[0], sizes) or 1 for name, shape in shapes.items()}
    runner = walk.tape.runners[layer]
    return found | {name: runner.size(value) for name, value in runner.plan.named if name not in found}


def moments(walk: Walk, layer: int, index: int) -> dict[str, Any]:
    """The values of a chunk in the order of time, for `Condition.holds`; row 0 is the timestep before it.

    Before t = 1 there is none: row 0 is then t = 1 itself, so that nothing counts as changed there.
    """
    tape = walk.tape
    chunk = tape.chunk(index)
    before = tape.chunk(index - 1) if index else chunk
    back = walk.network.layers[layer].reverse
    values: dict[str, Any] = {}
    for name in (*chunk.inputs[layer], *chunk.runs[layer].named):
        now, last = (
            (part.inputs[layer] if name in part.inputs[layer] else part.runs[layer].named)[name]
            for part in (chunk, before)
        )
        if back:
            now, last = now[::-1], last[::-1]
        values[name] = np.concatenate((last[-1:] if index else now[:1], now))
    first = chunk.first
    t = np.arange(first - 1, first + chunk.length)
    values["t"] = t
    values["label"] = np.array([walk.sequence.label(max(int(k), 1)) for k in t])
    finite = [np.isfinite(values[name]).all(axis=-1) for name in chunk.runs[layer].named]
    values["nonfinite"] = ~np.logical_and.reduce(finite)
    return values


def matches(walk: Walk, layer: int, index: int, conditions: tuple[Condition, ...]) -> Array:
    """The timesteps of a chunk at which any of the conditions holds, ascending."""
    if not conditions:
        return np.zeros(0, int)
    values = moments(walk, layer, index)
    held = np.logical_or.reduce([condition.holds(values)[1:] for condition in conditions])
    found: Array = values["t"][1:][held]
    return found


def search(walk: Walk, layer: int, conditions: tuple[Condition, ...], t: int, direction: int) -> Iterator[int | None]:
    """Looks for the next timestep after t (direction 1) or the last before it (-1) at which a condition holds.

    Yields None after every chunk that has none, so that the caller can do something else in between, and the timestep
    last, if there is one. A chunk that has not been passed yet is computed on the way.
    """
    length, chunks = walk.tape.chunk_length, walk.tape.chunks
    begin = (max(t, 1) - 1) // length if direction < 0 else t // length
    order = range(min(begin, chunks - 1), -1, -1) if direction < 0 else range(begin, chunks)
    for index in order:
        found = matches(walk, layer, index, conditions)
        found = found[found > t] if direction > 0 else found[found < t]
        if found.size:
            yield int(found[0] if direction > 0 else found[-1])
            return
        yield None


def find_label(sequence: Sequence, text: str, t: int) -> int | None:
    """The next timestep after t, going round, whose label is `text`, or else contains it; None where there is none."""
    labels = sequence.labels
    order = [*range(t, len(labels)), *range(min(t, len(labels)))]
    exact = next((i for i in order if labels[i] == text), None)
    found = exact if exact is not None else next((i for i in order if text in labels[i]), None)
    return None if found is None else found + 1


def holding(walk: Walk, layer: int, condition: Condition, t: int) -> bool:
    """Whether a condition holds at one timestep."""
    return t > 0 and t in matches(walk, layer, (t - 1) // walk.tape.chunk_length, (condition,))
