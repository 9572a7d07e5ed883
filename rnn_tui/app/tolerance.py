"""Input that is no text: passed over, where Textual's driver would end the app or take it for keys."""

from __future__ import annotations

import codecs
import re
import sys
from functools import lru_cache
from typing import Any

from textual.driver import Driver

OLD_MOUSE = re.compile("\x1b\\[M[^\x1b]{3}")
"""A mouse report of the oldest kind, which Textual does not ask for but a terminal may be left sending."""


class Forgiving:
    """A decoder of UTF-8 for which no byte is wrong, and which leaves old mouse reports out."""

    def __init__(self, encoding: str) -> None:
        self._decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode

    def decode(self, data: bytes, final: bool = False) -> str:
        """The text of some bytes."""
        return OLD_MOUSE.sub("", self._decode(data, final))


@lru_cache(maxsize=4)
def tolerant(driver: type[Driver]) -> type[Driver]:
    """Textual's driver for Linux and macOS, made to pass over input that is no UTF-8; any other driver as it is.

    A stray byte (a terminal set to Latin-1, a mouse report of the oldest kind) would otherwise end the app.
    """
    if driver.__module__ != "textual.drivers.linux_driver":
        return driver

    def forgiving(encoding: str) -> Any:
        return lambda: Forgiving(encoding)

    sys.modules[driver.__module__].getincrementaldecoder = forgiving  # type: ignore[attr-defined]
    return driver
