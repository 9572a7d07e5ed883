"""`check` finds every fault of all files, each with its file, its line and its stop."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnn_tui.cli import main as cli

HEAD = 'version = 1\n[sequence]\npath = "hello.txt"\n'
"""Before the stop that a test writes, which begins on line 4."""
MANY = """version = 1
at = 99
[sequence]
path = "hello.txt"
[learning]
truncate = -1
[[stops]]
title = "One title that is far too long for the sixty columns"
text = "Now {s[3][2] = 0.71} and {s[3][2 and {s[3][9]} and }; 0.25 and `0.5`."
at = 3
[stops.display]
digits = 99
focus = "q[1]"
layer = 4
[[stops]]
text = 3
at = "x"
[stops.question]
text = "?"
kind = "sing"
of = "s[4][1]"
[[stops]]
title = "Three"
atx = 4
at = 4
[stops.network]
cell = "elmn"
[[stops]]
title = "Four"
[stops.question]
text = "?"
kind = "compare"
of = "s[40][1]"
than = "q[4][1]"
[[stops]]
title = "Five"
epoch = 2
[stops.question]
text = "?"
kind = "sign"
of = "s[4][1]"
answer = "+"
"""
FOUND = [
    (2, 0, "there is no timestep 99; the sequence has 0 to 5"),
    (6, 0, "truncate = -1 cannot be; 0 or more is allowed"),
    (8, 1, "its title takes 61 columns at 60x20, and there are 60"),
    (9, 1, "s[3][2]: the text says 0.71 and the number is 0.70"),
    (9, 1, "{s[3][2 and {s[3][9]: this brace is never closed; a brace itself is written {{ or }}"),
    (9, 1, "s[3][9]: s is 3, and units count from 1"),
    (9, 1, "}; 0.25 and `0.5`.: this brace is never opened; a brace itself is written {{ or }}"),
    (9, 1, "0.25: nothing tests this number; write {y[3][1] = 0.25}, or `0.25` where it is no number of the run"),
    (12, 1, "digits = 99 cannot be; 0 to 8 are allowed"),
    (13, 1, "there is no quantity q to select; known are W, U, b, x, s, y, z"),
    (14, 1, "there is no layer 4; the network has 1 to 1, 0 is the last"),
    (15, 2, 'title is missing; write title = "..."'),
    (16, 2, "text must be text in quotes, and is a whole number"),
    (17, 2, "at must be a whole number, and is text in quotes"),
    (20, 2, "kind = 'sing' is not known; did you mean sign?"),
    (24, 3, "the key 'atx' is not known; did you mean at?"),
    (27, 3, "there is no cell 'elmn', and a cell's file ends in .toml; did you mean elman?"),
    (33, 4, "s[40][1]: there is no t = 40, the sequence has 1 to 5"),
    (34, 4, "q[4][1]: the layer has no q"),
    (37, 5, "there is no epoch 2; nothing is learned"),
    (42, 5, "answer does not go with a question of kind sign; its answer is computed"),
]
"""Line, stop and words, read off the file above by hand."""
TITLES = ["", " (One title that is far too long for the sixty columns)", "", " (Three)", " (Four)", " (Five)"]


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: int = 1) -> list[str]:
    """What `check` prints of a file, without the file's name."""
    file = tmp_path / "lesson.toml"
    file.write_text(text, "utf-8")
    assert cli.main(["check", str(file)]) == expected
    captured = capsys.readouterr()
    assert captured.err == ""
    return [line.removeprefix(f"{file}, ") for line in captured.out.splitlines()]


def stop(text: str = "fine", more: str = "", title: str = "One") -> str:
    """A lesson of one stop."""
    return f'{HEAD}[[stops]]\ntitle = "{title}"\ntext = """\n{text}\n"""\nat = 3\n{more}'


def test_every_fault_is_found_with_its_line_and_its_stop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [f"line {line}{f', stop {number}' if number else ''}{TITLES[number]}: {why}" for line, number, why in FOUND]
    assert checked(tmp_path, capsys, MANY) == said


def test_a_file_that_cannot_be_read_does_not_keep_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("no.toml").write_text("version = 1\nstops = [", "utf-8")
    Path("bytes.toml").write_bytes(b"version = 1\n# \xff\n")
    Path("new.toml").write_text('version = 7\n[[stops]]\ntitle = "One"\n', "utf-8")
    Path("none.toml").write_text("version = 1\n", "utf-8")
    Path("old.toml").write_text('at = 77\n[[stops]]\ntitle = "One"\n', "utf-8")
    Path("good.toml").write_text(stop(), "utf-8")
    names = ("no.toml", "bytes.toml", "gone.toml", "new.toml", "none.toml", "old.toml", "good.toml")
    assert cli.main(["check", *names]) == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    assert [line.partition(";")[0] for line in captured.out.splitlines()] == [
        "no.toml, line 2: this is not TOML: Invalid value",
        "bytes.toml, line 2: holds bytes that are not text",
        "gone.toml: no such file",
        "new.toml, line 1: version 7 is not known, 1 is",
        "none.toml: there are no stops",
        "old.toml: does not say its version",
        "old.toml, line 1: there is no timestep 77",
        "good.toml: 1 stop, all well",
    ]


def test_bad_usage_is_another_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 2
    assert cli.main(["check", "--loud", "what-is-rnn"]) == 2
    assert capsys.readouterr().out == ""


def test_of_a_network_that_is_not_there_one_thing_is_said_and_the_others_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the network f is no quantity either, which is not the author's fault."""
    gate = '[[stops]]\ntitle = "Gate"\ntext = "{f[3][1]}"\n[stops.display]\nfocus = "f[1]"\n'
    own = '[[stops]]\ntitle = "Own"\ntext = "{f[3][1]}"\n[stops.network]\ncell = "elman"\n'
    assert checked(tmp_path, capsys, f'{HEAD}[network]\ncell = "lstmm"\n{gate}{gate}{own}') == [
        "line 5: there is no cell 'lstmm', and a cell's file ends in .toml; did you mean lstm?",
        "line 18, stop 3 (Own): f[3][1]: the layer has no f",
    ]


ASKED = '[stops.question]\ntext = "{0}"\nkind = "sign"\nof = "s[4][1]"\n'
CHOICE = '[stops.question]\ntext = "?"\nkind = "choice"\nchoices = ["no", "{0}"]\nanswer = "no"\n'
WORDS = "word " * 11
"""55 characters: with the few before and behind, more than the 58 of a line at 60 columns."""


@pytest.mark.parametrize(
    ("text", "question", "says"),
    [
        ("fine\n" * 5, "", []),  # five lines are one paragraph
        ("- fine\n" * 4, "", []),
        ("- fine\n" * 50, "", []),  # its pages are turned
        ("- fine\n" * 3, ASKED.format("?"), []),
        ("- fine\n" * 50, ASKED.format(WORDS * 2), []),  # 124 characters, 3 lines, and 1 of the text above them
        ("- fine\n" * 50, ASKED.format(WORDS * 3), ["its question takes 4 lines at 60x20, and there are 3"]),
        ("- fine\n" * 50, CHOICE.format("yes"), []),
    ],
)
def test_a_text_and_a_question_that_have_no_room(
    text: str, question: str, says: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = checked(tmp_path, capsys, stop(text.rstrip(), question), 1 if says else 0)
    assert [line.partition("): ")[2] for line in found if "60x20" in line] == says


def test_both_verdicts_must_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = " ".join("bcde"[each] * 50 for each in range(4))  # "Right: " stands before the first of 4 lines
    question = f'[stops.question]\ntext = "?"\nkind = "choice"\nchoices = ["a", "{long}"]\nanswer = "{long}"\n'
    found = checked(tmp_path, capsys, stop("- fine\n" * 3, question))
    (line,) = (line for line in found if "60x20" in line)
    assert f"the verdict 'Right: {long}.   Score: 1 of 1.' takes 5 lines at 60x20, and there are 3" in line


def test_notes_are_checked_as_the_text_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = 'notes = "Say {s[3][2] = 0.71}, and 0.25."\n'
    assert checked(tmp_path, capsys, stop(more=more)) == [
        "line 10, stop 1 (One): s[3][2]: the text says 0.71 and the number is 0.70",
        "line 10, stop 1 (One): 0.25: nothing tests this number; "
        "write {y[3][1] = 0.25}, or `0.25` where it is no number of the run",
    ]


@pytest.mark.parametrize(
    ("display", "says"),
    [
        ('diagram = "rolled"', ["60x20"]),
        ('diagram = "vanishing"', []),
        ("maps = true", []),
        ('zoom = "number"\nfocus = "s[1]"', []),
    ],
)
def test_what_is_asked_to_be_looked_at_has_room(
    display: str, says: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = checked(tmp_path, capsys, stop(more=f"[stops.display]\n{display}\n"), 1 if says else 0)
    wrong = [f"line 11, stop 1 (One): the diagram rolled has no room at {size}" for size in says]
    assert (found if says else []) == wrong


def test_the_inside_of_a_large_cell_has_no_room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = '[stops.display]\ndiagram = "inside"\nlayer = 1\n[stops.network]\ncell = "lstm-peephole,softmax"\n'
    more += "[stops.learning]\nepochs = 2\n"
    wrong = "line 11, stop 1 (One): the diagram inside has no room at 60x20: the inside of R needs 50x14 characters"
    assert wrong in checked(tmp_path, capsys, stop(more=more))


def test_learning_that_breaks_before_the_stop_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = '[stops.network]\ncell = "elman-relu,softmax"\n[stops.learning]\nrate = 1e300\nloss = "sse"\n'
    (found,) = checked(tmp_path, capsys, stop(more=more))
    assert re.match(r"line 9, stop 1 \(One\): epoch 1 stops at t = \d, where a number is not finite", found)
    assert "--" not in found


def test_a_picture_says_where_the_inside_has_no_room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["snapshot", "hello.txt", "--cell", "lstm", "-o", str(tmp_path / "lstm.txt"), "--press", "right,i"]
    assert cli.main([*words, "--size", "60x20"]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main([*words, "--size", "40x12"]) == 0
    says = "rnn-tui: the diagram inside has no room at 40x12: the inside of R needs 40x11 characters\n"
    assert capsys.readouterr().err == says
    assert "the inside of R needs 40x11 characters" in (tmp_path / "lstm.txt").read_text("utf-8")
