"""What a terminal sends, as text: what is no text is passed over, where it would end the app or be taken for keys."""

from __future__ import annotations

import codecs
import re

OLD_MOUSE = re.compile(rb"\x1b\[M[\x20-\xff]{3}")
"""A mouse report of the oldest kind, which nobody asked for but a terminal may be left sending."""
UNFINISHED = re.compile(rb"\x1b\[M[\x20-\xff]{0,2}\Z")


class Reader:
    """Turns bytes into text; no byte is wrong, and old mouse reports are left out."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._kept = b""

    def text(self, data: bytes) -> str:
        """The text of some more bytes."""
        data = OLD_MOUSE.sub(b"", self._kept + data)
        unfinished = UNFINISHED.search(data)
        self._kept = unfinished[0] if unfinished else b""
        return self._decode(data[: len(data) - len(self._kept)])
