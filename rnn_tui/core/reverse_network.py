"""The way back through all layers of a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.initial_state import State
from rnn_tui.core.network import Network
from rnn_tui.core.reverse import EVERYTHING, Asked, Reverse
from rnn_tui.core.routine import Routine
from rnn_tui.core.runner import Run

Array = NDArray[Any]


class ReverseNetwork:
    """The gradients of a loss by what a window was computed from.

    Attributes:
        layers: through each layer.
        above: for each (n, O), what comes back to its y, in the order of time.
        x: (n, I), in the order of time; None where it was not asked for.
    """

    def __init__(
        self,
        network: Network,
        runs: Sequence[Run],
        dy: Array,
        dz: Array | None = None,
        later: Sequence[State] | None = None,
        asked: Asked = EVERYTHING,
        routine: Routine | None = None,
        into: Sequence[Mapping[str, Array]] | None = None,
    ) -> None:
        """Walks back from the last layer to the first.

        Args:
            network: with the parameters used.
            runs: of each layer, with every value kept.
            dy: (n, O), the gradient by the y of the last layer, in the order of time.
            dz: (n, O), where that is a softmax, in its place the gradient by what it is of.
            later: for each layer dL/ds as it comes from after the window; zeros where it is not given.
            asked: what is wanted beside the gradients by the parameters; the inputs are those of the first layer.
            routine: keeps the calls.
            into: for each layer arrays that the gradients by the parameters are written into.
        """
        self._network = network
        self._routine = Routine() if routine is None else routine
        last = len(runs) - 1
        above: list[Array | None] = [*([None] * last), dy]
        layers: list[Reverse] = []
        self.x: Array | None = None
        for index in range(last, -1, -1):
            reads, here = network.reads[index], above[index]
            if here is None:  # nothing reads this layer
                here = above[index] = np.zeros_like(self._in_time(index, runs[index].named["y"]))
            layer = Reverse(
                runs[index],
                self._in_time(index, here),
                self._in_time(index, dz) if dz is not None and index == last else None,
                None if later is None else later[index],
                replace(asked, inputs=asked.inputs or any(source >= 0 for source in reads)),
                self._routine,
                None if into is None else into[index],
            )
            layers.insert(0, layer)
            for source, name in zip(reads, network.layers[index].cell.inputs, strict=True):
                if source >= 0:
                    above[source] = self._plus(above[source], self._in_time(index, layer.inputs[name]))
                elif asked.inputs:
                    self.x = self._plus(self.x, self._in_time(index, layer.inputs[name]))
        self.layers = tuple(layers)
        self.above = tuple(rows for rows in above if rows is not None)
        del self._routine

    def _in_time(self, layer: int, rows: Array) -> Array:
        """Rows of a layer in the order of time, or those in that order in its own."""
        return rows[::-1] if self._network.layers[layer].reverse else rows

    def _plus(self, first: Array | None, second: Array) -> Array:
        if first is None:
            return second
        with np.errstate(all="ignore"):
            return self._routine.made(self._network.dtype, np.add, first, second)
