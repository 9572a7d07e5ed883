"""Which files a session may read: those in its own folder, those of the program, and those allowed by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from rnn_tui.cells import cell_names
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import directed
from rnn_tui.core.nearest import nearest
from rnn_tui.core.texts import one_line
from rnn_tui.files.samples import MODELS, SEQUENCES, sample_folder, sample_path
from rnn_tui.files.source import quoted
from rnn_tui.session.paths import path_of
from rnn_tui.session.tables import Table

Allow = Callable[[str], bool]
"""Asked whether a file outside the session's folder may be read, in a sentence that says which."""


@dataclass
class Access:
    """Says what may be read, before anything of it is.

    Attributes:
        shown: what the session is called.
        folder: what its paths are relative to.
        allow: asked before a file outside the folder is read; None is a no.
    """

    shown: str
    folder: Path
    allow: Allow | None = None
    allowed: set[str] = field(default_factory=set)

    def path(self, table: Table, key: str, given: str) -> str:
        """A path of the file as this process names it. Raises LoadError where it may not be read."""
        named = path_of(given)
        if named in ("", "-") or "\0" in named:
            raise table.error(key, f"{quoted(given)} is no file", "a file in the session's folder is needed")
        path = self.folder / named
        try:
            real, inside = path.resolve(), [self.folder.resolve()]
            inside += [sample_folder(kind).resolve() for kind in (SEQUENCES, MODELS)]
        except (OSError, RuntimeError):  # symbolic links in a circle
            raise table.error(key, f"{quoted(given)} cannot be found") from None
        if not any(real.is_relative_to(folder) for folder in inside) and str(real) not in self.allowed:
            sentence = f"{one_line(self.shown)} reads {one_line(str(real))}, which is outside its folder"
            if self.allow is None or not self.allow(sentence):
                why = f"{quoted(given)} is outside the session's folder and may not be read"
                raise table.error(key, why, "move it there, or say --allow-outside")
            self.allowed.add(str(real))
        return str(path)

    def sample(self, given: str, kind: str = SEQUENCES) -> str:
        """The built-in sample that a name of the file means, as this process names it; empty where it means none."""
        found = None if os.path.isfile(self.folder / given) else sample_path(given, kind)
        if found is None:
            return ""
        return str(found) if os.path.isfile(given) else given  # not what lies about in the current folder

    def cell(self, table: Table, name: str) -> str:
        """A built-in cell by name, or the path of a cell's file, with what stands after its colon. Raises LoadError."""
        plain, _ = directed(name)
        if plain in cell_names():
            return name
        if os.sep in plain or plain.endswith(".toml"):
            return self.path(table, "cell", plain) + name[len(plain) :]
        hint = nearest(plain, cell_names())
        raise table.error("cell", f"there is no cell {quoted(plain)}, and a cell's file ends in .toml", hint)
