"""A small writer of TOML: texts, numbers to the bit, booleans, arrays and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rnn_tui.files.errors import LoadError

BARE = re.compile(r"[A-Za-z0-9_-]+")
SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
LONG = 100
"""Characters of an array on one line."""


def document(values: Mapping[str, Any]) -> str:
    """A whole file. Raises LoadError where a text is half a character, which no file can hold."""
    return "\n".join(_table(values, ())).strip("\n") + "\n"


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """The lines of a table: what is no table first, for TOML allows no way back from one."""
    lines = [f"{_key(key)} = {value_text(value)}" for key, value in values.items() if not _below(value)]
    for key, value in values.items():
        inner = (*path, _key(key))
        name = ".".join(inner)
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *_table(value, inner)]
        elif _below(value):
            for each in value:
                lines += ["", f"[[{name}]]", *_table(each, inner)]
    return lines


def _below(value: Any) -> bool:
    """Whether a value is a table, or an array of nothing else, which have headers of their own."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping)


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _line(key)


def value_text(value: Any) -> str:
    """A value that is no table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)  # the shortest digits that read back to the same bits; inf and nan are TOML's too
    if isinstance(value, str):
        return _paragraph(value) if "\n" in value else _line(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {value_text(each)}" for key, each in value.items()) + " }"
    items = [value_text(item) for item in value]
    whole = f"[{', '.join(items)}]"
    if len(whole) <= LONG or not any(isinstance(item, list) for item in value):
        return whole
    return "".join(["[\n", *(f"  {item},\n" for item in items), "]"])


def _line(text: str) -> str:
    return f'"{"".join(map(_character, text))}"'


def _paragraph(text: str) -> str:
    """Text of several lines as it is; a quote is escaped only where it could end it."""
    body = "".join(c if c in '\n"\t' else _character(c) for c in text)
    body = re.sub(r'"(?="")|"(?="$)|"$', r'\\"', body)
    return f'"""\n{body}"""'


def _character(c: str) -> str:
    if "\ud800" <= c <= "\udfff":
        raise LoadError("", "", "a text holds half a character", "no file can hold it")
    return SHORT.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c)
