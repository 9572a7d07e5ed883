"""Sessions: every key with many wrong values, and several keys at once."""

from __future__ import annotations

import random
import re
from pathlib import Path

from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Session

from .judging import judged

WHOLE: list[tuple[str, dict[str, str]]] = [
    (
        "",
        {
            "version": "1",
            "at": "2",
            "epoch": "1",
            "breaks": "['any(y > 0.9)']",
            "arrived": "[1, 2]",
            "marks": "{a = 1}",
            "stop": "1",
            "answers": "[{stop = 1, answer = 'left'}]",
        },
    ),
    (
        "[sequence]",
        {
            "x": "[[1, 0], [0, 1], [0.5, -2]]",
            "targets": "[[1], [nan], [0]]",
            "labels": "['a', 'b', 'c']",
            "features": "['p', 'q']",
            "name": "'mine'",
            "dtype": "'float64'",
            "allow_nonfinite": "false",
            "order": "[1, 2, 3]",
        },
    ),
    ("[network]", {"cell": "'elman,dense'", "hidden": "'2,1'", "seed": "3"}),
    (
        "[learning]",
        {
            "learn": "true",
            "loss": "'sse'",
            "rate": "0.1",
            "truncate": "2",
            "epochs": "2",
            "optimizer": "'sgd'",
            "momentum": "0.5",
            "clip": "1.0",
        },
    ),
    (
        "[display]",
        {
            "layer": "1",
            "diagram": "'rolled'",
            "zoom": "'step'",
            "operation": "0",
            "gate": "0",
            "focus": "'W[1][1]'",
            "maps": "false",
            "weights": "'used'",
            "back": "false",
            "trace": "'s[1]'",
            "change": "0.1",
            "digits": "3",
            "names": "'seed'",
            "ascii": "false",
            "signs": "false",
            "hidden": "['y[2][1]']",
        },
    ),
    ("[[stops]]", {"title": "'one'", "text": "'{y[1][1]}'", "at": "1", "epoch": "2"}),
    (
        "[stops.question]",
        {
            "text": "'which?'",
            "kind": "'choice'",
            "of": "''",
            "than": "''",
            "choices": "['left', 'right']",
            "answer": "'left'",
            "tolerance": "0.1",
        },
    ),
    ("[[stops]]", {"title": "'two'"}),
    ("[stops.sequence]", {"path": "'echo2.csv'", "number": "1", "words": "false", "targets": "1"}),
    ("[[stops.network.layers]]", {"cell": "'dense'", "reverse": "false", "reads": "[0]"}),
    ("[stops.network.layers.parameters]", {"W": "[[0.5]]", "b": "[0.25]"}),
    (
        "[[stops.network.layers]]",
        {"cell": "'mine'", "text": "\"equations = 'y[t] = W @ x[t]'\\n[parameters]\\nW = ['O', 'I']\""},
    ),
    ("[stops.network.layers.parameters] ", {"W": "[[1.0]]"}),
]
KEYS = [(place, key) for place, (_, keys) in enumerate(WHOLE) for key in keys]
VALUES = re.split(
    r"\s+",
    r"""0 1 -1 2 3 7 9 100 65536 65537 1000001 2147483648 9223372036854775807 -9223372036854775808 99999999999999999999
0.0 -0.0 0.5 1e-320 1e308 1e400 -1e400 nan inf -inf true false 1979-05-27 07:32:00 1979-05-27T07:32:00Z '' 'a' 'x' 's'
'elman' 'softmax' 'sum' 'lstm:concat' 'elman,elman,elman' '-' '.' '..' '/' '/dev/zero' '/etc/passwd' '../a'
'gone.csv' 'hello.txt' 'a.toml' './a.toml' '3' '-3' '3,3' '3:4' '999999999' 's[1]' 's[9][9]' 'y[0][0]' 'dL/ds[1]'
'W[1][1]' 'any(s>0)' 'any(' '{y[1][1]}' '{{' '[b]x[/b]' '[@click=app.quit]x[/]' "\\u001b]52;c;eA==\\u0007"
"\\u202e\\u200b" "\\u0000" "\\ufeff\\u2028" "\\U000e0001" [] [[]] [[[]]] [1] [[1]] [[1,2],[3]] [['a']] ['a'] [true]
[[nan]] [[inf]] [1,'a'] {} {a=1} [{}] [{a=1}] [9223372036854775807] [-1] [0] [3,2,1] [1,1,1] [[1e308]] ['s>0','s>0']""",
)
VALUES += ["' '"]
VALUES += [
    "'" + "x" * 10_000 + "'",
    "[" * 200,
    "[" + "1," * 5000 + "]",
    "[" + "[1]," * 5000 + "]",
    "{a={a={a={}}}}",
    "# nothing",
]
VALUES += ["'''a\nb'''", "a.b.c", "'" + "[" * 1000 + "'", "'" + "{y[1][1]}" * 300 + "'"]


def written(changes: dict[tuple[int, str], str]) -> str:
    """The whole session with some values changed."""
    lines = []
    for place, (header, keys) in enumerate(WHOLE):
        lines.append(header)
        lines += [f"{key} = {changes.get((place, key), value)}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


def case(seed: int, folder: Path) -> bool:
    """Reads one: at first each key with each value, then several; whether a session came of it."""
    chance = random.Random(seed)
    if seed < len(KEYS) * len(VALUES):
        changes = {KEYS[seed // len(VALUES)]: VALUES[seed % len(VALUES)]}
    else:
        changes = {chance.choice(KEYS): chance.choice(VALUES) for _ in range(chance.randint(1, 3))}
    text = written(changes)
    if chance.random() < 0.1 and seed >= len(KEYS) * len(VALUES):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice("[]{}=\"'.,#\n\0\x1b\u202e") + text[place + chance.randint(0, 3) :]
    session = judged(lambda: parse_session(text, "case.toml", folder))
    if session is not None:
        judged(lambda: _used(session, folder))
    return session is not None


def _used(session: Session, folder: Path) -> None:
    """A session that was read can be run and written, and what was written reads as the same."""
    again = session_text(session, folder)
    assert session_text(parse_session(again, "again.toml", folder), folder) == again
    sessions = [session, *(stop.session for stop in (session.lesson.stops if session.lesson else ()))]
    for each in sessions:
        if each.epoch <= 3:
            walk = each.recipe.build().walk(each.epoch)
            walk.at(min(each.at, walk.last))
