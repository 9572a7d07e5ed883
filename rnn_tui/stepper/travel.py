"""The commands that travel in time: steps, jumps, marks, epochs, and the way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnn_tui.core.errors import RangeError
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.search import find_label
from rnn_tui.session.model import Place, Session
from rnn_tui.stepper.here import Ask, Do, Here, Outcome, Wait

NO_LEARNING = "the network does not learn: T makes it"
MOST_JUMPS = 200
"""Jumps that are remembered."""


def going(here: Here, session: Session, t: int, say: str = "") -> Outcome:
    """Goes to a timestep: at once where the run has passed it, else as soon as it has."""
    walk = here.to(session).walk
    t = min(max(t, 0), walk.last)
    if t <= walk.near:
        return Outcome(replace(session, at=t), say)
    return Outcome(session, say, errand=Wait(t))


def jumping(here: Here, t: int, say: str = "") -> Outcome:
    """Goes to a timestep, noting where one came from."""
    session = here.session
    if min(max(t, 0), here.walk.last) != session.at:
        session = noted(session)
    return going(here, session, t, say)


def noted(session: Session) -> Session:
    """A session that remembers to come back to where it is."""
    return replace(session, past=(*session.past, session.place)[-MOST_JUMPS:], future=())


def step(by: int) -> Do:
    """One timestep; past the end of an epoch into the next, before its start into the one before.

    On the way back the same keys walk from T to 1.
    """

    def do(here: Here, argument: str) -> Outcome:
        session, walk = here.session, here.walk
        if here.frame.back is not None:
            if session.at - by < 1:
                return Outcome(session, "this is the first timestep, where the way back ends; L turns round")
            return going(here, session, session.at - by)
        t = session.at + by
        if walk.teaching is not None:
            if t > walk.last and walk.epoch < here.run.last_epoch:
                return entered(here, walk.epoch + 1, 1)
            if t < 0 and walk.epoch > 1:
                return entered(here, walk.epoch - 1, len(walk))
        if t > walk.last and walk.last < len(walk):
            return Outcome(session, f"learning stops at t = {walk.last}: a number is not finite")
        return going(here, session, t)

    return do


def entered(here: Here, epoch: int, t: int) -> Outcome:
    """Another epoch, at a timestep; one that is far from learned, as soon as it is. Raises RangeError for none such."""
    last = here.run.last_epoch
    if not 1 <= epoch <= last:
        raise RangeError("", "", f"there is no epoch {epoch}", f"there are 1 to {last}")
    if here.run.soon(epoch) < epoch:
        return Outcome(here.session, f"goes to epoch {epoch} as soon as it is learned", errand=Wait(t, epoch))
    session = replace(here.session, epoch=epoch, arrived=())
    return going(here, session, t)


def epoch(by: int) -> Do:
    """The next epoch, or the one before, at the same timestep."""

    def do(here: Here, argument: str) -> Outcome:
        if here.run.learner is None:
            return Outcome(here.session, NO_LEARNING)
        wanted = here.walk.epoch + by
        if not 1 <= wanted <= here.run.last_epoch:
            return Outcome(here.session, f"this is the {'last' if by > 0 else 'first'} epoch")
        return entered(here, wanted, here.session.at)

    return do


def epoch_picked(here: Here, argument: str) -> Outcome:
    """An epoch by its number."""
    return entered(here, int(argument), here.session.at)


def timestep_picked(here: Here, argument: str) -> Outcome:
    """A timestep by its number, as a jump."""
    return jumping(here, int(argument))


def first(here: Here, argument: str) -> Outcome:
    """To t = 0."""
    return jumping(here, 0)


def last(here: Here, argument: str) -> Outcome:
    """To T."""
    return jumping(here, len(here.walk))


def go_to(here: Here, argument: str) -> Outcome:
    """To a timestep by its number."""
    end = here.walk.last
    if not argument:
        return Outcome(here.session, ask=Ask("go_to", "line", f"Go to timestep (0 to {end})"))
    return jumping(here, whole(argument, end))


def whole(text: str, most: int, least: int = 0) -> int:
    """A whole number of `least` to `most`. Raises RangeError."""
    short = text.isascii() and text.isdecimal() and len(text) < 19
    if not short or not least <= int(text) <= most:
        raise RangeError("", "", f"a number from {least} to {most} is needed")
    return int(text)


def find(here: Here, argument: str) -> Outcome:
    """To the next timestep with a label."""
    if not argument:
        label = here.walk.sequence.label(here.session.at) if here.session.at else ""
        return Outcome(here.session, ask=Ask("find", "line", "Find the next timestep with this label", label))
    t = find_label(here.walk.sequence, argument, here.session.at)
    if t is None:
        raise RangeError("", "", f"no label is or contains {argument!r}")
    return jumping(here, t)


def mark(here: Here, argument: str) -> Outcome:
    """Marks the timestep with a letter."""
    session = here.session
    if not argument:
        return Outcome(session, ask=Ask("mark", "letter", f"Mark t = {session.at}: press a letter"))
    marks = {**dict(session.marks), argument: session.at}
    return Outcome(replace(session, marks=tuple(sorted(marks.items()))), f"marked t = {session.at} as {argument}")


def jump(here: Here, argument: str) -> Outcome:
    """To a mark."""
    marks = dict(here.session.marks)
    if not argument:
        known = ", ".join(f"{letter}: t = {t}" for letter, t in here.session.marks) or "none is set"
        return Outcome(here.session, ask=Ask("jump", "letter", f"Jump to a mark ({known}): press its letter"))
    if argument not in marks:
        return Outcome(here.session, f"there is no mark {argument}")
    return jumping(here, marks[argument])


def jump_back(here: Here, argument: str) -> Outcome:
    """Back to where one jumped from."""
    session = here.session
    if not session.past:
        return Outcome(session, "there is no jump to go back from")
    future = (*session.future, session.place)
    return returning(here, replace(session, past=session.past[:-1], future=future), session.past[-1])


def jump_forward(here: Here, argument: str) -> Outcome:
    """Forward again."""
    session = here.session
    if not session.future:
        return Outcome(session, "there is no jump to go forward to")
    past = (*session.past, session.place)
    return returning(here, replace(session, future=session.future[:-1], past=past), session.future[-1])


def returning(here: Here, session: Session, place: Place) -> Outcome:
    """To where one was: timestep and epoch, layer and number; the diagram and what the timeline shows stay."""
    gaze, now = place.gaze, session.gaze
    gaze = replace(gaze, diagram=now.diagram, weights=now.weights, trace=now.trace)
    if place.epoch != session.epoch:
        session = replace(session, epoch=place.epoch, arrived=())
    return going(here, replace(session, gaze=gaze), place.at)


def scrub(by: int) -> Do:
    """One column of the timeline: the timesteps that it stands for."""

    def do(here: Here, argument: str) -> Outcome:
        column = max(len(here.walk) // max(here.columns, 1), 1)
        return jumping(here, here.session.at + by * column)

    return do


def way_back(here: Here, argument: str) -> Outcome:
    """Turns round: from the last timestep that has a target the same keys walk the gradients back; again, forwards."""
    session = here.session
    if here.run.learner is None:
        return Outcome(session, NO_LEARNING)
    back = not session.gaze.back
    gaze = replace(session.gaze.unselected, back=back, maps=False, gate=0, weights="used")
    turned = here.to(replace(session, gaze=gaze))
    if not back:
        return Outcome(turned.session)
    last = turned.walk.last
    there = np.flatnonzero(known_rows(here.run.learner.targets)[:last])
    begin = int(there[-1]) + 1 if there.size else last
    say = f"the way back begins at t = {begin}, the last with a target" if begin < session.at else ""
    return replace(jumping(turned, begin), say=say)


def reset(here: Here, argument: str) -> Outcome:
    """To t = 0 of the first epoch, with the same weights; marks and jumps are forgotten."""
    session = replace(here.session, at=0, epoch=1, arrived=(), marks=(), past=(), future=())
    return Outcome(session, pace=replace(here.pace, playing=False))
