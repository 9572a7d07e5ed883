"""The two rows of tables: the equation and all that it computes, or on the way back the gradients."""

from __future__ import annotations

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.learning.gradient_tables import state_gradients, weight_gradients
from rnn_tui.views.sheet.rows import Row


def upper(frame: Frame, width: int, height: int) -> Row:
    """The shown equation, or dL/ds_t as its two parts."""
    if frame.back is not None:
        return state_gradients(frame, frame.back, width, height)
    return formula(frame, width, height)


def lower(frame: Frame, width: int, height: int) -> Row | None:
    """All that a cell of several sums computes, or dL/dW; None where that is nothing."""
    if frame.back is not None:
        return weight_gradients(frame, frame.back, width, height)
    return gates(frame, width, height)
