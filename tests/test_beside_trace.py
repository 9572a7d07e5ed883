"""A trace, and fewer bits, as the run beside: what the other framework computed, in all views that two runs have."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edited_runs import every_bit, network, sequence
from oracles import VECTORS
from ported import Fault, Ported, Values
from stepping import drawn, stepping

from rnn_tui import Layer, Network, save_network
from rnn_tui.core.errors import InputError
from rnn_tui.core.followed import followed
from rnn_tui.core.interventions import Force, Interventions
from rnn_tui.core.learning import Learning
from rnn_tui.core.narrow import KINDS, narrowed
from rnn_tui.core.parting import first_apart
from rnn_tui.core.run import Run
from rnn_tui.core.trace import Trace
from rnn_tui.core.writers import ledger
from rnn_tui.session.comparing import recipe_beside, words_beside
from rnn_tui.session.file import read_session, session_text, write_session
from rnn_tui.session.model import DIFFERENCE, Focus, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper

TRACES = VECTORS / "traces"
CASES: list[dict[str, Any]] = json.loads((TRACES / "index.json").read_text("utf-8"))
PLAIN = [case for case in CASES if case["model"].endswith((".npz", ".safetensors")) and case["t"]]
"""What needs no extra, and differs."""


def session_of(case: dict[str, Any]) -> Session:
    """A known fault, with its trace beside."""
    how = {"number": case.get("sequence_item", 1)}
    recipe = Recipe(Source(path=str(TRACES / case["sequence"]), **how), Blueprint(model=str(TRACES / case["model"])))
    return Session(recipe, beside=recipe_beside(f"reference {TRACES / case['trace']}", recipe))


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: str(case["name"]))
def test_a_key_goes_to_the_first_difference(case: dict[str, Any]) -> None:
    stepper = stepping(session_of(case))
    stepper.do("to_difference")
    focus = stepper.session.gaze.focus
    assert focus is not None
    assert (stepper.session.at, stepper.session.gaze.layer, focus.row + 1) == (case["t"], case["layer"], case["unit"])
    same = {"y": "s"}  # which is what is forced
    assert focus.name in (case["quantity"], same.get(case["quantity"]))
    before = stepper.here.other
    assert before is not None
    value = before.at(case["t"]).layers[case["layer"] - 1].values[focus.name][focus.row]
    assert value == pytest.approx(case["trace_value"], abs=1e-7)


def test_there_are_enough_of_them() -> None:
    assert len(PLAIN) >= 8


@pytest.fixture
def faulty(tmp_path: Path) -> tuple[Recipe, Path, Values, Values]:
    """An LSTM whose trace has another gate order: what runs, the trace's file, the trace and what is right."""
    draw = np.random.default_rng(2)
    net = Ported.random(draw, "lstm", 2, 3, 2)
    x = draw.normal(size=(6, 2))
    np.savez(tmp_path / "model.npz", **net.state)
    np.save(tmp_path / "x.npy", x)
    wrong, right = net.run(x, Fault(perm=(0, 2, 3, 1), layers=(1,)))[0], net.run(x)[0]
    file = tmp_path / "trace.npz"
    held: Any = {f"{name}_l{layer}": array for (layer, name), array in wrong.items() if name in ("s", "c")}
    np.savez(file, **held)
    return (
        Recipe(Source(path=str(tmp_path / "x.npy")), Blueprint(model=str(tmp_path / "model.npz"))),
        file,
        wrong,
        right,
    )


def test_a_ghost_has_what_the_trace_has_and_computes_the_rest_from_it(
    faulty: tuple[Recipe, Path, Values, Values],
) -> None:
    recipe, file, wrong, right = faulty
    ghost = recipe_beside(f"reference {file}", recipe).build().walk()
    for t in range(1, 7):
        for layer in (0, 1):
            values = ghost.at(t).layers[layer].values
            for name in ("s", "c"):
                np.testing.assert_allclose(values[name], wrong[layer, name][t - 1], atol=2e-6)
            np.testing.assert_array_equal(values["y"], values["s"])
    # the gates of t = 1 read no state, and are right; those of layer 2 at t = 2 read the wrong state of t = 1
    np.testing.assert_allclose(ghost.at(1).layers[1].values["i"], right[1, "i"][0], atol=1e-6)
    own = recipe.build().walk()
    assert np.abs(ghost.at(2).layers[1].values["i"] - own.at(2).layers[1].values["i"]).max() > 1e-3
    # in layer 1 nothing is wrong, and not a bit is another
    np.testing.assert_array_equal(ghost.at(6).layers[0].values["c"], own.at(6).layers[0].values["c"])


def test_a_trace_of_outputs_alone_is_of_the_state_that_they_are(
    faulty: tuple[Recipe, Path, Values, Values],
) -> None:
    recipe, file, wrong, _ = faulty
    np.savez(file, output=wrong[1, "y"])
    ghost = recipe_beside(f"reference {file}", recipe).build().walk()
    for t in range(1, 7):
        for name in ("s", "y"):
            np.testing.assert_allclose(ghost.at(t).values[name], wrong[1, "y"][t - 1], atol=2e-6)


def test_the_difference_of_the_ghost_is_in_the_tables(faulty: tuple[Recipe, Path, Values, Values]) -> None:
    recipe, file, wrong, right = faulty
    stepper = stepping(Session(recipe, at=1, beside=recipe_beside(f"reference {file}", recipe)))
    stepper.session = replace(stepper.session, gaze=replace(stepper.session.gaze, versus=DIFFERENCE))
    found = stepper.frame.step.values["c"]
    np.testing.assert_allclose(found, right[1, "c"][0] - wrong[1, "c"][0], atol=1e-6)


def test_it_is_saved_and_opened_again(faulty: tuple[Recipe, Path, Values, Values]) -> None:
    recipe, file, _, _ = faulty
    stepper = stepping(Session(recipe, at=3, beside=recipe_beside(f"reference {file}", recipe)))
    path = file.with_name("s.toml")
    write_session(stepper.session, path)
    assert 'reference = "trace.npz"' in path.read_text("utf-8")
    again = stepping(read_session(path))
    one, two = again.here.other_run, stepper.here.other_run
    assert one is not None
    assert two is not None
    assert every_bit(one) == every_bit(two)
    assert drawn(again) == drawn(stepper)
    assert session_text(read_session(path)) == session_text(stepper.session)
    assert any("follows trace.npz" in text for text in drawn(again))


def test_a_session_reads_no_trace_outside_its_folder(faulty: tuple[Recipe, Path, Values, Values]) -> None:
    recipe, file, _, _ = faulty
    path = file.with_name("s.toml")
    write_session(Session(recipe, beside=recipe_beside(f"reference {file}", recipe)), path)
    path.write_text(path.read_text("utf-8").replace('"trace.npz"', '"/etc/passwd"'), encoding="utf-8")
    with pytest.raises(InputError, match="is outside the session's folder and may not be read"):
        read_session(path)


@pytest.mark.parametrize("words", [*KINDS, "reference trace.npz"])
def test_the_words_of_a_run_beside_are_found_again(words: str) -> None:
    recipe = Recipe(Source(), Blueprint(("lstm",), (4,)))
    assert words_beside(recipe_beside(words, recipe), recipe) == words


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "int8"])
def test_a_run_in_few_bits_is_that_of_rounded_weights(kind: str) -> None:
    recipe = Recipe(Source(), Blueprint(("lstm",), (4,)))
    run = recipe.build()
    rounded = Run(narrowed(run.network, kind), run.sequence)
    assert every_bit(recipe_beside(kind, recipe).build()) == every_bit(rounded)


def test_a_run_in_float32_computes_in_it() -> None:
    recipe = recipe_beside("float32", Recipe(Source(), Blueprint(("lstm",), (4,))))
    assert recipe.build().walk().at(2).y.dtype == np.float32


def test_a_network_that_learns_follows_no_trace() -> None:
    run = Run(network("elman"), sequence(4, targets=np.zeros((4, 4))), learning=Learning("sse"))
    with pytest.raises(InputError, match="a network that learns follows no trace"):
        followed(run, Trace({(0, "s"): np.zeros((1, 4, 4))}))


def test_a_table_of_forced_values_is_one_force_a_timestep() -> None:
    values = np.random.default_rng(1).normal(size=(300, 4))
    base = network("lstm"), sequence(320)
    table = Run(*base, interventions=Interventions(((Force("c", 11, None, values),),)))
    single = tuple(Force("c", 11 + row, None, values[row]) for row in range(300))
    assert every_bit(table) == every_bit(Run(*base, interventions=Interventions((single,))))
    done = table.interventions
    assert [done.forced(0, "c", t, 2) for t in (10, 11, 310, 311)] == [False, True, True, False]


def test_who_wrote_a_memory_that_is_forced() -> None:
    """At t = 5 and 6 the trace wrote all of it, so nothing older is left of it at t = 7."""
    values = np.random.default_rng(1).normal(size=(2, 4))
    run = Run(network("lstm"), sequence(8), interventions=Interventions(((Force("c", 5, None, values),),)))
    walk = run.walk()
    found = ledger(walk, 0, "c", 1, 7)
    assert {writer.t: writer.given for writer in found.writers} == {7: False, 6: True}
    assert sum(writer.write * writer.kept for writer in found.writers) == pytest.approx(
        walk.at(7).values["c"][1], rel=1e-12
    )


def test_two_runs_that_part_late_are_found_over_chunks() -> None:
    """By hand: the second run has one x changed at t = 700, and nothing before it differs."""
    read = sequence(900)
    x = np.array(read.x)
    x[699, 1] += 1
    net = network("elman", "lstm")
    one, two = Run(net, read), Run(net, sequence(900))
    two = Run(net, replace(read, x=x))
    for run in (one, two):
        while run.advance():
            pass
    found = first_apart(one.walk(), two.walk())
    assert found is not None
    assert (found.t, found.layer, found.quantity, found.unit) == (700, 1, "s", 1)
    assert first_apart(one.walk(), one.walk()) is None


def test_without_another_run_the_key_says_what_would_help() -> None:
    stepper = Stepper(Session())
    stepper.do("to_difference")
    assert stepper.notice.startswith("there is one run alone")
    assert stepper.session.gaze.focus is None


def test_equal_runs_differ_nowhere() -> None:
    recipe = Recipe(Source(), Blueprint(("lstm",), (4,)))
    stepper = stepping(Session(recipe, beside=recipe_beside("float64", recipe)))
    stepper.do("to_difference")
    assert stepper.notice == "no number of the two runs differs"
    assert stepper.session.at == 0


def test_an_edit_is_found_as_well() -> None:
    stepper = stepping(Session())
    stepper.do("edits", "x[3] = 0")
    stepper.finish()
    stepper.do("to_difference")
    assert (stepper.session.at, stepper.session.gaze.focus) == (3, Focus("s", 0, 0, 0))


def test_the_selected_number_stands_in_the_tables_of_both_runs(faulty: tuple[Recipe, Path, Values, Values]) -> None:
    """Where the tables show few of the units they are the same ones, else two numbers of other units look alike."""
    recipe, file, _, _ = faulty
    stepper = stepping(Session(recipe, beside=recipe_beside(f"reference {file}", recipe)))
    stepper.do("to_difference")
    pair, focus = stepper.here.frame.pair, stepper.session.gaze.focus
    assert pair is not None
    assert focus is not None
    assert pair.gaze.focus == focus


def test_what_differs_is_written_with_the_digits_in_which_it_differs(tmp_path: Path) -> None:
    """All weights are 0, and so is s; the trace has 0.0000125 once."""
    save_network(
        Network([Layer("elman", {"W": np.zeros((2, 2)), "U": np.zeros((2, 2)), "b": np.zeros(2)})]), tmp_path / "M.npz"
    )
    np.save(tmp_path / "x.npy", np.ones((2, 2)))
    np.savez(tmp_path / "trace.npz", s=np.array([[0.0, 0.0], [0.0, 1.25e-5]]))
    recipe = Recipe(Source(path=str(tmp_path / "x.npy")), Blueprint(model=str(tmp_path / "M.npz")))
    stepper = stepping(Session(recipe, beside=recipe_beside(f"reference {tmp_path / 'trace.npz'}", recipe)))
    stepper.do("to_difference")
    assert stepper.notice == "first difference: s[2] of layer 1: 0.00000, 0.00001"
    assert stepper.session.at == 2
