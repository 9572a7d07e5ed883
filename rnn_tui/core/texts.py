"""Texts that are not ours, made safe to show.

This is the one boundary: a string of a file, of a file's name or of an argument passes through here when it becomes a
label, a feature, a name, a title, a text of a lesson, or a part of an error. What comes after (screen, picture, table,
notice, standard error) may show it as it is: it holds no character that a terminal obeys, that hides, or that turns the
direction of its neighbours. Such a character is written out instead, as Python would: ``\\x1b``, ``\\u202e``, ``\\n``,
so two labels that differ still look different. Letters, accents and signs of all scripts stay.

Numbers are never made of a text that passed through here, nor are files found by one.
"""

from __future__ import annotations

import unicodedata

UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE0E)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Letters and marks that are drawn as nothing; what Unicode counts among the controls is not in this list."""
LONGEST = 500
"""Characters of one part of an error."""


def one_line(text: str) -> str:
    """`text` on one line, every character of it visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() and c not in UNSEEN else _written(c) for c in text)


def many_lines(text: str) -> str:
    """As `one_line`, but line ends, tabs and spaces of all widths stay."""
    return "\n".join(_spaced(line) for line in text.replace("\r\n", "\n").split("\n"))


def _spaced(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(c if c == "\t" or unicodedata.category(c) == "Zs" else one_line(c) for c in line)


def _written(c: str) -> str:
    return ascii(c)[1:-1]


def shortened(text: str, length: int = LONGEST) -> str:
    """`text`, its middle left out where it is longer than `length`."""
    if len(text) <= length:
        return text
    return f"{text[: length // 2]} ... {text[-(length // 2) :]}"


def hidden_at(text: str) -> tuple[int, int, str] | None:
    """Line and column, from 1, of the first character that could not be seen, and its name ``U+202E``; or None."""
    for number, line in enumerate(text.split("\n"), 1):
        shown = line.removesuffix("\r")
        if _spaced(shown) != shown:
            column = next(i for i, c in enumerate(shown) if _spaced(c) != c)
            return number, column + 1, f"U+{ord(shown[column]):04X}"
    return None


def megabytes(count: int) -> str:
    """`count` bytes for people: ``2.0 GiB``, ``128.0 MiB``."""
    return f"{count / 1024**3:,.1f} GiB" if count >= 1024**3 else f"{count / 1024**2:,.1f} MiB"
