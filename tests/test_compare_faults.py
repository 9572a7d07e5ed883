"""Traces broken on purpose: of every fault a few random networks; `tests/fuzz` has many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faults import PLANTS, Plant, judged
from numpy.typing import NDArray
from ported import Ported, Values

from rnn_tui import Layer, Network, Sequence
from rnn_tui.core.attempts import Cause
from rnn_tui.core.causes import TRIED, causes
from rnn_tui.core.divergence import first_divergence
from rnn_tui.core.replay import Subject
from rnn_tui.core.trace import TOLERANCE, Trace
from rnn_tui.files.models import load_model

Array = NDArray[Any]
FEW = 2


def test_every_cause_that_can_be_named_is_planted() -> None:
    assert {plant.cause for plant in PLANTS} | {"batch-item"} == {*TRIED, "none", "equal"}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.make.__name__)
def test_a_fault_is_named_and_no_other(plant: Plant, tmp_path: Path) -> None:
    for seed in range(FEW):
        judged(plant, seed, tmp_path)


def found_in(values: Values, net: Ported, sequence: Sequence, folder: Path) -> tuple[Cause, ...]:
    """What explains a trace of one layer's state."""
    np.savez(folder / "model.npz", **net.state)
    loaded = load_model(folder / "model.npz")
    trace = Trace({(0, "s"): values[0, "s"][None]})
    subject = Subject.of(loaded.network, loaded.gated, sequence, loaded.initial_state, trace.keys)
    first = first_divergence(trace, subject.values(), TOLERANCE)
    assert first is not None
    return causes(subject, trace, first, TOLERANCE)


@pytest.mark.parametrize("done", [True, False])
def test_many_resets_are_found_at_once(done: bool, tmp_path: Path) -> None:
    """Forty, more than are found one after the other: every 5 timesteps where none should be, or none there."""
    draw = np.random.default_rng(1)
    net = Ported.random(draw, "gru", 2, 3, 1)
    x, resets = draw.normal(size=(203, 2)), list(range(6, 204, 5))
    values, _ = net.run(x, resets=resets if done else ())
    (cause,) = found_in(values, net, Sequence(x, resets=() if done else resets), tmp_path)
    assert cause.detail == {"how": "reset", "resets": resets if done else []}
    assert cause.what.startswith("with the states begun afresh after every 5" if done else "with the states carried on")


def test_a_layer_whose_numbers_become_nan_explains_nothing(tmp_path: Path) -> None:
    """Without tanh an RNN of large weights overflows; a trace of NaN is not explained by that."""
    draw = np.random.default_rng(1)
    net = Ported.random(draw, "rnn", 2, 3, 1)
    grown = {name: array * 1e3 for name, array in net.state.items()}
    big = Ported("rnn", grown, 3, 1)
    x = draw.normal(size=(203, 2))
    values = {(0, "s"): np.full((203, 3), np.nan)}
    assert not found_in(values, big, Sequence(x), tmp_path)


SIZES = (2, 4, 4)
"""Of x, of the state, and of the y of a readout."""


def softmax(z: Array) -> Array:
    raised = np.exp(z)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("wrong", "cause", "what"),
    [
        (lambda s, W, b: s @ W.T, "bias", "without the bias of layer 2 the difference vanishes"),
        (lambda s, W, b: s @ W + b, "transposed", "with W of layer 2 transposed the difference vanishes"),
        (lambda s, W, b: softmax(s @ W.T + b), "activation", "with softmax as the activation of layer 2 the diff"),
        (lambda s, W, b: np.maximum(s @ W.T + b, 0), "activation", "with relu as the activation of layer 2 the diff"),
    ],
    ids=["bias", "transposed", "softmax", "relu"],
)
def test_a_readout_read_wrongly(
    wrong: Callable[[Array, Array, Array], Array], cause: str, what: str, tmp_path: Path
) -> None:
    draw = np.random.default_rng(7)
    I, H, O = SIZES  # noqa: E741 - the field's letters
    net, x = Ported.random(draw, "gru", I, H, 1), draw.normal(size=(9, I))
    W, b = draw.normal(size=(O, H)), draw.normal(size=O)
    parts: dict[str, Any] = {
        **{f"gru.{name}": array for name, array in net.state.items()},
        "fc.weight": W,
        "fc.bias": b,
    }
    np.savez(tmp_path / "model.npz", **parts)
    loaded = load_model(tmp_path / "model.npz")
    s = net.run(x)[0][0, "s"]
    trace = Trace({(0, "s"): s[None], (1, "y"): wrong(s, W, b)[None]})
    subject = Subject.of(loaded.network, loaded.gated, Sequence(x), loaded.initial_state, trace.keys)
    first = first_divergence(trace, subject.values(), TOLERANCE)
    assert first is not None
    (found,) = causes(subject, trace, first, TOLERANCE)
    assert (found.cause, first.layer) == (cause, 2)
    assert found.what.startswith(what)


def test_a_softmax_that_the_model_has_too_much(tmp_path: Path) -> None:
    """Logits, where the network gives probabilities."""
    draw = np.random.default_rng(7)
    W, b, x = draw.normal(size=(3, 4)), draw.normal(size=3), draw.normal(size=(9, 4))
    network = Network([Layer("softmax", {"W": W, "b": b})])
    trace = Trace({(0, "y"): (x @ W.T + b)[None]})
    subject = Subject.of(network, (None,), Sequence(x), ({},), trace.keys)
    first = first_divergence(trace, subject.values(), TOLERANCE)
    assert first is not None
    (found,) = causes(subject, trace, first, TOLERANCE)
    assert found.what == "without an activation of layer 1 the difference vanishes"
