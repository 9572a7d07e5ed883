"""What if: numbers typed over, nudged and taken back, parts of the run left out, and all of it to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edited_runs import every_bit
from hypothesis import given, settings
from hypothesis import strategies as st
from stepping import LEARNING, PLAIN, drawn, network, stepping

from rnn_tui.core.equations import Apply
from rnn_tui.core.errors import InputError
from rnn_tui.core.run import Run
from rnn_tui.session.file import parse_session, read_session, session_text, write_session
from rnn_tui.session.model import BEFORE, DIFFERENCE, NOW, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper

NAMES = {"elman": ("W", "U", "b"), "lstm": ("W_i", "U_f", "b_o"), "gru": ("W_z", "U_n", "b_r"), "softmax": ("W", "b")}


def texts(stepper: Stepper) -> list[str]:
    """The edits that are there."""
    return [edit.text for edit in stepper.session.recipe.edits]


def at(begun: Session, t: int = 3, focus: str = "") -> Stepper:
    """Somebody at a timestep, with a number selected: its table, offset or ., row and column."""
    stepper = stepping(begun)
    stepper.do("t", str(t))
    if focus:
        stepper.do("focus", focus)
    return stepper


def anew(stepper: Stepper) -> Run:
    """What runs, built again from the recipe alone."""
    return stepper.session.recipe.build()


def compared(stepper: Stepper) -> Run:
    """The run that it is compared with."""
    run = stepper.here.other_run
    assert run is not None
    return run


def function(stepper: Stepper) -> str:
    """What the first equation applies last."""
    applied = stepper.frame.cell.equations[0].expression
    assert isinstance(applied, Apply)
    return applied.operation.name


def bits_of(run: Run) -> list[list[bytes]]:
    """Every number of every epoch, and what each began with."""
    found = []
    for epoch in range(1, run.last_epoch + 1):
        walk = run.walk(epoch)
        found.append([b"".join(a.tobytes() for s in walk.at(0).layers for a in s.parameters.values())])
        for t in range(1, walk.last + 1):
            layers = walk.at(t).layers
            parts = (part for s in layers for part in (s.inputs, s.state_prev, s.values, s.parameters))
            found[-1].append(b"".join(array.tobytes() for part in parts for array in part.values()))
    return found


def one_edit(draw: st.DataObject, stepper: Stepper) -> tuple[str, str]:
    """Something that changes the run: a command with its argument."""
    count, layers = len(stepper.here.run), stepper.here.run.network.layers
    layer = draw.draw(st.sampled_from([k for k, each in enumerate(layers, 1) if each.parameters]))
    prefix = f"{layer}:" if len(layers) > 1 else ""
    name = draw.draw(st.sampled_from(list(layers[layer - 1].cell.parameters)))
    t, value = draw.draw(st.integers(1, count)), draw.draw(st.floats(-3, 3))
    written = [f"x[{t}][1] = {value}", f"{prefix}{name} *= {value}", f"{prefix}{name}[1] = {value}", "reverse"]
    written += [f"repeat {t}", "shuffle 3", f"reset {t}"]
    if layers[layer - 1].cell.states:
        written.append(f"{prefix}s[0] = {value}")
    keys = ["larger", "smaller", "cut", "reset_state", "repeat", "backwards", "shuffle", "without", "drop", "open_gate"]
    choices = [("edits", text) for text in written] + [(key, "") for key in keys] + [("change", str(value))]
    return draw.draw(st.sampled_from(choices))


@given(data=st.data(), name=st.sampled_from(list(PLAIN)), count=st.integers(1, 20))
@settings(max_examples=20)
def test_after_twenty_edits_and_twenty_undos_every_number_is_the_original(
    data: st.DataObject, name: str, count: int
) -> None:
    stepper = at(PLAIN[name], 2, "x 0 0 0")
    first, screen, numbers = stepper.session, drawn(stepper), bits_of(anew(stepper))
    for _ in range(count):
        with suppress(InputError):
            stepper.do(*one_edit(data, stepper))
    made = len(stepper.session.before)
    assert bits_of(stepper.here.run) == bits_of(anew(stepper))
    for _ in range(made):
        stepper.do("undo")
    assert stepper.session.recipe == first.recipe
    assert bits_of(stepper.here.run) == bits_of(anew(stepper)) == numbers
    assert stepper.do("undo").say == "there is no change to take back"
    stepper.session = replace(stepper.session, at=2, epoch=1, gaze=first.gaze)
    assert drawn(stepper) == screen


def twenty(run: Run) -> list[str]:
    """Twenty edits, of x, of every parameter in turn, and of the order of the timesteps."""
    layers, width = run.network.layers, run.sequence.input_size
    names = [
        f"{k}:{name}" if len(layers) > 1 else name for k, la in enumerate(layers, 1) for name in la.cell.parameters
    ]
    found = []
    for k in range(9):
        found += [f"x[{1 + k % 5}][{1 + k % width}] += {k + 1}", f"{names[k % len(names)]} *= 1.{k + 1}"]
    return [*found, "repeat 2", "reverse"]


@pytest.mark.parametrize("name", list(PLAIN))
def test_twenty_edits_taken_back_and_made_again(name: str) -> None:
    stepper = at(PLAIN[name], 2)
    numbers, edits = bits_of(anew(stepper)), twenty(stepper.here.run)
    for text in edits:
        stepper.do("edits", text)
    changed = bits_of(stepper.here.run)
    for _ in edits:
        stepper.do("undo")
    assert (texts(stepper), stepper.session.before, len(stepper.session.after)) == ([], (), 20)
    assert bits_of(stepper.here.run) == bits_of(anew(stepper)) == numbers
    for _ in edits:
        stepper.do("redo")
    assert texts(stepper) == edits
    assert bits_of(stepper.here.run) == bits_of(anew(stepper)) == changed
    assert changed != numbers


# keys


def value(stepper: Stepper, name: str, t: int, layer: int = 0) -> Any:
    """A quantity of the run at t."""
    step = stepper.here.walk.at(t).layers[layer]
    found = {**step.inputs, **step.parameters, **step.values, **step.state}[name]
    return np.asarray(found).tolist()


@pytest.mark.parametrize(
    ("focus", "typed", "text"),
    [
        ("x 0 0 0", "0.5", "x[3][1] = 0.5"),
        ("x 0 2 0", "*2", "x[3][3] = 2"),
        ("x 0 2 0", "/4", "x[3][3] = 0.25"),
        ("x 0 2 0", "+=0.5", "x[3][3] = 1.5"),
        ("x 0 2 0", "-= 0.1", "x[3][3] = 0.9"),
        ("x 0 2 0", "all=0", "x[3] = 0"),
        ("x 0 2 0", '"o"', 'x[3] = "o"'),
        ("x 0 2 0", "always = 1", "x[*][3] = 1"),
        ("W . 1 2", "= 0", "W[2][3] = 0"),
        ("W . 1 2", "row=0", "W[2] = 0"),
        ("W . 1 2", "row*=2", "W[2] *= 2"),
        ("W . 1 2", "column = [1, 2, 3]", "W[*][3] = [1, 2, 3]"),
        ("U . 1 2", "all=identity*0.9", "U = identity * 0.9"),
        ("U . 1 2", "all *= -1", "U *= -1"),
        ("s 0 1 0", "0", "s[3][2] = 0"),
        ("s -1 1 0", "0", "s[2][2] = 0"),
        ("s 0 1 0", "always=0", "s[*][2] = 0"),
        ("s 0 1 0", "all=[1, 2, 3]", "s[3] = [1, 2, 3]"),
        ("y 0 1 0", "1", "y[3][2] = 1"),
    ],
)
def test_what_is_typed_over_a_number(focus: str, typed: str, text: str) -> None:
    stepper = at(Session(), 3, focus)
    assert stepper.do("change", typed).say.startswith(text)
    assert texts(stepper) == [text]
    before = [value(stepper, focus.split()[0], 3)]
    assert bits_of(stepper.here.run) == bits_of(anew(stepper))
    assert before == [value(stepper, focus.split()[0], 3)]


def test_what_is_typed_counts_from_the_number_that_is_there() -> None:
    stepper = at(Session(), 3, "W . 1 2")
    was = value(stepper, "W", 3)[1][2]
    stepper.do("change", "*=2")
    assert value(stepper, "W", 3)[1][2] == pytest.approx(2 * was, rel=1e-11)
    stepper.do("change", "-=1")
    assert value(stepper, "W", 3)[1][2] == pytest.approx(2 * was - 1, abs=1e-11)
    assert len(texts(stepper)) == 1


def test_at_t_0_the_state_that_it_begins_with_is_changed() -> None:
    stepper = at(Session(), 0, "s 0 1 0")
    stepper.do("change", "0.5")
    assert texts(stepper) == ["s[0][2] = 0.5"]
    assert value(stepper, "s", 0) == [0, 0.5, 0]
    assert stepper.here.walk.at(1).state_prev["s"].tolist() == [0, 0.5, 0]


WRITE = "write a number, [0.1, 0.2], identity * 0.9, or a label in quotes"
LARGEST = "1.8e308 is the largest"
INFINITE = "an infinite number or NaN is refused; --allow-nonfinite lets it in"


@pytest.mark.parametrize(
    ("begun", "t", "focus", "typed", "said"),
    [
        ("elman", 3, "", "1", "select the number first: enter"),
        ("elman", 3, "x 0 0 0", "two", f"'x = two': 'two' is no number; {WRITE}"),
        ("elman", 3, "x 0 0 0", "row", f"'x = row': 'row' is no number; {WRITE}"),
        ("elman", 3, "x 0 0 0", "row 5", "row 5: says no number; write row=0"),
        ("elman", 3, "x 0 0 0", "row=0", "row=0: x has one column; write =0 for the number, all=0 for all"),
        ("elman", 3, "W . 0 0", "always=0", "always=0: W is the same at every t already; write =0"),
        ("elman", 3, "x 0 0 0", "/0", "'x /= 0': divides by 0; write = 0 to set it to 0"),
        ("elman", 0, "x 0 0 0", "1", "there is no x at t = 0; step on first"),
        ("elman", 0, "s 0 0 0", "=x", f"'s = x': 'x' is no number; {WRITE}"),
        ("elman", 3, "W . 0 0", "inf", f"W[1][1] = inf: {INFINITE}"),
        (
            "elman",
            3,
            "W . 0 0",
            "= 1e400",
            "'W = 1e400': 1e400 is larger than any number there is; 1.8e308 is the largest",
        ),
        ("elman", 3, "x 0 1 0", "= 1e308 *= 3", f"'x = 1e308 *= 3': '1e308 *= 3' is no number; {WRITE}"),
        ("stack", 3, "z_r 0 0 0", "1", "z_r is the sum inside r; change r, or what is added up"),
    ],
)
def test_what_cannot_be_typed(begun: str, t: int, focus: str, typed: str, said: str) -> None:
    stepper = at(PLAIN[begun], t, focus)
    before = stepper.session
    with pytest.raises(InputError) as caught:
        stepper.do("change", typed)
    assert str(caught.value) == said
    assert stepper.session == before


def test_a_number_and_then_the_next_one() -> None:
    stepper = at(Session(), 3, "x 0 0 0")
    for k in range(3):
        stepper.do("change_next", str(k + 5))
        assert stepper.asked is not None
        assert stepper.asked.command == "change"
    stepper.do("change_next", "8")
    assert stepper.asked is None
    assert texts(stepper) == ["x[3][1] = 5", "x[3][2] = 6", "x[3][3] = 7", "x[3][4] = 8"]
    stepper = at(Session(), 3, "W . 0 2")
    for k in range(4):
        stepper.do("change_next", str(k))
    assert texts(stepper) == ["W[1][3] = 0", "W[1][4] = 1", "W[2][1] = 2", "W[2][2] = 3"]


def test_nudges() -> None:
    stepper = at(Session(), 3, "x 0 0 0")
    for _ in range(10):
        stepper.do("larger")
    assert texts(stepper) == ["x[3][1] = 1"]
    for _ in range(7):
        stepper.do("smaller")
    assert texts(stepper) == ["x[3][1] = 0.3"]
    assert len(stepper.session.before) == 17
    stepper.do("undo")
    assert value(stepper, "x", 3)[0] == 0.4


def test_a_new_change_is_made_in_place_of_those_taken_back() -> None:
    stepper = at(Session(), 3)
    for text in ("x[1] = 0", "x[2] = 0", "x[3] = 0"):
        stepper.do("edits", text)
    stepper.do("undo")
    stepper.do("undo")
    stepper.do("edits", "b = 1")
    assert texts(stepper) == ["x[1] = 0", "b = 1"]
    assert stepper.do("redo").say == "there is no change to make again"


def test_a_wrong_edit_changes_nothing() -> None:
    stepper = at(Session(), 3)
    stepper.do("edits", "x[1] = 0")
    before = stepper.session
    for text in ("x[9] = 0", "V = 0", "x[1] =", "x[1] = nan", "reset 6"):
        with pytest.raises(InputError):
            stepper.do("edits", text)
        assert stepper.session == before


def test_edits_are_switched_shared_and_removed() -> None:
    stepper = at(Session(), 3)
    base = every_bit(stepper.here.run)
    for text in ("x[1] = 0", "b = 1"):
        stepper.do("edits", text)
    both = every_bit(stepper.here.run)
    stepper.do("switch_edit", "0")
    assert every_bit(stepper.here.run) != both
    assert every_bit(compared(stepper)) == base
    stepper.do("switch_edit", "0")
    assert every_bit(stepper.here.run) == both
    stepper.do("share_edit", "1")
    alone = replace(stepper.session.recipe, edits=stepper.session.recipe.edits[1:])
    assert every_bit(stepper.here.run) == both
    assert every_bit(compared(stepper)) == every_bit(alone.build())
    stepper.do("share_edit", "0")
    assert stepper.here.other_run is None
    stepper.do("remove_edit", "1")
    stepper.do("remove_edit", "0")
    assert every_bit(stepper.here.run) == base
    with pytest.raises(InputError, match=r"^there is no edit$"):
        stepper.do("remove_edit", "0")
    for _ in range(8):
        stepper.do("undo")
    assert stepper.session.before == ()
    assert every_bit(stepper.here.run) == base


def test_an_edit_that_the_other_run_cannot_have_is_not_shared() -> None:
    """t = 6 is there only because a sample comes twice."""
    stepper = at(Session(), 3)
    stepper.do("edits", "repeat 2")
    stepper.do("edits", "s[6] = 0")
    before = stepper.session
    with pytest.raises(InputError, match=r"^s\[6\] = 0: there is no t = 6; the sequence has 1 to 5$"):
        stepper.do("share_edit", "1")
    assert stepper.session == before
    text = session_text(before).replace('"s[6] = 0"', '{ set = "s[6] = 0", both = true }')
    with pytest.raises(InputError, match=r"there is no t = 6"):
        parse_session(text)


def test_what_is_not_there_any_more_is_let_go() -> None:
    stepper = at(Session(), 3)
    stepper.do("edits", "repeat 2")
    stepper.do("t", "6")
    stepper.do("mark", "a")
    stepper.do("t", "4")
    stepper.do("mark", "b")
    stepper.do("t", "6")
    stepper.do("undo")
    assert (stepper.session.at, stepper.session.marks) == (5, (("b", 4),))
    assert parse_session(session_text(stepper.session)).at == 5
    stepper.do("jump_back")
    assert stepper.session.at <= 5


def test_opening_learning_and_other_equations_can_be_taken_back_as_well() -> None:
    stepper = at(Session(), 3)
    first = stepper.session.recipe
    stepper.do("edits", "x[1] = 0")
    stepper.do("learn")
    stepper.do("layer", "2")
    stepper.do("focus", "W . 3 0")
    stepper.do("t", "4")
    stepper.do("undo")
    assert (stepper.session.gaze.layer, stepper.session.gaze.focus) == (1, None)
    assert (texts(stepper), stepper.session.recipe.learning, stepper.session.at) == (["x[1] = 0"], None, 4)
    assert stepper.frame.index == 0
    stepper.do("open", "echo2")
    assert stepper.here.run.sequence.input_size == 1
    stepper.do("undo")
    stepper.do("edit", stepper.frame.cell.text.replace("tanh(", "sigmoid("))
    stepper.do("select")
    assert function(stepper) == "sigmoid"
    stepper.do("undo")
    assert function(stepper) == "tanh"
    stepper.do("undo")
    assert stepper.session.recipe == first
    assert bits_of(stepper.here.run) == bits_of(first.build())


def test_tables_show_this_run_the_one_before_and_the_difference() -> None:
    stepper = at(Session(), 3)
    assert stepper.do("versus").session.gaze.versus == NOW
    was = stepper.frame.step.state["s"]
    stepper.do("edits", "x[2] = 0")
    now = stepper.frame.step.state["s"]
    stepper.do("versus")
    assert (stepper.session.gaze.versus, stepper.frame.step.state["s"].tobytes()) == (BEFORE, was.tobytes())
    stepper.do("versus")
    assert (stepper.session.gaze.versus, stepper.frame.step.state["s"].tobytes()) == (DIFFERENCE, (now - was).tobytes())
    stepper.do("versus")
    assert (stepper.session.gaze.versus, stepper.frame.step.state["s"].tobytes()) == (NOW, now.tobytes())
    stepper.do("versus")
    stepper.do("undo")
    assert (stepper.session.gaze.versus, stepper.frame.step.state["s"].tobytes()) == (NOW, was.tobytes())


# what is taken away


def test_the_recurrence_cut() -> None:
    """Item 1 of the issue: with x of t = 1 gone and the recurrence cut in both, all differ at t = 1 alone."""
    stepper = at(Session(), 1)
    stepper.do("without")
    assert texts(stepper) == ["x[1] = 0"]
    stepper.do("cut")
    assert [(edit.text, edit.both) for edit in stepper.session.recipe.edits] == [("x[1] = 0", False), ("U = 0", True)]
    now, before = stepper.here.run.walk(), compared(stepper).walk()
    gaps = [np.abs(now.at(t).y - before.at(t).y).max() for t in range(1, 6)]
    assert gaps[0] > 0
    assert gaps[1:] == [0, 0, 0, 0]
    stepper.do("cut")
    assert [(edit.text, edit.both) for edit in stepper.session.recipe.edits] == [("x[1] = 0", False), ("U = 0", False)]
    stepper.do("cut")
    assert texts(stepper) == ["x[1] = 0"]


@pytest.mark.parametrize(
    ("cells", "edits"),
    [
        (("elman",), ["U = 0"]),
        (("elman", "softmax"), ["1:U = 0"]),
        (("elman", "elman"), ["1:U = 0", "2:U = 0"]),
        (("jordan",), ["U = 0"]),
        (("lstm",), ["reset *"]),
        (("elman", "gru"), ["reset *"]),
        (("elman:concat",), ["1:U = 0", "2:U = 0"]),
    ],
)
def test_what_cuts_a_recurrence(cells: tuple[str, ...], edits: list[str]) -> None:
    """Then every sample makes what it would make alone."""
    hidden = tuple(2 + k for k in range(len([cell for cell in cells if cell != "softmax"])))
    stepper = at(network(*cells, hidden=hidden), 3)
    stepper.do("cut")
    assert texts(stepper) == edits
    whole = stepper.here.run
    for t in range(1, 6):
        alone = Run(whole.network, whole.sequence.ordered(np.array([t - 1])), whole.initial_state)
        np.testing.assert_allclose(whole.walk().at(t).y, alone.walk().at(1).y, rtol=1e-13, atol=1e-15)
    stepper.do("cut")
    assert texts(stepper) == []


def test_without_a_state_there_is_nothing_to_cut() -> None:
    stepper = at(network("dense"), 3)
    for name in ("cut", "reset_state"):
        before = stepper.session
        assert stepper.do(name).say.startswith("no layer keeps a state")
        assert stepper.session == before


@pytest.mark.parametrize(("focus", "held"), [("", "i"), ("f 0 1 0", "f[*][2]")])
def test_gates_held_open_or_shut(focus: str, held: str) -> None:
    stepper = at(network("lstm"), 3, focus)
    for key, number in (("open_gate", 1), ("shut_gate", 0)):
        stepper.do(key)
        assert texts(stepper) == [f"{held} = {number}"]
        assert float(number) in value(stepper, held[0], 2)
        stepper.do(key)
        assert texts(stepper) == []


@pytest.mark.parametrize(
    ("begun", "focus", "said"),
    [
        (Session(), "", "s is no gate; elman has none"),
        (network("lstm"), "g 0 0 0", "g is no gate; select one of i, f, o"),
    ],
)
def test_what_is_no_gate(begun: Session, focus: str, said: str) -> None:
    stepper = at(begun, 3, focus)
    with pytest.raises(InputError) as caught:
        stepper.do("open_gate")
    assert str(caught.value) == said


def test_a_unit_dropped() -> None:
    stepper = at(Session(), 3, "W . 1 0")
    stepper.do("drop")
    assert texts(stepper) == ["s[*][2] = 0"]
    assert [value(stepper, "s", t)[1] for t in range(1, 6)] == [0] * 5
    assert min(abs(value(stepper, "s", t)[0]) for t in range(1, 6)) > 0
    stepper.do("drop")
    assert texts(stepper) == []


def test_the_state_begun_afresh_and_samples_doubled_turned_and_mixed() -> None:
    stepper = at(Session(), 3)
    for name, edit in (("reset_state", "reset 3"), ("backwards", "reverse"), ("without", "x[3] = 0")):
        stepper.do(name)
        assert texts(stepper) == [edit]
        stepper.do(name)
        assert texts(stepper) == []
    stepper.do("repeat")
    assert (texts(stepper), len(stepper.here.run)) == (["repeat 3"], 6)
    stepper.do("repeat")
    assert (texts(stepper), len(stepper.here.run)) == (["repeat 3", "repeat 3"], 7)
    stepper.do("undo")
    stepper.do("undo")
    for number in (1, 2, 3):
        stepper.do("shuffle")
        assert texts(stepper) == [f"shuffle {number}"]
    stepper.do("t", "0")
    for name in ("reset_state", "repeat", "without"):
        before = stepper.session
        stepper.do(name)
        assert stepper.session == before


def test_a_stored_state_beside_one_begun_afresh() -> None:
    """How far the state is from the one of a run that had begun two timesteps before: the difference says it."""
    stepper = at(Session(), 3)
    stored = value(stepper, "s", 4)
    stepper.do("reset_state")
    stepper.do("t", "4")
    part = stepper.here.run.sequence.ordered(np.array([2, 3]))
    wanted = Run(stepper.here.run.network, part).walk().at(2).state["s"]
    np.testing.assert_allclose(value(stepper, "s", 4), wanted, rtol=1e-13)
    stepper.session = replace(stepper.session, gaze=replace(stepper.session.gaze, versus=DIFFERENCE))
    np.testing.assert_allclose(stepper.frame.step.state["s"], wanted - stored, rtol=1e-12, atol=1e-15)


# files


def besides() -> Iterator[Recipe]:
    """Runs to look at beside."""
    yield Recipe(Source(), Blueprint(("gru",), (2,)))
    yield Recipe(Source(), Blueprint(("elman",), (3,), 7))
    yield Recipe(Source("echo2"), Blueprint(("elman",), (3,)))
    yield LEARNING.recipe
    yield Recipe(Source(), Blueprint(("elman",), (3,), rounded="int8"))


@pytest.mark.parametrize("beside", [None, *besides()])
@pytest.mark.parametrize("versus", [NOW, BEFORE, DIFFERENCE])
def test_saved_and_opened_again_it_is_the_same(beside: Recipe | None, versus: str, tmp_path: Path) -> None:
    stepper = at(replace(Session(), beside=beside), 4)
    for text in ('x[2] = "o"', "U[1] *= 1.5", "s[3][1] = 0.1", "reset 4", "W[2][3] = 0.3"):
        stepper.do("edits", text)
    stepper.do("share_edit", "1")
    stepper.do("switch_edit", "2")
    stepper.session = replace(stepper.session, gaze=replace(stepper.session.gaze, versus=versus), before=())
    path = tmp_path / "s.toml"
    write_session(stepper.session, path)
    again = stepping(read_session(path))
    assert again.session.recipe.edits == stepper.session.recipe.edits
    assert (again.session.beside is None) == (beside is None)
    assert again.session.gaze == stepper.session.gaze
    assert drawn(again) == drawn(stepper)
    assert every_bit(again.here.run) == every_bit(stepper.here.run)
    assert bits_of(compared(again)) == bits_of(compared(stepper))
    assert session_text(read_session(path)) == session_text(stepper.session)
