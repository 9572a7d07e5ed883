"""A panel: a part of the main screen that draws again the lines that have changed and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.app.host import Host
from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.page import region as views
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.rows import Row, Stack
from rnn_tui.views.sheet.scheme import Scheme


@dataclass(frozen=True, eq=False)
class Drawn:
    """A part as it was drawn, and what in it differs from what the panel showed then.

    Attributes:
        size, scheme: for which.
        renderable: of what.
        lines, strips: its lines, and what Textual gets of each.
        changed: the lines that differ; None for all of it.
    """

    size: Size
    scheme: Scheme
    renderable: RenderableType
    lines: list[list[Segment]]
    strips: list[Strip]
    changed: list[int] | None


class Panel(Widget):
    """Draws one part of a page to strips, compares them with those it showed, and refreshes the lines that differ."""

    app: Host

    class Picked(Message):
        """Something was clicked: the command that a click there gives, and its argument."""

        def __init__(self, what: str, value: str) -> None:
            super().__init__()
            self.what, self.value = what, value

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.part = name
        self._shown: Drawn | None = None
        self._ready: tuple[Page, Drawn] | None = None
        self._place = Size()
        self._region: views.Region | None = None
        self._placed = False

    def place(self, region: views.Region | None) -> None:
        """Stands where `region` says; where there is none, nowhere."""
        if region == self._region and self._placed:
            return
        self._region, self._placed, self.display = region, True, region is not None
        if region is None:
            self._place = Size()
        else:
            self._place = Size(region.width, region.height)
            self.styles.offset = (region.x, region.y)
            self.styles.width, self.styles.height = self._place

    def prepare(self, page: Page, region: views.Region, scheme: Scheme) -> None:
        """Draws its part of a page that may be shown next, there."""
        self._ready = page, self._draw(page, Size(region.width, region.height), scheme)

    def show(self, page: Page, scheme: Scheme) -> None:
        """Draws its part of a page for the place it has, or will have when Textual has arranged it."""
        ready, self._ready = self._ready, None
        if not self._place.area:
            return
        drawn = ready[1] if ready is not None and ready[0] is page else self._draw(page, self._place, scheme)
        if drawn is self._shown:
            return
        self._shown = drawn
        if drawn.changed is None:
            self.refresh()
        elif drawn.changed:
            self.refresh(*(Region(0, y, drawn.size.width, 1) for y in drawn.changed))

    def _draw(self, page: Page, size: Size, scheme: Scheme) -> Drawn:
        """Its part of a page; what is shown, where that is the same."""
        shown, (width, height) = self._shown, size
        renderable = part(self.part, page, width, height)
        if shown is None or (shown.size, shown.scheme) != (size, scheme):
            lines = self._lines(renderable, width, height)
            return Drawn(size, scheme, renderable, lines, [_strip(line, width, scheme) for line in lines], None)
        if renderable is shown.renderable:
            return shown
        lines = self._lines(renderable, width, height)
        changed = [y for y, line in enumerate(lines) if line != shown.lines[y]]
        strips = shown.strips.copy()
        for y in changed:
            strips[y] = _strip(lines[y], width, scheme)
        return Drawn(size, scheme, renderable, lines, strips, changed)

    def _lines(self, renderable: RenderableType, width: int, height: int) -> list[list[Segment]]:
        """The lines of a part. Drawings and rows of tables have lines of their own; Rich renders the rest."""
        console = self.app.console
        if isinstance(renderable, Drawing | Row | Stack):
            lines = renderable.lines()[:height]
        elif isinstance(renderable, Text):
            lines = [list(line.render(console, end="")) for line in renderable.split("\n")[:height]]
        else:
            options = console.options.update(width=width, height=height, highlight=False)
            lines = console.render_lines(renderable, options, pad=False)[:height]
        return lines + [[]] * (height - len(lines))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, but for the one that looks for colours of the terminal's own: a scheme has seen to those."""
        return [each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor)]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips as they are: what Textual adds to those of a widget, such as edges, these have none of."""
        if self.get_line_filters():
            return super().render_lines(crop)
        return [self.render_line(y).crop(crop.x, crop.right) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """The strip of line y, as Textual asks for it."""
        strips = self._shown.strips if self._shown is not None else []
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.app.scheme.ground)

    def on_click(self, event: events.Click) -> None:
        for what in ("focus", "operation", "layer", "epoch", "t"):
            if what in event.style.meta:
                self.post_message(self.Picked(what, _argument(event.style.meta[what])))
                if what != "layer":  # a box of the network whole is of a timestep, too
                    return


def _argument(value: object) -> str:
    """What was clicked, as the argument of its command; a parameter has no offset."""
    parts = value if isinstance(value, tuple) else (value,)
    return " ".join("." if part is None else str(part) for part in parts)


def _strip(line: list[Segment], width: int, scheme: Scheme) -> Strip:
    """A line as it looks, `width` wide, runs of one style joined."""
    joined: list[Segment] = []
    run, style, length = "", scheme.ground, 0
    for text, own, _ in line:
        dressed = scheme.style(own)
        if dressed is not style:
            if run:
                joined.append(Segment(run, style))
            run, style = "", dressed
        run += text
        length += len(text) if text.isascii() else cell_len(text)
    return Strip([*joined, Segment(run, style)], length).adjust_cell_length(width, scheme.ground)
