"""PyTorch's nn.RNN, nn.LSTM and nn.GRU compute the same as our equations: all of vectors/torch, and a real LSTM."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles import Array, Arrays, Run, agree, arrays, cases, gated, run, stacked

from rnn_tui import Bidirectional, Layer, Network

CASES = cases("torch/index.json")
LAYERS = [name for name, case in CASES.items() if case["kind"] != "trajectory"]
TRAJECTORIES = [name for name, case in CASES.items() if case["kind"] == "trajectory"]
NOT_REPRESENTED: dict[str, str] = {}

CELLS = {
    "RNN_TANH": ("elman", ""),
    "RNN_RELU": ("elman-relu", ""),
    "RNNCell": ("elman", ""),
    "LSTM": ("lstm", "ifgo"),
    "LSTMCell": ("lstm", "ifgo"),
    "GRU": ("gru-reset-after", "rzn"),
    "GRUCell": ("gru-reset-after", "rzn"),
}
"""PyTorch's name to our cell, and its gates in PyTorch's order."""
GIVEN = ("x", "h0", "c0", "target", "target_h", "target_c")
LATER = ("loss", "grad")
"""What belongs to training, not to the forward computation of a layer."""


def torch_layer(kind: str, parameters: Arrays, suffix: str = "", reverse: bool = False) -> Layer:
    """The layer whose parameters are ``weight_ih`` + suffix and so on."""
    name, gates = CELLS[kind]
    weights = (parameters[f"weight_ih{suffix}"], parameters[f"weight_hh{suffix}"])
    biases = None
    if f"bias_ih{suffix}" in parameters:
        biases = (parameters[f"bias_ih{suffix}"], parameters[f"bias_hh{suffix}"])
    if f"weight_hr{suffix}" in parameters:
        return gated("lstm-projection", gates, weights, biases, {"P": parameters[f"weight_hr{suffix}"]}, reverse)
    return gated(name, gates, weights, biases, reverse=reverse)


def torch_network(case: dict[str, Any], parameters: Arrays) -> Network:
    """The stack of a case."""
    stack: list[Layer | Bidirectional] = []
    for number in range(case["num_layers"]):
        forward = torch_layer(case["kind"], parameters, f"_l{number}")
        if case["bidirectional"]:
            backward = torch_layer(case["kind"], parameters, f"_l{number}_reverse", reverse=True)
            stack.append(Bidirectional(forward, backward, "concat"))
        else:
            stack.append(forward)
    return Network(stack)


def below(prefix: str, stored: Arrays) -> dict[str, Array]:
    """The arrays whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): array for name, array in stored.items() if name.startswith(prefix)}


def padded(rows: Array, steps: int) -> Array:
    """Rows followed by rows of zeros, as PyTorch pads what it unpacks."""
    return np.concatenate([rows, np.zeros((steps - len(rows), *rows.shape[1:]), rows.dtype)])


def results(case: dict[str, Any], runs: list[Run], stored: Arrays) -> dict[str, Array]:
    """What one run a batch element made: y (T, B, O), hn and cn (layers, B, H), h_seq and c_seq (T, layers, B, H)."""
    found = {"y": np.stack([padded(each.outputs, case["T"]) for each in runs], 0 if case["batch_first"] else 1)}
    for letter, part in (("h", "s"), ("c", "c")):
        if f"{letter}n" in stored:
            found[f"{letter}n"] = np.stack([stacked(each.finals, part) for each in runs], 1)
        if f"{letter}_seq" in stored:
            found[f"{letter}_seq"] = np.stack([stacked(each.states, part).swapaxes(0, 1) for each in runs], 2)
    return found


def test_every_case_of_the_index_is_run() -> None:
    """None is left out but by name and reason."""
    assert (len(LAYERS), len(TRAJECTORIES), len(CASES)) == (32, 6, 38)
    assert set(NOT_REPRESENTED) <= set(CASES)


@pytest.mark.parametrize("name", [name for name in LAYERS if name not in NOT_REPRESENTED])
def test_layers(name: str) -> None:
    """y, the final states and, where stored, the state of every layer after every step."""
    case, stored = CASES[name], arrays(f"torch/{name}.npz")
    network = torch_network(case, below("param.", stored))
    x = stored["x"].swapaxes(0, 1) if case["batch_first"] else stored["x"]
    runs = []
    for element in range(case["batch"]):
        length = case["lengths"][element] if case["lengths"] else case["T"]
        given = {part: stored[key][:, element] for key, part in (("h0", "s"), ("c0", "c")) if key in stored}
        before = [dict(zip(given, rows, strict=True)) for rows in zip(*given.values(), strict=True)]
        runs.append(run(network, x[:length, element], before))
    wanted = {k: v for k, v in stored.items() if k not in GIVEN and k.split(".")[0] not in ("param", *LATER)}
    agree(results(case, runs, stored), wanted)


@pytest.mark.parametrize("name", [name for name in TRAJECTORIES if name not in NOT_REPRESENTED])
def test_trajectories(name: str) -> None:
    """h, c, the readout and the loss of every sample, with the weights stored before that sample."""
    case, stored = CASES[name], arrays(f"torch/{name}.npz")
    state = {"s": stored["h0"][0]}
    rows: dict[str, list[Array]] = {key: [] for key in ("h", "c", "logits", "loss") if key in stored}
    for t, (x, target) in enumerate(zip(stored["x"], stored["target"], strict=True)):
        layer = torch_layer(case["cell"], below(f"step{t}.cell.", stored))
        if case["head"]:
            head = {"W": stored[f"step{t}.head.weight"], "b": stored[f"step{t}.head.bias"]}
            logits = run(Network([layer, Layer("dense", head)]), x, [state]).outputs
            made = run(Network([layer, Layer("softmax", head)]), x, [state])
            rows["logits"].append(logits)
            rows["loss"].append(-np.log(made.outputs[0, target]))
        else:
            made = run(Network([layer]), x, [state])
            rows["loss"].append(np.sum((made.outputs - target) ** 2))
        state = made.finals[0]
        rows["h"].append(state["s"][None])
        if "c" in rows:
            rows["c"].append(state["c"][None])
    wanted = {key: array for key, array in stored.items() if key not in GIVEN and "step" not in key}
    agree({key: np.array(values) for key, values in rows.items()}, wanted)


def test_silero_vad() -> None:
    """The LSTM of 128 units of a voice activity detector, over 24 chunks of sound.

    The stored states are onnxruntime's in float32, and 1.9e-6 from what these equations give in float64.
    """
    stored = arrays("real/silero_vad/io.npz")
    network = Network([torch_layer("LSTM", below("decoder.rnn.", stored))])
    made = run(network, stored["lstm_input"])
    wanted = {"h": stored["state_h"], "c": stored["state_c"]}
    agree({"h": made.states[0]["s"], "c": made.states[0]["c"]}, wanted, tolerance=4e-6)
