"""Lessons: the built-in ones are all well, what is wrong in one is found, and following one works as promised."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from driven import Driven
from stepping import lesson_of
from textual.widgets import Input

from rnn_tui import load_sequence
from rnn_tui.app import lesson_app
from rnn_tui.app.snapshot import screen_text
from rnn_tui.cli import main as cli
from rnn_tui.core.references import Ref
from rnn_tui.core.run import Walk
from rnn_tui.core.vanishing import Aim, reach
from rnn_tui.lessons import lesson_names, lesson_text
from rnn_tui.session.file import parse_session
from rnn_tui.session.model import Session
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.lesson import lesson_pages, lesson_rows

AUTHOR = (Path(__file__).parent / "lesson_of_an_author.toml").read_text("utf-8")


def stop_called(name: str, title: str) -> tuple[Session, Walk]:
    """The stop of a built-in lesson with this title, and what runs there."""
    stops = lesson_of(parse_session(lesson_text(name))).stops
    session = next(stop.session for stop in stops if stop.title == title)
    return session, session.recipe.build().walk(session.epoch)


def number(name: str, title: str, written: str) -> float:
    """A number at a stop, named as its text names it."""
    session, walk = stop_called(name, title)
    index = (session.gaze.layer or len(walk.network.layers)) - 1
    return Ref.about(written, walk.network, index).value(walk, index, session.at)


@pytest.mark.parametrize("name", lesson_names())
def test_a_built_in_lesson_is_all_well_and_short(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", name]) == 0
    stops = int(re.search(r"(\d+) stops, all well", capsys.readouterr().out)[1])  # type: ignore[index]
    assert 1 <= stops < 15


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("= 0.70}", "= 0.71}", "line 13, stop 1 (The first l): s[3][2]: the text says 0.71 and the number is 0.70"),
        ("{s[4][2]}", "{s[4][9]}", "line 18, stop 2 (The second l): s[4][9]: s is 3, and units count from 1"),
        ("{s[4][2]}", "{q[4][2]}", "q[4][2]: the layer has no q"),
        ("{s[4][2]}", "{s[40][2]}", "there is no t = 40"),
        ('kind = "sign"', 'kind = "sing"', "'sing' is not known; did you mean sign?"),
        ('of = "s[4][1]"', 'of = "s[4]"', "s needs a timestep and a unit"),
        ("Is unit 1", "So much to ask. " * 40 + "Is unit 1", "its question takes"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_found(
    old: str, new: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in AUTHOR
    file = tmp_path / "lesson.toml"
    file.write_text(AUTHOR.replace(old, new), "utf-8")
    assert cli.main(["check", str(file)]) == 1
    captured = capsys.readouterr()
    assert says in captured.out
    assert captured.err == ""


@pytest.mark.parametrize("name", lesson_names())
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
def test_a_stop_is_read_whole_on_one_page_before_and_after_any_answer(size: tuple[int, int], name: str) -> None:
    session = parse_session(lesson_text(name))
    lesson, longest = lesson_of(session), 0
    for place, stop in enumerate(lesson.stops):
        question = stop.question
        answers = () if question is None else question.choices or (">", "<")
        for given in ((), *(((place, words),) for words in answers)):
            followed = replace(stop.session, lesson=replace(lesson, stop=place, answers=given))
            told = told_of(Stepper(followed).here)
            assert told is not None
            assert bool(told.verdict) == bool(given)
            (page,) = lesson_pages(told, size[0], lesson_rows(lesson, *size))
            longest = max(longest, len(page))
    assert 4 <= longest < lesson_rows(lesson, *size)  # the line above it has a row


async def test_all_stops_of_what_is_rnn_forwards_and_backwards() -> None:
    app = lesson_app("what-is-rnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driven = Driven(app, pilot)
        screens = [driven.text]
        for _ in range(12):
            screens.append(await driven.press("right"))
        assert len(set(screens)) == 13
        for count, screen in enumerate(screens, 1):
            assert f"{count} of 13" in screen
        assert await driven.press("pagedown") != ""
        assert "the lesson ends here; once more opens the next one, output-or-state" in driven.text
        for screen in reversed(screens[:-1]):
            assert await driven.press("pageup") == screen


def test_what_is_rnn_shows_the_nine_pictures_in_order() -> None:
    stops = lesson_of(parse_session(lesson_text("what-is-rnn"))).stops
    shown = dict.fromkeys(stop.session.gaze.diagram for stop in stops)
    assert list(shown) == [f"picture-{number}" for number in range(1, 10)]


def test_samples_are_independent_until_a_state_joins_them() -> None:
    _, straight = stop_called("what-is-rnn", "A standard network")
    _, shuffled = stop_called("what-is-rnn", "Sample after sample")
    _, joined = stop_called("what-is-rnn", "(y_t, s_t) = R(x_t, W_t, s_(t-1), U_t)")
    _, twice = stop_called("what-is-rnn", "The same sample twice")
    file = load_sequence("seed-picture.csv")
    assert straight.sequence.x.tobytes() == joined.sequence.x.tobytes() == file.x.tobytes()
    for here, letter in enumerate("BDAEC", 1):
        there = "ABCDE".index(letter) + 1
        assert shuffled.sequence.labels[here - 1] == straight.sequence.labels[there - 1] == letter
        assert shuffled.at(here).x.tobytes() == straight.at(there).x.tobytes()
        assert shuffled.at(here).y.tobytes() == straight.at(there).y.tobytes()
    assert joined.at(1).y.tobytes() == straight.at(1).y.tobytes()  # nothing is remembered yet
    assert twice.at(2).x.tobytes() == twice.at(4).x.tobytes()
    assert twice.at(2).y.tobytes() == joined.at(2).y.tobytes()
    assert np.abs(twice.at(2).y - twice.at(4).y).max() > 0.1


def test_the_sum_of_how_to_build_r_is_the_one_done_on_paper() -> None:
    title = "The sum inside"
    s1, s2 = number("how-to-build-r", title, "s[2][1]"), number("how-to-build-r", title, "s[2][2]")
    parts = [-0.2, 0.5 * s1, -0.7 * s2, 0.1]  # W for b, U, U, b
    assert number("how-to-build-r", title, "s[3][1]") == pytest.approx(math.tanh(sum(parts)), abs=1e-12)
    assert max(parts, key=abs) == parts[2]  # as its text says
    assert number("how-to-build-r", "The same letter again", "s[3][1]") < 0 < s1


def test_the_way_back_has_two_parts_within_a_window_and_one_at_its_end() -> None:
    inside, wall = "The way back", "A wall for gradients"
    parts = [number("truncated-bptt", inside, f"dL/ds.{part}[3][1]") for part in ("here", "later")]
    assert min(map(abs, parts)) > 0.1
    assert sum(parts) == pytest.approx(number("truncated-bptt", inside, "dL/ds[3][1]"))
    assert number("truncated-bptt", wall, "dL/ds.later[2][1]") == 0
    assert abs(number("truncated-bptt", wall, "dL/ds.here[2][1]")) > 0.1
    first = number("truncated-bptt", "What is learned", "y[3][3]")
    assert first < 0.25 < 0.9 < number("truncated-bptt", "It learns all the same", "y[3][3]")


def test_what_has_learned_hello_says_it_by_itself_and_then_what_the_text_tells() -> None:
    _, walk = stop_called("truncated-bptt", "It speaks by itself")
    assert "".join(walk.sequence.label(t) for t in range(1, 6)) == "hello"
    assert [walk.generated(t) for t in (1, 2, 5, 10)] == [False, True, True, True]
    assert (len(walk), walk.sequence.label(6), int(np.argmax(walk.at(5).y))) == (10, "o", 3)


def test_a_gradient_vanishes_in_the_network_of_the_lesson_and_not_in_its_lstm() -> None:
    session, elman = stop_called("vanishing-gradients", "It vanishes")
    norms = reach(elman, 0, session.at, Aim(0)).norms["s"]
    slopes = [1 - float(elman.at(t).s[0]) ** 2 for t in range(1, 41)]
    by_hand = [0.7 ** (40 - k) * math.prod(slopes[k:]) for k in range(1, 41)]  # U and the slope of tanh at k + 1 to 40
    assert np.array(norms) / norms[-1] == pytest.approx(np.array(by_hand))
    assert norms[-12] / norms[-1] < 0.7**11 < 0.02
    session, lstm = stop_called("vanishing-gradients", "An LSTM that remembers")
    kept = reach(lstm, 0, session.at, Aim(0)).norms["c"]
    assert min(kept) > 0.05 * max(kept)
    assert min(float(lstm.at(t).layers[0].values["f"][0]) for t in range(1, 310)) > 0.95


async def test_the_app_stays_usable_and_one_key_returns_to_the_lesson() -> None:
    app = lesson_app("how-to-build-r")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driven = Driven(app, pilot)
        before = driven.text
        await driven.press("l", "u", "greater_than_sign", "enter", "enter")
        assert driven.t == 3
        assert await driven.press("escape", "escape", "R") == before


async def test_a_question_hides_its_number_and_the_answer_reveals_it() -> None:
    app = lesson_app(str(Path(__file__).parent / "lesson_of_an_author.toml"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driven = Driven(app, pilot)
        text = await driven.press("right")
        assert "a answer" in text
        row = next(line for line in text.split("\n") if line.startswith(" 1 "))
        assert row.split()[-2:] == ["?", "?"]  # s and y are one number
        await driven.press("a")
        app.screen.query_one(Input).value = "maybe"
        assert "answer +, - or 0" in await driven.press("enter")
        app.screen.query_one(Input).value = "+"
        await driven.press("enter")
        await driven.until(lambda: "s₄[1] = tanh(z)" in screen_text(app))
        value = app.stepper.frame.walk.at(4).s[0]
        verdict = "Right" if value > 0 else "No"
        assert f"{verdict}: s[4][1] is {value:.4f}." in driven.text
        assert f"Score: {int(value > 0)} of 1." in driven.text


async def test_predict_anywhere() -> None:
    from driven import running

    async with running() as app:
        text = await app.press("P")
        assert "is s[1] positive or negative" in text
        await app.type("-")
        await app.until(lambda: "right so far" in app.text)
        assert app.t == 1
        assert "Right: s[1][1] is -0.6042.   1 of 1 right so far" in app.text
