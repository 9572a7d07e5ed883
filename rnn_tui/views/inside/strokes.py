"""The characters that the inside of R is drawn with: of what is done, of what one looks at, and of what comes later."""

from __future__ import annotations

from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.notation import ASCII, UNICODE, Box
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, TITLE

DONE, CURRENT, LATER = "done", "now", "later"


@dataclass(frozen=True)
class Stroke:
    """One way to draw.

    Attributes:
        wires: the character of a wire by the sides it goes on to, LEFT 1, RIGHT 2, UP 4, DOWN 8.
        style: of wires and edges.
        text: the style of what stands in a box.
        box: a box of three rows; `joints` its left and right side and its bottom where a wire meets them.
        flat: the two sides of a box of one row.
    """

    wires: str
    style: Style
    text: Style
    box: Box
    joints: str
    flat: str


STROKES = {
    False: {
        DONE: Stroke(" ───│╯╰┴│╮╭┬│┤├┼", LABEL, TITLE, UNICODE.past, "┤├┬", "┤├"),
        CURRENT: Stroke(" ━━━┃┛┗┻┃┓┏┳┃┫┣╋", NOW, NOW, UNICODE.now, "┫┣┳", "┫┣"),
        LATER: Stroke(" ╌╌╌╎┘└┴╎┐┌┬╎┤├┼", DIM, DIM, UNICODE.future, "╎╎┬", "╎╎"),
    },
    True: {
        DONE: Stroke(" ---|+++|+++|+++", LABEL, TITLE, ASCII.past, "+++", "[]"),
        CURRENT: Stroke(" ===############", NOW, NOW, ASCII.now, "###", "##"),
        LATER: Stroke(" ...:...:...:...", DIM, DIM, ASCII.future, "...", "::"),
    },
}
"""By ASCII or not, and by phase."""
