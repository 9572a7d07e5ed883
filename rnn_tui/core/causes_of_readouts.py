"""What may be read wrongly of a layer without a state, such as Linear or Dense: its bias, a transpose, its activation.

A file of weights alone has no word of the function behind such a layer, which is where softmax goes missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rnn_tui.core.attempts import Attempt, whole_runs
from rnn_tui.core.layer import Layer
from rnn_tui.core.readouts import dense
from rnn_tui.core.replay import Subject

FUNCTIONS: Mapping[str, str] = {
    "softmax": "softmax({})",
    "sigmoid": "sigmoid({})",
    "none": "{}",
    "relu": "relu({})",
    "tanh": "tanh({})",
}


def attempts(subject: Subject) -> Iterator[Attempt]:
    """Every such layer read otherwise, one at a time."""
    for index, layer in enumerate(subject.network.layers):
        if layer.cell.recurrent or set(layer.parameters) != {"W", "b"}:
            continue
        for cause, what, detail, other in _others(layer):
            rows = whole_runs(subject, network=subject.network.with_layer(index, other))
            what = f"{what.format(f'of layer {index + 1}')} the difference vanishes"
            yield Attempt(cause, what, rows, {**detail, "layers": [index + 1]})


def _others(layer: Layer) -> Iterator[tuple[str, str, Mapping[str, object], Layer]]:
    """The cause, in words, for programs, and the layer that it would be."""
    W, b = layer.parameters["W"], layer.parameters["b"]
    if np.any(b):
        yield "bias", "without the bias {}", {"drop": ["b"]}, Layer(layer.cell, {"W": W, "b": np.zeros_like(b)})
    if W.shape[0] == W.shape[1] > 1:
        yield "transposed", "with W {} transposed", {"transpose": ["W"]}, Layer(layer.cell, {"W": W.T, "b": b})
    for name, form in FUNCTIONS.items():
        other = dense(W, b, form)
        if other.cell.equations != layer.cell.equations:
            what = "without an activation {}" if name == "none" else f"with {name} as the activation {{}}"
            yield "activation", what, {"readout": name}, other
