"""A real pseudo-terminal with rnn_tui in it, read by a terminal emulator; and what Rich would print on a terminal."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte
from rich.console import Console, RenderableType

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 20.0
"""Seconds to wait for what must happen, however loaded the machine is."""
ALTERNATE = b"\x1b[?1049h"
"""Enters the alternate screen, as full-screen programs do."""
NORMAL = b"\x1b[?1049l"
"""Leaves it, so that the shell's screen is there again."""

MODES = (1000, 1002, 1006, 2004)
"""Of the mouse and of pasting: what a program must not leave behind."""

# The child takes the terminal for its own and becomes the program: no code of ours runs between fork and exec, which
# Python warns of where there are threads.
LAUNCH = """
import fcntl, os, signal, sys, termios
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
else:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
OURS = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "LANG", "LC_ALL", "LC_CTYPE", "FORCE_COLOR", "TERM_PROGRAM")


class Screen(pyte.Screen):
    """A screen that answers when it is asked where its cursor is, as every terminal does."""

    def __init__(self, columns: int, lines: int, answer: Callable[[bytes], None] = lambda data: None) -> None:
        super().__init__(columns, lines)
        self._answer = answer

    def erase_in_display(self, how: int = 0, *args: object, **options: object) -> None:
        """Erases; cells that nothing was ever written to take the ground colour in force as well, as in terminals."""
        for y in range(self.lines):
            for x in range(self.columns):
                self.buffer[y].setdefault(x, self.default_char)
        super().erase_in_display(how, *args, **options)

    def write_process_input(self, data: str) -> None:
        """Sends what the terminal answers."""
        self._answer(data.encode())


def looks(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """The cells as a person sees them: of a blank, neither the colour of the text nor bold nor italic."""
    rows = []
    for y in range(screen.lines):
        row: list[tuple[object, ...]] = []
        for x in range(screen.columns):
            c = screen.buffer[y][x]
            ink = (c.fg, c.bold, c.italics) if c.data != " " or c.reverse else ()
            row.append((c.data, c.bg, c.underscore, c.reverse, c.strikethrough, *ink))
        rows.append(row)
    return rows


class Terminal:
    """A terminal of `size` columns and rows with the app in it; leave the ``with`` block and all is gone."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        environment: Mapping[str, str] | None = None,
        deaf: bool = False,
        folder: Path = ROOT,
        program: Sequence[str] = ("-m", "rnn_tui"),
    ) -> None:
        """Starts ``python -m rnn_tui ARGUMENTS``, or another program of Python's.

        A `deaf` one never gets SIGHUP, as with ``nohup setsid``.

        It keeps its sessions nowhere, unless the environment says where.
        """
        kept = {k: v for k, v in os.environ.items() if k not in OURS and not k.startswith(("TEXTUAL_", "PYTHON"))}
        kept |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": os.devnull}
        kept |= environment or {}
        self.seen = bytearray()
        self.screen = Screen(*size, answer=self.press)
        self._stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", LAUNCH, "deaf" if deaf else "hearing", *program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=kept,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.close()

    def close(self) -> None:
        """Takes the terminal away, as a lost connection does."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def read(self, seconds: float) -> bytes:
        """What the program writes within some seconds, at most up to its end."""
        data = bytearray()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                break
            try:
                block = os.read(self.master, 65536)
            except OSError:  # Linux's way to say that no one has the other side open
                break
            if not block:
                break
            data += block
            self._stream.feed(block)
        self.seen += data
        return bytes(data)

    def read_some(self, seconds: float, most: int) -> bytes:
        """At most some bytes of what the program writes within some seconds."""
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        data = os.read(self.master, most)
        self._stream.feed(data)
        self.seen += data
        return data

    def process_writes(self) -> bool:
        """Whether the program has written something that nobody has read."""
        return bool(select.select([self.master], [], [], 0)[0])

    @property
    def state(self) -> str:
        """What the program does, in a letter as ``ps`` has it: S sleeps, T is stopped."""
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(self.process.pid)], capture_output=True, text=True)
        return shown.stdout[:1]

    def read_until_quiet(self, quiet: float = 0.3) -> bytes:
        """What the program writes until nothing has come for some time."""
        data = bytearray()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and (block := self.read(quiet)):
            data += block
        return bytes(data)

    def wait_for(self, condition: Callable[[str], bool]) -> str:
        """The screen's text once it is as wanted; fails with that text where it never is."""
        end = time.monotonic() + PATIENCE
        while not condition(self.text):
            assert time.monotonic() < end, f"never came; the screen is\n{self.text}"
            assert self.read(0.05) or self.process.poll() is None, f"has ended; the screen is\n{self.text}"
        return self.text

    def wait_for_text(self, text: str) -> str:
        """The screen's text once `text` is on it."""
        return self.wait_for(lambda screen: text in screen)

    def status(self, within: float = PATIENCE) -> int:
        """The exit status; what is written until then is read."""
        end = time.monotonic() + within
        while self.process.poll() is None:
            assert time.monotonic() < end, f"still runs after {within} s; the screen is\n{self.text}"
            if self.master >= 0:
                self.read(0.05)
            else:
                time.sleep(0.02)
        if self.master >= 0:
            self.read(0.2)
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def text(self) -> str:
        """The characters on the screen, line by line, without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self.screen.display) + "\n"

    def press(self, keys: bytes) -> None:
        """Types the bytes that keys send."""
        os.write(self.master, keys)

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the program."""
        self.process.send_signal(number)

    def resize(self, columns: int, rows: int) -> None:
        """Gives the terminal another size and tells the program, as dragging a window's corner does."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def opened(terminal: Terminal) -> Terminal:
    """The terminal once the app stands in it and is quiet."""
    terminal.wait_for_text("q quit")
    terminal.read_until_quiet()
    return terminal


def given_back(terminal: Terminal) -> bool:
    """Whether the terminal is as a shell wants it: its own screen, a cursor, no modes of ours, lines edited, echo."""
    wrote = bytes(terminal.seen)

    def last(number: int) -> str:
        found: list[bytes] = re.findall(rb"\x1b\[\?%d([hl])" % number, wrote)
        return found[-1].decode()

    flags = termios.tcgetattr(terminal.master)[3]
    cooked = bool(flags & termios.ICANON and flags & termios.ECHO and flags & termios.ISIG)
    return cooked and last(25) == "h" and last(1049) == "l" and all(last(mode) == "l" for mode in MODES)


def printed(renderable: RenderableType, width: int = 1000) -> str:
    """What Rich prints on a terminal of some width, each line without the blanks at its end."""
    file = io.StringIO()
    Console(file=file, width=width, color_system=None, legacy_windows=False).print(renderable, end="")
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n")).rstrip("\n")
