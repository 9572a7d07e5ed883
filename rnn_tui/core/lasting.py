"""How long a condition has to hold: ``CONDITION for 20 steps`` holds where it has held at the last 20 timesteps."""

from __future__ import annotations

import re

from rnn_tui.core.errors import ConditionError

MOST_STEPS = 10**9
QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
FOR = re.compile(r"(?<![\w.])for(?!\w)")
INSIDE = re.compile(r"\s+\S+\s+steps?\b")
LIKE = "write it like for 20 steps"
LAST = "it speaks of the whole condition and goes at its end"


def lasting(text: str) -> tuple[str, int]:
    """The condition alone, and how many timesteps in a row it has to hold: 1 where it does not say.

    Raises:
        ConditionError: names the place, what is wrong and what would be right.
    """
    bare = QUOTED.sub(lambda quoted: '"' * len(quoted[0]), text)  # of equal length, so that columns stay
    for found in FOR.finditer(bare):
        before = bare[: found.start()]
        if sum(map(before.count, "([{")) <= sum(map(before.count, ")]}")):
            return _told(text, found.start())
        if INSIDE.match(bare, found.end()):
            raise ConditionError.at(text, found.start(), "for stands inside brackets", LAST)
    return text, 1


def _told(text: str, place: int) -> tuple[str, int]:
    """A text that has a ``for`` at some place, in the two parts that it stands between."""
    condition, after = text[:place].rstrip(), place + len("for")
    words = [(after + word.start(), word[0]) for word in re.finditer(r"\S+", text[after:])]
    if not condition:
        raise ConditionError.at(text, place, "there is no condition before for", LIKE)
    if not words:
        raise ConditionError.at(text, place, "for is followed by no number of steps", LIKE)
    number, count = words[0]
    short = count.isascii() and count.isdecimal() and len(count) <= len(str(MOST_STEPS))
    if not short or not 1 <= int(count) <= MOST_STEPS:
        raise ConditionError.at(text, number, f"{count} is no number of steps", f"1 to {MOST_STEPS} are")
    if len(words) == 1 or words[1][1] not in ("step", "steps"):
        raise ConditionError.at(text, place, f"for {count} is not followed by steps", f"write for {count} steps")
    if len(words) > 2:
        raise ConditionError.at(text, words[2][0], f"something stands after for {count} steps", LAST)
    return condition, int(count)
