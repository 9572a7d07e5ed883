"""What takes longer than a key may: where one goes as soon as it is there, and what is said of it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.session.model import Session
from rnn_tui.stepper.here import Here, Wait

Errand = Wait | Iterator[int | None] | None
"""A timestep or an epoch one waits for, a search, or nothing."""


def put_off(here: Here) -> tuple[Session, Wait] | None:
    """Of a session in an epoch that is far from learned: the one to be in until it is, and what it then waits for; None
    where it is there."""
    wanted, run = here.session, here.run
    walk = here.walk
    if walk.epoch >= min(wanted.epoch, run.last_epoch):
        return None
    return replace(wanted, epoch=walk.epoch, at=min(wanted.at, walk.last)), Wait(wanted.at, wanted.epoch)


def arrived(here: Here, wait: Wait) -> tuple[Session, str] | None:
    """Where one waits to go, or has come to where the run breaks before, and what is to be said; None while it is not
    there."""
    session, run = here.session, here.run
    if wait.epoch:
        last = run.last_epoch
        if (not run.over and run.progress[0] < wait.epoch) or run.soon(min(wait.epoch, last)) < min(wait.epoch, last):
            return None
        there = here.to(replace(session, epoch=min(wait.epoch, last), arrived=()))
        say = f"learning stops in epoch {last}: a number is not finite" if wait.epoch > last else ""
        return replace(there.session, at=min(wait.t, there.walk.last)), say
    walk, broken = here.walk, here.walk.tape.broken
    if broken is None:
        return None if walk.ready < wait.t else (replace(session, at=wait.t), "")
    say = f"t = {broken}: a number is not finite, the run stops here" if broken < wait.t else ""
    return replace(session, at=min(wait.t, broken)), say


def going_on(here: Here, errand: Errand, rests: bool) -> str:
    """What is going on: a search, or how the run is passed or learned; of what learns, whether that `rests`."""
    run, (done, whole) = here.run, here.run.progress
    if isinstance(errand, Iterator):
        return "searching"
    if run.learner is not None:
        broken = run.learner.broken
        if broken is not None:
            return f"not finite in epoch {broken[0]} at t = {broken[1]}"
        if done == whole:
            return ""
        return "learning rests" if rests else f"learning to epoch {errand.epoch}" if errand else "learning"
    if here.walk.tape.broken is not None:
        return f"not finite at t = {here.walk.tape.broken}"
    if done < whole and here.walk.tape.chunks > 1:  # one chunk is there before anybody has read that it runs
        return f"running {done / whole:.0%}" + (f" to t = {errand.t}" if errand else "")
    return ""
