"""A program in a pseudo-terminal of its own: what it writes, and when the last byte of it came."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
"""Seconds to wait for the first byte of what must come."""
ASKED, ANSWER = b"\x1b[6n", b"\x1b[1;1R"
"""Where is the cursor? Every terminal answers, and the app waits for that before it sends another frame."""
UNWANTED = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "LC_ALL", "LC_CTYPE", "FORCE_COLOR", "TERM_PROGRAM")


class Child:
    """``python ARGUMENTS`` in a terminal of 256 colours; leave the ``with`` block and it is gone."""

    def __init__(self, *arguments: str, size: tuple[int, int] = (100, 30)) -> None:
        """Starts it; the clock of `frame` runs from here."""
        self.arguments = " ".join(arguments)
        kept = {
            k: v for k, v in os.environ.items() if k not in UNWANTED and not k.startswith(("TEXTUAL", "PYTHONDONT"))
        }
        kept |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.asked = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=kept,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        os.close(self.master)

    def press(self, key: bytes) -> None:
        """Types a key; the clock of `frame` runs from here."""
        self.asked = time.perf_counter()
        os.write(self.master, key)

    def frame(self, quiet: float) -> tuple[float, bytes]:
        """Seconds to the last byte before it was quiet for some time, and all bytes until then but the questions.

        Raises:
            RuntimeError: nothing came.
        """
        data, last, wait = bytearray(), 0.0, PATIENCE
        while select.select([self.master], [], [], wait)[0]:
            try:
                block = os.read(self.master, 65536)
            except OSError:  # Linux's way to say that no one has the other side open
                break
            if block != ASKED:  # a question alone is no part of the frame
                last = time.perf_counter()
            os.write(self.master, ANSWER * block.count(ASKED))
            data += block.replace(ASKED, b"")
            wait = quiet
        if not data:
            raise RuntimeError(f"nothing came from {self.arguments}")
        return last - self.asked, bytes(data)

    def written(self, seconds: float) -> int:
        """How many bytes come within some seconds."""
        count, end = 0, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                count += len(os.read(self.master, 65536))
        return count
