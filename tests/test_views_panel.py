"""A panel sends to the terminal what has changed on the screen, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from rnn_tui.views.page.scene import Scene
from textual.geometry import Region
from textual.strip import Strip

from rnn_tui.app import RnnApp
from rnn_tui.app.main_screen import MainScreen
from rnn_tui.app.panel import NEAR, Panel, changed_runs
from rnn_tui.session.model import Display, Session

BOLD, PLAIN = Style(bold=True), Style()


def strip(text: str, style: Style = PLAIN) -> Strip:
    return Strip([Segment(text, style)])


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("0.42", "0.42", []),
        ("0.42", "0.47", [(3, 1)]),
        ("0.42", "1.47", [(0, 4)]),  # close together: one run
        ("a" + "." * NEAR + "b", "A" + "." * NEAR + "B", [(0, 1), (NEAR + 1, 1)]),
        ("日 a", "日 b", [(3, 1)]),  # a wide character takes two cells
        ("日a", "月a", [(0, 1)]),
    ],
)
def test_changed_runs(old: str, new: str, runs: list[tuple[int, int]]) -> None:
    assert changed_runs(strip(old), strip(new)) == runs


def test_a_changed_style_is_a_change() -> None:
    assert changed_runs(strip("0.42"), strip("0.42", BOLD)) == [(0, 4)]
    split = Strip([Segment("0.", PLAIN), Segment("42", PLAIN)])
    assert changed_runs(strip("0.42"), split) == []


@given(st.data(), st.integers(1, 60))
def test_runs_cover_all_that_changed_and_end_where_it_does(data: st.DataObject, width: int) -> None:
    old, new = (data.draw(st.text("ab", min_size=width, max_size=width)) for _ in range(2))
    differs = [a != b for a, b in zip(old, new, strict=True)]
    covered = [False] * width
    for start, length in changed_runs(strip(old), strip(new)):
        assert differs[start]
        assert differs[start + length - 1]
        assert not any(covered[start : start + length])
        covered[start : start + length] = [True] * length
    assert all(inside for change, inside in zip(differs, covered, strict=True) if change)


class Refreshes:
    """Every call of `Panel.refresh`: the panel's name and the regions, none for the whole."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, tuple[Region, ...]]] = []
        original = Panel.refresh

        def record(panel: Panel, *regions: Region, **options: Any) -> Panel:
            self.calls.append((panel.part, regions))
            return original(panel, *regions, **options)

        monkeypatch.setattr(Panel, "refresh", record)

    def cells(self, part: str) -> set[tuple[int, int]]:
        """The cells of a panel that were marked for sending."""
        regions = [region for name, all_of_it in self.calls if name == part for region in all_of_it]
        return {(x, y) for r in regions for x in range(r.x, r.right) for y in range(r.y, r.bottom)}


def lines_of(panel: Panel) -> list[str]:
    return [panel.render_line(y).text for y in range(panel.size.height)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_step_sends_what_changed_and_never_the_weights(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = RnnApp(Session(at=2).simulator())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        panel = app.screen.query_one("#formula", Panel)
        before = lines_of(panel)
        refreshes = Refreshes(monkeypatch)
        await pilot.press("right")
        await pilot.pause()
        after = lines_of(panel)
        marked = refreshes.cells("formula")
    assert all(regions for _, regions in refreshes.calls)  # never a whole panel
    differing = {
        (x, y) for y, (a, b) in enumerate(zip(before, after, strict=True)) for x, c in enumerate(b) if c != a[x]
    }
    assert differing
    assert differing <= marked
    heading = after[0]
    u = heading.index("U")
    for columns in (range(heading.index("x₃")), range(u, heading.index("s₂"))):
        assert not {x for x, _ in marked} & set(columns)


async def test_a_step_leaves_the_footer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = RnnApp(Session(at=2).simulator())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        refreshes = Refreshes(monkeypatch)
        await pilot.press("right")
        await pilot.pause()
    assert {"title", "strip", "diagram", "formula", "equation"} == {name for name, _ in refreshes.calls}


async def test_the_same_scene_again_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = Session().simulator()
    app = RnnApp(simulator)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, MainScreen)
        refreshes = Refreshes(monkeypatch)
        for sent in (True, False):
            refreshes.calls.clear()
            for panel in app.screen.query(Panel):
                panel.show(Scene(simulator, 4, Display(), footer=Text("keys")))
            assert bool(refreshes.calls) == sent
