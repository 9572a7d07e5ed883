"""The two ends of the network whole: the letters of x below it, and on top what it predicts and what it should."""

from __future__ import annotations

from rich.cells import cell_len
from rich.style import Style

from rnn_tui.core.readout import NONE
from rnn_tui.views.diagrams.whole import PREDICTS, Whole
from rnn_tui.views.layer.giver import foretold
from rnn_tui.views.layer.shown import input_scale
from rnn_tui.views.sheet.notation import LONGEST_LABEL, printable, said_mark
from rnn_tui.views.sheet.palette import CURSOR, DIM, LABEL, NOW
from rnn_tui.views.sheet.pen import shortened


def draw_ends(whole: Whole) -> None:
    """As many of the rows of letters as have room."""
    drawn = {"x": _input, "y": _output, "target": _target}
    for name, row in whole.floors.ends.items():
        called = PREDICTS if name == "y" and whole.readout is not None else name
        whole.drawing.put(1, row, called if len(called) <= whole.gutter else name, LABEL)
        for t in whole.columns.steps:
            drawn[name](whole, t, row)
            whole.drawing.mark(whole.columns.x(t), row, whole.columns.box, 1, {"t": t})


def _write(whole: Whole, t: int, row: int, *texts: str, style: Style | None = None) -> None:
    """Words in the middle of a column: the first that has room."""
    room = whole.columns.pitch - 1
    text = next((text for text in texts if cell_len(text) <= room), shortened(texts[-1], room, whole.drawing.more))
    own = whole.ink(t).style if style is None else style
    whole.drawing.put(whole.centre(t) - cell_len(text) // 2, row, text, own)


def _input(whole: Whole, t: int, row: int) -> None:
    """What the sequence gives: its label, else its numbers as blocks."""
    sequence, look = whole.walk.sequence, whole.frame.look
    said = said_mark(look.ascii) if whole.walk.generated(t) else ""
    if said and (foretold(whole.frame, t) or not whole.known(t)):
        _write(whole, t, row, f"{said}...", said, style=DIM)
    elif sequence.labels:
        label = said + shortened(printable(sequence.label(t), look.ascii), LONGEST_LABEL, whole.drawing.more)
        now = t == whole.frame.t
        _write(whole, t, row, f"[{label}]" if now else label, label, style=CURSOR if now else None)
    elif whole.frame.concealed(t):
        _write(whole, t, row, "...", ".", style=DIM)
    else:
        x, scale, signs = whole.columns.x(t), input_scale(whole.walk), look.ascii or look.signs
        whole.drawing.vector(x, row, whole.columns.box, sequence.x[t - 1], scale, signs)
        whole.drawing.put(x, row, said, whole.ink(t).style)


def _output(whole: Whole, t: int, row: int) -> None:
    """What is predicted, else the y of the last layer as blocks."""
    if whole.frame.concealed(t):
        _write(whole, t, row, "???", "?", style=NOW)
    elif not whole.known(t):
        _write(whole, t, row, "...", ".", style=DIM)
    elif whole.readout is None:
        whole.blocks(len(whole.network.layers) - 1, t, whole.columns.x(t), row, whole.columns.box)
    elif (found := whole.readout.prediction(t, whole.step(t).y)) is not None:
        _write(whole, t, row, whole.said(found.unit, found.share), whole.shown.outcome(found.unit))


def _target(whole: Whole, t: int, row: int) -> None:
    """What should be predicted."""
    target = NONE if whole.readout is None else int(whole.readout.classes(t, t + 1)[0])
    _write(whole, t, row, "-" if target == NONE else whole.shown.outcome(target))
