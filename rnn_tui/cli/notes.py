"""What was guessed in reading files, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rnn_tui.core.texts import one_line


def tell(*told: tuple[str, Iterable[str]]) -> None:
    """Says sentences, a line each, after the name of what they are about."""
    for name, notes in told if sys.stderr is not None else ():
        for note in notes:
            print(one_line(f"{name}: {note}"), file=sys.stderr)
