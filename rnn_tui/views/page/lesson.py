"""The text of a lesson's stop beside the live app: its title, its paragraphs with live numbers, its question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.console import Console
from rich.style import Style
from rich.text import Text

from rnn_tui.core.decimals import free
from rnn_tui.core.errors import InputError
from rnn_tui.core.references import Ref
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display, Stop
from rnn_tui.views.layer.shown import layer_index
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import DIM, FAINT, LABEL, NOW, PLAIN, TITLE

SLOT = re.compile(r"\{([^{}]*)\}")
MARKS = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`")


class LessonError(InputError):
    """A lesson that says what is not so, or does not fit."""


@dataclass(frozen=True)
class Told:
    """What the panel of a lesson says.

    Attributes:
        number, count: which stop of how many.
        title: of the stop.
        text: its paragraphs, filled in.
        question: what is asked, or empty.
        verdict: what was said to the answer, or empty.
    """

    number: int
    count: int
    title: str
    text: str
    question: str = ""
    verdict: str = ""


def filled(text: str, simulator: Simulator, display: Display, cursor: int) -> str:
    """A text with its numbers: ``{y[3][1]}`` becomes the number, ``{y[3][1] = 0.32}`` as well, if it is that.

    Raises:
        InputError: a reference to no number, or a number that is not the computed one.
    """
    layer = layer_index(simulator, display)

    def number(match: re.Match[str]) -> str:
        written, equals, claimed = match[1].partition("=")
        value = Ref.about(written, simulator.network, layer).value(simulator, layer, cursor)
        if not equals:
            return free(value, display.digits)
        claimed = claimed.strip().replace("−", "-")
        decimals = len(claimed.partition(".")[2])
        if not re.fullmatch(r"-?\d+(\.\d+)?", claimed) or free(value, decimals) != claimed:
            why = f"the text says {claimed or 'nothing'} and the number is {free(value, decimals)}"
            raise LessonError("", written.strip(), why)
        return claimed

    return SLOT.sub(number, text)


def told(stop: Stop, number: int, count: int, simulator: Simulator, cursor: int, verdict: str = "") -> Told:
    """What a stop says, with numbers of its own state."""
    try:
        text = filled(stop.text, simulator, stop.session.display, stop.session.at)
    except InputError as error:
        text = f"{stop.text}\n\n({error})"
    asked = stop.question.text if stop.question is not None else ""
    return Told(number, count, stop.title, text, asked, verdict)


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


def lesson(said: Told | None, display: Display, width: int, height: int) -> Drawing:
    """The panel of a lesson: a line above it, then what it says; what does not fit ends in a mark."""
    drawing = Drawing(width, height)
    if said is None or not height:
        return drawing
    drawing.put(0, 0, ("-" if display.ascii else "─") * width, Style(color=FAINT))
    lines = lesson_lines(said, width)
    for y, line in enumerate(lines[: height - 1], 1):
        x = 0
        for span_text, style in _runs(line):
            plain = span_text if not display.ascii else span_text.encode("ascii", "replace").decode()
            drawing.put(x, y, plain, style)
            x += len(plain)
    if len(lines) > height - 1:
        drawing.put(width - 2, height - 1, "~" if display.ascii else "…", DIM)
    return drawing


def _runs(line: Text) -> list[tuple[str, Style]]:
    """A line as runs of one style."""
    console = Console(legacy_windows=False)
    return [(segment.text, segment.style or PLAIN) for segment in line.render(console, end="")]
