"""No more on the way than the terminal can draw, held keys told from quick fingers, and input that is no text."""

from __future__ import annotations

import pytest

from rnn_tui.app.terminal.input import Reader
from rnn_tui.app.terminal.pacing import BURST, PATIENCE, RATE, Hold, Pacing


class Clock:
    """A clock that a test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_that_answers_gets_the_next_frame_when_it_has_drawn_the_last() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    pacing.sent(3000)
    pacing.answered()
    for _ in range(20):
        assert pacing.free()
        pacing.sent(100_000)
        assert not pacing.free()
        clock.now += 3
        assert not pacing.free()
        pacing.answered()


def test_a_slow_line_gets_what_it_takes_in_a_second_at_a_time() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    for size, seconds, most in ((6000, 2, 3000), (2000, 4, 1024), (3000, 0.1, 30_000), (60, 0.2, 30_000)):
        pacing.sent(size)
        clock.now += seconds
        pacing.answered()
        assert pacing.most == pytest.approx(most, abs=1)


def test_every_question_is_waited_for() -> None:
    pacing = Pacing(Clock())
    pacing.sent(10)
    assert pacing.free()  # it has not answered yet: bytes count
    pacing.sent(10)
    pacing.answered()
    assert not pacing.free()
    pacing.answered()
    assert pacing.free()


def test_an_answer_that_never_comes_is_waited_for_with_patience_and_no_longer() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    pacing.sent(10)
    pacing.answered()
    pacing.sent(10)
    clock.now += PATIENCE - 1
    assert not pacing.free()
    assert pacing.pause() == pytest.approx(1)
    clock.now += 1.1
    assert pacing.free()


def test_a_terminal_that_never_answers_gets_so_many_bytes_at_once_and_so_many_a_second() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    sent = 0
    while pacing.free():
        pacing.sent(1000)
        sent += 1000
    assert BURST <= sent < BURST + 1000
    assert 0 < pacing.pause() <= 1000 / RATE
    for _ in range(500):  # five seconds
        clock.now += 0.01
        if pacing.free():
            pacing.sent(1000)
            sent += 1000
    assert BURST + 5 * RATE - 1000 <= sent <= BURST + 5 * RATE + 1000


def test_a_held_key_is_told_from_quick_fingers() -> None:
    clock = Clock()
    hold = Hold(clock)

    def presses(pause: float, keys: str) -> list[bool]:
        found = []
        for key in keys:
            clock.now += pause
            found.append(hold.held(key))
        return found

    assert presses(0.15, "rrrrrr") == [False] * 6
    assert presses(0.03, "rrrrrr") == [False, False, True, True, True, True]
    assert presses(0.03, "rlrlrl") == [True] + [False] * 5


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ([b"abc"], "abc"),
        ([b"\xe9n"], "\ufffdn"),
        (["é".encode()[:1], "é".encode()[1:]], "é"),
        ([b"x\x1b[M\xc8\x25\xa5y"], "xy"),  # beyond column 95: two bytes that might be one character
        ([b"x\x1b[M", b"\xc8", b"\x25\x21y"], "xy"),
        ([b"\x1b[A\x1b[Mabc\x1b[B"], "\x1b[A\x1b[B"),
        ([b"\x1b"], "\x1b"),
    ],
)
def test_input_that_is_no_text_is_passed_over(pieces: list[bytes], text: str) -> None:
    reader = Reader()
    assert "".join(reader.text(piece) for piece in pieces) == text
