"""Where the parts of the screen stand: never over one another, never outside, never moved by time."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terminal import printed

from rnn_tui.session.model import Display, Session, Source
from rnn_tui.views.page.layout import Region, arrange
from rnn_tui.views.page.scene import PARTS, Scene, part

SIZES = st.tuples(st.integers(40, 200), st.integers(12, 60))
SESSIONS = st.builds(
    Session,
    source=st.sampled_from([Source("hello.txt"), Source("sine.csv"), Source("parity.csv")]),
    cells=st.sampled_from([("elman",), ("lstm",), ("gru",), ("jordan",), ("dense",), ("elman", "dense")]),
    hidden=st.tuples(st.integers(1, 20)),
)
DISPLAYS = st.builds(
    Display,
    diagram=st.sampled_from(["unrolled", "rolled", "inside"]),
    digits=st.integers(0, 8),
    ascii=st.booleans(),
    gate=st.integers(-1, 4),
    zoom=st.sampled_from(["step", "operation"]),
    operation=st.integers(0, 1),
    maps=st.booleans(),
)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def overlap(a: Region, b: Region) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


@SETTINGS
@given(SESSIONS, DISPLAYS, SIZES)
def test_regions_lie_on_the_screen_and_apart(session: Session, display: Display, size: tuple[int, int]) -> None:
    regions = arrange(session.simulator(), display, *size)
    assert {"title", "strip", "footer"} <= set(regions) <= set(PARTS)
    assert {"formula", "gates", "maps"} & set(regions) or display.diagram == "inside"
    assert display.maps or "equation" in regions
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
@given(SESSIONS, DISPLAYS, SIZES)
def test_regions_do_not_depend_on_the_cursor(session: Session, display: Display, size: tuple[int, int]) -> None:
    simulator = session.simulator()
    before = arrange(simulator, display, *size)
    simulator.seek(len(simulator))
    assert arrange(simulator, display, *size) == before


@SETTINGS
@given(SESSIONS, DISPLAYS, SIZES, st.integers(0, 5))
def test_every_part_can_be_drawn_in_its_region(
    session: Session, display: Display, size: tuple[int, int], t: int
) -> None:
    simulator = session.simulator()
    for name, region in arrange(simulator, display, *size).items():
        text = printed(part(name, Scene(simulator, t, display), region.width, region.height))
        assert len(text.split("\n")) <= region.height, name


@pytest.mark.parametrize("diagram", ["unrolled", "rolled"])
def test_at_80x24_diagram_and_tables_are_stacked(diagram: str) -> None:
    regions = arrange(Session().simulator(), Display(diagram=diagram), 80, 24)
    assert {"title", "strip", "diagram", "formula", "equation", "footer"} <= set(regions)
    tops = [regions[name].y for name in ("title", "strip", "diagram", "formula", "equation", "footer")]
    assert tops == sorted(tops)
    assert regions["diagram"].height >= 9
    assert regions["formula"].height == 6  # a heading, the letters, and the four rows of x


@pytest.mark.parametrize("diagram", ["unrolled", "rolled"])
def test_at_120x36_the_diagrams_stand_left_of_the_tables(diagram: str) -> None:
    regions = arrange(Session().simulator(), Display(diagram=diagram), 120, 36)
    assert {"title", "strip", "diagram", "other", "formula", "equation", "footer"} <= set(regions)
    for name in ("diagram", "other"):
        assert regions[name].x + regions[name].width <= regions["formula"].x
    assert regions["diagram"].y == regions["formula"].y


def test_a_cell_of_several_sums_has_a_place_for_all_its_values() -> None:
    jordan = Session(cells=("jordan",)).simulator()
    for size in ((80, 24), (120, 36)):
        regions = arrange(jordan, Display(), *size)
        assert regions["gates"].y > regions["formula"].y
        assert regions["gates"].height >= 4
