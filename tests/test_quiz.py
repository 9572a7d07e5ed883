"""Answers judged by hand: y is x here, so that every number asked for stands in the sequence."""

from __future__ import annotations

import pytest

from rnn_tui import Layer, Network, Run, Sequence
from rnn_tui.session.model import Focus
from rnn_tui.session.question import Question
from rnn_tui.stepper.quiz import AnswerError, judged, secrets_of

X = [[0.0, 0.5], [2.0, -1.0], [2.0, 3.0]]
WALK = Run(Network([Layer("dense", {"W": [[1.0, 0.0], [0.0, 1.0]], "b": [0.0, 0.0]})]), Sequence(X)).walk()


@pytest.mark.parametrize(
    ("of", "answer", "right"),
    [
        ("y[1][1]", "0", True),
        ("y[1][1]", "zero", True),
        ("y[1][1]", "+", False),
        ("y[1][1]", "-", False),
        ("y[2][2]", "-", True),
        ("y[2][2]", "−", True),
        ("y[2][2]", "negative", True),
        ("y[2][2]", "+", False),
        ("y[2][2]", "0", False),
        ("y[3][2]", "positive", True),
        ("y[3][2]", "-", False),
    ],
)
def test_the_sign_of_a_number(of: str, answer: str, right: bool) -> None:
    assert judged(Question("?", "sign", of), answer, WALK, 0, 0).right is right


@pytest.mark.parametrize(
    ("of", "than", "answer", "right"),
    [
        ("y[2][1]", "y[2][2]", ">", True),  # 2 and -1
        ("y[2][1]", "y[2][2]", "larger", True),
        ("y[2][1]", "y[2][2]", "<", False),
        ("y[2][1]", "y[2][2]", "smaller", False),
        ("y[2][2]", "y[2][1]", "smaller", True),
        ("y[2][1]", "y[3][1]", ">", False),  # 2 and 2: neither
        ("y[2][1]", "y[3][1]", "<", False),
        ("y[2][1]", "y[3][1]", "=", True),
        ("y[2][1]", "y[3][1]", "equal", True),
        ("y[2][1]", "y[2][2]", "=", False),
        ("y[1][2]", "0.5", "=", True),
        ("y[1][2]", "0.5", ">", False),
        ("y[1][2]", "0.5", "<", False),
        ("y[1][2]", "0.25", ">", True),
    ],
)
def test_two_numbers_compared(of: str, than: str, answer: str, right: bool) -> None:
    assert judged(Question("?", "compare", of, than), answer, WALK, 0, 0).right is right


@pytest.mark.parametrize(
    ("answer", "given", "right"),
    [
        ("one", "1", True),
        ("one", "one", True),
        ("one", "2", False),
        ("two", "2", True),
        ("two", "3", False),
        ("three", "3", True),
        ("three", "three", True),
        ("three", "two", False),
    ],
)
def test_a_choice_by_its_words_or_its_number(answer: str, given: str, right: bool) -> None:
    question = Question("?", "choice", choices=("one", "two", "three"), answer=answer)
    found = judged(question, given, WALK, 0, 0)
    assert (found.right, found.verdict) == (right, f"{'Right' if right else 'No'}: {answer}.")


@pytest.mark.parametrize("given", ["0", "4", "-1", "four", ""])
def test_what_is_none_of_the_choices_is_no_answer(given: str) -> None:
    question = Question("?", "choice", choices=("one", "two", "three"), answer="three")
    with pytest.raises(AnswerError, match="answer with 1 to 3"):
        judged(question, given, WALK, 0, 0)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("0.5", True),
        ("0.75", True),
        ("0.25", True),
        (".5", True),
        ("0.7501", False),
        ("0.2499", False),
        ("-0.5", False),
    ],
)
def test_a_number_within_its_tolerance_both_ends_included(answer: str, right: bool) -> None:
    question = Question("?", "number", "y[1][2]", tolerance=0.25)
    assert judged(question, answer, WALK, 0, 0).right is right


def test_the_verdict_tells_both_numbers_of_a_comparison() -> None:
    found = judged(Question("?", "compare", "y[2][1]", "y[2][2]"), "<", WALK, 0, 0)
    assert found.verdict == "No: y[2][1] is 2.0000, y[2][2] is -1.0000."


def test_a_verdict_has_the_digits_that_tell_two_numbers_apart() -> None:
    near = Run(Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})]), Sequence([[0.1234561], [0.1234567]])).walk()
    found = judged(Question("?", "compare", "y[1][1]", "y[2][1]"), "=", near, 0, 0)
    assert found.verdict == "No: y[1][1] is 0.123456, y[2][1] is 0.123457."


def test_the_number_asked_for_is_what_is_hidden_and_then_explained() -> None:
    question = Question("?", "sign", "y[2][2]")
    assert secrets_of(question) == (("y", 2, 1),)
    found = judged(question, "-", WALK, 0, 0)
    assert (found.focus, found.t) == (Focus("y", 0, 1), 2)


def test_a_parameter_is_never_hidden_and_not_explained() -> None:
    question = Question("?", "sign", "b[2]")
    assert secrets_of(question) == ()
    assert judged(question, "0", WALK, 0, 1).focus is None
