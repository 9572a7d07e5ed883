"""The error of everything that reads or writes a file."""

from __future__ import annotations

from rnn_tui.core.errors import InputError


class LoadError(InputError):
    """A file that is missing, unreadable or not what it should be.

    `path` is the file's name, `where` the place in it (``line 3, column 2``), `why` what is wrong, `hint` what
    would be right: "weights.npz: U has shape (3, 4); elman with H = 3 needs (3, 3)".
    """
