"""The commands that play: the cursor moves on by the clock."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.stepper.here import Do, Here, Outcome
from rnn_tui.stepper.pace import SPEEDS


def play(here: Here, argument: str) -> Outcome:
    """Plays, from the start if the end is reached; or pauses."""
    session = here.session
    if not here.pace.playing and session.at == here.walk.last and here.walk.epoch == here.run.last_epoch:
        session = replace(session, at=0)
    return Outcome(session, pace=here.pace.turned())


def faster(by: int) -> Do:
    """Another speed."""

    def do(here: Here, argument: str) -> Outcome:
        pace = here.pace.faster(by)
        if pace.speed == here.pace.speed:
            return Outcome(here.session, f"{SPEEDS[pace.speed]:g} timesteps a second is the {_end(by)}")
        return Outcome(here.session, f"{SPEEDS[pace.speed]:g} timesteps a second", pace=pace)

    return do


def _end(by: int) -> str:
    return "fastest" if by > 0 else "slowest"
