"""Texts that are not ours: no character of them hides, turns its neighbours round or is obeyed by a terminal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.cells import cell_text
from rnn_tui.cli.main import main
from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import CellError, InputError
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import many_lines, one_line, shortened
from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence
from rnn_tui.session.file import parse_session
from rnn_tui.session.recipe import Source

HOSTILE = {
    "clipboard": "\x1b]52;c;cHduZWQ=\x07",
    "title": "\x1b]0;owned\x1b\\",
    "colour": "\x1b[31;5mred\x1b[0m",
    "erase": "\x1b[2J\x1b[H",
    "c1": "\x9b2J\x9d0;owned\x9c",
    "nul": "a\x00b",
    "backspace": "safe\x08\x08\x08\x08evil",
    "carriage": "safe\revil",
    "delete": "a\x7fb",
    "override": "user\u202etxt.exe",
    "isolate": "\u2066a\u2069\u2067b\u2068c",
    "marks": "\u200ea\u200fb\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "unseen": "a\u3164b\u115fc\u034fd\U000e0101e\u180bf",
    "tags": "a\U000e0041\U000e007f",
    "separators": "a\u2028b\u2029c",
    "private": "a\ue000b\U0010fffdc",
    "unassigned": "a\u0378b\uffff",
    "half": "a\ud800b\udcff",
}
WRONG = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
UNSEEN = "\u3164\u115f\u034f\U000e0101\u180b"
each = pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)


def is_safe(text: str, allowed: str = "") -> bool:
    return all(c in allowed or (unicodedata.category(c) not in WRONG and c not in UNSEEN) for c in text)


def in_toml(text: str) -> str:
    """What stands between quotes in a file that means a text; no file can hold half a character."""
    return "".join("\\u001b" if "\ud800" <= c <= "\udfff" else f"\\U{ord(c):08x}" for c in text)


def texts_of(thing: Any) -> Iterator[str]:
    """Every text in a value, but for what names a file or is a cell."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from texts_of(part)
    elif is_dataclass(thing):
        for part in fields(thing):
            if (type(thing), part.name) not in ((Source, "path"), (Cell, "text")):
                yield from texts_of(getattr(thing, part.name))


@each
def test_a_hostile_text_is_written_out(hostile: str) -> None:
    shown = one_line(hostile)
    assert is_safe(shown)
    assert "\\" in shown
    assert one_line(shown) == shown  # nothing is escaped twice
    assert many_lines(f"{hostile}\n\t{hostile}") == f"{shown}\n\t{shown}"


def test_ordinary_texts_stay() -> None:
    for text in (
        "hello, wörld",
        "naïve e\u0301",
        "Ελληνικά",
        "日本語",
        "שלום",
        "العربية",
        "हिन्दी",
        "₁·×−⏎",
        "👩 ❤️",
        "[b]",
    ):
        assert one_line(text) == text
    assert many_lines("a\r\nb\tc\u00a0d\u3000e\n") == "a\nb\tc\u00a0d\u3000e\n"
    assert one_line("\n\t\u00a0") == "\\n\\t\\xa0"  # three labels that must not look the same


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_becomes_safe(text: str) -> None:
    assert is_safe(one_line(text))
    assert is_safe(many_lines(text), "\n\t")
    assert is_safe(str(InputError(text, text, text, text)))


def test_a_part_of_an_error_that_is_too_long_loses_its_middle() -> None:
    assert shortened("a" * 300 + "b" * 300, 10) == "aaaaa ... bbbbb"
    told = str(LoadError("p" * 5000, "w" * 5000, "y" * 5000, "h" * 5000))
    assert len(told) < 2100


@each
def test_no_label_feature_or_name_is_hostile(hostile: str, tmp_path: Path) -> None:
    held = [Sequence([[1.0]], labels=[hostile], name=hostile, features=[hostile])]
    (tmp_path / "a.json").write_text(json.dumps({"x": [1], "labels": [hostile], "features": [hostile]}))
    held.append(load_sequence(tmp_path / "a.json"))
    (tmp_path / "a.jsonl").write_text(json.dumps({"x": 1, "label": hostile}))
    held.append(load_sequence(tmp_path / "a.jsonl"))
    np.savez(tmp_path / "a.npz", x=[1.0], labels=np.array([hostile.replace("\ud800", "").replace("\udcff", "\x1b")]))
    held.append(load_sequence(tmp_path / "a.npz"))
    text = hostile.replace("\x00", "\x01").encode("utf-8", "replace").decode()
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    held.append(load_sequence(tmp_path / "a.txt"))
    quoted = text.replace("\r", "\x1b")
    (tmp_path / "a.csv").write_text(f'label,"{quoted}"\n"{quoted}",1\n', encoding="utf-8")
    held.append(load_sequence(tmp_path / "a.csv"))
    for sequence in held:
        found = list(texts_of(sequence))
        assert len(found) >= 2
        assert all(map(is_safe, found))


@each
def test_no_name_of_a_file_is_hostile_in_an_error_or_a_title(hostile: str, tmp_path: Path) -> None:
    name = hostile.replace("\x00", "\x01").replace("\ud800", "\x1b").replace("/", "")
    with pytest.raises(LoadError) as caught:
        load_sequence(tmp_path / f"{name}.csv")
    assert is_safe(str(caught.value))
    (tmp_path / f"{name}.csv").write_text("1,2\n")
    assert is_safe(load_sequence(tmp_path / f"{name}.csv").name)


@each
def test_no_text_of_a_session_is_hostile(hostile: str, tmp_path: Path) -> None:
    word = in_toml(hostile)
    session = parse_session(
        f'''version = 1
[sequence]
x = [[1, 0], [0, 1]]
labels = ["{word}", "b"]
features = ["{word}", "q"]
name = "{word}"
[[stops]]
title = "{word}"
text = "{word}"
[stops.question]
text = "{word}"
kind = "choice"
choices = ["{word}", "no"]
answer = "{word}"
''',
        "s.toml",
        tmp_path,
    )
    found = list(texts_of(session))
    assert len([text for text in found if "\\" in text]) >= 8
    assert all(is_safe(text, "\n\t") for text in found)


@each
def test_no_key_or_value_is_hostile_in_an_error(hostile: str, tmp_path: Path) -> None:
    word = "".join(f"\\U{ord(c):08x}" for c in hostile if not "\ud800" <= c <= "\udfff")
    for line in (
        f'"{word}" = 1',
        f'[network]\ncell = "{word}"',
        f'[sequence]\npath = "{word}"',
        f'breaks = ["{word}"]',
        f'[[stops]]\ntitle = "a"\n[stops.question]\ntext = "?"\nkind = "sign"\nof = "{word}["',
    ):
        with pytest.raises(LoadError) as caught:
            parse_session(f"version = 1\n{line.format(word)}", "s.toml", tmp_path)
        assert is_safe(str(caught.value))


@each
def test_a_cell_says_where_a_hostile_character_stands(hostile: str) -> None:
    text = "# a cell\n" + cell_text("elman")[0] + f"# {hostile}"
    with pytest.raises(CellError) as caught:
        Cell.parse(text, f"{hostile}.toml")
    assert is_safe(str(caught.value))
    line = text.replace("\r", " ").count("\n") + 1
    assert f"line {line}, column " in str(caught.value)


def test_a_cell_may_have_comments_in_any_language() -> None:
    elman = cell_text("elman")[0]
    assert Cell.parse(f"# das Äußere, 日本語\u3000の\u00a0R\r\n{elman}").states.keys() == {"s"}
    escaped = elman.replace('title = "', 'title = "\\u001b]0;a\\u0007', 1)
    assert Cell.parse(escaped, "a\x1b.toml").title.startswith("\\x1b]0;a\\x07")
    assert is_safe(Cell.parse(escaped, "a\x1b.toml").name)


@each
def test_nothing_hostile_reaches_the_terminal(
    hostile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    word = hostile.replace("\x00", "\x01").replace("\ud800", "\x1b").replace("/", "")
    Path("a.json").write_text(json.dumps({"x": [1], "labels": [hostile]}))
    Path(f"{word}.toml").write_text("version = 1\n[[stops]]\ntitle = 'a'\n[[stops]]\ntitle = 'b'\ntext = '{z[9][9]}'\n")
    for words in (
        ["run", f"{word}.csv"],
        ["run", "a.json", "--cell", word],
        ["run", "a.json", f"--{word}"],
        ["run", "a.json", "--break", word],
        ["run", "a.json", "-o", f"{word}/f"],
        ["check", f"{word}.toml"],
        ["check", f"no{word}.toml"],
        *(["run", "a.json", "--format", form] for form in ("table", "csv", "jsonl")),
    ):
        main(words)
        told = capsys.readouterr()
        assert told.out + told.err
        assert is_safe(told.out + told.err, "\n")
