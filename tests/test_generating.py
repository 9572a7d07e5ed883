"""Generating, against loops by hand in which each x is made of what y said before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from by_hand import CELLS, Array, as_it_is

from rnn_tui import Network, Sequence
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit, EditError
from rnn_tui.core.learning import Learning
from rnn_tui.core.one_hot import OneHot
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.parts import Parts
from rnn_tui.core.run import Run, Walk

LETTERS = "ehlo"
SEED = 3
WAVE = np.sin(np.arange(1, 41) / 3)[:, None]


def text(times: int = 1) -> Sequence:
    """The letters of hello, one-hot, and the next one as the target."""
    rows = np.eye(4)[["ehlo".index(letter) for letter in "hello" * times]]
    targets = np.vstack([rows[1:], np.full((1, 4), np.nan)])
    return Sequence(rows, targets, "hello" * times, features=LETTERS, outcomes=LETTERS)


def wave(columns: int = 1) -> Sequence:
    """A wave, and the next row as the target."""
    rows = np.hstack([WAVE * (each + 1) for each in range(columns)])
    return Sequence(rows, np.vstack([rows[1:], np.full((1, columns), np.nan)]))


def network(cell: str, readout: str, inputs: int) -> Network:
    """One layer and a readout, with weights so large that letters differ."""
    whole = Network.random([cell, readout], inputs, [5], SEED, inputs)
    large = 1 if readout == "dense" else 4
    return whole.with_parameters(
        {name: np.array(array) * large * (array.ndim > 1) for name, array in layer.parameters.items()}
        for layer in whole.layers
    )


def said(run: Run, *edits: str) -> Walk:
    """The walk of a run with edits."""
    return edited(run, map(Edit.parse, edits)).walk()


def softmax(z: Array) -> Array:
    """exp(z) over its sum."""
    return np.asarray(np.exp(z - z.max()) / np.exp(z - z.max()).sum())


def loop(
    run: Run, cell: str, first: int, end: int, heat: float = 0.0, seed: int = 0
) -> tuple[list[Array], list[Array]]:
    """All x and y, worked out one timestep after the other; from `first` on x is made of the y before it."""
    layer, top = run.network.layers
    letters = top.cell.name == "softmax"
    state = {name: np.zeros(5) for name in layer.cell.states}
    xs: list[Array] = []
    ys: list[Array] = []
    for t in range(1, end + 1):
        if t < first:
            x = np.array(run.sequence.x[t - 1])
        elif not letters:
            x = ys[-1]
        elif not heat:
            x = np.eye(4)[int(np.argmax(ys[-1]))]
        else:
            shares = ys[-1] ** (1 / heat) / (ys[-1] ** (1 / heat)).sum()
            u, sums = np.random.default_rng([seed, t]).random(), np.cumsum(shares)
            x = np.eye(4)[next(k for k in range(4) if sums[k] > u)]
        found = CELLS[cell](layer.parameters, x, state, as_it_is, t)
        state = {name: found[name] for name in state}
        z = top.parameters["W"] @ found["y"] + top.parameters["b"]
        xs.append(x)
        ys.append(softmax(z) if letters else z)
    return xs, ys


def agrees(walk: Walk, xs: list[Array], ys: list[Array]) -> None:
    """Every x and y of a walk is that of the loop."""
    assert len(walk) == walk.last == len(xs)
    steps = [walk.at(t) for t in range(1, len(xs) + 1)]
    np.testing.assert_allclose([step.layers[0].x for step in steps], xs, rtol=0, atol=1e-12)
    np.testing.assert_allclose([step.y for step in steps], ys, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("heat", [0.0, 0.6, 2.0])
def test_letters(cell: str, heat: float) -> None:
    run = Run(network(cell, "softmax", 4), text(2))
    drawn = f" at {heat} seed 5" if heat else ""
    walk = said(run, f"generate 30{drawn}")
    xs, ys = loop(run, cell, 11, 40, heat, 5)
    agrees(walk, xs, ys)
    assert len({int(np.argmax(x)) for x in xs[10:]}) > 1  # or nothing is shown by it
    assert walk.sequence.labels == (*"hellohello", *(LETTERS[int(np.argmax(x))] for x in xs[10:]))
    assert [t for t in range(41) if walk.generated(t)] == list(range(11, 41))
    agrees(said(run, f"free 4{drawn}"), *loop(run, cell, 4, 10, heat, 5))
    agrees(said(run, f"free 4{drawn}", f"generate 3{drawn}"), *loop(run, cell, 4, 13, heat, 5))


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_a_series(cell: str) -> None:
    run = Run(network(cell, "dense", 2), wave(2))
    agrees(said(run, "generate 12"), *loop(run, cell, 41, 52))
    agrees(said(run, "free 7"), *loop(run, cell, 7, 40))


def test_what_was_drawn_is_drawn_again_and_another_seed_draws_otherwise() -> None:
    run = Run(network("lstm", "softmax", 4), text())
    first, again, other = (said(run, f"generate 40 at 1.5 seed {seed}") for seed in (1, 1, 2))
    for walk in (first, again, other):
        walk.at(len(walk))
    assert first.sequence.labels == again.sequence.labels != other.sequence.labels


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("edit", ["generate 700", "free 3", "free 255", "free 256", "free 257", "free 258"])
def test_what_is_fed_back_is_what_stands_on_the_tape_to_the_bit(edit: str, single: bool) -> None:
    rows = np.sin(np.arange(600) / 5)[:, None] + 0.3 * np.sin(np.arange(600) / 1.7)[:, None]
    sequence = Sequence(rows, np.vstack([rows[1:], [[np.nan]]]))
    net = Network.random(["lstm", "gru", "dense"], 1, [8, 6], 0, 1)
    run = Run(net.astype(np.dtype(np.float32)) if single else net, sequence)
    walk = said(run, edit)
    walk.at(len(walk))
    for back in (False, True):  # the first chunks are computed again, and are the same
        times = range(2, len(walk) + 1)
        for t in reversed(times) if back else times:
            x, y = walk.at(t).layers[0].x, walk.at(t - 1).y
            assert not walk.generated(t) or x.tobytes() == y.tobytes(), t
            assert walk.generated(t) or x[0] == np.asarray(rows[t - 1, 0], x.dtype)
            assert np.asarray(walk.sequence.x[t - 1], x.dtype).tobytes() == x.tobytes()


def test_chunks_before_are_those_of_the_run_that_is_taught() -> None:
    rows = np.sin(np.arange(1000) / 5)[:, None]
    run = Run(network("lstm", "dense", 1), Sequence(rows, np.vstack([rows[1:], [[np.nan]]])))
    run.walk().at(1000)
    other = edited(run, [Edit.parse("free 700")])
    tape = other.walk().tape
    assert tape.chunk(1) is run.walk().tape.chunk(1)
    assert other.walk().same_as(run.walk()) == 512


def test_a_long_text_stays_rows_that_are_made_when_they_are_looked_at() -> None:
    run = Run(network("elman", "softmax", 4), text(2))
    tokens = np.argmax(run.sequence.x, axis=1).astype(np.int32)
    rows: Any = OneHot(tokens, 4)
    long = edited(Run(run.network, replace(text(2), x=rows)), [Edit.parse("generate 5")])
    short, walk = said(run, "generate 5"), long.walk()
    assert isinstance(walk.sequence.x, OneHot)
    assert np.array_equal([walk.at(t).y for t in range(1, 16)], [short.at(t).y for t in range(1, 16)])
    assert walk.sequence.labels == short.sequence.labels
    assert np.array_equal(np.asarray(walk.sequence.x), np.asarray(short.sequence.x))


def test_the_numbers_of_tokens_go_on_as_tokens() -> None:
    sequence = Sequence(np.array([[2], [0], [1], [2.0]]), np.array([[0], [1], [2], [np.nan]]))
    net = Network.random(["embedding", "lstm", "softmax"], 3, [4, 4], 1, 3)
    walk = said(Run(net, sequence), "generate 6")
    letters = [int(np.argmax(walk.at(t).layers[0].x)) for t in range(5, 11)]
    assert letters == [int(np.argmax(walk.at(t).y)) for t in range(4, 10)]
    assert list(walk.sequence.labels[4:]) == [str(letter) for letter in letters]


def test_a_network_that_learns_goes_on_as_it_has_learned() -> None:
    """Each epoch is walked with the network after it, from the first timestep on; the learner is the same."""
    run = Run(network("lstm", "dense", 1), wave(), learning=Learning("sse", 0, 6, Optimizer("adam", 0.02)))
    other = edited(run, [Edit.parse("generate 9")])
    assert other.learner is run.learner
    assert run.learner is not None
    for epoch in (6, 2):
        learned = Run(run.learner.epoch(epoch).after, wave())
        walk = other.walk(epoch)
        assert walk.teaching is None
        agrees(walk, *loop(learned, "lstm", 41, 49))
    assert other.over


def test_a_run_that_was_changed_goes_on_and_is_taught_otherwise_past_its_end() -> None:
    run = Run(network("elman", "dense", 1), wave())
    x = np.array(WAVE)
    x[2] = 5.0
    changed = Run(run.network, Sequence(x, wave().targets))
    agrees(said(run, "x[3] = 5", "generate 4"), *loop(changed, "elman", 41, 44))
    agrees(said(run, "generate 4", "x[3] = 5"), *loop(changed, "elman", 41, 44))
    walk = said(run, "generate 4", "2:y[42] = 0.5", "reset 44")
    assert walk.at(43).layers[0].x == 0.5
    assert not np.any(walk.at(44).layers[0].s_prev)
    assert np.any(walk.at(43).layers[0].s_prev)
    every = said(run, "generate 4", "reset *")
    assert not any(np.any(every.at(t).layers[0].s_prev) for t in range(1, 45))


def test_labels_that_are_numbers_go_on() -> None:
    run = Run(network("elman", "dense", 1), wave())

    def labels(*known: str) -> tuple[str, ...]:
        sequence = replace(wave(), x=WAVE[: len(known)], targets=None, labels=known)
        return said(Run(run.network, sequence), "generate 2").sequence.labels[len(known) :]

    assert labels("1950", "1952", "1954") == ("1956", "1958")
    assert labels("3", "2", "1") == ("0", "-1")
    assert labels("1960-10", "1960-11", "1960-12") == ("1961-01", "1961-02")
    assert labels("1960-03", "1960-06") == ("1960-09", "1960-12")
    for irregular in (
        ("1950", "1952", "1953"),
        ("1960-03", "1960-06", "1960-07"),
        ("1960-12", "1960-13"),
        ("01", "02"),
    ):
        assert labels(*irregular) == ("+1", "+2")
    assert labels("7") == ("+1", "+2")


@pytest.mark.parametrize(
    ("cells", "sequence", "edit", "why"),
    [
        ("elman", text(), "generate 3", "y is no distribution over the 4 letters of x"),
        ("elman,dense", text(), "free 3", "y is no distribution over the 4 letters of x"),
        ("lstm:reverse,softmax", text(), "generate 3", "runs backwards in time"),
        ("elman:concat,dense", wave(), "free 3", "runs backwards in time"),
        ("elman,dense", wave(2), "generate 3", "y has 1 number and x has 2: all of x must be predicted"),
        ("elman,dense", replace(wave(), targets=-WAVE), "generate 3", "the targets are not the next x"),
        ("elman", replace(wave(), targets=None), "generate 3", "y is the output of elman, and predicts nothing"),
        ("elman,dense", wave(), "generate 3 at 0.5", "a temperature draws letters"),
        ("elman,dense", wave(), "generate 9999999", "9,999,999 timesteps are too many"),
        ("elman,dense", wave(), "free 41", "there is no t = 41"),
        ("elman,dense", wave(), "generate 3; generate 4", "generate 3 is there already"),
        ("elman,dense", wave(), "generate 3; reverse", "cannot change after generate 3"),
        ("elman,dense", wave(), "generate 3; x[42] = 1", "x at t = 42 is what y said"),
        ("elman,dense", wave(), "free 4; x[4] = 1", "x at t = 4 is what y said"),
        ("elman,dense", wave(), "generate 3; s[44] = 1", "there is no t = 44"),
    ],
)
def test_where_nothing_can_be_said_it_is_said_why(cells: str, sequence: Sequence, edit: str, why: str) -> None:
    size = 1 if sequence.input_size == 2 else sequence.input_size
    net = Network.random(cells.split(","), sequence.input_size, [size], 0, size)
    with pytest.raises(EditError) as error:
        said(Run(net, sequence), *edit.split("; "))
    assert why in str(error.value)


def test_what_is_not_finite_ends_the_run() -> None:
    whole = network("elman-relu", "dense", 1)
    grown = whole.layers[1].with_parameters({"W": np.full((1, 5), 1e200), "b": np.full(1, 1e308)})
    with np.errstate(all="ignore"):
        walk = said(Run(whole.with_layer(1, grown), wave()), "generate 400")
        walk.at(440)
    assert walk.tape.broken is not None


def test_where_another_sequence_begins_x_is_as_given() -> None:
    """y of the sequence before says nothing of it; the last sequence goes on past the end."""
    run = Run(network("lstm", "dense", 1), replace(wave(), parts=Parts([1, 11, 31], 40)))
    walk = said(run, "free 9", "generate 3")
    assert [t for t in range(44) if walk.generated(t)] == [t for t in range(9, 44) if t not in (11, 31)]
    assert walk.sequence.parts is not None
    assert walk.sequence.parts.span(2) == (31, 43)
    for t in range(1, 44):
        x = walk.at(t).layers[0].x
        assert x == (walk.at(t - 1).y if walk.generated(t) else WAVE[t - 1]), t
    assert not np.any(walk.at(31).layers[0].s_prev)


def test_where_another_sequence_begins_moves_with_the_timesteps() -> None:
    """Of parts at 1 and 4 with t = 2 twice the second begins at 5: its x is as given, and that of 4 is said."""
    run = Run(network("lstm", "dense", 1), replace(wave(), parts=Parts([1, 4], 40)))
    walk = said(run, "repeat 2", "free 2")
    assert [t for t in range(1, 42) if not walk.generated(t)] == [1, 5]
    assert walk.at(5).layers[0].x == WAVE[3]
    assert walk.at(4).layers[0].x == walk.at(3).y


def test_what_was_learned_of_the_first_state_is_what_one_goes_on_with() -> None:
    learning = Learning("sse", 0, 3, Optimizer("adam", 0.1), learn_initial_state=True)
    run = Run(network("lstm", "dense", 1), wave(), learning=learning)
    walk = edited(run, [Edit.parse("generate 2")]).walk(3)
    assert run.learner is not None
    learned = run.learner.came_to()
    assert np.any(learned.initial[0]["s"])
    assert walk.initial_state[0]["s"].tobytes() == learned.initial[0]["s"].tobytes()
    alone = said(Run(learned.network, wave(), learned.initial), "generate 2")
    assert alone.at(42).y.tobytes() == walk.at(42).y.tobytes()
