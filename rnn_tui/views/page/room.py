"""What of a lesson's stop has no room on a screen: its words, and what it asks to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

from rnn_tui.session.model import Lesson
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.page import diagram
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.lesson import EDGE, below, lesson_pages, lesson_rows
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.page.region import Region

Lack = tuple[str, str]
"""The key of the file that is about it, and what is wrong."""


def untold(tolds: Sequence[Told], lesson: Lesson, width: int, height: int) -> Iterator[Lack]:
    """What of a stop's words has no room: as it stands first, and with every verdict, of which one is told.

    A text may be as long as it likes, for its pages are turned; the question stands below every one of them.
    """
    size, rows = f"{width}x{height}", lesson_rows(lesson, width, height)
    title = max(pages[0][0].cell_len for pages in (lesson_pages(told, width, rows) for told in tolds))
    if title > width:
        yield "title", f"its title takes {title} columns at {size}, and there are {width}"
    for told in tolds:
        lines, room = len(below(told, width)), rows - EDGE - 1 - bool(told.text)
        if lines > room:
            what = f"the verdict {told.verdict!r} takes" if told.verdict else "its question takes"
            yield "question", f"{what} {lines} lines at {size}, and there are {room}"
            return


def unseen(frame: Frame, lesson: Lesson, width: int, height: int, named: bool) -> Iterator[Lack]:
    """What of what is looked at has no room; of the usual diagram only where the file has its name."""
    size, regions, gaze = f"{width}x{height}", arrange(frame, width, height, lesson), frame.gaze
    page, console = Page(frame), Console(width=width, legacy_windows=False)
    for name, region in regions.items():
        lines = console.render_lines(part(name, page, region.width, region.height), pad=False)
        if len(lines) > region.height or any(sum(s.cell_length for s in line) > region.width for line in lines):
            yield name, f"its {name} is cut at {size}"
    if gaze.opened:
        if "ledger" not in regions:
            yield "zoom", f"the arithmetic has no room at {size}"
    elif gaze.zoom == "operation" and not diagram.looked_at(frame).steps:
        return  # its equation stands in the tables
    elif gaze.maps:
        if "maps" not in regions:
            yield "maps", f"the heat maps have no room at {size}"
    elif named and (lack := _undrawn(frame, regions, size)):
        yield "diagram", lack


def undrawn(frame: Frame, width: int, height: int, lesson: Lesson | None) -> str:
    """That a diagram for the whole width has no room on a screen, and what it needs; empty where it has, or where
    something else is looked at."""
    gaze, seen = frame.gaze, diagram.looked_at(frame)
    elsewhere = gaze.opened or gaze.maps or (gaze.zoom == "operation" and not seen.steps)
    if elsewhere or not seen.whole:
        return ""
    return _undrawn(frame, arrange(frame, width, height, lesson), f"{width}x{height}")


def _undrawn(frame: Frame, regions: Mapping[str, Region], size: str) -> str:
    own = regions.get("diagram", Region(0, 0, 0, 0))
    if diagram.fits(frame, own.width, own.height):
        return ""
    needs = diagram.needs(frame, own.width, own.height)
    return f"the diagram {frame.gaze.diagram} has no room at {size}" + (f": {needs}" if needs else "")
