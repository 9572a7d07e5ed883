"""The session that is kept while the app is open: where it cannot be, nothing else is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from driven import Driven

from rnn_tui.app import RnnApp
from rnn_tui.files.errors import LoadError
from rnn_tui.session.keeping import folder, keep, last
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Recipe, Source
from rnn_tui.stepper.stepper import Stepper


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The platform's state folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder().is_relative_to(tmp_path)
    return folder()


def test_what_was_kept_last_is_what_comes_back_also_from_names_that_are_no_text(state: Path, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no session to resume"):
        last()
    sequence = tmp_path / os.fsdecode(b"caf\xe9.csv")
    sequence.write_text("1,2\n3,4\n")
    session = Session(Recipe(Source(str(sequence))), at=2)
    assert keep(session)
    assert last() == session


def test_a_state_folder_that_cannot_be_written_to_keeps_nothing_and_fails_nothing(state: Path) -> None:
    state.parent.write_text("a file where the folder should be")
    assert not keep(Session())
    with pytest.raises(LoadError, match="there is no session to resume"):
        last()


def test_a_state_folder_of_somebody_else_keeps_nothing_and_fails_nothing(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.mkdir(parents=True)
    state.chmod(0o500)
    if os.access(state, os.W_OK):  # root may write everywhere; the system refuses it like this elsewhere
        monkeypatch.setenv("XDG_STATE_HOME", "/proc/self")
    assert not keep(Session())


def test_without_a_home_nothing_is_kept_in_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for a number that is in no list of users
    assert not keep(Session())
    assert list(tmp_path.iterdir()) == []


def test_a_session_whose_current_folder_was_removed_is_kept_or_refused_but_fails_nothing(
    state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert not keep(Session(Recipe(Source("here.csv"))))


async def test_the_app_goes_on_where_nothing_can_be_kept(state: Path, tmp_path: Path) -> None:
    state.parent.write_text("a file where the folder should be")
    app = RnnApp(Stepper(Session()), keeps=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driven = Driven(app, pilot)
        await driven.press("right")
        assert app.main is not None
        app.main.keep()
        await driven.press("right")
        assert driven.t == 2
        await driven.press("s")
        assert "saved as" in await driven.type(str(tmp_path / "mine"))
