"""What a stop of a lesson says: its paragraphs with live numbers, its question, the verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rnn_tui.core.decimals import free
from rnn_tui.core.errors import InputError
from rnn_tui.core.references import Ref
from rnn_tui.session.model import Stop
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.quiz import LessonError

SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Told:
    """What the panel of a lesson says.

    Attributes:
        number, count: which stop of how many.
        title: of the stop.
        text: its paragraphs, filled in.
        question: what is asked, or empty.
        verdict: what was said to the answer, or empty.
    """

    number: int
    count: int
    title: str
    text: str
    question: str = ""
    verdict: str = ""


def filled(text: str, frame: Frame) -> str:
    """A text with its numbers: ``{y[3][1]}`` becomes the number, ``{y[3][1] = 0.32}`` as well, if it is that.

    Args:
        text: of a stop.
        frame: the stop's own state.

    Raises:
        InputError: a reference to no number, or a number that is not the computed one.
    """

    def number(match: re.Match[str]) -> str:
        written, equals, claimed = match[1].partition("=")
        value = Ref.about(written, frame.walk.network, frame.index).value(frame.walk, frame.index, frame.t)
        if not equals:
            return free(value, frame.look.digits)
        claimed = claimed.strip().replace("−", "-")
        decimals = len(claimed.partition(".")[2])
        if not re.fullmatch(r"-?\d+(\.\d+)?", claimed) or free(value, decimals) != claimed:
            why = f"the text says {claimed or 'nothing'} and the number is {free(value, decimals)}"
            raise LessonError("", written.strip(), why)
        return claimed

    return SLOT.sub(number, text)


def told(stop: Stop, number: int, count: int, frame: Frame, verdict: str = "") -> Told:
    """What a stop says, with numbers of its own state."""
    try:
        text = filled(stop.text, frame)
    except InputError as error:
        text = f"{stop.text}\n\n({error})"
    asked = stop.question.text if stop.question is not None else ""
    return Told(number, count, stop.title, text, asked, verdict)
