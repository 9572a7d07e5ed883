"""A panel: a part of the main screen that sends to the terminal what has changed and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len
from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.views.page import layout as views
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import BACKGROUND, INK
from rnn_tui.views.sheet.tables import Row

GROUND_STYLE = Style(color=INK, bgcolor=BACKGROUND)
NEAR = 4
"""Changed cells this close together are sent as one run: a jump of the cursor costs as much."""


class Panel(Widget):
    """Draws one part of a page to strips, compares them with those it showed, and refreshes where they differ."""

    class Picked(Message):
        """Something was clicked: the command that a click there gives, and its argument."""

        def __init__(self, what: str, value: str) -> None:
            super().__init__()
            self.what, self.value = what, value

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.part = name
        self._lines: list[list[Segment]] = []
        self._strips: list[Strip] = []
        self._page: Page | None = None
        self._region: views.Region | None = None
        self._drawn_at: Size | None = None

    def place(self, region: views.Region | None) -> None:
        """Stands where `region` says; where there is none, nowhere."""
        if region == self._region and self.display == (region is not None):
            return
        self._region, self.display = region, region is not None
        if region is not None:
            self.styles.offset = (region.x, region.y)
            self.styles.width, self.styles.height = region.width, region.height

    def show(self, page: Page) -> None:
        """Draws its part of a page; what is the same as before is not sent again."""
        self._page = page
        width, height = self.size
        if not width or not height or not self.display:
            self._drawn_at = None
            return
        resized, self._drawn_at = self._drawn_at != self.size, self.size
        lines = self._drawn(part(self.part, page, width, height), width, height)
        shown, self._lines = self._lines, lines
        if resized or len(shown) != len(lines):
            self._strips = [_strip(line, width) for line in lines]
            self.refresh()
            return
        regions = []
        for y, (old, new) in enumerate(zip(shown, lines, strict=True)):
            if old != new:
                before, self._strips[y] = self._strips[y], _strip(new, width)
                regions += [Region(x, y, run, 1) for x, run in changed_runs(before, self._strips[y])]
        if regions:
            self.refresh(*regions)

    def _drawn(self, renderable: RenderableType, width: int, height: int) -> list[list[Segment]]:
        """The lines of a part. Drawings and rows of tables have lines of their own; Rich renders the rest."""
        console = self.app.console
        if isinstance(renderable, Drawing | Row):
            lines = renderable.lines()[:height]
        elif isinstance(renderable, Text):
            lines = [list(line.render(console, end="")) for line in renderable.split("\n")[:height]]
        else:
            options = console.options.update(width=width, height=height, highlight=False)
            lines = console.render_lines(renderable, options, pad=False)[:height]
        return lines + [[]] * (height - len(lines))

    def on_resize(self) -> None:
        if self._page is not None and self.size != self._drawn_at:
            self.show(self._page)

    def render_line(self, y: int) -> Strip:
        """The strip of line y, as Textual asks for it."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, GROUND_STYLE)

    def on_click(self, event: events.Click) -> None:
        for what in ("focus", "operation", "layer", "epoch", "t"):
            if what in event.style.meta:
                self.post_message(self.Picked(what, _argument(event.style.meta[what])))
                return


def _argument(value: object) -> str:
    """What was clicked, as the argument of its command; a parameter has no offset."""
    parts = value if isinstance(value, tuple) else (value,)
    return " ".join("." if part is None else str(part) for part in parts)


@lru_cache(maxsize=4096)
def _grounded(style: Style | None) -> Style:
    """A style on the screen's own ground; the same one each time."""
    return GROUND_STYLE + style


def _strip(line: list[Segment], width: int) -> Strip:
    """A line on the screen's own ground, `width` wide, runs of one style joined."""
    joined: list[Segment] = []
    run, style = "", GROUND_STYLE
    for text, own, _ in line:
        grounded = _grounded(own)
        if grounded is not style and grounded != style:
            if run:
                joined.append(Segment(run, style))
            run, style = "", grounded
        run += text
    return Strip([*joined, Segment(run, style)]).adjust_cell_length(width, GROUND_STYLE)


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


def _cells(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """One entry a terminal cell; the second cell of a wide character is an empty one."""
    for text, style, _ in strip:
        if cell_len(text) == len(text):
            for character in text:
                yield character, style
        else:
            for character in text:
                yield character, style
                for _second in range(cell_len(character) - 1):
                    yield "", style
