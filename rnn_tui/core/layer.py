"""A layer: a cell with numbers in it, running one way through time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import CellError
from rnn_tui.core.shapes import letters, size_of

Array = NDArray[Any]
REAL = "biuf"
"""NumPy's kinds of numbers that become floats; None, text and complex numbers are refused, not turned into some."""


class Layer:
    """A cell and its parameters.

    Attributes:
        cell: R.
        parameters: name to array, read-only; W (H, I) stands on the input, U (H, H) on the state.
        reverse: whether the layer runs backwards in time.
        sizes: letter to number, as far as the parameters tell them: I, H, O as the cell uses them.
    """

    def __init__(self, cell: str | Cell, parameters: Mapping[str, Any] | None = None, reverse: bool = False) -> None:
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
        arrays = {name: _numbers(self.cell.name, name, value) for name, value in (parameters or {}).items()}
        self.sizes = self.cell.dimensions({name: array.shape for name, array in arrays.items()})
        single = bool(arrays) and all(array.dtype == np.float32 for array in arrays.values())
        self.parameters = freeze(arrays, np.dtype(np.float32 if single else np.float64))

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """The type all parameters have; None where there are none."""
        return next((array.dtype for array in self.parameters.values()), None)

    @property
    def input_size(self) -> int | None:
        """I; None for a cell that takes an x of any size, having no parameter on it."""
        return size_of(self.cell.inputs["x"][0], self.sizes)

    @property
    def output_size(self) -> int | None:
        """The size of y; None where it follows x, whose size no parameter tells."""
        return size_of(self.cell.output_shape[0], self.sizes)

    def begins(self, steps: int) -> int:
        """The timestep that its states before `steps` timesteps are of: 0, or backwards in time the one after all."""
        return steps + 1 if self.reverse else 0

    def state_sizes(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """Name to size of every part of the state, in the order of the cell, where `sizes` tells all letters."""
        return {name: size_of(size, sizes) or 0 for name, (size,) in self.cell.states.items()}

    def with_parameters(self, parameters: Mapping[str, Array]) -> Layer:
        """The same layer with other numbers of the same shapes; they are made read-only, not copied."""
        other = object.__new__(Layer)
        other.cell, other.reverse, other.sizes = self.cell, self.reverse, self.sizes
        for array in parameters.values():
            array.flags.writeable = False
        other.parameters = MappingProxyType(dict(parameters))
        return other

    def astype(self, dtype: np.dtype[Any]) -> Layer:
        """The same layer with parameters of another type."""
        if self.dtype is None or self.dtype == dtype:  # NumPy says float64 == None
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
        if array.dtype.kind not in REAL:
            raise TypeError
        return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)
    except (TypeError, ValueError):
        raise CellError(cell, name, "holds something that is not a number, or rows of unequal length") from None


def letters_of(cell: Cell) -> set[str]:
    """The letters in the shapes of a cell's parameters."""
    return {letter for shape in cell.parameters.values() for size in shape for letter in letters(size)}


def sized(shape: Iterable[str | int], sizes: Mapping[str, int]) -> tuple[int, ...]:
    """A shape in numbers; every letter must be known."""
    return tuple(size_of(size, sizes) or 0 for size in shape)
