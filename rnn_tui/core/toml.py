"""TOML read with care: what a text says and the lines its keys stand on, in a time that is linear in its length.

Python's reader takes time that grows with the square of the parts of a dotted key, so those are counted first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from rnn_tui.core.dataclass import dataclass

DEEPEST_KEY = 16
"""Parts of a dotted key."""
# Only a set of letters is repeated without going back: of a group that is, Python up to 3.11.4 loses matches.
TOKEN = re.compile(
    r'"""|\'\'\'|"(?:[^"\\\n]++|\\.)*"|\'[^\'\n]*+\'|\#[^\n]*+|[\n\[\]{},=.]|[ \t\r]++|[^\s"\'\#\[\]{},=.]++|.',
    re.DOTALL,
)
REST = {
    '"""': re.compile(r'(?:[^"\\]++|\\.|"(?!""))*"{3,5}', re.DOTALL),
    "'''": re.compile(r"(?:[^']++|'(?!''))*'{3,5}"),
}
"""What follows the quotes that open a text of several lines, up to those that close it."""


class NotToml(Exception):
    """A text that is not TOML: where, ``line 3, column 2`` or empty, and why."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(where, why)


@dataclass(frozen=True)
class Mention:
    """A key of the text, outside of every value: its parts and its line; a header has one pair of brackets or two."""

    parts: tuple[str, ...]
    line: int
    brackets: int


def read_toml(text: str) -> dict[str, Any]:
    """What a text says. Raises NotToml."""
    for _ in mentions(text):
        pass
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        why = match[1] if match else str(error)
        where = f"line {match[2]}, column {match[3]}" if match and match[2] else f"line {text.count(chr(10)) + 1}"
        raise NotToml(where, f"this is not TOML: {why}") from None
    except RecursionError:
        raise NotToml("", "this is too deeply nested") from None
    except ValueError:  # Python's limit on the digits of a whole number, or a date that is none
        raise NotToml("", "this holds a number that cannot be read") from None


def mentions(text: str) -> Iterator[Mention]:
    """The keys and headers of a text, in order; where it stops being TOML, they end.

    Raises:
        NotToml: a key has more than `DEEPEST_KEY` parts, here or inside a value.
    """
    position, line, depth, dots, brackets = 0, 1, 0, 0, 0
    parts: list[str] = []
    in_value = False
    while match := TOKEN.match(text, position):
        token, position = match[0], match.end()
        if token in REST:
            rest = REST[token].match(text, position)
            if rest is None:
                return
            line += rest[0].count("\n")
            position = rest.end()
        elif token in ('"', "'"):  # never closed
            return
        elif token == ".":
            dots += 1
            if dots >= DEEPEST_KEY:
                raise NotToml(f"line {line}", f"this key has more than {DEEPEST_KEY} parts")
        elif token == "\n":
            line, dots = line + 1, 0
            if depth == 0:
                in_value, brackets, parts = False, 0, []
        elif in_value:
            if token in "[]{},=":
                dots, depth = 0, depth + (token in "[{") - (token in "]}")
        elif token == "[":
            brackets += 1
        elif token in ("=", "]"):
            if parts:
                yield Mention(tuple(parts), line, brackets)
            in_value, dots, depth = True, 0, max(brackets - 1, 0)  # of [[a]], one is to be closed yet
        elif token[0] not in " \t\r#":
            parts.append(token.strip("\"'"))
