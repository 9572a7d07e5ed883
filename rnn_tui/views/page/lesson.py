"""The text of a lesson's stop beside the live app: its title, its paragraphs with live numbers, its question."""

from __future__ import annotations

from rich.console import Console
from rich.style import Style
from rich.text import Text

from rnn_tui.session.model import Look
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.page.markdown import marked
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, FAINT, LABEL, NOW, PLAIN, TITLE


def lesson_lines(said: Told, width: int) -> list[Text]:
    """All lines that a stop needs at a width: title, text, question or verdict."""
    room = max(width - 2, 10)
    lines = marked(said.text, room)
    if said.question:
        below = said.verdict or f"{said.question}   (a: answer)"
        console = Console(width=room, legacy_windows=False)
        lines += Text(below, NOW if said.verdict else TITLE).wrap(console, room)
    return [heading(said), *(Text(" ") + line for line in lines)]


def heading(said: Told) -> Text:
    """The first line."""
    return Text.assemble((f" {said.number} of {said.count}  ", LABEL), (said.title, NOW))


def lesson(said: Told | None, look: Look, width: int, height: int) -> Drawing:
    """The panel of a lesson: a line above it, then what it says; what does not fit ends in a mark."""
    drawing = Drawing(width, height, mark(look.ascii))
    if said is None or not height:
        return drawing
    drawing.put(0, 0, ("-" if look.ascii else "─") * width, Style(color=FAINT))
    lines = lesson_lines(said, width)
    for y, line in enumerate(lines[: height - 1], 1):
        runs = (
            (text.encode("ascii", "replace").decode() if look.ascii else text, style) for text, style in _runs(line)
        )
        drawing.write(0, y, runs, width)
    if len(lines) > height - 1:
        drawing.put(width - 2, height - 1, drawing.more, DIM)
    return drawing


def _runs(line: Text) -> list[tuple[str, Style]]:
    """A line as runs of one style."""
    console = Console(legacy_windows=False)
    return [(segment.text, segment.style or PLAIN) for segment in line.render(console, end="")]
