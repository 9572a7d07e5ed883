"""`run --set` and `run --beside`: the other run stands beside, in every format, whatever it is."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.cli.main import main
from rnn_tui.files import source as sources

Print = Callable[..., str]
Lines = list[dict[str, Any]]
X = [[1.0, 0.5], [0.0, -1.0], [2.0, 0.25], [0.125, 3.0]]
LSTM = ("--cell", "lstm", "--hidden", "3")
READOUT = ("--cell", "elman,dense")
DEEP = ("--cell", "lstm,dense", "--hidden", "3")


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Print:
    """What `run` prints, in a folder with a table."""
    monkeypatch.chdir(tmp_path)
    table(X, "t.csv")

    def run(*words: str) -> str:
        assert main(["run", *words]) == 0
        found = capsys.readouterr()
        assert found.err == ""
        return found.out

    return run


def table(x: Any, name: str) -> None:
    """A table, its numbers to the bit, the last one the target."""
    header = ",".join("abcdef"[: len(x[0])]) + ",target"
    rows = [header, *(",".join(repr(float(number)) for number in (*row, row[0] - row[1])) for row in x)]
    Path(name).write_text("\n".join(rows), "utf-8")


def lines(printed: Print, *words: str) -> Lines:
    """JSON lines."""
    return [json.loads(line) for line in printed(*words, "--targets", "1", "--format", "jsonl").splitlines()]


def apart(found: Lines) -> tuple[Lines, Lines]:
    """Ours, and what stands beside."""
    others = [line.pop("other") for line in found]
    return found, others


MORE = (
    (),
    ("--values",),
    ("--weights", "--values"),
    ("--from", "2", "--to", "3"),
    ("--learn", "--epochs", "3", "--rate", "0.01"),
    ("--learn", "--epochs", "2", "--truncate", "2", "--gradients", "--weights"),
)
CELLS = {
    "lstm": (*LSTM[:2], "--hidden", "1"),
    "stack": ("--cell", "gru,elman,dense", "--hidden", "3,2"),
    "both": ("--cell", "elman:concat,dense"),
}


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("more", MORE)
def test_ours_is_the_run_edited_by_hand_and_the_other_the_one_before(
    printed: Print, cells: str, more: tuple[str, ...]
) -> None:
    words = (*CELLS[cells], *more, *(("--truncate", "0") if cells == "both" and "--learn" in more else ()))
    ours, others = apart(lines(printed, "t.csv", "--set", "x[2] = [4, 5]", "--set", "x[3][1] *= 2", *words))
    moved = [X[0], [4.0, 5.0], [4.0, 0.25], X[3]]
    rows = [",".join(map(repr, (*row, was[0] - was[1]))) for row, was in zip(moved, X, strict=True)]
    Path("by_hand.csv").write_text("\n".join(["a,b,target", *rows]), "utf-8")
    assert ours == lines(printed, "by_hand.csv", *words)
    assert others == lines(printed, "t.csv", *words)
    assert ours != others


def test_the_keys_stand_in_the_order_of_the_contract(printed: Print) -> None:
    words = ("t.csv", *LSTM, "--set", "1:f = 1", "--values", "--weights")
    line = lines(printed, *words)[1]
    keys = ["t", "layer", "label", "x", "s_prev", "s", "c_prev", "c", "y", "values", "parameters"]
    assert list(line) == [*keys, "other"]
    assert list(line["other"]) == keys
    learned = lines(printed, "t.csv", *LSTM[:2], "--hidden", "1", "--set", "x[1] = 0", "--learn", "--epochs", "2")[0]
    assert list(learned) == [*keys[:-2], "target", "loss", "epoch", "other"]
    assert list(learned["other"]) == [*keys[:-2], "target", "loss", "epoch"]
    assert "other" not in lines(printed, "t.csv", *LSTM)[0]


def columns(text: str) -> dict[str, list[str]]:
    """A table of CSV by its columns; there is one header, and every row has all of its cells."""
    header, *rows = csv.reader(io.StringIO(text))
    assert [len(row) for row in rows] == [len(header)] * len(rows)
    assert all(row[0] != "t" for row in rows)
    return {name: [row[at] for row in rows] for at, name in enumerate(header)}


@pytest.mark.parametrize("more", MORE)
def test_columns_and_arrays_have_the_same_names_with_other_before_them(printed: Print, more: tuple[str, ...]) -> None:
    words = ("--targets", "1", *DEEP, *more)
    edit = "1:c[2] = 0.5" if "--learn" not in more else "x = 0"
    plain = columns(printed("t.csv", *words, "--format", "csv"))
    both = columns(printed("t.csv", *words, "--set", edit, "--format", "csv"))
    own = [name for name in plain if name not in ("t", "layer", "label")]
    assert list(both) == [*plain, *(f"other_{name}" for name in own)]
    assert {name: both[f"other_{name}"] for name in own} == {name: plain[name] for name in own}
    assert any(both[name] != plain[name] for name in own)
    printed("t.csv", *words, "--set", edit, "--format", "npz", "-o", "both.npz")
    printed("t.csv", *words, "--format", "npz", "-o", "plain.npz")
    arrays, before = np.load("both.npz"), np.load("plain.npz")
    named = [name for name in before if name not in ("t", "label")]
    assert sorted(arrays) == sorted([*before, *(f"other_{name}" for name in named)])
    for name in named:
        assert arrays[f"other_{name}"].tobytes() == before[name].tobytes(), name
        assert len(arrays[name]) == len(arrays["t"])


def test_a_table_for_people(printed: Print) -> None:
    text = printed("t.csv", *LSTM, "--targets", "1", "--set", "s[2] = 0.5", "--from", "2", "--to", "2", "--digits", "2")
    plain = printed("t.csv", *LSTM, "--targets", "1", "--from", "2", "--to", "2", "--digits", "2").splitlines()
    words = [line.split() for line in text.splitlines() if line]
    assert [["other_" + own[0], *own[1:]] for own in map(str.split, plain[1:-1])] == words[-len(plain[1:-1]) :]
    assert ["s", "0.50", "0.50", "0.50"] in words


@pytest.mark.parametrize("form", ["jsonl", "csv", "npz"])
def test_all_layers(printed: Print, form: str) -> None:
    words = ("t.csv", "--targets", "1", "--cell", "gru,elman", "--hidden", "3,2", "--layer", "all", "--format", form)
    edit = ("--set", "1:z[*][2] = 1")
    if form == "npz":
        printed(*words, "-o", "plain.npz")
        printed(*words, *edit, "-o", "both.npz")
        plain, both = np.load("plain.npz"), np.load("both.npz")
        assert sorted(name for name in both if "other_" in name) == sorted(
            name.replace("/", "/other_") for name in plain if not name.endswith(("/t", "/label"))
        )
        for layer in ("layer1", "layer2"):
            assert both[f"{layer}/other_y"].tobytes() == plain[f"{layer}/y"].tobytes() != both[f"{layer}/y"].tobytes()
    elif form == "jsonl":
        found = [json.loads(line) for line in printed(*words, *edit).splitlines()]
        plain_lines = [json.loads(line) for line in printed(*words).splitlines()]
        assert apart(found)[1] == plain_lines
        assert [(line["t"], line["layer"]) for line in found] == [(t, k) for t in range(1, 5) for k in (1, 2)]
    else:
        rows = list(csv.reader(io.StringIO(printed(*words, *edit))))
        before = list(csv.reader(io.StringIO(printed(*words))))
        assert len(rows) == len(before)
        for row, own in zip(rows, before, strict=True):
            half = own[3:] if own[0] != "t" else [f"other_{name}" for name in own[3:]]
            assert row[len(own) :] == half


@pytest.mark.parametrize(
    ("edit", "order"), [("repeat 2", [0, 1, 1, 2, 3]), ("reverse", [3, 2, 1, 0]), ("shuffle 3", None)]
)
def test_in_another_order_and_with_another_end(printed: Print, edit: str, order: list[int] | None) -> None:
    order = np.random.default_rng(3).permutation(4).tolist() if order is None else order
    plain = lines(printed, "t.csv", *LSTM)
    ours, others = apart(lines(printed, "t.csv", *LSTM, "--set", edit))
    assert [line["x"] for line in ours] == [X[row] for row in order]
    assert others == [*plain, None][: len(order)]
    words = ("t.csv", *LSTM, "--targets", "1", "--set", edit)
    found = columns(printed(*words, "--format", "csv"))
    assert [float(cell) if cell else None for cell in found["other_s_1"]] == [
        None if line is None else line["s"][0] for line in others
    ]
    printed(*words, "--format", "npz", "-o", "t.npz")
    array = np.load("t.npz")["other_s"]
    assert array.shape == (len(order), 3)
    assert np.isnan(array[4:]).all()
    assert array[:4].tolist() == [line["s"] for line in plain]
    text = printed(*words)
    assert text.count("other_s ") == 4


def test_of_several_epochs_every_row_stands_beside_its_own(printed: Print) -> None:
    words = ("t.csv", "--targets", "1", "--cell", "elman,dense", "--learn", "--epochs", "3", "--set", "repeat 2")
    found = columns(printed(*words, "--format", "csv"))
    assert found["t"] == ["1", "2", "3", "4", "5"] * 3
    assert [cell == "" for cell in found["other_y_1"]] == [False, False, False, False, True] * 3
    printed(*words, "--format", "npz", "-o", "t.npz")
    arrays = np.load("t.npz")
    assert np.isnan(arrays["other_loss"]).tolist() == [False, False, False, False, True] * 3
    plain = ("t.csv", "--targets", "1", "--cell", "elman,dense", "--learn", "--epochs", "3")
    wanted = [float(cell) for cell in columns(printed(*plain, "--format", "csv"))["loss"]]
    assert arrays["other_loss"][~np.isnan(arrays["other_loss"])].tolist() == wanted


# beside


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ("gru", ("--cell", "gru")),
        ("seed 3", ("--cell", "elman", "--seed", "3")),
        ("lstm-peephole", ("--cell", "lstm-peephole")),
    ],
)
@pytest.mark.parametrize("more", [(), ("--values", "--weights")])
def test_another_cell_beside(printed: Print, beside: str, words: tuple[str, ...], more: tuple[str, ...]) -> None:
    ours, others = apart(lines(printed, "t.csv", "--cell", "elman", "--beside", beside, *more))
    assert ours == lines(printed, "t.csv", "--cell", "elman", *more)
    assert others == lines(printed, "t.csv", *words, *more)
    found = columns(printed("t.csv", "--targets", "1", "--cell", "elman", "--beside", beside, *more, "--format", "csv"))
    plain = columns(printed("t.csv", "--targets", "1", *words, *more, "--format", "csv"))
    assert {name: found[f"other_{name}"] for name in list(plain)[3:]} == dict(list(plain.items())[3:])


def test_trained_beside_untrained(printed: Print) -> None:
    words = ("t.csv", "--cell", "elman,dense")
    learn = ("--learn", "--epochs", "2")
    ours, others = apart(lines(printed, *words, *learn, "--beside", "untrained"))
    assert ours == lines(printed, *words, *learn)
    assert others == lines(printed, *words) * 2


def test_with_edits_beside_without(printed: Print) -> None:
    edited = ("--set", "x[2] = 0", "--set", "b = 1")
    assert lines(printed, "t.csv", *edited, "--beside", "unedited") == lines(printed, "t.csv", *edited)
    ours, others = apart(lines(printed, "t.csv", *edited, "--beside", "gru"))
    assert ours == apart(lines(printed, "t.csv", *edited))[0]
    assert others == lines(printed, "t.csv", "--cell", "gru")


def test_another_sequence_another_model_and_another_session_beside(printed: Print) -> None:
    table([[1.0, 1.0], *X], "u.csv")
    ours, others = apart(lines(printed, "t.csv", "--hidden", "2", "--beside", "sequence u.csv"))
    assert others == lines(printed, "u.csv", "--hidden", "2")[:4]
    assert ours == lines(printed, "t.csv", "--hidden", "2")
    Path("s.toml").write_text(
        'version = 1\nedits = ["U = 0"]\n[sequence]\npath = "t.csv"\ntargets = 1\n[network]\nseed = 4\n', "utf-8"
    )
    seeded = apart(lines(printed, "t.csv", "--seed", "4", "--set", "U = 0"))[0]
    assert apart(lines(printed, "t.csv", "--beside", "s.toml"))[1] == seeded
    printed("t.csv", "--targets", "1", "--cell", "gru", "--hidden", "1", "--learn", "--save", "m.npz")
    assert apart(lines(printed, "t.csv", "--beside", "model m.npz"))[1] == lines(printed, "t.csv", "--model", "m.npz")


def test_the_last_layer_stands_beside_the_last(printed: Print) -> None:
    words = ("t.csv", "--targets", "1", "--cell", "elman,dense", "--beside", "gru", "--format", "csv")
    found = columns(printed(*words))
    gru = columns(printed("t.csv", "--targets", "1", "--cell", "gru", "--format", "csv"))
    assert found["other_y_1"] == gru["y_1"]
    every = lines(printed, "t.csv", "--cell", "elman,dense", "--beside", "gru")
    assert [line["other"] is None for line in every] == [False, True] * 4
    assert columns(printed(*words, "--layer", "1"))["other_y_1"] == gru["y_1"]


def test_of_standard_input_both_read_the_same(printed: Print, monkeypatch: pytest.MonkeyPatch) -> None:
    for more in (("--set", "x[2] = 0"), ("--beside", "gru"), ("--set", "x[2] = 0", "--beside", "gru")):
        text = io.TextIOWrapper(io.BytesIO(Path("t.csv").read_bytes()))
        monkeypatch.setattr(sys, "stdin", text)
        assert lines(printed, "-", *more) == lines(printed, "t.csv", *more)


def test_a_file_that_both_read_is_read_once(printed: Print, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    own = sources.Source.open

    def counted(source: sources.Source) -> Any:
        opened.append(source.shown)
        return own(source)

    monkeypatch.setattr(sources.Source, "open", counted)
    lines(printed, "t.csv")
    once = len(opened)
    for more in (("--set", "x[2] = 0"), ("--beside", "gru")):
        opened.clear()
        lines(printed, "t.csv", *more)
        assert len(opened) == once


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "x[9] = 0"), "x[9] = 0: there is no t = 9; the sequence has 1 to 4"),
        (("--set", "Q = 0"), "Q = 0: there is no quantity Q; known are W, U, b, x, s, y"),
        (("--set", "x[1] = inf"), "x[1] = inf: an infinite number or NaN is refused; --allow-nonfinite lets it in"),
        (("--set", "x[1]"), "'x[1]': is no edit; write one like"),
        (("--beside", "gruu"), "there is no such cell and no such file"),
        (("--beside", "seed x"), "--beside, seed x: a seed is a whole number; write seed 3"),
        (("--beside", "untrained"), "the network does not learn, and is untrained itself"),
        (("--beside", "nothing at all"), "says nothing of a run"),
        (("--beside", "sequence nowhere.csv"), "no such file"),
        (
            ("--cell", "elman,dense", "--beside", "gru", "--layer", "2"),
            "--layer: the run beside has no layer 2; it has 1",
        ),
        (
            ("--cell", "elman,dense", "--learn", "--set", "1:s[2] = 0"),
            "cannot be given a value while the network learns",
        ),
        (
            ("--set", "s[2] = 0", "--check-gradients"),
            "--check-gradients: is of a run in which nothing is forced",
        ),
    ],
)
def test_what_cannot_be(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    table(X, "t.csv")
    assert main(["run", "t.csv", "--targets", "1", *words]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.startswith("rnn-tui: ")
    assert found.err.count("\n") == 1
    assert said in found.err


def test_gradients_are_checked_of_the_run_as_it_is_edited(printed: Print) -> None:
    edits = [word for text in ("x[2] = 3", "s[0] = 0.5") for word in ("--set", text)]
    text = printed("t.csv", "--targets", "1", "--cell", "gru,dense", *edits, "--check-gradients")
    assert float(text.split(":")[1].split()[0]) < 1e-7


def test_a_picture_has_the_edits(printed: Print) -> None:
    assert main(["snapshot", "hello.txt", "--at", "2", "--set", "x[2] = 0.5", "--digits", "3", "-o", "a.txt"]) == 0
    assert main(["snapshot", "hello.txt", "--at", "2", "--digits", "3", "-o", "b.txt"]) == 0
    assert Path("a.txt").read_text("utf-8").count("0.500") > Path("b.txt").read_text("utf-8").count("0.500")
