"""How the app leaves a real pseudo-terminal, or stands aside: signals, a lost connection, ctrl+z."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest
from terminal import ALTERNATE, ROOT, Terminal, given_back, opened

RIGHT = b"\x1b[C"
WHOLE = b"\x1b[2J"
"""Clears the screen, as at the beginning of a whole repaint."""
SOON = 3.0
"""Seconds to be gone after a signal. One second is promised; a loaded machine is given more."""


@pytest.mark.parametrize("playing", [False, True], ids=["waiting", "playing"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_app_and_gives_the_terminal_back(number: signal.Signals, playing: bool) -> None:
    with Terminal("sine.csv", "--at", "1") as terminal:
        terminal.wait_for_text("t = 1 of")
        if playing:
            terminal.press(b"++++p")
            terminal.wait_for_text("playing")
        terminal.signal(number)
        assert terminal.status(within=SOON) == 128 + number
        assert given_back(terminal)


BURST = (
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGABRT,
    signal.SIGXCPU,
    signal.SIGINT,
)


@pytest.mark.parametrize("pause", [0, 0.01, 0.03])
def test_a_burst_of_signals_gives_the_terminal_back(pause: float) -> None:
    for seed in (1, 2):
        order = random.Random(seed).choices(BURST, k=20)
        with Terminal("sine.csv") as terminal:
            opened(terminal)
            for number in order:  # up to the very end
                if terminal.process.poll() is None:
                    terminal.signal(number)
                    time.sleep(pause)
            # any of them: those that come before the program runs again come in the order of their numbers
            assert terminal.status(within=SOON) in {128 + number for number in order}
            assert given_back(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_app_while_nobody_reads_the_terminal(number: signal.Signals) -> None:
    with Terminal("sine.csv", size=(300, 80)) as terminal:
        while not terminal.process_writes():
            time.sleep(0.05)
        for key in (b"i", b"w", b"u", b"++++p"):
            terminal.press(key)
            time.sleep(0.1)
        begin = time.monotonic()
        terminal.signal(number)
        assert terminal.process.wait(SOON) == 128 + number
        assert time.monotonic() - begin < SOON
        terminal.read_until_quiet()
        assert given_back(terminal)


HELD_UP = """
import hashlib, os, time
from rnn_tui.app.terminal.signals import Watch
watch = Watch(os.pipe()[0], lambda number: None, lambda number: os._exit(128 + number))
watch.start(lambda: None, lambda: None)
print("listening", flush=True)
{doing}
"""
DOING = {
    "one line that takes minutes": 'hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)',
    "a loop that never leaves": "while True: time.sleep(1)",
}


@pytest.mark.parametrize("doing", DOING)
def test_a_signal_ends_an_app_that_does_not_leave_when_told(doing: str) -> None:
    script = HELD_UP.format(doing=DOING[doing])
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"listening\n"
            time.sleep(0.3)
            process.terminate()
            assert process.wait(SOON) == 128 + signal.SIGTERM
        finally:
            process.kill()


def test_stopped_and_continued_it_shows_the_same_screen() -> None:
    with Terminal("sine.csv", "--at", "3") as terminal:
        before = opened(terminal).text
        for number in (signal.SIGTSTP, signal.SIGTSTP, signal.SIGSTOP):
            terminal.signal(number)
            terminal.read_until_quiet()
            assert terminal.state == "T"
            assert given_back(terminal) == (number == signal.SIGTSTP)
            terminal.screen.reset()
            sent = len(terminal.seen)
            terminal.signal(signal.SIGCONT)
            terminal.wait_for(lambda text: text == before)
            terminal.read_until_quiet()
            assert ALTERNATE in terminal.seen[sent:]
            assert WHOLE in terminal.seen[sent:]
        terminal.press(RIGHT)
        terminal.wait_for_text("t = 4 of")
        terminal.signal(signal.SIGTSTP)
        terminal.read_until_quiet()
        terminal.signal(signal.SIGTERM)  # heard when it goes on
        terminal.signal(signal.SIGCONT)
        assert terminal.status(within=SOON) == 128 + signal.SIGTERM
        assert given_back(terminal)


def test_where_no_shell_is_there_to_go_back_to_the_key_says_so() -> None:
    with Terminal() as terminal:
        opened(terminal)
        terminal.press(b"\x1a")
        terminal.wait_for_text("there is no shell to go back to")
        assert terminal.state != "T"


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
