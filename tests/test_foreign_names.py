"""Networks by the names of their tensors, in .npz, .safetensors and .pt: what PyTorch computes of the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import FILES, Array, column, outputs, readable, stored

from rnn_tui import LoadError
from rnn_tui.files.archives import open_archive
from rnn_tui.files.foreign import npz
from rnn_tui.files.foreign.chains import untwinned
from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.parts import Part
from rnn_tui.files.models import inspected, load_model

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


def test_every_array_of_a_file_is_read_about_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To open an archive takes as long as it has arrays: once for each of them would be long for many."""
    arrays: dict[str, Any] = {}
    for number in range(40):
        arrays[f"part{number}.weight_ih"] = np.full((4, 3), number, np.float32)
        arrays[f"part{number}.weight_hh"] = np.full((4, 4), number, np.float32)
    np.savez(tmp_path / "many.npz", **arrays)
    opened = []

    def counted(*given: Any) -> Any:
        opened.append(given)
        return open_archive(*given)

    monkeypatch.setattr(npz, "open_archive", counted)
    model = inspected(tmp_path / "many.npz", choice=7)
    assert len(model.choices) == 40
    assert np.array_equal(model.network.layers[0].parameters["U"], np.full((4, 4), 6))
    assert len(opened) == 1


def test_parts_that_are_alike_are_compared_by_what_tells_them_apart() -> None:
    """Of n parts of one shape each is read once to be told from the others, not once for every other."""
    reads = []

    def part(name: str, value: float) -> Part:
        def read() -> Array:
            reads.append(name)
            return np.full((3, 3), value, np.float32)

        return Part(name, "RNN", 3, 3, True, (Held(name, (3, 3), "float32", read),), None)

    parts = [part(f"part{number}", float(number)) for number in range(20)]
    kept, twins = untwinned([*parts, part("again", 4.0)])
    assert kept == parts
    assert twins == ["again (RNN, 3 to 3): the very numbers of part4"]
    assert len(reads) <= 21 + 2
