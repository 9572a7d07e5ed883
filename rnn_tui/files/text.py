"""Text files: one-hot characters or words, each with the next one as its target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as Rows

import numpy as np

from rnn_tui.core.one_hot import one_hot_rows
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.assembly import STRINGS_LIMIT, build, choose
from rnn_tui.files.source import Source, quoted
from rnn_tui.files.wanted import Wanted

BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
LINE_ENDS = re.compile(r"[ \t]*\n(?:[ \t]*\n)*")
SPACE = re.compile(r"\s")
BLOCK = 2**20
"""The characters looked at between two calls of the progress function."""


def load_text(source: Source, wanted: Wanted) -> Sequence:
    """A text as T one-hot rows over the sorted characters (or words) of the whole file, or a vocabulary that is given.

    x is (T, V). targets, (T, V), is x one timestep later; the last timestep has none, which is a row of NaN.
    labels are the characters, features and outcomes the vocabulary. Blank lines part a file into several sequences,
    unless it is to be one stream, or every line a sequence; the end of the last line is no character.

    Raises:
        LoadError: not text, without a character, with one that the vocabulary lacks, too large as one-hot rows, or no
            such sequence.
    """
    if wanted.targets and not wanted.following:
        raise source.error("", "is text, whose target is the next token", "only numbers can be targets")
    text = source.text()
    if not wanted.stream:
        text = f"\n\n{text}\n\n"
    what = "words" if wanted.words else "characters"
    found: set[str] = set()
    chosen: Rows[str] = ""
    count = 0
    for begin, end in _passages(text, wanted):
        length = 0
        for tokens in _tokens(text, begin, end, wanted.words):
            found.update(tokens)
            length += len(tokens)
            if len(found) > LARGEST_DIMENSION:
                why = f"has more than {LARGEST_DIMENSION:,} different {what}"
                raise source.error("", why, "no network takes so many inputs")
            if length > STRINGS_LIMIT and count + 1 == wanted.number:
                why = f"has more than {STRINGS_LIMIT:,} {what} in a row"
                raise source.error("", why, "blank lines part a text into several")
            if end - begin >= BLOCK:
                source.progress(source.size, source.size)
        count += bool(length)  # words may be none, where white space is no blank line
        if length and count == wanted.number:
            chosen = text[begin:end].split() if wanted.words else text[begin:end]
        if count % 2**16 == 0:
            source.progress(source.size, source.size)
    if not count:
        raise source.error("", f"has no {what}", "at least one is needed")
    choose(source, wanted, count)
    vocabulary = _vocabulary(source, wanted, found)
    del text
    steps, size = len(chosen), len(vocabulary)
    number = {token: i for i, token in enumerate(vocabulary)}
    x, targets = one_hot_rows(np.fromiter(map(number.__getitem__, chosen), np.int32, steps), size)
    notes = ["blank lines part it (--stream reads it as one)"] if count > 1 and not wanted.lines else []
    return build(source, wanted, x, targets, chosen, vocabulary, count, vocabulary, notes)


def _passages(text: str, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Where each sequence begins and ends."""
    if wanted.stream:
        yield 0, len(text) - text.endswith("\n")
        return
    begin = 0
    for match in (LINE_ENDS if wanted.lines else BLANK_LINES).finditer(text):
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


def _vocabulary(source: Source, wanted: Wanted, found: set[str]) -> list[str]:
    """The tokens in their order: as given, or sorted. Raises LoadError."""
    if not wanted.vocabulary:
        return sorted(found)
    given = wanted.vocabulary.split() if wanted.words else list(wanted.vocabulary)
    twice = next((token for token in given if given.count(token) > 1), None) if len(given) < 2**12 else None
    if twice is not None or len(set(given)) < len(given):
        raise source.error("", f"the vocabulary has {quoted(twice or '')} twice", "once is enough")
    if lacking := sorted(found.difference(given)):
        others = {1: "", 2: ", as is 1 other"}.get(len(lacking), f", as are {len(lacking) - 1} others")
        why = f"{quoted(lacking[0])} is not in the vocabulary{others}"
        raise source.error("", why, "add it there")
    return given
