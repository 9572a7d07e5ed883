"""A wrong word is answered with the nearest right one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """``did you mean lstm?``; where no known word is near, `otherwise`, or which are known."""
    from difflib import get_close_matches  # most runs have no wrong word

    words = list(known)
    close = get_close_matches(word, words, 1)
    if close:
        return f"did you mean {close[0]}?"
    return f"known are {', '.join(words)}" if otherwise is None else otherwise
