"""Traces of other frameworks: names, shapes and digits, each read as what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rnn_tui import LoadError, Network
from rnn_tui.core.trace import Trace
from rnn_tui.files.traces.digits import Digits
from rnn_tui.files.traces.names import named
from rnn_tui.files.traces.reading import load_trace

Array = NDArray[Any]
H, T = 3, 7
ONE, TWO = (Network.random(cells, input_size=2, hidden_size=H, seed=1) for cells in (["lstm"], ["lstm", "lstm"]))
GRU, RNN = (Network.random(cell, input_size=2, hidden_size=H, seed=1) for cell in ("gru", "elman"))
NUMBERS = np.random.default_rng(5).normal(size=(2, 4, T, H))
"""(layers, sequences, timesteps, units)."""
PLAIN = NUMBERS[0, 0]


def read(tmp_path: Path, network: Network, steps: int = T, **arrays: Any) -> Trace:
    """A trace of some arrays."""
    np.savez(tmp_path / "trace.npz", **arrays)
    return load_trace(tmp_path / "trace.npz", network, 2, steps)


@pytest.mark.parametrize(
    "array",
    [PLAIN, PLAIN[None], PLAIN[:, None], PLAIN[:, None, None], PLAIN[None, None]],
    ids=lambda array: str(array.shape),
)
def test_axes_of_length_one_are_nothing(array: Array, tmp_path: Path) -> None:
    trace = read(tmp_path, ONE, h=array)
    np.testing.assert_array_equal(trace.of((0, "s")), PLAIN)
    assert not trace.notes


@pytest.mark.parametrize(
    ("array", "name"),
    [
        (np.transpose(NUMBERS[:, 0], (1, 0, 2)), "TLH"),
        (NUMBERS[:, 0], "LTH"),
        (np.transpose(NUMBERS[:, :1], (2, 0, 1, 3)), "TL1H"),
    ],
    ids=["TLH", "LTH", "TL1H"],
)
def test_layers_side_by_side(array: Array, name: str, tmp_path: Path) -> None:
    trace = read(tmp_path, TWO, hidden_states=array)
    np.testing.assert_array_equal(trace.of((0, "s")), NUMBERS[0, 0])
    np.testing.assert_array_equal(trace.of((1, "s")), NUMBERS[1, 0])


@pytest.mark.parametrize("array", [NUMBERS[0], np.transpose(NUMBERS[0], (1, 0, 2))], ids=["BTH", "TBH"])
def test_sequences_of_a_batch(array: Array, tmp_path: Path) -> None:
    trace = read(tmp_path, ONE, output=array)
    assert trace.items == 4
    for item in range(4):
        np.testing.assert_array_equal(trace.of((0, "y"), item), NUMBERS[0, item])


def test_an_axis_that_may_be_either_is_said(tmp_path: Path) -> None:
    trace = read(tmp_path, ONE, steps=4, output=NUMBERS[0, :, :4])
    assert trace.notes == ("'output' is read as 4 sequences, 4 timesteps",)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("h", (1, "s")),
        ("hidden", (1, "s")),
        ("hidden_states", (1, "s")),
        ("state", (1, "s")),
        ("out", (1, "y")),
        ("outputs", (1, "y")),
        ("Y", (1, "y")),
        ("c", (1, "c")),
        ("cell_state", (1, "c")),
        ("forget_gate", (1, "f")),
        ("g", (1, "g")),
        ("h_l0", (0, "s")),
        ("layer0/h", (0, "s")),
        ("layer0.i", (0, "i")),
        ("layers/0/o", (0, "o")),
        ("rnn.l1.c", (1, "c")),
        ("lstm_1", (1, "y")),
        ("state/h", (1, "s")),
    ],
)
def test_names_that_people_give(name: str, key: tuple[int, str], tmp_path: Path) -> None:
    trace = read(tmp_path, TWO, **{name: PLAIN})
    assert trace.keys == (key,)


@pytest.mark.parametrize(("names", "offset"), [(("h0", "h1"), 0), (("h1", "h2"), 0), (("layer1/y", "layer2/y"), 0)])
def test_layers_are_counted_as_the_set_of_names_says(names: tuple[str, str], offset: int, tmp_path: Path) -> None:
    trace = read(tmp_path, TWO, **dict(zip(names, NUMBERS[:, 0], strict=True)))
    for layer, quantity in trace.keys:
        np.testing.assert_array_equal(trace.of((layer, quantity)), NUMBERS[layer, 0])
    assert [layer for layer, _ in trace.keys] == [0, 1]


def test_quantities_come_in_the_order_of_reading(tmp_path: Path) -> None:
    letters = {"y": PLAIN, "h": PLAIN, "c": PLAIN, "o": PLAIN, "g": PLAIN, "f": PLAIN, "i": PLAIN}
    assert [name for _, name in read(tmp_path, ONE, **letters).keys] == ["i", "f", "g", "o", "c", "s", "y"]
    letters = {"y": PLAIN, "h": PLAIN, "n": PLAIN, "z": PLAIN, "r": PLAIN}
    assert [name for _, name in read(tmp_path, GRU, **letters).keys] == ["r", "z", "n", "s", "y"]


def test_the_inside_of_a_sum_and_last_states_are_no_quantities(tmp_path: Path) -> None:
    trace = read(tmp_path, ONE, h=PLAIN, h_n=PLAIN[:1], z_i=PLAIN, s_prev=PLAIN, other_s=PLAIN)
    assert trace.keys == ((0, "s"),)


def written(tmp_path: Path, name: str, text: str, network: Network = RNN, steps: int = T) -> Trace:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return load_trace(tmp_path / name, network, 2, steps)


def table(header: str, rows: Array, first: int | None = None, form: str = "{:.9g}", end: str = ",") -> str:
    lines = [header] if header else []
    for t, row in enumerate(rows):
        cells = ([] if first is None else [str(t + first)]) + [form.format(value) for value in row]
        lines.append(end.join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("header", "first", "key"),
    [
        ("h_0,h_1,h_2", None, "s"),
        ("h[1],h[2],h[3]", None, "s"),
        ("y1,y2,y3", None, "y"),
        ("t,output_0,output_1,output_2", 0, "y"),
        ("step,out.1,out.2,out.3", 1, "y"),
        ("time,layer0_h_0,layer0_h_1,layer0_h_2", 0, "s"),
        ("0,1,2", None, "y"),
        (",0,1,2", 0, "y"),
        ("", None, "y"),
        ("", 1, "y"),
    ],
)
def test_tables(header: str, first: int | None, key: str, tmp_path: Path) -> None:
    trace = written(tmp_path, "trace.csv", table(header, PLAIN, first))
    assert (trace.keys, trace.first) == (((0, key),), 1)
    np.testing.assert_allclose(trace.of((0, key)), PLAIN, rtol=1e-8)


def test_columns_stand_in_the_order_of_their_units(tmp_path: Path) -> None:
    text = table("h_2,h_0,h_1", PLAIN[:, [2, 0, 1]])
    np.testing.assert_allclose(written(tmp_path, "trace.csv", text).of((0, "s")), PLAIN, rtol=1e-8)


def test_a_table_in_long_form(tmp_path: Path) -> None:
    lines = ["t,layer,quantity,unit,value"]
    lines += [f"{t + 1},0,h,{u},{PLAIN[t, u]:.9g}" for u in range(H) for t in range(T)]
    trace = written(tmp_path, "trace.csv", "\n".join(lines))
    np.testing.assert_allclose(trace.of((0, "s")), PLAIN, rtol=1e-8)
    with pytest.raises(LoadError, match="has no h at t = 7, unit 2"):
        written(tmp_path, "trace.csv", "\n".join(lines[:-1]))


@pytest.mark.parametrize(
    "step",
    [
        lambda t, rows: {"h": rows[0]},
        lambda t, rows: {"t": t, "hidden": [rows[0], rows[1]]},
        lambda t, rows: {"layer0": {"h": rows[0]}, "layer1": {"h": rows[1]}},
        lambda t, rows: {"layers": [{"h": rows[0]}, {"h": rows[1]}]},
        lambda t, rows: (
            {f"h1_{u}": value for u, value in enumerate(rows[0])} | {f"h2_{u}": v for u, v in enumerate(rows[1])}
        ),
    ],
    ids=["flat", "lists of layers", "by layer", "list of objects", "a key a number"],
)
def test_lines(step: Any, tmp_path: Path) -> None:
    text = "\n".join(json.dumps(step(t, NUMBERS[:, 0, t].tolist())) for t in range(T))
    trace = written(tmp_path, "trace.jsonl", text, TWO if "h" not in step(0, NUMBERS[:, 0, 0].tolist()) else RNN)
    for layer, name in trace.keys:
        np.testing.assert_array_equal(trace.of((layer, name)), NUMBERS[layer, 0])


@pytest.mark.parametrize(
    ("step", "network", "keys"),
    [
        (lambda t, rows: {"t": t + 1, "h": rows[0]}, RNN, ((0, "s"),)),
        (lambda t, rows: {"h": rows[0]}, RNN, ((0, "s"),)),
        (lambda t, rows: {"t": t + 1, "h": rows}, TWO, ((0, "s"), (1, "s"))),
    ],
    ids=["with t", "without t", "with t, of all layers"],
)
def test_a_list_of_timesteps(step: Any, network: Network, keys: Any, tmp_path: Path) -> None:
    text = json.dumps([step(t, NUMBERS[:, 0, t].tolist()) for t in range(T)], indent=1)
    trace = written(tmp_path, "trace.json", text, network)
    assert trace.keys == keys
    for layer, name in keys:
        np.testing.assert_array_equal(trace.of((layer, name)), NUMBERS[layer, 0])


def test_a_list_of_layers(tmp_path: Path) -> None:
    trace = written(tmp_path, "trace.json", json.dumps([{"h": layer.tolist()} for layer in NUMBERS[:, 0]]), TWO)
    assert trace.keys == ((0, "s"), (1, "s"))
    np.testing.assert_array_equal(trace.of((1, "s")), NUMBERS[1, 0])


@pytest.mark.parametrize("network", [ONE, TWO, Network.random("lstm", 2, 1, seed=1)], ids=["one", "two", "one unit"])
def test_a_number_alone_is_no_quantity(network: Network, tmp_path: Path) -> None:
    """As of i, a counter of a loop, that was written too."""
    units = network.layers[-1].sizes["H"]
    trace = read(tmp_path, network, i=3, h=PLAIN[:, :units])
    assert trace.keys == ((len(network.layers) - 1, "s"),)
    with pytest.raises(LoadError, match=r"holds nothing that fits the model: h \(\)"):
        written(tmp_path, "trace.json", '{"h": 3}', network)


def test_a_quantity_that_only_one_layer_has_and_that_does_not_fit_it(tmp_path: Path) -> None:
    network = Network.random(["lstm", "elman"], 2, H, seed=1)
    trace = read(tmp_path, network, c=PLAIN[:2, :2], h=PLAIN)
    assert trace.keys == ((1, "s"),)


def test_one_object_of_arrays(tmp_path: Path) -> None:
    text = json.dumps({"hidden": PLAIN.tolist(), "framework": "mine"}, indent=1)
    np.testing.assert_array_equal(written(tmp_path, "trace.json", text).of((0, "s")), PLAIN)


@pytest.mark.parametrize(
    ("form", "largest"), [("{:.4f}", 0.51e-4), ("{:.2f}", 0.51e-2), ("{:.5g}", 0.51e-4), ("{:.17g}", 0.51e-16)]
)
def test_digits_set_what_is_open(form: str, largest: float, tmp_path: Path) -> None:
    assert 1 < np.abs(PLAIN).max() < 10  # worked by hand: of five figures the last is 1e-4 there, of 17 it is 1e-16
    trace = written(tmp_path, "trace.csv", table("h_0,h_1,h_2", PLAIN, form=form))
    opened = trace.open_of((0, "s"))
    assert opened.max() == pytest.approx(largest, rel=1e-6, abs=0)
    assert (np.abs(trace.of((0, "s")) - PLAIN) <= opened + 1e-15).all()


def test_zeros_and_few_numbers_leave_nothing_open() -> None:
    digits = Digits()
    for text in ("0.0", "-0.0", "0", "nan", "inf", "0.5", "0.2", "0.3"):
        digits.see(text)
    assert digits.open(np.zeros(3)) is None


def test_float16_leaves_half_a_step_open(tmp_path: Path) -> None:
    trace = read(tmp_path, RNN, h=PLAIN.astype(np.float16))
    gap = np.abs(trace.of((0, "s")) - PLAIN)
    assert (gap <= trace.open_of((0, "s"))).all()
    assert (gap > trace.open_of((0, "s")) / 3).any()


def test_timesteps_that_begin_later_are_those_timesteps(tmp_path: Path) -> None:
    trace = written(tmp_path, "trace.csv", table("t,h_0,h_1,h_2", PLAIN[3:], 4))
    assert (trace.first, trace.rows) == (4, 4)


@pytest.mark.parametrize("suffix", ["csv", "npz", "jsonl"])
def test_what_run_writes_is_a_trace(suffix: str, tmp_path: Path) -> None:
    from rnn_tui.cli.main import main

    (tmp_path / "x.csv").write_text(table("", NUMBERS[0, 0, :, :2]), encoding="utf-8")
    file = tmp_path / f"trace.{suffix}"
    words = [str(tmp_path / "x.csv"), "--cell", "lstm,gru", "--values", "--layer", "all"]
    assert main(["run", *words, "--format", suffix, "-o", str(file)]) == 0
    assert main(["compare", *words[:3], "--reference", str(file)]) == 0
    trace = load_trace(file, Network.random(["lstm", "gru"], 2), 2, T)
    assert [name for layer, name in trace.keys if layer == 0] == ["i", "f", "g", "o", "c", "s", "y"]
    assert [name for layer, name in trace.keys if layer == 1] == ["r", "z", "n", "s", "y"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "trace.csv",
            "h_0,h_1\n1,2\n",
            "holds nothing that fits the model: h (1, 2); layer 1 has s y (7, 3)",
        ),
        ("trace.csv", "t,h_0,h_1,h_2\n1,1,2,3\n3,1,2,3\n", "t = 3 follows t = 1; one row for every timestep is needed"),
        ("trace.csv", "h_0,h_1,h_2\n1,2\n", "line 2: has 2 cells where the first row has 3"),
        ("trace.csv", "h_0,h_1,h_2\n1,2,x\n", "line 2, column 3: 'x' is not a number"),
        ("trace.csv", "t,h_0,h_1,h_2\n", "has no rows"),
        ("trace.jsonl", '{"h": [1, 2', "line 1, column"),
        ("trace.jsonl", '{"h": [1, 2, 3]}\n{"h": [1, 2]}\n', "line 2: 'h' has shape (2,) where it had (3,) before"),
        ("trace.jsonl", '{"label": "a"}\n', "holds nothing that fits the model: no numbers"),
        ("trace.json", "3", "is no object"),
        ("trace.npz", "PK", "is not a whole .npz file"),
        ("trace.txt.gz", "", "is of a kind that is not read as a trace"),
    ],
)
def test_a_bad_trace_gets_one_sentence(name: str, text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        written(tmp_path, name, text)
    assert sentence in str(caught.value)


def test_both_directions(tmp_path: Path) -> None:
    """PyTorch's names of a bidirectional layer; its output has both side by side."""
    network = Network.random("lstm:concat", 2, H, seed=1)
    both = np.concatenate([NUMBERS[0, 0], NUMBERS[1, 0]], axis=1)
    trace = read(tmp_path, network, h_l0=NUMBERS[0, 0], h_l0_reverse=NUMBERS[1, 0], output=both[None])
    assert trace.keys == ((0, "s"), (1, "s"), (2, "y"))
    np.testing.assert_array_equal(trace.of((1, "s")), NUMBERS[1, 0])
    np.testing.assert_array_equal(trace.of((2, "y")), both)


def test_y_of_a_readout_and_h_of_the_layer_below(tmp_path: Path) -> None:
    network = Network.random(["gru", "softmax"], 2, H, seed=1, output_size=5)
    logits = np.random.default_rng(2).normal(size=(T, 5))
    trace = read(tmp_path, network, output=logits, h=PLAIN, z=PLAIN)
    assert trace.keys == ((0, "z"), (0, "s"), (1, "y"))


def test_one_unit_and_one_timestep(tmp_path: Path) -> None:
    single = Network.random("elman", 2, 1, seed=1)
    assert read(tmp_path, single, h=PLAIN[:, 0]).of((0, "s")).shape == (T, 1)
    assert read(tmp_path, RNN, steps=1, h=PLAIN[0]).of((0, "s")).shape == (1, H)
    assert written(tmp_path, "trace.jsonl", '{"h": 0.25}\n{"h": 0.5}\n', single, 2).of((0, "s")).tolist() == [
        [0.25],
        [0.5],
    ]


def test_a_name_with_a_layer_and_a_unit() -> None:
    name = named("h_l0_3", units=True)
    assert (name.quantity, name.layer, name.unit) == ("s", 0, 3)
    name = named("layer1/cell_state[2]", units=True)
    assert (name.quantity, name.layer, name.unit) == ("c", 1, 2)
    name = named("h_n", units=False)
    assert (name.quantity, name.final) == ("s", True)


def test_one_row_alone_is_of_the_last_timestep(tmp_path: Path) -> None:
    """A layer of Keras with return_sequences=False gives it, and what stands upon it."""
    trace = read(tmp_path, ONE, s=PLAIN[-1:], y=PLAIN[-1:])
    assert trace.first == T
    assert trace.notes == (f"it has one row, which is taken for that of the last timestep, t = {T}",)
    assert read(tmp_path, ONE, s=PLAIN[-1:], t=np.array([3])).first == 3
    assert read(tmp_path, ONE, steps=1, s=PLAIN[-1:]).first == 1


def test_one_row_beside_all_timesteps_is_left_out(tmp_path: Path) -> None:
    trace = read(tmp_path, ONE, c=PLAIN[-1:], s=PLAIN)
    assert (trace.first, trace.keys) == (1, ((0, "s"),))
    assert trace.notes == ("c: left out, as only one timestep of them is there",)


@pytest.mark.parametrize(("hidden", "cell"), [("h_n", "c_n"), ("hn", "cn"), ("Y_h", "Y_c")])
def test_the_last_states_of_all_layers(hidden: str, cell: str, tmp_path: Path) -> None:
    """(layers, sequences, units), as PyTorch and ONNX give them beside the output: two layers, not two timesteps."""
    last: dict[str, Any] = {hidden: NUMBERS[:, :1, -1], cell: NUMBERS[:, 1:2, -1]}
    trace = read(tmp_path, TWO, **last)
    assert (trace.first, trace.keys) == (T, ((0, "c"), (0, "s"), (1, "c"), (1, "s")))
    np.testing.assert_array_equal(trace.of((1, "s")), NUMBERS[1, :1, -1])
    np.testing.assert_array_equal(trace.of((0, "c")), NUMBERS[0, 1:2, -1])
    trace = read(tmp_path, TWO, **last, output=NUMBERS[1, :1])
    assert (trace.first, trace.keys) == (1, ((1, "y"),))
    assert trace.notes == ("s, c: left out, as only one timestep of them is there",)


def test_the_last_states_of_both_directions_are_of_two_timesteps(tmp_path: Path) -> None:
    network = Network.random("lstm:concat", 2, H, seed=1)
    with pytest.raises(LoadError, match="holds nothing that fits"):
        read(tmp_path, network, h_n=NUMBERS[:, :1, -1])


def test_every_timestep_of_what_is_called_like_the_last_states(tmp_path: Path) -> None:
    trace = read(tmp_path, TWO, h_n=NUMBERS[:, 0].transpose(1, 0, 2))
    np.testing.assert_array_equal(trace.of((0, "s")), NUMBERS[0, 0])


def test_what_has_no_name_is_taken_for_y_and_that_is_said(tmp_path: Path) -> None:
    assert read(tmp_path, ONE, foo=PLAIN).notes == ("'foo' is taken for y",)
    np.save(tmp_path / "trace.npy", PLAIN)
    trace = load_trace(tmp_path / "trace.npy", ONE, 2, T)
    assert (trace.keys, trace.notes) == (((0, "y"),), ("an .npy has no names: it is taken for y",))
