"""The state of every layer before its first timestep: what is given, else zeros."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from typing import Any

import numpy as np

from rnn_tui.core.errors import CellError
from rnn_tui.core.layer import Array, Layer, freeze
from rnn_tui.core.network import Network

State = Mapping[str, Array]
"""Name to vector, one for every part of a layer's state; empty for a layer without one."""


def initial_states(
    network: Network, input_size: int, given: Rows[Mapping[str, Any]] | None = None
) -> tuple[State, ...]:
    """The states that a network begins with.

    Args:
        network: the layers.
        input_size: I of the sequence.
        given: one mapping a layer, name to the state before its first timestep; layers and names may be left out.

    Raises:
        CellError: more layers than there are, a state that a layer does not have, or one of a wrong shape.
    """
    states, layers = list(given or ()), network.layers
    if len(states) > len(layers):
        why = f"there are {len(states)} initial states"
        raise CellError("initial state", "", why, f"the network has {len(layers)} layers")
    states += [{}] * (len(layers) - len(states))
    return tuple(
        _initial(layer, number, own, sizes, network.dtype)
        for number, (layer, own, sizes) in enumerate(zip(layers, states, network.sizes(input_size), strict=True), 1)
    )


def _initial(
    layer: Layer, number: int, given: Mapping[str, Any], sizes: Mapping[str, int], dtype: np.dtype[Any]
) -> State:
    """The state of one layer before its first timestep."""
    needed = layer.state_sizes(sizes)
    for name, value in given.items():
        if name not in needed:
            hint = "it has " + (", ".join(needed) or "none")
            raise CellError("initial state", f"layer {number}", f"{layer.cell.name} has no state {name}", hint)
        if np.shape(value) != (needed[name],):
            why = f"{name} has shape {np.shape(value)}"
            raise CellError("initial state", f"layer {number}", why, f"({needed[name]},) is needed")
    return freeze({name: given.get(name, np.zeros(size)) for name, size in needed.items()}, dtype)
