"""Session files, written: what is written reads back to the same bits."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.cells import cell_text
from rnn_tui.core.cell import Cell
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.files.models import save_network
from rnn_tui.session.file import parse_session, read_session, session_text, write_session
from rnn_tui.session.model import Display, Focus, Question, Session, Source, Stop
from rnn_tui.session.toml_text import document


def same(one: Session, other: Session) -> None:
    """Equal in all that counts: the numbers to the bit, the display, the cursor."""
    a, b = one.source.load(), other.source.load()
    for left, right in ((a.x, b.x), (a.targets, b.targets)):
        assert (left is None) == (right is None)
        np.testing.assert_array_equal(left, right)
    assert (a.labels, a.features, a.name, a.x.dtype) == (b.labels, b.features, b.name, b.x.dtype)
    first, second = one.network(a), other.network(b)
    assert (first.reads, first.dtype) == (second.reads, second.dtype)
    for layer, again in zip(first.layers, second.layers, strict=True):
        assert (layer.cell.name, layer.cell.text, layer.reverse) == (again.cell.name, again.cell.text, again.reverse)
        assert {k: v.tobytes() for k, v in layer.parameters.items()} == {
            k: v.tobytes() for k, v in again.parameters.items()
        }
    plain = [
        replace(each, source=replace(each.source, inline=None), inline=None, stops=(), cells=(), hidden=(), seed=0)
        for each in (one, other)
    ]
    assert plain[0] == plain[1]
    assert len(one.stops) == len(other.stops)
    for stop, copy in zip(one.stops, other.stops, strict=True):
        assert (stop.title, stop.text, stop.question) == (copy.title, copy.text, copy.question)
        same(stop.session, copy.session)


def random_layers(cells: list[str], seed: int, single: bool) -> Network:
    network = Network.random(cells, 2, 3, seed)
    return network.astype(np.dtype(np.float32)) if single else network


EDITED = Cell.parse(cell_text("elman")[0].replace("tanh", "sigmoid"), "elman*")
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8).filter(str.isprintable)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    rows = draw(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=4))
    single = draw(st.booleans())
    with np.errstate(all="ignore"):
        x = np.array(rows, np.float32 if single else np.float64)
    x[~np.isfinite(x)] = 0
    labels = draw(st.none() | st.lists(TEXTS, min_size=len(rows), max_size=len(rows)))
    targets = draw(st.none() | st.just([[1.0, 2.0, -0.0]] * len(rows)))
    source = Source(inline=Sequence(x, targets, labels, draw(TEXTS)))
    cells = draw(st.sampled_from([["elman"], ["lstm", "gru:reverse"], ["elman:concat", "dense"], ["elman:sum"]]))
    network = random_layers(cells, draw(st.integers(0, 99)), draw(st.booleans()))
    if draw(st.booleans()) and cells == ["elman"]:
        layer = network.layers[0]
        network = Network([Layer(replace(EDITED, name="elman*"), layer.parameters)])
    inline = draw(st.none() | st.just(network))
    learning = Learning(
        "sse", draw(st.integers(0, len(rows))), draw(st.integers(1, 9)), Optimizer("adam", draw(st.floats(0, 1)))
    )
    forwards = targets is not None and cells == ["elman"]
    display = Display(
        digits=draw(st.integers(0, 8)),
        names=draw(st.sampled_from(["seed", "keras"])),
        ascii=draw(st.booleans()),
        trace=draw(TEXTS),
        gate=draw(st.integers(0, 9)),
        focus=draw(st.none() | st.just(Focus("y", 0, 1))),
    )
    return Session(
        source,
        cells=tuple(cells),
        seed=draw(st.integers(0, 2**40)),
        at=draw(st.integers(0, len(rows))),
        display=display,
        breaks=tuple(draw(st.lists(st.just("t > 1"), max_size=2))),
        learning=learning if forwards and draw(st.booleans()) else None,
        inline=inline,
    )


@given(
    whole=sessions(), stops=st.lists(st.tuples(sessions(), TEXTS, st.text(st.characters(exclude_categories=["Cs"]))))
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_reads_back_to_the_same_bits(whole: Session, stops: list[tuple[Session, str, str]]) -> None:
    question = Question("?", "compare", of="y[1][1]", than="0.5", tolerance=0.25)
    session = replace(whole, stops=tuple(Stop(title, text, own, question) for own, title, text in stops))
    same(session, parse_session(session_text(session)))


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.floats(), st.text(st.characters(exclude_categories=["Cs"]))
)
def test_the_writer_of_toml_is_read_back(text: str, number: float, key: str) -> None:
    values: dict[str, Any] = {key: {"text": text, "n": [number, 1, True], "t": [{key: [[number]]}]}}
    assert repr(tomllib.loads(document(values))) == repr(values)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(LoadError, match="half a character"):
        session_text(Session(Source(inline=Sequence([[1]], labels=["\ud800"]))))


def test_paths_are_written_relative_to_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "s.csv").write_text("1,2\n3,4\n")
    save_network(Network.random("elman", 2), folder / "m.npz")
    session = Session(Source(str(folder / "deep" / "s.csv"), targets=0), at=2, model=str(folder / "m.npz"))
    write_session(session, folder / "s.toml")
    assert (folder / "s.toml").read_text() == (
        'version = 1\nat = 2\n\n[sequence]\npath = "deep/s.csv"\n\n[network]\nmodel = "m.npz"\n'
    )
    assert read_session(folder / "s.toml") == session
    folder.rename(tmp_path / "b")
    monkeypatch.chdir(tmp_path / "b")
    moved = read_session("s.toml")
    assert (moved.source.path, moved.model) == ("deep/s.csv", "m.npz")
    write_session(moved, tmp_path / "out.toml")
    assert f'path = "{Path("b", "deep", "s.csv")}"' in (tmp_path / "out.toml").read_text()
    write_session(moved, tmp_path / "b" / "deep" / "in.toml")
    assert f'model = "{tmp_path / "b" / "m.npz"}"' in (tmp_path / "b" / "deep" / "in.toml").read_text()


def test_a_cell_of_ones_own_is_a_path_too(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(cell_text("gru")[0])
    session = Session(cells=(f"{tmp_path / 'mine.toml'}:concat", "softmax"), hidden=(2,))
    write_session(session, tmp_path / "s.toml")
    assert 'cell = "./mine.toml:concat,softmax"' in (tmp_path / "s.toml").read_text().replace('"mine', '"./mine')
    assert read_session(tmp_path / "s.toml") == session


@pytest.mark.parametrize(("name", "why"), [("s.txt", "end the name with it"), ("no/s.toml", "cannot be written")])
def test_what_cannot_be_written_is_told(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(LoadError, match=why):
        write_session(Session(), tmp_path / name)
    big = Session(inline=Network.random("elman", 4, 300))
    with pytest.raises(LoadError, match="is larger than"):
        write_session(big, tmp_path / "big.toml")
    assert list(tmp_path.iterdir()) == []


def test_two_directions_are_read_from_reads() -> None:
    layer = Layer("elman", {"W": [[1.0]], "U": [[0.5]], "b": [0.0]})
    both = Bidirectional(layer, Layer("elman", layer.parameters, reverse=True), "mul")
    session = Session(Source(inline=Sequence([[1.0], [2.0]])), inline=Network([both]))
    text = session_text(session)
    assert "reads = [0]" in text
    assert "reads = [1, 2]" in text
    same(session, parse_session(text))
    with pytest.raises(LoadError, match=r"line \d+, layer 3: mul takes 2 inputs and is given 1"):
        parse_session(text.replace("reads = [1, 2]", "reads = [2, 1]"))
