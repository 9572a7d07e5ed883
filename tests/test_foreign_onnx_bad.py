"""ONNX models that must be refused, each in one sentence that says where and why."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the extra onnx is not installed")

from onnx_graphs import drawn, load, model, node, onnx, saved
from test_foreign_onnx_file import refused

from rnn_tui.files.errors import LoadError

WEIGHTS = {"W": (1, 16, 3), "R": (1, 16, 4), "B": (1, 32)}


def lstm(**changed: Any) -> Any:
    """A model of one LSTM, with other inputs, attributes or weights."""
    weights = drawn(1, **WEIGHTS) | changed.pop("weights", {})
    inputs = changed.pop("inputs", "X W R B")
    opset = changed.pop("opset", 17)
    given = {"X": [5, 1, 3]} | changed.pop("given", {})
    held = {name: array for name, array in weights.items() if name in inputs.split() and name not in given}
    return model([node("LSTM", inputs, "Y", **{"hidden_size": 4} | changed)], given, {"Y": [None] * 4}, held, opset)


def changed(change: Callable[[Any], None]) -> Any:
    """The model of one LSTM, changed in place."""
    made = lstm()
    change(made)
    return made


def external(location: str, **entries: str) -> Any:
    """The model of one LSTM whose W stands in another file."""
    made = lstm()
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=value)
    return made


def nothing(made: Any) -> None:
    made.graph.initializer[0].dims[:] = [2**20, 2**20, 2**10]


def lying(made: Any) -> None:
    made.graph.initializer[0].dims[:] = [1, 16, 4]


def negative(made: Any) -> None:
    made.graph.initializer[0].dims[:] = [1, 16, -3]


def strings(made: Any) -> None:
    made.graph.initializer[0].data_type = 8


def loop(made: Any) -> None:
    made.graph.node.insert(0, node("Relu", "b", "a"))
    made.graph.node.insert(0, node("Tanh", "a", "b"))


def itself(made: Any) -> None:
    made.graph.node.insert(0, node("Relu", "a", "a"))


NAN = np.full((1, 16, 3), np.nan, np.float32)
BAD: dict[str, tuple[Any, tuple[str, ...]]] = {
    "an unknown opset": (lambda: lstm(opset=99), ("opset", "99")),
    "no R": (lambda: lstm(inputs="X W - B"), ("node 1 (LSTM)", "has no R")),
    "too few inputs": (lambda: lstm(inputs="X W"), ("has no R",)),
    "W is an input": (lambda: lstm(given={"W": [1, 16, 3]}), ("its W, W, is an input of the graph",)),
    "W of nobody": (lambda: lstm(inputs="X V R B"), ("its W, V, is computed from what is not read",)),
    "gates that do not divide": (lambda: lstm(weights=drawn(1, W=(1, 15, 3))), ("W of shape (1, 15, 3)", "(1, 16, 3)")),
    "B of another size": (lambda: lstm(weights=drawn(1, B=(1, 16))), ("B of shape (1, 16)", "(1, 32)")),
    "one direction of two": (lambda: lstm(direction="bidirectional"), ("W of shape (1, 16, 3)", "(2, 16, 3)")),
    "a direction that is none": (lambda: lstm(direction="sideways"), ("direction sideways",)),
    "no activation": (lambda: lstm(activations=["Tanh", "Cosine", "Tanh"]), ("activation Cosine", "known are")),
    "too few activations": (lambda: lstm(activations=["Tanh"]), ("1 activations", "3 are needed")),
    "another hidden size": (lambda: lstm(hidden_size=5), ("hidden_size 5",)),
    "NaN": (lambda: lstm(weights={"W": NAN}), ("layer 1, W_i[1, 1]", "nan is not finite", "node 1 (LSTM)")),
    "x that does not fit": (lambda: lstm(given={"X": [5, 1, 7]}), ("X of shape (5, 1, 7)",)),
    "10^15 numbers": (lambda: changed(nothing), ("W: declares 1,125,899,906,842,624 numbers", "2.0 GiB")),
    "a shape that lies": (lambda: changed(lying), ("W: has shape (1, 16, 4) and 192 bytes", "256 are needed")),
    "a negative length": (lambda: changed(negative), ("W: has shape (1, 16, -3)",)),
    "text for weights": (lambda: changed(strings), ("W: is of type 8",)),
    "a circle of two": (lambda: changed(loop), ("node 1 (Tanh)", "goes in a circle")),
    "a circle of one": (lambda: changed(itself), ("node 1 (Relu)", "goes in a circle")),
    "data above its folder": (lambda: external("../W.bin"), ("W: has its numbers in '../W.bin'", "in its folder")),
    "data anywhere": (lambda: external("/etc/passwd"), ("'/etc/passwd'", "in its folder")),
    "data in no file": (lambda: external(""), ("in its folder",)),
    "data that is missing": (lambda: external("W.bin"), ("'W.bin'", "is not there")),
    "data too short": (lambda: external("short.bin"), ("192 bytes from byte 0", "has 100")),
    "data from before": (lambda: external("short.bin", offset="-5"), ("from byte -5",)),
    "data from nowhere": (lambda: external("short.bin", offset="x"), ("does not say where",)),
    "data behind a link": (lambda: external("link.bin"), ("in its folder",)),
    "no recurrence": (
        lambda: model([node("Relu", "X", "Y")], {"X": [5, 1, 3]}, {"Y": [5, 1, 3]}, {}),
        ("holds no recurrence that can be read", "its operators are Relu"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_models_that_are_refused(name: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "W.bin").write_bytes(bytes(192))
    (inside / "short.bin").write_bytes(bytes(100))
    os.symlink(tmp_path / "W.bin", inside / "link.bin")
    make, words = BAD[name]
    refused(saved(make(), inside), *words)


def test_data_in_its_folder_is_read(tmp_path: Path) -> None:
    weights = drawn(1, **WEIGHTS)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "W.bin").write_bytes(bytes(10) + weights["W"].tobytes())
    loaded = load(saved(external("data/W.bin", offset="10"), tmp_path))
    assert np.array_equal(loaded.network.layers[0].parameters["W_i"], weights["W"][0, :4])


def test_nan_is_let_in_where_it_is_wanted(tmp_path: Path) -> None:
    loaded = load(saved(lstm(weights={"W": NAN}), tmp_path), allow_nonfinite=True)
    assert np.isnan(loaded.network.layers[0].parameters["W_i"]).all()


def test_a_choice_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="it holds 1 network"):
        load(saved(lstm(), tmp_path), 2)


def test_bfloat16_and_float16_are_read(tmp_path: Path) -> None:
    """As float32: the first 16 bits of a float32, and half precision."""
    for kind, bits in ((onnx.TensorProto.BFLOAT16, 0x3FC0), (onnx.TensorProto.FLOAT16, 0x3E00)):  # 1.5 in both
        made = lstm()
        tensor = made.graph.initializer[0]
        tensor.data_type, tensor.raw_data = kind, np.full(48, bits, "<u2").tobytes()
        assert (load(saved(made, tmp_path)).network.layers[0].parameters["W_i"] == 1.5).all()
