"""TOML read with care: the lines of keys, and texts made to take long."""

from __future__ import annotations

import time
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.core.toml import DEEPEST_KEY, NotToml, mentions, read_toml

TEXT = '''# x = 1
a = 1
b.c = "x = 2 # no"  # d = 3
"e f" = [
  "g = 4", 'h = 5', # i = 6
  {j = 7},

]
k = """
l = 8
\\""" m = 9 \'\'\'
"""
n = \'\'\'o = 10
"""\'\'\'
p = {q = [{r = 1}], s = "}"}

[t]
u = 1

[[v.w]]
x = 3.5

  [[ v . w ]]
y = 2

[v.w.z]
'a.b' = 1979-05-27T07:32:00Z
'''


def test_the_keys_and_headers_of_a_text_and_their_lines() -> None:
    assert tomllib.loads(TEXT)
    assert [(".".join(each.parts), each.line, each.brackets) for each in mentions(TEXT)] == [
        ("a", 2, 0),
        ("b.c", 3, 0),
        ("e f", 4, 0),
        ("k", 9, 0),
        ("n", 13, 0),
        ("p", 15, 0),
        ("t", 17, 1),
        ("u", 18, 0),
        ("v.w", 20, 2),
        ("x", 21, 0),
        ("v.w", 23, 2),
        ("y", 24, 0),
        ("v.w.z", 26, 1),
        ("a.b", 27, 0),
    ]


LONG = {
    "blanks in an array": ("x = [\n" + " " * 500_000 + "\n1]", {"x": [1]}),
    "blanks": (" " * 500_000, {}),
    "blank lines": (" \n" * 250_000, {}),
    "dotted key": (".".join("a" * 250_000) + " = 1", None),
    "dotted header": ("[" + ".".join("a" * 250_000) + "]", None),
    "dotted key in a table": ("x = {" + " . ".join(["'a'"] * 100_000) + " = 1}", None),
    "dotted key in a table in an array": ("x = [[{b = 1, " + ".".join("a" * 250_000) + " = 1}]]", None),
    "a text never closed": ('x = """\n' + '\\"""\n' * 100_000, None),
    "another": ("x = '''" + "''\n" * 150_000, None),
    "a line never closed": ('x = "' + '\\"' * 250_000, None),
    "brackets": ("x = " + "[" * 250_000, None),
    "quotes": ("x = [" + '"",' * 100_000 + "]", {"x": [""] * 100_000}),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_takes_no_long_time(name: str) -> None:
    text, values = LONG[name]
    begun = time.monotonic()
    try:
        found: dict[str, Any] | None = read_toml(text)
    except NotToml:
        found = None
    assert time.monotonic() - begun < 2
    assert found == values


def test_a_key_may_have_some_parts() -> None:
    most = ".".join(["a"] * DEEPEST_KEY)
    assert len(next(mentions(f"{most} = 3.14")).parts) == DEEPEST_KEY
    for text in (f"{most}.a = 1", f"[{most}.a]", f"x = {{{most}.a = 1}}"):
        with pytest.raises(NotToml) as caught:
            read_toml(f"\n{text}")
        assert (caught.value.where, caught.value.why) == ("line 2", "this key has more than 16 parts")


names = st.text("ab-_", min_size=1, max_size=3)
values: Any = st.recursive(
    st.integers(-9, 9) | st.booleans() | st.text("a\"'\\[]{}#=.\n", max_size=6),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


def _written(value: Any) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"""{escaped}"""' if "\n" in value else f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ",\n".join(map(_written, value)) + "]"
    return str(value).lower()


@given(st.lists(st.tuples(names, values), max_size=6, unique_by=lambda pair: pair[0]))
def test_every_key_is_found_on_its_line_whatever_its_neighbours_hold(pairs: list[tuple[str, Any]]) -> None:
    text, expected = "", []
    for key, value in pairs:
        expected.append((key, text.count("\n") + 1))
        text += f"{key} = {_written(value)}\n"
    assert list(tomllib.loads(text)) == [key for key, _ in expected]
    assert [(each.parts[0], each.line) for each in mentions(text)] == expected
