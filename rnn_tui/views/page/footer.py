"""The last line: what can be done now, or what has just been said."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.cells import cell_len
from rich.text import Text

from rnn_tui.stepper.keys import key_name
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW
from rnn_tui.views.sheet.pen import inside


def notice(text: str, width: int, plain: bool) -> Text:
    """Something said, in the place of the footer."""
    line = Text.assemble((" * " if plain else " ● ", NOW), (text, NOW), no_wrap=True)
    return inside(line, width, mark(plain))


def footer(width: int, plain: bool, hints: Iterable[tuple[int, str, str]]) -> Text:
    """The commands with a hint in one line; on a narrow screen the less needed ones are left out.

    Args:
        width: of the line.
        plain: ASCII alone.
        hints: rank, key and word of each; the highest rank goes first.
    """
    return _footer(width, plain, tuple(hints))


@lru_cache(maxsize=16)
def _footer(width: int, plain: bool, hints: tuple[tuple[int, str, str], ...]) -> Text:
    """The same; mostly it is the one of the key before."""
    entries = [(rank, key_name(key, plain), hint) for rank, key, hint in hints]
    while sum(cell_len(key) + len(hint) + 3 for _, key, hint in entries) > width and entries:
        entries.remove(max(entries, key=lambda entry: entry[0]))
    text = Text(" ", no_wrap=True, overflow="crop")
    for _, key, hint in entries:
        text.append(key, LABEL).append(f" {hint}  ", DIM)
    return text
