"""Edits, against the same network worked out by hand with the same thing done to it."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import STATES, Array, as_it_is, by_hand, holding
from edited_runs import agrees, changed, every_bit, network, rows, run, sequence, states, steps_of
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui import Sequence
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.interventions import Interventions
from rnn_tui.core.run import Run

CELLS = ("elman", "lstm", "gru")
GATES: dict[str, tuple[str, ...]] = {
    "elman": ("s", "y"),
    "lstm": ("i", "f", "g", "o", "c", "s", "y"),
    "gru": ("r", "z", "n", "s", "y"),
}
every_cell = pytest.mark.parametrize("cell", CELLS)
every_quantity = pytest.mark.parametrize(("cell", "name"), [(cell, name) for cell in CELLS for name in GATES[cell]])


def known(ran: Run, layer: int = 0) -> tuple[dict[str, Array], Array, dict[str, Array]]:
    """What a run of one layer is made of: parameters, x, and what its states begin with."""
    return dict(ran.network.layers[layer].parameters), np.array(ran.sequence.x), dict(ran.initial_state[layer])


@every_cell
def test_without_an_edit_the_hand_agrees(cell: str) -> None:
    base = run(cell)
    agrees(base, by_hand(cell, *known(base)))
    assert changed(base) is base


@every_cell
def test_numbers_of_x(cell: str) -> None:
    base = run(cell)
    p, x, initial = known(base)
    x[1] = [0.5, -1, 2]
    x[:, 2] = 0.25
    x[3, 0] *= -2
    edits: tuple[str, ...] = ("x[2] = [0.5, -1, 2]", "x[*][3] = 0.25", "x[4][1] *= -2")
    agrees(changed(base, *edits), by_hand(cell, p, x, initial))
    x[:] = 1
    x[0, 1] += 0.125
    x[4] -= 3
    x[5] /= 4
    edits = (*edits, "x = 1", "x[1][2] += 0.125", "x[5] -= 3", "x[6] /= 4")
    agrees(changed(base, *edits), by_hand(cell, p, x, initial))


@every_cell
def test_numbers_of_matrices_and_biases(cell: str) -> None:
    base = run(cell)
    p, x, initial = known(base)
    W, U, b = (next(name for name in p if name.startswith(letter)) for letter in "WUb")
    p = {name: np.array(array) for name, array in p.items()}
    p[W][1, 2], p[W][2], p[W][:, 0] = 0.5, 0, -0.125
    p[U] = np.eye(4) * 0.9
    p[U][0] *= 3
    p[b] *= 2
    p[b][3] = 7
    edits = [f"{W}[2][3] = 0.5", f"{W}[3] = 0", f"{W}[*][1] = -0.125", f"{U} = identity * 0.9", f"{U}[1] *= 3"]
    edits += [f"{b} *= 2", f"{b}[4] = 7"]
    agrees(changed(base, *edits), by_hand(cell, p, x, initial))


@every_cell
def test_what_the_states_begin_with(cell: str) -> None:
    base = run(cell)
    p, x, initial = known(base)
    for name in STATES[cell]:
        initial[name] = np.array([1, 2, -0.5, 0.25])
        initial[name][1] = -1
    edits = [text for name in STATES[cell] for text in (f"{name}[0] = [1, 2, -0.5, 0.25]", f"{name}[0][2] = -1")]
    agrees(changed(base, *edits), by_hand(cell, p, x, initial))


@every_quantity
def test_a_quantity_given_a_value(cell: str, name: str) -> None:
    base = run(cell)
    begun = known(base)
    agrees(changed(base, f"{name} = 1"), by_hand(cell, *begun, holding(name, 1)))
    agrees(changed(base, f"{name}[4] = 0.5"), by_hand(cell, *begun, holding(name, 0.5, t=4)))
    agrees(changed(base, f"{name}[*][2] = 0"), by_hand(cell, *begun, holding(name, 0, unit=2)))
    agrees(changed(base, f"{name}[3][4] = -2"), by_hand(cell, *begun, holding(name, -2, t=3, unit=4)))
    row = [0.1, 0.2, 0.3, 0.4]
    agrees(changed(base, f"{name}[3] = {row}"), by_hand(cell, *begun, holding(name, row, t=3)))


def test_of_two_values_the_later_one_counts() -> None:
    base = run("gru")
    begun = known(base)
    agrees(
        changed(base, "z = 1", "z[3] = 0"), by_hand("gru", *begun, lambda n, t, a: a * 0 + (t != 3) if n == "z" else a)
    )
    agrees(changed(base, "z[3] = 0", "z = 1"), by_hand("gru", *begun, holding("z", 1)))


@every_cell
@pytest.mark.parametrize("resets", [(1,), (3,), (2, 6), (2, 3, 4)])
def test_states_begun_afresh(cell: str, resets: tuple[int, ...]) -> None:
    base = run(cell)
    agrees(changed(base, *(f"reset {t}" for t in resets)), by_hand(cell, *known(base), as_it_is, resets))


@every_cell
def test_states_begun_afresh_before_every_t(cell: str) -> None:
    base = run(cell)
    agrees(changed(base, "reset *"), by_hand(cell, *known(base), as_it_is, range(1, 7)))


def test_a_forced_state_is_not_read_by_what_begins_afresh() -> None:
    base = run("lstm")
    hold = holding("c", 5, t=3)
    agrees(changed(base, "c[3] = 5", "reset 4"), by_hand("lstm", *known(base), hold, (4,)))


@pytest.mark.parametrize("edit", ["U = 0", "reset *"])
def test_without_recurrence_an_elman_network_is_an_ordinary_one(edit: str) -> None:
    base = run("elman", initial=False, steps=20)
    p, x, _ = known(base)
    cut = changed(base, edit)
    np.testing.assert_allclose(rows(cut, "s"), np.tanh(x @ p["W"].T + p["b"]), rtol=1e-13)


@given(seed=st.integers(0, 999), steps=st.integers(1, 40), inputs=st.integers(1, 20))
@settings(max_examples=20)
def test_u_zero_and_a_new_beginning_everywhere_are_the_same_to_the_bit(seed: int, steps: int, inputs: int) -> None:
    base = Run(network("elman", inputs=inputs, seed=seed), sequence(steps, inputs, seed))
    zero, afresh = changed(base, "U = 0"), changed(base, "reset *")
    assert rows(zero, "y").tobytes() == rows(afresh, "y").tobytes()


@every_cell
def test_the_timesteps_in_another_order(cell: str) -> None:
    base = run(cell)
    p, x, initial = known(base)
    agrees(changed(base, "reverse"), by_hand(cell, p, x[::-1], initial))
    agrees(changed(base, "repeat 2"), by_hand(cell, p, x[[0, 1, 1, 2, 3, 4, 5]], initial))
    order = np.random.default_rng(7).permutation(6)
    assert list(order) != sorted(order)
    agrees(changed(base, "shuffle 7"), by_hand(cell, p, x[order], initial))
    edits = ("x[1] = 0", "reverse", "x[1] = 1", "repeat 1", "x[2][2] = 3")
    turned = x[::-1].copy()
    turned[-1], turned[0] = 0, 1
    turned = turned[[0, 0, 1, 2, 3, 4, 5]]
    turned[1, 1] = 3
    agrees(changed(base, *edits), by_hand(cell, p, turned, initial))


def test_every_timestep_keeps_its_label_and_its_target() -> None:
    net, labels = network("elman", "softmax"), list("abcd")
    read = sequence(4, targets=np.eye(4), labels=labels)
    base = Run(net, read)
    for edit, order in (("reverse", [3, 2, 1, 0]), ("repeat 3", [0, 1, 2, 2, 3])):
        other = changed(base, edit).sequence
        assert other.labels == tuple(labels[row] for row in order)
        assert other.targets is not None
        assert np.argmax(other.targets, axis=1).tolist() == order
        assert other.x.tobytes() == read.x[order].tobytes()


def test_a_letter_is_its_row_of_ones_and_zeros_with_its_label() -> None:
    read = Sequence(np.eye(3)[[0, 1, 2, 1]], labels=list("abcb"), features=list("abc"))
    base = Run(network("elman"), read)
    other = changed(base, 'x[2] = "c"').sequence
    assert (other.x.tolist(), other.labels) == (np.eye(3)[[0, 2, 2, 1]].tolist(), tuple("accb"))
    other = changed(base, 'x = "b"').sequence
    assert (other.x.tolist(), other.labels) == (np.eye(3)[[1, 1, 1, 1]].tolist(), tuple("bbbb"))
    assert read.labels == tuple("abcb")


@every_cell
def test_float32_stays_float32(cell: str) -> None:
    base = run(cell, dtype=np.float32)
    p, x, initial = known(base)
    x = x.astype(np.float32)
    x[1] = 0.1
    b = next(name for name in p if name.startswith("b"))
    p[b] = p[b] * np.float32(1.1)
    hold = holding("s", 0.3, t=4, unit=2)
    ran = changed(base, "x[2] = 0.1", f"{b} *= 1.1", "s[4][2] = 0.3", "reset 3")
    agrees(ran, by_hand(cell, p, x, initial, hold, (3,)))
    assert rows(ran, "s")[3, 1] == np.float32(0.3)


def test_an_edit_of_a_lower_layer_reaches_the_upper_ones() -> None:
    base = run("lstm", "gru", "softmax")
    p = [dict(layer.parameters) for layer in base.network.layers]
    x, initial = np.array(base.sequence.x), base.initial_state
    ran = changed(base, "1:f[*][2] = 1", "2:s[3] = 0.5", "reset 5", "2:b_z = 0")
    p[1]["b_z"] = np.zeros(4)
    one = by_hand("lstm", p[0], x, initial[0], holding("f", 1, unit=2), (5,))
    two = by_hand("gru", p[1], one["y"], initial[1], holding("s", 0.5, t=3), (5,))
    three = by_hand("softmax", p[2], two["y"])
    for layer, wanted in enumerate((one, two, three)):
        agrees(ran, wanted, layer)


@every_cell
def test_backwards_in_time(cell: str) -> None:
    """A layer from T to 1 reads at t what t + 1 left; the border before t = 3 is crossed at t = 2."""
    base = run(f"{cell}:reverse")
    p, x, initial = known(base)
    agrees(base, by_hand(cell, p, x, initial, reverse=True))
    hold = holding("s", 0.5, t=4, unit=1)
    agrees(changed(base, "s[4][1] = 0.5"), by_hand(cell, p, x, initial, hold, reverse=True))
    agrees(changed(base, "reset 3"), by_hand(cell, p, x, initial, afresh=(2,), reverse=True))
    agrees(changed(base, "reset *"), by_hand(cell, p, x, initial, afresh=range(1, 7), reverse=True))
    initial["s"] = np.full(4, 0.75)
    agrees(changed(base, "s[7] = 0.75"), by_hand(cell, p, x, initial, reverse=True))


def test_both_directions() -> None:
    base = run("elman:concat", "softmax")
    p = [dict(layer.parameters) for layer in base.network.layers]
    x, initial = np.array(base.sequence.x), base.initial_state
    ran = changed(base, "x[2] = 1", "1:s[3] = 0", "2:s[*][2] = 0.5", "reset 4")
    x[1] = 1
    there = by_hand("elman", p[0], x, initial[0], holding("s", 0, t=3), (4,))
    back = by_hand("elman", p[1], x, initial[1], holding("s", 0.5, unit=2), (3,), reverse=True)
    agrees(ran, there, 0)
    agrees(ran, back, 1)
    agrees(ran, by_hand("softmax", p[3], np.hstack([there["y"], back["y"]])), 3)


@pytest.mark.parametrize("cells", [("elman",), ("lstm:concat", "gru"), ("gru:reverse", "dense")])
def test_a_border_parts_two_sequences(cells: tuple[str, ...]) -> None:
    """What is before a new beginning and what is after it do not know of each other, in either direction."""
    net, first, second = network(*cells), sequence(5, seed=3), sequence(7, seed=4)
    begun = states(net, first)
    together = changed(Run(net, Sequence(np.vstack([first.x, second.x])), begun), "reset 6")
    apart = [rows(Run(net, part, begun), "y") for part in (first, second)]
    np.testing.assert_allclose(rows(together, "y"), np.vstack(apart), rtol=1e-13, atol=1e-14)


def test_nothing_of_the_base_is_touched() -> None:
    base = run("lstm", "softmax")
    before = every_bit(base)
    ran = changed(base, "x[2] = 5", "1:U_f = 0", "s[0] = 1", "f = 1", "reset 3", "reverse", "1:W_i *= 2")
    assert every_bit(ran) != before
    assert every_bit(base) == before
    assert every_bit(Run(base.network, base.sequence, base.initial_state)) == before


def test_what_is_switched_off_does_not_count() -> None:
    base = run("gru")
    edits = [Edit.parse("x[2] = 5", enabled=False), Edit.parse("b_z = 1"), Edit.parse("s[3] = 0", enabled=False)]
    assert every_bit(edited(base, edits)) == every_bit(changed(base, "b_z = 1"))
    assert edited(base, edits[:1]) is base


def test_steps_say_what_was_read_and_what_was_left() -> None:
    base = run("gru")
    steps = steps_of(changed(base, "reset 4", "s[2] = 0.5"))
    assert steps[1].state["s"].tolist() == [0.5] * 4
    assert steps[2].state_prev["s"].tolist() == [0.5] * 4
    assert steps[3].state_prev["s"].tobytes() == base.initial_state[0]["s"].tobytes()
    assert steps[3].state_prev["s"].tobytes() != steps[2].state["s"].tobytes()


@given(resets=st.sets(st.integers(1, 30)), first=st.integers(1, 30), length=st.integers(1, 12), back=st.booleans())
def test_where_the_states_of_a_stretch_begin_afresh(resets: set[int], first: int, length: int, back: bool) -> None:
    done = Interventions(resets=np.array(sorted(resets), np.int64))
    order = list(range(first, first + length))[:: -1 if back else 1]
    wanted = [row for row, t in enumerate(order) if (t + 1 if back else t) in resets]
    assert done.cuts(first, length, back).tolist() == wanted
    assert [row for row, t in enumerate(order) if done.afresh(t, back)] == wanted
