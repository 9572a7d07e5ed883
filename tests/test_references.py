"""The one grammar for a number: what texts name, that printing and reading are inverse, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui import Cell, Layer, Network, Run, Sequence
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.references import NoSuchNumber, Ref
from rnn_tui.session.focus import focus_of, ref_of
from rnn_tui.session.model import Focus

PARAMETERS = ("W", "U_f", "b")
PLACES = st.integers(0, 10**9 - 2)
ROWS = st.tuples(PLACES) | st.tuples(PLACES, PLACES)


@st.composite
def refs(draw: st.DrawFn) -> Ref:
    """Any reference there can be: a parameter's, or one of a timestep."""
    gradient = draw(st.booleans())
    layer = draw(st.just(0) | st.integers(1, 9999))
    if draw(st.booleans()):
        name, part = draw(st.sampled_from(PARAMETERS)), draw(st.sampled_from(["", "here", "gathered"]))
        row, column = (*draw(st.just(()) | ROWS), None, None)[:2]
        return Ref(name, layer, None, None, row, column, gradient, part if gradient else "")
    name, part = draw(st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,5}", fullmatch=True)), draw(st.sampled_from(["", "later"]))
    t, offset = draw(st.tuples(st.integers(0, 10**9 - 1), st.none()) | st.tuples(st.none(), st.integers(-9, 0)))
    name = "s" if name in PARAMETERS else name
    return Ref(name, layer, t, offset, draw(PLACES), None, gradient, part if gradient else "")


@given(refs())
def test_a_reference_is_read_as_it_is_written(ref: Ref) -> None:
    assert Ref.parse(str(ref), PARAMETERS) == ref
    assert Ref.parse(f"  {ref}\n", PARAMETERS) == ref


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("s[3][1]", Ref("s", t=3, row=0)),
        ("s[0][2]", Ref("s", t=0, row=1)),
        ("W[2][3]", Ref("W", row=1, column=2)),
        ("b[2]", Ref("b", row=1)),
        ("g", Ref("g")),
        ("2:f[7][4]", Ref("f", 2, t=7, row=3)),
        ("s[t][1]", Ref("s", offset=0, row=0)),
        ("s[t-1][2]", Ref("s", offset=-1, row=1)),
        ("dL/ds[3][1]", Ref("s", t=3, row=0, gradient=True)),
        ("dL/ds.later[t][1]", Ref("s", offset=0, row=0, gradient=True, part="later")),
        ("1:dL/dW.gathered[2][3]", Ref("W", 1, row=1, column=2, gradient=True, part="gathered")),
    ],
)
def test_what_a_text_names(text: str, ref: Ref) -> None:
    assert Ref.parse(text, ("W", "b", "g")) == ref
    assert str(ref) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'': names no number; write one like y[3][1]"),
        ("s[t+1][1]", "'s[t+1][1]': names no number"),
        ("s[-1][1]", "names no number"),
        ("s[t-0][1]", "names no number"),
        ("s[3][1", "names no number"),
        ("é[3][1]", "names no number"),
        ("s[٣][1]", "names no number"),
        ("s[3][0]", "s[3][0]: there is no unit 0; units count from 1"),
        ("0:s[3][1]", "there is no layer 0; layers count from 1"),
        ("W[1][0]", "there is no unit 0; units count from 1"),
        ("s[3][1][1]", "has too many places"),
        ("s[t][1][1]", "has too many places"),
        ("W[1][1][1]", "has too many places"),
        ("s.here[3][1]", "there is no part here"),
        ("dL/ds.there[3][1]", "there is no part there; a gradient has here, later, gathered"),
    ],
)
def test_what_names_no_number_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(NoSuchNumber) as caught:
        Ref.parse(text, ("W",))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=20) | st.text("sW[]t-1230:dL/.here ", max_size=20))
def test_any_text_names_a_number_or_is_refused(text: str) -> None:
    try:
        said = str(Ref.parse(text, PARAMETERS))
        assert str(Ref.parse(said, PARAMETERS)) == said
    except NoSuchNumber as error:
        said = str(error)
    assert "\n" not in said


def summing(reverse: bool = False) -> Network:
    """s_t = s_(t-1) + x_t, by hand: after x = 1, 2, 4 it is 1, 3, 7; y = 2 s."""
    cell = Cell.parse(
        'equations = """\ns[t] = W @ x[t] + s[t-1]\ny[t] = g * s[t]\n"""\n'
        '[parameters]\nW = ["H", "I"]\ng = []\n[state]\ns = ["H"]\n'
    )
    return Network([Layer(cell, {"W": [[1.0]], "g": 2.0}, reverse)])


X = [[1.0], [2.0], [4.0]]


@pytest.mark.parametrize(
    ("text", "cursor", "value"),
    [
        ("s[0][1]", 0, 10),
        ("s[1][1]", 0, 11),
        ("s[3][1]", 1, 17),
        ("s[t][1]", 2, 13),
        ("s[t-1][1]", 1, 10),
        ("s[t-2][1]", 3, 11),
        ("x[t-1][1]", 2, 1),
        ("y[3][1]", 0, 34),
        ("1:y[3][1]", 0, 34),
        ("W[1][1]", 0, 1),
        ("g", 3, 2),
    ],
)
def test_the_number_a_text_names(text: str, cursor: int, value: float) -> None:
    walk = Run(summing(), Sequence(X), [{"s": np.array([10.0])}]).walk()
    assert Ref.about(text, walk.network, 0).value(walk, 0, cursor) == value


@pytest.mark.parametrize(
    ("text", "cursor", "value"),
    [("s[1][1]", 0, 17), ("s[t-1][1]", 1, 16), ("s[t-1][1]", 3, 10), ("s[4][1]", 0, 10), ("s[t-2][1]", 1, 14)],
)
def test_a_layer_that_runs_backwards_has_the_state_before_at_the_timestep_after(
    text: str, cursor: int, value: float
) -> None:
    walk = Run(summing(reverse=True), Sequence(X), [{"s": np.array([10.0])}]).walk()
    assert Ref.about(text, walk.network, 0).value(walk, 0, cursor) == value


@pytest.mark.parametrize(
    ("text", "cursor", "value"),
    [
        # y = 2, 6, 14 against 0: dL/dy = 2 y = 4, 12, 28; through y dL/ds = 8, 24, 56, and all that come later
        ("dL/dy[3][1]", 0, 28),
        ("dL/ds[3][1]", 0, 56),
        ("dL/ds.here[2][1]", 0, 24),
        ("dL/ds.later[2][1]", 0, 56),
        ("dL/ds[t][1]", 1, 88),
        ("dL/ds[0][1]", 0, 88),
        ("dL/dx[1][1]", 0, 88),
        # W has x_t dL/ds_t: 1 * 88, 2 * 80, 4 * 56
        ("dL/dW.here[1][1]", 2, 160),
        ("dL/dW.gathered[1][1]", 2, 384),
        ("dL/dW[1][1]", 3, 472),
        # g has s_t dL/dy_t: 1 * 4, 3 * 12, 7 * 28
        ("dL/dg", 1, 236),
        ("dL/dg.here", 3, 196),
    ],
)
def test_the_gradient_a_text_names(text: str, cursor: int, value: float) -> None:
    learning = Learning("sse", truncate=0, optimizer=Optimizer(rate=0.0))
    walk = Run(summing(), Sequence(X, np.zeros((3, 1))), learning=learning).walk()
    assert Ref.about(text, walk.network, 0).value(walk, 0, cursor) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("s[4][1]", "s[4][1]: there is no t = 4, the sequence has 1 to 3"),
        ("s[t-1][1]", "there is no t = -1, the sequence has 1 to 3"),
        ("y[0][1]", "y[0][1]: the layer has no y at t = 0"),
        ("q[1][1]", "q[1][1]: the layer has no q"),
        ("y[3]", "y needs a timestep and a unit; write y[3][1]"),
        ("y[3][2]", "y is 1, and units count from 1"),
        ("W[1]", "W is 1x1, and units count from 1"),
        ("g[1]", "g is a single number"),
        ("W[t][1]", "W is a parameter and has no timestep"),
        ("2:y[3][1]", "there is no layer 2; the network has 1 to 1"),
        ("dL/ds[3][1]", "the network does not learn, so it has no gradients"),
    ],
)
def test_a_number_that_is_not_there_is_told_in_one_sentence(text: str, says: str) -> None:
    walk = Run(summing(), Sequence(X)).walk()
    with pytest.raises(NoSuchNumber) as caught:
        Ref.about(text, walk.network, 0).value(walk, 0, 0)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dL/dW.later[1][1]", "a gradient by W has no part later; it has here and gathered"),
        ("dL/ds.gathered[1][1]", "a gradient by s has no part gathered; it has here and later"),
        ("dL/dy.here[1][1]", "the layer has no y"),
        ("dL/dy[0][1]", "the layer has no y at t = 0"),
        ("dL/dW.here[1][1]", "the layer has no W at t = 0"),
    ],
)
def test_a_gradient_that_is_not_there_is_told_in_one_sentence(text: str, says: str) -> None:
    walk = Run(summing(), Sequence(X, np.zeros((3, 1))), learning=Learning(truncate=0)).walk()
    with pytest.raises(NoSuchNumber, match=says):
        Ref.about(text, walk.network, 0).value(walk, 0, 0)


@pytest.mark.parametrize(
    ("written", "focus", "now"),
    [
        ("f[2]", Focus("f", None, 1), "f[2][1]"),
        ("s[t-1][2]", Focus("s", -1, 1), "s[t-1][2]"),
        ("s[t][2]", Focus("s", 0, 1), "s[2]"),
        ("W[2][3]", Focus("W", None, 1, 2), "W[2][3]"),
        ("d s[1]", Focus("d s", 0, 0), "dL/ds[1]"),
        ("d s later[3]", Focus("d s later", 0, 2), "dL/ds.later[3]"),
        ("d W gathered[2][3]", Focus("d W gathered", 0, 1, 2), "dL/dW.gathered[2][3]"),
        ("dL/dW.here[2][3]", Focus("d W here", 0, 1, 2), "dL/dW.here[2][3]"),
    ],
)
def test_a_selection_is_read_from_old_files_and_new(written: str, focus: Focus, now: str) -> None:
    assert focus_of(Ref.selected(written)) == focus
    assert str(ref_of(focus)) == now
    again = focus_of(Ref.selected(now))
    assert (again.name, again.row, again.column) == (focus.name, focus.row, focus.column)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # s is 4, 6, 7 at t = 3, 2, 1, y twice and dL/dy four times that; through y dL/ds is 32, 48, 56
        ("dL/ds[3][1]", 136),
        ("dL/ds[1][1]", 56),
        ("dL/ds.later[2][1]", 56),
        ("dL/ds[4][1]", 136),
    ],
)
def test_a_layer_that_runs_backwards_begins_after_the_last_timestep(text: str, value: float) -> None:
    learning = Learning("sse", truncate=0, optimizer=Optimizer(rate=0.0))
    walk = Run(summing(reverse=True), Sequence(X, np.zeros((3, 1))), learning=learning).walk()
    assert Ref.about(text, walk.network, 0).value(walk, 0, 0) == value
    with pytest.raises(NoSuchNumber, match="the layer has no s at t = 0"):
        Ref.about("dL/ds[0][1]", walk.network, 0).value(walk, 0, 0)
    assert walk.at(0).layers[0].state == {}
