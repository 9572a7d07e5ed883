"""What is predicted, in letters: beside y, in the tables, under the strip, on the timeline and in the heat maps.

The network is worked by hand (`letters`): it says e, l, l, l, h with 0.70 each, and all else has 0.10.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from driven import running
from frames import frame, seen
from letters import REST, SHARE, hello
from terminal import printed

from rnn_tui import Network, Run, load_sequence
from rnn_tui.core.equations import Name
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Session
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.traces import traces
from rnn_tui.views.layer.formula import formula
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.gradient_tables import state_gradients, weight_gradients
from rnn_tui.views.learning.teaching import taught
from rnn_tui.views.maps.heatmap import history, maps
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.lines import equation_lines, map_line, strip
from rnn_tui.views.page.timeline import timeline

UNICODE, ASCII = seen(), seen(ascii=True)
LEARNS = Learning("cross-entropy", 0)
SAID = {
    1: f"predicts e {SHARE}, target e {SHARE}",
    4: f"predicts l {SHARE}, target o {REST}",
    5: f"predicts h {SHARE}",
}


def passed(run: Run) -> Run:
    while run.advance():
        pass
    return run


@pytest.mark.parametrize("t", SAID)
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("look", [UNICODE, ASCII])
def test_the_prediction_stands_beside_the_y_of_the_map(t: int, layer: int, look: dict[str, object]) -> None:
    line = map_line(frame(hello(), t, look, layer=layer), 80).plain
    assert line.endswith(f" y  {SAID[t]}")


@pytest.mark.parametrize("t", SAID)
def test_a_readout_alone_says_it_behind_its_equation(t: int) -> None:
    assert SAID[t] in printed(equation_lines(frame(hello(below=False), t), 80, 1))


@pytest.mark.parametrize("t", SAID)
def test_a_prediction_is_whole_or_shorter_or_left_out_with_a_mark(t: int) -> None:
    brief = SAID[t].removeprefix("predicts ")
    for width in range(20, 100):
        line = map_line(frame(hello(), t), width).plain
        assert len(line) <= width
        if width >= 64:
            assert line.endswith(f"y  {SAID[t]}")
        elif width >= 44:
            assert line.endswith(("y  " + brief, "…  " + brief, "y  " + SAID[t], "…  " + SAID[t]))
        elif width >= 34:
            assert line.endswith(("y…", "y  " + brief, "y  " + SAID[t]))
        assert line.count(".") in (0, SAID[t].count("."))


def test_nothing_is_predicted_before_the_first_sample_nor_by_what_is_no_distribution() -> None:
    assert map_line(frame(hello(), 0), 100).plain.endswith("→ y")
    dense = Run(Network.random(["elman", "dense"], 4, 3, 0, 4), load_sequence("hello.txt"))
    assert map_line(frame(dense, 3), 100).plain.endswith("→ y")


def test_what_has_no_names_is_called_by_its_place() -> None:
    rows = np.eye(2)
    run = Run(Network([Layer("softmax", {"W": np.log(3) * rows, "b": [0, 0]})]), Sequence(rows, rows[::-1]))
    assert "predicts y[1] 0.75, target y[2] 0.25" in printed(equation_lines(frame(run, 1), 80, 1))


def test_a_class_is_called_by_its_number() -> None:
    rows = np.eye(2)
    run = Run(Network([Layer("softmax", {"W": np.log(3) * rows, "b": [0, 0]})]), Sequence(rows, [[1], [1]]))
    assert "predicts class 0 0.75, target class 1 0.25" in printed(equation_lines(frame(run, 1), 80, 1))


@pytest.mark.parametrize("look", [UNICODE, ASCII])
def test_under_the_strip_stands_what_is_right_and_what_is_wrong(look: dict[str, object]) -> None:
    lines = printed(strip(frame(passed(hello()), 2, look), 60, 2)).split("\n")
    assert lines[0] == "  h [e] l  l  o"
    assert lines[1] == "  =  =  =  x      = right, x wrong: 3 of 4"
    assert printed(strip(frame(passed(hello()), 2, look), 34, 2)).split("\n")[1] == "  =  =  =  x      3 of 4 right"


def test_a_page_of_a_long_strip_still_says_how_many_of_all_are_right() -> None:
    long = Sequence(np.tile(np.eye(4), (50, 1)), np.tile(np.eye(4), (50, 1)), list("ehlo" * 50), outcomes="ehlo")
    run = passed(hello(sequence=long))  # l is followed by l: right one time in four
    lines = printed(strip(frame(run, 100), 60, 2)).split("\n")
    assert lines[1].endswith("   50 of 200 right")
    assert lines[0].endswith("›")
    assert set(lines[1].removesuffix("   50 of 200 right").replace(" ", "")) == {"=", "x"}
    for label, mark in zip(lines[0], lines[1], strict=False):
        assert (label == "l") == (mark == "=")


def test_what_is_asked_is_told_by_nothing_else() -> None:
    run = passed(hello())
    asked = frame(run, 4, hidden=(("y", 4, 0),))
    assert map_line(asked, 80).plain.endswith("→ y")
    assert printed(strip(asked, 60, 2)).split("\n")[1] == "  =  =  =  ?"
    bars = printed(timeline(frame(run, 4, hidden=(("y", 4, 0),), trace="right"), 40, 2)).split("\n")[0]
    assert "█" in bars
    assert " of " not in bars
    (line,) = taught(frame(hello(learning=LEARNS), 4, hidden=(("y", 4, 0),)), 60)
    assert "loss₄ ?" in line.plain
    told = printed(history(asked, 40, 12))
    assert told.count("·") > printed(history(frame(run, 4), 40, 12)).count("·")


@pytest.mark.parametrize(("size", "rows"), [((60, 20), 2), ((80, 24), 2), ((120, 36), 2), ((60, 17), 1)])
def test_the_strip_has_its_second_line_where_there_is_room(size: tuple[int, int], rows: int) -> None:
    assert arrange(frame(hello(), 0), *size)["strip"].height == rows
    without = Run(Network.random(["elman", "dense"], 4, 3, 0, 4), load_sequence("hello.txt"))
    assert arrange(frame(without, 0), *size)["strip"].height == 1


def names(seen: Frame, name: Name) -> tuple[tuple[str, ...], tuple[str, ...]]:
    grid = Shown(seen).grid(name)
    return grid.row_names, grid.column_names


def test_rows_that_make_y_are_called_after_what_they_predict() -> None:
    letters = tuple("ehlo")
    last, alone, first = (
        frame(hello(below=below), 1, layer=layer) for below, layer in ((True, 2), (False, 1), (True, 1))
    )
    assert names(last, Name("y", 0)) == names(last, Name("W")) == names(last, Name("b")) == (letters, ())
    assert names(alone, Name("W")) == (letters, letters)
    assert Shown(last).row_names("z") == letters
    assert names(first, Name("W")) == ((), letters)
    assert names(first, Name("y", 0)) == ((), ())


@pytest.mark.parametrize("width", [60, 80])
def test_y_has_its_letters_beside_it(width: int) -> None:
    lines = printed(formula(frame(hello(), 4), width, 8)).split("\n")
    assert [line[:3].strip() for line in lines[2:6]] == list("ehlo")
    assert [line.split()[-2:] for line in lines[2:6]] == [["e", REST], ["h", REST], ["l", SHARE], ["o", REST]]


def test_gradients_have_the_letters_of_what_they_are_by() -> None:
    """dL/dy at the target is -1/0.7, dL/dz is y - target, -0.3 for e, and dL/dW has it at the letter h."""
    seen = frame(hello(below=False, learning=LEARNS), 1, back=True)
    teaching = seen.back
    assert teaching is not None
    above = printed(state_gradients(seen, teaching, 80, 8)).split("\n")
    assert above[1].split() == ["e", "-1.43"]
    row = weight_gradients(seen, teaching, 80, 8)
    assert row is not None
    below = printed(row).split("\n")
    assert below[1].split()[:4] == list("ehlo")
    assert below[2].split()[:7] == ["e", "-0.30", "e", "0.00", "-0.30", "0.00", "0.00"]
    assert below[3].split()[:7] == ["h", "0.10", "h", "0.00", "0.10", "0.00", "0.00"]


@pytest.mark.parametrize(("width", "target"), [(100, "e 0.00 h 0.00 l 0.00 o 1.00"), (60, "o")])
def test_a_target_is_said_in_its_names(width: int, target: str) -> None:
    (line,) = taught(frame(hello(learning=LEARNS), 4), width)
    assert line.plain.startswith(f" target {target}   loss")


def test_named_columns_have_their_names_in_the_target(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,target up,target down\n1,0.5,0.25\n2,0,1\n", "utf-8")
    dense = Layer("dense", {"W": np.ones((2, 1)), "b": np.zeros(2)})
    run = Run(Network([dense]), load_sequence(str(path)), learning=Learning("sse"))
    assert taught(frame(run, 1), 80)[0].plain.startswith(" target up 0.50 down 0.25   loss")
    assert names(frame(run, 1), Name("y", 0)) == (("up", "down"), ())


@pytest.mark.parametrize(("look", "legend"), [(UNICODE, "0 ██████ 1"), (ASCII, "0 '++### 1")])
def test_shares_have_a_scale_from_0_to_1(look: dict[str, object], legend: str) -> None:
    narrow, wide = (printed(history(frame(hello(), 4, look), width, 12)).split("\n") for width in (20, 40))
    assert legend in narrow
    assert (legend in wide) == (look is not ASCII)  # where the numbers stand, no sign is to be explained
    assert [line[:1] for line in wide if line[1:2] == " " and line[:1] in "ehlo"] == list("ehlo")
    both = printed(maps(frame(hello(), 4, look), 80, 12))
    assert f"y {legend}" in both
    assert "+1.95" in both


@pytest.mark.parametrize(("width", "height"), [(60, 2), (60, 3), (80, 3)])
def test_the_timeline_says_how_many_of_a_column_are_right(width: int, height: int) -> None:
    """Every column of many timesteps has right ones: one in four, of which the cursor's are counted."""
    rows = np.tile(np.eye(4), (500, 1))
    run = passed(hello(sequence=Sequence(rows, rows, outcomes="ehlo")))
    shown = frame(run, 1, trace="right")
    text = printed(timeline(shown, width, height)).split("\n")
    assert text[0].startswith(" right")
    said = [line for line in text if " of " in line]
    right, count = (int(word) for word in said[0].replace("right", "").split()[:3:2])
    assert right == count // 4
    assert count > 20


def test_right_is_one_of_the_traces_of_a_readout() -> None:
    assert traces(frame(hello(), 1, layer=2)) == ["|y|", "right"]
    assert traces(frame(hello(), 1, layer=1)) == ["|y|"]


async def test_the_screen_says_it_all() -> None:
    async with running(Session.of(hello().network, load_sequence("hello.txt")), size=(80, 24)) as app:
        text = await app.press("right")
        assert f" y  {SAID[1]}" in text
        assert "= right, x wrong: 3 of 4" in text
