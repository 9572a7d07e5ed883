"""Drawing a frame: every part of the main screen, as the panels draw it. Nothing is asserted about time."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import cycle

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from rich.console import Console
from rich.segment import Segment

from rnn_tui import Network, Sequence, Simulator
from rnn_tui.session.model import Display, Session
from rnn_tui.views.page.layout import Region, arrange
from rnn_tui.views.page.scene import Scene, part

CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="256", legacy_windows=False)
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
LOOKS = {"tables": Display(), "rolled": Display(diagram="rolled"), "maps": Display(maps=True)}


def hello() -> Simulator:
    """The LSTM on hello.txt."""
    return Session(cells=("lstm",)).simulator()


def wide() -> Simulator:
    """512 inputs into 512 units."""
    x = np.random.default_rng(0).normal(size=(64, 512))
    return Simulator(Network.random("lstm", 512, 512), Sequence(x))


def frame(simulator: Simulator, cursor: int, display: Display, regions: dict[str, Region]) -> list[list[Segment]]:
    """The lines of every part in its region."""
    lines = []
    for name, region in regions.items():
        drawn = part(name, Scene(simulator, cursor, display), region.width, region.height)
        options = CONSOLE.options.update(width=region.width, height=region.height, highlight=False)
        lines += CONSOLE.render_lines(drawn, options)[: region.height]
    return lines


@pytest.mark.parametrize("make", [hello, wide])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_frame(benchmark: BenchmarkFixture, make: Callable[[], Simulator], size: str, look: str) -> None:
    simulator, display = make(), LOOKS[look]
    regions = arrange(simulator, display, *SIZES[size])
    cursors = cycle([*range(1, 6), *range(4, 0, -1)])
    lines = benchmark(lambda: frame(simulator, next(cursors), display, regions))
    assert lines


@pytest.mark.parametrize("make", [hello, wide])
def test_arrange(benchmark: BenchmarkFixture, make: Callable[[], Simulator]) -> None:
    simulator = make()
    regions = benchmark(lambda: arrange(simulator, Display(), 120, 36))
    assert "formula" in regions
