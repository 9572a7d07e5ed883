"""`rnn-tui run --break`: the timesteps at which a condition holds, how many there are, and `--require`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.cli.main import main

ROWS = "x\n0\n3\n1\n4\n2\n"
"""x is 0, 3, 1, 4, 2 at t = 1 to 5."""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit status, and what is on standard output and on standard error."""
    status = main(["run", "x.csv", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text(ROWS, "utf-8")


@pytest.fixture
def header(capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of the file in any case."""
    return run(capsys)[2]


def test_the_rows_are_those_where_it_holds_in_every_format_and_their_count_is_on_standard_error(
    header: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--break", "x[1] > prev(x[1])")
    said = header + "x[1] > prev(x[1]): holds at 2 of 5 timesteps, t = 2 to 4\n"
    status, out, err = run(capsys, *words)
    assert (status, err) == (0, said)
    assert [line for line in out.splitlines() if line.startswith("t")] == ["t = 2", "t = 4"]
    status, out, err = run(capsys, *words, "--format", "jsonl")
    assert (status, err) == (0, said)
    assert [json.loads(line)["t"] for line in out.splitlines()] == [2, 4]
    status, out, err = run(capsys, *words, "--format", "csv")
    assert (status, err) == (0, said)
    assert [row["t"] for row in csv.DictReader(io.StringIO(out))] == ["2", "4"]
    status, out, err = run(capsys, *words, "--format", "npz", "-o", "y.npz")
    assert (status, out, err) == (0, "", said)
    with np.load("y.npz") as arrays:
        assert arrays["t"].tolist() == [2, 4]


@pytest.mark.parametrize(
    ("words", "times", "said"),
    [
        (["--break", "x[1] > 0 for 3 steps"], [4, 5], ["x[1] > 0 for 3 steps: holds at 2 of 5 timesteps, t = 4 to 5"]),
        (
            ["--break", "x[1] > 0 for 3 steps", "--from", "4", "--to", "4"],
            [4],
            ["x[1] > 0 for 3 steps: holds at 1 of 1 timestep, t = 4"],
        ),
        (
            ["--break", "x[1] == 4", "--break", "t < 3"],
            [1, 2, 4],
            ["x[1] == 4: holds at 1 of 5 timesteps, t = 4", "t < 3: holds at 2 of 5 timesteps, t = 1 to 2"],
        ),
        (["--break", "x[1] > 9"], [], ["x[1] > 9: holds at 0 of 5 timesteps"]),
    ],
)
@pytest.mark.parametrize("more", [[], ["--require"]])
def test_each_condition_is_counted_on_its_own(
    words: list[str],
    times: list[int],
    said: list[str],
    more: list[str],
    header: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, *words, "--format", "jsonl", *more)
    assert [json.loads(line)["t"] for line in out.splitlines()] == times
    if more and not times:
        assert (status, err) == (1, header + "rnn-tui: --require: x[1] > 9 holds nowhere in t = 1 to 5\n")
    else:
        assert (status, err) == (0, header + "".join(f"{line}\n" for line in said))


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--break", "t > 4", "--require"], 0, "t > 4: holds at 1 of 5 timesteps, t = 5"),
        (["--break", "t > 4", "--to", "4", "--require"], 1, "rnn-tui: --require: t > 4 holds nowhere in t = 1 to 4"),
        (["--break", "t > 5", "--from", "3", "--to", "3", "--require"], 1, "t > 5 holds nowhere in t = 3"),
        (["--break", "t > 5", "--break", "x[1] > 4", "--require"], 1, "t > 5 or x[1] > 4 holds nowhere in t = 1 to 5"),
        (["--break", "t > 5", "--break", "x[1] > 3", "--require"], 0, "x[1] > 3: holds at 1 of 5 timesteps, t = 4"),
        (["--break", "t >", "--require"], 2, "this is no condition"),
        (["--break", "t > 1 for x steps"], 2, "column 11: x is no number of steps"),
        (["--break", "prev(q[1]) > 1"], 2, "column 6: q is no quantity of this layer"),
        (["--require"], 2, "rnn-tui: --require: needs a condition that is to hold; add --break EXPR"),
        (["--require", "--check-gradients"], 2, "--require: does not go with --check-gradients"),
    ],
)
def test_what_is_required_and_does_not_hold_ends_with_status_one(
    words: list[str], status: int, says: str, header: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _, err = run(capsys, *words)
    assert found == status
    assert says in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_file_is_written_also_where_nothing_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--break", "t > 9", "--require", "--format", "jsonl", "-o", "y.jsonl")[0] == 1
    assert Path("y.jsonl").read_text("utf-8") == ""


def test_the_breakpoints_of_a_session_are_counted_but_those_that_are_off(capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        'version = 1\nbreaks = ["t == 3", {{ when = "t > 1", layer = 1, enabled = {} }}]\n[sequence]\npath = "x.csv"\n'
    )
    for enabled, counts in (
        ("false", ["t == 3: holds at 1 of"]),
        ("true", ["t == 3: holds at 1 of", "t > 1: holds at 4"]),
    ):
        Path("s.toml").write_text(text.format(enabled), "utf-8")
        assert main(["run", "s.toml", "--require"]) == 0
        lines = [line for line in capsys.readouterr().err.splitlines() if "holds" in line]
        assert [line[: len(count)] for line, count in zip(lines, counts, strict=True)] == counts
    Path("s.toml").write_text(text.replace("t == 3", "t == 9").format("false"), "utf-8")
    assert main(["run", "s.toml", "--require"]) == 1
    assert "t == 9 holds nowhere" in capsys.readouterr().err


def test_epochs_are_counted_together(capsys: pytest.CaptureFixture[str]) -> None:
    Path("y.csv").write_text("x,target\n0,1\n3,0\n1,1\n", "utf-8")
    assert main(["run", "y.csv", "--cell", "elman,dense", "--learn", "--epochs", "4", "--break", "t > 1"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "t > 1: holds at 8 of 12 timesteps in 4 epochs, t = 2 to 3"
