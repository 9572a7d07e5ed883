"""Files whose names are no UTF-8, as old disks have them: read, run, drawn, saved, opened again."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from stepping import numbers

from rnn_tui.cells import cell_text
from rnn_tui.cli.main import main
from rnn_tui.core.errors import InputError
from rnn_tui.core.network import Network
from rnn_tui.files.errors import LoadError
from rnn_tui.files.own import save_network
from rnn_tui.session.file import parse_session, read_session
from rnn_tui.session.model import Session
from rnn_tui.session.paths import path_of, path_text
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper

CAFE = os.fsdecode(b"caf\xe9")
"""Latin-1 for café; no text in UTF-8 has this byte there."""
SHOWN = r"caf\udce9"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, whose own name is no UTF-8 either, with a sequence, a cell and a model."""
    folder = tmp_path / CAFE
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path(f"{CAFE}.csv").write_text("1,2\n3,4\n")
    Path(f"{CAFE}.toml").write_text(cell_text("elman")[0])
    save_network(Network.random("elman", 2), f"{CAFE}.npz")
    return folder


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (CAFE, "file:caf%E9"),
        (f"/a b/{CAFE}:x.csv", "file:/a%20b/caf%E9%3Ax.csv"),
        ("café.csv", "café.csv"),
        ("100%E9.csv", "100%E9.csv"),
        ("file:caf%E9", "file:file%3Acaf%25E9"),
        ("two\nlines", "file:two%0Alines"),
    ],
)
def test_a_name_is_written_as_text_where_it_is_one_and_else_by_its_bytes(path: str, text: str) -> None:
    assert path_text(path) == text
    assert path_of(text) == path


@pytest.mark.parametrize("text", ["file:", "file:-", "file:a%00b"])
def test_a_name_of_bytes_that_no_file_can_have_is_refused(text: str) -> None:
    with pytest.raises(LoadError, match=r"line 3: '.*' is no file; a file in the session's folder is needed"):
        parse_session(f"version = 1\n[sequence]\npath = '{text}'\n")


@pytest.mark.parametrize("text", ["file:../%E9.csv", "file:%2E%2E/%E9.csv"])
def test_a_name_of_bytes_leads_out_of_the_folder_no_more_than_another(text: str, here: Path) -> None:
    Path(os.fsdecode(b"../\xe9.csv")).write_text("1\n")
    with pytest.raises(LoadError, match="is outside the session's folder and may not be read"):
        parse_session(f"version = 1\n[sequence]\npath = '{text}'\n")


@pytest.mark.parametrize(
    "blueprint",
    [Blueprint(), Blueprint((f"{CAFE}.toml:reverse",)), Blueprint(model=f"{CAFE}.npz")],
    ids=["built-in", "cell", "model"],
)
@pytest.mark.parametrize("name", [f"{CAFE}-session.toml", f"../{CAFE}/s.toml", "../s.toml"])
def test_s_saves_what_is_read_from_such_names_under_such_a_name(name: str, blueprint: Blueprint, here: Path) -> None:
    stepper = Stepper(Session(Recipe(Source(f"{CAFE}.csv"), blueprint), at=2))
    stepper.do("save", name)
    shown = name.replace(CAFE, SHOWN)
    assert stepper.notice == f"saved as {shown}; rnn-tui {shown} opens it again"
    assert b"%E9" in Path(name).read_bytes()
    again = Stepper(read_session(name))
    assert again.session.at == 2
    assert numbers(again) == numbers(stepper)


def test_a_name_that_is_there_and_a_folder_that_is_not_are_told_in_one_printable_line(here: Path) -> None:
    stepper = Stepper(Session())
    for name, why in ((f"{CAFE}.toml", "exists"), (f"{CAFE}/s.toml", "cannot be written: No such file or directory")):
        with pytest.raises(InputError) as caught:
            stepper.do("save", name)
        assert str(caught.value).isprintable()
        assert f"{name.replace(CAFE, SHOWN)}" in str(caught.value)
        assert why in str(caught.value)


def test_run_and_snapshot_read_and_write_such_names(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    named = ["run", f"{CAFE}.csv", "--header", "no"]
    assert main([*named, "--format", "npz", "-o", f"{CAFE}.out"]) == 0
    with np.load(f"{CAFE}.out") as arrays:
        assert arrays["x"].tolist() == [[1, 2], [3, 4]]
    assert main(["snapshot", f"{CAFE}.csv", "--header", "no", "-o", f"{CAFE}.txt"]) == 0
    assert SHOWN in Path(f"{CAFE}.txt").read_text("utf-8").splitlines()[0]
    assert capfd.readouterr() == ("", "")
    assert main(["run", f"{CAFE}.csv", "-o", f"{CAFE}.csv"]) == 2
    told = capfd.readouterr().err
    assert told.startswith(f"rnn-tui: {SHOWN}.csv: is read by this very command")
    assert told.removesuffix("\n").isprintable()


def test_a_network_that_learned_is_kept_under_such_a_name(here: Path) -> None:
    learned = []
    for cell, model in (("elman", "plain.npz"), (f"{CAFE}.toml", f"{CAFE}2.npz")):
        assert main(["run", "hello.txt", "--cell", f"{cell},softmax", "--learn", "--save", model, "-o", "out"]) == 0
        network = Session(Recipe(blueprint=Blueprint(model=model))).recipe.build().network
        learned.append(network.layers[0].parameters["W"])
    assert np.array_equal(learned[0], learned[1])
    assert not np.array_equal(learned[1], Network.random("elman", 4).layers[0].parameters["W"])


def test_a_session_holds_no_byte_that_is_not_utf_8(here: Path) -> None:
    Stepper(Session(Recipe(Source(f"{CAFE}.csv")))).do("save", "s.toml")
    with Path("s.toml").open("rb") as file:
        assert tomllib.load(file)["sequence"] == {"path": "file:caf%E9.csv"}
