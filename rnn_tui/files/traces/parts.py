"""What was read of a trace, before anyone knows what fits the model: arrays with their names."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.traces.names import Named

Array = NDArray[Any]
LARGEST = 256 * 1024**2
"""Bytes that the numbers of a trace may take."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some numbers of a trace.

    Attributes:
        shown: what the file calls them.
        name: what that says.
        values: float64; whose axes are time, units, perhaps layers and sequences is still to be found.
        open: what the digits of each leave open; None for nothing.
    """

    shown: str
    name: Named
    values: Array
    open: Array | None = None


@dataclass(frozen=True, eq=False)
class Parts:
    """All of a trace.

    Attributes:
        parts: in the order of the file.
        times: the timesteps of its rows as they are written; empty where they are not.
        own: whether `rnn-tui run` wrote it, which counts all layers of a network.
        notes: what was guessed.
        left_out: names of what is no quantity.
    """

    parts: tuple[Part, ...]
    times: tuple[int, ...] = ()
    own: bool = False
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
