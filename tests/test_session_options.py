"""A session file on the command line, and the options beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stepping import opened

from rnn_tui.cli.main import main
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.session.model import Session

TEXT = """version = 1
at = 2
breaks = ["t > 3"]
[network]
cell = "elman,softmax"
hidden = "2"
seed = 7
[learning]
rate = 0.5
epochs = 3
[display]
digits = 4
layer = 1
focus = "s[2]"
"""


def session(words: str, text: str, folder: Path) -> Session:
    path = folder / "s.toml"
    path.write_text(text)
    return opened(str(path), *words.split())


def looked_up(session: Session, name: str) -> Any:
    value: Any = session
    for part in name.split("."):
        value = getattr(value, part)
    return value


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("", "look.digits", 4),
        ("", "recipe.blueprint.seed", 7),
        ("", "at", 2),
        ("--at 0", "at", 0),
        ("--digits 2", "look.digits", 2),
        ("--rolled", "gaze.diagram", "rolled"),
        ("--seed 0", "recipe.blueprint.seed", 0),
        ("--seed 0", "recipe.blueprint.hidden", (2,)),
        ("--seed 0", "gaze.focus", None),
        ("--cell gru,softmax --hidden 4", "recipe.blueprint.cells", ("gru", "softmax")),
        ("--break t>1", "breaks", (Breakpoint("t>1", 1),)),
        ("--words", "recipe.source.words", True),
        ("--epochs 9", "recipe.learning", Learning("", 1, 9, Optimizer("sgd", 0.5))),
        ("--optimizer adam", "recipe.learning.optimizer.name", "adam"),
        ("", "epoch", 1),
        ("--epoch 2", "epoch", 2),
        ("--epoch last", "epoch", 3),
        ("--epoch last --epochs 9", "epoch", 9),
    ],
)
def test_what_is_given_counts_and_the_rest_is_the_files(tmp_path: Path, words: str, name: str, value: object) -> None:
    assert looked_up(session(words, TEXT, tmp_path), name) == value


def test_options_count_at_every_stop(tmp_path: Path) -> None:
    text = TEXT + "[[stops]]\ntitle = 'a'\nat = 4\n"
    found = session("--names keras", text, tmp_path)
    assert found.lesson is not None
    (stop,) = found.lesson.stops
    for own in (found, stop.session):
        assert (own.at, own.look.names) == (4, "keras")


@pytest.mark.parametrize(
    ("words", "more", "why"),
    [
        ("--digits 9", "", "^digits: 9 is no number of digits"),
        ("--words", "[sequence]\nx = [[1]]", "^words: does not go with .*its sequence is written in it"),
        ("--seed 1", "[[network.layers]]\ncell = 'tiny'", "^seed: does not go with .*, which has a whole network"),
        ("--rate 1", "", "^rate: says how to learn; add --learn"),
        ("--epoch 2", "", "^epoch: shows what was learned; add --learn"),
        ("--epoch two", "[network]\ncell = 'elman,softmax'\n[learning]", "^epoch: 'two' is no whole number"),
    ],
)
def test_options_that_do_not_go_with_the_file(tmp_path: Path, words: str, more: str, why: str) -> None:
    more = more.replace("'tiny'", "'dense'\nparameters = { W = [[1, 2, 3, 4]], b = [0] }")
    with pytest.raises(ValueError, match=why):
        session(words, f"version = 1\n{more}", tmp_path)


def test_run_and_snapshot_take_a_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = tmp_path / "s.toml", tmp_path / "p.txt"
    path.write_text("version = 1\nat = 3\n[network]\nseed = 5\n[display]\nnames = 'keras'\n")
    assert main(["run", str(path), "--digits", "9", "--layer", "1"]) == 0
    by_session = capsys.readouterr().out
    assert main(["run", "hello.txt", "--seed", "5", "--digits", "9"]) == 0
    assert by_session == capsys.readouterr().out
    pictures = []
    for words in ([str(path)], ["hello.txt", "--at", "3", "--seed", "5", "--names", "keras"]):
        assert main(["snapshot", *words, "-o", str(picture)]) == 0
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]


def test_a_file_outside_is_read_only_where_it_is_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "x.csv").write_text("1,2\n3,4\n")
    (tmp_path / "in" / "s.toml").write_text("version = 1\n[sequence]\npath = '../x.csv'\n")
    assert main(["run", str(tmp_path / "in" / "s.toml")]) == 2
    assert "'../x.csv' is outside the session's folder and may not be read" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "in" / "s.toml"), "--allow-outside"]) == 0


def test_list_names_the_lessons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "\nlessons\n" in (out := capsys.readouterr().out)
    assert "  what-is-rnn" in out
