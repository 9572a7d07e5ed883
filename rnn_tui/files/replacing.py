"""Writing a file so that a reader sees the old one or the new one, and never a half."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from rnn_tui.files.errors import LoadError


def replace_file(path: str, write: Callable[[IO[bytes]], object]) -> None:
    """Writes beside a path and puts the result in its place.

    Raises:
        LoadError: the file cannot be written; what was there is there still.
    """
    unfinished = f"{path}.part"
    try:
        with Path(unfinished).open("wb") as file:
            write(file)
        os.replace(unfinished, path)
    except OSError as error:
        raise LoadError(path, "", f"cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            os.unlink(unfinished)
