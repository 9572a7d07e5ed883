"""Keras' SimpleRNN, LSTM and GRU compute the same as our equations: all of vectors/keras, and a real GRU."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles import Array, Arrays, agree, arrays, cases, gated, run

from rnn_tui import Bidirectional, Layer, Network

CASES = cases("keras/index.json")
NOT_REPRESENTED: dict[str, str] = {}

PARTS = ("s", "c")
"""Our names for Keras' state.0 and state.1."""


def keras_layer(kind: str, config: dict[str, Any], weights: Arrays, reverse: bool = False) -> Layer:
    """The layer with Keras' kernel (I, gates * H), recurrent_kernel and bias, of two rows in a GRU with reset_after."""
    gates = {"SimpleRNN": "", "LSTM": "ifgo", "GRU": "zrn"}[kind]
    assert config["activation"] == "tanh" or kind == "SimpleRNN"
    assert config.get("recurrent_activation", "sigmoid") == "sigmoid"
    cell = {
        "SimpleRNN": {"tanh": "elman", "relu": "elman-relu"}[config["activation"]],
        "LSTM": "lstm",
        "GRU": "gru-reset-after" if config.get("reset_after") else "gru",
    }[kind]
    matrices = (weights["kernel"].T, weights["recurrent_kernel"].T)
    if "bias" not in weights:
        return gated(cell, gates, matrices, reverse=reverse)
    bias = weights["bias"] if weights["bias"].ndim == 2 else (weights["bias"], np.zeros_like(weights["bias"]))
    return gated(cell, gates, matrices, (bias[0], bias[1]), reverse=reverse)


def weights_below(part: str, stored: Arrays) -> dict[str, Array]:
    """The weights whose path holds `part`, by the last word of the path."""
    return {
        name.rsplit("/", 1)[1]: array for name, array in stored.items() if name.startswith("weight.") and part in name
    }


def keras_network(case: dict[str, Any], stored: Arrays) -> Network:
    """The one layer of a case, or its two directions."""
    config = case["config"]
    if case["class"] != "Bidirectional":
        return Network([keras_layer(case["class"], config, weights_below("", stored), config["go_backwards"])])
    inner = config["layer"]
    forward = keras_layer(inner["class_name"], inner["config"], weights_below("/forward_", stored))
    backward = keras_layer(inner["class_name"], inner["config"], weights_below("/backward_", stored), reverse=True)
    return Network(
        [Bidirectional(forward, backward, {"ave": "average"}.get(config["merge_mode"], config["merge_mode"]))]
    )


def spread(rows: Array, mask: Array) -> Array:
    """The outputs of the steps that were not masked, in processing order, spread over all steps.

    Keras leaves a masked step out: the state stays, and the output repeats the last one; before the first it is zeros.
    """
    with_zeros = np.concatenate([np.zeros_like(rows[:1]), rows])
    spread_rows: Array = with_zeros[np.cumsum(mask)]
    return spread_rows


def call(
    case: dict[str, Any], network: Network, x: Array, mask: Array, before: Arrays
) -> tuple[Array, dict[str, Array]]:
    """y and the final state of one batch element as Keras gives them: x (T, I), mask (T,).

    With go_backwards the outputs stay in the order in which they were computed, from T to 1; a bidirectional layer
    turns them round, and where only the last output is wanted takes that of its backward layer at 1.
    """
    config = case["config"]
    inner = config["layer"]["config"] if "layer" in config else config
    assert mask.all() or not inner["zero_output_for_mask"]
    made = run(network, x[mask], [before] if before else ())
    backwards = inner["go_backwards"]
    if not inner["return_sequences"]:
        y = np.concatenate([final["s"] for final in made.finals])
    elif backwards:
        y = spread(made.outputs[::-1], mask[::-1])
    else:
        y = spread(made.outputs, mask)
    return y, made.finals[0]


def results(case: dict[str, Any], stored: Arrays, x: Array, before: Arrays) -> dict[str, Array]:
    """y, state.0 and state.1 of a call with a batch: x (B, T, I)."""
    network = keras_network(case, stored)
    masks = stored.get("mask", np.ones(x.shape[:2], bool))
    calls = []
    for element in range(len(x)):
        own = {part: rows[element] for part, rows in before.items()}
        calls.append(call(case, network, x[element], masks[element], own))
    found = {"y": np.stack([y for y, _ in calls])}
    if case["config"].get("return_state"):
        for number, part in enumerate(network.layers[0].cell.states):
            found[f"state.{number}"] = np.stack([final[part] for _, final in calls])
    return found


def test_every_case_of_the_index_is_run() -> None:
    """None is left out but by name and reason."""
    assert len(CASES) == 15
    assert set(NOT_REPRESENTED) <= set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if name not in NOT_REPRESENTED])
def test_layers(name: str) -> None:
    """y and the states; a stateful layer begins its second call where the first one ended."""
    case, stored = CASES[name], arrays(f"keras/{name}.npz")
    x, split = stored["x"], case["split_at"]
    before = {part: stored[f"initial_state.{i}"] for i, part in enumerate(PARTS) if f"initial_state.{i}" in stored}
    found: dict[str, Array] = {}
    if split is None:
        found = results(case, stored, x, before)
    else:
        for number, rows in enumerate((x[:, :split], x[:, split:])):
            made = results(case, stored, rows, before)
            found |= {f"call{number}.{key}": array for key, array in made.items()}
            before = {part: made[f"state.{i}"] for i, part in enumerate(PARTS)}
    inputs = ("x", "mask", "initial_state.0", "initial_state.1")
    agree(found, {k: v for k, v in stored.items() if k not in inputs and not k.startswith("weight.")})


def test_walking_phase() -> None:
    """The GRU of 8 units that tells the phase of the walking cycle, over 12 windows of 200 steps."""
    stored = arrays("real/ao_gru8/io.npz")
    config = {"activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": True}
    weights = {key: stored[f"gru.{key}"] for key in ("kernel", "recurrent_kernel", "bias")}
    network = Network([keras_layer("GRU", config, weights)])
    outputs = np.stack([run(network, x).outputs for x in stored["gru_input"]])
    agree({"h": outputs, "last": outputs[:, -1]}, {"h": stored["gru_h"], "last": stored["gru_last"]})
