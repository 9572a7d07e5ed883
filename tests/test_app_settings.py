"""The screen of settings: whole at every size, every change is there at once, a wrong one is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from driven import Driven, of, running
from textual import events
from textual.widgets import Input, OptionList

from rnn_tui.session.model import Session
from rnn_tui.stepper.settings import BY_NAME, SETTINGS

SIZES = [(40, 12), (60, 20), (80, 24), (120, 36)]


def words(app: Driven) -> str:
    """What stands in the dialog, without its frame and the breaks of its lines."""
    region = app.app.screen.query_one(".dialog").region
    rows = app.text.split("\n")[region.y + 1 : region.bottom - 1]
    return " ".join(" ".join(row[region.x + 1 : region.right - 1] for row in rows).split())


def value(app: Driven, name: str) -> str:
    return BY_NAME[name].value(app.app.stepper.here)


@pytest.mark.parametrize("size", SIZES[::2])  # the smallest, and the usual one
async def test_every_setting_comes_into_view_with_its_value_and_its_effect(size: tuple[int, int]) -> None:
    async with running(of("elman,softmax"), size=size) as app:
        await app.press("Q")
        for setting in SETTINGS:
            seen = words(app)
            assert f"{setting.title} {value(app, setting.name)}".strip() in seen, setting.name
            assert setting.effect(app.app.stepper.here) in seen, setting.name
            assert "Settings: ← → change, enter types, escape leaves" in seen
            await app.press("down")
        assert "cell of each layer" in words(app)  # round to the first
        await app.press("up", "up", "escape")
        assert "Settings" not in app.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_opens_for_a_value_and_says_what_may_be_written(size: tuple[int, int]) -> None:
    async with running(of("elman"), size=size) as app:
        await app.press("Q", "up")
        await app.press("enter")
        text = words(app)
        assert "run beside" in text  # the setting that is typed stays in view
        assert BY_NAME["beside"].written in text
        await app.press(*"lsmt", "enter")
        assert "lsmt: there is no such cell and no such file; did you mean lstm?" in words(app)
        await app.type("seed 3")
        assert value(app, "beside") == "seed 3"
        assert "run beside seed 3" in words(app)


async def test_what_is_changed_is_there_at_once_below_as_well() -> None:
    async with running(of("elman", hidden=(3,)), size=(100, 30)) as app:
        text = await app.press("right", "Q", "right")
        assert value(app, "cell") == "elman-relu"
        assert "elman-relu 4→3" in text.split("\n")[0]
        assert "1 layer of new random weights" in words(app)
        text = await app.press("down", "5", "enter")
        assert value(app, "hidden") == "5"
        assert "elman-relu 4→5" in text.split("\n")[0]
        for _ in range(4):
            await app.press("down")
        await app.press("space")  # learn
        assert "it learns: softmax on top, adam 0.03, 100 epochs" in words(app)
        await app.press("escape")
        assert app.t == 1
        text = await app.press("y", "y", "y")
        assert "elman 4→3" in text.split("\n")[0]


async def test_a_wrong_value_is_said_and_the_line_stays_until_it_is_left() -> None:
    async with running() as app:
        await app.press("Q", "down", "0")
        await app.press("enter")
        assert "hidden: 0 is no size; 1 to 65536 are allowed" in words(app)
        assert app.app.screen.query_one(Input).display
        assert value(app, "hidden") == "3"
        await app.press("escape")
        assert not app.app.screen.query_one(Input).display
        assert "hidden: 0" not in words(app)
        assert "size of each layer 3" in words(app)
        await app.press("escape")
        assert app.t == 0
        assert app.app.stepper.session == Session()


async def test_the_word_that_the_line_shows_is_taken() -> None:
    async with running() as app:
        await app.press("Q", "g", "r")
        assert "gru" in words(app)
        await app.press("enter")
        assert value(app, "cell") == "gru"
        await app.press("l", "s", "right", "comma", "s", "o", "f", "enter")
        assert value(app, "cell") == "lstm,softmax"


async def test_what_is_typed_faster_than_the_line_opens_is_not_lost() -> None:
    """As a terminal sends what is pasted without brackets, or typed over a slow line: all keys at once, enter too."""
    async with running() as app:
        await app.press("Q", "down")
        for key in ("1", "2", "enter"):
            app.app.post_message(events.Key(key, key if key.isdigit() else "\r"))
        await app.until(lambda: value(app, "hidden") == "12")
        assert not app.app.screen.query_one(Input).display


async def test_what_is_pasted_into_the_list_stands_in_the_line() -> None:
    async with running() as app:
        await app.press("Q", "down")
        app.app.screen.query_one(OptionList).post_message(events.Paste("5\n6"))
        await app.until(lambda: app.app.screen.query_one(Input).value == "5")
        await app.press("enter")
        assert value(app, "hidden") == "5"


async def test_enter_goes_through_what_has_few_values_and_the_theme_is_worn_at_once() -> None:
    async with running() as app:
        await app.press("Q")
        app.app.screen.query_one(OptionList).highlighted = [each.name for each in SETTINGS].index("theme")
        before = app.app.theme
        await app.press("enter", "space")
        assert value(app, "theme") == "light"
        assert app.app.theme != before
        await app.press("left", "left", "left")
        assert value(app, "theme") == "none"
        app.app.screen.query_one(OptionList).highlighted = [each.name for each in SETTINGS].index("ascii")
        await app.press("enter")
        assert "Settings: left right change" in words(app)
        await app.press("escape")


@pytest.mark.parametrize(("name", "typing"), [("rate", True), ("theme", False), ("cell", True)])
async def test_the_palette_opens_it_at_a_setting(name: str, typing: bool) -> None:
    async with running(replace(of("elman,softmax"), at=2)) as app:
        titles = {entry.title: entry for entry in app.app.get_system_commands(app.app.screen)}
        titles[f"Setting: {BY_NAME[name].title}"].callback()
        await app.pilot.pause()
        await app.pilot.pause()
        options = app.app.screen.query_one(OptionList)
        assert SETTINGS[options.highlighted or 0].name == name
        assert app.app.screen.query_one(Input).display == typing
