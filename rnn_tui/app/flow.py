"""Keeps no more frames on their way to the terminal than it can draw.

Behind a slow line a pty, an SSH connection and a terminal hold many kilobytes that one cannot take back: a held key
would go on stepping long after it is let go. So after a frame the terminal is asked where its cursor is, which it
answers when it has drawn all that came before, and the next frame waits for that. A terminal that never answers gets
a frame now and then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.app import App

ASK = "\x1b[6n"
PATIENCE = 0.6
"""Seconds after which an answer is not waited for."""
BURST = 4
"""Frames in quick succession for a terminal that has not answered yet, or never does."""
REFILL = 3.2
"""Frames a second for it after that: some 8 kB a second."""
REPEAT = 0.09
"""Seconds between two presses below which a key is being held down."""
HELD = 3
"""Presses in quick succession that make a held key."""


class Flow:
    """Says whether the terminal has drawn the frame before.

    Attributes:
        answers: whether the terminal has ever answered.
    """

    def __init__(self, app: App[Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self.answers = False
        self._asked: float | None = None
        self._left, self._counted = float(BURST), clock()

    def free(self) -> bool:
        """Whether another frame may be sent."""
        if self._app.is_headless:
            return True
        now = self._clock()
        if self._asked is not None and now - self._asked > PATIENCE:
            self._asked = None
        if self.answers:
            return self._asked is None
        self._left = min(self._left + (now - self._counted) * REFILL, BURST)
        self._counted = now
        return self._left >= 1

    def sent(self) -> None:
        """Notes that a frame was sent, and asks for its receipt."""
        self._left -= 1
        driver = self._app._driver
        if driver is not None and not self._app.is_headless and self._asked is None:
            self._asked = self._clock()
            driver.write(ASK)
            driver.flush()

    def answered(self) -> None:
        """The terminal has drawn all that was sent."""
        self.answers, self._asked = True, None


class Hold:
    """Tells a key that is held down from one that is pressed again and again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key, self._last, self._count = "", -10.0, 0

    def held(self, key: str) -> bool:
        """Notes a press; whether it is one of a held key."""
        now = self._clock()
        quick = key == self._key and now - self._last < REPEAT
        self._key, self._last, self._count = key, now, self._count + 1 if quick else 0
        return self._count >= HELD
