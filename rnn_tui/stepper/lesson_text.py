"""What a stop of a lesson says: its paragraphs with live numbers, its question, the verdict."""

from __future__ import annotations

import re

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import free
from rnn_tui.core.errors import InputError
from rnn_tui.core.references import Ref
from rnn_tui.core.texts import one_line
from rnn_tui.session.model import BY, Stop
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.quiz import LessonError

BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
"""A brace that stands for itself, what is filled in, or a brace that is alone."""
SEEN = 20
"""Characters from such a brace on that tell which it is."""
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?!\.?\w)")


@dataclass(frozen=True)
class Told:
    """What the panel of a lesson says.

    Attributes:
        number, count: which stop of how many.
        title: of the stop.
        text: its paragraphs, filled in.
        question: what is asked, or empty.
        verdict: what was said to the answer, or empty.
        page: the one that is shown, from 0, or the last there is.
    """

    number: int
    count: int
    title: str
    text: str
    question: str = ""
    verdict: str = ""
    page: int = 0


@dataclass(frozen=True)
class Noted:
    """What the speaker has to say at a stop.

    Attributes:
        number, count: which stop of how many.
        title: of the stop.
        notes: their paragraphs, filled in; empty where there are none.
        following: the title of the next stop, or empty.
    """

    number: int
    count: int
    title: str
    notes: str
    following: str


def filled(text: str, frame: Frame) -> tuple[str, list[InputError]]:
    """A text with its numbers: ``{y[3][1]}`` becomes the number, ``{y[3][1] = 0.32}`` as well, if it is that.

    ``{{`` and ``}}`` are braces. A number that must not be shown yet is ``?``.

    Args:
        text: of a stop.
        frame: the stop's own state.

    Returns:
        The text, and what is wrong in it, which stands there as it was written: a reference to no number, a number
        that is not the computed one, a brace that is alone.
    """
    wrong: list[InputError] = []

    def put(match: re.Match[str]) -> str:
        try:
            return _written(match, frame)
        except InputError as error:
            wrong.append(error)
            return match[0]

    return BRACES.sub(put, text), wrong


def _written(match: re.Match[str], frame: Frame) -> str:
    """What a brace, or what stands between two, becomes. Raises InputError."""
    if match[0] in ("{{", "}}"):
        return match[0][0]
    if match[1] is None:
        where = one_line(match.string[match.start() :][:SEEN])
        done = "closed" if match[0] == "{" else "opened"
        raise LessonError("", where, f"this brace is never {done}", "a brace itself is written {{ or }}")
    written, equals, claimed = match[1].partition("=")
    ref = Ref.about(written, frame.walk.network, frame.index)
    value = ref.value(frame.walk, frame.index, frame.t)
    if equals:
        claimed = claimed.strip().replace("−", "-")
        decimals = len(claimed.partition(".")[2])
        if not re.fullmatch(r"-?\d+(\.\d+)?", claimed) or free(value, decimals) != claimed:
            why = f"the text says {claimed or 'nothing'} and the number is {free(value, decimals)}"
            raise LessonError("", written.strip(), why)
    if _secret(ref, frame):
        return "?"
    return claimed if equals else free(value, frame.look.digits)


def _secret(ref: Ref, frame: Frame) -> bool:
    """Whether a number must not be shown yet."""
    if not ref.timed or ref.row is None:
        return False
    layer = ref.layer - 1 if ref.layer else frame.index
    t = ref.when(frame.t, frame.walk.network.layers[layer].reverse)
    return frame.secret((BY if ref.gradient else "") + ref.name, t, ref.row, layer)


def untested(text: str) -> list[InputError]:
    """The numbers with decimals that nobody compares with anything: they stand neither in braces nor in code."""
    plain = BRACES.sub("", re.sub(r"(`+).*?\1|^(?: {4}|\t).*$", "", text, flags=re.DOTALL | re.MULTILINE))
    hint = "write {{y[3][1] = {0}}}, or `{0}` where it is no number of the run"
    return [LessonError("", each, "nothing tests this number", hint.format(each)) for each in DECIMAL.findall(plain)]


def whole(text: str, frame: Frame) -> str:
    """A text with its numbers; what is wrong in it is said below it."""
    told, wrong = filled(text, frame)
    return "\n\n".join([told, *(f"({error})" for error in wrong)])


def told(stop: Stop, number: int, count: int, frame: Frame, verdict: str = "", page: int = 0) -> Told:
    """What a stop says, with numbers of its own state."""
    asked = stop.question.text if stop.question is not None else ""
    return Told(number, count, stop.title, whole(stop.text, frame), asked, verdict, page)
