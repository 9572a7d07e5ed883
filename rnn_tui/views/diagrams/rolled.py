"""The seed's picture of a recurrent layer rolled up, with its circular arrow."""

from __future__ import annotations

from rich.style import Style

from rnn_tui.core.equations import Name
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE

SIZE = (27, 10)
"""Columns and rows, where the name of s has its usual length."""
USUAL = 4
"""Characters of the name of s that have room on either side."""
SHORTER = (
    *((10, range(10)), (9, range(1, 10)), (7, range(3, 10))),
    *((6, (3, 4, 5, 6, 7, 9)), (5, (3, 4, 5, 6, 9)), (3, (4, 6, 9)), (0, ())),
)
"""The least height, and the rows that are then drawn; the arrow is always closed."""
BOX = 7
NAMED = 7
"""Rows from which x and y have their names."""
NOTED = 9
"""Rows from which something is said beside the picture."""


def rows(frame: Frame) -> int:
    """The rows that the picture likes."""
    return SIZE[1]


def columns(frame: Frame) -> int:
    """The columns that the picture likes, without what is said beside it."""
    return SIZE[0] + 2 * _aside(Shown(frame))


def _aside(shown: Shown) -> int:
    """The columns on either side that a longer name of s needs, as long as it is at the last timestep."""
    longest = len(shown.notation.at("s", len(shown.frame.walk))) if shown.frame.cell.recurrent else 0
    return max(longest - USUAL, 0)


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for R with the names of its x and y."""
    return width >= SIZE[0] and height >= NAMED


def draw(frame: Frame, width: int, height: int = SIZE[1]) -> Drawing:
    """One R with the circular arrow: the s it leaves is the s it reads at the next timestep.

    Where there is room beside it, what readers trip over is said there. Below 10 rows, the blocks are left out, then
    the names of x and y.
    """
    shown = Shown(frame)
    notation, glyphs, cursor = shown.notation, shown.notation.glyphs, frame.t
    drawing = Drawing(width, SIZE[1], glyphs.more)
    aside = min(_aside(shown), max(width - SIZE[0], 0) // 2)
    x, live = 10 + aside, cursor > 0
    style = NOW if live else DIM
    drawing.middle(x, 1, BOX, notation.now("y", cursor, cursor) if live else notation.word("y"), style)
    through = glyphs.up if frame.back is None else glyphs.down
    drawing.middle(x, 2, BOX, through, style)
    drawing.box(x, 3, BOX, 3, glyphs.now if live else glyphs.future, style)
    drawing.middle(x, 4, BOX, "R", style)
    drawing.middle(x, 6, BOX, through, style)
    drawing.middle(x, 7, BOX, notation.now("x", cursor, cursor) if live else notation.word("x"), style)
    if live:
        step, signs = frame.step, frame.look.ascii or frame.look.signs
        for row, name, values, scale in ((0, "y", step.y, 1.0), (8, "x", step.x, shown.input_scale)):
            if shown.hidden(name, cursor):
                drawing.middle(x, row, BOX, "???", NOW)
            else:
                drawing.vector(x, row, BOX, values, scale, signs)
    if frame.cell.recurrent:
        _loop(drawing, shown, x - 5, PLAIN, style)
    row, beside = 2, SIZE[0] + 2 * aside + 2
    for lines, own in notes(shown) if height >= NOTED else ():
        if width >= beside + max(map(len, lines)):
            for line, text in enumerate(lines, row):
                drawing.put(beside, line, text, own)
        row += len(lines)
    return drawing.rows(next(rows for least, rows in SHORTER if height >= least))


def _loop(drawing: Drawing, shown: Shown, left: int, before: Style, after: Style) -> None:
    """The circular arrow from the right side of R around below to its left side, where it begins at a column."""
    notation, cursor = shown.notation, shown.frame.t
    glyphs = notation.glyphs
    right, top, bottom = left + 16, 4, 9
    corner = glyphs.bend
    back = shown.frame.back is not None  # gradients go round the other way
    drawing.put(left, top, corner[0] + glyphs.line * 3 + (glyphs.line if back else glyphs.right), before)
    drawing.put(right - 4, top, (glyphs.left if back else glyphs.line) + glyphs.line * 3 + corner[1], after)
    drawing.down(left, top + 1, glyphs.upright * (bottom - top - 1), before)
    drawing.down(right, top + 1, glyphs.upright * (bottom - top - 1), after)
    drawing.put(left, bottom, corner[3] + glyphs.line * (right - left - 1) + corner[2], before)
    drawing.put((left + right) // 2, bottom, glyphs.right if back else glyphs.left, before)
    previous = notation.at("s", notation.time(Name("s", -1), cursor)) if cursor else notation.word("s")
    drawing.put(left - len(previous) - 1, 6, previous, before)
    drawing.put(right + 2, 6, notation.at("s", cursor), NOW)


def notes(shown: Shown) -> list[tuple[tuple[str, ...], Style]]:
    """What readers of the rolled picture trip over, said beside it, in the names that the screen uses."""
    word = shown.notation.word
    if not shown.frame.cell.recurrent:
        alone, same = "No state: every timestep stands alone.", "Its parameters are the same at every t."
        return [((alone,), TITLE), ((same,), LABEL)]
    state, output = word("s"), word("y")
    return [
        (("One R, used at every timestep.",), TITLE),
        ((f"The {state} it leaves is the {state} it reads next:", "that is the circular arrow."), LABEL),
        (("Its weights are the same at every t.",), LABEL),
        ((f"{output} is the layer's output, not a prediction:", "a readout layer makes one of it."), LABEL),
    ]
