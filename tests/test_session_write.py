"""Session files, written: what is written reads back to the same bits."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.cells import cell_text
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.cell import Cell
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.rivals import UNTRAINED
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import many_lines, one_line
from rnn_tui.files.errors import LoadError
from rnn_tui.files.own import save_network
from rnn_tui.session.diagrams import DIAGRAMS
from rnn_tui.session.file import parse_session, read_session, session_text, write_session
from rnn_tui.session.model import SCHEMES, WEIGHTS, ZOOMS, Focus, Gaze, Lesson, Look, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.session.recipe import Blueprint, Numbers, Recipe, Source
from rnn_tui.session.toml_text import document

Rows = tuple[Mapping[str, Array], ...]


def numbers(states: Rows) -> list[dict[str, list[float]]]:
    """The initial state of every layer that is not all zeros."""
    return [
        {name: np.asarray(array).tolist() for name, array in each.items()}
        for each in states
        if any(np.any(array) for array in each.values())
    ]


def same(one: Session, other: Session) -> None:
    """Equal in all that counts: the numbers to the bit, what is looked at, and where one is."""
    a, b = one.recipe.source.load(), other.recipe.source.load()
    for left, right in ((a.x, b.x), (a.targets, b.targets)):
        assert (left is None) == (right is None)
        np.testing.assert_array_equal(left, right)
    assert (a.labels, a.features, a.name, a.x.dtype) == (b.labels, b.features, b.name, b.x.dtype)
    whole, again_whole = one.recipe.blueprint.build(a), other.recipe.blueprint.build(b)
    first, second = whole.network, again_whole.network
    assert (first.reads, first.dtype) == (second.reads, second.dtype)
    assert numbers(whole.initial_state) == numbers(again_whole.initial_state)
    for layer, again in zip(first.layers, second.layers, strict=True):
        assert (layer.cell.name, layer.cell.text, layer.reverse) == (again.cell.name, again.cell.text, again.reverse)
        assert layer.cell.edited == again.cell.edited
        assert {k: v.tobytes() for k, v in layer.parameters.items()} == {
            k: v.tobytes() for k, v in again.parameters.items()
        }
    assert one.recipe.learning == other.recipe.learning
    plain = [replace(each, recipe=Recipe(), lesson=None) for each in (one, other)]
    assert plain[0] == plain[1]
    assert (one.lesson is None) == (other.lesson is None)
    if one.lesson is not None and other.lesson is not None:
        assert (one.lesson.stop, one.lesson.answers) == (other.lesson.stop, other.lesson.answers)
        for stop, copy in zip(one.lesson.stops, other.lesson.stops, strict=True):
            assert (stop.title, stop.text, stop.question) == (copy.title, copy.text, copy.question)
            same(stop.session, copy.session)


def random_layers(cells: list[str], seed: int, single: bool) -> Network:
    network = Network.random(cells, 2, 3, seed)
    return network.astype(np.dtype(np.float32)) if single else network


EDITED = Cell.parse(cell_text("elman")[0].replace("tanh", "sigmoid"), "elman")
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8).map(one_line)


BREAKS = st.builds(Breakpoint, st.sampled_from(["t > 1", "any(y > 0.5)"]), st.integers(0, 1), st.booleans())
CELLS = [["elman"], ["lstm", "gru:reverse"], ["elman:concat", "dense"], ["elman:sum"], ["elman", "dense"]]
LETTERS = "aZ5é"


@st.composite
def gazes(draw: st.DrawFn) -> Gaze:
    return Gaze(
        layer=draw(st.integers(0, 1)),
        diagram=draw(st.sampled_from(sorted(DIAGRAMS))),
        zoom=draw(st.sampled_from(ZOOMS)),
        operation=draw(st.integers(0, 9)),
        gate=draw(st.integers(0, 9)),
        focus=draw(st.none() | st.just(Focus("y", 0, 1))),
        maps=draw(st.booleans()),
        weights=draw(st.sampled_from(WEIGHTS)),
        trace=draw(TEXTS),
        rival=draw(st.sampled_from(["", "gru", UNTRAINED])),
        change=draw(st.floats(0, 1e300)),
    )


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
    cells = draw(st.sampled_from(CELLS))
    blueprint = Blueprint(tuple(cells), seed=draw(st.integers(0, 2**40)))
    if draw(st.booleans()):
        network = random_layers(cells, draw(st.integers(0, 99)), draw(st.booleans()))
        layer = network.layers[0]
        if draw(st.booleans()) and layer.cell.name == "elman":
            network = network.with_layer(0, Layer(EDITED, layer.parameters))
        before = [draw(st.floats(-1, 1, width=32)), 0.5, -0.0]
        blueprint = Blueprint(numbers=Numbers(network, draw(st.sampled_from([(), ({"s": np.array(before)},)]))))
    learning = Learning(
        draw(st.sampled_from(["sse", ""])),
        draw(st.integers(0, len(rows))),
        draw(st.integers(1, 9)),
        Optimizer("adam", draw(st.floats(0, 1))),
    )
    learns = targets is not None and cells == ["elman"] and draw(st.booleans())
    times = st.integers(0, len(rows))
    return Session(
        Recipe(source, blueprint, learning if learns else None),
        at=draw(times),
        epoch=draw(st.integers(1, learning.epochs)) if learns else 1,
        gaze=replace(draw(gazes()), back=learns and draw(st.booleans())),
        look=draw(st.builds(Look, st.integers(0, 8), st.sampled_from(SCHEMES), st.booleans(), st.booleans())),
        breaks=tuple(draw(st.lists(BREAKS, max_size=3))),
        hidden=tuple(draw(st.lists(st.tuples(st.just("y"), st.integers(1, len(rows)), st.integers(0, 2)), max_size=2))),
    )


@st.composite
def moments(draw: st.DrawFn) -> Session:
    """A session with what belongs to the moment, and perhaps in a lesson."""
    session = draw(sessions())
    times = st.integers(0, len(session.recipe.source.load()))
    marks = draw(st.dictionaries(st.sampled_from(LETTERS), times))
    session = replace(session, arrived=tuple(sorted(draw(st.sets(times)))), marks=tuple(sorted(marks.items())))
    anything = st.text(st.characters(exclude_categories=["Cs"])).map(many_lines)
    made = draw(st.lists(st.tuples(TEXTS, anything, sessions(), st.just(QUESTION), anything), max_size=3))
    stops = tuple(Stop(*each) for each in made)
    if not stops:
        return session
    answers = draw(st.dictionaries(st.integers(0, len(stops) - 1), TEXTS))
    lesson = Lesson(stops, draw(st.integers(0, len(stops) - 1)), tuple(answers.items()), page=draw(st.integers(0, 9)))
    return replace(session, lesson=lesson)


QUESTION = Question("?", "compare", of="y[1][1]", than="0.5", tolerance=0.25)


@given(moments())
@settings(max_examples=60)
def test_what_is_written_reads_back_to_the_same_bits(session: Session) -> None:
    text = session_text(session)
    again = parse_session(text)
    same(session, again)
    assert session_text(again) == text


def test_every_part_of_a_session_is_written_as_the_contract_has_it() -> None:
    """By hand: what no built-in sample has, in the words of the README."""
    own = Layer(EDITED, {"W": [[1.0]], "U": [[0.5]], "b": [0.0]})
    blueprint = Blueprint(numbers=Numbers(Network([own]), ({"s": np.array([0.25])},)))
    session = Session(
        Recipe(Source(inline=Sequence([[1.0], [2.0]], name="two")), blueprint),
        at=1,
        gaze=Gaze(layer=1, zoom="number", focus=Focus("s", -1)),
        breaks=(Breakpoint("t > 0", 1), Breakpoint("t > 1", 1, False), Breakpoint("t > 2", 0)),
        arrived=(1, 2),
        marks=(("a", 2),),
    )
    said = tomllib.loads(session_text(session))
    layer = said["network"].pop("layers")[0]
    assert said == {
        "version": 1,
        "at": 1,
        "breaks": [
            "t > 0",
            {"when": "t > 1", "layer": 1, "enabled": False},
            {"when": "t > 2", "layer": 0},
        ],
        "arrived": [1, 2],
        "marks": {"a": 2},
        "sequence": {"name": "two", "x": [[1.0], [2.0]]},
        "network": {},
        "display": {"layer": 1, "zoom": "number", "operation": 0, "focus": "s[t-1][1]"},
    }
    assert (layer["cell"], layer["text"], layer["state"]) == ("elman", EDITED.text, {"s": [0.25]})
    read = parse_session(session_text(session)).recipe.build()
    assert (read.network.layers[0].cell.name, read.network.layers[0].cell.edited) == ("elman", True)
    assert read.walk().at(0).s.tolist() == [0.25]
    assert read.walk().at(1).y == pytest.approx([1 / (1 + np.exp(-(1.0 + 0.5 * 0.25)))])


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.floats(), st.text(st.characters(exclude_categories=["Cs"]))
)
def test_the_writer_of_toml_is_read_back(text: str, number: float, key: str) -> None:
    values: dict[str, Any] = {key: {"text": text, "n": [number, 1, True], "t": [{key: [[number]]}]}}
    assert repr(tomllib.loads(document(values))) == repr(values)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(LoadError, match="half a character"):
        document({"text": "\ud800"})


def test_paths_are_written_relative_to_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "s.csv").write_text("1,2\n3,4\n")
    save_network(Network.random("elman", 2), folder / "m.npz")
    recipe = Recipe(Source(str(folder / "deep" / "s.csv")), Blueprint(model=str(folder / "m.npz")))
    session = Session(recipe, at=2)
    write_session(session, folder / "s.toml")
    assert (folder / "s.toml").read_text() == (
        'version = 1\nat = 2\n\n[sequence]\npath = "deep/s.csv"\n\n[network]\nmodel = "m.npz"\n'
    )
    assert read_session(folder / "s.toml") == session
    folder.rename(tmp_path / "b")
    monkeypatch.chdir(tmp_path / "b")
    moved = read_session("s.toml")
    assert (moved.recipe.source.path, moved.recipe.blueprint.model) == ("deep/s.csv", "m.npz")
    write_session(moved, tmp_path / "out.toml")
    assert f'path = "{Path("b", "deep", "s.csv")}"' in (tmp_path / "out.toml").read_text()
    write_session(moved, tmp_path / "b" / "deep" / "in.toml")
    assert f'model = "{tmp_path / "b" / "m.npz"}"' in (tmp_path / "b" / "deep" / "in.toml").read_text()


def test_a_cell_of_ones_own_is_a_path_too(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(cell_text("gru")[0])
    session = Session(Recipe(blueprint=Blueprint((f"{tmp_path / 'mine.toml'}:concat", "softmax"), (2,))))
    write_session(session, tmp_path / "s.toml")
    assert 'cell = "./mine.toml:concat,softmax"' in (tmp_path / "s.toml").read_text().replace('"mine', '"./mine')
    assert read_session(tmp_path / "s.toml") == session


@pytest.mark.parametrize(("name", "why"), [("s.txt", "end the name with it"), ("no/s.toml", "cannot be written")])
def test_what_cannot_be_written_is_told(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(LoadError, match=why):
        write_session(Session(), tmp_path / name)
    big = Session.of(Network.random("elman", 4, 300), Sequence(np.zeros((1, 4))))
    with pytest.raises(LoadError, match="is larger than"):
        write_session(big, tmp_path / "big.toml")
    assert list(tmp_path.iterdir()) == []


def test_two_directions_are_read_from_reads() -> None:
    layer = Layer("elman", {"W": [[1.0]], "U": [[0.5]], "b": [0.0]})
    both = Bidirectional(layer, Layer("elman", layer.parameters, reverse=True), "mul")
    session = Session.of(Network([both]), Sequence([[1.0], [2.0]]))
    text = session_text(session)
    assert "reads = [0]" in text
    assert "reads = [1, 2]" in text
    same(session, parse_session(text))
    with pytest.raises(LoadError, match=r"line \d+, layer 3: mul takes 2 inputs and is given 1"):
        parse_session(text.replace("reads = [1, 2]", "reads = [2, 1]"))


def test_how_a_network_learns_is_written_and_that_a_stop_does_not() -> None:
    plain = Session(Recipe(Source(), Blueprint(("elman", "softmax"))))
    learning = Learning("cross-entropy", 2, 7, Optimizer("sgd", 0.25, 0.5, 3.0))
    taught = replace(plain, recipe=replace(plain.recipe, learning=learning))
    again = parse_session(session_text(replace(taught, lesson=Lesson((Stop("A", "", plain), Stop("B", "", taught))))))
    assert again.lesson is not None
    assert [each.recipe.learning for each in (again, *(stop.session for stop in again.lesson.stops))] == [
        learning,
        None,
        learning,
    ]


def test_what_is_usual_at_a_stop_is_written_where_the_session_has_something_else() -> None:
    plain = Session(Recipe(Source(), Blueprint(("elman", "softmax"))))
    usual = Learning("cross-entropy", 2, 7)
    other = Learning(
        "cross-entropy", 2, 7, Optimizer(clip_value=0.5, weight_decay=0.1), "mean", "cosine", True, "hello.txt"
    )
    first, second = (replace(plain, recipe=replace(plain.recipe, learning=each)) for each in (other, usual))
    beside = replace(first, beside=second.recipe)
    again = parse_session(session_text(replace(beside, lesson=Lesson((Stop("A", "", second), Stop("B", "", beside))))))
    assert again.lesson is not None
    assert again.beside is not None
    learned = (again.recipe, again.beside, *(stop.session.recipe for stop in again.lesson.stops))
    assert [each.learning for each in learned] == [other, usual, usual, other]


def test_a_state_of_two_parts_is_written_where_only_one_is_not_zero() -> None:
    network = Network.random("lstm", 4, 1, 0)
    before = {"s": np.array([0.0]), "c": np.array([0.5])}
    again = parse_session(session_text(Session.of(network, Sequence([[0.0] * 4]), (before,))))
    state = again.recipe.build().initial_state[0]
    assert {name: array.tolist() for name, array in state.items()} == {"s": [0.0], "c": [0.5]}
