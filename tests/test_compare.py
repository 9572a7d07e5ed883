"""``compare`` on the command line: what it says, to people and to programs, and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracles import VECTORS
from ported import Fault, Ported

from rnn_tui import Network
from rnn_tui.cli.main import main
from rnn_tui.core.divergence import ulps_between
from rnn_tui.files.own import save_network

TRACES = VECTORS / "traces"
OTHER = str(TRACES / "equal_lstm_four_decimals_seq.npy")
ORDER = [
    "compare",
    str(TRACES / "order_gru_zr_seq.npy"),
    "--model",
    str(TRACES / "order_gru_zr.npz"),
    "--reference",
    str(TRACES / "order_gru_zr_trace.npz"),
]


def test_the_contract_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ORDER, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "equal", "t", "layer", "quantity", "unit", "ours", "reference", "difference", "ulps", "causes",
    ]  # fmt: skip
    assert (found["equal"], found["t"], found["layer"], found["quantity"], found["unit"]) == (False, 1, 1, "r", 1)
    assert found["ours"] == pytest.approx(0.8524005255734273, abs=1e-12)
    assert found["reference"] == 0.1449914276599884
    assert found["difference"] == found["reference"] - found["ours"]
    (cause,) = found["causes"]
    assert list(cause) == ["cause", "what", "difference"]
    assert cause["cause"] == "gate-order"
    assert 0 < cause["difference"] < 2e-6


def test_the_table_is_plain_sentences_of_at_most_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ORDER) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 80
    text = " ".join(line.strip() for line in lines)
    assert "first difference at t = 1, layer 1, gate r, unit 1: ours 0.852400526, reference 0.144991428" in text
    assert "cause: gate order: with the file's blocks read as z r n (Keras' and ONNX's order) and not as r z n" in text


def test_equal_is_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    name = str(TRACES / "equal_lstm_four_decimals")
    words = ["compare", f"{name}_seq.npy", "--model", f"{name}.npz", "--reference", f"{name}_trace.csv"]
    assert main(words) == 0
    assert "equal: no number differs by more than its digits leave open, 5.1e-05" in capsys.readouterr().out
    assert main([*words, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.pop("equal") is True
    assert found.pop("causes") == []
    assert set(found.values()) == {None}


def test_a_tolerance_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ORDER, "--tolerance", "10"]) == 0
    assert "by more than 10 * max(1, |ours|)" in capsys.readouterr().out


def test_numbers_that_are_not_finite_are_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace = dict(np.load(TRACES / "order_gru_zr_trace.npz"))
    trace["layer0.r"][0, 0] = np.nan
    np.savez(tmp_path / "trace.npz", **trace)
    assert main([*ORDER[:-1], str(tmp_path / "trace.npz"), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["t"], found["unit"], found["reference"], found["ulps"], found["causes"]) == (1, 1, None, None, [])


def test_where_no_change_explains_it_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(TRACES / "none_lstm_one_weight")
    words = ["compare", f"{name}_seq.npy", "--model", f"{name}.npz", "--reference", f"{name}_trace.npz"]
    assert main(words) == 1
    text = " ".join(capsys.readouterr().out.split())
    assert "cause: none of the changes that were tried makes the difference vanish (gate-order, reset-rule," in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([*ORDER[:-2]], "--reference: is needed, a file of what was computed; or --precision"),
        ([*ORDER, "--precision"], "--reference: does not go with --precision; give one of the two"),
        ([*ORDER, "--tolerance", "-1"], "--tolerance: -1 is no tolerance; 0 or more is, such as 1e-5"),
        ([*ORDER, "--tolerance", "nan"], "--tolerance: nan is no tolerance"),
        ([*ORDER, "--threshold", "1"], "--threshold: says how y decides; add --precision"),
        ([*ORDER[:-1], "none.npz"], "none.npz: no such file; a trace is needed, .npz, .csv or .jsonl"),
        ([*ORDER[:-1], OTHER], "holds nothing that fits the model: array (12, 2)"),
        (["compare", "hello.txt", *ORDER[2:]], "hello.txt: x has 4 columns; gru-reset-after takes 3 inputs"),
        ([*ORDER, "--layer", "2"], "--layer: the model's file holds one network; "),
        ([*ORDER, "--set", "x = 0"], "--set is not understood here"),
    ],
)
def test_bad_input_is_one_sentence(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert sentence in printed.err
    assert len(printed.err.splitlines()) == 1


def test_resets_of_the_sequence_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The states begin afresh before t = 4, as a column of the table says; the trace is of one that does not."""
    draw = np.random.default_rng(1)
    net = Ported.random(draw, "gru", 2, 3, 1)
    x = draw.normal(size=(6, 2))
    np.savez(tmp_path / "model.npz", **net.state)
    rows = [f"{a!r},{b!r},{int(t == 4)}" for t, (a, b) in enumerate(x.tolist(), 1)]
    (tmp_path / "x.csv").write_text("\n".join(["a,b,new", *rows]), encoding="utf-8")
    np.savez(tmp_path / "right.npz", h=net.run(x, resets=[4])[0][0, "s"])
    np.savez(tmp_path / "wrong.npz", h=net.run(x, Fault())[0][0, "s"])
    words = ["compare", str(tmp_path / "x.csv"), "--reset", "new", "--model", str(tmp_path / "model.npz")]
    assert main([*words, "--reference", str(tmp_path / "right.npz")]) == 0
    assert main([*words, "--reference", str(tmp_path / "wrong.npz"), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["t"], found["causes"][0]["cause"]) == (4, "state-carried")


def test_the_wrong_item_of_a_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three sequences of one file, and one trace of all three; or of the second alone."""
    draw = np.random.default_rng(3)
    net = Ported.random(draw, "lstm", 2, 3, 1)
    x = draw.normal(size=(3, 6, 2))
    every = np.stack([net.run(own)[0][0, "s"] for own in x])
    np.savez(tmp_path / "model.npz", **net.state)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "third.npy", x[2])
    np.savez(tmp_path / "all.npz", h=every)
    np.savez(tmp_path / "second.npz", h=every[1])
    model = ["--model", str(tmp_path / "model.npz"), "--format", "json", "--reference"]

    def found(*words: str) -> dict[str, Any]:
        main(["compare", *words])
        return dict(json.loads(capsys.readouterr().out))

    for number in ("1", "2", "3"):  # of as many sequences the same one is compared
        assert found(str(tmp_path / "x.npy"), "--sequence", number, *model, str(tmp_path / "all.npz"))["equal"] is True
    wrong = found(str(tmp_path / "third.npy"), *model, str(tmp_path / "all.npz"))
    assert [cause["what"][:29] for cause in wrong["causes"]] == ["with item 3 of the trace's 3 "]
    wrong = found(str(tmp_path / "x.npy"), "--sequence", "3", *model, str(tmp_path / "second.npz"))
    assert [cause["what"][:27] for cause in wrong["causes"]] == ["with sequence 2 of the file"]


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        (1.0, 1.0, 0),
        (1.0, 1 + 2**-23, 1),
        (-2.0, -2 - 2**-22, 1),
        (-0.0, 0.0, 0),
        (2**-149, -(2**-149), 2),
        (1.0, 2.0, 2**23),
        (-2.0, 2.0, 2 * 128 * 2**23),  # each is 128 powers of two above 0
    ],
)
def test_ulps_are_steps_of_float32(one: float, other: float, steps: int) -> None:
    assert ulps_between(one, other) == steps
    assert ulps_between(other, one) == steps


def test_ulps_of_what_is_not_finite_are_none() -> None:
    assert ulps_between(1.0, float("nan")) is None


def test_what_is_rounded_is_compared_as_it_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A session that rounds the weights of a model's file; and of that file alone the weights are others."""
    model, rows, session, trace = (tmp_path / name for name in ("m.npz", "x.npy", "s.toml", "trace.npz"))
    save_network(Network.random("lstm", 4, 3, seed=3), model)
    np.save(rows, np.random.default_rng(1).normal(size=(12, 4)))
    session.write_text('version = 1\nsequence.path = "x.npy"\nnetwork.model = "m.npz"\nnetwork.rounded = "bfloat16"\n')
    assert main(["run", str(session), "--values", "--format", "npz", "-o", str(trace)]) == 0
    assert main(["compare", str(session), "--reference", str(trace)]) == 0
    assert main(["compare", str(rows), "--model", str(model), "--reference", str(trace)]) == 1
    assert "weights rounded to bfloat16 the difference vanishes" in " ".join(capsys.readouterr().out.split())


def test_a_layer_chooses_one_of_several_networks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ORDER, "--layer", "2"]) == 2
    assert capsys.readouterr().err == "rnn-tui: --layer: the model's file holds one network; leave it out\n"
