"""What gives the x of a layer, in words, and whether it may be told."""

from __future__ import annotations

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown


def foretold(frame: Frame, t: int) -> bool:
    """Whether x at t is made of what y said at a timestep of which a number must not be shown yet."""
    return frame.walk.generated(t) and any(hidden < t for _, hidden, _ in frame.hidden)


def giver(shown: Shown) -> str:
    """The layer below, the sequence, or y of the timestep before, and how."""
    frame, voice = shown.frame, shown.frame.run.voice
    if not frame.reads_sequence:
        return "The layer below gives it: its y."
    if voice is None or not frame.walk.generated(frame.t):
        return "The sequence gives it."
    before, order = shown.notation.at("y", frame.t - 1), voice.orders[frame.t > voice.given]
    if not voice.letters:
        return f"Generated: it is {before}."
    how = "drawn from" if order is not None and order.temperature else "most likely in"
    return f"Generated: the letter {how} {before}."
