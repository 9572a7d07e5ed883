"""The seed's picture of a recurrent layer unrolled over time."""

from __future__ import annotations

from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.core.teaching import Teaching
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Box, Notation, said_mark
from rnn_tui.views.sheet.paging import page
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import shortened

HEIGHT = 9
"""Rows of the unrolled diagram."""
SHORTER = ((9, range(9)), (7, range(1, 8)), (5, (1, 3, 4, 5, 7)), (3, (3, 4, 5)), (0, ()))
"""The least height, and the rows that are then drawn."""
BOX = 7
NAMED = 5
"""Rows from which x and y have their names."""


@dataclass(frozen=True)
class Ink:
    """How a copy of R is drawn: it is past, now, or future."""

    box: Box
    line: str
    style: Style
    letters: Style


def ink(t: int, cursor: int, notation: Notation, back: bool = False) -> Ink:
    """What is walked is solid, the cursor's copy heavy, what is to come dotted and faint; on the way back from T on."""
    glyphs = notation.glyphs
    if t == cursor:
        return Ink(glyphs.now, glyphs.line, NOW, NOW)
    if (t > cursor) if back else (t < cursor):
        return Ink(glyphs.past, glyphs.line, PLAIN, PLAIN)
    return Ink(glyphs.future, glyphs.dotted, DIM, DIM)


def rows(frame: Frame) -> int:
    """The rows that the picture likes."""
    return HEIGHT


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for R with the names of its x and y."""
    return width >= 2 * BOX and height >= NAMED


def columns(frame: Frame) -> int:
    """The columns that it likes: those in which all timesteps stand."""
    link = _link(Shown(frame))
    return link + 1 + len(frame.walk) * (BOX + link)


def _link(shown: Shown) -> int:
    """The columns between two copies of R."""
    return max(4, len(str(len(shown.frame.walk))) + 2 + len(shown.notation.word("s")))


def draw(frame: Frame, width: int, height: int = HEIGHT) -> Drawing:
    """One copy of R a timestep, x below, y above, s handed on from copy to copy.

    The picture is the same for the same cursor, however one came there. A click on a copy carries ``{"t": ...}``.
    Where `height` is below 9 the blocks are left out, then the arrows, then the names. A layer that runs backwards
    hands its state to the left; it is all computed before the first timestep is shown, and read from left to right.
    """
    shown = Shown(frame)
    drawing = Drawing(width, HEIGHT, shown.notation.glyphs.more)
    link = _link(shown)
    margin = link + 1
    if (width - margin) // (BOX + link) < min(len(frame.walk), 3):
        link, margin = max(3, link - 1), link
    pitch = BOX + link
    steps = page(frame.t, len(frame.walk), max((width - margin + link) // pitch, 1))
    for index, t in enumerate(steps):
        _copy(drawing, shown, t, margin + index * pitch)
    if frame.cell.recurrent:
        _states(drawing, shown, steps, margin, link)
    return drawing.rows(next(rows for least, rows in SHORTER if height >= least))


def _copy(drawing: Drawing, shown: Shown, t: int, x: int) -> None:
    frame, notation, cursor = shown.frame, shown.notation, shown.frame.t
    back, signs = frame.back is not None, frame.look.ascii or frame.look.signs
    own = ink(t, cursor, notation, back)
    way = notation.glyphs.down if back else notation.glyphs.up
    up = way if t <= cursor or back else ("." if frame.look.ascii else "╎")
    drawing.box(x, 3, BOX, 3, own.box, own.style)
    drawing.middle(x, 4, BOX, "R", own.letters)
    drawing.middle(x, 2, BOX, up, own.style)
    drawing.middle(x, 1, BOX, notation.now("y", t, cursor), own.letters)
    drawing.middle(x, 6, BOX, up, own.style)
    said = said_mark(frame.look.ascii) if frame.reads_sequence and frame.walk.generated(t) else ""
    drawing.middle(x, 7, BOX, said + notation.now("x", t, cursor), own.letters)
    if frame.concealed(t):
        drawing.middle(x, 0, BOX, "???", NOW)
        drawing.middle(x, 8, BOX, "...", DIM)
    elif t <= cursor or (back and t <= frame.walk.last):
        step = frame.step_at(t)
        drawing.vector(x, 0, BOX, step.y, 1.0, signs)
        drawing.vector(x, 8, BOX, step.x, shown.input_scale, signs)
    else:
        drawing.middle(x, 0, BOX, "...", DIM)
        if frame.reads_sequence and not said:
            drawing.vector(x, 8, BOX, frame.walk.sequence.x[t - 1], shown.input_scale, signs)
        else:
            drawing.middle(x, 8, BOX, "...", DIM)
    drawing.mark(x, 0, BOX, HEIGHT, {"t": t})


def _states(drawing: Drawing, shown: Shown, steps: range, margin: int, link: int) -> None:
    """The arrows that hand the state on: from before the first copy in view to behind the last; a wall where the states
    begin afresh."""
    notation, cursor, back = shown.notation, shown.frame.t, shown.frame.layer.reverse
    glyphs = notation.glyphs
    s_style = NOW if cursor == steps.start - 1 else PLAIN if cursor >= steps.start else DIM
    if not back:
        first = notation.at("s", notation.time(Name("s", -1), steps.start))
        drawing.put(0, 4, first + " ", s_style)
        line = glyphs.line * (margin - len(first) - 2)
        turned = shown.frame.back is not None
        drawing.put(len(first) + 1, 4, glyphs.left + line if turned else line + glyphs.right, s_style)
    else:
        drawing.put(1, 4, glyphs.left + glyphs.line * (margin - 2), s_style)
    teaching = shown.frame.back
    for index, t in enumerate(steps):
        own = ink(t, cursor, notation)
        x = margin + index * (BOX + link) + BOX
        name = notation.at("s", t + 1 if back else t)
        if shown.frame.run.interventions.afresh(t + 1, False):
            _wall(drawing, shown, x, link)
            continue
        if teaching is not None and not back:
            _handed_back(drawing, shown, teaching, t, x, link)
            continue
        if back:
            drawing.put(x, 4, glyphs.left + own.line * (link - 1), own.style)
        else:
            drawing.put(x, 4, own.line * (link - 1) + (glyphs.right if t <= cursor else own.line), own.style)
        if t != steps.stop - 1 or drawing.width - x >= link:
            drawing.put(x + (link - len(name)) // 2, 3, name, own.letters)


def _wall(drawing: Drawing, shown: Shown, x: int, link: int) -> None:
    for row in (3, 4, 5):
        drawing.middle(x, row, link, "H" if shown.frame.look.ascii else "║", LABEL)


def _handed_back(drawing: Drawing, shown: Shown, teaching: Teaching, t: int, x: int, link: int) -> None:
    """The arrow that hands dL/ds_t back from t + 1 to t; a wall where a window ends, which only values pass."""
    glyphs = shown.notation.glyphs
    walked = t >= shown.frame.t
    style = NOW if t == shown.frame.t else PLAIN if walked else DIM
    window = teaching.update_at(t).window
    if t == len(shown.frame.walk):
        return
    if t == window.first + len(window) - 1:
        _wall(drawing, shown, x, link)
        return
    drawing.put(x, 4, glyphs.left + (glyphs.line if walked else glyphs.dotted) * (link - 1), style)
    name = f"d{shown.notation.at('s', t)}"
    drawing.put(x + max((link - len(name)) // 2, 0), 3, shortened(name, link, drawing.more), style)
