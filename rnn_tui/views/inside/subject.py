"""What a drawing of the inside of R depends on: the layer and how it is written, and how much of it is drawn."""

from __future__ import annotations

from math import prod

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import bounded_width
from rnn_tui.core.equations import Expression, Name
from rnn_tui.core.shapes import shape_of, size_of
from rnn_tui.views.inside.graph import EACH, GATED, JOINED
from rnn_tui.views.layer.shown import bounded
from rnn_tui.views.sheet.notation import Notation

BLOCKS = 6
"""Numbers of a quantity that are shown as blocks."""


@dataclass(frozen=True)
class Density:
    """How much is drawn, and how close together.

    Attributes:
        detail: how finely R is taken apart.
        padding: blanks about what stands in a box; without them it has none between its words either.
        gap: columns of wire before a box at least.
        most: numbers of a quantity that are shown.
        inner: whether those that have no name are shown.
        digits: whether they are written, rather than drawn as blocks.
    """

    detail: int
    padding: int
    gap: int
    most: int
    inner: bool = True
    digits: bool = False


DENSITIES = (
    Density(EACH, 1, 2, 4, digits=True),
    Density(EACH, 0, 1, 4, digits=True),
    Density(JOINED, 0, 1, 4, digits=True),
    Density(JOINED, 0, 1, 3, digits=True),
    Density(EACH, 1, 2, BLOCKS),
    Density(EACH, 1, 1, BLOCKS),
    Density(EACH, 0, 1, 4),
    Density(JOINED, 0, 1, 4),
    Density(JOINED, 0, 1, 3),
    Density(JOINED, 0, 1, 3, inner=False),
    Density(JOINED, 0, 1, 0, inner=False),
    Density(GATED, 0, 1, 3),
    Density(GATED, 0, 1, 0),
)
"""From the best to the narrowest."""


@dataclass(frozen=True)
class Room:
    """The room of the numbers of a quantity: columns in all, the most numbers, and columns of one that is written."""

    columns: int
    most: int
    each: int


NO_ROOM = Room(0, 0, 0)


@dataclass(frozen=True)
class Subject:
    """All that a layout depends on but the room: a layer, and how it is written.

    Attributes:
        cell, notation: as the screen has them.
        sizes: the letters of the layer and their numbers.
        last: the greatest time that is written.
        signs: whether blocks are in brackets, with a sign in each.
        digits: of a number that is written.
        given: columns of a number of x that is written.
    """

    cell: Cell
    notation: Notation
    sizes: tuple[tuple[str, int], ...]
    last: int
    signs: bool
    digits: int
    given: int

    def title(self, name: Name) -> int:
        """How long a quantity with its time can be."""
        return len(self.notation.at(name.name, self.last))

    def count(self, value: Expression) -> int:
        """How many numbers a value has."""
        cell = self.cell
        known = {Name(name, 0): shape for name, shape in [*cell.inputs.items(), *cell.shapes.items()]}
        known |= {Name(name): shape for name, shape in cell.parameters.items()}
        known |= {Name(name, -1): shape for name, shape in cell.states.items()}
        shape = shape_of(value, known, cell.name, cell.equations[0])
        return prod(size_of(dimension, dict(self.sizes)) or 1 for dimension in shape)

    def width(self, value: Expression) -> int:
        """Columns of one of its numbers."""
        if isinstance(value, Name) and value.name == "x":
            return self.given
        narrow = isinstance(value, Name) and value.name in bounded(self.cell)
        return bounded_width(self.digits) + (not narrow)

    def room(self, value: Expression, density: Density) -> Room:
        """The room of its numbers on a wire."""
        count = self.count(value)
        shown = min(count, density.most)
        if not shown:
            return NO_ROOM
        if not density.digits:
            return Room(shown + 2 * self.signs, density.most, 0)
        each = self.width(value)
        left_out = 2 * (count > shown)
        return Room(shown * (each + 1) + 1 + left_out, density.most, each)
