"""The app driven by a pilot, without a terminal."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from rnn_tui.app import RnnApp
from rnn_tui.app.snapshot import screen_text
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper


class Driven:
    """A running app and the keys to it."""

    def __init__(self, app: RnnApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def t(self) -> int:
        """The cursor, as the title has it."""
        found = re.search(r"t = ([0-9]+) of", self.text)
        assert found is not None, self.text
        return int(found[1])

    async def press(self, *keys: str) -> str:
        await self.pilot.press(*keys)  # which waits twice until all is still
        await self.pilot.pause(0)
        return self.text

    async def type(self, text: str) -> str:
        """Writes into the line of the open dialog and sends it."""
        self.app.screen.query_one(Input).focus().value = text
        return await self.press("enter")

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(1000):
            if condition():
                return
            await self.pilot.pause(0.02)
        pytest.fail(f"never came; the screen is\n{self.text}")


@asynccontextmanager
async def running(
    what: Session | Simulator | Stepper | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Driven]:
    app = RnnApp(what or Session())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Driven(app, pilot)


def of(cells: str = "elman", path: str = "hello.txt", **given: Any) -> Session:
    """A session of cells over a sample; `hidden`, `seed` and `learning` go into the recipe."""
    blueprint = Blueprint(tuple(cells.split(",")), given.pop("hidden", (3,)), given.pop("seed", 0))
    return Session(Recipe(Source(path), blueprint, given.pop("learning", None)), **given)
