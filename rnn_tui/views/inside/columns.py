"""Which column everything stands in: boxes as far to the left as what they read and what is in their way allow.

Whatever the rows are, the columns are the same; so a drawing that has to be flatter is no narrower.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.views.inside.graph import Box, Graph, graph
from rnn_tui.views.inside.labels import label
from rnn_tui.views.inside.subject import NO_ROOM, Density, Room, Subject


@dataclass(frozen=True)
class Spot:
    """A box's place: from `x`, `width` wide; columns in which wires come up to it; what stands in it; behind it the
    name of what it makes, and the room of its numbers."""

    x: int
    width: int
    lines: tuple[int, ...]
    text: str
    word: str
    room: Room

    @property
    def behind(self) -> int:
        """Where the numbers begin."""
        return self.x + self.width + len(self.word)

    @property
    def end(self) -> int:
        """Where the wire goes on free."""
        return self.behind + self.room.columns


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of everything.

    Attributes:
        graph: the operations.
        spots: where the boxes are.
        trunks: where a source goes up and down to the tracks that it is read on.
        rooms: of what comes from outside, the room of its numbers, which begin at `margin`.
        up: where y leaves upwards.
        right: where the arrows of the states end; their names follow.
        width: of the whole.
    """

    graph: Graph
    spots: tuple[Spot, ...]
    trunks: Mapping[int | Name, int]
    rooms: Mapping[Name, Room]
    margin: int
    up: int
    right: int
    width: int


@lru_cache(maxsize=256)
def columns(subject: Subject, density: Density) -> Columns:
    """The columns of a layer, so close together."""
    return _Builder(subject, density).columns()


class _Builder:
    """Places one box after the other."""

    def __init__(self, subject: Subject, density: Density) -> None:
        self.subject, self.density = subject, density
        self.graph = graph(subject.cell, density.detail)
        self.taken: list[list[tuple[int, int]]] = [[] for _ in range(self.graph.tracks)]
        self.spots: list[Spot] = []
        self.trunks: dict[int | Name, int] = {}
        self.branches: dict[int | Name, list[int]] = {}
        self.homes: dict[int | Name, int] = {number: box.track for number, box in enumerate(self.graph.boxes)}
        self.homes.update(self.graph.outside)
        for box in self.graph.boxes:
            for each in box.inputs:
                if each.track != self.homes[each.source]:
                    self.branches.setdefault(each.source, []).append(each.track)

    def columns(self) -> Columns:
        """Everything in its column."""
        outside = [name for name, _ in self.graph.outside]
        rooms = {name: self.subject.room(name, self.density) for name in outside}
        margin = 1 + max(map(self.subject.title, outside))
        self.left = margin + max(room.columns for room in rooms.values())
        for name in outside:
            if name in self.branches:
                self._trunk(name, self.left)
        self.base = max([self.left, *(x + 1 for x in self.trunks.values())])
        for number, box in enumerate(self.graph.boxes):
            self.spots.append(self._placed(box))
            if number in self.branches:
                self._trunk(number, self.spots[-1].end)
        up = 1 + max([*(spot.end for spot in self.spots), *(x + 1 for x in self.trunks.values())])
        right = up + 2
        ends = [right + 2 + self.subject.title(name) for name, _ in self.graph.leaves]
        width = max([*ends, up + 2 + self.subject.title(Name("y", 0))])
        return Columns(self.graph, tuple(self.spots), self.trunks, rooms, margin, up, right, width)

    def _free(self, tracks: range, start: int, end: int) -> bool:
        return all(end <= a or b <= start for track in tracks for a, b in self.taken[track])

    def _take(self, tracks: range, start: int, end: int) -> None:
        for track in tracks:
            self.taken[track].append((start, end))

    def _trunk(self, source: int | Name, end: int) -> None:
        """The column in which a source goes up and down to where it is read."""
        tracks = [self.homes[source], *self.branches[source]]
        span, x = range(min(tracks), max(tracks) + 1), end + 1
        while not self._free(span, x, x + 1):
            x += 1
        self._take(span, x - 1, x + 1)
        self.trunks[source] = x

    def _reach(self, source: int | Name) -> int:
        """The column from which a source can be read."""
        if source in self.trunks:
            return self.trunks[source] + 1
        return self.spots[source].end if isinstance(source, int) else self.left

    def _placed(self, box: Box) -> Spot:
        """The first place that is free for a box, its numbers, and the wires up to it."""
        density, part = self.density, box.part
        text = label(part, self.subject.notation, " " * density.padding)
        others = box.inputs[1:]
        width = max(len(text) + 2 + 2 * density.padding, len(others) + 2)
        plain = box.target is None or box.target.name in (*self.subject.cell.states, "y")
        word = "" if plain or box.target is None else self.subject.notation.word(box.target.name)
        value = box.target or part.value
        shown = density.inner or box.target is not None
        room = self.subject.room(value, density) if shown else NO_ROOM
        first = (width - len(others)) // 2 if len(others) != 1 else width // 2
        x = max(self.base, self._reach(box.inputs[0].source) if box.inputs else 0) + density.gap
        x = max([x, *(self._reach(each.source) + 1 - first - n for n, each in enumerate(others))])
        while True:
            lines = tuple(x + first + n for n in range(len(others)))
            spot = Spot(x, width, lines, text, word, room)
            ways = [(range(box.track + 1, each.track + 1), line) for each, line in zip(others, lines, strict=True)]
            own = range(box.track, box.track + 1)
            if self._free(own, x - 1, spot.end) and all(self._free(span, line, line + 1) for span, line in ways):
                break
            x += 1
        self._take(own, x - 1, spot.end)
        for span, line in ways:
            self._take(span, line, line + 1)
        return spot
