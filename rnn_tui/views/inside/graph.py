"""What is joined to what inside R, and in which order from top to bottom: read off the equations of any cell.

Every quantity is a wire that runs to the right on a track of its own, every equation a column with the box that
computes it. A state's new value takes over the track of the old one, if that has been read for the last time by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Name, applied, names


@dataclass(frozen=True)
class Column:
    """A column of the drawing.

    Attributes:
        operation: the index of its equation.
        reads: the quantities a line goes to, each once.
        target: what its box computes; None for the column where y leaves.
    """

    operation: int
    reads: tuple[Name, ...]
    target: Name | None


@dataclass(frozen=True)
class Wire:
    """A quantity on its way: from column `start` (-1: from outside) to column `end`, or out on the right.

    A wire that nothing reads ends where it starts.
    """

    name: Name
    start: int
    end: int
    leaves: bool


Track = tuple[Wire, ...]


@dataclass(frozen=True)
class Graph:
    """What is joined to what: columns from left to right, tracks from top to bottom, each with its wires."""

    columns: tuple[Column, ...]
    tracks: tuple[Track, ...]

    def track(self, name: Name) -> int:
        """The track that a quantity's wire is on."""
        return next(row for row, wires in enumerate(self.tracks) if any(wire.name == name for wire in wires))

    def own(self, number: int) -> int:
        """The track that a column's box stands on; where y leaves, the one it leaves."""
        column = self.columns[number]
        return self.track(column.target or column.reads[0])

    def dots(self, number: int) -> tuple[Name, ...]:
        """What comes into a column from above or below: all it reads but the old state on its own track."""
        own = self.own(number)
        boxed = self.columns[number].target is not None
        return tuple(n for n in self.columns[number].reads if not (boxed and self.track(n) == own))

    def span(self, number: int) -> tuple[int, int]:
        """The tracks between which a column's line runs; -1 is above the drawing."""
        rows = [self.own(number), *map(self.track, self.dots(number))]
        return (min(rows) if self.columns[number].target else -1), max(rows)


@lru_cache(maxsize=64)
def graph(cell: Cell) -> Graph:
    """The graph of a cell, its tracks in an order in which few lines cross."""
    columns: list[Column] = []
    read = {name.name for e in cell.equations for name in names(e.expression) if name.offset == 0}
    for operation, equation in enumerate(cell.equations):
        body, target = equation.expression, Name(equation.target, 0)
        copied = target.name == "y" not in read and isinstance(body, Name)
        reads = tuple(dict.fromkeys(Name(n.name, n.offset) for n in names(body) if n.offset is not None))
        if not (copied and reads):
            columns.append(Column(operation, reads, target))
        if target.name == "y":
            columns.append(Column(operation, reads if copied and reads else (target,), None))
    return Graph(tuple(columns), _ordered(cell, columns))


def _ordered(cell: Cell, columns: list[Column]) -> tuple[Track, ...]:
    """The tracks from top to bottom.

    States run along the edges: at the top those that no matrix multiplies (the cell line of an LSTM), at the bottom,
    above the inputs, the others. What is computed stands between, in the order found by moving one track at a time for
    as long as that makes the drawing simpler.
    """
    matrices = [a for e in cell.equations for a in applied(e.expression) if a.operation.kind == "matrix"]
    multiplied = {name.name for a in matrices for name in names(a.operands[1]) if name.offset == -1}
    top: list[Track] = []
    bottom: list[Track] = []
    for state in cell.states:
        old, new = _wire(cell, columns, Name(state, -1)), _wire(cell, columns, Name(state, 0))
        tracks: list[Track] = [(old, new)] if old.end <= new.start else [(new,), (old,)]
        (bottom if state in multiplied else top).extend(tracks)
    bottom += [(_wire(cell, columns, Name(name, 0)),) for name in cell.inputs]
    computed = [c.target for c in columns if c.target and c.target.name not in cell.states]
    free: list[Track] = [(_wire(cell, columns, name),) for name in computed]

    def price_of(order: list[Track]) -> int:
        places = [free.index(track) for track in order]
        return _cost(columns, [*top, *order, *bottom]) + sum(a > b for a, b in combinations(places, 2))

    best, cost, before = free, price_of(free), -1
    while cost != before:
        before = cost
        for moved, place in product(range(len(free)), repeat=2):
            other = best[:moved] + best[moved + 1 :]
            other.insert(place, best[moved])
            if (price := price_of(other)) < cost:
                best, cost = other, price
    return (*top, *best, *bottom)


def _wire(cell: Cell, columns: list[Column], name: Name) -> Wire:
    start = next((n for n, column in enumerate(columns) if column.target == name), -1)
    end = max((n for n, column in enumerate(columns) if name in column.reads), default=start)
    return Wire(name, start, end, name.offset == 0 and name.name in cell.states)


def _cost(columns: list[Column], tracks: list[Track]) -> int:
    """Five for every wire that a line crosses without reading it, and one for every track a line passes."""
    rows = {wire.name: row for row, wires in enumerate(tracks) for wire in wires}
    total = 0
    for number, column in enumerate(columns):
        ends = [rows[name] for name in (*column.reads, *([column.target] if column.target else []))]
        low, high = (min(ends) if column.target else -1), max(ends)
        total += high - low
        for wires in tracks[low + 1 : high]:
            for wire in wires:
                if wire.start < number < (len(columns) if wire.leaves else wire.end + 1):
                    total += 5 * (wire.name not in column.reads)
    return total
