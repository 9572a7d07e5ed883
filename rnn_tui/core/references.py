"""References: how a text names a number of a run, ``y[3][1]`` being unit 1 of y at t = 3 and ``W[2][3]`` a weight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.errors import InputError
from rnn_tui.core.run import Walk

Array = NDArray[Any]
REFERENCE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)((?:\[\d{1,9}\]){1,3})\s*\Z")
INDEX = re.compile(r"\[(\d+)\]")


class NoSuchNumber(InputError):
    """A reference to a number that there is not."""


@dataclass(frozen=True)
class Reference:
    """One number of a run.

    Attributes:
        text: as it was written.
        name: the quantity, as the equations write it.
        indices: of a parameter its row and column; of any other quantity t, then its row. Rows count from 1.
    """

    text: str
    name: str
    indices: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Reads a reference. Raises NoSuchNumber."""
        match = REFERENCE.match(text)
        if match is None:
            hint = "write one like y[3][1], unit 1 of y at t = 3, or W[2][3]"
            raise NoSuchNumber("", repr(text.strip()[:40]), "names no number", hint)
        return cls(text.strip(), match[1], tuple(int(found) for found in INDEX.findall(match[2])))

    def is_parameter(self, walk: Walk, layer: int) -> bool:
        """Whether it names a parameter of a layer (from 0)."""
        return self.name in walk.network.layers[layer].cell.parameters

    @property
    def t(self) -> int:
        """The timestep of a quantity that is no parameter."""
        return self.indices[0]

    @property
    def row(self) -> int:
        """The row, from 0, of a quantity that is no parameter."""
        return self.indices[1] - 1

    def value(self, walk: Walk, layer: int, cursor: int = 0) -> float:
        """The number, of a layer (from 0); parameters as used at the cursor.

        Raises:
            NoSuchNumber: there is no such number.
        """
        if self.is_parameter(walk, layer):
            array = walk.at(cursor).layers[layer].parameters[self.name]
            return self._of(array, self.indices)
        if len(self.indices) != 2:
            raise self._wrong(f"{self.name} needs a timestep and a unit")
        if not 0 <= self.t <= len(walk):
            raise self._wrong(f"there is no t = {self.t}, the sequence has 1 to {len(walk)}")
        step = walk.at(self.t).layers[layer]
        known = {**step.inputs, **step.values, **step.state}
        if self.name not in known:
            raise self._wrong(f"the layer has no {self.name}" + (" at t = 0" if self.t == 0 else ""))
        return self._of(known[self.name], self.indices[1:])

    def _of(self, array: Array, indices: tuple[int, ...]) -> float:
        if len(indices) != array.ndim or any(not 1 <= i <= n for i, n in zip(indices, array.shape, strict=False)):
            size = "x".join(map(str, array.shape)) or "a single number"
            raise self._wrong(f"{self.name} is {size}, and units count from 1")
        return float(array[tuple(i - 1 for i in indices)])

    def _wrong(self, why: str) -> NoSuchNumber:
        return NoSuchNumber("", self.text, why)
