"""Predict, then reveal: what a question hides, and whether an answer is right."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import free
from rnn_tui.core.errors import InputError
from rnn_tui.core.references import Ref
from rnn_tui.core.run import Walk
from rnn_tui.session.model import BY, Focus
from rnn_tui.session.question import NUMBER, Question

VERDICT = 4
"""Digits of the numbers in a verdict; of two that are compared and differ as many more as tell them apart."""
SIGNS = {"+": "positive", "-": "negative", "0": "zero"}


class AnswerError(InputError):
    """What is no answer to a question."""


class LessonError(InputError):
    """A lesson that says what is not so, or does not fit."""


@dataclass(frozen=True)
class Answer:
    """An answer that was given.

    Attributes:
        right: whether it is.
        verdict: what is said to it, with the number.
        focus: the number it was about, to be explained; None where it was about no number.
        t: its timestep.
        layer: its layer, from 1; 0 is the one that is shown.
    """

    right: bool
    verdict: str
    focus: Focus | None
    t: int
    layer: int = 0


def question_faults(question: Question, walk: Walk, layer: int, cursor: int) -> Iterator[tuple[str, InputError]]:
    """Why a question cannot be answered: the keys that name no number of the run, and what is wrong with each."""
    for key, number in (("of", _asked), ("than", _other)):
        if getattr(question, key):
            try:
                number(question, walk, layer, cursor)
            except InputError as error:
                yield key, error


def secrets_of(question: Question) -> tuple[tuple[str, int, int], ...]:
    """What must not be shown while a question is open: quantity, t, and row from 0; a parameter is nothing such."""
    if not question.of:
        return ()
    asked_for = Ref.parse(question.of)
    if asked_for.t is None or asked_for.row is None:
        return ()
    return (((BY if asked_for.gradient else "") + asked_for.name, asked_for.t, asked_for.row),)


def hint(question: Question) -> str:
    """How to answer, in brackets."""
    return {
        "sign": "  (+, - or 0)",
        "compare": "  (>, < or =)",
        "number": f"  (a number, within {question.tolerance:g})",
        "choice": "".join(f"  {i}: {choice}" for i, choice in enumerate(question.choices, 1)),
    }.get(question.kind, "")


def judged(question: Question, text: str, walk: Walk, layer: int, cursor: int) -> Answer:
    """Whether an answer is right.

    Raises:
        AnswerError: it is no answer at all.
        InputError: the question names no number of the run.
    """
    text = text.strip().replace("−", "-")
    if question.kind == "choice":
        right = choice_of(question, text) == question.answer
        return Answer(right, verdicts(question, walk, layer, cursor)[not right], None, 0)
    asked_for = Ref.about(question.of, walk.network, layer)
    value = _asked(question, walk, layer, cursor)
    if question.kind == "sign":
        given = {"positive": "+", "negative": "-", "zero": "0"}.get(text.lower(), text)
        if given not in SIGNS:
            raise AnswerError("", "", "answer +, - or 0")
        right = given == ("0" if value == 0 else "+" if value > 0 else "-")
    elif question.kind == "compare":
        other = _other(question, walk, layer, cursor)
        given = {"larger": ">", "smaller": "<", "equal": "="}.get(text.lower(), text)
        if given not in ("<", ">", "="):
            raise AnswerError("", "", "answer > (larger), < (smaller) or = (equal)")
        right = {">": value > other, "<": value < other, "=": value == other}[given]
    else:
        if not NUMBER.match(text):
            raise AnswerError("", "", "answer with a number")
        right = abs(float(text) - value) <= question.tolerance
    focus = Focus(asked_for.name, 0, asked_for.row or 0) if asked_for.timed and not asked_for.gradient else None
    reverse = walk.network.layers[layer].reverse
    verdict = verdicts(question, walk, layer, cursor)[not right]
    return Answer(right, verdict, focus, asked_for.when(cursor, reverse), asked_for.layer)


def verdicts(question: Question, walk: Walk, layer: int, cursor: int) -> tuple[str, str]:
    """What is said to a right answer and to a wrong one. Raises InputError: the question names no number of the run."""
    told = question.answer
    if question.kind != "choice":
        value = _asked(question, walk, layer, cursor)
        told = f"{question.of} is {free(value, VERDICT)}"
        if question.kind == "compare":
            other = _other(question, walk, layer, cursor)
            digits = next((d for d in range(VERDICT, 17) if free(value, d) != free(other, d)), VERDICT)
            told = f"{question.of} is {free(value, digits)}, {question.than} is {free(other, digits)}"
    return f"Right: {told}.", f"No: {told}."


def choice_of(question: Question, text: str) -> str:
    """The choice that is meant, by its words or by its number from 1. Raises AnswerError where it is none."""
    text, choices = text.strip(), question.choices
    if text in choices:
        return text
    if text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    raise AnswerError("", "", f"answer with 1 to {len(choices)}")


def _asked(question: Question, walk: Walk, layer: int, cursor: int) -> float:
    """The number asked for."""
    return Ref.about(question.of, walk.network, layer).value(walk, layer, cursor)


def _other(question: Question, walk: Walk, layer: int, cursor: int) -> float:
    """The number a comparison is with."""
    if NUMBER.match(question.than):
        return float(question.than)
    return Ref.about(question.than, walk.network, layer).value(walk, layer, cursor)
