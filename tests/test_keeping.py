"""What was on the screen last is kept, whatever ends the app, and ``--resume`` goes on with it."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from terminal import Terminal

from rnn_tui.cli.main import main
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.session.keeping import keeping, last
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.session.writing import session_text
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.stepper import Stepper

KEPT_WITHIN = 2.0
"""Seconds after which what was done is kept: so much is promised."""
PATIENCE = 20.0
TENFOLD = 'equations = "y[t] = x[t] * 10"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "rnn_tui"


def keep(session: Session) -> str:
    """Keeps a session, as an app does in which it has come about; says why it could not."""
    sessions = [Session()]
    with keeping(lambda: sessions[-1]) as keeper:
        sessions.append(session)
    return keeper.trouble


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def lose_the_connection(terminal: Terminal) -> None:
    terminal.close()


def hang_up(terminal: Terminal) -> None:
    terminal.signal(signal.SIGHUP)


def terminate(terminal: Terminal) -> None:
    terminal.signal(signal.SIGTERM)


def kill_later(terminal: Terminal) -> None:
    end = time.monotonic() + KEPT_WITHIN
    while (left := end - time.monotonic()) > 0:  # read returns sooner where nothing comes
        terminal.read(left)
        time.sleep(0.02)
    terminal.signal(signal.SIGKILL)


def leave(terminal: Terminal) -> None:
    terminal.press(b"q")


@pytest.mark.parametrize("end", [lose_the_connection, hang_up, terminate, kill_later, leave])
def test_the_place_in_a_lesson_and_its_answers_are_there_again(home: Path, end: Callable[[Terminal], None]) -> None:
    environment = {"XDG_STATE_HOME": str(home.parent)}
    with Terminal("lesson", "what-is-rnn", "--stop", "12", environment=environment) as terminal:
        terminal.wait_for_text("12 of 13")
        terminal.press(b"a")
        terminal.wait_for_text("2: another")
        terminal.press(b"another\r")
        terminal.wait_for_text("Right: another.")
        terminal.press(b"\x1b[C")
        terminal.wait_for_text("13 of 13")
        end(terminal)
        terminal.status()
    if end is leave:  # of the others the session is enough
        with Terminal("--resume", environment=environment) as terminal:
            terminal.wait_for_text("13 of 13")
            terminal.press(b"\x1b[D")
            terminal.wait_for_text("Right: another.")  # what was answered is told, and not asked again
        return
    stepper = Stepper(last())
    for number, verdict in ((13, ""), (12, "Right: another.")):
        told = told_of(stepper.here)
        assert told is not None
        assert (told.number, told.verdict[: len(verdict)]) == (number, verdict)
        stepper.press("left")


def test_what_was_changed_is_there_again(home: Path) -> None:
    stepper = Stepper(Session(Recipe(Source("hello.txt"), Blueprint(("elman", "softmax"), (5,)), Learning(epochs=4))))
    stepper.finish()
    with keeping(lambda: stepper.session):
        for name, argument in (
            ("previous_layer", ""),
            ("edit", "equations = 'y[t] = tanh(W @ x[t])'\n[parameters]\nW = ['H', 'I']\n"),
            ("breakpoints", "any(x > 0.5)"),
            ("next_epoch", ""),
            ("go_to", "3"),
            ("mark", "k"),
        ):
            stepper.do(name, argument)
    again = last()
    assert (again.at, again.epoch, again.marks) == (3, 2, (("k", 3),))
    assert again.breaks == (Breakpoint("any(x > 0.5)", 1),)
    numbers, before = again.recipe.blueprint.numbers, stepper.session.recipe.blueprint.numbers
    assert numbers is not None
    assert before is not None
    assert "tanh(W @ x[t])" in numbers.network.layers[0].cell.text
    for layer, old in zip(numbers.network.layers, before.network.layers, strict=True):
        assert {k: v.tobytes() for k, v in layer.parameters.items()} == {
            k: v.tobytes() for k, v in old.parameters.items()
        }
    assert session_text(again) == session_text(stepper.session)


def test_relative_paths_are_found_from_another_folder_and_not_asked_for(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("x.csv").write_text("1\n2\n4\n")
    Path("tenfold.toml").write_text(TENFOLD)
    os.mkdir("deep")
    Path("deep/x.csv").write_text("1\n2\n5\n")
    for path, y in (("x.csv", 40.0), ("deep/x.csv", 50.0)):
        monkeypatch.chdir(tmp_path / "here")
        keep(Session(Recipe(Source(path), Blueprint(("tenfold.toml",), (1,))), at=3))
        monkeypatch.chdir(tmp_path / "there")
        stepper = Stepper(last())
        stepper.finish()
        assert stepper.frame.step.values["y"].tolist() == [y]


def test_what_is_kept_is_for_its_owner_alone(home: Path) -> None:
    before = os.umask(0)
    try:
        keep(Session(at=2))
        keep(Session(at=3))
    finally:
        os.umask(before)
    files = list(home.iterdir())
    assert len(files) == 2
    assert {mode(path) for path in files} == {0o600}
    assert mode(home) == 0o700


def test_two_at_once_keep_apart_and_the_newest_is_gone_on_with(home: Path) -> None:
    one, two = [Session()], [Session()]
    with keeping(lambda: one[-1]), keeping(lambda: two[-1]):
        one.append(Session(at=1))
        end = time.monotonic() + PATIENCE
        while not (home.is_dir() and list(home.glob("*.toml"))) and time.monotonic() < end:
            time.sleep(0.02)
        assert last().at == 1
        two.append(Session(at=2))
        while last().at != 2 and time.monotonic() < end:
            time.sleep(0.02)
        assert last().at == 2
        one.append(Session(at=3))
        while last().at != 3 and time.monotonic() < end:
            time.sleep(0.02)
        assert last().at == 3
    assert len(list(home.iterdir())) == 2


def test_where_nothing_was_done_nothing_is_kept(home: Path) -> None:
    session = Session(at=2)
    with keeping(lambda: session):
        pass
    assert not home.exists()


def test_what_was_kept_a_week_ago_goes_and_nothing_younger(home: Path) -> None:
    days = {1: "day", 6: "six", 8: "eight"}
    keep(Session(at=1))
    (kept,) = home.iterdir()
    for number, name in days.items():
        path = home / f"session-{name}.toml"
        path.write_bytes(kept.read_bytes())
        os.utime(path, (time.time() - number * 86400,) * 2)
    (home / "mine.toml").write_text("old, and not ours")
    os.utime(home / "mine.toml", (0, 0))
    keep(Session(at=2))
    names = {path.name for path in home.iterdir()}
    assert {"session-day.toml", "session-six.toml", "mine.toml", kept.name} < names
    assert len(names) == 5
    assert last().at == 2


@pytest.mark.parametrize("content", [b"version = ", b"\xff\x00", b"version = 1\nat = 'x'\n", b"a" * 2**21])
def test_what_cannot_be_read_again_is_one_sentence(
    home: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir(parents=True)
    (home / "session-x.toml").write_bytes(content)
    assert main(["--resume"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "session-x.toml" in told.err


def test_a_file_that_has_gone_meanwhile_is_one_sentence(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text("1\n2\n")
    keep(Session(Recipe(Source("x.csv"))))
    Path("x.csv").unlink()
    with pytest.raises(InputError, match=r"x\.csv"):
        last()


@pytest.mark.parametrize("state", ["missing", "file"])
def test_without_a_state_folder_nothing_is_kept_and_nothing_fails(
    state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "missing") if state == "missing" else os.devnull)
    if state == "file":
        keep(Session(at=1))
    assert main(["--resume"]) == 2
    told = capsys.readouterr().err
    assert "there is no session to go on with" in told
    assert told.count("\n") == 1


def test_resume_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--resume", "sine.csv"]) == 2
    assert "give it alone" in capsys.readouterr().err


def test_what_cannot_be_kept_is_told(home: Path) -> None:
    assert keep(Session(at=1)) == ""
    large = Session.of(Network.random("elman", 250, 150), Sequence(np.zeros((2, 250))))
    numbers = 2 * 250 + 150 * 250 + 150 * 150 + 150
    assert keep(large) == f"it has {numbers} numbers of its own; up to 50000 are kept"
    assert last().at == 1


def test_a_name_that_is_no_text_is_found_again(home: Path, tmp_path: Path) -> None:
    sequence = tmp_path / os.fsdecode(b"caf\xe9.csv")
    sequence.write_text("1,2\n3,4\n")
    session = Session(Recipe(Source(str(sequence))), at=2)
    assert keep(session) == ""
    assert last() == session


def test_a_state_folder_of_somebody_else_keeps_nothing_and_fails_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(parents=True)
    home.chmod(0o500)
    if os.access(home, os.W_OK):  # root may write everywhere; the system refuses it like this elsewhere
        monkeypatch.setenv("XDG_STATE_HOME", "/proc/self")
    keep(Session(at=1))
    with pytest.raises(LoadError, match="there is no session to go on with"):
        last()


def test_without_a_home_nothing_is_kept_in_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for a number that is in no list of users
    keep(Session(at=1))
    assert list(tmp_path.iterdir()) == []


def test_a_session_whose_current_folder_was_removed_fails_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "the current folder was removed" in keep(Session(Recipe(Source("here.csv"))))
