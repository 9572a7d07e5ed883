"""The loss over the epochs, which is what the timeline of a network that learns shows first."""

from __future__ import annotations

import numpy as np

from rnn_tui.core.decimals import free
from rnn_tui.core.layer import Array
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.sheet.bars import Bars, Columns, Scale
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, TITLE

GUTTER = 14
"""Columns left of the plot of the loss."""
FINER = 2
"""Digits of the loss beyond those of the tables."""


def loss_plot(frame: Frame, width: int, height: int) -> Drawing:
    """The loss of every epoch passed, the epoch that is walked marked below. A click carries ``{"epoch": ...}``.

    Where a second sequence judges the epochs, its loss stands below on the same scale, and both are means over the
    timesteps that have a target.
    """
    drawing, teaching, look = Drawing(width, height, mark(frame.look.ascii)), frame.teaching, frame.look
    if teaching is None or width < GUTTER + 4 or height < 2:
        return drawing
    learner, walked, judged = teaching.learner, teaching.walked, teaching.learner.validation
    share = 1 if judged is None else learner.share
    count, room, now = learner.last, width - GUTTER - 1, frame.walk.epoch - 1
    begin = np.arange(room) * count // room
    ends = np.maximum(np.append(begin[1:], count), begin + 1)
    plots = [("loss", _columns(np.asarray(learner.losses) / share, begin, ends))]
    if judged is not None and height > 2:
        plots.append(("validation", _columns(np.asarray(learner.validations) / judged.count, begin, ends)))
    every, first = [values for _, columns in plots for values in columns], 0
    for place, (name, columns) in enumerate(plots):
        rows = (height - 1 + len(plots) - 1 - place) // len(plots)
        part, scale = Drawing(width, rows, drawing.more), Scale.of(every, rows)
        bars = Bars(part, scale, look)
        for column, values in enumerate(columns):
            here = bool(begin[column] <= now < ends[column])
            bars.column(GUTTER + column, values, bool(begin[column] <= now), here)
        part.put(1, 0, name, TITLE)
        if not place:
            part.put(6, 0, scale.limit(look.ascii, look.digits), LABEL)
        drawing.paste(part, first)
        first += rows
    line, up = ("-", "^") if look.ascii else ("─", "▲")
    drawing.put(1, height - 1, "epoch", LABEL)
    drawing.put(GUTTER - 2, height - 1, "1", LABEL)
    drawing.put(GUTTER, height - 1, line * room, DIM)
    end = str(count)
    at = max(int(np.searchsorted(begin, now, "right")) - 1, 0)
    if at < room - len(end):
        drawing.put(width - len(end) - 1, height - 1, end, LABEL)
    drawing.put(GUTTER + at, height - 1, up, NOW)
    loss = free(walked.loss / share, look.digits + FINER)
    if judged is not None and walked.validation is not None:
        loss += f", validation {free(walked.validation / judged.count, look.digits + FINER)}"
    _told(drawing, GUTTER + at, f" {now + 1}: {loss} ", width - len(end) - 2)
    for column, epoch in enumerate(begin.tolist()):
        drawing.mark(GUTTER + column, 0, 1, height, {"epoch": epoch + 1})
    return drawing


def _columns(losses: Array, begin: Array, ends: Array) -> Columns:
    """The smallest and the largest loss of each column of epochs; None where none has been learned."""
    spans = zip(begin.tolist(), ends.tolist(), strict=True)
    return [(float(losses[a:b].min()), float(losses[a:b].max())) if losses[a:b].size else None for a, b in spans]


def _told(drawing: Drawing, x: int, text: str, end: int) -> None:
    """The epoch that is walked and its loss beside their mark, on the side that has room."""
    if x + 1 + len(text) <= end:
        drawing.put(x + 1, drawing.height - 1, text, NOW)
    elif x - len(text) >= GUTTER:
        drawing.put(x - len(text), drawing.height - 1, text, NOW)
