"""Drawing ahead: the same cells as without, nothing kept, nothing done twice, nothing hidden told."""

from __future__ import annotations

import asyncio
import gc
import random
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import pytest
from driven import of
from stepping import session
from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

from rnn_tui.app import RnnApp
from rnn_tui.app.ahead import Ahead, Plan
from rnn_tui.app.main_screen import MainScreen
from rnn_tui.app.panel import Panel
from rnn_tui.session.model import Session
from rnn_tui.views.page.parts import part

OTHERS = (
    *("D", "u", "i", "w", "n", "greater_than_sign", "enter", "escape", "down", "up", "tab", "T", "L", "d", "t", "U"),
    *("y", "left_square_bracket", "home", "M", "right_parenthesis", "pagedown", "I", "v", "A", "E", "size"),
)
Picture = list[tuple[str, object, list[Strip]]]


def screen_of(app: App[None]) -> MainScreen:
    assert isinstance(app.screen, MainScreen)
    return app.screen


async def pictures(begun: Session, keys: list[str], monkeypatch: pytest.MonkeyPatch) -> list[Picture]:
    """What stands in every panel after every key, line by line as the panel had it drawn."""
    stands: dict[str, dict[int, Strip]] = {}
    original = Panel.refresh

    def refresh(panel: Panel, *regions: Region, **options: Any) -> Panel:
        if not options:
            lines = [y for r in regions for y in range(r.y, r.bottom)] or range(panel._place.height)
            stands.setdefault(panel.part, {}).update({y: panel.render_line(y) for y in lines})
        return original(panel, *regions, **options)

    found: list[Picture] = []
    app = RnnApp(begun)
    with monkeypatch.context() as patched:
        patched.setattr(Panel, "refresh", refresh)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            for number, key in enumerate(keys):
                if key == "size":
                    await pilot.resize_terminal(*((120, 36), (80, 24))[number % 2])
                    await pilot.pause()
                else:
                    screen_of(app).action_key(key)
                there = [panel for panel in app.screen.query(Panel) if panel.display]
                found.append([(p.part, p._region, [stands[p.part][y] for y in range(p._place.height)]) for p in there])
    return found


@pytest.mark.parametrize("name", ["elman", "learning", "what-is-rnn"])
async def test_random_keys_show_the_same_cells(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(name)
    others = chance.sample(OTHERS, 14)
    keys = [key for other in others for key in (other, *[chance.choice("lllh")] * chance.randrange(1, 5))]
    monkeypatch.setattr("rnn_tui.app.terminal.pacing.Hold.held", lambda hold, key: False)
    found: list[bool] = []
    taken = Ahead.page

    def page(ahead: Ahead, basis: object) -> Any:
        found.append((given := taken(ahead, basis)) is not None)
        return given

    def draw(ahead: Ahead, planned: Callable[[], Plan | None]) -> None:
        for _ in islice(ahead._parts(planned), chance.choice((2, 4, 99))):  # a key may come before all is done
            pass

    monkeypatch.setattr(Ahead, "page", page)
    monkeypatch.setattr(Ahead, "draw", draw)
    ahead = await pictures(session(name), keys, monkeypatch)
    assert found.count(True) >= 4
    monkeypatch.setattr(Ahead, "draw", lambda ahead, planned: None)
    assert ahead == await pictures(session(name), keys, monkeypatch)


class Parts:
    """A running app, and which parts of its page are drawn."""

    def __init__(self, pilot: Pilot[None], drawn: list[str]) -> None:
        self.pilot, self.drawn = pilot, drawn
        self.screen = screen_of(pilot.app)
        self.ahead = self.screen._ahead

    @property
    def lines(self) -> list[Strip]:
        """What stands on the screen, or would if Textual asked for all of it."""
        there = [panel for panel in self.screen.query(Panel) if panel.display]
        return [panel.render_line(y) for panel in there for y in range(panel.size.height)]

    @property
    def shown(self) -> list[str]:
        return sorted(panel.part for panel in self.screen.query(Panel) if panel.display)

    async def still(self) -> list[str]:
        """What is drawn while nobody does anything, up to the end of it."""
        self.drawn.clear()
        for _ in range(100):
            if self.ahead._next is None:
                break
            await asyncio.sleep(0.01)
        assert self.ahead._next is None
        return sorted(self.drawn)

    def draws(self, *keys: str) -> list[str]:
        """What keys draw before their frame is there."""
        self.drawn.clear()
        for key in keys:
            self.screen.action_key(key)
        return sorted(self.drawn)


@asynccontextmanager
async def begun(monkeypatch: pytest.MonkeyPatch, what: Session | None = None) -> AsyncIterator[Parts]:
    """The app after its first frame."""
    drawn: list[str] = []

    def record(name: str, *rest: Any) -> Any:
        drawn.append(name)
        return part(name, *rest)

    async with RnnApp(what or of("lstm,softmax")).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        monkeypatch.setattr("rnn_tui.app.panel.part", record)
        yield Parts(pilot, drawn)


async def test_every_part_is_drawn_once_and_the_same_step_draws_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with begun(monkeypatch) as parts:
        assert await parts.still() == []  # before anybody has made a step
        assert parts.draws("right") == parts.shown
        before = parts.lines
        assert await parts.still() == parts.shown
        assert parts.lines == before  # what is drawn ahead is not shown
        assert parts.draws("right") == []
        assert await parts.still() == parts.shown
        assert parts.draws("left") == parts.shown


async def test_a_key_finds_what_is_done_and_draws_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.app.ahead.SLICE", 0.0)  # a part at a time
    async with begun(monkeypatch) as parts:
        parts.draws("right")
        while len(parts.drawn) < len(parts.shown) + 2:
            await asyncio.sleep(0.001)
        done = parts.drawn[len(parts.shown) :]
        assert sorted(parts.draws("right") + done) == parts.shown


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (("right", "D"), "no step"),
        (("end", "left", "right"), "the end of an epoch"),
        (("end", "left", "right"), "the end of the run"),
        (("home", "l", "enter", "M", "l"), "a hidden number"),
        (("home", "p", "right"), "it plays"),
        (("home", "right", "palette"), "something is over it"),
        (("home", *["right", "left"] * 2, *["right"] * 4), "a held key"),
    ],
)
async def test_nothing_is_drawn_where_nobody_knows_what_comes(
    keys: tuple[str, ...], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with begun(monkeypatch, session("elman" if why == "the end of the run" else "learning")) as parts:
        for key in keys:
            if key == "palette":
                parts.pilot.app.action_command_palette()
            else:
                parts.draws(key)
        for _ in range(50):
            await asyncio.sleep(0.002)
            assert parts.ahead._plan is None, why


async def test_a_page_is_not_kept_when_another_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    async with begun(monkeypatch) as parts:
        parts.draws("right")
        await parts.still()
        plan = parts.ahead._plan
        assert plan is not None
        frame = weakref.ref(plan.page.frame)
        del plan
        assert frame() is not None
        parts.draws("left")
        parts.ahead.page(None)  # nor the one that this leads to
        gc.collect()
        assert frame() is None


async def test_what_fails_while_nobody_waits_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async with begun(monkeypatch) as parts:
        monkeypatch.setattr(Panel, "prepare", lambda *given: 1 / 0)
        parts.draws("right")
        assert await parts.still() == []
        assert parts.draws("right") == parts.shown
        assert parts.screen.stepper.session.at == 2
        assert not parts.screen.stepper.notice
