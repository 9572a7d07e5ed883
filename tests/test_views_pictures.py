"""The diagrams, the strip and the one-line views as plain text, compared with drawings made by hand from the design."""

from __future__ import annotations

import re
from textwrap import dedent

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from hypothesis import given
from hypothesis import strategies as st
from rich.console import RenderableType
from terminal import printed

from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.views.diagrams.rolled import draw as rolled
from rnn_tui.views.diagrams.unrolled import draw as unrolled
from rnn_tui.views.page.lines import equation_lines, strip, title
from rnn_tui.views.sheet.paging import page

ASCII = seen(ascii=True)
UNICODE = seen()

# The past is solid, now is heavy, the future dotted; s_0 comes in from the left; x below, y above.
UNROLLED = {
    0: """
           y₁         y₂         y₃         y₄         y₅
           ╎          ╎          ╎          ╎          ╎
        ┌╌╌╌╌╌┐ s₁ ┌╌╌╌╌╌┐ s₂ ┌╌╌╌╌╌┐ s₃ ┌╌╌╌╌╌┐ s₄ ┌╌╌╌╌╌┐ s₅
   s₀ ─→╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌
        └╌╌╌╌╌┘    └╌╌╌╌╌┘    └╌╌╌╌╌┘    └╌╌╌╌╌┘    └╌╌╌╌╌┘
           ╎          ╎          ╎          ╎          ╎
           x₁         x₂         x₃         x₄         x₅
    """,
    1: """
           y₁         y₂         y₃         y₄         y₅
           ↑          ╎          ╎          ╎          ╎
        ┏━━━━━┓ s₁ ┌╌╌╌╌╌┐ s₂ ┌╌╌╌╌╌┐ s₃ ┌╌╌╌╌╌┐ s₄ ┌╌╌╌╌╌┐ s₅
   s₀ ─→┃  R  ┃───→╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌
        ┗━━━━━┛    └╌╌╌╌╌┘    └╌╌╌╌╌┘    └╌╌╌╌╌┘    └╌╌╌╌╌┘
           ↑          ╎          ╎          ╎          ╎
           x₁         x₂         x₃         x₄         x₅
    """,
    3: """
           y₁         y₂         y₃         y₄         y₅
           ↑          ↑          ↑          ╎          ╎
        ╭─────╮ s₁ ╭─────╮ s₂ ┏━━━━━┓ s₃ ┌╌╌╌╌╌┐ s₄ ┌╌╌╌╌╌┐ s₅
   s₀ ─→│  R  │───→│  R  │───→┃  R  ┃───→╎  R  ╎╌╌╌╌╎  R  ╎╌╌╌╌
        ╰─────╯    ╰─────╯    ┗━━━━━┛    └╌╌╌╌╌┘    └╌╌╌╌╌┘
           ↑          ↑          ↑          ╎          ╎
           x₁         x₂         x₃         x₄         x₅
    """,
}
UNROLLED_ASCII = {
    0: """
           y1         y2         y3         y4         y5
           .          .          .          .          .
        ....... s1 ....... s2 ....... s3 ....... s4 ....... s5
   s0 ->.  R  ......  R  ......  R  ......  R  ......  R  .....
        .......    .......    .......    .......    .......
           .          .          .          .          .
           x1         x2         x3         x4         x5
    """,
    1: """
          >y1<        y2         y3         y4         y5
           ^          .          .          .          .
        #=====# s1 ....... s2 ....... s3 ....... s4 ....... s5
   s0 ->#  R  #--->.  R  ......  R  ......  R  ......  R  .....
        #=====#    .......    .......    .......    .......
           ^          .          .          .          .
          >x1<        x2         x3         x4         x5
    """,
    3: """
           y1         y2        >y3<        y4         y5
           ^          ^          ^          .          .
        +-----+ s1 +-----+ s2 #=====# s3 ....... s4 ....... s5
   s0 ->|  R  |--->|  R  |--->#  R  #--->.  R  ......  R  .....
        +-----+    +-----+    #=====#    .......    .......
           ^          ^          ^          .          .
           x1         x2        >x3<        x4         x5
    """,
}
ROLLED = """
           y₃
           ↑
        ┏━━━━━┓
   ╭───→┃  R  ┃────╮
   │    ┗━━━━━┛    │
s₂ │       ↑       │ s₃
   │       x₃      │
   │               │
   ╰───────←───────╯
"""
ROLLED_ASCII = """
          >y3<
           ^
        #=====#
   +--->#  R  #----+
   |    #=====#    |
s2 |       ^       | s3
   |      >x3<     |
   |     ..#.      |
   +-------<-------+
"""


def hello(cell: str = "elman") -> Simulator:
    return built_in(cell)


def drawn(text: str) -> str:
    return dedent(text).strip("\n").rstrip()


def picture(renderable: RenderableType) -> str:
    return dedent(printed(renderable)).strip("\n")


@pytest.mark.parametrize("t", [0, 1, 3])
@pytest.mark.parametrize(("display", "drawings"), [(UNICODE, UNROLLED), (ASCII, UNROLLED_ASCII)])
def test_the_unrolled_diagram_tells_past_now_and_future(t: int, display: Seen, drawings: dict[int, str]) -> None:
    without_blocks = 7
    assert picture(unrolled(frame(hello(), t, display), 79, without_blocks)) == drawn(drawings[t])


@pytest.mark.parametrize(("display", "drawing"), [(UNICODE, ROLLED), (ASCII, ROLLED_ASCII)])
def test_the_rolled_diagram_has_a_circular_arrow(display: Seen, drawing: str) -> None:
    assert picture(rolled(frame(hello(), 3, display), 27, 9)) == drawn(drawing)


def test_the_rolled_diagram_says_what_readers_trip_over() -> None:
    text = printed(rolled(frame(hello(), 3, UNICODE), 79))
    assert "the same at every t." in text
    assert "the s it reads next" in text
    assert "not a prediction" in text
    assert "No state" in printed(rolled(frame(hello("dense"), 3, UNICODE), 79))


def test_before_the_first_sample_the_rolled_diagram_has_no_numbers_of_time() -> None:
    text = printed(rolled(frame(hello(), 0, ASCII), 27))
    assert "s0" in text
    assert "x0" not in text
    assert "y0" not in text
    assert "#" not in text


def test_without_colour_blocks_are_signs() -> None:
    x = hello().sequence.x
    last = printed(unrolled(frame(hello(), 5, ASCII), 79)).split("\n")[-1]
    assert last.split() == ["".join("#" if value else "." for value in row) for row in x]
    marked = printed(unrolled(frame(hello(), 5, seen(signs=True)), 79)).split("\n")[-1]
    assert marked.split() == ["".join("█" if value else "·" for value in row) for row in x]


def test_a_cell_without_a_state_hands_nothing_on() -> None:
    text = printed(unrolled(frame(hello("dense"), 3, UNICODE), 79))
    assert "s" not in text
    assert "→" not in text
    assert text.count("R") == 5


def test_the_picture_at_a_time_does_not_depend_on_the_way_there() -> None:
    there, back = hello(), hello()
    back.seek(5)
    back.seek(2)
    assert printed(unrolled(frame(there, 2, ASCII), 79)) == printed(unrolled(frame(back, 2, ASCII), 79))


@pytest.mark.parametrize("width", [18, 24, 30, 38, 50])
def test_a_narrow_diagram_is_a_page_with_the_cursor_on_it(width: int) -> None:
    for t in range(1, 6):
        lines = printed(unrolled(frame(hello(), t, ASCII), width)).split("\n")
        assert f">x{t}<" in lines[7]
        assert max(map(len, lines)) <= width


def test_a_page_of_a_long_sequence_has_the_step_before_the_cursor() -> None:
    long = Simulator(Network.random("elman", 1), Sequence(np.linspace(-1, 1, 1000)))
    for t in (2, 500, 999, 1000):
        text = printed(unrolled(frame(long, t, ASCII), 79))
        assert f">x{t}<" in text
        assert f"x{t - 1} " in text
        assert text.count("#=====#") == 2
        assert f"[{t}]".replace(" ", "") in printed(strip(frame(long, t, ASCII), 79)).replace(" ", "")


@given(st.integers(1, 2000), st.integers(1, 100), st.data())
def test_pages_overlap_and_hold_the_cursor(count: int, room: int, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(1, count))
    steps = page(cursor, count, room)
    assert steps.step == 1
    assert steps.start >= 1
    assert steps.stop - 1 <= count
    assert 1 <= len(steps) <= room
    assert cursor in steps
    assert room == 1 or cursor == 1 or cursor - 1 in steps
    assert page(0, count, room) == page(1, count, room)


@pytest.mark.parametrize(
    ("t", "text"), [(0, " h  e  l  l  o"), (1, "[h] e  l  l  o"), (3, " h  e [l] l  o"), (5, " h  e  l  l [o]")]
)
def test_the_strip_has_brackets_at_the_cursor(t: int, text: str) -> None:
    assert printed(strip(frame(hello(), t, UNICODE), 79)) == (" " + text).rstrip()


def test_a_strip_that_is_longer_than_the_screen_says_so() -> None:
    sine = built_in(path="sine.csv")
    first, middle, last = (printed(strip(frame(sine, t, ASCII), 60)) for t in (1, 24, len(sine)))
    assert (first[0], first[-1]) == (" ", ">")
    assert (middle[0], middle[-1]) == ("<", ">")
    assert last.startswith("<")
    assert last.endswith("[48]")


def test_a_label_cannot_command_the_terminal() -> None:
    tricky = Sequence(np.eye(4), labels=["\x1b[2J", " ", "\n", "a\x07b"])
    text = printed(strip(frame(Simulator(Network.random("elman", 4), tricky), 1, UNICODE), 79))
    assert text.isprintable()
    assert "␣" in text
    assert "\\n" in text  # as the label of a line end in a text is


@pytest.mark.parametrize(
    ("cell", "t", "display", "first"),
    [
        ("elman", 3, UNICODE, "s₃ = tanh(W·x₃ + U·s₂ + b)   y₃ = s₃"),
        ("elman", 3, ASCII, "s[3] = tanh(W.x[3] + U.s[2] + b)   y[3] = s[3]"),
        ("elman", 0, UNICODE, "sₜ = tanh(W·xₜ + U·sₜ₋₁ + b)   yₜ = sₜ"),
        ("jordan", 2, UNICODE, "h₂ = tanh(W·x₂ + U·s₁ + b)   sum 1 of 2"),
        ("jordan", 2, seen(gate=1), "s₂ = V·h₂ + c   sum 2 of 2"),
        ("jordan", 2, seen(gate=2), "h₂ = tanh(W·x₂ + U·s₁ + b)   sum 1 of 2"),
        ("dense", 5, UNICODE, "y₅ = W·x₅ + b"),
    ],
)
def test_the_equation_has_its_times_filled_in(cell: str, t: int, display: Seen, first: str) -> None:
    line = re.sub(" {3,}", "   ", printed(equation_lines(frame(hello(cell), t, display), 100, 1)).strip())
    assert line.startswith(first)


@pytest.mark.parametrize(("cell", "behind"), [("lstm", "sum 1 of 4"), ("gru", "W_r, W_z"), ("elman", "  y")])
@pytest.mark.parametrize("display", [UNICODE, ASCII])
def test_what_stands_behind_an_equation_never_moves(cell: str, behind: str, display: Seen) -> None:
    run = Simulator(Network.random(cell, 4, 3), Sequence(np.zeros((120, 4))))
    lines = [printed(equation_lines(frame(run, t, display), 110, 1)) for t in (0, 1, 9, 10, 99, 100, 120)]
    assert len({line.index(behind) for line in lines}) == 1


def test_the_equation_says_that_the_weights_do_not_change() -> None:
    assert "W, U: the same at every t" in printed(equation_lines(frame(hello(), 3, UNICODE), 79, 3))
    assert "W, U, V: the same at every t" in printed(equation_lines(frame(hello("jordan"), 3, UNICODE), 100, 3))


def test_a_bias_without_room_among_the_tables_is_written_below_the_equation() -> None:
    simulator = hello()
    wanted = [f"{value:.2f}" for value in simulator.at(1).parameters["b"]]
    below = printed(equation_lines(frame(simulator, 1, UNICODE), 79, 3)).split("\n")[1]
    assert below.split() == ["b", *wanted]
    assert "\n b" not in printed(equation_lines(frame(simulator, 1, UNICODE), 200, 3))


@pytest.mark.parametrize(
    ("width", "end"), [(80, "b_r   0.50 -0.25  0.12"), (64, "b_r   0.50 -0.25  0.12"), (50, "+ b_r)   b_r …")]
)
def test_a_bias_without_room_in_the_tables_or_a_line_of_its_own_stands_behind_the_equation(
    width: int, end: str
) -> None:
    simulator = hello("gru")
    layer = simulator.network.layers[0]
    network = Network([Layer("gru", {**layer.parameters, "b_r": [0.5, -0.25, 0.123]})])
    inside = frame(Run(network, simulator.sequence), 2, UNICODE, zoom="operation")
    assert printed(equation_lines(inside, width, 1)).rstrip().endswith(end)


def test_the_title_has_a_bar_of_what_is_learned_where_there_is_room() -> None:
    shown = frame(hello(), 3, UNICODE)
    assert "  learning to epoch 9 [####......] 45%  t = 3 of 5" in printed(
        title(shown, 79, "learning to epoch 9", 0.45)
    )
    narrow = printed(title(shown, 45, "learning to epoch 9", 0.45))
    assert "learning to epoch 9 45%  t = 3 of 5" in narrow
    assert "#" not in narrow


def test_the_title_says_what_runs_and_where_one_is() -> None:
    text = printed(title(frame(hello(), 3, UNICODE), 79, "playing 2/s"))
    for part in ("rnn_tui", "hello.txt", "elman 4→3", "playing 2/s  t = 3 of 5"):
        assert part in text
    assert len(printed(title(frame(hello(), 3, UNICODE), 40))) <= 40
    assert "t = 3 of 5" in printed(title(frame(hello(), 3, UNICODE), 40))
