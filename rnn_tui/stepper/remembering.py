"""The commands about the memory: who wrote the selected number, to a timestep that wrote it, and to its last change."""

from __future__ import annotations

import math
from dataclasses import replace

from rnn_tui.core.errors import RangeError
from rnn_tui.core.writers import Writer
from rnn_tui.session.model import Focus, Session
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.gazing import explained, leave
from rnn_tui.stepper.here import Ask, Do, Here, Outcome
from rnn_tui.stepper.keys import key_name
from rnn_tui.stepper.memories import changed, picked, remembered, selected, writers
from rnn_tui.stepper.travel import noted

MEMORY = "memory"
WHO, LAST, AMOUNT = "I", "number_sign", "F"
"""The keys: who wrote a number, to its last change, and what counts as one."""
END = "the others are not told one by one; up goes back"
START = "this is the first of the writers"


def memory(here: Here, argument: str) -> Outcome:
    """Who wrote the selected number; again, back to the tables."""
    session, frame = here.session, here.frame
    if frame.gaze.zoom == MEMORY:
        return Outcome(replace(session, gaze=leave(frame)))
    found = remembered(frame)
    if isinstance(found, str):
        return Outcome(session, found)
    number, _ = found
    operation = [equation.target for equation in frame.cell.equations].index(number.state)
    gaze = replace(frame.gaze, zoom=MEMORY, operation=operation, maps=False, scroll=0, alone=False, back=False)
    return Outcome(replace(session, gaze=gaze))


def told(frame: Frame) -> bool:
    """Whether it is told who wrote the selected number."""
    return frame.gaze.zoom == MEMORY and writers(frame) is not None


def pick(by: int, otherwise: Do) -> Do:
    """The next of the writers, or the one before, where they are told; else what the key does otherwise."""

    def do(here: Here, argument: str) -> Outcome:
        session, frame = here.session, here.frame
        if frame.gaze.zoom != MEMORY:
            return otherwise(here, argument)
        every = writers(frame)
        if every is None:
            return Outcome(session, str(remembered(frame)))
        wanted = picked(frame) + by
        if not 0 <= wanted < len(every.writers):
            return Outcome(session, END if by > 0 else START)
        return Outcome(replace(session, gaze=replace(frame.gaze, scroll=wanted)))

    return do


def visit(here: Here) -> Outcome:
    """To the timestep of the writer that is picked; at that timestep, into the arithmetic of what is written."""
    session, frame = here.session, here.frame
    t = _picked(frame).t
    if t == frame.t:
        return Outcome(replace(session, gaze=explained(frame, _focus(frame))))
    if t > frame.walk.last:
        return Outcome(session, "this is what the layer begins with, before the last timestep")
    return Outcome(_gone(session, frame, t))


def last(here: Here, argument: str) -> Outcome:
    """To the last timestep at which the selected state changed by more than what counts as a change."""
    session, frame = here.session, here.frame
    found = selected(frame)
    if isinstance(found, str):
        return Outcome(session, found)
    t = changed(frame, found)
    if t is None:
        return Outcome(session, f"no change over {frame.gaze.change:g} before; {AMOUNT} says what counts as one")
    return Outcome(_gone(session, frame, t))


def amount(here: Here, argument: str) -> Outcome:
    """By how much a state must change for that to be a change."""
    session = here.session
    if not here.frame.cell.states:
        return Outcome(session, "this layer has no state")
    if not argument:
        title = "What counts as a change of a state: more than"
        return Outcome(session, ask=Ask("change_over", "line", title, repr(session.gaze.change)))
    try:
        wanted = float(argument)
    except ValueError:
        wanted = math.nan
    if not 0 <= wanted < math.inf:
        raise RangeError("", "", f"{argument.strip()[:20]!r} is no number of 0 or more", "write one like 0.05")
    session = replace(session, gaze=replace(session.gaze, change=wanted + 0.0))
    return Outcome(session, f"a change is one by more than {wanted:g}; {key_name(LAST)} goes to the last")


def hint(frame: Frame) -> str:
    """What enter does where the writers are told, in the footer's words."""
    t = _picked(frame).t
    return "where from" if t == frame.t else "" if t > frame.walk.last else f"to t = {t}"


def words(frame: Frame) -> dict[str, str]:
    """The footer's words of the commands that are about the memory, and of those that do something else there."""
    if told(frame):
        return {"into": "next writer", "out": "writer before", "leave": "tables", "last_change": "last change"}
    if frame.gaze.zoom == MEMORY:
        return {"into": "", "out": ""}
    able = frame.gaze.focus is not None and not isinstance(remembered(frame), str)
    return {"memory": "who wrote it"} if able else {}


def _picked(frame: Frame) -> Writer:
    """The writer that is picked, where they are told."""
    every = writers(frame)
    assert every is not None
    return every.writers[picked(frame)]


def _focus(frame: Frame) -> Focus:
    """The selected number as one of the timestep that it is gone to."""
    focus = frame.gaze.focus
    assert focus is not None
    return replace(focus, offset=0)


def _gone(session: Session, frame: Frame, t: int) -> Session:
    """At another timestep, with the same number selected, noting where one came from."""
    return replace(noted(session), at=t, gaze=replace(frame.gaze, focus=_focus(frame), scroll=0))
