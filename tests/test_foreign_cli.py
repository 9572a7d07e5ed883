"""Models of others on the command line and in sessions: run, inspect, the choice among several networks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import FILES, outputs
from oracles import arrays
from stepping import opened

from rnn_tui import Layer, Network, load_network, save_network
from rnn_tui.cli.main import main
from rnn_tui.cli.options import session_from
from rnn_tui.cli.parser import Parser
from rnn_tui.files.models import load_model
from rnn_tui.session.file import read_session, write_session

Arrays = dict[str, Any]


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two networks in one file: an RNN of 4 to 3 with a readout, and a GRU of 5 to 2."""
    chance = np.random.default_rng(4)
    shapes = {
        "a.rnn.weight_ih_l0": (3, 4),
        "a.rnn.weight_hh_l0": (3, 3),
        "a.rnn.bias_ih_l0": (3,),
        "a.rnn.bias_hh_l0": (3,),
        "a.out.weight": (2, 3),
        "a.out.bias": (2,),
        "b.rnn.weight_ih_l0": (6, 5),
        "b.rnn.weight_hh_l0": (6, 2),
    }
    arrays: Arrays = {name: chance.normal(size=shape) for name, shape in shapes.items()}
    np.savez(tmp_path / "two.npz", **arrays)
    return tmp_path / "two.npz"


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_file_of_several_networks_asks_for_the_layer(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, "run", "hello.txt", "--model", two)
    assert (status, out) == (2, "")
    assert err == (
        f"rnn-tui: {two}: holds 2 networks that do not follow each other: 1 a.rnn (RNN, 4 to 3); "
        "2 b.rnn (GRU, 5 to 2); --layer 1 takes the first\n"
    )
    status, out, err = said(capsys, "run", "hello.txt", "--model", two, "--layer", 1, "--to", 1, "--format", "jsonl")
    assert status == 0
    assert err == f"{two}: a.rnn: the file does not say tanh or relu, tanh is taken\n"
    assert [json.loads(line)["layer"] for line in out.splitlines()] == [1, 2]
    assert said(capsys, "run", "hello.txt", "--model", two, "--layer", 2)[2].endswith(
        "gru-reset-after takes 5 inputs\n"
    )
    assert (
        "has no network 3; its networks are 1 a.rnn"
        in said(capsys, "run", "hello.txt", "--model", two, "--layer", 3)[2]
    )


def test_where_there_is_one_network_the_layer_is_the_one_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("1\n2\n0\n")
    words = ("run", tmp_path / "x.csv", "--model", FILES / "torch_lstm.npz", "--to", 1, "--format", "jsonl")
    assert json.loads(said(capsys, *words, "--layer", 2)[1])["layer"] == 2


def test_a_session_keeps_the_network_and_the_choice(two: Path, tmp_path: Path) -> None:
    found = opened("hello.txt", "--model", str(two), "--layer", "1")
    assert (found.recipe.blueprint.choice, found.gaze.layer) == (1, 0)
    write_session(found, tmp_path / "s.toml")
    assert 'model = "two.npz"\nlayer = 1\n' in (tmp_path / "s.toml").read_text()
    again = read_session(str(tmp_path / "s.toml"))
    one, other = found.recipe.build(), again.recipe.build()
    for t in range(6):
        np.testing.assert_array_equal(one.walk().at(t).layers[-1].y, other.walk().at(t).layers[-1].y)
    assert other.notes == ("a.rnn: the file does not say tanh or relu, tanh is taken",)


def test_every_stop_of_a_lesson_has_the_network_that_is_chosen(two: Path, tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.toml"
    lesson.write_text('version = 1\n[[stops]]\ntitle = "a"\ntext = "a"\n[[stops]]\ntitle = "b"\ntext = "b"\n')
    words = [str(lesson), "--model", str(two), "--layer", "1", "-o", str(tmp_path / "l.txt")]
    assert main(["snapshot", *words]) == 0
    parser = Parser("snapshot", "")
    parser.sequence()
    parser.network()
    parser.display()
    found = session_from(parser.read(words[:-2]))
    assert [each.recipe.blueprint.choice for each in found.sessions] == [1, 1, 1]
    assert [each.gaze.layer for each in found.sessions] == [0, 0, 0]


def test_compare_chooses_a_network_of_the_file_that_a_session_names(
    two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session, trace = tmp_path / "s.toml", tmp_path / "trace.jsonl"
    session.write_text('version = 1\nnetwork = { model = "two.npz", layer = 1 }\n')
    trace.write_text(said(capsys, "run", session, "--format", "jsonl")[1])
    assert said(capsys, "compare", session, "--layer", "1", "--reference", trace)[0] == 0


def test_a_run_beside_is_of_a_file_too(two: Path, tmp_path: Path) -> None:
    words = f"model {two}, layer 1"
    found = opened("hello.txt", "--beside", words)
    assert found.beside is not None
    assert (found.beside.blueprint.model, found.beside.blueprint.choice) == (str(two), 1)
    write_session(found, tmp_path / "s.toml")
    again = read_session(str(tmp_path / "s.toml"))
    assert again.beside is not None
    assert again.beside.blueprint.choice == 1


def test_inspect_says_how_every_layer_was_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = said(capsys, "inspect", FILES / "torch_lstm_2layer_bi.npz")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines[1:])) <= 80
    assert "3  rnn l0_reverse  LSTM, both directions  I = 3, H = 4  backwards in time" in lines
    assert [line for line in lines if "concat" in line] == [
        "4  concat of layers 2 and 3",
        "7  concat of layers 5 and 6",
    ]
    assert lines.count("   gates   i, f, g, o in the file, as ours") == 4
    assert lines.count("   turned  split by rows into 4 gates; bias_ih + bias_hh summed to b") == 4
    with np.load(FILES / "torch_lstm_2layer_bi.npz") as arrays:
        bias = arrays["rnn.bias_hh_l0"].astype(float)
    figures = (f"{value:.3g}" for value in (bias.min(), bias.max(), bias.mean(), np.linalg.norm(bias)))
    row = next(line.split() for line in lines if "bias_hh_l0 " in line)
    assert row == ["bias_hh_l0", "16", "float32", *figures]


def test_inspect_lists_every_network_and_counts_what_is_not_finite(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with np.load(two) as arrays:
        changed = dict(arrays)
    changed["b.rnn.weight_hh_l0"][:2] = np.inf
    np.savez(two, **changed)
    status, out, _ = said(capsys, "inspect", two)
    assert status == 0
    assert "--layer 1: a.rnn (RNN, 4 to 3)" in out
    assert "--layer 2: b.rnn (GRU, 5 to 2)" in out
    assert "4 not finite" in out
    whole = json.loads(said(capsys, "inspect", two, "--format", "json")[1])
    assert list(whole) == ["file", "format", "layers", "notes", "not_read"]
    assert [(layer["name"], layer["cell"], layer["network"]) for layer in whole["layers"]] == [
        ("a.rnn l0", "elman", 1),
        ("a.out", "dense", 1),
        ("b.rnn l0", "gru-reset-after", 2),
    ]
    layer = whole["layers"][2]
    assert layer["sizes"] == {"I": 5, "H": 2, "O": 2}
    assert layer["parameters"]["b.rnn.weight_hh_l0"]["nonfinite"] == 4
    assert layer["turned"] == ["split by rows into 3 gates"]
    assert layer["choices"] == ["reset after the product, PyTorch's rule", "no bias: zeros"]


def test_our_own_files_have_cards_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_network(Network.random(["gru:concat", "softmax"], 4, [3, 2]), tmp_path / "m.npz")
    whole = json.loads(said(capsys, "inspect", tmp_path / "m.npz", "--format", "json")[1])
    assert [layer["cell"] for layer in whole["layers"]] == ["gru", "gru", "concat", "softmax"]
    assert [layer["reverse"] for layer in whole["layers"]] == [False, True, False, False]


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru-reset-after", "lstm-peephole", "lstm-projection", "elman-relu"])
def test_our_own_cells_gate_by_gate_are_the_same_cells(cell: str, tmp_path: Path) -> None:
    network = Network.random([f"{cell}:reverse"], 4, [(3, 2) if "projection" in cell else 3])
    save_network(network, tmp_path / "m.npz")
    (gated,) = load_model(tmp_path / "m.npz").gated
    assert gated is not None
    layer = gated.layer()
    assert (layer.cell.name, layer.reverse) == (cell, True)
    for name, array in network.layers[0].parameters.items():
        np.testing.assert_array_equal(layer.parameters[name], array)


def test_our_own_names_in_arrays_of_anyone(tmp_path: Path) -> None:
    network = Network.random(["lstm", "dense"], 4, [3, 2])
    arrays: Arrays = {
        f"part{n}.{name}": a for n, layer in enumerate(network.layers) for name, a in layer.parameters.items()
    }
    np.savez(tmp_path / "m.npz", **arrays)
    found = load_model(tmp_path / "m.npz")
    assert [layer.cell.name for layer in found.network.layers] == ["lstm", "dense"]
    assert found.notes == ("part1: dense is taken, softmax would have the same names",)
    for one, other in zip(found.network.layers, network.layers, strict=True):
        assert isinstance(one, Layer)
        for name, array in other.parameters.items():
            np.testing.assert_array_equal(one.parameters[name], array)


@pytest.mark.parametrize("name", ["lstm_1", "cell"])
def test_names_of_keras(name: str, tmp_path: Path) -> None:
    """``lstm/lstm_cell/kernel:0``: by columns, (I, 4 H)."""
    chance = np.random.default_rng(2)
    inner = {"lstm_1": "lstm_1/lstm_cell", "cell": "cell"}[name]
    kernel, recurrent = chance.normal(size=(3, 8)), chance.normal(size=(2, 8))
    arrays: Arrays = {
        f"{inner}/kernel:0": kernel,
        f"{inner}/recurrent_kernel:0": recurrent,
        f"{inner}/bias:0": np.arange(8.0),
    }
    np.savez(tmp_path / "m.npz", **arrays)
    layer = load_network(tmp_path / "m.npz").layers[0]
    np.testing.assert_array_equal(layer.parameters["W_f"], kernel[:, 2:4].T)
    np.testing.assert_array_equal(layer.parameters["U_o"], recurrent[:, 6:].T)
    np.testing.assert_array_equal(layer.parameters["b_g"], [4, 5])


def test_both_directions_under_the_names_of_keras(tmp_path: Path) -> None:
    """What Keras computes of them; how they are joined is not in the names, and said."""
    stored = arrays("keras/bidirectional_lstm_concat_seq.npz")
    weights: Arrays = {name.removeprefix("weight."): array for name, array in stored.items() if "weight." in name}
    np.savez(tmp_path / "m.npz", **{name.replace(":0", ""): array for name, array in weights.items()})
    found = load_model(tmp_path / "m.npz")
    assert [card.reverse for card in found.cards] == [False, True]
    assert "concat is taken" in found.notes[-1]
    np.testing.assert_allclose(outputs(found.network, stored["x"][0]), stored["y"][0], rtol=0, atol=1e-12)


def test_an_encoder_and_a_decoder_are_two_networks_though_their_sizes_fit(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    names = [f"{part}.weight_{which}_l0" for part in ("encoder", "decoder") for which in ("ih", "hh")]
    content: Arrays = {name: chance.normal(size=(12, 3)) for name in names}
    np.savez(tmp_path / "m.npz", **content)
    assert len(load_model(tmp_path / "m.npz", choice=1).choices) == 2
    alike: Arrays = {name.replace("encoder", "gru1").replace("decoder", "gru2"): a for name, a in content.items()}
    np.savez(tmp_path / "m.npz", **alike)
    assert len(load_model(tmp_path / "m.npz").network.layers) == 2


def test_our_own_files_load_no_framework(tmp_path: Path) -> None:
    save_network(Network.random(["lstm"], 4, 3), tmp_path / "m.npz")
    program = (
        "import sys; from rnn_tui.cli.main import main\n"
        f"main(['run', 'hello.txt', '--model', {str(tmp_path / 'm.npz')!r}, '-o', {str(tmp_path / 'o')!r}])\n"
        "print(sorted({'torch', 'h5py', 'onnx', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
