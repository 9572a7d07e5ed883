"""Looking through a run for timesteps at which a condition holds, a chunk at a time, and for labels.

Layers count from 0 here, as everywhere in core but in what people write.
"""

from __future__ import annotations

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
    found = {name: (size_of(shape[0], sizes) or 1) if shape else 1 for name, shape in shapes.items()}
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


def find_label(sequence: Sequence, text: str, t: int) -> int | None:
    """The next timestep after t, going round, whose label is `text`, or else contains it; None where there is none."""
    labels = sequence.labels
    order = [*range(t, len(labels)), *range(min(t, len(labels)))]
    exact = next((i for i in order if labels[i] == text), None)
    found = exact if exact is not None else next((i for i in order if text in labels[i]), None)
    return None if found is None else found + 1
