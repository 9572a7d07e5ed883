"""A text as one reads it: what was given, and what goes on from there, letter by letter joined."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.giver import foretold
from rnn_tui.views.sheet.drawing import Drawing, meant
from rnn_tui.views.sheet.notation import mark, printable, said_mark
from rnn_tui.views.sheet.palette import CURSOR, DIM, LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, Run, fitting, shortened

GUTTER = 3
ENDS = ("\n", "\\n")
"""The label of the end of a line."""
SAMPLED = 10_000
"""Letters whose lengths tell whether they are words."""


def written_text(drawing: Drawing, frame: Frame, heading: Sequence[Phrase]) -> None:
    """A heading, and the lines around the cursor; before the first letter, those at the end."""
    said = [Phrase.of(TITLE, "text"), *heading]
    drawing.write(1, 0, fitting(drawing.width - 2, said, drawing.more), drawing.width - 2)
    lines = _lines(frame, max(drawing.width - GUTTER - 1, 1), max(drawing.height - 1, 1))
    for y, (first, line) in enumerate(lines, 1):
        if frame.walk.generated(first):
            drawing.put(1, y, said_mark(frame.look.ascii), NOW)
        x = GUTTER
        for text, style in line:
            drawing.put(x, y, text, style)
            x += cell_len(text)


def _lines(frame: Frame, width: int, height: int) -> list[tuple[int, list[Run]]]:
    """The lines in view, each with its first timestep."""
    walk, more = frame.walk, mark(frame.look.ascii)
    labels, count = walk.sequence.labels, len(walk)
    room, cursor = width * height, frame.t or count
    last = min(count, cursor + room // 3)
    first = max(last - room, 0)
    words = max(map(cell_len, labels[:SAMPLED]), default=1) > max(map(len, ENDS))
    begins = set() if walk.sequence.parts is None else set(walk.sequence.parts.starts.tolist())
    lines: list[tuple[int, list[Run]]] = []
    taken = width
    for t in range(first + 1, last + 1):
        label = labels[t - 1] if labels else str(t)
        ends = label in ENDS
        text = ("/" if frame.look.ascii else "⏎") if ends else printable(label, frame.look.ascii) if words else label
        text = "?" if foretold(frame, t) else printable(text, frame.look.ascii) if text.strip() else " "
        begun = frame.run.voice is not None and t == frame.run.voice.first
        sign = said_mark(frame.look.ascii) if begun and t > first + 1 else ""
        text = shortened(f"{sign}{text}" + " " * (words or not labels), width, more)
        if t in begins or taken + cell_len(text) > width:
            lines.append((t, []))
            taken = 0
        lines[-1][1].append((text, _style(frame, t) + meant((("t", t),))))
        taken = width if ends else taken + cell_len(text)
    at = max((index for index, (begin, _) in enumerate(lines) if begin <= cursor), default=0)
    end = min(max(at + 2, height), len(lines))
    return lines[max(end - height, 0) : end]


def _style(frame: Frame, t: int) -> Style:
    if t == frame.t:
        return CURSOR
    if frame.walk.generated(t):
        return NOW if t < frame.t or not frame.t else LABEL
    return PLAIN if t < frame.t or not frame.t else DIM
