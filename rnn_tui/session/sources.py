"""The keys of [sequence] that say how a file is read: the options of `rnn_tui.files.wanted`, read and written."""

from __future__ import annotations

from typing import Any

from rnn_tui.files.wanted import DEFAULTS, OPTIONS, Wanted, key_of
from rnn_tui.session.tables import Table

KEYS = tuple(map(key_of, OPTIONS))


def options_of(table: Table) -> dict[str, Any]:
    """The options that a table gives, by their names. Raises LoadError."""
    return {name: _value(table, name) for name in OPTIONS if key_of(name) in table}


def _value(table: Table, name: str) -> Any:
    option, key, default = OPTIONS[name], key_of(name), DEFAULTS[name]
    if option.kind in ("flag", "switch"):
        return table.flag(key, bool(default))
    if option.kind == "count":
        return table.whole(key, default)
    if option.kind == "word":
        return table.one_of(key, "", option.among)
    if option.kind == "text":
        return table.raw(key, "")
    if option.kind == "which" and not isinstance(table.get(key), str):
        return table.whole(key, 1)
    if isinstance(table.get(key), str):
        return table.raw(key)
    if option.kind == "targets" and not isinstance(table.get(key), list):
        return table.whole(key, 0)
    return table.texts(key)


def options_text(wanted: Wanted) -> dict[str, Any]:
    """What is other than usual, by its keys."""
    given = {key_of(name): getattr(wanted, name) for name in OPTIONS if getattr(wanted, name) != DEFAULTS[name]}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
