"""Fewer bits: rounding as the formats say it, and decisions that change by it, worked by hand."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from oracles import VECTORS

from rnn_tui import InputError, Layer, Network, Sequence, save_network
from rnn_tui.cli.main import main
from rnn_tui.core.narrow import BFLOAT16, FLOAT16, INT8, computed_in, narrowed, rounded
from rnn_tui.core.precision import Rounded, precision
from rnn_tui.core.replay import computed
from rnn_tui.files.models import load_model

TRACES = VECTORS / "traces"


@pytest.mark.parametrize(
    ("kind", "value", "nearest"),
    [
        (BFLOAT16, 1 + 2**-8, 1.0),  # halves to even, of a step of 2^-7
        (BFLOAT16, 1 + 3 * 2**-8, 1 + 2**-6),
        (BFLOAT16, -0.1, -0.10009765625),
        (BFLOAT16, 3.39e38, 3.3895313892515355e38),
        (BFLOAT16, 3.4e38, np.inf),
        (FLOAT16, 1 + 2**-11, 1.0),  # of a step of 2^-10
        (FLOAT16, 1 + 3 * 2**-11, 1 + 2**-9),
        (FLOAT16, 0.1, 0.0999755859375),
        (FLOAT16, 65520.0, np.inf),
    ],
)
def test_rounding_to_the_nearest(kind: str, value: float, nearest: float) -> None:
    assert rounded(np.array([value]), kind)[0] == nearest


def test_int8_gives_every_row_a_scale_and_leaves_a_bias() -> None:
    # the scales are 127 / 127 = 1 and 12.7 / 127 = 0.1
    found = rounded(np.array([[127.0, 1.4, -63.5], [12.7, 0.04, -1.06], [0, 0, 0]]), INT8)
    wanted = np.array([[127.0, 1.0, -64.0], [12.7, 0.0, -1.1], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert rounded(np.array([1.2345]), INT8)[0] == 1.2345


def test_one_row_alone_is_rounded() -> None:
    network = Network.random("elman", 3, 2, seed=1)
    found = narrowed(network, FLOAT16, (0, "U", 1)).layers[0].parameters
    own = network.layers[0].parameters
    np.testing.assert_array_equal(found["U"][1], own["U"][1].astype(np.float16))
    np.testing.assert_array_equal(found["U"][0], own["U"][0])
    np.testing.assert_array_equal(found["W"], own["W"])


def test_a_gru_in_float16_is_near_numpys_own_float16() -> None:
    """NumPy computes in float16 itself, by the textbook's equations; products are added up in another order."""
    network = Network.random("gru-reset-after", 3, 4, seed=3)
    x = np.random.default_rng(0).normal(size=(8, 3))
    p = {name: array.astype(np.float16) for name, array in network.layers[0].parameters.items()}
    s, rows, one = np.zeros(4, np.float16), [], np.float16(1)
    for row in x.astype(np.float16):
        r, z = (one / (one + np.exp(-(p[f"W_{g}"] @ row + p[f"U_{g}"] @ s + p[f"b_{g}"]))) for g in "rz")
        n = np.tanh(p["W_n"] @ row + p["b_n"] + r * (p["U_n"] @ s + p["c_n"]))
        s = (one - z) * n + z * s
        rows.append(s)
    found = computed_in(FLOAT16, network, Sequence(x), (), [(0, "y")])[0, "y"]
    assert np.abs(found - np.stack(rows)).max() < 4 * 2**-11
    np.testing.assert_array_equal(found, found.astype(np.float16))
    exact = computed(network, Sequence(x), (), [(0, "y")])[0, "y"]
    assert np.abs(found - exact).max() > 2**-13


def test_backwards_and_resets_are_as_in_float64() -> None:
    network = Network.random("lstm:concat", 3, 4, seed=3)
    sequence = Sequence(np.random.default_rng(0).normal(size=(9, 3)), resets=[4, 8])
    keys = ((0, "c"), (1, "s"), (2, "y"))
    right = computed(network, sequence, (), keys)
    for key, array in computed_in("float64", network, sequence, (), keys).items():
        np.testing.assert_allclose(array, right[key], atol=1e-14)


TIPPING = np.array([[1.0, 2.0], [1.0001, 0.0]])
"""Of x = (1, 0) the second number of y is larger by 0.0001, which float16, of a step of 0.001, does not have."""
WHERE = Sequence([[0.0, 1.0], [0.5, 3.0], [1.0, 0.0], [1.0, 0.0]])


def at(runs: tuple[Rounded, ...], kind: str, weights: bool) -> Rounded:
    (found,) = (run for run in runs if (run.kind, run.weights) == (kind, weights))
    return found


def test_the_first_decision_that_changes_and_the_row_to_blame() -> None:
    network = Network([Layer("dense", {"W": TIPPING, "b": np.zeros(2)})])
    runs = precision(network, WHERE)
    found = at(runs, FLOAT16, True)
    assert found.changed == 2
    assert found.first is not None
    assert astuple(found.first) == (3, 2, 1, pytest.approx(0.0001), 0.0)
    blame = found.blame
    assert blame is not None
    assert (blame.layer, blame.parameter, blame.row, blame.alone) == (1, "W", 2, True)
    assert blame.part == pytest.approx(-0.0001)
    assert at(runs, "float32", False).first is None
    assert found.largest == pytest.approx(0.0001)


def test_the_row_of_the_number_that_wins_may_be_to_blame() -> None:
    """1.0006 becomes 1 + 2^-10 in float16, as large as the second number, which is that already."""
    W = np.array([[1.0006], [1 + 2**-10]])
    network = Network([Layer("dense", {"W": W, "b": np.zeros(2)})])
    found = at(precision(network, Sequence([[1.0]])), FLOAT16, True)
    assert found.blame is not None
    assert (found.blame.parameter, found.blame.row, found.blame.alone) == ("W", 1, True)


def test_a_threshold_decides_number_by_number() -> None:
    network = Network([Layer("dense", {"W": TIPPING, "b": np.zeros(2)})])
    found = at(precision(network, WHERE, threshold=1.00005), BFLOAT16, True)
    assert found.first is not None
    assert astuple(found.first) == (3, 2, 0, pytest.approx(0.00005), pytest.approx(-0.00005))
    assert found.blame is not None
    assert (found.blame.parameter, found.blame.row) == ("W", 2)


def test_what_no_row_does_alone_is_said() -> None:
    """Each of four units adds 0.0001 to a margin of 0.0004 - 2^-12 = 0.000156: no two of them are alone."""
    W = np.vstack([np.full(4, 1.0), np.zeros(4)])
    readout = Layer("dense", {"W": W, "b": np.array([-(2.0**-12), 4.0])})
    units = Layer("dense", {"W": np.full((4, 1), 1.0001), "b": np.zeros(4)})
    found = at(precision(Network([units, readout]), Sequence([[1.0]])), FLOAT16, True)
    assert found.first is not None
    assert found.blame is not None
    assert (found.blame.layer, found.blame.parameter, found.blame.alone) == (1, "W", False)
    assert found.blame.part == pytest.approx(-0.0001)


def test_one_number_decides_nothing_without_a_threshold() -> None:
    network = Network.random("elman", 2, 1)
    with pytest.raises(InputError, match="y has one number, which decides nothing by itself"):
        precision(network, Sequence([[1.0, 2.0]]))
    assert len(precision(network, Sequence([[1.0, 2.0]]), threshold=0.0)) == 6


def test_the_command_says_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, data = tmp_path / "M.npz", tmp_path / "x.csv"
    save_network(Network([Layer("dense", {"W": TIPPING, "b": np.zeros(2)})]), model)
    data.write_text("a,b\n0,1\n0.5,3\n1,0\n1,0\n", encoding="utf-8")
    words = ["compare", str(data), "--model", str(model), "--precision"]
    assert main(words) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 80
    assert "  first at t = 3: y[1] is the largest, not y[2] (y[2] - y[1] was 0.0001, is 0)" in lines
    assert "  to blame: row 2 of W, layer 1, whose rounding alone changes it (-0.0001)" in lines
    assert main([*words, "--format", "json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert (whole["decision"], whole["threshold"]) == ("argmax", None)
    assert [(run["numbers"], run["weights"]) for run in whole["runs"]][:2] == [("float32", False), ("float16", True)]
    assert whole["runs"][1]["t"] == 3
    assert whole["runs"][1]["blame"] == {
        "layer": 1,
        "parameter": "W",
        "row": 2,
        "part": pytest.approx(-0.0001),
        "alone": True,
    }


def test_torch_in_bfloat16_is_as_near_as_we_say() -> None:
    """A trace of PyTorch's GRU computed in bfloat16: ours differs from float64 about as much."""
    pytest.importorskip("torch", reason="the model of this trace is a .pt")
    loaded = load_model(TRACES / "precision_gru_bf16.pt")
    sequence = Sequence(np.load(TRACES / "precision_gru_bf16_seq.npy"))
    trace = np.load(TRACES / "precision_gru_bf16_trace.npz")["outputs"]
    found = computed_in(BFLOAT16, loaded.network, sequence, (), [(0, "y")])[0, "y"]
    assert np.abs(found - trace).max() <= 2**-7  # two steps of the largest numbers, which are below 1
    assert np.abs(found - trace).mean() <= 2**-8
