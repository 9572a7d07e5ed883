"""The network whole as plain text, compared with drawings made by hand.

The network says what `letters` says: layer 1 hands its one-hot x on (tanh(5) is 1.00, and its state changes nothing),
and the softmax predicts e, l, l, l, h with 0.70 each. Elsewhere all parameters are 0, and so is every y.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from driven import running
from frames import Seen, built_in, frame, seen
from letters import LETTERS, readout
from rich.cells import cell_len
from terminal import printed

from rnn_tui import Network, Run, load_sequence
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Session
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.diagrams import network, unrolled
from rnn_tui.views.diagrams.stack import around, lanes
from rnn_tui.views.layer.formula import formula
from rnn_tui.views.page import diagram
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.lines import equation_lines
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import CURSOR, NOW

ASCII = seen(ascii=True)
SIZES = [(60, 20), (80, 24), (120, 36), (200, 50)]


def elman(size: int = 4, gain: float = 0.0, reverse: bool = False) -> Layer:
    """A layer that hands on its x, `gain` times, through tanh."""
    zeros = np.zeros((size, size))
    return Layer("elman", {"W": np.eye(size) * gain, "U": zeros, "b": np.zeros(size)}, reverse)


def says(learning: Learning | None = None) -> Run:
    """Two layers that read hello.txt."""
    return Run(Network([elman(gain=5), readout()]), load_sequence("hello.txt"), learning=learning)


def both_ways() -> Run:
    """A bidirectional layer that gives zeros."""
    return Run(Network([Bidirectional(elman(), elman(reverse=True))]), load_sequence("hello.txt"))


def residual() -> Run:
    """Layer 3 adds what layers 1 and 2 give; layer 4 reads x as well."""
    whole = object.__new__(Network)
    whole.layers = (elman(), elman(), Layer("sum"), Layer("sum"))
    whole.reads, whole.dtype = ((-1,), (0,), (1, 0), (2, -1)), np.dtype(np.float64)
    whole.sizes(4)
    return Run(whole, load_sequence("hello.txt"))


def deep(layers: int, timesteps: int = 5) -> Run:
    """Many layers over a longer text."""
    x = np.tile(np.eye(4), (timesteps // 4 + 1, 1))[:timesteps]
    labels = tuple((LETTERS * timesteps)[:timesteps])
    return Run(Network([*[elman(gain=5)] * (layers - 1), readout()]), Sequence(x, x, labels, outcomes=tuple(LETTERS)))


def same(shown: Frame, size: tuple[int, int], text: str) -> None:
    """Compares a drawing with one made by hand."""
    assert printed(network.draw(shown, *size)).rstrip().split("\n") == text.strip("\n").split("\n")


def picked(drawing: Drawing, what: str) -> list[list[Any]]:
    """What a click on each cell means."""
    return [
        [segment.style.meta.get(what) if segment.style else None for segment in row for _ in range(segment.cell_length)]
        for row in drawing.lines()
    ]


def test_two_layers_with_names_in_the_boxes() -> None:
    """At t = 3 the x of layer 1 is named, and its y, which goes up."""
    same(
        frame(says(), 3, layer=1),
        (80, 11),
        """
 target            e            l            l            o            -
 predicts       e 0.70       l 0.70       l 0.70         ...          ...
               ╭───────╮    ╭───────╮    ┏━━━━━━━┓    ┌╌╌╌╌╌╌╌┐    ┌╌╌╌╌╌╌╌┐
 2 softmax     │softmax│    │softmax│    ┃softmax┃    ╎softmax╎    ╎softmax╎
               ╰───────╯    ╰───────╯    ┗━━━━━━━┛    └╌╌╌╌╌╌╌┘    └╌╌╌╌╌╌╌┘
                   ↑            ↑          y₃↑            ╎            ╎
               ╭───────╮    ╭───────╮    ┏━━━━━━━┓    ┌╌╌╌╌╌╌╌┐    ┌╌╌╌╌╌╌╌┐
 1 elman   ─s₀→│ elman │─s₁→│ elman │─s₂→┃ elman ┃─s₃→╎ elman ╎╌s₄→╎ elman ╎╌s₅→
               ╰───────╯    ╰───────╯    ┗━━━━━━━┛    └╌╌╌╌╌╌╌┘    └╌╌╌╌╌╌╌┘
                   ↑            ↑          x₃↑            ╎            ╎
 x                 h            e           [l]           l            o
""",
    )


def test_in_a_lower_picture_the_boxes_hold_y() -> None:
    """In ASCII: h is unit 2 of 4, which is 1.00 alone; the softmax gives one 0.70 and three 0.10."""
    low = """
 target          e        l        l        o        -
 predicts     e 0.70   l 0.70   l 0.70     ...      ...
 2 softmax     [#'~]    [''~]    {''~}    .   .    .   .
                 ^        ^      y3^        .        .
>1 elman<  -s0>[.#~]-s1>[#.~]-s2>{..~}-s3>.   ..s4>.   ..s5>
                 ^        ^      x3^        .        .
 x               h        e       [l]       l        o
"""
    shown = frame(says(), 3, ASCII, layer=1)
    same(shown, (60, 8), low)
    without = [line for line in low.strip("\n").split("\n") if "^" not in line]
    same(shown, (60, 6), "\n".join(without))
    same(shown, (60, 4), "\n".join(without[1:]))
    same(shown, (60, 2), "\n".join(without[2:4]))


def test_the_x_of_an_upper_layer_is_called_what_it_is() -> None:
    shown = frame(says(), 3, layer=2)
    assert "  1:y₃↑  " in printed(network.draw(shown, 80, 11))
    assert "1:y₃" in printed(formula(shown, 78, 8)).split("\n")[0]
    assert "softmax(W·1:y₃ + b)" in printed(equation_lines(shown, 80, 1))
    below = frame(says(), 3, layer=1)
    assert "tanh(W·x₃ + U·s₂ + b)" in printed(equation_lines(below, 80, 1))
    assert "softmax(W.1:y[3] + b)" in printed(equation_lines(frame(says(), 3, ASCII, layer=2), 80, 1))
    joined = frame(both_ways(), 3, layer=3)
    assert "y₃ = concat(1:y₃, 2:y₃)" in printed(equation_lines(joined, 80, 1))


def test_both_directions_are_drawn_and_the_past_of_a_reversed_layer_is_on_the_right() -> None:
    """x passes layer 1 on its right to layer 2, the y of layer 1 passes layer 2 on its left."""
    same(
        frame(both_ways(), 2, layer=2),
        (60, 8),
        """
 y                   …           …       ...         ...
 3 concat      │    …│     ┃    …┃     ╎     ╎     ╎     ╎
             ╭──↑ ↑      ╭──↑ ↑      ╭╌╌╎ ╎      ╭╌╌╎ ╎
 2 elman  ←s₁──│     │←s₂──┃     ┃←s₃╌╌╎     ╎←s₄╌╌╎     ╎
             ╰────╮ ↑──╮ ╰────╮ ↑──╮ ╰╌╌╌╌╮ ╎╌╌╮ ╰╌╌╌╌╮ ╎╌╌╮
 1 elman  ────→│     │────→┃     ┃────→╎     ╎╌╌╌╌→╎     ╎ ╎
                  ↑────╯      ↑────╯      ╎╌╌╌╌╯      ╎╌╌╌╌╯
 x                h          [e]          l           l
""",
    )


def test_where_lines_have_no_room_it_is_noted_who_reads_whom() -> None:
    same(
        frame(both_ways(), 2, layer=2),
        (60, 5),
        """
 y                     …        …     ...      ...      ...
 3 concat(1,2)     │  …│    ┃  …┃    ╎   ╎    ╎   ╎    ╎   ╎
 2 elman(x)    ←s₁─│  …│←s₂─┃  …┃←s₃╌╎   ╎←s₄╌╎   ╎←s₅╌╎   ╎
 1 elman       ───→│  …│───→┃  …┃───→╎   ╎╌╌╌→╎   ╎╌╌╌→╎   ╎
 x                   h       [e]       l        l        o
""",
    )


def test_a_layer_that_reads_two_has_two_arrows() -> None:
    """Layer 3 has the y of layer 1 from the left, layer 4 has x from the right."""
    same(
        frame(residual(), 2, layer=3),
        (70, 10),
        """
 y                                     ...        ...        ...
 4 sum          │  …│      ┃  …┃      ╎   ╎      ╎   ╎      ╎   ╎
                  ↑ ↑─╮    y₂↑ ↑─╮      ╎ ╎╌╮      ╎ ╎╌╮      ╎ ╎╌╮
 3 sum          │  …│ │    ┃  …┃ │    ╎   ╎ ╎    ╎   ╎ ╎    ╎   ╎ ╎
              ╭─↑ ↑   │  ╭─↑ ↑   │  ╭╌╎ ╎   ╎  ╭╌╎ ╎   ╎  ╭╌╎ ╎   ╎
 2 elman  ─────→│  …│─────→┃  …┃─────→╎   ╎╌╌╌╌╌→╎   ╎╌╌╌╌╌→╎   ╎ ╎
              ╰───↑   │  ╰───↑   │  ╰╌╌╌╎   ╎  ╰╌╌╌╎   ╎  ╰╌╌╌╎   ╎
 1 elman  ─────→│  …│─────→┃  …┃─────→╎   ╎╌╌╌╌╌→╎   ╎╌╌╌╌╌→╎   ╎ ╎
                  ↑───╯      ↑───╯      ╎╌╌╌╯      ╎╌╌╌╯      ╎╌╌╌╯
 x                h         [e]         l          l          o
""",
    )
    rows = printed(network.draw(frame(residual(), 2, layer=3), 70, 6)).split("\n")
    assert [row[:11].strip() for row in rows] == ["y", "4 sum(3,x)", "3 sum(2,1)", "2 elman", "1 elman", "x"]


def test_on_the_way_back_arrows_turn_and_a_window_ends_at_a_wall() -> None:
    """Windows of two timesteps end after t = 2 and t = 4; nothing hands a gradient back to t = 5."""
    text = printed(network.draw(frame(says(Learning("cross-entropy", 2)), 3, layer=1, back=True), 80, 7))
    states = text.split("\n")[4]
    assert states == " 1 elman   ←ds₀╌╌╎     ╎←ds₁╌╌╎     ╎   ║  ┃     ┃←ds₃──│     │   ║  │     │"
    assert text.count("↓") == 10
    assert not set(text) & set("↑→")
    turned = Run(both_ways().network, Sequence(np.eye(4), np.zeros((4, 8))), learning=Learning("sse", 0))
    back = printed(network.draw(frame(turned, 2, layer=2, back=True), 60, 8)).split("\n")
    assert (back[3].count("→"), back[3].count("←")) == (4, 0)  # a reversed layer's gradients run to the right
    assert (back[5].count("→"), back[5].count("←")) == (0, 4)


def test_of_many_layers_those_around_the_one_looked_at_are_in_view() -> None:
    rows = printed(network.draw(frame(deep(12), 2, layer=6), 60, 8)).split("\n")
    assert [row[:17].strip() for row in rows[2:7]] == [
        "… layers 8 to 12", "7 elman    ───→│", "6 elman    ─s₀→│", "5 elman    ───→│", "… layers 1 to 4",
    ]  # fmt: skip
    rows = printed(network.draw(frame(deep(12), 2, layer=2), 60, 4)).split("\n")
    assert [row[:17].strip() for row in rows] == [
        "… layers 4 to 12",
        "3 elman    ───→│",
        "2 elman    ─s₀→│",
        "1 elman    ───→│",
    ]


@pytest.mark.parametrize(
    ("index", "rows", "shown"),
    [
        (0, 5, range(4)), (2, 5, range(4)), (3, 5, range(2, 5)), (7, 5, range(6, 9)), (8, 5, range(7, 10)),
        (9, 5, range(8, 12)), (11, 5, range(8, 12)), (5, 3, range(5, 6)), (5, 1, range(5, 6)), (5, 12, range(12)),
    ],
)  # fmt: skip
def test_the_layers_in_view(index: int, rows: int, shown: range) -> None:
    """Of twelve; each side on which some are folded away has a row that says so."""
    assert around(index, 12, rows) == shown


@pytest.mark.parametrize("layers", [2, 3, 5, 12, 40])
def test_the_layer_looked_at_is_always_in_view(layers: int) -> None:
    run = deep(layers)
    for index, height in product(range(1, layers + 1), range(1, 20)):
        rows = printed(network.draw(frame(run, 1, ASCII, layer=index), 60, height)).split("\n")
        assert [row[:9].rstrip("<") for row in rows if row.startswith(">")] == [
            f">{index} {'elman' if index < layers else 'softmax'}"[:9]
        ]


def test_lanes() -> None:
    """Two lines side by side have a side each; a third that passes the same boxes has none."""
    assert lanes(((-1,), (0,), (1,))) == {}
    assert lanes(((-1,), (-1,), (0, 1))) == {(-1, 1): 1, (0, 2): -1}
    assert lanes(((-1,), (-1,), (0, 1), (2,), (2,), (3, 4))) == {(-1, 1): 1, (0, 2): -1, (2, 4): 1, (3, 5): -1}
    assert lanes(((-1,), (0,), (1, 0), (2, 0), (3, 0))) is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", [seen(), ASCII, seen(digits=6), seen(names="pytorch")])
def test_nothing_moves_from_one_timestep_to_the_next(size: tuple[int, int], look: Seen) -> None:
    """The boxes of every page stand in the same columns, and that of the cursor is among them."""
    run = deep(4, 300)
    places = []
    for t in (1, 2, 3, 7, 8, 9, 10, 11, 99, 100, 101, 298, 299, 300):
        shown = frame(run, t, look)
        region = arrange(shown, *size)["diagram"]
        drawing = network.draw(shown, region.width, region.height)
        layers = picked(drawing, "layer")
        lowest = next(row for row, layer in zip(picked(drawing, "t"), layers, strict=True) if layer[0] == 1)
        assert t in lowest
        places.append([x for x, (one, other) in enumerate(pairwise(lowest)) if one is None and other])
        for line in printed(drawing).split("\n"):
            assert cell_len(line) <= region.width
            assert line.isascii() or "ascii" not in look
    whole = max(places, key=len)
    assert len(whole) >= 3
    assert all(place == whole[: len(place)] for place in places)  # the last page may be short


@pytest.mark.parametrize("size", SIZES)
def test_a_prediction_is_whole_or_its_letter_alone(size: tuple[int, int]) -> None:
    """7 to the power of tanh(tanh(5) 5), against three times 1."""
    share = 1 / (1 + 3 / 7 ** np.tanh(5 * np.tanh(5)))
    for digits in range(9):
        shown = frame(deep(3, 40), 20, digits=digits)
        drawing = network.draw(shown, arrange(shown, *size)["diagram"].width, 15)
        said = printed(drawing).split("\n")[1]
        told = {word for word in said.replace("...", "").split()[1:] if word not in LETTERS}
        assert told == ({f"{share:.{digits}f}"} if told else set())
        assert len(told) == 1 or digits > 2


def test_a_click_goes_to_a_timestep_and_a_layer() -> None:
    drawing = network.draw(frame(says(), 3, layer=1), 80, 11)
    for y, layer in ((2, 2), (3, 2), (4, 2), (6, 1), (8, 1)):
        assert {cell for cell in picked(drawing, "layer")[y] if cell} == {layer}
        assert [t for t in dict.fromkeys(picked(drawing, "t")[y]) if t] == [1, 2, 3, 4, 5]
    assert picked(drawing, "layer")[3][3] == 2
    assert picked(drawing, "t")[3][3] is None
    assert [t for t in dict.fromkeys(picked(drawing, "t")[10]) if t] == [1, 2, 3, 4, 5]


async def test_a_click_on_a_box_is_obeyed() -> None:
    async with running(Session.of(says().network, load_sequence("hello.txt")), size=(80, 24)) as app:
        await app.press("right")
        region = arrange(app.app.stepper.frame, 80, 24)["diagram"]
        drawing = network.draw(app.app.stepper.frame, region.width, region.height)
        times, layers = picked(drawing, "t"), picked(drawing, "layer")
        places = [(x, y) for y in range(region.height) for x in range(80) if (times[y][x], layers[y][x]) == (4, 1)]
        await app.pilot.click("#diagram", offset=places[0])
        await app.pilot.pause()
        assert (app.app.stepper.frame.t, app.app.stepper.frame.index) == (4, 0)


def test_the_layer_looked_at_and_the_column_of_the_cursor_are_lit() -> None:
    lines = network.draw(frame(says(), 3, layer=1), 80, 11).lines()
    assert [s.text for s in lines[7] if s.style and s.style.bgcolor == CURSOR.bgcolor] == [" 1 elman "]
    assert [s.text for s in lines[3] if s.style and s.style.color == NOW.color] == ["┃softmax┃"]
    assert [s.text for s in lines[10] if s.style and s.style.bgcolor == CURSOR.bgcolor] == ["[l]"]


def test_a_number_that_is_asked_is_told_nowhere() -> None:
    text = printed(network.draw(frame(says(), 3, ASCII, layer=1, hidden=(("s", 3, 1),)), 60, 7)).split("\n")
    assert text[1].split() == ["predicts", "e", "0.70", "l", "0.70", "???", "...", "..."]
    assert "{???}" in text[2]
    assert "{???}" in text[4]


def test_one_layer_alone_has_the_diagram_it_had() -> None:
    alone, both = built_in("elman"), built_in("elman,softmax")
    assert printed(diagram.draw(frame(alone, 3), 80, 9)) == printed(unrolled.draw(frame(alone, 3), 80, 9))
    assert printed(diagram.draw(frame(both, 3), 80, 9)) == printed(network.draw(frame(both, 3), 80, 9))
    assert "R" in printed(diagram.draw(frame(both, 3, diagram="rolled"), 80, 10))


def test_x_without_letters_is_drawn_as_blocks() -> None:
    run = Run(Network([elman(2, 5), elman(2, 5)]), Sequence(np.array([[1.0, -1.0], [0.0, 0.5]])))
    rows = printed(network.draw(frame(run, 1, ASCII), 60, 6)).split("\n")
    assert rows[-1].split() == ["x", "#=", ".+"]
    assert rows[0].split() == ["y", "#=", "..."]
