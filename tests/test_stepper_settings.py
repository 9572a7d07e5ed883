"""Settings changed in the app: what each makes of the run, what is said, what no longer fits, and the way back."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepping import LEARNING, PLAIN, drawn, lesson_of, network, session, stepping, waited

from rnn_tui.cli.main import main
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.edits import Edit
from rnn_tui.core.errors import InputError
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.own import save_network
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import DIFFERENCE, NOW, Focus, Gaze, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.choosing import CHOOSING
from rnn_tui.stepper.commands import BY_ID
from rnn_tui.stepper.settings import BY_NAME, SETTINGS
from rnn_tui.stepper.stepper import Stepper


def put(stepper: Stepper, *lines: str) -> str:
    """Writes settings, and returns what was said last."""
    for line in lines:
        stepper.do("settings", line)
    return stepper.notice


def value(stepper: Stepper, name: str) -> str:
    return BY_NAME[name].value(stepper.here)


def printed(*words: str) -> list[dict[str, object]]:
    """What ``rnn-tui run`` prints of every timestep and layer."""
    with redirect_stdout(StringIO()) as output:
        assert main(["run", "hello.txt", "--format", "jsonl", "--weights", *words]) == 0
    return [json.loads(line) for line in output.getvalue().splitlines()]


def shown(stepper: Stepper) -> list[dict[str, object]]:
    """The same of the run that is looked at."""
    walk, rows = stepper.here.walk, []
    for t in range(1, walk.last + 1):
        for step in walk.at(t).layers:
            rows.append({"t": t, "layer": step.layer, "x": step.x.tolist(), "y": step.y.tolist()})
            rows[-1]["parameters"] = {name: array.tolist() for name, array in step.parameters.items()}
    return rows


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("cell = gru", "--cell gru"),
        ("cell = lstm, softmax; hidden = 4; seed = 7", "--cell lstm,softmax --hidden 4 --seed 7"),
        ("cell = gru:concat; hidden = 2", "--cell gru:concat --hidden 2"),
        ("cell = lstm-projection; hidden = 4:2", "--cell lstm-projection --hidden 4:2"),
        (
            "cell = elman,softmax; learn = on; optimizer = sgd; rate = 0.5; momentum = 0.9; clip = 1; truncate = 2",
            "--cell elman,softmax --learn --rate 0.5 --momentum 0.9 --clip 1 --truncate 2 --epochs 100 --epoch 100",
        ),
        (
            "hidden = 4; learn = on; loss = mse; epochs = 2",
            "--hidden 4 --learn --loss mse --optimizer adam --rate 0.03 --truncate 0 --epochs 2 --epoch 2",
        ),
    ],
)
def test_what_is_chosen_is_what_the_options_of_run_choose(lines: str, words: str) -> None:
    stepper = stepping(replace(Session(), at=3))
    put(stepper, *lines.split("; "))
    if "--learn" in words:
        stepper.do("last_epoch")
    rows = printed("--layer", "all", *words.split())
    assert [{key: row[key] for key in ("t", "layer", "x", "y", "parameters")} for row in rows] == shown(stepper)
    assert stepper.session.at == 3
    for line in lines.split("; "):
        name, text = line.split(" = ")
        assert value(stepper, name) == text.replace(", ", ",")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cell = lstn", "lstn: there is no such cell and no such file; did you mean lstm?"),
        ("cell = softmax,elman,", "there is no such cell and no such file"),
        ("hidden = 3,2", "hidden: there are 2 sizes for 1 layers"),
        ("hidden = x", "hidden: 'x' is no whole number; write one like 3, or 4,3 for two layers"),
        ("hidden = 0", "hidden: 0 is no size; 1 to 65536 are allowed"),
        ("seed = 1.5", "seed: '1.5' is no whole number; write one like 3"),
        ("seed = -1", "seed: -1 is below 0; a seed is 0 or more"),
        ("model = nowhere.npz", "nowhere.npz: no such file"),
        ("model = -", "-: the app needs the keyboard"),
        ("learn = maybe", "learn: maybe is not known; known are off, on"),
        ("rate = 0.5", "rate: says how to learn; choose learn = on first"),
        ("names = kears", "names: kears is not known; did you mean keras?"),
        ("digits = 9", "digits: 9 is not known"),
        ("theme =", "theme: nothing is not known"),
        ("beside = gru lstm", "beside, gru lstm: says nothing of a run; write a cell"),
        ("beside = lstn", "lstn: there is no such cell"),
        ("beside = sequence -", "-: the app needs the keyboard"),
        ("beside = untrained", "beside, untrained: the network does not learn"),
        ("sede = 3", "there is no setting 'sede'; did you mean seed?"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_and_nothing_changes(line: str, said: str) -> None:
    stepper = stepping(replace(Session(), at=2))
    before = stepper.session
    with pytest.raises(InputError) as error:
        put(stepper, line)
    assert str(error.value).startswith(said)
    assert stepper.session == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rate = -1", "rate: -1 makes no sense; a number of 0 or more does"),
        ("rate = fast", "rate: 'fast' is no number; write one like 0.1"),
        ("loss = mae", "loss: mae is not known; did you mean mse?"),
        ("truncate = 9", "truncate: 9 is no number of timesteps"),
        ("epochs = 0", "epochs: 0 is no number of epochs; 1 to 1000000 are"),
        ("clip = inf", "clip: inf makes no sense"),
        ("cell = elman", "hello.txt: the targets have 4 columns and y has 3 numbers"),
    ],
)
def test_so_it_is_where_the_network_learns(line: str, said: str) -> None:
    stepper = stepping(replace(LEARNING, at=2, epoch=3))
    before = stepper.session
    with pytest.raises(InputError) as error:
        put(stepper, line)
    assert str(error.value).startswith(said)
    assert stepper.session == before


def test_momentum_is_of_sgd_alone() -> None:
    stepper = stepping(LEARNING)
    put(stepper, "momentum = 0.5", "optimizer = adam")
    assert value(stepper, "momentum") == "0"
    with pytest.raises(InputError, match="momentum: adam has a momentum of its own; it goes with optimizer = sgd"):
        put(stepper, "momentum = 0.5")


def test_an_edit_that_no_longer_fits_is_switched_off_and_said_and_comes_back() -> None:
    stepper = stepping(replace(network("lstm", hidden=(4,)), at=3))
    for text in ("x[2][1] = 0", "f[3][2] = 1", "U_i[4][4] = 0", "reset 2", "s[3][1] = 0"):
        stepper.do("edits", text)
    first = stepper.session.recipe
    said = put(stepper, "cell = gru")
    assert said == "1 layer of new random weights; 2 edits no longer fit and are off"
    assert [edit.enabled for edit in stepper.session.recipe.edits] == [True, False, False, True, True]
    assert [edit.text for edit in stepper.session.recipe.edits] == [edit.text for edit in first.edits]
    here = stepper.here
    assert here.other is not None
    assert (here.walk.at(2).x[0], here.other.at(2).x[0]) == (0, 1)  # an e, and the e taken away
    assert put(stepper, "learn = on").endswith("100 epochs; 1 edit no longer fits and is off")  # what is computed
    stepper.do("undo")
    stepper.do("undo")
    assert stepper.session.recipe == first


def test_an_edit_of_both_runs_has_to_fit_the_other_one_as_well() -> None:
    """x[6] is there only where the sample of t = 5 comes twice, which it does not in the run before the edits."""
    stepper = stepping(Session())
    recipe = replace(Session().recipe, edits=(Edit.parse("repeat 5"), Edit.parse("x[6][1] = 0")))
    stepper = stepping(Session(recipe))
    put(stepper, "seed = 1")
    assert [edit.enabled for edit in stepper.session.recipe.edits] == [True, True]
    both = replace(recipe, edits=(recipe.edits[0], replace(recipe.edits[1], both=True)))
    stepper = Stepper(Session(replace(recipe, edits=())))
    stepper.session = replace(stepper.session, recipe=both)
    put(stepper, "seed = 1")
    assert [edit.enabled for edit in stepper.session.recipe.edits] == [True, False]


def test_what_is_selected_hidden_and_stopped_at_is_let_go_of_only_where_it_is_gone() -> None:
    gaze = Gaze(layer=1, focus=Focus("W_f", None, 2, 1), gate=1, zoom="number", trace="f")
    breaks = (Breakpoint("any(f > 0.9)", 1), Breakpoint("t == 3", 1))
    begun = replace(network("lstm", "softmax", hidden=(4,)), at=3, gaze=gaze, breaks=breaks, marks=(("a", 4),))
    begun = replace(begun, hidden=(("s", 2, 3), ("y", 3, 0)), arrived=(3,))
    stepper = stepping(begun)
    put(stepper, "seed = 3")
    assert replace(stepper.session, recipe=begun.recipe, before=()) == begun
    put(stepper, "hidden = 3")
    assert (stepper.session.gaze, stepper.session.hidden) == (gaze, (("y", 3, 0),))
    put(stepper, "hidden = 2")
    assert (stepper.session.gaze.focus, stepper.session.gaze.layer, stepper.session.gaze.zoom) == (None, 1, "step")
    assert put(stepper, "cell = gru") == "1 layer of new random weights; 1 breakpoint no longer fits and is off"
    assert [each.enabled for each in stepper.session.breaks] == [False, True]
    assert (stepper.session.at, stepper.session.marks, stepper.session.arrived) == (3, (("a", 4),), (3,))
    assert (stepper.session.gaze.gate, stepper.session.gaze.trace) == (0, "")
    again = parse_session(session_text(stepper.session))
    assert (again.breaks, again.marks) == (stepper.session.breaks, stepper.session.marks)
    with pytest.raises(InputError, match="f"):
        stepper.do("switch_break", "0")


def test_what_is_of_the_way_back_or_of_a_further_layer_goes_with_it() -> None:
    stepper = stepping(replace(LEARNING, at=3))
    stepper.press("L")
    stepper.press("enter")
    assert stepper.session.gaze.focus is not None
    assert stepper.session.gaze.focus.gradient
    put(stepper, "learn = off")
    assert not stepper.session.gaze.back
    assert stepper.frame.gaze.focus is None is stepper.session.gaze.focus
    stepper.do("layer", "2")
    put(stepper, "hidden = 2", "cell = gru")
    assert stepper.session.gaze.layer == 1
    assert parse_session(session_text(stepper.session)).gaze == stepper.session.gaze


def test_layers_that_go_take_their_sizes_with_them() -> None:
    stepper = stepping(Session())
    put(stepper, "cell = lstm,gru", "hidden = 4,2", "cell = gru")
    assert (value(stepper, "hidden"), stepper.here.run.network.layers[0].parameters["U_r"].shape) == ("4", (4, 4))


def test_learning_goes_on_where_one_was_as_soon_as_it_is_learned() -> None:
    stepper = Stepper(replace(LEARNING, at=2))  # which somebody watches
    put(stepper, "epochs = 350")
    stepper.do("last_epoch")
    waited(stepper)
    assert stepper.session.epoch == 350
    assert put(stepper, "rate = 0.2") == "learning begins anew; goes to epoch 350 as soon as it is learned"
    assert stepper.session.epoch == 1
    waited(stepper)
    assert (stepper.session.epoch, stepper.session.at) == (350, 2)
    put(stepper, "epochs = 5")
    waited(stepper)
    assert stepper.session.epoch == 5


def test_learning_switched_off_and_on_is_as_it_was() -> None:
    stepper = stepping(LEARNING)
    put(stepper, "rate = 0.7", "learn = off")
    assert [value(stepper, name) for name in ("learn", "rate", "loss", "epochs")] == ["off", "", "", ""]
    assert put(stepper, "learn = on") == "it learns: sgd 0.7, 4 epochs"
    assert value(stepper, "rate") == "0.7"
    assert put(stepping(Session()), "learn = on") == "it learns: softmax on top, adam 0.03, 100 epochs"


def test_a_network_with_its_own_numbers_has_no_size_and_no_seed_but_another_cell_has(tmp_path: Path) -> None:
    own = Network.random("gru", 4, 3, 5)
    save_network(own, tmp_path / "own.npz")
    stepper = stepping(Session())
    assert put(stepper, f"model = {tmp_path / 'own.npz'}") == "1 layer of the file"
    np.testing.assert_array_equal(stepper.here.run.network.layers[0].parameters["U_r"], own.layers[0].parameters["U_r"])
    assert (value(stepper, "cell"), value(stepper, "hidden"), value(stepper, "seed")) == ("gru", "", "")
    for line in ("hidden = 4", "seed = 1"):
        with pytest.raises(InputError, match="the network has numbers of its own; choose the cell first"):
            put(stepper, line)
    put(stepper, "cell = gru", "seed = 1")
    assert (value(stepper, "model"), value(stepper, "hidden"), value(stepper, "seed")) == ("", "3", "1")
    stepper.do("undo")
    stepper.do("undo")
    assert value(stepper, "model") == str(tmp_path / "own.npz")
    put(stepper, "model =")
    assert (value(stepper, "model"), value(stepper, "cell")) == ("", "elman")
    edited = stepping(Session())
    asked = edited.do("edit").ask
    assert asked is not None
    edited.do("edit", asked.text.replace("tanh(", "sigmoid("))
    with pytest.raises(InputError, match="seed: the network has numbers of its own"):
        put(edited, "seed = 1")


def test_another_run_beside_is_compared_with_and_taken_away() -> None:
    stepper = stepping(replace(Session(), at=3))
    assert put(stepper, "beside = seed 3") == "t shows the other run whole, or the difference; J closes it"
    assert value(stepper, "beside") == "seed 3"
    for _ in range(2):
        stepper.press("t")
    assert stepper.session.gaze.versus == DIFFERENCE
    other = Network.random("elman", 4, 3, 3)
    now = Network.random("elman", 4, 3, 0)
    difference = now.layers[0].parameters["W"] - other.layers[0].parameters["W"]
    np.testing.assert_array_equal(stepper.frame.step.parameters["W"], difference)
    assert put(stepper, "beside =") == "this run alone again"
    assert (stepper.session.beside, stepper.session.gaze.versus, value(stepper, "beside")) == (None, NOW, "")
    assert "the two are too unlike for a difference" in put(stepper, "beside = gru")
    stepper.do("edits", "x[1] = 0")
    for words in ("unedited", "gru", "sequence seed-picture", "elman,softmax"):
        put(stepper, f"beside = {words}")
        assert value(stepper, "beside") == words


def test_in_a_run_of_other_quantities_nothing_is_selected_and_no_further_layer() -> None:
    stepper = stepping(replace(Session(), at=3))
    put(stepper, "beside = lstm,softmax")
    stepper.press("t")
    assert [layer.cell.name for layer in stepper.frame.walk.network.layers] == ["lstm", "softmax"]
    stepper.press("enter")
    assert stepper.session.gaze.focus is None
    assert stepper.notice.startswith("this is another run, of other quantities: t comes back")
    stepper.press("right_square_bracket")
    assert stepper.session.gaze.layer <= 1
    assert parse_session(session_text(stepper.session)).gaze == stepper.session.gaze
    stepper.press("t")
    stepper.press("enter")
    assert stepper.session.gaze.focus is not None


def test_a_run_beside_is_read_as_it_was_written() -> None:
    """Also where it learns by the loss of its last layer and the run itself by another, and at a stop that has none."""
    begun = Session(Recipe(Source("echo2"), Blueprint(("gru", "dense")), LEARNING.recipe.learning))
    stepper = stepping(begun)
    put(stepper, "beside = gru,softmax", "loss = mse")
    again = parse_session(session_text(stepper.session))
    assert (again.beside, again.recipe) == (stepper.session.beside, stepper.session.recipe)
    stepper = stepping(session("what-is-rnn"))
    put(stepper, "beside = seed 3")
    again = parse_session(session_text(stepper.session))
    assert [each.beside is None for each in again.sessions] == [False, *[True] * len(lesson_of(again).stops)]


def test_values_are_gone_through_both_ways_and_those_that_cannot_be_are_passed_over() -> None:
    stepper = stepping(LEARNING)
    seen = []
    for command, name in (
        ("next_value", "names"),
        ("previous_value", "names"),
        ("previous_value", "names"),
        ("next_value", "cell"),
        ("previous_value", "cell"),
        ("next_value", "hidden"),
        ("next_value", "seed"),
        ("previous_value", "seed"),
        ("next_value", "digits"),
        ("next_value", "learn"),
        ("next_value", "beside"),
        ("previous_value", "beside"),
    ):
        stepper.do(command, name)
        seen.append(value(stepper, name))
    assert seen == [
        *("pytorch", "seed", "textbook", "elman-relu,softmax", "elman,softmax", "4", "1", "0", "3", "off"),
        *("elman-relu,softmax", ""),
    ]
    dense = stepping(Session(Recipe(Source("sine"), Blueprint(("elman", "dense")), LEARNING.recipe.learning)))
    put(dense, "loss = mse")
    dense.do("next_value", "loss")  # past cross-entropy, which a dense layer has not
    assert value(dense, "loss") == "auto"
    assert "not cross-entropy: " in dense.notice
    with pytest.raises(InputError, match="seed: there is nothing to go through"):
        dense.do("previous_value", "seed")


def test_looks_are_of_all_stops_where_they_are_of_the_screen() -> None:
    stepper = stepping(session("output-or-state"))
    put(stepper, "theme = light", "ascii = on", "names = keras")
    looks = {(each.look.theme, each.look.ascii) for each in stepper.session.sessions}
    assert looks == {("light", True)}
    assert stepper.session.look.names == "keras"
    assert not stepper.session.before


def test_every_setting_is_a_command_of_the_palette_that_asks_at_its_place() -> None:
    stepper = stepping(Session())
    for each in SETTINGS:
        ask = stepper.do(f"set_{each.name}").ask
        assert ask is not None
        assert (ask.kind, ask.text) == ("settings", each.name)
        assert each.title in BY_ID[f"set_{each.name}"].title
    stepper.do("set_cell", "gru")
    assert value(stepper, "cell") == "gru"
    assert BY_ID["settings"].keys == ("Q",)
    assert {command.id for command in CHOOSING} >= {"settings", "next_value", "previous_value"}
    assert stepper.do("settings", "cell = gru").say == "it is that already"
    assert len(stepper.session.before) == 1


@pytest.mark.parametrize("begun", [Session(), LEARNING, replace(Session(), beside=network("gru").recipe)])
def test_every_setting_says_in_one_sentence_what_it_does(begun: Session) -> None:
    here = stepping(begun).here
    for each in SETTINGS:
        said = each.effect(here)
        assert said
        assert "\n" not in said + each.value(here)
        assert len(said) <= 120
        assert each.written


def test_what_it_does_depends_on_where_one_is() -> None:
    begun, learning = stepping(Session()), stepping(LEARNING)
    assert BY_NAME["cell"].effect(begun.here) == "new random weights"
    begun.do("edits", "U = 0")
    assert BY_NAME["cell"].effect(begun.here) == "new random weights; edits that do not fit are switched off"
    assert BY_NAME["cell"].effect(learning.here) == "2 layers of new random weights; learning begins anew"
    assert BY_NAME["rate"].effect(begun.here) == "the step of an update; choose learn = on first"
    assert BY_NAME["rate"].effect(learning.here) == "the step of an update; learning begins anew"
    assert BY_NAME["learn"].effect(begun.here).startswith("on: it learns: adam 0.03, 100 epochs")
    untold = stepping(Session.of(Network.random("elman", 3), Sequence(np.eye(3))))
    assert BY_NAME["learn"].effect(untold.here) == "this sequence has no targets to learn"


def test_a_word_is_completed_as_one_types() -> None:
    cell = BY_NAME["cell"]
    typed = ("ls", "elman, sof", "gru", "elman,", "", "zz")
    assert [cell.completed(text) for text in typed] == ["lstm", "elman, softmax", "gru", "elman,", "", "zz"]


WRITTEN = {
    "cell": ("elman", "lstm", "gru,softmax", "lstm:concat, dense", "seed-plain", "embedding", "lstn", ""),
    "hidden": ("1", "4", "4:2", "3,2", "0", "x"),
    "seed": ("1", "0", "-1", "9" * 20),
    "model": ("nowhere.npz", "", "-"),
    "learn": ("on", "off", "maybe"),
    "loss": ("sse", "mse", "cross-entropy", "auto", "mae"),
    "rate": ("1", "0", "1e300", "-1", "nan"),
    "optimizer": ("sgd", "adam", "rms"),
    "momentum": ("0.5", "0", "1"),
    "clip": ("0", "1", "-1"),
    "clip_value": ("0", "0.5", "-1"),
    "weight_decay": ("0", "0.01", "-1"),
    "schedule": ("cosine", "step:2:0.5", "constant", "step:0"),
    "reduction": ("mean", "sum", "most"),
    "truncate": ("0", "1", "2", "-1", "99"),
    "epochs": ("1", "3", "0"),
    "learn_initial_state": ("on", "off", "yes"),
    "validation": ("hello.txt", "2", "nowhere.txt", "-", ""),
    "number": ("all", "1", "2", "some", ""),
    "names": ("keras", "seed", "?"),
    "theme": ("dark", "auto"),
    "digits": ("0", "8", "9"),
    "ascii": ("on", "off"),
    "signs": ("on", "off"),
    "beside": ("gru", "elman,softmax", "seed 3", "untrained", "unedited", "sequence echo2", "", "nonsense thing"),
}
LINES = [f"{name} = {text}" for name, texts in WRITTEN.items() for text in texts]
KEYS = ("right", "end", "enter", "down", "U", "1", "3", "4", "5", "7", "8", "L", "E", "t", "tab", "i", "f", "M")
BEGUN = [replace(PLAIN[name], at=2) for name in ("elman", "stack", "learning")]


def every_number(stepper: Stepper) -> list[bytes]:
    """Every number of all timesteps and layers, to the bit, and the parameters used there."""
    walk = stepper.here.run.walk()
    steps = [step for t in range(walk.last + 1) for step in walk.at(t).layers]
    return [a.tobytes() for step in steps for part in (step.values, step.parameters) for a in part.values()]


def test_the_walk_writes_into_every_setting() -> None:
    assert set(WRITTEN) == set(BY_NAME)


@settings(max_examples=12)
@given(st.sampled_from(BEGUN), st.lists(st.sampled_from([*LINES, *LINES, *KEYS]), min_size=1, max_size=14))
def test_anything_is_changed_to_anything_and_taken_back(begun: Session, what: list[str]) -> None:
    """Nothing raises but one sentence, all can be drawn, saved and read; and undo comes back to the same bits."""
    stepper = stepping(begun)
    bits, text = every_number(stepper), session_text(begun)
    for each in what:
        before = stepper.session
        if each in KEYS:
            stepper.press(each)
        else:
            told = stepper.give("settings", each)
            assert "\n" not in told.say
            assert stepper.session != before or told.say
        stepper.close()
        assert stepper.frame.step.t == stepper.frame.t
    written = session_text(stepper.session)
    assert session_text(parse_session(written)) == written
    drawn(stepper)
    while stepper.session.before:
        stepper.do("undo")
    assert every_number(stepper) == bits
    own = replace(stepper.session, gaze=begun.gaze, look=begun.look, at=begun.at, epoch=1, beside=None, hidden=())
    assert session_text(own) == text
