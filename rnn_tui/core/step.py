"""Step: all that one timestep of one layer computed, recorded once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.layer import Layer
from rnn_tui.core.moment import Moment

Array = NDArray[Any]
EMPTY: Array = np.zeros(0)
EMPTY.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Step:
    """What layer `layer` did at timestep `t`. All arrays are read-only.

    Attributes:
        t: 1 to T; at t = 0, before the first sample, there is only the state: x and y are empty. A layer that runs
            backwards has no state there.
        layer: 1 is the first.
        label: what a person calls x_t, or empty.
        inputs: name to vector: x (I,) alone, but for a layer that joins two.
        state_prev: name to s[t-1], in the order of the cell; empty for a cell without a state.
        state: name to s[t].
        y: (O,), the output.
        values: every named quantity of the equations, in the order computed.
        parameters: name to array, as used at this t.
        below: the steps of the layers before this one at the same t.
        reverse: whether the layer runs backwards in time, so that the state before is that of t + 1.
    """

    t: int
    layer: int
    label: str
    inputs: Mapping[str, Array]
    state_prev: Mapping[str, Array]
    state: Mapping[str, Array]
    y: Array
    values: Mapping[str, Array]
    parameters: Mapping[str, Array]
    below: tuple[Step, ...] = ()
    reverse: bool = False

    @classmethod
    def beginning(cls, index: int, layer: Layer, state: Mapping[str, Array], below: tuple[Step, ...]) -> Step:
        """The record of a layer (from 0) at t = 0, where there is the state that it begins with and nothing else."""
        own = {} if layer.reverse else state
        return cls(0, index + 1, "", {}, {}, own, EMPTY, {}, layer.parameters, below, layer.reverse)

    @property
    def x(self) -> Array:
        """(I,), the input; of a layer that joins two, one after the other; empty at t = 0."""
        vectors = tuple(self.inputs.values())
        return vectors[0] if len(vectors) == 1 else np.concatenate(vectors) if vectors else EMPTY

    @property
    def s(self) -> Array:
        """The (first part of the) state after this timestep; empty for a cell without one."""
        return next(iter(self.state.values()), EMPTY)

    @property
    def s_prev(self) -> Array:
        """The (first part of the) state before this timestep; empty for a cell without one."""
        return next(iter(self.state_prev.values()), EMPTY)

    def moment(self, cell: Cell) -> Moment:
        """The same timestep (1 or more) of a layer of this cell, to ask the values of expressions."""
        return Moment(cell, self.t, self.inputs, self.state_prev, self.values, self.parameters)

    @property
    def layers(self) -> tuple[Step, ...]:
        """The steps of the layers at this t up to this one; of the last layer: of all, [0] being layer 1."""
        return (*self.below, self)

    @property
    def finite(self) -> bool:
        """Whether every number of this timestep and of the layers below is finite."""
        return all(bool(np.isfinite(value).all()) for step in self.layers for value in step.values.values())
