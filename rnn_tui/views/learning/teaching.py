"""What learning adds below the equation: how it learns, target and loss, and the gradient of a timestep."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from rnn_tui.core.decimals import free
from rnn_tui.core.layer import Array
from rnn_tui.core.teaching import Teaching
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN


def settings(teaching: Teaching) -> str:
    """How it learns, in a few words: ``sgd 0.1, every t``."""
    learning = teaching.learner.learning
    return f"{learning.optimizer.name} {learning.optimizer.rate:g}, {learning.regime}"


def taught(frame: Frame, width: int) -> list[Text]:
    """Target and loss of the timestep, the loss of the epoch, and the norm of the gradient of its update.

    Each is written whole or left out; of a long target, as many numbers as fit.
    """
    teaching, t, digits = frame.teaching, frame.t, frame.look.digits
    if teaching is None:
        return []
    epoch = free(teaching.walked.loss, digits + 2)
    if not t:
        return [Text.assemble((" loss of the epoch ", LABEL), (epoch, PLAIN), no_wrap=True, overflow="crop")]
    loss = Text.assemble((f" {Shown(frame).notation.at('loss', t)} ", LABEL))
    loss.append(free(teaching.loss_at(t), digits + 2), NOW).append(" of ", LABEL).append(epoch, PLAIN)
    gradient = Text.assemble((" |gradient| ", LABEL), (free(teaching.update_at(t).norm, digits + 2), PLAIN))
    line = Text(no_wrap=True, overflow="crop")
    room = width - len(loss) - len(gradient) - 4
    if target := _target(teaching.target_at(t), digits, room, "..." if frame.look.ascii else "…"):
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
