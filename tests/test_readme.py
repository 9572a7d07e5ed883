"""What the README has to be pasted works as it stands: Python, a session, a cell, a test of a lesson."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import ROOT, Terminal, opened

import rnn_tui
from rnn_tui.cli import main as cli

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
CELL, SESSION = (text for kind, text in BLOCKS if kind == "toml")
RECIPE, PYTHON = (text for kind, text in BLOCKS if kind == "python")


def test_every_block_of_the_readme_is_tested_here() -> None:
    assert [kind for kind, _ in BLOCKS] == ["toml", "toml", "python", "python"]
    assert README.count("```") == 2 * len(BLOCKS)


def test_what_it_does_in_python_works(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(PYTHON, "utf-8")
    with Terminal(program=["example.py"], folder=tmp_path) as terminal:
        assert "t = 3 of 5" in opened(terminal).text
        terminal.press(b"q")
        assert terminal.status() == 0, terminal.text
    assert rnn_tui.load_network(tmp_path / "M.npz").layers[0].cell.name == "elman"


DATA = README[README.index("**Tables.**") : README.index("## Cells")]
COMMANDS = re.findall(r"`rnn-tui (run [^`]+)`", DATA)
CASES = {
    "prsa.csv": "04-prsa-na-category.csv",
    "power.csv": "05-power-two-stamps.csv",
    "stock.csv": "02-stock-thousands.csv",
    "airline.csv": "01-airline-footer.csv",
    "years.csv": "08-year-header.csv",
    "co2.txt": "07-co2-columns.txt",
    "series.csv": "20-airline-next.csv",
    "play.txt": "10-play.txt",
}


def test_the_readme_has_commands_about_data() -> None:
    assert len(COMMANDS) == 12


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_to_be_typed_about_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Each is read, and without its options it is refused or read otherwise."""
    monkeypatch.chdir(tmp_path)
    for name, case in CASES.items():
        Path(name).write_bytes((ROOT / "tests" / "cases" / case).read_bytes())
    Path("old.csv").write_bytes("année,x\n1,2\n".encode("latin-1"))
    words = shlex.split(command)
    assert cli.main([*words, "--format", "csv"]) == 0
    read = capsys.readouterr().out
    cli.main([*words[:2], "--format", "csv"])
    assert capsys.readouterr().out != read


def test_the_cell_is_the_built_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(CELL, "utf-8")
    for cell in ("mine.toml", "elman"):
        assert cli.main(["run", "hello.txt", "--cell", cell, "--format", "csv", "-o", f"{cell}.csv"]) == 0
    assert Path("mine.toml.csv").read_bytes() == Path("elman.csv").read_bytes()


def test_the_session_is_a_lesson_that_is_all_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(SESSION, "utf-8")
    assert cli.main(["check", "mine.toml"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out == "mine.toml: 2 stops, all well\n"
    assert cli.main(["snapshot", "mine.toml", "-o", "mine.txt"]) == 0
    assert "1 of 2  Who remembers?" in Path("mine.txt").read_text("utf-8")
    assert cli.main(["run", "mine.toml"]) == 0


def recipe(folder: Path, *words: str) -> tuple[int, list[str]]:
    """Runs the README's tests in a folder: the exit status, and which failed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    unused = ("cacheprovider", "xdist", "hypothesispytest", "asyncio")
    words = ("-q", *(word for name in unused for word in ("-p", f"no:{name}")), *words)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return done.returncode, re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)


def test_its_test_of_a_lesson_is_red_on_every_page_that_is_wrong(tmp_path: Path) -> None:
    changes = {"mine": ("The text is", "The text was"), "yours": ("That was", "This was")}  # one page of either lesson
    for name in changes:
        (tmp_path / f"{name}.toml").write_text(SESSION, "utf-8")
        (tmp_path / f"test_{name}.py").write_text(RECIPE.replace("mine.toml", f"{name}.toml"), "utf-8")
    assert recipe(tmp_path, "--snapshot-update") == (0, [])
    for name, (old, new) in changes.items():
        assert SESSION.count(old) == 1
        (tmp_path / f"{name}.toml").write_text(SESSION.replace(old, new), "utf-8")
    assert recipe(tmp_path) == (1, ["test_mine.py::test_a_stop[1]", "test_yours.py::test_a_stop[2]"])


def test_the_version_and_the_names_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"rnn-tui {rnn_tui.__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+", rnn_tui.__version__)
    assert set(rnn_tui.__all__) <= set(dir(rnn_tui))
    script = "import rnn_tui, sys; dir(rnn_tui); print({'numpy', 'rich', 'textual'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("set()\n", "")
