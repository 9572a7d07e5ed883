"""Heat maps: blocks, levels and statistics worked by hand; pictures; every size from nothing up."""

from __future__ import annotations

import math
import re
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from terminal import printed

from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.run import Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.core.step import Step
from rnn_tui.session.model import Focus, Look
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.maps.heatmap import history, maps, windows
from rnn_tui.views.maps.histories import HistoryPanel, last_steps, round_up
from rnn_tui.views.maps.panels import Margins, MatrixPanel
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.measures import magnitude, measures, runs_of, scale_runs, worded
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import LEVELS, NOW, WRONG, block, level
from rnn_tui.views.sheet.raster import NOT_FINITE, Axis, largest, levels

Array = NDArray[Any]
UNICODE, ASCII = seen(), seen(ascii=True)
NAN, INF = math.nan, math.inf
SQUARE = np.array(
    [
        [1.0, -2.0, 0.0, 0.5],
        [0.0, 1.5, -0.5, 0.25],
        [3.0, 0.0, 0.0, 0.0],
        [-3.5, 1.0, 0.0, -0.125],
    ]
)


def hello(cell: str = "elman", hidden: int = 3) -> Simulator:
    return built_in(cell, hidden)


def waves(cell: str, hidden: int, inputs: int, count: int) -> Simulator:
    x = np.sin(np.arange(count)[:, None] / 5 + np.arange(inputs))
    return Simulator(Network.random(cell, inputs, (hidden,), 0), Sequence(x))


def drawn(text: str) -> str:
    return dedent(text).strip("\n").rstrip()


def style_at(drawing: Drawing, x: int, y: int) -> tuple[str, Style]:
    for segment in drawing.lines()[y]:
        if x < len(segment.text):
            return segment.text[x], segment.style or Style()
        x -= len(segment.text)
    raise IndexError


def background(steps: int) -> str:
    colour = block(steps).bgcolor
    assert colour is not None
    return colour.name


def half_blocks(drawing: Drawing, x: int, y: int) -> tuple[str | None, str | None]:
    style = style_at(drawing, x, y)[1]
    return style.color and style.color.name, style.bgcolor and style.bgcolor.name


def matrix_map(
    values: Array, looks: Seen, rows: range | None, columns: range | None, width: int, height: int
) -> Drawing:
    """A matrix alone, with a ruler where it has room."""
    window = None if rows is None or columns is None else (rows, columns)
    panel = MatrixPanel(Look(**looks), "", values, magnitude(measures(values)) or 1.0, window=window)
    ruler = height >= 3
    used = panel.lines(height - ruler)
    room = min(panel.gutter + panel.across(used).pixels, width), min(used + ruler, height)
    drawing = Drawing(*room, mark(panel.look.ascii))
    panel.paint(drawing, 0, 0, drawing.width, Margins(used, heading=False, ruler=ruler))
    return drawing


def state_history(frame: Frame, name: str, width: int, height: int) -> Drawing:
    """The history of one quantity alone."""
    shown = Shown(frame)
    panel = HistoryPanel.of(shown, name, last_steps(shown, width))
    below = int(height >= 3)
    used = panel.lines(height - below)
    drawing = Drawing(width, min(used + below, height), mark(frame.look.ascii))
    panel.paint(drawing, 0, 0, drawing.width, Margins(used, heading=False, ruler=False, below=below))
    return drawing


def statistics(values: Array, digits: int = 2) -> str:
    return "".join(text for text, _ in runs_of(worded(measures(values), digits)))


def legend(scale: float, looks: Seen, cells: int) -> str:
    return "".join(text for text, _ in scale_runs(scale, Look(**looks), cells))


# Blocks, levels


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        (1, 1, SQUARE.tolist()),
        (2, 2, [[-2.0, 0.5], [-3.5, -0.125]]),  # of 0, 0.5, -0.5, 0.25 the positive one: both are as large
        (4, 1, [[-3.5, -2.0, -0.5, 0.5]]),
        (3, 3, [[3.0, 0.5], [-3.5, -0.125]]),  # the last blocks are smaller
        (9, 9, [[-3.5]]),
    ],
)
def test_a_block_shows_its_number_of_largest_magnitude(rows: int, columns: int, expected: list[list[float]]) -> None:
    assert largest(SQUARE, rows, columns).tolist() == expected


def test_what_is_not_finite_is_never_hidden_in_a_block() -> None:
    values = np.array([[1.0, NAN, 2.0, 9.0], [5.0, 7.0, -INF, 3.0]])
    block = largest(values, 2, 2)
    assert math.isnan(block[0, 0])
    assert block[0, 1] == -INF
    assert levels(block, 1.0).tolist() == [[NOT_FINITE, NOT_FINITE]]


@given(st.lists(st.floats(allow_subnormal=True), min_size=1, max_size=20), st.floats(0, 1e300))
def test_levels_are_those_of_the_palette(values: list[float], scale: float) -> None:
    expected = [level(value, scale) if math.isfinite(value) else NOT_FINITE for value in values]
    assert levels(np.array(values), scale).tolist() == expected


@given(st.integers(1, 600), st.integers(1, 60))
def test_an_axis_has_room_for_all_and_every_cell_shows_something(total: int, room: int) -> None:
    axis = Axis.of(total, room, 6)
    assert 1 <= axis.pixels <= room
    assert (axis.count - 1) * axis.block < total <= axis.count * axis.block
    assert axis.span(range(total)) == range(axis.pixels)


# Statistics, legend


def test_statistics_by_hand() -> None:
    assert statistics(np.array([[3.0, -4.0], [0.0, 0.0]])) == "min -4.00  max 3.00  mean -0.25  norm 5.00"
    assert statistics(np.array([[1.5]]), 1) == "min 1.5  max 1.5  mean 1.5  norm 1.5"


def test_statistics_count_what_is_not_finite_and_leave_it_out() -> None:
    values = np.array([[NAN, -4.0], [INF, 3.0], [-INF, 1.0]])
    assert statistics(values) == "min -4.00  max 3.00  mean 0.00  norm 5.10  3 not finite"  # sqrt(16 + 9 + 1) = 5.099
    assert runs_of(worded(measures(values), 2))[-1] == ("3 not finite", WRONG)
    assert statistics(np.array([[NAN]])) == "1 not finite"


def test_statistics_of_very_large_and_very_small_numbers() -> None:
    assert "norm 5.0e300" in statistics(np.array([[3e300, 4e300]]))
    assert statistics(np.array([[3e-9, -4e-9]])) == "min -4.0e-9  max 3.0e-9  mean -5.0e-10  norm 5.0e-9"


def test_the_legend_has_its_values_at_its_ends() -> None:
    assert legend(0.567, UNICODE, 8) == "-0.57 ████████ 0 ████████ +0.57"
    assert legend(0.567, UNICODE, 4) == "-0.57 ████ 0 ████ +0.57"
    assert legend(1.0, ASCII, 6) == "-1 ===--, . '++### +1"
    assert legend(1.0, ASCII, 4) == "-1 ==-- . ++## +1"


def test_the_legend_shows_the_colours_of_the_levels() -> None:
    shown = [style.color for text, style in scale_runs(1.0, Look(), 6) if text == "█"]
    every = [*range(-LEVELS, 0), *range(1, LEVELS + 1)]
    assert [colour and colour.name for colour in shown] == [background(steps) for steps in every]


@pytest.mark.parametrize(
    ("most", "scale"), [(0.0, 1.0), (1.0, 1.0), (1.01, 2.0), (3.0, 5.0), (5.5, 10.0), (140.0, 200.0)]
)
def test_a_scale_is_a_round_number(most: float, scale: float) -> None:
    assert round_up(np.array([[-most, NAN, INF]])) == scale


# A matrix


def test_a_matrix_without_colour_is_signs_with_row_and_column_numbers() -> None:
    assert printed(matrix_map(SQUARE, ASCII, None, None, 40, 9)) == drawn(
        """
          1 2 3 4
        1 + = . '
        2 . + , '
        3 # . . .
        4 = + . ,
        """
    )  # the strongest is 3.5: above half of it # or =, below + or -, up to a sixth ' or ,


def test_a_matrix_too_large_is_shown_by_blocks_with_the_numbers_at_its_ends() -> None:
    assert printed(matrix_map(SQUARE, ASCII, None, None, 4, 3)) == "  1\n1 ='\n4 =,"


def test_the_window_of_the_tables_is_marked() -> None:
    assert printed(matrix_map(SQUARE, ASCII, range(1, 3), range(2), 40, 9)) == drawn(
        """
          [--]3 4
        1 + = . '
        2|. + , '
        3|# . . .
        4 = + . ,
        """
    )
    small = matrix_map(np.zeros((100, 100)), UNICODE, range(3), range(90, 99), 14, 6)
    assert printed(small).split("\n")[0] == "    1        ▾"
    assert printed(small).split("\n")[1].startswith("  1▸▀")
    assert style_at(small, 3, 1) == ("▸", NOW)


def test_rows_and_columns_here_and_there_are_marked_each() -> None:
    panel = MatrixPanel(Look(ascii=True), "W", SQUARE, 3.5, window=((0, 2, 3), (0, 3)))
    drawing = Drawing(50, 6, "~")
    panel.paint(drawing, 0, 0, 50, Margins(4))
    assert printed(drawing) == drawn(
        """
        W  4x4  in the tables: rows 1, 3-4, columns 1, 4
          []2 3 []
        1>+ = . '
        2 . + , '
        3|# . . .
        4|= + . ,
        """
    )
    assert panel.part(range(3, 5)) == "3-4"


def test_colour_has_two_rows_in_a_line() -> None:
    values = np.array([[1.0], [-1.0], [0.0], [0.5], [-0.125]])
    drawing = matrix_map(values, UNICODE, None, None, 20, 4)
    assert (drawing.width, drawing.height) == (4, 4)
    assert [style_at(drawing, 2, y)[0] for y in (1, 2, 3)] == ["▀"] * 3
    assert [half_blocks(drawing, 2, y) for y in (1, 2, 3)] == [
        (background(6), background(-6)),
        (background(0), background(3)),
        (background(-1), None),
    ]


def test_blue_is_positive_and_orange_negative() -> None:
    drawing = matrix_map(np.array([[1.0, -1.0]]), UNICODE, None, None, 20, 3)
    positive, negative = (style_at(drawing, x, 1)[1].color for x in (2, drawing.width - 1))
    assert positive is not None
    assert negative is not None
    assert positive.get_truecolor().blue > positive.get_truecolor().red
    assert negative.get_truecolor().blue < negative.get_truecolor().red


@pytest.mark.parametrize("display", [UNICODE, ASCII, seen(signs=True)])
def test_what_is_not_finite_is_marked(display: Seen) -> None:
    drawing = matrix_map(np.array([[1.0, NAN], [-INF, 0.5]]), display, None, None, 7, 3)
    wrong = [segment.text for line in drawing.lines() for segment in line if segment.style == WRONG]
    assert len(wrong) == 2
    assert set("".join(wrong)) <= {"!", " "}
    assert all("!" in text for text in wrong)


# The history of a state


def guarded(simulator: Simulator, cursor: int) -> Walk:
    """Refuses to be asked for what is after the cursor."""
    walk = simulator.walk
    at = walk.at

    def only_past(t: int) -> Step:
        assert t <= cursor
        return at(t)

    walk.at = only_past  # type: ignore[method-assign]
    return walk


@pytest.mark.parametrize("cursor", [0, 1, 3, 5])
def test_the_future_is_not_computed_and_left_empty(cursor: int) -> None:
    for display in (UNICODE, ASCII):
        for name in ("s", "y", "x"):
            text = printed(state_history(frame(guarded(hello(), cursor), cursor, display), name, 30, 5))
            marks = [line[2:] for line in text.split("\n")[:-1]]
            assert all(len(line.replace("·", "").strip()) <= 6 * cursor for line in marks)
            assert cursor or not "".join(marks).replace("·", "").strip()


def test_a_history_has_a_row_for_each_number_and_a_column_for_each_timestep() -> None:
    simulator = hello()
    rows = printed(state_history(frame(simulator, 3, ASCII), "s", 30, 5)).split("\n")
    for index, row in enumerate(rows[:3]):
        steps = [level(float(simulator.at(t).s[index]), 1.0) for t in (1, 2, 3)]
        signs = ["===--,.'++###"[n + 6] for n in steps]
        assert row.split() == [str(index + 1), *signs]
    assert rows[3] == "  1 2 ^3  5"


def test_the_cursor_has_its_mark_under_its_column() -> None:
    simulator = waves("elman", 4, 2, 1000)
    for t in (1, 57, 500, 999, 1000):
        lines = printed(state_history(frame(simulator, t, ASCII), "s", 40, 6)).split("\n")
        assert f"^{t}" in lines[-1] or f"{t}^" in lines[-1]
        assert lines[-1].index("^") == len(lines[0]) - 1


def test_pages_do_not_scroll_with_every_step() -> None:
    simulator = waves("elman", 4, 2, 200)
    pages = [state_history(frame(simulator, t, ASCII), "s", 42, 6) for t in range(42, 70)]
    firsts = [style_at(drawing, 2, 0)[1].meta["t"] for drawing in pages]
    assert len(set(firsts)) == 1
    assert printed(state_history(frame(simulator, 50, ASCII), "s", 42, 6)) != printed(
        state_history(frame(simulator, 51, ASCII), "s", 42, 6)
    )


def square_wave(count: int = 1200) -> Simulator:
    """s is 0.5 but at t = 601 to 900, where it is -1, and at t = 1000, where it is 1: through a linear cell."""
    x = np.full((count, 1), 0.5)
    x[600:900], x[999] = -1.0, 1.0
    return Simulator(Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})]), Sequence(x))


def whole(simulator: Simulator, t: int, columns: int, **more: Any) -> Drawing:
    shown = Shown(frame(simulator, t, ASCII, **more))
    panel = HistoryPanel.of(shown, "y", last_steps(shown, columns), whole=True)
    drawing = Drawing(columns + panel.gutter, 2, "~")
    panel.paint(drawing, 0, 0, drawing.width, Margins(1, heading=False, ruler=False, below=1))
    return drawing


def test_a_run_that_has_no_room_is_folded_into_it_by_its_strongest_numbers() -> None:
    """100 timesteps a column: a half is +, the whole # and =, and one timestep of them is seen."""
    simulator = square_wave()
    simulator.at(1200)
    for t, column in ((1, 0), (650, 6), (1200, 11)):
        cells, axis = printed(whole(simulator, t, 12)).split("\n")
        assert cells == "1 ++++++===#++"
        assert axis.index("^") == 2 + column
        assert str(t) in axis
    assert "^" not in printed(whole(simulator, 0, 12))
    columns = [style_at(whole(simulator, 650, 12), 2 + x, 0)[1].meta["t"] for x in range(12)]
    assert columns == [50, 150, 250, 350, 450, 550, 650, 750, 850, 950, 1050, 1150]


def test_what_is_not_computed_or_must_not_be_told_is_left_empty_in_a_folded_run() -> None:
    simulator = square_wave(40_000)
    simulator.at(1)
    ready = simulator.walk.ready
    assert 0 < ready < 40_000
    assert len(printed(whole(simulator, 1, 40)).split("\n")[0].rstrip()) == 2 + -(-ready // 1000)
    simulator = square_wave()
    simulator.at(1200)
    line = printed(whole(simulator, 650, 12, hidden=(("y", 650, 0),))).split("\n")[0]
    assert line == "1 ++++++ ==#++"


def test_maps_show_the_whole_run_and_the_history_beside_the_tables_the_last_steps() -> None:
    simulator = square_wave()
    simulator.at(1200)
    assert "y  1x1200\n" in re.sub(" +\n", "\n", printed(maps(frame(simulator, 650, ASCII), 60, 20)))
    assert "each cell: the largest of 1x21 (y)" in printed(maps(frame(simulator, 650, ASCII), 60, 20))
    assert re.search(r"y  1x1200  t = \d+-\d+", printed(history(frame(simulator, 650, ASCII), 60, 10)))


def test_a_click_on_a_column_says_its_t() -> None:
    drawing = state_history(frame(hello(), 3, UNICODE), "s", 30, 5)
    seen = [style_at(drawing, x, y)[1].meta.get("t") for y in (0, drawing.height - 1) for x in range(2, 12, 2)]
    wide = [style_at(drawing, x, 0)[1].meta.get("t") for x in range(drawing.width)]
    assert {1, 2, 3, 4, 5} == {t for t in wide if t}
    assert wide[:2] == [None, None]
    assert set(seen) <= {1, 2, 3, 4, 5}


def test_more_rows_than_room_are_put_together() -> None:
    simulator = waves("elman", 64, 2, 5)
    text = printed(history(frame(simulator, 5, ASCII), 60, 10))
    assert "s  64x5" in text
    assert "each cell: the largest of 10x1" in text  # 64 rows on 7 lines
    assert "each cell: the largest of 5×1" in printed(history(frame(simulator, 5, UNICODE), 60, 10))  # on 14 half lines


# All together


def test_maps_have_the_matrices_their_statistics_the_state_and_the_legend() -> None:
    text = printed(maps(frame(hello(), 3, UNICODE), 80, 11))
    for part in ("W  3×4", "U  3×3", "s  3×5", "min ", "max ", "mean", "norm", "▴3", "W, U -0.57", "s -1", "+1"):
        assert part in text
    assert "each cell" not in text


def test_maps_at_a_small_size_as_a_picture() -> None:
    layer = Layer("elman", {"W": [[1, -1], [0.25, 0]], "U": [[0, -0.25], [1, NAN]], "b": [0, 0]})
    simulator = Simulator(Network([layer]), Sequence(np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])))
    with np.errstate(invalid="ignore"):
        text = printed(maps(frame(simulator, 1, ASCII), 80, 11))
    assert text == drawn(
        """
        W  2x2                   U  2x2                   s  2x3
          1 2                      1 2
        1 # =                    1 . -                    1 =
        2 + .                    2 # !!                   2 !!
          min -1.00  max 1.00      min -0.25  max 1.00      ^1  3
          mean 0.06  norm 1.44     mean 0.25  norm 1.03
                                   1 not finite

        -1 ===--, . '++### +1
        """
    )


def test_on_many_rows_the_history_is_below() -> None:
    lines = printed(maps(frame(waves("lstm", 64, 32, 40), 20, UNICODE), 78, 20)).split("\n")
    assert lines[0].startswith("W_i  64×32")
    assert "U_i  64×64" in lines[0]
    below = next(index for index, line in enumerate(lines) if line.startswith("s  64×40"))
    assert "c  64×40" in lines[below]
    assert lines[below - 1].strip() == ""
    assert lines[-1].startswith("each cell: the largest of ")


def test_the_windows_are_those_of_the_tables_and_follow_the_selection() -> None:
    simulator = waves("gru", 40, 30, 5)
    begins, first, second = (windows(frame(simulator, t, UNICODE), 160, 12) for t in range(3))
    assert begins["W_r"] == first["W_r"]  # what matters first is in view before, and nothing jumps
    assert begins["U_r"][1] == first["U_r"][1] == second["U_r"][1]
    chosen = seen(focus=Focus("U_r", None, 20, 30))
    rows, columns = windows(frame(simulator, 2, chosen), 160, 12)["U_r"]
    assert 20 in rows
    assert 30 in columns
    strongest = int(np.abs(simulator.at(2).parameters["U_r"][20] * simulator.at(2).s_prev).argmax())
    assert strongest in columns
    assert f"rows {rows[0] + 1}–{rows[-1] + 1}, columns " in printed(maps(frame(simulator, 2, chosen), 160, 12))
    assert windows(frame(hello(), 0, UNICODE), 200, 20) == {}


def test_maps_follow_the_shown_equation_and_the_names() -> None:
    text = printed(maps(frame(hello("lstm"), 3, seen(gate=1, names="pytorch")), 120, 24))
    for part in ("weight_ih_f  3×4", "weight_hh_f  3×3", "h  3×5"):
        assert part in text


def test_a_layer_without_state_shows_y() -> None:
    text = printed(maps(frame(hello("softmax"), 3, UNICODE), 80, 11))
    assert "W  3×4" in text
    assert "y  3×5" in text
    assert "U" not in text


def test_every_matrix_and_state_there_is_room_for() -> None:
    text = printed(maps(frame(hello("lstm"), 3, UNICODE), 60, 8))
    assert text.split("\n")[0].split() == ["W_i", "3×4", "U_i", "3×3", "s", "3×5", "c", "3×5"]
    assert printed(maps(frame(hello("lstm"), 3, UNICODE), 30, 8)).split("\n")[0].split() == ["W_i", "3×4", "s", "3×5"]


def test_maps_show_no_step_after_the_cursor_and_do_not_depend_on_the_way() -> None:
    there, back = hello(), hello()
    back.seek(5)
    assert printed(maps(frame(guarded(there, 2), 2, ASCII), 80, 11)) == printed(maps(frame(back, 2, ASCII), 80, 11))


RUNS = {
    (cell, hidden): waves(cell, hidden, inputs, count)
    for cell, hidden, inputs, count in (
        ("elman", 1, 1, 1),
        ("lstm", 3, 4, 5),
        ("elman-relu", 70, 3, 200),
        ("lstm-projection", 8, 100, 12),
        ("softmax", 2, 5, 1200),
    )
}


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(RUNS)),
    st.integers(-1, 130),
    st.integers(-1, 30),
    st.sampled_from(["ascii", "signs", "colour"]),
    st.sampled_from(["seed", "keras", "textbook"]),
    st.data(),
)
def test_any_size_is_kept_to(
    run: tuple[str, int], width: int, height: int, look: str, names: str, data: st.DataObject
) -> None:
    simulator = RUNS[run]
    cursor = data.draw(st.integers(0, len(simulator)))
    looks = seen(ascii=look == "ascii", signs=look == "signs", names=names, digits=data.draw(st.integers(0, 8)))
    matrix = simulator.network.layers[0].parameters["W_i" if "lstm" in run[0] else "W"]
    part = range(max(matrix.shape[0] // 2, 1)), range(matrix.shape[1] // 2, matrix.shape[1])
    for drawing in (
        maps(frame(simulator, cursor, looks), width, height),
        history(frame(simulator, cursor, looks), width, height),
        state_history(frame(simulator, cursor, looks), "y", width, height),
        matrix_map(matrix, looks, *part, width, height),
    ):
        lines = ["".join(segment.text for segment in line) for line in drawing.lines()]
        assert len(lines) == drawing.height <= max(height, 1)
        assert all(cell_len(line) == drawing.width <= max(width, 0) for line in lines)
        assert look != "ascii" or all(line.isascii() for line in lines)
