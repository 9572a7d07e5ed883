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
    still = still_of(frame)
    whole = upper(still, width, height).height
    below = lower(still, width, height)
    if below is None:
        return min(whole, height), 0
    if whole + below.height + 1 <= height:
        return whole, below.height + 1
    half = min(whole, max(height * 2 // 3, 3))
    return half, max(min(below.height, height - half), 0)


def blank_before(frame: Frame, width: int, height: int) -> int:
    """How many of the rows of the gates are the blank line before them: 1, but none where they are whole without it."""
    if height <= 2:
        return 0
    still = still_of(frame)
    without = lower(still, width, height)
    if without is None or not without.whole:
        return 1
    below = lower(still, width, height - 1)
    return int(below is None or below.whole)


def still_of(frame: Frame) -> Frame:
    """The frame at the timestep after which the tables take their places."""
    return replace(frame, t=frame.walk.last if frame.gaze.back else 0)
