"""The text of a lesson's stop beside the live app: its title, its paragraphs with live numbers, its question."""

from __future__ import annotations

import re

from rich.console import Console
from rich.style import Style
from rich.text import Text

from rnn_tui.session.model import Look
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, FAINT, LABEL, NOW, PLAIN, TITLE

MARKS = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`")


def marked(text: str) -> Text:
    """Plain Markdown as styles: ``**bold**``, ``*emphasis*`` and `` `code` ``; lines of a paragraph are joined."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    whole = Text()
    for index, paragraph in enumerate(paragraphs):
        if index:
            whole.append("\n")
        at = 0
        for match in MARKS.finditer(paragraph):
            whole.append(paragraph[at : match.start()], PLAIN)
            bold, emphasis, code = match.groups()
            style = TITLE if bold else Style(color="#f5c04e") if code else PLAIN + Style(italic=True)
            whole.append(bold or emphasis or code, style)
            at = match.end()
        whole.append(paragraph[at:], PLAIN)
    return whole


def lesson_lines(said: Told, width: int) -> list[Text]:
    """All lines that a stop needs at a width: title, text, question or verdict."""
    head = Text.assemble((f" {said.number} of {said.count}  ", LABEL), (said.title, NOW))
    console = Console(width=max(width - 2, 10), legacy_windows=False)
    lines = [head, *marked(said.text).wrap(console, max(width - 2, 10))]
    if said.question:
        below = said.verdict or f"{said.question}   (a: answer)"
        lines += Text(below, NOW if said.verdict else TITLE).wrap(console, max(width - 2, 10))
    return [lines[0], *(Text(" ") + line for line in lines[1:])]


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
