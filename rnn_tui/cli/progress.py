"""A bar on standard error for what takes over a second, when a person is there to see it."""

from __future__ import annotations

import sys
import time
from types import TracebackType

PATIENCE = 1.0
"""Seconds before a bar appears."""
PAUSE = 0.1
"""Seconds between two drawings of it."""
WIDTH = 40


class ProgressBar:
    """``with ProgressBar("reading") as bar: work(bar.report)``."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.started = time.monotonic()
        self.next = self.started + PATIENCE if sys.stderr.isatty() else float("inf")
        self.drawn = False

    def report(self, done: int, whole: int) -> None:
        """Says how far the work is; cheap, and silent for the first second."""
        now = time.monotonic()
        if now < self.next:
            return
        self.next = now + PAUSE
        self.drawn = True
        part = min(done / whole, 1.0) if whole else 0.0
        filled = round(part * WIDTH)
        sys.stderr.write(f"\r{self.doing} [{'#' * filled}{'.' * (WIDTH - filled)}] {part:4.0%}")
        sys.stderr.flush()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
