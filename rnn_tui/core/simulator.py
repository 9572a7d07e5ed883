"""The simulator: a network reading a sequence, and the tape of what it did."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.errors import CellError, RangeError
from rnn_tui.core.network import Layer, Network, freeze
from rnn_tui.core.program import compile_cell
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.step import EMPTY, Step

Array = NDArray[Any]


class Simulator:
    """Runs a network over a sequence, one timestep at a time, and keeps every step.

    A step is computed when it is first asked for, always from the state before it, so every way to t finds the same
    bits. Going back or seeking is looking up.

    Attributes:
        network: what runs.
        sequence: what it reads.
        t: where the cursor is: 0 (before the first sample) to T.
    """

    def __init__(
        self,
        network: Network,
        sequence: Sequence,
        initial_state: Rows[Mapping[str, Any]] | None = None,
    ) -> None:
        """Checks that network and sequence fit.

        Args:
            network: the layers.
            sequence: x is (T, I), I being the first layer's.
            initial_state: one mapping a layer, name to s_0; zeros where not given.

        Raises:
            CellError: a width or an initial state that does not fit.
        """
        self.network, self.sequence, self.t = network, sequence, 0
        wanted = network.layers[0].input_size
        if wanted is not None and wanted != sequence.input_size:
            why = f"x has {sequence.input_size} columns"
            raise CellError(sequence.name, "", why, f"{network.layers[0].cell.name} takes {wanted} inputs")
        self._x = np.ascontiguousarray(sequence.x, network.dtype)
        self._x.flags.writeable = False
        self._tape: list[Step] = [self._before(list(initial_state or ()))]

    def __len__(self) -> int:
        """T, the number of timesteps."""
        return len(self.sequence)

    def at(self, t: int) -> Step:
        """The step of the last layer at t (0 to T), wherever the cursor is.

        Raises:
            RangeError: t is outside 0 to T.
        """
        if not 0 <= t <= len(self):
            raise RangeError("", f"t = {t}", f"the sequence has timesteps 1 to {len(self)}", "0 is before the first")
        while len(self._tape) <= t:
            self._tape.append(self._next(self._tape[-1]))
        return self._tape[t]

    def seek(self, t: int) -> Step:
        """Moves the cursor to t (0 to T) and returns the step of the last layer there.

        Raises:
            RangeError: t is outside 0 to T; the cursor stays.
        """
        step = self.at(t)
        self.t = t
        return step

    def step(self) -> Step:
        """One timestep on. Raises RangeError at the end of the sequence."""
        return self.seek(self.t + 1)

    def back(self) -> Step:
        """One timestep back. Raises RangeError at t = 0."""
        return self.seek(self.t - 1)

    def reset(self) -> Step:
        """Back to t = 0 with the very same parameters; the tape is forgotten and will be computed anew."""
        del self._tape[1:]
        return self.seek(0)

    def _before(self, given: list[Mapping[str, Any]]) -> Step:
        """The step at t = 0: the initial state and nothing else."""
        layers = self.network.layers
        if len(given) > len(layers):
            why = f"there are {len(given)} initial states"
            raise CellError("initial state", "", why, f"the network has {len(layers)} layers")
        below: tuple[Step, ...] = ()
        for number, layer in enumerate(layers, 1):
            state = _initial(layer, number, given[number - 1] if number <= len(given) else {})
            below += (Step(0, number, "", EMPTY, {}, state, EMPTY, {}, layer.parameters, below),)
        return below[-1]

    def _next(self, before: Step) -> Step:
        """The step after `before`, layer by layer."""
        t = before.t + 1
        label, x = self.sequence.label(t), self._x[t - 1]
        below: tuple[Step, ...] = ()
        for layer, last in zip(self.network.layers, before.layers, strict=True):
            values = compile_cell(layer.cell).run(layer.parameters, x, last.state)
            state = {name: values[name] for name in layer.cell.states}
            y = values["y"]
            step = Step(t, last.layer, label, x, last.state, state, y, values, layer.parameters, below)
            below, x = (*below, step), y
        return below[-1]


def _initial(layer: Layer, number: int, given: Mapping[str, Any]) -> Mapping[str, Array]:
    """s_0 of one layer: what is given, else zeros."""
    sizes = layer.state_sizes()
    for name, value in given.items():
        if name not in sizes:
            hint = "it has " + (", ".join(sizes) or "none")
            raise CellError("initial state", f"layer {number}", f"{layer.cell.name} has no state {name}", hint)
        if np.shape(value) != (sizes[name],):
            why = f"{name} has shape {np.shape(value)}"
            raise CellError("initial state", f"layer {number}", why, f"({sizes[name]},) is needed")
    return freeze({name: given.get(name, np.zeros(size)) for name, size in sizes.items()}, layer.dtype)
