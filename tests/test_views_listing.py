"""Sums written out, by hand: which terms have room, and what rounding leaves over."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rnn_tui.views.sheet.listing import Listing, Written


@pytest.mark.parametrize(
    ("room", "listing"),
    [
        (5, Listing((0, 1, 2, 3), None, 0)),
        (4, Listing((0, 1, 2, 3), None, 0)),
        (3, Listing((1, 3), 1.5, 2)),  # 2 and -3 are the largest by amount; 0.5 + 1 is the rest
        (2, Listing((3,), 3.5, 3)),
        (1, Listing((), 0.5, 4)),
    ],
)
def test_the_largest_terms_by_amount_have_room_in_their_order(room: int, listing: Listing) -> None:
    assert Listing.of([0.5, 2.0, 1.0, -3.0], room) == listing


def test_what_rounding_leaves_over_is_the_total_without_the_terms_as_shown() -> None:
    """0.11 + 0.22 + 0.33 is 0.66, and the sum 0.666 is shown as 0.67."""
    values = [0.111, 0.222, 0.333]
    assert Listing.of(values, 3).rounding(values, 0.666, 2) == Decimal("0.01")
    values = [0.006, 0.006]  # 0.01 + 0.01, and 0.012 is 0.01
    assert Listing.of(values, 2).rounding(values, 0.012, 2) == Decimal("-0.01")
    assert Listing.of([float("inf")], 1).rounding([float("inf")], float("inf"), 2) == 0


@pytest.mark.parametrize(
    ("values", "total", "shown", "others"),
    [
        ([0.111, 0.222, 0.333], 0.666, (2,), 2),  # three lines, and one for the rounding is needed
        ([0.111, 0.222, 0.333, 0.444], 1.11, (3,), 3),  # as well where one of the three sums up the rest
        ([0.1, 0.2, 0.3], 0.6, (0, 1, 2), 0),
        ([0.111, 0.222], 0.333, (0, 1), 0),
    ],
)
def test_the_rounding_has_a_line_of_three(
    values: list[float], total: float, shown: tuple[int, ...], others: int
) -> None:
    listing = Listing.closing(values, total, 2, 3)
    assert (listing.shown, listing.others) == (shown, others)


def test_a_sum_in_three_lines() -> None:
    sums = Written([0.111, 0.222, 0.333, 0.444], ["a", "b", "c", "d"], 1.11, 2, 80, "…")
    assert [" ".join(line.plain.split()) for line in (*sums.lines(3), *sums.foot())] == [
        "d = 0.44 so far 0.44",
        "the other 3 sum to = 0.67 so far 1.11",
        "sum = 1.11",
    ]
