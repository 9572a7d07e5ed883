"""Sequences from files: which loader reads what."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from rnn_tui.core.sequence import Sequence
from rnn_tui.files.archives import load_npz
from rnn_tui.files.arrays import load_npy
from rnn_tui.files.assembly import Wanted
from rnn_tui.files.delimited import load_delimited, looks_like_numbers
from rnn_tui.files.source import Progress, Source, find_source
from rnn_tui.files.structured import is_json_lines, load_json, load_json_lines
from rnn_tui.files.text import load_text

Loader = Callable[[Source, Wanted], Sequence]

LOADERS: dict[str, Loader] = {
    ".csv": load_delimited,
    ".tsv": load_delimited,
    ".txt": load_text,
    ".json": load_json,
    ".jsonl": load_json_lines,
    ".npy": load_npy,
    ".npz": load_npz,
}


def load_sequence(
    path: str | os.PathLike[str],
    *,
    words: bool = False,
    targets: int = 0,
    sequence: int = 1,
    allow_nonfinite: bool = False,
    progress: Progress | None = None,
) -> Sequence:
    """The sequence in a file: x (T, I), with targets (T, O) and T labels where the file has them.

    Args:
        path: a file, ``-`` for standard input, or the name of a built-in sample.
        words: read a text by words instead of characters.
        targets: take the last so many columns of a table as targets, where the file does not name them.
        sequence: which of several sequences in one file, from 1.
        allow_nonfinite: let NaN and infinity pass.
        progress: called now and then with the bytes done and in all; what it raises to cancel passes.

    A row of NaN in the targets is a timestep that has no target, such as the last of a text.

    Raises:
        LoadError: the file is missing, unreadable, or not what its extension says; told with line and column.
    """
    source = find_source(path, progress)
    load = find_loader(source, words)
    if words and load is not load_text:
        raise source.error("", "is not a text", "only a .txt file is read by words")
    if targets < 0:
        raise source.error("", f"cannot have {targets} targets", "0 or more can be asked for")
    try:
        return load(source, Wanted(words, targets, sequence, allow_nonfinite))
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None


def find_loader(source: Source, words: bool) -> Loader:
    """The loader for the file's extension, or for what standard input looks like.

    Raises:
        LoadError: an extension that is not known.
    """
    if source.path is not None:
        extension = Path(source.path).suffix.lower()
        if extension not in LOADERS:
            why = f"has an unknown extension '{extension}'" if extension else "has no extension"
            raise source.error("", why, f"known are {', '.join(LOADERS)}")
        return LOADERS[extension]
    text = source.text().lstrip("\ufeff \t\n")
    if words:
        return load_text
    if text.startswith(("[", "{")):
        return load_json_lines if is_json_lines(text) else load_json
    return load_delimited if looks_like_numbers(source) else load_text
