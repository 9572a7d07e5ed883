"""Tables: what the columns are, which rows are read, and what an error says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence

nan = float("nan")
Rows = list[list[float]]


def write(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "x"),
    [
        pytest.param("1,2\n3,4\n", [[1, 2], [3, 4]], id="plain"),
        pytest.param("1\n2\n3", [[1], [2], [3]], id="one column, no last newline"),
        pytest.param("1\t2\n3\t4\n", [[1, 2], [3, 4]], id="tabs"),
        pytest.param("1;2\n3;4\n", [[1, 2], [3, 4]], id="semicolons"),
        pytest.param("1,5;2,25\n-3,0;4\n", [[1.5, 2.25], [-3, 4]], id="decimal commas"),
        pytest.param("a;b\n1,5;2.25\n", [[1.5, 2.25]], id="decimal point in a file with ;"),
        pytest.param("1,2\r\n3,4\r\n", [[1, 2], [3, 4]], id="CRLF"),
        pytest.param("1,2\r3,4\r", [[1, 2], [3, 4]], id="CR"),
        pytest.param("1,2\n3,4\n\n\n  \n", [[1, 2], [3, 4]], id="trailing blank lines"),
        pytest.param("\n\n1,2\n", [[1, 2]], id="leading blank lines"),
        pytest.param("1,2\n,\n,\n", [[1, 2]], id="trailing empty cells of a spreadsheet"),
        pytest.param("# a comment, with 1,2\n1,2\n#3,4\n5,6\n# end", [[1, 2], [5, 6]], id="comments"),
        pytest.param('"1","2"\n"3",4\n', [[1, 2], [3, 4]], id="quoted numbers"),
        pytest.param(" 1 , 2\n3,  4 \n", [[1, 2], [3, 4]], id="spaces"),
        pytest.param("1e3,-2.5E-1\n+.5,4.\n", [[1000, -0.25], [0.5, 4]], id="notations"),
        pytest.param(b"\xef\xbb\xbf1,2\n", [[1, 2]], id="UTF-8 byte-order mark"),
        pytest.param("1,2\n3,4\n".encode("utf-16"), [[1, 2], [3, 4]], id="UTF-16"),
        pytest.param("1\t2\n".encode("utf-32"), [[1, 2]], id="UTF-32"),
    ],
)
def test_numbers(tmp_path: Path, content: str | bytes, x: Rows) -> None:
    sequence = load_sequence(write(tmp_path, content))
    assert sequence.x.tolist() == x
    assert sequence.x.dtype == np.float64
    assert (sequence.targets, sequence.name) == (None, "t.csv")


@pytest.mark.parametrize(
    ("content", "x", "targets", "labels", "features"),
    [
        pytest.param("a,b\n1,2\n", [[1, 2]], None, (), ("a", "b"), id="header"),
        pytest.param("x\n1\n", [[1]], None, (), ("x",), id="header over one column"),
        pytest.param("h,1,0\ne,0,1\n", [[1, 0], [0, 1]], None, ("h", "e"), (), id="labels, no header"),
        pytest.param("who,a\nh,1\n5,2\n", [[1], [2]], None, ("h", "5"), ("a",), id="labels below a header"),
        pytest.param("label,a\n1700,5\n", [[5]], None, ("1700",), ("a",), id="numeric labels by name"),
        pytest.param("a,Label\n5,z\n", [[5]], None, ("z",), ("a",), id="label column anywhere"),
        pytest.param(",a\n0,5\n1,6\n", [[5], [6]], None, ("0", "1"), ("a",), id="an index without a name"),
        pytest.param("label,0,1\nz,5,6\n", [[5, 6]], None, ("z",), ("0", "1"), id="numeric names"),
        pytest.param("year,a\n1700,5\n", [[1700, 5]], None, (), ("year", "a"), id="a year is a number"),
        pytest.param("x,target\n1,2\n", [[1]], [[2]], (), ("x",), id="target"),
        pytest.param("Target y,x,targets\n1,2,3\n", [[2]], [[1, 3]], (), ("x",), id="targets anywhere"),
        pytest.param("x,target\n1,2\n3,\n", [[1], [3]], [[2], [nan]], (), ("x",), id="no target"),
        pytest.param("x,target\n1,nan\n", [[1]], [[nan]], (), ("x",), id="nan is no target"),
        pytest.param('"a, b",c\n1,2\n', [[1, 2]], None, (), ("a, b", "c"), id="quoted header"),
        pytest.param('"say ""hi""",1\nz,2\n', [[1], [2]], None, ('say "hi"', "z"), (), id="doubled quotes"),
        pytest.param('"a\nb",1\nz,2\n', [[1], [2]], None, ("a\\nb", "z"), (), id="newline in a label"),
        pytest.param('label,x\n" ",1\n,2\n', [[1], [2]], None, (" ", ""), ("x",), id="space and nothing"),
        pytest.param("a;b,1\nc;d,2\n", [[1], [2]], None, ("a;b", "c;d"), (), id="; in labels"),
        pytest.param("2024_01,1\n2024_02,2\n", [[1], [2]], None, ("2024_01", "2024_02"), (), id="underscore"),
    ],
)
def test_columns(
    tmp_path: Path,
    content: str,
    x: Rows,
    targets: Rows | None,
    labels: tuple[str, ...],
    features: tuple[str, ...],
) -> None:
    sequence = load_sequence(write(tmp_path, content))
    assert sequence.x.tolist() == x
    if targets is None:
        assert sequence.targets is None
    else:
        np.testing.assert_array_equal(sequence.targets, targets)
    assert (sequence.labels, sequence.features) == (labels, features)


@pytest.mark.parametrize(
    ("content", "n", "x", "targets", "features"),
    [
        ("1,2,3\n4,5,6\n", 1, [[1, 2], [4, 5]], [[3], [6]], ()),
        ("1,2,3\n4,5,6\n", 2, [[1], [4]], [[2, 3], [5, 6]], ()),
        ("a,b,c\n1,2,3\n", 1, [[1, 2]], [[3]], ("a", "b")),
        ("h,1,2\n", 1, [[1]], [[2]], ()),
        ("target,x\n1,2\n", 1, [[2]], [[1]], ("x",)),
    ],
)
def test_last_columns_as_targets(
    tmp_path: Path, content: str, n: int, x: Rows, targets: Rows, features: tuple[str, ...]
) -> None:
    sequence = load_sequence(write(tmp_path, content), targets=n)
    assert sequence.targets is not None
    assert (sequence.x.tolist(), sequence.targets.tolist(), sequence.features) == (x, targets, features)


@pytest.mark.parametrize(
    ("content", "k", "x", "name"),
    [
        ("1\n2\n\n3\n", 1, [[1], [2]], "t.csv (1 of 2)"),
        ("1\n2\n\n \n\n3\n", 2, [[3]], "t.csv (2 of 2)"),
        ("1\n# no blank line\n2\n", 1, [[1], [2]], "t.csv"),
        ("a,b\n1,2\n\na,b\n3,4\n", 2, [[3, 4]], "t.csv (2 of 2)"),
        ("sequence,x\nA,1\nA,2\nB,3\n", 1, [[1], [2]], "t.csv (1 of 2)"),
        ("x,Sequence\n1,A\n3,B\n2,A\n", 1, [[1], [2]], "t.csv (1 of 2)"),
        ("sequence,x\n7,1\n7,2\n\n3,3\n", 2, [[3]], "t.csv (2 of 2)"),
    ],
)
def test_several_sequences(tmp_path: Path, content: str, k: int, x: Rows, name: str) -> None:
    sequence = load_sequence(write(tmp_path, content), sequence=k)
    assert (sequence.x.tolist(), sequence.name) == (x, name)


def test_labels_follow_their_sequence(tmp_path: Path) -> None:
    path = write(tmp_path, "sequence,who,x\nA,h,1\nB,e,2\nA,l,3\n")
    assert load_sequence(path, sequence=1).labels == ("h", "l")
    assert load_sequence(path, sequence=2).labels == ("e",)


@pytest.mark.parametrize(
    ("content", "where", "why"),
    [
        pytest.param("1,2\n3,abc\n", "line 2, column 2", "'abc' is not a number", id="word"),
        pytest.param("# c\na,b\n1,2\n\n3,x\n", "line 5, column 2", "'x' is not a number", id="counted lines"),
        pytest.param("1,2\n,4\n", "line 2, column 1", "is empty", id="empty cell"),
        pytest.param(",2\n3,4\n", "line 1, column 1", "is empty", id="empty first cell"),
        pytest.param("x\n0,5\n", "line 2", "has 2 cells where the header has 1", id="lone comma"),
        pytest.param("1,2\n3\n", "line 2", "has 1 cell where the first row has 2", id="short"),
        pytest.param("a,b\n1,2,3\n", "line 2", "has 3 cells where the header has 2", id="long"),
        pytest.param("1,nan\n", "line 1, column 2", "nan is not finite", id="nan"),
        pytest.param("a,b\n1,2\n-inf,3\n", "line 3, column 1", "-inf is not finite", id="infinity"),
        pytest.param("1,1e999\n", "line 1, column 2", "inf is not finite", id="overflow"),
        pytest.param("x,target\n1,inf\n", "line 2, column 2", "the target is infinite", id="target"),
        pytest.param("x,target,target2\n1,2,\n", "line 2, column 3", "the target is missing", id="in part"),
        pytest.param("a,b\n", "", "has a header and no rows", id="no rows"),
        pytest.param("# only this\n\n", "", "has no rows", id="comments only"),
        pytest.param("\n", "", "has no rows", id="blank"),
        pytest.param("target\n1\n", "", "has no column for x", id="targets only"),
        pytest.param("x\n1_000\n", "line 2, column 1", "'1_000' is not a number", id="underscore"),
        pytest.param("a;b\n2;1.000,5\n", "line 2, column 2", "'1.000,5' is not a number", id="thousands"),
        pytest.param(b"1,2\n3,\xff\n", "line 2", "holds bytes that are not text", id="not UTF-8"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "line 1", "holds bytes that are not text", id="binary"),
        pytest.param(b"1\n\x00\n", "line 2, column 1", r"'\x00' is not a number", id="NUL"),
    ],
)
def test_errors(tmp_path: Path, content: str | bytes, where: str, why: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, content))
    assert (caught.value.where, caught.value.why) == (where, why)
    assert caught.value.path.endswith("t.csv")


def test_a_long_cell_is_shortened(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, "x\n" + "z" * 1000 + "\n"))
    assert caught.value.why == "'" + "z" * 37 + "...' is not a number"


@pytest.mark.parametrize("content", ['a,b\n"1,2\n3,4\n', 'a,b\n"1"2,3\n', "1," + "9" * 200_000 + "\n"])
def test_cells_that_do_not_end(tmp_path: Path, content: str) -> None:
    with pytest.raises(LoadError, match="cannot be split into cells"):
        load_sequence(write(tmp_path, content))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"targets": 2},
            "has 2 columns of numbers; 2 of them as targets leaves no input, targets = next takes the next row",
        ),
        ({"targets": -1}, "cannot have -1 targets; 0 or more can be asked for"),
        ({"sequence": 2}, "holds 1 sequence; sequence 2 is not there, 1 to 1 are"),
        ({"sequence": 0}, "holds 1 sequence; sequence 0 is not there, 1 to 1 are"),
        ({"words": True}, "is not a text; only a .txt file is read by words"),
    ],
)
def test_options_that_do_not_fit(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    path = write(tmp_path, "1,2\n3,4\n")
    with pytest.raises(LoadError) as caught:
        load_sequence(path, **options)
    assert str(caught.value) == f"{path}: {message}"


def test_another_number_of_targets_than_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="names 1 target itself; 2 cannot be asked of it"):
        load_sequence(write(tmp_path, "x,y,target\n1,2,3\n"), targets=2)


def test_too_few_sequences(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="holds 3 sequences; sequence 4 is not there, 1 to 3 are"):
        load_sequence(write(tmp_path, "1\n\n2\n\n3\n"), sequence=4)


def test_nonfinite_allowed(tmp_path: Path) -> None:
    sequence = load_sequence(write(tmp_path, "x,y,target\nnan,-inf,inf\n"), allow_nonfinite=True)
    np.testing.assert_array_equal(sequence.x, [[nan, -float("inf")]])
    np.testing.assert_array_equal(sequence.targets, [[float("inf")]])


def test_tsv(tmp_path: Path) -> None:
    sequence = load_sequence(write(tmp_path, "a\tb, c\n1\t2\n", "t.TSV"))
    assert (sequence.x.tolist(), sequence.features) == ([[1, 2]], ("a", "b, c"))


def test_too_many_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.files.delimited.MEMORY_LIMIT", 48)
    path = write(tmp_path, "1,2\n3,4\n5,6\n")
    with pytest.raises(LoadError, match="line 3: more than"):
        load_sequence(path)


def test_progress_and_cancelling(tmp_path: Path) -> None:
    path = write(tmp_path, "1,2\n" * 40_000)
    seen: list[tuple[int, int]] = []
    load_sequence(path, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) >= 2
    assert seen == sorted(seen)
    assert {total for _, total in seen} == {160_000}

    def cancel(done: int, total: int) -> None:
        raise OSError("cancelled")

    with pytest.raises(OSError, match="cancelled"):
        load_sequence(path, progress=cancel)
