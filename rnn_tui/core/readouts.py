"""Layers without a state as frameworks have them, Linear and Dense: a weighted sum, and a function of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.layer import Layer

Array = NDArray[Any]


def dense(W: Array, b: Array | None, activation: str = "{}") -> Layer:
    """A layer without a state: y = activation(W . x + b); `activation` as of `Gated`, with ``{}`` for the sum.

    Raises:
        CellError: the shapes do not fit.
    """
    cell = {"{}": "dense", "softmax({})": "softmax"}.get(activation)
    parameters = {"W": W, "b": np.zeros(len(W), W.dtype) if b is None else b}
    if cell:
        return Layer(cell, parameters)
    text = f"""title = "Dense layer as read"
source = "the model file"
equations = '''
y[t] = {activation.format("W @ x[t] + b")}
'''

[parameters]
W = ["O", "I"]
b = ["O"]
"""
    return Layer(Cell.parse(text, f"dense {activation.partition('(')[0]} as read"), parameters)
