"""The commands of whoever teaches: a stop by its number, speaker's notes, a dark screen, one table for the back row,
a number kept back."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.stepper import gazing, lessons
from rnn_tui.stepper.command import LESSON, Command, ordering
from rnn_tui.stepper.gazing import looking
from rnn_tui.stepper.here import Ask, Here, Outcome
from rnn_tui.stepper.secrets import origin


def notes(here: Here, argument: str) -> Outcome:
    """What is there to be said at this stop."""
    lesson = here.session.lesson
    if lesson is None:
        return Outcome(here.session, lessons.NO_LESSON)
    if not lesson.here.notes.strip():
        return Outcome(here.session, "this stop has no notes")
    noted = lessons.noted_of(here)
    assert noted is not None
    ask = Ask("notes", "notes", f"Notes to stop {noted.number} of {noted.count}: {noted.title}", noted.notes)
    return Outcome(here.session, ask=ask)


def hide(here: Here, argument: str) -> Outcome:
    """Shows the selected number as ``?``, with all that is the same number; again, shows it."""
    session, frame = here.session, here.frame
    focus = frame.gaze.focus
    if focus is None:
        return Outcome(session, "select the number first: enter")
    if focus.offset is None or focus.gradient:
        what = "a gradient" if focus.gradient else "a weight"
        return Outcome(session, f"this is {what}; a number of a timestep can be hidden")
    t = frame.when(focus.offset)
    if not 1 <= t <= len(frame.walk):
        return Outcome(session, "this is before the first sample; a number of a timestep can be hidden")
    own = origin(frame.walk, frame.index, focus.name, t, focus.row)
    others = tuple(each for each in session.hidden if origin(frame.walk, frame.index, *each) != own)
    if others != session.hidden:
        return Outcome(replace(session, hidden=others))
    if frame.secret(focus.name, t, focus.row):
        return Outcome(session, "the question is about this number; a answers it")
    return Outcome(replace(session, hidden=(*others, (focus.name, t, focus.row))))


LECTURE = (
    Command(
        "go_to_stop",
        ("colon",),
        "Go to a stop by its number",
        lessons.go_to,
        "go to",
        6,
        LESSON,
        "this is that stop, in its own state",
    ),
    Command("notes", ("S",), "Notes of the speaker to this stop", notes, when=LESSON),
    Command("blank", ("full_stop", "b"), "Darken the screen; any key brings it back", ordering("blank")),
    Command("alone", ("f",), "The table selected alone, large, for the back row; escape leaves", looking(gazing.alone)),
    Command("hide", ("M",), "Hide the selected number as ?; again: show it", hide),
)
"""What is added to the table of commands."""
