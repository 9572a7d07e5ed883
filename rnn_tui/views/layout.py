"""Where each part of the main screen stands. It depends on the size and on what runs, never on t: nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.text import Text

from rnn_tui.core.simulator import Simulator
from rnn_tui.session import Display
from rnn_tui.views.diagrams import HEIGHT, ROLLED, rolled, unrolled
from rnn_tui.views.formula import formula, gates
from rnn_tui.views.lines import equation_lines, strip, title

WIDE = 100
"""Columns from which the diagram stands beside the tables."""


@dataclass(frozen=True)
class Region:
    """A rectangle of the screen; x and y count from 0."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Scene:
    """All that the main screen shows.

    Attributes:
        simulator: the tape.
        cursor: 0 to T.
        display: how it is shown.
        status: what stands before t in the title, e.g. the speed while playing.
        footer: the last line.
    """

    simulator: Simulator
    cursor: int
    display: Display
    status: str = ""
    footer: Text = field(default_factory=Text)


PARTS = ("title", "strip", "diagram", "other", "formula", "gates", "equation", "footer")


def part(name: str, scene: Scene, width: int, height: int) -> RenderableType:
    """One part of the screen, drawn to its size."""
    simulator, cursor, display = scene.simulator, scene.cursor, scene.display
    match name:
        case "title":
            return title(simulator, cursor, display, width, scene.status)
        case "strip":
            return strip(simulator, cursor, display, width)
        case "diagram" | "other":
            is_rolled = (display.diagram == "rolled") == (name == "diagram")
            return (rolled if is_rolled else unrolled)(simulator, cursor, display, width, height)
        case "formula":
            return formula(simulator, cursor, display, width, height)
        case "gates":
            return gates(simulator, cursor, display, height) or Text()
        case "equation":
            return equation_lines(simulator, cursor, display, width, height)
        case _:
            return scene.footer


def arrange(simulator: Simulator, display: Display, width: int, height: int) -> dict[str, Region]:
    """The region of every part that has room; wide: diagram left and tables right, narrow: one over the other."""
    regions = {"title": Region(0, 0, width, 1), "footer": Region(0, height - 1, width, 1)}
    top = 1
    if height >= 9:
        regions["strip"] = Region(0, 1, width, 1)
        top = 2
    inside = Region(0, top, width, height - 1 - top)
    place = _beside if width >= WIDE and inside.height >= HEIGHT else _stacked
    regions.update((name, region) for name, region in place(simulator, display, inside) if region.height > 0)
    return regions


def _tables(simulator: Simulator, display: Display, width: int, height: int) -> tuple[int, int]:
    """The heights that the formula and the gates below it take."""
    whole = formula(simulator, 0, display, width, height).height
    below = gates(simulator, 0, display, height)
    if below is None:
        return min(whole, height), 0
    if whole + below.height + 1 <= height:
        return whole, below.height + 1
    half = max(height * 2 // 3, 3)
    return min(whole, half), max(min(below.height, height - min(whole, half)), 0)


def _stacked(simulator: Simulator, display: Display, room: Region) -> Iterator[tuple[str, Region]]:
    drawn = ROLLED[1] if display.diagram == "rolled" else HEIGHT
    wanted, below = _tables(simulator, display, room.width - 1, max(room.height - 2, 3))
    spare = room.height - wanted - below - 1
    diagram = next((rows for rows in (drawn, 9, 7, 5, 3) if rows <= min(spare, drawn)), 0)
    wanted = min(wanted, room.height - diagram - 1)
    spare = room.height - diagram - wanted - below - 1
    lines = 1 + (spare >= 3) + (spare >= 4)
    gaps = [0, 0, 0]
    for index in range(min(spare - lines + 1, 3)):
        gaps[(1, 2, 0)[index]] = 1
    y = room.y + gaps[0]
    yield "diagram", Region(0, y, room.width, diagram)
    y += diagram + gaps[1]
    yield "formula", Region(1, y, room.width - 1, wanted)
    y += wanted
    yield "gates", Region(1, y, room.width - 1, below)
    y += below + gaps[2]
    yield "equation", Region(0, y, room.width, min(lines, room.y + room.height - y))


def _beside(simulator: Simulator, display: Display, room: Region) -> Iterator[tuple[str, Region]]:
    natural = formula(simulator, 0, display, 10**6, room.height).width
    left = max(ROLLED[0] + 1, min(room.width - natural - 4, room.width // 2))
    right = room.width - left - 2
    wanted, below = _tables(simulator, display, right, room.height - 4)
    both = room.height >= HEIGHT + ROLLED[1] + 3
    first = ROLLED[1] if display.diagram == "rolled" else HEIGHT
    yield "diagram", Region(1, room.y + 1, left - 1, min(first, room.height - 1))
    if both:
        yield "other", Region(1, room.y + first + 3, left - 1, HEIGHT + ROLLED[1] - first)
    x, y = left + 2, room.y + 1
    yield "formula", Region(x, y, right, wanted)
    yield "gates", Region(x, y + wanted + (1 if below else 0), right, max(below - 1, 0))
    y += wanted + below + 1
    yield "equation", Region(x - 1, y, right + 1, min(4, room.y + room.height - y))
