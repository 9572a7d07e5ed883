"""Text files: one-hot characters or words, each with the next one as its target."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from collections.abc import Sequence as Rows
from itertools import chain

import numpy as np

from rnn_tui.core.one_hot import one_hot_rows
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import one_line
from rnn_tui.files.assembly import STRINGS_LIMIT, build, choose, parts_of
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
    labels are the characters, features and outcomes the vocabulary. Of several sequences each ends with a timestep that
    has no target. Blank lines part a file into several sequences,
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
    chosen: list[Rows[str]] = []
    count = taken = 0
    for begin, end in _passages(text, wanted):
        length, own = 0, wanted.every or count + 1 == wanted.number
        for tokens in _tokens(text, begin, end, wanted.words):
            found.update(tokens)
            length += len(tokens)
            if len(found) > LARGEST_DIMENSION:
                why = f"has more than {LARGEST_DIMENSION:,} different {what}"
                raise source.error("", why, "no network takes so many inputs")
            if own and taken + length > STRINGS_LIMIT:
                why = f"has more than {STRINGS_LIMIT:,} {what}{'' if wanted.every else ' in a row'}"
                raise source.error(
                    "", why, "take one sequence" if wanted.every else "blank lines part a text into several"
                )
            if end - begin >= BLOCK:
                source.progress(source.size, source.size)
        count += bool(length)  # words may be none, where white space is no blank line
        if length and own:
            chosen.append(text[begin:end].split() if wanted.words else text[begin:end])
            taken += length
        if count % 2**16 == 0:
            source.progress(source.size, source.size)
    if not count:
        raise source.error("", f"has no {what}", "at least one is needed")
    choose(source, wanted, count)
    del text
    number, vocabulary = _vocabulary(source, wanted, found)
    parts, every = parts_of(list(map(len, chosen))), list(chain.from_iterable(chosen))
    numbers = np.fromiter(map(number.__getitem__, every), np.int32, taken)
    x, targets = one_hot_rows(numbers, len(vocabulary), () if parts is None else parts.starts[1:] - 2)
    notes = ["blank lines part it (--stream reads it as one)"] if count > 1 and not wanted.lines else []
    return build(source, wanted, x, targets, every, vocabulary, count, vocabulary, notes, parts=parts)


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


def _vocabulary(source: Source, wanted: Wanted, found: set[str]) -> tuple[dict[str, int], list[str]]:
    """The number of each token, from 0, and the names in that order: those of another text that it is read like, those
    given, or all there are, sorted. Raises LoadError."""
    if source.like is not None:
        names = list(source.like.features)
        known = {name: i for i, name in enumerate(names)}
        return {token: known[one_line(token)] for token in _known(source, found, known, one_line)}, names
    given = _given(source, wanted, found)
    return {token: i for i, token in enumerate(given)}, given


def _given(source: Source, wanted: Wanted, found: set[str]) -> list[str]:
    """The tokens in their order: as given, or sorted. Raises LoadError."""
    if not wanted.vocabulary:
        return sorted(found)
    given = wanted.vocabulary.split() if wanted.words else list(wanted.vocabulary)
    twice = next((token for token in given if given.count(token) > 1), None) if len(given) < 2**12 else None
    if twice is not None or len(set(given)) < len(given):
        raise source.error("", f"the vocabulary has {quoted(twice or '')} twice", "once is enough")
    _known(source, found, given)
    return given


def _known(
    source: Source, found: set[str], vocabulary: Container[str], name: Callable[[str], str] = lambda token: token
) -> set[str]:
    """The tokens found, where all of them are in a vocabulary by their names. Raises LoadError."""
    if lacking := sorted(token for token in found if name(token) not in vocabulary):
        others = {1: "", 2: ", as is 1 other"}.get(len(lacking), f", as are {len(lacking) - 1} others")
        why = f"{quoted(lacking[0])} is not in the vocabulary{others}"
        raise source.error("", why, "add it there")
    return found
