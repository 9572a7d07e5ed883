"""The commands of a lesson: from stop to stop, answering, and its own state; and predicting anywhere."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.texts import one_line
from rnn_tui.lessons import lesson_names, lesson_path
from rnn_tui.session.model import Lesson, Look, Session
from rnn_tui.stepper.gazing import explained
from rnn_tui.stepper.here import Ask, Do, Here, Outcome
from rnn_tui.stepper.lesson_text import Noted, Told, told, whole
from rnn_tui.stepper.predicting import answered, asking, looked_at
from rnn_tui.stepper.quiz import Answer, hint, judged, secrets_of
from rnn_tui.stepper.travel import whole as whole_number

NO_LESSON = "this is no lesson: O lists those there are"


def at_stop(lesson: Lesson) -> Session:
    """The lesson's own state at the stop one is at."""
    return replace(lesson.here.session, lesson=lesson)


def stopped(session: Session, number: int) -> Session:
    """A lesson at one of its stops, from 1. Raises RangeError where there is none such."""
    lesson = session.lesson
    count = 0 if lesson is None else len(lesson.stops)
    if lesson is None or not 1 <= number <= count:
        hint = f"there are 1 to {count}" if count else "this is no lesson"
        raise RangeError("", "", f"there is no stop {number}", hint, "stop")
    return at_stop(replace(lesson, stop=number - 1, page=0, over=False))


def stop(by: int) -> Do:
    """The next page of what the stop says, and after its last page the next stop; or the one before."""

    def do(here: Here, argument: str) -> Outcome:
        lesson = here.session.lesson
        if lesson is None:
            return Outcome(here.session, NO_LESSON)
        pages = pages_of(here, lesson)
        page = min(lesson.page, pages - 1) + by  # it may have been turned on a smaller screen
        if 0 <= page < pages:
            return Outcome(replace(here.session, lesson=replace(lesson, page=page)))
        there = min(max(lesson.stop + by, 0), len(lesson.stops) - 1)
        if there == lesson.stop:
            return _ended(here, lesson) if by > 0 else Outcome(here.session, "this is the first stop")
        lesson = replace(lesson, stop=there, page=0, over=False)
        if by < 0:
            lesson = replace(lesson, page=pages_of(here, lesson) - 1)
        return Outcome(at_stop(lesson), pace=replace(here.pace, playing=False))

    return do


def pages_of(here: Here, lesson: Lesson) -> int:
    """On how many pages of the screen the stop stands that a lesson is at."""
    return here.pages(_told(here, lesson))


def going_on(here: Here, told: Told | None = None) -> str:
    """The word of the key that goes on in a lesson; `told` is what its panel says, where that is known already."""
    lesson = here.session.lesson
    more = lesson is not None and lesson.page + 1 < here.pages(told or _told(here, lesson))
    return "next page" if more else "next"


def _ended(here: Here, lesson: Lesson) -> Outcome:
    """What comes after the last stop: the next lesson, which is said first."""
    if not lesson.next:
        return Outcome(here.session, "this is the last stop; O lists the lessons, H leaves this one")
    if not lesson.over:
        session = replace(here.session, lesson=replace(lesson, over=True))
        return Outcome(session, f"the lesson ends here; once more opens the next one, {lesson.next}")
    return lessons(here, lesson.next)


def lessons(here: Here, argument: str) -> Outcome:
    """A built-in lesson, from which one can come back to where one is now."""
    session = here.session
    if not argument:
        return Outcome(session, ask=Ask("lessons", "lessons", "Lessons: a text beside the live app"))
    if argument not in lesson_names():
        raise InputError("", "", f"there is no lesson {argument!r}", "known are " + ", ".join(lesson_names()))
    from rnn_tui.session.file import read_session

    look, home = session.look, session if session.lesson is None else session.lesson.home
    opened = read_session(lesson_path(argument)).everywhere(lambda each: _drawn_as(each, look))
    assert opened.lesson is not None
    opened = replace(opened, lesson=replace(opened.lesson, home=home))
    return Outcome(opened, f"{argument}: H goes back to where you were", pace=replace(here.pace, playing=False))


def _drawn_as(session: Session, look: Look) -> Session:
    """A session drawn with the characters and colours that another one is."""
    return replace(session, look=replace(session.look, ascii=look.ascii, signs=look.signs, theme=look.theme))


def home(here: Here, argument: str) -> Outcome:
    """Out of the lesson: to the session that it was opened from, or to the one that opens without a word."""
    lesson = here.session.lesson
    if lesson is None:
        return Outcome(here.session, NO_LESSON)
    session = lesson.home or _drawn_as(Session(), here.session.look)
    return Outcome(session, "out of the lesson; O lists them all", pace=replace(here.pace, playing=False))


def own_state(here: Here, argument: str) -> Outcome:
    """Back to the lesson's own state."""
    lesson = here.session.lesson
    if lesson is None:
        return Outcome(here.session, NO_LESSON)
    return Outcome(at_stop(lesson), pace=replace(here.pace, playing=False))


def answer(here: Here, argument: str) -> Outcome:
    """Answers the question of the stop, and reveals with the arithmetic of the number open.

    One that is answered is asked anew, for whoever comes next: the answer is forgotten and the number hidden again.
    """
    session = here.session
    question = session.lesson.here.question if session.lesson is not None else None
    if session.lesson is None or question is None:
        return Outcome(session, "nothing is asked here" if session.lesson is not None else NO_LESSON)
    lesson = session.lesson
    others = tuple(each for each in lesson.answers if each[0] != lesson.stop)
    if not argument:
        ask = Ask("answer", "line", question.text + hint(question), secrets=secrets_of(question))
        return Outcome(session if lesson.asking else at_stop(replace(lesson, answers=others)), ask=ask)
    argument = one_line(argument)
    own = here.to(lesson.here.session).frame
    found = judged(question, argument, own.walk, own.index, own.t)
    return revealed(here, at_stop(replace(lesson, answers=(*others, (lesson.stop, argument)))), found)


def answering(lesson: Lesson | None) -> str:
    """The word of the key that answers; empty where nothing is asked."""
    if lesson is None or lesson.here.question is None:
        return ""
    return "answer" if lesson.asking is not None else "ask again"


def go_to(here: Here, argument: str) -> Outcome:
    """To a stop by its number."""
    lesson = here.session.lesson
    if lesson is None:
        return Outcome(here.session, NO_LESSON)
    count = len(lesson.stops)
    if not argument:
        return Outcome(here.session, ask=Ask("go_to_stop", "line", f"Go to stop (1 to {count})"))
    return Outcome(stopped(here.session, whole_number(argument, count, 1)), pace=replace(here.pace, playing=False))


def predict(here: Here, argument: str) -> Outcome:
    """Asks for what is worth asking of the next timestep before it is shown."""
    session = here.session
    if not argument:
        t = session.at + 1
        if t > here.walk.last:
            return Outcome(session, "there is no timestep after this one")
        there = replace(session, at=t, gaze=looked_at(here.frame))
        asked = asking(here.to(there).frame)
        return Outcome(there, ask=Ask("predict", "line", asked.title, secrets=asked.secrets))
    found = answered(here.frame, argument)
    right, count = session.predicted[0] + found.right, session.predicted[1] + 1
    session = replace(session, predicted=(right, count))
    return replace(revealed(here, session, found), say=f"{found.verdict}   {right} of {count} right so far")


def revealed(here: Here, session: Session, found: Answer) -> Outcome:
    """The number that was asked for, and where it comes from."""
    if found.focus is None:
        return Outcome(session)
    gaze = session.gaze
    if found.layer and found.layer != here.to(session).frame.index + 1:
        gaze = replace(gaze.unselected, layer=found.layer, gate=0)
    there = replace(session, at=found.t, gaze=gaze)
    frame = here.to(there).frame
    focus = found.focus
    if focus.offset == 0 and frame.back is None:
        focus = replace(focus, name=frame.cell.copies(focus.name)[-1])  # the sum that made it, not that y is s
    return Outcome(replace(there, gaze=explained(frame, focus)))


def verdict_of(here: Here, lesson: Lesson, number: int) -> Answer | None:
    """What was said to the answer at a stop, or None; an answer that cannot be judged any more is none."""
    given, question = dict(lesson.answers).get(number), lesson.stops[number].question
    if given is None or question is None:
        return None
    own = here.to(lesson.stops[number].session).frame
    try:
        return judged(question, given, own.walk, own.index, own.t)
    except InputError:
        return None


def noted_of(here: Here) -> Noted | None:
    """The notes to the stop that one is at, or None where there is no lesson; with the numbers that are shown."""
    lesson = here.session.lesson
    if lesson is None:
        return None
    following = [stop.title for stop in lesson.stops[lesson.stop + 1 :]][:1]
    words = whole(lesson.here.notes, here.to(lesson.here.session).frame) if lesson.here.notes.strip() else ""
    return Noted(lesson.stop + 1, len(lesson.stops), lesson.here.title, words, "".join(following))


def open_notes(here: Here) -> Noted | None:
    """The same for the speaker alone: nothing in them is kept back."""
    session = here.session.everywhere(lambda each: replace(each, hidden=()))
    return noted_of(replace(here, session=session, secrets=()))


def told_of(here: Here) -> Told | None:
    """What the panel of the lesson says, or None where there is no lesson."""
    lesson = here.session.lesson
    return None if lesson is None else _told(here, lesson)


def _told(here: Here, lesson: Lesson) -> Told:
    count, found = len(lesson.stops), verdict_of(here, lesson, lesson.stop)
    verdict = "" if found is None else found.verdict
    if verdict and lesson.stop == count - 1:
        every = [verdict_of(here, lesson, number) for number, _ in lesson.answers]
        given = [each for each in every if each is not None]
        verdict += f"   Score: {sum(each.right for each in given)} of {len(given)}."
    return told(lesson.here, lesson.stop + 1, count, _own(here, lesson).frame, verdict, lesson.page)


def _own(here: Here, lesson: Lesson) -> Here:
    """A stop's own state; of another stop than one is at, with what its own question hides."""
    own, now = here.to(lesson.here.session), here.session.lesson
    if now is not None and now.stop == lesson.stop:
        return own
    return replace(own, secrets=() if lesson.asking is None else secrets_of(lesson.asking))
