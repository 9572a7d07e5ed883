"""Texts: characters or words, one-hot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def test_a_text_of_many_one_hot_rows_takes_the_memory_of_its_tokens(tmp_path: Path) -> None:
    """As rows of float64 it would take 130 GiB."""
    letters = "".join(chr(0x4E00 + i) for i in range(5000))
    sequence = load_sequence(write(tmp_path, letters * 70))
    assert sequence.x.shape == (350_000, 5000)
    assert sequence.held == 4 * 350_000
    assert np.flatnonzero(sequence.x[4998]).tolist() == [4998]
    assert sequence.targets is not None
    assert np.flatnonzero(sequence.targets[4999]).tolist() == [0]
    assert np.isnan(sequence.targets[-1]).all()


@pytest.mark.parametrize(
    ("content", "options", "labels", "name"),
    [
        ("ab\n\nc\n", {"stream": True}, ["a", "b", "\\n", "\\n", "c"], "t.txt"),
        ("ab\n\n", {"stream": True}, ["a", "b", "\\n"], "t.txt"),
        ("emma\nava\n\n  \nzoe", {"lines": True, "sequence": 2}, ["a", "v", "a"], "t.txt (2 of 3)"),
        ("emma\nava\n\n  \nzoe", {"lines": True, "sequence": 3}, ["z", "o", "e"], "t.txt (3 of 3)"),
        ("a b\nc\n", {"lines": True, "words": True}, ["a", "b"], "t.txt (1 of 2)"),
        ("a b\n\nc", {"stream": True, "words": True}, ["a", "b", "c"], "t.txt"),
    ],
)
def test_streams_and_lines(tmp_path: Path, content: str, options: dict[str, Any], labels: list[str], name: str) -> None:
    sequence = load_sequence(write(tmp_path, content), **options)
    assert (list(sequence.labels), sequence.name) == (labels, name)
    tokens = content.split() if "words" in options else set(content.removesuffix("\n"))
    assert len(sequence.features) == len(set(tokens) - ({"\n", " "} if "lines" in options else set()))


def test_a_vocabulary_that_is_given(tmp_path: Path) -> None:
    """The columns of min-char-rnn's hello, h e l o, in that order; and one more that does not occur."""
    sequence = load_sequence(write(tmp_path, "hello"), vocabulary="helox")
    assert sequence.features == ("h", "e", "l", "o", "x")
    assert sequence.x.argmax(axis=1).tolist() == [0, 1, 2, 2, 3]
    words = load_sequence(write(tmp_path, "no yes no"), words=True, vocabulary="yes no")
    assert words.x.argmax(axis=1).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocabulary": "hel"}, "'o' is not in the vocabulary; add it there"),
        ({"vocabulary": "he"}, "'l' is not in the vocabulary, as is 1 other; add it there"),
        ({"vocabulary": "heloo"}, "the vocabulary has 'o' twice; once is enough"),
        ({"missing": "NA"}, "is a text, and missing does not go with it; as = table reads a table"),
        ({"targets": 1}, "is text, whose target is the next token; only numbers can be targets"),
        ({"encoding": "utf-16"}, "t.txt: is not text in utf-16; another encoding is needed, or none"),
    ],
)
def test_what_does_not_go_with_a_text(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, "hello"), **options)
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "utf-32"])
def test_encodings_by_name(tmp_path: Path, encoding: str) -> None:
    assert load_sequence(write(tmp_path, "caf\xe9".encode(encoding)), encoding=encoding).labels == tuple("caf\xe9")


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
