"""The timeline as plain text, compared with drawings made by hand; it never computes anything of the run."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from frames import Seen, frame, seen
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from terminal import printed

from rnn_tui.core.comparison import Comparison
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.run import Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Focus
from rnn_tui.stepper.traces import Trace, chosen, traces
from rnn_tui.views.page.timeline import timeline
from rnn_tui.views.sheet.bars import Scale
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import ACCENT, BACKGROUND

UNICODE, ASCII, SIGNS = seen(), seen(ascii=True), seen(signs=True)
STAIRS = [k / 8 for k in range(1, 9)]
WAVE = [0.5, 1.0, 0.25, 0.0, -0.25, -1.0, -0.5, 0.0]


@pytest.fixture(autouse=True, scope="module")
def _no_computing() -> Iterable[None]:
    """A view that asks for a step fails."""

    def refused(*_: object) -> None:
        raise AssertionError("a view asked for a step")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Walk, "at", refused)
        yield


def run(simulator: Simulator, timesteps: int = 10**9) -> Simulator:
    """Lets a run pass so many timesteps or a few more."""
    while simulator.walk.ready < timesteps and simulator.run.advance():
        pass
    return simulator


def mirror(values: Iterable[float], labels: str | None = None) -> Simulator:
    """A network whose y is its x, one number a timestep."""
    x = np.array(list(values))[:, None]
    network = Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})])
    return Simulator(network, Sequence(x, labels=labels and tuple(labels)))


def random(cells: str, timesteps: int, hidden: int = 3) -> Simulator:
    """A network of random parameters on a random sequence."""
    x = np.random.default_rng(0).standard_normal((timesteps, 2))
    return Simulator(Network.random(cells.split(","), 2, hidden, 0), Sequence(x))


def same(drawing: Drawing, *lines: str) -> None:
    """Compares a drawing with one made by hand."""
    assert printed(drawing).split("\n") == list(lines)


def compared(values: Iterable[float]) -> Seen:
    """What is looked at of a run against one of zeros."""
    now = run(mirror(values)).walk
    other = run(mirror(0 * value for value in values)).walk
    comparison = Comparison(now, other, 0)
    while comparison.advance():
        pass
    return seen(other=other, compared=comparison)


def picked(drawing: Drawing, y: int = 0) -> list[int | None]:
    """The timestep that a click on each cell of a row stands for."""
    return [s.style.meta.get("t") if s.style else None for s in drawing.lines()[y] for _ in range(s.cell_length)]


def test_bars_of_a_difference_stand_above_its_numbers() -> None:
    values = [1.0, 0.5, 0.125, 0.0]
    same(
        timeline(frame(run(mirror(values)), 3, compared(values)), 40, 3),
        " difference ███████▄▄▄▄▄▄▄▁▁▁▁▁▁▁",
        " ≤1.00        1.00   0.50   0.12  0.00",
        " t             1      2     ▲3     4",
    )
    same(
        timeline(frame(run(mirror(values)), 3, compared(values)), 50, 2),
        " difference    1.00      0.50     0.12     0.00",
        " t              1         2       ▲3        4",
    )


def test_a_timestep_has_several_columns_where_there_is_room() -> None:
    same(
        timeline(frame(run(mirror(STAIRS)), 3, UNICODE), 25, 3),
        " y[1]           ▂▂▄▄▆▆██",
        " ≤1.00  ▂▂▄▄▆▆██████████",
        " t      1 2 ▲34 5 6 7 8",
    )


def test_one_row_has_title_and_largest_value_before_it_and_t_0_stands_before_the_first() -> None:
    same(
        timeline(frame(run(mirror(STAIRS)), 0, UNICODE), 46, 2),
        " y[1] ≤1.00  ▁▁▁▁▂▂▂▂▃▃▃▃▄▄▄▄▅▅▅▅▆▆▆▆▇▇▇▇████",
        " t         0▲ 1   2   3   4   5   6   7   8",
    )


def test_ascii() -> None:
    same(
        timeline(frame(run(mirror(STAIRS)), 3, ASCII, arrived=(7,), marks=(("m", 5),)), 34, 3),
        " y[1]                ...---===###",
        " <=1.00  ...---===###############",
        " t        1  2 ^3  4 m 5 6 * 7 8",
    )


def test_below_zero_the_bars_hang() -> None:
    simulator = run(mirror(WAVE))
    same(
        timeline(frame(simulator, 8, SIGNS), 25, 3),
        " y[1]   ▄▄██▂▂▁▁▁▁▁▁▁▁▁▁",
        " ±1.00          ▔▔██▀▀",
        " t      1 2 3 4 5 6 7 ▲8",
    )
    same(
        timeline(frame(simulator, 8, ASCII), 28, 3),
        " y[1]    ---##..___________",
        " +-1.00           ...##--",
        " t        1 2 3 4  5 6 7 ^8",
    )


def test_in_colour_they_hang_by_eighths_the_ground_drawn_over_them_from_below() -> None:
    drawing = timeline(frame(run(mirror(WAVE)), 0, UNICODE), 25, 3)
    assert printed(drawing).split("\n")[1] == " ±1.00          ▆▆██▄▄"
    hanging = {s.text[0]: s.style for s in drawing.lines()[1] if s.style and s.text[0] in "▆█▄"}
    assert hanging["▆"].bgcolor == hanging["▄"].bgcolor == hanging["█"].color
    assert hanging["▆"].color == hanging["▄"].color == BACKGROUND


def test_one_row_folds_both_signs_and_tells_them_apart() -> None:
    simulator = run(mirror(WAVE))
    signs, blocks = (timeline(frame(simulator, 0, display), 46, 2) for display in (SIGNS, UNICODE))
    assert printed(signs).split("\n")[0] == " y[1] ±1.00  ▒▒▒▒████▒▒▒▒    ────≡≡≡≡────"
    assert printed(blocks).split("\n")[0] == " y[1] ±1.00  ▄▄▄▄████▂▂▂▂    ▂▂▂▂████▄▄▄▄"
    colours = [s.style.color for s in blocks.lines()[0] if s.style and s.text[0] in "▂▄█"]
    assert len(set(colours[: len(colours) // 2])) == len(set(colours[len(colours) // 2 :])) == 1
    assert colours[0] != colours[-1]


def test_what_is_below_zero_alone_hangs_from_the_top() -> None:
    same(
        timeline(frame(run(mirror([-value for value in STAIRS])), 8, SIGNS), 25, 3),
        " y[1]   ▔▔▀▀▀▀██████████",
        " ≥-1.00         ▔▔▀▀▀▀██",
        " t      1 2 3 4 5 6 7 ▲8",
    )


def test_what_is_not_computed_is_dotted_and_the_axis_says_how_far_one_is() -> None:
    simulator = run(mirror([0.5] * 256 + [1.0] * 256), 256)
    same(
        timeline(frame(simulator, 128, UNICODE), 41, 3),
        " y[1]   ████████████████",
        " ≤0.50  ████████████████················",
        " t    1 ━━━━━━━▲────────╌╌╌╌╌╌╌╌╌╌╌╌ 512",
    )
    same(
        timeline(frame(simulator, 128, ASCII), 42, 3),
        " y[1]    ################",
        " <=0.50  ################. . . . . . . .",
        " t     1 =======^--------............ 512",
    )
    same(
        timeline(frame(mirror([1.0] * 40), 0, UNICODE), 41, 3),
        " y[1]",
        "        ································",
        " t    0▲╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 40",
    )


def test_hits_and_marks_stand_at_their_columns_and_the_cursor_before_them() -> None:
    simulator = run(mirror([0.5] * 320))
    marks = (("a", 155), ("b", 301), ("z", 999))
    line = printed(
        timeline(frame(simulator, 160, UNICODE, arrived=(1, 11, 12, 155, 200, 0, 321), marks=marks), 41, 3)
    ).split("\n")[2]
    assert line == " t    1 ●●━━━━━━━━━━━━━▲───●──────────b─"
    line = printed(timeline(frame(simulator, 1, ASCII, arrived=(1, 200), marks=marks), 42, 3)).split("\n")[2]
    assert line == " t     1 ^--------------a---*----------b-"


def test_labels_stand_where_they_have_room() -> None:
    simulator = run(mirror(STAIRS, "abcdefgh"))
    line = printed(timeline(frame(simulator, 3, UNICODE, arrived=(3, 8), marks=(("m", 5),)), 51, 3)).split("\n")[2]
    assert line == " t    1   a     b  ▲● c   d   m e    f    g   ● h"
    same(timeline(frame(run(mirror([0.5] * 10, "strawberry")), 3, UNICODE), 11, 1), " st▲awberry")
    same(timeline(frame(run(mirror([0.5] * 4, "時間時間")), 3, UNICODE), 13, 1), " 時 間 ▲時間")


def test_a_column_of_many_timesteps_has_their_range() -> None:
    simulator = run(mirror([0.25, 1.0] * 160))
    drawing = timeline(frame(simulator, 0, UNICODE), 41, 4)
    tall = printed(drawing).split("\n")
    assert [line[8:40] for line in tall[:3]] == ["█" * 32, "█" * 32, "▆" * 32]
    low = next(s.style for s in drawing.lines()[2] if s.style and "▆" in s.text)
    assert low.color != low.bgcolor == next(s.style for s in drawing.lines()[0] if s.style and "█" in s.text).color


def test_what_is_not_finite_has_a_mark() -> None:
    simulator = run(mirror([0.5, 1.0, 1e308, 0.25]))  # float32 cannot hold it
    assert (
        printed(timeline(frame(simulator, 0, UNICODE), 41, 2)).split("\n")[0]
        == " y[1] ≤1.00  ▄▄▄▄▄▄▄███████!!!!!!!▂▂▂▂▂▂"
    )


def test_a_click_means_the_middle_of_a_column() -> None:
    drawing = timeline(frame(run(mirror([0.5] * 320)), 0, UNICODE), 41, 3)
    for y in range(3):
        assert picked(drawing, y) == [*[None] * 7, 0, *(5 + 10 * k for k in range(32)), None]
    assert picked(timeline(frame(run(mirror(STAIRS)), 0, UNICODE), 9, 2)) == [0, *range(1, 9)]
    assert picked(timeline(frame(mirror([1, 2]), 0, UNICODE), 4, 1)) == [1, 1, 2, 2]


def test_the_cursor_has_the_accent() -> None:
    simulator = run(random("lstm", 5000))
    for cursor in (0, 1, 2500, 5000):
        last = timeline(frame(simulator, cursor, UNICODE), 80, 4).lines()[-1]
        assert [s.style.color for s in last if s.style and "▲" in s.text] == [ACCENT]


def test_the_traces_worth_a_look() -> None:
    units = ["s[1]", "s[2]", "s[3]"]
    lstm = ["|s|", "|c|", "i", "f", "g", "o", *units, "c[1]", "c[2]", "c[3]"]
    assert traces(frame(random("lstm", 5), 0, UNICODE)) == lstm
    assert traces(frame(random("elman", 5), 0, UNICODE)) == ["|s|", *units]
    assert traces(frame(random("gru,softmax", 5), 0, UNICODE)) == ["|y|"]
    assert traces(frame(random("gru,softmax", 5), 0, seen(layer=1))) == ["|s|", "r", "z", "n", *units]
    assert traces(frame(mirror([1]), 0, UNICODE)) == ["y[1]"]
    assert traces(frame(random("lstm", 5), 0, seen(focus=Focus("f", 0, 1)))) == ["f[2]", *lstm]
    assert traces(frame(random("elman", 5), 0, seen(focus=Focus("s", -1, 0)))) == ["s[1]", "|s|", "s[2]", "s[3]"]
    for focus in (Focus("W", None, 0, 1), Focus("x", 0, 1), Focus("s", 0, 70)):
        assert traces(frame(random("elman", 5, 70), 0, seen(focus=focus))) == ["|s|"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "|s|"), ("s[2]", "s[2]"), ("|c|", "|c|"), ("f", "f"), ("z_f", "z_f"), ("z_o[3]", "z_o[3]"),
        ("s[4]", "|s|"), ("s[0]", "|s|"), ("q", "|s|"), ("|q|", "|s|"), ("s[", "|s|"), ("|s", "|s|"),
        ("s[9999999999]", "|s|"),
    ],
)  # fmt: skip
def test_the_trace_asked_for_or_the_first_worth_a_look(text: str, wanted: str) -> None:
    assert str(chosen(frame(random("lstm", 5), 0, seen(trace=text)))) == wanted


def test_a_trace_is_called_as_the_names_on_the_screen_are() -> None:
    simulator = run(random("lstm", 50))
    for trace, title in (("", "|h|"), ("s[2]", "h[2]"), ("f", "mean f"), ("|y|", "|output|")):
        display = seen(trace=trace, names="pytorch")
        assert printed(timeline(frame(simulator, 9, display), 80, 3)).startswith(f" {title} ")


@pytest.mark.parametrize(
    ("low", "high", "rows", "wanted"),
    [
        (0, 1, 3, (3, 0, 1 / 3)), (-1, 0, 3, (0, 3, 1 / 3)), (-1, 1, 4, (2, 2, 0.5)), (-1, 1, 3, (2, 1, 1)),
        (-0.5, 1, 3, (2, 1, 0.5)), (-1, 0.5, 3, (1, 2, 0.5)), (-1, 2, 1, (1, 0, 2)), (-0.001, 1, 2, (2, 0, 0.5)),
        (0, 0, 2, (2, 0, 0)), (0, 1, 0, (0, 0, 0)),
    ],
)  # fmt: skip
def test_the_zero_line_is_where_both_sides_have_most_room(
    low: float, high: float, rows: int, wanted: tuple[int, int, float]
) -> None:
    scale = Scale.of([(low, high), None, (float("nan"), float("inf"))], rows)
    assert (scale.up, scale.down, scale.row) == wanted
    assert scale.folded == (rows == 1 and low < 0 < high)


RUNS = [
    run(random("lstm", 1)), random("elman", 7), run(random("gru:concat,softmax", 90)), run(random("lstm", 5000), 2000),
    run(mirror(WAVE, "abcdefgh")), run(mirror([0, 0, 0], "時é\n")), mirror([-1e308, 1e308, 0] * 3),
    random("elman", 1_000_000),
]  # fmt: skip


@given(
    simulator=st.sampled_from(RUNS),
    size=st.tuples(st.integers(0, 130), st.integers(0, 7)),
    part=st.floats(0, 1),
    times=st.lists(st.integers(-2, 10**6), max_size=9),
    display=st.sampled_from([UNICODE, ASCII, SIGNS, seen(names="pytorch", digits=8)]),
    trace=st.sampled_from(["", "y[1]", "s[2]", "f", "|c|", "z", "|y|"]),
)
def test_it_has_just_its_size_whatever_it_shows(
    simulator: Simulator,
    size: tuple[int, int],
    part: float,
    times: list[int],
    display: Seen,
    trace: str,
) -> None:
    cursor = round(part * len(simulator))
    marks = tuple(zip("abcé時", times, strict=False))
    drawing = timeline(frame(simulator, cursor, display, trace=trace, arrived=tuple(times), marks=marks), *size)
    assert len(drawing.lines()) == size[1]
    for line in drawing.lines():
        text = "".join(segment.text for segment in line)
        assert cell_len(text) == size[0]
        assert text.isascii() or not display.get("ascii")


def test_a_trace_read_and_written_is_the_same() -> None:
    for text in ("|s|", "s[12]", "z_f"):
        assert str(Trace.read(text)) == text
