"""Layers and the network they make: cells with numbers in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import LARGEST_DIMENSION, Cell
from rnn_tui.core.errors import CellError, RangeError
from rnn_tui.core.operations import Shape

Array = NDArray[Any]
LARGEST_NETWORK = 2**30
"""Bytes of parameters a random network may take."""


class Layer:
    """A cell and its parameters.

    Attributes:
        cell: R.
        parameters: name to array, read-only; W (H, I) stands on the input, U (H, H) on the state.
        reverse: whether the layer runs backwards in time.
        sizes: letter to number: I, H, O as the cell uses them.
    """

    def __init__(self, cell: str | Cell, parameters: Mapping[str, Any], reverse: bool = False) -> None:
        """Checks the parameters against the cell.

        Args:
            cell: a built-in cell's name, the path of a cell file, or a Cell.
            parameters: name to array; float32 only if all are, else float64.
            reverse: backwards in time.

        Raises:
            CellError: no such cell, or a parameter missing, unknown, of a wrong shape, or no numbers.
        """
        self.cell = cell if isinstance(cell, Cell) else Cell.named(cell)
        self.reverse = reverse
        arrays = {name: _numbers(self.cell.name, name, value) for name, value in parameters.items()}
        self.sizes = self.cell.dimensions({name: array.shape for name, array in arrays.items()})
        single = bool(arrays) and all(array.dtype == np.float32 for array in arrays.values())
        self.parameters = freeze(arrays, np.dtype(np.float32 if single else np.float64))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type all parameters have."""
        return next((array.dtype for array in self.parameters.values()), np.dtype(np.float64))

    @property
    def input_size(self) -> int | None:
        """I; None for a cell that takes an x of any size, having no parameter on it."""
        return self.sizes.get("I")

    @property
    def output_size(self) -> int | None:
        """The size of y; None where it follows x, whose size no parameter tells."""
        size = self.cell.output_shape[0]
        return size if isinstance(size, int) else self.sizes.get(size)

    def state_sizes(self) -> dict[str, int]:
        """Name to size of every part of the state, in the order of the cell."""
        return {name: _known(self.sizes, shape[0]) for name, shape in self.cell.states.items()}

    def astype(self, dtype: np.dtype[Any]) -> Layer:
        """The same layer with parameters of another type."""
        if dtype == self.dtype:
            return self
        return Layer(self.cell, {k: v.astype(dtype) for k, v in self.parameters.items()}, self.reverse)


def freeze(arrays: Mapping[str, Array], dtype: np.dtype[Any]) -> Mapping[str, Array]:
    """Contiguous read-only copies, by name."""
    frozen = {}
    for name, array in arrays.items():
        copy = np.array(array, dtype=dtype, order="C")
        copy.flags.writeable = False
        frozen[name] = copy
    return MappingProxyType(frozen)


def _numbers(cell: str, name: str, value: Any) -> Array:
    try:
        array = np.asarray(value)
        return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)
    except (TypeError, ValueError):
        raise CellError(cell, name, "holds something that is not a number, or rows of unequal length") from None


def _known(sizes: Mapping[str, int], size: str | int) -> int:
    return size if isinstance(size, int) else sizes.get(size, 1)


class Network:
    """A stack of layers: the y of one is the x of the next.

    Attributes:
        layers: in order, layer 1 first.
        dtype: float32 if every parameter is, else float64; what all is computed in.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        """Checks that the layers fit.

        Raises:
            CellError: no layers, or a layer whose input is not as wide as the y of the one before.
        """
        stack = tuple(layers)
        if not stack:
            raise CellError("network", "", "there are no layers", "at least one is needed")
        single = all(layer.dtype == np.float32 for layer in stack)
        self.dtype: np.dtype[Any] = np.dtype(np.float32 if single else np.float64)
        self.layers = tuple(layer.astype(self.dtype) for layer in stack)
        width = self.layers[0].input_size
        for number, layer in enumerate(self.layers, 1):
            if None not in (width, layer.input_size) and width != layer.input_size:
                why = f"{layer.cell.name} takes {layer.input_size} inputs and layer {number - 1} gives {width}"
                raise CellError("network", f"layer {number}", why, "they must be equal")
            width = layer.output_size if layer.output_size is not None else width

    @classmethod
    def random(
        cls,
        cells: str | Cell | Iterable[str | Cell],
        input_size: int,
        hidden_size: int | Iterable[int] = 3,
        seed: int = 0,
        output_size: int | None = None,
    ) -> Network:
        """A network of random parameters, the same for the same seed.

        Every parameter is uniform in +-1/sqrt(H), as on the torch.nn.RNN page (for a layer without H, +-1/sqrt(I), as
        on the torch.nn.Linear page), unless its cell says otherwise under ``[initial]``.

        Args:
            cells: one cell or several: a name, a path, or a Cell.
            input_size: I of the first layer.
            hidden_size: H of the layers in order; past its end, a last layer without a state takes `output_size` (or
                the size before), any other the last size again.
            seed: 0 or more.
            output_size: what a readout at the end should give.

        Raises:
            CellError: no such cell.
            RangeError: a size below 1, or parameters of over a gibibyte.
        """
        stack = [cells] if isinstance(cells, str | Cell) else list(cells)
        sizes = [hidden_size] if isinstance(hidden_size, int) else list(hidden_size)
        if len(sizes) > len(stack):
            raise RangeError("--hidden", "", f"there are {len(sizes)} sizes for {len(stack)} layers")
        if seed < 0:
            raise RangeError("--seed", "", f"{seed} is below 0", "a seed is 0 or more")
        for size in (input_size, *sizes):
            if not 1 <= size <= LARGEST_DIMENSION:
                raise RangeError("--hidden", "", f"{size} is no size", f"1 to {LARGEST_DIMENSION} are allowed")
        layers: list[Layer] = []
        width = input_size
        for number, name in enumerate(stack):
            cell = name if isinstance(name, Cell) else Cell.named(name)
            readout = number == len(stack) - 1 and not cell.recurrent
            size = sizes[number] if number < len(sizes) else (output_size or width) if readout else sizes[-1]
            generator = np.random.default_rng([seed, number])
            layers.append(_random_layer(cell, {"I": width, "H": size, "O": size}, generator))
            width = layers[-1].output_size or width
        return cls(layers)


def _random_layer(cell: Cell, sizes: Mapping[str, int], generator: np.random.Generator) -> Layer:
    shapes = {name: _sized(cell, name, shape, sizes) for name, shape in cell.parameters.items()}
    count = sum(int(np.prod(shape, dtype=object)) for shape in shapes.values())
    if count * 8 > LARGEST_NETWORK:
        gibibytes = f"{count * 8 / 2**30:.1f} GiB"
        raise RangeError("--hidden", "", f"{cell.name} of this size takes {gibibytes}", "1 GiB is the most")
    letters = {letter for shape in cell.parameters.values() for letter in shape}
    bound = 1 / np.sqrt(sizes["H" if "H" in letters else "I"])
    parameters = {}
    for name, shape in shapes.items():
        start = cell.initial.get(name, "uniform")
        if start == "uniform":
            parameters[name] = generator.uniform(-bound, bound, shape)
        elif start == "identity":
            parameters[name] = np.eye(shape[0], shape[-1])
        else:
            parameters[name] = np.full(shape, float(start))
    return Layer(cell, parameters)


def _sized(cell: Cell, name: str, shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    for letter in shape:
        if isinstance(letter, str) and letter not in sizes:
            raise CellError(cell.name, name, f"the size {letter} is not known", "a random network knows I, H and O")
    return tuple(letter if isinstance(letter, int) else sizes[letter] for letter in shape)
