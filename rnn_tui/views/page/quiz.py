"""Predict, then reveal: what a question hides, and whether an answer is right."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rnn_tui.core.references import Ref
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display, Focus, Question
from rnn_tui.views.page.lesson import LessonError
from rnn_tui.views.sheet.numbers import free

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\Z", re.IGNORECASE)
KINDS = ("sign", "compare", "choice", "number")
SIGNS = {"+": "positive", "-": "negative", "0": "zero"}


@dataclass(frozen=True)
class Answer:
    """An answer that was given.

    Attributes:
        right: whether it is.
        verdict: what is said to it, with the number.
        focus: the number it was about, to be explained; None where it was about no number.
        t: its timestep.
    """

    right: bool
    verdict: str
    focus: Focus | None
    t: int


def check_question(question: Question, simulator: Simulator, layer: int, cursor: int) -> None:
    """Raises InputError where a question cannot be answered."""
    if question.kind not in KINDS:
        raise LessonError("question", "kind", f"{question.kind!r} is not known", "known are " + ", ".join(KINDS))
    if question.kind == "choice":
        if question.answer not in question.choices:
            why = f"the answer {question.answer!r} is none of the choices"
            raise LessonError("question", "answer", why, "they are " + ", ".join(question.choices))
        return
    Ref.about(question.of, simulator.network, layer).value(simulator, layer, cursor)
    if question.kind == "compare":
        _other(question, simulator, layer, cursor)


def asked(display: Display, question: Question) -> Display:
    """The display with the number in question hidden, shown as ``?``."""
    if not question.of:
        return display
    asked_for = Ref.parse(question.of)
    if asked_for.t is None or asked_for.row is None:
        return display
    return replace(display, hidden=(*display.hidden, (asked_for.name, asked_for.t, asked_for.row)))


def judged(question: Question, text: str, simulator: Simulator, layer: int, cursor: int) -> Answer | str:
    """Whether an answer is right; what is wrong with it where it is no answer at all."""
    text = text.strip().replace("−", "-")
    if question.kind == "choice":
        return _chosen(question, text)
    asked_for = Ref.about(question.of, simulator.network, layer)
    value = asked_for.value(simulator, layer, cursor)
    shown = f"{question.of} is {free(value, 4)}"
    if question.kind == "sign":
        given = {"positive": "+", "negative": "-", "zero": "0"}.get(text.lower(), text)
        if given not in SIGNS:
            return "answer +, - or 0"
        right = given == ("0" if value == 0 else "+" if value > 0 else "-")
    elif question.kind == "compare":
        other = _other(question, simulator, layer, cursor)
        given = {"larger": ">", "smaller": "<"}.get(text.lower(), text)
        if given not in ("<", ">"):
            return "answer > (larger) or < (smaller)"
        right = (value > other) == (given == ">")
        shown += f", {question.than} is {free(other, 4)}"
    else:
        if not NUMBER.match(text):
            return "answer with a number"
        right = abs(float(text) - value) <= question.tolerance
    focus = Focus(asked_for.name, 0, asked_for.row or 0) if asked_for.timed else None
    reverse = simulator.network.layers[layer].reverse
    return Answer(right, f"{'Right' if right else 'No'}: {shown}.", focus, asked_for.when(cursor, reverse))


def _chosen(question: Question, text: str) -> Answer | str:
    numbered = text.isdecimal() and 1 <= int(text) <= len(question.choices)
    choice = question.choices[int(text) - 1] if numbered else text
    if choice not in question.choices:
        return f"answer with 1 to {len(question.choices)}"
    right = choice == question.answer
    return Answer(right, f"{'Right' if right else 'No'}: {question.answer}.", None, 0)


def _other(question: Question, simulator: Simulator, layer: int, cursor: int) -> float:
    """The number a comparison is with."""
    if NUMBER.match(question.than.strip()):
        return float(question.than)
    return Ref.about(question.than, simulator.network, layer).value(simulator, layer, cursor)
