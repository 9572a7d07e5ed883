"""Speaker's notes in a second terminal: they follow the first, and are stepped by hand."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from stepping import lesson, stepping
from textual.pilot import Pilot

from rnn_tui.app.notes import NotesApp
from rnn_tui.cli import main as cli
from rnn_tui.core.texts import many_lines
from rnn_tui.session import presenting
from rnn_tui.session.model import Lesson, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.stepper.lesson_text import Noted
from rnn_tui.stepper.lessons import open_notes
from rnn_tui.views.page.notes import notes_footer, notes_title

LESSON = Session(
    lesson=Lesson(
        (
            Stop("First", "one", Session(), notes="Greet *them*."),
            Stop("Second", "two", Session(at=3), Question("?", "sign", of="s[3][2]"), "It is {s[3][2] = 0.70}."),
            Stop("Third", "three", Session(at=4)),
        )
    )
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "rnn_tui"


def at(stop: int) -> Session:
    assert LESSON.lesson is not None
    return replace(LESSON, lesson=replace(LESSON.lesson, stop=stop - 1))


def where(session: Session = LESSON) -> int | None:
    assert session.lesson is not None
    return presenting.presented(session.lesson)


def reached(stop: int) -> bool:
    return where() == stop


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_another_terminal_is_told_every_stop_until_the_lesson_is_left(state: Path) -> None:
    now = at(1)
    with presenting.presenting(lambda: now):
        for stop in (1, 3, 2):
            now = at(stop)
            until(partial(reached, stop))
        (file,) = state.iterdir()
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        now = lesson("what-is-rnn")
        until(lambda: where(now) == 1)
        assert where() is None
        now = Session()
        until(lambda: where(lesson("what-is-rnn")) is None)
        now = at(2)
        until(lambda: where() == 2)
    assert where() is None
    assert list(state.iterdir()) == []
    assert "lesson-presenter" not in {thread.name for thread in threading.enumerate()}


def test_what_the_file_says_may_be_anything(state: Path) -> None:
    with presenting.presenting(lambda: at(2)):
        until(lambda: where() == 2)
        (file,) = state.iterdir()
        for content in (b"", b"x", b"0", b"4", b"-1", b"\xff\xfe", b"9" * 10_000):
            file.write_bytes(content)
            assert where() is None
        file.write_bytes(b"3\n")
        assert where() == 3


def test_nothing_is_told_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with presenting.presenting(lambda: at(2)):
        time.sleep(3 * presenting.PAUSE)
        assert where() is None


def test_what_a_lost_terminal_has_left_goes_after_a_week(state: Path) -> None:
    state.mkdir()
    old, new = state / "stop-0123456789abcdef", state / "stop-fedcba9876543210"
    for file, days in ((old, 8), (new, 6)):
        file.write_text("1\n")
        os.utime(file, (time.time() - days * 86400,) * 2)
    with presenting.presenting(lambda: Session()):
        until(lambda: not old.exists())
    assert new.exists()


def test_the_speaker_sees_what_is_kept_back() -> None:
    begun = at(2)
    assert begun.lesson is not None
    shown, kept = replace(begun, at=3), stepping(replace(begun, at=3, hidden=(("s", 3, 1),)))
    for stepper in (stepping(shown), kept):
        assert open_notes(stepper.here) == Noted(2, 3, "Second", "It is 0.70.", "Third")
    stepper = stepping(shown)
    stepper.press("S")
    assert stepper.asked is not None
    assert stepper.asked.text == "It is ?."


@pytest.mark.parametrize(
    ("noted", "followed", "width", "above", "below"),
    [
        (Noted(2, 3, "Second", "x", "Third"), 2, 40, " 2 of 3  Second               follows ", " then: Third   "),
        (Noted(2, 3, "Second", "x", "Third"), 1, 40, " 2 of 3  Second      the lesson is at 1 ", " then: Third   "),
        (Noted(3, 3, "Third", "x", ""), None, 40, " 3 of 3  Third                  by hand ", " this is the last stop"),
    ],
)
def test_the_lines_around_the_notes(noted: Noted, followed: int | None, width: int, above: str, below: str) -> None:
    line = notes_title(noted, followed, width, plain=True)
    assert line.plain.split() == above.split()
    assert line.cell_len <= width
    assert line.plain.endswith(above[-8:])
    assert notes_footer(noted, 80, plain=True).plain.startswith(below)
    assert notes_footer(noted, 80, plain=True).plain.endswith("q quit  ")


def text_of(app: NotesApp) -> str:
    from rnn_tui.app.private import screen_lines

    return many_lines("\n".join(line.rstrip() for line in screen_lines(app)))


async def becomes(app: NotesApp, pilot: Pilot[None], words: str) -> None:
    for _ in range(500):
        if words in text_of(app):
            return
        await pilot.pause(0.02)
    pytest.fail(text_of(app))


async def test_the_notes_go_where_the_lesson_goes_and_by_hand() -> None:
    now, app = at(1), NotesApp(stepping(at(3)))
    async with app.run_test(size=(60, 20)) as pilot:
        await becomes(app, pilot, "This stop has no notes.")
        assert "by hand" in text_of(app)
        with presenting.presenting(lambda: now):
            await becomes(app, pilot, "Greet them.")
            assert " 1 of 3  First" in text_of(app)
            assert "follows" in text_of(app)
            assert "then: Second" in text_of(app)
            now = at(2)
            await becomes(app, pilot, "It is 0.70.")
            await pilot.press("pageup")
            await becomes(app, pilot, "Greet them.")
            assert "the lesson is at 2" in text_of(app)
            await pilot.press("right", "right", "right")
            await becomes(app, pilot, " 3 of 3  Third")
            now = at(1)
            await becomes(app, pilot, "Greet them.")
        await becomes(app, pilot, "by hand")
        await pilot.press("q")
    assert app.return_code == 0


def test_only_a_lesson_has_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "s.toml"
    file.write_text("version = 1\n", "utf-8")
    assert cli.main(["lesson", str(file), "--notes"]) == 2
    assert capsys.readouterr().err == "rnn-tui: --notes: there are no notes; only a lesson has any\n"
