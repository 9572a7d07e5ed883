"""The loss over the epochs, which is what the timeline of a network that learns shows first."""

from __future__ import annotations

import numpy as np

from rnn_tui.core.decimals import free
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.sheet.bars import Bars, Scale
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, TITLE

GUTTER = 14
"""Columns left of the plot of the loss."""
FINER = 2
"""Digits of the loss beyond those of the tables."""


def loss_plot(frame: Frame, width: int, height: int) -> Drawing:
    """The loss of every epoch passed, the epoch that is walked marked below. A click carries ``{"epoch": ...}``."""
    drawing, learner, look = Drawing(width, height, mark(frame.look.ascii)), frame.run.learner, frame.look
    if learner is None or width < GUTTER + 4 or height < 2:
        return drawing
    count, room = learner.last, width - GUTTER - 1
    begin = np.arange(room) * count // room
    ends = np.maximum(np.append(begin[1:], count), begin + 1)
    losses = np.asarray(learner.losses)
    columns = [
        (float(losses[a:b].min()), float(losses[a:b].max())) if losses[a:b].size else None
        for a, b in zip(begin.tolist(), ends.tolist(), strict=True)
    ]
    scale = Scale.of(columns, height - 1)
    bars = Bars(drawing, scale, look)
    now = frame.walk.epoch - 1
    for column, values in enumerate(columns):
        here = bool(begin[column] <= now < ends[column])
        bars.column(GUTTER + column, values, bool(begin[column] <= now), here)
    drawing.put(1, 0, "loss", TITLE)
    drawing.put(6, 0, scale.limit(look.ascii, look.digits), LABEL)
    line, up = ("-", "^") if look.ascii else ("─", "▲")
    drawing.put(1, height - 1, "epoch", LABEL)
    drawing.put(GUTTER - 2, height - 1, "1", LABEL)
    drawing.put(GUTTER, height - 1, line * room, DIM)
    end = str(count)
    at = max(int(np.searchsorted(begin, now, "right")) - 1, 0)
    if at < room - len(end):
        drawing.put(width - len(end) - 1, height - 1, end, LABEL)
    drawing.put(GUTTER + at, height - 1, up, NOW)
    loss = free(learner.losses[now], look.digits + FINER)
    _told(drawing, GUTTER + at, f" {now + 1}: {loss} ", width - len(end) - 2)
    for column, first in enumerate(begin.tolist()):
        drawing.mark(GUTTER + column, 0, 1, height, {"epoch": first + 1})
    return drawing


def _told(drawing: Drawing, x: int, text: str, end: int) -> None:
    """The epoch that is walked and its loss beside their mark, on the side that has room."""
    if x + 1 + len(text) <= end:
        drawing.put(x + 1, drawing.height - 1, text, NOW)
    elif x - len(text) >= GUTTER:
        drawing.put(x - len(text), drawing.height - 1, text, NOW)
