"""Numbers that must not be shown yet: which other numbers are the same one, and would give it away."""

from __future__ import annotations

from rnn_tui.core.equations import Name
from rnn_tui.core.run import Walk

Origin = tuple[int, str, int, int]
"""A number that is no copy of another: layer, quantity, t, and row; layer and row count from 0."""


def origin(walk: Walk, layer: int, name: str, t: int, row: int) -> Origin:
    """The number that one is a copy of, or itself: y is often the state, the x of a layer the y below it, and an x that
    is generated the y before."""
    network = walk.network
    for _ in range(2 * len(network.layers) + 8):  # a cell may copy its state for ever
        cell, reverse = network.layers[layer].cell, network.layers[layer].reverse
        made = cell.made.get(name)
        if isinstance(made, Name) and made.offset is not None and 1 <= t <= len(walk):
            name, t = made.name, t - made.offset if reverse else t + made.offset
        elif name in cell.inputs and network.reads[layer][list(cell.inputs).index(name)] >= 0:
            layer, name = network.reads[layer][list(cell.inputs).index(name)], "y"
        elif name in cell.inputs and walk.generated(t):
            layer, name, t = len(network.layers) - 1, "y", t - 1
        else:
            break
    return layer, name, t, row
