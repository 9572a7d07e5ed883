"""The built-in lessons: one session file each. This package only finds and reads their text."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def lesson_names() -> list[str]:
    """The names of the built-in lessons, sorted."""
    here = resources.files(__name__)
    return sorted(entry.name.removesuffix(".toml") for entry in here.iterdir() if entry.name.endswith(".toml"))


def lesson_text(name: str) -> str:
    """The text of a built-in lesson. Raises LookupError where there is none of that name."""
    if name not in lesson_names():
        raise LookupError(name)
    return resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8")


def lesson_path(name: str) -> Path:
    """The file of a built-in lesson. Raises LookupError where there is none of that name."""
    if name not in lesson_names():
        raise LookupError(name)
    return Path(__file__).with_name(f"{name}.toml")
