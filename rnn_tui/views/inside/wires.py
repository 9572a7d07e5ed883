"""The wires of the inside of R as cells: where one joins another of its own, and where one passes over another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.views.inside.layout import Layout

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
SIDES = {(1, 0): (RIGHT, LEFT), (-1, 0): (LEFT, RIGHT), (0, 1): (DOWN, UP), (0, -1): (UP, DOWN)}
"""By the direction in which one goes: the side by which one leaves a cell, and that by which one comes to the next."""
Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A cell of a wire.

    Attributes:
        x, y: where it is.
        sides: to which of its neighbours it goes on, a sum of LEFT, RIGHT, UP, DOWN.
        made: the index of the equation that its value is of; -1 for what comes from outside.
        readers: the equations that read it by way of this cell.
    """

    x: int
    y: int
    sides: int
    made: int
    readers: frozenset[int]


@lru_cache(maxsize=64)
def cells(layout: Layout) -> tuple[Cell, ...]:
    """All cells of a layout's wires.

    Wires of one source join where they meet. Of two sources the upright one passes over the other.
    """
    nets: dict[int | Name, dict[Place, tuple[int, set[int]]]] = {}
    for wire in layout.wires:
        net = nets.setdefault(wire.source, {})
        for place, side in _steps(wire.corners):
            sides, readers = net.get(place) or (0, set())
            if wire.reader >= 0:
                readers.add(wire.reader)
            net[place] = sides | side, readers
    found: dict[Place, Cell] = {}
    boxes = layout.columns.graph.boxes
    for source, net in nets.items():
        made = boxes[source].part.operation if isinstance(source, int) else -1
        for (x, y), (sides, readers) in net.items():
            there = found.get((x, y))
            if there is None or there.sides & (UP | DOWN) == 0:
                found[x, y] = Cell(x, y, sides, made, frozenset(readers))
    return tuple(found.values())


def _steps(corners: tuple[Place, ...]) -> Iterator[tuple[Place, int]]:
    """Every cell on the way between corners, and the sides by which one goes through."""
    (x, y), *further = corners
    for to_x, to_y in further:
        while (x, y) != (to_x, to_y):
            right, down = (to_x > x) - (to_x < x), (to_y > y) - (to_y < y)
            ahead, back = SIDES[right, down]
            yield (x, y), ahead
            x, y = x + right, y + down
            yield (x, y), back
