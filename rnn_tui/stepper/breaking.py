"""The commands of breakpoints: their list, and the way to the next and to the one before."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.errors import RangeError
from rnn_tui.session.model import Session
from rnn_tui.stepper.here import Ask, Do, Here, Look, Outcome
from rnn_tui.stepper.travel import whole


def breaks(here: Here, argument: str) -> Outcome:
    """The list of breakpoints, or with an argument one more, of the layer that is looked at."""
    session = here.session
    if not argument:
        ask = Ask("breakpoints", "breaks", "Breakpoints: stop where a condition holds")
        return Outcome(session, ask=ask)
    added = Breakpoint(argument, here.session.gaze.layer)
    added.condition(here.walk)
    return Outcome(replace(session, breaks=(*session.breaks, added)), f"stops where {added.text}")


def switch(here: Here, argument: str) -> Outcome:
    """A breakpoint, by its number from 0, switched off where it is on, and on where it is off."""
    index, old = _chosen(here, argument)
    new = replace(old, enabled=not old.enabled)
    session = _with(here.session, index, (new,))
    return Outcome(session, f"{new.text}: {'on' if new.enabled else 'off'}")


def remove(here: Here, argument: str) -> Outcome:
    """A breakpoint, by its number from 0, taken away."""
    index, old = _chosen(here, argument)
    return Outcome(_with(here.session, index, ()), f"{old.text}: removed")


def _chosen(here: Here, argument: str) -> tuple[int, Breakpoint]:
    every = here.session.breaks
    if not every:
        raise RangeError("", "", "there is no breakpoint")
    index = whole(argument, len(every) - 1)
    return index, every[index]


def _with(session: Session, index: int, other: tuple[Breakpoint, ...]) -> Session:
    return replace(session, breaks=(*session.breaks[:index], *other, *session.breaks[index + 1 :]))


def look(direction: int) -> Do:
    """On to the next timestep at which a breakpoint holds, or back to the one before."""

    def do(here: Here, argument: str) -> Outcome:
        enabled = [each for each in here.session.breaks if each.enabled]
        if not enabled:
            return Outcome(here.session, "no breakpoint is set: B sets one")
        refused = here.watch.refused
        if not here.watch.active:
            return Outcome(here.session, refused[enabled[0]])
        return Outcome(here.session, errand=Look(direction))

    return do


def arriving(here: Here, session: Session, t: int, reason: str) -> Outcome:
    """Stops at a timestep and says why."""
    arrived = tuple(sorted({*session.arrived, t}))
    return Outcome(replace(session, at=t, arrived=arrived), f"stopped at t = {t}: {reason}")
