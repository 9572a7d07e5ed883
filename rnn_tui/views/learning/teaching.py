"""What learning adds below the equation: how it learns, target and loss, and the gradient of a timestep."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from rnn_tui.core.decimals import free
from rnn_tui.core.layer import Array
from rnn_tui.core.teaching import Teaching
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import Phrase, Run, fitting, written


def settings(teaching: Teaching) -> str:
    """How it learns, in a few words: ``sgd 0.1, every t``."""
    learning = teaching.learner.learning
    return f"{learning.optimizer.name} {learning.optimizer.rate:g}, {learning.regime}"


def taught(frame: Frame, width: int) -> list[Text]:
    """Target and loss of the timestep, the loss of the epoch, and the norm of the gradient of its update.

    Each is written whole or left out.
    """
    teaching, t, digits = frame.teaching, frame.t, frame.look.digits
    if teaching is None:
        return []
    epoch, more = free(teaching.walked.loss, digits + 2), mark(frame.look.ascii)
    if not t:
        phrases = [Phrase.of(LABEL, " loss of the epoch "), Phrase.of(PLAIN, epoch), *_judged(teaching, digits + 2)]
        return [written(fitting(width, phrases, more))]
    loss, norm = free(teaching.loss_at(t), digits + 2), free(teaching.update_at(t).norm, digits + 2)
    if frame.concealed(t):  # a cross-entropy is -log of the y that is asked for
        loss = norm = "?"
    at = f"   {Shown(frame).notation.at('loss', t)} "
    phrases = [
        Phrase(_target(teaching.target_at(t), frame, more), 2),
        Phrase((((at, LABEL), (loss, NOW), (" of ", LABEL), (epoch, PLAIN)), ((at, LABEL), (loss, NOW)))),
        Phrase(((("   |gradient| ", LABEL), (norm, PLAIN)),), 1),
    ]
    return [written(fitting(width, phrases, more))]


def _judged(teaching: Teaching, digits: int) -> list[Phrase]:
    """The loss of what judges the epoch, and both as they are a timestep on average."""
    learner, walked = teaching.learner, teaching.walked
    if learner.validation is None or walked.validation is None:
        return []
    name, loss = learner.validation.sequence.name, free(walked.validation, digits)
    means = [free(walked.loss / learner.share, digits), free(walked.validation / learner.validation.count, digits)]
    named, short = (f"   validation on {name} ", LABEL), ("   validation ", LABEL)
    return [
        Phrase(((named, (loss, PLAIN)), (short, (loss, PLAIN)))),
        Phrase.of(LABEL, f"   a timestep: {means[0]} and {means[1]}", rank=2),
    ]


def _target(target: Array, frame: Frame, more: str) -> tuple[tuple[Run, ...], ...]:
    """A target whole, in its names, or by the single name that it is, or a mark in its place; or that there is none."""
    word, readout = (" target ", LABEL), frame.run.readout
    if np.isnan(target).any():
        return ((word, ("none", PLAIN)),)
    numbers, called = [free(float(value), frame.look.digits) for value in target], Shown(frame).outcome
    named = readout is not None and readout.names
    alone = int(target.argmax()) if named and np.count_nonzero(target) == 1 and target.max() == 1 else None
    single = () if alone is None else ((word, (called(alone), PLAIN)),)
    if readout is not None and readout.by_number and single:
        return single
    texts = [f"{called(unit)} {number}" for unit, number in enumerate(numbers)] if named else numbers
    return ((word, (" ".join(texts), PLAIN)), *single, (word, (more, PLAIN)))
