"""The one writer of files: each is written whole or not at all, so a reader sees the old one or the new, never a half.

What is written goes into a new file of a name of its own in the same folder, is brought to the disk, and then takes the
place of the old one in one step. Ctrl-C, a full disk or an error on the way leave the old file as it was, and nothing
beside it. Only what is killed leaves its new file behind, which the next one to write in that folder takes away when an
hour has passed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from rnn_tui.files.errors import LoadError

STREAMS = ("/dev/stdout", "/dev/stderr")
FRESH = re.compile(r"\.[0-9a-f]{16}\.rnn-tui")
"""The names of new files on their way to their place."""
STALE = 3600.0
"""Seconds without a byte after which one of them belongs to nobody."""
USUAL, PRIVATE = 0o666, 0o600
"""Modes of a file that is made: with what the umask leaves, anybody's; and its owner's alone."""


def replace_file(path: str, write: Callable[[IO[bytes]], object], mode: int = USUAL) -> None:
    """Lets `write` write a whole file of bytes; where there was none it has a mode.

    Raises:
        LoadError: the file cannot be written; what was there is there still.
    """
    with replacing(path, mode=mode) as file:
        write(file)


@contextmanager
def replacing(path: str, *, text: bool = False, mode: int = USUAL) -> Iterator[IO[Any]]:
    """A file to write bytes or UTF-8 to, which takes the place of the old one when all is written.

    A symbolic link stays and its target is replaced; the mode of the old file is kept, a new one has `mode`. What is no
    ordinary file (a pipe, a terminal, ``/dev/null``) has nothing to lose and is written to as it is.

    Raises:
        LoadError: the file cannot be written; what was there is there still. Anything raised inside passes, and then
            what was there is there still, too.
    """
    with _told(path):
        before = _status(path)
        if _is_stream(path, before):
            with _open(path, "a", text) as file:  # behind what a log holds already
                yield file
            return
        target = _target(path, before)
        _clear(os.path.dirname(target))
        fresh = os.path.join(os.path.dirname(target), f".{os.urandom(8).hex()}.rnn-tui")
        try:
            with _open(fresh, "x", text, mode if before is None else PRIVATE) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if before is not None:
                with suppress(PermissionError):  # only root may give a file away
                    os.chown(fresh, before.st_uid, before.st_gid)
                os.chmod(fresh, stat.S_IMODE(before.st_mode))
            os.replace(fresh, target)
        finally:
            with suppress(OSError):  # it is in its place, or was never made
                os.unlink(fresh)


def check_apart(path: str, inputs: Iterable[str]) -> None:
    """Raises LoadError where a file to be written is one of those that are read, under whatever name."""
    if any(_same(path, each) for each in inputs):
        why = "is read by this very command and cannot be its output"
        raise LoadError(path, "", why, "give the output another name")


def _same(path: str, other: str) -> bool:
    try:
        return os.path.isfile(path) and os.path.samefile(path, other)
    except (OSError, ValueError):  # one of them is not there, or no file can have its name
        return False


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Turns the system's complaints into one sentence."""
    try:
        yield
    except OSError as error:
        raise LoadError(path, "", f"cannot be written: {error.strerror or 'output error'}") from None


def _status(path: str) -> os.stat_result | None:
    """What is at a path now, behind its links; None where there is nothing."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None
    except ValueError:  # a zero, or half a character
        raise OSError(errno.EINVAL, "no file can have this name") from None


def _is_stream(path: str, status: os.stat_result | None) -> bool:
    """Whether bytes go through a path to somebody, and do not stay in it."""
    opened = os.path.realpath(os.path.dirname(path)).startswith("/proc/") or path in STREAMS
    return opened or (status is not None and not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode))


def _target(path: str, status: os.stat_result | None) -> str:
    """The ordinary file behind all links that is to be replaced. Raises OSError where it may not be."""
    target = os.path.realpath(path)
    if os.path.isdir(target) or path.endswith(os.sep):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if status is not None and not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return target


def _clear(folder: str) -> None:
    """Takes away what savers left in a folder that were killed long ago."""
    oldest = time.time() - STALE
    with suppress(OSError), os.scandir(folder) as entries:  # it may be a folder that can only be written to
        for each in entries:
            if FRESH.fullmatch(each.name) and each.stat(follow_symlinks=False).st_mtime < oldest:
                os.unlink(each.path)


def _open(path: str, mode: str, text: bool, permissions: int = USUAL) -> IO[Any]:
    def opened(name: str, flags: int) -> int:
        return os.open(name, flags, permissions)

    return open(path, mode if text else f"{mode}b", encoding="utf-8" if text else None, opener=opened)
