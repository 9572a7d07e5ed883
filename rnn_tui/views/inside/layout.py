"""Where everything stands in the drawing of the inside of R, and what its boxes say, for any cell and any room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Apply, Equation, Expression, Name, applied
from rnn_tui.core.shapes import size_of
from rnn_tui.views.inside.graph import Graph, graph
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.pen import shortened

MOST = 12
"""Equations that are drawn."""
BLOCKS = 6
"""Numbers of a quantity that are shown as blocks."""
SYMBOLS = {"sigmoid": "σ", "hard_sigmoid": "hard σ", "identity": "id"}
ASCII_SYMBOLS = {"sigmoid": "sig", "hard_sigmoid": "hard", "identity": "id"}
LONGEST = (24, 18)
"""The longest expression that stands in a box, spaced and tight."""


def label(cell: Cell, equation: Equation, notation: Notation, level: int) -> str:
    """What stands in a box: letter and activation of a weighted sum, else the expression; shorter as `level` rises."""
    word, body = notation.word(equation.target), equation.expression
    inner = list(applied(body))
    kinds = [a.operation.kind for a in inner]
    activated = kinds[:1] == ["activation"] and "matrix" in kinds
    short = ASCII_SYMBOLS if notation.ascii else SYMBOLS
    if level < 2 and not activated:
        text = notation.expression(_timeless(body), None)
        if equation.target not in cell.states or not inner:
            text = f"{word} = {text}" if equation.target not in cell.states else f"= {text}"
        text = text if level == 0 else text.replace(" ", "")
        if len(text) <= LONGEST[level]:
            return text
    if level > 2:
        return shortened(word, 4, notation.glyphs.more)
    if activated:
        name = inner[0].operation.name
        return f"{word} {name if notation.ascii and not level else short.get(name, name)}"
    signs = {"+": "+", "-": "+", "*": "*" if notation.ascii else "⊙", "@": notation.glyphs.times}
    made = dict.fromkeys(signs.get(a.operation.name, short.get(a.operation.name, a.operation.name)) for a in inner)
    return " ".join([word, *list(reversed(made))[-3:]]) if made else word


def _timeless(expression: Expression) -> Expression:
    if isinstance(expression, Name):
        return Name(expression.name)
    if isinstance(expression, Apply):
        return Apply(expression.operation, tuple(map(_timeless, expression.operands)))
    return expression


@dataclass(frozen=True)
class Spot:
    """A column's place: its box from `x`, `width` wide, and the line up and down at `line`."""

    x: int
    width: int
    line: int


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes:
        graph: what is joined to what.
        tall: boxes of three rows, else of one.
        labels: what stands in the box of every column.
        spots: where the columns are.
        rows: where the tracks are.
        blocks: for every quantity how many cells its values take; 0 where they are not shown.
        left: where the wires from outside begin.
        right: where the arrows of the states end; their names follow.
        width, height: of the whole.
    """

    graph: Graph
    tall: bool
    labels: tuple[str, ...]
    spots: tuple[Spot, ...]
    rows: tuple[int, ...]
    blocks: Mapping[Name, int]
    left: int
    right: int
    width: int
    height: int


@dataclass(frozen=True)
class Subject:
    """All that a layout depends on but the room: a layer, and how it is written.

    Attributes:
        cell, notation: as the screen has them.
        sizes: the letters of the layer and their numbers.
        last: the greatest time that is written.
        signs: whether blocks are in brackets, with a sign in each.
    """

    cell: Cell
    notation: Notation
    sizes: tuple[tuple[str, int], ...]
    last: int
    signs: bool

    def blocks(self, name: Name, most: int) -> int:
        """How many cells the values of a quantity take, as blocks of at most `most`."""
        cell = self.cell
        shape = {**cell.shapes, **cell.states, **cell.inputs}[name.name]
        count = prod(size_of(dimension, dict(self.sizes)) or 1 for dimension in shape)
        return (min(count, most) + 2 * self.signs) if most else 0

    def title(self, name: Name) -> int:
        """How long a quantity with its time can be."""
        return len(self.notation.at(name.name, self.last))


@dataclass(frozen=True)
class Density:
    """How close things stand: the level of the labels, blanks about them, gap between columns, most blocks."""

    level: int
    padding: int
    gap: int
    most: int


DENSITIES = (
    Density(0, 1, 3, BLOCKS),
    Density(0, 1, 2, BLOCKS),
    Density(0, 1, 1, BLOCKS),
    Density(1, 1, 1, BLOCKS),
    Density(1, 1, 1, 4),
    Density(1, 0, 1, 4),
    Density(1, 0, 1, 3),
    Density(1, 0, 1, 0),
    Density(2, 0, 1, 0),
    Density(3, 0, 1, 0),
)
"""From the best to the narrowest."""


@lru_cache(maxsize=64)
def arrange(subject: Subject, width: int, height: int) -> Layout | None:
    """The best layout that fits, or None."""
    for tall in (True, False):
        for density in DENSITIES:
            layout = laid_out(subject, tall, density)
            if layout.width <= width and layout.height <= height:
                return layout
    return None


def laid_out(subject: Subject, tall: bool, density: Density) -> Layout:
    """One layout."""
    cell, joined = subject.cell, graph(subject.cell)
    wires = [wire for track in joined.tracks for wire in track]
    blocks = {wire.name: subject.blocks(wire.name, density.most) for wire in wires}
    labels = tuple(
        label(cell, cell.equations[column.operation], subject.notation, density.level) if column.target else ""
        for column in joined.columns
    )
    outer = [wire.name for wire in wires if wire.start < 0]
    left = max(map(subject.title, outer)) + 1 + max(blocks[name] for name in outer)
    widths = [len(text) + 2 + 2 * density.padding if text else 1 for text in labels]
    spots = _spread(joined, widths, blocks, left, density.gap)
    behind = [
        spot.x + spot.width + (blocks[column.target] if column.target else 0)
        for column, spot in zip(joined.columns, spots, strict=True)
    ]
    right = max(behind) + 2
    name_ends = max((right + 1 + subject.title(wire.name) for wire in wires if wire.leaves), default=0)
    up = next(spot.line for column, spot in zip(joined.columns, spots, strict=True) if column.target is None)
    output = (up, up + 2 + subject.title(Name("y", 0)))
    rows = _stacked(joined, tall, spots, blocks, name_ends, output)
    bottoms = [rows[joined.own(number)] + tall for number, column in enumerate(joined.columns) if column.target]
    width, height = max([*behind, name_ends, output[1]]), max([*rows, *bottoms]) + 1
    return Layout(joined, tall, labels, spots, rows, blocks, left, right, width, height)


def _spread(joined: Graph, widths: Sequence[int], blocks: Mapping[Name, int], left: int, gap: int) -> tuple[Spot, ...]:
    """The columns side by side, so far apart that no line runs through blocks."""
    spots: list[Spot] = []
    ends: list[tuple[int, int]] = []
    x = left
    for number, (column, width) in enumerate(zip(joined.columns, widths, strict=True)):
        low, high = joined.span(number)
        free = max((end for track, end in ends if low <= track <= high), default=0)
        x = max(x + gap, free + 1 - width // 2)
        spots.append(Spot(x, width, x + width // 2))
        x += width
        if column.target:
            ends.append((joined.own(number), x + blocks[column.target]))
    return tuple(spots)


def _stacked(
    joined: Graph,
    tall: bool,
    spots: Sequence[Spot],
    blocks: Mapping[Name, int],
    name_ends: int,
    output: tuple[int, int],
) -> tuple[int, ...]:
    """The rows of the tracks, as close as can be with nothing over another thing; y's name has row 0 from `output`."""
    taken: dict[int, list[tuple[int, int]]] = {0: [output]}
    rows: list[int] = []
    row = -1
    for number, track in enumerate(joined.tracks):
        parts: list[tuple[int, int, int]] = []
        for wire in track:
            spot = spots[wire.start] if wire.start >= 0 else Spot(0, 0, 0)
            end = name_ends if wire.leaves else spots[wire.end].line if wire.end >= 0 else 0
            parts.append((0, spot.x, max(end, spot.x + spot.width + blocks[wire.name])))
            if tall and wire.start >= 0:
                parts += [(-1, spot.x, spot.x + spot.width), (1, spot.x, spot.x + spot.width)]
        leaves = any(c.target is None and joined.own(n) == number for n, c in enumerate(joined.columns))
        row = max(row + 1, int(leaves), -min(offset for offset, _, _ in parts))
        while any(start <= b and a <= end for offset, start, end in parts for a, b in taken.get(row + offset, [])):
            row += 1
        for offset, start, end in parts:
            taken.setdefault(row + offset, []).append((start, end))
        rows.append(row)
    return tuple(rows)
