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

from rnn_tui import Network, Run, Sequence, load_sequence
from rnn_tui.session.model import Gaze
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.page.region import Region

CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="256", legacy_windows=False)
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
GAZES = {"tables": Gaze(), "rolled": Gaze(diagram="rolled"), "maps": Gaze(maps=True)}


def hello() -> Run:
    """The LSTM on hello.txt."""
    return Run(Network.random("lstm", 4, 3, 0), load_sequence("hello.txt"))


def wide() -> Run:
    """512 inputs into 512 units."""
    x = np.random.default_rng(0).normal(size=(64, 512))
    return Run(Network.random("lstm", 512, 512), Sequence(x))


def drawn(frame: Frame, regions: dict[str, Region]) -> list[list[Segment]]:
    """The lines of every part in its region."""
    lines = []
    for name, region in regions.items():
        renderable = part(name, Page(frame), region.width, region.height)
        options = CONSOLE.options.update(width=region.width, height=region.height, highlight=False)
        lines += CONSOLE.render_lines(renderable, options)[: region.height]
    return lines


@pytest.mark.parametrize("make", [hello, wide])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("gaze", GAZES)
def test_frame(benchmark: BenchmarkFixture, make: Callable[[], Run], size: str, gaze: str) -> None:
    walk = make().walk()
    regions = arrange(Frame(walk, 0, GAZES[gaze]), *SIZES[size])
    cursors = cycle([*range(1, 6), *range(4, 0, -1)])
    lines = benchmark(lambda: drawn(Frame(walk, next(cursors), GAZES[gaze]), regions))
    assert lines


@pytest.mark.parametrize("make", [hello, wide])
def test_arrange(benchmark: BenchmarkFixture, make: Callable[[], Run]) -> None:
    walk = make().walk()
    regions = benchmark(lambda: arrange(Frame(walk), 120, 36))
    assert "formula" in regions
