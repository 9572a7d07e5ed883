"""A panel draws again the lines that have changed, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from frames import frame
from rich.text import Text
from textual.geometry import Region

from rnn_tui.app import RnnApp
from rnn_tui.app.main_screen import MainScreen
from rnn_tui.app.panel import Panel
from rnn_tui.session.model import Session
from rnn_tui.views.page.parts import Page, part


class Refreshes:
    """Every call of `Panel.refresh`: the panel's name and the regions, none for the whole."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, tuple[Region, ...]]] = []
        original = Panel.refresh

        def record(panel: Panel, *regions: Region, **options: Any) -> Panel:
            self.calls.append((panel.part, regions))
            return original(panel, *regions, **options)

        monkeypatch.setattr(Panel, "refresh", record)

    def lines(self, part: str) -> set[int]:
        """The lines of a panel that were marked for drawing."""
        return {y for name, regions in self.calls if name == part for r in regions for y in range(r.y, r.bottom)}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_step_draws_the_lines_that_differ(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    app = RnnApp(Session(at=2))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        panel = app.screen.query_one("#formula", Panel)
        before = [panel.render_line(y) for y in range(panel.size.height)]
        refreshes = Refreshes(monkeypatch)
        await pilot.press("right")
        await pilot.pause()
        after = [panel.render_line(y) for y in range(panel.size.height)]
        marked = refreshes.lines("formula")
    assert all(regions for _, regions in refreshes.calls)  # never a whole panel
    differing = {y for y, (a, b) in enumerate(zip(before, after, strict=True)) if a != b}
    assert 0 in differing  # the heading: x has another index
    assert differing == marked


async def test_another_layout_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    original = part

    def record(name: str, *rest: Any) -> Any:
        drawn.append(name)
        return original(name, *rest)

    app = RnnApp(Session(at=2))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        monkeypatch.setattr("rnn_tui.app.panel.part", record)
        await pilot.press("u")
        await pilot.pause()
        sizes = {panel.part: panel.size for panel in app.screen.query(Panel) if panel.display}
    assert set(drawn) == set(sizes)
    assert len(drawn) == len(sizes)


async def test_a_step_leaves_the_footer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = RnnApp(Session(at=2))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        refreshes = Refreshes(monkeypatch)
        await pilot.press("right")
        await pilot.pause()
    assert {"title", "strip", "diagram", "formula", "equation"} == {name for name, _ in refreshes.calls}


async def test_the_same_scene_again_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Session().recipe.build()
    app = RnnApp(Session())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)
        refreshes = Refreshes(monkeypatch)
        for sent in (True, False):
            refreshes.calls.clear()
            for panel in app.screen.query(Panel):
                panel.show(Page(frame(run, 4), footer=Text("keys")), app.scheme)
            assert bool(refreshes.calls) == sent
