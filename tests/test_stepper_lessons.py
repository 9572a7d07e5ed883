"""Lessons opened from the app: their list, the one that follows, and the way back to one's own session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from driven import Driven
from stepping import LEARNING, lesson, lesson_of, stepping

from rnn_tui.app import RnnApp
from rnn_tui.core.errors import InputError
from rnn_tui.lessons import lesson_names, lesson_notes
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Gaze, Lesson, Look, Session, Stop

COURSE = ["what-is-rnn", "output-or-state", "how-to-build-r", "truncated-bptt", "vanishing-gradients"]


def test_the_lessons_are_listed_in_the_order_in_which_they_follow_one_another() -> None:
    assert list(lesson_notes()) == COURSE
    assert set(COURSE) == set(lesson_names())
    assert lesson_notes()["output-or-state"] == "What PyTorch, Keras and the textbooks call the same numbers."


def test_the_end_of_a_lesson_opens_the_next_said_first_and_home_is_where_one_began() -> None:
    begun = replace(LEARNING, at=3, epoch=2, gaze=Gaze(layer=1))
    stepper = stepping(begun)
    stepper.do("lessons", COURSE[0])
    for number, name in enumerate(COURSE):
        stops = lesson_of(stepper.session).stops
        assert [stop.title for stop in stops] == [stop.title for stop in lesson_of(lesson(name)).stops]
        for stop in range(1, len(stops)):
            stepper.press("pagedown")
            assert lesson_of(stepper.session).stop == stop
        stepper.press("pagedown")
        assert (lesson_of(stepper.session).stops, lesson_of(stepper.session).stop) == (stops, len(stops) - 1)
        if number + 1 < len(COURSE):
            assert stepper.notice == f"the lesson ends here; once more opens the next one, {COURSE[number + 1]}"
            stepper.press("pagedown")
    assert stepper.notice == "this is the last stop; O lists the lessons, H leaves this one"
    stepper.press("H")
    assert stepper.session == begun


def test_the_end_is_said_again_where_one_has_gone_back_before() -> None:
    stepper = stepping(lesson("output-or-state"))
    last = len(lesson_of(stepper.session).stops) - 1
    for key in (*["pagedown"] * (last + 1), "pageup", "pagedown", "pagedown"):
        stepper.press(key)
    assert "once more opens the next one" in stepper.notice
    assert lesson_of(stepper.session).stop == last


def test_a_lesson_that_was_opened_by_itself_is_left_for_the_sample_and_its_characters_stay() -> None:
    plain = lesson("what-is-rnn").everywhere(lambda each: replace(each, look=replace(each.look, ascii=True)))
    stepper = stepping(plain)
    stepper.do("lessons", "truncated-bptt")
    assert {stop.session.look.ascii for stop in lesson_of(stepper.session).stops} == {True}
    stepper.press("H")
    assert stepper.session == Session(look=Look(ascii=True))


def test_outside_a_lesson_there_is_none_to_leave_and_an_unknown_one_is_not_opened() -> None:
    stepper = stepping(Session())
    stepper.press("H")
    assert (stepper.session, stepper.notice) == (Session(), "this is no lesson: O lists those there are")
    with pytest.raises(InputError, match=r"there is no lesson 'what'; known are how-to-build-r, output-or-state"):
        stepper.do("lessons", "what")


def test_what_comes_after_a_lesson_is_in_its_file() -> None:
    begun = Session(lesson=Lesson((Stop("one", "", Session()),), next="truncated-bptt"))
    again = parse_session(session_text(begun))
    assert again.lesson is not None
    assert again.lesson.next == "truncated-bptt"
    text = 'version = 1\nnext = "truncated-bppt"\n[[stops]]\ntitle = "one"\n'
    with pytest.raises(InputError, match=r"next = 'truncated-bppt' is not known; did you mean truncated-bptt\?"):
        parse_session(text)
    with pytest.raises(InputError, match=r"next is of a lesson, and there are no \[\[stops\]\]"):
        parse_session('version = 1\nnext = "truncated-bptt"\n')


async def test_a_lesson_is_chosen_from_the_list_and_left_again() -> None:
    app = RnnApp(Session())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driven = Driven(app, pilot)
        first = driven.text
        text = await driven.press("O")
        assert [name for name in COURSE if name in text] == COURSE
        await driven.press("down")
        assert "  One cell, output and state" in await driven.press("enter")
        await driven.press("H")
        await driven.press("right")
        assert await driven.press("left") == first
