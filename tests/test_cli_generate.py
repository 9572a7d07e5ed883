"""`--generate` and `--temperature`: in `run` in every format, in a session file, and in a lesson."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stepping import opened

from rnn_tui.cli.main import main
from rnn_tui.session.file import read_session
from rnn_tui.session.writing import session_text

Print = Callable[..., str]
Lines = list[dict[str, Any]]
TEXT = ("hello.txt", "--cell", "lstm,softmax", "--hidden", "4")
SERIES = ("s.csv", "--targets", "next", "--labels", "year", "--scale", "minmax", "--cell", "gru,dense", "--hidden", "4")
LEARN = ("--learn", "--epochs", "3", "--truncate", "0", "--rate", "0.01")


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Print:
    """What `run` prints, in a folder with a series."""
    monkeypatch.chdir(tmp_path)
    rows = [f"{1950 + each},{(each * each) % 7}" for each in range(9)]
    Path("s.csv").write_text("\n".join(["year,sales", *rows]), "utf-8")

    def run(*words: str) -> str:
        assert main(["run", *words]) == 0
        return capsys.readouterr().out

    return run


def lines(printed: Print, *words: str) -> Lines:
    """JSON lines."""
    return [json.loads(line) for line in printed(*words, "--format", "jsonl").splitlines()]


def last(found: Lines) -> Lines:
    """Those of the last layer."""
    return [line for line in found if line["layer"] == 2]


def test_a_text_goes_on_with_what_y_said(printed: Print) -> None:
    found = lines(printed, *TEXT, "--generate", "6", "--temperature", "1.5", "--seed", "4")
    assert [line["t"] for line in last(found)] == list(range(1, 12))
    assert [line["t"] for line in last(found) if "generated" in line] == list(range(6, 12))
    assert all(line["generated"] is True for line in found if "generated" in line)
    assert list(found[-1]) == ["t", "layer", "label", "x", "s_prev", "s", "y", "generated"]
    for t, line in enumerate(last(found)[5:], 6):
        shares = np.array(last(found)[t - 2]["y"]) ** (1 / 1.5)
        u = np.random.default_rng([4, t]).random()
        letter = next(k for k in range(4) if np.cumsum(shares / shares.sum())[k] > u)
        assert line["label"] == "ehlo"[letter]
        assert found[2 * t - 2]["x"] == np.eye(4)[letter].tolist()
    plain = lines(printed, *TEXT, "--seed", "4")
    assert found[: len(plain)] == plain


def test_a_series_that_was_learned_goes_on_as_it_was_learned(printed: Print) -> None:
    found = lines(printed, *SERIES, *LEARN, "--generate", "3", "--save", "m.npz")
    taught = lines(printed, *SERIES, *LEARN)
    assert found[: len(taught)] == taught
    rows = found[len(taught) :]
    assert [(line["t"], line["label"], line["epoch"], line["generated"]) for line in last(rows)] == [
        (10, "1959", 3, True),
        (11, "1960", 3, True),
        (12, "1961", 3, True),
    ]
    assert all(line["target"] is None and line["loss"] is None for line in last(rows))
    learned = lines(printed, *SERIES[:7], "--model", "m.npz", "--generate", "3")
    numbers = ("x", "s_prev", "s", "y")
    assert [[row[key] for key in numbers] for row in rows] == [[row[key] for key in numbers] for row in learned[18:]]
    assert rows[0]["x"] == learned[17]["y"]
    brief = lines(printed, *SERIES, *LEARN, "--generate", "3", "--epoch", "last")
    assert brief == [line for line in found if line["epoch"] == 3]
    assert lines(printed, *SERIES, *LEARN, "--generate", "3", "--from", "11") == rows[2:]


def test_columns_say_what_is_generated_only_where_something_is(printed: Print) -> None:
    words = (*SERIES, *LEARN, "--epoch", "last")
    found = list(csv.DictReader(io.StringIO(printed(*words, "--generate", "2", "--format", "csv"))))
    assert [row["generated"] for row in found] == ["0"] * 9 + ["1"] * 2
    assert [row["target_1"] for row in found[-3:]] == [row["loss"] for row in found[-2:]] + ["nan"] == ["nan"] * 3
    assert "generated" not in printed(*words, "--format", "csv")
    printed(*words, "--generate", "2", "--gradients", "--layer", "all", "--format", "npz", "-o", "r.npz")
    with np.load("r.npz") as arrays:
        assert arrays["layer2/generated"].tolist() == [0] * 9 + [1] * 2
        assert np.array_equal(arrays["layer1/x"][10], arrays["layer2/y"][9])
        assert np.isnan(arrays["layer1/d_s"][9:]).all()
        assert np.isfinite(arrays["layer1/d_s"][:9]).all()
    table = printed(*words, "--generate", "2").split("\n\n")
    assert [block.split("\n")[0] for block in table[8:11]] == [
        "t = 9  epoch 3  '1958'",
        "t = 10  epoch 3  '1959'  generated",
        "t = 11  epoch 3  '1960'  generated",
    ]


def test_free_running_stands_beside_teacher_forcing(printed: Print) -> None:
    found = last(lines(printed, *TEXT, "--set", "free 3", "--generate", "2"))
    assert [line["t"] for line in found if "generated" in line] == [3, 4, 5, 6, 7]
    taught = last(lines(printed, *TEXT, "--generate", "2"))
    assert [line["other"] for line in found] == taught
    learned = last(lines(printed, *SERIES, *LEARN, "--set", "free 4", "--epoch", "last", "--save", "m.npz"))
    both = [line for line in learned if "generated" in line]
    teacher = last(lines(printed, *SERIES[:7], "--model", "m.npz"))
    assert [line["t"] for line in both] == list(range(4, 10))
    assert [line["other"]["y"] for line in both] == [line["y"] for line in teacher[3:]]


def test_the_keys_of_a_session_are_the_options(printed: Print) -> None:
    network = "version = 1\n[network]\ncell = 'lstm,softmax'\nhidden = '4'\nseed = 4\n"
    top = "generate = 6\ntemperature = 1.5\n"
    Path("s.toml").write_text(network.replace("version = 1\n", f"version = 1\n{top}"), "utf-8")
    words = (*TEXT, "--generate", "6", "--temperature", "1.5", "--seed", "4")
    assert lines(printed, "s.toml") == lines(printed, *words)
    session = read_session("s.toml")
    assert [edit.text for edit in session.recipe.edits] == ["generate 6 at 1.5 seed 4"]
    Path("again.toml").write_text(session_text(session), "utf-8")
    assert read_session("again.toml").recipe.edits == session.recipe.edits
    fewer = [edit.text for edit in opened("again.toml", "--generate", "2").recipe.edits]
    assert fewer == ["generate 2 at 1.5 seed 4"]
    assert opened("again.toml", "--generate", "0").recipe.edits == ()
    assert [edit.text for edit in opened("again.toml", "--temperature", "0").recipe.edits] == ["generate 6"]


def test_stops_of_a_lesson_go_on_unless_they_say_otherwise(tmp_path: Path) -> None:
    stops = ("", "generate = 0", "generate = 9\ntemperature = 0", "edits = ['free 3']", "edits = ['generate 2']")
    text = "".join(f"[[stops]]\ntitle = 'a'\n{stop}\n" for stop in stops)
    path = tmp_path / "l.toml"
    path.write_text(f"version = 1\ngenerate = 6\ntemperature = 0.5\n[network]\ncell = 'elman,softmax'\n{text}", "utf-8")
    lesson = read_session(str(path)).lesson
    assert lesson is not None
    found = [[edit.text for edit in stop.session.recipe.edits] for stop in lesson.stops]
    assert found == [["generate 6 at 0.5"], [], ["generate 9"], ["free 3", "generate 6 at 0.5"], ["generate 2"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("hello.txt", "--generate", "3"),
            "generate 3: y is no distribution over the 4 letters of x; let the cells be",
        ),
        ((*TEXT, "--temperature", "0.5"), "--temperature: says how letters are drawn; add --generate 12"),
        ((*TEXT, "--generate", "-1"), "--generate: -1 is no number of timesteps; 1 to 1,000,000 can be generated"),
        ((*TEXT, "--generate", "1000000000"), "--generate: 1000000000 is no number of timesteps; 1 to 1,000,000 can"),
        ((*TEXT, "--generate", "3", "--temperature", "-1"), "--temperature: -1 is no temperature"),
        ((*TEXT, "--generate", "3", "--temperature", "nan"), "--temperature: nan is no temperature"),
        (
            ("s.csv", "--cell", "gru,dense", "--generate", "3"),
            "all of x must be predicted to go on; write --targets next",
        ),
        ((*TEXT, "--generate", "3", "--to", "9"), "--to: 9 is no timestep; 1 to 8 are"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    printed: Print, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["run", *words]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert said in error
