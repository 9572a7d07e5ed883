"""What matters is in view: which rows and columns of large tables are shown, and that they are one another's."""

from __future__ import annotations

import re

import numpy as np
import pytest
from frames import Seen, frame, seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from terminal import printed

from rnn_tui.core.contributions import contributions
from rnn_tui.core.equations import Name
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.learning.gradient_tables import weight_gradients
from rnn_tui.views.page.lines import equation_lines
from rnn_tui.views.sheet.pen import told_apart
from rnn_tui.views.sheet.rows import Piece, Row
from rnn_tui.views.sheet.windows import FIRST, in_view, ranking, runs, skips

HELLO = np.eye(4)[[0, 1, 2, 2, 3] * 8]
LETTERS = tuple(map(chr, range(0x100, 0x100 + 280)))


def text(count: int = 280, hidden: int = 64, cells: str = "elman") -> Simulator:
    """Letter by letter, each the last letter's neighbour, all after one another."""
    x = np.eye(count)
    sequence = Sequence(x, np.roll(x, -1, axis=0), features=LETTERS[:count], outcomes=LETTERS[:count])
    sizes = [hidden, count] if "," in cells else [hidden]
    return Simulator(Network.random(cells.split(","), count, sizes, 0), sequence)


def dense(inputs: int, hidden: int, cell: str = "elman", count: int = 5) -> Simulator:
    x = np.random.default_rng(inputs + hidden).normal(0, 1, (count, inputs))
    return Simulator(Network.random(cell, inputs, hidden, 1), Sequence(x))


def tables(row: Row | None) -> dict[str, Piece]:
    """The tables of a row by the names of the equation."""
    assert row is not None
    return {str(piece.grid.name): piece for piece in row.pieces if piece.grid is not None}


def rows(piece: Piece) -> list[int]:
    assert piece.window is not None
    return list(piece.window.rows)


def columns(piece: Piece) -> list[int]:
    assert piece.window is not None
    return list(piece.window.columns)


# Which places


@pytest.mark.parametrize(
    ("most", "selected", "kept", "expected"),
    [
        (9, None, (), [0, 1, 2, 3, 4, 5, 6, 7]),
        (3, None, (), [1, 4, 6]),
        (4, None, (), [0, 1, 4, 6]),  # of the zeros the first
        (3, None, (7,), [1, 4, 7]),
        (1, None, (7, 2), [7]),
        (3, 3, (), [2, 3, 4]),
        (3, 0, (), [0, 1, 2]),
        (3, 3, (7,), [2, 3, 7]),
        (3, 3, (4,), [2, 3, 4]),
        (1, 3, (7,), [3]),
    ],
)
def test_the_places_in_view_by_hand(
    most: int, selected: int | None, kept: tuple[int, ...], expected: list[int]
) -> None:
    weights = np.array([0.0, 2.0, 0.0, 0.0, 5.0, 0.0, 1.0, 0.0])
    assert list(in_view(weights, most, selected, kept)) == expected


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=30),
    st.integers(1, 30),
    st.none() | st.integers(0, 29),
    st.lists(st.integers(0, 29), max_size=2),
)
def test_more_room_shows_more_and_hides_nothing(
    weights: list[int], most: int, selected: int | None, kept: list[int]
) -> None:
    count = len(weights)
    at, always = selected if selected is None else selected % count, [place % count for place in kept]
    less, more = (in_view(np.array(weights, float), room, at, always) for room in (most, most + 1))
    assert len(less) == min(most, count)
    assert list(less) == sorted(set(less))
    assert set(less) <= set(more)
    assert at is None or at in less


@pytest.mark.parametrize(
    ("weights", "before", "expected"),
    [
        ([1, 4, 2, 3], (), [1, 3, 2, 0]),
        ([0, 0, 0], (2, 1), []),
        ([1, 4, 0, 3], (), [1, 3, 0]),  # what does nothing has no rank
        ([2, 4, 2, 3], (2, 0, 1), [2, 0, 1, 3]),  # half of the strongest is enough to stay where it was
        ([9, 9, 0, 2, 8], (3, 1), [4, 1, 0]),  # place 3 has less than a quarter: its neighbour with more comes
        ([5, 5, 5, 5, 5, 5, 9], (0, 1, 2, 3, 4, 5), [0, 1, 2, 3, 6, 5, 4]),  # the strongest takes its neighbour's place
        ([9, 5, 5, 5, 5, 5], (1, 2, 3, 4, 5, 0), [0, 2, 3, 4, 5, 1]),
        ([1, np.inf, 1], (0,), [1]),
    ],
)
def test_the_ranking_by_hand(weights: list[float], before: tuple[int, ...], expected: list[int]) -> None:
    assert list(ranking(np.array(weights, float), before)) == expected


@given(st.lists(st.lists(st.integers(0, 9), min_size=40, max_size=40), min_size=1, max_size=5))
def test_a_ranking_keeps_what_matters_and_has_the_strongest_among_its_first(moments: list[list[int]]) -> None:
    before: list[int] = []
    for weights in moments:
        ranks = list(ranking(np.array(weights, float), before))
        assert len(set(ranks)) == len(ranks)
        assert all(4 * weights[place] >= max(weights) > 0 for place in ranks)
        assert max(weights) == max((weights[place] for place in ranks[:FIRST]), default=0)
        stay = [place for place in before if 4 * weights[place] >= max(weights) > 0]
        assert len(set(stay) - set(ranks)) <= 1  # one may have made room for the strongest
        before = ranks


def test_where_places_are_left_out() -> None:
    assert skips((0, 1, 4, 6)) == [False, False, True, True]
    assert skips((2, 3)) == [True, False]
    assert runs((0, 1, 4, 6, 7)) == [range(2), range(4, 5), range(6, 8)]
    assert runs(()) == []


# What contributes


def test_contributions_by_hand() -> None:
    """W x = (2*3, -5*1), (0*3, 1*1); U s = (1 * 0.5), (-4 * 0.5); b = 0.25, -3; the first y is s_1 of it."""
    layer = Layer("elman", {"W": [[2.0, -5.0], [0.0, 1.0]], "U": [[1.0, 0.0], [-4.0, 0.0]], "b": [0.25, -3.0]})
    initial = [{"s": [0.5, 0.0]}]
    step, cell = Simulator(Network([layer]), Sequence([[3.0, 1.0]]), initial_state=initial).at(1), layer.cell
    expression = cell.equations[0].expression
    found = contributions(step.moment(cell), expression)
    x, s = Name("x", 0), Name("s", -1)
    assert {axis: weights.tolist() for axis, weights in found.items()} == {x: [6, 5], s: [2, 0], None: [6, 3]}
    of_second = contributions(step.moment(cell), expression, row=1)
    assert [of_second[x].tolist(), of_second[s].tolist()] == [[0, 1], [2, 0]]


def test_what_is_not_a_number_matters_most() -> None:
    layer = Layer("dense", {"W": [[np.nan, 9.0], [0.0, 1.0]], "b": [0.0, 0.0]})
    step = Simulator(Network([layer]), Sequence([[1.0, 1.0]])).at(1)
    found = contributions(step.moment(layer.cell), layer.cell.equations[0].expression)
    assert found[Name("x", 0)].tolist() == [np.inf, 9]
    assert found[None].tolist() == [np.inf, 1]


# In the tables


@pytest.mark.parametrize("t", [1, 2, 100, 279, 280])
@pytest.mark.parametrize("size", [(40, 5), (60, 10), (100, 18)])
def test_the_1_of_a_one_hot_is_in_view_with_its_column(t: int, size: tuple[int, int]) -> None:
    found = tables(formula(frame(text(), t), *size))
    assert t - 1 in columns(found["W"])
    assert t - 1 in rows(found["x[t]"])


def test_only_what_matters_changes_with_the_letter() -> None:
    first, second = (tables(formula(frame(text(), t), 100, 18)) for t in (100, 101))
    assert set(rows(first["x[t]"])) - set(rows(second["x[t]"])) == {99}
    assert rows(first["x[t]"])[:15] == list(range(15))


@pytest.mark.parametrize(("cell", "hidden"), [("elman", 64), ("lstm", 64), ("lstm", 200)])
def test_the_units_in_view_stay_from_step_to_step(cell: str, hidden: int) -> None:
    """Those of the largest terms alone would be four or five others of eleven rows, and as many of seven columns."""
    simulator = Simulator(Network.random(cell, 4, hidden, 0), Sequence(HELLO))
    new = []
    for t in range(3, 16):
        before, after = (tables(formula(frame(simulator, each), 100, 13)) for each in (t - 1, t))
        name = next(name for name in after if name.startswith("U"))
        new += [len(set(part(after[name])) - set(part(before[name]))) for part in (rows, columns)]
    assert sum(new) / len(new) < 1.5


@pytest.mark.parametrize(("cell", "hidden"), [("elman", 64), ("lstm", 64), ("gru", 200)])
def test_nothing_jumps_at_the_first_sample_nor_when_a_state_of_zeros_is_left(cell: str, hidden: int) -> None:
    """At t = 0 nothing matters, at t = 1 no column of U does: those that will are in view."""
    simulator = Simulator(Network.random(cell, 4, hidden, 0), Sequence(HELLO))
    begins, first, second = (tables(formula(frame(simulator, t), 100, 13)) for t in range(3))
    name = next(name for name in begins if name.startswith("U"))
    assert rows(begins[name]) == rows(first[name]) != list(range(len(rows(first[name]))))
    assert columns(begins[name]) == columns(first[name]) == columns(second[name]) != list(range(7))


def test_where_nothing_matters_any_more_what_did_stays_in_view() -> None:
    x = np.zeros((3, 40))
    x[0, 30] = 1.0
    simulator = Simulator(Network.random("softmax", 40, 3, 0), Sequence(x))
    shown = [columns(tables(formula(frame(simulator, t), 100, 13))["W"]) for t in range(4)]
    assert 30 in shown[0]
    assert shown == [shown[0]] * 4


@pytest.mark.parametrize("steps", [64, 65, 66])
def test_the_state_of_zeros_of_a_reverse_layer_is_left_without_a_jump(steps: int) -> None:
    layer = Layer("elman", Network.random("elman", 4, 64, 0).layers[0].parameters, reverse=True)
    simulator = Simulator(Network([layer]), Sequence(np.tile(HELLO, (14, 1))[:steps]))
    before, last = (tables(formula(frame(simulator, t), 100, 13)) for t in (steps - 1, steps))
    assert columns(before["U"]) == columns(last["U"]) != list(range(7))


def test_at_the_last_timestep_nothing_is_looked_ahead_at() -> None:
    simulator = Simulator(Network.random("elman", 4, 64, 0), Sequence(HELLO[:1]))
    found = tables(formula(frame(simulator, 1), 100, 13))
    assert columns(found["U"]) == list(range(7))  # s is zeros, and no other timestep says what will matter


def test_what_is_in_view_depends_on_the_timestep_alone() -> None:
    network, sequence = Network.random("lstm", 4, 64, 0), Sequence(HELLO)
    one, other = Simulator(network, sequence), Simulator(network, sequence)
    forwards = {t: tables(formula(frame(one, t), 100, 13)) for t in range(1, 40)}
    for t in (39, 7, 23, 8):
        at_once = tables(formula(frame(other, t), 100, 13))
        assert {n: (rows(p), columns(p)) for n, p in at_once.items()} == {
            n: (rows(p), columns(p)) for n, p in forwards[t].items()
        }


def test_letters_and_marks_tell_which_columns_and_rows_there_are() -> None:
    lines = printed(formula(frame(text(hidden=3), 100), 100, 8)).split("\n")
    assert f"⋮{LETTERS[99]}" in lines[1].replace(" ", "")
    assert f"⋮{LETTERS[99]}  1.00" in lines[7]
    plain = Simulator(Network.random("elman", 280, 3, 0), Sequence(np.eye(280)))
    assert re.search(r":100 +1.00$", printed(formula(frame(plain, 100, ascii=True), 100, 8)).split("\n")[7].rstrip())


SIZES = st.tuples(st.integers(40, 160), st.integers(3, 20))
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RUNS = {
    (cell, inputs, hidden): dense(inputs, hidden, cell)
    for cell in ("elman", "lstm", "gru", "gru-reset-after", "leaky", "jordan")
    for inputs, hidden in ((3, 40), (70, 9), (30, 64))
}


@SETTINGS
@given(st.sampled_from(sorted(RUNS)), SIZES, st.integers(0, 5), st.integers(0, 3), st.sampled_from(["seed", "keras"]))
def test_the_tables_of_a_formula_show_the_same_units(
    run: tuple[str, int, int], size: tuple[int, int], t: int, gate: int, names: str
) -> None:
    """Row i of W, of U, of b and of the result is one unit; column j of W is row j of x."""
    seen_at = frame(RUNS[run], t, seen(gate=gate, names=names))
    row, beside = formula(seen_at, *size), gates(seen_at, *size)
    target, turned = f"{seen_at.equation.target}[t]", seen_at.turned
    found = tables(row)
    units = rows(found[target]) if target in found else None
    shared = 0
    for name, piece in found.items():
        assert piece.grid is not None
        matrix = not piece.grid.vector
        down, across = (columns(piece), rows(piece)) if name in turned else (rows(piece), columns(piece))
        if units is not None and (matrix or name.startswith(("b", "c_"))):
            shorter, longer = sorted((down, units), key=len)
            assert set(shorter) <= set(longer), name
            assert name in turned or down == units, name
            shared += 1
        if name.startswith("W") and "x[t]" in found:
            shorter, longer = sorted((across, rows(found["x[t]"])), key=len)
            assert set(shorter) <= set(longer), name
    assert units is None or shared
    if beside is not None and units is not None:
        assert all(rows(p) == units for n, p in tables(beside).items() if len(rows(p)) == len(units)), tables(beside)


@SETTINGS
@given(st.sampled_from(sorted(RUNS)), SIZES, st.integers(1, 5))
def test_the_largest_product_is_in_view(run: tuple[str, int, int], size: tuple[int, int], t: int) -> None:
    seen_at = frame(RUNS[run], t)
    found, step = tables(formula(seen_at, *size)), seen_at.step
    first = next(iter(found))
    assert first.startswith("W")
    products = np.abs(step.parameters[first] * step.x)
    assert int(products.max(axis=0).argmax()) in columns(found[first])
    second = next((name for name in found if name.startswith("U")), None)
    if second is not None and seen_at.cell.name != "gru-reset-after":
        others = np.abs(step.parameters[second] * step.s_prev)
        everything = np.maximum(products.max(axis=1), others.max(axis=1))
        bias = next(name for name in step.parameters if name.startswith("b"))
        assert int(np.maximum(everything, np.abs(step.parameters[bias])).argmax()) in rows(found[first])


@SETTINGS
@given(st.sampled_from(sorted(RUNS)), SIZES, st.none() | st.integers(0, 8))
def test_nothing_moves_but_what_is_listed(run: tuple[str, int, int], size: tuple[int, int], row: int | None) -> None:
    focus = None if row is None else Focus("y", 0, row)
    places = set()
    for t in range(6):
        pieces = formula(frame(RUNS[run], t, seen(focus=focus)), *size).pieces
        places.add(tuple((piece.width, len(piece.window.rows) if piece.window else 0) for piece in pieces))
    assert len(places) == 1


def test_a_selected_row_is_in_view_with_its_own_largest_terms() -> None:
    simulator = dense(100, 64)
    found = tables(formula(frame(simulator, 3, seen(focus=Focus("s", 0, 40))), 100, 12))
    assert rows(found["W"]) == rows(found["s[t]"]) == list(range(35, 45))
    step = simulator.at(3)
    terms = np.abs(step.parameters["W"][40] * step.x)
    most = len(columns(found["W"]))
    assert set(columns(found["W"])) == set(np.argsort(-terms)[:most].tolist())


def test_a_selected_column_is_in_view_with_its_neighbours_and_the_strongest() -> None:
    found = tables(formula(frame(text(), 200, seen(focus=Focus("W", None, 5, 30))), 130, 12))
    assert {30, 199} <= set(columns(found["W"])) <= {*range(20, 40), 199}
    assert 5 in rows(found["W"])
    assert {30, 199} <= set(rows(found["x[t]"]))


@pytest.mark.parametrize("t", [1, 77, 279])
def test_the_predicted_and_the_target_row_of_a_readout_are_in_view(t: int) -> None:
    seen_at = frame(text(cells="elman,softmax"), t)
    y = seen_at.step.y
    found = tables(formula(seen_at, 80, 7))
    assert {int(y.argmax()), t} <= set(rows(found["y[t]"]))  # the letter after the t-th, counted from 0, is t
    assert rows(found["W"]) == rows(found["y[t]"])
    assert set(rows(found["y[t]"])) - {t} <= set(np.argsort(-y)[:5].tolist())


def test_a_prediction_that_must_not_be_told_chooses_no_row() -> None:
    secret = tuple(("y", 77, row) for row in range(280))
    seen_at = frame(text(cells="elman,softmax"), 77, hidden=secret)  # the y of the elman is hidden too
    assert rows(tables(formula(seen_at, 80, 7))["y[t]"]) == [0, 1, 2, 3, 4]
    seen_at = frame(text(hidden=280, cells="softmax"), 77, hidden=secret)
    found = tables(formula(seen_at, 80, 7))
    step = seen_at.step
    largest = np.abs(step.parameters["W"] * step.x).max(axis=1)
    terms = np.maximum(largest, np.abs(step.parameters["b"]))
    assert set(rows(found["y[t]"])) == set(np.argsort(-terms)[:5].tolist())


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("width", [40, 60, 79, 90])
@pytest.mark.parametrize("look", [seen(), seen(names="pytorch")])
def test_b_is_in_every_formula_as_a_table_or_as_a_letter(width: int, plain: bool, look: Seen) -> None:
    """PyTorch's word for it is too long for a letter: a mark stands there."""
    seen_at = frame(dense(4, 3), 2, look, ascii=plain)
    row = formula(seen_at, width, 8)
    shown = "b" in tables(row)
    signs = "".join(piece.token for piece in row.pieces)
    letter = ("~" if plain else "…") if look else "b"
    assert shown or f"+{letter}" in signs or row.pieces[-1].token == ("~" if plain else "…")
    assert shown or f"{float(seen_at.step.parameters['b'][2]):.2f}" in equation_lines(seen_at, width + 1, 3).plain


# On the way back


def test_the_gradients_in_view_are_the_largest() -> None:
    x = np.random.default_rng(5).normal(size=(6, 50))
    run = Run(Network.random("elman", 50, 40, 0), Sequence(x, x[:, :40]), learning=Learning("sse"))
    walk = run.walk()
    seen_at: Frame = frame(walk, 4, seen(back=True))
    assert seen_at.back is not None
    found = tables(weight_gradients(seen_at, seen_at.back, 100, 9))
    adjoint = seen_at.back.adjoint(0, 4)
    weights = np.abs(adjoint.parameters["W"])
    shown = next(piece for name, piece in found.items() if name.startswith("d W"))
    units = np.maximum.reduce([weights.max(1), np.abs(adjoint.parameters["U"]).max(1), np.abs(adjoint.named["z"])])
    assert int(units.argmax()) in rows(shown)
    assert int(weights.max(axis=0).argmax()) in columns(shown)
    assert len({tuple(rows(piece)) for piece in found.values()}) == 1


# Names


def test_names_keep_what_tells_them_apart() -> None:
    sensors = tuple(f"sensor_temperature_{number:03}" for number in range(1, 301))
    assert told_apart(sensors, 9, "…")[:2] == ("senso…001", "senso…002")
    assert told_apart(sensors, 5, "…")[99] == "s…100"
    assert told_apart(sensors, 4, "…")[299] == "…300"
    assert told_apart(("temperature_a", "humidity_a"), 6, "…") == ("tempe…", "humid…")
    assert told_apart(("short", "sensor_a", "sensor_b"), 5, "~") == ("short", "sen~a", "sen~b")
    assert told_apart(("a", "b"), 4, "…") == ("a", "b")


@given(st.lists(st.text("ab1_語", min_size=1, max_size=9), min_size=1, max_size=9), st.integers(1, 8))
def test_shortened_names_fit_and_are_marked(names: list[str], width: int) -> None:
    for name, short in zip(names, told_apart(tuple(names), width, "…"), strict=True):
        assert cell_len(short) <= width
        assert short == name or "…" in short


def test_300_columns_of_one_beginning_are_told_apart_on_the_screen() -> None:
    names = tuple(f"sensor_temperature_{number:03}" for number in range(1, 301))
    x = np.zeros((2, 300))
    x[:, [41, 199]] = 1.0
    simulator = Simulator(Network.random("elman", 300, 3, 0), Sequence(x, features=names))
    lines = printed(formula(frame(simulator, 1), 100, 8)).split("\n")
    assert "s…042" in lines[1]
    assert "s…200" in lines[1]
    assert any(re.search(r"…200 +1\.00", line) for line in lines)
