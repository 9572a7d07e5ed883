"""Layers under our own names, W, U and b with the letter of a gate: in our own files, and in arrays of anyone's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from rnn_tui.cells import cell_names
from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import CellError
from rnn_tui.core.gated import AFTER, BEFORE, GATES, GRU, LSTM, PEEPHOLES, RNN, Gated
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.network import Network
from rnn_tui.files.foreign.loaded import Card, Held, Loaded
from rnn_tui.files.foreign.parts import Numbers, Part, Read, told
from rnn_tui.files.source import Source

OURS = "rnn_tui"
GATED = {
    "elman": RNN,
    "elman-relu": RNN,
    "lstm": LSTM,
    "lstm-peephole": LSTM,
    "lstm-projection": LSTM,
    "gru": GRU,
    "gru-reset-after": GRU,
}
"""Our cells that frameworks have too, and of which kind they are."""
FIRST = ("elman", "dense")
"""What is taken where several cells have the same parameters."""


def gated_of(layer: Layer) -> Gated | None:
    """A layer of ours gate by gate; None where no framework has its cell."""
    kind = GATED.get(layer.cell.name) if layer.cell.built_in else None
    if kind is None:
        return None
    own = layer.parameters
    ending = {gate: f"_{gate}" if gate else "" for gate in GATES[kind]}
    return Gated(
        kind,
        {gate: own["W" + each] for gate, each in ending.items()},
        {gate: own["U" + each] for gate, each in ending.items()},
        {gate: own["b" + each] for gate, each in ending.items()},
        {gate: own["c" + each] for gate, each in ending.items() if "c" + each in own},
        BEFORE if layer.cell.name == "gru" else AFTER,
        {"": "relu({})"} if layer.cell.name == "elman-relu" else {},
        P=own.get("P"),
        peepholes={gate: own[f"p_{gate}"] for gate in PEEPHOLES if f"p_{gate}" in own},
        reverse=layer.reverse,
    )


def card_of(name: str, layer: Layer, place: int, held: tuple[Held, ...]) -> Card:
    """The card of a layer of ours: nothing was turned."""
    kind = GATED.get(layer.cell.name)
    order = ", ".join(GATES[kind]) if kind else ""
    initial = "zeros" if layer.cell.recurrent else ""
    return Card(
        name, layer.cell.name, OURS, (place,), layer.sizes, (order, order), (), (), initial, layer.reverse, held
    )


def saved(network: Network, initial: Sequence[Mapping[str, Array]] = ()) -> Loaded:
    """A network of `save_network`'s file, with its cards, and the states that it begins with, a mapping a layer."""
    cards = []
    for place, layer in enumerate(network.layers, 1):
        held = tuple(Held.of(f"layer{place}/{name}", array) for name, array in layer.parameters.items())
        card = card_of(f"layer{place}", layer, place, held)
        cards.append(replace(card, initial="as it was learned") if initial and initial[place - 1] else card)
    return Loaded(network, OURS, tuple(initial), tuple(cards), tuple(map(gated_of, network.layers)))


def fitting(group: Mapping[str, Held]) -> Sequence[Cell]:
    """The built-in cells that have just these parameters, the usual one first."""
    return _by_parameters().get(frozenset(group), ())


@cache
def _by_parameters() -> Mapping[frozenset[str], Sequence[Cell]]:
    """The built-in cells of x alone by the names of their parameters."""
    found: dict[frozenset[str], list[Cell]] = {}
    for name in (*FIRST, *(each for each in cell_names() if each not in FIRST)):
        cell = Cell.named(name)
        if cell.parameters and list(cell.inputs) == ["x"]:
            found.setdefault(frozenset(cell.parameters), []).append(cell)
    return found


def part(source: Source, name: str, group: Mapping[str, Held], cells: Sequence[Cell]) -> Part:
    """A layer of the first of `cells`. Raises LoadError where the shapes do not fit it."""
    cell, others = cells[0], [each.name for each in cells[1:]]
    try:
        sizes = cell.dimensions({leaf: held.shape for leaf, held in group.items()})
    except CellError as error:
        raise told(source, name, error) from None

    def read(numbers: Numbers) -> Read:
        layer = Layer(cell, {leaf: numbers.of(held) for leaf, held in group.items()})
        said = f"{name or 'the file'}: {cell.name} is taken, {' and '.join(others)} would have the same names"
        notes = (said,) if others else ()
        return Read((layer,), (card_of(name, layer, 1, tuple(group.values())),), (gated_of(layer),), notes)

    outputs = sizes.get(str(cell.output_shape[0]), 0)
    return Part(name, cell.name, sizes.get("I", 0), outputs, cell.recurrent, tuple(group.values()), read)
