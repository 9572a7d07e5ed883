"""Lessons: the built-in ones are all well, what is wrong in one is found, and following one works as promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from driven import Driven
from textual.widgets import Input

from rnn_tui.app import lesson_app
from rnn_tui.app.snapshot import screen_text
from rnn_tui.cli import main as cli
from rnn_tui.core.run import Walk
from rnn_tui.lessons import lesson_names, lesson_text
from rnn_tui.session.file import parse_session
from rnn_tui.session.model import Session

AUTHOR = (Path(__file__).parent / "lesson_of_an_author.toml").read_text("utf-8")


def walk_at(session: Session, stop: int) -> Walk:
    """The walk of a stop, from 0."""
    assert session.lesson is not None
    return session.lesson.stops[stop].session.recipe.build().walk()


@pytest.mark.parametrize("name", lesson_names())
def test_a_built_in_lesson_is_all_well_and_short(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", name]) == 0
    stops = int(re.search(r"(\d+) stops, all well", capsys.readouterr().out)[1])  # type: ignore[index]
    assert 1 <= stops < 10


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("= 0.70}", "= 0.71}", "stop 1 (The first l): s[3][2]: the text says 0.71 and the number is 0.70"),
        ("{s[4][2]}", "{s[4][9]}", "stop 2 (The second l): s[4][9]: s is 3, and units count from 1"),
        ("{s[4][2]}", "{q[4][2]}", "q[4][2]: the layer has no q"),
        ("{s[4][2]}", "{s[40][2]}", "there is no t = 40"),
        ('kind = "sign"', 'kind = "sing"', "'sing' is not known; did you mean sign?"),
        ('of = "s[4][1]"', 'of = "s[4]"', "s needs a timestep and a unit"),
        ("The same letter again", "The same letter again. " + "So much to say. " * 40, "its text takes"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_found(
    old: str, new: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in AUTHOR
    file = tmp_path / "lesson.toml"
    file.write_text(AUTHOR.replace(old, new), "utf-8")
    status = cli.main(["check", str(file)])
    captured = capsys.readouterr()
    assert status in (1, 2)
    assert says in captured.out + captured.err


async def test_all_nine_stops_of_what_is_rnn_forwards_and_backwards() -> None:
    app = lesson_app("what-is-rnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driven = Driven(app, pilot)
        screens = [driven.text]
        for _ in range(8):
            screens.append(await driven.press("right"))
        assert len(set(screens)) == 9
        for number, screen in enumerate(screens, 1):
            assert f"{number} of 9" in screen
        assert await driven.press("pagedown") != ""
        assert "this is the last stop" in driven.text
        for screen in reversed(screens[:-1]):
            assert await driven.press("pageup") == screen


async def test_the_same_numbers_from_the_first_picture_to_the_recurrent_one() -> None:
    session = parse_session(lesson_text("what-is-rnn"))
    plain, recurrent = walk_at(session, 0), walk_at(session, 7)
    assert plain.at(1).y.tobytes() == recurrent.at(1).y.tobytes()
    shuffled, straight = walk_at(session, 5), walk_at(session, 0)
    by_x = {straight.at(t).x.tobytes(): straight.at(t).y.tobytes() for t in range(1, 6)}
    assert all(by_x[shuffled.at(t).x.tobytes()] == shuffled.at(t).y.tobytes() for t in range(1, 6))
    order = walk_at(session, 6)
    changed = {order.at(t).x.tobytes(): order.at(t).y.tobytes() for t in range(1, 6)}
    assert any(changed[recurrent.at(t).x.tobytes()] != recurrent.at(t).y.tobytes() for t in range(2, 6))


async def test_the_app_stays_usable_and_one_key_returns_to_the_lesson() -> None:
    app = lesson_app("how-to-build-r")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        driven = Driven(app, pilot)
        before = driven.text
        await driven.press("l", "u", "greater_than_sign", "enter", "enter")
        assert driven.t == 4
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
