"""What of a lesson's stop has no room on a screen: its words, and what it asks to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.page import diagram
from rnn_tui.views.page.layout import arrange, lesson_rows
from rnn_tui.views.page.lesson import heading, lesson_lines
from rnn_tui.views.page.parts import Page, part

Lack = tuple[str, str]
"""The key of the file that is about it, and what is wrong."""


def untold(tolds: Sequence[Told], width: int, height: int) -> Iterator[Lack]:
    """What of a stop's words has no room: as it stands first, and with every verdict. A text that has none is told
    once."""
    size, room, first = f"{width}x{height}", lesson_rows(height) - 1, tolds[0]
    if heading(first).cell_len > width:
        yield "title", f"its title takes {heading(first).cell_len} columns at {size}, and there are {width}"
    alone = Told(first.number, first.count, first.title, first.text)
    for told in (alone, *tolds):
        lines = len(lesson_lines(told, width))
        if lines > room:
            what = "its text and its question take" if told.question else "its text takes"
            what = f"its text and the verdict {told.verdict!r} take" if told.verdict else what
            key = "question" if told.question else "text"
            yield key, f"{what} {lines} lines at {size}, and there are {room}"
            return


def unseen(frame: Frame, width: int, height: int, named: bool) -> Iterator[Lack]:
    """What of what is looked at has no room; of the usual diagram only where the file has its name."""
    size, regions, gaze = f"{width}x{height}", arrange(frame, width, height, lesson=True), frame.gaze
    page, console = Page(frame), Console(width=width, legacy_windows=False)
    for name, region in regions.items():
        lines = console.render_lines(part(name, page, region.width, region.height), pad=False)
        if len(lines) > region.height or any(sum(s.cell_length for s in line) > region.width for line in lines):
            yield name, f"its {name} is cut at {size}"
    if gaze.zoom == "number":
        if "ledger" not in regions:
            yield "zoom", f"the arithmetic has no room at {size}"
    elif gaze.zoom == "operation":
        return  # its equation stands in the tables
    elif gaze.maps:
        if "maps" not in regions:
            yield "maps", f"the heat maps have no room at {size}"
    elif named:
        own = regions.get("diagram")
        if own is None or not diagram.fits(frame, own.width, own.height):
            yield "diagram", f"the diagram {gaze.diagram} has no room at {size}"
