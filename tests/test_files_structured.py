"""JSON: one value a file, or one timestep a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence

nan = float("nan")
Rows = list[list[float]]


def write(folder: Path, content: str | bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "x", "targets", "labels"),
    [
        ("t.json", "[[1, 2], [3, 4.5]]", [[1, 2], [3, 4.5]], None, ()),
        ("t.json", "[1, 2, 3]", [[1], [2], [3]], None, ()),
        ("t.json", '{"x": [[1, 2]], "targets": [[3]], "labels": ["h"]}', [[1, 2]], [[3]], ("h",)),
        ("t.json", '{"x": [1, 2], "target": [0, 1], "label": ["h", 5]}', [[1], [2]], [[0], [1]], ("h", "5")),
        ("t.json", '{"x": [1, 2], "targets": [null, [0, 1]]}', [[1], [2]], [[nan, nan], [0, 1]], ()),
        ("t.json", '{"x": [1, 2], "targets": [7, null]}', [[1], [2]], [[7], [nan]], ()),
        ("t.json", '{"x": [1], "labels": [null], "source": {"any": "thing"}}', [[1]], None, ("",)),
        ("t.json", "[true, false]", [[1], [0]], None, ()),
        ("t.json", b"\xef\xbb\xbf[1]", [[1]], None, ()),
        ("t.json", "[1]".encode("utf-16"), [[1]], None, ()),
        ("t.json", '\r\n{"x":\r\n [1]}\r\n', [[1]], None, ()),
        ("t.json", '{"x": [1], "labels": ["\\ud800\\n"]}', [[1]], None, ("\\ud800\\n",)),
        ("t.jsonl", "[1, 2]\n[3, 4]\n", [[1, 2], [3, 4]], None, ()),
        ("t.jsonl", "1\r\n2\r\n\r\n", [[1], [2]], None, ()),
        (
            "t.jsonl",
            '{"x": [1, 2], "target": [3], "label": "h"}\n{"x": [4, 5], "targets": 6, "label": "\u2028"}\n',
            [[1, 2], [4, 5]],
            [[3], [6]],
            ("h", "\\u2028"),
        ),
        ("t.jsonl", '{"x": 1, "target": 3}\n{"x": 2}\n[3]', [[1], [2], [3]], [[3], [nan], [nan]], ()),
        ("t.jsonl", '{"x": 1, "label": "a"}\n{"x": 2}', [[1], [2]], None, ("a", "")),
        ("t.jsonl", '{"t": 1, "layer": 1, "x": [0.5], "s": [0.1, 0.2]}\n', [[0.5]], None, ()),
    ],
)
def test_values(
    tmp_path: Path, name: str, content: str | bytes, x: Rows, targets: Rows | None, labels: tuple[str, ...]
) -> None:
    sequence = load_sequence(write(tmp_path, content, name))
    assert sequence.x.tolist() == x
    if targets is None:
        assert sequence.targets is None
    else:
        np.testing.assert_array_equal(sequence.targets, targets)
    assert (sequence.labels, sequence.name) == (labels, name)


def test_features_and_last_columns(tmp_path: Path) -> None:
    path = write(tmp_path, '{"x": [[1, 2, 3]], "features": ["a", "b", "c"]}', "t.json")
    assert load_sequence(path).features == ("a", "b", "c")
    sequence = load_sequence(path, targets=1)
    assert (sequence.x.tolist(), sequence.features) == ([[1, 2]], ("a", "b"))
    assert sequence.targets is not None
    assert sequence.targets.tolist() == [[3]]


@pytest.mark.parametrize(
    ("name", "content", "k", "x"),
    [
        ("t.json", "[[[1, 2], [3, 4]], [[5, 6]]]", 1, [[1, 2], [3, 4]]),
        ("t.json", "[[[1, 2], [3, 4]], [[5, 6]]]", 2, [[5, 6]]),
        ("t.json", '[{"x": [1]}, {"x": [2, 3]}]', 2, [[2], [3]]),
        ("t.jsonl", "1\n2\n\n \n3\n", 2, [[3]]),
    ],
)
def test_several_sequences(tmp_path: Path, name: str, content: str, k: int, x: Rows) -> None:
    sequence = load_sequence(write(tmp_path, content, name), sequence=k)
    assert (sequence.x.tolist(), sequence.name) == (x, f"{name} ({k} of 2)")


@pytest.mark.parametrize(
    ("name", "content", "where", "why"),
    [
        ("t.json", "[1,\n2 3]", "line 2, column 3", "is not JSON (expecting ',' delimiter)"),
        ("t.json", "[1, 2", "line 1, column 6", "is not JSON (expecting ',' delimiter)"),
        ("t.json", "  ", "line 1, column 3", "is not JSON (expecting value)"),
        ("t.json", "[" * 100_000, "line 1", "is nested too deeply"),
        ("t.json", "[" + "9" * 5000 + "]", "line 1", "has a number of too many digits"),
        ("t.json", "[1" + "0" * 400 + "]", "x, row 1", "has a number too large for a float"),
        ("t.json", "5", "", "has no list x"),
        ("t.json", '{"y": [1]}', "", "has no list x"),
        ("t.json", '[{"x": [1]}, 3]', "", "holds 2 sequences"),
        ("t.json", "[]", "x", "has no rows"),
        ("t.json", "[[]]", "x", "has no numbers"),
        ("t.json", "[[1, 2], [3]]", "x, row 2", "has 1 number where x, row 1 has 2"),
        ("t.json", '[[1, 2], [3, "4"]]', "x, row 2, column 2", "'4' is not a number"),
        ("t.json", "[[1], [null]]", "x, row 2, column 1", "null is not a number"),
        ("t.json", '{"x": [[[1]]]}', "x, row 1, column 1", "a list is not a number"),
        ("t.json", '[1, {"x": 2}]', "x, row 2, column 1", "an object is not a number"),
        ("t.json", "[[1, NaN]]", "x, row 1, column 2", "nan is not finite"),
        ("t.json", "[[1], [-1e999]]", "x, row 2, column 1", "-inf is not finite"),
        ("t.json", '{"x": [1, 2], "targets": [3]}', "targets", "there are 1 targets where x needs 2"),
        ("t.json", '{"x": [1], "targets": [[1, null]]}', "targets, row 1, column 2", "the target is missing"),
        ("t.json", '{"x": [1], "targets": 3}', "targets", "has no rows"),
        ("t.json", '{"x": [1], "labels": "h"}', "labels", "is not a list of strings"),
        ("t.json", '{"x": [1], "labels": [["h"]]}', "labels", "is not a list of strings"),
        ("t.json", '{"x": [1, 2], "labels": ["h"]}', "labels", "there are 1 labels where x needs 2"),
        ("t.json", b"[1,\n\xff]", "line 2", "holds bytes that are not text"),
        ("t.jsonl", "\n\n", "", "has no rows"),
        ("t.jsonl", "[1]\n\n[2]\n{", "", "holds 2 sequences"),
        ("t.jsonl", "[1]\n[2\n", "line 2, column 3", "is not JSON (expecting ',' delimiter)"),
        ("t.jsonl", "[1]\n[2, 3]\n", "line 2", "has 2 numbers where line 1 has 1"),
        ("t.jsonl", '{"y": 1}', "line 1", "has no x"),
        ("t.jsonl", "null", "line 1", "has no x"),
        ("t.jsonl", '[1]\n["a"]', "line 2, column 1", "'a' is not a number"),
        ("t.jsonl", "[1]\n[Infinity]", "line 2, column 1 of x", "inf is not finite"),
        ("t.jsonl", '{"x": 1, "label": ["a"]}', "labels", "is not a list of strings"),
    ],
)
def test_errors(tmp_path: Path, name: str, content: str | bytes, where: str, why: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, content, name), sequence=3 if why.startswith("holds 2") else 1)
    assert (caught.value.where, caught.value.why) == (where, why)


def test_an_error_in_one_of_several(tmp_path: Path) -> None:
    path = write(tmp_path, "[[[1, 2]], [[5, null]]]", "t.json")
    with pytest.raises(LoadError) as caught:
        load_sequence(path, sequence=2)
    assert caught.value.where == "sequence 2, x, row 1, column 2"


def test_nonfinite_allowed(tmp_path: Path) -> None:
    sequence = load_sequence(write(tmp_path, "[NaN, Infinity]", "t.json"), allow_nonfinite=True)
    np.testing.assert_array_equal(sequence.x, [[nan], [float("inf")]])
