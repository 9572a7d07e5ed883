"""Sequences from files: which loader reads what. Those of the rarer kinds are loaded when there is such a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnn_tui.core.sequence import Sequence
from rnn_tui.files.delimited import load_delimited, looks_like_numbers
from rnn_tui.files.source import Progress, Source, find_source
from rnn_tui.files.text import load_text
from rnn_tui.files.wanted import OPTIONS, Wanted, key_of

Loader = Callable[[Source, Wanted], Sequence]


def load_json(source: Source, wanted: Wanted) -> Sequence:
    """One value of JSON."""
    from rnn_tui.files import structured

    return structured.load_json(source, wanted)


def load_json_lines(source: Source, wanted: Wanted) -> Sequence:
    """JSON, one timestep a line."""
    from rnn_tui.files import structured

    return structured.load_json_lines(source, wanted)


def load_npy(source: Source, wanted: Wanted) -> Sequence:
    """One array of NumPy's."""
    from rnn_tui.files import arrays

    return arrays.load_npy(source, wanted)


def load_npz(source: Source, wanted: Wanted) -> Sequence:
    """Several arrays of NumPy's."""
    from rnn_tui.files import archives

    return archives.load_npz(source, wanted)


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
    path: str | os.PathLike[str], *, sequence: int | str = 1, progress: Progress | None = None, **options: Any
) -> Sequence:
    """The sequence in a file: x (T, I), with targets (T, O) and T labels where the file has them.

    Args:
        path: a file, ``-`` for standard input, or the name of a built-in sample.
        sequence: which of several sequences in one file, from 1; ``"all"`` is all of them, one after the other.
        progress: called now and then with the bytes done and in all; what it raises to cancel passes.
        options: how the file is read: the fields of `rnn_tui.files.wanted.Wanted`, such as ``targets=2``,
            ``columns=["Open", "Close"]``, ``thousands=","``, ``as_="table"``.

    A row of NaN in the targets is a timestep that has no target, such as the last of a text.

    Raises:
        LoadError: the file is missing, unreadable, or not what its extension says; told with line and column.
        InputError: an option that cannot be.
    """
    return load(path, Wanted(number=sequence, **options), progress)


def load(
    path: str | os.PathLike[str], wanted: Wanted, progress: Progress | None = None, like: Sequence | None = None
) -> Sequence:
    """The same, with all options in one; perhaps like another sequence, with its vocabulary, and scaled as it was.

    Raises:
        LoadError: as above.
    """
    source = replace(find_source(path, progress, wanted.encoding), like=like)
    loader = find_loader(source, wanted)
    if wanted.words and loader is not load_text:
        raise source.error("", "is not a text", "only a .txt file is read by words")
    if wanted.taken < 0:
        raise source.error("", f"cannot have {wanted.targets} targets", "0 or more can be asked for")
    _check_options(source, wanted, loader)
    try:
        sequence = loader(source, wanted)
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None
    if loader is load_text and not (wanted.as_ or wanted.words) and looks_like_numbers(source, Wanted()):
        note = "it looks like a table of numbers: add --as table to read it so"
        return replace(sequence, notes=(note, *sequence.notes))
    return sequence


def _check_options(source: Source, wanted: Wanted, loader: Loader) -> None:
    """Raises LoadError where an option is of other files than this one."""
    kind, of = OF_LOADER.get(loader, ("file of arrays", ("text", "table")))
    if loader in (load_json, load_json_lines):
        kind, of = "file of JSON", (*of, "array")
    name = wanted.given(of)
    if not name or (name == "targets" and loader is load_text):  # which says what the targets of a text are
        return
    hint = HINTS.get(OPTIONS[name].of, "")
    raise source.error("", f"is a {kind}, and {key_of(name)} does not go with it", hint)


OF_LOADER: dict[Loader, tuple[str, tuple[str, ...]]] = {
    load_text: ("text", ("table", "numbers", "array")),
    load_delimited: ("table", ("text", "array")),
}
"""What a file is called that is loaded so, and whose options do not go with it."""
HINTS = {
    "table": "as = table reads a table",
    "numbers": "as = table reads a table",
    "text": "as = text reads a text",
    "array": "it is of .npy and .npz",
}


def find_loader(source: Source, wanted: Wanted) -> Loader:
    """The loader asked for, for the file's extension, or for what standard input looks like.

    Raises:
        LoadError: an extension that is not known.
    """
    if wanted.as_:
        return load_delimited if wanted.as_ == "table" else load_text
    if source.path is not None:
        extension = Path(source.path).suffix.lower()
        if extension not in LOADERS:
            why = f"has an unknown extension '{extension}'" if extension else "has no extension"
            raise source.error("", why, f"known are {', '.join(LOADERS)}; as = table or as = text reads any")
        return LOADERS[extension]
    text = source.text().lstrip("\ufeff \t\n")
    if wanted.given(("text",)):
        return load_text
    if text.startswith(("[", "{")):
        from rnn_tui.files.structured import is_json_lines

        return load_json_lines if is_json_lines(text) else load_json
    return load_delimited if wanted.given(("table",)) or looks_like_numbers(source, wanted) else load_text
