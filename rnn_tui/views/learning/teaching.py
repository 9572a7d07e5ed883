"""What learning adds to the screen: target and loss, the loss over the epochs, and how vanishing gradients look."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from rnn_tui.core.decimals import free
from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.bars import Bars, Scale
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE

LARGEST_MATRIX = 256
"""Rows of a matrix whose eigenvalues are still found at once."""
GUTTER = 14
"""Columns left of the plot of the loss."""


def settings(simulator: LearningSimulator) -> str:
    """How it learns, in a few words: ``sgd 0.1, every t``."""
    learning = simulator.learner.learning
    return f"{learning.optimizer.name} {learning.optimizer.rate:g}, {learning.regime}"


def taught(shown: Shown, width: int) -> list[Text]:
    """Target and loss of the timestep, the loss of the epoch, and the norm of the gradient of its update.

    Each is written whole or left out; of a long target, as many numbers as fit.
    """
    simulator, cursor, digits = shown.simulator, shown.cursor, shown.display.digits
    if not isinstance(simulator, LearningSimulator):
        return []
    epoch = free(simulator.walked.loss, digits + 2)
    if not cursor:
        return [Text.assemble((" loss of the epoch ", LABEL), (epoch, PLAIN), no_wrap=True, overflow="crop")]
    loss = Text.assemble((f" {shown.notation.at('loss', cursor)} ", LABEL))
    loss.append(free(simulator.loss_at(cursor), digits + 2), NOW).append(" of ", LABEL).append(epoch, PLAIN)
    gradient = Text.assemble((" |gradient| ", LABEL), (free(simulator.update_at(cursor).norm, digits + 2), PLAIN))
    line = Text(no_wrap=True, overflow="crop")
    room = width - len(loss) - len(gradient) - 4
    if target := _target(simulator.target_at(cursor), digits, room, "..." if shown.display.ascii else "…"):
        line.append(" target ", LABEL).append(target, PLAIN).append("  ")
    for part in (loss, gradient):
        if len(line) + len(part) <= width:
            line.append_text(part).append("  ")
    line.rstrip()
    return [line]


def _target(target: Array, digits: int, width: int, more: str) -> str:
    """The numbers of a target that fit after the word; nothing if not one does."""
    if np.isnan(target).any():
        return "none" if len(" target none") <= width else ""
    for count in range(min(len(target), max(width, 0)), 0, -1):
        numbers = [free(float(value), digits) for value in target[:count]]
        text = " ".join(numbers if count == len(target) else [*numbers, more])
        if len(text) + len(" target ") <= width:
            return text
    return ""


def loss_plot(simulator: Simulator, display: Display, width: int, height: int) -> Drawing:
    """The loss of every epoch passed, the epoch that is walked marked below. A click carries ``{"epoch": ...}``."""
    drawing = Drawing(width, height)
    if not isinstance(simulator, LearningSimulator) or width < GUTTER + 4 or height < 2:
        return drawing
    learner = simulator.learner
    count, room = learner.last, width - GUTTER - 1
    begin = np.arange(room) * count // room
    ends = np.maximum(np.append(begin[1:], count), begin + 1)
    losses = np.asarray(learner.losses)
    columns = [
        (float(losses[a:b].min()), float(losses[a:b].max())) if losses[a:b].size else None
        for a, b in zip(begin.tolist(), ends.tolist(), strict=True)
    ]
    scale = Scale.of(columns, height - 1)
    bars = Bars(drawing, scale, display)
    now = simulator.epoch - 1
    for column, values in enumerate(columns):
        here = bool(begin[column] <= now < ends[column])
        bars.column(GUTTER + column, values, bool(begin[column] <= now), here)
    drawing.put(1, 0, "loss", TITLE)
    drawing.put(6, 0, scale.limit(display.ascii, display.digits), LABEL)
    line, up = ("-", "^") if display.ascii else ("─", "▲")
    drawing.put(1, height - 1, "epoch", LABEL)
    drawing.put(GUTTER - 2, height - 1, "1", LABEL)
    drawing.put(GUTTER, height - 1, line * room, DIM)
    end = str(count)
    drawing.put(width - len(end) - 1, height - 1, end, LABEL)
    at = int(np.searchsorted(begin, now, "right")) - 1
    drawing.put(GUTTER + max(at, 0), height - 1, up, NOW)
    for column, first in enumerate(begin.tolist()):
        drawing.mark(GUTTER + column, 0, 1, height, {"epoch": first + 1})
    return drawing


def spectral_radius(layer: Layer, notation: Notation, width: int) -> str:
    """The largest magnitude of an eigenvalue of the matrices on the state, which decides whether gradients vanish.

    As many as fit are told, each whole.
    """
    told = []
    for name, shape in layer.cell.parameters.items():
        matrix = layer.parameters[name]
        square = len(shape) == 2 and shape[0] == shape[1] and matrix.shape[0] <= LARGEST_MATRIX
        if square and np.isfinite(matrix).all():
            radius = float(np.abs(np.linalg.eigvals(matrix)).max())
            told.append(f"{notation.word(name)} {free(radius, 2)}")
    heading = "spectral radius "
    for count in range(len(told), 0, -1):
        text = heading + "  ".join(told[:count]) + (" …" if count < len(told) else "")
        if len(text) <= width:
            return text
    return ""
