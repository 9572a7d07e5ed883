"""Across time on the screen: the number, what it would be without the x that matters most, bars, and the way there."""

from __future__ import annotations

import re

import numpy as np
import pytest
from frames import frame, seen
from stepping import inked, stepping
from terminal import printed

from rnn_tui import Network, Run, Sequence, load_sequence
from rnn_tui.core.across import Across, across
from rnn_tui.core.cell import Cell
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Focus, Gaze, Look, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.across import EARLY, asked
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.diagrams.across import apart, draw, signed

NUMERAL = re.compile(r"(?<![\w.₀-₉])[-+]?\d+\.\d+(?:e-?\d+)?(?![\w.])")


def walked(cells: str = "elman", path: str = "hello.txt", *edits: str) -> Walk:
    sequence = load_sequence(path)
    run = Run(Network.random(cells.split(","), sequence.input_size, [3], 0, 4 if "," in cells else None), sequence)
    return edited(run, map(Edit.parse, edits)).walk()


def looked_through(now: Frame) -> Across:
    """What is found of the number that is asked about."""
    number = asked(now)
    assert number is not None
    return across(now.walk, number)


def screen(walk: Walk, t: int, width: int = 80, height: int = 11, /, **more: object) -> list[str]:
    """The rows of the picture."""
    return printed(draw(frame(walk, t, seen(diagram="across", **more)), width, height)).split("\n")


def without(walk: Walk, k: int, t: int, row: int = 0) -> float:
    """A number of y in a run whose x at k was set to zeros by hand."""
    return float(edited(walk.run, [Edit.parse(f"x[{k}] = 0")]).walk().at(t).y[row])


def test_the_number_is_told_with_and_without_the_x_that_matters_most() -> None:
    walk = walked(path="impulse")
    y = float(walk.at(6).y[0])
    lines = screen(walk, 6)
    assert lines[0].startswith(" y₆[1] is 0.444; without x₂, which matters most, it would be 0.116 (+0.328)")
    assert (round(y, 3), round(without(walk, 2, 6), 3)) == (0.444, 0.116)
    assert lines[1] == " removed: run again with x = 0; gradient: slope times x"
    numbers = [line.split() for line in lines if line.startswith("          0 ")]
    assert [row[1] for row in numbers] == [f"{y - without(walk, 2, 6):+.4f}", "+0.2198"]
    assert numbers[0][:1] + numbers[0][2:] == ["0"] * 5  # the x of an impulse are zeros already
    assert lines[-1].split() == ["k", "1", "▲2", "3", "4", "5", "6"]


def test_every_k_has_its_number_its_label_and_the_strongest_a_mark() -> None:
    walk = walked()
    lines = screen(walk, 4, 80, 11, focus=Focus("s", 0, 2))
    assert lines[0].startswith(" s₄[3] is ")
    found = [float(walk.at(4).y[2]) - without(walk, k, 4, 2) for k in (1, 2, 3, 4)]
    shown = [line for line in lines if len(NUMERAL.findall(line)) == 4]
    assert NUMERAL.findall(shown[0]) == [f"{effect:+.4f}" for effect in found]
    strongest = int(np.argmax(np.abs(found))) + 1
    assert re.split(r"\s{2,}", lines[-1].strip())[1:] == [
        f"{'▲' if k == strongest else ''}{k} {letter}" for k, letter in enumerate("hell", 1)
    ]


@pytest.mark.parametrize(("cells", "edits"), [("dense", ()), ("elman", ("U = 0",))])
def test_of_an_ordinary_network_it_is_said_that_no_other_x_matters(cells: str, edits: tuple[str, ...]) -> None:
    lines = screen(walked(cells, "hello.txt", *edits), 4)
    assert lines[1].startswith(" nothing of it comes from any other x")
    assert [line.split()[:3] for line in lines if line.startswith("          0 ")] == [["0"] * 3] * 2
    assert not screen(walked(), 4)[1].startswith(" nothing")


def test_the_sign_is_told_by_more_than_colour() -> None:
    """Bars stand up or hang down, and numbers have a sign."""
    walk = walked("lstm")
    effects = [float(walk.at(4).y[0]) - without(walk, k, 4) for k in (1, 2, 3, 4)]
    assert np.sign(effects).tolist() == [-1, 1, 1, 1]
    assert max(effects) == effects[3]
    above, zero, below = (line[10:].ljust(48) for line in screen(walk, 4)[2:5])
    bars = [(above[x], zero[x], below[x]) for x in (0, 12, 24, 36)]
    assert bars[0][:2] == (" ", "▁")
    assert bars[0][2] in "▇█▀▔"
    assert [bar[2] for bar in bars[1:]] == [" "] * 3
    assert bars[3][:2] == ("█", "█")


@pytest.mark.parametrize("width", range(0, 200, 7))
def test_no_number_is_cut_wherever_it_stands(width: int) -> None:
    """Each one is as `signed` has it, or one of the sentence, whose three numbers close, or of the scale."""
    walk = walked("lstm", "echo2")
    found = looked_through(frame(walk, 12, {}))
    while found.advance():
        pass
    for height in (0, 3, 6, 8, 11, 14):
        lines = screen(walk, 12, width, height)
        assert all(len(line) <= width for line in lines)
        assert len(lines) <= max(height, 1)
        best = found.strongest
        assert best is not None
        three = apart(found.value, found.without[best], 2) or ()
        known = {signed(value, 2) for value in (*found.effects.values(), *found.slopes.values())} | {*three}
        for numeral in NUMERAL.findall("\n".join(line for line in lines if not line.startswith((" ≤", " ≥", " ±")))):
            assert numeral in known


@pytest.mark.parametrize(
    ("value", "other", "told"),
    [
        (0.7, 0.61, ("0.70", "0.61", "+0.09")),
        (0.704, 0.606, ("0.704", "0.606", "+0.098")),  # 0.70 less 0.61 would not be 0.10
        (-0.2, 0.3, ("-0.20", "0.30", "-0.50")),
        (0.5, 0.5004, ("0.5000", "0.5004", "-0.0004")),
        (0.5, 0.5 + 1e-9, None),
        (1e300, np.nan, None),
    ],
)
def test_two_numbers_are_told_so_that_their_difference_is_the_difference(
    value: float, other: float, told: tuple[str, ...] | None
) -> None:
    assert apart(value, other, 2) == told


def test_what_is_asked_about() -> None:
    walk = walked("elman,softmax")
    predicted = int(np.argmax(walk.at(4).y))
    assert str(asked(frame(walk, 4, {}))) == f"2:y[4][{predicted + 1}]"
    for gaze, number in (
        ({"layer": 1}, "1:y[4][1]"),
        ({"focus": Focus("x", 0, 2)}, "1:y[4][3]"),  # the x of the upper layer
        ({"layer": 1, "focus": Focus("x", 0, 2)}, "1:y[4][1]"),  # no equation makes it
        ({"layer": 1, "focus": Focus("W", None, 2, 1)}, "1:y[4][1]"),
        ({"layer": 1, "focus": Focus("s", -1, 2)}, "1:s[3][3]"),
        ({"layer": 1, "focus": Focus("z", 0, 1)}, "1:z[4][2]"),
    ):
        assert str(asked(frame(walk, 4, gaze))) == number
    assert asked(frame(walk, 0, {})) is None
    assert screen(walk, 0)[0] == f" {EARLY}"
    assert screen(walk, 4, focus=Focus("x", 0, 2))[0].startswith(" 1:y₄[3] is ")
    assert screen(walk, 1, layer=1, focus=Focus("s", -1, 2))[0].startswith(" y₁[1] is ")  # s_0 is given


def test_a_hidden_number_tells_nothing() -> None:
    """Of s_4[1], and of y_4[1], which is the same; of another unit all is told."""
    walk = walked()
    for name in ("s", "y"):
        lines = screen(walk, 4, focus=Focus(name, 0, 0), hidden=(("s", 4, 0),))
        assert lines == [f" {name}₄[1] is ?, and where it comes from must not be told yet"]
    assert len(screen(walk, 4, focus=Focus("s", 0, 1), hidden=(("s", 4, 0),))) == 11
    stepper = Stepper(Session(at=4, gaze=Gaze(diagram="across"), hidden=(("s", 4, 0),)))
    stepper.press("enter")
    assert (stepper.session.at, stepper.notice) == (4, "that must not be told yet")


def impulse() -> Stepper:
    return stepping(Session(Recipe(Source("impulse")), at=6, look=Look()))


def test_enter_goes_to_the_x_that_matters_most_and_the_bracket_comes_back() -> None:
    stepper = impulse()
    stepper.press("A")
    stepper.press("enter")
    assert stepper.session.at == 2
    assert stepper.notice == "the x here matters most to y[6][1]; ( comes back"
    stepper.press("enter")
    assert (stepper.session.at, stepper.notice) == (2, "x at t = 2 itself matters most to y[2][1]")
    stepper.press("left_parenthesis")
    assert (stepper.session.at, stepper.session.gaze.diagram) == (6, "across")
    stepper.press("A")
    assert stepper.session.gaze.diagram == "unrolled"
    stepper.press("enter")  # selects a number, as ever
    assert stepper.session.gaze.focus is not None


def test_it_follows_the_cursor_and_the_selection_and_is_kept() -> None:
    stepper = impulse()
    for key in ("enter", "down", "A"):
        stepper.press(key)
    assert str(asked(stepper.frame)) == "1:s[6][2]"
    stepper.press("l")
    stepper.press("up")
    assert str(asked(stepper.frame)) == "1:s[7][1]"
    text = session_text(stepper.session)
    assert 'diagram = "across"' in text
    assert parse_session(text).gaze == stepper.session.gaze


def test_where_nothing_matters_enter_says_so() -> None:
    stepper = stepping(Session(Recipe(edits=(Edit.parse("s[4][1] = 0.5"),)), at=4, gaze=Gaze(diagram="across")))
    stepper.press("enter")
    assert (stepper.session.at, stepper.notice) == (4, "no x matters to y[4][1]")
    lines = screen(stepper.frame.walk, 4)
    assert lines[0] == " y₄[1] is 0.50; no x matters to it"
    assert not any(sign in line for line in lines for sign in "≤≥±")


def test_a_long_run_is_worked_through_in_slices() -> None:
    """The key comes back with most of it undone; what is left is done a slice at a time, then nothing is."""
    recipe = Recipe(Source(inline=Sequence(np.ones((1000, 1)))), Blueprint(("elman",)))
    stepper = Stepper(Session(recipe, at=900))
    while stepper.work(1.0):
        pass
    assert not stepper.restless
    stepper.press("A")
    text = inked(draw(stepper.frame, 100, 11), 100)
    found = looked_through(stepper.frame)
    assert len(found.without) < 201
    assert f"{len(found.without)} of 201 run again" in text or not found.slopes
    assert stepper.restless
    slices = 0
    while not found.over:
        before, slices = len(found.without), slices + 1
        assert stepper.work(0.0)
        assert len(found.without) - before <= 1
    assert 201 <= slices < 2000
    assert len(found.without) == 201
    assert not stepper.restless
    assert "699 earlier x not looked at" in inked(draw(stepper.frame, 100, 11), 100)


def test_what_learns_says_with_which_weights() -> None:
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4, [3], 0, 4)
    walk = Run(network, sequence, learning=Learning("cross-entropy", 1, 5)).walk(4)
    assert screen(walk, 4, 120)[1].startswith(" with the weights as they were used  removed:")


def test_where_removal_cannot_be_told_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Run(Network.random(["gru:concat", "gru:concat"], 1, [3, 3], 0), Sequence(np.ones((30, 1)))).walk()
    monkeypatch.setattr("rnn_tui.core.across.WORK", 2**20)
    lines = screen(both, 9, 140)
    assert lines[0].startswith(" y₉[1] is ")
    assert lines[1].startswith(" both directions would have to be gone through whole")
    monkeypatch.undo()
    assert "run again with the row it chooses = 0" in screen(walked("embedding,elman,softmax"), 4, 100)[1]
    cell = Cell.parse('equations = "y[t] = tanh(row(E, x[t]))"\n[parameters]\nE = ["I", "O"]\n')
    more = Run(Network([Layer(cell, {"E": np.eye(4)})]), load_sequence("hello.txt")).walk()
    lines = screen(more, 2, 140)
    assert lines[0].startswith(" y₂[e] is 0.76; x₂ e matters most, by gradient +0.4200")  # tanh 1, 1 - tanh(1)^2
    assert lines[1].startswith(" by gradient alone: x chooses a row of a table in a layer that does more")
    assert not any(line.startswith(" removed ") for line in lines)


def test_of_two_runs_side_by_side_both_are_worked_through() -> None:
    """On a broad screen each has its picture; enter selects a number there, as ever."""
    recipe = Recipe(Source(inline=Sequence(np.ones((300, 1)))), Blueprint(("elman",)))
    beside = Recipe(recipe.source, Blueprint(("gru",)))
    stepper = stepping(Session(recipe, at=250, gaze=Gaze(diagram="across"), beside=beside))
    pair = stepper.frame.pair
    assert pair is not None
    assert [looked_through(each).over for each in (stepper.frame, pair)] == [True, True]
    assert len(looked_through(pair).without) == 201
    stepper.press("enter")
    assert (stepper.session.at, stepper.session.gaze.focus is None) == (250, False)


def test_it_is_said_that_generated_x_stay_as_they_are() -> None:
    """`generate` goes on past 5 letters: of the y of t = 5 no generated x is looked at, of that of t = 7 two are."""
    walk = walked("elman,softmax", "hello.txt", "generate 3")
    said = "what y said (») stays as x"
    assert [any(said in line for line in screen(walk, t, 120)) for t in (5, 7)] == [False, True]
