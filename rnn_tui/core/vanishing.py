"""How far back a gradient reaches: the norm of dL/ds_k for a loss at one timestep t, over all k before it.

Where the factors from step to step are small it vanishes, where they are large it explodes (Bengio et al. 1994,
Learning long-term dependencies with gradient descent is difficult; Pascanu et al. 2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.gradients import run_window, way_back
from rnn_tui.core.initial_state import initial_states
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.run import Walk

Array = NDArray[Any]
FARTHEST = 200
"""Timesteps that are looked at, back from t."""


def reach(walk: Walk, network: Network, layer: int, t: int) -> tuple[int, tuple[float, ...]]:
    """The norm of dL/ds_k for L = sum of y_t of the last layer, by the first part of the state of a layer.

    Args:
        walk: gives the sequence; its own states are what one begins with, if the network is its own.
        network: what is differentiated.
        layer: index from 0.
        t: the timestep of the loss, 1 to T.

    Returns:
        The first k, and the norms from there to t; empty where the layer has no state.
    """
    return walk.memo.get(("reach", walk.epoch, network, layer, t), lambda: _reach(walk, network, layer, t))


def _reach(walk: Walk, network: Network, layer: int, t: int) -> tuple[int, tuple[float, ...]]:
    state = next(iter(network.layers[layer].cell.states), None)
    if state is None or t < 1:
        return 1, ()
    first = max(t - FARTHEST, 0) if network.forwards else 0
    end = t if network.forwards else len(walk)
    own = network is walk.network
    before: tuple[Mapping[str, Array], ...]
    if own and first:
        before = tuple(step.state for step in walk.at(first).layers)
    else:
        before = initial_states(network, walk.sequence.input_size)
    x = np.asarray(walk.sequence.x[first:end], network.dtype)
    window = run_window(network, x, first + 1, before)
    dy = np.zeros_like(window.y)
    dy[t - first - 1] = 1.0
    back = way_back(window, np.zeros(len(window)), dy)
    norms = [float(np.linalg.norm(adjoint.named[state])) for adjoint in back.adjoints[layer]]
    return first + 1, tuple(norms[: t - first])


def rival(walk: Walk, network: Network, layer: int) -> Network:
    """The same network with another cell in one layer: an LSTM, or where there is one, an Elman network; seed 0."""
    return walk.memo.get(("rival", network, layer), lambda: _rival(network, layer))


def _rival(network: Network, layer: int) -> Network:
    old = network.layers[layer]
    name = "elman" if old.cell.name.startswith("lstm") else "lstm"
    sizes = old.sizes
    fresh = Network.random(Cell.named(name), sizes["I"], old.output_size or sizes["H"], 0)
    return network.with_layer(layer, Layer(name, fresh.layers[0].parameters, old.reverse))
