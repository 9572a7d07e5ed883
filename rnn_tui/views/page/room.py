"""What of a lesson's stop has no room on a screen: its words, and what it asks to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.page import diagram
from rnn_tui.views.page.layout import arrange, lesson_rows
from rnn_tui.views.page.lesson import EDGE, below, lesson_pages
from rnn_tui.views.page.parts import Page, part

Lack = tuple[str, str]
"""The key of the file that is about it, and what is wrong."""


def untold(tolds: Sequence[Told], width: int, height: int) -> Iterator[Lack]:
    """What of a stop's words has no room: as it stands first, and with every verdict, of which one is told.

    A text may be as long as it likes, for its pages are turned; the question stands below every one of them.
    """
    size, rows = f"{width}x{height}", lesson_rows(height)
    title = max(pages[0][0].cell_len for pages in (lesson_pages(told, width, rows) for told in tolds))
    if title > width:
        yield "title", f"its title takes {title} columns at {size}, and there are {width}"
    for told in tolds:
        lines, room = len(below(told, width)), rows - EDGE - 1 - bool(told.text)
        if lines > room:
            what = f"the verdict {told.verdict!r} takes" if told.verdict else "its question takes"
            yield "question", f"{what} {lines} lines at {size}, and there are {room}"
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
