"""Which file is read, by which loader, and what is said of a file that is not there."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.core.errors import InputError
from rnn_tui.files.errors import LoadError
from rnn_tui.files.samples import sample_names
from rnn_tui.files.sequences import load_sequence


class Terminal:
    """Standard input with these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.mark.parametrize(
    ("content", "x", "labels"),
    [
        (b"[[1, 2], [3, 4]]", [[1, 2], [3, 4]], ()),
        (b"[1, 2]\n[3, 4]\n", [[1, 2], [3, 4]], ()),
        (b'\n {"x": [1, 2],\n "labels": ["a", "b"]}', [[1], [2]], ("a", "b")),
        (b'{"x": [1]}\n{"x": [2]}\n', [[1], [2]], ()),
        (b"\xef\xbb\xbf[5]", [[5]], ()),
        (b"1,2\n3,4\n", [[1, 2], [3, 4]], ()),
        (b"# c\na;b\n1,5;2\n", [[1.5, 2]], ()),
        (b"7\n", [[7]], ()),
        (b"who,x\nh,1\n", [[1]], ("h",)),
        (b"aba", [[1, 0], [0, 1], [1, 0]], ("a", "b", "a")),
        (b"a,b\n", [[0, 1, 0], [1, 0, 0], [0, 0, 1]], ("a", ",", "b")),
    ],
)
def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, content: bytes, x: list[list[float]], labels: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(content))
    sequence = load_sequence("-")
    assert (sequence.x.tolist(), sequence.labels, sequence.name) == (x, labels, "stdin")


def test_standard_input_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(b"1 2\n"))
    assert load_sequence("-", words=True).labels == ("1", "2")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "standard input: is empty; at least one timestep is needed"),
        (b"[1, ", "standard input, line 1, column 5: is not JSON (expecting value)"),
        (b"1,2\n3\n", "standard input, line 2: has 1 cell where the first row has 2"),
        (
            b"\xff",
            "standard input, line 1: holds bytes that are not text; text in UTF-8 is needed, or add encoding = latin-1",
        ),
    ],
)
def test_standard_input_errors(monkeypatch: pytest.MonkeyPatch, content: bytes, message: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(content))
    with pytest.raises(LoadError) as caught:
        load_sequence("-")
    assert str(caught.value) == message


def test_standard_input_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.files.source.TEXT_LIMIT", 10)
    monkeypatch.setattr("sys.stdin", Terminal(b"12345678901"))
    with pytest.raises(LoadError, match="standard input: is longer than"):
        load_sequence("-")


@pytest.mark.parametrize("name", ["hello", "hello.txt"])
def test_a_sample_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    sequence = load_sequence(name)
    assert (sequence.name, "".join(sequence.labels)) == ("hello.txt", "hello")


def test_a_file_comes_before_a_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hello.txt").write_text("ab", encoding="utf-8")
    assert load_sequence("hello.txt").labels == ("a", "b")
    Path("sine").mkdir()
    assert load_sequence("sine").name == "sine.csv"


@pytest.mark.parametrize(
    ("make", "why", "hint"),
    [
        (None, "no such file", f"the built-in sequences are {', '.join(sample_names())}"),
        (Path.mkdir, "is a directory", "a file is needed"),
        (os.mkfifo, "is not an ordinary file", "- reads standard input"),
        (Path.touch, "is empty", "at least one timestep is needed"),
    ],
)
def test_no_file(tmp_path: Path, make: Any, why: str, hint: str) -> None:
    path = tmp_path / "t.csv"
    if make:
        make(path)
    with pytest.raises(LoadError) as caught:
        load_sequence(path)
    error = caught.value
    assert (error.path, error.where, error.why, error.hint) == (str(path), "", why, hint)
    assert isinstance(error, InputError)


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000, "nowhere/hello.txt", "../README"])
def test_strange_names(name: str) -> None:
    with pytest.raises(LoadError, match=r"no such file|is a directory"):
        load_sequence(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [("t", "has no extension"), ("t.xlsx", "has an unknown extension '.xlsx'"), (".csv", "has no extension")],
)
def test_unknown_extensions(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / name).write_text("1,2\n", encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        load_sequence(tmp_path / name)
    assert caught.value.why == why
    assert (
        caught.value.hint == "known are .csv, .tsv, .txt, .json, .jsonl, .npy, .npz; as = table or as = text reads any"
    )


@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.json", "t.jsonl", "t.npy", "t.npz"])
def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = tmp_path / name
    path.write_text("1", encoding="utf-8")
    path.chmod(0)

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    if os.access(path, os.R_OK):  # the superuser may read it all the same
        monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(LoadError) as caught:
        load_sequence(path)
    assert str(caught.value) == f"{path}: cannot be read: permission denied"
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_too_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setitem(load_sequence.__globals__["LOADERS"], ".csv", full)
    (tmp_path / "t.csv").write_text("1", encoding="utf-8")
    with pytest.raises(LoadError, match="needs more memory than there is"):
        load_sequence(tmp_path / "t.csv")


def test_a_file_name_of_strange_characters(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.txt"
    path.write_text("ab", encoding="utf-8")
    assert load_sequence(path).name == "a\\nb.txt"
