"""Predict, then see: what is asked where, what is hidden meanwhile, and what is said to an answer.

The readout is worked by hand (`letters`). The elman is: z is w x + u s + b with x = 1, 0, 2, 0, so that s is
tanh(0.5) = 0.4621, tanh(-0.4621) = -0.4318, tanh(1.4318) = 0.8920 and tanh(-0.8920) = -0.7122.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from driven import running
from letters import hello
from stepping import stepping

from rnn_tui import Network, load_sequence
from rnn_tui.core.layer import Layer
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Focus, Gaze, Lesson, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.stepper.quiz import AnswerError
from rnn_tui.stepper.stepper import Stepper

SEQUENCE = Sequence([[1.0], [0.0], [2.0], [0.0]])
ELMAN = Session.of(Network([Layer("elman", {"W": [[0.5]], "U": [[-1.0]], "b": [0.0]})]), SEQUENCE)
GATED = Session.of(
    Network(
        [
            Layer(
                "gru",
                {
                    n: [[v]] if n[0] in "WU" else [v]
                    for n, v in {
                        "W_r": 1,
                        "U_r": 0,
                        "b_r": 0,
                        "W_z": -1,
                        "U_z": 0,
                        "b_z": 0,
                        "W_n": 1,
                        "U_n": 1,
                        "b_n": 0,
                    }.items()
                },
            )
        ]
    ),
    SEQUENCE,
)
"""Its gate z is the logistic of -x: 0.2689, 0.5, 0.1192, 0.5."""
HELLO = Session.of(hello().network, load_sequence("hello.txt"))


def asked(session: Session) -> Stepper:
    stepper = stepping(session)
    stepper.press("P")
    return stepper


def title(stepper: Stepper) -> str:
    assert stepper.asked is not None
    return stepper.asked.title


def test_the_sign_of_the_first_unit_of_the_state_is_asked_for_where_nothing_else_is() -> None:
    stepper = asked(ELMAN)
    assert title(stepper) == "t = 1: is s[1] positive or negative?  (+, - or 0)"
    assert (stepper.session.at, stepper.frame.hidden) == (1, (("s", 1, 0),))
    stepper.do("predict", "-")
    assert stepper.notice == "No: s[1][1] is 0.4621.   0 of 1 right so far"
    stepper.press("P")
    stepper.do("predict", "-")
    assert stepper.notice == "Right: s[2][1] is -0.4318.   1 of 2 right so far"


def test_the_answer_opens_the_sum_and_not_the_copy_of_it() -> None:
    stepper = asked(ELMAN)
    stepper.do("predict", "+")
    gaze = stepper.session.gaze
    assert (gaze.zoom, gaze.focus) == ("number", Focus("s", 0, 0))
    assert stepper.frame.equation.target == "s"


def test_the_answer_of_a_lesson_opens_the_sum_too() -> None:
    question = Question("?", "sign", of="y[1][1]")
    stepper = stepping(replace(ELMAN, at=1, lesson=Lesson((Stop("one", "", replace(ELMAN, at=1), question),))))
    stepper.do("answer", "+")
    assert stepper.session.gaze.focus == Focus("s", 0, 0)


@pytest.mark.parametrize(("name", "hidden"), [("s", "s"), ("y", "s")])
def test_the_selected_number_is_asked_for(name: str, hidden: str) -> None:
    two = Layer("elman", {"W": [[1.0], [-1.0]], "U": np.zeros((2, 2)), "b": [0.0, 0.0]})
    stepper = asked(Session.of(Network([two]), SEQUENCE))
    stepper = asked(replace(stepper.session, gaze=Gaze(focus=Focus(name, 0, 1)), at=2))
    assert title(stepper).startswith("t = 3: is s[2] positive or negative?")
    assert stepper.frame.hidden == ((hidden, 3, 1),)
    stepper.do("predict", "-")
    assert stepper.notice.startswith("Right: s[3][2] is -0.9640.")  # tanh(-2)


@pytest.mark.parametrize("focus", [Focus("W", None), Focus("x", 0), Focus("s", -1)])
def test_what_is_given_is_not_asked_for(focus: Focus) -> None:
    assert title(asked(replace(ELMAN, gaze=Gaze(focus=focus)))).startswith("t = 1: is s[1] positive or negative?")


@pytest.mark.parametrize(("at", "right", "value"), [(0, "<", "0.2689"), (1, "=", "0.5000"), (2, "<", "0.1192")])
def test_a_gate_is_compared_with_its_middle(at: int, right: str, value: str) -> None:
    told = []
    for answer in "<=>":
        stepper = asked(replace(GATED, at=at, gaze=Gaze(focus=Focus("z", 0))))
        assert title(stepper) == f"t = {at + 1}: is z[1] larger or smaller than 0.5?  (>, < or =)"
        assert stepper.frame.equation.target == "z"
        stepper.do("predict", answer)
        assert f"z[{at + 1}][1] is {value}, 0.5 is 0.5000." in stepper.notice
        told.append(stepper.notice.startswith("Right"))
    assert told == [answer == right for answer in "<=>"]


def test_a_share_is_compared_with_what_it_was_and_the_others_do_not_tell() -> None:
    stepper = asked(replace(HELLO, at=1, gaze=Gaze(focus=Focus("y", 0, 0))))
    assert title(stepper) == "t = 2: is y[1] larger or smaller than at t = 1, where it was 0.7000?  (>, < or =)"
    assert stepper.frame.hidden == tuple(("y", 2, row) for row in range(4))
    stepper.do("predict", "smaller")
    assert stepper.notice.startswith("Right: y[2][1] is 0.1000, y[1][1] is 0.7000.")


def test_there_is_no_share_before_the_first() -> None:
    stepper = asked(replace(HELLO, gaze=Gaze(focus=Focus("y", 0, 0))))
    assert title(stepper) == "t = 1: is y[1] larger or smaller than 0.5?  (>, < or =)"


@pytest.mark.parametrize(
    ("answer", "notice"),
    [
        ("l", "Right: l has 0.7000.   1 of 1 right so far"),
        ("3", "Right: l has 0.7000.   1 of 1 right so far"),
        ("o", "No: l has 0.7000, o has 0.1000.   0 of 1 right so far"),
    ],
)
def test_after_a_softmax_the_letter_is_asked_for(answer: str, notice: str) -> None:
    stepper = asked(replace(HELLO, at=3))
    assert title(stepper) == "t = 4: what does the network find most likely?  (e, h, l or o)"
    assert stepper.frame.hidden == tuple(("y", 4, row) for row in range(4))
    stepper.do("predict", answer)
    assert (stepper.notice, stepper.frame.hidden) == (notice, ())
    assert (stepper.session.gaze.zoom, stepper.session.gaze.focus) == ("number", Focus("y", 0, 2))


def test_what_is_no_letter_is_told_and_counts_for_nothing() -> None:
    stepper = asked(HELLO)
    before = stepper.session
    with pytest.raises(AnswerError, match=r"answer with e, h, l or o"):
        stepper.do("predict", "z")
    assert stepper.session == before


def test_a_letter_that_is_a_digit_is_meant_before_a_place() -> None:
    """Of the letters 2 and 1 in this order the network finds the first most likely: that is place 1, letter 2."""
    rows = np.eye(2)
    network = Network([Layer("softmax", {"W": [[1.0, 1.0], [0.0, 0.0]], "b": [0.0, 0.0]})])
    session = Session.of(network, Sequence(rows, rows, outcomes="21"))
    for answer, verdict in (("2", "Right"), ("1", "No")):
        stepper = asked(session)
        stepper.do("predict", answer)
        assert stepper.notice.startswith(f"{verdict}: 2 has 0.7311")


@pytest.mark.parametrize("word", ["space", " Space "])
def test_white_space_is_answered_by_its_name(word: str) -> None:
    rows = np.eye(2)
    network = Network([Layer("softmax", {"W": [[1.0, 1.0], [0.0, 0.0]], "b": [0.0, 0.0]})])
    stepper = asked(Session.of(network, Sequence(rows, rows, outcomes=" a")))
    assert title(stepper).endswith("  (space or a)")
    stepper.do("predict", word.strip().lower())
    assert stepper.notice.startswith("Right: space has 0.7311.")


def test_many_outcomes_are_counted() -> None:
    network = Network([Layer("softmax", {"W": np.eye(30), "b": np.zeros(30)})])
    stepper = asked(Session.of(network, Sequence(np.eye(30))))
    assert title(stepper).endswith("  (one of 30)")


@pytest.mark.parametrize(
    "gaze",
    [Gaze(maps=True), Gaze(zoom="number", focus=Focus("s", 0)), Gaze(zoom="operation"), Gaze(diagram="inside")],
)
def test_the_tables_one_needs_are_in_sight(gaze: Gaze) -> None:
    stepper = asked(replace(ELMAN, at=1, gaze=gaze))
    seen = stepper.session.gaze
    assert (seen.zoom, seen.maps, seen.back, seen.diagram) == ("step", False, False, "unrolled")


def test_no_timestep_follows_the_last_and_t_0_asks_nothing() -> None:
    stepper = asked(replace(ELMAN, at=4))
    assert (stepper.asked, stepper.notice) == (None, "there is no timestep after this one")
    with pytest.raises(AnswerError, match="nothing is computed yet"):
        stepping(ELMAN).do("predict", "+")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_dialog_leaves_the_tables_in_sight(size: tuple[int, int]) -> None:
    async with running(ELMAN, size=size) as app:
        text = await app.press("P")
        assert "is s[1] positive or negative" in text
        line = next(line for line in text.split("\n") if "0.50" in line)  # W is 0.5, U -1, x 1, and s_0 0
        words = line.split()
        assert "?" in words
        assert {"0.50", "-1.00", "1.00", "0.00"} <= {word.strip("·+→") for word in words}
