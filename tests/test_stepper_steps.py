"""Going about: time, epochs, jumps, the clock, layers, operations and the selected number, one small step each.

``hello`` has five timesteps, the network that learns four epochs, the sunspots 309 years.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stepping import LEARNING, PLAIN, lesson, network, stepping

from rnn_tui import Layer, Network, Sequence
from rnn_tui.core.digest import MEAN, NORM, VALUE
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Focus, Gaze, Session
from rnn_tui.stepper.commands import hints
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.pace import Pace
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.stepper.traces import Trace, chosen, traces

ELMAN, STACK = PLAIN["elman"], PLAIN["stack"]


def pressed(begun: Session, *keys: str) -> Stepper:
    stepper = stepping(begun)
    for key in keys:
        stepper.press(key)
    return stepper


@pytest.mark.parametrize(
    ("begun", "keys", "epoch", "t"),
    [
        (replace(LEARNING, at=4), ["right"], 1, 5),
        (replace(LEARNING, at=5), ["right"], 2, 1),
        (replace(LEARNING, at=5, epoch=4), ["right"], 4, 5),
        (replace(LEARNING, at=0, epoch=2), ["left"], 1, 5),
        (replace(LEARNING, at=0), ["left"], 1, 0),
        (replace(LEARNING, at=2), ["L"], 1, 4),  # t = 5 has no target
        (replace(LEARNING, at=2), ["L", "left"], 1, 5),
        (replace(LEARNING, at=2), ["L", "right"], 1, 3),
        (replace(LEARNING, at=1), ["L", *["right"] * 5], 1, 1),
        (replace(LEARNING, at=2, epoch=3), ["r"], 1, 0),
    ],
)
def test_where_a_key_leads_in_a_network_that_learns(begun: Session, keys: list[str], epoch: int, t: int) -> None:
    stepper = pressed(begun, *keys)
    assert (stepper.session.epoch, stepper.session.at) == (epoch, t)


def test_the_last_timestep_of_the_last_epoch_says_so() -> None:
    assert pressed(replace(LEARNING, at=5, epoch=4), "right").notice == "this is the last timestep"


def test_jumps_back_and_forward() -> None:
    stepper = stepping(replace(ELMAN, at=2))

    def do(name: str, argument: str = "") -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        stepper.do(name, argument)
        session = stepper.session
        return session.at, tuple(place.at for place in session.past), tuple(place.at for place in session.future)

    assert do("go_to", "4") == (4, (2,), ())
    assert do("go_to", "4") == (4, (2,), ())
    assert do("go_to", "5") == (5, (2, 4), ())
    assert do("jump_back") == (4, (2,), (5,))
    assert do("jump_back") == (2, (), (5, 4))
    assert do("jump_forward") == (4, (2,), (5,))
    assert do("go_to", "1") == (1, (2, 4), ())


def test_a_reset_forgets_marks_and_jumps() -> None:
    stepper = stepping(replace(ELMAN, at=2))
    for name, argument in (("mark", "a"), ("go_to", "4"), ("jump_back", ""), ("go_to", "3"), ("jump_back", "")):
        stepper.do(name, argument)
    assert (stepper.session.marks, [place.at for place in stepper.session.future]) == ((("a", 2),), [3])
    stepper.do("reset")
    assert stepper.session == ELMAN


@pytest.mark.parametrize(("columns", "t"), [(80, 13), (100, 13), (155, 11), (400, 11)])
def test_a_column_of_the_timeline_is_as_many_timesteps_as_share_it(columns: int, t: int) -> None:
    stepper = stepping(replace(network("elman", path="sunspots"), at=10))
    stepper.columns = columns
    stepper.press("right_curly_bracket")
    assert stepper.session.at == t
    stepper.press("left_curly_bracket")
    assert stepper.session.at == 10


def test_the_clock_tells_how_many_timesteps_are_due() -> None:
    pace = Pace(playing=True, speed=2)  # two a second
    assert pace.steps(10.0) == (0, replace(pace, due=10.5))
    pace = replace(pace, due=10.5)
    assert pace.steps(10.4) == (0, pace)
    assert pace.steps(10.5) == (1, replace(pace, due=11.0))
    assert pace.steps(11.75) == (3, replace(pace, due=12.0))  # at 10.5, 11 and 11.5
    assert Pace(due=0.0).steps(10.0) == (0, Pace(due=0.0))


@pytest.mark.parametrize(
    ("begun", "t"),
    [
        (replace(ELMAN, at=4), 4),
        (replace(ELMAN, at=5), 0),
        (replace(LEARNING, at=5), 5),
        (replace(LEARNING, at=5, epoch=4), 0),
    ],
)
def test_playing_begins_anew_only_at_the_very_end(begun: Session, t: int) -> None:
    stepper = pressed(begun, "p")
    assert (stepper.session.at, stepper.pace.playing) == (t, True)


@pytest.mark.parametrize(
    ("begun", "epoch", "t", "playing"),
    [
        (replace(ELMAN, at=4), 1, 5, True),
        (replace(ELMAN, at=5), 1, 5, False),
        (replace(LEARNING, at=5), 2, 1, True),
        (replace(LEARNING, at=5, epoch=4), 4, 5, False),
    ],
)
def test_a_tick_plays_on_into_the_next_epoch_and_ends_at_the_last(
    begun: Session, epoch: int, t: int, playing: bool
) -> None:
    stepper = stepping(begun)
    stepper.pace = Pace(playing=True, due=0.0)
    stepper.tick(0.0)
    assert (stepper.session.epoch, stepper.session.at, stepper.pace.playing) == (epoch, t, playing)


@pytest.mark.parametrize(
    ("focus", "key", "to"),
    [
        (Focus("x", 0, 1), "left", Focus("W", None, 1, 3)),  # W is 3x4 and stands left of x
        (Focus("W", None, 1, 3), "right", Focus("x", 0, 1)),
        (Focus("x", 0, 3), "right", Focus("U", None, 2, 0)),  # which has three rows
        (Focus("W", None, 1, 2), "left", Focus("W", None, 1, 1)),
        (Focus("W", None, 2, 2), "tab", Focus("x", 0, 2)),
        (Focus("x", 0, 2), "shift+tab", Focus("W", None, 2, 0)),
        (Focus("W", None, 0, 0), "shift+tab", Focus("y", 0, 0)),
        (Focus("s", 0, 2), "down", Focus("s", 0, 2)),
        (Focus("s", 0, 1), "up", Focus("s", 0, 0)),
        (Focus("s", 0, 0), "up", None),
    ],
)
def test_the_selection_moves(focus: Focus, key: str, to: Focus | None) -> None:
    assert pressed(replace(ELMAN, at=2, gaze=Gaze(focus=focus)), key).session.gaze.focus == to


@pytest.mark.parametrize(
    ("keys", "gaze"),
    [
        (["down"], Gaze(zoom="operation", operation=0)),
        (["down", "down"], Gaze(zoom="operation", operation=1)),
        (["down", "down", "up"], Gaze(zoom="operation", operation=0)),
        (["down", "up"], Gaze()),
        (["left_square_bracket"], Gaze(layer=1)),
        (["left_square_bracket", "right_square_bracket"], Gaze(layer=2)),
        (["tab"], Gaze(gate=1)),
        (["shift+tab"], Gaze(gate=2)),  # of r, z and n the last
        (["tab", "tab", "tab"], Gaze()),
    ],
)
def test_into_the_arithmetic_and_from_layer_to_layer(keys: list[str], gaze: Gaze) -> None:
    assert pressed(replace(STACK, at=2), *keys).session.gaze == gaze


def test_the_gate_that_was_explained_stays_in_the_tables() -> None:
    stepper = stepping(replace(STACK, at=2))
    stepper.do("focus", "z 0 0 0")
    assert stepper.session.gaze == Gaze(zoom="number", operation=1, focus=Focus("z", 0))
    stepper.press("escape")
    assert stepper.session.gaze == Gaze(zoom="step", operation=1, gate=1, focus=Focus("z", 0))


@pytest.mark.parametrize(("begun", "first"), [(ELMAN, "s[1]"), (LEARNING, "|y|")])
def test_the_first_other_trace(begun: Session, first: str) -> None:
    """The timeline shows |s| to begin with, and of a network that learns its loss, so that |y| is another."""
    assert pressed(begun, "v").session.gaze.trace == first


def test_a_trace_that_the_layer_does_not_have_is_left_for_another_than_is_shown() -> None:
    """A softmax has no s: |y| is shown in its place, so that what is right comes next, and then the loss."""
    stepper = stepping(replace(LEARNING, gaze=Gaze(trace="|s|")))
    assert str(chosen(stepper.frame)) == "|y|"
    seen = []
    for _ in range(2):
        stepper.press("v")
        seen.append(stepper.session.gaze.trace)
    assert seen == ["right", ""]


def test_a_run_that_breaks_is_gone_to_as_far_as_it_goes() -> None:
    """s_t = 2 s_(t-1) + x_t from x_1 = 1: s_t is 2^(t-1), which is infinite from 2^1024 on."""
    x = np.zeros((2000, 1))
    x[0] = 1.0
    doubling = Network([Layer("elman-relu", {"W": [[1.0]], "U": [[2.0]], "b": [0.0]})])
    stepper = stepping(Session.of(doubling, Sequence(x)))
    stepper.press("end")
    assert stepper.session.at == 1025
    assert stepper.notice == "t = 1025: a number is not finite, the run stops here"


def test_what_a_trace_is_called() -> None:
    for text, trace in (("|s|", Trace("s", NORM)), ("f", Trace("f", MEAN)), ("s[2]", Trace("s", VALUE, 1))):
        assert Trace.read(text) == trace
        assert str(trace) == text


@pytest.mark.parametrize(("hidden", "units"), [(4, ["s[1]", "s[2]", "s[3]", "s[4]"]), (5, [])])
def test_the_units_of_a_state_of_up_to_four_are_offered(hidden: int, units: list[str]) -> None:
    assert traces(stepping(network("elman", hidden=(hidden,))).frame) == ["|s|", *units]


def test_nothing_is_before_the_first_timestep_and_no_gradient_at_none() -> None:
    assert [stepping(replace(ELMAN, at=t)).frame.before is None for t in (0, 1, 2)] == [True, True, False]
    before = stepping(replace(ELMAN, at=2)).frame.before
    assert before is not None
    assert before.t == 1
    back = Gaze(back=True)
    assert [stepping(replace(LEARNING, at=t, gaze=back)).frame.back is None for t in (0, 1)] == [True, False]


@pytest.mark.parametrize("begun", [ELMAN, STACK, LEARNING, lesson("what-is-rnn")])
@pytest.mark.parametrize("gaze", [Gaze(), Gaze(focus=Focus("y", 0)), Gaze(zoom="operation")])
def test_no_key_stands_twice_in_the_footer(begun: Session, gaze: Gaze) -> None:
    keys = [key for _, key, _ in hints(stepping(replace(begun, at=2, gaze=gaze)).here)]
    assert len(keys) == len(set(keys)) > 5


def test_predictions_are_counted_right_and_wrong() -> None:
    """y[1] is -0.6042 at t = 1."""
    told: list[Any] = []
    for answer in ("-", "+"):
        stepper = stepping(ELMAN)
        stepper.press("P")
        stepper.do("predict", answer)
        told.append(stepper.session.predicted)
    assert told == [(1, 1), (0, 1)]


def test_a_breakpoint_taken_away_leaves_the_others_and_stops_are_noted_in_order() -> None:
    stepper = stepping(ELMAN)
    for text in ("t == 2", "t == 3", "t == 4"):
        stepper.do("breakpoints", text)
    stepper.do("remove_break", "1")
    assert [each.text for each in stepper.session.breaks] == ["t == 2", "t == 4"]
    for key in ("c", "c"):
        stepper.press(key)
    assert stepper.session.arrived == (2, 4)
    stepper.press("C")
    assert (stepper.session.at, stepper.session.arrived) == (2, (2, 4))


@pytest.mark.parametrize(("answer", "right"), [("+", 0), ("-", 1)])
def test_the_score_counts_the_right_answers_alone(answer: str, right: int) -> None:
    """The second of two stops asks for the sign of s[4][1], which is -0.92."""
    stepper = stepping(read_session(str(Path(__file__).parent / "lesson_of_an_author.toml")))
    stepper.press("pagedown")
    stepper.do("answer", answer)
    told = told_of(stepper.here)
    assert told is not None
    assert told.verdict.startswith("Right: " if right else "No: ")
    assert told.verdict.endswith(f"Score: {right} of 1.")
    assert stepper.session.lesson is not None
    assert stepper.session.lesson.asking is None
    assert stepper.frame.hidden == ()
