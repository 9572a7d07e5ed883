"""Sessions of people who learn as courses do it, with the values that they expected; each says where they are from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.cli.main import main
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.session.file import parse_session, read_session, session_text
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Numbers

CASES = Path(__file__).parent / "cases"


def test_half_the_sum_of_squares() -> None:
    """PyTorch's autograd of the sum of 0.5 (y - t)^2."""
    learner = read_session(CASES / "14-half-squared.toml").recipe.build().learner
    assert learner is not None
    epoch = learner.epoch(1)
    back = epoch.updates[0].back()
    assert epoch.loss == pytest.approx(0.1144355708, abs=5e-11)
    found = [back.parameters[0]["W"], back.parameters[0]["U"], back.parameters[1]["W"]]
    np.testing.assert_allclose(np.ravel(found), [0.692508, -0.231388, 0.409447], atol=5e-7)
    slopes = [float(back.adjoints[0][t].named["s"][0]) for t in range(3)]
    np.testing.assert_allclose(slopes, [0.380218, -0.405389, 0.348768], atol=5e-7)


def test_min_char_rnn() -> None:
    """PyTorch's autograd, each number of a gradient within 0.5, then Adagrad.

    That program divides by sqrt(m + 1e-8) and torch.optim.Adagrad, which is ours, by sqrt(m) + 1e-10: the losses agree
    to 1e-7, the parameters to all decimals that are told.
    """
    learner = read_session(CASES / "15-min-char-rnn.toml").recipe.build().learner
    assert learner is not None
    assert learner.epoch(1).loss == pytest.approx(2.4592555535, abs=5e-11)
    assert learner.epoch(2).loss == pytest.approx(2.0663324727, abs=1e-7)
    elman, readout = (layer.parameters for layer in learner.epoch(2).after.layers)
    right: dict[str, Any] = {
        "W": [[-1.592744, -1.484025], [-1.517105, -0.535088]],
        "U": [[-2.166597, -0.044661], [-0.810574, 1.0351]],
        "b": [-0.1407, -0.169259],
    }
    assert set(right) == set(elman)
    for name, wanted in right.items():
        np.testing.assert_allclose(elman[name], wanted, atol=5e-7)
    np.testing.assert_allclose(readout["W"], [[0.789289, 1.24945], [0.940711, 0.09055]], atol=5e-7)
    np.testing.assert_allclose(readout["b"], [0.134799, -0.134799], atol=5e-7)


def test_how_it_learns_is_kept_in_the_file() -> None:
    text = (
        (CASES / "15-min-char-rnn.toml")
        .read_text(encoding="utf-8")
        .replace("epochs = 2", 'epochs = 2\nweight_decay = 0.25\nreduction = "mean"\nschedule = "step:3:0.5"')
    )
    session = parse_session(text)
    again = parse_session(session_text(session))
    learning = again.recipe.learning
    assert learning == session.recipe.learning
    assert learning is not None
    assert (learning.reduction, learning.schedule) == ("mean", "step:3:0.5")
    assert (learning.optimizer.clip_value, learning.optimizer.weight_decay) == (0.5, 0.25)


def sequences() -> Session:
    return read_session(CASES / "16-two-sequences.toml")


def with_learning(session: Session, **fields: Any) -> Learner:
    """How case 16 learns, but for some fields."""
    learning = session.recipe.learning
    assert learning is not None
    learner = replace(session.recipe, learning=replace(learning, **fields)).build().learner
    assert learner is not None
    return learner


def test_two_sequences_with_an_update_after_each() -> None:
    """PyTorch's autograd, SGD at 0.1."""
    learner = with_learning(sequences())
    epoch = learner.epoch(1)
    assert [float(epoch.losses[:2].sum()), float(epoch.losses[2:].sum())] == pytest.approx(
        [0.1407828, 1.2524103], abs=5e-8
    )
    elman, readout = (layer.parameters for layer in epoch.after.layers)
    right = {"W": [[0.462238], [-0.350685]], "U": [[0.181263, -0.091618], [0.318664, 0.092241]]}
    for name, wanted in {**right, "b": [0.171876, -0.021846]}.items():
        np.testing.assert_allclose(elman[name], wanted, atol=5e-7)
    np.testing.assert_allclose(readout["W"], [[0.658918, -0.57237]], atol=5e-7)
    np.testing.assert_allclose(readout["b"], [0.10009], atol=5e-7)


def test_what_run_writes_of_two_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CASES / "16-two-sequences.toml")
    assert main(["run", path, "--format", "jsonl", "--layer", "2"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(lines[2]) == ["t", "layer", "label", "sequence", "x", "s_prev", "s", "y", "target", "loss"]
    assert [(line["t"], line["sequence"]) for line in lines] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    losses = [sum(line["loss"] for line in lines if line["sequence"] == number) for number in (1, 2)]
    assert losses == pytest.approx([0.1407828, 1.2524103], abs=5e-8)
    assert main(["run", path, "--from", "3", "--to", "3", "--digits", "2"]) == 0
    assert capsys.readouterr().out.startswith("t = 3  sequence 2 of 2, its t = 1\n")
    assert main(["run", path, "--format", "csv", "--layer", "all", "--from", "2", "--to", "3"]) == 0
    header, *rows = (row.split(",") for row in capsys.readouterr().out.splitlines())
    at = header.index("sequence")
    assert [row[at] for row in rows] == ["1", "1", "2", "2"]
    assert main(["run", path, "--sequence", "2", "--format", "jsonl"]) == 0
    assert all("sequence" not in json.loads(line) for line in capsys.readouterr().out.splitlines())


STATES = [{"s": np.array([0.1, -0.2])}, {}]


@pytest.mark.parametrize(
    ("optimizer", "losses", "state"),
    [
        (
            {"name": "sgd", "rate": 0.1},
            [0.13038969304257764, 1.2091950346683313, 0.15291414355123373, 1.0526639948764691],
            [0.08934508783891919, -0.25544997736603514],
        ),
        (
            {"name": "sgd", "rate": 0.1, "momentum": 0.5, "clip": 0.5},
            [0.13038969304257764, 1.1864458901462656, 0.10791277424995008, 1.1688834336127627],
            [0.09159037137638779, -0.2343170803943632],
        ),
        (
            {"name": "adam", "rate": 0.1},
            [0.13038969304257764, 1.4228821895454937, 0.06774638047830073, 0.7904605397429341],
            [-0.19802088096497603, -0.5425060367802759],
        ),
    ],
)
def test_the_initial_state_is_learned_as_a_parameter_is(
    optimizer: dict[str, Any], losses: list[float], state: list[float]
) -> None:
    """torch 2.13.0, autograd and torch.optim, the state a leaf among the parameters that both sequences begin with."""
    recipe = sequences().recipe
    numbers = recipe.blueprint.numbers
    assert numbers is not None
    begun = replace(recipe, blueprint=Blueprint(numbers=Numbers(numbers.network, tuple(STATES))))
    learning = Learning("sse", 0, 2, Optimizer(**optimizer), learn_initial_state=True)
    run = replace(begun, learning=learning).build()
    assert run.learner is not None
    found = [run.learner.epoch(epoch).losses[part].sum() for epoch in (1, 2) for part in (slice(2), slice(2, 4))]
    assert [float(loss) for loss in found] == pytest.approx(losses, rel=1e-9)
    np.testing.assert_allclose(run.learner.epoch(2).end.initial[0]["s"], state, rtol=1e-9)
    begins = [run.walk(2).at(0).below[0].state["s"], run.walk(2).at(1).below[0].state_prev["s"]]
    np.testing.assert_array_equal(begins[0], begins[1])
    np.testing.assert_array_equal(begins[0], run.learner.epoch(1).end.initial[0]["s"])


@pytest.mark.parametrize(
    ("learned", "losses", "judged"),
    [
        (False, [0.14078275425890252, 0.09222329824684798], [1.2524103009871663, 1.3121681251813526]),
        (True, [0.13038969304257764, 0.08836627716376474], [1.2091950346683313, 1.2700090749014827]),
    ],
)
def test_the_second_sequence_judges_what_is_learned_from_the_first(
    learned: bool, losses: list[float], judged: list[float]
) -> None:
    """torch 2.13.0; with the initial state of above, and learned, too."""
    recipe = sequences().recipe
    numbers = recipe.blueprint.numbers
    assert numbers is not None
    states = tuple(STATES) if learned else ()
    blueprint = Blueprint(numbers=Numbers(numbers.network, states))
    learning = Learning("sse", 0, 2, Optimizer("sgd", 0.1), learn_initial_state=learned, validation="2")
    learner = replace(recipe, blueprint=blueprint, learning=learning).build().learner
    assert learner is not None
    while learner.advance():
        pass
    assert learner.losses == pytest.approx(losses, rel=1e-12)
    assert learner.validations == pytest.approx(judged, rel=1e-12)
    again = replace(recipe, blueprint=blueprint, learning=learning).build().learner
    assert again is not None
    assert [again.epoch(epoch).validation for epoch in (2, 1)] == learner.validations[::-1]


def test_what_run_says_of_validation(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CASES / "16-two-sequences.toml")
    assert main(["run", path, "--validation", "2", "--epochs", "2", "--format", "jsonl", "--layer", "2"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [line["validation"] for line in lines] == pytest.approx([1.2524103009871663] * 2 + [1.3121681251813526] * 2)
    assert list(lines[0])[-4:] == ["target", "loss", "validation", "epoch"]
    assert "sequence" not in lines[0]
    assert printed.err.splitlines() == [
        "16-two-sequences.csv: these are all 2 sequences of the file, one after the other",
        "16-two-sequences.csv: sequence 2 is judged by, and not learned from",
        "16-two-sequences.csv (2 of 2): validation loss 1.31217 after epoch 2, 0.6561 a timestep, "
        "the smallest 0.6262 after epoch 1",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--validation", "3"], "--validation: there is no sequence 3; there are 1 to 2"),
        (["--validation", "0"], "--validation: there is no sequence 0; there are 1 to 2"),
        (["--sequence", "1", "--validation", "1"], "--validation: sequence 1 is learned from; another one"),
        (["--validation", "nowhere.csv"], "nowhere.csv: no such file"),
        (["--validation", "-"], "--validation: cannot be standard input; give it a file"),
        (["--validation", "hello.txt"], "hello.txt"),
        (["--sequence", "some"], "--sequence: 'some' is no sequence; a number is, from 1, or all"),
    ],
)
def test_no_such_validation(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(CASES / "16-two-sequences.toml"), *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"rnn-tui: {said}")
    assert error.count("\n") == 1


def test_sequences_validation_and_states_that_are_learned_are_kept_in_the_file() -> None:
    text = (CASES / "16-two-sequences.toml").read_text("utf-8")
    session = parse_session(f"{text}validation = 2\nlearn_initial_state = true\n", folder=CASES)
    written = session_text(session, CASES)
    assert 'number = "all"' in written
    assert "validation = 2" in written
    again = parse_session(written, folder=CASES)
    assert (again.recipe.learning, again.recipe.source) == (session.recipe.learning, session.recipe.source)
    other = parse_session(f'{text}validation = "16-two-sequences.csv"\n', folder=CASES)
    assert 'validation = "16-two-sequences.csv"' in session_text(other, CASES)
    validation = other.recipe.build().validation
    assert validation is not None
    assert validation.x[:, 0].tolist() == [1, 0, 0, 1]


def test_states_that_were_learned_are_saved_with_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, model = str(CASES / "16-two-sequences.toml"), str(tmp_path / "m.npz")
    assert main(["run", case, "--learn-initial-state", "--epochs", "2", "--save", model]) == 0
    capsys.readouterr()
    learner = with_learning(sequences(), learn_initial_state=True, epochs=2)
    wanted = learner.epoch(2).end.initial[0]["s"]
    assert wanted.all()
    assert main(["run", case.replace(".toml", ".csv"), "--model", model, "--layer", "1", "--format", "jsonl"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["s_prev"] == wanted.tolist()
    plain = str(tmp_path / "plain.npz")
    assert main(["run", case, "--save", plain]) == 0
    with np.load(plain) as arrays:
        assert not any(name.startswith("initial") for name in arrays)
