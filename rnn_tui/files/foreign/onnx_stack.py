"""Layers one upon another as they are found in an ONNX graph, and how each was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.gated import GATES, GRU, RNN, Gated
from rnn_tui.core.layer import Layer
from rnn_tui.files.foreign.loaded import Card, Held
from rnn_tui.files.foreign.onnx_equations import Written
from rnn_tui.files.foreign.onnx_recurrent import KINDS, ORDERS, Recurrent

Array = NDArray[Any]
FRAMEWORK = "ONNX"


@dataclass(eq=False)
class Stack:
    """Layers from below, with what is said of each.

    Attributes:
        entries: as a Network takes them.
        gated, initial: one for every layer.
        cards: how they were read.
    """

    entries: list[Layer | Bidirectional] = field(default_factory=list)
    gated: list[Gated | None] = field(default_factory=list)
    initial: list[Mapping[str, Array]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    def _put(self, entry: Layer | Bidirectional, gated: Sequence[Gated | None], initial: Any = None) -> tuple[int, ...]:
        """Adds what counts as one layer or three; their numbers from 1."""
        first = len(self.gated) + 1
        self.entries.append(entry)
        self.gated += gated
        self.initial += initial or [{} for _ in gated]
        return tuple(range(first, first + len(gated)))

    def plain(self, layers: Sequence[Written], name: str) -> None:
        """Adds layers without a state, from below."""
        for written in layers:
            layer = written.layer
            numbers = self._put(layer, [None])
            sizes = _sizes(layer)
            self.cards.append(Card(name, layer.cell.name, FRAMEWORK, numbers, sizes, initial="", held=written.held))

    def node(self, found: Recurrent) -> None:
        """Adds a recurrent node of one direction or two."""
        layers = [gated.layer() for gated in found.directions]
        if len(layers) == 2:
            numbers = self._put(Bidirectional(layers[0], layers[1]), [*found.directions, None], [*found.initial, {}])
        else:
            numbers = self._put(layers[0], found.directions, list(found.initial))
        first, kind = found.directions[0], KINDS[found.operator]
        two = len(found.held) > 2
        self.cards.append(
            Card(
                found.place,
                found.operator,
                FRAMEWORK,
                numbers,
                first.sizes,
                ("", "") if kind == RNN else (", ".join(ORDERS[kind]), ", ".join(GATES[kind])),
                ("W and R cut into gates", *(["B cut into the biases beside W and beside R"] if two else [])),
                found.choices,
                found.begins,
                first.reverse,
                found.held,
            )
        )

    def written_out(self, name: str, gated: Gated, turned: Sequence[str], begins: str) -> None:
        """Adds a recurrent layer that was recognised in the operations of a graph."""
        layer = gated.layer()
        numbers = self._put(layer, [gated])
        held = [Held.of(f"W_{gate}".rstrip("_"), array) for gate, array in gated.W.items()]
        held += [Held.of(f"U_{gate}".rstrip("_"), array) for gate, array in gated.U.items()]
        held += [Held.of(f"b_{gate} beside W".replace("_ ", " "), array) for gate, array in gated.b.items()]
        held += [Held.of(f"b_{gate} beside U".replace("_ ", " "), array) for gate, array in gated.c.items()]
        more = (f"reset {gated.reset} the product with U_n",) if gated.kind == GRU else ()
        self.cards.append(
            Card(
                name,
                f"{gated.kind.upper()} written out",
                FRAMEWORK,
                numbers,
                gated.sizes,
                turned=("recognised in single operations, cut into gates", *turned),
                choices=more,
                initial=begins,
                held=tuple(held),
            )
        )

    def equations(self, name: str, written: Written, begins: str) -> None:
        """Adds a cell that is the graph's own equations."""
        numbers = self._put(written.layer, [None])
        words = ("the operations of the graph are its equations",)
        card = Card(name, "step graph", FRAMEWORK, numbers, _sizes(written.layer), ("", ""), words, initial=begins)
        self.cards.append(replace(card, held=written.held))

    def begins(self, dtype: np.dtype[Any]) -> tuple[Mapping[str, Array], ...]:
        """The initial state of every layer; empty where all begin with zeros."""
        if not any(self.initial):
            return ()
        return tuple({name: array.astype(dtype) for name, array in each.items()} for each in self.initial)


def _sizes(layer: Layer) -> dict[str, int]:
    """The sizes of x, of each state and of y, as far as the parameters tell them."""
    cell = layer.cell
    shapes = {"I": cell.inputs.get("x", ()), **cell.states, "O": cell.output_shape}
    told = {name: size for name, (size,) in shapes.items() if isinstance(size, int)}
    return {**layer.sizes, **told}
