"""Columns of a table by their names in its header, or counted from 1."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rnn_tui.core.nearest import nearest
from rnn_tui.files.source import Source, quoted

STRETCH = re.compile(r"(\d{1,9})-(\d{1,9})")


def known_columns(header: list[str], width: int) -> Mapping[str, int]:
    """The columns, from 0, by what they may be called; a name goes before a number."""
    known = {str(i + 1): i for i in range(width)}
    for i, name in reversed(list(enumerate(header))):
        if name.strip():
            known[name.strip()] = i
    return known


def chosen(source: Source, names: tuple[str, ...], known: Mapping[str, int], option: str) -> tuple[int, ...]:
    """The columns that are asked for, in that order; ``3-5`` is 3, 4 and 5, where no column is called so.

    Raises:
        LoadError: a column that is not there, or twice.
    """
    found: list[int] = []
    for name in names:
        stretch = None if name in known else STRETCH.fullmatch(name)
        if stretch is None:
            found.append(_one(source, name, known, option))
            continue
        counted = {str(column + 1): column for column in known.values()}
        begin, end = (_one(source, str(int(part)), counted, option) for part in stretch.groups())
        if begin > end:
            raise source.error("", f"the columns {name} are none", f"{stretch[2]}-{stretch[1]} are")
        found.extend(range(begin, end + 1))
    for column in found:
        if found.count(column) > 1:
            raise source.error("", f"column {column + 1} is asked for twice in {option}", "once is enough")
    return tuple(found)


def _one(source: Source, name: str, known: Mapping[str, int], option: str) -> int:
    if name in known:
        return known[name]
    small = [column for key, column in known.items() if key.lower() == name.lower()]
    if len(set(small)) == 1:
        return small[0]
    places = sorted(known.items(), key=lambda each: each[1])
    names = [key for key, column in places if key != str(column + 1)]
    count = len(set(known.values()))
    held = f"it has {count} column{'s' * (count > 1)}{': ' if names else ''}{', '.join(names)}"
    raise source.error("", f"has no column {quoted(name)} for {option}", nearest(name, names, held))
