"""Files are written whole or not at all, whatever happens on the way and whatever stands at the path."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from rnn_tui.cli.main import main
from rnn_tui.core.network import Network
from rnn_tui.files.errors import LoadError
from rnn_tui.files.models import load_network
from rnn_tui.files.own import save_network
from rnn_tui.files.replacing import replace_file
from rnn_tui.session.file import read_session, write_session
from rnn_tui.session.model import Session


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_has_the_mode_of_any_new_file_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    path = tmp_path / "f"
    replace_file(str(path), lambda file: file.write(b"new"))
    assert (path.read_bytes(), mode(path)) == (b"new", 0o640)
    path.chmod(0o604)
    replace_file(str(path), lambda file: file.write(b"newer"))
    assert (path.read_bytes(), mode(path)) == (b"newer", 0o604)
    assert os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device"), ZeroDivisionError()])
@pytest.mark.parametrize("there", [True, False])
def test_what_goes_wrong_on_the_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException, there: bool
) -> None:
    path = tmp_path / "f"
    if there:
        path.write_bytes(b"old")

    def half(file: IO[bytes]) -> None:
        file.write(b"half of it")
        file.flush()
        raise error

    with pytest.raises(LoadError if isinstance(error, OSError) else type(error)):
        replace_file(str(path), half)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == ({"f": b"old"} if there else {})


def test_a_bystander_with_a_likely_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(b"precious")
    replace_file(str(tmp_path / "f"), lambda file: file.write(b"new"))
    assert (tmp_path / "f.part").read_bytes() == b"precious"


def test_while_a_private_file_is_written_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    path.chmod(0o600)
    os.umask(0)
    modes = []
    replace_file(str(path), lambda file: modes.append(stat.S_IMODE(os.fstat(file.fileno()).st_mode)))
    assert modes == [0o600]
    replace_file(str(tmp_path / "new"), lambda file: file.write(b"new"), 0o600)
    assert mode(tmp_path / "new") == 0o600


KILLED = """
import os, signal, sys
from rnn_tui.files.replacing import replace_file
def half(file):
    file.write(b"half of it")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
replace_file(sys.argv[1], half)
"""


def test_what_a_killed_saver_left_is_taken_away_after_an_hour_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    bystanders = [tmp_path / name for name in (".0123456789abcdef.rnn-tui.txt", ".mine.rnn-tui")]
    for each in bystanders:
        each.write_bytes(b"precious")
        os.utime(each, (0, 0))
    before = set(tmp_path.iterdir())
    assert subprocess.run([sys.executable, "-c", KILLED, path]).returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (left,) = set(tmp_path.iterdir()) - before
    replace_file(str(path), lambda file: file.write(b"new"))
    assert left.exists()  # its saver may still be at it
    os.utime(left, (time.time() - 3700,) * 2)
    replace_file(str(path), lambda file: file.write(b"newer"))
    assert set(tmp_path.iterdir()) == before
    assert [each.read_bytes() for each in bystanders] == [b"precious"] * 2


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_names_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "f"
    if there:
        target.write_bytes(b"old")
    (tmp_path / "one").symlink_to("elsewhere/f")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    replace_file(str(tmp_path / "two"), lambda file: file.write(b"new"))
    assert (tmp_path / "two").is_symlink()
    assert (tmp_path / "one").is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path / "elsewhere") == ["f"]


def test_a_name_that_is_no_utf8_can_be_written(tmp_path: Path) -> None:
    path = os.path.join(tmp_path, os.fsdecode(b"caf\xe9.npz"))
    save_network(Network.random("elman", 2), path)
    assert os.listdir(os.fsencode(tmp_path)) == [b"caf\xe9.npz"]
    assert load_network(path).layers[0].cell.name == "elman"
    session = os.path.join(tmp_path, os.fsdecode(b"caf\xe9.toml"))
    write_session(Session(), session)
    assert read_session(session) == Session()


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    replace_file(str(path), lambda file: file.write(b"new"))
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no/f", "No such file or directory"),
        ("folder", "Is a directory"),
        ("new/", "Is a directory"),
        ("circle", "Too many levels of symbolic links"),
        ("a\0b", "no file can have this name"),
        ("a\ud800b", "no file can have this name"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(LoadError, match=f": cannot be written: {why}$"):
        replace_file(os.path.join(tmp_path, name), lambda file: file.write(b"new"))
    assert sorted(os.listdir(tmp_path)) == ["circle", "folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any file")
def test_a_file_that_is_read_only_stays(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    (tmp_path / "f").chmod(0o444)
    with pytest.raises(LoadError, match="Permission denied"):
        replace_file(str(tmp_path / "f"), lambda file: file.write(b"new"))


def test_a_pipe_and_a_device_are_written_to_and_stay(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        replace_file(str(pipe), lambda file: file.write(b"through"))
        assert reader.communicate()[0] == b"through"
    assert os.listdir(tmp_path) == ["pipe"]
    replace_file("/dev/null", lambda file: file.write(b"gone"))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_standard_output_by_its_name_is_added_to_and_not_replaced(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    words = [sys.executable, "-m", "rnn_tui", "run", "hello.txt", "--to", "1", "--format", "csv", "-o", "/dev/stdout"]
    with log.open("ab") as file:
        subprocess.run(words, stdout=file, check=True)
    assert log.read_bytes().startswith(b"before\nt,layer,label")


def _save(path: str, byte: bytes, times: int) -> None:
    def write(file: IO[bytes]) -> None:
        for _ in range(64):
            file.write(byte * 1024)
            file.flush()

    for _ in range(times):
        replace_file(path, write)


def test_of_two_savers_at_once_every_reader_sees_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "f"
    _save(str(path), b"a", 1)
    context = multiprocessing.get_context("spawn")
    savers = [context.Process(target=_save, args=(str(path), byte, 60)) for byte in (b"a", b"b")]
    for saver in savers:
        saver.start()
    seen = set()
    while any(saver.is_alive() for saver in savers):
        content = path.read_bytes()
        seen.add((len(content), len(set(content))))
    assert [saver.exitcode for saver in savers] == [0, 0]
    assert seen == {(65536, 1)}
    assert os.listdir(tmp_path) == ["f"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("1,2\n3,4\n")
    Path("link.csv").symlink_to("in.csv")
    os.link("in.csv", "other.csv")
    save_network(Network.random("elman", 2), "m.npz")
    Path("s.toml").write_text("version = 1\n[sequence]\npath = 'in.csv'\n[network]\nmodel = 'm.npz'\n")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "run in.csv -o in.csv",
        "run in.csv -o ./link.csv",
        "run link.csv -o in.csv",
        "run in.csv -o other.csv",
        "run s.toml -o in.csv",
        "run s.toml -o s.toml",
        "run s.toml -o m.npz --format npz",
        "run in.csv --model m.npz -o m.npz --format npz",
        "run in.csv --targets 1 --learn --save out.npz -o ./out.npz --format npz",
    ],
)
def test_an_input_is_no_output(folder: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert main(words.split()) == 2
    told = capsys.readouterr()
    assert "give" in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_a_model_may_learn_on_in_its_own_file_and_a_file_may_have_a_built_in_name(folder: Path) -> None:
    learned = ["run", "in.csv", "--targets", "1", "--learn", "--save", "n.npz", "-o", "elman"]
    assert main([*learned, "--cell", "dense", "--hidden", "1"]) == 0
    first = Path("n.npz").read_bytes()
    assert main([*learned, "--model", "n.npz"]) == 0
    assert Path("n.npz").read_bytes() != first


def test_a_run_that_comes_to_infinity_leaves_the_old_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("big.csv").write_text("1,1e308\n1,1e308\n1,1\n")
    Path("cell.toml").write_text('equations = "y[t] = x[t] * 10"\n')
    Path("out").write_bytes(b"old")
    for form in ("table", "csv", "jsonl", "npz"):
        assert main(["run", "big.csv", "--cell", "cell.toml", "--format", form, "-o", "out"]) == 2
        assert "a number is not finite" in capsys.readouterr().err
        assert Path("out").read_bytes() == b"old"
    assert main(["run", "big.csv", "--cell", "cell.toml", "--format", "jsonl"]) == 2
    assert capsys.readouterr().out.count("\n") == 1
    assert "out" in os.listdir()
    assert not [name for name in os.listdir() if name.startswith(".")]
