"""One table over the whole screen: its numbers can be read off their dots, and the digits are as large as fits."""

from __future__ import annotations

import pytest
from frames import built_in, frame

from rnn_tui import Network, Sequence, Simulator
from rnn_tui.core.layer import Layer
from rnn_tui.session.model import Focus, Lesson, Session, Stop
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.page.enlarged import enlarged
from rnn_tui.views.page.layout import arrange

DENSE = Simulator(Network([Layer("dense", {"W": [[2.0], [-1.0]], "b": [0.0, 0.0]})]), Sequence([[1.5], [-0.25], [0.0]]))
"""y is (3, -1.5), (-0.5, 0.25), (0, -0)."""


def lines(of: Frame, width: int, height: int) -> list[str]:
    drawing = enlarged(of, width, height)
    rows = ["".join(segment.text for segment in line).rstrip() for line in drawing.lines()]
    assert len(rows) == height
    assert max(map(len, rows)) <= width
    return rows


def test_numbers_in_dots_of_their_own_digit() -> None:
    """In ASCII, by hand: 3.00 above -1.50, at a size of which twice as large would have no room."""
    seen = frame(DENSE, 1, alone=True, focus=Focus("y", 0, 1), ascii=True)
    rows = lines(seen, 40, 13)
    assert [row[17:] for row in rows] == [
        "",
        "",
        "    333   000 000",
        "      3   0 0 0 0",
        "     33   0 0 0 0",
        "      3   0 0 0 0",
        "    333 . 000 000",
        "     1    555 000",
        "    11    5   0 0",
        "---  1    555 0 0",
        "     1      5 0 0",
        "    111 . 555 000",
        "",
    ]
    assert [row[:17].strip() for row in rows] == ["y1", "", "", "", "1", "", "", "", "", "2", "", "", ""]


@pytest.mark.parametrize(
    ("width", "height", "rows", "ink"),
    [
        (200, 47, 10, "████"),  # dots of 2 rows and 4 columns: 2 numbers of 10 rows, 4 with 5 in 47
        (80, 21, 5, "██"),
        (40, 12, 3, "▀"),  # half a row
    ],
)
def test_the_digits_are_as_large_as_there_is_room_for(width: int, height: int, rows: int, ink: str) -> None:
    drawn = lines(frame(built_in(), 3, alone=True, focus=Focus("s", 0)), width, height)
    inked = [index for index, row in enumerate(drawn) if set(row) & set("█▀▄")]
    assert inked[:rows] == list(range(inked[0], inked[0] + rows))
    assert inked[rows] > inked[0] + rows or rows == 3
    assert ink in "".join(drawn)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(("width", "height"), [(40, 9), (60, 17), (80, 21), (120, 33), (200, 47)])
@pytest.mark.parametrize("focus", [Focus("s", 0, 2), Focus("W", None, 2, 3), Focus("U", None, 1, 1), Focus("x", 0, 3)])
def test_nothing_moves_as_time_goes_on(focus: Focus, width: int, height: int, plain: bool) -> None:
    """Where a row's name stands, and the bars."""

    def places(t: int) -> list[int]:
        drawn = lines(frame(built_in(), t, alone=True, focus=focus, ascii=plain), width, height)
        labels = [(y, row.index(row.split()[0])) for y, row in enumerate(drawn) if row[:2].strip() or row.strip()[:1]]
        return [place for y, x in labels[:1] for place in (y, x)] + [len(labels) if focus.offset is None else 0]

    assert len({tuple(places(t)) for t in (1, 2, 3, 4, 5)}) == 1


def test_a_large_table_shows_the_part_around_the_selected_number_and_says_so() -> None:
    drawn = lines(frame(built_in(hidden=64), 3, alone=True, focus=Focus("s", 0, 40)), 80, 21)
    named = [int(row.split()[0]) for row in drawn[2:] if row.split() and row.split()[0].isdecimal()]
    assert 41 in named
    assert named == list(range(named[0], named[0] + len(named)))
    assert drawn[0].strip() == "s₃…"


def test_a_hidden_number_is_a_question_mark() -> None:
    drawn = lines(frame(DENSE, 1, alone=True, focus=Focus("y", 0), ascii=True, hidden=(("y", 1, 0),)), 40, 13)
    assert [row.split() for row in drawn[2:7]] == [["???"], ["?"], ["1", "??"], [], ["?"]]


def test_numbers_that_have_no_room_in_dots_are_written() -> None:
    drawn = lines(frame(DENSE, 1, alone=True, focus=Focus("y", 0, 1), digits=8), 40, 9)
    assert [row.split() for row in drawn if row] == [["y₁"], ["1", "3.00000000"], ["2", "-1.50000000"]]


def test_it_has_the_screen_for_itself() -> None:
    seen = frame(built_in(), 3, alone=True, focus=Focus("s", 0))
    assert set(arrange(seen, 80, 24, Lesson((Stop("one", "words", Session()),)))) == {"title", "enlarged", "footer"}
    unselected = frame(built_in(), 3, alone=True)
    assert "formula" in arrange(unselected, 80, 24)
