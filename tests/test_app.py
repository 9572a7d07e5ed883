"""The app, driven by a pilot without a terminal: what keys and clicks do."""

from __future__ import annotations

import re

import numpy as np
import pytest
from driven import of, running
from terminal import ROOT

from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.samples import sample_names
from rnn_tui.session.model import Session
from rnn_tui.stepper.pace import SPEEDS


def body(screen: str) -> str:
    """All but the last line, which says what can be done or what has been said."""
    return screen.rsplit("\n", 2)[0]


async def test_three_rights_show_the_third_timestep() -> None:
    async with running() as app:
        assert app.t == 0
        text = await app.press("right", "right", "right")
        assert app.t == 3
        assert " h  e [l] l  o" in text
        assert "s₃ = tanh(W·x₃ + U·s₂ + b)" in text


async def test_going_back_shows_the_same_screen() -> None:
    async with running() as app:
        screens = [app.text] + [await app.press("right") for _ in range(5)]
        assert len(set(screens)) == 6
        for t in (4, 3, 2, 1, 0):
            assert await app.press("left") == screens[t]
        assert "this is t = 0, before the first sample" in await app.press("left")
        assert await app.press("end") == screens[5]
        assert "this is the last timestep" in await app.press("right")
        assert body(app.text) == body(screens[5])
        assert await app.press("home") == screens[0]


UNDONE = (("u", "u"), ("greater_than_sign", "less_than_sign"), ("tab", "shift+tab"), ("question_mark", "escape"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_is_done_and_undone_leaves_the_screen_as_it_was(size: tuple[int, int]) -> None:
    async with running(of("jordan", at=2), size) as app:
        before = app.text
        for done, undone in UNDONE:
            assert await app.press(done) != before, done
            assert await app.press(undone) == before, undone


async def test_the_diagram_is_rolled_and_unrolled() -> None:
    async with running(Session(at=3)) as app:
        copy = re.compile("[│┃╎]  R  [│┃╎]")
        assert len(copy.findall(app.text)) == 5
        assert len(copy.findall(await app.press("u"))) == 1


async def test_go_to_takes_a_number() -> None:
    async with running() as app:
        assert "0 to 5" in await app.press("colon")
        await app.press("4", "enter")
        assert app.t == 4


async def test_go_to_asks_again_and_says_why() -> None:
    async with running(Session(at=2)) as app:
        before = app.text
        for wrong in ("6", "x", "+-3", "-1", "9" * 5000):
            await app.press("colon")
            assert "a number from 0 to 5 is needed" in await app.type(wrong), wrong[:9]
            assert await app.press("escape") == before, wrong[:9]


async def test_play_runs_to_the_end_and_stops() -> None:
    async with running() as app:
        text = await app.press(*["plus"] * len(SPEEDS), "p")
        assert f"playing {SPEEDS[-1]}/s" in text or app.t == 5
        await app.until(lambda: app.t == 5)
        await app.pilot.pause()
        assert "playing" not in app.text
        assert "p play" in app.text
        await app.press("p")  # from the end it starts anew
        await app.until(lambda: app.t == 5)


async def test_play_can_be_paused_and_its_speed_set() -> None:
    async with running() as app:
        assert "playing 1/s" in await app.press("p")
        assert "playing 0.5/s" in await app.press(*["minus"] * 9)
        assert "playing 2/s" in await app.press("plus", "plus")
        assert "playing" not in await app.press("p")


async def test_reset_ends_playing() -> None:
    async with running() as app:
        await app.press("p")
        assert "playing" not in await app.press("r")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
async def test_play_stops_at_a_number_that_is_not_finite() -> None:
    layer = Layer("dense", {"W": [[1.0]], "b": [0.0]})
    rows = Sequence(np.array([1.0, 2.0, np.inf, 3.0, 4.0]))
    async with running(Simulator(Network([layer]), rows)) as app:
        await app.press(*["plus"] * len(SPEEDS), "p")
        await app.until(lambda: "playing" not in app.text and app.t > 0)
        assert app.t == 3
        assert " inf" in app.text


async def test_reset_returns_to_the_same_numbers() -> None:
    async with running() as app:
        first = [await app.press("right") for _ in range(5)]
        await app.press("r")
        assert app.t == 0
        assert [await app.press("right") for _ in range(5)] == first


async def test_a_held_down_key_ends_at_the_last_timestep() -> None:
    async with running() as app:
        for _ in range(200):
            app.app.simulate_key("right")
        await app.until(lambda: app.t == 5)
        await app.pilot.pause()
        assert app.t == 5


async def test_another_sequence_is_chosen_from_the_samples() -> None:
    async with running(of(seed=7)) as app:
        await app.press("o")
        await app.until(lambda: "sine.csv" in app.text)
        await app.press(*["down"] * (1 + sample_names().index("sine.csv")), "enter")
        await app.until(lambda: "sine.csv" in app.text.split("\n")[0])
        assert "t = 0 of 48" in app.text
        wanted = of(path="sine.csv", seed=7).recipe.build().network.layers[0].parameters["W"]
        assert all(f" {value:.2f} " in app.text for value in wanted.flat)


WRONG_PATHS = {
    "nope": "nope: no such file",
    "-": "cannot read standard input",
    "": "type a file's name",
    "tests": "tests: is a directory",
}


async def test_a_wrong_path_is_told_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    async with running(Session(at=2), (100, 50)) as app:
        before = app.text
        for path, why in WRONG_PATHS.items():
            await app.press("o")
            assert why in await app.type(path), path
            assert await app.press("escape") == before, path


async def test_clicks_on_the_strip_and_on_a_copy_of_r_go_there() -> None:
    async with running() as app:
        await app.pilot.click(offset=(app.text.split("\n")[1].index("o"), 1))
        await app.pilot.pause()
        assert app.t == 5
        lines = app.text.split("\n")
        row = next(y for y, line in enumerate(lines) if "y₂" in line)
        await app.pilot.click(offset=(lines[row].index("y₂"), row + 2))
        await app.pilot.pause()
        assert app.t == 2
        await app.pilot.click(offset=(40, 1))  # right of the last label
        assert app.t == 2


async def test_the_size_of_the_screen_may_change_at_any_time() -> None:
    async with running(of("jordan", at=2)) as app:
        before = app.text
        for size in ((60, 15), (120, 36), (20, 5), (200, 60), (3, 2), (80, 24)):
            await app.pilot.resize_terminal(*size)
            await app.press("right", "left")
        await app.until(lambda: app.text == before)
