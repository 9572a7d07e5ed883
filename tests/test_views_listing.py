"""Sums written out, by hand: which terms have room, and what rounding leaves over."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from rnn_tui.core.calculator import Column, operands
from rnn_tui.views.sheet.listing import OWN_ROUNDING, ROUNDING, TOO_LARGE, Entry, Fold, Written, listing

ALL = [0.5, 2.0, 1.0, -3.0]


def written(values: list[float], total: float, digits: int = 2, single: bool = False, first: int = 0) -> Written:
    labels = "abcdefgh"
    return Written(values, labels.__getitem__, total, Column(digits), 80, "…", first=first, single=single)


def told(sums: Written, height: int) -> list[str]:
    return [" ".join(line.plain.split()) for line in sums.lines(height)]


@pytest.mark.parametrize(
    ("room", "lines"),
    [
        (5, (0, 1, 2, 3)),
        (4, (0, 1, 2, 3)),
        (3, (1, 3, Fold((0, 2)))),  # 2 and -3 are the largest by amount; 0.5 and 1 are the rest
        (2, (3, Fold((0, 1, 2)))),
        (1, (Fold((0, 1, 2, 3), "the {} terms sum to"),)),
    ],
)
def test_the_largest_terms_by_amount_have_room_in_their_order(room: int, lines: tuple[Entry, ...]) -> None:
    assert listing(ALL, [0] * 4, room) == lines


def test_zeros_are_folded_before_what_counts() -> None:
    assert listing([0.0, 1.0, 0.0, 2.0], [0] * 4, 3) == (1, 3, Fold((0, 2)))
    assert listing([0.0, 1.0, 0.0, 0.0], [0] * 4, 3) == (1, Fold((0, 2, 3)))


def test_every_part_of_the_equation_has_a_line_as_long_as_there_is_room() -> None:
    """Of W.x two large terms, of U.s a small one, of b the smallest."""
    values, groups = [9.0, 8.0, 7.0, 0.2, 0.1], [0, 0, 0, 1, 2]
    assert listing(values, groups, 4) == (0, 3, 4, Fold((1, 2)))
    assert listing(values, groups, 3) == (0, 3, Fold((1, 2, 4)))


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        (1, (Fold((0,), "the {} before sum to"), 1, 2, Fold((3, 4, 5), "the {} after sum to"))),
        (3, (Fold((0, 1, 2), "the {} before sum to"), 3, 4, 5)),
        (9, (Fold((0, 1, 2), "the {} before sum to"), 3, 4, 5)),
    ],
)
def test_all_terms_can_be_reached_in_their_order(first: int, lines: tuple[Entry, ...]) -> None:
    assert listing([1.0] * 6, [0] * 6, 4, first) == lines


def test_what_rounding_leaves_over_is_the_total_without_the_terms_as_shown() -> None:
    """0.11 + 0.22 + 0.33 is 0.66, and the sum 0.666 is shown as 0.67."""
    assert written([0.111, 0.222, 0.333], 0.666).roundings((0, 1, 2)) == [(ROUNDING, Decimal("0.01"))]
    # 0.01 + 0.01, and 0.012 is 0.01
    assert written([0.006, 0.006], 0.012).roundings((0, 1)) == [(ROUNDING, Decimal("-0.01"))]
    assert written([math.inf], math.inf).roundings((0,)) == []


def test_what_float32_rounded_away_is_not_put_on_the_digits() -> None:
    """0.10 + 0.20 is 0.30 exactly; a run that found 0.32 lost 0.02 by itself."""
    assert written([0.1, 0.2], 0.32, single=True).roundings((0, 1)) == [(OWN_ROUNDING.format(32), Decimal("0.02"))]
    assert written([0.1, 0.2], 0.32).roundings((0, 1)) == [(OWN_ROUNDING.format(64), Decimal("0.02"))]
    assert written([0.1, 0.2], 0.31).roundings((0, 1)) == [(ROUNDING, Decimal("0.01"))]


def test_a_sum_too_large_for_a_float_is_said_to_be() -> None:
    assert told(written([1e308, 1e308], math.inf, -300), 6)[2] == f"{TOO_LARGE} = inf"


def test_a_sum_in_four_lines() -> None:
    assert told(written([0.111, 0.222, 0.333, 0.444], 1.11), 4) == [
        "d = 0.44 so far 0.44",
        "the other 3 sum to = 0.67 so far 1.11",
        "sum = 1.11",
    ]


def test_so_far_is_the_sum_of_what_stands_above() -> None:
    """0.004 three times is 0.00 three times, however far the sum itself has come."""
    assert told(written([0.004, 0.004, 0.004], 0.012), 9) == [
        "a = 0.00 so far 0.00",
        "b = 0.00 so far 0.00",
        "c = 0.00 so far 0.00",
        f"{ROUNDING} = 0.01",
        "sum = 0.01",
    ]


@pytest.mark.parametrize(
    ("value", "digits", "decimals", "text"),
    [
        (0.42131, 4, 4, "0.4213"),
        (-0.00001, 4, 7, "-0.0000100"),  # three significant digits at the least
        (251.123456, 4, 4, "251.1235"),
        (1e-13 / 3, 4, 16, "3.33e-14"),
        (1e17 / 3, 4, -2, "3.33333333333333e16"),  # fifteen at the most
        (-0.0, 2, 2, "0.00"),
    ],
)
def test_the_unit_of_a_column(value: float, digits: int, decimals: int, text: str) -> None:
    column = Column.of([value, 0.0], digits)
    assert (column.decimals, column.text(value)) == (decimals, text)


def test_float32_is_trusted_with_six_digits() -> None:
    assert Column.of([12345.6789], 4, single=True).text(12345.6789) == "12345.7"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((0.4213123, 251.0), ["0.4213123", "251.0000"]),  # 0.421312 x 251 is 105.7493, and 105.7494 was computed
        ((0.5, 0.25), ["0.5000", "0.2500"]),
        ((math.inf, 0.0), ["inf", "0.0000"]),
    ],
)
def test_factors_have_the_digits_that_their_product_needs(values: tuple[float, float], texts: list[str]) -> None:
    result = Column(4).text(values[0] * values[1])
    assert operands(values, 4, result, Decimal("0.0001"), lambda a, b: a * b) == texts
