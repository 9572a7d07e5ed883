"""What should never happen, planted: the app goes on and says a sentence, or ends in one, the terminal as it was."""

from __future__ import annotations

import os
import re
from pathlib import Path
from textwrap import indent

import numpy as np
import pytest
from driven import of, running
from terminal import NORMAL, ROOT, Terminal

from rnn_tui.app.main_screen import MainScreen
from rnn_tui.session.file import read_session
from rnn_tui.stepper.stepper import Stepper


def once(monkeypatch: pytest.MonkeyPatch, where: object, name: str) -> None:
    """Lets the next call of a function fail."""
    whole, left = getattr(where, name), [True]

    def failing(*given: object, **named: object) -> object:
        if left:
            left.clear()
            raise ZeroDivisionError("planted")
        return whole(*given, **named)

    monkeypatch.setattr(where, name, failing)


async def test_after_a_command_that_fails_the_app_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with running(of("elman", at=2)) as app:
        once(monkeypatch, Stepper, "settle")
        text = await app.press("right")
        assert "the key right failed and is undone (ZeroDivisionError: planted)" in text
        assert app.t == 2
        assert "planted" not in await app.press("right")
        assert app.t == 3
    [kept] = tmp_path.glob("*/session.toml")
    assert read_session(kept).at == 2
    assert "in failing" in (kept.parent / "error.txt").read_text()


@pytest.mark.parametrize("way", ["key", "resize", "answer"])
async def test_after_a_key_a_drawing_or_an_answer_that_fails_the_app_goes_on(
    way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with running(of("elman", at=2), (120, 36)) as app:
        if way == "answer":
            await app.press("g")
        whole, name = (MainScreen, "draw") if way == "resize" else (Stepper, "do")
        once(monkeypatch, whole, name)
        if way == "resize":
            await app.pilot.resize_terminal(110, 36)
            await app.pilot.pause()
        elif way == "key":
            await app.press("right")
        else:
            await app.type("4")
        assert "failed and is undone (ZeroDivisionError: planted)" in app.text
        assert app.t == 2
        await app.press("right")
        assert app.t == 3


async def test_a_reading_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with running() as app:
        await app.press("o")
        once(monkeypatch, Stepper, "outcome")
        await app.type("sine.csv")
        await app.until(lambda: "could not be read (ZeroDivisionError: planted)" in " ".join(app.text.split()))
        await app.type("sine.csv")
        await app.until(lambda: "t = 0 of 48" in app.text)


PLANTED = {
    "a view": "import rnn_tui.views.page.parts as m; m.part = fail",
    "a dialog": "import rnn_tui.app.dialogs.answers as m; m.LineDialog.compose = fail",
    "a widget": "from rnn_tui.app.panel import Panel; Panel.render_line = late",
    "the driver": "from rnn_tui.app.terminal.painter import Painter; Painter.frame = late",
    "a worker": "import rnn_tui.app.main_screen as m; m.MainScreen.draw = lambda s: s.run_worker(fail, thread=True)",
    "the input": "from rnn_tui.app.terminal.input import Reader; Reader.text = fail",
}
PLANT = """
calls = []
def fail(*given, **named):
    raise ZeroDivisionError("planted")
def late(*given, **named):
    calls.append(1)
    if len(calls) > 1:
        fail()
    return whole(*given, **named)
"""
WHOLE = {
    "a widget": "from rnn_tui.app.panel import Panel; whole = Panel.render_line",
    "the driver": "from rnn_tui.app.terminal.painter import Painter; whole = Painter.frame",
}


def ended(terminal: Terminal, *keys: bytes) -> str:
    """What stands on the terminal after an app that ends of one of these keys; what comes too early is lost."""
    for key in keys * 4:
        if terminal.process.poll() is None:
            terminal.press(key)
            terminal.read_until_quiet(0.3)
    assert terminal.status() == 1
    return re.sub(r"\x1b\[[0-?]*[a-zA-Z]", "", bytes(terminal.seen).rpartition(NORMAL)[2].decode())


@pytest.mark.parametrize("where", PLANTED)
def test_what_cannot_go_on_ends_in_one_sentence(where: str, tmp_path: Path) -> None:
    planted = f"{PLANT}\n{WHOLE.get(where, '')}\n{PLANTED[where]}\n"
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nif 'rnn_tui' in sys.orig_argv:\n{indent(planted, '    ')}")
    places = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "TMPDIR": str(tmp_path)}
    with Terminal(environment=places) as terminal:
        terminal.read_until_quiet(0.5)
        after = ended(terminal, b"l", b"g")
        sent = bytes(terminal.seen)
    assert b"\x1b[?25h" in sent
    sentence = " ".join(after.split())
    assert sentence.count("rnn-tui: ") == 1
    assert "something failed and ended the app (" in sentence
    assert "please report it" in sentence
    assert "Traceback" not in sent.decode()
    kept = next(path for path in tmp_path.glob("rnn_tui-*/session.toml") if str(path) in after.replace("\r\n", ""))
    assert "planted" in (kept.parent / "error.txt").read_text()
    read_session(kept)


def test_a_file_that_is_cut_while_it_is_looked_at_ends_the_app_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "long.npy"
    np.save(path, np.zeros((1_500_000, 1)))
    with Terminal(str(path), environment={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.wait_for_text("t = 0 of 1500000")
        os.truncate(path, 4096)
        said = " ".join(ended(terminal, b"l", b"$").split())
    assert "rnn-tui: long.npy: has been cut short since it was opened; open a whole file" in said
