"""Where the parts of the screen stand: never over one another, never outside, never moved by time."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terminal import printed

from rnn_tui import Network, Run, Sequence, Simulator
from rnn_tui.core.learning import Learning
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import PARTS, Page, part
from rnn_tui.views.page.region import Region
from rnn_tui.views.page.tables import lower, upper

SIZES = st.tuples(st.integers(40, 200), st.integers(12, 60))
RUNS = st.builds(
    built_in,
    st.sampled_from(["elman", "lstm", "gru", "jordan", "dense", "elman,dense"]),
    st.integers(1, 20),
    st.sampled_from(["hello.txt", "sine.csv", "parity.csv"]),
)
DISPLAYS = st.builds(
    seen,
    diagram=st.sampled_from(["unrolled", "rolled", "inside"]),
    digits=st.integers(0, 8),
    ascii=st.booleans(),
    gate=st.integers(-1, 4),
    zoom=st.sampled_from(["step", "operation"]),
    operation=st.integers(0, 1),
    maps=st.booleans(),
)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def overlap(a: Region, b: Region) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


@SETTINGS
@given(RUNS, DISPLAYS, SIZES)
def test_regions_lie_on_the_screen_and_apart(run: Simulator, display: Seen, size: tuple[int, int]) -> None:
    regions = arrange(frame(run, 0, display), *size)
    assert {"title", "strip", "footer"} <= set(regions) <= set(PARTS)
    assert {"formula", "gates", "sums", "maps"} & set(regions) or display["diagram"] == "inside"
    assert display["maps"] or "equation" in regions or display["diagram"] == "inside"
    for name, region in regions.items():
        assert region.x >= 0, name
        assert region.y >= 0, name
        assert region.width > 0, name
        assert region.height > 0, name
        assert region.x + region.width <= size[0], name
        assert region.y + region.height <= size[1], name
    for (one, a), (other, b) in combinations(regions.items(), 2):
        assert not overlap(a, b), (one, other)


@SETTINGS
@given(RUNS, DISPLAYS, SIZES)
def test_regions_do_not_depend_on_the_cursor(run: Simulator, display: Seen, size: tuple[int, int]) -> None:
    before = arrange(frame(run, 0, display), *size)
    for t in (1, len(run)):
        assert arrange(frame(run, t, display), *size) == before


@SETTINGS
@given(RUNS, DISPLAYS, SIZES, st.integers(0, 5))
def test_every_part_can_be_drawn_in_its_region(run: Simulator, display: Seen, size: tuple[int, int], t: int) -> None:
    page = Page(frame(run, t, display))
    for name, region in arrange(page.frame, *size).items():
        text = printed(part(name, page, region.width, region.height))
        assert len(text.split("\n")) <= region.height, name


@pytest.mark.parametrize("diagram", ["unrolled", "rolled"])
def test_at_80x24_diagram_and_tables_are_stacked(diagram: str) -> None:
    regions = arrange(frame(built_in(), 0, seen(diagram=diagram)), 80, 24)
    assert {"title", "strip", "diagram", "formula", "equation", "footer"} <= set(regions)
    tops = [regions[name].y for name in ("title", "strip", "diagram", "formula", "equation", "footer")]
    assert tops == sorted(tops)
    assert regions["diagram"].height >= 9
    assert regions["formula"].height == 6  # a heading, the letters, and the four rows of x


@pytest.mark.parametrize("diagram", ["unrolled", "rolled"])
def test_at_120x36_all_stands_below_the_diagrams_in_the_whole_width(diagram: str) -> None:
    regions = arrange(frame(built_in(), 0, seen(diagram=diagram)), 120, 36)
    order = ("title", "strip", "diagram", "formula", "equation", "ledger", "footer")
    tops = [regions[name].y for name in order]
    assert tops == sorted(tops)
    assert regions["diagram"].y == regions["other"].y
    assert regions["diagram"].x + regions["diagram"].width < regions["other"].x
    assert regions["formula"].height == 6
    assert regions["ledger"].y == regions["history"].y


@pytest.mark.parametrize("diagram", ["unrolled", "rolled"])
def test_at_120x24_the_diagram_stands_left_of_the_tables(diagram: str) -> None:
    regions = arrange(frame(built_in(), 0, seen(diagram=diagram)), 120, 24)
    assert regions["diagram"].x + regions["diagram"].width <= regions["formula"].x
    assert regions["diagram"].y == regions["formula"].y


def test_a_cell_of_several_sums_has_a_place_for_all_its_values() -> None:
    regions = arrange(frame(built_in("jordan"), 0, seen()), 80, 24)
    assert regions["gates"].y > regions["formula"].y
    assert regions["gates"].height >= 4


def test_where_the_tables_take_all_rows_the_ledger_and_the_past_stand_at_their_right() -> None:
    letters = Sequence(np.eye(27)[np.arange(54) % 27], np.eye(27)[(np.arange(54) + 1) % 27])
    run = Simulator(Network.random(["elman", "softmax"], 27, 3, output_size=27), letters)
    regions = arrange(frame(run, 40), 200, 50)
    formula, ledger, history = (regions[name] for name in ("formula", "ledger", "history"))
    assert formula.x + formula.width < ledger.x < ledger.x + ledger.width < history.x
    assert formula.y == ledger.y == history.y
    assert formula.height == 29  # a heading, the names of the columns, and the 27 rows of W


@pytest.mark.parametrize("size", [(130, 40), (160, 45), (200, 50)])
def test_no_column_of_a_table_gives_way_to_the_past_beside_it(size: tuple[int, int]) -> None:
    x = np.eye(12)[np.arange(20) % 12]
    network = Network.random(["elman", "softmax"], 12, 3, output_size=12)
    walk = Run(network, Sequence(x, np.roll(x, -1, 0)), learning=Learning(epochs=1)).walk(1)
    beside = 0
    for t in (1, 8, 19, 20):
        shown = frame(walk, t, layer=2, back=True)
        regions = arrange(shown, *size)
        beside += regions["history"].x > regions["gates"].x + regions["gates"].width
        for name, tables in (("formula", upper), ("gates", lower)):
            region = regions[name]
            rows = (tables(shown, width, region.height) for width in (region.width, size[0] - 1))
            narrow, wide = ([len(p.window.columns) for p in row.pieces if p.window] for row in rows if row is not None)
            assert narrow == wide, (name, t)
    assert beside
