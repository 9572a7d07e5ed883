"""Optimizers against the formulas of their papers, worked out by a plain loop here, and clipping by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracles import Array

from rnn_tui import Layer, Network, Sequence
from rnn_tui.core.errors import RangeError
from rnn_tui.core.gradients import Judged, way_back
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import loss_of
from rnn_tui.core.optimizers import Memory, Optimizer, Parameters, norm
from rnn_tui.core.window import run_window

DRAW = np.random.default_rng(5)
START = [DRAW.normal(0, 1, (2, 3)), DRAW.normal(0, 1, 4)]
GRADIENTS = [[DRAW.normal(0, 1, (2, 3)), DRAW.normal(0, 1, 4)] for _ in range(6)]


def updated(
    optimizer: Optimizer, parameters: Parameters, gradients: Parameters, memory: Memory
) -> tuple[Parameters, Memory]:
    """The parameters after an update, in arrays of their own, and what to remember for the next."""
    after = tuple({name: np.array(array) for name, array in layer.items()} for layer in parameters)
    return after, optimizer.update(after, gradients, memory.copy())[0]


def updates(optimizer: Optimizer) -> list[list[Array]]:
    """The parameters after each of six updates; one of each of two layers."""
    parameters, memory, after = ({"W": START[0]}, {"b": START[1]}), Memory(), []
    for g, h in GRADIENTS:
        now, memory = updated(optimizer, parameters, ({"W": g}, {"b": h}), memory)
        parameters = ({"W": now[0]["W"]}, {"b": now[1]["b"]})
        after.append([now[0]["W"], now[1]["b"]])
    assert memory.count == 6
    return after


def same(found: list[list[Array]], wanted: list[list[Array]]) -> None:
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


def test_sgd() -> None:
    p, wanted = list(START), []
    for g in GRADIENTS:
        p = [p[k] - 0.05 * g[k] for k in (0, 1)]
        wanted.append(p)
    same(updates(Optimizer("sgd", 0.05)), wanted)


def test_sgd_with_momentum() -> None:
    """v = momentum v + g, v being g at first; p = p - rate v (torch.optim.SGD)."""
    p, v, wanted = list(START), [np.zeros((2, 3)), np.zeros(4)], []
    for g in GRADIENTS:
        v = [0.9 * v[k] + g[k] for k in (0, 1)]
        p = [p[k] - 0.05 * v[k] for k in (0, 1)]
        wanted.append(p)
    same(updates(Optimizer("sgd", 0.05, 0.9)), wanted)


def test_adam() -> None:
    """Algorithm 1 of Kingma and Ba 2015."""
    p, m, v, wanted = list(START), [0.0 * START[0], 0.0 * START[1]], [0.0 * START[0], 0.0 * START[1]], []
    for t, g in enumerate(GRADIENTS, 1):
        m = [0.9 * m[k] + 0.1 * g[k] for k in (0, 1)]
        v = [0.999 * v[k] + 0.001 * g[k] ** 2 for k in (0, 1)]
        hats = [(m[k] / (1 - 0.9**t), v[k] / (1 - 0.999**t)) for k in (0, 1)]
        p = [p[k] - 0.05 * hats[k][0] / (np.sqrt(hats[k][1]) + 1e-8) for k in (0, 1)]
        wanted.append(p)
    same(updates(Optimizer("adam", 0.05)), wanted)


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient() -> None:
    """m / (1 - beta1) is g and the root of v / (1 - beta2) is |g|."""
    after, _ = updated(Optimizer("adam", 0.5), ({"p": np.zeros(3)},), ({"p": np.array([1e-3, -7.0, 1e4])},), Memory())
    np.testing.assert_allclose(after[0]["p"], [-0.5, 0.5, -0.5], rtol=2e-5)


@pytest.mark.parametrize("optimizer", [Optimizer("sgd", 0.05, 0.9, 1.5), Optimizer("adam", 0.05, 0.0, 1.5)])
def test_clipping_comes_before_what_is_remembered(optimizer: Optimizer) -> None:
    """With gradients that were clipped by hand the unclipped optimizer does the same."""
    wanted, parameters, memory = [], ({"W": START[0]}, {"b": START[1]}), Memory()
    free = Optimizer(optimizer.name, optimizer.rate, optimizer.momentum)
    for g, h in GRADIENTS:
        length = math.sqrt(float((g**2).sum() + (h**2).sum()))
        factor = min(1.0, 1.5 / (length + 1e-6))
        now, memory = updated(free, parameters, ({"W": g * factor}, {"b": h * factor}), memory)
        parameters = ({"W": now[0]["W"]}, {"b": now[1]["b"]})
        wanted.append([now[0]["W"], now[1]["b"]])
    same(updates(optimizer), wanted)


def test_clipping_by_hand() -> None:
    """Of 3, 0 and 4 the norm is 5: for a clip of 1 each becomes a fifth (the 1e-6 is PyTorch's)."""
    given = ({"W": np.array([[3.0, 0.0]])}, {"b": np.array([4.0])})
    assert norm(given) == 5
    zeros = ({"W": np.zeros((1, 2))}, {"b": np.zeros(1)})

    def taken(clip: float) -> tuple[dict[str, Array], ...]:
        """What a step of rate 1 takes from zeros is the gradient after clipping."""
        after, _ = updated(Optimizer("sgd", 1.0, clip=clip), zeros, given, Memory())
        return tuple({name: -array for name, array in layer.items()} for layer in after)

    clipped = taken(1)
    np.testing.assert_allclose(clipped[0]["W"], [[0.6, 0]], rtol=1e-6)
    np.testing.assert_allclose(clipped[1]["b"], [0.8], rtol=1e-6)
    assert norm(clipped) == pytest.approx(5 / (5 + 1e-6), rel=1e-15)
    for free in (taken(6), taken(0)):
        assert (free[0]["W"].tolist(), free[1]["b"].tolist()) == ([[3, 0]], [4])


def test_float32_stays_float32() -> None:
    """Matrices, vectors and single numbers."""
    shapes = {"W": (2, 2), "b": (3,), "a": ()}
    given = ({name: np.full(shape, 0.5, np.float32) for name, shape in shapes.items()},)
    for optimizer in (Optimizer("sgd", 0.1, 0.9, 0.1), Optimizer("adam", 0.1, 0.0, 0.1)):
        parameters, memory = given, Memory()
        for _ in range(2):
            after, memory = updated(optimizer, parameters, given, memory)
            parameters = (dict(after[0]),)
        assert {name: array.dtype for name, array in after[0].items()} == dict.fromkeys(shapes, np.dtype(np.float32))
        assert {name: array.shape for name, array in after[0].items()} == shapes


def test_what_is_given_is_not_changed() -> None:
    given = ({"W": np.ones((2, 2))},)
    for optimizer in (Optimizer("sgd", 0.1, 0.9, 0.1), Optimizer("adam", 0.1, 0.0, 0.1)):
        updated(optimizer, given, given, updated(optimizer, given, given, Memory())[1])
        assert (given[0]["W"] == 1).all()


ALL = [
    Optimizer("sgd", 0.1),
    Optimizer("sgd", 0.1, 0.9, clip_value=0.5),
    Optimizer("adam", 0.1, clip=3.0),
    Optimizer("rmsprop", 0.1, weight_decay=0.2),
    Optimizer("adagrad", 0.1),
]


@pytest.mark.parametrize("optimizer", ALL)
def test_a_long_vector_is_updated_in_parts_and_where_it_stands(optimizer: Optimizer) -> None:
    """To the bit as a matrix of the same numbers, which is no vector and updated whole, to new ones."""
    draw = np.random.default_rng(1)
    start, gradients = draw.normal(size=(200, 210)), [draw.normal(size=(200, 210)) for _ in range(3)]
    whole, memory = start, Memory()
    vector, own = start.ravel().copy(), Memory()
    for gradient in gradients:
        (after,), memory = updated(optimizer, ({"p": whole},), ({"p": gradient},), memory)
        whole = after["p"]
        new, length = optimizer.update(({"p": vector},), ({"p": gradient.ravel()},), own)
        assert length == pytest.approx(float(np.linalg.norm(gradient)), rel=1e-12)
        for old, kept in ((own.first, new.first), (own.second, new.second)):
            assert not old or kept[0]["p"] is old[0]["p"]
        own = new
        assert vector.tobytes() == whole.tobytes()
        for one, two in ((own.first, memory.first), (own.second, memory.second)):
            assert [layer["p"].tobytes() for layer in one] == [layer["p"].tobytes() for layer in two]
    assert own.count == memory.count == 3


@pytest.mark.parametrize("truncate", [1, 2, 0])
@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_a_learner_is_the_plain_loop(name: str, truncate: int) -> None:
    """Windows, epochs and what the optimizer remembers from one to the next, over three epochs, clipped."""
    network = Network.random(["gru", "dense"], 2, 3, seed=4)
    x, target = DRAW.normal(0, 1, (5, 2)), DRAW.normal(0, 1, (5, 3))
    optimizer = Optimizer("sgd", 0.02, 0.8, 2.0) if name == "momentum" else Optimizer("adam", 0.02, 0.0, 2.0)
    learner = Learner(network, Sequence(x, target), Learning("sse", truncate, 3, optimizer))
    p = {(k, n): np.array(a) for k, layer in enumerate(network.layers) for n, a in layer.parameters.items()}
    m, v, count = {key: 0 * array for key, array in p.items()}, {key: 0 * array for key, array in p.items()}, 0
    for epoch in (1, 2, 3):
        length = truncate or 5
        state: tuple[dict[str, Array], ...] = ({"s": np.zeros(3)}, {})
        for first in range(0, 5, length):
            parameters = [{n: np.array(p[k, n]) for n in layer.parameters} for k, layer in enumerate(network.layers)]
            window = run_window(network.with_parameters(parameters), x[first : first + length], first + 1, state)
            back = way_back(window, Judged(*loss_of("sse", window.y, target[first : first + length]))).parameters
            g = {key: back[key[0]][key[1]] for key in p}
            count += 1
            g = {
                key: a * min(1.0, 2.0 / (math.sqrt(sum((b**2).sum() for b in g.values())) + 1e-6))
                for key, a in g.items()
            }
            for key in p:
                if name == "momentum":
                    m[key] = 0.8 * m[key] + g[key]
                    p[key] = p[key] - 0.02 * m[key]
                else:
                    m[key] = 0.9 * m[key] + 0.1 * g[key]
                    v[key] = 0.999 * v[key] + 0.001 * g[key] ** 2
                    root = np.sqrt(v[key] / (1 - 0.999**count))
                    p[key] = p[key] - 0.02 * (m[key] / (1 - 0.9**count)) / (root + 1e-8)
            state = ({"s": window.runs[0].states["s"][-1]}, {})
        after = learner.epoch(epoch).after
        for (k, n), array in p.items():
            np.testing.assert_allclose(after.layers[k].parameters[n], array, rtol=1e-12, atol=1e-14)


TORCH = json.loads((Path(__file__).parent / "vectors" / "torch_optim.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TORCH["cases"], ids=[case["name"] for case in TORCH["cases"]])
def test_torch_does_the_same(case: dict[str, Any]) -> None:
    """Every update is an epoch of its own, as torch's schedulers count them here."""
    settings = dict(case["settings"])
    learning = Learning(epochs=8, schedule=settings.pop("schedule", "constant"), optimizer=Optimizer(**settings))
    parameters, memory = ({"W": np.array(TORCH["start"][0])}, {"b": np.array(TORCH["start"][1])}), Memory()
    assert len(TORCH["gradients"]) == len(case["after"]) == 8
    for epoch, (given, wanted) in enumerate(zip(TORCH["gradients"], case["after"], strict=True), 1):
        gradients = ({"W": np.array(given[0])}, {"b": np.array(given[1])})
        now, memory = updated(learning.optimizer_at(epoch), parameters, gradients, memory)
        parameters = ({"W": now[0]["W"]}, {"b": now[1]["b"]})
        for array, right in zip((now[0]["W"], now[1]["b"]), wanted, strict=True):
            np.testing.assert_allclose(array, right, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", list(TORCH["network"]["losses"]))
def test_every_loss_and_reduction_has_the_gradients_of_torch(name: str) -> None:
    given, (loss, reduction) = TORCH["network"], name.split("/")
    own = {key: np.array(value) for key, value in given["parameters"].items()}
    elman = Layer("elman", {key: own[key] for key in ("W", "U", "b")})
    network = Network([elman, Layer("dense", {"W": own["V"], "b": own["c"]})])
    learning = Learning(loss, truncate=0, reduction=reduction)
    epoch = Learner(network, Sequence(given["x"], given["targets"]), learning).epoch(1)
    found, wanted = epoch.updates[0].back().parameters, given["losses"][name]
    assert epoch.loss == pytest.approx(wanted["loss"], rel=1e-12)
    pairs = ((0, "W", "W"), (0, "U", "U"), (0, "b", "b"), (1, "W", "V"), (1, "b", "c"))
    for layer, ours, theirs in pairs:
        np.testing.assert_allclose(found[layer][ours], wanted[theirs], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("text", ["", "linear", "step:0", "step:0:0.5", "step:a", "step:5:", "step:5:-1", "cosine:3"])
def test_what_is_no_schedule_is_told(text: str) -> None:
    with pytest.raises(RangeError, match="is no schedule; write constant, cosine, or step"):
        Learning(schedule=text).check()
