"""What every timestep of a run did to the states: how much they changed, and of a memory what was kept and written.

It is noted chunk by chunk as the run passes, so that a question about the whole past of a number need not run it again.
Of the changes the largest of every chunk are noted; what was kept and written is as long as the run, and is noted where
it does not take more than `NOTED_BYTES`. Else it is worked out again from the chunks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.chunk import Chunk
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Expression, Name, Number
from rnn_tui.core.interventions import NOTHING, Interventions
from rnn_tui.core.memory import Memory, memory_of
from rnn_tui.core.runner import Run, Runner

Array = NDArray[Any]
NOTED_BYTES = 64 * 2**20
"""What is noted of all that was kept and written; of memories that do not fit in beside those before them nothing."""


class Carried:
    """What the chunks passed did to the states of a network.

    Attributes:
        passed: (chunks,), which chunks are noted.
    """

    def __init__(
        self, runners: Sequence[Runner], count: int, chunks: int, interventions: Interventions = NOTHING
    ) -> None:
        """Makes room.

        Args:
            runners: one a layer.
            count: T.
            chunks: how many there are.
            interventions: what is forced.
        """
        self.passed = np.zeros(chunks, bool)
        self._changes: dict[tuple[int, str], Array] = {}
        self._courses: dict[tuple[int, str], tuple[Memory, Array, Array]] = {}
        room = NOTED_BYTES
        for layer, runner in enumerate(runners):
            for name, value in runner.plan.states:
                size, memory = runner.size(value), memory_of(runner.plan.cell, name, interventions.names(layer))
                self._changes[layer, name] = np.zeros((chunks, size))
                if memory is not None and 16 * count * size <= room:
                    room -= 16 * count * size
                    self._courses[layer, name] = memory, np.empty((count, size)), np.empty((count, size))

    def begin_with(self, other: Carried, chunks: int, ready: int) -> None:
        """Takes over the first chunks, of `ready` timesteps, of a run of the same layers over as many timesteps."""
        self.passed[:chunks] = other.passed[:chunks] & (self._courses.keys() <= other._courses.keys())
        for key, changes in self._changes.items():
            changes[:chunks] = other._changes[key][:chunks]
        for key in self._courses.keys() & other._courses.keys():
            for own, theirs in zip(self._courses[key][1:], other._courses[key][1:], strict=True):
                own[:ready] = theirs[:ready]

    def add(self, index: int, chunk: Chunk) -> None:
        """Notes a chunk."""
        self.passed[index] = True
        with np.errstate(all="ignore"):
            for (layer, name), changes in self._changes.items():
                changes[index] = change(chunk.runs[layer], name).max(axis=0)
        for (layer, _), (memory, keep, write) in self._courses.items():
            begin, end = chunk.first - 1, chunk.first - 1 + chunk.length
            keep[begin:end], write[begin:end] = course(chunk, layer, memory)

    def changes(self, layer: int, name: str, row: int) -> Array:
        """(chunks,), by how much a number of a state changed at most in every chunk from one timestep to the next."""
        return self._changes[layer, name][:, row]

    def course(self, layer: int, name: str, row: int) -> tuple[Array, Array] | None:
        """What was kept of a number and what was written, (T,) each, in the order of time; None where it is not noted.

        Of chunks that are not `passed` it says nothing.
        """
        if (layer, name) not in self._courses:
            return None
        _, keep, write = self._courses[layer, name]
        return keep[:, row], write[:, row]


def change(run: Run, name: str) -> Array:
    """(n, size), by how much a state changes at each timestep, in the direction of the layer."""
    with np.errstate(all="ignore"):
        difference: Array = run.named[name] - run.states[name][:-1]
        return np.abs(difference, out=difference)


def course(chunk: Chunk, layer: int, memory: Memory) -> tuple[Array, Array]:
    """What a chunk kept of a memory and what it wrote, (n, size) each, float64, in the order of time."""
    run = chunk.runs[layer]
    values = _Values(run, chunk.inputs[layer], chunk.network.layers[layer].parameters)
    shape, way = run.named[memory.state].shape, -1 if chunk.network.layers[layer].reverse else 1
    with np.errstate(all="ignore"):  # what is not finite is shown and marked, not warned about
        keep, write = (np.broadcast_to(values.of(side), shape)[::way] for side in (memory.keep, memory.write))
    return keep, write


@dataclass(frozen=True, eq=False)
class _Values:
    """The value of any expression over all timesteps of a chunk, from what was recorded, in float64."""

    run: Run
    inputs: Mapping[str, Array]
    parameters: Mapping[str, Array]

    def of(self, expression: Expression) -> Array:
        """(n, size); where no timestep changes it, or it is a single number, what broadcasts to that."""
        if isinstance(expression, Number):
            return np.asarray(expression.value)
        if isinstance(expression, Name):
            return np.asarray(self._named(expression), np.float64)
        operands = [self.of(operand) for operand in expression.operands]
        if expression.operation.name == "concat":
            operands = [np.broadcast_to(each, (self.run.length, each.shape[-1])) for each in operands]
        result: Array = np.asarray(expression.operation.apply(*operands))
        return result

    def _named(self, name: Name) -> Array:
        if name.offset is None:
            return self.parameters[name.name]
        if name.offset == -1:
            return self.run.states[name.name][:-1]
        return self.inputs[name.name] if name.name in self.inputs else self.run.named[name.name]
