"""The check of gradients by central differences."""

from __future__ import annotations

import numpy as np

from rnn_tui.core.gradients import gradients, judged
from rnn_tui.core.initial_state import initial_states
from rnn_tui.core.losses import targets_for
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.window import run_window, windows_of


def largest_difference(network: Network, sequence: Sequence, loss: str, step: float = 1e-6) -> tuple[float, str]:
    """Checks the gradients by central differences: (L(p + step) - L(p - step)) / (2 step) for every parameter.

    It computes in float64 whatever the network does: in float32 a difference so small is mostly rounding.

    Returns:
        The largest difference, relative to the larger of the two or to 1, and the parameter it is at.
    """
    network = network.astype(np.dtype(np.float64))
    found = gradients(network, sequence, loss)
    targets, initial = targets_for(sequence, network, loss), initial_states(network, sequence.input_size)

    def total(other: Network) -> float:
        losses = 0.0
        for first, end in windows_of(len(sequence), 0, other, sequence.resets):
            window = run_window(other, np.asarray(sequence.x[first:end], other.dtype), first + 1, initial)
            losses += float(judged(loss, window, targets[first:end]).losses.sum())
        return losses

    worst, where = 0.0, ""
    for index, layer in enumerate(network.layers):
        for name, array in layer.parameters.items():
            for place in np.ndindex(array.shape):
                up, down = (total(_moved(network, index, name, place, by)) for by in (step, -step))
                slope, given = (up - down) / (2 * step), float(found.parameters[index][name][place])
                difference = abs(slope - given) / max(abs(slope), abs(given), 1.0)
                if difference > worst:
                    worst, where = difference, f"layer {index + 1}, {name}{[i + 1 for i in place]}"
    return worst, where


def _moved(network: Network, index: int, name: str, place: tuple[int, ...], by: float) -> Network:
    parameters = [dict(layer.parameters) for layer in network.layers]
    array = np.array(parameters[index][name])
    array[place] += by
    parameters[index][name] = array
    return network.with_parameters(tuple(parameters))
