"""Text files: one-hot characters or words, each with the next one as its target."""

from __future__ import annotations

import re
from collections.abc import Sequence as Rows

import numpy as np

from rnn_tui.core.sequence import Sequence
from rnn_tui.files.assembly import Wanted, build, choose
from rnn_tui.files.source import MEMORY_LIMIT, Source, megabytes

BLANK_LINES = r"\n(?:[ \t]*\n)+"


def load_text(source: Source, wanted: Wanted) -> Sequence:
    """A text as T one-hot rows over the sorted characters (or words) of the whole file.

    x is (T, V). targets, (T, V), is x one timestep later; the last timestep has none, which is a row of NaN.
    labels are the characters, features the vocabulary. Blank lines part a file into several sequences, and
    the end of the last line is no character.

    Raises:
        LoadError: not text, without a character, too large as one-hot rows, or no such sequence.
    """
    if wanted.targets:
        raise source.error("", "is text, whose target is the next token", "only numbers can be targets")
    passages = re.split(BLANK_LINES, f"\n\n{source.text()}\n\n")
    split: list[Rows[str]] = [passage.split() if wanted.words else passage for passage in passages]
    tokens = [passage for passage in split if passage]
    if not tokens:
        what = "words" if wanted.words else "characters"
        raise source.error("", f"has no {what}", "at least one is needed")
    vocabulary = sorted(set().union(*tokens))
    chosen = tokens[choose(source, wanted, len(tokens))]
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
    return build(source, wanted, rows[:steps], rows[1:], chosen, vocabulary, len(tokens))
