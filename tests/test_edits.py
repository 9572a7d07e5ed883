"""The grammar of edits: what is read is written back to the same bits, and what is wrong is said in one sentence."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from edited_runs import changed, every_bit, network, run, sequence
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_tui import Network, Sequence
from rnn_tui.core.edits import ALL, ORDERS, Assignment, Change, Edit, EditError, Order, Value, change_of
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Run
from rnn_tui.core.texts import one_line

floats = st.floats() | st.floats(-10, 10) | st.integers(-(2**60), 2**60).map(float)
names = st.sampled_from(["x", "W", "U_f", "s", "reset", "c_n", "identity", "inf", "A9_"])
labels = st.text(min_size=1).filter(lambda text: text == one_line(text))
places = st.lists(st.integers(0, 10**9 - 1) | st.none(), max_size=2).map(tuple)
places = places.filter(lambda found: not found or found[-1] is not ALL)
values = (
    st.lists(floats, min_size=1, max_size=4).map(lambda given: Value(tuple(given)))
    | floats.map(lambda number: Value((number,), identity=True))
    | labels.map(lambda text: Value(label=text))
)
reckoned = floats.filter(bool).map(lambda number: Value((number,)))
layers = st.integers(0, 9999)
assignments = st.builds(Assignment, layers, names, places, st.just("="), values) | st.builds(
    Assignment, layers, names, places, st.sampled_from(["*=", "/=", "+=", "-="]), reckoned
)
orders = st.one_of(
    st.just(Order("reverse")),
    st.builds(Order, st.just("reset"), st.integers(0, 10**9 - 1)),
    st.builds(Order, st.just("shuffle"), st.integers(0, 10**9 - 1)),
    st.builds(Order, st.just("repeat"), st.integers(1, 10**9 - 1)),
    st.builds(
        Order,
        st.just("generate"),
        st.integers(0, 10**9 - 1),
        st.floats(0, allow_infinity=False),
        st.integers(0, 10**9 - 1),
    ),
    st.builds(
        Order, st.just("free"), st.integers(2, 10**9 - 1), st.floats(0, allow_infinity=False), st.integers(0, 10**9 - 1)
    ),
)


def bits(change: Change) -> object:
    """All that a change says, its numbers by their bits; there is one NaN, and one zero."""
    if isinstance(change, Order):
        return change
    numbers = [b"nan" if np.isnan(number) else struct.pack("d", number + 0.0) for number in change.value.numbers]
    said = (change.layer, change.name, change.places, change.how, change.value.identity, change.value.label)
    return (*said, numbers)


@given(change=assignments | orders)
@example(change=Assignment(0, "x", (1,), "=", Value(label='"\\n "')))
@example(change=Assignment(2, "U", (), "=", Value((-0.0,), identity=True)))
@example(change=Assignment(0, "x", (), "=", Value((float("nan"),))))
@example(change=Assignment(0, "reset", (), "=", Value((5e-324, -1.7976931348623157e308))))
def test_what_is_written_reads_back_to_the_same_bits(change: Change) -> None:
    text = Edit(change).text
    again = Edit.parse(f"  {text} ")
    assert bits(again.change) == bits(change)
    assert again.text == text
    assert again == Edit(change)


SCRAPS = ["x", "W", "[2]", "[*]", " = ", "*=", "-", "1e5", "nan", "identity", '"', ",", "\\", "reset ", "* ", "2:", "é"]


@given(text=st.text() | st.lists(st.sampled_from(SCRAPS)).map("".join))
def test_any_text_is_an_edit_or_one_sentence(text: str) -> None:
    try:
        found = Edit.parse(text)
    except EditError as error:
        said = str(error)
    else:
        said = ""
        assert bits(Edit.parse(found.text).change) == bits(found.change)
    assert said == one_line(said)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("x[2][1]=0", Assignment(0, "x", (2, 1), "=", Value((0.0,)))),
        ("x[*][3] = -.5e1", Assignment(0, "x", (ALL, 3), "=", Value((-5.0,)))),
        ("2:U=identity", Assignment(2, "U", (), "=", Value((1.0,), identity=True))),
        ("U = 0.9*identity", Assignment(0, "U", (), "=", Value((0.9,), identity=True))),
        ("W[2][*] = [1, +2.,3]", Assignment(0, "W", (2,), "=", Value((1.0, 2.0, 3.0)))),
        ("b *=2", Assignment(0, "b", (), "*=", Value((2.0,)))),
        ("s[0][1] -= 1", Assignment(0, "s", (0, 1), "-=", Value((1.0,)))),
        ('x[2] = "o"', Assignment(0, "x", (2,), "=", Value(label="o"))),
        (r'x[2] = "\n"', Assignment(0, "x", (2,), "=", Value(label=r"\n"))),
        (r'x[2] = "\""', Assignment(0, "x", (2,), "=", Value(label='"'))),
        ('x[2] = " "', Assignment(0, "x", (2,), "=", Value(label=" "))),
        ("f = inf", Assignment(0, "f", (), "=", Value((np.inf,)))),
        ("reset[1] = 0", Assignment(0, "reset", (1,), "=", Value((0.0,)))),
        ("repeat *= 2", Assignment(0, "repeat", (), "*=", Value((2.0,)))),
        ("reset *", Order("reset")),
        ("reset 12", Order("reset", 12)),
        ("reverse", Order("reverse")),
        ("shuffle 0", Order("shuffle", 0)),
        ("repeat 3", Order("repeat", 3)),
        ("generate 12", Order("generate", 12)),
        ("generate  40 at 0.8", Order("generate", 40, 0.8)),
        ("generate 40 at .8 seed 7", Order("generate", 40, 0.8, 7)),
        ("generate 40 at 0 seed 7", Order("generate", 40)),
        ("free 5", Order("free", 5)),
        ("free 5 at 1e-3 seed 0", Order("free", 5, 0.001)),
        ("free = 1", Assignment(0, "free", (), "=", Value((1.0,)))),
    ],
)
def test_what_is_meant(text: str, change: Change) -> None:
    assert change_of(text) == change


def test_it_says_what_it_assigns_to() -> None:
    changes = [Edit.parse(text).change for text in ("2:x[*][3]=1", "U = 2")]
    assert [change.target for change in changes if isinstance(change, Assignment)] == ["2:x[*][3]", "U"]
    assert set(ORDERS) == {"reset", "reverse", "shuffle", "repeat", "generate", "free"}


LIKE = 'write one like x[2][1] = 0, U = 0, f[*][2] = 1, x[2] = "o", reset 5, shuffle 7, repeat 2 or generate 12'
PLACES = "a vector has a timestep and a unit, a matrix row and column"
NUMBERS = "write a number, [0.1, 0.2], identity * 0.9, or a label in quotes"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"'': is no edit; {LIKE}"),
        ("x[2][1]", f"'x[2][1]': is no edit; {LIKE}"),
        ("x[2][1] =", f"'x[2][1] =': is no edit; {LIKE}"),
        ("x[-1] = 0", f"'x[-1] = 0': is no edit; {LIKE}"),
        ("é = 0", f"'é = 0': is no edit; {LIKE}"),
        ("x[1][2][3] = 0", f"'x[1][2][3] = 0': has too many places; {PLACES}"),
        ("x[1] = two", f"'x[1] = two': 'two' is no number; {NUMBERS}"),
        ("x[1] = 1,5", f"'x[1] = 1,5': '1,5' is no number; {NUMBERS}"),
        ("x[1] = [1, two]", f"'x[1] = [1, two]': '[1, two]' is no number; {NUMBERS}"),
        ("x[1] = []", f"'x[1] = []': '[]' is no number; {NUMBERS}"),
        ("x[1] = 1e400", "'x[1] = 1e400': 1e400 is larger than any number there is; 1.8e308 is the largest"),
        ('x[1] = ""', "'x[1] = \"\"': has no label between the quotes"),
        ("1:b[2] *= [1, 2]", "'1:b[2] *= [1, 2]': *= takes one number; write 1:b[2] *= 2"),
        ("U += identity", "'U += identity': += takes one number; write U += 2"),
        ("b /= 0", "'b /= 0': divides by 0; write = 0 to set it to 0"),
        ("0:U = 0", "'0:U = 0': there is no layer 0; layers count from 1"),
        ("reset", "'reset': reset needs a timestep, 1 or more; write reset 2"),
        ("reset 0", "'reset 0': reset needs a timestep, 1 or more; write reset 2"),
        ("repeat *", "'repeat *': repeat needs a timestep, 1 or more; write repeat 2"),
        ("repeat ٣", "'repeat ٣': repeat needs a timestep, 1 or more; write repeat 2"),
        ("shuffle -1", "'shuffle -1': shuffle needs a seed from 0 to 999999999; write shuffle 2"),
        ("reverse 2", "'reverse 2': reverse takes nothing after it; write reverse"),
        ("x = " + "1" * 4000, f"edit: is longer than 4000 characters; {LIKE}"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(EditError) as caught:
        Edit.parse(text)
    assert str(caught.value) == said


HELLO = Sequence(
    np.eye(4)[[0, 1, 2, 2, 3]], np.eye(4)[[1, 2, 2, 3, 0]], list("hello"), features=list("hexo"), name="hello"
)
AS_MANY = "give as many, or one"
FINITE = "--allow-nonfinite lets it in"
RUNS = {
    "elman": lambda: Run(network("elman", inputs=4, hidden=3), HELLO),
    "stack": lambda: Run(network("lstm", "gru", inputs=4, hidden=3), HELLO),
    "float32": lambda: Run(network("elman", inputs=4, hidden=3, dtype=np.float32), HELLO),
    "backwards": lambda: Run(network("gru:reverse", inputs=4, hidden=3), HELLO),
    "both ways": lambda: Run(network("elman:concat", inputs=4, hidden=3), HELLO),
    "learning": lambda: Run(network("elman", "softmax", inputs=4), HELLO, learning=Learning("cross-entropy")),
    "embedding": lambda: Run(Network.random(["embedding", "elman"], 4, [3, 3]), HELLO),
    "plain": lambda: Run(network("dense", inputs=4, hidden=3), HELLO),
    "no names": lambda: Run(network("elman"), sequence(5)),
    "huge": lambda: Run(network("elman"), Sequence(np.full((2, 3), 1e308))),
}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("elman", "x[1] = inf", f"x[1] = inf: an infinite number or NaN is refused; {FINITE}"),
        ("elman", "s[2] = nan", f"s[2] = nan: an infinite number or NaN is refused; {FINITE}"),
        ("elman", "x[0] = 1", "x[0] = 1: there is no t = 0; the sequence has 1 to 5"),
        ("elman", "s[6] = 1", "s[6] = 1: there is no t = 6; the sequence has 1 to 5"),
        ("elman", "reset 6", "reset 6: there is no t = 6; the sequence has 1 to 5"),
        ("elman", "repeat 6", "repeat 6: there is no t = 6; the sequence has 1 to 5"),
        ("backwards", "s[0] = 1", "s[0] = 1: there is no t = 0; the sequence has 1 to 5, and s begins at 6"),
        ("elman", "x[2][5] = 1", "x[2][5] = 1: there is no place 5; x is 4 numbers, counted from 1"),
        ("elman", "U[0] = 1", "U[0] = 1: there is no place 0; U is 3x3, counted from 1"),
        ("elman", "U[1][4] = 1", "U[1][4] = 1: there is no place 4; U is 3x3, counted from 1"),
        ("elman", "s[0][4] = 1", "s[0][4] = 1: there is no place 4; s is 3 numbers, counted from 1"),
        ("elman", "s[2][4] = 1", "s[2][4] = 1: there is no place 4; s is 3 numbers, counted from 1"),
        ("elman", "b[1][1] = 0", "b[1][1] = 0: b is 3 numbers; it has fewer places than that"),
        ("elman", "x[2] = [1, 2]", "x[2] = [1, 2]: 2 numbers stand against 4 numbers; give as many, or one"),
        ("elman", "U = [1, 2]", "U = [1, 2]: 2 numbers stand against 3x3; give as many, or one"),
        ("elman", "s[2] = [1, 2]", "s[2] = [1, 2]: 2 numbers stand against 3 numbers; give as many, or one"),
        (
            "elman",
            "s[2][1] = [1, 2]",
            "s[2][1] = [1, 2]: 2 numbers stand against a single number; give as many, or one",
        ),
        ("elman", "W = identity", "W = identity: W is 3x4; the identity is a square matrix"),
        ("elman", "b[1] = identity", "b[1] = identity: b[1] is a single number; the identity is a square matrix"),
        ("elman", "Uu = 0", "Uu = 0: there is no quantity Uu; did you mean U?"),
        ("elman", "V = 0", "V = 0: there is no quantity V; known are W, U, b, x, s, y"),
        ("elman", "z[2] = 0", "z[2] = 0: z is the sum inside s; change s, or what is added up"),
        ("elman", "s[2] *= 2", "s[2] *= 2: s is computed, and takes a number; write s[2] = 0"),
        ("elman", 's[2] = "h"', 's[2] = "h": s is computed, and takes a number; write s[2] = 0'),
        ("elman", 'U = "h"', 'U = "h": a label is an x; give U a number'),
        ("elman", 's[0] = "h"', 's[0] = "h": a label is an x; give s[0] a number'),
        ("elman", 'x[2] = "H"', 'x[2] = "H": no column of x is called H; known are h, e, x, o'),
        ("elman", 'x[2][1] = "h"', 'x[2][1] = "h": a label is a whole x; write x[2] = "h"'),
        ("no names", 'x[2] = "h"', 'x[2] = "h": no column of x is called h; write its numbers'),
        ("elman", "2:U = 0", "2:U = 0: there is no layer 2; the network has 1 to 1"),
        ("stack", "2:U_f = 0", "2:U_f = 0: layer 2 has no U_f; did you mean U_z?"),
        ("stack", "s[2] = 0", "s[2] = 0: s is in layers 1 and 2; write 1:s[2] = 0"),
        ("both ways", "U = 0", "U = 0: U is in layers 1 and 2; write 1:U = 0"),
        ("stack", "2:x[1][2] = 0", "2:x[1][2] = 0: x of layer 2 is the y of layer 1; write 1:y[1][2] = 0"),
        ("stack", "2:x[*][2] = 0", "2:x[*][2] = 0: x of layer 2 is the y of layer 1; write 1:y[*][2] = 0"),
        ("huge", "x[2] *= 2", f"x[2] *= 2: makes a number that is not finite; {FINITE}"),
        ("float32", "U = 1e39", f"U = 1e+39: makes a number that is not finite; {FINITE}"),
        ("float32", "x[1] = 1e39", f"x[1] = 1e+39: makes a number that is not finite; {FINITE}"),
        ("float32", "s[0] = 1e39", f"s[0] = 1e+39: makes a number that is not finite; {FINITE}"),
        ("float32", "s[2] = 1e39", f"s[2] = 1e+39: makes a number that is not finite; {FINITE}"),
        ("plain", "reset 2", "reset 2: no layer keeps a state; there is nothing to begin afresh"),
        ("embedding", "x[2] = 0.5", "hello, t = 2: x is no one-hot vector; a table's row is chosen by its 1"),
        (
            "learning",
            "s[2] = 0",
            "s[2] = 0: s is computed, and cannot be given a value while the network learns; "
            "x, parameters and the states at t = 0 can be changed, or learn no more",
        ),
    ],
)
def test_what_does_not_fit(name: str, text: str, said: str) -> None:
    base = RUNS[name]()
    before = every_bit(base)
    with pytest.raises(InputError) as caught:
        changed(base, "x = 1" if name == "elman" else text, text)
    assert str(caught.value) == said
    assert every_bit(base) == before


def test_a_float32_network_takes_what_float32_can_hold() -> None:
    assert changed(RUNS["float32"](), "U = 1e38").network.layers[0].parameters["U"][0, 0] == np.float32(1e38)


def test_what_is_not_finite_comes_in_where_it_may() -> None:
    base = run("elman")
    ran = changed(base, "x[2][1] = nan", "s[4][2] = inf", "U[1][1] = -inf", "b *= 1e308", "b *= 1e308", nonfinite=True)
    assert np.isnan(ran.sequence.x[1, 0])
    assert ran.walk().at(4).state["s"][1] == np.inf
    assert ran.network.layers[0].parameters["U"][0, 0] == -np.inf
    assert np.isinf(ran.network.layers[0].parameters["b"]).all()


def test_a_number_that_was_not_finite_can_be_made_finite() -> None:
    base = Run(network("elman"), Sequence(np.full((2, 3), np.nan)))
    assert changed(base, "x[1] = 0").sequence.x[0].tolist() == [0, 0, 0]
