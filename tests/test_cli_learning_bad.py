"""Learning that cannot be, that breaks and that is stopped: one sentence, and nothing is lost that was learned."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from test_cli import refused
from test_cli_process import command, environment

from rnn_tui import Network, load_network, load_sequence, save_network
from rnn_tui.cli.main import main
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer

FILES = {
    "plain.csv": "1,2\n3,4\n",
    "a.txt": "a",
    "nan.csv": "x,target\n1,nan\n",
    "infinite.csv": "x,target\n1,inf\n",
    "words.csv": "x,target\n1,high\n",
    "classes.csv": "x,target\n1,0\n2,3\n",
    "halves.csv": "x,target\n1,0.5\n2,1\n",
    "negative.csv": "x,target\n1,-1\n",
}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["plain.csv"], "plain.csv: there are no targets to learn; "),
        (["a.txt"], "a.txt: no timestep has a target to learn; one of them needs some"),
        (["nan.csv"], "nan.csv: no timestep has a target to learn; one of them needs some"),
        (["infinite.csv"], "infinite.csv, line 2, column 2: the target is infinite; "),
        (["words.csv"], "words.csv, line 2, column 2: 'high' is not a number"),
        (["hello.txt"], "hello.txt: the targets have 4 columns and y has 3 numbers; "),
        (
            ["hello.txt", "--cell", "elman,dense", "--hidden", "3,2"],
            "hello.txt: the targets have 4 columns and y has 2",
        ),
        (["hello.txt", "--hidden", "4", "--loss", "cross-entropy"], "--loss, t = 1: cross-entropy needs a y that is a"),
        (
            ["classes.csv", "--cell", "softmax", "--hidden", "3"],
            "classes.csv, t = 2: the target 3 is no class; classes",
        ),
        (["halves.csv", "--cell", "softmax", "--hidden", "3"], "halves.csv, t = 1: the target 0.5 is no class; "),
        (["negative.csv", "--cell", "softmax", "--hidden", "3"], "negative.csv, t = 1: the target -1 is no class; "),
        (["sine", "--hidden", "1", "--truncate", "49"], "--truncate: 49 is no number of timesteps of this sequence; "),
        (["sine", "--hidden", "1", "--truncate", "-1"], "--truncate: -1 is no number of timesteps of this sequence; "),
        (["sine", "--cell", "elman:reverse", "--hidden", "1"], "--truncate: a layer that runs backwards in time needs"),
        (["sine", "--rate", "-1"], "--rate: -1 makes no sense; a number of 0 or more does"),
        (["sine", "--rate", "nan"], "--rate: nan makes no sense; a number of 0 or more does"),
        (["sine", "--rate", "fast"], "argument --rate: invalid float value: 'fast'; see rnn-tui run --help"),
        (["sine", "--clip", "inf"], "--clip: inf makes no sense; a number of 0 or more does"),
        (["sine", "--momentum", "1"], "--momentum: 1 makes no sense; 0 up to 1 does"),
        (
            ["sine", "--optimizer", "adam", "--momentum", "0.9"],
            "--momentum: adam has a momentum of its own; it goes with --optimizer sgd",
        ),
        (["sine", "--optimizer", "sdg"], "--optimizer: sdg is not known; known are sgd, adam"),
        (["sine", "--loss", "mae"], "--loss: mae is not known; known are sse, half-sse, mse, cross-entropy"),
        (["sine", "--epochs", "0"], "--epochs: 0 is no number of epochs; 1 to 1000000 are"),
        (["sine", "--hidden", "1", "--epochs", "3", "--epoch", "4"], "--epoch: there is no epoch 4; there are 1 to 3"),
        (["sine", "--hidden", "1", "--epoch", "0"], "--epoch: there is no epoch 0; there are 1 to 1, all and last"),
        (["sine", "--hidden", "1", "--epoch", "one"], "--epoch: 'one' is no whole number"),
        (["sine", "--hidden", "1", "--from", "99"], "--from: 99 is no timestep; 1 to 48 are"),
        (["sine", "--save", "M.onnx"], "M.onnx: a network is written as .npz; end the name with it"),
        (["sine", "--save", "none/M.npz"], "none/M.npz: cannot be written: No such file or directory"),
        (["sine", "--check-gradients", "--save", "M.npz"], "--save: does not go with --check-gradients; nothing is"),
        (["sine", "--check-gradients", "--gradients"], "--gradients: does not go with --check-gradients; nothing is"),
        (["plain.csv", "--check-gradients"], "plain.csv: there are no targets to learn; "),
        (["sine", "--model", "M.npz"], "M.npz: no such file; a network is needed, "),
        (["sine", "--model", "plain.csv"], "plain.csv: is not a whole .npz file; "),
        (
            ["sine", "--model", "M.npz", "--cell", "lstm"],
            "--cell: does not go with --model; the model has its own cells",
        ),
        (["sine", "--model", "M.npz", "--seed", "0"], "--seed: does not go with --model; the model has its own cells"),
        (["sine", "--model", "four.npz"], "sine.csv: x has 1 columns; elman takes 4 inputs"),
        (["hello", "--model", "four.npz"], "hello.txt: the targets have 4 columns and y has 3 numbers; "),
    ],
)
def test_learning_that_cannot_be(
    words: list[str],
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    save_network(Network.random("elman", 4), "four.npz")
    assert refused(capsys, "run", *words, "--learn").startswith(sentence)
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "four.npz"}


@pytest.mark.parametrize("name", ["run", "snapshot", ""])
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rate", "0.1"),
        ("--truncate", "1"),
        ("--loss", "sse"),
        ("--optimizer", "sgd"),
        ("--epochs", "1"),
        ("--momentum", "0"),
        ("--clip", "0"),
    ],
)
def test_how_to_learn_says_nothing_without_learn(
    name: str, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*name.split(), "hello.txt", option, value, *(["-o", "never.svg"] if name == "snapshot" else [])]
    assert refused(capsys, *words) == f"{option}: says how to learn; add --learn"


@pytest.mark.parametrize("words", [["--epoch", "last"], ["--gradients"], ["--save", "M.npz"]])
def test_what_was_learned_is_not_there_without_learn(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "run", "hello.txt", *words) == f"{words[0]}: shows what was learned; add --learn"


@pytest.mark.parametrize("words", [["--epoch", "last"], ["--gradients"], ["--save", "M.npz"], ["--epochs", "3"]])
def test_a_session_that_learns_needs_no_learn(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.toml").write_text("version = 1\n[network]\ncell = 'elman,softmax'\n[learning]\nepochs = 2\n")
    options = ["hello.txt", "--cell", "elman,softmax", "--learn", "--epochs", "2", *words]
    outputs = []
    for given in (["s.toml", *words], options):
        assert main(["run", *given, "--format", "jsonl", "--weights"]) == 0
        kept = Path("M.npz").read_bytes() if Path("M.npz").exists() else b""
        Path("M.npz").unlink(missing_ok=True)
        outputs.append((capsys.readouterr(), kept))
    assert outputs[0] == outputs[1]
    assert outputs[0][0].out.count("\n") > 0
    assert (outputs[0][1] != b"") == (words[0] == "--save")


@pytest.mark.parametrize(("truncate", "rate"), [(1, 1000.0), (2, 1000.0), (0, 1e200), (1, 1.5)])
def test_a_rate_that_explodes(truncate: int, rate: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sequence = load_sequence("sine")
    learning = Learning("sse", truncate, 40, Optimizer(rate=rate))
    oracle = Learner(Network.random(["elman", "dense"], 1, [3], 0, 1), sequence, learning)
    with np.errstate(all="ignore"):
        while oracle.advance():
            pass
        assert oracle.broken is not None
        epoch, t = oracle.broken
        learned = oracle.learned()
    words = ["sine", "--cell", "elman,dense", "--learn", "--truncate", str(truncate), "--rate", repr(rate)]
    for chosen in ("all", "last"):
        path = tmp_path / f"{chosen}.npz"
        more = ["--epochs", "40", "--epoch", chosen, "--save", str(path), "--allow-nonfinite", "--format", "jsonl"]
        assert main(["run", *words, *more]) == 2
        printed = capsys.readouterr()
        assert printed.err == (
            f"rnn-tui: epoch {epoch}, t = {t}: a number is not finite, and learning stops here; "
            "a smaller --rate or --clip 1 may help\n"
        )
        found = [json.loads(line) for line in printed.out.splitlines()]
        assert (found[-1]["epoch"], found[-1]["t"]) == (epoch, t)
        assert len(found) == 2 * ((epoch - 1) * 48 * (chosen == "all") + t)
        assert path.exists() == (epoch > 1)  # before that there is nothing that was learned
        if epoch > 1:
            kept = load_network(path).layers[0].parameters["U"]
            assert kept.tobytes() == learned.layers[0].parameters["U"].tobytes()


def test_a_timestep_after_the_end_of_an_epoch_that_broke(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sunspots", "--cell", "elman,dense", "--learn", "--rate", "1000", "-o", "never.svg"]
    assert refused(capsys, "snapshot", *words, "--at", "42") == (
        "--at, t = 42: epoch 1 stops at t = 41, where a number is not finite; a smaller --rate or --clip 1 may help"
    )


def test_learning_from_a_number_that_is_not_finite_does_not_blame_the_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nan.csv").write_text("x,target\n1,1\nnan,1\n1,1\n")
    words = ["run", str(tmp_path / "nan.csv"), "--cell", "elman,dense", "--learn", "--allow-nonfinite"]
    assert main([*words, "--format", "csv"]) == 2
    printed = capsys.readouterr()
    assert [line.split(",")[0] for line in printed.out.splitlines()] == ["t", "1", "2"]
    assert printed.err == "rnn-tui: epoch 1, t = 2: a number is not finite, and learning stops here\n"


@pytest.mark.parametrize(("epoch", "written"), [("all", {1, 2, 3}), ("last", {3}), ("2", {2}), ("50", set())])
def test_ctrl_c_keeps_what_was_learned(
    epoch: str,
    written: set[int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def report(bar: ProgressBar, done: int, whole: int) -> None:
        if bar.doing == "learning" and done == 3:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ProgressBar, "report", report)
    path = str(tmp_path / "M.npz")
    words = ["hello.txt", "--cell", "elman,softmax", "--learn", "--save", path, "--epochs", "100", "--epoch", epoch]
    assert main(["run", *words, "--format", "jsonl"]) == 130
    printed = capsys.readouterr()
    assert printed.err == "rnn-tui: stopped after epoch 3 of 100\n"
    assert {json.loads(line)["epoch"] for line in printed.out.splitlines()} == written
    oracle = Learner(
        Network.random(["elman", "softmax"], 4, 3, 0, 4), load_sequence("hello"), Learning("cross-entropy", 1, 100)
    )
    for layer, kept in zip(oracle.epoch(3).after.layers, load_network(path).layers, strict=True):
        assert all(array.tobytes() == kept.parameters[name].tobytes() for name, array in layer.parameters.items())


def test_the_bar_counts_epochs_until_ctrl_c(tmp_path: Path) -> None:
    path = tmp_path / "M.npz"
    words = command("run", "hello.txt", "--cell", "elman,softmax", "--learn", "--epochs", "1000000", "--epoch", "last")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*words, "--format", "csv", "--save", str(path)], stdout=subprocess.PIPE, stderr=theirs, env=environment()
    ) as running:
        seen = b""
        while b"learning [" not in seen:
            seen += os.read(ours, 4096)
        running.send_signal(signal.SIGINT)
        try:
            printed, _ = running.communicate(timeout=60)
        finally:
            running.kill()
    os.close(theirs)
    os.close(ours)
    assert running.returncode == 130
    assert len(printed.splitlines()) == 6
    assert load_network(path).layers[0].cell.name == "elman"
