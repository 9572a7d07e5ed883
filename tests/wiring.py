"""A drawing of boxes and wires read back by its characters alone, as a person follows a wire with a finger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from rich.style import Style

from rnn_tui.views.sheet.drawing import Drawing

LEFT, RIGHT, UP, DOWN = (-1, 0), (1, 0), (0, -1), (0, 1)
SIDES = {
    "─": {LEFT, RIGHT},
    "│": {UP, DOWN},
    "╭": {RIGHT, DOWN},
    "╮": {LEFT, DOWN},
    "╰": {RIGHT, UP},
    "╯": {LEFT, UP},
    "├": {UP, DOWN, RIGHT},
    "┤": {UP, DOWN, LEFT},
    "┬": {LEFT, RIGHT, DOWN},
    "┴": {LEFT, RIGHT, UP},
    "┼": {LEFT, RIGHT, UP, DOWN},
    "→": {LEFT},
    "↑": {DOWN},
}
Place = tuple[int, int]
Cells = list[list[tuple[str, Style]]]
NO_STYLE = Style()


def cells_of(drawing: Drawing) -> Cells:
    """Every cell of a drawing, with its style."""
    return [[(c, segment.style or NO_STYLE) for segment in row for c in segment.text] for row in drawing.lines()]


@dataclass(frozen=True)
class Box:
    """A box: what it is of, and where: columns from `left` to `right`, rows from `top` to `bottom`."""

    operation: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def middle(self) -> int:
        """The row on which wires go in and out."""
        return (self.top + self.bottom) // 2

    def places(self) -> Iterator[Place]:
        """Its cells."""
        return product(range(self.left, self.right + 1), range(self.top, self.bottom + 1))


class Wiring:
    """What is joined to what in a drawing without values."""

    def __init__(self, drawing: Drawing) -> None:
        self.cells = cells_of(drawing)
        self.text = ["".join(character for character, _ in row) for row in self.cells]
        self.boxes = list(self._boxes())
        self._taken = {place: box for box in reversed(self.boxes) for place in box.places()}

    def _boxes(self) -> Iterator[Box]:
        for y, row in enumerate(self.cells):
            for x, (character, style) in enumerate(row):
                if style.meta and character == "╭":
                    right = self.text[y].index("╮", x)
                    sides = self.text[y + 1][x] + self.text[y + 1][right]
                    assert sides in ("┤├", "│├"), sides
                    assert self.text[y + 2][x] + self.text[y + 2][right] == "╰╯"
                    yield Box(style.meta["operation"], x, right, y, y + 2)
                elif style.meta and character == "┤":
                    if self.cells[y - 1][x][1].meta and self.text[y - 1][x] == "╭":
                        continue
                    right = self.text[y].index("├", x)
                    yield Box(style.meta["operation"], x, right, y, y)

    def box_at(self, place: Place) -> Box | None:
        """The box that a cell belongs to."""
        return self._taken.get(place)

    def entries(self, box: Box) -> list[Place]:
        """The cells outside a box where a wire comes in, from the left and from below."""
        left = [(box.left - 1, box.middle)] if self._goes((box.left - 1, box.middle), RIGHT) else []
        below = [(x, box.bottom + 1) for x in range(box.left, box.right + 1) if self._goes((x, box.bottom + 1), UP)]
        if box.top < box.bottom:
            assert [x for x, _ in below] == [x for x in range(box.left, box.right) if self.text[box.bottom][x] == "┬"]
        return left + below

    def _goes(self, place: Place, side: Place) -> bool:
        """Whether a cell of a wire goes on to a side."""
        x, y = place
        if not (0 <= y < len(self.text) and 0 <= x < len(self.text[y])) or self.box_at(place) is not None:
            return False
        return side in SIDES.get(self.text[y][x], ())

    def source(self, entry: Place) -> str | Box:
        """What a wire comes from: a box, or a name at the left; there is one."""
        found: set[str | Box] = set()
        seen, waiting = {entry}, [entry]
        while waiting:
            place = waiting.pop()
            for side in SIDES[self.text[place[1]][place[0]]]:
                there = place[0] + side[0], place[1] + side[1]
                while side in (LEFT, RIGHT) and self.box_at(there) is None and self.text[there[1]][there[0]] == "│":
                    there = there[0] + side[0], there[1]  # passes below
                if (made := self._end(there, side)) is not None:
                    found.add(made)
                elif self.box_at(there) is None and self._goes(there, (-side[0], -side[1])) and there not in seen:
                    seen.add(there)
                    waiting.append(there)
        (only,) = found
        return only

    def _end(self, place: Place, side: Place) -> str | Box | None:
        """The source that stands there, where a wire that is followed to the left comes to one."""
        x, y = place
        box = self.box_at(place)
        if side != LEFT or (box is None and not re.match(r"\w|\s|[₋₊]", self.text[y][x])):
            return None
        if box is not None:
            return box
        before = self.text[y][: x + 1]
        name = re.search(r"(?:^|├)([A-Za-z][A-Za-z0-9]*)?[ₜ₀-₉₋₊]*\s*$", before)
        assert name is not None, before
        return self.box_at((name.start(), y)) or str(name[1])
