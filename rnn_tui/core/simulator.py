"""The simulator: a network reading a sequence, and the tape of what it did."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import CellError, RangeError
from rnn_tui.core.initial import refitted
from rnn_tui.core.layer import Array, Layer, freeze
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.step import EMPTY, Step
from rnn_tui.core.tape import AnyTape, Tape


class Simulator:
    """Runs a network over a sequence: a cursor on the tape of all timesteps.

    Every way to t finds the same bits. Going back or seeking is looking up. A layer that runs backwards in time is
    computed from T to 1 when its first step is asked for.

    Attributes:
        network: what runs.
        sequence: what it reads.
        sizes: for every layer its letters and their numbers.
        t: where the cursor is: 0 (before the first sample) to T.
        tape: what was computed.
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
            initial_state: one mapping a layer, name to the state before its first timestep; zeros where not given.

        Raises:
            CellError: a width or an initial state that does not fit.
        """
        self.network, self.sequence, self.t = network, sequence, 0
        wanted = network.layers[0].input_size
        if wanted is not None and wanted != sequence.input_size:
            why = f"x has {sequence.input_size} columns"
            raise CellError(sequence.name, "", why, f"{network.layers[0].cell.name} takes {wanted} inputs")
        self.sizes = network.sizes(sequence.input_size)
        self._initial = self._states(list(initial_state or ()))
        self.tape: AnyTape = Tape(network, sequence.x, self._initial, self.sizes)

    def __len__(self) -> int:
        """T, the number of timesteps."""
        return len(self.sequence)

    def at(self, t: int) -> Step:
        """The step of the last layer at t (0 to T), wherever the cursor is.

        Raises:
            RangeError: t is outside 0 to T.
        """
        if not 0 <= t <= self.walkable:
            raise RangeError(
                "", f"t = {t}", f"the sequence has timesteps 1 to {self.walkable}", "0 is before the first"
            )
        below: tuple[Step, ...] = ()
        for index in range(len(self.network.layers)):
            below += (self._step(index, t, below),)
        return below[-1]

    @property
    def initial_state(self) -> tuple[Mapping[str, Array], ...]:
        """For every layer the state before its first timestep."""
        return self._initial

    @property
    def ready(self) -> int:
        """How many timesteps the run has passed; a seek among them answers at once."""
        return min(self.tape.done * self.tape.chunk_length, len(self))

    @property
    def walkable(self) -> int:
        """The last timestep there is; fewer than T where learning broke in the middle of an epoch."""
        return len(self)

    @property
    def progress(self) -> tuple[int, int]:
        """How far the run is: timesteps passed, of how many."""
        return self.ready, len(self)

    def advance(self) -> bool:
        """Lets the run pass some more timesteps; False when it is over, or broken by a number that is not finite."""
        return self.tape.broken is None and self.tape.advance()

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
        self.tape = Tape(self.network, self.sequence.x, self._initial, self.sizes)
        return self.seek(0)

    def with_cell(self, index: int, text: str) -> Simulator:
        """A simulator of the same sequence with another cell in one layer; parameters that still fit are kept.

        Args:
            index: the layer, from 0.
            text: the TOML of the cell.

        Raises:
            CellError: the text describes no cell, or one that does not fit the layers around it.
        """
        old = self.network.layers[index]
        name = old.cell.name.rstrip("*")
        cell = replace(Cell.parse(text, name), name=f"{name}*")
        layer = refitted(old, cell, self.sizes[index])
        network = self.network.with_layer(index, layer)
        kept = list(self._initial)
        kept[index] = {}
        return Simulator(network, self.sequence, kept)

    def _states(self, given: list[Mapping[str, Any]]) -> tuple[Mapping[str, Array], ...]:
        """The state of every layer before its first timestep."""
        layers = self.network.layers
        if len(given) > len(layers):
            why = f"there are {len(given)} initial states"
            raise CellError("initial state", "", why, f"the network has {len(layers)} layers")
        given += [{}] * (len(layers) - len(given))
        return tuple(
            _initial(layer, number, given[number - 1], self.sizes[number - 1], self.network.dtype)
            for number, layer in enumerate(layers, 1)
        )

    def _step(self, index: int, t: int, below: tuple[Step, ...]) -> Step:
        """The record of one layer at t."""
        layer = self.network.layers[index]
        if t == 0:  # there is the initial state and nothing else
            state: Mapping[str, Array] = {} if layer.reverse else self._initial[index]
            return Step(0, index + 1, "", {}, {}, state, EMPTY, {}, layer.parameters, below, layer.reverse)
        chunk = self.tape.chunk((t - 1) // self.tape.chunk_length)
        run, row = chunk.runs[index], t - chunk.first
        row = chunk.length - 1 - row if layer.reverse else row
        values = {name: array[row] for name, array in run.named.items()}
        return Step(
            t=t,
            layer=index + 1,
            label=self.sequence.label(t),
            inputs={name: array[row] for name, array in chunk.inputs[index].items()},
            state_prev={name: array[row] for name, array in run.states.items()},
            state={name: array[row + 1] for name, array in run.states.items()},
            y=values["y"],
            values=values,
            parameters=chunk.network.layers[index].parameters,
            below=below,
            reverse=layer.reverse,
        )


def _initial(
    layer: Layer, number: int, given: Mapping[str, Any], sizes: Mapping[str, int], dtype: np.dtype[Any]
) -> Mapping[str, Array]:
    """The state of one layer before its first timestep: what is given, else zeros."""
    needed = layer.state_sizes(sizes)
    for name, value in given.items():
        if name not in needed:
            hint = "it has " + (", ".join(needed) or "none")
            raise CellError("initial state", f"layer {number}", f"{layer.cell.name} has no state {name}", hint)
        if np.shape(value) != (needed[name],):
            why = f"{name} has shape {np.shape(value)}"
            raise CellError("initial state", f"layer {number}", why, f"({needed[name]},) is needed")
    return freeze({name: given.get(name, np.zeros(size)) for name, size in needed.items()}, dtype)
