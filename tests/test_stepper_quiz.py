"""Questions by hand: which answers are right, what is hidden until then, and what is shown after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stepping import stepping

from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Focus, Lesson, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.stepper.commands import hints
from rnn_tui.stepper.lessons import told_of
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
            told = told_of(stepper.here)
            assert told is not None
            assert told.verdict.startswith(word), answer
            score = 1 if word == "Right: " else 0
            assert told.verdict.endswith(f"Score: {score} of 1.")


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
    told = told_of(stepper.here)
    assert told is not None
    assert told.verdict.startswith("Right: y[2][1] is -0.5000.")


def test_an_answered_question_is_asked_anew_and_its_number_hidden_again() -> None:
    stepper = asked(NUMBER)
    begun = stepper.session
    stepper.do("answer", "7")
    assert ("ask again" in [word for _, _, word in hints(stepper.here)]) is True
    stepper.press("a")
    assert stepper.asked is not None
    assert stepper.asked.title.startswith("?")
    assert (stepper.session, stepper.frame.hidden) == (begun, (("y", 2, 0),))
    stepper.close()
    assert stepper.frame.hidden == (("y", 2, 0),)
    stepper.do("answer", "-0.5")
    told = told_of(stepper.here)
    assert told is not None
    assert told.verdict.endswith("Score: 1 of 1.")


def focused(display: str) -> Stepper:
    """A lesson of one stop with a number selected and a question."""
    return stepping(
        parse_session(
            f"""version = 1
at = 3
[network]
cell = "lstm"
[display]
{display}
[[stops]]
title = "one"
[stops.question]
text = "?"
kind = "sign"
of = "s[3][1]"
"""
        )
    )


@pytest.mark.parametrize("zoom", ["step", "operation", "number"])
def test_where_a_number_is_selected_the_question_can_be_answered(zoom: str) -> None:
    stepper = focused(f'zoom = "{zoom}"\nfocus = "f[2]"')
    assert (2, "a", "answer") in list(hints(stepper.here))
    stepper.press("a")
    assert stepper.asked is not None
    stepper.do("answer", "+")
    told = told_of(stepper.here)
    assert told is not None
    assert told.verdict.startswith("Right: ")


@pytest.mark.parametrize(
    ("display", "shown"),
    [
        ('focus = "f[2]"', "f"),
        ('focus = "U_o[2][3]"', "o"),
        ('focus = "b_g[1]"', "g"),
        ('focus = "x[1]"', "i"),  # all four read it
        ('focus = "c[1]"', "i"),  # no sum makes it
        ('focus = "f[2]"\ngate = 3', "o"),
        ('zoom = "number"\nfocus = "f[2]"', "f"),
        ('zoom = "number"\nfocus = "c[1]"', "c"),
        ('zoom = "operation"\nfocus = "c[t-1][1]"', "c"),
        ('zoom = "operation"\noperation = 2\nfocus = "f[2]"', "g"),
    ],
)
def test_a_number_that_a_file_selects_has_its_equation_in_view(display: str, shown: str) -> None:
    stepper = focused(display)
    assert stepper.frame.equation.target == shown
    again = parse_session(session_text(stepper.session))
    assert again.gaze == stepper.session.gaze


def test_what_one_selects_below_the_equation_is_saved_with_that_equation() -> None:
    stepper = stepping(parse_session('version = 1\nat = 3\n[network]\ncell = "lstm"\n'))
    stepper.do("select")
    while stepper.session.gaze.focus != Focus("f", 0, 0):
        stepper.do("next_table")
    assert stepper.frame.equation.target == "i"
    assert parse_session(session_text(stepper.session)).gaze == stepper.session.gaze


def test_a_number_of_another_layer_is_explained_there() -> None:
    stepper = stepping(
        parse_session(
            """version = 1
at = 3
[network]
cell = "elman,softmax"
[[stops]]
title = "one"
[stops.question]
text = "?"
kind = "sign"
of = "1:s[3][1]"
"""
        )
    )
    stepper.do("answer", "+")
    assert (stepper.frame.index, stepper.session.gaze.focus) == (0, Focus("s", 0, 0))


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
