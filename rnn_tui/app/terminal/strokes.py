"""What of a row differs, cut into strokes: cells beside one another that are written in one style."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from rnn_tui.app.terminal.cells import UNKNOWN, Cell
from rnn_tui.app.terminal.sgr import ANY, SEEN_ON_BLANKS, Style, change

TO_THE_END, ERASED = 3, 12
"""Blanks in a row that are worth a sequence of their own: up to the right edge, and before it."""
JUMP = 8
"""Characters that it takes to move the cursor to any cell."""
LOOKED_AT = 6
"""Strokes of one style among which the next is sought; with all of them a frame is hardly shorter, and takes longer."""


class Stroke(NamedTuple):
    """Cells of a row in one style.

    Attributes:
        row: counted from 0.
        start, end: the columns, the last not included.
        style: in which they are written; blanks may lie among them that look the same in it.
        erases: the sequence for blanks that are better erased, before which the cursor stays.
    """

    row: int
    start: int
    end: int
    style: Style
    erases: str = ""


def strokes(y: int, old: list[Cell], new: list[Cell], erases: bool) -> list[Stroke]:
    """What has to be written where a row changes, from left to right.

    Args:
        y: the row, counted from 0.
        old, new: the row as it is shown, and as it should be.
        erases: whether the terminal erases in the ground colour in force.
    """
    found: list[Stroke] = []
    width, x = len(new), 0
    while (x := _next_difference(old, new, x)) < width:
        while x and not new[x][0]:
            x -= 1
        start, style = x, new[x][1]
        while x < width and new[x] is not UNKNOWN and (x == start or new[x] != old[x]):
            character, wanted = new[x]
            if erases and character == " " and wanted.text == ANY and (length := _blanks(old, new, x)):
                if x > start:
                    found.append(Stroke(y, start, x, style))
                end = x + length
                found.append(Stroke(y, x, end, wanted, "\x1b[K" if end == width else f"\x1b[{length}X"))
                start = x = end
                break
            if wanted is not style:
                joint = _joint(style, wanted)
                if joint is None:
                    found.append(Stroke(y, start, x, style))
                    start, joint = x, wanted
                style = joint
            x += 1
            if not character.isascii() and (len(character) > 1 or (x < width and not new[x][0])):
                while x < width and not new[x][0]:
                    x += 1
                break  # terminals differ in how wide this is
        if x > start:
            found.append(Stroke(y, start, x, style))
    return found


def _joint(style: Style, other: Style) -> Style | None:
    """The style in which cells of two styles are written at once: of blanks, only the ground is seen."""
    if style == other:
        return style
    if ANY not in (style.text, other.text) or style.ground != other.ground:
        return None
    seen = other if style.text == ANY else style
    return None if seen.link or SEEN_ON_BLANKS.intersection(seen.attributes) else seen


def _next_difference(old: list[Cell], new: list[Cell], x: int) -> int:
    """The next column from x on at which two rows differ; their length where there is none."""
    width = len(new)
    while x < width and (old[x] is new[x] or old[x] == new[x] or new[x] is UNKNOWN):
        x += 1
    return x


def _blanks(old: list[Cell], new: list[Cell], x: int) -> int:
    """How many equal blanks from x on are better erased than written; 0 for none."""
    blank, end = new[x], x + 1
    while end < len(new) and new[end] == blank:
        end += 1
    if end == len(new):
        return end - x if end - x > TO_THE_END else 0
    return end - x if end - x > ERASED and any(old[k] != blank for k in range(x, end)) else 0


class Left:
    """The strokes of a frame that are left to be drawn, and which of them is best drawn next.

    Changing the style takes more than going somewhere: so all that is in one style is drawn in a go, and another style
    begins with what stands right behind, or with what takes the shortest change.

    Attributes:
        size: about how many characters all of them take.
    """

    def __init__(self) -> None:
        self.size = 0
        self._style_at: dict[tuple[int, int], Style] = {}
        self._of_style: dict[Style, dict[tuple[int, int], Stroke]] = {}

    def add(self, found: list[Stroke]) -> None:
        """Adds those of a further row."""
        for stroke in found:
            place = stroke.row, stroke.start
            self._style_at[place] = stroke.style
            self._of_style.setdefault(stroke.style, {})[place] = stroke
            self.size += stroke.end - stroke.start + JUMP

    def next(self, x: int, y: int, style: Style) -> Stroke | None:
        """Takes the one that is best drawn next, given the cursor and the style in force; None where none is left."""
        same, behind = self._of_style.get(style), self._style_at.get((y, x))
        if same is not None:
            way, place = _nearest(x, y, same)
            if behind is None or way < len(change(style, behind)[0]):
                return self._take(place, style)
        if behind is not None:
            return self._take((y, x), behind)
        if not self._of_style:
            return None
        style = min(self._of_style, key=lambda each: len(change(style, each)[0]))
        return self._take(_nearest(x, y, self._of_style[style])[1], style)

    def _take(self, place: tuple[int, int], style: Style) -> Stroke:
        """Takes the one that begins at a row and column."""
        del self._style_at[place]
        found = self._of_style[style]
        stroke = found.pop(place)
        if not found:
            del self._of_style[style]
        return stroke


def _nearest(x: int, y: int, places: Iterable[tuple[int, int]]) -> tuple[int, tuple[int, int]]:
    """Of the first few places, each a row and a column, the one that it takes least to go to, and about how many
    characters that is."""
    least, nearest = sys.maxsize, (y, x)
    for place in islice(places, LOOKED_AT):
        down, right = place[0] - y, place[1] - x
        way = (4 if right > 1 else 3) if right > 0 else min(-right, 4)
        if down:
            way = min(way + (2 if -1 <= down <= 1 else 4), JUMP)
        if way < least:
            least, nearest = way, place
    return least, nearest
