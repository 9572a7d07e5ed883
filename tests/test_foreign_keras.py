"""Keras' files: what Keras computes of the same numbers, layer by layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign import FILES, column, outputs, readable, stored
from oracles import VECTORS

from rnn_tui import Network
from rnn_tui.files.models import load_model

REAL = VECTORS / "real"


def middle(network: Network, count: int) -> Network:
    """A network without its last layers."""
    return network.up_to(len(network.layers) - count - 1)


def test_keras_2_every_kind_of_layer() -> None:
    path = FILES / "keras2_full_model.h5"
    if not readable(path):
        return
    wanted, model = stored("keras2"), load_model(path)
    assert [layer.cell.name for layer in model.network.layers] == [
        "embedding",
        "lstm",
        "elman",
        "elman",
        "concat",
        "gru-reset-after",
        "gru as read",  # hard_sigmoid, as Keras 2 has it
        "softmax",
    ]
    for row, ids in enumerate(wanted["input"]):
        x = column(ids)
        for name, above in (("lstm_1", 6), ("bidirectional_1", 3), ("gru_1", 2)):
            y = outputs(middle(model.network, above), x)
            np.testing.assert_allclose(y, np.array(wanted["intermediate"][name][row]), rtol=0, atol=2e-6, err_msg=name)
        np.testing.assert_allclose(outputs(model.network, x)[-1], wanted["output"][row], rtol=0, atol=2e-6)


def test_keras_3_without_and_with_masked_steps_at_its_end() -> None:
    path = FILES / "tiny_stack.keras"
    if not readable(path):
        return
    wanted, model = stored("tiny_stack"), load_model(path)
    assert [note for note in model.notes if "token 0" in note]
    for row, steps in ((0, 5), (2, 7)):  # where Keras skips no token, or those after them alone
        x = column(wanted["input"][row][:steps])
        for name, above in (("srnn", 3), ("lstm_a", 2)):
            y = outputs(middle(model.network, above), x)
            np.testing.assert_allclose(y, np.array(wanted["intermediate"][name][row])[:steps], rtol=0, atol=2e-6)
        np.testing.assert_allclose(outputs(model.network, x)[-1], wanted["output"][row], rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    ("choice", "name", "before"), [(1, "gru_v1", "lstm_a"), (2, "lstm_a", "srnn"), (3, "srnn", "emb")]
)
def test_weights_alone_do_not_say_their_order_and_are_chosen(choice: int, name: str, before: str) -> None:
    path = FILES / "tiny_stack.weights.h5"
    if not readable(path):
        return
    wanted, model = stored("tiny_stack"), load_model(path, choice=choice)
    assert [choice.split()[0] for choice in model.choices] == ["gru_v1", "lstm_a", "srnn"]
    assert model.cards[0].name == name
    y = outputs(model.network, np.array(wanted["intermediate"][before][2], np.float32))
    stored_y = np.array(wanted["intermediate"][name][2])
    np.testing.assert_allclose(y if stored_y.ndim == 2 else y[-1], stored_y, rtol=0, atol=2e-6)


def test_a_real_network_the_phase_of_a_walking_cycle() -> None:
    path: Path = REAL / "ao_gru8" / "gru_model.keras"
    if not readable(path):
        return
    model = load_model(path)
    with np.load(REAL / "ao_gru8" / "io.npz") as arrays:
        wanted = dict(arrays)
    assert "x is what average_pooling1d gives, which is not read" in model.notes
    assert "phase after dense is not read" in model.notes
    for row in (0, 5, 11):
        states = outputs(middle(model.network, 1), wanted["gru_input"][row])
        np.testing.assert_allclose(states, wanted["gru_h"][row], rtol=0, atol=2e-6)
        y = outputs(model.network, wanted["gru_input"][row])
        np.testing.assert_allclose(y[-1], wanted["dense"][row], rtol=0, atol=2e-6)
