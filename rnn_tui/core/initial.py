"""Random networks: what a network's parameters are before anybody has trained them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import CellError, RangeError
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.network import JOINS, Bidirectional, Network, letters_of, sized
from rnn_tui.core.operations import LARGEST_DIMENSION

LARGEST_NETWORK = 2**30
"""Bytes of parameters a random network may take."""

Size = int | tuple[int, int]
"""H, or (H, O)."""


def random_network(
    cells: str | Cell | Iterable[str | Cell],
    input_size: int,
    hidden_size: int | Iterable[Size],
    seed: int,
    output_size: int | None,
) -> Network:
    """A network whose every parameter is uniform in +-1/sqrt(H), as on the torch.nn.RNN page (for a layer without H, in
    +-1/sqrt(I), as on the torch.nn.Linear page), unless its cell says otherwise under ``[initial]``.

    `Network.random` says what the arguments are.
    """
    stack = [cells] if isinstance(cells, str | Cell) else list(cells)
    sizes: list[Size] = [hidden_size] if isinstance(hidden_size, int) else list(hidden_size)
    _check(len(stack), input_size, sizes, seed)
    entries: list[Layer | Bidirectional] = []
    width = input_size
    for number, name in enumerate(stack):
        cell, way = _directed(name)
        readout = number == len(stack) - 1 and not cell.recurrent
        size = sizes[number] if number < len(sizes) else (output_size or width) if readout else sizes[-1]
        hidden, output = size if isinstance(size, tuple) else (size, size)
        letters = {"I": width, "H": hidden, "O": output}
        layer = _random_layer(cell, letters, np.random.default_rng([seed, number]), way == "reverse")
        if way in JOINS:
            back = _random_layer(cell, letters, np.random.default_rng([seed, number, 1]), True)
            entries.append(Bidirectional(layer, back, way))
        else:
            entries.append(layer)
        given = layer.output_size or width
        width = 2 * given if way == "concat" else given
    return Network(entries)


def _check(layers: int, input_size: int, sizes: list[Size], seed: int) -> None:
    if len(sizes) > layers:
        raise RangeError("", "", f"there are {len(sizes)} sizes for {layers} layers", field="hidden_size")
    if seed < 0:
        raise RangeError("", "", f"{seed} is below 0", "a seed is 0 or more", "seed")
    for field, entry in (("input_size", input_size), *(("hidden_size", size) for size in sizes)):
        for size in entry if isinstance(entry, tuple) else (entry,):
            if not 1 <= size <= LARGEST_DIMENSION:
                raise RangeError("", "", f"{size} is no size", f"1 to {LARGEST_DIMENSION} are allowed", field)


def _directed(name: str | Cell) -> tuple[Cell, str]:
    """A cell, and what stands after its name's colon."""
    if isinstance(name, Cell):
        return name, ""
    before, colon, way = name.rpartition(":")
    if colon and way in ("reverse", *JOINS):
        return Cell.named(before), way
    return Cell.named(name), ""


def _random_layer(cell: Cell, sizes: Mapping[str, int], generator: np.random.Generator, reverse: bool) -> Layer:
    if len(cell.inputs) > 1:
        raise CellError(cell.name, "", "joins two layers and is none by itself", "write one like lstm:concat")
    for letter in sorted(letters_of(cell) - {*sizes}):
        raise CellError(cell.name, "", f"the size {letter} is not known", "a random network knows I, H and O")
    shapes = {name: sized(shape, sizes) for name, shape in cell.parameters.items()}
    count = sum(prod(shape) for shape in shapes.values())
    if count * 8 > LARGEST_NETWORK:
        gibibytes = f"{count * 8 / 2**30:.1f} GiB"
        raise RangeError("", "", f"{cell.name} of this size takes {gibibytes}", "1 GiB is the most", "hidden_size")
    bound = 1 / np.sqrt(sizes["H" if "H" in letters_of(cell) else "I"])
    parameters = {}
    for name, shape in shapes.items():
        parameters[name] = _first(cell.initial.get(name, "uniform"), shape, float(bound), generator)
    return Layer(cell, parameters, reverse)


def _first(start: float | str, shape: tuple[int, ...], bound: float, generator: np.random.Generator) -> Array:
    if start == "uniform":
        return np.asarray(generator.uniform(-bound, bound, shape))
    if start == "identity":
        return np.eye(shape[0], shape[-1])
    return np.full(shape, float(start))


def refitted(layer: Layer, cell: Cell, sizes: Mapping[str, int]) -> Layer:
    """A layer of another cell that keeps the parameters of the old one whose names and shapes it has too.

    The others are random, from seed 0. `sizes` are the letters of the old layer; letters it did not have are as H.
    """
    letters = {**{letter: sizes.get("H", sizes.get("O", 3)) for letter in letters_of(cell)}, **sizes}
    fresh = _random_layer(cell, {"H": 1, **letters}, np.random.default_rng(0), layer.reverse)
    kept = {
        name: layer.parameters[name]
        for name, array in fresh.parameters.items()
        if name in layer.parameters and layer.parameters[name].shape == array.shape
    }
    return Layer(cell, {**fresh.parameters, **kept}, layer.reverse)
