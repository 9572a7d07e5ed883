"""What is saved is what is shown: after an edit, another sequence, at a stop, and of a network made in Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stepping import LEARNING, NAMES, computed, numbers, ran, session, stepping

from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError, InputError
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.file import read_session, session_text
from rnn_tui.session.model import Gaze, Session
from rnn_tui.session.recipe import Recipe, Source
from rnn_tui.stepper.stepper import Stepper

PARAMETERS = {"W": [[1.0, -0.5]], "U": [[0.1]], "b": [1e-300]}
TARGETS = [[0.25], [float("nan")]]


def saved(stepper: Stepper, folder: Path, name: str = "s") -> Stepper:
    """The session as `s` saves it, opened again; learning goes on only as far as is looked at."""
    path = folder / f"{name}.toml"
    stepper.do("save", str(path))
    assert stepper.notice == f"saved as {path}; rnn-tui {path} opens it again"
    return Stepper(read_session(path))


def sigmoid(stepper: Stepper) -> str:
    """The text of the cell that is looked at, squashed otherwise."""
    text = stepper.do("edit").ask
    assert text is not None
    assert "tanh(" in text.text
    return text.text.replace("tanh(", "sigmoid(")


def test_a_network_and_a_sequence_from_python_are_saved_themselves(tmp_path: Path) -> None:
    own = Layer("elman", PARAMETERS)
    back = Layer("elman", {"W": [[2.0, 3.0]], "U": [[-1.0]], "b": [0.0]}, reverse=True)
    network = Network([Bidirectional(own, back, "mul"), Layer("dense", {"W": [[1 / 3]], "b": [0.5]})])
    sequence = Sequence([[1.0, 2.0], [0.1, -3.0]], TARGETS, ["a", "b"], "mine", ["p", "q"])
    stepper = stepping(Session.of(network, sequence, ({"s": np.array([0.7])},)))
    stepper.do("t", "2")
    again = saved(stepper, tmp_path)
    assert again.frame.t == 2
    assert numbers(again) == numbers(stepper)
    read, kept = again.frame.walk.sequence, again.frame.walk.network
    assert read.x.tobytes() == sequence.x.tobytes()
    assert (read.labels, read.name, read.features) == (("a", "b"), "mine", ("p", "q"))
    assert read.targets is not None
    np.testing.assert_array_equal(read.targets, TARGETS)
    assert [layer.cell.name for layer in kept.layers] == ["elman", "elman", "mul", "dense"]
    assert again.frame.walk.initial_state[0]["s"].tolist() == [0.7]


@pytest.mark.parametrize("name", NAMES)
def test_an_edited_cell_then_another_sequence_are_saved_and_read_again(name: str, tmp_path: Path) -> None:
    stepper = Stepper(session(name))
    stepper.do("layer", "1")
    stepper.do("edit", sigmoid(stepper))
    edited = stepper.frame.layer
    assert (edited.cell.edited, "sigmoid(" in edited.cell.text) == (True, True)
    assert numbers(saved(stepper, tmp_path, "edited")) == numbers(stepper)
    other = tmp_path / "other.csv"  # as wide as what was there, with its targets
    x, targets = (stepper.frame.walk.sequence.x, stepper.frame.walk.sequence.targets)
    columns = [f"x{i}" for i in range(x.shape[1])]
    rows = x[::-1]
    if targets is not None:
        columns += [f"target{i}" for i in range(targets.shape[1])]
        rows = np.column_stack((rows, np.nan_to_num(targets[::-1])))
    other.write_text("\n".join([",".join(columns), *(",".join(map(repr, row)) for row in rows.tolist())]))
    stepper.do("open", str(other))
    stepper.do("last")
    again = saved(stepper, tmp_path, "opened")
    assert numbers(again) == numbers(stepper)
    assert again.frame.walk.network.layers[0].cell.text == edited.cell.text
    assert again.frame.walk.sequence.x.tolist() == x[::-1].tolist()
    learning = session(name).recipe.learning
    assert again.session.recipe.learning == learning


def test_an_edited_cell_goes_on_learning() -> None:
    stepper = stepping(LEARNING)
    stepper.do("layer", "1")
    stepper.do("epoch", "3")
    stepper.do("edit", sigmoid(stepper))
    assert stepper.notice == "learning begins anew with this R"
    assert stepper.session.recipe.learning == LEARNING.recipe.learning
    assert (stepper.session.epoch, stepper.frame.run.last_epoch) == (1, 4)
    stepper.do("t", "1")
    first = stepper.frame.step.parameters
    stepper.do("epoch", "4")
    learned = stepper.frame.step.parameters
    for name, array in LEARNING.recipe.build().network.layers[0].parameters.items():
        assert first[name].tobytes() == array.tobytes()
        assert learned[name].tobytes() != array.tobytes()


def test_a_layer_that_is_edited_begins_at_zeros_and_the_others_where_they_did(tmp_path: Path) -> None:
    network = Network([Layer("elman", {**PARAMETERS, "W": [[0.5]]}), Layer("elman", {**PARAMETERS, "W": [[2.0]]})])
    before = ({"s": np.array([0.25])}, {"s": np.array([-0.5])})
    stepper = stepping(Session.of(network, Sequence([[1.0], [2.0]]), before))
    stepper.do("edit", sigmoid(stepper))
    again = saved(stepper, tmp_path)
    for each in (stepper, again):
        assert [state["s"].tolist() for state in each.frame.walk.initial_state] == [[0.25], [0.0]]


@pytest.mark.parametrize(("old", "new"), [("tanh(", "tahn("), ("W @ x", "U @ x"), ("y[t] =", "q[t] =")])
def test_an_edit_that_is_wrong_leaves_all_as_it_was(old: str, new: str) -> None:
    stepper = stepping(Session())
    text = stepper.frame.cell.text
    assert old in text
    with pytest.raises(CellError):
        stepper.do("edit", text.replace(old, new))
    assert stepper.session == Session()


@pytest.mark.parametrize(
    ("path", "why"),
    [("nowhere.csv", "no such file"), ("-", "the app needs the keyboard"), ("echo2", "elman takes 4 inputs")],
)
def test_a_sequence_that_cannot_be_opened_leaves_all_as_it_was(path: str, why: str) -> None:
    stepper = stepping(Session())
    stepper.do("edit", sigmoid(stepper))
    before = stepper.session
    with pytest.raises(InputError, match=why):
        stepper.do("open", path)
    assert stepper.session == before


def test_a_file_that_is_there_is_written_over_only_when_that_is_said_twice(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("mine")
    stepper = stepping(Session())
    ask = stepper.do("save").ask
    assert ask is not None
    with pytest.raises(InputError, match="exists; enter again writes over it"):
        stepper.do(ask.command, str(path))
    assert path.read_text() == "mine"
    stepper.do(ask.again, str(path))
    assert read_session(path) == Session()


@pytest.mark.parametrize("name", [name for name in NAMES if "-" in name])
def test_every_stop_is_saved_with_its_own_network(name: str, tmp_path: Path) -> None:
    stepper = Stepper(session(name))
    lesson = stepper.session.lesson
    assert lesson is not None
    for number in range(len(lesson.stops)):
        assert stepper.session.lesson is not None
        assert stepper.session.lesson.stop == number
        again = saved(stepper, tmp_path, str(number))
        assert again.session.lesson is not None
        assert again.session.lesson.stop == number
        assert numbers(again) == numbers(stepper)
        assert session_text(again.session, tmp_path) == session_text(stepper.session, tmp_path)  # every stop as well
        stepper.press("pagedown")


def test_run_prints_the_network_as_it_was_edited_at_a_stop(tmp_path: Path) -> None:
    stepper = stepping(session("what-is-rnn"))
    for _ in range(4):
        stepper.press("pagedown")
    stepper.do("edit", sigmoid(stepper))
    saved(stepper, tmp_path)
    assert ran(tmp_path / "s.toml", stepper.session, stepper.frame.index + 1) == computed(stepper)


@pytest.mark.parametrize("name", ["s.toml", "{whole}/s.toml"])
def test_a_current_folder_that_was_removed_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    Path("a.csv").write_text("1\n2\n")
    stepper = stepping(Session(Recipe(Source("a.csv"))))
    Path("a.csv").unlink()
    gone.rmdir()
    with pytest.raises(InputError, match="for the current folder was removed; open the app in a folder that is there"):
        stepper.do("save", name.format(whole=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_edited_layer_begins_at_zero_and_the_others_as_before() -> None:
    layers = [Layer("elman", {"W": [[1.0]], "U": [[1.0]], "b": [0.0]}) for _ in range(2)]
    begun = Session.of(Network(layers), Sequence([[0.0]]), ({"s": np.array([0.25])}, {"s": np.array([0.5])}))
    stepper = stepping(replace(begun, gaze=Gaze(layer=1)))
    stepper.do("edit", sigmoid(stepper))
    assert [float(state["s"][0]) for state in stepper.here.run.initial_state] == [0.0, 0.5]


def test_what_was_hidden_of_a_sequence_is_not_of_the_next() -> None:
    stepper = stepping(Session(hidden=(("s", 1, 0),), marks=(("a", 2),)))
    stepper.do("open", "seed-picture")
    assert (stepper.session.hidden, stepper.session.marks) == ((), ())


def test_what_was_guessed_of_another_sequence_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,price\n2021-01,3\n2021-02,4\n")
    stepper = stepping(Session())
    stepper.do("open", str(tmp_path / "a.csv"))
    assert stepper.notice == "its first line names the columns; column 1 labels the timesteps"
    stepper.do("open", "hello.txt")
    assert stepper.notice == ""
