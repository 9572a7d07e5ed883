"""Several sequences in the app: walked through by keys and by their list, learned in the background, judged."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driven import running

from rnn_tui.cli.main import main
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.corpus import found
from rnn_tui.stepper.stepper import Stepper

NAMES = "emma\nolivia\nava\nmia\nemily\n"
NAN = float("nan")
STARTS = (1, 5, 11, 14, 17)
LEARNS = Learning("", 0, 3, Optimizer("adam", 0.05))


@pytest.fixture
def names(tmp_path: Path) -> Session:
    (tmp_path / "names.txt").write_text(NAMES, "utf-8")
    return Session(
        Recipe(Source(str(tmp_path / "names.txt"), number="all", lines=True), Blueprint(("elman", "softmax")))
    )


def learning(session: Session, **fields: Any) -> Session:
    return replace(session, recipe=replace(session.recipe, learning=replace(LEARNS, **fields)))


def test_from_one_to_the_next_and_back(names: Session) -> None:
    stepper, seen = Stepper(names), []
    for key in ("comma", *["semicolon"] * 6, "right", "comma", "semicolon", "comma", "comma"):
        stepper.press(key)
        seen.append((stepper.session.at, stepper.notice))
    assert [t for t, _ in seen] == [0, *STARTS, 17, 18, 14, 17, 14, 11]
    assert (seen[0][1], seen[6][1]) == ("this is the first sequence", "this is the last sequence")
    stepper.press("left_parenthesis")
    assert stepper.session.at == 14


def test_where_there_is_one_that_is_said() -> None:
    stepper = Stepper(Session())
    for key in ("semicolon", "comma", "quotation_mark"):
        outcome = stepper.press(key)
        assert outcome is not None
        assert outcome.ask is None
        assert stepper.notice.startswith("there is one sequence; sequence = all in the settings (Q)")


@pytest.mark.parametrize(
    ("text", "numbers", "chosen"),
    [("", [1, 2, 3, 4, 5], 2), ("4", [4], 0), ("em", [1, 5], 1), ("ia", [2, 4], 1), ("m", [1, 4, 5], 1)],
)
def test_the_list_is_of_what_is_meant(names: Session, text: str, numbers: list[int], chosen: int) -> None:
    rows, here = found(Stepper(replace(names, at=12)).here, text)
    assert ([number for number, _ in rows], here) == (numbers, chosen)


def test_the_rows_of_the_list(names: Session) -> None:
    rows, _ = found(Stepper(names).here, "")
    assert rows[1][1] == "2  olivia  6 timesteps  t = 5 to 10"


def test_of_very_many_those_around_are_listed(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("\n".join("ab"[i % 2] for i in range(1000)), "utf-8")
    recipe = Recipe(Source(str(tmp_path / "n.txt"), number="all", lines=True))
    for at, first, chosen in ((0, 1, 0), (500, 400, 100), (1000, 801, 199)):
        rows, here = found(Stepper(Session(recipe, at=at)).here, "")
        assert (rows[0][0], len(rows), here) == (first, 200, chosen)


async def test_the_screen_says_which_it_is_and_lists_them(names: Session) -> None:
    async with running(names, size=(100, 30)) as app:
        assert "5 sequences  t = 0 of 21" in app.text
        text = await app.press("semicolon", "semicolon", "right")
        assert "sequence 2 of 5, its t = 2  t = 6 of 21" in text
        assert "a │o [l] i  v  i  a │a" in text
        assert "; next sequence" in text
        text = await app.press("quotation_mark")
        assert "3  ava  3 timesteps  t = 11 to 13" in text
        await app.type("mi")
        assert app.t == 14
        await app.press("quotation_mark", "down", "down", "enter")
        assert app.t == 17
        text = await app.press("quotation_mark", "x")
        assert "no sequence has 'x' in it" in text
        await app.press("escape")
        assert app.t == 17
        text = await app.press("comma", "comma", "question_mark")
        assert "The list of the sequences" in text


async def test_a_wall_stands_where_the_states_begin_afresh(names: Session) -> None:
    recipe = replace(names.recipe, blueprint=Blueprint(("elman",)))
    async with running(replace(names, recipe=recipe, at=5), size=(120, 36)) as app:
        row = next(line for line in app.text.split("\n") if "│  R  │" in line)
        assert "│  R  │  ║  ┃  R  ┃" in row
        assert "s₀" in app.text


def test_an_epoch_is_that_of_all_of_them(names: Session) -> None:
    stepper = Stepper(learning(names))
    stepper.press("G")
    stepper.finish()
    assert stepper.here.walk.epoch == 3
    text = session_text(stepper.session)
    assert 'number = "all"' in text
    again = Stepper(parse_session(text, allow=lambda _: True))
    assert [again.here.run.walk(3).at(t).y.tobytes() for t in range(22)] == [
        stepper.here.walk.at(t).y.tobytes() for t in range(22)
    ]


async def test_validation_stands_beside_the_loss_and_is_said(names: Session) -> None:
    async with running(learning(names, validation="5", epochs=20), size=(100, 30)) as app:
        text = await app.press("G")
        await app.until(lambda: "epoch 20 of 20" in app.text)
        learner = app.app.stepper.here.run.learner
        assert learner is not None
        assert learner.validation is not None
        assert learner.validation.count == 4
        means = learner.losses[19] / 12, learner.validations[19] / 4  # 16 letters, the last of each of 4 has no target
        assert f"20: {means[0]:.4f}, validation {means[1]:.4f}" in app.text
        lines = app.text.split("\n")
        below = next(row for row, line in enumerate(lines) if line.startswith(" validation "))
        assert lines[below - 2].startswith(" loss ≤")
        assert all(set("▁▂▃▄▅▆▇█") & set(lines[row]) for row in (below - 1, below))
        text = await app.press("home")
        assert f"validation {learner.validations[19]:.4f}" in text


def test_a_long_epoch_is_learned_while_one_walks(names: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a corpus of many letters is: the first epoch is not there yet, and any that was let go of comes again."""
    for module in ("learner", "teaching"):
        monkeypatch.setattr(f"rnn_tui.core.{module}.LONGEST", 4)
    monkeypatch.setattr("rnn_tui.core.learner.KEPT_EPOCHS", 1)
    monkeypatch.setattr("rnn_tui.core.run.KEPT_WALKS", 1)
    begun = learning(names)
    stepper = Stepper(begun, waits=False)
    assert (stepper.here.walk.epoch, stepper.here.walk.teaching, stepper.status) == (0, None, "learning to epoch 1")
    assert "\nepoch = " not in session_text(stepper.session).split("[sequence]")[0]
    for key in ("right", "semicolon", "E", "W", "L", "L", "d", "v", "end", "enter", "enter", "escape", "home"):
        stepper.press(key)
        assert stepper.here.walk.epoch == 0
        assert stepper.frame.step is not None
    whole = [replace(begun, epoch=epoch) for epoch in (1, 2, 3)]
    wanted = [Stepper(each).here.walk.at(20).y.tobytes() for each in whole]
    for key, epoch in (("E", 1), ("G", 3), ("W", 2), ("W", 1), ("G", 3)):
        stepper.press(key)
        for _ in range(1000):
            if stepper.here.walk.epoch == epoch:
                break
            stepper.work(0.0)
        assert stepper.here.walk.at(20).y.tobytes() == wanted[epoch - 1]
    for _ in range(1000):
        stepper.work(0.0)
    assert not stepper.restless
    assert stepper.here.walk.ready == 21


def test_learning_by_a_key_is_not_refused_for_its_length(names: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("learner", "teaching"):
        monkeypatch.setattr(f"rnn_tui.core.{module}.LONGEST", 4)
    stepper = Stepper(names)
    stepper.press("T")
    assert "it learns: adam 0.03" in stepper.notice
    assert stepper.here.walk.teaching is None
    for _ in range(1000):
        if stepper.here.walk.teaching is not None:
            break
        stepper.work(0.0)
    assert stepper.here.walk.epoch == 1


def test_the_settings_of_sequence_validation_and_initial_state(names: Session) -> None:
    stepper = Stepper(names)
    for line in ("learn = on", "validation = 2", "learn_initial_state = on", "schedule = cosine", "clip_value = 0.5"):
        stepper.do("settings", line)
    run = stepper.here.run
    assert run.validation is not None
    assert ("".join(run.validation.labels), len(run)) == ("olivia", 15)
    stepper.do("settings", "number = 3")
    assert ("".join(stepper.here.run.sequence.labels), stepper.session.at) == ("ava", 0)
    assert stepper.here.run.validation is not None
    with pytest.raises(InputError, match="sequence 2 is learned from"):
        stepper.do("settings", "number = 2")
    stepper.do("open", "hello.txt")
    assert stepper.here.run.validation is None


def test_the_only_sequence_cannot_be_judged_by(names: Session) -> None:
    whole = replace(names.recipe, source=replace(names.recipe.source, lines=False, stream=True), learning=LEARNS)
    with pytest.raises(InputError, match="sequence 1 is learned from"):
        replace(whole, learning=replace(LEARNS, validation="1")).build()


def test_the_scale_is_of_what_is_learned_from(tmp_path: Path) -> None:
    """By hand: without the second sequence a goes from 10 to 50 and b from 1 to 11, and 90 is 2 on that scale."""
    (tmp_path / "t.csv").write_text("a,b\n10,1\n20,2\n\n90,31\n30,21\n\n50,11\n40,6\n", "utf-8")
    cases: Any = (
        ("next", [[0.25, 0.1], [NAN, NAN], [0.75, 0.5], [NAN, NAN]], [[0.5, 2], [NAN, NAN]]),
        (1, [[0], [0.1], [1], [0.5]], [[3], [2]]),
    )
    for targets, learned, held in cases:
        source = Source(str(tmp_path / "t.csv"), number="all", scale="minmax", targets=targets)
        run = Recipe(source, Blueprint(("elman", "dense")), replace(LEARNS, validation="2")).build()
        assert run.validation is not None
        wide = 2 if targets == "next" else 1
        rows: Any = [[0, 0], [0.25, 0.1], [1, 1], [0.75, 0.5]], [[2, 3], [0.5, 2]]
        for sequence, x, wanted in zip((run.sequence, run.validation), rows, (learned, held), strict=True):
            assert sequence.scaling is not None
            assert sequence.targets is not None
            np.testing.assert_allclose(sequence.x, [row[:wide] for row in x], rtol=1e-15)
            np.testing.assert_allclose(sequence.targets, wanted, rtol=1e-15)
            assert (sequence.scaling.x.offset[0], sequence.scaling.x.factor[0]) == (10, 40)
        assert "sequence 2 is judged by, and not learned from; the scale is that of the others" in run.sequence.notes


PAIR = "a,t\n1,2\n3,4\n\n5,6\n7,8\n"
JUDGED = ("--targets", "1", "--cell", "elman,dense", "--sequence", "1", "--validation", "2", "--learn", "--epochs", "2")


def test_what_is_judged_by_is_so_beside_another_run_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv").write_text(PAIR, "utf-8")
    found = []
    for more in ((), ("--beside", "seed 3")):
        assert main(["run", str(tmp_path / "t.csv"), *JUDGED, *more, "--format", "jsonl"]) == 0
        found.append([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    alone, together = found
    assert [line.pop("other")["t"] for line in together] == [1, 1, 2, 2] * 2
    assert together == alone
    judged = [line["validation"] for line in alone if line["layer"] == 2]
    assert len(judged) == 4
    assert min(judged) > 0


def test_standard_input_has_no_second_sequence_to_be_judged_by(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAIR.encode())))
    assert main(["run", "-", "--as", "table", *JUDGED]) == 2
    assert capsys.readouterr().err == (
        "rnn-tui: --validation: cannot be another sequence of standard input, which is read once; "
        "--sequence all takes all of them\n"
    )
