"""Numbers of a fixed width: always exactly as wide as promised, and rounded as decimal arithmetic rounds."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.core.decimals import NO_ROOM, bound, bounded_width, changed, number, unbounded_width, width_for

FINITE = st.floats(allow_nan=False, allow_infinity=False)
LONGEST_EXPONENT = len("-1e-308")


@pytest.mark.parametrize(
    ("value", "digits", "width", "text"),
    [
        (0.5, 2, 5, " 0.50"),
        (-0.5, 2, 5, "-0.50"),
        (0.0, 2, 5, " 0.00"),
        (-0.0, 2, 5, " 0.00"),
        (-0.001, 2, 5, " 0.00"),
        (-0.4, 0, 2, " 0"),
        (0.125, 2, 5, " 0.12"),  # exactly half way: to the even digit
        (0.375, 2, 5, " 0.38"),
        (0.996, 2, 5, " 1.00"),
        (1e-300, 2, 5, " 0.00"),
        (-1.0, 0, 2, "-1"),
        (12.345, 2, 5, "12.35"),  # the double nearest to 12.345 lies above it
        (123.456, 2, 5, "  1e2"),
        (-123.456, 2, 5, " -1e2"),
        (251.0, 2, 7, " 251.00"),
        (-5000.0, 2, 7, "-5.00e3"),
        (5000.0, 2, 7, "5000.00"),
        (99999.4, 2, 5, "  1e5"),
        (99999.6, 2, 5, "  1e5"),
        (123456.0, 2, 7, " 1.23e5"),
        (-12345678.0, 2, 7, "-1.23e7"),
        (1e300, 2, 7, "1.0e300"),
        (-1e300, 2, 7, " -1e300"),
        (float("nan"), 2, 5, "  nan"),
        (float("inf"), 2, 5, "  inf"),
        (float("-inf"), 2, 5, " -inf"),
        (float("nan"), 0, 3, "nan"),
        (float("-inf"), 0, 3, "  ~"),
        (251.0, 0, 2, " ~"),
    ],
)
def test_a_number_is_rounded_and_right_aligned(value: float, digits: int, width: int, text: str) -> None:
    assert number(value, digits, width) == text


@given(FINITE, st.integers(0, 8), st.integers(LONGEST_EXPONENT - 1, 16))
def test_a_number_is_as_wide_as_asked_for(value: float, digits: int, width: int) -> None:
    assert len(number(value, digits, width)) == width


@given(FINITE, st.integers(0, 8), st.integers(1, LONGEST_EXPONENT - 2))
def test_in_too_little_room_a_number_is_a_mark_and_never_cut(value: float, digits: int, width: int) -> None:
    text = number(value, digits, width)
    assert len(text) == width
    if text.strip() != NO_ROOM:
        assert "e" in text or len(text.partition(".")[2]) == digits
        assert abs(Decimal(text.strip()) - Decimal(value)) <= max(Decimal(1), abs(Decimal(value))) / 2


@given(st.floats(-99, 99), st.integers(0, 6))
def test_a_number_that_fits_is_rounded_as_decimals_are(value: float, digits: int) -> None:
    right = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    assert Decimal(number(value, digits, digits + 4).strip()) == right


@given(FINITE, st.integers(0, 8), st.integers(6, 16))
def test_no_number_is_a_negative_zero(value: float, digits: int, width: int) -> None:
    text = number(value, digits, width).strip()
    assert not (text.startswith("-") and float(text) == 0)


@pytest.mark.parametrize(
    ("value", "upper", "text"),
    [
        (0.531, True, "0.54"),
        (0.53, True, "0.53"),
        (-0.536, False, "-0.54"),
        (-0.531, False, "-0.54"),
        (5.5328, True, "5.54"),
    ],
)
def test_a_bound_is_never_on_the_wrong_side(value: float, upper: bool, text: str) -> None:
    assert bound(value, 2, 8, upper).strip() == text


@given(value=st.floats(-1e9, 1e9), digits=st.integers(0, 4), width=st.integers(7, 12), upper=st.booleans())
def test_what_is_said_to_be_a_bound_is_one(value: float, digits: int, width: int, upper: bool) -> None:
    shown = float(bound(value, digits, width, upper))
    assert shown >= value if upper else shown <= value


@settings(max_examples=40)
@given(st.lists(st.floats(-99999, 99999), min_size=1, max_size=20), st.integers(0, 8))
def test_the_width_for_some_values_has_room_for_all_their_digits(values: list[float], digits: int) -> None:
    width = width_for(np.array(values), digits)
    for value in values:
        text = number(value, digits, width)
        assert len(text) == width
        assert len(text.partition(".")[2]) == digits


@given(st.lists(st.floats(), max_size=5), st.integers(0, 8))
def test_the_width_for_some_values_is_never_over_four_more_than_a_small_number_takes(
    values: list[float], digits: int
) -> None:
    small = len(f"{-1:.{digits}f}")
    assert small <= width_for(np.array(values), digits) <= small + 4


@given(st.floats(-1, 1), st.integers(0, 8))
def test_what_an_activation_gives_fits_the_bounded_width(value: float, digits: int) -> None:
    text = number(value, digits, bounded_width(digits))
    assert len(text) == bounded_width(digits)
    assert len(text.partition(".")[2]) == digits


@given(st.floats(-99, 99), st.integers(0, 8))
def test_a_sum_fits_the_unbounded_width(value: float, digits: int) -> None:
    assert len(number(value, digits, unbounded_width(digits)).partition(".")[2]) == digits


@pytest.mark.parametrize(
    ("text", "before", "differs"),
    [
        (" 0.42", " 0.42", "....."),
        (" 0.42", " 0.47", "....^"),
        ("-0.42", " 0.42", "^...."),
        (" 0.42", "-0.42", "....."),  # the sign is gone, and a blank is not marked
        (" 0.42", None, "....."),
        (" 0.42", "0.42", "....."),
    ],
)
def test_the_characters_that_changed_are_told(text: str, before: str | None, differs: str) -> None:
    assert changed(text, before) == [mark == "^" for mark in differs]
