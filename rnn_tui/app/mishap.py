"""What should never happen, told in one sentence: the session is written into a file that reproduces it."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line
from rnn_tui.session.model import Session


def told(error: Exception, doing: str, session: Session) -> str:
    """The sentence about an error while `doing` something; leaves a session file, and what Python said, in a folder."""
    what = one_line(f"{type(error).__name__}: {error}")[:80]
    try:
        folder = Path(tempfile.mkdtemp(prefix="rnn_tui-"))
        path = folder / "session.toml"
        (folder / "error.txt").write_text("".join(traceback.format_exception(error)), "utf-8")
        from rnn_tui.session.file import write_session

        write_session(session, path)
    except (OSError, InputError) as trouble:
        return f"{doing} failed ({what}), and nothing could be saved: {one_line(str(trouble))}"
    return f"{doing} failed and is undone ({what}); {path} reproduces it, please report it"
