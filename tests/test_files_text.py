"""Texts: characters or words, one-hot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence

nan = float("nan")


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_hello(tmp_path: Path) -> None:
    sequence = load_sequence(write(tmp_path, "hello"))
    assert sequence.features == ("e", "h", "l", "o")
    assert sequence.labels == ("h", "e", "l", "l", "o")
    assert sequence.x.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    following = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1], [nan, nan, nan, nan]]
    np.testing.assert_array_equal(sequence.targets, following)
    assert sequence.x.dtype == np.float64
    assert sequence.name == "t.txt"


def test_a_single_character_has_no_target(tmp_path: Path) -> None:
    sequence = load_sequence(write(tmp_path, "h"))
    assert sequence.x.tolist() == [[1]]
    np.testing.assert_array_equal(sequence.targets, [[nan]])


@pytest.mark.parametrize(
    ("content", "labels"),
    [
        pytest.param("ab\n", ["a", "b"], id="the last newline is no character"),
        pytest.param("ab\r\n", ["a", "b"], id="CRLF"),
        pytest.param("ab\n\n\n", ["a", "b"], id="trailing blank lines"),
        pytest.param("a\nb\n", ["a", "\\n", "b"], id="a newline inside is one, made visible"),
        pytest.param("a\r\nb", ["a", "\\n", "b"], id="CRLF inside is one character"),
        pytest.param("# a\n", ["#", " ", "a"], id="no comments in text"),
        pytest.param(" a ", [" ", "a", " "], id="spaces count"),
        pytest.param("1,2", ["1", ",", "2"], id="numbers are text"),
        pytest.param("ü€", ["ü", "€"], id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfab", ["a", "b"], id="byte-order mark"),
        pytest.param("aü".encode("utf-16"), ["a", "ü"], id="UTF-16"),
        pytest.param("a\x1b", ["a", "\\x1b"], id="a control character is made visible"),
    ],
)
def test_characters(tmp_path: Path, content: str | bytes, labels: list[str]) -> None:
    assert list(load_sequence(write(tmp_path, content)).labels) == labels


def test_words(tmp_path: Path) -> None:
    sequence = load_sequence(write(tmp_path, "the cat sees\tthe  dog.\n"), words=True)
    assert sequence.labels == ("the", "cat", "sees", "the", "dog.")
    assert sequence.features == ("cat", "dog.", "sees", "the")
    assert sequence.x.argmax(axis=1).tolist() == [3, 0, 2, 3, 1]


@pytest.mark.parametrize(
    ("content", "k", "words", "labels"),
    [
        ("ab\n\nca\n", 1, False, ("a", "b")),
        ("ab\n\nca\n", 2, False, ("c", "a")),
        ("\n\nab\r\n \t\r\nca", 2, False, ("c", "a")),
        ("one two\nthree\n\nfour", 1, True, ("one", "two", "three")),
    ],
)
def test_several_passages_share_the_vocabulary(
    tmp_path: Path, content: str, k: int, words: bool, labels: tuple[str, ...]
) -> None:
    sequence = load_sequence(write(tmp_path, content), sequence=k, words=words)
    assert sequence.labels == labels
    assert sequence.features == (("four", "one", "three", "two") if words else ("a", "b", "c"))
    assert sequence.name == f"t.txt ({k} of 2)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("\n\n", "has no characters; at least one is needed"),
        (b"ab\ncd\xff", "line 2: holds bytes that are not text; text in UTF-8 is needed, or add encoding = latin-1"),
        (b"a\x00b", "holds bytes that are not text; text in UTF-8 is needed"),
        (b"\xff\xfea", "holds bytes that are not text; text in UTF-8 is needed"),
    ],
)
def test_errors(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, content))
    assert str(caught.value).endswith(f"t.txt{', ' if 'line' in message else ': '}{message}")


def test_text_has_its_own_targets(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is text, whose target is the next token"):
        load_sequence(write(tmp_path, "hello"), targets=1)


def test_no_words(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="has no words"):
        load_sequence(write(tmp_path, "\x0b"), words=True)


def test_a_text_too_large_as_one_hot_rows(tmp_path: Path) -> None:
    letters = "".join(chr(0x4E00 + i) for i in range(5000))
    path = write(tmp_path, letters * 700)
    with pytest.raises(LoadError) as caught:
        load_sequence(path)
    message = "3,500,000 one-hot rows over 5,000 different tokens take 130.4 GiB; up to 2.0 GiB is loaded"
    assert str(caught.value) == f"{path}: {message}"


def test_a_file_too_large_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
    with pytest.raises(LoadError, match=r"has 200\.0 MiB; up to 128\.0 MiB is loaded"):
        load_sequence(path)


def test_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    load_sequence(write(tmp_path, "ab" * 1024**2), progress=lambda done, total: seen.append((done, total)))
    assert seen[:2] == [(1024**2, 2 * 1024**2), (2 * 1024**2, 2 * 1024**2)]
    assert set(seen[2:]) == {(2 * 1024**2, 2 * 1024**2)}  # looked at once more, and may be cancelled still
