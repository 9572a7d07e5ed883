"""The command as a process of its own: pipes that close, disks that are full, encodings that know no accents."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import rnn_tui

ROOT = Path(rnn_tui.__file__).parents[1]


def environment(**changes: str) -> dict[str, str]:
    """This environment, its output buffered as in a person's shell."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "rnn_tui", *words]


def process(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment(), **options}
    return subprocess.run(command(*words), timeout=60, **given)


@pytest.mark.parametrize(
    ("words", "status"),
    [(["list"], 0), (["run", "hello.txt"], 0), (["run", "nowhere.csv"], 2), (["run"], 2), (["--nonsense"], 2)],
)
def test_the_exit_status_reaches_the_shell(words: list[str], status: int) -> None:
    done = process(*words)
    assert done.returncode == status
    assert (done.stdout == b"") == (status == 2)
    assert len(done.stderr.splitlines()) == (status == 2)


def test_a_reader_that_leaves_after_one_line_is_no_error() -> None:
    words = command("run", "sunspots", "--weights", "--format", "jsonl")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.readline().startswith(b'{"t": 1, ')
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"TERM": "dumb"}, "the app needs a terminal that can move its cursor, and TERM says it is dumb; "),
        ({"COLUMNS": "39", "LINES": "24"}, "the terminal has 39x24 characters and the app needs 40x12; "),
        ({"COLUMNS": "80", "LINES": "11"}, "the terminal has 80x11 characters and the app needs 40x12; "),
    ],
)
def test_a_terminal_that_will_not_do(settings: dict[str, str], sentence: str) -> None:
    ours, theirs = pty.openpty()
    try:
        done = process(stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**settings))
        printed = os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert printed.startswith(f"rnn-tui: {sentence}`rnn-tui run` prints the numbers")
    assert printed.count("\n") == 1
    assert "\x1b" not in printed


@pytest.mark.parametrize("words", [["list"], ["run", "hello.txt"], ["run", "hello.txt", "--format", "npz"]])
def test_a_reader_that_was_never_there_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = process(*words, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("words", [["list"], ["run", "hello.txt"], ["run", "hello.txt", "--format", "npz"]])
def test_a_full_disk_is_told_in_one_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process(*words, stdout=full)
    assert done.returncode == 2
    assert done.stderr == b"rnn-tui: standard output: cannot be written: No space left on device\n"


def test_an_output_that_is_closed_is_told_in_one_sentence() -> None:
    shell = ["sh", "-c", '"$@" >&-', "sh", *command("run", "hello.txt")]
    done = subprocess.run(shell, stderr=subprocess.PIPE, env=environment(), timeout=60)
    assert done.returncode == 2
    assert done.stderr == b"rnn-tui: standard output: is closed; give a file with -o\n"


@pytest.mark.parametrize(("form", "label"), [("table", rb"'\xe9'"), ("csv", rb"1,1,\xe9,"), ("jsonl", rb'"\u00e9"')])
def test_a_label_that_the_encoding_lacks_is_escaped(form: str, label: bytes, tmp_path: Path) -> None:
    (tmp_path / "accent.txt").write_text("é", "utf-8")
    words = ["run", str(tmp_path / "accent.txt"), "--format", form]
    done = process(*words, env=environment(PYTHONIOENCODING="ascii"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert label in done.stdout


def test_a_word_piped_in_is_a_sequence() -> None:
    done = process("run", "-", "--format", "csv", input=b"hello")
    assert [line.split(b",")[2] for line in done.stdout.splitlines()] == [b"label", *(b"h e l l o".split())]


def test_the_same_picture_comes_out_of_two_processes(tmp_path: Path) -> None:
    # the seed of Python's hashes differs from process to process
    pictures = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.svg"
        words = ["snapshot", "hello.txt", "--at", "3", "--size", "100x30", "-o", str(path)]
        assert process(*words, env=environment(PYTHONHASHSEED=seed)).returncode == 0
        pictures.append(path.read_bytes())
    assert pictures[0] == pictures[1]


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    done = process("run", "sine", "--to", "1", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1].startswith(b"1,1,,0.0,")


SCRIPT = """
import numpy, rnn_tui
sequence = rnn_tui.load_sequence("sunspots")
simulator = rnn_tui.Simulator(rnn_tui.Network.random("elman", 1, 100, 0), sequence)
print(*(value.hex() for value in simulator.seek(309).y.tolist()))
"""


def test_a_script_and_the_command_line_compute_the_same_bits() -> None:
    """However many threads NumPy takes: a product of 100 numbers is summed in another order by several."""
    free = {name: value for name, value in environment().items() if not name.endswith("_NUM_THREADS")}
    script = subprocess.run([sys.executable, "-c", SCRIPT], env=free, stdout=subprocess.PIPE, check=True, timeout=60)
    words = ("run", "sunspots", "--hidden", "100", "--from", "309", "--format", "jsonl")
    printed = json.loads(process(*words, env=free).stdout)["y"]
    assert script.stdout.decode().split() == [value.hex() for value in printed]
