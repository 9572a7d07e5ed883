"""The options of data in session files: each key is read, and written as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stepping import opened

from rnn_tui.files.errors import LoadError
from rnn_tui.files.wanted import OPTIONS, key_of
from rnn_tui.session.file import parse_session
from rnn_tui.session.recipe import Source
from rnn_tui.session.writing import session_text

TABLE = "skip\na;b;c;d\nt1;1,5;NA;x\nt2;2.000,5;4;y\nt3;3;5;z\nend\n"
GIVEN: dict[str, tuple[str, str, Any]] = {
    "number": ("1", "--sequence 1", 1),
    "as_": ('"table"', "--as table", "table"),
    "delimiter": ('";"', "--delimiter ;", ";"),
    "header": ("true", "--header yes", True),
    "skip_rows": ("1", "--skip-rows 1", 1),
    "skip_last": ("1", "--skip-last 1", 1),
    "columns": ('["b", "3"]', "--columns b,3", ("b", "3")),
    "labels": ('"a,d"', "--labels a,d", ("a", "d")),
    "targets": ('"next"', "--targets next", "next"),
    "missing": ('["NA", "?"]', "--missing NA,?", ("NA", "?")),
    "fill": ('"drop"', "--fill drop", "drop"),
    "thousands": ('"."', "--thousands .", "."),
    "decimal": ('","', "--decimal ,", ","),
    "encoding": ('"latin-1"', "--encoding latin-1", "latin-1"),
    "scale": ('"minmax"', "--scale minmax", "minmax"),
}
OTHERS: dict[str, tuple[str, str, Any]] = {
    "reset": ('"c"', "--reset c", "c"),
    "stream": ("true", "--stream", True),
    "lines": ("true", "--lines", True),
    "words": ("true", "--words", True),
    "vocabulary": ('"no yes"', "--vocabulary no\xa0yes", "no yes"),
    "time_first": ("true", "--time-first", True),
    "allow_nonfinite": ("true", "--allow-nonfinite", True),
}


def test_every_option_is_in_this_test() -> None:
    assert set(GIVEN) | set(OTHERS) == set(OPTIONS)


def asked(words: str) -> Source:
    """The source that a command line asks for."""
    return opened(*(word.replace("\xa0", " ") for word in words.split(" "))).recipe.source


@pytest.mark.parametrize("name", [*GIVEN, *OTHERS])
def test_an_option_of_the_command_line(name: str) -> None:
    value = (GIVEN | OTHERS)[name]
    assert getattr(asked(f"t.csv {value[1]}"), name) == value[2]


def test_the_keys_of_a_table(tmp_path: Path) -> None:
    """By hand: the rows t2 and t3 are left, 2000.5 and 4, 3 and 5; scaled to 0 and 1."""
    (tmp_path / "t.dat").write_text(TABLE, encoding="latin-1")
    keys = "".join(f"{key_of(name)} = {value}\n" for name, (value, _, _) in GIVEN.items())
    text = f'version = 1\n[sequence]\npath = "t.dat"\n{keys}'
    session = parse_session(text, "s.toml", tmp_path)
    sequence = session.recipe.source.load()
    assert sequence.x.tolist() == [[1, 0], [0, 1]]
    assert (sequence.labels, sequence.features) == (("t2 y", "t3 z"), ("b", "c"))
    assert {name: getattr(session.recipe.source, name) for name in GIVEN} == {k: v[2] for k, v in GIVEN.items()}
    written = session_text(session, tmp_path)
    assert parse_session(written, "s.toml", tmp_path).recipe.source == session.recipe.source
    assert 'columns = ["b", "3"]' in written
    assert 'as = "table"' in written


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_keys(tmp_path: Path, name: str) -> None:
    source = Source("t.txt", **{name: OTHERS[name][2]})
    (tmp_path / "t.txt").write_text("no\n", encoding="utf-8")
    text = f'version = 1\n[sequence]\npath = "t.txt"\n{key_of(name)} = {OTHERS[name][0]}\n'
    if name in ("time_first", "reset"):
        with pytest.raises(LoadError, match=f"is a text, and {name} does not go with it; "):
            parse_session(text, "s.toml", tmp_path)
        return
    if name == "vocabulary":
        text = text.replace('"no yes"', '"no"')
        assert parse_session(text, "s.toml", tmp_path).recipe.source.load().features == ("n", "o")
        return
    assert getattr(parse_session(text, "s.toml", tmp_path).recipe.source, name) is getattr(source, name)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('fill = "prev"', "s.toml, line 4: fill = 'prev' is not known; did you mean previous?"),
        ('header = "yes"', "s.toml, line 4: header must be true or false, and is text in quotes"),
        ('decimal = "1"', "s.toml, line 4: '1' is no such mark; one character is, that is in no number"),
        ("skip_rows = -1", "s.toml, line 4: -1 lines cannot be left out; 0 or more can"),
        ('columns = "a\\nb"', "s.toml, line 4: a list of names stands on one line; part them by commas"),
        (
            'encoding = "rot13"',
            "s.toml, line 4: 'rot13' is not known; utf-8, utf-16, latin-1 and cp1252 are, and others",
        ),
        ("colums = 1", "s.toml, line 4: the key 'colums' is not known; did you mean columns?"),
        ('columns = ["z"]', "s.toml, line 3: t.csv: has no column 'z' for columns; it has 2 columns: a, b"),
    ],
)
def test_keys_that_cannot_be(tmp_path: Path, keys: str, message: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        parse_session(f'version = 1\n[sequence]\npath = "t.csv"\n{keys}\n', "s.toml", tmp_path)
    assert str(caught.value).replace(f"{tmp_path}/", "") == message
