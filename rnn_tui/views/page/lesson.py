"""The text of a lesson's stop beside the live app: its title, its paragraphs with live numbers, its question.

A text that is longer than its room stands on several pages, with the question, or the verdict, below each of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from rich.console import Console
from rich.style import Style
from rich.text import Text

from rnn_tui.session.model import Lesson, Look
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.page.markdown import marked
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import FAINT, LABEL, NOW, PLAIN, TITLE

EDGE = 1
"""The row of the line above a lesson."""
LEAST, MOST = 4, 12
"""Rows that a lesson has at least and at most."""
SMALLEST = 12
"""Rows of a screen from which a lesson says anything."""


def lesson_rows(lesson: Lesson | None, width: int, height: int) -> int:
    """The rows that a lesson has on a screen, the line above it included: those of its longest stop as it is written,
    so that nothing moves from one to the next, and a third of the screen at most."""
    if lesson is None or height < SMALLEST:
        return 0
    words = tuple((stop.text, "" if stop.question is None else stop.question.text) for stop in lesson.stops)
    return max(min(_longest(words, width), height // 3, MOST), LEAST)


@lru_cache(maxsize=16)
def _longest(words: tuple[tuple[str, str], ...], width: int) -> int:
    """The rows of the longest text with its question; of a line more for its numbers, and another for the verdict."""
    told = (Told(1, 1, "", text, question) for text, question in words)
    return EDGE + 2 + max(len(_lines(each, width)) + len(below(each, width)) + bool(each.question) for each in told)


def _lines(said: Told, width: int) -> list[Text]:
    """The lines of the text."""
    return list(marked(said.text, max(width - 2, 10))) if said.text else []


def below(said: Told, width: int) -> list[Text]:
    """The lines of the question, or of the verdict."""
    if not said.question:
        return []
    room, words = max(width - 2, 10), said.verdict or f"{said.question}   (a: answer)"
    console = Console(width=room, legacy_windows=False)
    return list(Text(words, NOW if said.verdict else TITLE).wrap(console, room))


@lru_cache(maxsize=16)
def lesson_pages(said: Told, width: int, rows: int) -> tuple[tuple[Text, ...], ...]:
    """What a stop says as pages of lines, its title above each; at least one.

    Args:
        said: the words.
        width, rows: of the panel, the line above it included.
    """
    lines, under = _lines(said, width), below(said, width)
    room = max(rows - EDGE - 1, 1)
    if len(lines) + len(under) <= room:
        texts = [[*lines, *under]]
    elif len(under) + bool(lines) <= room:
        each = room - len(under)
        texts = [lines[first : first + each] for first in range(0, len(lines), each)]
        texts = [[*text, *[Text()] * (each - len(text)), *under] for text in texts]
    else:  # a question that leaves the text no room is turned with it
        every = [*lines, *under]
        texts = [every[first : first + room] for first in range(0, len(every), room)]
    titles = (heading(said, page, len(texts)) for page in range(1, len(texts) + 1))
    return tuple((title, *(Text(" ") + line for line in text)) for title, text in zip(titles, texts, strict=True))


def page_count(said: Told, width: int, rows: int) -> int:
    """On how many pages a stop stands; on none that could be turned where the panel has no room."""
    return len(lesson_pages(replace(said, page=0), width, rows)) if rows else 1


def heading(said: Told, page: int = 1, pages: int = 1) -> Text:
    """The first line: which stop, of several pages which, and its title."""
    which = f", page {page} of {pages}" if pages > 1 else ""
    return Text.assemble((f" {said.number} of {said.count}{which}  ", LABEL), (said.title, NOW))


def lesson(said: Told | None, look: Look, width: int, height: int) -> Drawing:
    """The panel of a lesson: a line above it, then a page of what it says."""
    drawing = Drawing(width, height, mark(look.ascii))
    if said is None or not height:
        return drawing
    drawing.put(0, 0, ("-" if look.ascii else "─") * width, Style(color=FAINT))
    pages = lesson_pages(replace(said, page=0), width, height)
    for y, line in enumerate(pages[min(said.page, len(pages) - 1)][: height - EDGE], EDGE):
        runs = (
            (text.encode("ascii", "replace").decode() if look.ascii else text, style) for text, style in _runs(line)
        )
        drawing.write(0, y, runs, width)
    return drawing


def _runs(line: Text) -> list[tuple[str, Style]]:
    """A line as runs of one style."""
    console = Console(legacy_windows=False)
    return [(segment.text, segment.style or PLAIN) for segment in line.render(console, end="")]
