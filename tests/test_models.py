"""Networks in files: the very bits come back, in our own format."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnn_tui import (
    Bidirectional,
    Cell,
    Layer,
    LoadError,
    Network,
    Simulator,
    load_network,
    load_sequence,
    save_network,
)
from rnn_tui.core.equations import parse_equations
from rnn_tui.stepper.files import with_cell

OWN = '''equations = """
s[t] = k * s[t-1] + W @ x[t]
y[t] = s[t]
"""
[parameters]
W = ["H", "I"]
k = []
[state]
s = ["H"]
'''
STACKS = (
    ["elman"],
    ["jordan", "dense"],
    ["lstm", "softmax"],
    ["gru:reverse", "lstm-peephole"],
    ["lstm:concat", "gru:sum", "dense"],
    ["elman:mul", "minimal-gated:average"],
)


def same(one: Network, other: Network) -> bool:
    """Whether two networks are equal in all that makes them, to the bit."""
    if (one.dtype, one.reads, len(one.layers)) != (other.dtype, other.reads, len(other.layers)):
        return False
    for a, b in zip(one.layers, other.layers, strict=True):
        if (a.cell.name, a.cell.text, a.reverse, list(a.parameters)) != (
            b.cell.name,
            b.cell.text,
            b.reverse,
            list(b.parameters),
        ):
            return False
        if any(a.parameters[k].dtype != b.parameters[k].dtype for k in a.parameters):
            return False
        if any(a.parameters[k].tobytes() != b.parameters[k].tobytes() for k in a.parameters):
            return False
    return True


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Stacks of built-in cells, one way and both ways, whose parameters are any finite numbers."""
    stack = draw(st.sampled_from(STACKS))
    network = Network.random(stack, draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    single = draw(st.booleans())
    dtype = np.dtype(np.float32 if single else np.float64)
    elements = st.floats(allow_nan=False, allow_infinity=False, width=32 if single else 64)
    layers = [
        Layer(
            layer.cell,
            {k: draw(hnp.arrays(dtype, v.shape, elements=elements)) for k, v in layer.parameters.items()},
            layer.reverse,
        )
        for layer in network.layers
    ]
    entries: list[Layer | Bidirectional] = []
    while layers:
        if len(layers) > 2 and len(layers[2].cell.inputs) > 1:
            entries.append(Bidirectional(layers[0], layers[1], layers[2].cell.name))
            layers = layers[3:]
        else:
            entries.append(layers.pop(0))
    return Network(entries)


@given(network=networks())
@settings(max_examples=60)
def test_a_network_comes_back_to_the_bit(network: Network) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "M.npz"
        save_network(network, path)
        assert same(load_network(path), network)
        assert [entry.name for entry in Path(folder).iterdir()] == ["M.npz"]
        with np.load(path, allow_pickle=False) as arrays:  # NumPy alone reads it as well
            assert json.loads(arrays["network"].item())["format"] == "rnn_tui"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cells_of_ones_own_travel_with_their_text(dtype: Any, tmp_path: Path) -> None:
    parameters = {"W": np.array([[0.1, -0.0], [5e-324, 3.0]], dtype), "k": np.array(1 / 3, dtype)}
    network = Network([Layer(Cell.parse(OWN, "folder/mine.toml"), parameters)])
    save_network(network, tmp_path / "M.npz")
    read = load_network(str(tmp_path / "M.npz"))
    assert same(read, network)
    assert (read.layers[0].cell.name, read.dtype) == ("mine", np.dtype(dtype))


def test_an_edited_cell_is_not_taken_for_the_built_in_one(tmp_path: Path) -> None:
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4)
    text = network.layers[0].cell.text.replace("tanh", "sigmoid")
    edited = with_cell(network, 0, text, network.sizes(sequence.input_size)[0])
    save_network(edited, tmp_path / "M.npz")
    read = load_network(tmp_path / "M.npz")
    assert same(read, edited)
    assert [(layer.cell.name, layer.cell.edited) for layer in read.layers] == [("elman", True), ("softmax", False)]
    assert read.layers[0].cell.text == text
    for t in range(6):
        assert Simulator(read, sequence).at(t).y.tobytes() == Simulator(edited, sequence).at(t).y.tobytes()


def test_numbers_that_are_not_finite_are_let_in_when_asked(tmp_path: Path) -> None:
    bad = np.array([[1.0, np.nan], [np.inf, 2.0]])
    network = Network([Layer("dense", {"W": bad, "b": np.zeros(2)})])
    save_network(network, tmp_path / "M.npz")
    with pytest.raises(LoadError, match=r"M\.npz, layer1/W\[1, 2\]: nan is not finite; allow_nonfinite lets it in"):
        load_network(tmp_path / "M.npz")
    assert same(load_network(tmp_path / "M.npz", allow_nonfinite=True), network)


def test_a_cell_without_text_cannot_be_kept(tmp_path: Path) -> None:
    cell = Cell("mine", parse_equations("y[t] = x[t]", "mine"), {}, {})
    with pytest.raises(LoadError, match=r"M\.npz, layer 1: the cell mine has no text"):
        save_network(Network([Layer(cell)]), tmp_path / "M.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("M.onnx", "a network is written as .npz; end the name with it"),
        ("none/M.npz", "cannot be written: No such file or directory"),
        ("folder.npz", "cannot be written: Is a directory"),
    ],
)
def test_places_where_nothing_can_be_written(name: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(LoadError) as caught:
        save_network(Network.random("elman", 2), tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: {sentence}"


def test_what_was_there_stays_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    before = Network.random("elman", 2)
    save_network(before, tmp_path / "M.npz")
    monkeypatch.setattr("rnn_tui.files.own.write_npz", full)
    with pytest.raises(LoadError, match=r"cannot be written: No space left on device"):
        save_network(Network.random("lstm", 2), tmp_path / "M.npz")
    assert same(load_network(tmp_path / "M.npz"), before)
    assert len(list(tmp_path.iterdir())) == 1
