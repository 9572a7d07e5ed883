"""No more on its way to the terminal than it can draw, and held keys told from quick fingers.

Behind a slow line a pty, an SSH connection and a terminal hold many kilobytes that one cannot take back: a held key
would go on stepping long after it is let go. So after a frame the terminal is asked where its cursor is, which it
answers when it has drawn all that came before, and the next frame waits for that. For a terminal that never answers
the bytes are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

ASK = "\x1b[6n"
PATIENCE = 10.0
"""Seconds after which an answer is not waited for."""
BURST = 8192
"""Bytes in quick succession for a terminal that has not answered yet, or never does."""
RATE = 8192
"""Bytes a second for it after that."""
PIECE = 1024
"""Bytes that may be sent at a time over any line, however slow. Frames far shorter say nothing of how slow it is."""
REPEAT = 0.09
"""Seconds between two presses below which a key is being held down."""
HELD = 3
"""Presses in quick succession that make a held key."""


class Line(Protocol):
    """The way to the terminal."""

    def free(self) -> bool:
        """Whether the terminal has drawn what was sent, so that more may be drawn."""

    def repaint(self) -> None:
        """Sends the whole screen again."""

    def resized(self) -> None:
        """Notes that the terminal took another size: nothing is known of what it shows."""


class Headless:
    """The line where there is no terminal: always free."""

    def free(self) -> bool:
        return True

    def repaint(self) -> None:
        """There is nothing to send."""

    def resized(self) -> None:
        """There is nothing to send."""


@runtime_checkable
class Lined(Protocol):
    """An app that knows the way to its terminal; the driver puts itself there."""

    line: Line


class Pacing:
    """Counts the questions that a terminal has not answered; and, for one that never has, the bytes.

    Attributes:
        answers: whether the terminal has ever answered.
        waiting: questions that it has not answered.
        most: bytes to send at a time: what the line took in a second, so that what is sent is never long outdated.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.answers = False
        self.begin()

    def begin(self) -> None:
        """Starts anew, as after a stop: nothing is on its way."""
        self.waiting = 0
        self.most = BURST
        self._size = 0
        self._asked = self._counted = self._clock()
        self._left = float(BURST)

    def free(self) -> bool:
        """Whether another frame may be sent."""
        now = self._clock()
        if self.waiting and now - self._asked > PATIENCE:
            self.waiting = 0
        if self.answers:
            return not self.waiting
        self._left = min(self._left + (now - self._counted) * RATE, BURST)
        self._counted = now
        return self._left > 0

    def sent(self, size: int) -> None:
        """Notes a frame of some bytes with a question behind it."""
        self.waiting += 1
        self._asked, self._size = self._clock(), size
        self._left -= size

    def answered(self) -> None:
        """The terminal has drawn all that was sent before a question."""
        self.answers = True
        if self.waiting == 1 and self._size >= PIECE / 2:
            self.most = max(int(self._size / max(self._clock() - self._asked, 0.001)), PIECE)
        self.waiting = max(self.waiting - 1, 0)

    def pause(self) -> float:
        """Seconds after which a line that is not free may be, if no answer comes."""
        now = self._clock()
        return self._asked + PATIENCE - now if self.answers else max(-self._left / RATE, 0.0)


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
