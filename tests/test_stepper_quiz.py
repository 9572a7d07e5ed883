"""Questions by hand: which answers are right, what is hidden until then, and what is shown after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stepping import stepping

from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Focus, Lesson, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.stepper.quiz import AnswerError
from rnn_tui.stepper.stepper import Stepper

DOUBLE = Session.of(
    Network([Layer("dense", {"W": [[2.0], [-1.0]], "b": [0.0, 0.0]})]), Sequence([[1.5], [-0.25], [0.0]])
)
"""y is (3, -1.5), (-0.5, 0.25), (0, -0)."""
COMPARE = Question("?", "compare", of="y[1][1]", than="y[2][1]")
NUMBER = Question("?", "number", of="y[2][1]", tolerance=0.1)
CHOICE = Question("?", "choice", choices=("7", "left", "right"), answer="right")


def asked(question: Question) -> Stepper:
    return stepping(replace(DOUBLE, lesson=Lesson((Stop("one", "", DOUBLE, question),))))


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (Question("?", "sign", of="y[1][1]"), ("+", "positive", " Positive "), ("-", "0", "negative", "zero")),
        (Question("?", "sign", of="y[2][1]"), ("-", "−", "negative"), ("+", "0")),
        (Question("?", "sign", of="y[3][1]"), ("0", "zero"), ("+", "-")),
        (COMPARE, (">", "larger"), ("<", "smaller", "=", "equal")),
        (Question("?", "compare", of="y[3][1]", than="0"), ("=", "equal"), ("<", ">")),
        (Question("?", "compare", of="y[2][1]", than="y[1][1]"), ("<", "smaller"), (">", "larger")),
        (Question("?", "compare", of="y[1][1]", than="3.5"), ("<",), (">",)),
        (NUMBER, ("-0.5", "-.45", "-5e-1", "−0.59"), ("-0.61", "-0.39", "0.5", "0")),
        (CHOICE, ("right", "3"), ("left", "2", "7", "1")),
    ],
)
def test_right_is_right_and_wrong_is_wrong(question: Question, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    for answers, word in ((right, "Right: "), (wrong, "No: ")):
        for answer in answers:
            stepper = asked(question)
            stepper.do("answer", answer)
            assert stepper.told is not None
            assert stepper.told.verdict.startswith(word), answer
            score = 1 if word == "Right: " else 0
            assert stepper.told.verdict.endswith(f"Score: {score} of 1.")


@pytest.mark.parametrize(
    ("question", "answer", "why"),
    [
        (Question("?", "sign", of="y[1][1]"), "yes", r"answer \+, - or 0"),
        (COMPARE, "+", r"answer > \(larger\), < \(smaller\) or = \(equal\)"),
        (NUMBER, "half", "answer with a number"),
        (NUMBER, "nan", "answer with a number"),
        (NUMBER, "1e9999", "answer with a number"),
        (CHOICE, "4", "answer with 1 to 3"),
        (CHOICE, "up", "answer with 1 to 3"),
    ],
)
def test_what_is_no_answer_is_told_and_counts_for_nothing(question: Question, answer: str, why: str) -> None:
    stepper = asked(question)
    before = stepper.session
    with pytest.raises(AnswerError, match=why):
        stepper.do("answer", answer)
    assert stepper.session == before


def test_the_number_is_hidden_until_it_is_answered_and_then_explained() -> None:
    stepper = asked(NUMBER)
    assert stepper.frame.hidden == (("y", 2, 0),)
    stepper.do("answer", "-0.5")
    assert not stepper.frame.hidden
    assert (stepper.session.at, stepper.session.gaze.zoom) == (2, "number")
    assert stepper.session.gaze.focus == Focus("y", 0, 0)
    stepper.press("a")
    assert stepper.notice == "Right: y[2][1] is -0.5000."


def test_a_prediction_hides_the_next_output_and_shows_it_after() -> None:
    stepper = stepping(DOUBLE)
    stepper.press("P")
    assert stepper.asked is not None
    assert (stepper.session.at, stepper.frame.hidden) == (1, (("y", 1, 0),))
    stepper.do("predict", "-")
    assert stepper.notice == "No: y[1][1] is 3.0000.   0 of 1 right so far"
    assert (stepper.frame.hidden, stepper.session.gaze.focus) == ((), Focus("y", 0, 0))
    stepper.do("last")
    stepper.press("P")
    assert stepper.notice == "there is no timestep after this one"
