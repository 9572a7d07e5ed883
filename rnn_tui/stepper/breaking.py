"""The commands of breakpoints: their list, the hits of each, and the way to the next and to the one before."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from rnn_tui.core.breakpoints import Breakpoint, Watch
from rnn_tui.core.errors import RangeError
from rnn_tui.session.model import Session
from rnn_tui.stepper.here import Ask, Do, Here, Look, Outcome
from rnn_tui.stepper.travel import jumping, whole

MOST_ROWS = 200
"""Rows of a list of hits, around where one is."""


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
    """A breakpoint, by its number from 0, switched off where it is on, and on where it is off and fits the run."""
    index, old = _chosen(here, argument)
    new = replace(old, enabled=not old.enabled)
    if new.enabled:
        new.condition(here.walk)
    session = _with(here.session, index, (new,))
    return Outcome(session, f"{new.text}: {'on' if new.enabled else 'off'}")


def remove(here: Here, argument: str) -> Outcome:
    """A breakpoint, by its number from 0, taken away."""
    index, old = _chosen(here, argument)
    return Outcome(_with(here.session, index, ()), f"{old.text}: removed")


def hits(here: Here, argument: str) -> Outcome:
    """The list of the hits of a breakpoint, by its number from 0."""
    index, each = _chosen(here, argument)
    found = here.watch.found(each)
    if found is None:
        return Outcome(here.session, here.watch.refused[each])
    if not found.count and found.looked == here.walk.last:
        return Outcome(here.session, f"{each.text} holds nowhere in this run")
    return Outcome(here.session, ask=Ask("hit", "hits", f"Hits of {each.text}", str(index)))


def hit(here: Here, argument: str) -> Outcome:
    """To a hit of a breakpoint, by its number from 0 and the timestep: ``0 12``."""
    number, _, t = argument.partition(" ")
    each = replace(_chosen(here, number)[1], enabled=True)
    at, alone = whole(t, here.walk.last), Watch(here.walk, (each,))
    if not alone.holds(each, at):
        raise RangeError("", "", f"{each.text} does not hold at t = {at}")
    return arriving(here, jumping(here, at).session, at, alone.reason(at))


def counting(here: Here, seconds: float) -> bool:
    """Counts the hits of all breakpoints for a while, on into what the run has not passed yet. False at the end.

    Raises:
        InputError: the run cannot go on.
    """
    end = time.monotonic() + seconds
    every = [found for each in here.session.breaks if (found := here.watch.found(each)) is not None]
    while every and (sum(found.on() for found in every) or _passing(here)):
        if time.monotonic() >= end:
            return True
    return False


def _passing(here: Here) -> bool:
    """Passes a little more of the run; False where there is no more of it."""
    if here.walk.teaching is not None or here.run.over:
        return False
    here.run.advance()
    return True


def counted(here: Here, each: Breakpoint) -> str:
    """How often a breakpoint holds as far as one has counted, or why it cannot be asked, in a few words."""
    found = here.watch.found(each)
    if found is None:
        return here.watch.refused[each]
    count = f"{found.count} {'hit' if found.count == 1 else 'hits'}"
    times = f", t = {found.first}" + (f" to {found.last}" if found.last > found.first else "") if found.count else ""
    last, ready = here.walk.last, here.walk.ready
    if found.looked == ready < last and here.run.over:
        return f"{count}{times}, up to t = {ready}, where the run stops"
    return f"{count}{times}" + (f", {100 * found.looked // last}% searched" if found.looked < last else "")


def hit_rows(here: Here, index: int) -> tuple[list[tuple[str, int]], int]:
    """The hits of a breakpoint found so far, by its number from 0, a row for each and for those without a gap.

    Where there are many, those around the cursor, the first and the last.

    Returns:
        The rows, each what it says and its timestep, 0 where it says how many are left out; and which of them is the
        next hit after the cursor, or the last.
    """
    found = here.watch.found(here.session.breaks[index])
    if found is None or not found.count:
        return [], 0
    first, last = found.spans()
    here_at = min(int(np.searchsorted(first, here.session.at, "right")), len(first) - 1)
    begin = max(min(here_at - MOST_ROWS // 2, len(first) - MOST_ROWS), 0)
    shown = [*{0: None} | dict.fromkeys(range(begin, min(begin + MOST_ROWS, len(first)))) | {len(first) - 1: None}]
    rows: list[tuple[str, int]] = []
    chosen = 0
    for before, at in zip([-1, *shown], shown, strict=False):
        if at == here_at:
            chosen = len(rows) + (at > before + 1)
        if at > before + 1:
            rows.append((f"... {at - before - 1} more", 0))
        rows.append((_span(here, int(first[at]), int(last[at])), int(first[at])))
    return rows, chosen


def _span(here: Here, first: int, last: int) -> str:
    """Hits without a gap between."""
    label = here.walk.sequence.label(first)
    if last > first:
        return f"t = {first} to {last}  {last - first + 1} hits"
    return f"t = {first}" + (f"  {label!r}" if label else "")


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
