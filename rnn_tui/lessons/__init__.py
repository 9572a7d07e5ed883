"""The built-in lessons: one session file each. This package only finds and reads their text."""

from __future__ import annotations

import tomllib
from pathlib import Path


def lesson_names() -> list[str]:
    """The names of the built-in lessons, sorted."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.toml"))


def lesson_notes() -> dict[str, str]:
    """What each built-in lesson is about, by its name, each followed by the one that it names as the next."""
    texts = {name: lesson_text(name) for name in lesson_names()}
    following = {name: tomllib.loads(text).get("next", "") for name, text in texts.items()}
    notes: dict[str, str] = {}
    for name in sorted(texts, key=lambda name: name in following.values()):
        while name in texts and name not in notes:
            notes[name] = texts[name].partition("\n")[0].removeprefix("# ")
            name = following[name]
    return notes


def lesson_text(name: str) -> str:
    """The text of a built-in lesson. Raises LookupError where there is none of that name."""
    return lesson_path(name).read_text("utf-8")


def lesson_path(name: str) -> Path:
    """The file of a built-in lesson. Raises LookupError where there is none of that name."""
    if name not in lesson_names():
        raise LookupError(name)
    return Path(__file__).with_name(f"{name}.toml")
