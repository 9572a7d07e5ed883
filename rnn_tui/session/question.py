"""What a stop of a lesson asks."""

from __future__ import annotations

import re

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.texts import many_lines, one_line

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\Z", re.IGNORECASE)
"""A number that is written out."""
QUESTIONS = ("sign", "compare", "choice", "number")


@dataclass(frozen=True)
class Question:
    """What a stop asks before it reveals. Numbers are named as in texts: ``y[3][1]`` is unit 1 of y at t = 3.

    Attributes:
        text: the question.
        kind: ``sign`` (of a number: positive, negative or zero), ``compare`` (is it larger or smaller than another,
            or equal), ``choice`` (one of several), ``number`` (its value, within a tolerance).
        of: the number asked for; it is hidden until the answer.
        than: of a comparison, the other number, or a literal.
        choices: of a choice.
        answer: of a choice, the right one.
        tolerance: of a number.
    """

    text: str
    kind: str
    of: str = ""
    than: str = ""
    choices: tuple[str, ...] = ()
    answer: str = ""
    tolerance: float = 0.005

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", many_lines(self.text))
        for name in ("of", "than", "answer"):
            object.__setattr__(self, name, one_line(getattr(self, name).strip()))
        object.__setattr__(self, "choices", tuple(map(one_line, self.choices)))
