"""ONNX' RNN, GRU and LSTM compute the same as our equations: its own node tests, and cases run by onnxruntime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracles import Array, Arrays, agree, cases, cell, gated, run, stacked

from rnn_tui import Bidirectional, Layer, Network

NODE_CASES = cases("onnx_node_rnn.json")
RUNTIME_CASES = cases("onnx_runtime.json")
CASES = NODE_CASES | RUNTIME_CASES
NOT_REPRESENTED: dict[str, str] = {}

GATES = {"RNN": "", "GRU": "zrn", "LSTM": "iofg"}
ACTIVATIONS = {"RNN": ("Tanh",), "GRU": ("Sigmoid", "Tanh"), "LSTM": ("Sigmoid", "Tanh", "Tanh")}
"""What ONNX takes where a node says nothing: f; f for the gates and g; f, g and h."""
CELLS = {
    ("RNN", "Tanh"): "elman",
    ("RNN", "Relu"): "elman-relu",
    ("RNN", "Affine"): "rnn-affine",
    ("RNN", "ScaledTanh"): "rnn-scaled-tanh",
    ("RNN", "Tanh", "clip"): "rnn-clip",
    ("GRU", "Sigmoid", "Tanh"): "gru",
    ("GRU", "Sigmoid", "Tanh", "linear_before_reset"): "gru-reset-after",
    ("GRU", "HardSigmoid", "Softsign"): "gru-hard-sigmoid-softsign",
    ("LSTM", "Sigmoid", "Tanh", "Tanh"): "lstm",
    ("LSTM", "Sigmoid", "Tanh", "Tanh", "P"): "lstm-peephole",
    ("LSTM", "Sigmoid", "Tanh", "Tanh", "clip"): "lstm-clip",
    ("LSTM", "Sigmoid", "Tanh", "Tanh", "input_forget"): "lstm-input-forget",
    ("LSTM", "HardSigmoid", "Tanh", "Relu"): "lstm-hard-sigmoid-relu",
    ("LSTM", "Sigmoid", "Elu", "Softplus"): "lstm-elu-softplus",
}
"""The operator, its activations and what else it says, to the cell; those that only a test needs are in tests/cells."""
SETTINGS = {"clip": "bound", "activation_alpha": "alpha", "activation_beta": "beta"}
"""ONNX' attributes that are single numbers in a cell. Activations with alpha and beta stand at one place only here."""
FLAGS = ("linear_before_reset", "clip", "input_forget", "P")
INITIAL = {"initial_h": "s", "initial_c": "c"}
KNOWN = {*SETTINGS, "activations", "direction", "hidden_size", "input_forget", "layout", "linear_before_reset"}


def tensors(stored: dict[str, Any]) -> dict[str, Array]:
    """The arrays of a case by name."""
    return {name: np.array(each["data"], each["dtype"]).reshape(each["shape"]) for name, each in stored.items()}


def onnx_layer(case: dict[str, Any], given: Arrays, direction: int, reverse: bool) -> Layer:
    """One direction of a node: W (D, gates * H, I), R (D, gates * H, H), B (D, 2 * gates * H), P (D, 3 * H)."""
    op, attributes = case["op"], case["attributes"]
    assert set(attributes) <= KNOWN
    count = len(ACTIVATIONS[op])
    activations = attributes.get("activations", ACTIVATIONS[op] * 2)[direction * count :][:count]
    flags = [flag for flag in FLAGS if attributes.get(flag) or flag in given]
    name = CELLS[(op, *activations, *flags)]
    more: dict[str, Array] = {}
    if "P" in given:
        more |= zip(("p_i", "p_o", "p_f"), np.split(given["P"][direction], 3), strict=True)
    for attribute, parameter in SETTINGS.items():
        if parameter in cell(name).parameters:
            more[parameter] = np.float32(attributes[attribute]).reshape(-1)[0]
    gates = GATES[op].replace("f", "-") if "input_forget" in flags else GATES[op]
    biases = None
    if "B" in given:
        beside_input, beside_state = np.split(given["B"][direction], 2)
        biases = (beside_input, beside_state)
    return gated(name, gates, (given["W"][direction], given["R"][direction]), biases, more, reverse)


def onnx_network(case: dict[str, Any], given: Arrays) -> Network:
    """The one or two directions of a node."""
    direction = case["attributes"].get("direction", "forward")
    if direction == "bidirectional":
        return Network([Bidirectional(onnx_layer(case, given, 0, False), onnx_layer(case, given, 1, True), "concat")])
    return Network([onnx_layer(case, given, 0, direction == "reverse")])


def results(case: dict[str, Any], given: Arrays) -> dict[str, Array]:
    """Y (T, D, B, H), Y_h and Y_c (D, B, H); with layout 1 the batch stands first. Past a row's length Y is zero."""
    batch_first = case["attributes"].get("layout", 0) == 1
    x = given["X"].swapaxes(0, 1) if batch_first else given["X"]
    assert not (batch_first and "initial_h" in given)  # none of the cases has both
    steps, batch = x.shape[:2]
    network = onnx_network(case, given)
    hidden = case["attributes"]["hidden_size"]
    directions = len(given["W"])
    y = np.zeros((steps, directions, batch, hidden), np.float32)
    finals = []
    for element, length in enumerate(given.get("sequence_lens", [steps] * batch)):
        states = {part: given[key][:, element] for key, part in INITIAL.items() if key in given}
        before = [dict(zip(states, rows, strict=True)) for rows in zip(*states.values(), strict=True)]
        made = run(network, x[:length, element], before)
        y[:length, :, element] = made.outputs.reshape(length, directions, hidden)
        finals.append(made.finals)
    found = {"Y": np.moveaxis(y, 2, 0) if batch_first else y}
    for key, part in (("Y_h", "s"), ("Y_c", "c")):
        if part in finals[0][0]:
            found[key] = np.stack([stacked(each, part) for each in finals], 0 if batch_first else 1)
    return found


def test_every_case_of_the_index_is_run() -> None:
    """None is left out but by name and reason."""
    assert (len(NODE_CASES), len(RUNTIME_CASES), len(CASES)) == (18, 13, 31)
    assert set(NOT_REPRESENTED) <= set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if name not in NOT_REPRESENTED])
def test_nodes(name: str) -> None:
    """Every output that the node has, computed in float32 as the node does."""
    case = CASES[name]
    found = results(case, tensors(case["inputs"]))
    wanted = tensors(case["outputs"])
    assert set(wanted) == {output for output in case["node_outputs"] if output}
    agree({key: found[key] for key in wanted}, wanted)
