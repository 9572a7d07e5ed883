"""Random networks: what a network's parameters are before anybody has trained them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import JOINS, Bidirectional, directed
from rnn_tui.core.errors import CellError, RangeError
from rnn_tui.core.layer import Array, Layer, letters_of, sized
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.shapes import size_of
from rnn_tui.core.texts import megabytes

LARGEST_NETWORK = 2**30
"""Bytes of parameters a random network may take."""

Size = int | tuple[int, int]
"""H, or (H, O)."""


@dataclass(frozen=True)
class Planned:
    """A layer that is to be made: nothing of it takes memory yet.

    Attributes:
        cell: R.
        way: ``reverse``, one of `JOINS`, or empty.
        letters: I, H and O of it.
        shapes: name to shape of its parameters.
    """

    cell: Cell
    way: str
    letters: Mapping[str, int]
    shapes: Mapping[str, tuple[int, ...]]

    @property
    def count(self) -> int:
        """How many layers of a network it makes: a bidirectional one counts as three."""
        return 3 if self.way in JOINS else 1

    @property
    def bytes(self) -> int:
        """What its parameters take."""
        return 8 * sum(prod(shape) for shape in self.shapes.values()) * (2 if self.way in JOINS else 1)


def planned_network(
    cells: str | Cell | Iterable[str | Cell],
    input_size: int,
    hidden_size: int | Iterable[Size],
    output_size: int | None = None,
) -> tuple[Planned, ...]:
    """The layers that `random_layers` would make of the same arguments, known to fit into memory together.

    Raises:
        CellError: no such cell, or one whose sizes are not known.
        RangeError: a size that cannot be, or parameters of over a gibibyte.
    """
    stack = [cells] if isinstance(cells, str | Cell) else list(cells)
    sizes: list[Size] = [hidden_size] if isinstance(hidden_size, int) else list(hidden_size)
    _check(len(stack), input_size, sizes)
    known: dict[str, Cell] = {}
    planned: list[Planned] = []
    width = input_size
    for number, name in enumerate(stack):
        cell, way = _directed(name, known)
        readout = number == len(stack) - 1 and not cell.recurrent
        size = sizes[number] if number < len(sizes) else (output_size or width) if readout else sizes[-1]
        hidden, output = size if isinstance(size, tuple) else (size, size)
        planned.append(_planned(cell, way, {"I": width, "H": hidden, "O": output}))
        told = {letter: planned[-1].letters[letter] for letter in letters_of(cell)}
        given = size_of(cell.output_shape[0], told) or width
        width = 2 * given if way == "concat" else given
    _check_memory(planned)
    return tuple(planned)


def random_layers(
    cells: str | Cell | Iterable[str | Cell],
    input_size: int,
    hidden_size: int | Iterable[Size],
    seed: int,
    output_size: int | None,
) -> list[Layer | Bidirectional]:
    """The layers of a network whose every parameter is uniform in +-1/sqrt(H), as on the torch.nn.RNN page (for a layer
    without H, in +-1/sqrt(I), as on the torch.nn.Linear page), unless its cell says otherwise under ``[initial]``.

    `Network.random` says what the arguments are.
    """
    if seed < 0:
        raise RangeError("", "", f"{seed} is below 0", "a seed is 0 or more", "seed")
    entries: list[Layer | Bidirectional] = []
    for number, each in enumerate(planned_network(cells, input_size, hidden_size, output_size)):
        layer = _random_layer(each, np.random.default_rng([seed, number]), each.way == "reverse")
        if each.way in JOINS:
            back = _random_layer(each, np.random.default_rng([seed, number, 1]), True)
            entries.append(Bidirectional(layer, back, each.way))
        else:
            entries.append(layer)
    return entries


def _check(layers: int, input_size: int, sizes: list[Size]) -> None:
    if len(sizes) > layers:
        raise RangeError("", "", f"there are {len(sizes)} sizes for {layers} layers", field="hidden_size")
    for field, entry in (("input_size", input_size), *(("hidden_size", size) for size in sizes)):
        for size in entry if isinstance(entry, tuple) else (entry,):
            if not 1 <= size <= LARGEST_DIMENSION:
                raise RangeError("", "", f"{size} is no size", f"1 to {LARGEST_DIMENSION} are allowed", field)


def _check_memory(planned: list[Planned]) -> None:
    taken = sum(each.bytes for each in planned)
    if taken > LARGEST_NETWORK:
        what = f"{planned[0].cell.name} of this size" if len(planned) == 1 else f"{len(planned)} layers of these sizes"
        why = f"{what} take{'s' * (len(planned) == 1)} {megabytes(taken)}"
        raise RangeError("", "", why, f"{megabytes(LARGEST_NETWORK)} is the most", "hidden_size")


def _directed(name: str | Cell, known: dict[str, Cell]) -> tuple[Cell, str]:
    """A cell, and what stands after its name's colon; `known` are those that have been read."""
    if isinstance(name, Cell):
        return name, ""
    plain, way = directed(name)
    if plain not in known:
        known[plain] = Cell.named(plain)
    return known[plain], way


def _planned(cell: Cell, way: str, letters: Mapping[str, int]) -> Planned:
    if len(cell.inputs) > 1:
        raise CellError(cell.name, "", "joins two layers and is none by itself", "write one like lstm:concat")
    for letter in sorted(letters_of(cell) - {*letters}):
        raise CellError(cell.name, "", f"the size {letter} is not known", "a random network knows I, H and O")
    return Planned(cell, way, letters, {name: sized(shape, letters) for name, shape in cell.parameters.items()})


def _random_layer(planned: Planned, generator: np.random.Generator, reverse: bool) -> Layer:
    cell = planned.cell
    bound = 1 / np.sqrt(planned.letters["H" if "H" in letters_of(cell) else "I"])
    parameters = {}
    for name, shape in planned.shapes.items():
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
    planned = _planned(cell, "", {"H": 1, **letters})
    _check_memory([planned])
    fresh = _random_layer(planned, np.random.default_rng(0), layer.reverse)
    kept = {
        name: layer.parameters[name]
        for name, array in fresh.parameters.items()
        if name in layer.parameters and layer.parameters[name].shape == array.shape
    }
    return Layer(cell, {**fresh.parameters, **kept}, layer.reverse)
