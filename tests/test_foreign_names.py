"""Networks by the names of their tensors, in .npz, .safetensors and .pt: what PyTorch computes of the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign import FILES, column, outputs, readable, stored

from rnn_tui import LoadError
from rnn_tui.files.models import load_model

WHOLE = [
    f"{name}.{ending}"
    for name in ("torch_lstm", "torch_lstm_2layer_bi", "torch_rnn")
    for ending in ("pt", "safetensors", "npz")
]
ROUNDED = {
    "variant_lstm_bf16.pt": "output_with_weights_rounded_to_bf16",
    "variant_lstm_bf16.safetensors": "output_with_weights_rounded_to_bf16",
    "variant_lstm_checkpoint_dict.pt": "output_f32_files",
    "variant_lstm_compressed.npz": "output_f32_files",
    "variant_lstm_fortran_f64.npz": "output_f32_files",
    "variant_lstm_legacy_nonzip.pt": "output_f32_files",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_of_pytorch_computes_what_pytorch_does(name: str) -> None:
    path = FILES / name
    if not readable(path):
        return
    wanted = stored(path.stem)
    model = load_model(path)
    assert model.network.dtype == np.float32
    assert model.network.layers[0].cell.name == "embedding"
    y = outputs(model.network, column(wanted["input_ids"][0]))
    np.testing.assert_allclose(y, np.array(wanted["output"][0]), rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", sorted(ROUNDED))
def test_the_same_weights_in_other_clothes(name: str) -> None:
    path = FILES / name
    if not readable(path):
        return
    wanted = stored("variant_lstm")
    y = outputs(load_model(path).network, column(wanted["input_ids"][0]))
    np.testing.assert_allclose(y, np.array(wanted[ROUNDED[name]][0]), rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("variant_lstm_torchscript.pt", "is TorchScript, a program that is not run here"),
        (
            "variant_whole_module_pickle.pt",
            "holds Python objects, torch.nn.modules.rnn.LSTM, which are never unpickled",
        ),
    ],
)
def test_what_would_have_to_be_run_is_refused(name: str, why: str) -> None:
    path: Path = FILES / name
    if "objects" in why and not readable(path):
        return
    with pytest.raises(LoadError, match=why) as caught:
        load_model(path)
    assert "state_dict()" in caught.value.hint
