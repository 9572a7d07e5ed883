"""What whoever teaches has: pages that are turned, a dark screen, a stop by number, notes, a number kept back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from driven import Driven, running
from stepping import LEARNING, PLAIN, lesson, lesson_of, network, session, stepping
from textual import events
from textual.widgets import Input

from rnn_tui.app import RnnApp
from rnn_tui.lessons import lesson_names
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Focus, Gaze, Lesson, Look, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.stepper.commands import hints
from rnn_tui.stepper.help import listed
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.lesson import lesson_pages, lesson_rows

WORDS = [f"word{number}" for number in range(120)]
"""Each is told from the others, so that a text can be read off the screen."""
LONG = Session(
    lesson=Lesson(
        (
            Stop("A long one", " ".join(WORDS[:100]), Session(at=1), Question("So?", "sign", of="s[2][1]")),
            Stop("A short one", " ".join(WORDS[100:]), Session(at=2), notes="Say *this*: {s[2][1]}."),
        )
    )
)


def paged(begun: Session, rows: int = 6) -> Stepper:
    """A stepper before a screen of 60 columns, with so many rows for a lesson."""
    stepper = stepping(begun)
    stepper.pages = lambda told: len(lesson_pages(told, 60, rows))
    return stepper


def words_on(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith("word")]


def test_page_down_turns_every_page_and_then_goes_on_and_page_up_comes_back() -> None:
    stepper = paged(LONG)
    places = [(lesson_of(stepper.session).stop, lesson_of(stepper.session).page)]
    for key, end in (("pagedown", "this is the last stop"), ("pageup", "this is the first stop")):
        while end not in stepper.notice:
            stepper.press(key)
            places.append((lesson_of(stepper.session).stop, lesson_of(stepper.session).page))
        places.pop()
    down = [*((0, page) for page in range(5)), (1, 0)]  # 690 characters on lines of 58, three above the question
    assert places == [*down, *down[-2::-1]]


def test_turning_a_page_leaves_all_else_as_it_is() -> None:
    stepper = paged(LONG)
    for key in ("l", "l", "greater_than_sign", "enter"):
        stepper.press(key)
    before = stepper.session
    assert (1, "right", "next page") not in list(hints(stepper.here))  # right selects now
    assert (1, "pagedown", "next page") in list(hints(stepper.here))
    stepper.press("pagedown")
    assert stepper.session == replace(before, lesson=replace(lesson_of(stepper.session), page=1))


def test_a_larger_screen_has_fewer_pages_and_none_is_behind_the_last() -> None:
    stepper = paged(LONG)
    for _ in range(4):
        stepper.press("pagedown")
    assert lesson_of(stepper.session).page == 4
    stepper.pages = lambda told: 2
    stepper.press("pageup")
    assert (lesson_of(stepper.session).stop, lesson_of(stepper.session).page) == (0, 0)


@pytest.mark.parametrize(("width", "rows"), [(60, 6), (40, 4), (80, 8), (200, 12)])
@pytest.mark.parametrize("asked", ["", "So?", " ".join(["and"] * 600)])
def test_every_word_stands_on_a_page_that_has_room_and_the_question_on_every_one(
    width: int, rows: int, asked: str
) -> None:
    pages = lesson_pages(Told(1, 2, "Title", " ".join(WORDS), asked), width, rows)
    read = " ".join(line.plain for page in pages for line in page[1:])
    assert words_on(read) == WORDS
    assert read.split().count("and") == asked.split().count("and")
    assert {page[0].plain.split(",")[0].split("  ")[0] for page in pages} == {" 1 of 2"}
    for page in pages:
        assert len(page) < rows
        assert max(line.cell_len for line in page) <= width
        assert (asked != "So?") or page[-1].plain == " So?   (a: answer)"


@pytest.mark.parametrize(("size", "plain"), [((60, 20), False), ((40, 12), True), ((80, 24), False)])
async def test_a_lesson_is_read_with_page_down_alone(size: tuple[int, int], plain: bool) -> None:
    begun = LONG.everywhere(lambda each: replace(each, look=replace(each.look, ascii=plain)))
    async with running(begun, size) as app:
        read, pages = words_on(app.text), 1
        while "A short one" not in app.text:
            assert "So?" in app.text
            assert f"page {pages} of" in app.text
            read += words_on(await app.press("pagedown"))
            pages += 1
        while words_on(app.text)[-1] != WORDS[-1]:
            read += words_on(await app.press("pagedown"))
        assert read == WORDS
        assert pages > 2
        for _ in range(30):
            await app.press("pageup")
        assert words_on(app.text)[0] == WORDS[0]
        assert (not plain) or app.text.isascii()


@pytest.mark.parametrize("name", lesson_names())
async def test_built_in_lessons_say_all_of_it_on_the_smallest_screen(name: str) -> None:
    app = RnnApp(lesson(name))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        driven, stops = Driven(app, pilot), len(lesson_of(app.stepper.session).stops)
        said: dict[int, list[str]] = {}
        while "the lesson ends here" not in driven.text and "this is the last stop" not in driven.text:
            rows = [line.strip() for line in driven.text.split("\n")][
                12 - 1 - lesson_rows(app.stepper.session.lesson, 40, 12) + 2 : 12 - 1
            ]
            said.setdefault(lesson_of(app.stepper.session).stop, []).extend(rows)
            await driven.press("pagedown")
        assert sorted(said) == list(range(stops))
        for number, stop in enumerate(lesson_of(lesson(name)).stops):
            own = replace(lesson_of(app.stepper.session), stop=number)
            told = told_of(Stepper(replace(stop.session, lesson=own)).here)
            assert told is not None
            whole = lesson_pages(told, 40, 1000)[0][1:]
            shown = " ".join(" ".join(said[number]).split())
            assert [line.plain for line in whole if " ".join(line.plain.split()) not in shown] == []


@pytest.mark.parametrize("key", ["full_stop", "b"])
async def test_a_clicker_darkens_the_screen_and_any_key_brings_it_back(key: str) -> None:
    async with running(lesson("what-is-rnn")) as app:
        before = app.text
        for back in ("full_stop", "b", "pagedown", "right", "q", "escape", "ctrl+c"):
            assert (await app.press(key)).split() == []
            assert await app.press(back) == before, back


async def test_two_keys_at_one_time_bring_the_screen_back_once() -> None:
    async with running(lesson("what-is-rnn")) as app:
        before = app.text
        await app.press("b")
        blank = app.app.screen
        for _ in range(3):
            blank.post_message(events.Key("x", "x"))
        await app.until(lambda: app.text == before)


def test_a_dark_screen_is_what_only_the_front_end_can_do() -> None:
    stepper = stepping(lesson("what-is-rnn"))
    for key in ("full_stop", "b"):
        outcome = stepper.press(key)
        assert outcome is not None
        assert outcome.order == "blank"
    assert stepper.session == lesson("what-is-rnn")


def test_a_stop_is_gone_to_by_its_number_and_a_timestep_by_g() -> None:
    stepper = stepping(lesson("what-is-rnn"))
    stepper.press("colon")
    assert stepper.asked is not None
    assert (stepper.asked.title, stepper.asked.command) == ("Go to stop (1 to 13)", "go_to_stop")
    stepper.do("go_to_stop", "7")
    assert (lesson_of(stepper.session).stop, stepper.session.at) == (6, lesson_of(stepper.session).stops[6].session.at)
    for wrong in ("0", "14", "-1", "x"):
        stepper.give("go_to_stop", wrong)
        assert stepper.notice == "a number from 1 to 13 is needed"
    stepper.press("g")
    assert stepper.asked is not None
    assert stepper.asked.command == "go_to"
    free = stepping(Session())
    free.press("colon")
    assert free.asked is not None
    assert free.asked.command == "go_to"


async def test_a_stop_by_number_in_the_app() -> None:
    async with running(lesson("what-is-rnn")) as app:
        assert "Go to stop (1 to 13)" in await app.press("colon")
        await app.type("13")
        await app.until(lambda: "13 of 13" in app.text)


def test_in_a_lesson_the_list_of_keys_begins_with_all_of_its_own() -> None:
    first = next(listed(stepping(lesson("what-is-rnn")).here))
    keys = {command.id: keys for command, keys in first[1]}
    assert keys["go_to_stop"] == ["colon"]
    assert keys["notes"] == ["S"]
    assert keys["answer"] == ["a"]


NOTED = replace(LONG, at=2, lesson=replace(lesson_of(LONG), stop=1))


def test_notes_are_written_read_and_shown_with_their_numbers() -> None:
    again = parse_session(session_text(NOTED))
    assert again == NOTED
    stepper = stepping(again)
    stepper.press("S")
    assert stepper.asked is not None
    assert stepper.asked.title == "Notes to stop 2 of 2: A short one"
    assert stepper.asked.text == f"Say *this*: {stepper.frame.walk.at(2).s[0]:.2f}."


@pytest.mark.parametrize(
    ("begun", "said"), [(LONG, "this stop has no notes"), (Session(), "this is no lesson: O lists those there are")]
)
def test_where_there_are_no_notes_that_is_said(begun: Session, said: str) -> None:
    stepper = stepping(begun)
    stepper.press("S")
    assert (stepper.asked, stepper.notice) == (None, said)


async def test_notes_are_shown_by_a_key_and_left_by_another() -> None:
    async with running(NOTED) as app:
        before = app.text
        assert "Say this: " in await app.press("S")
        assert await app.press("escape") == before


def test_the_page_of_a_stop_is_in_the_file() -> None:
    turned = replace(LONG, lesson=replace(lesson_of(LONG), page=2))
    assert "\npage = 3\n" in session_text(turned)
    assert parse_session(session_text(turned)).lesson == turned.lesson
    assert "page" not in session_text(LONG)


def hidden_rows(stepper: Stepper) -> list[tuple[str, int, int]]:
    return list(stepper.session.hidden)


def test_the_selected_number_is_hidden_with_what_is_the_same_and_shown_again() -> None:
    begun = replace(PLAIN["elman"], at=3, gaze=Gaze(focus=Focus("s", 0, 1)))
    stepper = stepping(begun)
    stepper.press("M")
    assert hidden_rows(stepper) == [("s", 3, 1)]
    assert stepper.frame.secret("y", 3, 1)
    assert not stepper.frame.secret("y", 3, 0)
    assert not stepper.frame.secret("s", 2, 1)
    assert parse_session(session_text(stepper.session)) == stepper.session
    stepper.recover(replace(stepper.session, gaze=Gaze(focus=Focus("y", 0, 1))), "")  # y is s
    stepper.press("M")
    assert stepper.session == replace(begun, gaze=Gaze(focus=Focus("y", 0, 1)))
    stepper.recover(replace(begun, at=4, gaze=Gaze(focus=Focus("s", -1, 1))), "")  # the same one, a timestep later
    stepper.press("M")
    assert hidden_rows(stepper) == [("s", 3, 1)]


def test_before_a_reversed_layer_is_the_timestep_after() -> None:
    begun = replace(session("both ways"), at=3, gaze=Gaze(layer=2, focus=Focus("s", -1, 0)))
    assert stepping(begun).frame.layer.reverse
    stepper = stepping(begun)
    stepper.press("M")
    assert hidden_rows(stepper) == [("s", 4, 0)]


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        (PLAIN["elman"], "select the number first: enter"),
        (replace(PLAIN["elman"], at=3, gaze=Gaze(focus=Focus("W", None))), "this is a weight; a number of a timestep"),
        (replace(PLAIN["elman"], gaze=Gaze(focus=Focus("s", 0))), "this is before the first sample; a number of a"),
        (replace(LEARNING, at=3, gaze=Gaze(1, back=True, focus=Focus("d s", 0))), "this is a gradient; a number of a"),
        (replace(LONG, at=2, gaze=Gaze(focus=Focus("y", 0))), "the question is about this number; a answers it"),
    ],
)
def test_what_cannot_be_hidden_says_why(begun: Session, said: str) -> None:
    stepper = stepping(begun)
    stepper.press("M")
    assert stepper.notice.startswith(said)
    assert stepper.session == begun


def test_a_number_hidden_in_one_layer_is_written_and_read_at_another() -> None:
    begun = replace(network("lstm", "elman"), at=3, hidden=(("f", 2, 0),), gaze=Gaze(layer=2))
    assert parse_session(session_text(begun)) == begun


async def test_a_hidden_number_is_a_question_mark_on_the_screen() -> None:
    async with running(replace(PLAIN["elman"], at=3)) as app:
        before = app.text
        assert "?" not in before.split("keys")[0].replace("? ", "")
        text = await app.press("enter", "M", "escape")
        row = next(line for line in text.split("\n") if line.startswith(" 1 "))
        assert row.split()[-2:] == ["?", "?"]  # s and y
        assert await app.press("enter", "M", "escape") == before


async def test_an_answered_question_is_asked_again_in_the_app() -> None:
    async with running(replace(LONG, at=1), (80, 24)) as app:
        await app.press("a")
        await app.type("+")
        await app.until(lambda: "s[2][1] is" in app.text)
        await app.press("a")
        assert isinstance(app.app.screen.query_one("#answer"), Input)
        assert "s[2][1] is" not in app.text
        await app.press("escape")
        assert "So?   (a: answer)" in app.text


ALONE = replace(PLAIN["elman"], at=3, look=Look(digits=2))


def test_a_table_alone_is_left_by_escape_and_what_else_is_looked_at_leaves_it() -> None:
    stepper = stepping(ALONE)
    stepper.press("f")
    first = stepper.session
    assert (first.gaze.alone, first.gaze.focus) == (True, Focus("s", 0))
    assert parse_session(session_text(first)) == first
    assert (3, "escape", "back") in list(hints(stepper.here))
    stepper.press("up")  # from the first row: it stays
    assert stepper.session == first
    stepper.press("escape")
    assert stepper.session == replace(first, gaze=replace(first.gaze, alone=False))
    for key in ("enter", "u", "i", "w", "f", "V"):
        stepper.recover(first, "")
        stepper.press(key)
        assert not stepper.session.gaze.alone, key
    for key in ("down", "tab", "space", "greater_than_sign", "n", "M", "p"):
        stepper.recover(first, "")
        stepper.press(key)
        assert stepper.session.gaze.alone, key


async def test_a_clicker_leaves_a_question_that_was_opened() -> None:
    async with running(lesson("how-to-build-r"), (80, 24)) as app:
        await app.press("pagedown", "a")
        assert "larger or smaller" in app.text
        assert len(app.app.screen_stack) == 2
        await app.press("pagedown")
        assert len(app.app.screen_stack) == 1
        assert lesson_of(app.app.stepper.session).stop == 2
        await app.press("pageup", "a", "pageup")
        assert lesson_of(app.app.stepper.session).stop == 0
        assert not lesson_of(app.app.stepper.session).answers


async def test_page_down_goes_nowhere_in_a_line_outside_a_lesson() -> None:
    async with running(Session(), (80, 24)) as app:
        await app.press("colon", "pagedown", "2", "enter")
        assert app.app.stepper.session.at == 2
