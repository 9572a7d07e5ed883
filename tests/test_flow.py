"""No more frames on the way than the terminal can draw, and held keys told from quick fingers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from rnn_tui.app.flow import ASK, BURST, Flow, Hold


class Clock:
    """A clock that a test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def flow(clock: Clock, written: list[str]) -> Flow:
    driver = SimpleNamespace(write=written.append, flush=lambda: None)
    return Flow(cast("Any", SimpleNamespace(is_headless=False, _driver=driver)), clock)


def test_a_terminal_that_answers_gets_the_next_frame_when_it_has_drawn_the_last() -> None:
    clock = Clock()
    written: list[str] = []
    paced = flow(clock, written)
    paced.sent()
    assert written == [ASK]
    paced.answered()
    for _ in range(20):
        assert paced.free()
        paced.sent()
        assert not paced.free()
        clock.now += 0.3
        assert not paced.free()
        paced.answered()


def test_an_answer_that_never_comes_is_not_waited_for() -> None:
    clock = Clock()
    paced = flow(clock, [])
    paced.sent()
    paced.answered()
    paced.sent()
    clock.now += 1
    assert paced.free()


def test_a_terminal_that_never_answers_gets_a_few_frames_at_once_and_then_one_now_and_then() -> None:
    clock = Clock()
    paced = flow(clock, [])
    sent = 0
    while paced.free():
        paced.sent()
        sent += 1
    assert sent == BURST
    for _ in range(500):  # five seconds
        clock.now += 0.01
        if paced.free():
            paced.sent()
            sent += 1
    assert BURST + 14 <= sent <= BURST + 16


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
