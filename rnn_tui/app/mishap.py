"""What should never happen, told in one sentence: the session is written into a file that reproduces it."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from rnn_tui.core.texts import one_line
from rnn_tui.session.model import Session


def told(error: Exception, said: str, session: Session) -> str:
    """The sentence about an error; leaves a session file, and what Python said, in a folder.

    Args:
        error: what was raised.
        said: what failed, and what was done about it.
        session: that it was raised in.
    """
    what = one_line(f"{type(error).__name__}: {error}")[:80]
    try:
        folder = Path(tempfile.mkdtemp(prefix="rnn_tui-"))
        path = folder / "session.toml"
        (folder / "error.txt").write_text("".join(traceback.format_exception(error)), "utf-8", "backslashreplace")
        from rnn_tui.session.file import write_session

        write_session(session, path)
    except Exception as trouble:  # whatever it is, there is nothing left but to say it
        return f"{said} ({what}), and nothing could be saved: {one_line(str(trouble))}"
    return f"{said} ({what}); {path} reproduces it, please report it"
