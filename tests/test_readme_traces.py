"""The lines of the README that write a trace in another framework, run there on a model of one's own, and compared."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from foreign import FILES, there
from test_readme import README, TRACES

from rnn_tui.cli import main as cli

COMMAND = re.findall(r"^    rnn-tui (compare trace\.npz .*)$", README, re.MULTILINE)
TORCH = """
import numpy, torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4, 2, batch_first=True)
        self.head = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.lstm(x)[0])

torch.manual_seed(1)
model, x = Model(), torch.randn(1, 7, 3)
torch.save(model.state_dict(), "weights.pt")
"""
KERAS = """
import keras, numpy

keras.utils.set_random_seed(1)
layers = [keras.layers.LSTM(4, return_sequences=True, name="lstm"), keras.layers.Dense(2)]
model = keras.Sequential([keras.Input((7, 3)), *layers])
model.save("weights.keras")
x = numpy.random.default_rng(1).normal(size=(1, 7, 3)).astype("float32")
"""
KERAS_LAST = KERAS.replace("return_sequences=True", "return_sequences=False")
ONNX = """
import numpy, onnxruntime

x = numpy.array([IDS])
"""
BACKENDS = {"torch": "torch", "jax": "jax", "tensorflow": "tensorflow"}
"""What Keras computes with, by module."""


def written(folder: Path, modules: tuple[str, ...], model: str, lines: str) -> None:
    """Runs the README's lines after a model was made; skips where a framework is not installed."""
    for module in modules:
        if not there(module):
            pytest.skip(f"{module} is not installed")
    backend = next((name for module, name in BACKENDS.items() if there(module)), "")
    if "keras" in modules and not backend:
        pytest.skip("Keras has nothing to compute with: neither torch, jax nor tensorflow is installed")
    environment = {**os.environ, "KERAS_BACKEND": backend, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", model + lines], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def compared(folder: Path, monkeypatch: pytest.MonkeyPatch, model: str) -> int:
    """The exit status of the README's command."""
    monkeypatch.chdir(folder)
    return cli.main(shlex.split(COMMAND[0].replace("weights.pt", model)))


def test_the_lines_are_there() -> None:
    assert [re.findall(r"torch|keras|onnxruntime|model\.lstm", lines)[0] for lines in TRACES] == [
        "model.lstm",
        "keras",
        "onnxruntime",
    ]
    assert all(len(lines.splitlines()) == 3 for lines in TRACES)
    assert len(COMMAND) == 1


def test_pytorch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, ("torch",), TORCH, TRACES[0])
    assert compared(tmp_path, monkeypatch, "weights.pt") == 0, capsys.readouterr().out
    assert capsys.readouterr().out.startswith("compared: s y of layers 2, 3, t = 1 to 7\nequal")


@pytest.mark.parametrize(
    ("model", "said"),
    [(KERAS, "s y of layers 1, 2, t = 1 to 7"), (KERAS_LAST, "s y of layers 1, 2, t = 7")],
    ids=["all", "last"],
)
def test_keras(
    model: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, ("keras", "h5py"), model, TRACES[1])
    assert compared(tmp_path, monkeypatch, "weights.keras") == 0, capsys.readouterr().out
    assert capsys.readouterr().out.startswith(f"compared: {said}\nequal")


def test_onnxruntime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    name = "onnx_exported_by_torch_lstm_dynamo"
    (tmp_path / "model.onnx").write_bytes((FILES / f"{name}.onnx").read_bytes())
    ids = json.dumps([3, 0, 2, 2, 1, 0, 3])
    written(tmp_path, ("onnxruntime", "onnx"), ONNX.replace("[IDS]", f"[{ids}]"), TRACES[2])
    assert compared(tmp_path, monkeypatch, "model.onnx") == 0, capsys.readouterr().out
    assert capsys.readouterr().out.startswith("compared: y of layer 3, t = 1 to 7\nequal")
