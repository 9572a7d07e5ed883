"""ONNX models: recurrent nodes and the layers around them, step graphs, and graphs that were written out in time.

A graph is never run. It is walked once with shapes (`onnx_trace`), what it does to shapes is followed element by
element (`onnx_elements`), and what is left are expressions (`onnx_terms`), which become layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnn_tui.core.errors import CellError
from rnn_tui.core.network import Network
from rnn_tui.files.arrays import check_finite
from rnn_tui.files.foreign.loaded import Card, Loaded, chosen
from rnn_tui.files.foreign.onnx_file import open_model
from rnn_tui.files.foreign.onnx_ways import Search
from rnn_tui.files.source import Source

FORMAT = "ONNX"


def read_onnx(source: Source, choice: int = 0, *, allow_nonfinite: bool = False) -> Loaded:
    """The network in an ONNX file.

    Args:
        source: the file.
        choice: which one where there are several, from 1; 0 takes the first.
        allow_nonfinite: let weights that are NaN or infinite pass.

    Raises:
        LoadError: the package onnx is missing, the file is no whole model, holds no recurrence that can be read, or
            weights that do not fit; told with the node or the tensor.
    """
    model = open_model(source)
    try:
        return _loaded(source, model, choice, allow_nonfinite)
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None
    except RecursionError:
        raise source.error("", "is nested too deep") from None


def _loaded(source: Source, model: Any, choice: int, allow_nonfinite: bool) -> Loaded:
    """The network of a model that was chosen."""
    search = Search(source, model)
    ways = list(search.ways())
    if not ways:
        raise search.nothing()
    titles = tuple(way.about for way in ways)
    way = ways[chosen(source, choice, titles)]
    try:
        network = Network(way.stack.entries)
    except CellError as error:
        raise source.error(error.where, error.why, error.hint) from None
    if not allow_nonfinite:
        _refuse_nonfinite(source, network, way.stack.cards)
    others = [f"output {name}" for name in search.outputs if name not in way.outputs]
    return Loaded(
        network,
        FORMAT,
        way.stack.begins(network.dtype),
        tuple(way.stack.cards),
        tuple(way.stack.gated),
        tuple(dict.fromkeys([*way.trace.notes, *way.notes])),
        tuple(dict.fromkeys([*way.trace.not_read, *others])),
        titles if len(ways) > 1 else (),
        max(choice, 1) if len(ways) > 1 else 0,
    )


def _refuse_nonfinite(source: Source, network: Network, cards: Sequence[Card]) -> None:
    """Refuses weights that are no numbers."""
    for number, layer in enumerate(network.layers, 1):
        for name, array in layer.parameters.items():
            card = next((card.name for card in cards if number in card.layers), "")
            check_finite(source, f"layer {number}, {name}", array, f" ({card})")
