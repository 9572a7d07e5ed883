"""Losses by hand, and targets that do not fit: each one sentence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnn_tui import Cell, InputError, Layer, Network, RangeError, Sequence, gradients, load_sequence
from rnn_tui.core.central_differences import largest_difference
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import LOSSES, LossError, loss_of, targets_for
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Run

NAN = math.nan
X = np.eye(3)


def network(cells: str = "elman,softmax", outputs: int = 3) -> Network:
    return Network.random(cells.split(","), 3, 2, output_size=outputs)


@pytest.mark.parametrize(
    ("loss", "y", "target", "value", "slope"),
    [
        ("sse", [1.0, 3.0], [0.0, 5.0], 1 + 4, [2, -4]),
        ("mse", [1.0, 3.0], [0.0, 5.0], (1 + 4) / 2, [1, -2]),
        ("cross-entropy", [0.25, 0.75], [0.0, 1.0], -math.log(0.75), [0, -1 / 0.75]),
        ("cross-entropy", [0.25, 0.75], [0.5, 0.5], -(math.log(0.25) + math.log(0.75)) / 2, [-2, -0.5 / 0.75]),
        ("cross-entropy", [0.0, 1.0], [0.0, 1.0], 0, [0, -1]),
        ("cross-entropy", [0.0, 1.0], [1.0, 0.0], math.inf, [-math.inf, 0]),
    ],
)
def test_by_hand(loss: str, y: list[float], target: list[float], value: float, slope: list[float]) -> None:
    values, slopes = loss_of(loss, np.array([y]), np.array([target]))
    assert values == pytest.approx([value], rel=1e-15)
    assert slopes == pytest.approx(np.array([slope]), rel=1e-15)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_row_of_nan_is_a_timestep_without_a_target(loss: str) -> None:
    """It costs nothing, teaches nothing, and the others are as they were."""
    y = np.array([[0.5, 0.5], [0.2, 0.8], [0.6, 0.4]])
    whole = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    holed = np.array([[1.0, 0.0], [NAN, NAN], [0.0, 1.0]])
    (all_values, all_slopes), (values, slopes) = loss_of(loss, y, whole), loss_of(loss, y, holed)
    assert values[1] == 0
    assert not slopes[1].any()
    assert values[[0, 2]].tobytes() == all_values[[0, 2]].tobytes()
    assert slopes[[0, 2]].tobytes() == all_slopes[[0, 2]].tobytes()


def test_learning_passes_over_a_timestep_without_a_target() -> None:
    """Update after every timestep: the parameters stay the very same there, and the state goes on."""
    learner = Learner(network(), Sequence(X, [[1, 0, 0], [NAN] * 3, [0, 1, 0]]), Learning("cross-entropy", 1))
    updates = learner.epoch(1).updates
    assert [update.norm > 0 for update in updates] == [True, False, True]
    for before, after in zip(updates[1].window.network.layers, updates[1].after.layers, strict=True):
        for name, array in before.parameters.items():
            assert array.tobytes() == after.parameters[name].tobytes()
    assert updates[1].window.after()[0]["s"].tobytes() != updates[0].window.after()[0]["s"].tobytes()


def test_class_numbers_become_distributions() -> None:
    rows = targets_for(Sequence(X, [2, NAN, 0]), network(), "cross-entropy")
    np.testing.assert_array_equal(rows, [[0, 0, 1], [NAN] * 3, [1, 0, 0]])


def test_one_column_stays_one_where_y_has_one_number_or_the_loss_is_another() -> None:
    column = [[0.0], [1.0], [1.0]]
    np.testing.assert_array_equal(targets_for(Sequence(X, column), network("elman,dense", 1), "sse"), column)
    np.testing.assert_array_equal(targets_for(Sequence(X, column), network(outputs=1), "cross-entropy"), column)
    with pytest.raises(LossError, match="the targets have 1 columns and y has 3 numbers"):
        targets_for(Sequence(X, column), network(), "sse")


def test_the_next_letter_is_the_target_of_a_text() -> None:
    sequence = load_sequence("hello.txt")
    assert sequence.targets is not None
    np.testing.assert_array_equal(sequence.targets[:-1], sequence.x[1:])
    assert np.isnan(sequence.targets[-1]).all()


BAD: dict[str, tuple[str, Any, Learning, str]] = {
    "missing": ("elman", None, Learning("sse", 1), "sequence: there are no targets to learn; "),
    "too wide": (
        "elman,dense",
        np.ones((3, 4)),
        Learning("mse", 1),
        "sequence: the targets have 4 columns and y has 3 ",
    ),
    "no such class": (
        "elman,softmax",
        [0, 3, 1],
        Learning("cross-entropy", 1),
        "sequence, t = 2: the target 3 is no c",
    ),
    "below 0": (
        "elman,softmax",
        [0, 2, -1],
        Learning("cross-entropy", 1),
        "sequence, t = 3: the target -1 is no class",
    ),
    "half": (
        "elman,softmax",
        [NAN, 0.5, 1],
        Learning("cross-entropy", 1),
        "sequence, t = 2: the target 0.5 is no clas",
    ),
    "infinite": (
        "elman,softmax",
        [math.inf, 0, 1],
        Learning("cross-entropy", 1),
        "sequence, t = 1: the target inf is no",
    ),
    "no distribution": (
        "elman,dense",
        [0, 1, 2],
        Learning("cross-entropy", 1),
        "loss, t = 1: cross-entropy needs a y ",
    ),
    "too long": (
        "elman",
        X[:, :2],
        Learning("sse", 4),
        "truncate: 4 is no number of timesteps of this sequence; 1 to",
    ),
    "below 1": (
        "elman",
        X[:, :2],
        Learning("sse", -1),
        "truncate: -1 is no number of timesteps of this sequence; 1 ",
    ),
    "backwards": (
        "elman:reverse",
        X[:, :2],
        Learning("sse", 1),
        "truncate: a layer that runs backwards in time needs",
    ),
    "both ways": (
        "lstm:sum",
        X[:, :2],
        Learning("sse", 3),
        "truncate: a layer that runs backwards in time needs the",
    ),
    "loss": (
        "elman",
        X[:, :2],
        Learning("hinge", 1),
        "loss: hinge is not known; known are sse, half-sse, mse, cross-entropy",
    ),
    "optimizer": (
        "elman",
        X[:, :2],
        Learning(optimizer=Optimizer("rprop")),
        "optimizer: rprop is not known; known ar",
    ),
    "epochs": ("elman", X[:, :2], Learning(epochs=0), "epochs: 0 is no number of epochs; 1 to 1000000 are"),
    "rate": (
        "elman",
        X[:, :2],
        Learning(optimizer=Optimizer(rate=-1)),
        "rate: -1 makes no sense; a number of 0 or m",
    ),
    "no rate": (
        "elman",
        X[:, :2],
        Learning(optimizer=Optimizer(rate=NAN)),
        "rate: nan makes no sense; a number of 0",
    ),
    "clip": (
        "elman",
        X[:, :2],
        Learning(optimizer=Optimizer(clip=-2)),
        "clip: -2 makes no sense; a number of 0 or m",
    ),
    "momentum": (
        "elman",
        X[:, :2],
        Learning(optimizer=Optimizer(momentum=1)),
        "momentum: 1 makes no sense; 0 up to 1 ",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_one_sentence(name: str) -> None:
    cells, targets, learning, sentence = BAD[name]
    with pytest.raises(InputError) as caught:
        Run(network(cells), Sequence(X, targets), None, learning).walk()
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_the_gradients_say_the_same() -> None:
    with pytest.raises(RangeError, match="truncate: 4 is no number of timesteps of this sequence"):
        gradients(network(), Sequence(X, X), "sse", truncate=4)
    with pytest.raises(RangeError, match="a layer that runs backwards in time needs the whole sequence"):
        gradients(network("elman:reverse"), Sequence(X, X[:, :2]), "sse", truncate=2)
    with pytest.raises(LossError, match="there are no targets to learn"):
        gradients(network(), Sequence(X))
    with pytest.raises(LossError, match="t = 2: cross-entropy needs a y that is a distribution"):
        loss_of("cross-entropy", np.array([[0.5, 0.5], [0.6, 0.6]]), np.zeros((2, 2)))
    with pytest.raises(LossError, match="t = 7: cross-entropy needs a y that is a distribution"):
        loss_of("cross-entropy", np.array([[-0.5, 1.5]]), np.zeros((1, 2)), first=7)


def test_a_backwards_layer_learns_from_the_whole_sequence() -> None:
    learner = Learner(network("elman:concat,dense"), Sequence(X, X), Learning("sse", 0, 20, Optimizer(rate=0.05)))
    while learner.advance():
        pass
    assert learner.losses[-1] < learner.losses[0] / 2


def test_targets_of_two_directions_side_by_side_are_as_wide_as_their_y() -> None:
    network = Network.random("elman:concat", 3, 2)
    for width, fits in ((4, True), (2, False)):
        sequence = Sequence(np.ones((3, 3)), np.ones((3, width)))
        if fits:
            assert targets_for(sequence, network, "sse").shape == (3, 4)
        else:
            with pytest.raises(LossError, match="the targets have 2 columns and y has 4 numbers"):
                targets_for(sequence, network, "sse")


@pytest.mark.parametrize("y", [[0.25, 0.25], [0.75, 0.75], [1.5, -0.5]])
def test_cross_entropy_is_of_a_distribution_alone(y: list[float]) -> None:
    with pytest.raises(LossError, match="t = 3"):
        loss_of("cross-entropy", np.array([[0.5, 0.5], y]), np.array([[1.0, 0.0], [0.0, 1.0]]), 2)


def test_cross_entropy_of_large_logits_is_finite_and_so_is_its_gradient() -> None:
    """softmax(800, 0) is (1, 0) to the last bit; -log of its second is 800, and dL/dz = y - target = (1, -1)."""
    network = Network([Layer("softmax", {"W": [[800.0], [0.0]], "b": [0.0, 0.0]})])
    found = gradients(network, Sequence([[1.0]], [[0.0, 1.0]]), "cross-entropy")
    assert found.loss == 800.0
    assert found.parameters[0]["W"].tolist() == [[1.0], [-1.0]]
    assert found.parameters[0]["b"].tolist() == [1.0, -1.0]
    assert found.x.tolist() == [[800.0]]


@pytest.mark.parametrize(
    "text",
    [
        'equations = """\no[t] = W @ x[t]\ny[t] = softmax(o[t])\n"""\n[parameters]\nW = ["O", "I"]\n',
        'equations = """\np[t] = softmax(W @ x[t])\ny[t] = p[t]\n"""\n[parameters]\nW = ["O", "I"]\n',
    ],
)
def test_a_softmax_is_found_behind_a_name_and_before_a_copy(text: str) -> None:
    network = Network([Layer(Cell.parse(text), {"W": [[900.0], [0.0]]})])
    found = gradients(network, Sequence([[1.0]], [[0.0, 1.0]]), "cross-entropy")
    assert (found.loss, found.parameters[0]["W"].tolist()) == (900.0, [[1.0], [-1.0]])


def test_a_softmax_that_is_read_again_keeps_the_way_through_y() -> None:
    """s = softmax(W x + U s) is a state: its gradient has a part from later, checked by central differences."""
    text = 'equations = """\ns[t] = softmax(W @ x[t] + U @ s[t-1])\ny[t] = s[t]\n"""\n'
    cell = Cell.parse(text + '[parameters]\nW = ["H", "I"]\nU = ["H", "H"]\n[state]\ns = ["H"]\n')
    network = Network([Layer(cell, {"W": [[0.5], [-0.2]], "U": [[0.3, 0.1], [-0.4, 0.2]]})])
    sequence = Sequence([[1.0], [2.0]], [[0.0, 1.0], [1.0, 0.0]])
    assert largest_difference(network, sequence, "cross-entropy")[0] < 1e-8
