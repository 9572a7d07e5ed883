"""Files that should hold a network and do not: each is told in one sentence, and none takes memory or runs anything."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui import LoadError, Network, load_network, save_network

Arrays = dict[str, Any]


def elman(path: Path) -> Arrays:
    """The arrays of a saved network: elman, I = 4, H = 3, and softmax, O = 2."""
    save_network(Network.random(["elman", "softmax"], 4, [3, 2]), path)
    with np.load(path) as arrays:
        return dict(arrays)


def described(arrays: Arrays, change: Callable[[Any], Any]) -> Arrays:
    """The same arrays with another description."""
    whole = json.loads(arrays["network"].item())
    return {**arrays, "network": np.array(json.dumps(change(whole)).encode())}


def layer_set(number: int, **fields: Any) -> Callable[[Any], Any]:
    def change(whole: Any) -> Any:
        whole["layers"][number - 1] |= fields
        return whole

    return change


CHANGES: list[tuple[Callable[[Arrays], Arrays], str]] = [
    (
        lambda a: {**a, "layer1/U": np.zeros((3, 4))},
        "layer 1: U has shape (3, 4); elman with H = 3, I = 4 needs (3, 3)",
    ),
    (lambda a: {**a, "layer1/b": np.zeros((3, 1, 1))}, "layer 1: b has shape (3, 1, 1); "),
    (lambda a: {k: v for k, v in a.items() if k != "layer1/b"}, "layer 1, b: the parameter is missing; it takes W"),
    (lambda a: {**a, "layer1/Q": np.zeros(3)}, "layer 1, Q: the cell has no such parameter; it takes W"),
    (lambda a: {**a, "layer3/W": np.zeros(3)}, "layer3/W: is no part of the network; it has layers 1 to 2"),
    (lambda a: {**a, "layer1": np.zeros(3)}, "layer1: is no part of the network; it has layers 1 to 2"),
    (
        lambda a: {**a, "layer2/W": np.zeros((2, 5))},
        "layer 2: softmax takes 5 inputs and layer 1 gives 3; they must be equal",
    ),
    (lambda a: {**a, "layer1/W": np.zeros((3, 4), complex)}, "layer1/W: does not hold numbers; floats are needed"),
    (lambda a: {**a, "layer1/W": np.zeros((0, 4))}, "layer1/W: does not hold numbers; floats are needed"),
    (lambda a: {**a, "layer1/W": np.array([["a"] * 4] * 3)}, "layer1/W: does not hold numbers"),
    (lambda a: {**a, "layer1/W": np.full((3, 4), np.inf)}, "layer1/W[1, 1]: inf is not finite"),
    (lambda a: {"x": np.zeros((5, 4))}, "holds no recurrent layer that is known; it holds x"),
    (lambda a: {}, "holds no recurrent layer that is known; it holds no weights"),
    (
        lambda a: {**a, "network": np.zeros(3)},
        "network: does not describe a network of this program; it is no short text",
    ),
    (
        lambda a: {**a, "network": np.array(b"{")},
        "network: does not describe a network of this program; it is not JSON",
    ),
    (lambda a: {**a, "network": np.array(b"[" * 99999)}, "network: does not describe a network of this program; it is"),
    (lambda a: {**a, "network": np.array(b"[]")}, "network: does not describe a network of this program; its format"),
    (
        lambda a: described(a, lambda w: {**w, "version": 2}),
        "network: does not describe a network of this program; ver",
    ),
    (
        lambda a: described(a, lambda w: {**w, "layers": []}),
        "network: does not describe a network of this program; 1 to",
    ),
    (
        lambda a: described(a, layer_set(2, cell=3)),
        "network: does not describe a network of this program; layer 2 needs",
    ),
    (
        lambda a: described(a, layer_set(2, cell="\x1b[2J")),
        "network: does not describe a network of this program; layer",
    ),
    (lambda a: described(a, layer_set(1, reads=[True])), "network: does not describe a network of this program; layer"),
    (
        lambda a: described(a, layer_set(1, cell="elmann")),
        "layer 1: the cell elmann is no built-in one and has no text",
    ),
    (lambda a: described(a, layer_set(1, cell="/etc/passwd")), "layer 1: the cell /etc/passwd is no built-in one and"),
    (
        lambda a: described(a, layer_set(1, cell="mine", text='equations = "y[t] = __import__(x[t])"')),
        "layer 1, line 1, column 8: the function __import__ is not known",
    ),
    (lambda a: described(a, layer_set(2, reads=[-1])), "layer 2: reads layers that it cannot read; the one below, or"),
    (
        lambda a: described(a, layer_set(2, reads=[0, 0])),
        "layer 2: reads layers that it cannot read; the one below, or",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), CHANGES, ids=[sentence[:40] for _, sentence in CHANGES])
def test_a_file_that_is_not_right(change: Callable[[Arrays], Arrays], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "M.npz"
    np.savez(path, **change(elman(path)))
    with pytest.raises(LoadError) as caught:
        load_network(path)
    told = str(caught.value)
    assert told.startswith(f"{path}{': ' if sentence.startswith('holds') else ', '}{sentence}")
    assert "\n" not in told
    assert "\x1b" not in told


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "M.npz"
    arrays = elman(path)
    np.savez(path, **{**arrays, "layer1/W": np.array([[open]], object)})
    with pytest.raises(LoadError, match="layer1/W: does not hold numbers"):
        load_network(path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "none.npz",
            None,
            "no such file; a network is needed, .npz, .safetensors, .pt, .onnx, .keras and .h5 are read",
        ),
        (
            ".",
            None,
            "is not an ordinary file; a network is needed, .npz, .safetensors, .pt, .onnx, .keras and .h5 are read",
        ),
        (
            "hello.txt",
            None,
            "no such file; a network is needed, .npz, .safetensors, .pt, .onnx, .keras and .h5 are read",
        ),
        ("empty.npz", b"", "is not a whole .npz file; numpy.savez writes one"),
        ("text.npz", b"W = 1", "is not a whole .npz file; numpy.savez writes one"),
    ],
)
def test_no_archive_at_all(
    name: str, content: bytes | None, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_bytes(content)
    with pytest.raises(LoadError) as caught:
        load_network(name)
    assert str(caught.value) == f"{name}: {sentence}"


def test_a_link_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "M.npz"
    path.symlink_to(tmp_path / "gone.npz")
    with pytest.raises(LoadError, match=r"M\.npz: is a link that leads nowhere; a network is needed"):
        load_network(path)


def test_a_choice_where_there_is_none(tmp_path: Path) -> None:
    save_network(Network.random("elman", 2), tmp_path / "M.npz")
    assert load_network(tmp_path / "M.npz", choice=1).layers[0].cell.name == "elman"
    with pytest.raises(LoadError, match=r"M\.npz: has no network 2; it holds 1 network"):
        load_network(tmp_path / "M.npz", choice=2)


def test_sizes_are_checked_before_memory_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "M.npz"
    arrays = elman(path)
    np.savez_compressed(path, **{**arrays, "layer1/U": np.zeros((8_000_000,))})
    tracemalloc.start()
    with pytest.raises(LoadError, match=r"layer 1: U has shape \(8000000\)"):
        load_network(path)
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_a_description_of_texts_without_a_character(tmp_path: Path) -> None:
    """numpy itself never writes ``S0``; a stranger may."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|S0", "fortran_order": False, "shape": ()})
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        archive.writestr("network.npy", head.getvalue())
    with pytest.raises(LoadError, match="network: does not describe a network of this program; it is not JSON"):
        load_network(tmp_path / "m.npz")


def test_a_header_that_promises_more_than_there_is(tmp_path: Path) -> None:
    path = tmp_path / "M.npz"
    arrays = elman(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array)
            data = member.getvalue()
            archive.writestr(f"{name}.npy", data[:-8] if name == "layer1/U" else data)
    with pytest.raises(LoadError, match=r"layer1/U: is cut short: 64 of its 72 bytes are there"):
        load_network(path)


@given(data=st.data())
@settings(max_examples=150)
def test_damage_is_told_or_does_no_harm(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "M.npz"
        save_network(Network.random("elman", 1, 1), path)
        content = bytearray(path.read_bytes())
        for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
            content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
        try:
            read = load_network(path)
        except LoadError:
            return
        assert read.layers[0].parameters.keys() == {"W", "U", "b"}
