"""The app in a real pseudo-terminal: what it sends, and what it shrugs off."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from functools import partial
from operator import ne

import pytest
from terminal import ALTERNATE, NORMAL, PATIENCE, Terminal, given_back, looks, opened

from rnn_tui.app import RnnApp
from rnn_tui.app.snapshot import snapshot
from rnn_tui.session.model import Session

RIGHT, LEFT, HOME, END = b"\x1b[C", b"\x1b[D", b"\x1b[H", b"\x1b[F"
BYTES_A_STEP, BYTES_A_LARGE_STEP, BYTES_AT_FIRST, BYTES_A_KEY = 1536, 2048, 4096, 6144
"""What may be sent at 100x30 for a step, for one of 512 units, for the first frame, and for any other key or size."""
DRAINED = 3.0
"""Seconds after the last of 40 keys until a line of 2 kB/s is quiet again."""


def test_steps_are_drawn_whole_in_few_bytes_and_idleness_in_none() -> None:
    with Terminal() as terminal:
        opened(terminal)
        assert ALTERNATE in terminal.seen
        assert len(terminal.seen) <= BYTES_AT_FIRST
        sent: list[int] = []
        for t in (1, 2, 3, 4, 5, 4, 3):
            terminal.press(RIGHT if len(sent) < 5 else LEFT)
            before = len(terminal.seen)
            terminal.wait_for_text(f"t = {t} of 5")
            terminal.read_until_quiet(0.15)
            sent.append(len(terminal.seen) - before)
        assert min(sent) > 0
        assert max(sent) <= BYTES_A_STEP
        # what many partial updates left on the screen is what one full painting of it would be
        assert terminal.text == snapshot(RnnApp(Session(at=3)), (100, 30), [], "txt")
        assert terminal.read(3) == b""  # ten seconds were measured by hand
        terminal.press(b"q")
        assert terminal.status() == 0
        assert given_back(terminal)


def test_a_step_of_a_large_layer_is_drawn_in_few_bytes() -> None:
    with Terminal("hello.txt", "--cell", "lstm", "--hidden", "512", "--at", "2") as terminal:
        opened(terminal)
        for t, key in ((3, RIGHT), (4, RIGHT), (3, LEFT), (2, LEFT)):
            before = len(terminal.seen)
            terminal.press(key)
            terminal.wait_for_text(f"t = {t} of 5")
            terminal.read_until_quiet(0.15)
            assert len(terminal.seen) - before <= BYTES_A_LARGE_STEP


@pytest.mark.parametrize("colours", ["", "truecolor"])
def test_no_key_and_no_change_of_size_costs_many_bytes(colours: str) -> None:
    with Terminal(environment={"COLORTERM": colours}) as terminal:
        opened(terminal)
        for key in (b"?", b"\x1b", b"i", b"w", b"u", b"D", b"D", b"D"):
            before, sent = terminal.text, len(terminal.seen)
            terminal.press(key)
            terminal.wait_for(partial(ne, before))
            terminal.read_until_quiet()
            assert 0 < len(terminal.seen) - sent <= BYTES_A_KEY, key
        terminal.resize(98, 29)
        assert 0 < len(terminal.read_until_quiet()) <= BYTES_A_KEY


@pytest.mark.parametrize(("term", "seed"), [("xterm-256color", 1), ("screen-256color", 2)])
def test_after_any_keys_the_screen_is_what_a_repaint_of_it_is(term: str, seed: int) -> None:
    keys = b"hl jk\t0$P/m'(){}vuiVwnEWdL][><,.br?:\x1b\r"
    source = random.Random(seed)
    with Terminal("hello.txt", "--cell", "lstm,softmax", environment={"TERM": term}) as terminal:
        opened(terminal)
        for _ in range(20):
            terminal.press(bytes(source.choices(keys, k=8)).replace(b"\x1b", b"\x1b\x1b"))
            terminal.read(0.06)
        for _ in range(3):
            terminal.press(b"\x1b")
            terminal.read_until_quiet(0.25)
        terminal.press(b"\x0c")  # the last line says what can be done again
        terminal.read_until_quiet()
        before = looks(terminal.screen)
        assert "q quit" in terminal.text
        terminal.press(b"\x0c")
        assert len(terminal.read_until_quiet()) > 1000
        assert looks(terminal.screen) == before
        for size in ((90, 28), (100, 30)):  # here Textual draws it anew as well
            terminal.resize(*size)
            terminal.read_until_quiet()
        assert looks(terminal.screen) == before


@pytest.fixture(scope="module")
def standing() -> Iterator[Terminal]:
    """An app for the tests that leave it as they found it."""
    with Terminal() as terminal:
        yield opened(terminal)


def test_a_terminal_that_lost_its_screen_gets_it_back_with_one_key(standing: Terminal) -> None:
    before = standing.text
    standing.screen.reset()
    standing.press(b"\x0c")
    standing.wait_for(lambda text: text == before)
    standing.screen.reset()
    standing.signal(signal.SIGWINCH)  # another size and back again, so quickly that nobody saw it
    standing.wait_for(lambda text: text == before)
    standing.read_until_quiet()


def test_a_terminal_that_never_answers_is_served_as_well() -> None:
    with Terminal("sine.csv") as terminal:
        terminal.screen.write_process_input = lambda data: None  # type: ignore[method-assign]
        opened(terminal)
        for t in range(1, 6):
            terminal.press(RIGHT)
            terminal.wait_for_text(f"t = {t} of 48")
        terminal.press(b"q")
        assert terminal.status() == 0
        assert given_back(terminal)


def test_the_mouse_reports_clicks_and_no_motion_and_the_focus_nothing(standing: Terminal) -> None:
    assert b"\x1b[?1000h" in standing.seen
    assert b"\x1b[?1003h" not in standing.seen
    assert b"\x1b[?1004h" not in standing.seen
    standing.press(b"\x1b[O")  # all the same, as from a terminal that was left reporting it
    assert standing.read(0.5) == b""
    standing.press(b"\x1b[I")
    assert standing.read(0.5) == b""


def test_a_terminal_that_tells_its_size_and_takes_whole_frames_is_understood() -> None:
    with Terminal() as terminal:
        opened(terminal)
        terminal.press(b"\x1b[?2026;2$y\x1b[?2048;2$y")  # it can do both, and neither is set
        terminal.read_until_quiet()
        terminal.screen.resize(24, 80)
        before = len(terminal.seen)
        terminal.press(b"\x1b[48;24;80;480;800t")
        terminal.wait_for(lambda text: text == snapshot(RnnApp(Session()), (80, 24), [], "txt"))
        frame = bytes(terminal.seen[before:])
        assert frame.startswith(b"\x1b[?2026h")
        assert frame.endswith(b"\x1b[?2026l\x1b[6n")
        terminal.press(b"q")
        assert terminal.status() == 0
        assert b"\x1b[?2048l\x1b[?1016l" in terminal.seen
        assert given_back(terminal)


def test_a_slow_line_is_drained_soon_after_the_last_key() -> None:
    rate, keys = 2000, [RIGHT, LEFT, b"n", b">"]
    with Terminal("sine.csv") as terminal:
        opened(terminal)
        for i in range(40):
            terminal.press(keys[i % 4])
            end = time.monotonic() + 0.05
            while time.monotonic() < end:
                read_slowly(terminal, rate)
        released = time.monotonic()
        while time.monotonic() - released < PATIENCE and read_slowly(terminal, rate, 0.5):
            pass
        assert time.monotonic() - released - 0.5 < DRAINED
        before = looks(terminal.screen)[:-1]  # the last line says what the last key could not do
        terminal.press(b"\x0c")
        terminal.read_until_quiet()
        assert looks(terminal.screen)[:-1] == before


def read_slowly(terminal: Terminal, rate: int, wait: float = 0.02) -> bytes:
    """A few bytes, in the time they take at some rate a second."""
    data = terminal.read_some(wait, 64)
    time.sleep(len(data) / rate)
    return data


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


def test_what_no_key_sends_changes_nothing(standing: Terminal) -> None:
    before = standing.text
    standing.press(b"\xe9%")  # e with an acute accent from a terminal in Latin-1, then a key that does nothing
    standing.press(b"\x1b[MC\xc8\x25")  # an old mouse report from beyond column 95
    standing.press(b"\x1b[37~" + b"\x1bOR" + b"\x00")
    standing.read_until_quiet()
    assert standing.text == before
    for key, t in ((END, 5), (HOME, 0)):
        standing.press(key)
        standing.wait_for_text(f"t = {t} of 5")
    standing.read_until_quiet()


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


def test_the_app_answers_and_ends_while_it_learns_to_the_epoch_that_it_opens_at() -> None:
    far = ("--learn", "--cell", "elman,softmax", "--epochs", "100000", "--epoch", "last")
    with Terminal("hello.txt", *far) as terminal:
        terminal.wait_for_text("learning to epoch 100000 [..........] ")
        terminal.press(RIGHT)
        terminal.wait_for_text("t = 1 of 5")
        terminal.press(b"q")
        assert terminal.status() == 0
