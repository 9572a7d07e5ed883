"""A chunk: what the layers of a network computed in a stretch of timesteps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.moment import Moment
from rnn_tui.core.network import Network
from rnn_tui.core.runner import Run
from rnn_tui.core.step import Step

Array = NDArray[Any]
State = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Chunk:
    """The values of a stretch of n timesteps.

    Attributes:
        first: its first timestep, from 1.
        network: what ran, with the parameters that were used.
        runs: what each layer computed, in the direction in which it runs.
        inputs: for each layer name to (n, size), in that direction as well.
    """

    first: int
    network: Network
    runs: tuple[Run, ...]
    inputs: tuple[Mapping[str, Array], ...]

    @property
    def length(self) -> int:
        """n."""
        return self.runs[0].length

    def row(self, layer: int, t: int) -> int:
        """The row of timestep t in a layer's run."""
        row = t - self.first
        return self.length - 1 - row if self.network.layers[layer].reverse else row

    def in_time(self, layer: int, array: Array) -> Array:
        """Rows of a layer in the order of time."""
        return array[::-1] if self.network.layers[layer].reverse else array

    def rows(self, layer: int, name: str, begin: int = 0, end: int | None = None) -> Array:
        """A quantity, (n, size), in the order of time: of all timesteps, or of those after `begin` up to `end`."""
        first = self.first - 1
        every = self.in_time(layer, self.runs[layer].named[name])
        return every[max(begin - first, 0) : None if end is None else end - first]

    def step(self, layer: int, t: int, label: str, below: tuple[Step, ...]) -> Step:
        """The record of a layer at t, with a label and those of the layers below."""
        row, run, own = self.row(layer, t), self.runs[layer], self.network.layers[layer]
        values = {name: array[row] for name, array in run.named.items()}
        return Step(
            t=t,
            layer=layer + 1,
            label=label,
            inputs={name: array[row] for name, array in self.inputs[layer].items()},
            state_prev={name: array[row] for name, array in run.states.items()},
            state={name: values[name] for name in run.states},  # the row after may be of a state begun afresh
            y=values["y"],
            values=values,
            parameters=own.parameters,
            below=below,
            reverse=own.reverse,
        )

    def moment(self, layer: int, t: int) -> Moment:
        """What a layer computed at t."""
        row, run = self.row(layer, t), self.runs[layer]
        return Moment(
            cell=self.network.layers[layer].cell,
            t=t,
            inputs={name: array[row] for name, array in self.inputs[layer].items()},
            state_prev={name: array[row] for name, array in run.states.items()},
            values={name: array[row] for name, array in run.named.items()},
            parameters=self.network.layers[layer].parameters,
        )
