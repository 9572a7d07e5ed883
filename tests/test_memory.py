"""Memories: the line of a state found in the equations, and who wrote a number, worked by hand and by brute force."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import arrays, cell, gated

from rnn_tui import Layer, Network, Run, Sequence
from rnn_tui.core import carried, writers
from rnn_tui.core.cell import Cell
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.learning import Learning
from rnn_tui.core.memory import memory_of
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Walk
from rnn_tui.core.writers import Ledger, last_change, ledger, memory_in

Array = NDArray[Any]
PASSED = 1e-12
"""How far the terms may be from the number that they add up to."""


def parsed(line: str, *more: str, state: str = "s", given: Mapping[str, str] = {}) -> Cell:
    """A cell with these equations, of x alone and of parameters by their letters."""
    shapes = "".join(f"{name} = {shape}\n" for name, shape in given.items())
    equations = "\n".join((*more, line, f"y[t] = {state}[t] + x[t]"))
    return Cell.parse(f'equations = """\n{equations}\n"""\n[parameters]\n{shapes}[state]\n{state} = ["I"]\n', "mine")


VECTOR, SINGLE, SQUARE = '["I"]', "[]", '["I", "I"]'


@pytest.mark.parametrize(
    ("name", "state", "keep", "write"),
    [
        ("lstm", "c", "f[t]", "i[t] * g[t]"),
        ("lstm-peephole", "c", "f[t]", "i[t] * g[t]"),
        ("lstm-projection", "c", "f[t]", "i[t] * g[t]"),
        ("lstm-input-forget", "c", "f[t]", "i[t] * g[t]"),
        ("gru", "s", "z[t]", "(1 - z[t]) * n[t]"),
        ("gru-reset-after", "s", "z[t]", "(1 - z[t]) * n[t]"),
        ("minimal-gated", "s", "1 - f[t]", "f[t] * h[t]"),
        ("leaky", "s", "1 - a", "a * h[t]"),
    ],
)
def test_the_line_of_a_state_is_found(name: str, state: str, keep: str, write: str) -> None:
    made = cell(name)
    found = memory_of(made, state)
    assert found is not None
    assert (found.state, str(found.keep), str(found.write)) == (state, keep, write)
    assert not found.mixes


@pytest.mark.parametrize(("name", "of"), [("gru", "y"), ("leaky", "y")])
def test_a_copy_of_a_memory_is_the_memory(name: str, of: str) -> None:
    assert memory_of(Cell.named(name), of) == memory_of(Cell.named(name), "s")


@pytest.mark.parametrize(
    ("name", "of"),
    [("elman", "s"), ("elman-relu", "s"), ("jordan", "s"), ("lstm", "s"), ("lstm", "y"), ("lstm", "f"), ("lstm", "x")],
)
def test_what_is_made_anew_is_no_memory(name: str, of: str) -> None:
    assert memory_of(Cell.named(name), of) is None


@pytest.mark.parametrize(
    ("line", "keep", "write"),
    [
        ("s[t] = x[t] + s[t-1]", "1", "x[t]"),
        ("s[t] = s[t-1]", "1", "0"),
        ("s[t] = a * s[t-1]", "a", "0"),
        ("s[t] = x[t] * a + s[t-1] * b", "b", "x[t] * a"),
        ("s[t] = x[t] * (0.9 * s[t-1])", "x[t] * 0.9", "0"),
        ("s[t] = 0.5 * (x[t] + s[t-1])", "0.5", "0.5 * x[t]"),
        ("s[t] = a * x[t] - b * s[t-1]", "-b", "a * x[t]"),
        ("s[t] = -(s[t-1] - x[t])", "-1", "x[t]"),
        ("s[t] = s[t-1] + a * (x[t] - s[t-1])", "1 + a * -1", "a * x[t]"),
        ("s[t] = a * x[t] + s[t-1] - b * x[t] + tanh(x[t])", "1", "a * x[t] - b * x[t] + tanh(x[t])"),
        ("s[t] = a * s[t-1] + b * tanh(s[t-1])", "a", "b * tanh(s[t-1])"),
        ("s[t] = (a * s[t-1] + x[t]) * b", "a * b", "x[t] * b"),
        ("s[t] = (a * s[t-1] + x[t]) / b", "a / b", "x[t] / b"),
        ("s[t] = s[t-1] / a + x[t] / b", "1 / a", "x[t] / b"),
    ],
)
def test_any_order_of_terms_and_factors_is_read(line: str, keep: str, write: str) -> None:
    given = {name: VECTOR for name in "ab" if f"{name} " in f"{line} " or f"{name})" in line}
    found = memory_of(parsed(line, given=given), "s")
    assert found is not None
    assert (str(found.keep), str(found.write)) == (keep, write)


def test_what_the_line_is_made_of_is_put_in() -> None:
    made = parsed("s[t] = k[t] + x[t]", "k[t] = a * s[t-1]", given={"a": SINGLE})
    found = memory_of(made, "s")
    assert found is not None
    assert (str(found.keep), str(found.write)) == ("a", "x[t]")


@pytest.mark.parametrize(
    "line",
    [
        "s[t] = s[t-1] * s[t-1] + x[t]",  # what is kept would be the number itself
        "s[t] = x[t] / (1 + s[t-1])",
        "s[t] = identity(s[t-1]) + x[t]",
        "s[t] = A @ s[t-1] + x[t]",
        "s[t] = tanh(s[t-1] + x[t])",
    ],
)
def test_what_is_not_kept_number_by_number_is_no_memory(line: str) -> None:
    assert memory_of(parsed(line, given={"A": SQUARE} if "A" in line else {}), "s") is None


def test_a_line_that_doubles_without_end_is_not_taken_apart() -> None:
    doubling = [f"q{n}[t] = q{n - 1}[t] + q{n - 1}[t]" for n in range(1, 50)]
    made = parsed("s[t] = x[t] + q49[t]", "q0[t] = 0.1 * s[t-1]", *doubling)
    assert memory_of(made, "s") is None


def test_a_line_in_which_units_are_mixed_says_so() -> None:
    found = memory_of(parsed("s[t] = 0.5 * s[t-1] + A @ x[t]", given={"A": SQUARE}), "s")
    assert found is not None
    assert found.mixes


def half_open(reverse: bool = False) -> Network:
    """An LSTM of one unit in which i is 1/2 and f is 3/4 at every t, and g is tanh(x)."""
    zeros = {f"{letter}_{gate}": [[0.0]] for letter in "WU" for gate in "ifgo"}
    biases = {"b_i": [0.0], "b_f": [math.log(3)], "b_g": [0.0], "b_o": [0.0]}
    return Network([Layer("lstm", {**zeros, **biases, "W_g": [[1.0]]}, reverse)])


def by_hand(reverse: bool = False) -> Walk:
    """Three timesteps that write 0.4, -0.2 and 0.3, from a c of 1.

    c1 = 0.75 + 0.4 = 1.15, c2 = 0.8625 - 0.2 = 0.6625, c3 = 0.496875 + 0.3 = 0.796875.
    """
    x = np.arctanh([[0.8], [-0.4], [0.6]])
    return Run(half_open(reverse), Sequence(x[::-1] if reverse else x), [{"c": [1.0]}]).walk()


@pytest.mark.parametrize("reverse", [False, True])
def test_three_timesteps_worked_by_hand(reverse: bool) -> None:
    """The same backwards in time: what was written at 3 is written at 1, and the beginning is t = 4."""

    def at(t: int) -> int:
        return 4 - t if reverse else t

    found = ledger(by_hand(reverse), 0, "c", 0, at(3))
    told = [(writer.t, writer.write, writer.kept, writer.value) for writer in found.writers]
    wanted = [
        (at(0), 1.0, 0.421875, 0.421875),
        (at(3), 0.3, 1.0, 0.3),
        (at(1), 0.4, 0.5625, 0.225),
        (at(2), -0.2, 0.75, -0.15),
    ]
    assert [each[0] for each in told] == [each[0] for each in wanted]
    np.testing.assert_allclose(told, wanted, rtol=0, atol=1e-15)
    assert found.value == pytest.approx(0.796875, abs=1e-15)
    assert found.total == pytest.approx(0.796875, abs=1e-15)
    assert (found.count, found.rest) == (4, None)
    assert found.older is not None
    assert found.older[0] == 1
    assert found.older[1] == pytest.approx(0.421875 + 0.225, abs=1e-15)
    assert abs(found.rounding) < 1e-15


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("least", "from_3", "from_2"),
    [(0.5, None, None), (0.48, 2, 2), (0.14, 2, 2), (0.13, 3, 2), (0.0, 3, 2)],
)
def test_the_last_change_by_hand(least: float, from_3: int | None, from_2: int | None, reverse: bool) -> None:
    """c changes by 0.15, -0.4875 and 0.134375."""
    walk = by_hand(reverse)
    for t, wanted in ((3, from_3), (2, from_2)):
        found = last_change(walk, 0, "c", 0, 4 - t if reverse else t, least)
        assert found == (wanted if wanted is None or not reverse else 4 - wanted)


Values = Callable[[Mapping[str, Array], Mapping[str, Array]], tuple[Array, Array]]
BY_CELL: dict[str, tuple[str, Values]] = {
    "lstm": ("c", lambda v, p: (v["f"], v["i"] * v["g"])),
    "lstm-peephole": ("c", lambda v, p: (v["f"], v["i"] * v["g"])),
    "gru": ("s", lambda v, p: (v["z"], (1 - v["z"]) * v["n"])),
    "gru-reset-after": ("s", lambda v, p: (v["z"], (1 - v["z"]) * v["n"])),
    "minimal-gated": ("s", lambda v, p: (1 - v["f"], v["f"] * v["h"])),
    "leaky": ("s", lambda v, p: (1 - p["a"], p["a"] * v["h"])),
}
"""The state of a cell, and what a textbook says is kept and written."""


def terms(walk: Walk, layer: int, row: int, t: int) -> dict[int, tuple[float, float]]:
    """What each timestep up to t wrote, and how much of it is kept, one timestep after the other."""
    own = walk.network.layers[layer]
    state, values = BY_CELL[own.cell.name]
    times = range(len(walk), t - 1, -1) if own.reverse else range(1, t + 1)
    begin = len(walk) + 1 if own.reverse else 0
    found = {begin: (float(walk.initial_state[layer][state][row]), 1.0)}
    for k in times:
        step = walk.at(k).layers[layer]
        keep, write = (np.broadcast_to(each, step.state[state].shape) for each in values(step.values, step.parameters))
        found = {past: (wrote, kept * float(keep[row])) for past, (wrote, kept) in found.items()}
        found[k] = (float(write[row]), 1.0)
    return found


def agrees(found: Ledger, wanted: Mapping[int, tuple[float, float]]) -> None:
    """The writers are those, in the order of their amounts, and add up to the number."""
    for writer in found.writers:
        np.testing.assert_allclose((writer.write, writer.kept), wanted[writer.t], rtol=1e-11, atol=1e-300)
    sizes = sorted((abs(wrote * kept) for wrote, kept in wanted.values()), reverse=True)
    np.testing.assert_allclose(
        [abs(writer.value) for writer in found.writers], sizes[: len(found.writers)], rtol=1e-11, atol=1e-300
    )
    some = max(sum(size > 0 for size in sizes), 1)
    assert len({writer.t for writer in found.writers}) == len(found.writers) == min(writers.RANKED, some)
    assert found.count == len(wanted)
    assert abs(math.fsum(wrote * kept for wrote, kept in wanted.values()) - found.total) < PASSED
    assert abs(found.total - found.value) < PASSED


def network_of(name: str, way: str, seed: int) -> Network:
    """One layer, or both directions of it; large weights, so that gates open and shut."""
    one = Network.random(name, 2, 3, seed).layers[0]
    layer = Layer(one.cell, {key: (array if key == "a" else 3 * array) for key, array in one.parameters.items()})
    back = Layer(layer.cell, layer.parameters, reverse=True)
    if way == "both":
        return Network([Bidirectional(layer, back)])
    return Network([layer if way == "forwards" else back])


def run_of(name: str, way: str, seed: int, count: int, learning: Learning | None = None) -> Run:
    """A run from states that are not zero."""
    random, network = np.random.default_rng(seed), network_of(name, way, seed)
    state = [
        {part: random.standard_normal(3) for part in layer.cell.states} if layer.cell.states else {}
        for layer in network.layers
    ]
    targets = None if learning is None else random.standard_normal((count, network.output_size(2)))
    return Run(network, Sequence(random.standard_normal((count, 2)), targets), state, learning)


@pytest.mark.parametrize("way", ["forwards", "backwards", "both"])
@pytest.mark.parametrize("name", BY_CELL)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40), row=st.integers(0, 2), data=st.data())
def test_the_writers_are_those_of_brute_force(
    name: str, way: str, seed: int, count: int, row: int, data: st.DataObject
) -> None:
    walk = run_of(name, way, seed, count).walk()
    layer = data.draw(st.integers(0, 1)) if way == "both" else 0
    t = data.draw(st.integers(1, count))
    agrees(ledger(walk, layer, BY_CELL[name][0], row, t), terms(walk, layer, row, t))


@pytest.mark.parametrize("way", ["forwards", "backwards"])
@pytest.mark.parametrize("t", [1, 256, 257, 600])
def test_chunks_make_no_difference(way: str, t: int) -> None:
    run = run_of("lstm", way, 1, 600)
    while run.advance():
        pass
    assert run.walk().tape.chunks == 3
    agrees(ledger(run.walk(), 0, "c", 1, t), terms(run.walk(), 0, 1, t))


@pytest.mark.parametrize("truncate", [0, 1, 7])
def test_a_network_that_learns_has_its_own_numbers_in_every_epoch(truncate: int) -> None:
    run = run_of("leaky", "forwards", 2, 20, Learning("sse", truncate, 2, Optimizer("sgd", 0.01)))
    for epoch in (1, 2):
        walk = run.walk(epoch)
        agrees(ledger(walk, 0, "s", 1, 17), terms(walk, 0, 1, 17))


@pytest.mark.parametrize("way", ["forwards", "backwards"])
def test_what_is_not_noted_is_worked_out_again_as_far_back_as_it_matters(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With f near 1 all that was ever written matters, and what is not taken apart is told as one number."""
    monkeypatch.setattr(carried, "NOTED_BYTES", 0)
    monkeypatch.setattr(writers, "OPENED", 2)
    made = network_of("lstm", way, 3).layers[0]
    shut = {**made.parameters, "b_f": made.parameters["b_f"] + 12}
    t, count = (100, 900) if way == "backwards" else (801, 900)
    random = np.random.default_rng(0)
    run = Run(Network([Layer(made.cell, shut, made.reverse)]), Sequence(random.standard_normal((count, 2))))
    while run.advance():
        pass
    walk = run.walk()
    found, wanted = ledger(walk, 0, "c", 1, t), terms(walk, 0, 1, t)
    assert found.rest is not None
    edge = 512 if way == "forwards" else 513
    taken = {k: term for k, term in wanted.items() if (k > edge if way == "forwards" else k < edge)}
    left = math.fsum(wrote * kept for k, (wrote, kept) in wanted.items() if k not in taken)
    assert abs(left) > 0.01
    assert (found.rest.t, found.rest.count) == (edge, len(wanted) - len(taken))
    assert abs(found.rest.value - left) < 1e-10  # of numbers of up to some hundreds
    assert abs(found.total + found.rest.value - found.value) < 1e-10
    assert {writer.t for writer in found.writers} <= set(taken)
    assert found.count == len(taken)


def test_a_chunk_whose_past_is_forgotten_is_the_last_that_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """f is 1/2: after the 132 timesteps of the last chunk nothing is left that a float could tell from nothing."""
    monkeypatch.setattr(carried, "NOTED_BYTES", 0)
    network = half_open()
    parameters = {**network.layers[0].parameters, "b_f": np.zeros(1)}
    run = Run(Network([Layer("lstm", parameters)]), Sequence(np.ones((900, 1))))
    found = ledger(run.walk(), 0, "c", 0, 900)
    assert found.rest is not None
    assert (found.rest.t, found.rest.count) == (768, 769)
    assert abs(found.rest.value) < 1e-30
    assert abs(found.rounding) < 1e-15


def test_what_is_small_but_not_nothing_is_taken_apart_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.99 ** 432 is 0.013: of the last two chunks all but a hundredth."""
    monkeypatch.setattr(carried, "NOTED_BYTES", 0)
    run = Run(Network([Layer(parsed("s[t] = 0.99 * s[t-1] + x[t]"), {})]), Sequence(np.ones((1200, 1))))
    found = ledger(run.walk(), 0, "s", 0, 1200)
    assert (found.rest, found.count) == (None, 1201)
    assert found.total == pytest.approx((1 - 0.99**1200) / 0.01, abs=1e-11)


def test_of_a_run_backwards_that_is_not_passed_yet_as_much_is_told_as_is_known() -> None:
    layer = network_of("lstm", "backwards", 4).layers[0]
    slow = Layer(layer.cell, {**layer.parameters, "b_f": layer.parameters["b_f"] + 12}, reverse=True)
    run = Run(Network([slow]), Sequence(np.random.default_rng(4).standard_normal((900, 2))))
    walk = run.walk()
    found, wanted = ledger(walk, 0, "c", 0, 200), terms(walk, 0, 0, 200)
    assert found.rest is not None
    assert found.rest.t == 257
    left = math.fsum(wrote * kept for k, (wrote, kept) in wanted.items() if k >= 257)
    assert abs(left) > 1
    assert abs(found.rest.value - left) < 1e-10
    assert abs(found.rounding) < 1e-10
    while run.advance():
        pass
    whole = ledger(walk, 0, "c", 0, 200)
    assert (whole.rest, whole.count) == (None, 702)


@pytest.mark.parametrize("way", ["forwards", "backwards"])
@pytest.mark.parametrize(
    ("lines", "given"),
    [
        (["s[t] = 0.5 * s[t-1] + row(A, x[t])"], {"A": SQUARE}),
        (["s[t] = 0.5 * s[t-1] + A @ x[t] + A @ a"], {"A": SQUARE, "a": VECTOR}),
        (["s[t] = g * s[t-1] + clip(x[t], h)"], {"g": SINGLE, "h": SINGLE}),
        (["k[t] = g * h", "s[t] = k[t] * s[t-1] - x[t] * k[t]"], {"g": SINGLE, "h": SINGLE}),
        (["s[t] = a * s[t-1] + softmax(x[t] + s[t-1])"], {"a": VECTOR}),
        (["s[t] = s[t-1] + g"], {"g": SINGLE}),
        (["s[t] = a * s[t-1] + b"], {"a": VECTOR, "b": VECTOR}),
        (["s[t] = elu(x[t], g) * s[t-1] + hard_sigmoid(x[t], g, h)"], {"g": SINGLE, "h": SINGLE}),
    ],
)
def test_whatever_is_kept_and_written_adds_up(lines: list[str], given: dict[str, str], way: str) -> None:
    random = np.random.default_rng(6)
    made = parsed(lines[-1], *lines[:-1], given=given)
    sizes = {SQUARE: (3, 3), VECTOR: (3,), SINGLE: ()}
    layer = Layer(made, {n: random.uniform(-0.5, 0.5, sizes[s]) for n, s in given.items()}, way == "backwards")
    run = Run(Network([layer]), Sequence(np.eye(3)[random.integers(0, 3, 40)]), [{"s": random.standard_normal(3)}])
    for t in (1, 20, 40):
        for row in range(3):
            found = ledger(run.walk(), 0, "s", row, t)
            assert found.rest is None
            assert abs(found.total - found.value) < PASSED


def test_a_vector_that_is_joined_to_another_is_written_as_well() -> None:
    """Of x = (2, 4) at t = 1 the half, and of a = (5, 6) that and all of t = 2."""
    made = Cell.parse(
        'equations = """\ns[t] = 0.5 * s[t-1] + concat(x[t], a)\ny[t] = s[t]\n"""\n'
        "[input]\nx = [2]\n[parameters]\na = [2]\n[state]\ns = [4]\n"
    )
    walk = Run(Network([Layer(made, {"a": [5.0, 6.0]})]), Sequence([[2.0, 4.0], [0.0, 0.0]])).walk()
    assert [ledger(walk, 0, "s", row, 2).total for row in range(4)] == [1.0, 2.0, 7.5, 9.0]


def with_edits(walk: Walk, layer: int, row: int, t: int) -> dict[int, tuple[float, float]]:
    """What each timestep up to t wrote of the c of an LSTM, as the records of a run have it that something is done to.

    Where c is not what its line makes, it was given; where a timestep reads what the one before it did not leave, c
    began afresh, and what came before is forgotten.
    """
    back = walk.network.layers[layer].reverse
    times = range(len(walk), t - 1, -1) if back else range(1, t + 1)
    before, found = float(walk.initial_state[layer]["c"][row]), dict[int, tuple[float, float]]()
    for k in times:
        step = walk.at(k).layers[layer]
        f, i, g, c, read = (
            float(a[row]) for a in (*map(step.values.get, "figc"), step.state_prev["c"]) if a is not None
        )
        if read != before or not found:
            found = {k + 1 if back else k - 1: (read, 1.0)}
        keep, write = (f, i * g) if abs(f * read + i * g - c) < 1e-9 else (0.0, c)
        found = {past: (wrote, kept * keep) for past, (wrote, kept) in found.items()}
        found[k], before = (write, 1.0), c
    return found


@pytest.mark.parametrize("way", ["forwards", "backwards"])
@pytest.mark.parametrize(
    ("edits", "given"),
    [
        (["c[15][2] = 2"], {15}),
        (["c[15] = 2", "c[15][2] = 3"], {15}),
        (["c[*][2] = 0.5"], {*range(1, 31)}),
        (["c[15][1] = 2"], set()),
        (["f[*][2] = 1"], set()),
        (["i[4] = 0"], set()),
        (["reset 15"], set()),
        (["reset 15", "c[16] = 2", "reset 10"], {16}),
        (["reset *"], set()),
        (["b_f = 3", "x[3][1] = 0"], set()),
    ],
)
def test_what_is_done_to_a_run_is_in_the_ledger(edits: list[str], given: set[int], way: str) -> None:
    run = edited(run_of("lstm", way, 7, 30), [Edit.parse(text) for text in edits])
    for t in (1, 14, 15, 16, 30):
        found, wanted = ledger(run.walk(), 0, "c", 1, t), with_edits(run.walk(), 0, 1, t)
        agrees(found, wanted)
        begins = max(wanted) if way == "backwards" else min(wanted)
        left = {k for k, (wrote, kept) in wanted.items() if wrote * kept}
        assert {writer.t for writer in found.writers if writer.begins} == {begins} & left
        assert {writer.t for writer in found.writers if writer.given} == given & (left - {begins})
    assert (found.count < 31) == (way == "backwards" or "reset" in " ".join(edits))


def test_what_the_line_is_made_of_is_not_put_in_where_it_is_forced() -> None:
    """s = k + x, and k = s' / 2: where k is 3 at t = 2, nothing of s1 is in s2."""
    run = Run(Network([Layer(parsed("s[t] = k[t] + x[t]", "k[t] = 0.5 * s[t-1]"), {})]), Sequence([[4.0], [1.0]]))
    assert ledger(run.walk(), 0, "s", 0, 2).total == 3.0
    assert memory_in(edited(run, [Edit.parse("k[2] = 3")]).walk(), 0, "s") is None


def test_an_edit_late_in_a_run_takes_over_what_is_noted_of_the_timesteps_before_it() -> None:
    run = Run(network_of("lstm", "forwards", 8), Sequence(np.random.default_rng(8).standard_normal((900, 2))))
    while run.advance():
        pass
    other = edited(run, [Edit.parse("x[899] = 9")])
    tape = other.tape
    assert tape is not None
    assert tape.shared == 3
    assert tape.carried.passed.tolist() == [True, True, True, False]
    for t in (700, 900):
        agrees(ledger(other.walk(), 0, "c", 0, t), terms(other.walk(), 0, 0, t))
        assert last_change(other.walk(), 0, "c", 0, t, 0.3) is not None
    assert ledger(other.walk(), 0, "c", 0, 900).value != ledger(run.walk(), 0, "c", 0, 900).value


def silero() -> Network:
    """The LSTM of 128 units of a voice activity detector, float32."""
    stored = arrays("real/silero_vad/io.npz")
    weights, biases = (
        tuple(stored[f"decoder.rnn.{kind}_{part}"] for part in ("ih", "hh")) for kind in ("weight", "bias")
    )
    return Network([gated("lstm", "ifgo", (weights[0], weights[1]), (biases[0], biases[1]))])


@pytest.mark.parametrize(("dtype", "rounded"), [(np.float64, PASSED), (np.float32, 1e-4)])
def test_the_ledger_closes_on_15000_timesteps_of_silero(dtype: type, rounded: float) -> None:
    """In float64 to 1e-12; what a run in float32 rounds away is told, and is not nothing."""
    sound = arrays("real/silero_vad/io.npz")["lstm_input"]
    loud = np.random.default_rng(0).uniform(0.5, 1.5, (15_000, 1))
    run = Run(silero().astype(np.dtype(dtype)), Sequence((np.tile(sound, (625, 1)) * loud).astype(dtype)))
    while run.advance():
        pass
    walk = run.walk()
    found = [ledger(walk, 0, "c", row, t) for t in (15_000, 14_847) for row in range(128)]
    assert {each.count for each in found} == {15_001, 14_848}
    roundings = [abs(each.value - each.total) for each in found]
    assert max(roundings) < rounded
    assert (max(roundings) > PASSED) == (dtype is np.float32)
    recorded = [walk.at(t).state["c"][row] for t in (15_000, 14_847) for row in range(128)]
    assert [each.value for each in found] == [float(value) for value in recorded]
    assert max(abs(each.value) for each in found) > 10


@pytest.mark.parametrize("way", ["forwards", "backwards"])
@pytest.mark.parametrize(("name", "state"), [("elman", "s"), ("lstm", "s"), ("lstm", "c"), ("gru", "s")])
def test_the_last_change_is_that_of_brute_force(name: str, state: str, way: str) -> None:
    run = Run(network_of(name, way, 5), Sequence(np.random.default_rng(5).standard_normal((600, 2))))
    while run.advance():
        pass
    walk, found = run.walk(), set[int | None]()
    steps = [walk.at(k) for k in range(1, 601)]
    changes = [abs(step.state[state] - step.state_prev[state]) for step in steps]
    largest = max(float(change[0]) for change in changes)
    for t in (1, 256, 257, 600):
        for least in (0.0, 0.3, 0.9 * largest, largest):
            behind = range(600, t - 1, -1) if way == "backwards" else range(1, t + 1)
            wanted = [k for k in behind if changes[k - 1][0] > least]
            assert last_change(walk, 0, state, 0, t, least) == (wanted[-1] if wanted else None)
            found.add(wanted[-1] if wanted else None)
    assert len(found) > 4
    assert None in found


def test_a_change_of_just_so_much_is_none() -> None:
    run = Run(Network([Layer(parsed("s[t] = s[t-1] + x[t]"), {})]), Sequence([[0.5], [1.0], [0.5]]))
    assert last_change(run.walk(), 0, "s", 0, 3, 0.5) == 2


def test_numbers_without_end_raise_nothing() -> None:
    """s doubles until it is infinite."""
    run = Run(Network([Layer(parsed("s[t] = 2 * s[t-1] + x[t]"), {})]), Sequence(np.ones((1200, 1))))
    walk = run.walk()
    found = ledger(walk, 0, "s", 0, 1100)
    assert found.value == math.inf
    assert ledger(walk, 0, "s", 0, 3).total == 7.0  # 1 + 2 + 4
    assert last_change(walk, 0, "s", 0, 1100, 1e300) is not None


def test_a_state_that_is_no_memory_has_no_writers() -> None:
    walk = Run(Network.random("elman", 2, 3, 0), Sequence(np.ones((3, 2)))).walk()
    with pytest.raises(KeyError, match="elman has no memory s"):
        ledger(walk, 0, "s", 0, 2)
