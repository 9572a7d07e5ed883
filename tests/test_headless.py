"""`rnn-tui run`: four formats that say the same, to the bit, and nothing but what the simulator computed."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui import Layer, Network, Sequence, Simulator, Step, load_sequence
from rnn_tui.cli.main import main
from rnn_tui.cli.writing import Choice, write_run
from rnn_tui.core.run import Run
from rnn_tui.files.samples import sample_names

FORMATS = ("table", "jsonl", "csv", "npz")
TWO_STATES = '''equations = """
c[t] = 0.5 * c[t-1] + W @ x[t]
s[t] = tanh(c[t])
y[t] = s[t]
"""
[parameters]
W = ["H", "I"]
[state]
s = ["H"]
c = ["H"]
'''

Read = dict[tuple[int, int], dict[str, list[str]]]
"""(t, layer) to name to numbers as hexadecimal text, which is equal only where every bit is."""


def hexadecimal(values: Any) -> list[str]:
    return [float(value).hex() for value in np.asarray(values, float).flat]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["run", *words]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def read_jsonl(path: Path, layers: int) -> Read:
    result: Read = {}
    for line in path.read_text("utf-8").splitlines():
        whole = json.loads(line)
        named = whole.pop("values") | whole.pop("parameters") | whole
        t, layer, label = named.pop("t"), named.pop("layer"), named.pop("label")
        assert isinstance(label, str)
        result[t, layer] = {name: hexadecimal(value) for name, value in named.items()}
    return result


def read_csv(path: Path, layers: int) -> Read:
    result: Read = {}
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
    for row in rows:
        values: dict[str, dict[tuple[int, ...], str]] = {}
        for name, cell in zip(header[3:], row[3:], strict=True):
            if cell:  # else another layer has that column
                place = tuple(map(int, re.findall(r"_([0-9]+)(?=_|$)", name)))
                values.setdefault(re.sub(r"(_[0-9]+)+$", "", name), {})[place] = float(cell).hex()
        result[int(row[0]), int(row[1])] = {name: [own[place] for place in sorted(own)] for name, own in values.items()}
    return result


def read_npz(path: Path, layers: int) -> Read:
    result: Read = {}
    with np.load(path) as arrays:
        for key in arrays:
            prefix, slash, name = key.rpartition("/")
            layer = int(prefix.removeprefix("layer")) if slash else layers
            if name not in ("t", "label"):
                for t, row in zip(arrays[f"{prefix}{slash}t"], arrays[key], strict=True):
                    result.setdefault((int(t), layer), {})[name] = hexadecimal(row)
    return result


def read_table(path: Path, layers: int) -> Read:
    result: Read = {}
    for block in path.read_text("utf-8").strip().split("\n\n"):
        first, *lines = block.split("\n")
        heading = re.match(r"t = (\d+)(?:  layer (\d+))?", first)
        assert heading
        values = result[int(heading[1]), int(heading[2] or layers)] = {}
        name = ""
        for line in lines:
            words = line.split()
            name = words.pop(0) if line[2] != " " else name  # a blank begins a further row of the same matrix
            values.setdefault(name, []).extend(float(word).hex() for word in words)
    return result


READERS = {"table": read_table, "jsonl": read_jsonl, "csv": read_csv, "npz": read_npz}


def numbers_of(step: Step) -> dict[str, list[str]]:
    """What a step holds, from its public attributes."""
    named = {"x": step.x, "s_prev": step.s_prev, "s": step.s, "y": step.y}
    return {name: hexadecimal(array) for name, array in {**step.values, **step.parameters, **named}.items()}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("sample", sample_names())
def test_every_format_is_the_simulation_to_the_bit(
    sample: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--cell", "elman,dense", "--hidden", "3,2", "--seed", "3", "--values", "--weights", "--layer", "all"]
    assert run(capsys, sample, *options, "--format", form, "-o", str(tmp_path / "out")) == ""
    sequence = load_sequence(sample)
    simulator = Simulator(Network.random(["elman", "dense"], sequence.input_size, [3, 2], 3), sequence)
    read = READERS[form](tmp_path / "out", 2)
    assert set(read) == {(t, layer) for t in range(1, len(sequence) + 1) for layer in (1, 2)}
    for (t, layer), named in read.items():
        expected = numbers_of(simulator.at(t).layers[layer - 1])
        # a table, whose columns are numbers, has no column for an empty state
        assert {k: v for k, v in named.items() if v} == {k: v for k, v in expected.items() if v}


def test_json_lines_have_the_keys_of_the_contract_in_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "hello.txt", "--format", "jsonl").splitlines()
    assert [list(json.loads(line)) for line in lines] == [["t", "layer", "label", "x", "s_prev", "s", "y"]] * 5
    assert [json.loads(line)["label"] for line in lines] == list("hello")
    first = json.loads(lines[0])
    assert (first["t"], first["layer"], first["x"], first["s_prev"]) == (1, 1, [0, 1, 0, 0], [0, 0, 0])  # e h l o
    (line,) = run(capsys, "hello.txt", "--format", "jsonl", "--values", "--weights", "--to", "1").splitlines()
    assert list(json.loads(line))[7:] == ["values", "parameters"]
    assert list(json.loads(line)["values"]) == ["z", "s", "y"]
    assert np.shape(json.loads(line)["parameters"]["W"]) == (3, 4)


def test_more_state_adds_its_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "two.toml").write_text(TWO_STATES)
    first, second = map(
        json.loads,
        run(capsys, "impulse", "--cell", str(tmp_path / "two.toml"), "--format", "jsonl", "--to", "2").splitlines(),
    )
    assert list(first) == ["t", "layer", "label", "x", "s_prev", "s", "c_prev", "c", "y"]
    assert (second["c_prev"], second["s_prev"]) == (first["c"], first["s"])


def test_json_lines_have_every_layer_and_the_rest_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    def layers(*options: str) -> set[int]:
        out = run(capsys, "hello.txt", "--cell", "elman,jordan", *options)
        if "jsonl" in options:
            return {json.loads(line)["layer"] for line in out.splitlines()}
        return {int(row["layer"]) for row in csv.DictReader(io.StringIO(out))}

    assert layers("--format", "jsonl") == {1, 2}
    assert layers("--format", "jsonl", "--layer", "1") == {1}
    assert layers("--format", "csv") == {2}
    assert layers("--format", "csv", "--layer", "1") == {1}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--from", "3"], [3, 4, 5]),
        (["--to", "2"], [1, 2]),
        (["--from", "2", "--to", "4"], [2, 3, 4]),
        (["--from", "5", "--to", "5"], [5]),
    ],
)
def test_a_part_of_the_run_is_the_same_part_of_the_whole(
    options: list[str], expected: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    whole = run(capsys, "hello.txt", "--format", "jsonl").splitlines()
    part = run(capsys, "hello.txt", "--format", "jsonl", *options).splitlines()
    assert part == [whole[t - 1] for t in expected]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--from", "0"], "--from: 0 is no timestep; 1 to 5 are"),
        (["--to", "6"], "--to: 6 is no timestep; 1 to 5 are"),
        (["--from", "4", "--to", "2"], "--from: 4 comes after --to 2; the first timestep goes first"),
        (["--layer", "2"], "--layer: there is no layer 2; the network has 1"),
        (["--layer", "0"], "--layer: there is no layer 0; the network has 1"),
        (["--digits", "-1"], "--digits: -1 is no number of digits; 0 to 17 are"),
    ],
)
def test_parts_that_are_not_there(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "hello.txt", *options]) == 2
    assert capsys.readouterr() == ("", f"rnn-tui: {sentence}\n")


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_file_holds_what_would_be_printed(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "sine", "--format", form)
    assert run(capsys, "sine", "--format", form, "-o", str(tmp_path / "out")) == ""
    assert (tmp_path / "out").read_bytes() == printed.encode()


def test_digits_round_the_table_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    exact = run(capsys, "sine", "--values", "--weights")
    rounded = re.sub(r"-?\d+\.\d+(e-\d+)?", lambda match: f"{float(match[0]):.3f}", exact)
    assert run(capsys, "sine", "--values", "--weights", "--digits", "3") == rounded
    assert main(["run", "sine", "--format", "csv", "--digits", "3"]) == 2
    said = "rnn-tui: --digits: rounds the table, and csv keeps every bit; leave it out, or write a table\n"
    assert capsys.readouterr().err == said


def test_all_layers_stand_under_one_header(capsys: pytest.CaptureFixture[str]) -> None:
    """x has 4 and 2 columns, y 2 and 3: every name once, in the order of the first layer, what is not there empty."""
    out = run(
        capsys,
        "hello.txt",
        "--cell",
        "elman,dense",
        "--hidden",
        "2,3",
        "--layer",
        "all",
        "--format",
        "csv",
        "--to",
        "2",
    )
    names = ["x_1", "x_2", "x_3", "x_4", "s_prev_1", "s_prev_2", "s_1", "s_2", "y_1", "y_2", "y_3"]
    header, *rows = csv.reader(io.StringIO(out))
    assert header == ["t", "layer", "label", *names]
    assert [row[:3] for row in rows] == [["1", "1", "h"], ["1", "2", "h"], ["2", "1", "e"], ["2", "2", "e"]]
    there = [[name for name, cell in zip(names, row[3:], strict=True) if cell] for row in rows]
    assert there == [names[:10], ["x_1", "x_2", "y_1", "y_2", "y_3"]] * 2


def test_where_nothing_holds_there_is_a_header_and_there_are_empty_arrays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    never = ("impulse", "--break", "t > 99")
    assert main(["run", *never, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    assert out == "t,layer,label,x_1,s_prev_1,s_prev_2,s_prev_3,s_1,s_2,s_3,y_1,y_2,y_3\n"
    assert err == "t > 99: holds at 0 of 10 timesteps\n"
    assert main(["run", *never, "--format", "npz", "-o", str(tmp_path / "out.npz")]) == 0
    with np.load(tmp_path / "out.npz") as arrays:
        shapes = {name: arrays[name].shape for name in arrays}
    assert shapes == {"t": (0,), "label": (0,), "x": (0, 1), "s_prev": (0, 3), "s": (0, 3), "y": (0, 3)}


def test_all_layers_of_one_are_called_by_their_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "impulse", "--layer", "all", "--format", "npz", "-o", str(tmp_path / "out.npz"))
    with np.load(tmp_path / "out.npz") as arrays:
        assert sorted(arrays) == ["layer1/label", "layer1/s", "layer1/s_prev", "layer1/t", "layer1/x", "layer1/y"]


def test_arrays_have_the_names_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "out.npz")
    words = ["hello.txt", "--cell", "elman,dense", "--hidden", "3,2", "--format", "npz", "-o", path]
    run(capsys, *words, "--values", "--weights", "--layer", "1")
    with np.load(path) as arrays:
        assert {name: arrays[name].shape for name in arrays} == {
            "t": (5,),
            "label": (5,),
            "x": (5, 4),
            "s_prev": (5, 3),
            "s": (5, 3),
            "y": (5, 3),
            "z": (5, 3),
            "W": (5, 3, 4),
            "U": (5, 3, 3),
            "b": (5, 3),
        }
        assert arrays["t"].tolist() == [1, 2, 3, 4, 5]
        assert arrays["label"].tolist() == list("hello")
    run(capsys, *words)
    with np.load(path) as arrays:
        assert arrays["y"].shape == (5, 2)
    run(capsys, *words, "--layer", "all")
    with np.load(path) as arrays:
        assert {"layer1/x", "layer1/s", "layer2/x", "layer2/y"} <= set(arrays)
        assert arrays["layer1/y"].tobytes() == arrays["layer2/x"].tobytes()


def test_a_parameter_may_be_called_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # numpy.savez has an argument of that name
    (tmp_path / "c.toml").write_text('equations = "y[t] = file * x[t]"\n[parameters]\nfile = []\n')
    path = str(tmp_path / "out.npz")
    run(capsys, "hello.txt", "--cell", str(tmp_path / "c.toml"), "--format", "npz", "--weights", "-o", path)
    with np.load(path) as arrays:
        assert arrays["file"].shape == (5,)


@pytest.mark.parametrize("form", FORMATS)
def test_single_precision_comes_back_to_the_same_bits(form: str, tmp_path: Path) -> None:
    parameters = {"W": np.array([[0.1], [0.7]], np.float32), "b": np.array([1 / 3, -2e-8], np.float32)}
    made = Run(Network([Layer("dense", parameters)]), Sequence([[0.3], [1e-7]]))
    choice = Choice.of(made, None, None, (1,), values=True, weights=True)
    write_run(made, choice, form, str(tmp_path / "out"))
    read = READERS[form](tmp_path / "out", 1)
    for t in (1, 2):
        y = np.array([float.fromhex(value) for value in read[t, 1]["y"]]).astype(np.float32)
        assert y.tobytes() == made.walk().at(t).y.tobytes()
        assert read[t, 1]["W"] == hexadecimal(parameters["W"])
