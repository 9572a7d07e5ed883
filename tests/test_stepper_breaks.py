"""Breakpoints: they outlive a network and a sequence without harm, belong to a layer, and count at a lesson's stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stepping import network, stepping

from rnn_tui.core.breakpoints import Breakpoint, Stop
from rnn_tui.core.errors import ConditionError, InputError
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.file import parse_session, read_session
from rnn_tui.session.model import Session
from rnn_tui.stepper import breaking
from rnn_tui.stepper.breaking import counted, counting, hit_rows
from rnn_tui.stepper.stepper import Stepper

COUNTING = Sequence([[0.0], [3.0], [1.0], [4.0], [2.0]])
DOUBLE = Network([Layer("dense", {"W": [[1.0]], "b": [0.0]}), Layer("dense", {"W": [[2.0]], "b": [0.0]})])
"""y of layer 1 is 0, 3, 1, 4, 2 at t = 1 to 5, and of layer 2 twice that."""


def counting_of(*breaks: Breakpoint) -> Stepper:
    return stepping(replace(Session.of(DOUBLE, COUNTING), breaks=breaks))


def stops(stepper: Stepper, key: str = "c") -> list[int]:
    """Where one stops, one after the other."""
    found: list[int] = []
    while True:
        stepper.press(key)
        if found[-1:] == [stepper.session.at] or not stepper.notice.startswith("stopped"):
            assert stepper.notice == "no breakpoint holds further on that way"
            return found
        found.append(stepper.session.at)
        assert len(found) < 9


@pytest.mark.parametrize(
    ("breaks", "times"),
    [
        ([Breakpoint("y[1] > 2", 1)], [2, 4]),
        ([Breakpoint("y[1] > 2", 2)], [2, 4, 5]),
        ([Breakpoint("y[1] > 2")], [2, 4, 5]),
        ([Breakpoint("y[1] > 7", 0), Breakpoint("y[1] == 1", 1)], [3, 4]),
        ([Breakpoint("y[1] > 2", 2, False), Breakpoint("y[1] > 3", 1)], [4]),
    ],
)
def test_a_breakpoint_is_asked_of_its_layer_and_stops_where_it_is_on(
    breaks: list[Breakpoint], times: list[int]
) -> None:
    assert stops(counting_of(*breaks)) == times
    backwards = counting_of(*breaks)
    backwards.do("last")
    assert stops(backwards, "C") == [t for t in reversed(times) if t != 5]


def test_they_are_saved_with_their_layer_their_switch_and_where_one_has_stopped(tmp_path: Path) -> None:
    stepper = counting_of()
    stepper.do("layer", "1")
    stepper.do("breakpoints", "y[1] > 3")
    stepper.do("breakpoints", "y[1] > 0")
    stepper.do("switch_break", "1")
    assert stepper.notice == "y[1] > 0: off"
    stepper.do("layer", "2")
    stepper.do("breakpoints", "y[1] == 4")
    assert stops(stepper) == [4, 5]
    stepper.do("mark", "z")
    stepper.do("save", str(tmp_path / "s"))
    again = read_session(tmp_path / "s.toml")
    assert again.breaks == (Breakpoint("y[1] > 3", 1), Breakpoint("y[1] > 0", 1, False), Breakpoint("y[1] == 4", 2))
    assert (again.arrived, again.marks, again.at) == ((4, 5), (("z", 5),), 5)
    stepper = stepping(replace(again, at=0))
    stepper.do("remove_break", "0")
    assert stops(stepper) == [5]


@pytest.mark.parametrize("key", ["c", "C"])
def test_breakpoints_that_another_sequence_does_not_know_are_told(key: str) -> None:
    """x has four numbers at first and then one."""
    stepper = stepping(Session())
    stepper.do("breakpoints", "x[4] == 1")
    stepper.do("open", "echo2")
    stepper.do("t", "3")
    stepper.press(key)
    assert stepper.notice == "x[4] == 1: x has no number 4; it has 1 to 1"
    assert stepper.session.at == 3
    stepper.do("breakpoints", "t > 20")  # one that it does know still stops
    stepper.do("t", "10" if key == "c" else "30")
    stepper.press(key)
    assert stepper.session.at == (21 if key == "c" else 29)


def test_breakpoints_that_another_cell_does_not_know_are_told() -> None:
    stepper = stepping(network("gru"))
    stepper.do("breakpoints", "any(z > 0)")
    text = stepper.frame.cell.text.replace("z", "q")
    stepper.do("edit", text)
    stepper.press("c")
    assert stepper.notice.startswith("any(z > 0): z is no quantity of this layer")
    assert stepper.session.at == 0
    stepper.press("p")
    stepper.tick(0.0)
    stepper.tick(2.5)  # playing passes over it as well
    assert stepper.session.at > 0


@pytest.mark.parametrize("text", ["s >", "5 % 0", "any(q > 0)", "", "s" * 300])
def test_what_is_no_condition_is_refused_and_nothing_is_added(text: str) -> None:
    stepper = stepping(Session())
    if text:
        with pytest.raises(ConditionError):
            stepper.do("breakpoints", text)
    else:
        assert stepper.do("breakpoints", text).ask is not None
    assert stepper.session == Session()


LESSON = """version = 1
[network]
cell = "dense"
[[network.layers]]
cell = "dense"
parameters = { W = [[1]], b = [0] }
[sequence]
x = [[0], [3], [1], [4], [2]]
[[stops]]
title = "one"
[[stops]]
title = "two"
at = 1
breaks = ["y[1] == 1", { when = "y[1] == 3", enabled = false }]
"""


def test_the_breakpoints_of_a_stop_stop_there_and_nowhere_else() -> None:
    stepper = stepping(parse_session(LESSON.replace('cell = "dense"\n[[', "[[")))
    assert stepper.session.lesson is not None
    stepper.press("c")
    assert stepper.notice == "no breakpoint is set: B sets one"
    stepper.press("pagedown")
    assert stepper.session.at == 1
    assert stops(stepper) == [3]
    stepper.press("pageup")
    assert stepper.session.breaks == ()


def test_a_jump_to_a_breakpoint_can_be_gone_back_from() -> None:
    stepper = counting_of(Breakpoint("y[1] == 8"))
    stepper.press("c")
    assert (stepper.session.at, stepper.session.arrived) == (4, (4,))
    stepper.press("left_parenthesis")
    assert stepper.session.at == 0
    stepper.press("right_parenthesis")
    assert stepper.session.at == 4


def test_a_number_that_is_not_finite_stops_it_playing() -> None:
    sequence = Sequence([[0.0], [np.inf], [1.0]])
    stepper = stepping(Session.of(DOUBLE, sequence))
    stepper.press("p")
    stepper.tick(0.0)
    stepper.tick(9.0)
    assert (stepper.session.at, stepper.pace.playing) == (2, False)
    assert stepper.notice == "stopped at t = 2: a number is not finite"


def test_a_walk_stops_at_a_breakpoint_at_its_very_end_and_not_at_its_start() -> None:
    """y of layer 1 is 4 at t = 4 alone, and playing walks one timestep at a time."""
    watch = counting_of(Breakpoint("y[1] > 3", 1)).here.watch
    found = [watch.between(start, start + 1) for start in (2, 3, 4)]
    assert found == [Stop(3), Stop(4, "y[1] > 3   y = 4.00"), Stop(5)]


RISING = Breakpoint("y[1] > prev(y[1])", 1)
LASTING = Breakpoint("y[1] > 0 for 2 steps", 1)


def test_questions_about_time_stop_forwards_backwards_and_at_play() -> None:
    """y of layer 1 is 0, 3, 1, 4, 2."""
    assert stops(counting_of(RISING)) == [2, 4]
    assert stops(counting_of(LASTING)) == [3, 4, 5]
    stepper = counting_of(LASTING)
    stepper.do("last")
    assert stops(stepper, "C") == [4, 3]
    stepper = counting_of(RISING)
    stepper.press("p")
    stepper.tick(0.0)
    stepper.tick(9.0)
    assert (stepper.session.at, stepper.pace.playing) == (2, False)
    assert stepper.notice == "stopped at t = 2: y[1] > prev(y[1])   y = 3.00"


def test_questions_about_time_are_saved_and_read_again_to_the_same(tmp_path: Path) -> None:
    stepper = counting_of(RISING, replace(LASTING, layer=2, enabled=False))
    stepper.do("save", str(tmp_path / "s"))
    assert read_session(tmp_path / "s.toml").breaks == (RISING, replace(LASTING, layer=2, enabled=False))


def test_how_often_they_hold_is_told_in_plain_words() -> None:
    stepper = counting_of(RISING, LASTING, Breakpoint("t == 4", 2, False), Breakpoint("t > 9"))
    assert counted(stepper.here, RISING) == "0 hits, 0% searched"
    assert not counting(stepper.here, 1.0)
    here = stepper.here
    assert [counted(here, each) for each in here.session.breaks] == [
        "2 hits, t = 2 to 4",
        "3 hits, t = 3 to 5",
        "1 hit, t = 4",
        "0 hits",
    ]
    assert hit_rows(here, 0) == ([("t = 2", 2), ("t = 4", 4)], 0)
    assert hit_rows(here, 1) == ([("t = 3 to 5  3 hits", 3)], 0)
    assert hit_rows(here, 3) == ([], 0)


def test_hits_are_counted_in_slices_as_far_as_the_run_has_passed() -> None:
    sequence = Sequence([[float(t % 2)] for t in range(1, 30_001)])
    stepper = Stepper(replace(Session.of(DOUBLE, sequence), breaks=(RISING,)))
    slices, told = 0, []
    while counting(stepper.here, 0.0):
        slices += 1
        told.append(counted(stepper.here, RISING))
    assert slices > 50
    assert told[0] == "0 hits, 0% searched"  # the first chunk is passed before it is counted
    assert told[1] == "127 hits, t = 3 to 255, 0% searched"
    assert "14975 hits, t = 3 to 29951, 99% searched" in told
    assert counted(stepper.here, RISING) == "14999 hits, t = 3 to 29999"


def test_two_breakpoints_are_counted_side_by_side() -> None:
    sequence = Sequence([[float(t % 2)] for t in range(1, 3_001)])
    stepper = Stepper(replace(Session.of(DOUBLE, sequence), breaks=(RISING, LASTING)))
    while counting(stepper.here, 0.0):
        found = [stepper.here.watch.found(each) for each in (RISING, LASTING)]
        assert len({hits.looked for hits in found if hits is not None}) == 1


def test_where_the_run_stops_is_told_and_no_more_is_searched() -> None:
    """y of layer 1 is 1 at odd t and 0 at even ones; the second chunk of 256 has an infinity, at t = 300.

    Rising are the 255 odd t from 3 to 511, without 301, and 300.
    """
    rows = [[float(t % 2)] for t in range(1, 3_001)]
    rows[299] = [np.inf]
    stepper = Stepper(replace(Session.of(DOUBLE, Sequence(rows)), breaks=(RISING,)))
    assert not counting(stepper.here, 1.0)
    assert counted(stepper.here, RISING) == "255 hits, t = 3 to 511, up to t = 512, where the run stops"


@pytest.mark.parametrize(
    ("at", "rows", "chosen"),
    [
        (0, [(1, 1), (3, 3), (5, 5), (7, 7), "6 more", (21, 21)], 0),
        (1, [(1, 1), (3, 3), (5, 5), (7, 7), "6 more", (21, 21)], 1),
        (10, [(1, 1), "2 more", (7, 7), (9, 9), (11, 11), (13, 13), "3 more", (21, 21)], 4),
        (15, [(1, 1), "5 more", (13, 13), (15, 15), (17, 17), (19, 19), (21, 21)], 4),
        (22, [(1, 1), "6 more", (15, 15), (17, 17), (19, 19), (21, 21)], 5),
    ],
)
def test_of_many_hits_those_around_the_cursor_are_listed(
    at: int, rows: list[tuple[int, int] | str], chosen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaking, "MOST_ROWS", 4)
    sequence = Sequence([[0.0]] * 22, labels=[f"n{t}" for t in range(1, 23)])
    stepper = stepping(replace(Session.of(DOUBLE, sequence), breaks=(Breakpoint("t % 2 == 1", 1),), at=at))
    counting(stepper.here, 1.0)
    expected = [(f"... {row}", 0) if isinstance(row, str) else (f"t = {row[0]}  'n{row[0]}'", row[1]) for row in rows]
    assert hit_rows(stepper.here, 0) == (expected, chosen)


def test_one_goes_to_a_hit_of_the_chosen_breakpoint_and_back() -> None:
    stepper = counting_of(Breakpoint("t > 3", 1), replace(RISING, enabled=False))
    outcome = stepper.do("hits", "1")
    assert outcome.ask is not None
    assert (outcome.ask.command, outcome.ask.kind, outcome.ask.text) == ("hit", "hits", "1")
    assert outcome.ask.title == "Hits of y[1] > prev(y[1])"
    stepper.do("hit", "1 4")
    assert (stepper.session.at, stepper.session.arrived) == (4, (4,))
    assert stepper.notice == "stopped at t = 4: y[1] > prev(y[1])   y = 4.00"
    stepper.press("left_parenthesis")
    assert stepper.session.at == 0


@pytest.mark.parametrize(
    ("command", "argument", "says"),
    [
        ("hit", "0 3", "y[1] > prev(y[1]) does not hold at t = 3"),
        ("hit", "0 6", "a number from 0 to 5 is needed"),
        ("hit", "0 x", "a number from 0 to 5 is needed"),
        ("hit", "0", "a number from 0 to 5 is needed"),
        ("hit", "2 2", "a number from 0 to 1 is needed"),
        ("hits", "2", "a number from 0 to 1 is needed"),
        ("hits", "", "a number from 0 to 1 is needed"),
    ],
)
def test_a_hit_that_is_none_is_refused(command: str, argument: str, says: str) -> None:
    stepper = counting_of(RISING, LASTING)
    with pytest.raises(InputError) as caught:
        stepper.do(command, argument)
    assert str(caught.value) == says
    assert stepper.session.at == 0


def test_the_hits_of_what_holds_nowhere_or_does_not_fit_are_not_asked_for() -> None:
    """x has four numbers at first and then one."""
    stepper = stepping(Session())
    stepper.do("breakpoints", "t > 99")
    stepper.do("breakpoints", "x[4] == 1")
    stepper.do("open", "echo2")
    counting(stepper.here, 1.0)
    assert stepper.do("hits", "0").say == "t > 99 holds nowhere in this run"
    misfit = "x[4] == 1: x has no number 4; it has 1 to 1"
    assert stepper.do("hits", "1").say == counted(stepper.here, stepper.session.breaks[1]) == misfit
    assert stepper.asked is None
    assert hit_rows(stepper.here, 1) == ([], 0)
