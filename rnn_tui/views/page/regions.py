"""The rows that tables take."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.page.tables import lower, upper

WHOLE = 10**6
BROAD = 160
"""Columns from which both diagrams are there, however long the run."""


def table_rows(frame: Frame, width: int, height: int) -> tuple[int, int]:
    """The heights that the formula and the gates below it take, a blank line before the gates included."""
    still = replace(frame, t=frame.walk.last if frame.gaze.back else 0)
    whole = upper(still, width, height).height
    below = lower(still, width, height)
    if below is None:
        return min(whole, height), 0
    if whole + below.height + 1 <= height:
        return whole, below.height + 1
    half = min(whole, max(height * 2 // 3, 3))
    return half, max(min(below.height, height - half), 0)
