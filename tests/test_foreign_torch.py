"""State_dicts of networks made on the spot: what PyTorch computes with them, and what we do, in every kind of file."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import Array, outputs

from rnn_tui import LoadError
from rnn_tui.files.models import load_model

torch: Any = pytest.importorskip("torch", reason="needs PyTorch, the extra torch, which is not installed")
nn: Any = torch.nn
Module: Any = nn.Module
torch.set_num_threads(1)
State = dict[str, Any]
CODES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def as_pt(state: State, path: Path) -> Path:
    torch.save(state, path.with_suffix(".pt"))
    return path.with_suffix(".pt")


def as_legacy(state: State, path: Path) -> Path:
    torch.save(state, path.with_suffix(".pth"), _use_new_zipfile_serialization=False)
    return path.with_suffix(".pth")


def as_npz(state: State, path: Path) -> Path:
    np.savez(path.with_suffix(".npz"), **{name: tensor.numpy() for name, tensor in state.items()})
    return path.with_suffix(".npz")


def as_safetensors(state: State, path: Path) -> Path:
    """As the package of that name writes them: by the names, a header and the bytes."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name in sorted(state):
        data = state[name].contiguous().view(torch.uint8).numpy().tobytes()
        shape, dtype = list(state[name].shape), CODES[state[name].dtype]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.with_suffix(".safetensors").write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path.with_suffix(".safetensors")


Save = Callable[[State, Path], Path]
SAVES: list[Save] = [as_pt, as_legacy, as_npz, as_safetensors]


class Model(Module):  # type: ignore[misc]
    """A recurrent layer, and a readout."""

    def __init__(self, kind: str, **given: Any) -> None:
        super().__init__()
        self.rnn = getattr(nn, kind)(3, 4, batch_first=True, **given)
        width = (given.get("proj_size") or 4) * (2 if given.get("bidirectional") else 1)
        self.fc = nn.Linear(width, 2)

    def forward(self, x: Any) -> Any:
        return self.fc(self.rnn(x)[0])


def computed(model: Any, seed: int = 0) -> tuple[Array, Array]:
    """x (9, 3), and the y of the model."""
    x = np.random.default_rng(seed).normal(size=(9, 3)).astype(np.float32)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of projections, that they are slow
        return x, model(torch.from_numpy(x)[None])[0].numpy()


def made(kind: str, **given: Any) -> Any:
    torch.manual_seed(7)
    return Model(kind, **given).eval()


@pytest.mark.parametrize("save", SAVES)
@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("LSTM", {"num_layers": 2, "bidirectional": True}),
        ("GRU", {"num_layers": 2}),
        ("GRU", {"bidirectional": True, "bias": False}),
        ("RNN", {"num_layers": 3}),
        ("LSTM", {"proj_size": 2, "num_layers": 2}),
        ("LSTM", {"proj_size": 2, "bidirectional": True}),
        ("LSTM", {"bias": False}),
    ],
)
def test_every_kind_of_layer(kind: str, given: dict[str, Any], save: Save, tmp_path: Path) -> None:
    model = made(kind, **given)
    x, wanted = computed(model)
    found = load_model(save(dict(model.state_dict()), tmp_path / "m"))
    np.testing.assert_allclose(outputs(found.network, x), wanted, rtol=0, atol=2e-6)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize("save", [as_pt, as_safetensors])
def test_other_types_of_numbers_are_exact(dtype: Any, save: Save, tmp_path: Path) -> None:
    """float16 and bfloat16 become float32, in which each of their numbers is there."""
    model = made("LSTM", num_layers=2, bidirectional=True).to(dtype)
    path = save(dict(model.state_dict()), tmp_path / "m")
    wide = model.to(torch.float64 if dtype == torch.float64 else torch.float32)
    x = np.random.default_rng(0).normal(size=(9, 3)).astype(np.float64 if dtype == torch.float64 else np.float32)
    with torch.no_grad():
        wanted = wide(torch.from_numpy(x)[None])[0].numpy()
    found = load_model(path)
    assert found.cards[0].held[0].dtype == str(dtype).removeprefix("torch.")
    np.testing.assert_allclose(outputs(found.network, x), wanted, rtol=0, atol=1e-12 if x.itemsize == 8 else 2e-6)


@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
def test_a_cell(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(3)
    cell = getattr(nn, kind)(3, 4)
    x = np.random.default_rng(1).normal(size=(6, 3)).astype(np.float32)
    wanted, state = [], None
    with torch.no_grad():
        for row in torch.from_numpy(x):
            state = cell(row[None], state)
            wanted.append((state[0] if kind == "LSTMCell" else state)[0].numpy())
    found = load_model(as_pt(dict(cell.state_dict()), tmp_path / "m"))
    np.testing.assert_allclose(outputs(found.network, x), np.array(wanted), rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda state: {f"module.{name}": tensor for name, tensor in state.items()},
        lambda state: {f"_orig_mod.module.{name}": tensor for name, tensor in state.items()},
        lambda state: {"epoch": 3, "net": state, "optimizer": {"state": {0: {"exp_avg": torch.zeros(4)}}}},
        lambda state: {"a": {"b": {"c": {f"module.{name}": tensor for name, tensor in state.items()}}}},
    ],
)
def test_a_checkpoint_holds_one_under_any_keys(wrapped: Callable[[State], Any], tmp_path: Path) -> None:
    model = made("GRU")
    x, wanted = computed(model)
    torch.save(wrapped(dict(model.state_dict())), tmp_path / "m.pt")
    found = load_model(tmp_path / "m.pt")
    assert [card.name for card in found.cards] == ["rnn l0", "fc"]
    np.testing.assert_allclose(outputs(found.network, x), wanted, rtol=0, atol=2e-6)


class Stack(Module):  # type: ignore[misc]
    """Two recurrent layers in modules of their own, layers between and around, and one that cannot be read."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(3, 5)
        self.gru1 = nn.GRU(5, 6, batch_first=True)
        self.between = nn.Linear(6, 4)
        self.gru2 = nn.GRU(4, 3, batch_first=True)
        self.norm = nn.LayerNorm(3)
        self.out = nn.Linear(3, 2)

    def forward(self, x: Any) -> Any:
        return self.gru2(self.between(self.gru1(self.enter(x))[0]))[0]


def test_what_follows_in_the_file_is_one_network_up_to_what_is_not_known(tmp_path: Path) -> None:
    torch.manual_seed(5)
    model = Stack()
    x, wanted = computed(model)
    found = load_model(as_pt(dict(model.state_dict()), tmp_path / "m"))
    assert [card.name for card in found.cards] == ["enter", "gru1 l0", "between", "gru2 l0"]
    assert found.not_read == ("norm: weight (3,), bias (3,)", "out (Linear, 3 to 2): it does not fit here")
    assert "norm after gru2 is not read" in found.notes
    for one, other in (("enter", "gru1"), ("between", "gru2")):
        assert f"whether a function stands between {one} and {other} is not in the file, none is taken" in found.notes
    np.testing.assert_allclose(outputs(found.network, x), wanted, rtol=0, atol=2e-6)


def test_an_encoder_and_a_decoder_are_two_networks(tmp_path: Path) -> None:
    torch.manual_seed(5)
    modules = nn.ModuleDict({"encoder": Model("LSTM"), "decoder": Model("GRU", num_layers=2)})
    path = as_pt(dict(modules.state_dict()), tmp_path / "m")
    with pytest.raises(LoadError) as caught:
        load_model(path)
    assert str(caught.value) == (
        f"{path}: holds 2 networks that do not follow each other: 1 encoder.rnn (LSTM, 3 to 4); "
        "2 decoder.rnn (GRU, 3 to 4); choice = 1 takes the first"
    )
    for choice, name in ((1, "encoder"), (2, "decoder")):
        x, wanted = computed(modules[name])
        found = load_model(path, choice=choice)
        assert found.cards[-1].name == f"{name}.fc"
        np.testing.assert_allclose(outputs(found.network, x), wanted, rtol=0, atol=2e-6)


def test_a_tensor_that_says_it_is_larger_than_the_file_is_refused(tmp_path: Path) -> None:
    """One number that stands for 10^12, and ones that are sparse or quantized."""
    huge = torch.zeros(1).expand(10**6, 10**6)
    torch.save({"rnn.weight_ih_l0": huge, "rnn.weight_hh_l0": huge}, tmp_path / "m.pt")
    with pytest.raises(LoadError, match=r"rnn.weight_ih_l0: takes 3,725.3 GiB; up to 2.0 GiB is loaded"):
        load_model(tmp_path / "m.pt")
    torch.save({"rnn.weight_ih_l0": torch.eye(4).to_sparse(), "rnn.weight_hh_l0": torch.eye(4)}, tmp_path / "m.pt")
    with pytest.raises(LoadError, match=r"rnn.weight_ih_l0: holds numbers of sparse float32; bfloat16, float16"):
        load_model(tmp_path / "m.pt")


def test_too_little_memory_is_not_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(tensor: Any) -> Any:
        raise MemoryError

    torch.save(torch.nn.LSTM(3, 4).state_dict(), tmp_path / "m.pt")
    monkeypatch.setattr(torch.Tensor, "detach", none_left)
    with pytest.raises(LoadError, match="needs more memory than there is"):
        load_model(tmp_path / "m.pt")


def test_quantized_layers_are_refused_with_what_to_do(tmp_path: Path) -> None:
    """Their state_dict is already one, but for packed weights that are no tensors."""
    torch.save({"rnn._packed": torch.ScriptObject}, tmp_path / "m.pt")
    with pytest.raises(
        LoadError, match="as quantized layers do; the state_dict of the network before it was quantized"
    ):
        load_model(tmp_path / "m.pt")
