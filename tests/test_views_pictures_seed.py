"""The seed's nine pictures as text, of a layer small enough to be worked out by hand, and that they always fit."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import numpy as np
import pytest
from frames import Seen, frame, seen
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from terminal import printed

from rnn_tui import load_sequence
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import SCHEMES, Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.pictures.pages import LARGEST, PICTURES, draw, rows
from rnn_tui.views.sheet.drawing import Drawing

UNICODE, ASCII = seen(), seen(ascii=True)
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
    "picture-1": """
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
    "picture-2": """
       x₁  1.00 ○ ── W₁₁  0.50 ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣤⣤⠤ ( Σ f ) ─→ y₁    0.00
                      ⠈⠉⠉⠑⠒⠒⠢⠤⠤⢄⣀⣀⡀        ⢀⣀⡠⠤⠒⠒⠉⠉      + b₁ 0.10
                                  ⠈⠉⣉⣑⠶⠖⠲⠮⠭⢅⣀⣀⡀
       x₂  2.00 ○ ── W₁₂ -0.50 ⠤⠶⠶⠭⠭⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠬⠭⠭⠵⠶⠶⠦⠤ ( Σ f ) ─→ y₂    1.30

    y₁ takes every x times a weight of its own, adds b₁ and puts f on the sum.
    f is relu. The faint lines do the same for the others, with other weights.
    """,
    "picture-3": """
                      y₁ = f(   W₁₁·x₁  +   W₁₂·x₂   +   b₁  )
                         = f( 0.50·1.00 + -0.50·2.00 +  0.10 )
                         = f( -0.40 ) = 0.00

                      y₂ = f(   W₂₁·x₁  +   W₂₂·x₂   +   b₂  )
                         = f( 1.00·1.00 +  0.25·2.00 + -0.20 )
                         = f( 1.30 ) = 1.30

    f is relu. A weighted sum, no average: nothing is divided.
    """,
    "picture-4": """
                                  ┏━━━━━━━━━━━┓
                  x               ┃     W     ┃           y
                 ⎡ 1.00⎤          ┃           ┃          ⎡   0.00⎤
                 ⎣ 2.00⎦ ───────→ ┃           ┃ ───────→ ⎣   1.30⎦
                                  ┗━━━━━━━━━━━┛

    All circles as one element: x is 2 numbers, y is 2, and in between W: 4
    weights, one for every line of picture 2, and b.
    """,
    "picture-5": """
           y              W               x         b
          ⎡   0.00⎤ = f ⎛⎡ 0.50 -0.50⎤ · ⎡ 1.00⎤ + ⎡ 0.10⎤⎞ = f ⎛⎡ -0.40⎤⎞
          ⎣   1.30⎦     ⎝⎣ 1.00  0.25⎦   ⎣ 2.00⎦   ⎣-0.20⎦⎠     ⎝⎣  1.30⎦⎠

    y = f(W·x + b): f is relu, number by number.
    A row of W meets x and makes one number of y: picture 3, all at once.
    """,
    "picture-6": """
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
    "picture-7": """
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
    "picture-8": """
          (   y₂  ,    s₂  ) = R(  x₂ ,      W₂    ,    s₁  ,      U₂    )
              1.60     1.60       2.00   0.50 -0.50     0.00   1.00  0.00
              2.85     2.85      -1.00   1.00  0.25     1.30   0.00  1.00

    R is elman-relu: s₂ = relu(W·x₂ + U·s₁ + b)   y₂ = s₂
    b = (0.10, -0.20)    W and U: the same at every t unless it learns.
    """,
    "picture-9": """
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
    "picture-1": r"""
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
    "picture-2": """
      x1  1.00 o -- W11  0.50 -------------------/--- ( sum f ) -> y1    0.00
                                         /-------       + b1 0.10
                                  /------
      x2  2.00 o -- W12 -0.50 ----                    ( sum f ) -> y2    1.30

    y1 takes every x times a weight of its own, adds b1 and puts f on the sum.
    f is relu. The others do the same, with other weights.
    """,
    "picture-3": """
                      y1 = f(   W11*x1  +   W12*x2   +   b1  )
                         = f( 0.50*1.00 + -0.50*2.00 +  0.10 )
                         = f( -0.40 ) = 0.00

                      y2 = f(   W21*x1  +   W22*x2   +   b2  )
                         = f( 1.00*1.00 +  0.25*2.00 + -0.20 )
                         = f( 1.30 ) = 1.30

    f is relu. A weighted sum, no average: nothing is divided.
    """,
    "picture-4": """
                                  #===========#
                  x               #     W     #           y
                 [ 1.00]          #    + -    #          [   0.00]
                 [ 2.00] -------> #    # +    # -------> [   1.30]
                                  #===========#

    All circles as one element: x is 2 numbers, y is 2, and in between W: 4
    weights, one for every line of picture 2, and b.
    """,
    "picture-5": """
           y              W               x         b
          [   0.00] = f ([ 0.50 -0.50] . [ 1.00] + [ 0.10]) = f ([ -0.40])
          [   1.30]     ([ 1.00  0.25]   [ 2.00]   [-0.20])     ([  1.30])

    y = f(W.x + b): f is relu, number by number.
    A row of W meets x and makes one number of y: picture 3, all at once.
    """,
    "picture-6": """
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
    "picture-7": """
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
    "picture-8": """
          (   y2  ,    s2  ) = R(  x2 ,      W2    ,    s1  ,      U2    )
              1.60     1.60       2.00   0.50 -0.50     0.00   1.00  0.00
              2.85     2.85      -1.00   1.00  0.25     1.30   0.00  1.00

    R is elman-relu: s[2] = relu(W.x[2] + U.s[1] + b)   y[2] = s[2]
    b = (0.10, -0.20)    W and U: the same at every t unless it learns.
    """,
    "picture-9": """
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


def picture(name: str, frame: Frame, width: int, height: int) -> Drawing:
    return draw(replace(frame, gaze=replace(frame.gaze, diagram=name)), width, height)


def drawn(name: str, t: int = 1, display: Seen = UNICODE, size: tuple[int, int] = LARGEST) -> str:
    return printed(picture(name, frame(TINY, t, display), *size))


def simulator_of(cell: str, inputs: int = 4, hidden: int = 3) -> Simulator:
    draw = np.random.default_rng(1)
    x = np.eye(inputs)[draw.integers(inputs, size=4)] if cell == "embedding" else draw.normal(size=(4, inputs))
    return Simulator(Network.random(cell, inputs, [hidden]), Sequence(x))


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_each_picture_of_a_layer_worked_out_by_hand(name: str) -> None:
    assert as_drawn(drawn(name, 2 if name == "picture-8" else 1)) == as_drawn(DRAWN[name])


@pytest.mark.parametrize("name", sorted(DRAWN_ASCII))
def test_each_picture_in_ascii(name: str) -> None:
    text = drawn(name, 2 if name == "picture-8" else 1, ASCII)
    assert text.isascii()
    assert as_drawn(text) == as_drawn(DRAWN_ASCII[name])


def test_all_nine_have_a_title() -> None:
    titles = {picture.title for picture in PICTURES.values()}
    assert len(titles) == len(PICTURES) == 9
    assert all(title.isascii() and len(title) < 50 for title in titles)


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_y_stands_in_every_picture_after_a_state_of_zeros(name: str) -> None:
    text = drawn(name)
    assert "0.00" in text
    assert "1.30" in text


def test_without_a_state_a_sample_keeps_its_y_wherever_it_stands() -> None:
    turned = Simulator(TINY.network, Sequence(X[::-1]))
    before, after = (
        printed(picture("picture-6", frame(s, 2, UNICODE), *LARGEST)).split("\n")[0] for s in (TINY, turned)
    )
    assert before.split() == ["0.00", "1.30", "1.60", "1.55", "0.10", "0.00"]
    assert after.split() == ["0.10", "0.00", "1.60", "1.55", "0.00", "1.30"]


def test_with_a_state_the_order_counts_and_that_is_said() -> None:
    assert "2.85" in drawn("picture-7", 2)
    assert "1.55" in drawn("picture-5", 2)
    assert "Without the state (picture 7): elman-relu itself has another y." in drawn("picture-5", 2)
    assert "Without the state" not in drawn("picture-5", 1)


@pytest.mark.parametrize("name", PICTURES)
def test_before_the_first_sample_it_says_to_step_on(name: str) -> None:
    assert "t = 0: step on, x₁ is the first sample." in drawn(name, 0)
    assert "t = 0: step on, x1 is the first sample." in drawn(name, 0, ASCII)


def test_sums_that_the_shown_digits_do_not_give_are_marked() -> None:
    # 0.25 * 0.5 = 0.125 shows as 0.1, as does 0.2 * 0.5; but 0.25 * 1.5 = 0.375 shows as 0.4, and 0.2 * 1.5 is 0.3
    layer = Layer("dense", {"W": [[0.25, 0.0]], "b": [0.0]})
    simulator = Simulator(Network([layer]), Sequence(np.array([[0.5, 0.0], [1.5, 0.0]])))
    exact, nearly = (
        printed(picture("picture-3", frame(simulator, t, seen(UNICODE, digits=1)), *LARGEST)) for t in (1, 2)
    )
    assert "= 0.2·0.5 + 0.0·0.0 + 0.0\n" in exact
    assert "= 0.1\n" in exact
    assert "≈" not in exact
    assert "≈ 0.4\n" in nearly
    assert "≈: nearly, for the digits shown are rounded." in nearly


def test_a_softmax_shares_out_all_sums() -> None:
    # both sums are 1 * 2 + 0 * 0 - 2 = 0, of which softmax makes halves
    layer = Layer("softmax", {"W": [[1.0, 0.0], [1.0, 0.0]], "b": [-2.0, -2.0]})
    text = printed(
        picture("picture-3", frame(Simulator(Network([layer]), Sequence(np.array([[2.0, 0.0]]))), 1, UNICODE), *LARGEST)
    )
    assert "z₁ =   W₁₁·x₁  +   W₁₂·x₂  +   b₁" in text
    assert "= 1.00·2.00 + 0.00·0.00 + -2.00\n" in text
    assert "= 0.00,   its share of all: y₂ = 0.50" in text


def test_a_sum_of_one_term() -> None:
    layer = Layer("dense", {"W": [[3.0]], "b": [1.0]})
    text = printed(
        picture("picture-3", frame(Simulator(Network([layer]), Sequence(np.array([[2.0]]))), 1, UNICODE), *LARGEST)
    )
    assert "= 3.00·2.00 + 1.00\n" in text
    assert "= 7.00\n" in text


@pytest.mark.parametrize("name", PICTURES)
def test_what_a_question_hides_is_in_no_picture(name: str) -> None:
    asked = seen(UNICODE, hidden=(("y", 1, 1),))
    text = drawn(name, 1, asked)
    assert "1.30" not in text
    assert "?" in text
    if name in ("picture-7", "picture-8"):  # y is a copy of the state, and the state is what the next timestep reads
        assert "1.30" not in drawn(name, 2, asked)


def test_the_close_up_is_of_the_selected_row() -> None:
    text = drawn("picture-2", 1, seen(UNICODE, focus=Focus("W", None, 1, 0)))
    assert "W₂₁  1.00" in text
    assert "W₂₂  0.25" in text
    assert "y₂    1.30" in text
    assert "y₂ takes every x" in text


def test_of_many_nodes_a_few_are_drawn_and_the_last() -> None:
    large = simulator_of("elman", 30, 128)
    for name in sorted(PICTURES)[:5]:
        assert "…" in printed(picture(name, frame(large, 1, UNICODE), *LARGEST))
    text = printed(picture("picture-2", frame(large, 1, UNICODE), *LARGEST))
    assert "x₃₀" in text
    assert "W₁,₃₀" in text
    assert "y₁₂₈" in text


def test_the_terms_left_out_of_a_sum_are_one_term() -> None:
    layer = Layer("dense", {"W": [[1.0] * 30], "b": [0.0]})
    simulator = Simulator(Network([layer]), Sequence(np.ones((1, 30))))
    lines = printed(picture("picture-3", frame(simulator, 1, UNICODE), *LARGEST)).split("\n")
    assert lines[0].split()[:2] == ["y₁", "="]
    assert " … " in lines[0]
    terms = [term.strip() for term in lines[1].replace("=", "").split("+")]
    assert sum(1.0 if "·" in term else float(term) for term in terms) == 30.0
    assert lines[2].strip() == "= 30.00"


def test_the_words_of_a_framework_are_explained_by_the_letters() -> None:
    words = seen(UNICODE, names="pytorch")
    assert "W: weight_ih   x: input   b: bias_sum   y: output" in drawn("picture-3", 1, words)
    assert "W₁₁·x₁" in drawn("picture-3", 1, words)
    assert "output₁" in drawn("picture-7", 1, words)
    assert "W: kernel, turned   x: inputs" in drawn("picture-3", 1, seen(UNICODE, names="keras"))
    assert "W_xh₁₁·x₁" in drawn("picture-3", 1, seen(UNICODE, names="textbook"))


def test_of_a_gated_cell_one_sum_is_drawn_and_said_to_be_one() -> None:
    lstm = simulator_of("lstm")
    text = printed(picture("picture-2", frame(lstm, 1, seen(UNICODE, gate=1)), *LARGEST))
    assert "W_f₁₁" in text
    assert "f is a part of R, one of its 4 sums." in text
    assert "s₁ c₁ stay in the layer" in printed(picture("picture-7", frame(lstm, 1, UNICODE), *LARGEST))
    assert "c₂ = f₂⊙c₁ + i₂⊙g₂" in printed(picture("picture-8", frame(lstm, 2, UNICODE), *LARGEST))


@pytest.mark.parametrize("name", ["picture-2", "picture-3", "picture-4", "picture-5"])
def test_a_cell_without_weights_on_x_says_so(name: str) -> None:
    embedding = simulator_of("embedding")
    text = printed(picture(name, frame(embedding, 1, UNICODE), *LARGEST))
    assert "embedding makes no weighted sum of its x: y₁ = row(E, x₁)" in text


def test_a_cell_without_a_state_has_no_arrow() -> None:
    dense = simulator_of("dense")
    assert "╮\n" not in printed(picture("picture-9", frame(dense, 1, UNICODE), *LARGEST))
    assert "dense has no state" in printed(picture("picture-9", frame(dense, 1, UNICODE), *LARGEST))
    assert "stays in the layer ╌" not in printed(picture("picture-7", frame(dense, 1, UNICODE), *LARGEST))


def test_a_layer_that_runs_backwards_hands_its_state_to_the_left() -> None:
    layer = Layer("elman-relu", PARAMETERS, reverse=True)
    text = printed(picture("picture-7", frame(Simulator(Network([layer]), Sequence(X)), 2, UNICODE), *LARGEST))
    # s_3 = relu(b) = (0.1, 0) is read at t = 2: 1.6 + 0.1 and 1.55 + 0
    assert "s₂    1.70    1.55 ←── ┃   R   ┃ ←── s₃    0.10    0.00" in text


def clicked(drawing: Drawing, key: str) -> set[object]:
    styles = [s.style for line in drawing.lines() for s in line if isinstance(s.style, Style)]
    return {style.meta[key] for style in styles if key in style.meta}


def test_a_click_on_a_sample_goes_there_and_one_on_a_number_selects_it() -> None:
    assert clicked(picture("picture-6", frame(TINY, 2, UNICODE), *LARGEST), "t") == {1, 2, 3}
    assert ("W", None, 1, 0) in clicked(picture("picture-5", frame(TINY, 1, UNICODE), *LARGEST), "focus")


@pytest.mark.parametrize("name", PICTURES)
def test_the_lesson_fits_into_78_by_14(name: str) -> None:
    sequence = load_sequence("seed-picture.csv", targets=3)
    simulator = Simulator(Network.random("elman", 4, [3]), sequence)
    height = rows(frame(simulator, 0, diagram=name))
    assert 7 <= height <= 14
    whole = printed(picture(name, frame(simulator, 1, UNICODE), *LARGEST))
    assert printed(picture(name, frame(simulator, 1, UNICODE), LARGEST[0], height)) == whole
    assert "…" not in whole


@pytest.mark.parametrize("name", sorted(set(PICTURES) - {"picture-3", "picture-6"}))
def test_the_picture_stays_where_it_is_while_time_moves(name: str) -> None:
    simulator = simulator_of("elman")
    size = (LARGEST[0], rows(frame(simulator, 0, diagram=name)))
    shapes = set()
    for t in (1, 2, 3):
        lines = printed(picture(name, frame(simulator, t, UNICODE), *size)).split("\n")
        body = lines[: lines.index("", 2) if "" in lines[2:] else len(lines)]
        shapes.add(len(body))
    assert len(shapes) == 1


@settings(max_examples=150)
@given(
    name=st.sampled_from(sorted(PICTURES)),
    cell=st.sampled_from(CELLS),
    sizes=st.sampled_from([(4, 3), (1, 1), (2, 12), (30, 40)]),
    t=st.integers(0, 4),
    width=st.integers(0, 130),
    height=st.integers(0, 40),
    display=st.builds(
        seen,
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
    name: str, cell: str, sizes: tuple[int, int], t: int, width: int, height: int, display: Seen
) -> None:
    drawing = picture(name, frame(simulator_of(cell, *sizes), t, display), width, height)
    lines = drawing.lines()
    assert len(lines) == height
    assert all(sum(segment.cell_length for segment in line) == width for line in lines)
    assert not display.get("ascii") or printed(drawing).isascii()


@pytest.mark.parametrize("name", PICTURES)
def test_numbers_that_are_not_finite_are_drawn_as_such(name: str) -> None:
    simulator = Simulator(TINY.network, Sequence(np.array([[np.nan, np.inf], [-np.inf, 1.0]])))
    for t in (1, 2):
        text = printed(picture(name, frame(simulator, t, UNICODE), *LARGEST))
        assert "nan" in text or "inf" in text


@pytest.mark.parametrize("width", range(58, 80))
def test_a_state_of_three_stands_beside_or_below_its_arrow(width: int) -> None:
    shown = frame(simulator_of("seed-recurrent"), 2, seen(diagram="picture-7"))
    text = printed(draw(shown, width, 9))
    for values in (shown.step.state_prev["s"], shown.step.state["s"]):
        assert all(f"{value:.2f}" in text for value in values), text


@pytest.mark.parametrize("width", range(58, 80))
def test_a_part_of_x_is_marked_as_one_at_every_sample(width: int) -> None:
    shown = frame(simulator_of("seed-plain"), 2, seen(diagram="picture-6"))
    last = printed(draw(shown, width, 9)).rstrip().split("\n")[8]
    every = all(f"{value:.2f}" in last for t in (1, 2, 3) for value in shown.walk.at(t).x)
    assert last.count("…") == (0 if every else 3), last
