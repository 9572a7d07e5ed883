"""The state before the first timestep, from a file: of any network, by the command line and by the session."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui import Layer, LoadError, Network, save_network
from rnn_tui.cli.main import main
from rnn_tui.core.run import Run
from rnn_tui.files.states import load_initial_state
from rnn_tui.session.file import read_session, write_session
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper

S = (0.7931991, 0.7550328)
"""s_1 and s_2 of an Elman network from s_0 = 0.6, as NumPy and Keras' `initial_state` have them, to 7 decimals."""
ROWS = "1.0\n0.5\n"
CASE = """version = 1
[sequence]
x = [[1.0], [0.5]]
[network]
{}
[[network.layers]]
cell = "elman"
parameters = {{ W = [[0.5]], U = [[0.8]], b = [0.1] }}
{}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sequence, its network, and the state in both formats."""
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text(ROWS)
    Path("s.json").write_text('{"s": [0.6]}')
    np.savez("s.npz", s=np.array([0.6]))
    save_network(Network([Layer("elman", {"W": [[0.5]], "U": [[0.8]], "b": [0.1]})]), "m.npz")
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(["run", *words, "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["run", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.removeprefix("rnn-tui: ").rstrip("\n")


@pytest.mark.parametrize(
    "words",
    [
        ("x.csv", "--model", "m.npz", "--initial-state", "s.json"),
        ("x.csv", "--model", "m.npz", "--initial-state", "s.npz"),
        ("case.toml",),
        ("file.toml",),
        ("other.toml", "--initial-state", "s.json"),
        ("both.toml",),
    ],
)
def test_a_network_begins_with_the_state_it_is_given(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("case.toml").write_text(CASE.format("", "state = { s = [0.6] }"))
    Path("file.toml").write_text(CASE.format('initial_state = "s.npz"', ""))
    Path("other.toml").write_text(CASE.format("", "state = { s = [0.1] }"))
    Path("both.toml").write_text(CASE.format('initial_state = "s.npz"', "state = { s = [0.1] }"))
    one, two = printed(capsys, *words)
    assert one["s_prev"] == [0.6]
    assert one["s"] == pytest.approx([S[0]], abs=5e-8)
    assert two["s"] == pytest.approx([S[1]], abs=5e-8)


def test_every_layer_of_a_random_stack_begins_with_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.json").write_text('{"layer1/s": [0.5, -0.5], "c": [0.25, 0.75, -1], "layer2": {"s": [1, 0, -1]}}')
    words = ("x.csv", "--cell", "elman,lstm,dense", "--hidden", "2,3,1", "--initial-state", "s.json", "--seed", "7")
    elman, lstm, _ = printed(capsys, *words, "--weights")[:3]
    assert elman["s_prev"] == [0.5, -0.5]
    assert (lstm["s_prev"], lstm["c_prev"]) == ([1, 0, -1], [0.25, 0.75, -1])
    own = {name: np.array(value) for name, value in elman["parameters"].items()}
    by_hand = np.tanh(own["W"] @ [1.0] + own["U"] @ [0.5, -0.5] + own["b"])
    assert np.allclose(elman["s"], by_hand, rtol=0, atol=1e-14)


def test_what_is_not_named_is_zeros(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.json").write_text('{"c": [0.5]}')
    first = printed(capsys, "x.csv", "--cell", "lstm", "--hidden", "1", "--initial-state", "s.json")[0]
    assert (first["c_prev"], first["s_prev"]) == ([0.5], [0.0])


def test_every_epoch_begins_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.csv").write_text("x,target\n1.0,0.5\n0.5,0.25\n")
    words = ("x.csv", "--hidden", "1", "--initial-state", "s.json", "--learn", "--epochs", "3")
    found = printed(capsys, *words)
    assert [each["s_prev"] for each in found if each["t"] == 1] == [[0.6]] * 3


def begun(**blueprint: Any) -> Session:
    return Session(Recipe(Source("x.csv"), Blueprint(**blueprint)))


@pytest.mark.parametrize("blueprint", [{"hidden": (1,)}, {"model": "m.npz"}])
def test_the_session_keeps_it(blueprint: dict[str, Any]) -> None:
    session = begun(**blueprint, initial_state="s.json")
    write_session(session, "kept.toml")
    assert 'initial_state = "s.json"' in Path("kept.toml").read_text()
    again = read_session("kept.toml")
    assert again.recipe.build().initial_state[0]["s"].tolist() == [0.6]
    write_session(again, "again.toml")
    assert Path("again.toml").read_text() == Path("kept.toml").read_text()


def test_it_stays_where_the_network_learns_and_gets_a_readout() -> None:
    Path("x.csv").write_text("x,target\n1.0,0.5\n0.5,0.25\n")
    Path("s2.json").write_text('{"s": [0.6, 0.1]}')
    stepper = Stepper(begun(hidden=(2,), initial_state="s2.json"))
    stepper.press("T")
    run: Run = stepper.here.run
    assert len(run.network.layers) == 2
    assert run.initial_state[0]["s"].tolist() == [0.6, 0.1]


def test_another_cell_begins_with_zeros(capsys: pytest.CaptureFixture[str]) -> None:
    write_session(begun(hidden=(1,), initial_state="s.json"), "kept.toml")
    assert printed(capsys, "kept.toml", "--cell", "gru")[0]["s_prev"] == [0.0]


@pytest.mark.parametrize(
    ("content", "cells", "sentence"),
    [
        ({"s": [0.1, 0.2]}, "elman", "bad.json, layer 1: s has shape (2,); (1,) is needed"),
        ({"h": [0.1]}, "elman,elman", "bad.json, 'h': is no state of the network; known are layer1/s, layer2/s"),
        ({"s": [0.1]}, "elman,elman", "bad.json, 's': is a state of layers 1, 2; name the layer, layer1/s"),
        (
            {"layer3/s": [0.1]},
            "elman,elman",
            "bad.json, 'layer3/s': is no state of the network; known are layer1/s, layer2/s",
        ),
        (
            {"layer1/s": [0.1], "layer1": {"s": [0.1]}},
            "elman,elman",
            "bad.json, layer1/s: is there twice; each state is named once",
        ),
        ({"layer1/s": 0.1}, "elman,elman", "bad.json, 'layer1/s': is no list of numbers; "),
        ({"layer1/s": [[0.1]]}, "elman,elman", "bad.json, 'layer1/s': is no list of numbers; "),
        ({"layer1/s": [True]}, "elman,elman", "bad.json, 'layer1/s': is no list of numbers; "),
        (
            {"layer1/s": [float("nan")]},
            "elman,elman",
            "bad.json, layer1/s[1]: nan is not finite; --allow-nonfinite lets it in",
        ),
        (
            {"layer1/s": [10**400]},
            "elman,elman",
            "bad.json, 'layer1/s': has a number that is too large; a float is needed",
        ),
        ([0.1], "elman,elman", "bad.json: holds no states by name; "),
    ],
)
def test_states_that_do_not_fit(content: Any, cells: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.json").write_text(json.dumps(content))
    words = ("--cell", cells, "--hidden", cells.replace("elman", "1"), "--initial-state", "bad.json")
    assert refused(capsys, "x.csv", *words).startswith(sentence)


def archive(states: Any) -> bytes:
    """An .npz of s."""
    file = BytesIO()
    np.savez(file, s=states)
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "no such file"),
        (Path.mkdir, "is not an ordinary file"),
        (lambda path: path.write_text("{"), "is not JSON"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), "is not a whole .npz file"),
        (lambda path: path.write_bytes(archive(np.ones((1, 1)))), r"s: has shape \(1, 1\); one vector is needed"),
        (lambda path: path.write_bytes(archive(np.array(["a"]))), "s: holds strings"),
        (lambda path: path.write_bytes(archive(np.array([None]))), "s: holds "),
    ],
)
def test_files_that_hold_no_states(make: Callable[[Path], object], sentence: str) -> None:
    make(Path("bad"))
    with pytest.raises(LoadError, match=sentence):
        load_initial_state("bad", Network.random("elman", 1, 1), 1)


def test_a_session_reads_no_states_outside_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in").mkdir()
    Path("in/s.toml").write_text(CASE.format('initial_state = "../s.json"', ""))
    why = "in/s.toml, line 5: '../s.json' is outside the session's folder and may not be read"
    assert refused(capsys, "in/s.toml").startswith(why)
    assert printed(capsys, "in/s.toml", "--allow-outside")[0]["s_prev"] == [0.6]


def test_what_is_read_is_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(capsys, "x.csv", "--hidden", "1", "--initial-state", "s.json", "-o", "s.json")
    assert told.startswith("s.json: is read by this very command")
    assert json.loads(Path("s.json").read_text()) == {"s": [0.6]}
