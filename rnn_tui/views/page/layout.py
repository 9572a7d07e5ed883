"""Where each part of the main screen stands. It depends on the size and on what runs, never on t: nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display
from rnn_tui.views.diagrams.layer import HEIGHT, ROLLED
from rnn_tui.views.inside.painting import inside_size
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.learning.vanishing import ROWS as VANISHING
from rnn_tui.views.pictures.pages import picture_size

WIDE = 100
"""Columns from which the diagram stands beside the tables."""
LEAST_FORMULA, LEAST_GATES = 6, 5
"""Rows of the formula and of the gates that matter more than the diagram."""
PICTURES = tuple(f"picture-{number}" for number in range(1, 10))
"""The seed's nine pictures."""
WHOLE = ("inside", "vanishing", *PICTURES)
"""The diagrams that need the whole width."""
LONG = 12
"""Timesteps from which a run has a timeline; a shorter one is in view as it is."""
LEAST_HISTORY = 6
"""Rows that the history of the state needs."""


@dataclass(frozen=True)
class Region:
    """A rectangle of the screen; x and y count from 0."""

    x: int
    y: int
    width: int
    height: int


Placed = tuple[str, Region]


def lesson_rows(height: int) -> int:
    """The rows that a lesson's text has on a screen of `height` rows, the line above it included."""
    return max(min(height // 3, 12), 4) if height >= 16 else 0


def arrange(simulator: Simulator, display: Display, width: int, height: int, lesson: bool = False) -> dict[str, Region]:
    """The region of every part that has room; wide: diagram left and tables right, narrow: one over the other.

    In the ledger's zooms the ledger stands where the diagram was, or, on a wide screen, under the tables.
    """
    lines = ["title"]
    if len(simulator.network.layers) > 1 and height >= 12:
        lines.append("map")
    if height >= 9:
        lines.append("strip")
    regions = {name: Region(0, y, width, 1) for y, name in enumerate(lines)}
    regions["footer"] = Region(0, height - 1, width, 1)
    top = len(lines)
    if height >= 20 and (len(simulator) > LONG or isinstance(simulator, LearningSimulator)):
        rows = 2 if height < 30 else 3
        regions["timeline"] = Region(0, top, width, rows)
        top += rows
    below = lesson_rows(height) if lesson else 0
    regions["lesson"] = Region(0, height - 1 - below, width, below)
    inside = Region(0, top, width, height - 1 - top - below)
    wide = width >= WIDE and inside.height >= HEIGHT and display.diagram not in WHOLE
    place = _beside if wide else _stacked
    least = {"formula": 3, "gates": 2}  # a heading without numbers says nothing
    regions.update((n, region) for n, region in place(simulator, display, inside) if region.height >= least.get(n, 1))
    return {name: region for name, region in regions.items() if region.height > 0}


def _tables(simulator: Simulator, display: Display, width: int, height: int) -> tuple[int, int]:
    """The heights that the formula and the gates below it take, a blank line before the gates included."""
    t = len(simulator) if display.back else 0
    whole = formula(simulator, t, display, width, height).height
    below = gates(simulator, t, display, width, height)
    if below is None:
        return min(whole, height), 0
    if whole + below.height + 1 <= height:
        return whole, below.height + 1
    half = min(whole, max(height * 2 // 3, 3))
    return half, max(min(below.height, height - half), 0)


def _diagram_rows(simulator: Simulator, display: Display) -> int:
    if display.zoom != "step":
        return HEIGHT + 1
    if display.diagram == "inside":
        return inside_size(simulator, display)[1]
    if display.diagram == "vanishing":
        return VANISHING
    if display.diagram in PICTURES:
        return picture_size(int(display.diagram[-1]), simulator)[1]
    return ROLLED[1] if display.diagram == "rolled" else HEIGHT


def _stacked(simulator: Simulator, display: Display, room: Region) -> Iterator[Placed]:
    first = "diagram" if display.zoom == "step" else "ledger"
    drawn = _diagram_rows(simulator, display)
    if display.maps and display.zoom == "step":
        diagram = next((rows for rows in (drawn, 9, 7, 5, 3) if rows <= min(room.height - 9, drawn)), 0)
        yield first, Region(0, room.y, room.width, diagram)
        yield "maps", Region(1, room.y + diagram, room.width - 2, room.height - diagram)
        return
    wanted, below = _tables(simulator, display, room.width - 1, max(room.height - 2, 3))
    rows = (drawn, 10, 9, 8, 7, 6, 5, 4, 3) if first == "ledger" or display.diagram in WHOLE else (drawn, 9, 7, 5, 3)
    least = min(wanted, LEAST_FORMULA) + min(below, LEAST_GATES) + 1 + isinstance(simulator, LearningSimulator)
    diagram = next((count for count in rows if count <= min(room.height - least, drawn)), 0)
    if wanted + below + 1 + diagram > room.height:  # large matrices leave the diagram its room
        wanted, below = _tables(simulator, display, room.width - 1, max(room.height - 1 - diagram, 3))
    if display.diagram in PICTURES and first == "diagram":
        wanted = below = 0
    elif display.diagram in WHOLE and first == "diagram" and wanted + below + drawn + 1 > room.height:
        wanted, below = (0, below) if below and below + drawn < room.height else (wanted, 0)
        drawn = min(drawn, room.height - 2)
        wanted = max(min(wanted, room.height - drawn - 1), 0)
    spare = room.height - wanted - below - 1
    diagram = next((count for count in rows if count <= min(spare, drawn)), 0)
    wanted = min(wanted, room.height - diagram - 1)
    spare = room.height - diagram - wanted - below - 1
    taught = isinstance(simulator, LearningSimulator)
    lines = 1 + (spare >= (1 if taught else 3)) + (spare >= 4)
    gaps = [0, 0, 0]
    for index in range(min(spare - lines + 1, 3)):
        gaps[(1, 2, 0)[index]] = 1
    if first == "ledger":
        diagram, gaps = diagram + gaps[0], [0, *gaps[1:]]
    y = room.y + gaps[0]
    yield first, Region(0, y, room.width, diagram)
    y += diagram + gaps[1]
    yield "formula", Region(1, y, room.width - 1, wanted)
    y += wanted
    blank = 1 if wanted and below > 2 else 0
    yield "gates", Region(1, y + blank, room.width - 1, below - blank)
    y += below + gaps[2]
    yield "equation", Region(0, y, room.width, min(lines, room.y + room.height - y))


def _beside(simulator: Simulator, display: Display, room: Region) -> Iterator[Placed]:
    natural = formula(simulator, 0, display, 10**6, room.height).width
    left = max(ROLLED[0] + 1, min(room.width - natural - 4, room.width // 2))
    first = ROLLED[1] if display.diagram == "rolled" else HEIGHT
    yield "diagram", Region(1, room.y + 1, left - 1, min(first, room.height - 1))
    if room.height >= HEIGHT + ROLLED[1] + 3:
        yield "other", Region(1, room.y + first + 3, left - 1, HEIGHT + ROLLED[1] - first)
    x, y, right = left + 2, room.y + 1, room.width - left - 2
    if display.maps and display.zoom == "step":
        yield "maps", Region(x, y, right - 1, room.height - 2)
        return
    ledger = 12 if display.zoom != "step" else 0
    wanted, below = _tables(simulator, display, right, max(room.height - 4 - ledger, 6))
    yield "formula", Region(x, y, right, wanted)
    yield "gates", Region(x, y + wanted + (1 if below else 0), right, max(below - 1, 0))
    y += wanted + below + 1
    end = room.y + room.height
    yield "equation", Region(x - 1, y, right + 1, max(min(3, end - y), 0))
    y += 4
    if ledger:
        yield "ledger", Region(x - 1, y, right + 1, max(end - y, 0))
    elif end - y >= LEAST_HISTORY:
        yield "history", Region(x, y, right - 1, end - y)
