"""Where everything stands in the drawing of the inside of R, for any cell and any room."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.views.inside.columns import Columns, columns
from rnn_tui.views.inside.graph import Graph, graph
from rnn_tui.views.inside.subject import DENSITIES, Subject

MOST = 12
"""Equations that are drawn."""
LIKED = 16
"""Rows that the drawing likes at most, where it can do with them."""


@dataclass(frozen=True)
class Pitch:
    """How far apart tracks are: boxes of three rows or of one, rows from a track to the next, and to another
    equation's."""

    tall: bool
    near: int
    far: int


PITCHES = (Pitch(True, 3, 3), Pitch(False, 2, 2), Pitch(False, 1, 2), Pitch(False, 1, 1))
"""From the tallest to the flattest."""


@dataclass(frozen=True)
class Wire:
    """A way from a box (or a name from outside) to an operation, or out; by its corners.

    Attributes:
        source: the box, or the name.
        reader: the index of the equation that reads it; -1 for the way out of a state.
        corners: from the source to where it goes.
    """

    source: int | Name
    reader: int
    corners: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Layout:
    """Where everything stands.

    Attributes:
        columns: of everything.
        tall: boxes of three rows, else of one.
        rows: where the tracks are.
        wires: all ways.
        height: of the whole.
    """

    columns: Columns
    tall: bool
    rows: tuple[int, ...]
    wires: tuple[Wire, ...]
    height: int

    @property
    def width(self) -> int:
        """Of the whole."""
        return self.columns.width


@lru_cache(maxsize=64)
def arrange(subject: Subject, width: int, height: int) -> Layout | None:
    """The best layout that fits, or None: the density first, then the pitch."""
    for density in DENSITIES:
        joined = graph(subject.cell, density.detail)
        pitch = next((pitch for pitch in PITCHES if _height(joined, pitch) <= height), None)
        if pitch is not None and (placed := columns(subject, density)).width <= width:
            return _laid_out(placed, pitch)
    return None


@lru_cache(maxsize=64)
def liked(subject: Subject) -> tuple[int, int]:
    """All the columns it could want, and not too many rows."""
    widest = columns(subject, DENSITIES[0])
    heights = [_height(widest.graph, pitch) for pitch in PITCHES]
    return widest.width, next((height for height in heights if height <= LIKED), heights[-1])


@lru_cache(maxsize=64)
def least(subject: Subject) -> tuple[int, int]:
    """The fewest columns and rows."""
    narrowest = columns(subject, DENSITIES[-1])
    return narrowest.width, _height(narrowest.graph, PITCHES[-1])


def _rows(joined: Graph, pitch: Pitch) -> tuple[int, ...]:
    """The rows of the tracks; row 0 is y's name."""
    rows = [1 + pitch.tall]
    for track in range(1, joined.tracks):
        rows.append(rows[-1] + (pitch.far if track in joined.apart else pitch.near))
    return tuple(rows)


def _height(joined: Graph, pitch: Pitch) -> int:
    """Rows down to the lowest wire and the lowest box."""
    rows = _rows(joined, pitch)
    return 1 + max(rows[-1], *(rows[box.track] + pitch.tall for box in joined.boxes))


def _laid_out(placed: Columns, pitch: Pitch) -> Layout:
    rows = _rows(placed.graph, pitch)
    return Layout(placed, pitch.tall, rows, tuple(_wires(placed, rows, pitch.tall)), _height(placed.graph, pitch))


def _wires(placed: Columns, rows: tuple[int, ...], tall: bool) -> Iterator[Wire]:
    """All ways, from where the box or the name of a source ends."""
    joined, outside = placed.graph, dict(placed.graph.outside)

    def begin(source: int | Name) -> tuple[int, int]:
        if isinstance(source, int):
            spot = placed.spots[source]
            return spot.x + spot.width - 1, rows[joined.boxes[source].track]
        return placed.margin, rows[outside[source]]

    for box, spot in zip(joined.boxes, placed.spots, strict=True):
        row = rows[box.track]
        ends = [(spot.x, row), *((line, row + tall) for line in spot.lines)]
        for each, end in zip(box.inputs, ends, strict=False):
            start, level = begin(each.source), rows[each.track]
            trunk = placed.trunks.get(each.source, start[0])
            corners = (start, (trunk, start[1]), (trunk, level), (end[0], level), end)
            yield Wire(each.source, box.part.operation, corners)
    for _, number in joined.leaves:
        start = begin(number)
        yield Wire(number, -1, (start, (placed.right, start[1])))
    start = begin(joined.exit)
    yield Wire(joined.exit, joined.output, (start, (placed.up, start[1]), (placed.up, 0)))
