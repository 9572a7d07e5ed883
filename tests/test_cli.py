"""The command line: exit statuses, and for every mistake one sentence that names the place."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from rnn_tui import Cell, CellError, InputError, LoadError, RangeError
from rnn_tui.cells import cell_names
from rnn_tui.cli.main import main
from rnn_tui.cli.wording import worded
from rnn_tui.files.samples import MODELS, sample_names
from rnn_tui.lessons import lesson_names


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence on stderr of a command that fails; nothing is printed and the status is 2."""
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("rnn-tui: ")
    assert "Traceback" not in line
    return line.removeprefix("rnn-tui: ")


@pytest.mark.parametrize("command", [("run",), ("snapshot", "-o", "never.svg")])
@pytest.mark.parametrize(
    ("name", "content", "place", "words"),
    [
        ("none.csv", None, "", "no such file"),
        ("empty.csv", b"", "", "is empty"),
        ("empty.txt", b"", "", "is empty"),
        ("binary.csv", b"1,2\n\x00\xff\xfe\x80,4\n", ", line 2", "holds bytes that are not text"),
        ("binary.txt", bytes(range(256)), "", "holds bytes that are not text"),
        ("binary.npy", b"\x93NUMPY\x01\x00junk", "", "not"),
        ("ragged.csv", b"1,2\n3\n", ", line 2", "has 1 cell where the first row has 2"),
        ("words.csv", b"a,b\n1,2\n3,four\n", ", line 3, column 2", "'four' is not a number"),
        ("nan.csv", b"1,2\n3,nan\n", ", line 2, column 2", "nan is not finite"),
        ("infinite.csv", b"1,2\n3,inf\n", ", line 2, column 2", "inf is not finite"),
        ("header.csv", b"a,b\n", "", "has a header and no rows"),
        ("list.json", b"[]", "", "has no rows"),
        ("data.xyz", b"1", "", "has an unknown extension '.xyz'"),
    ],
)
def test_a_bad_sequence(
    command: tuple[str, ...],
    name: str,
    content: bytes | None,
    place: str,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_bytes(content)
    sentence = refused(capsys, *command, name)
    assert sentence.startswith(f"{name}{place}")
    assert words in sentence
    assert not Path("never.svg").exists()


CELL = 'equations = """\n{}\ny[t] = s[t]\n"""\n[parameters]\nW = ["H", "I"]\nU = ["H", "H"]\n[state]\ns = ["H"]\n'


@pytest.mark.parametrize(
    ("equation", "sentence"),
    [
        ("s[t] = tahn(W @ x[t] + U @ s[t-1])", "column 8: the function tahn is not known; did you mean tanh?"),
        (
            "s[t] = tanh(U @ x[t] + W @ s[t-1])",
            "column 13: in s[t] = tanh(U @ x[t] + W @ s[t-1]): U has shape (H, H) and x[t] has shape (I); "
            "the matrix has H columns and the vector I rows",
        ),
        ("s[t] = tanh(W @ x[t] + V @ s[t-1])", "column 24: V is given nowhere; declare it under [parameters]"),
        (
            "s[t] = tanh(W.T @ x[t])",
            "column 13: attributes (a dot after a name) are not allowed; use names and @ + - * / only",
        ),
        (
            "s[t] = __import__('os').mkdir('made')",
            "column 8: this (call) is no part of an equation; use names and @ + - * / only",
        ),
        ("s[t] = tanh(__import__('os'))", "column 13: the function __import__ is not known; known are tanh, sigmoid"),
    ],
)
def test_a_bad_cell_file(
    equation: str,
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(CELL.format(equation))
    assert refused(capsys, "run", "hello.txt", "--cell", "mine.toml").startswith(f"mine.toml, line 2, {sentence}")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--cell", "elmann"], "elmann: there is no such cell and no such file; did you mean elman?"),
        (["--hidden", "0"], "--hidden: 0 is no size; 1 to 65536 are allowed"),
        (["--hidden", "1000000"], "--hidden: 1000000 is no size; 1 to 65536 are allowed"),
        (["--hidden", "65536"], "--hidden: elman of this size takes 32.0 GiB; 1.0 GiB is the most"),
        (["--hidden", "three"], "--hidden: 'three' is no whole number; write one like 3, or 4,3 for two layers"),
        (["--hidden", "3,"], "--hidden: '' is no whole number; write one like 3, or 4,3 for two layers"),
        (["--hidden", "3,3"], "--hidden: there are 2 sizes for 1 layers"),
        (["--seed", "-1"], "--seed: -1 is below 0; a seed is 0 or more"),
        (["--seed", "x"], "argument --seed: invalid int value: 'x'; see rnn-tui run --help"),
        (["--sed", "1"], "--sed is not understood here; did you mean --seed?"),
        (["--sed=1"], "--sed is not understood here; did you mean --seed?"),
        (["extra"], "extra is not understood here; see rnn-tui run --help"),
        (["--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["-o", "no/such/folder/f"], "no/such/folder/f: cannot be written: No such file or directory"),
    ],
)
def test_a_bad_option(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "run", "hello.txt", *words).startswith(sentence)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RangeError("", "t = 2", "why", "right", "allow_nonfinite"), "--allow-nonfinite, t = 2: why; right"),
        (InputError("", "", "why", field="number"), "--sequence: why"),
        (LoadError("seed", "", "no such file"), "seed: no such file"),
        (CellError("rate", "W", "the parameter is missing"), "rate, W: the parameter is missing"),
        (InputError("sequence", "", "why"), "sequence: why"),
    ],
)
def test_a_field_is_called_by_its_option_and_a_file_by_its_name(error: InputError, sentence: str) -> None:
    assert worded(error) == sentence


@pytest.mark.parametrize(
    ("sample", "count"), [("hello", 5), ("seed-picture", 5), ("impulse", 10), ("recall", 12), ("parity", 24)]
)
def test_a_timestep_past_the_end(sample: str, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = refused(capsys, "snapshot", sample, "--at", "99", "-o", "never.svg")
    assert sentence == f"--at: there is no timestep 99; the sequence has 0 to {count}"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-o", "a.png"], "a.png: a picture is written as .svg or as .txt; end the name with one"),
        (["-o", "a.svg", "--size", "10x10"], "--size: '10x10' is no size of a screen; write COLSxROWS from 40x12"),
        (["-o", "a.svg", "--size", "big"], "--size: 'big' is no size of a screen; write COLSxROWS from 40x12"),
        (["-o", "a.svg", "--digits", "9"], "--digits: 9 is no number of digits; 0 to 8 are"),
        (["-o", "a.svg", "--rolled", "--unrolled"], "argument --unrolled: not allowed with argument --rolled"),
        (["-o", "a.svg", "--layer", "3"], "--layer: there is no layer 3; the network has 1"),
        (["-o", "a.svg", "--layer", "-1"], "--layer: there is no layer -1; the network has 1"),
        (["-o", "a.svg", "--press", "u,rihgt"], "--press: there is no key 'rihgt'; did you mean right?"),
        ([], "the following arguments are required: -o/--output; see rnn-tui snapshot --help"),
    ],
)
def test_a_bad_option_of_a_picture(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "snapshot", "hello.txt", *words).startswith(sentence)


@pytest.mark.parametrize("words", [(), ("hello.txt",), ("hello.txt", "--cell", "jordan", "--at", "2")])
def test_without_a_terminal_one_is_told_what_to_do_instead(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, *words) == (
        "the app needs a terminal, and standard input is none; "
        "`rnn-tui run` prints the numbers and `rnn-tui snapshot` draws the screen into a file"
    )


def test_standard_input_is_read_where_no_app_opens(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hello")))
    assert main(["run", "-"]) == 0
    from_stdin = capsys.readouterr().out
    assert main(["run", "hello.txt"]) == 0
    assert capsys.readouterr().out == from_stdin
    assert refused(capsys, "-") == "-: the app needs the keyboard, so it cannot read standard input; give it a file"


def test_list_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = {line.split()[0]: line.split(None, 1)[1] for line in lines if line.startswith("  ")}
    assert set(listed) == {*sample_names(), *sample_names(MODELS), *cell_names(), *lesson_names()}
    assert all(listed[name] == Cell.named(name).title for name in cell_names())


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["snapshot", "--help"], ["list", "--help"]])
def test_help_is_a_page_and_no_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: rnn-tui {words[0].strip('-') if len(words) > 1 else '[-h]'}")


@pytest.mark.parametrize(("sample", "t"), [("hello.txt", 3), ("seed-picture", 3)])
def test_a_picture_holds_the_numbers_that_run_prints(
    sample: str, t: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.svg", "b.svg", "a.txt"):
        words = ["snapshot", sample, "--at", str(t), "--size", "100x30", "-o", str(tmp_path / name)]
        assert main(words) == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    capsys.readouterr()
    assert main(["run", sample, "--from", str(t), "--to", str(t), "--weights", "--digits", "2"]) == 0
    rows: dict[str, list[list[str]]] = {}
    name = ""
    for line in capsys.readouterr().out.splitlines()[1:]:
        numbers = re.findall(r"-?\d+\.\d\d", line)
        name = line[2:].split(" ")[0] or name
        rows.setdefault(name, []).append(numbers)
    vectors = {name: rows[name][0] for name in ("x", "s_prev", "s", "y")}
    screen = [" ".join(re.findall(r"-?\d+\.\d\d", line)) for line in (tmp_path / "a.txt").read_text().splitlines()]
    for i, (w, u) in enumerate(zip(rows["W"], rows["U"], strict=True)):
        # one row of W . x + U . s + b -> s, y
        wanted = [*w, vectors["x"][i], *u, vectors["s_prev"][i], rows["b"][0][i], vectors["s"][i], vectors["y"][i]]
        assert any(" ".join(wanted) in line for line in screen)


def test_rounded_numbers_have_no_negative_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("a,b\n-0.001,0.5\n-0.4,-0.0\n")
    assert main(["run", str(tmp_path / "x.csv"), "--digits", "2"]) == 0
    told = capsys.readouterr().out
    assert "  0.00  0.50\n" in told
    assert "-0.00" not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["rum", "hello.txt"], "rum: no such command and no such file; did you mean run?"),
        (["lessn"], "lessn: no such command and no such file; did you mean lesson?"),
        (["lesson", "what-is-rn"], "what-is-rn: no such file; did you mean what-is-rnn?"),
        (["run", "helo.txt"], "helo.txt: no such file; did you mean hello.txt?"),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == f"rnn-tui: {sentence}\n"
