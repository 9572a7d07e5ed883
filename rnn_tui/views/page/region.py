"""A rectangle of the screen, and which part stands in it."""

from __future__ import annotations

from rnn_tui.core.dataclass import dataclass


@dataclass(frozen=True)
class Region:
    """A rectangle of the screen; x and y count from 0."""

    x: int
    y: int
    width: int
    height: int


Placed = tuple[str, Region]
