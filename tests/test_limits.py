"""What a stranger's small file asks for too much is refused before memory and time are taken."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import CellError, InputError, RangeError
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.files.models import load_network
from rnn_tui.files.sequences import load_sequence
from rnn_tui.session.file import parse_session

MEBIBYTE = 2**20


@contextmanager
def quickly(mebibytes: float) -> Iterator[None]:
    """Within two seconds, or twice that for the tracing that slows it down, and some memory."""
    begun = time.monotonic()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < mebibytes * MEBIBYTE
    assert time.monotonic() - begun < 4


def told(call: Callable[[], object], kind: type[InputError] = LoadError) -> str:
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def npz(path: Path, **arrays: tuple[str, tuple[int, ...], int]) -> Path:
    """An archive of zeros: for each array its type, its shape, and how many bytes there are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (kind, shape, size) in arrays.items():
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(head, {"descr": kind, "fortran_order": False, "shape": shape})
            with archive.open(f"{name.replace('__', '/')}.npy", "w") as member:
                member.write(head.getvalue())
                while size:
                    part = min(size, MEBIBYTE)
                    member.write(bytes(part))
                    size -= part
    return path


X = ("<f8", (2,), 16)


@pytest.mark.parametrize("kind", ["<U1", "|S1", "<f8", "|i1", "<U0", "|V0"])
@pytest.mark.parametrize("shape", [(0, 2**60), (2**31, 0), (0, 2**63), (2**62, 2**62), (2**64,), (0, 0, 0), (1,) * 40])
def test_a_shape_that_cannot_be_is_one_sentence(tmp_path: Path, kind: str, shape: tuple[int, ...]) -> None:
    for name in ("labels", "features", "x", "targets"):
        path = npz(tmp_path / f"{name}.npz", **{"x": X, name: (kind, shape, 0)})
        with quickly(8):
            assert told(partial(load_sequence, path)).startswith(f"{path}")
    layers = [{"cell": "dense", "reverse": False, "reads": [-1]}]
    text = json.dumps({"format": "rnn_tui", "version": 1, "layers": layers})
    for name in ("network", "layer1__W"):
        path = npz(tmp_path / f"{name}.npz", **{name: (kind, shape, 0)})
        if name != "network":
            described = io.BytesIO()
            np.save(described, np.array(text.encode()))
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("network.npy", described.getvalue())
        with quickly(8):
            sentence = told(partial(load_network, path))
            assert sentence.startswith(f"{path}, {name.replace('__', '/')}")


def test_no_labels_at_all_are_none(tmp_path: Path) -> None:
    assert load_sequence(npz(tmp_path / "a.npz", x=X, labels=("<f8", (0,), 0))).labels == ()


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": X, "labels": ("<U500000000", (1,), 0)}, "labels: has 500,000,000 characters; up to 1,000 are loaded"),
        ({"x": X, "labels": ("<U1", (2_000_000,), 8_000_000)}, "labels: takes 129.7 MiB out of a file of 0.0 MiB; "),
        ({"x": ("<f8", (10_000_000,), 80_000_000)}, "x: takes 76.3 MiB out of a file of 0.1 MiB; numpy.save or "),
        ({"x": ("|i1", (10_000_000,), 10_000_000)}, "x: takes 76.3 MiB out of a file of 0.0 MiB; numpy.save or "),
    ],
)
def test_a_small_archive_of_much_is_not_unpacked(tmp_path: Path, arrays: dict[str, Any], sentence: str) -> None:
    path = npz(tmp_path / "a.npz", **arrays)
    with quickly(8):
        assert told(lambda: load_sequence(path)).startswith(f"{path}, {sentence}")


def test_an_archive_that_is_as_large_as_what_it_holds_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnn_tui.files.archives.UNPACKED_FREELY", 1000)
    np.savez(tmp_path / "a.npz", x=np.zeros((100_000, 1)))
    assert len(load_sequence(tmp_path / "a.npz")) == 100_000
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros((100_000, 1)))
    assert "x: takes 0.8 MiB out of a file of" in told(lambda: load_sequence(tmp_path / "a.npz"))


def test_an_archive_of_very_many_arrays_is_not_looked_through(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for name in range(2100):
            archive.writestr(f"{name:02000d}", b"")
    with quickly(8):
        assert "holds more arrays than" in told(lambda: load_sequence(tmp_path / "a.npz"))


def test_a_long_label_is_refused_in_every_format(tmp_path: Path) -> None:
    label = "x" * 1001
    for name, text in (
        ("a.json", json.dumps({"x": [1], "labels": [label]})),
        ("a.jsonl", json.dumps({"x": 1, "label": label})),
        ("a.csv", f"label,a\n{label},1\n"),
    ):
        (tmp_path / name).write_text(text)
        assert told(partial(load_sequence, tmp_path / name)).endswith(
            "labels, 1: has 1,001 characters; up to 1,000 are loaded"
        )
    (tmp_path / "a.txt").write_text(label)
    assert "labels, 1: has 1,001" in told(lambda: load_sequence(tmp_path / "a.txt", words=True))


@pytest.mark.parametrize("rows", [0, 1000])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_a_hole_in_a_file_is_a_line_that_is_too_long(tmp_path: Path, rows: int, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write((b"[1,2]\n" if name == "a.jsonl" else b"1,2\n") * rows)
        file.truncate(100 * MEBIBYTE)
    with quickly(80):
        assert "is longer than 16,777,216 characters" in told(lambda: load_sequence(path))


def test_rows_take_a_few_times_the_size_of_their_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("1\n" * 3_000)
    (tmp_path / "b.jsonl").write_text('{"x": 1}\n' * 3_000)
    (tmp_path / "a.csv").write_text("1\n" * 3_000)
    for name in ("a.jsonl", "b.jsonl", "a.csv"):
        with quickly(0.25):
            assert len(load_sequence(tmp_path / name)) == 3_000


def test_a_large_json_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"[" + b"1," * (9 * MEBIBYTE) + b"1]")
    with quickly(1):
        assert told(lambda: load_sequence(tmp_path / "a.json")).endswith(
            "has 18.0 MiB; up to 16.0 MiB is loaded, as .jsonl, a timestep a line, it may be larger"
        )


@pytest.mark.parametrize("words", [True, False])
def test_a_text_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: bool) -> None:
    monkeypatch.setattr("rnn_tui.files.text.STRINGS_LIMIT", 10)
    monkeypatch.setattr("rnn_tui.files.text.LARGEST_DIMENSION", 4)
    (tmp_path / "a.txt").write_text("\n\n".join(["a b " * 6, "ab"]))
    what = "words" if words else "characters"
    sentence = f"has more than 10 {what} in a row; blank lines part a text into several"
    assert told(lambda: load_sequence(tmp_path / "a.txt", words=words)).endswith(sentence)
    assert len(load_sequence(tmp_path / "a.txt", words=words, sequence=2)) == (1 if words else 2)
    (tmp_path / "b.txt").write_text("a b c d e")
    sentence = f"has more than 4 different {what}; no network takes so many inputs"
    assert told(lambda: load_sequence(tmp_path / "b.txt", words=words)).endswith(sentence)


def test_a_vector_cannot_be_doubled_for_ever() -> None:
    lines = "".join(f"b{i + 1}[t] = concat(b{i}[t], b{i}[t])\n" for i in range(28))
    for first, right in (("x[t]", "a vector is joined of 16 parts at the most"), ("v", "65536 numbers at the most")):
        text = f'equations = """\nb0[t] = {first}\n{lines}y[t] = W @ x[t] + v\n"""\n[parameters]\nW=["H","I"]\nv=[3]\n'
        with quickly(2):
            assert right in told(partial(Cell.parse, text), CellError)


def wide(count: int) -> Cell:
    """A cell of so many states of 65,536 numbers."""
    names = [f"s{i}" for i in range(count)]
    lines = "\n".join(f"{name}[t] = {name}[t-1]" for name in names)
    states = "\n".join(f"{name} = [65536]" for name in names)
    return Cell.parse(f'equations = """\n{lines}\ny[t] = x[t]\n"""\n[state]\n{states}\n')


def test_a_timestep_of_many_wide_states_is_refused() -> None:
    run = Run(Network.random(wide(60), 1), Sequence([[1.0]]))
    told_ = told(run.walk, RangeError)
    assert told_ == "network: one timestep of this network takes 60.0 MiB; 16.0 MiB is the most"


def test_wide_timesteps_make_short_chunks() -> None:
    walk = Run(Network.random(wide(10), 1), Sequence(np.ones((8, 1)))).walk()
    assert walk.tape.cuts.longest == 4  # 20 * 65536 * 8 bytes a timestep, 64 MiB a chunk
    assert walk.at(8).y.tolist() == [1.0]


@pytest.mark.parametrize(
    ("cells", "hidden", "taken"),
    [(["elman"] * 6, 8000, "6 layers of these sizes take 5.2 GiB"), (["elman"] * 1000, 2000, "1000 layers of these")],
)
def test_a_network_is_as_large_as_its_layers_together(cells: list[str], hidden: int, taken: str) -> None:
    with quickly(8):
        assert taken in told(lambda: Network.random(cells, 4, hidden), RangeError)


def stops(count: int, text: str) -> str:
    return "version = 1\n" + "".join(f"[[stops]]\ntitle = 'a'\n{text.format(i)}\n" for i in range(count))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (stops(12, "[stops.network]\nhidden = 8000\nseed = {}"), "all of this session takes more than 1.0 GiB; "),
        (stops(501, ""), "there are 501 stops; up to 500 are allowed"),
        (f"version = 1\nbreaks = {['t > 1'] * 101}", "there are 101 conditions; up to 100 are allowed"),
        (f"version = 1\n[display]\nhidden = {['y[1][1]'] * 101}", "there are 101 hidden numbers; up to 100 are"),
        ("version = 1\n[learning]\nepochs = 1000000000", "1000000000 is no number of epochs; 1 to 1000000 are"),
        ("version = 1\n" + ".".join("a" * 16_000) + " = 1", "this key has more than 16 parts"),
        ("version = 1\n" + "k" * 100_000 + " = 1", "the key 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk...' is not known"),
        (
            "version = 1\n[[network.layers]]\ncell = 'a'\ntext = '''" + "# \n" * 40_000 + "'''",
            "a: is larger than 100000 characters; a cell is a small TOML file",
        ),
    ],
    ids=range(8),
)
def test_a_session_has_one_budget(text: str, sentence: str, tmp_path: Path) -> None:
    with quickly(60):
        assert sentence in told(lambda: parse_session(text, "s.toml", tmp_path))


def test_layers_of_a_session_count_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rnn_tui.session.budget.MOST_LAYERS_IN_ALL", 20)
    text = stops(3, "[stops.network]\nseed = {}\ncell = 'elman,elman:sum,elman,elman,elman'")  # 7 each, and 1 above
    sentence = "line 14: the networks of this session have more than 20 layers; take fewer that differ"
    assert sentence in told(lambda: parse_session(text, "s.toml", tmp_path))


def test_many_stops_of_one_large_table_take_no_longer_than_one(tmp_path: Path) -> None:
    text = f"version = 1\n[sequence]\nx = [{'[1],' * 10_000}]\n"
    session = parse_session(text + "[[stops]]\ntitle = 'a'\nat = 1\n" * 500, "s.toml", tmp_path)
    assert session.lesson is not None
    assert len({id(stop.session.recipe.source.inline) for stop in session.lesson.stops}) == 1


def test_files_of_a_session_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.session.budget.LARGEST", 100_000)
    for i in range(4):
        np.savez(tmp_path / f"{i}.npz", x=np.zeros((2000, 1)))
    parse_session(stops(2, "[stops.sequence]\npath = '{}.npz'"), "s.toml", tmp_path)
    parse_session(stops(2, "[stops.sequence]\npath = '1.npz'"), "s.toml", tmp_path)
    with pytest.raises(LoadError, match="line 17: all of this session takes more than"):
        parse_session(stops(4, "[stops.sequence]\npath = '{}.npz'"), "s.toml", tmp_path)


@pytest.mark.parametrize("text", ["[network]\ncell = 'plainsecret'", "[[network.layers]]\ncell = 'plainsecret'"])
def test_a_name_of_a_cell_is_never_a_file_of_the_current_folder(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "plainsecret").write_text("password = 'swordfish'")
    monkeypatch.chdir(tmp_path)
    sentence = told(lambda: parse_session(f"version = 1\n{text}", "s.toml", tmp_path / "in", lambda _: True))
    assert "line 3: there is no cell 'plainsecret', and a cell's file ends in .toml" in sentence
    assert "password" not in sentence
    for name in ("elman.toml", "in/elman.toml"):
        (tmp_path / name).write_text("password = 'swordfish'")
    built_in = parse_session("version = 1\n[network]\ncell = 'elman'", "s.toml", tmp_path / "in")
    assert built_in.recipe.blueprint.cells == ("elman",)
    with pytest.raises(LoadError, match="outside the session's folder and may not be read"):
        parse_session("version = 1\n[network]\ncell = '../elman.toml'", "s.toml", tmp_path / "in")
