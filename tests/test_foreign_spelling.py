"""Tensors whose names are spelled otherwise than PyTorch spells them, and modules that a file keeps under two names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracles import VECTORS, run

from rnn_tui import LoadError
from rnn_tui.files.models import inspected, load_model

CASE = np.load(VECTORS / "torch" / "gru_i2h3l1_t5_init_sumsq.npz")
OURS = {name: CASE[f"param.{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
SPELLINGS = {
    "w_ih": ("w_ih", "w_hh", "b_ih", "b_hh"),
    "W_ih": ("W_ih", "W_hh", "b_ih", "b_hh"),
    "wih": ("wih", "whh", "bih", "bhh"),
    "weights_ih": ("weights_ih", "weights_hh", "bias_ih", "bias_hh"),
    "enc_w_ih": ("enc_w_ih", "enc_w_hh", "enc_b_ih", "enc_b_hh"),
    "cell.w_ih": ("cell.w_ih", "cell.w_hh", "cell.b_ih", "cell.b_hh"),
    "gru_weight_ih_l0": ("gru_weight_ih_l0", "gru_weight_hh_l0", "gru_bias_ih_l0", "gru_bias_hh_l0"),
}


def saved(path: Path, **arrays: Any) -> Path:
    np.savez(path / "M.npz", **arrays)
    return path / "M.npz"


def spelled(names: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
    return dict(zip(names, OURS.values(), strict=True))


@pytest.mark.parametrize("names", SPELLINGS.values(), ids=SPELLINGS)
def test_what_pytorch_computes_under_other_names(names: tuple[str, ...], tmp_path: Path) -> None:
    network = load_model(saved(tmp_path, **spelled(names))).network
    made = run(network, CASE["x"][:, 0], [{"s": CASE["h0"][0, 0]}])
    np.testing.assert_allclose(made.outputs, CASE["y"][:, 0], rtol=0, atol=1e-12)


def test_an_encoder_and_a_decoder_in_one_flat_list(tmp_path: Path) -> None:
    """The names of g2p_en: two networks, each with the embedding that begins it, the second with its readout."""
    rng = np.random.default_rng(0)
    encoder, decoder = (spelled(tuple(f"{part}_{name}" for name in SPELLINGS["w_ih"])) for part in ("enc", "dec"))
    decoder = {name: array + 0.1 for name, array in decoder.items()}
    tables = {"enc_emb": rng.normal(size=(4, 2)), "dec_emb": rng.normal(size=(6, 2))}
    readout = {"fc_w": rng.normal(size=(6, 3)), "fc_b": rng.normal(size=6)}
    path = saved(tmp_path, enc_emb=tables["enc_emb"], **encoder, dec_emb=tables["dec_emb"], **decoder, **readout)
    with pytest.raises(LoadError, match=r"holds 2 networks .* 1 enc \(GRUCell, 2 to 3\); 2 dec \(GRUCell, 2 to 3\)"):
        load_model(path)
    first, second = (load_model(path, choice=choice).network for choice in (1, 2))
    assert [layer.cell.name for layer in first.layers] == ["embedding", "gru-reset-after"]
    assert [layer.cell.name for layer in second.layers] == ["embedding", "gru-reset-after", "dense"]
    assert np.array_equal(first.layers[0].parameters["E"], tables["enc_emb"])
    assert np.array_equal(second.layers[0].parameters["E"], tables["dec_emb"])
    assert np.array_equal(second.layers[1].parameters["W_r"], decoder["dec_w_ih"][:3])
    assert np.array_equal(second.layers[2].parameters["b"], readout["fc_b"])


def test_a_module_under_two_names_is_one(tmp_path: Path) -> None:
    """As PufferLib's policies have it: an nn.LSTM to learn with, and a cell of the same tensors to act with."""
    four = {name: np.concatenate([array, array[:3]]) for name, array in OURS.items()}
    rows = {f"lstm.{name}_l0": array for name, array in four.items()}
    twin = {f"cell.{name}": array for name, array in four.items()}
    found = load_model(saved(tmp_path, **rows, **twin))
    assert [layer.cell.name for layer in found.network.layers] == ["lstm"]
    assert found.not_read == ("cell (LSTMCell, 2 to 3): the very numbers of lstm",)
    twin["cell.bias_hh"] = twin["cell.bias_hh"] + 1e-9
    assert len(inspected(saved(tmp_path, **rows, **twin)).choices) == 2


def test_numbers_of_what_a_layer_is_within_stand_neither_before_nor_after_it(tmp_path: Path) -> None:
    """As a Resemblyzer checkpoint has two scalars of its own before its LSTM."""
    inside = {f"model.gru.{name}": array for name, array in OURS.items()}
    found = load_model(saved(tmp_path, **{"model.scale": np.ones(1), "step.count": np.ones(1)}, **inside))
    assert not [note for note in found.notes if "model gives" in note]
    assert found.not_read[0].startswith("model: scale")
