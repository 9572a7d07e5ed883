"""What is written: whole, in a shorter form, or left out with a mark; never a part of a number.

This is the one place where something is made to fit a width. A line is made of phrases, and what has no room is found
by their ranks. Where a text must be cut, it is cut between words; a word that is cut nevertheless keeps no digit at its
end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.palette import DIM, PLAIN

Run = tuple[str, Style]
"""Characters in one style."""
UNFINISHED = re.compile(r"[-+.,\d₀-₉₋₊]+(e[-+]?\d*)?$")
"""A number that may have lost its end."""


@dataclass(frozen=True)
class Phrase:
    """Something that is written whole, in one of its forms, or left out.

    Attributes:
        forms: from the longest to the shortest; one without characters says that nobody needs to know of it.
        rank: what gives way: the highest first, of equal ones the last; the first of rank 0 stays, and is cut at last.
    """

    forms: tuple[tuple[Run, ...], ...]
    rank: int = 0

    @classmethod
    def of(cls, style: Style, *texts: str, rank: int = 0) -> Phrase:
        """Texts in one style."""
        return cls(tuple(((text, style),) for text in texts), rank)


def length(runs: Iterable[Run]) -> int:
    """Columns in all."""
    return sum(cell_len(text) for text, _ in runs)


def fitting(width: int, phrases: Sequence[Phrase], more: str) -> list[Run]:
    """As much of a line as has room; one mark stands where the first phrase is left out.

    Args:
        width: columns.
        phrases: from left to right.
        more: the mark.
    """
    forms: list[int | None] = [0] * len(phrases)
    excess = sum(length(phrase.forms[0]) for phrase in phrases) - width
    left_out = False
    for index in sorted(range(len(phrases)), key=lambda index: (phrases[index].rank, index), reverse=True):
        if excess <= 0:
            break
        lengths = [length(form) for form in phrases[index].forms]
        for form, (longer, shorter) in enumerate(pairwise(lengths), 1):
            if excess > 0:
                forms[index], excess = form, excess - longer + shorter
        if excess > 0 and lengths[-1] and (phrases[index].rank or index):
            excess -= lengths[-1] - (0 if left_out else cell_len(more) + 1)
            forms[index], left_out = None, True
    runs: list[Run] = []
    marked = False
    for phrase, chosen in zip(phrases, forms, strict=True):
        if chosen is not None:
            runs += phrase.forms[chosen]
        elif not marked:
            runs.append((more if not runs or runs[-1][0].endswith(" ") else f" {more}", DIM))
            marked = True
    return cut(runs, width, more)


def cut(runs: Iterable[Run], width: int, more: str) -> list[Run]:
    """Runs up to the last word that has room beside the mark; all of them where they fit."""
    whole = list(runs)
    if length(whole) <= width:
        return whole
    if width < cell_len(more):
        return []
    words = [(word, style) for text, style in whole for word in re.findall(r"\s+|\S+", text)]
    kept: list[Run] = []
    room = width - cell_len(more)
    for index, (word, style) in enumerate(words):
        joined = index + 1 < len(words) and not words[index + 1][0][0].isspace() and not word.isspace()
        if length(kept) + cell_len(word) > room or (joined and not _whole(words[index:], room - length(kept))):
            break
        kept.append((word, style))
    while kept and not kept[-1][0].isspace() and length(kept) + cell_len(more) + 1 > width:
        kept.pop()
    if not any(text.strip() for text, _ in kept):
        first = next((run for run in words if not run[0].isspace()), ("", PLAIN))
        return [(_begun(first[0], width, more), first[1])]
    gap = "" if kept[-1][0].isspace() else " "
    return [*kept, (gap + more, DIM)]


def _whole(words: Sequence[Run], room: int) -> bool:
    """Whether a word of several styles has room."""
    taken = 0
    for word, _ in words:
        if word.isspace():
            break
        taken += cell_len(word)
    return taken <= room


def shortened(text: str, width: int, more: str) -> str:
    """A name in a width: whole, or its beginning with a mark, without a number that has lost its end."""
    if cell_len(text) <= width:
        return text
    return _begun(text, width, more)


def _begun(text: str, width: int, more: str) -> str:
    """The beginning of a text, and a mark."""
    kept = ""
    for character in text:
        if cell_len(kept + character) > width - cell_len(more):
            break
        kept += character
    return UNFINISHED.sub("", kept) + more if width >= cell_len(more) else ""


def told_apart(names: tuple[str, ...], width: int, more: str) -> tuple[str, ...]:
    """Names in a width, such that as many as can be differ: each whole, or with a mark where something is left out.

    What is left out is the end where the beginnings tell them apart, else the middle, as little of it as does.
    """
    best, most = names, 0
    for end in range(max(width - cell_len(more), 0) + 1):
        tried = tuple(_ended(name, width, more, end) for name in names)
        if len(set(tried)) > most:
            best, most = tried, len(set(tried))
        if most == len(set(names)):
            break
    return best


def _ended(name: str, width: int, more: str, end: int) -> str:
    """A name in a width, with so many characters of its end."""
    if cell_len(name) <= width or not end:
        return shortened(name, width, more)
    tail = name[len(name) - end :]
    while cell_len(tail) > width - cell_len(more):
        tail = tail[1:]
    return _begun(name[: len(name) - len(tail)], width - cell_len(tail), more) + tail


def written(runs: Iterable[Run]) -> Text:
    """Runs as a line of Rich."""
    return Text.assemble(*runs, style=PLAIN, no_wrap=True)


def stacked(lines: Sequence[Text], width: int, height: int, more: str) -> Text:
    """Lines below one another, each cut between words where it has no room, the last one marked where more follow."""
    shown = [inside(line, width, more) for line in lines[:height]]
    if len(lines) > height > 0:
        shown[-1] = inside(Text.assemble(shown[-1], (f" {more}", DIM)), width, more)
    return Text("\n", no_wrap=True).join(shown)


def inside(line: Text, width: int, more: str) -> Text:
    """A line of Rich, cut between words where it has no room."""
    if line.cell_len <= width:
        return line
    kept = "".join(text for text, _ in cut([(line.plain, PLAIN)], width, more))
    whole = kept.removesuffix(more)
    return Text.assemble(line[: len(whole)], (kept[len(whole) :], DIM), no_wrap=True)
