"""Cells: what a description in TOML must say, and the sentence for each way to get it wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_tui import Cell, CellError, Layer, Network, Run, Sequence
from rnn_tui.cells import LARGEST, cell_names, cell_text

ELMAN = '''title = "Mine"
source = "our lesson"
description = """
Two lines
of text.
"""
equations = """
s[t] = tanh(W @ x[t] + U @ s[t-1] + b)
y[t] = s[t]
"""

[parameters]
W = ["H", "I"]
U = ["H", "H"]
b = ["H"]

[state]
s = ["H"]
'''


def described(*equations: str, state: str = 's = ["H"]') -> str:
    """A description whose first equation stands on line 2, with the parameters that Elman's has."""
    lines = "\n".join(equations)
    return f'equations = """\n{lines}\n"""\n[parameters]\nW = ["H", "I"]\nU = ["H", "H"]\nb = ["H"]\n[state]\n{state}\n'


def refusal(text: str) -> str:
    with pytest.raises(CellError) as caught:
        Cell.parse(text, "mine.toml")
    return str(caught.value)


def test_a_description_is_read_whole() -> None:
    cell = Cell.parse(ELMAN, "some/where/mine.toml")
    assert (cell.name, cell.title, cell.source) == ("mine", "Mine", "our lesson")
    assert cell.description == "Two lines of text."
    assert dict(cell.parameters) == {"W": ("H", "I"), "U": ("H", "H"), "b": ("H",)}
    assert dict(cell.states) == {"s": ("H",)}
    assert dict(cell.shapes) == {"s": ("H",), "y": ("H",)}
    assert [str(equation) for equation in cell.equations] == [
        "s[t] = tanh(W @ x[t] + U @ s[t-1] + b)",
        "y[t] = s[t]",
    ]
    assert (cell.recurrent, cell.output_shape) == (True, ("H",))


@pytest.mark.parametrize("name", cell_names())
def test_every_built_in_cell_loads_and_says_what_it_is(name: str) -> None:
    cell = Cell.named(name)
    assert cell.name == name
    assert all((cell.title, cell.source, cell.description))
    assert len(cell.output_shape) == 1
    assert cell_text(name)[1] == f"{name}.toml"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "Mine"', 'titel = "Mine"', "line 1, column 1: the key titel is not known; did you mean title?"),
        ("[state]", "[memory]", "line 17, column 1: the key memory is not known; known are title, source,"),
        ("equations =", "equation =", "line 7, column 1: the key equation is not known; did you mean equations?"),
        ('title = "Mine"', "title = 3", "line 1, column 1: title must be text in quotes"),
        ('title = "Mine"', 'title = "Mine', "line 1, column 14: this is not TOML: Illegal character '\\n'"),
        ("[state]", "[state", "line 17, column 7: this is not TOML: Expected ']' at the end of a table declaration;"),
        ('s = ["H"]', 's = ["H"', "line 19: this is not TOML: Unclosed array; see the README for a cell"),
        ('s = ["H"]', 's = "H"', "line 18, column 1: the shape of s is not understood; write one like"),
        ('s = ["H"]', "s = []", 'line 18, column 1: the state s must be a vector; write ["H"]'),
        ('W = ["H", "I"]', "W = 3", "line 13, column 1: the shape of W is not understood; write one like"),
        ('W = ["H", "I"]', 'W = ["H", "I", "O"]', "line 13, column 1: the shape of W is not understood;"),
        ('W = ["H", "I"]', 'W = ["H", 0]', "line 13, column 1: the shape of W is not understood;"),
        ('W = ["H", "I"]', f"W = [{'9' * 5000}]", "this holds a number that cannot be read"),
        ('b = ["H"]', 'b = ["H"]\ntanh = []', "line 16, column 1: tanh cannot name a parameter; a letter first;"),
        ('b = ["H"]', 'b = ["H"]\ny = ["H"]', "line 16, column 1: y cannot name a parameter; a letter first;"),
        ('b = ["H"]', 'b = ["H"]\n"β" = ["H"]', "line 16, column 1: β cannot name a parameter; a letter first;"),
        ('s = ["H"]', 's = ["H"]\nU = ["H"]', "line 14, column 1: U is declared twice; give each its own name"),
        ('s = ["H"]', 's = ["H"]\n[initial]\nq = 1', "line 20, column 1: q is no parameter"),
        ('title = "Mine"', "initial = 3", "line 1, column 1: initial must be a table; write [initial]"),
    ],
)
def test_a_wrong_description_is_refused_at_its_line(old: str, new: str, sentence: str) -> None:
    text = ELMAN.replace(old, new, 1)
    place = f"mine.toml, {sentence}" if sentence.startswith("line") else f"mine.toml: {sentence}"
    assert refusal(text).startswith(place)


@pytest.mark.parametrize("value", ['"zeros"', "nan", "true", "[1]", "1e301"])
def test_an_initial_value_is_a_number_or_a_word_that_is_known(value: str) -> None:
    sentence = refusal(f"{ELMAN}[initial]\nU = {value}\n")
    assert sentence.endswith("the initial value of U is not understood; a number or identity")


def test_only_a_matrix_begins_as_identity() -> None:
    sentence = refusal(f'{ELMAN}[initial]\nb = "identity"\n')
    assert sentence.endswith("b is no matrix and cannot begin as identity; give it a number")


def test_no_equations_key() -> None:
    assert refusal('title = "Mine"\n') == 'mine.toml: the key equations is missing; write equations = "..."'


@pytest.mark.parametrize(
    ("equations", "sentence"),
    [
        (
            ("s[t] = tanh(U @ x[t] + W @ s[t-1] + b)", "y[t] = s[t]"),
            "line 2, column 13: in s[t] = tanh(U @ x[t] + W @ s[t-1] + b): U has shape (H, H) and x[t] has shape (I); "
            "the matrix has H columns and the vector I rows",
        ),
        (
            ("s[t] = tanh(W @ x[t]) + x[t]", "y[t] = s[t]"),
            "line 2, column 8: in s[t] = tanh(W @ x[t]) + x[t]: tanh(W @ x[t]) has shape (H) and x[t] has shape (I); "
            "they must have the same shape",
        ),
        (
            ("s[t] = b * U", "y[t] = s[t]"),  # NumPy would broadcast this row over a matrix
            "line 2, column 8: in s[t] = b * U: b has shape (H) and U has shape (H, H); they must have the same shape",
        ),
        (
            ("s[t] = x[t] @ W", "y[t] = s[t]"),
            "line 2, column 8: in s[t] = x[t] @ W: x[t] has shape (I) and W has shape (H, I); "
            "@ takes a matrix and a vector",
        ),
        (
            ("s[t] = softmax(U)", "y[t] = b"),
            "line 2, column 8: in s[t] = softmax(U): U has shape (H, H); a vector is needed",
        ),
        (
            ("s[t] = x[t]", "y[t] = b"),
            "line 2, column 1: in s[t] = x[t]: the right side has shape (I); the state s has (H)",
        ),
        (("s[t] = b", "y[t] = U"), "line 3: y has shape (H, H); a vector is needed"),
        (("s[t] = b", "y[t] = 1"), "line 3: y has shape (); a vector is needed"),
        (
            ("s[t] = tanh(Wx @ x[t])", "y[t] = s[t]"),
            "line 2, column 13: Wx is given nowhere; did you mean W?",
        ),
        (
            ("s[t] = tanh(weights @ x[t])", "y[t] = s[t]"),
            "line 2, column 13: weights is given nowhere; declare it under [parameters]",
        ),
        (
            ("s[t] = b + h[t]", "h[t] = W @ x[t]", "y[t] = s[t]"),
            "line 2, column 12: h[t] is used before it is computed; line 3 computes it: move that line up",
        ),
        (
            ("s[t] = s[t] + b", "y[t] = s[t]"),
            "line 2, column 1: the equations go in a circle: s[t] needs s[t]; one of them must be a state",
        ),
        (("s[t] = b", "y[t] = s"), "line 3, column 8: s needs a time; write s[t]"),
        (("s[t] = W @ x", "y[t] = s[t]"), "line 2, column 12: x needs a time; write x[t]"),
        (
            ("s[t] = W[t] @ x[t]", "y[t] = s[t]"),
            "line 2, column 8: W[t] is a parameter, the same at every t; write W",
        ),
        (
            ("s[t] = W @ x[t-1]", "y[t] = s[t]"),
            "line 2, column 12: x[t-1]: x is no state; declare it under [state]",
        ),
        (
            ("h[t] = b", "s[t] = h[t-1]", "y[t] = s[t]"),
            "line 3, column 8: h[t-1]: h is no state; declare it under [state]",
        ),
        (("s[t] = b", "s[t] = b", "y[t] = b"), "line 3, column 1: s[t] is computed twice"),
        (("x[t] = b", "s[t] = b", "y[t] = b"), "line 2, column 1: x is given and cannot be computed;"),
        (("b[t] = x[t]", "s[t] = b", "y[t] = b"), "line 2, column 1: b is given and cannot be computed;"),
        (("h[t] = b", "y[t] = h[t]"), "line 3: no equation says what s[t] is; add one: s[t] = ..."),
        (("s[t] = b",), "line 2: no equation says what y[t] is; add one: y[t] = ..."),
        (
            ("s[t] = tanh(W @ x[t] + b)", "y[t] = s[t]"),
            "line 3: the parameter U is used by no equation; use it or leave it out",
        ),
        (("s[t] = b", "y[t] = tahn(b)"), "line 3, column 8: the function tahn is not known; did you mean tanh?"),
    ],
)
def test_equations_that_cannot_be_computed(equations: tuple[str, ...], sentence: str) -> None:
    assert refusal(described(*equations)).startswith(f"mine.toml, {sentence}")


def test_the_size_of_a_state_must_be_told_by_x_or_a_parameter() -> None:
    sentence = refusal(described("k[t] = k[t-1] + 1", "y[t] = W @ x[t] + U @ b", state='k = ["K"]'))
    assert sentence == (
        "mine.toml, line 3: no parameter tells the size K of the state k; give it the size of x or of a parameter"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("equations = 'y[t] = q'", 1),
        ('equations = "y[t] = q"', 1),
        ("\nequations = '''\n\ny[t] = q'''", 4),
        ('title = "a"\nequations = """y[t] = q"""', 2),
        ('equations = """\r\ny[t] = q\r\n"""', 2),
    ],
)
def test_the_line_is_the_one_in_the_file_however_it_is_quoted(text: str, line: int) -> None:
    assert refusal(text).startswith(f"mine.toml, line {line}, column 8: q is given nowhere")


def test_sizes_come_from_the_shapes_of_the_parameters() -> None:
    cell = Cell.named("jordan")
    shapes = {"W": (3, 4), "U": (3, 2), "b": (3,), "V": (2, 3), "c": (2,)}
    assert cell.dimensions(shapes) == {"H": 3, "I": 4, "O": 2}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"U": (3, 4)}, "U has shape (3, 4); elman with H = 3, I = 4 needs (3, 3)"),
        ({"U": (4, 4)}, "U has shape (4, 4); elman with H = 3, I = 4 needs (3, 3)"),
        ({"b": ()}, "b has shape (); elman with H = 3, I = 4 needs (3)"),
        ({"b": (3, 1)}, "b has shape (3, 1); elman with H = 3, I = 4 needs (3)"),
        ({"b": None}, "b: the parameter is missing; it takes W (H, I), U (H, H), b (H)"),
        ({"V": (3,)}, "V: the cell has no such parameter; it takes W (H, I), U (H, H), b (H)"),
    ],
)
def test_parameters_that_do_not_fit_are_named(changes: dict[str, tuple[int, ...] | None], sentence: str) -> None:
    shapes = {"W": (3, 4), "U": (3, 3), "b": (3,), **changes}
    with pytest.raises(CellError) as caught:
        Layer("elman", {name: np.zeros(shape) for name, shape in shapes.items() if shape is not None})
    assert str(caught.value).endswith(sentence)
    assert str(caught.value).startswith("elman")


def test_a_cell_file_serves_wherever_a_name_does(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + ELMAN.encode())  # with the byte-order mark that some editors write
    layer = Layer(str(path), {"W": np.ones((2, 3)), "U": np.eye(2), "b": np.zeros(2)})
    network = Network.random(str(path), input_size=3, hidden_size=2)
    assert layer.cell.name == network.layers[0].cell.name == "mine"
    assert network.layers[0].sizes == {"H": 2, "I": 3}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "there is no such cell and no such file; known are "),
        (b"\xff\xfe\x00binary", "is not UTF-8 text; a cell is a small TOML file"),
        (b"#" * (LARGEST + 1), f"is larger than {LARGEST} bytes; a cell is a small TOML file"),
        (b"", "the key equations is missing; "),
    ],
)
def test_a_cell_file_that_is_none(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "qqqqqqqq.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CellError) as caught:
        Cell.named(str(path))
    assert str(caught.value).startswith(str(path))
    assert sentence in str(caught.value)


def test_a_misspelt_name_is_told_the_nearest() -> None:
    with pytest.raises(CellError) as caught:
        Cell.named("elmann")
    assert str(caught.value) == "elmann: there is no such cell and no such file; did you mean elman?"


lines = st.sampled_from(ELMAN.splitlines())
scraps = st.sampled_from(
    ['W = ["H"]', "W = [[[", '"""', "x = 1", "[[state]]", "s.s = 1", "= ", "\0", "é", "b = 1979-13-99"]
)


def read(text: str) -> Cell | str:
    """The cell, or the error's sentence; any other exception is the test's failure."""
    try:
        return Cell.parse(text, "any.toml")
    except CellError as error:
        return str(error)


@given(text=st.text() | st.lists(lines | scraps, max_size=25).map("\n".join))
@example(text=ELMAN)
@example(text="a = " + "[" * 5000)
@example(text="a = " + "{a=" * 5000)
def test_any_text_gives_a_cell_or_one_sentence(text: str) -> None:
    outcome = read(text)
    if isinstance(outcome, Cell):
        assert "y" in outcome.shapes
    else:
        assert outcome.startswith("any.toml")
        assert outcome.isprintable()


CONCAT = '''equations = """
v[t] = concat(s[t-1], x[t])
s[t] = tanh(W @ v[t] + b)
y[t] = s[t]
"""
[parameters]
W = ["H", "H+I"]
b = ["H"]
[state]
s = ["H"]
'''


def test_a_size_may_be_a_sum_and_tells_the_size_that_it_alone_has() -> None:
    layer = Layer(Cell.parse(CONCAT), {"W": np.zeros((2, 5)), "b": np.zeros(2)})
    assert layer.sizes == {"H": 2, "I": 3}
    assert (layer.input_size, layer.output_size) == (3, 2)
    assert Layer(Cell.parse(CONCAT.replace("H+I", "H + I")), layer.parameters).sizes == layer.sizes


def test_a_random_network_has_parameters_of_such_sizes() -> None:
    (layer,) = Network.random(Cell.parse(CONCAT), 3, 2).layers
    assert {name: array.shape for name, array in layer.parameters.items()} == {"W": (2, 5), "b": (2,)}


@pytest.mark.parametrize(
    ("w", "b", "sentence"),
    [
        ((2, 2), (2,), "W has shape (2, 2); mine with H = 2 needs (2, H+I)"),  # nothing is left for I
        ((2, 5), (3,), "b has shape (3); mine with H = 2, I = 3 needs (2)"),
        ((5,), (2,), "W has shape (5); mine with  needs (H, H+I)"),
    ],
)
def test_parameters_that_a_sum_does_not_allow_are_refused(w: tuple[int], b: tuple[int], sentence: str) -> None:
    with pytest.raises(CellError) as caught:
        Layer(Cell.parse(CONCAT, "mine"), {"W": np.zeros(w), "b": np.zeros(b)})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('b = ["H"]', 'b = ["H+"]', "line 8, column 1: the shape of b is not understood; write one like"),
        ('b = ["H"]', 'b = ["H+h"]', "line 8, column 1: the shape of b is not understood; write one like"),
        ('b = ["H"]', 'b = ["65536+1"]', "line 8, column 1: the shape of b is not understood; 65536 is the most"),
        ('b = ["H"]', f'b = ["{"+".join("H" * 17)}"]', "cannot be a sum of these; 16 parts are the most"),
        ('s = ["H"]\n', 's = ["H"]\n[input]\nx = ["I+2"]\n', "the size I+2 of x cannot be a sum of these; x is given"),
        ("tanh(W @ v[t] + b)", "tanh(W @ x[t] + b)", "the matrix has H+I columns and the vector I rows"),
        (
            'W = ["H", "H+I"]\nb = ["H"]',
            'W = ["H", "H+I"]\nb = ["H+I"]',
            "and b has shape (H+I); they must have the same shape",
        ),
        (
            'tanh(W @ v[t] + b)\ny[t] = s[t]\n"""\n[parameters]\nW = ["H", "H+I"]\nb = ["H"]',
            's[t-1] * b * mean(c * v[t])\ny[t] = s[t]\n"""\n[parameters]\nb = [2]\nc = ["H+I"]',
            "b has shape (2); they must have the same shape",
        ),
        (
            'tanh(W @ v[t] + b)\ny[t] = s[t]\n"""\n[parameters]\nW = ["H", "H+I"]\nb = ["H"]',
            's[t-1] * mean(c * v[t])\ny[t] = s[t]\n"""\n[parameters]\nc = ["H+I"]',
            'the sizes H and I of c cannot be told from sums alone; give a parameter of its own the size ["H"]',
        ),
    ],
)
def test_a_sum_that_cannot_be_is_refused(old: str, new: str, sentence: str) -> None:
    assert old in CONCAT
    assert sentence in refusal(CONCAT.replace(old, new))


ALONE = described("s[t] = tanh(U @ s[t-1] + b)", "y[t] = s[t]").replace('W = ["H", "I"]\n', "") + "[input]\n"


def test_a_cell_may_read_no_x_where_it_says_so() -> None:
    cell = Cell.parse(ALONE)
    assert cell.autonomous
    walk = Run(Network.random(cell, 3, 2), Sequence(np.eye(3))).walk()
    U, b = (walk.at(1).layers[0].parameters[name] for name in "Ub")
    first = np.tanh(b)
    assert walk.at(1).y == pytest.approx(first, rel=1e-14)
    assert walk.at(2).y == pytest.approx(np.tanh(U @ first + b), rel=1e-14)


def test_a_forgotten_x_is_still_told() -> None:
    said = "x[t] is used by no equation; R is a function of its input; of one that has none, [input] stands there with"
    assert said in refusal(ALONE.replace("[input]\n", ""))
    said = 'x[t] is used, and [input] names no input; write x = ["I"] below it'
    assert said in refusal(CONCAT + "[input]\n")


def test_y_may_be_a_state() -> None:
    cell = Cell.parse(described("y[t] = tanh(W @ x[t] + U @ y[t-1] + b)", state='y = ["H"]'))
    assert dict(cell.states) == {"y": ("H",)}
    same = Cell.parse(described("s[t] = tanh(W @ x[t] + U @ s[t-1] + b)", "y[t] = s[t]"))
    runs = [Run(Network.random(each, 3, 2, seed=4), Sequence(np.eye(3))).walk().at(3).y for each in (cell, same)]
    assert runs[0].tolist() == runs[1].tolist()
