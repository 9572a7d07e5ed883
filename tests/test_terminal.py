"""The app in a real pseudo-terminal: what it sends, how it leaves, and what it shrugs off."""

from __future__ import annotations

import signal
import statistics

import pytest
from terminal import ALTERNATE, NORMAL, Terminal

from rnn_tui.app import RnnApp
from rnn_tui.app.snapshot import snapshot
from rnn_tui.session.model import Session

RIGHT, LEFT, END = b"\x1b[C", b"\x1b[D", b"\x1b[F"
BYTES_A_STEP = 4096
SOON = 3.0
"""Seconds to be gone after a signal. One second is promised; a loaded machine is given more."""


def opened(terminal: Terminal) -> Terminal:
    """The terminal once the app stands in it and is quiet."""
    terminal.wait_for_text("q quit")
    terminal.read_until_quiet()
    return terminal


def test_steps_are_drawn_whole_in_few_bytes_and_idleness_in_none() -> None:
    with Terminal() as terminal:
        opened(terminal)
        assert ALTERNATE in terminal.seen
        sent: list[int] = []
        for t in (1, 2, 3, 4, 5, 4, 3):
            terminal.press(RIGHT if len(sent) < 5 else LEFT)
            before = len(terminal.seen)
            terminal.wait_for_text(f"t = {t} of 5")
            terminal.read_until_quiet(0.15)
            sent.append(len(terminal.seen) - before)
        print("bytes a step:", sent)
        assert 0 < statistics.median(sent) <= BYTES_A_STEP
        # what many partial updates left on the screen is what one full painting of it would be
        assert terminal.text == snapshot(RnnApp(Session(at=3).simulator()), (100, 30), [], "txt")
        assert terminal.read(3) == b""  # ten seconds were measured by hand
        terminal.press(b"q")
        assert terminal.status() == 0
        assert NORMAL in terminal.seen


def test_a_held_down_key_ends_at_the_last_timestep() -> None:
    with Terminal("sine.csv") as terminal:
        opened(terminal)
        for _ in range(400):  # held down, it steps no faster than the terminal draws
            terminal.press(RIGHT)
            if "t = 48 of 48" in terminal.text:
                break
            terminal.read(0.03)
        terminal.wait_for_text("t = 48 of 48")
        terminal.press(b"\x03")  # ctrl+c
        assert terminal.status() == 0
        assert NORMAL in terminal.seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_mid_play_ends_the_app_and_gives_the_terminal_back(number: signal.Signals) -> None:
    with Terminal("sine.csv", "--at", "1") as terminal:
        terminal.wait_for_text("t = 1 of")
        terminal.press(b"++++p")
        terminal.wait_for_text("playing")
        terminal.signal(number)
        assert terminal.status(within=SOON) == 128 + number
        assert NORMAL in terminal.seen


@pytest.mark.parametrize("playing", [False, True], ids=["waiting", "playing"])
@pytest.mark.parametrize("deaf", [False, True], ids=["hearing", "deaf"])
def test_a_lost_connection_ends_the_app(deaf: bool, playing: bool) -> None:
    with Terminal("sine.csv", "--at", "1", deaf=deaf) as terminal:
        terminal.wait_for_text("t = 1 of")
        if playing:
            terminal.press(b"++++p")
            terminal.wait_for_text("playing")
        terminal.close()
        terminal.status(within=SOON)


def test_what_no_key_sends_changes_nothing() -> None:
    with Terminal() as terminal:
        before = opened(terminal).text
        terminal.press(b"\xe9z")  # e with an acute accent from a terminal in Latin-1, then a key that does nothing
        terminal.press(b"\x1b[MC\xc8\x25")  # an old mouse report from beyond column 95
        terminal.press(b"\x1b[122~" + b"\x1bOR" + b"\x00")
        terminal.read_until_quiet()
        assert terminal.text == before
        terminal.press(END)
        terminal.wait_for_text("t = 5 of 5")


@pytest.mark.parametrize(
    ("size", "environment", "trouble"),
    [((20, 5), {}, "the terminal has 20x5 characters and the app needs 40x12"), ((100, 30), {"TERM": "dumb"}, "dumb")],
)
def test_where_it_cannot_draw_it_says_so_in_one_sentence(
    size: tuple[int, int], environment: dict[str, str], trouble: str
) -> None:
    with Terminal(size=size, environment=environment) as terminal:
        assert terminal.status() == 2
        sentence = terminal.seen.decode().replace("\r\n", "\n")
        assert ALTERNATE not in terminal.seen
    assert sentence.count("\n") == 1
    assert trouble in sentence
    assert "rnn-tui run" in sentence
    assert "rnn-tui snapshot" in sentence


def test_a_terminal_without_unicode_gets_ascii_alone() -> None:
    plain = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    with Terminal(environment=plain) as terminal:
        terminal.wait_for_text("t = 0 of 5")
        terminal.press(RIGHT)
        text = terminal.wait_for_text("t = 1 of 5")
        terminal.press(b"u")
        text += terminal.wait_for_text("u unrolled")
        assert "W  3x4" in text
        assert "#=====#" in text
        assert terminal.seen.isascii()
        assert b"\\u" not in terminal.seen  # what Python writes for what it cannot encode


def test_resizing_in_mid_run_draws_the_same_screen_again() -> None:
    with Terminal(size=(80, 24)) as terminal:
        opened(terminal)
        terminal.press(RIGHT * 2)
        before = terminal.wait_for(lambda text: "t = 2 of 5" in text and "s₂ = tanh" in text and "q quit" in text)
        for size in ((60, 15), (20, 5), (80, 24)):
            terminal.resize(*size)
            terminal.read_until_quiet()
            assert terminal.process.poll() is None
        terminal.press(RIGHT)
        terminal.wait_for_text("t = 3 of 5")
        terminal.press(LEFT)
        terminal.wait_for(lambda text: text == before)
