"""All sequences of a file, one after the other: one vocabulary, one scaling; nothing goes from one to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.core.sequence import Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load, load_sequence
from rnn_tui.files.wanted import Wanted

NAN = None


def read(folder: Path, name: str, content: str, **options: Any) -> Sequence:
    (folder / name).write_text(content, "utf-8")
    return load_sequence(folder / name, sequence="all", **options)


def listed(array: Any) -> Any:
    """Rows as lists, NaN as None."""
    return [[NAN if np.isnan(v) else v for v in row] for row in np.asarray(array).tolist()]


def starts(sequence: Sequence) -> list[int]:
    assert sequence.parts is not None
    assert sequence.resets.tolist() == sequence.parts.starts[1:].tolist()
    return [int(t) for t in sequence.parts.starts]


def test_lines_of_a_text(tmp_path: Path) -> None:
    found = read(tmp_path, "t.txt", "ab\n\n c \nba\n", lines=True)
    assert (starts(found), "".join(found.labels)) == ([1, 3, 5], "ab cba")
    assert found.features == (" ", "a", "b", "c")
    assert found.x.argmax(axis=1).tolist() == [1, 2, 0, 3, 2, 1]
    assert listed(found.targets)[0] == [0, 0, 1, 0]
    assert [t for t in range(1, 7) if listed(found.targets)[t - 1][0] is NAN] == [2, 4, 6]
    assert found.notes == ("these are all 3 sequences of the file, one after the other",)


def test_passages_of_words(tmp_path: Path) -> None:
    found = read(tmp_path, "t.txt", "a b\nc\n\nb a\n", words=True)
    assert (starts(found), found.labels) == ([1, 4], ("a", "b", "c", "b", "a"))


def test_a_long_text_keeps_its_rows_unmade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.core.one_hot.DENSE", 4)
    found = read(tmp_path, "t.txt", "ab\nba\n", lines=True)
    assert found.held == 16
    assert np.isnan(np.asarray(found.targets)).all(axis=1).tolist() == [False, True, False, True]


def test_a_table_by_a_column_and_by_blank_lines(tmp_path: Path) -> None:
    by_name = read(tmp_path, "t.csv", "sequence,a,target\nu,1,9\nv,2,8\nu,3,7\n")
    assert (starts(by_name), listed(by_name.x), listed(by_name.targets)) == ([1, 3], [[1], [3], [2]], [[9], [7], [8]])
    assert by_name.parts is not None
    assert by_name.parts.names == ("u", "v")
    parted = read(tmp_path, "t.csv", "a,label\n1,p\n2,q\n\na,label\n3,r\n")
    assert (starts(parted), parted.labels) == ([1, 3], ("p", "q", "r"))


def test_the_next_row_is_never_that_of_another_sequence_and_the_scale_is_of_all(tmp_path: Path) -> None:
    found = read(tmp_path, "t.csv", "a\n0\n5\n\n10\n\n5\n0\n", targets="next", scale="minmax")
    assert listed(found.x) == [[0], [0.5], [1], [0.5], [0]]
    assert listed(found.targets) == [[0.5], [NAN], [NAN], [0], [NAN]]
    assert starts(found) == [1, 3, 4]


def test_a_missing_number_is_filled_from_its_own_sequence(tmp_path: Path) -> None:
    text = "a\n1\nNA\n\n3\nNA\n"
    assert listed(read(tmp_path, "t.csv", text, missing="NA", fill="previous").x) == [[1], [1], [3], [3]]
    with pytest.raises(LoadError, match="line 5, column 1: is missing, with no number before it"):
        read(tmp_path, "t.csv", "a\n1\n2\n\nNA\n3\n", missing="NA", fill="previous")
    dropped = read(tmp_path, "t.csv", "a\n1\nNA\n\nNA\n3\n\n4\n", missing="NA", fill="drop")
    assert (listed(dropped.x), starts(dropped)) == ([[1], [3], [4]], [1, 2, 3])
    assert read(tmp_path, "t.csv", "a\n1\n\nNA\n", missing="NA", fill="drop").parts is None


def test_resets_of_a_table_beside_its_sequences(tmp_path: Path) -> None:
    found = read(tmp_path, "t.csv", "a,reset\n1,1\n2,0\n3,1\n\n4,0\n5,1\n")
    assert found.parts is not None
    assert (found.parts.starts.tolist(), found.resets.tolist()) == ([1, 4], [1, 3, 4, 5])


def test_json(tmp_path: Path) -> None:
    whole = [{"x": [1, 2], "labels": ["p", "q"], "reset": [0, 1]}, {"x": [3], "target": [9]}]
    found = read(tmp_path, "t.json", json.dumps(whole))
    assert (listed(found.x), listed(found.targets)) == ([[1], [2], [3]], [[NAN], [NAN], [9]])
    assert found.parts is not None
    assert (found.labels, found.parts.starts.tolist(), found.resets.tolist()) == (("p", "q", ""), [1, 3], [2, 3])
    rows = read(tmp_path, "t.json", "[[[1, 2], [3, 4]], [[5, 6]]]")
    assert (listed(rows.x), starts(rows)) == ([[1, 2], [3, 4], [5, 6]], [1, 3])


def test_json_lines(tmp_path: Path) -> None:
    text = '{"x": 1, "label": "p"}\n{"x": 2, "target": 8, "reset": true}\n\n\n{"x": 3}\n{"x": 4, "target": 7}\n'
    found = read(tmp_path, "t.jsonl", text)
    assert (listed(found.x), listed(found.targets)) == ([[1], [2], [3], [4]], [[NAN], [8], [NAN], [7]])
    assert found.parts is not None
    assert (found.labels, found.parts.starts.tolist()) == (("p", "", "", ""), [1, 3])
    assert found.resets.tolist() == [2, 3]
    with pytest.raises(LoadError, match="line 5, column 1 of x: inf is not finite"):
        read(tmp_path, "t.jsonl", text.replace('"x": 3', '"x": Infinity'))


@pytest.mark.parametrize("first", [False, True])
def test_arrays(tmp_path: Path, first: bool) -> None:
    x = np.arange(12.0).reshape(2, 3, 2)
    given = {"x": x, "targets": x[:, :, :1] + 100, "labels": np.array([list("abc"), list("def")])}
    if first:
        given |= {"x": x.swapaxes(0, 1), "targets": given["targets"].swapaxes(0, 1)}
    np.savez(tmp_path / "t.npz", **given, reset=np.array([[0, 1, 0], [0, 0, 1]]))
    found = load_sequence(tmp_path / "t.npz", sequence="all", time_first=first)
    assert listed(found.x) == x.reshape(6, 2).tolist()
    assert listed(found.targets) == (x.reshape(6, 2)[:, :1] + 100).tolist()
    assert found.parts is not None
    assert ("".join(found.labels), found.parts.starts.tolist()) == ("abcdef", [1, 4])
    assert found.resets.tolist() == [2, 4, 6]
    np.save(tmp_path / "t.npy", x)
    assert starts(load_sequence(tmp_path / "t.npy", sequence="all")) == [1, 4]


def test_of_a_file_with_one_sequence_it_is_that(tmp_path: Path) -> None:
    found = read(tmp_path, "t.csv", "a\n1\n2\n")
    assert (found.parts, found.name, found.notes) == (None, "t.csv", ("its first line names the columns",))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.json", '[{"x": [1, 2]}, {"x": [[1, 2]]}]', "sequence 2, x: has 2 columns where sequence 1, x has 1"),
        ("t.json", '[{"x": [1], "target": [1]}, {"x": [1], "target": [[1, 2]]}]', "targets: have other widths"),
        ("t.json", '[{"x": [1, 2], "labels": ["a"]}, {"x": [1], "labels": ["b", "c"]}]', "there are 1 labels where"),
        ("t.json", '{"x": [1, 2], "reset": [1]}', "reset: has 1 rows where x has 2"),
        ("t.jsonl", '{"x": [1]}\n{"x": [2], "reset": "no"}\n', "line 2: its reset is no number"),
    ],
)
def test_what_does_not_go_together(tmp_path: Path, name: str, content: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(tmp_path, name, content)


def test_another_file_is_read_like_the_first(tmp_path: Path) -> None:
    """With the vocabulary and the scale of the first, whatever it has itself."""
    (tmp_path / "a.txt").write_text("abc\tb", "utf-8")
    (tmp_path / "b.txt").write_text("b\tb", "utf-8")
    first = load_sequence(tmp_path / "a.txt")
    other = load(tmp_path / "b.txt", Wanted(), like=first)
    assert other.features == first.features
    assert other.x.argmax(axis=1).tolist() == [2, 0, 2]
    (tmp_path / "b.txt").write_text("bd", "utf-8")
    with pytest.raises(LoadError, match="'d' is not in the vocabulary"):
        load(tmp_path / "b.txt", Wanted(), like=first)
    (tmp_path / "a.csv").write_text("a,target\n0,1\n10,3\n", "utf-8")
    (tmp_path / "b.csv").write_text("a,target\n5,5\n20,2\n", "utf-8")
    wanted = Wanted(scale="minmax")
    scaled = load(tmp_path / "b.csv", wanted, like=load(tmp_path / "a.csv", wanted))
    assert (listed(scaled.x), listed(scaled.targets)) == ([[0.5], [2]], [[2], [0.5]])
