"""Keras' layers one by one, in files written on the spot as Keras 2 and Keras 3 lay them out, with Keras' own numbers.

And HDF5 files that would take memory, or lead elsewhere.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import Array, outputs
from oracles import arrays, cases

from rnn_tui import LoadError
from rnn_tui.files.models import load_model

h5py: Any = pytest.importorskip("h5py", reason="needs h5py, the extra keras, which is not installed")
CASES = {
    name: case
    for name, case in cases("keras/index.json").items()
    if "mask" not in name and "init" not in name and "stateful" not in name
}
Weights = dict[str, Array]


def weights_of(name: str) -> Weights:
    """The weights of a case by their paths, in Keras' order."""
    return {
        key.removeprefix("weight."): array for key, array in arrays(f"keras/{name}.npz").items() if "weight." in key
    }


def configured(layers: list[dict[str, Any]]) -> str:
    return json.dumps({"class_name": "Sequential", "config": {"name": "m", "layers": layers}})


def keras_2(path: Path, layers: list[dict[str, Any]], weights: list[Weights], version: str = "2.15.0") -> Path:
    """What Keras 2 saves as .h5."""
    with h5py.File(path.with_suffix(".h5"), "w") as file:
        file.attrs["model_config"], file.attrs["keras_version"] = configured(layers), version
        for layer, own in zip(layers, weights, strict=True):
            name = layer["config"]["name"]
            group = file.create_group(f"model_weights/{name}")
            group.attrs["weight_names"] = [f"{name}/{key}:0".encode() for key in own]
            for key, array in own.items():
                group[f"{name}/{key}:0"] = array
    return path.with_suffix(".h5")


def keras_3(path: Path, layers: list[dict[str, Any]], weights: list[Weights], version: str = "3.9.0") -> Path:
    """What Keras 3 saves as .keras; the groups here do not say their layers' names, as in its first versions."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        for layer, own in zip(layers, weights, strict=True):
            group = {"SimpleRNN": "simple_rnn"}.get(layer["class_name"], layer["class_name"].lower())
            for way in ("backward", "forward") if layer["class_name"] == "Bidirectional" else ("",):
                ours = [array for key, array in own.items() if way in key]
                inner = f"{way}_layer/" if way else ""
                cell = "" if layer["class_name"] in ("Dense", "Embedding") else "cell/"
                for number, array in enumerate(ours):
                    file[f"layers/{group}/{inner}{cell}vars/{number}"] = array
    with zipfile.ZipFile(path.with_suffix(".keras"), "w") as archive:
        archive.writestr("config.json", configured(layers))
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("model.weights.h5", content.getvalue())
    return path.with_suffix(".keras")


Save = Callable[..., Path]


@pytest.mark.parametrize("save", [keras_2, keras_3])
@pytest.mark.parametrize("name", sorted(CASES))
def test_what_keras_computes(name: str, save: Save, tmp_path: Path) -> None:
    case, stored = CASES[name], arrays(f"keras/{name}.npz")
    layer = {"class_name": case["class"], "config": case["config"]}
    model = load_model(save(tmp_path / "m", [layer], [weights_of(name)]))
    inner = case["config"].get("layer", {}).get("config", case["config"])
    for x, wanted in zip(stored["x"], stored["y"], strict=True):
        y = outputs(model.network, x)
        if inner["go_backwards"]:  # Keras leaves it in the order of the steps
            y = y[::-1]
        if not inner["return_sequences"]:
            half = y.shape[1] // 2
            y = np.concatenate([y[-1, :half], y[0, half:]]) if case["class"] == "Bidirectional" else y[-1]
        np.testing.assert_allclose(y, wanted, rtol=0, atol=1e-12)


def test_both_directions_of_weights_alone(tmp_path: Path) -> None:
    name = "bidirectional_lstm_concat_seq"
    stored = arrays(f"keras/{name}.npz")
    layer = {"class_name": "Bidirectional", "config": {"name": "b"}}
    with zipfile.ZipFile(keras_3(tmp_path / "m", [layer], [weights_of(name)])) as archive:
        (tmp_path / "m.weights.h5").write_bytes(archive.read("model.weights.h5"))
    found = load_model(tmp_path / "m.weights.h5")
    np.testing.assert_allclose(outputs(found.network, stored["x"][0]), stored["y"][0], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("mode", "join"),
    [
        ("sum", lambda a, b: a + b),
        ("mul", lambda a, b: a * b),
        ("ave", lambda a, b: (a + b) / 2),
    ],
)
def test_both_directions_joined(mode: str, join: Callable[[Array, Array], Array], tmp_path: Path) -> None:
    name = "bidirectional_lstm_concat_seq"
    case, stored = CASES[name], arrays(f"keras/{name}.npz")
    layer = {"class_name": "Bidirectional", "config": {**case["config"], "merge_mode": mode}}
    model = load_model(keras_2(tmp_path / "m", [layer], [weights_of(name)]))
    wanted = join(*np.split(stored["y"][0], 2, axis=1))
    np.testing.assert_allclose(outputs(model.network, stored["x"][0]), wanted, rtol=0, atol=1e-12)


def as_cudnn(kernel: Array, recurrent: Array, gates: int) -> tuple[Array, Array]:
    """As Keras 2 turns the weights of an LSTM or a GRU into those of CuDNNLSTM or CuDNNGRU (its hdf5_format)."""
    turned = [each.T.reshape(each.shape, order="C") for each in np.split(kernel, gates, axis=1)]
    return np.hstack(turned), np.hstack([each.T for each in np.split(recurrent, gates, axis=1)])


@pytest.mark.parametrize(
    ("name", "kind", "gates"), [("lstm_seq_state", "CuDNNLSTM", 4), ("gru_reset_after", "CuDNNGRU", 3)]
)
def test_cudnn_layouts(name: str, kind: str, gates: int, tmp_path: Path) -> None:
    stored = arrays(f"keras/{name}.npz")
    kernel, recurrent, bias = weights_of(name).values()
    W, U = as_cudnn(kernel, recurrent, gates)
    assert not np.array_equal(W, kernel)
    b = np.tile(bias / 2, 2) if gates == 4 else bias.reshape(-1)
    layer = {"class_name": kind, "config": {"name": "a", "units": 4, "return_sequences": True}}
    own = {"a/kernel": W, "a/recurrent_kernel": U, "a/bias": b}
    model = load_model(keras_2(tmp_path / "m", [layer], [own]))
    assert "cuDNN's layout" in "; ".join(model.cards[0].turned)
    np.testing.assert_allclose(outputs(model.network, stored["x"][0]), stored["y"][0], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("save", "wanted"), [(keras_2, 0.2 * 1.2 + 0.5), (keras_3, (1.2 + 3) / 6)])
def test_hard_sigmoid_depends_on_the_version(save: Save, wanted: float, tmp_path: Path) -> None:
    """Keras 2: clip(0.2 z + 0.5); Keras 3: relu6(z + 3) / 6; of z = 1.2, by hand."""
    layer = {"class_name": "SimpleRNN", "config": {"name": "a", "units": 1, "activation": "hard_sigmoid"}}
    own = {"a/kernel": np.ones((1, 1)), "a/recurrent_kernel": np.zeros((1, 1)), "a/bias": np.zeros(1)}
    y = outputs(load_model(save(tmp_path / "m", [layer], [own])).network, np.array([[1.2]]))
    np.testing.assert_allclose(y, [[wanted]], rtol=0, atol=1e-15)


def test_the_activation_is_that_of_what_an_lstm_shows_too(tmp_path: Path) -> None:
    """relu, W_g = 1, all else 0: i = f = o = 0.5; of x = 2, g = 2, c = 1, y = 0.5 relu(1) = 0.5."""
    layer = {
        "class_name": "LSTM",
        "config": {"name": "a", "units": 1, "activation": "relu", "recurrent_activation": "sigmoid"},
    }
    own = {"a/kernel": np.array([[0.0, 0, 1, 0]]), "a/recurrent_kernel": np.zeros((1, 4)), "a/bias": np.zeros(4)}
    y = outputs(load_model(keras_2(tmp_path / "m", [layer], [own])).network, np.array([[2.0]]))
    np.testing.assert_allclose(y, [[0.5]], rtol=0, atol=1e-15)


def dense(name: str, inputs: int, outputs: int, **config: Any) -> tuple[dict[str, Any], Weights]:
    """A Dense layer of ones."""
    own = {f"{name}/kernel": np.ones((inputs, outputs)), f"{name}/bias": np.zeros(outputs)}
    return {"class_name": "Dense", "config": {"name": name, "units": outputs, **config}}, own


def test_what_learning_alone_needs_is_left_out_and_functions_are_layers(tmp_path: Path) -> None:
    name = "lstm_seq_state"
    lstm = {"class_name": "LSTM", "config": {**CASES[name]["config"], "dropout": 0.5}}
    out, ones = dense("out", 4, 2, activation="relu")
    drop = {"class_name": "Dropout", "config": {"name": "drop", "rate": 0.1}}
    last = {"class_name": "Activation", "config": {"name": "act", "activation": "softmax"}}
    model = load_model(keras_2(tmp_path / "m", [lstm, drop, out, last], [weights_of(name), {}, ones, {}]))
    assert [layer.cell.name for layer in model.network.layers] == ["lstm", "dense relu as read", "softmax as read"]
    assert model.not_read == ("drop (Dropout)",)
    assert "dropout 0.5 left out: only for learning" in model.cards[0].choices
    stored = arrays(f"keras/{name}.npz")
    total = np.maximum(stored["y"][0].sum(axis=1), 0)
    wanted = np.exp(total - total)[:, None] / 2 * np.ones(2)  # both sums are the same, and so are both chances
    np.testing.assert_allclose(outputs(model.network, stored["x"][0]), wanted, rtol=0, atol=1e-12)


def test_a_layer_that_reads_two_ends_the_chain(tmp_path: Path) -> None:
    name = "lstm_seq_state"
    one, two = dense("one", 4, 2), dense("two", 4, 3)
    layers = [{"class_name": "LSTM", "config": CASES[name]["config"]}, one[0], two[0]]
    path = keras_2(tmp_path / "m", layers, [weights_of(name), one[1], two[1]])
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["class_name"] = "Functional"
        for layer, source in zip(config["config"]["layers"], ("in", "lstm", "lstm"), strict=True):
            layer["inbound_nodes"] = [[[source, 0, 0, {}]]]
        file.attrs["model_config"] = json.dumps(config)
    model = load_model(path)
    assert [card.name for card in model.cards] == ["lstm", "one"]
    assert model.not_read == ("two (Dense, 4 to 3): it does not fit here",)


def bomb(file: Any) -> None:
    file.create_dataset("layers/lstm/cell/vars/0", (10**6, 10**6), "f4", chunks=(100, 100), compression="gzip")


def elsewhere(file: Any) -> None:
    file["layers/lstm/cell/vars/0"] = h5py.ExternalLink("/etc/hostname", "/x")


def outside(file: Any) -> None:
    file.create_dataset("layers/lstm/cell/vars/0", (4, 4), "f4", external=[("/etc/hostname", 0, 64)])


def loop(file: Any) -> None:
    group = file.create_group("layers/lstm")
    group["again"] = file["layers"]


def chunks(file: Any) -> None:
    file.create_dataset("layers/lstm/cell/vars/0", (4, 4), "f4", maxshape=(None, None), chunks=(10**5, 10**4))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (bomb, "layers/lstm/cell/vars/0': takes 3,725.3 GiB out of a file of 0.0 MiB"),
        (elsewhere, "layers/lstm/cell/vars/0': is a link to somewhere else"),
        (outside, "layers/lstm/cell/vars/0': lies in another file"),
        (loop, "layers/lstm/again': is a group in itself"),
        (chunks, "layers/lstm/cell/vars/0': is stored in pieces of 3.7 GiB"),
        (lambda file: None, "holds no recurrent layer that is known; it holds no weights"),
    ],
)
def test_files_that_would_take_memory_or_lead_elsewhere(make: Callable[[Any], None], why: str, tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        make(file)
    with pytest.raises(LoadError) as caught:
        load_model(path)
    assert why in str(caught.value)


LSTM = {"class_name": "LSTM", "config": {"name": "a", "units": 4}}
WRONG: list[tuple[dict[str, Any], Weights, str]] = [
    (
        LSTM,
        {"k": np.ones((3, 15)), "r": np.ones((4, 15))},
        "a/recurrent_kernel: has shape (4, 15), and 15 columns are not 4",
    ),
    (
        LSTM,
        {"k": np.ones((3, 12)), "r": np.ones((4, 12))},
        "a/recurrent_kernel: has shape (4, 12), and 12 columns are not 4",
    ),
    (LSTM, {"k": np.ones((3, 16))}, "a: has no recurrent_kernel"),
    (LSTM, {"k": np.ones((3, 12)), "r": np.ones((4, 16))}, "a/kernel: has shape (3, 12); beside a/recurrent_kernel"),
    (
        LSTM,
        {"k": np.ones((3, 16)), "r": np.ones((4, 16)), "b": np.ones(15)},
        "a/bias: has shape (15,); (16,) is needed",
    ),
    (LSTM, {"k": np.full((3, 16), np.nan), "r": np.ones((4, 16))}, "a/kernel[1, 1]: nan is not finite"),
    (
        {"class_name": "LSTM", "config": {"name": "a", "activation": "swish"}},
        {"k": np.ones((3, 16)), "r": np.ones((4, 16))},
        "a: the activation is not known",
    ),
]


@pytest.mark.parametrize(("layer", "own", "why"), WRONG)
def test_weights_that_do_not_fit(layer: dict[str, Any], own: Weights, why: str, tmp_path: Path) -> None:
    path = keras_2(tmp_path / "m", [layer], [{f"a/{key}": array for key, array in own.items()}])
    with pytest.raises(LoadError) as caught:
        load_model(path)
    assert str(caught.value).startswith(f"{path}, {why}")
