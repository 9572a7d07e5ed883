"""The states of a layer while it runs: where what a timestep reads stands in their arrays, and where what it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.interventions import Afresh
from rnn_tui.core.routine import read_only

Array = NDArray[Any]
Where = slice | Array
"""Some rows of an array, by their numbers or as a slice."""


class Held:
    """The states of a layer over n timesteps, one row after the other; each new beginning has a row of its own.

    Attributes:
        rows: how many rows there are.
        arrays: name to (rows, size), filled in while the layer runs.
        read, left: the rows that the timesteps read, and those that they leave.
    """

    def __init__(self, length: int, afresh: Afresh | None) -> None:
        self.arrays: dict[str, Array] = {}
        self._afresh = afresh
        places = np.arange(length) if afresh is None else afresh.places(length)
        self.rows = length + 1 + (0 if afresh is None else len(afresh.rows))
        self.read: Where = slice(0, length) if afresh is None else places
        self.left: Where = slice(1, length + 1) if afresh is None else places + 1
        self._places = places

    def hold(self, name: str, array: Array) -> None:
        """Takes the array of a state, (rows, size), and fills in what it begins afresh with."""
        self.arrays[name] = array
        if self._afresh is not None:
            array[self._places[self._afresh.rows]] = self._afresh.state[name]

    def each(self, name: str, rows: Where) -> list[Array]:
        """Views of some rows of a state."""
        array = self.arrays[name]
        return list(array[rows]) if isinstance(rows, slice) else [array[row] for row in rows.tolist()]

    def recorded(self) -> Mapping[str, Array]:
        """Name to (n + 1, size), read-only: what every timestep read, and what the last one left."""
        if self._afresh is None:
            return {name: read_only(array) for name, array in self.arrays.items()}
        parts = ((name, (array[self._places], array[-1:])) for name, array in self.arrays.items())
        return {name: read_only(np.concatenate(both)) for name, both in parts}
