"""The seed's nine pictures as text, of a layer small enough to be worked out by hand, and that they always fit."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from terminal import printed

from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import SCHEMES, Display, Focus, Source
from rnn_tui.views.pictures.pages import LARGEST, PICTURES, picture, picture_size
from rnn_tui.views.sheet.drawing import Drawing

UNICODE, ASCII = Display(), Display(ascii=True)
CELLS = (
    *("elman", "elman-relu", "jordan", "leaky", "minimal-gated", "gru", "gru-reset-after"),
    *("lstm", "lstm-peephole", "lstm-projection", "dense", "softmax", "embedding"),
    *("elman:concat", "elman:sum", "elman:mul", "elman:average"),
)
PARAMETERS = {"W": [[0.5, -0.5], [1.0, 0.25]], "U": [[1.0, 0.0], [0.0, 1.0]], "b": [0.1, -0.2]}
X = np.array([[1.0, 2.0], [2.0, -1.0], [0.0, 0.0]])
TINY = Simulator(Network([Layer("elman-relu", PARAMETERS)]), Sequence(X))

# At t = 1, after a state of zeros: 0.5 * 1 - 0.5 * 2 + 0.1 = -0.4, of which relu makes 0, and
# 1 * 1 + 0.25 * 2 - 0.2 = 1.3, which stays. Without a state t = 2 gives 0.5 * 2 - 0.5 * -1 + 0.1 = 1.6 and
# 1 * 2 + 0.25 * -1 - 0.2 = 1.55, and t = 3, x being zero, relu(b) = 0.1 and 0. With the state, U being the identity,
# t = 2 adds s_1 = (0, 1.3): 1.6 and 2.85.
DRAWN = {
    1: """
          input      hidden layer #1      hidden layer #2          output
            ○ ⢤⢄⣀⣀
               ⠉⠢⣀⠉⠉⠉⠒⠒⣢⡤ ○  1.00 ⢤⡤⠤⠤⠤⠤⠤⠤⠤⠤⢤⡤ ●    0.00 ⢤⡤⠤⠤⠤⠤⠤⠤⠤⠤⢤⡤ ○
                 ⢀⣑⠤⡒⠊⡩⠊           ⠈⠑⠢⢄⡀⢀⡠⠔⠊⠁             ⠈⠑⠢⢄⡀⢀⡠⠔⠊⠁
            ○ ⠤⢖⣉⣁  ⡨⠚⢄             ⢀⡠⠔⠊⠑⠢⢄⡀               ⢀⡠⠔⠊⠑⠢⢄⡀
                 ⢀⠝⠉⠉⠒⠒⣫⠦ ○  2.00 ⠴⠮⠥⠤⠤⠤⠤⠤⠤⠬⠵⠦ ●    1.30 ⠴⠮⠥⠤⠤⠤⠤⠤⠤⠬⠵⠦ ○
               ⢀⠔⢁⣀⠤⠒⠊⠉
            ○ ⠴⠓⠉⠁

    Every circle hands its number to every circle of the next column.
    Lit: hidden layer #2, the one that runs here. x goes into it, y comes out.
    """,
    2: """
       x₁  1.00 ○ ── W₁₁  0.50 ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣤⣤⠤ ( Σ f ) ─→ y₁    0.00
                      ⠈⠉⠉⠑⠒⠒⠢⠤⠤⢄⣀⣀⡀        ⢀⣀⡠⠤⠒⠒⠉⠉      + b₁ 0.10
                                  ⠈⠉⣉⣑⠶⠖⠲⠮⠭⢅⣀⣀⡀
       x₂  2.00 ○ ── W₁₂ -0.50 ⠤⠶⠶⠭⠭⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠬⠭⠭⠵⠶⠶⠦⠤ ( Σ f ) ─→ y₂    1.30

    y₁ takes every x times a weight of its own, adds b₁ and puts f on the sum.
    f is relu. The faint lines do the same for the others, with other weights.
    """,
    3: """
                      y₁ = f(   W₁₁·x₁  +   W₁₂·x₂   +   b₁  )
                         = f( 0.50·1.00 + -0.50·2.00 +  0.10 )
                         = f( -0.40 ) = 0.00

                      y₂ = f(   W₂₁·x₁  +   W₂₂·x₂   +   b₂  )
                         = f( 1.00·1.00 +  0.25·2.00 + -0.20 )
                         = f( 1.30 ) = 1.30

    f is relu. A weighted sum, no average: nothing is divided.
    """,
    4: """
                                  ┏━━━━━━━━━━━┓
                  x               ┃     W     ┃           y
                 ⎡ 1.00⎤          ┃           ┃          ⎡   0.00⎤
                 ⎣ 2.00⎦ ───────→ ┃           ┃ ───────→ ⎣   1.30⎦
                                  ┗━━━━━━━━━━━┛

    All circles as one element: x is 2 numbers, y is 2, and in between W: 4
    weights, one for every line of picture 2, and b.
    """,
    5: """
           y              W               x         b
          ⎡   0.00⎤ = f ⎛⎡ 0.50 -0.50⎤ · ⎡ 1.00⎤ + ⎡ 0.10⎤⎞ = f ⎛⎡ -0.40⎤⎞
          ⎣   1.30⎦     ⎝⎣ 1.00  0.25⎦   ⎣ 2.00⎦   ⎣-0.20⎦⎠     ⎝⎣  1.30⎦⎠

    y = f(W·x + b): f is relu, number by number.
    A row of W meets x and makes one number of y: picture 3, all at once.
    """,
    6: """
                    0.00    1.30     1.60    1.55     0.10    0.00
                        y₁               y₂               y₃
                        ↑                ↑                ↑
                    ┏━━━━━━━┓        ╭───────╮        ╭───────╮
                    ┃   W₁  ┃        │   W₂  │        │   W₃  │
                    ┗━━━━━━━┛        ╰───────╯        ╰───────╯
                        ↑                ↑                ↑
                        x₁               x₂               x₃
                    1.00  2.00       2.00 -1.00       0.00  0.00

    The index is now the time: x₁ is all 2 numbers of sample 1, a timestep.
    Nothing joins the samples: each y comes from its own x, in any order.
    W₁ is one and the same W at every t: only learning changes it.
    """,
    7: """
                                     0.00    1.30
                                         y₁      to the next layer
                                         ↑
            ┌╌ stays in the layer ╌╌╌╌╌╌╌│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┐
            ╎                        ┏━━━━━━━┓                        ╎
            ╎ s₀    0.00    0.00 ──→ ┃   R   ┃ ──→ s₁    0.00    1.30 ╎
            ╎                        ┗━━━━━━━┛                        ╎
            └╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌↑╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┘
                                         │
                                         x₁      from the sequence
                                     1.00  2.00

    s₁ stays in the layer and is read with the next sample: now order counts.
    y is the layer's output, not a prediction: a readout layer makes one of it.
    """,
    8: """
          (   y₂  ,    s₂  ) = R(  x₂ ,      W₂    ,    s₁  ,      U₂    )
              1.60     1.60       2.00   0.50 -0.50     0.00   1.00  0.00
              2.85     2.85      -1.00   1.00  0.25     1.30   0.00  1.00

    R is elman-relu: s₂ = relu(W·x₂ + U·s₁ + b)   y₂ = s₂
    b = (0.10, -0.20)    W and U: the same at every t unless it learns.
    """,
    9: """
                                     0.00    1.30
                                         y₁
                                         ↑
                                     ┏━━━━━━━┓
                                     ┃       ┃───────╮
                                     ┃   R   ┃       │
                                     ┃       ┃←──────╯
                                     ┗━━━━━━━┛
                                         ↑
                                         x₁
                                     1.00  2.00

    All copies of picture 7 in one: the same R at every timestep.
    The arrow is the state s, no longer named: what R leaves, it reads next.
    """,
}
DRAWN_ASCII = {
    1: r"""
          input      hidden layer #1      hidden layer #2          output
            o ------
                \-  \-/-/ o  1.00 ----------/- O    0.00 ----------/- o
                 /---/--            \---/---               \---/---
            o ------/\-             /---\---               /---\---
                 /--\-/-- o  2.00 ------------ O    1.30 ------------ o
                //----
            o ---

    Every circle hands its number to every circle of the next column.
    Lit: hidden layer #2, the one that runs here. x goes into it, y comes out.
    """,
    2: """
      x1  1.00 o -- W11  0.50 -------------------/--- ( sum f ) -> y1    0.00
                                         /-------       + b1 0.10
                                  /------
      x2  2.00 o -- W12 -0.50 ----                    ( sum f ) -> y2    1.30

    y1 takes every x times a weight of its own, adds b1 and puts f on the sum.
    f is relu. The others do the same, with other weights.
    """,
    3: """
                      y1 = f(   W11*x1  +   W12*x2   +   b1  )
                         = f( 0.50*1.00 + -0.50*2.00 +  0.10 )
                         = f( -0.40 ) = 0.00

                      y2 = f(   W21*x1  +   W22*x2   +   b2  )
                         = f( 1.00*1.00 +  0.25*2.00 + -0.20 )
                         = f( 1.30 ) = 1.30

    f is relu. A weighted sum, no average: nothing is divided.
    """,
    4: """
                                  #===========#
                  x               #     W     #           y
                 [ 1.00]          #    + -    #          [   0.00]
                 [ 2.00] -------> #    # +    # -------> [   1.30]
                                  #===========#

    All circles as one element: x is 2 numbers, y is 2, and in between W: 4
    weights, one for every line of picture 2, and b.
    """,
    5: """
           y              W               x         b
          [   0.00] = f ([ 0.50 -0.50] . [ 1.00] + [ 0.10]) = f ([ -0.40])
          [   1.30]     ([ 1.00  0.25]   [ 2.00]   [-0.20])     ([  1.30])

    y = f(W.x + b): f is relu, number by number.
    A row of W meets x and makes one number of y: picture 3, all at once.
    """,
    6: """
                    0.00    1.30     1.60    1.55     0.10    0.00
                       >y1<              y2               y3
                        ^                ^                ^
                    #=======#        +-------+        +-------+
                    #  >W1< #        |   W2  |        |   W3  |
                    #=======#        +-------+        +-------+
                        ^                ^                ^
                       >x1<              x2               x3
                    1.00  2.00       2.00 -1.00       0.00  0.00

    The index is now the time: x1 is all 2 numbers of sample 1, a timestep.
    Nothing joins the samples: each y comes from its own x, in any order.
    W1 is one and the same W at every t: only learning changes it.
    """,
    7: """
                                     0.00    1.30
                                         y1      to the next layer
                                         ^
            .. stays in the layer .......|.............................
            .                        #=======#                        .
            . s0    0.00    0.00 --> #   R   # --> s1    0.00    1.30 .
            .                        #=======#                        .
            .............................^.............................
                                         |
                                         x1      from the sequence
                                     1.00  2.00

    s1 stays in the layer and is read with the next sample: now order counts.
    y is the layer's output, not a prediction: a readout layer makes one of it.
    """,
    8: """
          (   y2  ,    s2  ) = R(  x2 ,      W2    ,    s1  ,      U2    )
              1.60     1.60       2.00   0.50 -0.50     0.00   1.00  0.00
              2.85     2.85      -1.00   1.00  0.25     1.30   0.00  1.00

    R is elman-relu: s[2] = relu(W.x[2] + U.s[1] + b)   y[2] = s[2]
    b = (0.10, -0.20)    W and U: the same at every t unless it learns.
    """,
    9: """
                                     0.00    1.30
                                         y1
                                         ^
                                     #=======#
                                     #       #-------+
                                     #   R   #       |
                                     #       #<------+
                                     #=======#
                                         ^
                                         x1
                                     1.00  2.00

    All copies of picture 7 in one: the same R at every timestep.
    The arrow is the state s, no longer named: what R leaves, it reads next.
    """,
}


def as_drawn(text: str) -> str:
    return "\n".join(line.rstrip() for line in dedent(text).strip("\n").split("\n"))


def drawn(number: int, t: int = 1, display: Display = UNICODE, size: tuple[int, int] = LARGEST) -> str:
    return printed(picture(number, TINY, t, display, *size))


def simulator_of(cell: str, inputs: int = 4, hidden: int = 3) -> Simulator:
    x = np.random.default_rng(1).normal(size=(4, inputs))
    return Simulator(Network.random(cell, inputs, [hidden]), Sequence(x))


@pytest.mark.parametrize("number", sorted(DRAWN))
def test_each_picture_of_a_layer_worked_out_by_hand(number: int) -> None:
    assert as_drawn(drawn(number, 2 if number == 8 else 1)) == as_drawn(DRAWN[number])


@pytest.mark.parametrize("number", sorted(DRAWN_ASCII))
def test_each_picture_in_ascii(number: int) -> None:
    text = drawn(number, 2 if number == 8 else 1, ASCII)
    assert text.isascii()
    assert as_drawn(text) == as_drawn(DRAWN_ASCII[number])


def test_all_nine_have_a_title() -> None:
    assert sorted(PICTURES) == list(range(1, 10))
    assert len(set(PICTURES.values())) == 9
    assert all(title.isascii() and len(title) < 50 for title in PICTURES.values())


@pytest.mark.parametrize("number", PICTURES)
def test_the_same_y_stands_in_every_picture_after_a_state_of_zeros(number: int) -> None:
    text = drawn(number)
    assert "0.00" in text
    assert "1.30" in text


def test_without_a_state_a_sample_keeps_its_y_wherever_it_stands() -> None:
    turned = Simulator(TINY.network, Sequence(X[::-1]))
    before, after = (printed(picture(6, s, 2, UNICODE, *LARGEST)).split("\n")[0] for s in (TINY, turned))
    assert before.split() == ["0.00", "1.30", "1.60", "1.55", "0.10", "0.00"]
    assert after.split() == ["0.10", "0.00", "1.60", "1.55", "0.00", "1.30"]


def test_with_a_state_the_order_counts_and_that_is_said() -> None:
    assert "2.85" in drawn(7, 2)
    assert "1.55" in drawn(5, 2)
    assert "Without the state (picture 7): elman-relu itself has another y." in drawn(5, 2)
    assert "Without the state" not in drawn(5, 1)


@pytest.mark.parametrize("number", PICTURES)
def test_before_the_first_sample_it_says_to_step_on(number: int) -> None:
    assert "t = 0: step on, x₁ is the first sample." in drawn(number, 0)
    assert "t = 0: step on, x1 is the first sample." in drawn(number, 0, ASCII)


def test_sums_that_the_shown_digits_do_not_give_are_marked() -> None:
    # 0.25 * 0.5 = 0.125 shows as 0.1, as does 0.2 * 0.5; but 0.25 * 1.5 = 0.375 shows as 0.4, and 0.2 * 1.5 is 0.3
    layer = Layer("dense", {"W": [[0.25, 0.0]], "b": [0.0]})
    simulator = Simulator(Network([layer]), Sequence(np.array([[0.5, 0.0], [1.5, 0.0]])))
    exact, nearly = (printed(picture(3, simulator, t, replace(UNICODE, digits=1), *LARGEST)) for t in (1, 2))
    assert "= 0.2·0.5 + 0.0·0.0 + 0.0\n" in exact
    assert "= 0.1\n" in exact
    assert "≈" not in exact
    assert "≈ 0.4\n" in nearly
    assert "≈: nearly, for the digits shown are rounded." in nearly


def test_a_softmax_shares_out_all_sums() -> None:
    # both sums are 1 * 2 + 0 * 0 - 2 = 0, of which softmax makes halves
    layer = Layer("softmax", {"W": [[1.0, 0.0], [1.0, 0.0]], "b": [-2.0, -2.0]})
    text = printed(picture(3, Simulator(Network([layer]), Sequence(np.array([[2.0, 0.0]]))), 1, UNICODE, *LARGEST))
    assert "z₁ =   W₁₁·x₁  +   W₁₂·x₂  +   b₁" in text
    assert "= 1.00·2.00 + 0.00·0.00 + -2.00\n" in text
    assert "= 0.00,   its share of all: y₂ = 0.50" in text


def test_a_sum_of_one_term() -> None:
    layer = Layer("dense", {"W": [[3.0]], "b": [1.0]})
    text = printed(picture(3, Simulator(Network([layer]), Sequence(np.array([[2.0]]))), 1, UNICODE, *LARGEST))
    assert "= 3.00·2.00 + 1.00\n" in text
    assert "= 7.00\n" in text


@pytest.mark.parametrize("number", PICTURES)
def test_what_a_question_hides_is_in_no_picture(number: int) -> None:
    asked = replace(UNICODE, hidden=(("y", 1, 1),))
    text = drawn(number, 1, asked)
    assert "1.30" not in text
    assert "?" in text
    if number in (7, 8):  # y is a copy of the state, and the state is what the next timestep reads
        assert "1.30" not in drawn(number, 2, asked)


def test_the_close_up_is_of_the_selected_row() -> None:
    text = drawn(2, 1, replace(UNICODE, focus=Focus("W", None, 1, 0)))
    assert "W₂₁  1.00" in text
    assert "W₂₂  0.25" in text
    assert "y₂    1.30" in text
    assert "y₂ takes every x" in text


def test_of_many_nodes_a_few_are_drawn_and_the_last() -> None:
    large = simulator_of("elman", 30, 128)
    for number in (1, 2, 3, 4, 5):
        assert "…" in printed(picture(number, large, 1, UNICODE, *LARGEST))
    text = printed(picture(2, large, 1, UNICODE, *LARGEST))
    assert "x₃₀" in text
    assert "W₁,₃₀" in text
    assert "y₁₂₈" in text


def test_the_terms_left_out_of_a_sum_are_one_term() -> None:
    layer = Layer("dense", {"W": [[1.0] * 30], "b": [0.0]})
    simulator = Simulator(Network([layer]), Sequence(np.ones((1, 30))))
    lines = printed(picture(3, simulator, 1, UNICODE, *LARGEST)).split("\n")
    assert lines[0].split()[:2] == ["y₁", "="]
    assert " … " in lines[0]
    terms = [term.strip() for term in lines[1].replace("=", "").split("+")]
    assert sum(1.0 if "·" in term else float(term) for term in terms) == 30.0
    assert lines[2].strip() == "= 30.00"


def test_the_words_of_a_framework_are_explained_by_the_letters() -> None:
    words = replace(UNICODE, names="pytorch")
    assert "W: weight_ih   x: input   b: bias   y: output" in drawn(3, 1, words)
    assert "W₁₁·x₁" in drawn(3, 1, words)
    assert "output₁" in drawn(7, 1, words)
    assert "W_xh₁₁·x₁" in drawn(3, 1, replace(UNICODE, names="textbook"))


def test_of_a_gated_cell_one_sum_is_drawn_and_said_to_be_one() -> None:
    lstm = simulator_of("lstm")
    text = printed(picture(2, lstm, 1, replace(UNICODE, gate=1), *LARGEST))
    assert "W_f₁₁" in text
    assert "f is a part of R, one of its 4 sums." in text
    assert "s₁ c₁ stay in the layer" in printed(picture(7, lstm, 1, UNICODE, *LARGEST))
    assert "c₂ = f₂⊙c₁ + i₂⊙g₂" in printed(picture(8, lstm, 2, UNICODE, *LARGEST))


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_cell_without_weights_on_x_says_so(number: int) -> None:
    embedding = simulator_of("embedding")
    text = printed(picture(number, embedding, 1, UNICODE, *LARGEST))
    assert "embedding makes no weighted sum of its x: y₁ = row(E, x₁)" in text


def test_a_cell_without_a_state_has_no_arrow() -> None:
    dense = simulator_of("dense")
    assert "╮\n" not in printed(picture(9, dense, 1, UNICODE, *LARGEST))
    assert "dense has no state" in printed(picture(9, dense, 1, UNICODE, *LARGEST))
    assert "stays in the layer ╌" not in printed(picture(7, dense, 1, UNICODE, *LARGEST))


def test_a_layer_that_runs_backwards_hands_its_state_to_the_left() -> None:
    layer = Layer("elman-relu", PARAMETERS, reverse=True)
    text = printed(picture(7, Simulator(Network([layer]), Sequence(X)), 2, UNICODE, *LARGEST))
    # s_3 = relu(b) = (0.1, 0) is read at t = 2: 1.6 + 0.1 and 1.55 + 0
    assert "s₂    1.70    1.55 ←── ┃   R   ┃ ←── s₃    0.10    0.00" in text


def clicked(drawing: Drawing, key: str) -> set[object]:
    styles = [s.style for line in drawing.lines() for s in line if isinstance(s.style, Style)]
    return {style.meta[key] for style in styles if key in style.meta}


def test_a_click_on_a_sample_goes_there_and_one_on_a_number_selects_it() -> None:
    assert clicked(picture(6, TINY, 2, UNICODE, *LARGEST), "t") == {1, 2, 3}
    assert ("W", None, 1, 0) in clicked(picture(5, TINY, 1, UNICODE, *LARGEST), "focus")


@pytest.mark.parametrize("number", PICTURES)
def test_the_lesson_fits_into_78_by_14(number: int) -> None:
    sequence = Source("seed-picture.csv", targets=3).load()
    simulator = Simulator(Network.random("elman", 4, [3]), sequence)
    columns, rows = picture_size(number, simulator)
    assert columns <= 78
    assert 7 <= rows <= 14
    whole = printed(picture(number, simulator, 1, UNICODE, *LARGEST))
    assert printed(picture(number, simulator, 1, UNICODE, columns, rows)) == whole
    assert "…" not in whole


@pytest.mark.parametrize("number", sorted(set(PICTURES) - {3, 6}))
def test_the_picture_stays_where_it_is_while_time_moves(number: int) -> None:
    simulator = simulator_of("elman")
    size = picture_size(number, simulator)
    shapes = set()
    for t in (1, 2, 3):
        lines = printed(picture(number, simulator, t, UNICODE, *size)).split("\n")
        body = lines[: lines.index("", 2) if "" in lines[2:] else len(lines)]
        shapes.add(len(body))
    assert len(shapes) == 1


@settings(max_examples=150)
@given(
    number=st.sampled_from(sorted(PICTURES)),
    cell=st.sampled_from(CELLS),
    sizes=st.sampled_from([(4, 3), (1, 1), (2, 12), (30, 40)]),
    t=st.integers(0, 4),
    width=st.integers(0, 130),
    height=st.integers(0, 40),
    display=st.builds(
        Display,
        ascii=st.booleans(),
        signs=st.booleans(),
        digits=st.integers(0, 8),
        names=st.sampled_from(SCHEMES),
        layer=st.integers(0, 3),
        gate=st.integers(0, 5),
        focus=st.none() | st.builds(Focus, st.sampled_from(["W", "b", "y", "s"]), st.none(), st.integers(0, 50)),
    ),
)
def test_every_picture_fits_wherever_it_is_put(
    number: int, cell: str, sizes: tuple[int, int], t: int, width: int, height: int, display: Display
) -> None:
    drawing = picture(number, simulator_of(cell, *sizes), t, display, width, height)
    lines = drawing.lines()
    assert len(lines) == height
    assert all(sum(segment.cell_length for segment in line) == width for line in lines)
    assert not display.ascii or printed(drawing).isascii()


@pytest.mark.parametrize("number", PICTURES)
def test_numbers_that_are_not_finite_are_drawn_as_such(number: int) -> None:
    simulator = Simulator(TINY.network, Sequence(np.array([[np.nan, np.inf], [-np.inf, 1.0]])))
    for t in (1, 2):
        text = printed(picture(number, simulator, t, UNICODE, *LARGEST))
        assert "nan" in text or "inf" in text
