"""`rnn-tui run --learn`: what it writes is what `core.learning` computes, to the bit, and plain arithmetic agrees."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui import Layer, Network, Simulator, load_network, load_sequence, save_network
from rnn_tui.cli.main import main
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.files.samples import sample_folder

Line = dict[str, Any]
HELLO = ("hello.txt", "--cell", "lstm,softmax", "--hidden", "2")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["run", *words]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[Line]:
    return [json.loads(line) for line in run(capsys, *words, "--format", "jsonl").splitlines()]


def learner(sample: str, cells: list[str], hidden: list[int], learning: Learning) -> Learner:
    sequence = load_sequence(sample)
    assert sequence.targets is not None
    network = Network.random(cells, sequence.input_size, hidden, 0, sequence.targets.shape[1])
    return Learner(network, sequence, learning)


def hexadecimal(values: Any) -> list[str]:
    return [float(value).hex() for value in np.asarray(values, float).flat]


@pytest.mark.parametrize(
    ("words", "learning"),
    [
        ([], Learning("cross-entropy")),
        (["--rate", "0.5", "--epochs", "3"], Learning("cross-entropy", 1, 3, Optimizer("sgd", 0.5))),
        (["--truncate", "2", "--epochs", "2"], Learning("cross-entropy", 2, 2)),
        (["--truncate", "0", "--loss", "sse", "--epochs", "2"], Learning("sse", 0, 2)),
        (["--truncate", "5", "--loss", "mse", "--momentum", "0.9"], Learning("mse", 5, 1, Optimizer(momentum=0.9))),
        (
            ["--optimizer", "adam", "--rate", "0.01", "--clip", "0.5", "--epochs", "2"],
            Learning("cross-entropy", 1, 2, Optimizer("adam", 0.01, clip=0.5)),
        ),
    ],
)
def test_every_number_is_that_of_the_core(
    words: list[str], learning: Learning, capsys: pytest.CaptureFixture[str]
) -> None:
    found = lines(capsys, *HELLO, "--learn", *words, "--weights", "--gradients")
    oracle = learner("hello.txt", ["lstm", "softmax"], [2], learning)
    expected = itertools.product(range(1, learning.epochs + 1), range(1, 6), (1, 2))
    for line, (number, t, layer) in zip(found, expected, strict=True):
        epoch = oracle.epoch(number)
        assert (line["t"], line["layer"], line.get("epoch", 1)) == (t, layer, number)
        assert ("epoch" in line) == (learning.epochs > 1)
        update = epoch.updates[(t - 1) // (learning.truncate or 5)]
        used = update.window.network.layers[layer - 1].parameters
        assert list(line["parameters"]) == list(used)
        for name in used:
            assert hexadecimal(line["parameters"][name]) == hexadecimal(used[name])
        back = update.back()
        adjoint = back.adjoints[layer - 1][t - update.window.first]
        slopes = line["gradients"]
        named = {"y": adjoint.y, **{s: adjoint.named[s] for s in adjoint.local}}
        named |= {f"{s}_local": array for s, array in adjoint.local.items()}
        named |= {f"{s}_later": array for s, array in adjoint.later.items()}
        for name, array in named.items():
            assert hexadecimal(slopes[name]) == hexadecimal(array)
        for name, array in adjoint.parameters.items():
            assert hexadecimal(slopes["parameters"][name]) == hexadecimal(array)
        if layer == 2:
            assert line["loss"].hex() == float(epoch.losses[t - 1]).hex()
            assert (line["target"] is None) == (t == 5)
            assert t == 5 or line["target"] == oracle.targets[t - 1].tolist()


def test_the_keys_stand_in_the_order_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--learn", "--values", "--weights", "--gradients", "--epochs", "2", "--to", "1"]
    first, second, *_ = lines(capsys, *HELLO, *words)
    common = ["t", "layer", "label", "x", "s_prev", "s"]
    assert list(first) == [*common, "c_prev", "c", "y", "values", "parameters", "epoch", "gradients"]
    assert list(second) == [*common, "y", "values", "parameters", "target", "loss", "epoch", "gradients"]
    states = ["y", "s", "s_local", "s_later", "c", "c_local", "c_later", "parameters"]
    assert list(first["gradients"]) == states
    assert list(second["gradients"]) == ["y", "parameters"]
    plain = lines(capsys, *HELLO, "--learn", "--to", "1")
    assert list(plain[0]) == [*common, "c_prev", "c", "y"]
    assert list(plain[1]) == [*common, "y", "target", "loss"]


@pytest.mark.parametrize(("momentum", "clip"), [(0.0, 0.0), (0.9, 0.0), (0.0, 0.3), (0.5, 0.3)])
def test_the_first_updates_by_hand(momentum: float, clip: float, capsys: pytest.CaptureFixture[str]) -> None:
    # one dense layer: y = W x + b, L = sum (y - target)^2, dL/dW = 2 (y - target) x^T, dL/db = 2 (y - target)
    words = ["--cell", "dense", "--learn", "--rate", "0.05", "--weights", "--gradients", "--epochs", "2"]
    found = lines(capsys, "seed-picture", *words, "--momentum", str(momentum), "--clip", str(clip))
    weights, bias = (np.array(found[0]["parameters"][name]) for name in ("W", "b"))
    velocity = np.zeros((3, 5))
    for line in found:
        x, target = np.array(line["x"]), np.array(line["target"])
        y = weights @ x + bias
        error = y - target
        np.testing.assert_allclose(line["y"], y, rtol=1e-12)
        np.testing.assert_allclose(line["parameters"]["W"], weights, rtol=1e-12)
        np.testing.assert_allclose(line["loss"], (error**2).sum(), rtol=1e-12)
        np.testing.assert_allclose(line["gradients"]["y"], 2 * error, rtol=1e-12)
        np.testing.assert_allclose(line["gradients"]["parameters"]["W"], np.outer(2 * error, x), rtol=1e-12)
        slope = np.column_stack((np.outer(2 * error, x), 2 * error))
        norm = np.sqrt((slope**2).sum())
        velocity = momentum * velocity + slope * (min(1.0, clip / (norm + 1e-6)) if clip else 1.0)
        weights, bias = weights - 0.05 * velocity[:, :4], bias - 0.05 * velocity[:, 4]


def test_the_way_back_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--cell", "elman,dense", "--learn", "--truncate", "0", "--epochs", "2", "--rate", "0.01"]
    found = [line for line in lines(capsys, "echo2", *words, "--weights", "--gradients") if line["layer"] == 1]
    first, second = found[:40], found[40:]
    for here, after in itertools.pairwise(first):
        slope = here["gradients"]
        np.testing.assert_allclose(slope["s"], np.add(slope["s_local"], slope["s_later"]), rtol=1e-12)
        # s_later = U^T (dL/ds_(t+1) * (1 - s_(t+1)^2))
        inner = np.array(after["gradients"]["s"]) * (1 - np.array(after["s"]) ** 2)
        np.testing.assert_allclose(slope["s_later"], np.array(after["parameters"]["U"]).T @ inner, rtol=1e-9)
    assert first[-1]["gradients"]["s_later"] == [0, 0, 0]
    for name in ("W", "U", "b"):
        whole = sum(np.array(line["gradients"]["parameters"][name]) for line in first)
        moved = np.array(first[0]["parameters"][name]) - 0.01 * whole
        np.testing.assert_allclose(second[0]["parameters"][name], moved, rtol=1e-12)


@pytest.mark.parametrize("layer", ["1", "2", "all"])
def test_every_format_says_the_same(layer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*HELLO, "--learn", "--epochs", "2", "--weights", "--gradients", "--layer", layer]
    expected: list[dict[str, list[str]]] = []
    for line in lines(capsys, *words):
        slopes = line.pop("gradients")
        named = line | line.pop("parameters") | {f"d_{k}": v for k, v in (slopes | slopes.pop("parameters")).items()}
        if "target" in named and named["target"] is None:
            named["target"] = [float("nan")] * 4
        del named["label"]
        expected.append({name: hexadecimal(value) for name, value in named.items() if value != []})

    found: list[dict[str, list[str]]] = []
    header: list[str] = []
    for row in csv.reader(io.StringIO(run(capsys, *words, "--format", "csv"))):
        if row[0] == "t":
            header = row
            continue
        cells: dict[str, dict[tuple[int, ...], str]] = {}
        for name, cell in zip(header, row, strict=True):
            if name != "label" and cell:
                place = tuple(map(int, re.findall(r"_([0-9]+)(?=_|$)", name)))
                cells.setdefault(re.sub(r"(_[0-9]+)+$", "", name), {})[place] = float(cell).hex()
        found.append({name: [own[place] for place in sorted(own)] for name, own in cells.items()})
    assert found == expected

    run(capsys, *words, "--format", "npz", "-o", str(tmp_path / "out.npz"))
    with np.load(tmp_path / "out.npz") as arrays:
        rows: dict[str, int] = {}
        for line in expected:
            number = str(int(float.fromhex(line.pop("layer")[0])))
            prefix = f"layer{number}/" if layer == "all" else ""
            index = rows.setdefault(number, 0)
            rows[number] += 1
            for name, value in line.items():
                assert hexadecimal(arrays[prefix + name][index]) == value
        assert all(array.dtype.kind == "i" for name, array in arrays.items() if name.endswith(("epoch", "/t")))


def test_the_table_names_the_epoch_in_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*HELLO, "--learn", "--epochs", "2", "--digits", "3"]
    blocks = run(capsys, *words).strip().split("\n\n")
    headings = [f"t = {t}  epoch {epoch}  {label!r}" for epoch in (1, 2) for t, label in enumerate("hello", 1)]
    assert [block.split("\n")[0] for block in blocks] == headings
    assert [line.split()[0] for line in blocks[0].split("\n")[1:]] == ["x", "s_prev", "s", "y", "target", "loss"]
    assert "  target  nan  nan  nan  nan" in blocks[4]


def test_which_epochs_and_timesteps_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sine", "--cell", "elman,dense", "--learn", "--epochs", "3"]
    every = lines(capsys, *words)
    assert lines(capsys, *words, "--epoch", "all") == every
    assert lines(capsys, *words, "--epoch", "last") == [line for line in every if line["epoch"] == 3]
    assert lines(capsys, *words, "--epoch", "2") == [line for line in every if line["epoch"] == 2]
    assert lines(capsys, *words, "--from", "3", "--to", "4") == [line for line in every if line["t"] in (3, 4)]
    assert main(["run", *words, "--epoch", "last", "--break", "any(y > 0.5)", "--format", "jsonl"]) == 0
    held = capsys.readouterr()
    times = {line["t"] for line in every if line["epoch"] == 3 and line["layer"] == 2 and line["y"][0] > 0.5}
    assert {json.loads(line)["t"] for line in held.out.splitlines()} == times != set()
    counted = f"{len(times)} of {max(line['t'] for line in every)} timesteps, t = {min(times)} to {max(times)}"
    assert held.err == f"any(y > 0.5): holds at {counted}\n"


@pytest.mark.parametrize(
    ("cells", "options", "loss"),
    [
        ("elman,softmax", [], "cross-entropy"),
        ("elman,dense", [], "sse"),
        ("elman,softmax", ["--loss", "sse"], "sse"),
        ("elman,dense", ["--loss", "mse"], "mse"),
    ],
)
def test_the_loss_follows_the_last_layer_unless_named(
    cells: str, options: list[str], loss: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = lines(capsys, "hello.txt", "--cell", cells, "--learn", *options)
    line = found[1]
    y, target = np.array(line["y"]), np.array(line["target"])
    error = ((y - target) ** 2).sum()
    assert line["loss"] == pytest.approx({"sse": error, "mse": error / 4}.get(loss) or -np.log(y[target == 1][0]))


def test_targets_may_be_class_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    # parity's one column of targets is 0 or 1: two classes
    _, line = lines(capsys, "parity", "--cell", "elman,softmax", "--learn", "--to", "1")
    number = int(load_sequence("parity").targets[0, 0])  # type: ignore[index]
    assert line["target"] == [float(number == 0), float(number == 1)]
    assert line["loss"] == pytest.approx(-np.log(line["y"][number]))


def test_what_was_learned_is_kept_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "M.npz")
    run(capsys, *HELLO, "--learn", "--epochs", "3", "--save", path)
    oracle = learner("hello.txt", ["lstm", "softmax"], [2], Learning("cross-entropy", 1, 3))
    oracle.epoch(3)
    learned = oracle.learned()
    for layer, kept in zip(learned.layers, load_network(path).layers, strict=True):
        assert all(array.tobytes() == kept.parameters[name].tobytes() for name, array in layer.parameters.items())
    simulator = Simulator(learned, load_sequence("hello"))
    for line in lines(capsys, "hello.txt", "--model", path, "--layer", "2"):
        assert hexadecimal(line["y"]) == hexadecimal(simulator.at(line["t"]).y)
    # the loss goes on where it was, and the file may be the same one
    more = lines(capsys, "hello.txt", "--model", path, "--learn", "--save", path, "--weights", "--layer", "2")
    assert hexadecimal(more[0]["parameters"]["W"]) == hexadecimal(learned.layers[1].parameters["W"])
    assert load_network(path).layers[1].parameters["W"].tobytes() != learned.layers[1].parameters["W"].tobytes()
    for name in ("a.txt", "b.txt"):
        extra = ["--learn", "--epochs", "2"] if name == "b.txt" else []
        assert main(["snapshot", "hello.txt", "--model", path, *extra, "--at", "2", "-o", str(tmp_path / name)]) == 0


def test_single_precision_stays_single(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = Network.random(["elman", "softmax"], 4, 3, 0, 4)
    single = [Layer(a.cell, {k: v.astype(np.float32) for k, v in a.parameters.items()}) for a in network.layers]
    save_network(Network(single), tmp_path / "M.npz")
    words = ["hello.txt", "--model", str(tmp_path / "M.npz")]
    found = lines(capsys, *words, "--learn", "--weights", "--save", str(tmp_path / "N.npz"))
    assert load_network(tmp_path / "N.npz").dtype == np.float32
    assert all(float(np.float32(y)) == y for line in found for y in line["y"])
    assert largest(run(capsys, *words, "--check-gradients")) < 1e-6


def largest(text: str) -> float:
    line = text.rstrip("\n")
    found = re.fullmatch(
        r"largest relative difference to central differences: (\S+)( at layer \d, \w+\[\d+(, \d+)?\])? \((\S+)\)", line
    )
    assert found
    return float(found[1])


@pytest.mark.parametrize("cells", ["elman,softmax", "lstm-peephole,dense", "gru:concat,softmax", "elman:reverse,dense"])
def test_gradients_are_checked_by_central_differences(cells: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["hello.txt", "--cell", cells, "--hidden", "2", "--check-gradients"]
    assert largest(run(capsys, *words)) < 1e-6
    assert largest(run(capsys, *words, "--loss", "sse")) < 1e-6


README = (sample_folder() / "README.md").read_text("utf-8")
LEARNED: list[tuple[str, str, str]] = re.findall(r"(?m)^\| `rnn-tui (run .*?)` \| ([0-9.]+) \| ([0-9.]+) \|", README)
assert [command.split()[1] for command, _, _ in LEARNED] == ["echo2", "hello", "parity"]


@pytest.mark.parametrize(("command", "first", "last"), LEARNED)
def test_a_sample_reaches_the_number_its_line_promises(
    command: str, first: str, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(command)[1:]
    assert words[-2:] == ["--epoch", "last"]
    for epochs, promised in ((["--epochs", "1"], first), ([], last)):
        found = [line for line in lines(capsys, *words, *epochs, "--seed", "0") if "loss" in line]
        assert sum(line["loss"] for line in found) == pytest.approx(float(promised), rel=0.05)
    reached = [line for line in found if line["target"] is not None]
    if words[0] == "hello":
        assert all(np.argmax(line["y"]) == np.argmax(line["target"]) for line in reached)
    else:
        within = {"echo2": 0.2, "parity": 0.04}[words[0]]
        assert all(abs(line["y"][0] - line["target"][0]) < within for line in reached)
