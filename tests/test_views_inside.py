"""The inside of R: what is joined to what follows from the equations, and the drawing fits wherever it is put."""

from __future__ import annotations

from itertools import pairwise
from textwrap import dedent

import numpy as np
import pytest
from frames import Seen, frame, seen
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from terminal import printed

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Name, names
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import SCHEMES, Focus
from rnn_tui.views.inside.painting import draw as inside
from rnn_tui.views.inside.painting import inside_size
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Notation

RECURRENT = (
    *("elman", "elman-relu", "jordan", "leaky", "minimal-gated"),
    *("gru", "gru-reset-after", "lstm", "lstm-peephole", "lstm-projection"),
)
READOUTS = ("dense", "softmax", "embedding")
JOINED = ("elman:concat", "elman:sum", "elman:mul", "elman:average")
CELLS = (*RECURRENT, *READOUTS, *JOINED)
UNICODE, ASCII = seen(), seen(ascii=True)


def simulator_of(cell: str | Cell, hidden: int | tuple[int, int] = 3) -> Simulator:
    return Simulator(Network.random(cell, 4, [hidden]), Sequence(np.eye(4)[[1, 0, 2, 2, 3]]))


def drawn(simulator: Simulator, t: int, display: Seen, width: int = 80, height: int = 14) -> str:
    return printed(inside(frame(simulator, t, display), width, height))


def as_drawn(text: str) -> str:
    return "\n".join(line.rstrip() for line in dedent(text).strip("\n").split("\n"))


# The staircase of gates over s and x, the cell line above them; the blanks behind names and boxes are coloured blocks.
LSTM = """
                                               ╭───────────╮                  ↑ y₃
    c₂    ─────────────────────────────────────┤ f⊙c + i⊙g ├   ────●──────────│─→ c₃
            ╭─────╮                            ╰─────┬─────╯       │          │
            │ i σ ├   ───────────────────────────────●             │          │
            ╰──┬──╯ ╭─────╮                          │             │          │
               │    │ f σ ├   ───────────────────────●             │          │
               │    ╰──┬──╯ ╭────────╮               │             │          │
               │       │    │ g tanh ├   ────────────●             │          │
               │       │    ╰────┬───╯ ╭─────╮                     │          │
               │       │         │     │ o σ ├   ──────────────────●          │
               │       │         │     ╰──┬──╯               ╭─────┴─────╮    │
    s₂    ─────●───────●─────────●────────●                  │ o⊙tanh(c) ├   ─●─→ s₃
    x₃     ────●───────●─────────●────────●                  ╰───────────╯
"""
# The fifth equation of seven, c: its box is heavy, and so are the ways to it; s and y are still to come.
LSTM_OPERATION = """
                                               ┏━━━━━━━━━━━┓                  ╎ y₃
    c₂    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┫ f⊙c + i⊙g ┠   ────○──────────╎─→ c₃
            ╭─────╮                            ┗━━━━━┳━━━━━┛       ╎          ╎
            │ i σ ├   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━●             ╎          ╎
            ╰──┬──╯ ╭─────╮                          ┃             ╎          ╎
               │    │ f σ ├   ━━━━━━━━━━━━━━━━━━━━━━━●             ╎          ╎
               │    ╰──┬──╯ ╭────────╮               ┃             ╎          ╎
               │       │    │ g tanh ├   ━━━━━━━━━━━━●             ╎          ╎
               │       │    ╰────┬───╯ ╭─────╮                     ╎          ╎
               │       │         │     │ o σ ├   ──────────────────○          ╎
               │       │         │     ╰──┬──╯               ┌╌╌╌╌╌┴╌╌╌╌╌┐    ╎
    s₂    ─────●───────●─────────●────────●                  ╎ o⊙tanh(c) ╎╌╌╌╌○╌╌ s₃
    x₃     ────●───────●─────────●────────●                  └╌╌╌╌╌╌╌╌╌╌╌┘
"""
LSTM_BEFORE = """
                                               +-------+                  ^ y
    c[t-1] ------------------------------------|f*c+i*g|------*-----------|-> c[t]
              +-----+                          +---+---+      |           |
              |i sig|------------------------------*          |           |
              +--+--+ +-----+                      |          |           |
                 |    |f sig|----------------------*          |           |
                 |    +--+--+ +------+             |          |           |
                 |       |    |g tanh|-------------*          |           |
                 |       |    +---+--+ +-----+                |           |
                 |       |        |    |o sig|----------------*           |
                 |       |        |    +--+--+           +----+----+      |
    s[t-1] ------*-------*--------*-------*              |o*tanh(c)|------*-> s[t]
    x[t]   ------*-------*--------*-------*              +---------+
"""
# In one row a box, 50 columns: letters alone, no blocks. The line that leads y out passes over c and touches s.
LSTM_SMALL = """
                                ↑ y₃
    c₂ ─────────────────┤c├──●──│─→ c₃
        │i├──────────────●   │  │
         │  │f├──────────●   │  │
         │   │  │g├──────●   │  │
         │   │   │  │o├──────●  │
    s₂ ──●───●───●───●      │s├─●─→ s₃
    x₃ ──●───●───●───●
"""
# r joins n, whose line passes over the wire of z.
GRU = """
              ╭─────╮                                                 ↑ y₃
              │ r σ ├   ───────────────●                              │
              ╰──┬──╯   ╭─────╮        │                              │
                 │      │ z σ ├   ─────│────────────────●             │
                 │      ╰──┬──╯   ╭────┴───╮            │             │
                 │         │      │ n tanh ├   ─────────●             │
                 │         │      ╰────┬───╯   ╭────────┴────────╮    │
    s₂    ───────●─────────●───────────●───────┤ (1 − z)⊙n + z⊙s ├   ─●─→ s₃
    x₃     ──────●─────────●───────────●       ╰─────────────────╯
"""
JORDAN_BACKWARDS = """
              ╭────────╮                  ↑ y₃
              │ h tanh ├   ─────●         │
              ╰────┬───╯   ╭────┴────╮    │
    s₄    ─────────●       │ V·h + c ├   ─●─→ s₃
    x₃     ────────●       ╰─────────╯
"""
SOFTMAX = """
                +-----------+      ^ y3
                | y softmax |(++#)-+
                +-----+-----+
    x3 (..#.)---------*
"""
CONCAT = """
           ╭──────────────────────╮       ↑ y₃
           │ y = concat(1:y, 2:y) ├      ─╯
           ╰───────────┬──────────╯
1:y₃    ───────────────●
2:y₃    ───────────────●
"""


def test_the_lstm_is_the_picture_that_people_know() -> None:
    assert drawn(simulator_of("lstm"), 3, UNICODE) == as_drawn(LSTM)


def test_the_operation_one_is_at_is_heavy_and_so_are_the_ways_to_it() -> None:
    assert drawn(simulator_of("lstm"), 3, seen(zoom="operation", operation=4)) == as_drawn(LSTM_OPERATION)


def test_before_the_first_sample_there_are_no_values_and_the_names_are_those_of_any_t() -> None:
    assert drawn(simulator_of("lstm"), 0, ASCII) == as_drawn(LSTM_BEFORE)


def test_in_little_room_it_is_small() -> None:
    assert drawn(simulator_of("lstm"), 3, UNICODE, 50, 9) == as_drawn(LSTM_SMALL)


def test_a_line_passes_over_what_it_does_not_read() -> None:
    assert drawn(simulator_of("gru"), 3, UNICODE) == as_drawn(GRU)


def test_backwards_in_time_the_state_comes_from_the_timestep_after() -> None:
    assert drawn(simulator_of("jordan:reverse"), 3, UNICODE) == as_drawn(JORDAN_BACKWARDS)


def test_without_a_state_y_alone_leaves() -> None:
    assert drawn(simulator_of("softmax"), 3, ASCII) == as_drawn(SOFTMAX)


def test_a_layer_of_two_inputs_has_both_at_the_left() -> None:
    assert drawn(simulator_of("elman:concat"), 3, UNICODE) == as_drawn(CONCAT)


Cells = list[list[tuple[str, Style]]]


def cells_of(drawing: Drawing) -> Cells:
    """Every cell of a drawing, with its style."""
    return [[(c, segment.style or Style()) for segment in row for c in segment.text] for row in drawing.lines()]


def regions(cells: Cells) -> dict[int, list[tuple[int, int]]]:
    """For every operation the cells, row and column, where a click means it."""
    found: dict[int, list[tuple[int, int]]] = {}
    for y, row in enumerate(cells):
        for x, (_, style) in enumerate(row):
            if style.meta:
                found.setdefault(style.meta["operation"], []).append((y, x))
    return found


def check_structure(simulator: Simulator, t: int) -> None:
    """Every box has a dot on the wires of all it reads, and on no other; boxes are whole and apart."""
    layer = simulator.network.layers[-1]
    cell, notation = layer.cell, Notation()
    cells = cells_of(inside(frame(simulator, t, UNICODE), *inside_size(frame(simulator, 0, UNICODE))))
    text = ["".join(character for character, _ in row) for row in cells]
    lefts = {line.split(" ")[0]: y for y, line in enumerate(text)}
    rows = {Name(name, 0): lefts[notation.at(name, t)] for name in cell.inputs}
    rows |= {Name(name, -1): lefts[notation.at(name, t + 1 if layer.reverse else t - 1)] for name in cell.states}
    spans = {}
    for operation, places in regions(cells).items():
        corners = [(y, x) for y, x in places if text[y][x] == "╭"]
        if corners:  # y has none where it is but the copy of another quantity
            ((y, x),) = corners
            end = text[y].index("╮", x)
            spans[operation] = (x, end)
            rows[Name(cell.equations[operation].target, 0)] = y + 1
            assert {(r, c) for r in (y, y + 1, y + 2) for c in range(x, end + 1)} <= set(places)
            assert text[y + 1][x] + text[y + 1][end] in ("││", "┤│", "│├", "┤├")
            assert text[y + 2][x] + text[y + 2][end] == "╰╯"
    ordered = [spans[operation] for operation in sorted(spans)]
    assert all(end < x for (_, end), (x, _) in pairwise(ordered))
    assert len(spans) >= len(cell.equations) - 1
    for operation, (x, end) in spans.items():
        equation = cell.equations[operation]
        wanted = {rows[name] for name in names(equation.expression) if name.offset is not None}
        own = rows[Name(equation.target, 0)]
        assert {y for y, line in enumerate(text) if "●" in line[x : end + 1]} == wanted - {own}
        assert (text[own][x] == "┤") == (own in wanted)
    for name in cell.states:
        assert text[rows[Name(name, 0)]].rstrip().endswith("→ " + notation.at(name, t))


@pytest.mark.parametrize("cell", [*RECURRENT, *READOUTS, "lstm:reverse", "gru:reverse"])
def test_every_box_is_joined_to_what_its_equation_reads(cell: str) -> None:
    check_structure(simulator_of(cell), 3)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("display", [UNICODE, ASCII, seen(signs=True)])
@pytest.mark.parametrize("hidden", [1, 3, 256])
def test_every_built_in_cell_fits_80_columns_and_14_rows(cell: str, display: Seen, hidden: int) -> None:
    simulator = simulator_of(cell, (hidden, min(hidden, 3)) if cell in ("jordan", "lstm-projection") else hidden)
    lines = drawn(simulator, 3, display).split("\n")
    assert len(lines) <= 14
    assert max(map(len, lines)) <= 80
    assert any(("+--" if display.get("ascii") else "╭──") in line for line in lines), "boxes of three rows"
    assert inside_size(frame(simulator, 0, display))[1] == len(lines)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("zoom", ["step", "operation", "number"])
def test_ascii_is_ascii_alone(cell: str, zoom: str) -> None:
    simulator = simulator_of(cell)
    for t in (0, 1, 5):
        for operation in range(7):
            for room in ((80, 14), (120, 9), (40, 9), (20, 3)):
                assert drawn(simulator, t, seen(ascii=True, zoom=zoom, operation=operation), *room).isascii()


def test_names_follow_the_scheme() -> None:
    text = drawn(simulator_of("lstm"), 3, seen(names="pytorch"))
    assert [line.split(" ")[0] for line in text.split("\n") if line[:1].strip()] == ["c₂", "h₂", "input₃"]
    assert "↑ output₃" in text
    assert text.split("\n")[-2].endswith("→ h₃")


def test_the_sources_of_a_selected_number_are_lit() -> None:
    simulator = simulator_of("lstm")
    lit = drawn(simulator, 3, seen(UNICODE, focus=Focus("c", 0, 1)))
    assert [line[:8].strip() for line in lit.split("\n") if "━━━●" in line] == ["", "", ""]
    assert "c₂    ━━━" in lit
    assert "╌" not in lit
    assert drawn(simulator, 3, seen(UNICODE, focus=Focus("W_i", None))) == as_drawn(LSTM)


def test_what_is_still_to_come_has_no_values() -> None:
    """An LSTM at its first operation: blocks of c, s, x and i, twelve and one behind the four numbers of x."""
    cells = cells_of(inside(frame(simulator_of("lstm"), 3, seen(zoom="operation", operation=0)), 80, 14))
    blocks = [y for y, row in enumerate(cells) for c, style in row if style.bgcolor is not None]
    assert {y: blocks.count(y) for y in blocks} == {1: 3, 3: 3, 11: 3, 12: 4}


def test_what_does_not_fit_says_how_much_room_it_needs() -> None:
    simulator = simulator_of("lstm")
    assert drawn(simulator, 3, UNICODE, 60, 4) == "the inside of R needs 34x8 characters here"
    assert drawn(simulator, 3, UNICODE, 30, 14) == "the inside of R needs 34x8"
    assert drawn(simulator, 3, UNICODE, 34, 8) == as_drawn(LSTM_SMALL)
    assert drawn(simulator, 3, UNICODE, 3, 14) == "…"
    assert inside(frame(simulator, 3, UNICODE), 0, 0).lines() == []


def described(equations: list[str], states: tuple[str, ...]) -> Cell:
    text = "\n".join(equations)
    shapes = {"W": '["H", "I"]', "U": '["H", "H"]', "b": '["H"]'}
    parameters = [f"{name} = {shape}" for name, shape in shapes.items() if f"{name} " in text]
    kept = [f'{name} = ["H"]' for name in states]
    lines = ['title = "own"', 'equations = """', text, '"""', "[parameters]", *parameters, "[state]", *kept]
    return Cell.parse("\n".join(lines), "own")


def chain(count: int) -> Cell:
    """A cell of `count` equations, nearly all of which read the one before."""
    first = ["a1[t] = tanh(W @ x[t] + U @ s[t-1])"]
    middle = [f"a{k}[t] = sigmoid(U @ a{k - 1}[t] + W @ x[t])" for k in range(2, count - 2)]
    last = [f"c[t] = a{count - 3}[t] * c[t-1] + a1[t]", "s[t] = a2[t] * tanh(c[t])", "y[t] = s[t]"]
    return described([*first, *middle, *last], ("s", "c"))


def test_a_dozen_equations_are_drawn_and_no_more() -> None:
    for height in (28, 14):
        text = drawn(simulator_of(chain(12)), 3, UNICODE, 120, height)
        assert "a9 σ" in text
        assert "a2⊙tanh(c)" in text
    check_structure(simulator_of(chain(12)), 3)
    message = "R has 13 equations here, its inside is drawn for up to 12"
    assert drawn(simulator_of(chain(13)), 3, UNICODE, 120, 30) == message
    assert inside_size(frame(simulator_of(chain(13)), 0, UNICODE)) == (len(message), 1)


@st.composite
def cells_of_equations(draw: st.DrawFn) -> Cell:
    """Cells of up to twelve equations: sums, products and activations of what there is by then, in any order."""
    states = tuple(draw(st.sets(st.sampled_from("sm"))))
    targets = draw(st.permutations([*"acdefghij"[: draw(st.integers(0, 9))], *states, "y"]))
    known = [f"{state}[t-1]" for state in states]
    lines: list[str] = []
    for target in targets:
        quantity = st.sampled_from(known or ["(W @ x[t])"])
        term = st.builds(
            str.format, st.sampled_from(["{}", "(U @ ({}))", "b * ({})", "tanh({})", "(W @ x[t])"]), quantity
        )
        terms = draw(st.lists(term, min_size=1, max_size=3)) + ["(W @ x[t])"] * (not lines)
        body = draw(st.sampled_from([" + ", " * ", " - "])).join(terms)
        body = draw(st.sampled_from(["{}", "sigmoid({})", "1.7 * tanh({})", "hard_sigmoid({}, 0.2, 0.5)"])).format(body)
        lines.append(f"{target}[t] = {body}")
        known.append(f"{target}[t]")
    return described(lines, states)


@settings(max_examples=150, deadline=None)
@given(cell=cells_of_equations(), reverse=st.booleans())
def test_any_cell_is_joined_as_its_equations_say(cell: Cell, reverse: bool) -> None:
    layer = Layer(cell, Network.random(cell, 4, 3).layers[0].parameters, reverse)
    check_structure(Simulator(Network([layer]), Sequence(np.eye(4)[[1, 0, 2, 2, 3]])), 3)


DISPLAYS = st.builds(
    seen,
    ascii=st.booleans(),
    signs=st.booleans(),
    names=st.sampled_from(SCHEMES),
    zoom=st.sampled_from(["step", "operation", "number"]),
    operation=st.integers(0, 12),
    focus=st.none() | st.builds(Focus, st.sampled_from("xsyabW"), st.sampled_from([None, 0, -1]), st.integers(0, 2)),
)


@settings(max_examples=200, deadline=None)
@given(
    cell=cells_of_equations() | st.sampled_from(CELLS),
    hidden=st.integers(1, 12),
    t=st.integers(0, 5),
    display=DISPLAYS,
    width=st.integers(-1, 200),
    height=st.integers(-1, 30),
)
def test_it_fits_any_room(cell: str | Cell, hidden: int, t: int, display: Seen, width: int, height: int) -> None:
    simulator = simulator_of(cell, hidden)
    drawing = inside(frame(simulator, t, display), width, height)
    assert len(drawing.lines()) <= max(height, 0)
    lines = printed(drawing).split("\n")
    assert max(map(len, lines)) <= max(width, 0)
    if display.get("ascii"):
        assert printed(drawing).isascii()
    like = inside_size(frame(simulator, 0, display))
    if width >= like[0] and height >= like[1]:
        assert "needs" not in lines[0]
        assert len(lines) == like[1]
        assert max(map(len, lines)) <= like[0] or t == 0, "c[t-1] is longer than c2 and may have what room there is"


@pytest.mark.parametrize("cell", CELLS)
def test_the_place_of_everything_is_the_same_at_every_time(cell: str) -> None:
    simulator = simulator_of(cell)
    places = [regions(cells_of(inside(frame(simulator, t, UNICODE), 80, 14))) for t in range(1, 6)]
    assert all(place == places[0] for place in places)
    assert sorted(places[0]) == list(range(len(simulator.network.layers[-1].cell.equations)))
