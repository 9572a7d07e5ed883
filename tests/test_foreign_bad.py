"""Files of others that are wrong: each is told in one sentence, with the place, before memory is taken."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import FILES, Array

from rnn_tui import LoadError, Network
from rnn_tui.files.foreign.safetensors import safetensors as tensors_of
from rnn_tui.files.models import load_model
from rnn_tui.files.own import save_network
from rnn_tui.files.source import ordinary_file

Arrays = dict[str, Any]


def told(path: Path, **given: Any) -> str:
    """The sentence of the error, without the path."""
    with pytest.raises(LoadError) as caught:
        load_model(path, **given)
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    return sentence.removeprefix(str(path)).lstrip(":, ")


def lstm(**changed: Any) -> Arrays:
    """An LSTM of 3 inputs and 4 units under PyTorch's names; what is None is left out."""
    whole = {
        "rnn.weight_ih_l0": np.ones((16, 3)),
        "rnn.weight_hh_l0": np.ones((16, 4)),
        "rnn.bias_ih_l0": np.zeros(16),
        "rnn.bias_hh_l0": np.zeros(16),
    } | {f"rnn.{name}": array for name, array in changed.items()}
    return {name: array for name, array in whole.items() if array is not None}


NAN = np.ones((16, 4))
NAN[2, 1] = np.nan
WRONG: list[tuple[Arrays, str]] = [
    (lstm(weight_hh_l0=None), "rnn.weight_hh_l0: is missing; a recurrent layer has W and U"),
    (lstm(weight_ih_l0=None), "rnn.weight_ih_l0: is missing"),
    (lstm(weight_ih_l0=np.ones((16, 3), np.int8)), "rnn.weight_ih_l0: holds numbers of int8; bfloat16, float16"),
    (
        {name: array.astype(np.int32) for name, array in lstm().items()},
        "rnn.weight_ih_l0: holds numbers of int32; bfloat16, float16, float32, float64 are read",
    ),
    (lstm(weight_hh_l0=np.ones((17, 4))), "rnn.weight_hh_l0: has shape (17, 4), and 17 rows are not 1, 3 or 4 times 4"),
    (lstm(weight_hh_l0=np.ones((8, 4))), "rnn.weight_hh_l0: has shape (8, 4), and 8 rows are not 1, 3 or 4 times 4"),
    (lstm(weight_ih_l0=np.ones((12, 3))), "rnn.weight_ih_l0: has shape (12, 3); beside rnn.weight_hh_l0 of (16, 4)"),
    (
        lstm(bias_hh_l0=np.zeros(15)),
        "rnn.bias_hh_l0: has shape (15,); beside rnn.weight_hh_l0 of (16, 4) it needs (16,)",
    ),
    (lstm(weight_hh_l0=np.ones(16)), "rnn.weight_hh_l0: has shape (16,); a matrix is needed"),
    (lstm(weight_hh_l0=np.ones((16, 0))), "rnn.weight_hh_l0: has shape (16, 0); a matrix is needed"),
    (lstm(weight_hh_l0=NAN), "rnn.weight_hh_l0[3, 2]: nan is not finite; allow_nonfinite lets it in"),
    (lstm(bias_ih_l0=np.full(16, -np.inf)), "rnn.bias_ih_l0[1]: -inf is not finite"),
    (lstm(weight_hr_l0=np.ones((2, 5))), "rnn.weight_hh_l0: has shape (16, 4), and 16 rows are not 1, 3 or 4 times 5"),
    (
        lstm(weight_ih_l1=np.ones((12, 4)), weight_hh_l1=np.ones((12, 4))),
        "rnn.weight_hh_l1: is of a GRU, and rnn.weight_hh_l0 of an LSTM; the layers of one module are of one kind",
    ),
    (
        lstm(weight_ih_l1=np.ones((16, 5)), weight_hh_l1=np.ones((16, 4))),
        "rnn.weight_ih_l1: has shape (16, 5); the layer below gives 4",
    ),
    (
        lstm(weight_ih_l0_reverse=np.ones((16, 2)), weight_hh_l0_reverse=np.ones((16, 4))),
        "rnn.weight_ih_l0_reverse: has shape (16, 2); the other direction takes 3",
    ),
    (
        lstm(weight_ih_l2=np.ones((16, 4)), weight_hh_l2=np.ones((16, 4))),
        "rnn.weight_ih_l1: is missing; there are layers 0 to 2",
    ),
    (
        {"fc.weight": np.ones((3, 4)), "fc.bias": np.ones(3)},
        "holds no recurrent layer that is known; it holds fc.weight",
    ),
    (lstm() | {"meta": np.array([{}], object)}, "meta': holds Python objects, which are never unpickled"),
    (
        {"a/kernel": np.ones((3, 15)), "a/recurrent_kernel": np.ones((4, 15))},
        "a/recurrent_kernel: has shape (4, 15), and",
    ),
    ({"W_i": np.ones((4, 3)), "U_i": np.ones((4, 4))}, "holds no recurrent layer that is known; it holds W_i, U_i"),
]


@pytest.mark.parametrize(("content", "sentence"), WRONG, ids=[sentence[:50] for _, sentence in WRONG])
def test_parameters_that_do_not_fit(content: Arrays, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    np.savez(path, **content)
    assert told(path).lstrip("'").startswith(sentence)


def test_what_is_not_finite_is_let_in_where_one_says_so(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", **lstm(weight_hh_l0=NAN))
    found = load_model(tmp_path / "m.npz", allow_nonfinite=True)
    held = next(held for held in found.cards[0].held if held.name.endswith("hh_l0") and len(held.shape) == 2)
    figures = held.figures
    assert (figures.nonfinite, figures.minimum, figures.maximum, figures.mean) == (1, 1, 1, 1)
    assert figures.norm == pytest.approx(63**0.5)


def test_an_array_that_expands_a_thousandfold(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    np.savez_compressed(path, **lstm(weight_ih_l0=np.zeros((16, 10**6))))
    assert "MiB out of a file of" in told(path)


def cut(name: str, folder: Path, share: float) -> Path:
    whole = (FILES / name).read_bytes()
    path = folder / name
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["torch_lstm.npz", "torch_lstm.safetensors", "torch_lstm.pt", "tiny_stack.keras"])
def test_a_file_that_is_cut_short(name: str, share: float, tmp_path: Path) -> None:
    sentence = told(cut(name, tmp_path, share))
    assert any(part in sentence for part in ("whole", "cut short"))


def safetensors(path: Path, header: Any, body: bytes = b"", length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + body)
    return path


def entry(shape: list[Any], first: int, last: int, dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [first, last]}


HEADERS: list[tuple[Any, str]] = [
    (b'{"a"', "is no whole .safetensors file; its header is not JSON"),
    (b"[]", "is no whole .safetensors file; its header names no tensors"),
    ({}, "holds no recurrent layer that is known; it holds no weights"),
    ({"a": entry([2, 2], 0, 15)}, "a': has shape (2, 2) of F32 and 15 bytes; 16 are needed"),
    ({"a": entry([2, 2], 0, 16)}, "a': is cut short: its numbers end at byte"),
    ({"a": entry([10**6, 10**6], 0, 4 * 10**12)}, "a': is cut short: its numbers end at byte"),
    ({"a": entry([2], 0, 8), "b": entry([2], 4, 12)}, "b': shares its bytes with another tensor"),
    ({"a": entry([-2], 0, 8)}, "a': has no dtype, shape and data_offsets"),
    ({"a": entry([True], 0, 4)}, "a': has no dtype, shape and data_offsets"),
    ({"a": entry([10**30], 0, 4)}, "a': has no dtype, shape and data_offsets"),
    ({"a": entry([1], 0, 4, "F31")}, "a': is of type 'F31'; known are F64, F32, F16, BF16"),
    ({"a": entry([1], 0, 4, ["F32"])}, "a': is of type"),
    ({"a": 3}, "a': has no dtype, shape and data_offsets"),
]


@pytest.mark.parametrize(("header", "sentence"), HEADERS)
def test_headers_of_safetensors_that_lie(header: Any, sentence: str, tmp_path: Path) -> None:
    assert told(safetensors(tmp_path / "m.safetensors", header, bytes(12))).lstrip("'").startswith(sentence)


def test_a_header_that_would_be_larger_than_the_file(tmp_path: Path) -> None:
    path = safetensors(tmp_path / "m.safetensors", {}, length=2**62)
    assert told(path).startswith("is no whole .safetensors file; its header would have 4,611,686,018,427,387,904 bytes")


def test_a_tensor_of_whole_numbers_is_not_read_as_none_of_them(tmp_path: Path) -> None:
    path = safetensors(tmp_path / "m.safetensors", {"ids": entry([2], 0, 16, "I64")}, bytes(16))
    held = tensors_of(ordinary_file(str(path), ""))["ids"]
    assert (held.shape, held.dtype) == ((2,), "int64")
    with pytest.raises(LoadError, match="'ids': holds int64; floats are needed"):
        held.read()


def test_a_length_of_a_header_that_looks_like_a_pickle(tmp_path: Path) -> None:
    """640 bytes are 80 02, as which a pickle begins; the name is no smaller for its capitals."""
    shapes = {"rnn.weight_ih_l0": [4, 3], "rnn.weight_hh_l0": [4, 4], "rnn.bias_ih_l0": [4], "rnn.bias_hh_l0": [4]}
    ends = np.cumsum([4 * int(np.prod(shape)) for shape in shapes.values()]).tolist()
    header = {
        name: entry(shape, first, last)
        for (name, shape), first, last in zip(shapes.items(), [0, *ends], ends, strict=False)
    }
    text = json.dumps(header).encode().ljust(640)
    path = safetensors(tmp_path / "A.SAFETENSORS", text, bytes(ends[-1]))
    assert path.read_bytes()[:2] == b"\x80\x02"
    assert load_model(path).format == "safetensors"


ENTRY = b"PK\x01\x02" + bytes(24) + (5).to_bytes(2, "little") + bytes(16) + b"a.pkl"
"""Of a zip's directory: a file of no bytes, which is called as one of PyTorch's is."""


def end_of(count: int, size: int, offset: int = 0) -> bytes:
    """The record at the end of a zip."""
    counts = 2 * min(count, 0xFFFF).to_bytes(2, "little")
    return b"PK\x05\x06" + bytes(4) + counts + size.to_bytes(4, "little") + offset.to_bytes(4, "little") + bytes(2)


def large_end_of(count: int, size: int) -> bytes:
    """The records at the end of a zip with more than 65,535 files, of which the last says nothing of the size."""
    counts = 2 * count.to_bytes(8, "little")
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12) + counts + size.to_bytes(8, "little") + bytes(8)
    locator = b"PK\x06\x07" + bytes(4) + size.to_bytes(8, "little") + (1).to_bytes(4, "little")
    return record + locator + end_of(count, 0)


@pytest.mark.parametrize("name", ["m.npz", "m.pt", "m.keras", "m.bin"])
@pytest.mark.parametrize(
    "end",
    [end_of, large_end_of, lambda count, size: end_of(count, size, int.from_bytes(b"PK\x05\x06", "little"))],
    ids=["plain", "large", "with another end in the end"],
)
def test_an_archive_of_a_hundred_thousand_files_is_not_looked_through(
    end: Callable[[int, int], bytes], name: str, tmp_path: Path
) -> None:
    directory = ENTRY * 100_000
    (tmp_path / name).write_bytes(b"PK\x03\x04" * 25 + directory + end(100_000, len(directory)))
    assert told(tmp_path / name).startswith("holds more arrays than a file of this kind needs; ")


def test_of_a_file_of_two_gigabytes_the_layer_chosen_alone_is_read(tmp_path: Path) -> None:
    """The header says where its numbers are; memory stays under twice what they take."""
    size, shapes = 0, {"weight_ih_l0": [1024, 256], "weight_hh_l0": [1024, 256], "bias_ih_l0": [1024]}
    header = {"other.weight_ih_l0": entry([20_000, 20_000], 0, 16 * 10**8)}
    header |= {"other.weight_hh_l0": entry([20_000, 5_000], 16 * 10**8, 20 * 10**8)}
    begin = 20 * 10**8
    for name, shape in shapes.items():
        count = 4 * int(np.prod(shape))
        header[f"small.{name}"] = entry(shape, begin, begin + count)
        begin, size = begin + count, size + count
    path = safetensors(tmp_path / "m.safetensors", header)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + begin)  # zeros that take no room on the disk
    tracemalloc.start()
    found = load_model(path, choice=2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.choices[1] == "small (LSTM, 256 to 256)"
    assert size < most < 2 * size


@pytest.mark.parametrize("name", ["m.npz", "m.safetensors", "m.pt", "m.keras", "m.h5", "m.onnx", "m.bin"])
def test_bytes_of_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for content in (b"", b"\0" * 100, b"PK\x03\x04" + b"\1" * 200, b"a network\n"):
        path.write_bytes(content)
        assert told(path)


def test_a_pickle_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rnn.weight_ih_l0.npy", b"cos\nsystem\n(S'touch x'\ntR.")
    (tmp_path / "m.npz").write_bytes(buffer.getvalue())
    assert told(tmp_path / "m.npz") == "'rnn.weight_ih_l0': is not a whole .npy array; numpy.save writes one"


@pytest.mark.parametrize("make", [lambda a: a, lambda a: np.asfortranarray(a), lambda a: a.astype(">f8")])
def test_other_layouts_in_memory_hold_the_same_numbers(make: Callable[[Array], Array], tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    content: Arrays = {name: make(chance.normal(size=array.shape)) for name, array in lstm().items()}
    np.savez(tmp_path / "m.npz", **content)
    layer = load_model(tmp_path / "m.npz").network.layers[0]
    np.testing.assert_array_equal(layer.parameters["W_f"], content["rnn.weight_ih_l0"][4:8])
    np.testing.assert_array_equal(layer.parameters["U_o"], content["rnn.weight_hh_l0"][12:])


@pytest.mark.parametrize("ours", [False, True])
def test_a_network_that_is_not_there(tmp_path: Path, ours: bool) -> None:
    path = tmp_path / "one.npz"
    if ours:
        save_network(Network.random("lstm", 3, 4), path)
    else:
        np.savez(path, **lstm())
    assert told(path, choice=2) == "has no network 2; it holds 1 network"
    assert load_model(path, choice=1).network.layers[0].cell.name == "lstm"


def test_names_that_a_terminal_would_obey_are_written_out(tmp_path: Path) -> None:
    arrays: Arrays = {"\x1b[2Jn": np.arange(3)}
    for value, name in enumerate("ab"):
        arrays[f"\x1b[2J{name}.weight_ih_l0"] = np.full((3, 4), value, np.float32)
        arrays[f"\x1b[2J{name}.weight_hh_l0"] = np.full((3, 3), value, np.float32)
    np.savez(tmp_path / "names.npz", **arrays)
    model = load_model(tmp_path / "names.npz", choice=2)
    assert [len(each) for each in (model.notes, model.choices, model.not_read)] == [1, 2, 1]
    assert all(each.startswith("\\x1b[2J") for each in (*model.notes, *model.choices, *model.not_read))


@pytest.mark.parametrize("shape", [(2**62, 1, 0, 2**60), (0, 2, 2**60), (2**63, 0)])
def test_no_numbers_in_more_places_than_there_can_be(shape: tuple[int, ...], tmp_path: Path) -> None:
    """An array of none takes no memory, yet NumPy cannot give it such a shape."""
    member = io.BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(member, header)
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        archive.writestr("x.npy", member.getvalue())
    assert "up to" in told(tmp_path / "m.npz")
