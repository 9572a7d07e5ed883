"""Text files: one-hot characters or words, each with the next one as its target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Rows

import numpy as np

from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.assembly import STRINGS_LIMIT, Wanted, build, choose
from rnn_tui.files.source import MEMORY_LIMIT, Source, megabytes

BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
SPACE = re.compile(r"\s")
BLOCK = 2**20
"""The characters looked at between two calls of the progress function."""


def load_text(source: Source, wanted: Wanted) -> Sequence:
    """A text as T one-hot rows over the sorted characters (or words) of the whole file.

    x is (T, V). targets, (T, V), is x one timestep later; the last timestep has none, which is a row of NaN.
    labels are the characters, features and outcomes the vocabulary. Blank lines part a file into several sequences, and
    the end of the last line is no character.

    Raises:
        LoadError: not text, without a character, too large as one-hot rows, or no such sequence.
    """
    if wanted.targets:
        raise source.error("", "is text, whose target is the next token", "only numbers can be targets")
    text = f"\n\n{source.text()}\n\n"
    what = "words" if wanted.words else "characters"
    found: set[str] = set()
    chosen: Rows[str] = ""
    count = 0
    for begin, end in _passages(text):
        length = 0
        for tokens in _tokens(text, begin, end, wanted.words):
            found.update(tokens)
            length += len(tokens)
            if len(found) > LARGEST_DIMENSION:
                why = f"has more than {LARGEST_DIMENSION:,} different {what}"
                raise source.error("", why, "no network takes so many inputs")
            if length > STRINGS_LIMIT and count + 1 == wanted.sequence:
                why = f"has more than {STRINGS_LIMIT:,} {what} in a row"
                raise source.error("", why, "blank lines part a text into several")
            if end - begin >= BLOCK:
                source.progress(source.size, source.size)
        count += bool(length)  # words may be none, where white space is no blank line
        if length and count == wanted.sequence:
            chosen = text[begin:end].split() if wanted.words else text[begin:end]
        if count % 2**16 == 0:
            source.progress(source.size, source.size)
    if not count:
        raise source.error("", f"has no {what}", "at least one is needed")
    choose(source, wanted, count)
    del text
    vocabulary = sorted(found)
    steps, size = len(chosen), len(vocabulary)
    taken = (steps + 1) * size * 8
    if taken > MEMORY_LIMIT:
        raise source.error(
            "",
            f"{steps:,} one-hot rows over {size:,} different tokens take {megabytes(taken)}",
            f"up to {megabytes(MEMORY_LIMIT)} is loaded",
        )
    number = {token: i for i, token in enumerate(vocabulary)}
    rows = np.zeros((steps + 1, size))
    rows[np.arange(steps), np.fromiter((number[token] for token in chosen), np.int64, steps)] = 1
    rows[steps] = np.nan
    return build(source, wanted, rows[:steps], rows[1:], chosen, vocabulary, count, vocabulary)


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """Where each stretch between blank lines begins and ends."""
    begin = 0
    for match in BLANK_LINES.finditer(text):
        if match.start() > begin:
            yield begin, match.start()
        begin = match.end()


def _tokens(text: str, begin: int, end: int, words: bool) -> Iterator[Rows[str]]:
    """The tokens of a stretch, some at a time."""
    while begin < end:
        stop = min(begin + BLOCK, end)
        if words and stop < end and (space := SPACE.search(text, stop, end)):
            stop = space.start()
        elif words:
            stop = end
        yield text[begin:stop].split() if words else text[begin:stop]
        begin = stop
