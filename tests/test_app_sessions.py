"""A session saved in the app opens elsewhere as the same screen, and is drawn as the same picture."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from driven import Driven, of, running

from rnn_tui.app import RnnApp
from rnn_tui.cli import main as cli
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.learning import Learning
from rnn_tui.session.file import read_session

LEARNING = of("elman,softmax", learning=Learning(epochs=20), breaks=(Breakpoint("max(y) > 0.6"),))
KEYS = ("E", "E", "right", "right", "right", "left_square_bracket", "enter", "down", "right", "greater_than_sign")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_saved_session_opens_elsewhere_as_the_same_screen(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(here)
    app = RnnApp(LEARNING)
    async with app.run_test(size=size) as pilot:
        driven = Driven(app, pilot)
        before = await driven.press(*KEYS)
        await driven.press("s")
        assert "saved as mine.toml" in await driven.type("mine.toml")
    shutil.copy("mine.toml", elsewhere)
    monkeypatch.chdir(elsewhere)
    app = RnnApp(read_session("mine.toml"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert Driven(app, pilot).text == before
    pictures = []
    for folder in (here, elsewhere):
        picture = folder / "mine.svg"
        words = ["snapshot", str(folder / "mine.toml"), "-o", str(picture)]
        assert await asyncio.to_thread(cli.main, words) == 0
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]


async def test_a_file_that_exists_is_written_over_only_after_a_second_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lesson = tmp_path / "lesson.toml"
    lesson.write_text("# by hand\n")
    async with running() as app:
        await app.press("s")
        assert "lesson.toml exists; enter again writes over it" in await app.type("lesson")
        assert lesson.read_text() == "# by hand\n"
        assert "saved as lesson.toml" in await app.press("enter")
    assert read_session("lesson.toml").at == 0
