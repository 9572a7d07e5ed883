"""What must not be shown yet: the page is the same whatever the hidden number is, in every part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from frames import Seen
from stepping import inked, stepping

from rnn_tui.core.cell import Cell
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.run import Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.step import Step
from rnn_tui.session.diagrams import DIAGRAMS
from rnn_tui.session.model import Focus, Gaze, Lesson, Look, Session, Stop
from rnn_tui.session.question import Question
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.lesson_text import filled, told
from rnn_tui.stepper.lessons import told_of
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import PARTS, Page, part
from rnn_tui.views.page.timeline import timeline

HIDDEN = ("s", 4, 0)
ONE, OTHER = 0.8765432109, -0.1234567891
TEXT = "{s[4][1]} {y[4][1]} {1:s[4][1]} {s[t][1]} {s[t-1][1]} {s[3][1]}"
NETWORKS = {"elman": ("elman", "softmax"), "lstm": ("lstm", "dense")}
STATELESS = [f"picture-{number}" for number in range(1, 7)]
"""They compute their y anew of x; of an x that was planted that is another y, which is not hidden."""
ZOOMS: list[Seen] = [
    {},
    {"maps": True},
    {"trace": "s[1]"},
    *({"diagram": name} for name in DIAGRAMS),
    *({"zoom": "operation", "operation": number} for number in range(7)),
    *({"zoom": "number", "focus": Focus(name, 0, row)} for name in ("s", "y", "z") for row in (0, 1)),
    {"zoom": "number", "focus": Focus("s", -1, 0)},
    *({"zoom": "memory", "focus": Focus(name, 0, row)} for name in ("c", "s") for row in (0, 1)),
    {"zoom": "number", "focus": Focus("x", 0, 0)},
    *({"alone": True, "focus": Focus("s", offset, row)} for offset in (0, -1) for row in (0, 1)),
    *({"alone": True, "focus": Focus(name, 0, 0)} for name in ("x", "y", "z")),
]


def planted(monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    """From now on the hidden number of layer 1 is this one, wherever a step has it: s, y where that is s, the state
    that the next timestep reads, and the x of layer 2."""
    step = Walk._step

    def changed(array: np.ndarray) -> np.ndarray:
        other = array.copy()
        other[HIDDEN[2]] = value
        return other

    def other_step(walk: Walk, index: int, t: int, below: tuple[Step, ...]) -> Step:
        made = step(walk, index, t, below)
        if (index, t) == (1, HIDDEN[1]):
            return replace(made, inputs={"x": changed(made.inputs["x"])})
        if (index, t) == (0, HIDDEN[1] + 1):
            return replace(made, state_prev={**made.state_prev, "s": changed(made.state_prev["s"])})
        if (index, t) != (0, HIDDEN[1]):
            return made
        values = {**made.values, "s": changed(made.values["s"]), "y": changed(made.y)}
        return replace(made, values=values, y=values["y"], state={**made.state, "s": values["s"]})

    monkeypatch.setattr(Walk, "_step", other_step)


def page(frame: Frame, width: int, height: int) -> Iterator[str]:
    """All parts of a page, with their colours."""
    stop = Stop("one", TEXT, Session())
    whole = Page(frame, told=told(stop, 1, 1, frame))
    for name, region in sorted(arrange(frame, width, height, Lesson((stop,))).items()):
        yield f"{name}: {inked(part(name, whole, region.width, region.height), region.width)}"


def pages(walk: Walk, layer: int, gaze: Gaze) -> list[str]:
    """The page at the timestep of the hidden number, and at the one that reads it: small in ASCII, and large."""
    found: list[str] = []
    for t, look, size in ((4, Look(ascii=True), (80, 24)), (4, Look(digits=4), (130, 48)), (5, Look(), (200, 60))):
        found += page(Frame(walk, t, replace(gaze, layer=layer), look, (HIDDEN,)), *size)
    return found


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("cells", NETWORKS)
def test_no_part_of_the_page_depends_on_a_hidden_number(
    cells: str, layer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(Source(), Blueprint(NETWORKS[cells]))
    names = recipe.build().network.layers[layer - 1].cell
    known = {*names.shapes, *names.inputs}
    walks = {value: recipe.build().walk() for value in (ONE, OTHER)}
    for zoom in ZOOMS:
        focus = zoom.get("focus")
        if focus is not None and (focus.name not in known or (focus.offset and focus.name not in names.states)):
            continue
        if layer == 2 and zoom.get("diagram") in STATELESS:
            continue
        drawn = []
        for value, walk in walks.items():
            with monkeypatch.context() as patch:
                planted(patch, value)
                drawn.append(pages(walk, layer, Gaze(**zoom)))
        assert drawn[0] == drawn[1], zoom


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("loss", ["cross-entropy", "sse"])
def test_neither_does_the_way_back(loss: str, layer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe(Source(), Blueprint(NETWORKS["elman"]), Learning(loss, 0, 1))
    states = ("s", "s here", "s later", "W here", "W gathered", "U here", "b here") if layer == 1 else ("W here",)
    for name in ("y", *states):
        for alone in (False, True):
            zoom = "step" if alone else "number"
            gaze = Gaze(back=True, zoom=zoom, focus=Focus(f"d {name}", 0), alone=alone)
            drawn = []
            for value in (ONE, OTHER):
                with monkeypatch.context() as patch:
                    planted(patch, value)
                    drawn.append(pages(recipe.build().walk(), layer, gaze))
            assert drawn[0] == drawn[1], name


def test_the_test_sees_a_number_that_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    for value in (ONE, OTHER):
        with monkeypatch.context() as patch:
            planted(patch, value)
            frame = Frame(Session(Recipe(Source(), Blueprint(("elman", "softmax")))).recipe.build().walk(), 4, Gaze(1))
            drawn.append(list(page(frame, 200, 60)))
    differ = {one.partition(":")[0] for one, other in zip(*drawn, strict=True) if one != other}
    assert differ == {"diagram", "other", "formula", "history", "ledger", "lesson"}


def test_every_part_of_the_page_is_among_those_tested() -> None:
    walk = Recipe(Source(), Blueprint(("elman", "softmax")), Learning("", 1, 4)).build().walk()
    looks = (Gaze(1), Gaze(1, maps=True), Gaze(1, zoom="operation"), Gaze(1, alone=True, focus=Focus("s", 0)))
    sizes = ((130, 48), (200, 60))
    lesson = Lesson((Stop("one", TEXT, Session()),))
    names = {name for gaze in looks for size in sizes for name in arrange(Frame(walk, 4, gaze), *size, lesson)}
    several = Recipe(Source(), Blueprint(NETWORKS["lstm"])).build().walk()
    names |= set(arrange(Frame(several, 4, Gaze(1)), 130, 48, lesson))
    names |= {name for size in ((80, 24), (200, 50)) for name in arrange(paired().frame, *size)}
    assert names | {"gates"} == set(PARTS)


def paired() -> Here:
    """Two runs side by side, of which a number is hidden."""
    own = Recipe(Source(), Blueprint(("lstm",)))
    other = replace(own, blueprint=replace(own.blueprint, seed=3))
    return Here(Session(own, at=4, hidden=(HIDDEN,), beside=other))


def test_a_number_is_hidden_in_both_of_two_runs() -> None:
    parts = [each for each in page(paired().frame, 120, 36) if not each.startswith("lesson")]
    assert {each.partition(":")[0]: each.count("?") for each in parts if "?" in each} == {"gates": 2, "pair_gates": 2}


def test_a_question_of_a_gradient_hides_it_on_the_way_back() -> None:
    recipe = Recipe(Source(), Blueprint(("elman", "softmax")), Learning("", 0, 1))
    question = Question("?", "sign", of="dL/ds[3][1]")
    own = Session(recipe, at=3, gaze=Gaze(1, back=True))
    stepper = stepping(replace(own, lesson=Lesson((Stop("one", "{dL/ds[3][1]}", own, question),))))
    told = told_of(stepper.here)
    assert told is not None
    assert told.text == "?"
    lines = [line for each in page(stepper.frame, 80, 24) if each.startswith("formula") for line in each.split("\n")]
    assert sum(line.count("?") for line in lines) == 1


def test_a_timeline_leaves_out_what_it_would_tell() -> None:
    same = Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})])
    walk = Session.of(same, Sequence([[0.25], [0.875], [0.5]])).recipe.build().walk()
    walk.at(3)
    whole, hiding = (
        "\n".join("".join(s.text for s in line) for line in timeline(Frame(walk, 3, hidden=secret), 60, 4).lines())
        for secret in ((), (("y", 2, 0),))
    )
    assert "0.88" in whole
    assert "0.88" not in hiding
    assert "0.50" in hiding


def test_a_text_has_a_question_mark_in_the_place_of_what_is_asked_for() -> None:
    walk = Session().recipe.build().walk()
    plain, hiding = (filled(TEXT, Frame(walk, 5, hidden=secret))[0].split() for secret in ((), (HIDDEN,)))
    assert hiding[:3] == ["?", "?", "?"]
    assert hiding[4] == "?"
    assert (hiding[3], hiding[5]) == (plain[3], plain[5])
    assert "?" not in plain


def test_a_claim_is_hidden_as_well() -> None:
    walk = Session().recipe.build().walk()
    claim = f"{{s[4][1] = {walk.at(4).s[0]:.2f}}}"
    assert filled(claim, Frame(walk, 4, hidden=(HIDDEN,))) == ("?", [])
    assert filled(claim, Frame(walk, 4))[0] == f"{walk.at(4).s[0]:.2f}"


def test_a_copy_of_the_timestep_before_is_hidden_as_well() -> None:
    cell = Cell.parse("""
equations = '''
s[t] = tanh(W @ x[t] + s[t-1])
y[t] = s[t-1]
'''
[parameters]
W = ["H", "I"]
[state]
s = ["H"]
""")
    run = Session.of(Network([Layer(cell, {"W": [[1.0]]})]), Sequence([[0.1]] * 5)).recipe.build()
    frame = Frame(run.walk(), 5, hidden=(("s", 3, 0),))
    assert [t for t in range(1, 6) if frame.secret("y", t, 0)] == [4]
    assert [t for t in range(1, 6) if frame.secret("s", t, 0)] == [3]
