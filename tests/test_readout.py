"""What the last layer predicts: its names, its largest number, and whether that is the target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from letters import LETTERS, hello, readout

from rnn_tui import Network, Run, load_sequence
from rnn_tui.core.errors import InputError
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.readout import NONE, RIGHT, WRONG, Prediction, Score
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Session

MARKS = [RIGHT, RIGHT, RIGHT, WRONG, NONE]
"""Of hello, whose last letter has none after it."""


def marks(run: Run) -> list[int]:
    while run.advance():
        pass
    score = run.walk().tape.score
    assert score is not None
    return score.marks.tolist()


def table(folder: Path, text: str) -> Sequence:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return load_sequence(str(path))


def test_a_prediction_is_the_largest_share_and_the_share_of_the_target() -> None:
    walk = hello().walk()
    assert walk.run.readout is not None
    first, fourth, last = (walk.run.readout.prediction(t, walk.at(t).y) for t in (1, 4, 5))
    letters = dict(zip("ehlo", range(4), strict=True))
    assert isinstance(first, Prediction)
    assert (first.unit, first.target, first.right) == (letters["e"], letters["e"], True)
    assert (first.share, first.target_share) == pytest.approx((0.7, 0.7))
    assert isinstance(fourth, Prediction)
    assert (fourth.unit, fourth.target, fourth.right) == (letters["l"], letters["o"], False)
    assert (fourth.share, fourth.target_share) == pytest.approx((0.7, 0.1))
    assert isinstance(last, Prediction)
    assert (last.unit, last.target, last.right) == (letters["h"], None, False)


@pytest.mark.parametrize("below", [True, False])
def test_right_and_wrong_are_known_once_they_have_been_passed(below: bool) -> None:
    run = hello(below=below)
    assert run.walk().tape.score is not None
    assert marks(run) == MARKS
    score = run.walk().tape.score
    assert score is not None
    assert (score.count(), score.count(1, 4), score.count(5, 6)) == ((3, 4), (3, 3), (0, 0))


def test_an_epoch_of_a_network_that_learns_is_told_too() -> None:
    run = hello(learning=Learning("cross-entropy"))
    assert marks(run) == MARKS


def test_what_runs_backwards_is_told_in_the_order_of_time() -> None:
    backwards = Layer("softmax", readout().parameters, reverse=True)
    assert marks(Run(Network([backwards]), load_sequence("hello.txt"))) == MARKS


def test_many_chunks_are_told_like_few() -> None:
    letters = "hello" * 300
    rows = np.eye(4)[[LETTERS.index(letter) for letter in letters]]
    targets = np.vstack([rows[1:], np.full((1, 4), np.nan)])
    again = marks(hello(sequence=Sequence(rows, targets, outcomes=LETTERS)))
    assert again == [*([RIGHT, RIGHT, RIGHT, WRONG, RIGHT] * 300)[:-1], NONE]


@pytest.mark.parametrize("width", [1, 2, 3, 5, 12])
def test_every_column_counts_its_own_timesteps(width: int) -> None:
    run = hello()
    wanted = marks(run)
    score = run.walk().tape.score
    assert score is not None
    starts = [column * 5 // width for column in range(width)]
    ends = [max(end, start + 1) for start, end in zip(starts, [*starts[1:], 5], strict=True)]
    told = [wanted[start:end] for start, end in zip(starts, ends, strict=True)]
    assert score.columns(width) == [(part.count(RIGHT), len(part) - part.count(NONE)) for part in told]


def test_not_a_number_predicts_nothing() -> None:
    network = hello().network
    other = Network([network.layers[0], Layer("softmax", {"W": np.full((4, 4), np.nan), "b": np.zeros(4)})])
    run = Run(other, load_sequence("hello.txt"))
    assert run.readout is not None
    assert run.readout.prediction(1, run.walk().at(1).y) is None
    assert marks(run) == [NONE] * 5


def test_class_numbers_count_from_0(tmp_path: Path) -> None:
    """The softmax of the columns of the identity finds class 0 at the first row and 1 at the second."""
    run = Run(
        Network([Layer("softmax", {"W": np.eye(3)[:, :2], "b": np.zeros(3)})]),
        table(tmp_path, "a,b,target\n1,0,0\n0,1,2\n0,1,\n0,1,1\n"),
    )
    assert run.readout is not None
    assert run.readout.names == ("0", "1", "2")
    assert marks(run) == [RIGHT, WRONG, NONE, RIGHT]


@pytest.mark.parametrize("targets", ["0.5", "3", "-1"])
def test_one_column_of_other_numbers_is_no_class(targets: str, tmp_path: Path) -> None:
    softmax = Layer("softmax", {"W": np.eye(3)[:, :2], "b": np.zeros(3)})
    run = Run(Network([softmax]), table(tmp_path, f"a,b,target\n1,0,0\n0,1,{targets}\n"))
    assert run.readout is not None
    assert (run.readout.names, run.readout.judged, run.walk().tape.score) == ((), False, None)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("a,target up,target_down", ("up", "down")),
        ("a,Target Up,target", ("Up", "target")),
        ("a,target1,target2", ("1", "2")),
        ("a,target,target", ()),
    ],
)
def test_target_columns_lend_their_names(header: str, names: tuple[str, ...], tmp_path: Path) -> None:
    sequence = table(tmp_path, f"{header}\n1,0.5,0.25\n2,0,1\n")
    assert sequence.outcomes == names
    dense = Run(Network([Layer("dense", {"W": np.ones((2, 1)), "b": np.zeros(2)})]), sequence)
    assert dense.readout is not None
    assert (dense.readout.names, dense.readout.judged) == (names, False)


def test_the_columns_taken_as_targets_keep_their_names(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,up,down\n1,0.5,0.25\n2,0,1\n", "utf-8")
    sequence = load_sequence(str(path), targets=2)
    assert (sequence.features, sequence.outcomes) == (("a",), ("up", "down"))


@pytest.mark.parametrize("cells", ["elman", "lstm:concat", "jordan"])
def test_a_state_or_a_join_is_no_readout(cells: str) -> None:
    sequence = load_sequence("hello.txt")
    assert Run(Network.random(cells, 4, 4), sequence).readout is None


def test_a_readout_of_another_width_has_no_names() -> None:
    run = Run(Network.random(["elman", "softmax"], 4, 3), load_sequence("hello.txt"))
    assert run.readout is not None
    assert (run.readout.width, run.readout.names, run.readout.judged) == (3, (), False)


def test_names_of_targets_are_as_many_as_the_targets_and_are_kept() -> None:
    with pytest.raises(InputError, match="there are 1 outcomes where the targets need 2"):
        Sequence([[1.0]], [[1.0, 2.0]], outcomes=["up"])
    with pytest.raises(InputError, match="there are 1 outcomes where the targets need 0"):
        Sequence([[1.0]], outcomes=["up"])
    sequence = Sequence([[1.0]], [[1.0, 2.0]], outcomes=["up", "down"])
    session = Session.of(Network([Layer("dense", {"W": [[1.0], [2.0]], "b": [0.0, 0.0]})]), sequence)
    again = parse_session(session_text(session)).recipe.build()
    assert again.sequence.outcomes == ("up", "down")


def test_a_score_of_nothing_passed_says_so() -> None:
    read = hello().readout
    assert read is not None
    score = Score(read)
    assert (score.count(), score.columns(0)) == ((0, 0), [])
