"""Travelling in time: breakpoints, marks, jumps, labels, the timeline, and a run that breaks."""

from __future__ import annotations

import numpy as np
import pytest
from driven import of, running
from textual.widgets import Input

from rnn_tui import Layer, Network, Sequence, Simulator
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.errors import ConditionError
from rnn_tui.session.model import Session

SUNSPOTS = of(path="sunspots")


def breaks(*texts: str) -> tuple[Breakpoint, ...]:
    return tuple(map(Breakpoint, texts))


def exploding(steps: int, at: int) -> Simulator:
    """relu doubles the state every timestep until it overflows: s_t = 2 s_(t-1) + x_t from x_at = 1 on.

    2**1024 is infinite in double precision, so the first number that is not finite stands at t = at + 1024.
    """
    x = np.zeros((steps, 1))
    x[at - 1] = 1.0
    layer = Layer("elman-relu", {"W": [[1.0]], "U": [[2.0]], "b": [0.0]})
    return Simulator(Network([layer]), Sequence(x))


async def test_c_goes_on_to_a_breakpoint_and_says_why() -> None:
    async with running(Session(breaks=breaks("any(abs(s) > 0.9)"))) as app:
        text = await app.press("c")
        assert app.t == 3
        assert "stopped at t = 3: any(abs(s) > 0.9)   s = -0.93 0.70 0.54" in text
        assert "stopped" not in await app.press("left")


async def test_breakpoints_on_the_sunspots_forwards_and_backwards() -> None:
    async with running(of(path="sunspots", breaks=breaks("t % 50 == 0", 'label == "1777"'))) as app:
        seen = []
        for _ in range(8):
            await app.press("c")
            seen.append(app.t)
        assert seen == [50, 78, 100, 150, 200, 250, 300, 300]
        assert "no breakpoint holds further on that way" in app.text
        seen = []
        for _ in range(3):
            await app.press("C")
            seen.append(app.t)
        assert seen == [250, 200, 150]


async def test_breakpoints_are_added_switched_and_removed_in_their_list() -> None:
    async with running(SUNSPOTS) as app:
        assert "no breakpoint is set" in await app.press("c")
        await app.press("B")
        line = app.app.screen.query_one(Input)
        line.value = "s > 0.5"
        assert "put any(...) or all(...) around" in await app.press("enter")
        line.value = "t == 7"
        assert "● t == 7  1 hit, t = 7" in await app.press("enter")
        await app.press("escape", "c")
        assert app.t == 7
        await app.press("B")
        assert "○ t == 7  1 hit, t = 7" in await app.press("down", "space")
        await app.press("escape", "home", "c")
        assert app.t == 0
        await app.press("B")
        app.app.screen.query_one("#samples").focus()
        assert "t == 7" not in await app.press("d")


async def test_the_hits_of_a_breakpoint_are_counted_and_listed_and_one_goes_to_one_of_them() -> None:
    texts = ("t % 50 == 0", "t > 100 for 200 steps", "t == 7 for 2 steps")
    async with running(of(path="sunspots", breaks=breaks(*texts), at=120)) as app:
        text = await app.press("B")
        assert "● t % 50 == 0  6 hits, t = 50 to 300" in text
        assert "● t > 100 for 200 steps  10 hits, t = 300 to 309" in text
        assert "● t == 7 for 2 steps  0 hits" in text
        assert "enter: its hits" in text
        text = await app.press("down", "enter")
        assert "Hits of t % 50 == 0" in text
        assert "6 hits, t = 50 to 300" in text
        assert all(f"t = {t}  '{1699 + t}'" in text for t in (50, 100, 150, 200, 250, 300))
        assert "enter: go there    B: all breakpoints" in text
        assert "● t % 50 == 0  6 hits" in await app.press("B")
        text = await app.press("down", "down", "enter")
        assert "t = 300 to 309  10 hits" in text
        await app.press("B", "down", "enter")
        text = await app.press("enter")
        assert app.t == 150  # the next after the cursor was chosen
        assert "stopped at t = 150: t % 50 == 0" in text
        await app.press("B", "down", "enter", "up", "up", "enter")
        assert app.t == 100
        await app.press("left_parenthesis", "left_parenthesis")
        assert app.t == 120
        text = await app.press("B", "down", "down", "down", "enter")
        assert "t == 7 for 2 steps holds nowhere in this run" in text
        await app.press("escape")
        assert app.t == 120


async def test_hits_are_counted_while_the_run_passes_and_the_list_stays_where_it_is() -> None:
    x = np.zeros((60_000, 1))
    x[::100] = 1.0
    simulator = Simulator(Network([Layer("elman", {"W": [[1.0]], "U": [[0.0]], "b": [0.0]})]), Sequence(x))
    async with running(simulator) as app:
        await app.press("B")
        text = await app.type("x[1] > prev(x[1])")
        assert "● x[1] > prev(x[1])" in text
        await app.until(lambda: "599 hits, t = 101 to 59901" in app.text)
        assert "searched" not in app.text
        text = await app.press("down", "enter")
        assert "t = 101\n" in "\n".join(line.strip(" │╎╌┘┐") for line in text.split("\n"))
        assert "... 398 more" in (text := await app.press("end", "up"))
        await app.press("end", "enter")
        assert app.t == 59901


async def test_play_stops_at_a_breakpoint() -> None:
    async with running(of(path="sunspots", breaks=breaks("t == 9"))) as app:
        await app.press(*["plus"] * 8, "p")
        await app.until(lambda: app.t == 9)
        await app.pilot.pause(0.2)
        assert app.t == 9
        assert "playing" not in app.text
        assert "stopped at t = 9" in app.text


def test_a_breakpoint_that_is_no_question_is_refused_before_the_app_opens() -> None:
    from rnn_tui import RnnApp

    session = Session(breaks=breaks("q > 0"))
    with pytest.raises(ConditionError):
        RnnApp(session)


async def test_marks_and_jumps() -> None:
    async with running(SUNSPOTS) as app:
        await app.press("right", "right", "m")
        assert "marked t = 2 as a" in await app.press("a")
        await app.press("end", "apostrophe", "a")
        assert app.t == 2
        assert "there is no mark q" in await app.press("apostrophe", "q")
        visited = []
        for key in ("left_parenthesis", "left_parenthesis", "right_parenthesis", "right_parenthesis"):
            await app.press(key)
            visited.append(app.t)
        assert visited == [309, 2, 309, 2]


async def test_a_label_is_found_and_found_again() -> None:
    async with running(Session()) as app:
        await app.press("slash")
        await app.type("l")
        assert app.t == 3
        await app.press("slash", "enter")  # the label of this timestep stands there already
        assert app.t == 4
        await app.press("slash")
        assert "no label is or contains 'z'" in await app.type("z")


async def test_the_timeline_shows_what_one_chooses_and_a_click_goes_there() -> None:
    async with running(SUNSPOTS) as app:
        lines = app.text.split("\n")
        axis = next(i for i, line in enumerate(lines) if line.startswith(" t ") and line.endswith(" 309"))
        assert "|s|" in lines[axis - 1]
        await app.pilot.click(offset=(40, axis))
        assert 120 < app.t < 190
        before = app.text
        assert await app.press("v") != before
        await app.press("enter", "down")
        assert "s[2]" in await app.press("v")
        t = app.t
        await app.press("right_curly_bracket")
        assert app.t == t + 309 // 80


async def test_a_run_that_breaks_stops_there_says_so_and_stays_walkable() -> None:
    simulator = exploding(3000, 500)
    async with running(simulator) as app:
        assert "not finite at t = 1524" in app.text
        await app.press("g")
        await app.type("1523")
        assert "9.0e307" in app.text  # 2**1023 = 8.99e307
        assert simulator.at(1523).s[0] == 2.0**1023
        await app.press("right", "left", "home")
        assert app.t == 0
        await app.press("g")
        await app.type("1500")
        await app.press(*["plus"] * 8, "p")
        await app.until(lambda: "a number is not finite" in app.text)
        assert app.t == 1524
