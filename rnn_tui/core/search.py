"""Looking through a run: the values of timesteps in a row for a condition, and labels.

Layers count from 0 here, as everywhere in core but in what people write.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.chunk import Chunk
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


class Moments(dict[str, Any]):
    """The values of timesteps in a row of a layer, in the order of time, for `Condition.holds`.

    By name, each made when it is first asked for: (n, size), with t (n,), label (n,) and nonfinite (n,). What is kept
    of the run is read, and the rest computed again.
    """

    def __init__(self, walk: Walk, layer: int, first: int, end: int) -> None:
        """Of the timesteps `first` + 1 to `end`, which the run has passed."""
        super().__init__()
        self.walk, self.layer, self.first, self.end = walk, layer, first, end

    def __missing__(self, name: str) -> Any:
        found = self[name] = self._made(name)
        return found

    def _made(self, name: str) -> Array:
        if name == "t":
            return np.arange(self.first + 1, self.end + 1)
        if name == "label":
            labels = self.walk.sequence.labels
            return np.array(labels[self.first : self.end] if labels else [""] * (self.end - self.first))
        if name == "nonfinite":
            return self._nonfinite()
        kept = whole(self.walk, self.layer, name)
        if kept is not None:
            return np.ascontiguousarray(kept[self.first : self.end], self.walk.network.dtype)
        rows = np.concatenate([self._rows(chunk, name) for chunk in self._chunks])
        return np.ascontiguousarray(rows)  # in one order in memory, so that a sum of it has the same bits by every way

    def _nonfinite(self) -> Array:
        if finite(self.walk, self.end):
            return np.zeros(self.end - self.first, bool)
        named = self._chunks[0].runs[self.layer].named
        broken: Array = ~np.logical_and.reduce([np.isfinite(self[name]).all(axis=-1) for name in named])
        return broken

    @cached_property
    def _chunks(self) -> list[Chunk]:
        tape = self.walk.tape
        return [tape.chunk(i) for i in tape.cuts.between(self.first + 1, self.end)]

    def _rows(self, chunk: Chunk, name: str) -> Array:
        """Those of a chunk."""
        inputs = chunk.inputs[self.layer]
        rows: Array = inputs[name] if name in inputs else chunk.runs[self.layer].named[name]
        if self.walk.network.layers[self.layer].reverse:
            rows = rows[::-1]
        return rows[max(self.first - chunk.first + 1, 0) : self.end - chunk.first + 1]


def at_hand(walk: Walk, layer: int, names: Iterable[str]) -> bool:
    """Whether what a condition needs of the timesteps passed is there without running any of them again."""
    return all(_at_hand(walk, layer, name) for name in names)


def _at_hand(walk: Walk, layer: int, name: str) -> bool:
    if name == "nonfinite":
        return finite(walk, walk.ready)
    return name in ("t", "label") or whole(walk, layer, name) is not None


def finite(walk: Walk, end: int) -> bool:
    """Whether it is known that all numbers up to a timestep are finite."""
    tape = walk.tape
    return tape.store is not None and (tape.broken is None or tape.broken > end)


def whole(walk: Walk, layer: int, name: str) -> Array | None:
    """A quantity of a layer at all timesteps, (T, size), right where the run has passed; None where it is not kept."""
    network, store = walk.network, walk.tape.store
    inputs = tuple(network.layers[layer].cell.inputs)
    if store is None or name not in inputs:
        return None if store is None else store.of(layer, name)
    source = network.reads[layer][inputs.index(name)]
    return walk.sequence.x if source < 0 else store.of(source, "y")


def find_label(sequence: Sequence, text: str, t: int) -> int | None:
    """The next timestep after t, going round, whose label is `text`, or else contains it; None where there is none."""
    labels = sequence.labels
    order = [*range(t, len(labels)), *range(min(t, len(labels)))]
    exact = next((i for i in order if labels[i] == text), None)
    found = exact if exact is not None else next((i for i in order if text in labels[i]), None)
    return None if found is None else found + 1
