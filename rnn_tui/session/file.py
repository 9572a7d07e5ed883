"""Session files: a session as a TOML text, read and written. The README has one with comments."""

from __future__ import annotations

import os
from pathlib import Path

from rnn_tui.core.nearest import nearest
from rnn_tui.core.texts import megabytes
from rnn_tui.files.errors import LoadError
from rnn_tui.files.replacing import USUAL, replace_file
from rnn_tui.files.source import unreadable
from rnn_tui.lessons import lesson_names, lesson_path
from rnn_tui.session.access import Access, Allow
from rnn_tui.session.model import Session, is_session
from rnn_tui.session.reading import Reading
from rnn_tui.session.tables import parse
from rnn_tui.session.writing import session_text

__all__ = ["Allow", "parse_session", "read_session", "session_text", "write_session"]
LARGEST = 2**20
"""Bytes of a session file."""


def read_session(path: str | os.PathLike[str], allow: Allow | None = None) -> Session:
    """The session in a file, its stops resolved, known to fit together.

    Args:
        path: the file, or the name of a built-in lesson.
        allow: asked, in a sentence, before a sequence, a model or a cell outside the file's folder is read; without it
            none is.

    Raises:
        LoadError: the file is missing or no session file, or what it names is not there or does not fit.
    """
    text, shown = text_of(path)
    return parse_session(text, shown, Path(shown).parent, allow)


def text_of(path: str | os.PathLike[str]) -> tuple[str, str]:
    """The text of a session file or of a built-in lesson, and what errors call it. Raises LoadError."""
    shown = os.fspath(path)
    if not os.path.exists(shown) and shown in lesson_names():
        shown = str(lesson_path(shown))
    if not os.path.isfile(shown):
        why = "is not an ordinary file" if os.path.exists(shown) else "no such file"
        right = "a session file is needed, s in the app writes one"
        raise LoadError(shown, "", why, nearest(shown, lesson_names(), right))
    try:
        with Path(shown).open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as problem:
        raise unreadable(shown, problem) from None
    if len(content) > LARGEST:
        raise too_long(shown)
    try:
        return content.decode("utf-8-sig"), shown
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise LoadError(shown, f"line {line}", "holds bytes that are not text", "text in UTF-8 is needed") from None


def parse_session(
    text: str, shown: str = "session", folder: str | os.PathLike[str] = ".", allow: Allow | None = None
) -> Session:
    """The session in a text; `shown` is what errors call it, `folder` what its paths are relative to.

    Raises:
        LoadError: as `read_session`.
    """
    if len(text) > LARGEST:
        raise too_long(shown)
    try:
        return Reading(shown, Access(shown, Path(folder), allow)).session(parse(text, shown))
    except RecursionError:
        raise LoadError(shown, "", "this is too deeply nested") from None


def too_long(shown: str) -> LoadError:
    """The error of a file that is larger than a session may be."""
    return LoadError(shown, "", f"is larger than {megabytes(LARGEST)}", "put large arrays into files")


def write_session(session: Session, path: str | os.PathLike[str], mode: int = USUAL) -> None:
    """Writes a session so that `read_session` reads the same; a file that was there is replaced as a whole, a new
    one has `mode`.

    Paths inside the file's folder are written relative to it, so the folder can move.

    Raises:
        LoadError: the file cannot be written, or a part of the session cannot be.
    """
    shown = os.fspath(path)
    if not is_session(shown):
        raise LoadError(shown, "", "a session is written as .toml", "end the name with it")
    try:
        content = session_text(session, Path(shown).parent).encode("utf-8")
    except LoadError as error:
        raise LoadError(shown, error.where, error.why, error.hint) from None
    except OSError:
        why = "cannot say where what it reads is, for the current folder was removed"
        raise LoadError(shown, "", why, "open the app in a folder that is there") from None
    if len(content) > LARGEST:
        raise too_long(shown)
    replace_file(shown, lambda file: file.write(content), mode)
