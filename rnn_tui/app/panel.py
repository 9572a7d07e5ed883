"""A panel: a part of the main screen that sends to the terminal what has changed and nothing else."""

from __future__ import annotations

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.views.palette import BACKGROUND, INK
from rnn_tui.views.scene import Scene, part

GROUND_STYLE = Style(color=INK, bgcolor=BACKGROUND)
NEAR = 4
"""Changed cells this close together are sent as one run: a jump of the cursor costs as much."""


class Panel(Widget):
    """Draws one part of a scene to strips, compares them with those it showed, and refreshes where they differ."""

    class Picked(Message):
        """Something was clicked: ``t``, ``layer``, ``operation`` or ``focus``, and which."""

        def __init__(self, what: str, value: object) -> None:
            super().__init__()
            self.what, self.value = what, value

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.part = name
        self._strips: list[Strip] = []
        self._scene: Scene | None = None

    def show(self, scene: Scene) -> None:
        """Draws the scene; what is the same as before is not sent again."""
        self._scene = scene
        width, height = self.size
        if not width or not height or not self.display:
            return
        strips = self._draw(part(self.part, scene, width, height), width, height)
        shown, self._strips = self._strips, strips
        if len(shown) != len(strips):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(shown, strips, strict=True)):
            for x, run in changed_runs(old, new):
                self.refresh(Region(x, y, run, 1))

    def _draw(self, renderable: RenderableType, width: int, height: int) -> list[Strip]:
        console = self.app.console
        options = console.options.update(width=width, height=height, highlight=False)
        lines = console.render_lines(renderable, options, style=GROUND_STYLE, pad=True)[:height]
        strips = [Strip(line, width).simplify() for line in lines]
        return strips + [Strip.blank(width, GROUND_STYLE)] * (height - len(strips))

    def on_resize(self) -> None:
        self._strips = []
        if self._scene is not None:
            self.show(self._scene)

    def render_line(self, y: int) -> Strip:
        """The strip of line y, as Textual asks for it."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, GROUND_STYLE)

    def on_click(self, event: events.Click) -> None:
        for what in ("focus", "operation", "layer", "t"):
            if what in event.style.meta:
                self.post_message(self.Picked(what, event.style.meta[what]))
                return


def changed_runs(old: Strip, new: Strip) -> list[tuple[int, int]]:
    """Where two strips of the same width differ: (first cell, number of cells), near ones joined."""
    if old == new:
        return []
    before, after = list(_cells(old)), list(_cells(new))
    if len(before) != len(after):
        return [(0, max(len(before), len(after)))]
    runs: list[tuple[int, int]] = []
    for x, (a, b) in enumerate(zip(before, after, strict=True)):
        if a == b:
            continue
        if runs and x - (runs[-1][0] + runs[-1][1]) < NEAR:
            runs[-1] = (runs[-1][0], x + 1 - runs[-1][0])
        else:
            runs.append((x, 1))
    return runs


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """One entry a terminal cell; the second cell of a wide character is an empty one."""
    cells: list[tuple[str, Style | None]] = []
    for segment in strip:
        for character in segment.text:
            cells.append((character, segment.style))
            cells += [("", segment.style)] * (Segment(character).cell_length - 1)
    return cells
