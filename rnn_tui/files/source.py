"""Where a file's bytes come from, and how an error in them is told."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.nearest import nearest
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import megabytes, one_line
from rnn_tui.files.errors import LoadError
from rnn_tui.files.samples import sample_names, sample_path

Progress = Callable[[int, int], None]
"""Called now and then with what is done and what there is in all, of bytes or of timesteps; may raise to cancel."""

MEMORY_LIMIT = 2 * 1024**3
"""The bytes of numbers a file may make a loader hold; arrays mapped from the disk do not count."""

TEXT_LIMIT = 128 * 1024**2
"""The bytes of a text file, which is read whole."""

LONGEST_LINE = 16 * 1024**2
"""The characters of a line of a file that is read line by line."""

LINES_BETWEEN_REPORTS = 2**14

BLOCK = 1024**2
"""The bytes read between two calls of the progress function."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Source:
    """The bytes of one file, or of standard input.

    Attributes:
        shown: what an error calls it: the path as it was given.
        title: what the sequence is called: the file's name.
        path: the file, or None for standard input.
        content: the bytes of standard input.
        size: how many bytes there are; at least 1.
        progress: called with the bytes read and `size`.
        named: the encoding asked for; empty where the file is to say it.
        like: a sequence that it is read like: with its vocabulary, and scaled as it was; None for none.
    """

    shown: str
    title: str
    path: Path | None
    content: bytes
    size: int
    progress: Progress
    named: str = ""
    like: Sequence | None = None

    def error(self, where: str, why: str, hint: str = "") -> LoadError:
        """The error to raise about this file."""
        return LoadError(self.shown, where, why, hint)

    def check_room(self, where: str, taken: int) -> None:
        """Raises LoadError where something takes more bytes than `MEMORY_LIMIT`."""
        if taken > MEMORY_LIMIT:
            raise self.error(where, f"takes {megabytes(taken)}", f"up to {megabytes(MEMORY_LIMIT)} is loaded")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turns the system's complaints about reading into a LoadError."""
        try:
            yield
        except OSError as problem:
            raise unreadable(self.shown, problem) from None

    def open(self) -> BinaryIO:
        """The bytes from their beginning.

        Raises:
            LoadError: the file cannot be opened.
        """
        if self.path is None:
            return io.BytesIO(self.content)
        with self.reading():
            return self.path.open("rb")

    def encoding(self) -> str:
        """UTF-8, or what the byte-order mark says, or the one asked for."""
        if self.named:
            return "utf-8-sig" if codecs.lookup(self.named).name == "utf-8" else self.named
        with self.open() as file, self.reading():
            head = file.read(4)
        return next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), "utf-8-sig")

    def text(self, limit: int | None = None, instead: str = "") -> str:
        """The whole file as text, each end of line a single newline.

        Args:
            limit: the most bytes; `TEXT_LIMIT` where it is None.
            instead: what a larger file should be.

        Raises:
            LoadError: more bytes than that, not text, or unreadable.
        """
        most = TEXT_LIMIT if limit is None else limit
        if self.size > most:
            hint = f"up to {megabytes(most)} is loaded"
            raise self.error("", f"has {megabytes(self.size)}", f"{hint}, {instead}" if instead else hint)
        data = bytearray()
        with self.open() as file:
            while True:
                with self.reading():
                    block = file.read(min(BLOCK, most - len(data)))
                if not block:
                    break
                data += block
                self.progress(len(data), self.size)
        try:
            text = data.decode(self.encoding())
        except UnicodeError as problem:
            raise self.not_text(problem) from None
        if "\0" in text:
            raise self.not_text()
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def lines(self, newline: str | None = None) -> Generator[tuple[int, str], None, None]:
        """Each line with its number from 1, its end with it; `newline` as of `open`. Little of the file is in memory.

        Raises:
            LoadError: not text, a line that is too long, or unreadable.
        """
        with io.TextIOWrapper(self.open(), encoding=self.encoding(), newline=newline) as text:
            number = 0
            while True:
                try:
                    line = text.readline(LONGEST_LINE + 1)
                except UnicodeError:
                    raise self._undecodable() from None
                except OSError as problem:
                    raise unreadable(self.shown, problem) from None
                if not line:
                    return
                number += 1
                if len(line) > LONGEST_LINE:
                    raise self.error(f"line {number}", f"is longer than {LONGEST_LINE:,} characters")
                yield number, line
                if number % LINES_BETWEEN_REPORTS == 0:
                    self.progress(min(text.buffer.tell(), self.size), self.size)

    def _undecodable(self) -> LoadError:
        """The error of a file that is not text, with the line: the decoder of a stream does not know it."""
        decoder = codecs.getincrementaldecoder(self.encoding())()
        before = 0
        with self.open() as file, self.reading():
            while block := file.read(BLOCK):
                try:
                    decoder.decode(block)
                except UnicodeError as problem:
                    return self.not_text(problem, before)
                before += block.count(b"\n")
        return self.not_text()

    def not_text(self, problem: UnicodeError | None = None, lines: int = 0) -> LoadError:
        """The error of a file that is not text, with the line where decoding `problem` shows it, after some `lines`."""
        where = ""
        if isinstance(problem, UnicodeDecodeError) and problem.encoding.startswith("utf-8"):
            before = bytes(problem.object[: problem.start])
            where = f"line {lines + len((before + b'x').splitlines())}"
        if self.named:
            return self.error(where, f"is not text in {self.named}", "another encoding is needed, or none")
        return self.error(
            where,
            "holds bytes that are not text",
            f"text in UTF-8 is needed{', or add encoding = latin-1' if where else ''}",
        )


def find_source(path: str | os.PathLike[str], progress: Progress | None, encoding: str = "") -> Source:
    """The file at `path`, standard input for ``-``, or the built-in sample of that name.

    Raises:
        LoadError: there is none, it is not an ordinary file, or it is empty.
    """
    shown = os.fspath(path)
    report = progress or (lambda done, total: None)
    source = _standard_input(report) if shown == "-" else _ordinary_file(shown, report)
    source = replace(source, named=encoding)
    if not source.size:
        raise source.error("", "is empty", "at least one timestep is needed")
    return source


def _standard_input(progress: Progress) -> Source:
    shown = "standard input"
    if sys.stdin is None:
        raise LoadError(shown, "", "is closed", "give it a file")
    try:
        content = sys.stdin.buffer.read(TEXT_LIMIT + 1)
    except OSError as problem:
        raise unreadable(shown, problem) from None
    if len(content) > TEXT_LIMIT:
        raise LoadError(shown, "", f"is longer than {megabytes(TEXT_LIMIT)}", "a file may be larger")
    return Source(shown, "stdin", None, content, len(content), progress)


def _ordinary_file(shown: str, progress: Progress) -> Source:
    place = Path(shown) if os.path.isfile(shown) else sample_path(shown)
    if place is None:
        if os.path.isdir(shown):
            raise LoadError(shown, "", "is a directory", "a file is needed")
        if os.path.exists(shown):
            raise LoadError(shown, "", "is not an ordinary file", "- reads standard input")
        known = sample_names()
        raise LoadError(
            shown, "", "no such file", nearest(shown, known, f"the built-in sequences are {', '.join(known)}")
        )
    try:
        size = place.stat().st_size
    except OSError as problem:
        raise unreadable(shown, problem) from None
    return Source(shown, one_line(place.name), place, b"", size, progress)


def ordinary_file(path: str, hint: str, progress: Progress | None = None) -> Source:
    """The bytes of a file that must be there. Raises LoadError, with what is needed as the hint."""
    if not os.path.isfile(path):
        missing = "is a link that leads nowhere" if os.path.islink(path) else "no such file"
        raise LoadError(path, "", "is not an ordinary file" if os.path.exists(path) else missing, hint)
    try:
        size = os.stat(path).st_size
    except OSError as problem:
        raise unreadable(path, problem) from None
    return Source(path, Path(path).name, Path(path), b"", max(size, 1), progress or (lambda done, total: None))


def unreadable(shown: str, problem: OSError) -> LoadError:
    """The error of a file the system does not let us read."""
    return LoadError(shown, "", f"cannot be read: {(problem.strerror or 'input error').lower()}")


def quoted(cell: object) -> str:
    """What a file says, short enough for a sentence."""
    text = str(cell)
    words = one_line(text[:41])
    return f"'{words}'" if len(text) <= 40 and len(words) <= 40 else f"'{words[:37]}...'"
