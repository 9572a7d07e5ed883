"""Following a number: enter goes from what is looked at to what it was made of, over timesteps and layers, and back.

The network is small enough to be worked by hand: s1 = x + 2 s2', s2 = 3 s1' (' being the timestep before), and above it
y = s1 - s2. Over x = 1, 1, 1, 1 that gives s = (1, 0), (1, 3), (7, 3), (7, 21) and y = 1, -2, 4, -14.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from stepping import network, stepping

from rnn_tui.core.cell import Cell
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.session.model import Focus, Gaze, Session
from rnn_tui.stepper.commands import hints
from rnn_tui.stepper.stepper import Stepper

LINEAR = Cell.parse(
    'equations = """\ns[t] = W @ x[t] + U @ s[t-1]\ny[t] = s[t]\n"""\n'
    '[parameters]\nW = ["H", "I"]\nU = ["H", "H"]\n[state]\ns = ["H"]\n',
    "linear",
)
W, U, ABOVE = [[1.0], [0.0]], [[0.0, 2.0], [3.0, 0.0]], [[1.0, -1.0]]
STACK = Network([Layer(LINEAR, {"W": W, "U": U}), Layer("dense", {"W": ABOVE, "b": [0.0]})])
ONES = Sequence(np.ones((4, 1)), targets=np.array([[np.nan], [np.nan], [np.nan], [1.0]]))


def worked(at: int, **gaze: Any) -> Session:
    return replace(Session.of(STACK, ONES), at=at, gaze=Gaze(**gaze))


def learning(at: int, name: str, row: int) -> Stepper:
    begun = worked(at, layer=1, back=True, zoom="number", focus=Focus(name, 0, row))
    return stepping(replace(begun, recipe=replace(begun.recipe, learning=Learning("sse", 0))))


def place(stepper: Stepper) -> tuple[int, int, str, int | None, int]:
    """Layer, t, and the number that is explained."""
    frame = stepper.frame
    focus = frame.gaze.focus
    assert focus is not None
    assert frame.gaze.zoom == "number"
    return frame.index + 1, frame.t, focus.name, focus.offset, focus.row + 1


def entering(stepper: Stepper) -> str:
    """What the footer says of enter."""
    return {key: word for _, key, word in hints(stepper.here)}.get("enter", "")


def test_enter_alone_follows_the_last_y_back_to_the_first_x_and_the_way_can_be_walked_again() -> None:
    stepper = stepping(worked(4))
    stepper.press("enter")  # selects y
    places, said = [], []
    while not stepper.notice:
        said.append(entering(stepper))
        stepper.press("enter")
        places.append(place(stepper))
    way = [
        (2, 4, "y", 0, 1),
        (1, 4, "y", 0, 2),  # of 7 and -21
        (1, 4, "s", 0, 2),
        (1, 3, "s", 0, 1),  # 3 x 7
        (1, 2, "s", 0, 2),  # of 1 and 2 x 3
        (1, 1, "s", 0, 1),  # 3 x 1
        (1, 1, "x", 0, 1),
    ]
    assert places == [*way, way[-1]]
    assert said == [
        "where from",
        *("follow " + name for name in ("1:y[4][2]", "s[4][2]", "s[3][1]", "s[2][2]", "s[1][1]", "x[1][1]")),
        "",
    ]
    assert stepper.notice == "x[1][1]: the sequence gives it; ( comes back"
    back = []
    for _ in way[1:]:
        stepper.press("left_parenthesis")
        back.append(place(stepper))
    assert back == way[-2::-1]
    for _ in way[1:]:
        stepper.press("right_parenthesis")
    assert place(stepper) == way[-1]


@pytest.mark.parametrize(
    ("at", "layer", "focus", "there"),
    [
        (3, 1, Focus("s", -1, 1), (1, 2, "s", 0, 2)),
        (3, 2, Focus("x", 0, 1), (1, 3, "y", 0, 2)),
    ],
)
def test_enter_on_a_number_that_was_made_elsewhere_goes_there_at_once(
    at: int, layer: int, focus: Focus, there: tuple[int, int, str, int, int]
) -> None:
    for zoom in ("step", "number"):
        stepper = stepping(worked(at, layer=layer, focus=focus, zoom=zoom))
        stepper.press("enter")
        assert place(stepper) == there
        stepper.press("left_parenthesis")
        assert stepper.session.gaze == Gaze(layer=layer, focus=focus, zoom=zoom)


@pytest.mark.parametrize(
    ("at", "layer", "focus", "said"),
    [
        (1, 1, Focus("s", -1, 1), "s[0][2]: what the layer begins with"),
        (2, 1, Focus("x", 0, 0), "x[2][1]: the sequence gives it"),
        (2, 1, Focus("U", None, 1, 0), "U[2][1]: a parameter, one and the same at every t"),
        (2, 2, Focus("b", None, 0), "b[1]: a parameter, one and the same at every t"),
        (0, 1, Focus("s", 0, 1), "s[0][2]: what the layer begins with"),
    ],
)
def test_what_nothing_makes_is_a_dead_end_and_says_so(at: int, layer: int, focus: Focus, said: str) -> None:
    begun = worked(at, layer=layer, focus=focus)
    stepper = stepping(begun)
    stepper.press("enter")  # what there is to say of it
    assert (stepper.session.gaze.zoom, stepper.notice) == ("number", "")
    stepper.press("enter")
    assert stepper.notice == said
    assert stepper.session.past == ()


@pytest.mark.parametrize("cell", ["dense", "softmax"])
def test_what_an_edit_gives_is_a_dead_end_however_it_would_be_computed(cell: str) -> None:
    layer = Layer(cell, {"W": np.ones((2, 2)), "b": np.zeros(2)})
    begun = replace(Session.of(Network([STACK.layers[0], layer]), ONES), at=2, gaze=Gaze(focus=Focus("y", 0, 1)))
    stepper = stepping(begun)
    stepper.do("edits", "2:y[2][2] = 0.25")
    for _ in range(2):
        stepper.press("enter")
    assert (stepper.notice, stepper.session.at) == ("y[2][2]: an edit gives it", 2)
    assert entering(stepper) == ""


def test_a_layer_that_runs_backwards_in_time_is_followed_to_the_timestep_after() -> None:
    begun = network("elman:reverse", "dense")
    stepper = stepping(replace(begun, at=3, gaze=Gaze(layer=1, focus=Focus("s", -1, 2))))
    assert entering(stepper) == "follow s[4][3]"
    stepper.press("enter")
    assert place(stepper) == (1, 4, "s", 0, 3)
    stepper = stepping(replace(begun, at=5, gaze=Gaze(layer=1, focus=Focus("s", -1, 2), zoom="number")))
    stepper.press("enter")
    assert stepper.notice == "s[6][3]: what the layer begins with"


def test_a_join_is_followed_into_the_direction_that_a_number_came_from() -> None:
    """Of three and three numbers joined, the fifth is the second of the layer that runs backwards."""
    begun = replace(network("elman:concat"), at=2, gaze=Gaze(focus=Focus("y", 0, 4), zoom="number"))
    stepper = stepping(begun)
    stepper.press("enter")
    assert place(stepper) == (2, 2, "y", 0, 2)


@pytest.mark.parametrize(("cells", "inner"), [("lstm", "c"), ("gru-reset-after", "s"), ("minimal-gated", "s")])
def test_every_cell_is_followed_to_a_dead_end_by_enter_alone(cells: str, inner: str) -> None:
    stepper = stepping(replace(network(cells, "softmax"), at=5))
    seen: list[tuple[int, int, str, int | None, int]] = []
    for _ in range(60):
        stepper.press("enter")
        if stepper.notice:
            break
        if stepper.session.gaze.zoom == "number":
            seen.append(place(stepper))
    assert stepper.notice
    assert len(set(seen)) == len(seen)  # never in a circle
    times = [t for _, t, *_ in seen]
    assert times == sorted(times, reverse=True)
    assert times[-1] == 1
    assert (1, 3, inner) in [(layer, t, name) for layer, t, name, *_ in seen]


def test_a_gradient_is_followed_to_the_timestep_after_and_up_to_the_loss() -> None:
    """The only target is the last; dL/ds[3][1] is 3 dL/ds[4][2], which comes from dL/dy[4][2], which is - dL/dy[4][1]
    of the layer above."""
    stepper = learning(3, "d s", 0)
    places = [place(stepper)]
    while not stepper.notice:
        stepper.press("enter")
        places.append(place(stepper))
    assert places[:-1] == [
        (1, 3, "d s", 0, 1),
        (1, 3, "d s later", 0, 1),
        (1, 4, "d s", 0, 2),
        (1, 4, "d s here", 0, 2),
        (1, 4, "d y", 0, 2),
        (2, 4, "d y", 0, 1),
    ]
    assert stepper.notice == "dL/dy[4][1]: the slope of the loss at this t; ( comes back"


def test_a_gradient_is_followed_through_the_sums_inside_activations_up_to_the_softmax() -> None:
    """dL/ds[3][1] from t = 4 is the sum over k of U[k][1] dL/dz[4][k]; the largest of these is gone into."""
    begun = replace(network("elman", "softmax"), at=3)
    begun = replace(begun, recipe=replace(begun.recipe, learning=Learning("", 0)))
    stepper = stepping(replace(begun, gaze=Gaze(1, back=True, zoom="number", focus=Focus("d s later", 0, 0))))
    walk = stepper.here.walk
    assert walk.teaching is not None
    products = walk.at(4).layers[0].parameters["U"][:, 0] * walk.teaching.adjoint(0, 4).named["z"]
    row = int(np.argmax(np.abs(products))) + 1
    places = []
    while not stepper.notice:
        stepper.press("enter")
        places.append(place(stepper))
    assert places[:3] == [(1, 4, "d z", 0, row), (1, 4, "d s", 0, row), (1, 4, "d s here", 0, row)]
    assert places[3] == (1, 4, "d y", 0, row)
    assert [(layer, t, name) for layer, t, name, *_ in places[4:]] == [(2, 4, "d z")] * 2
    assert stepper.notice.endswith("the slope of the loss through its softmax; ( comes back")


def test_the_sum_of_a_gate_is_looked_at_where_its_gradient_is_followed_to() -> None:
    """The largest part of dL/ds[3][3] comes back through the last of the sums i, f, g, o; dL/dz_i goes on to c."""
    begun = replace(network("lstm", "softmax"), at=3)
    begun = replace(begun, recipe=replace(begun.recipe, learning=Learning("", 0)))
    stepper = stepping(replace(begun, gaze=Gaze(1, back=True, zoom="number", focus=Focus("d s later", 0, 2))))
    assert stepper.here.walk.teaching is not None
    step, named = stepper.here.walk.at(4).layers[0], stepper.here.walk.teaching.adjoint(0, 4).named
    sizes = [np.abs(step.parameters[f"U_{gate}"][:, 2] * named[f"z_{gate}"]).max() for gate in "ifgo"]
    assert int(np.argmax(sizes)) == 3
    stepper.press("enter")
    assert place(stepper)[:3] == (1, 4, "d z_o")
    assert stepper.session.gaze.gate == 3
    stepper = stepping(replace(begun, gaze=Gaze(1, back=True, zoom="number", focus=Focus("d z_i", 0, 1))))
    stepper.press("enter")
    assert place(stepper) == (1, 3, "d c", 0, 2)


def test_where_nothing_is_aimed_at_no_loss_gives_a_gradient() -> None:
    stepper = learning(2, "d y", 0)
    stepper.press("enter")
    assert place(stepper) == (2, 2, "d y", 0, 1)
    stepper.press("enter")
    assert stepper.notice == "dL/dy[2][1]: 0, there is no target at this t; ( comes back"


def test_a_gradient_gathered_over_time_is_followed_to_the_timestep_that_gave_most() -> None:
    """With e for dL/dy[4]: dL/ds2 is - e, 2 e, - 6 e, 12 e at t = 4, 3, 2, 1, and s1 before them 7, 1, 1, 0; so the
    parts of dL/dU[2][1] are - 7 e, 2 e, - 6 e and 0."""
    stepper = learning(1, "d U gathered", 1)
    stepper.press("enter")
    assert place(stepper) == (1, 4, "d U here", 0, 2)
    stepper.press("enter")
    assert place(stepper) == (1, 4, "d s", 0, 2)


def test_a_gradient_ends_with_its_window() -> None:
    begun = worked(2, layer=1, back=True, zoom="number", focus=Focus("d s later", 0, 0))
    stepper = stepping(replace(begun, recipe=replace(begun.recipe, learning=Learning("sse", 2))))
    stepper.press("enter")
    assert stepper.notice == "dL/ds.later[2][1]: 0, for the window of its timesteps ends here"


def test_a_jump_back_returns_to_the_layer_and_the_epoch_one_was_in() -> None:
    begun = worked(2, layer=1, diagram="inside")
    stepper = stepping(replace(begun, recipe=replace(begun.recipe, learning=Learning("sse", 0, 3))))
    stepper.do("go_to", "4")
    stepper.do("layer", "2")
    stepper.do("epoch", "3")
    stepper.press("u")
    stepper.press("left_parenthesis")
    session = stepper.session
    assert (session.at, session.epoch, session.gaze.layer, session.gaze.diagram) == (2, 1, 1, "unrolled")
    stepper.press("right_parenthesis")
    session = stepper.session
    assert (session.at, session.epoch, session.gaze.layer, session.gaze.diagram) == (4, 3, 2, "unrolled")
