"""NumPy files: types, shapes, sizes, and files that are not what they say."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence

nan = float("nan")


def npy(values: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values))
    return buffer.getvalue()


def header(descr: str, shape: str) -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def write(folder: Path, content: bytes, name: str = "t.npy") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def savez(folder: Path, **arrays: Any) -> Path:
    np.savez_compressed(folder / "t.npz", **arrays)
    return folder / "t.npz"


@pytest.mark.parametrize(
    ("stored", "loaded"),
    [
        ("f8", "f8"),
        ("f4", "f4"),
        ("f2", "f4"),
        (">f8", "f8"),
        (">f4", "f4"),
        ("g", "f8"),
        ("i1", "f8"),
        ("u8", "f8"),
        (">i4", "f8"),
        ("?", "f8"),
    ],
)
def test_types(tmp_path: Path, stored: str, loaded: str) -> None:
    sequence = load_sequence(write(tmp_path, npy(np.array([[1, 0], [0, 1]], stored))))
    assert sequence.x.dtype == np.dtype(loaded)
    assert sequence.x.dtype.isnative
    assert sequence.x.tolist() == [[1, 0], [0, 1]]


def test_shapes(tmp_path: Path) -> None:
    assert load_sequence(write(tmp_path, npy([1.0, 2.0]))).x.tolist() == [[1], [2]]
    fortran = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    assert load_sequence(write(tmp_path, npy(fortran))).x.tolist() == [[1, 2], [3, 4]]
    several = write(tmp_path, npy([[[1.0, 2.0]], [[3.0, 4.0]]]))
    sequence = load_sequence(several, sequence=2, targets=1)
    assert sequence.targets is not None
    assert (sequence.x.tolist(), sequence.targets.tolist()) == ([[3]], [[4]])
    assert sequence.name == "t.npy (2 of 2)"


def test_other_header_versions(tmp_path: Path) -> None:
    for version in ((2, 0), (3, 0)):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.array([1.5]), version)
        assert load_sequence(write(tmp_path, buffer.getvalue())).x.tolist() == [[1.5]]


def test_a_large_array_stays_on_the_disk(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.arange(2_000_000, dtype=np.float64).reshape(-1, 2))
    seen: list[tuple[int, int]] = []
    sequence = load_sequence(tmp_path / "t.npy", progress=lambda done, total: seen.append((done, total)))
    base: Any = sequence.x
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    assert sequence.x[-1].tolist() == [1_999_998, 1_999_999]
    assert not sequence.x.flags.writeable
    assert seen[-1] == (16_000_128, 16_000_128)


def test_the_place_of_a_number_far_down(tmp_path: Path) -> None:
    values = np.zeros((700_000, 2))
    values[654_320, 1] = np.inf
    np.save(tmp_path / "t.npy", values)
    with pytest.raises(LoadError) as caught:
        load_sequence(tmp_path / "t.npy")
    assert (caught.value.where, caught.value.why) == ("x, row 654321, column 2", "inf is not finite")
    assert load_sequence(tmp_path / "t.npy", allow_nonfinite=True).x[654_320, 1] == np.inf


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (npy(np.array([1j])), "holds complex numbers"),
        (npy(np.array(["a"])), "holds strings"),
        (npy(np.array([b"a"])), "holds strings"),
        (npy(np.array([(1, 2.0)], "i4,f8")), "holds records"),
        (npy(np.array(["2020-01-01"], "M8[D]")), "holds dates"),
        (header("|O", "(1,)") + b"cos\nsystem\n(S'true'\ntR.", "holds Python objects"),
        (npy(np.float64(3)), "has shape ()"),
        (npy(np.zeros((0, 3))), "has shape (0, 3)"),
        (npy(np.zeros((3, 0))), "has shape (3, 0)"),
        (npy(np.zeros((1, 1, 1, 1))), "has shape (1, 1, 1, 1)"),
        (npy(np.zeros((2, 3)))[:-1], "is cut short: 47 of its 48 bytes are there"),
        (npy(np.zeros((2, 3)))[:50], "is not a whole .npy array"),
        (header("<f8", "(1000000000000, 4)"), "is cut short: 0 of its 32,000,000,000,000 bytes are there"),
        (header("<f8", "(-1, 4)"), "has shape (-1, 4)"),
        (header("<f8", "('a',)"), "is not a whole .npy array"),
        (header("nonsense", "(1,)"), "is not a whole .npy array"),
        (b"hello", "is not a whole .npy array"),
        (b"\x93NUMPY\x09\x00", "is not a whole .npy array"),
    ],
)
def test_npy_errors(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, content))
    assert caught.value.why == why


def test_too_large_to_convert(tmp_path: Path) -> None:
    path = write(tmp_path, header("|i1", "(300000000,)"))
    with path.open("r+b") as file:
        file.truncate(300_000_500)
    with pytest.raises(LoadError, match=r"takes 2\.2 GiB; up to 2\.0 GiB is loaded"):
        load_sequence(path)


def test_npz(tmp_path: Path) -> None:
    path = savez(tmp_path, x=np.eye(2, dtype="f4"), targets=[0, 1], labels=["h", "é\n"], features=[b"a", b"b"])
    sequence = load_sequence(path)
    assert sequence.x.dtype == np.float32
    assert sequence.x.tolist() == [[1, 0], [0, 1]]
    assert sequence.targets is not None
    assert sequence.targets.tolist() == [[0], [1]]
    assert (sequence.labels, sequence.features, sequence.name) == (("h", "é\\n"), ("a", "b"), "t.npz")


def test_npz_of_several(tmp_path: Path) -> None:
    path = savez(tmp_path, x=[[[1, 2]], [[3, 4]]], targets=[[[5]], [[6]]], labels=[["a"], ["b"]])
    sequence = load_sequence(path, sequence=2)
    assert sequence.targets is not None
    assert (sequence.x.tolist(), sequence.targets.tolist(), sequence.labels) == ([[3, 4]], [[6]], ("b",))
    with pytest.raises(LoadError, match="holds 2 sequences; sequence 3 is not there"):
        load_sequence(path, sequence=3)


def test_npz_with_one_array_of_any_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", np.ones(2))
    assert load_sequence(tmp_path / "t.npz").x.tolist() == [[1], [1]]


def test_npz_targets(tmp_path: Path) -> None:
    sequence = load_sequence(savez(tmp_path, x=[1, 2], targets=[[nan, nan], [0, 1]]))
    np.testing.assert_array_equal(sequence.targets, [[nan, nan], [0, 1]])
    table = load_sequence(savez(tmp_path, x=[[1, 2], [3, 4]], features=["a", "b"]), targets=1)
    assert (table.x.tolist(), table.features) == ([[1], [3]], ("a",))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": [1], "b": [2]}, "has no array x; its arrays are: a, b"),
        ({"x": [1j]}, "x: holds complex numbers; floats, integers or truth values are needed"),
        ({"x": [1, 2], "targets": [3]}, "targets: there are 1 targets where x needs 2"),
        (
            {"x": [1], "targets": [[3, nan]]},
            "targets, row 1, column 2: the target is missing; a timestep has",
        ),
        ({"x": [1, 2], "labels": ["a"]}, "labels: there are 1 labels where x needs 2"),
        ({"x": [1], "labels": [["a", "b"]]}, "labels: is not a list of strings; one string each is needed"),
        ({"x": [1], "labels": [1j]}, "labels: is not a list of strings; strings of shape (T,) are needed"),
        ({"x": [1, nan]}, "x, row 2, column 1: nan is not finite; a number is needed"),
        ({"x": [1], "targets": [[[1]]]}, "targets: has shape (1, 1, 1); T rows of numbers are needed"),
    ],
)
def test_npz_errors(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    path = savez(tmp_path, **arrays)
    with pytest.raises(LoadError) as caught:
        load_sequence(path)
    assert str(caught.value).removeprefix(str(path)).lstrip(":, ").startswith(message)


def test_npz_that_would_run_code(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    np.savez(path, x=np.array([Path], dtype=object), allow_pickle=True)
    with pytest.raises(LoadError, match=r"x: holds Python objects"):
        load_sequence(path)


def test_npz_with_letters_that_do_not_exist(tmp_path: Path) -> None:
    path = savez(tmp_path, x=[1], labels=np.array([0xFFFFFFFF], "<u4").view("<U1"))
    with pytest.raises(LoadError, match="labels: holds characters that do not exist"):
        load_sequence(path)


def test_npz_cut_short_anywhere(tmp_path: Path) -> None:
    whole = savez(tmp_path, x=np.arange(50.0), targets=np.arange(50.0)).read_bytes()
    for length in range(len(whole)):
        with pytest.raises(LoadError):
            load_sequence(write(tmp_path, whole[:length], "t.npz"))


def test_npz_damaged(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", x=np.arange(5000.0))
    content = bytearray((tmp_path / "t.npz").read_bytes())
    content[20_000] ^= 1
    with pytest.raises(LoadError, match="is damaged or cannot be read"):
        load_sequence(write(tmp_path, bytes(content), "t.npz"))


def test_npz_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as member:
        member.write(header("|i1", "(300000000,)"))
        for _ in range(300):
            member.write(bytes(1_000_000))
    with pytest.raises(LoadError, match=r"x: takes 2\.2 GiB out of a file of 0\.3 MiB; numpy\.save or"):
        load_sequence(path)


def test_npz_labels_of_another_byte_order(tmp_path: Path) -> None:
    assert load_sequence(savez(tmp_path, x=[1, 2], labels=np.array(["é", "b"], ">U3"))).labels == ("é", "b")
    assert load_sequence(savez(tmp_path, x=[1, 2], labels=[1700, 1701])).labels == ("1700", "1701")


def test_npz_with_too_many_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.files.archives.STRINGS_LIMIT", 1)
    with pytest.raises(LoadError, match="labels: has 2 strings; up to 1 are loaded"):
        load_sequence(savez(tmp_path, x=[1, 2], labels=["a", "b"]))
