"""The inside of R: what is joined to what follows from the equations, and the drawing fits wherever it is put."""

from __future__ import annotations

import re
from itertools import combinations, product
from textwrap import dedent

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import printed
from wiring import Box, Cells, Wiring, cells_of

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import names
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import SCHEMES, Focus
from rnn_tui.views.inside.painting import draw as inside
from rnn_tui.views.inside.painting import fits, inside_size
from rnn_tui.views.page.layout import arrange

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


# The line of c on top; every gate is a pair of rows, U and W, then +, b and an activation; blanks are coloured blocks.
LSTM = """
                                                            ↑ y₃
c₂    ─────────────────────────┤⊙├───┤+├   ─┬───────────────│─→ c₃
       ╭──┤U_f·├─┤+b_f├─┤σ├f   ─╯     │     │               │
       │╭─┤W_f·├────╯                 │     │               │
       ├│─┤U_i·├─┤+b_i├─┤σ├i   ───┤⊙├─╯     │               │
       │├─┤W_i·├────╯              │        │               │
       ├│─┤U_g·├─┤+b_g├─┤tanh├g   ─╯        │               │
       │├─┤W_g·├────╯                       │               │
       ││                                   ╰─┤tanh├─┤⊙├   ─┴─→ s₃
s₂    ─┴│─┤U_o·├─┤+b_o├─┤σ├o   ───────────────────────╯
x₃   …──┴─┤W_o·├────╯
"""
# The fifth equation of seven, c: its boxes are heavy, and so are the ways to it; s and y are still to come.
LSTM_OPERATION = """
                                                            ╎ y₃
c₂    ━━━━━━━━━━━━━━━━━━━━━━━━━┫⊙┣━━━┫+┣   ─┬───────────────╎─→ c₃
       ╭──┤U_f·├─┤+b_f├─┤σ├f   ━┛     ┃     │               ╎
       │╭─┤W_f·├────╯                 ┃     │               ╎
       ├│─┤U_i·├─┤+b_i├─┤σ├i   ━━━┫⊙┣━┛     │               ╎
       │├─┤W_i·├────╯              ┃        │               ╎
       ├│─┤U_g·├─┤+b_g├─┤tanh├g   ━┛        │               ╎
       │├─┤W_g·├────╯                       │               ╎
       ││                                   ╰─╎tanh╎╌╎⊙╎╌╌╌╌┴╌╌ s₃
s₂    ─┴│─┤U_o·├─┤+b_o├─┤σ├o   ───────────────────────╯
x₃   …──┴─┤W_o·├────╯
"""
# In 40 columns a weighted sum is one box, and there are no blocks.
LSTM_SMALL = """
                                  ↑ y₃
c₂ ────────┤⊙├───┤+├─┬────────────│─→ c₃
    ╭──┤σ├f─╯     │  │            │
    │╭──╯         │  │            │
    ├│─┤σ├i───┤⊙├─╯  │            │
    │├──╯      │     │            │
    ├│─┤tanh├g─╯     │            │
    │├────╯          │            │
    ││               ╰─┤tanh├─┤⊙├─┴─→ s₃
s₂ ─┴│─┤σ├o────────────────────╯
x₃ ──┴──╯
"""
LSTM_BEFORE = """
                                  ^ y
c  ----------[*]-[+]-+------------|-> c[t]
    +--[sig]f-+   |  |            |
    |+---+        |  |            |
    +|-[sig]i-[*]-+  |            |
    |+---+     |     |            |
    +|-[tanh]g-+     |            |
    |+----+          |            |
    ||               +-[tanh]-[*]-+-> s[t]
s  -+|-[sig]o------------------+
x  --+---+
"""
# z is read twice: its wire branches behind it. r joins n; what a line does not read it passes over.
GRU = """
                                                                     ↑ y₃
s₂    ─┬─────────────────────────┤⊙├──────────────────────────┤+├   ─┴─→ s₃
       ├──┤U_z·├─┤+b_z├─┤σ├z   ─┬─╯                            │
       │╭─┤W_z·├────╯           │                              │
       ││                       ╰─┤1−├─────────────────────┤⊙├─╯
       ├│──────────────────────┤⊙├─┤U_n·├─┤+b_n├─┤tanh├n   ─╯
       ╰│─┤U_r·├─┤+b_r├─┤σ├r   ─╯            │
        ├─┤W_r·├────╯                        │
x₃   …──┴─┤W_n·├─────────────────────────────╯
"""
JORDAN_BACKWARDS = """
                                                                        ↑ y₃
        ╭────╮    ╭───╮    ╭─────╮    ╭──────╮     ╭────╮    ╭─────╮    │
s₄    ──┤ U· ├   ─┤ + ├   ─┤ + b ├   ─┤ tanh ├h   ─┤ V· ├   ─┤ + c ├   ─┴─→ s₃
        ╰────╯    ╰─┬─╯    ╰─────╯    ╰──────╯     ╰────╯    ╰─────╯
        ╭────╮      │
x₃     ─┤ W· ├   ───╯
        ╰────╯
"""
SOFTMAX = """
                                                       ^ y3
           +----+       +-----+       +---------+      |
x3 (..#.)--+ W. +(-'+)--+ + b +(,-#)--+ softmax +(++#)-+
           +----+       +-----+       +---------+
"""
CONCAT = """
                           ↑ y₃
          ╭────────╮       │
1:y₃    ──┤ concat ├      ─╯
          ╰────┬───╯
               │
2:y₃    ───────╯
"""


def test_the_lstm_is_the_picture_that_people_know() -> None:
    assert drawn(simulator_of("lstm"), 3, UNICODE, 77, 11) == as_drawn(LSTM)


def test_the_operation_one_is_at_is_heavy_and_so_are_the_ways_to_it() -> None:
    stepping = seen(zoom="operation", operation=4)
    assert drawn(simulator_of("lstm"), 3, stepping, 77, 11) == as_drawn(LSTM_OPERATION)


def test_before_the_first_sample_there_are_no_values_and_the_names_are_those_of_any_t() -> None:
    assert drawn(simulator_of("lstm"), 0, ASCII, 48, 11) == as_drawn(LSTM_BEFORE)


def test_in_little_room_it_is_small() -> None:
    assert drawn(simulator_of("lstm"), 3, UNICODE, 40, 11) == as_drawn(LSTM_SMALL)


def test_a_line_passes_over_what_it_does_not_read() -> None:
    assert drawn(simulator_of("gru"), 3, UNICODE, 80, 9) == as_drawn(GRU)


def test_backwards_in_time_the_state_comes_from_the_timestep_after() -> None:
    assert drawn(simulator_of("jordan:reverse"), 3, UNICODE) == as_drawn(JORDAN_BACKWARDS)


def test_without_a_state_y_alone_leaves() -> None:
    assert drawn(simulator_of("softmax"), 3, ASCII, 60) == as_drawn(SOFTMAX)


def test_a_layer_of_two_inputs_has_both_at_the_left() -> None:
    assert drawn(simulator_of("elman:concat"), 3, UNICODE, 60, 10) == as_drawn(CONCAT)


def regions(cells: Cells) -> dict[int, list[tuple[int, int]]]:
    """For every operation the cells, row and column, where a click means it."""
    found: dict[int, list[tuple[int, int]]] = {}
    for y, row in enumerate(cells):
        for x, (_, style) in enumerate(row):
            if style.meta:
                found.setdefault(style.meta["operation"], []).append((y, x))
    return found


def check_structure(simulator: Simulator, room: tuple[int, int] | None = None) -> None:
    """The boxes of every equation read, by wires from the left and from below, what the equation reads and no more."""
    cell = simulator.network.layers[-1].cell
    still = frame(simulator, 0, UNICODE)
    wiring = Wiring(inside(still, *(room or inside_size(still))))
    assert "needs" not in wiring.text[0]
    made = [equation.target for equation in cell.equations]
    for one, other in combinations(wiring.boxes, 2):
        assert one.right < other.left or other.right < one.left or one.bottom < other.top or other.bottom < one.top
    read: dict[int, list[str]] = {operation: [] for operation in range(len(made))}
    for box in wiring.boxes:
        for source in map(wiring.source, wiring.entries(box)):
            if isinstance(source, str):
                read[box.operation].append(f"{source}[t{'-1' * (source in cell.states)}]")
            elif source.operation != box.operation:
                read[box.operation].append(f"{made[source.operation]}[t]")
    up = next((y, x) for y, line in enumerate(wiring.text) for x, c in enumerate(line) if c == "↑")
    exit_ = wiring.source((up[1], up[0]))
    assert isinstance(exit_, Box)
    for operation, equation in enumerate(cell.equations):
        wanted = {str(name) for name in names(equation.expression) if name.offset is not None}
        if equation.target == "y" and not read[operation]:
            assert {f"{made[exit_.operation]}[t]"} == wanted
        else:
            assert set(read[operation]) == wanted, equation
            assert equation.target != "y" or exit_.operation == operation
    for name in cell.states:
        (line,) = (line for line in wiring.text if re.search(f"→ {name}ₜ?$", line.rstrip()))
        assert "├" in line


@pytest.mark.parametrize("cell", [*RECURRENT, *READOUTS, "lstm:reverse", "gru:reverse"])
def test_every_box_is_joined_to_what_its_equation_reads(cell: str) -> None:
    check_structure(simulator_of(cell))


@pytest.mark.parametrize("room", [(120, 40), (100, 20), (80, 14), (46, 14)])
@pytest.mark.parametrize("cell", ["lstm", "gru", "minimal-gated", "lstm-projection"])
def test_closer_together_it_is_joined_the_same(cell: str, room: tuple[int, int]) -> None:
    check_structure(simulator_of(cell), room)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("hidden", [1, 3, 256])
def test_every_built_in_cell_fits_14_rows(cell: str, hidden: int) -> None:
    simulator = simulator_of(cell, (hidden, min(hidden, 3)) if cell in ("jordan", "lstm-projection") else hidden)
    for display, width in product((UNICODE, ASCII, seen(signs=True)), (80, 60)):
        assert fits(frame(simulator, 3, display), width, 14), (display, width)
        lines = drawn(simulator, 3, display, width).split("\n")
        assert len(lines) <= 14
        assert max(map(len, lines)) <= width
        assert lines[0].split() == ["^" if display.get("ascii") else "↑", "y3" if display.get("ascii") else "y₃"]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("zoom", ["step", "operation", "number"])
def test_ascii_is_ascii_alone(cell: str, zoom: str) -> None:
    simulator = simulator_of(cell)
    operations = len(simulator.network.layers[-1].cell.equations) if zoom == "operation" else 1
    for t in (0, 1, 5):
        for operation in range(operations):
            for room in ((80, 14), (120, 9), (40, 9), (20, 3)):
                assert drawn(simulator, t, seen(ascii=True, zoom=zoom, operation=operation), *room).isascii()


def test_names_follow_the_scheme() -> None:
    text = drawn(simulator_of("lstm"), 3, seen(names="pytorch"))
    assert re.findall(r"^[a-z]+.", text, re.MULTILINE) == ["c₂", "h₂", "input₃"]
    assert "↑ output₃" in text
    assert re.findall("→ .*", text) == ["→ c₃", "→ h₃"]


def test_the_sources_of_a_selected_number_are_lit() -> None:
    simulator = simulator_of("lstm")
    heavy, usual = as_drawn(LSTM_OPERATION).split("\n"), as_drawn(LSTM).split("\n")
    lit = drawn(simulator, 3, seen(UNICODE, focus=Focus("c", 0, 1)), 77, 11).split("\n")
    assert lit[0] == usual[0]
    assert lit[1:8] == [line.replace("╎", "│") for line in heavy[1:8]]
    assert lit[8:] == usual[8:]
    assert drawn(simulator, 3, seen(UNICODE, focus=Focus("W_i", None)), 77, 11) == as_drawn(LSTM)


def test_what_is_still_to_come_has_no_values() -> None:
    """An Elman network with a readout inside R: blocks of h's three numbers behind U, W, +, + b and tanh, and of what
    comes in; of V and + c, which are the second operation, none."""
    simulator = simulator_of("jordan", (3, 2))
    for operation, behind in ((0, 5), (1, 5)):
        cells = cells_of(inside(frame(simulator, 3, seen(zoom="operation", operation=operation)), 80, 7))
        blocks = [style for row in cells for _, style in row if style.bgcolor is not None]
        assert len(blocks) == 3 * behind + 2 + 4 + operation * 2 * 2


def test_numbers_on_the_wires_are_what_numpy_computes() -> None:
    simulator = simulator_of("elman")
    step = simulator.seek(3)
    W, U, b = (step.parameters[name] for name in ("W", "U", "b"))
    above = [step.s_prev, U @ step.s_prev, U @ step.s_prev + W @ step.x + b, step.s]
    lines = drawn(simulator, 3, UNICODE, 120, 7).split("\n")
    assert re.findall(r"-?\d\.\d\d", lines[2]) == [f"{number:.2f}" for vector in above for number in vector]
    assert re.findall(r"-?\d\.\d\d", lines[5]) == [f"{number:.2f}" for v in (step.x, W @ step.x) for number in v]


def test_a_wide_room_has_every_operation_and_its_numbers() -> None:
    simulator = simulator_of("elman")
    text = drawn(simulator, 3, UNICODE, 200, 7)
    assert re.findall(r"[│┤] ([^\d│┤├]+?) [├│]", text) == ["U·", "+", "+ b", "tanh", "W·"]
    assert len(re.findall(r"-?\d\.\d\d", text)) == 3 * 5 + 3 + 4


def test_what_must_not_be_known_yet_stands_nowhere() -> None:
    """With s[2] hidden, so is what tanh is taken of; not what comes in."""
    text = drawn(simulator_of("elman"), 3, seen(UNICODE, hidden=(("s", 3, 1),)), 120, 7)
    assert re.findall(r"-?\d\.\d\d", text.split("\n")[2]) == re.findall(
        r"-?\d\.\d\d", drawn(simulator_of("elman"), 3, UNICODE, 120, 7).split("\n")[2][:30]
    )
    assert "?" in text


def test_what_does_not_fit_says_how_much_room_it_needs() -> None:
    simulator = simulator_of("lstm")
    assert drawn(simulator, 3, UNICODE, 60, 4) == "the inside of R needs 40x11 characters"
    assert drawn(simulator, 3, UNICODE, 30, 14) == "the inside of R needs 40x11"
    assert drawn(simulator, 3, UNICODE, 40, 11) == as_drawn(LSTM_SMALL)
    assert drawn(simulator, 3, UNICODE, 39, 11) == "the inside of R needs 40x11 characters"
    assert drawn(simulator, 3, UNICODE, 40, 10).startswith("the inside of R needs 40x11")
    assert drawn(simulator, 3, UNICODE, 3, 14) == "…"
    assert inside(frame(simulator, 3, UNICODE), 0, 0).lines() == []


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)])
def test_the_operation_is_lit_in_the_drawing_that_stays(size: tuple[int, int]) -> None:
    run = built_in("lstm")
    before = arrange(frame(run, 1, seen(diagram="inside")), *size)
    stepping = arrange(frame(run, 1, seen(diagram="inside", zoom="operation", operation=3)), *size)
    assert stepping["diagram"] == before["diagram"]
    assert "ledger" in arrange(frame(run, 1, seen(diagram="inside", zoom="number", focus=Focus("s", 0))), *size)


def test_where_it_has_no_room_the_ledger_says_what_there_is_and_the_tables_stay() -> None:
    run = built_in("lstm-peephole")
    assert "ledger" in arrange(frame(run, 1, seen(diagram="inside", zoom="operation")), 42, 20)
    regions = arrange(frame(run, 1, seen(diagram="inside")), 42, 20)
    assert (regions["diagram"].height, "formula" in regions) == (1, True)
    assert drawn(run, 1, UNICODE, 42, 1) == "the inside of R needs 50x14 characters"


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
    assert len(re.findall("┤σ├|tanh", drawn(simulator_of(chain(12)), 3, UNICODE, 120, 30))) == 8 + 2
    check_structure(simulator_of(chain(12)))
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


@settings(max_examples=30, deadline=None)
@given(cell=cells_of_equations(), reverse=st.booleans())
def test_any_cell_is_joined_as_its_equations_say(cell: Cell, reverse: bool) -> None:
    layer = Layer(cell, Network.random(cell, 4, 3).layers[0].parameters, reverse)
    check_structure(Simulator(Network([layer]), Sequence(np.eye(4)[[1, 0, 2, 2, 3]])))


DISPLAYS = st.builds(
    seen,
    ascii=st.booleans(),
    signs=st.booleans(),
    names=st.sampled_from(SCHEMES),
    zoom=st.sampled_from(["step", "operation", "number"]),
    operation=st.integers(0, 12),
    focus=st.none() | st.builds(Focus, st.sampled_from("xsyabW"), st.sampled_from([None, 0, -1]), st.integers(0, 2)),
)


@settings(max_examples=120, deadline=None)
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
        assert len(lines) >= like[1]  # with more rows than it likes it may take some of them
        assert max(map(len, lines)) <= like[0] or t == 0, "c[t-1] is longer than c2 and may have what room there is"


@pytest.mark.parametrize("cell", CELLS)
def test_the_place_of_everything_is_the_same_at_every_time(cell: str) -> None:
    simulator = simulator_of(cell)
    places = [regions(cells_of(inside(frame(simulator, t, UNICODE), 80, 14))) for t in range(1, 6)]
    assert all(place == places[0] for place in places)
    assert sorted(places[0]) == list(range(len(simulator.network.layers[-1].cell.equations)))
