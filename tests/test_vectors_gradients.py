"""PyTorch's gradients are ours: every case of vectors/torch that has them, and the six trajectories of plain SGD."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles import VECTORS, Array, Arrays, agree, arrays, cases, cell, gated
from test_vectors_torch import CELLS, TRAJECTORIES, below, torch_network

from rnn_tui import Layer, Network, Sequence
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.gradients import Judged, WayBack, way_back
from rnn_tui.core.initial_state import State
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import loss_of, one_hot
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.window import Window, run_window

TOLERANCE = 1e-10
CASES = cases("torch/index.json")
GRADED = [name for name, case in CASES.items() if case["kind"] != "trajectory" and case["loss"]]
LOSSES = {
    "sumsq": "the sum of y^2: sse of targets that are zero",
    "ce_each": "cross-entropy of softmax(y), the mean over timesteps and batch: a softmax layer on top that has the "
    "identity for W, and its gradient divided by T * B",
    "mse_last_state": "the mean of (hn - target_h)^2 over all layers, and that of cn: one way back for each layer, as "
    "the last of its network, from the gradient by y where it ends; a loss is a sum, and so is its gradient",
}
"""Every loss of the index, and how it is said with ours."""
NOT_REPRESENTED: dict[str, str] = {}


def parts(part: str, layer: Layer, gates: str, values: Arrays) -> dict[str, Array]:
    """The gradients of a layer by PyTorch's names (without the number): the gates stacked, both biases of a sum."""
    suffixes = [f"_{gate}" for gate in gates] or [""]
    found = {
        "weight_ih": np.concatenate([values[f"W{suffix}"] for suffix in suffixes]),
        "weight_hh": np.concatenate([values[f"U{suffix}"] for suffix in suffixes]),
        "bias_ih": np.concatenate([values[f"b{suffix}"] for suffix in suffixes]),
        "bias_hh": np.concatenate([values.get(f"c{suffix}", values[f"b{suffix}"]) for suffix in suffixes]),
    }
    if "P" in values:
        found["weight_hr"] = values["P"]
    return {f"{name}{part}": array for name, array in found.items()}


def recurrent(network: Network) -> list[int]:
    """The layers that PyTorch counts, in its order: layer by layer, forwards before backwards."""
    return [index for index, layer in enumerate(network.layers) if layer.cell.recurrent]


def stored_states(network: Network, stored: Arrays, element: int) -> tuple[State, ...]:
    """h0 and c0 of one batch element; zeros where they are not stored."""
    before: list[State] = []
    for layer, sizes in zip(network.layers, network.sizes(stored["x"].shape[-1]), strict=True):
        row = len([state for state in before if state])
        given = {"s": "h0", "c": "c0"}
        before.append(
            {
                name: stored[given[name]][row, element] if given[name] in stored else np.zeros(size)
                for name, size in layer.state_sizes(sizes).items()
            }
        )
    return tuple(before)


def window_of(network: Network, stored: Arrays, element: int) -> Window:
    return run_window(network, stored["x"][:, element], 1, stored_states(network, stored, element))


def sumsq(case: dict[str, Any], network: Network, stored: Arrays, element: int) -> list[WayBack]:
    window = window_of(network, stored, element)
    return [way_back(window, Judged(*loss_of("sse", window.y, np.zeros_like(window.y))))]


def ce_each(case: dict[str, Any], network: Network, stored: Arrays, element: int) -> list[WayBack]:
    width = stored["y"].shape[-1]
    top = Layer("softmax", {"W": np.eye(width), "b": np.zeros(width)})
    window = window_of(Network([*network.layers, top]), stored, element)
    losses, dy = loss_of("cross-entropy", window.y, one_hot(stored["target"][:, element].astype(float), width, ""))
    count = case["T"] * case["batch"]
    return [way_back(window, Judged(losses / count, dy / count))]


def showing(layer: Layer) -> Layer:
    """An LSTM whose y is both of its states."""
    made = cell("lstm-both-states") if "c" in layer.cell.states else layer.cell
    return Layer(made, layer.parameters, layer.reverse)


def mse_last_state(case: dict[str, Any], network: Network, stored: Arrays, element: int) -> list[WayBack]:
    ways, per = [], 3 if case["bidirectional"] else 1
    targets = [stored[f"target_{letter}"] for letter in ("h", "c") if f"target_{letter}" in stored]
    for last in range(case["num_layers"]):
        below_, own = network.layers[: per * last], network.layers[per * last : per * (last + 1)]
        top = Bidirectional(showing(own[0]), showing(own[1])) if case["bidirectional"] else showing(own[0])
        entries: list[Layer | Bidirectional] = []
        for k in range(0, len(below_), per):
            entries.append(Bidirectional(below_[k], below_[k + 1]) if case["bidirectional"] else below_[k])
        window = window_of(Network([*entries, top]), stored, element)
        directions = 2 if case["bidirectional"] else 1
        wanted = np.concatenate(
            [
                np.concatenate([target[directions * last + way, element] for target in targets])
                for way in range(directions)
            ]
        )
        # where each direction ends: forwards at the last row, backwards at the first
        half = len(wanted) // directions
        target = np.full_like(window.y, np.nan)
        target[-1, :half] = wanted[:half]
        if case["bidirectional"]:
            target[0, half:] = wanted[half:]
        difference = np.where(np.isnan(target), 0, window.y - target)
        count = targets[0].size
        ways.append(way_back(window, Judged((difference**2).sum(axis=1) / count, 2 * difference / count)))
    return ways


RULES = {"sumsq": sumsq, "ce_each": ce_each, "mse_last_state": mse_last_state}


def test_no_case_is_left_out() -> None:
    """The index has gradients for 23 cases, none of them packed or batch first, and 6 trajectories."""
    assert (len(GRADED), len(TRAJECTORIES)) == (23, 6)
    assert {CASES[name]["loss"] for name in GRADED} == {*LOSSES} == {*RULES}
    assert set(NOT_REPRESENTED) <= set(CASES)
    assert not any(CASES[name]["lengths"] or CASES[name]["batch_first"] for name in GRADED)
    with_gradients = {
        p.stem for p in (VECTORS / "torch").glob("*.npz") if any("grad" in n for n in arrays(f"torch/{p.name}"))
    }
    assert with_gradients == {*GRADED, *TRAJECTORIES}


@pytest.mark.parametrize("name", [name for name in GRADED if name not in NOT_REPRESENTED])
def test_layers(name: str) -> None:
    """The loss, and its gradient by every parameter, x, h0 and c0."""
    case, stored = CASES[name], arrays(f"torch/{name}.npz")
    network = torch_network(case, below("param.", stored))
    ways = [RULES[case["loss"]](case, network, stored, element) for element in range(case["batch"])]
    flat = [way for element in ways for way in element]
    order, directions = recurrent(network), 2 if case["bidirectional"] else 1
    found: dict[str, Array] = {"loss": np.asarray(sum(way.losses.sum() for way in flat))}
    for row, index in enumerate(order):
        part = f"_l{row // directions}" + ("_reverse" if row % directions else "")
        there = [way.parameters[index] for way in flat if index < len(way.parameters)]
        summed = {key: np.sum([each[key] for each in there], axis=0) for key in there[0]}
        named = parts(part, network.layers[index], CELLS[case["kind"]][1], summed)
        found |= {f"grad.param.{key}": array for key, array in named.items() if f"param.{key}" in stored}
    found["grad.x"] = np.stack([np.sum([way.x for way in element], axis=0) for element in ways], axis=1)
    for letter, state in (("h", "s"), ("c", "c")):
        if f"{letter}0" in stored:
            rows = [[element[0].before[index][state] for element in ways] for index in order]
            found[f"grad.{letter}0"] = np.array(rows)
    agree(found, {key: a for key, a in stored.items() if key == "loss" or key.startswith("grad.")}, TOLERANCE)


TWO_BIASES = {"RNNCell": "elman-two-biases", "LSTMCell": "lstm-two-biases", "GRUCell": "gru-two-biases"}


def head_of(stored: Arrays) -> list[Layer]:
    if "step0.head.weight" not in stored:
        return []
    return [Layer("softmax", {"W": stored["step0.head.weight"], "b": stored["step0.head.bias"]})]


def learner_of(case: dict[str, Any], stored: Arrays, name: str, rate: float) -> Learner:
    """One epoch through the samples of a trajectory, with the cell of that name."""
    own, gates = below("step0.cell.", stored), CELLS[case["cell"]][1]
    layer = gated(name, gates, (own["weight_ih"], own["weight_hh"]), (own["bias_ih"], own["bias_hh"]))
    sequence = Sequence(stored["x"][:, 0], stored["target"] if case["head"] else stored["target"][:, 0])
    learning = Learning("cross-entropy" if case["head"] else "sse", case["k"], 1, Optimizer("sgd", rate))
    network = Network([layer, *head_of(stored)])
    return Learner(network, sequence, learning, [{"s": stored["h0"][0]}, *({} for _ in head_of(stored))])


def by_torch_names(case: dict[str, Any], network: Network, values: tuple[Arrays, ...]) -> dict[str, Array]:
    named = parts("", network.layers[0], CELLS[case["cell"]][1], values[0])
    found = {f"cell.{key}": array for key, array in named.items()}
    if case["head"]:
        found |= {"head.weight": values[1]["W"], "head.bias": values[1]["b"]}
    return found


@pytest.mark.parametrize("name", TRAJECTORIES)
def test_trajectories(name: str) -> None:
    """Weights before the first update and after every one, every gradient, every loss, state and readout."""
    case, stored = CASES[name], arrays(f"torch/{name}.npz")
    learner = learner_of(case, stored, TWO_BIASES[case["cell"]], case["lr"])
    epoch = learner.epoch(1)
    found: dict[str, Array] = {"loss": epoch.losses}
    for update in epoch.updates:
        first, end = update.window.first, update.window.first + len(update.window)
        for samples in range(first - 1, end):  # the parameters after so many samples
            network = update.after if samples == end - 1 else update.window.network
            now = by_torch_names(case, network, tuple(layer.parameters for layer in network.layers))
            found |= {f"step{samples}.{key}": array for key, array in now.items()}
        own = by_torch_names(case, network, update.back().parameters)
        found |= {f"grad_at_step{end - 1}.{key}": array for key, array in own.items()}
    runs = [update.window.runs for update in epoch.updates]
    found["h"] = np.concatenate([run[0].states["s"][1:] for run in runs])[:, None]
    if "c" in stored:
        found["c"] = np.concatenate([run[0].states["c"][1:] for run in runs])[:, None]
    if case["head"]:
        found["logits"] = np.concatenate([run[1].named["z"] for run in runs])[:, None]
    assert [update.window.first + len(update.window) - 1 for update in epoch.updates] == case["update_after_steps"]
    agree(found, {key: a for key, a in stored.items() if key not in ("x", "target", "h0")}, TOLERANCE)


def test_two_biases_move_their_sum_twice_as_far_as_one_moves() -> None:
    """Both have the gradient of the sum; so in the first update the sum of the two does two steps."""
    name = "traj_rnncell_k1_sse"
    case, stored = CASES[name], arrays(f"torch/{name}.npz")
    two, one = (learner_of(case, stored, cell, 0.1).epoch(1).updates[0] for cell in ("elman-two-biases", "elman"))
    before, after = (network.layers[0].parameters for network in (two.window.network, two.after))
    moved = after["b"] + after["c"] - before["b"] - before["c"]
    alone = one.after.layers[0].parameters["b"] - one.window.network.layers[0].parameters["b"]
    np.testing.assert_allclose(moved, 2 * alone, rtol=1e-12)
