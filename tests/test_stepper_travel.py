"""Travel in time by hand: marks, jumps, columns of the timeline, epochs, and the clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stepping import LEARNING, stepping

from rnn_tui.core.errors import RangeError
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Session
from rnn_tui.stepper.pace import SPEEDS
from rnn_tui.stepper.stepper import Stepper

SAME = Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})])


def counted(length: int) -> Stepper:
    return stepping(Session.of(SAME, Sequence(np.arange(length)[:, None], labels=[f"{t % 7}" for t in range(length)])))


def test_marks_are_kept_and_jumped_to() -> None:
    stepper = counted(50)
    for letter, t in (("b", 30), ("a", 7), ("b", 31)):
        stepper.do("t", str(t))
        stepper.do("mark", letter)
    assert stepper.session.marks == (("a", 7), ("b", 31))
    stepper.do("jump", "a")
    assert stepper.session.at == 7
    stepper.do("jump", "c")
    assert (stepper.session.at, stepper.notice) == (7, "there is no mark c")


def test_jumps_are_walked_back_and_forward_and_a_new_one_forgets_those_ahead() -> None:
    stepper = counted(50)
    for t in ("10", "20", "30"):
        stepper.do("go_to", t)
    seen = []
    for key in ("left_parenthesis", "left_parenthesis", "right_parenthesis", "left_parenthesis"):
        stepper.press(key)
        seen.append(stepper.session.at)
    assert seen == [20, 10, 20, 10]
    stepper.do("last")
    stepper.press("right_parenthesis")
    assert (stepper.session.at, stepper.notice) == (50, "there is no jump to go forward to")
    stepper.press("left_parenthesis")
    assert stepper.session.at == 10


@pytest.mark.parametrize(("columns", "by"), [(80, 12), (500, 2), (2000, 1)])
def test_a_column_of_the_timeline_is_the_timesteps_it_stands_for(columns: int, by: int) -> None:
    stepper = counted(1000)
    stepper.columns = columns
    stepper.press("right_curly_bracket")
    stepper.press("right_curly_bracket")
    assert stepper.session.at == 2 * by
    stepper.press("left_curly_bracket")
    assert stepper.session.at == by


def test_a_label_is_found_going_round() -> None:
    stepper = counted(15)  # 0 1 2 3 4 5 6 0 1 2 3 4 5 6 0
    seen = []
    for _ in range(3):
        stepper.do("find", "1")
        seen.append(stepper.session.at)
    assert seen == [2, 9, 2]
    with pytest.raises(RangeError, match="no label is or contains '8'"):
        stepper.do("find", "8")


def test_a_step_goes_on_into_the_next_epoch_and_back_into_the_one_before() -> None:
    stepper = stepping(replace(LEARNING, at=5, arrived=(3,)))
    stepper.press("right")
    assert (stepper.session.epoch, stepper.session.at, stepper.session.arrived) == (2, 1, ())
    stepper.press("left")
    stepper.press("left")
    assert (stepper.session.epoch, stepper.session.at) == (1, 5)
    stepper.press("W")
    assert (stepper.session.epoch, stepper.notice) == (1, "this is the first epoch")
    for epoch in (2, 3, 4):
        stepper.press("E")
        assert (stepper.session.epoch, stepper.session.at) == (epoch, 5)


def test_the_way_back_is_walked_from_the_last_target_to_the_first_timestep() -> None:
    stepper = stepping(replace(LEARNING, at=2))
    stepper.press("L")
    seen = [stepper.session.at]
    for _ in range(5):
        stepper.press("right")
        seen.append(stepper.session.at)
    assert seen == [4, 3, 2, 1, 1, 1]
    stepper.press("left")
    assert stepper.session.at == 2
    stepper.press("L")
    assert not stepper.session.gaze.back


def test_reset_goes_back_to_the_start_and_forgets_where_one_was() -> None:
    stepper = stepping(LEARNING)
    stepper.do("epoch", "3")
    stepper.do("t", "4")
    stepper.do("mark", "a")
    stepper.press("r")
    assert stepper.session == LEARNING


@pytest.mark.parametrize("speed", range(len(SPEEDS)))
def test_it_plays_as_many_timesteps_as_its_speed_says(speed: int) -> None:
    stepper = counted(1000)
    stepper.pace = replace(stepper.pace, speed=speed)
    stepper.press("p")
    for now in np.arange(0, 10.001, 1 / 64):  # ten seconds
        stepper.tick(float(now))
    assert stepper.session.at == pytest.approx(10 * SPEEDS[speed], abs=1)


def test_it_stops_playing_at_the_end_and_begins_anew() -> None:
    stepper = counted(3)
    stepper.press("p")
    for now in range(9):
        stepper.tick(float(now))
    assert (stepper.session.at, stepper.pace.playing) == (3, False)
    stepper.press("p")
    assert (stepper.session.at, stepper.pace.playing) == (0, True)
