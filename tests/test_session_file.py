"""Session files, read: what they say, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.files.errors import LoadError
from rnn_tui.lessons import lesson_names, lesson_path, lesson_text
from rnn_tui.session.file import LARGEST, parse_session, read_session
from rnn_tui.session.model import Focus, Gaze, Lesson, Look, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.session.writing import session_text

WHOLE = """version = 1
at = 2
breaks = ["any(abs(s) > 0.5)"]

[sequence]
x = [[1, 0], [0, 1], [0.5, -2]]
targets = [[1], [nan], [0]]
labels = ["a", "b", "c"]
features = ["p", "q"]
name = "mine"

[network]
cell = "elman,dense"
hidden = "3,1"
seed = 4

[learning]
rate = 0.5
truncate = 0
epochs = 3
momentum = 0.9

[display]
layer = 1
digits = 4
focus = "U[2][3]"
names = "keras"
diagram = "rolled"

[[stops]]
title = "One"
text = '''
Look at {s[3][1]}.
[display]
'''
at = 3

[[stops]]
title = "Two"
[stops.sequence]
order = [3, 1, 2]
[stops.network]
cell = "gru"
hidden = 1
[stops.learning]
learn = false
[stops.display]
focus = "s[t-1][1]"
digits = 2
hidden = ["y[3][1]"]
[stops.question]
text = "Which is it?"
kind = "choice"
choices = ["left", "right"]
answer = "left"
"""


def stops_of(session: Session) -> tuple[Stop, ...]:
    assert session.lesson is not None
    return session.lesson.stops


def refused(text: str, folder: str | Path = ".") -> str:
    with pytest.raises(LoadError) as caught:
        parse_session(text, "s.toml", folder)
    return str(caught.value)


def test_a_whole_file_says_all_of_a_session() -> None:
    session = parse_session(WHOLE.partition("[[stops]]")[0])
    sequence = session.recipe.source.load()
    assert sequence.x.tolist() == [[1, 0], [0, 1], [0.5, -2]]
    assert (sequence.labels, sequence.features, sequence.name) == (("a", "b", "c"), ("p", "q"), "mine")
    blueprint = session.recipe.blueprint
    assert (blueprint.cells, blueprint.hidden, blueprint.seed) == (("elman", "dense"), (3, 1), 4)
    assert session.recipe.learning == Learning("", 0, 3, Optimizer("sgd", 0.5, 0.9, 0.0))
    assert session.gaze == Gaze(layer=1, focus=Focus("U", None, 1, 2), diagram="rolled")
    assert session.look == Look(digits=4, names="keras")
    assert session.breaks == (Breakpoint("any(abs(s) > 0.5)", 1),)
    assert (session.at, session.epoch, session.hidden, session.lesson) == (2, 1, (), None)


def test_a_stop_is_the_session_but_for_what_it_says() -> None:
    own = parse_session(WHOLE.partition("[[stops]]")[0])
    one, two = stops_of(parse_session(WHOLE))
    assert (one.title, one.text) == ("One", "Look at {s[3][1]}.\n[display]\n")
    source, sequence = one.session.recipe.source, own.recipe.source.load()
    assert source.load().x.tobytes() == sequence.x.tobytes()
    recipe = replace(own.recipe, source=source)  # two readings of the same rows
    assert one.session == replace(own, recipe=recipe, at=3)
    sequence, blueprint = two.session.recipe.source.load(), two.session.recipe.blueprint
    assert sequence.labels == ("c", "a", "b")
    assert sequence.x.tolist() == [[0.5, -2], [1, 0], [0, 1]]
    assert str(sequence.targets) == str(np.array([[0.0], [1.0], [np.nan]]))
    assert (blueprint.cells, blueprint.hidden, blueprint.seed) == (("gru",), (1,), 0)
    assert two.session.recipe.learning is None
    assert two.session.gaze == replace(own.gaze, focus=Focus("s", -1))
    assert two.session.look == replace(own.look, digits=2)
    assert two.session.hidden == (("y", 3, 0),)
    assert two.question == Question("Which is it?", "choice", choices=("left", "right"), answer="left")


def test_a_lesson_opens_as_its_first_stop_unless_it_says_where_one_is() -> None:
    session = parse_session(WHOLE)
    stops = stops_of(session)
    assert session == replace(stops[0].session, lesson=Lesson(stops))
    session = parse_session(WHOLE.replace("at = 2\n", "at = 2\nstop = 2\nanswers = [{ stop = 2, answer = 'left' }]\n"))
    stops = stops_of(session)
    assert session.lesson == Lesson(stops, 1, ((1, "left"),))
    assert (session.at, session.look.digits) == (2, 4)  # what stands at the top


def test_nothing_but_a_version_is_the_built_in_sample() -> None:
    assert parse_session("version = 1") == Session()


MISTAKES = [
    ("at = 1", "s.toml: does not say its version; write version = 1 at its top"),
    ("version = 2\nnew = 1", "s.toml, line 1: version 2 is not known, 1 is; a newer program reads it"),
    ("version = '1'", "s.toml, line 1: version must be a whole number, and is text in quotes"),
    ("version = 1\nat = 6", "s.toml, line 2: there is no timestep 6; the sequence has 0 to 5"),
    ("version = 1\nat = -1", "s.toml, line 2: at = -1 cannot be; 0 or more is allowed"),
    ("version = 1\nat = true", "s.toml, line 2: at must be a whole number, and is true or false"),
    ("version = 1\nat = 1979-05-27", "s.toml, line 2: at must be a whole number, and is a date or a time"),
    ("version = 1\nbraeks = []", "s.toml, line 2: the key 'braeks' is not known; did you mean breaks?"),
    ("version = 1\nbreaks = ['s >']", "s.toml, line 2: "),
    ("version = 1\nepoch = 2", "s.toml, line 2: there is no epoch 2; nothing is learned"),
    (
        "version = 1\n[[stops]]\ntitle = 'a'\nat = 99",
        "s.toml, line 4: there is no timestep 99; the sequence has 0 to 5",
    ),
    ("version = 1\n[[stops]]\ntext = 'a'", 's.toml, line 2: title is missing; write title = "..."'),
    (
        "version = 1\n[[stops]]\ntitle = 'a'\n[[stops]]\ntitel = 'b'",
        "s.toml, line 5: the key 'titel' is not known; did you",
    ),
    ("version = 1\n[stops]", "s.toml, line 2: stops must be an array of tables; write [[stops]]"),
    ("version = 1\ndisplay = 3", "s.toml, line 2: display must be a table; write [display]"),
    (
        "version = 1\n[display]\ndiagram = 'roled'",
        "s.toml, line 3: diagram = 'roled' is not known; did you mean rolled?",
    ),
    ("version = 1\n[display]\nnames = 'x'", "s.toml, line 3: names = 'x' is not known; known are seed, pytorch, keras"),
    ("version = 1\n[display]\nzoom = 'steps'", "s.toml, line 3: zoom = 'steps' is not known; did you mean step?"),
    ("version = 1\n[display]\ndigits = 9", "s.toml, line 3: digits = 9 cannot be; 0 to 8 are allowed"),
    ("version = 1\n[display]\nchange = -0.1", "s.toml, line 3: change is below 0; 0 or more is needed"),
    ("version = 1\n[display]\nchange = nan", "s.toml, line 3: change is not finite; a number is needed"),
    ("version = 1\n[display]\nlayer = 2", "s.toml, line 3: there is no layer 2; the network has 1 to 1, 0 is the last"),
    ("version = 1\n[display]\nfocus = 'q[1]'", "s.toml, line 3: there is no quantity q to select; known are W, U, b"),
    ("version = 1\n[display]\nfocus = 's[4]'", "s.toml, line 3: there is no number s[4]; its size is 3"),
    ("version = 1\n[display]\nfocus = 'W[1][5]'", "s.toml, line 3: there is no number W[1][5]; its size is 3x4"),
    (
        "version = 1\n[display]\nfocus = 's'",
        "s.toml, line 3: focus = 's' is no number; write f[2], W[2][3] or s[t-1][2]",
    ),
    ("version = 1\n[display]\nfocus = 'x[t-1][1]'", "s.toml, line 3: x[t-1] is not there; only a state of t-1 is"),
    ("version = 1\n[display]\nhidden = ['y[9][1]']", "s.toml, line 3: there is no number y[9][1]; known are x, s, y"),
    (
        "version = 1\n[sequence]\npath = 'gone.csv'",
        "s.toml, line 3: gone.csv: no such file; the built-in sequences are",
    ),
    ("version = 1\n[sequence]\npath = '-'", "s.toml, line 3: '-' is no file; a file in the session's folder is needed"),
    ("version = 1\n[sequence]\nx = 3", "s.toml, line 3, x: has no rows; a list of rows is needed"),
    ("version = 1\n[sequence]\nx = [[1], ['2']]", "s.toml, line 3, x, row 2, column 1: '2' is not a number"),
    ("version = 1\n[sequence]\nx = [[inf]]", "s.toml, line 3, x, row 1, column 1: inf is not finite"),
    ("version = 1\n[sequence]\nx = [[1]]\nwords = true", "s.toml, line 4: words does not go with x; it goes with the"),
    (
        "version = 1\n[sequence]\norder = [1, 2]",
        "s.toml, line 3: order does not name every timestep once; the sequence has",
    ),
    (
        "version = 1\n[network]\ncell = 'elmn'",
        "s.toml, line 3: there is no cell 'elmn', and a cell's file ends in .toml; did you mean elman?",
    ),
    ("version = 1\n[network]\nhidden = 'a'", 's.toml, line 3: hidden is no list of sizes; write "3", or "4,3" for two'),
    ("version = 1\n[network]\nhidden = 0", "s.toml, line 3: 0 is no size; 1 to "),
    ("version = 1\n[network]\nhidden = '3,3'", "s.toml, line 3: there are 2 sizes for 1 layers"),
    (
        "version = 1\n[network]\nmodel = 'm.npz'\nseed = 1",
        "s.toml, line 4: seed does not go with model; the network is",
    ),
    ("version = 1\n[network]\nmodel = 'm.npz'", "s.toml, line 3: m.npz: no such file; a network is needed"),
    (
        "version = 1\n[[network.layers]]\ncell = 'dense'",
        "s.toml, line 2: dense, W: the parameter is missing; it takes W",
    ),
    (
        "version = 1\n[[network.layers]]\ncell = 'dense'\nparameters.W = [[1], [2, 3]]",
        "s.toml, line 4: W is no table of",
    ),
    ("version = 1\n[learning]\nrate = -1", "s.toml, line 3: -1 makes no sense; a number of 0 or more does"),
    ("version = 1\n[learning]\nloss = 'see'", "s.toml, line 3: loss = 'see' is not known; did you mean sse?"),
    ("version = 1\n[learning]\noptimizer = 'adam'\nmomentum = 0.5", "s.toml, line 4: adam has a momentum of its own"),
    ("version = 1\n[learning]\nepochs = 2\n[sequence]\nx = [[1]]", "s.toml, line 2: sequence: there are no targets to"),
    (
        "version = 1\n[[stops]]\ntitle = ''\n[stops.question]\ntext = ''\nkind = 'sing'",
        "s.toml, line 6: kind = 'sing' is",
    ),
    (
        "version = 1\n[[stops]]\ntitle = ''\n[stops.question]\ntext = ''\nkind = 'sign'",
        "s.toml, line 4: a question of kind",
    ),
    (
        "version = 1\nat = ",
        "s.toml, line 2: this is not TOML: Invalid value; see the README for a session file",
    ),
    ("version = 1\nat = " + "[" * 100_000, "s.toml: this is too deeply nested"),
    ("version = " + "1" * 5000, "s.toml: this holds a number that cannot be read"),
    ("version = 1\n#" + "x" * LARGEST, "s.toml: is larger than 1.0 MiB; put large arrays into files"),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES, ids=[sentence[7:50] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence_with_its_line(text: str, sentence: str, tmp_path: Path) -> None:
    told = refused(text, tmp_path).replace(f"{tmp_path}/", "")
    assert told.startswith(sentence)
    assert "\n" not in told


def test_missing_and_foreign_files(tmp_path: Path) -> None:
    for name, content, why in (
        ("gone.toml", None, "no such file"),
        ("bytes.toml", b"version = 1\n\xff", "line 2: holds bytes that are not text"),
        ("long.toml", b"#" * (LARGEST + 1), "is larger than 1.0 MiB"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(LoadError, match=why):
            read_session(tmp_path / name)


def test_every_built_in_lesson_can_be_read() -> None:
    assert "what-is-rnn" in lesson_names()
    for name in lesson_names():
        assert len(stops_of(read_session(name))) == lesson_text(name).count("[[stops]]") > 0
        assert lesson_text(name) == lesson_path(name).read_text("utf-8")
    with pytest.raises(LookupError):
        lesson_text("nothing")


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_mutated_file_is_a_session_or_one_sentence(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        pieces = [
            "[",
            "]",
            "=",
            '"',
            "'",
            "-1",
            "nan",
            "inf",
            "true",
            "{}",
            "[]",
            "\n",
            "x = 1",
            "[[stops]]",
            "1e400",
            "é",
        ]
        text = text[:start] + data.draw(st.sampled_from(pieces) | st.text(max_size=4)) + text[end:]
    try:
        assert isinstance(parse_session(text, "s.toml"), Session)
    except LoadError as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told


@given(st.text())
def test_any_text_is_a_session_or_one_sentence(text: str) -> None:
    for whole in (text, f"version = 1\n{text}"):
        try:
            parse_session(whole, "s.toml")
        except LoadError as error:
            told = str(error)
        else:
            told = ""
        assert "\n" not in told


def test_the_example_of_the_readme_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    example = text.partition("## Session files")[2].partition("```toml\n")[2].partition("```")[0]
    session = parse_session(example, "README.md", tmp_path)
    assert [stop.title for stop in stops_of(session)] == ["Who remembers?", "The end"]
    assert session.gaze.focus == Focus("U", None, 1, 2)
    assert session.breaks == (Breakpoint("any(abs(s) > 0.95)", 1), Breakpoint("t > 3", 0, False))
    assert (session.arrived, session.marks) == ((2,), (("a", 3),))
    assert session.lesson is not None
    assert (session.lesson.stop, session.lesson.answers) == (0, ((0, ">"),))


@pytest.mark.parametrize(("written", "tolerance"), [("tolerance = 0", 0.0), ("tolerance = 0.5", 0.5), ("", 0.005)])
def test_a_number_may_be_asked_for_to_the_last_bit(written: str, tolerance: float) -> None:
    question = f'[stops.question]\ntext = "?"\nkind = "number"\nof = "y[1][1]"\n{written}\n'
    (stop,) = stops_of(parse_session(f'version = 1\n[[stops]]\ntitle = "One"\n{question}'))
    assert stop.question == Question("?", "number", "y[1][1]", tolerance=tolerance)


def test_the_edits_of_a_session_are_not_those_of_a_run_beside_at_any_stop() -> None:
    text = 'version = 1\nedits = ["x[1][1] = 0"]\n[beside]\n[beside.network]\ncell = "gru"\n'
    stops = '[[stops]]\ntitle = "One"\n[[stops]]\ntitle = "Two"\nedits = ["U = 0"]\n'
    session = parse_session(text + stops)
    besides = [each.beside for each in session.sessions]
    assert [beside is not None and beside.edits for beside in besides] == [(), (), ()]
    assert [len(each.recipe.edits) for each in session.sessions] == [1, 1, 1]
    assert parse_session(session_text(session)) == session
    own = text.replace("[beside]\n", '[beside]\nedits = ["x[2][1] = 0"]\n') + stops
    assert [len(each.beside.edits) for each in parse_session(own).sessions if each.beside] == [1, 1, 1]
