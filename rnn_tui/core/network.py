"""Networks: layers, and which layer reads which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.initial import random_layers
from rnn_tui.core.layer import Layer
from rnn_tui.core.shapes import size_of

Array = NDArray[Any]


class Network:
    """A stack of layers: the y of one is the x of the next.

    Attributes:
        layers: in order, layer 1 first; a bidirectional one counts as three.
        reads: for every layer the indices of the layers whose y it reads, -1 being the sequence.
        dtype: float32 if every parameter is, else float64; what all is computed in.
    """

    def __init__(self, layers: Iterable[Layer | Bidirectional]) -> None:
        """Checks that the layers fit.

        Raises:
            CellError: no layers, or a layer whose input is not as wide as the y of the one before.
        """
        stack: list[Layer] = []
        self.reads: tuple[tuple[int, ...], ...] = ()
        for entry in layers:
            below, here = len(stack) - 1, len(stack)
            if isinstance(entry, Bidirectional):
                stack += entry.layers()
                self.reads += ((below,), (below,), (here, here + 1))
            else:
                stack.append(entry)
                self.reads += ((below,),)
        if not stack:
            raise CellError("network", "", "there are no layers", "at least one is needed")
        single = {layer.dtype for layer in stack} - {None} == {np.dtype(np.float32)}
        self.dtype: np.dtype[Any] = np.dtype(np.float32 if single else np.float64)
        self.layers = tuple(layer.astype(self.dtype) for layer in stack)
        self.sizes(None)

    @property
    def forwards(self) -> bool:
        """Whether every layer runs forwards in time, so that a timestep needs nothing of later ones."""
        return not any(layer.reverse for layer in self.layers)

    @property
    def recurrent(self) -> bool:
        """Whether any layer keeps a state."""
        return any(layer.cell.recurrent for layer in self.layers)

    def sizes(self, input_size: int | None) -> tuple[dict[str, int], ...]:
        """For every layer its letters and their sizes, where x is `input_size` wide; None is not known yet.

        Raises:
            CellError: a layer does not take as many inputs as it is given.
        """
        widths: dict[int, int | None] = {-1: input_size}
        found = []
        for index, layer in enumerate(self.layers):
            sizes = dict(layer.sizes)
            if len(layer.cell.inputs) != len(self.reads[index]):
                why = f"{layer.cell.name} takes {len(layer.cell.inputs)} inputs and is given {len(self.reads[index])}"
                raise CellError("network", f"layer {index + 1}", why, "a join comes after the two directions it joins")
            for source, (name, (letter,)) in zip(self.reads[index], layer.cell.inputs.items(), strict=True):
                self._fit(index, source, name, str(letter), widths[source], sizes)
            widths[index] = size_of(layer.cell.output_shape[0], sizes)
            found.append(sizes)
        return tuple(found)

    def _fit(self, index: int, source: int, name: str, letter: str, width: int | None, sizes: dict[str, int]) -> None:
        """Notes that an input is `width` wide, if the layer lets it be."""
        known = sizes.get(letter, int(letter) if letter.isdecimal() else None)
        if width is None:
            return
        if known not in (None, width):
            giver = "x has" if source < 0 else f"layer {source + 1} gives"
            why = f"{self.layers[index].cell.name} takes {known} inputs and {giver} {width}"
            raise CellError("network", f"layer {index + 1}", why, "they must be equal")
        sizes[letter] = width

    @classmethod
    def random(
        cls,
        cells: str | Cell | Iterable[str | Cell],
        input_size: int,
        hidden_size: int | Iterable[int | tuple[int, int]] = 3,
        seed: int = 0,
        output_size: int | None = None,
    ) -> Network:
        """A network of random parameters, the same for the same seed: `initial.random_layers`.

        Args:
            cells: one cell or several: a name, a path, or a Cell. After a colon: ``:reverse`` runs backwards in time,
                ``:concat``, ``:sum``, ``:mul`` and ``:average`` run both ways and join.
            input_size: I of the first layer.
            hidden_size: H of the layers in order, or (H, O) for a cell whose y is smaller than its H. Past its end a
                last layer without a state takes `output_size` (or the size before), any other the last size again.
            seed: 0 or more.
            output_size: what a readout at the end should give.

        Raises:
            CellError: no such cell.
            RangeError: a size below 1, or parameters of over a gibibyte.
        """
        return cls(random_layers(cells, input_size, hidden_size, seed, output_size))

    def with_parameters(self, parameters: Iterable[Mapping[str, Array]]) -> Network:
        """The same network with other numbers in it, of the same shapes; they are made read-only, not copied."""
        return self._with(layer.with_parameters(own) for layer, own in zip(self.layers, parameters, strict=True))

    def astype(self, dtype: np.dtype[Any]) -> Network:
        """The same network computing in another type."""
        return self._with((layer.astype(dtype) for layer in self.layers), dtype=dtype)

    def up_to(self, index: int) -> Network:
        """The same network without the layers above one."""
        return self._with(self.layers[: index + 1], self.reads[: index + 1])

    def output_size(self, input_size: int) -> int:
        """O, how many numbers the last layer gives over a sequence of this width."""
        return size_of(self.layers[-1].cell.output_shape[0], self.sizes(input_size)[-1]) or 0

    def topped(self, layer: Layer) -> Network:
        """The same network with one more layer, which reads the last. Raises CellError where it does not fit."""
        reads = (*self.reads, (len(self.layers) - 1,))
        other = self._with((*self.layers, layer.astype(self.dtype)), reads)
        other.sizes(None)
        return other

    def with_layer(self, index: int, layer: Layer) -> Network:
        """The same network with another layer in one place. Raises CellError where it does not fit."""
        other = self._with((*self.layers[:index], layer.astype(self.dtype), *self.layers[index + 1 :]))
        other.sizes(None)
        return other

    def _with(
        self,
        layers: Iterable[Layer],
        reads: tuple[tuple[int, ...], ...] | None = None,
        dtype: np.dtype[Any] | None = None,
    ) -> Network:
        """Other layers, which are known to fit."""
        other = object.__new__(Network)
        other.layers = tuple(layers)
        other.reads, other.dtype = self.reads if reads is None else reads, self.dtype if dtype is None else dtype
        return other
