"""Whatever bytes are in a file, a sequence or a LoadError comes out; numbers come back to the same bits."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import UNSEEN
from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import LOADERS, load_sequence

relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

floats = st.floats(allow_nan=False, allow_infinity=False)
matrices = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(floats, min_size=width, max_size=width), min_size=1, max_size=8)
)
scraps = st.sampled_from(
    ["1", "-2.5", ",", ";", "\t", "\n", "\r\n", "\n\n", '"', "#", " ", "nan", "1e999", "x", "target"]
) | st.sampled_from(
    ["label", "sequence", "[", "]", "{", "}", ":", '"x"', '"targets"', "null", "\ufeff", "é", "\0", "_"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["x", "targets", "target", "labels", "features", "z"]), inner)
    ),
    max_leaves=12,
)
plain = {
    "words": st.booleans(),
    "targets": st.integers(-1, 3) | st.sampled_from(["next", ("1",), ("x", "2")]),
    "sequence": st.integers(0, 3),
    "allow_nonfinite": st.booleans(),
}
marks = st.sampled_from([",", ";", "tab", "space", ".", "'"])
of_tables = {
    "delimiter": marks,
    "header": st.booleans(),
    "skip_rows": st.integers(0, 3),
    "skip_last": st.integers(0, 3),
    "columns": st.sampled_from(["1", "2-3", "x", ("1", "2")]),
    "labels": st.sampled_from(["1", "2", "x,1"]),
    "missing": st.sampled_from(["nan", "?,1", ""]),
    "thousands": marks.filter(lambda mark: len(mark) == 1),
    "encoding": st.sampled_from(["utf-8", "latin-1", "utf-16", "ascii"]),
    "targets": st.sampled_from(["next", 1]),
}
of_numbers = {
    "fill": st.sampled_from(["drop", "previous", "mean", "zero"]),
    "scale": st.sampled_from(["minmax", "standard"]),
}
of_texts = {"stream": st.booleans(), "vocabulary": st.sampled_from(["12,", "1 x", ""])}
options: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({}, optional=plain),
    st.fixed_dictionaries({"as_": st.just("table")}, optional=of_tables | of_numbers),
    st.fixed_dictionaries({}, optional=of_numbers | {"targets": st.just("next")}),
    st.fixed_dictionaries({"as_": st.just("text")}, optional=of_texts | {"words": st.booleans()}),
    st.fixed_dictionaries({"as_": st.just("text"), "lines": st.just(True)}),
)


def check(path: Path, content: bytes, asked: dict[str, Any]) -> None:
    """Loads the bytes, and looks at what comes out."""
    path.write_bytes(content)
    try:
        sequence = load_sequence(path, **asked)
    except LoadError as problem:
        error: LoadError = problem
    else:
        check_sequence(sequence, asked)
        return
    assert error.path == str(path)
    assert str(error).isprintable()


def check_sequence(sequence: Sequence, asked: dict[str, Any]) -> None:
    assert len(sequence) >= 1
    assert sequence.input_size >= 1
    assert asked.get("allow_nonfinite") or np.isfinite(sequence.x).all()
    assert "".join((*sequence.labels, *sequence.features, sequence.name)).isprintable()


@pytest.mark.parametrize("extension", LOADERS)
@given(content=st.binary(max_size=300), asked=options)
@relaxed
def test_any_bytes(tmp_path: Path, extension: str, content: bytes, asked: dict[str, Any]) -> None:
    check(tmp_path / f"t{extension}", content, asked)


@pytest.mark.parametrize("extension", [".csv", ".tsv", ".txt", ".json", ".jsonl"])
@given(content=st.lists(scraps, max_size=30).map("".join), asked=options)
@relaxed
def test_scraps_of_text(tmp_path: Path, extension: str, content: str, asked: dict[str, Any]) -> None:
    check(tmp_path / f"t{extension}", content.encode(), asked)


@pytest.mark.parametrize("extension", [".json", ".jsonl"])
@given(value=values, asked=options)
@relaxed
def test_any_json(tmp_path: Path, extension: str, value: Any, asked: dict[str, Any]) -> None:
    check(tmp_path / f"t{extension}", json.dumps(value).encode(), asked)


def saved(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@given(head=st.text(max_size=60) | values.map(repr), version=st.integers(0, 4), rest=st.binary(max_size=40))
@relaxed
def test_any_npy_header(tmp_path: Path, head: str, version: int, rest: bytes) -> None:
    text = head.encode("utf-8", "replace")
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    check(tmp_path / "t.npy", b"\x93NUMPY" + bytes([version, 0]) + length + text + rest, {})


@given(
    shape=st.lists(st.integers(0, 3) | st.integers(-2, 2**62), max_size=4).map(tuple),
    dtype=st.sampled_from(
        ["<f8", ">f4", "<f2", "|b1", "<U2", "|O", "|S0", "<U0", "|S2", "<M8[s]", "<c16", "<i8", "|V3"]
    ),
    rest=st.binary(max_size=80),
    extension=st.sampled_from([".npy", ".npz"]),
    name=st.sampled_from(["x", "targets", "labels", "features"]),
)
@relaxed
def test_any_shape(tmp_path: Path, shape: tuple[int, ...], dtype: str, rest: bytes, extension: str, name: str) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": shape})
    content = buffer.getvalue() + rest
    if extension == ".npz":
        archive_bytes = io.BytesIO()
        with zipfile.ZipFile(archive_bytes, "w") as archive:
            if name != "x":
                archive.writestr("x.npy", saved([1.0, 2.0]))
            archive.writestr(f"{name}.npy", content)
        content = archive_bytes.getvalue()
    check(tmp_path / f"t{extension}", content, {})


@given(place=st.integers(0, 2**20), byte=st.integers(0, 255), compressed=st.booleans())
@settings(relaxed, max_examples=400)
def test_an_archive_with_a_wrong_byte(tmp_path: Path, place: int, byte: int, compressed: bool) -> None:
    buffer = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    save(buffer, x=np.arange(6.0).reshape(3, 2), targets=np.arange(3), labels=np.array(["a", "b", "c"]))
    content = bytearray(buffer.getvalue())
    content[place % len(content)] = byte
    check(tmp_path / "t.npz", bytes(content), {})


def bits(array: Any) -> bytes:
    return np.ascontiguousarray(array, np.float64).tobytes()


@pytest.mark.parametrize(("delimiter", "extension"), [(",", ".csv"), (";", ".csv"), ("\t", ".tsv")])
@pytest.mark.parametrize("header", [False, True])
@given(rows=matrices)
@relaxed
def test_tables_come_back(
    tmp_path: Path, delimiter: str, extension: str, header: bool, rows: list[list[float]]
) -> None:
    lines = [delimiter.join(f"x{i}" for i in range(len(rows[0])))] if header else []
    lines += [delimiter.join(map(repr, row)) for row in rows]
    path = tmp_path / f"t{extension}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert bits(load_sequence(path).x) == bits(rows)


@given(rows=matrices)
@relaxed
def test_decimal_commas_come_back(tmp_path: Path, rows: list[list[float]]) -> None:
    path = tmp_path / "t.csv"
    lines = [";".join(repr(value).replace(".", ",") for value in [*row, 0.5]) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert bits(load_sequence(path).x) == bits([[*row, 0.5] for row in rows])


@given(rows=matrices)
@relaxed
def test_json_comes_back(tmp_path: Path, rows: list[list[float]]) -> None:
    (tmp_path / "t.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert bits(load_sequence(tmp_path / "t.json").x) == bits(rows)
    assert bits(load_sequence(tmp_path / "t.jsonl").x) == bits(rows)


@given(rows=matrices, fortran=st.booleans(), dtype=st.sampled_from(["<f8", ">f8"]))
@relaxed
def test_arrays_come_back(tmp_path: Path, rows: list[list[float]], fortran: bool, dtype: str) -> None:
    array = np.array(rows, dtype, order="F" if fortran else "C")
    np.save(tmp_path / "t.npy", array)
    np.savez_compressed(tmp_path / "t.npz", x=array, targets=array)
    assert bits(load_sequence(tmp_path / "t.npy").x) == bits(rows)
    archive = load_sequence(tmp_path / "t.npz")
    assert bits(archive.x) == bits(archive.targets) == bits(rows)


@given(text=st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=UNSEEN), min_size=1))
@relaxed
def test_texts_come_back(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    sequence = load_sequence(tmp_path / "t.txt")
    assert "".join(sequence.labels) == text
    assert [sequence.features[i] for i in sequence.x.argmax(axis=1)] == list(text)
    assert list(sequence.features) == sorted(set(text))
