"""The built-in cells: one TOML file each. This package only finds and reads their text; `core.cell` understands it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LARGEST = 100_000
"""Bytes; a cell's description is a page of text, and a larger file is refused before it is read."""


@cache
def cell_names() -> tuple[str, ...]:
    """The names of the built-in cells, sorted."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.toml")))


def cell_text(name: str) -> tuple[str, str]:
    """The text of a built-in cell, or of the cell file at a path, and the name that messages call it by.

    Raises:
        LookupError: there is no such cell and no such file.
        OSError: the file cannot be read.
        ValueError: the file is too large or is no text.
    """
    if name in cell_names():
        return _built_in(name), f"{name}.toml"
    path = Path(name)
    if not path.is_file():
        raise LookupError(name)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"is larger than {LARGEST} bytes")
    try:
        return path.read_bytes().decode("utf-8-sig"), name
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None


@cache
def _built_in(name: str) -> str:
    return Path(__file__).with_name(f"{name}.toml").read_text("utf-8")
