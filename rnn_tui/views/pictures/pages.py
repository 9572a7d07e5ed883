"""The seed's nine pictures, from an ordinary network to a recurrent cell, drawn from the numbers of the shown layer.

Pictures 1 to 6 are of the layer without its state, ``y = f(W @ x + b)``; from 7 on it has one. Where there is no state
yet, as at t = 1 after zeros, both are the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from rnn_tui.core.dataclass import dataclass
from rnn_tui.session.model import Gaze
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.pictures.network import close_up, close_up_said, network, network_said
from rnn_tui.views.pictures.parts import View
from rnn_tui.views.pictures.recurrent import (
    equation,
    equation_said,
    recursive,
    recursive_said,
    rolled_said,
    rolled_up,
)
from rnn_tui.views.pictures.samples import samples, samples_said
from rnn_tui.views.pictures.sums import sums, sums_said
from rnn_tui.views.pictures.vectors import element, element_said, product, product_said
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import LABEL, TITLE

LARGEST = (78, 14)
"""The columns and rows that a picture can use at most."""


@dataclass(frozen=True)
class Picture:
    """One of the pictures.

    Attributes:
        title: what it is called.
        draw: draws it; None where it does not fit.
        said: what there is to say of it.
        least: the rows below which what is said makes way for the picture.
        stateless: whether it shows the layer without its state.
        weighted: whether it needs a weighted sum.
    """

    title: str
    draw: Callable[[View, int, int], Drawing | None]
    said: Callable[[View], list[str]]
    least: int
    stateless: bool = False
    weighted: bool = False


PICTURES = {
    f"picture-{number}": picture
    for number, picture in enumerate(
        (
            Picture("A standard network", network, network_said, 11, True),
            Picture("Its hidden layer #2, close up", close_up, close_up_said, 10, True, True),
            Picture("Every sum written out", sums, sums_said, 11, True, True),
            Picture("The layer as one element", element, element_said, 6, True, True),
            Picture("One formula for the layer", product, product_said, 5, True, True),
            Picture("Once a sample, each on its own", samples, samples_said, 9, True),
            Picture("R: a second input, a second output", recursive, recursive_said, 11),
            Picture("R as an equation", equation, equation_said, 5),
            Picture("Rolled up: the circular arrow", rolled_up, rolled_said, 9),
        ),
        1,
    )
}
"""The seed's nine, by their names in `diagrams.DIAGRAMS`."""


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for the picture itself."""
    room = max(min(width, LARGEST[0]) - 2, 0)
    return PICTURES[frame.gaze.diagram].draw(View(Shown(frame)), room, height) is not None


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """The picture that is looked at, of the shown layer at t, made to fit.

    What does not fit is left out: first what is said below, then numbers and nodes, in the end all but a line.
    A click on a sample carries ``{"t": ...}``, one on a number ``{"focus": ...}``.
    """
    picture, view = PICTURES[frame.gaze.diagram], View(Shown(frame))
    room = max(min(width, LARGEST[0]) - 2, 0)
    texts = [wrap(text, max(room, 10), break_on_hyphens=False) for text in said(view, picture)]
    alone = picture.draw(view, room, max(height, 0))
    least = min(picture.least, alone.height) if alone else 0
    for kept in range(len(texts), -1, -1):
        lines = [line for text in texts[:kept] for line in text]
        body = picture.draw(view, room, max(height - len(lines) - bool(lines), 0))
        if body is not None and (not lines or body.height >= least):
            return _composed(body, lines, width, height)
    drawing = Drawing(width, height, view.more)
    row = 0
    for lines, style in (([picture.title], TITLE), *((text, LABEL) for text in texts)):
        if row + len(lines) > height:
            drawing.put(max(width - 1, 0), height - 1, view.more, LABEL)
            break
        for line in lines:
            drawing.put(0, row, line, style)
            row += 1
    return drawing


def said(view: View, picture: Picture) -> list[str]:
    """What stands below a picture, the most important first: what is new in it, and what its numbers are."""
    cell, form = view.shown.frame.cell, view.form
    start = f"t = 0: step on, {view.shown.notation.at('x', 1)} is the first sample."
    if form is None and (picture.weighted or (picture.draw is samples and cell.recurrent)):
        sides = view.short.equation(view.shown.frame.equation, view.t)
        return [f"{view.title} makes no weighted sum of its {view.letter('x')}: {' = '.join(sides)}"]
    first, *others = picture.said(view)
    notes = []
    if form is not None and picture.stateless:
        if picture.weighted and picture.draw is not element:
            notes += view.key(form.weights, "x", form.bias, view.out)
        y = view.letter(view.out)
        if view.out != "y":
            count = len(view.shown.frame.sums)
            notes.append(f"{y} is a part of R" + (f", one of its {count} sums." if count > 1 else "."))
        if view.plain is not None and not view.plain.same:
            notes.append(f"Without the state (picture 7): {view.title} itself has another {y}.")
    return [*([] if view.known else [start]), first, *notes, *others]


def _composed(body: Drawing, lines: list[str], width: int, height: int) -> Drawing:
    """A picture in the middle, what is said of it below."""
    drawing = Drawing(width, height, body.more)
    left = max((min(width, LARGEST[0]) - body.width) // 2, 0)
    for row, segments in enumerate(body.lines()):
        x = left
        for segment in segments:
            drawing.put(x, row, segment.text, segment.style or LABEL)
            x += segment.cell_length
    for row, text in enumerate(lines, body.height + 1):
        drawing.put(1, row, text, LABEL)
    return drawing


def rows(frame: Frame) -> int:
    """The rows that the picture would like, at most 14; the same at every t of an epoch."""
    gaze = Gaze(layer=frame.gaze.layer, diagram=frame.gaze.diagram)

    def found() -> int:
        most = 1
        for t in range(1, min(frame.walk.last, 2) + 1):
            lines = draw(Frame(frame.walk, t, gaze), *LARGEST).lines()
            most = max(most, *(row for row, line in enumerate(lines, 1) if any(s.text.strip() for s in line)))
        return most

    return frame.walk.memo.get(("rows", frame.walk.epoch, gaze), found)
