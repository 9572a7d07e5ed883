"""The names of files in a session: its text is UTF-8, and a file may have a name that is not."""

from __future__ import annotations

import os
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

BYTES = "file:"
"""What a name begins with that is written byte by byte, as in a URI."""


def path_text(path: str) -> str:
    """A path as a session writes it: as it is, or ``file:caf%E9.csv`` where it is no UTF-8 or cannot be seen."""
    with suppress(UnicodeEncodeError):  # half a character that stands for no byte is in no file's name
        if path.startswith(BYTES) or not path.isprintable():
            return BYTES + quote_from_bytes(os.fsencode(path))
    return path


def path_of(text: str) -> str:
    """The path that a session writes so."""
    if not text.startswith(BYTES):
        return text
    return os.fsdecode(unquote_to_bytes(text.removeprefix(BYTES)))
