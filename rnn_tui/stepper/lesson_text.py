"""What a stop of a lesson says."""

from __future__ import annotations

from dataclasses import dataclass


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
