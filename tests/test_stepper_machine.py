"""Any commands in any order: nothing raises, every key answers, and what is saved is what is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from stepping import FURTHER, NAMES, QUITTING, SIZES, computed, drawn, numbers, ran, session, stepping

from rnn_tui.core.errors import InputError
from rnn_tui.core.memory import memory_of
from rnn_tui.session.file import parse_session, read_session, session_text, write_session
from rnn_tui.session.model import Session
from rnn_tui.stepper.commands import KEYS, hints
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.selection import tables
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.stepper.traces import GHOST, SCORE, chosen
from rnn_tui.stepper.trying import TRYING

MOST_BACK = 4
"""Changes that are taken back together: with each of them all that learns learns anew."""
ANSWERS = {
    "go_to": ("2", "4", "-1", "x"),
    "find": ("l", "z"),
    "to_epoch": ("1", "3", "x"),
    "lessons": ("output-or-state", "truncated-bptt"),
    "mark": ("a", "b"),
    "jump": ("a", "z"),
    "open": ("seed-picture", "echo2", "hello", "nowhere.csv", "-"),
    "breakpoints": ("any(s > 0.1)", "changed(y)", "t > 1/0", "s >", "y[1] > prev(y[1])", "t > 1 for 2 steps"),
    "hit": ("0 1", "0 2", "1 3", "0 99", "9 1", "x", ""),
    "change_over": ("0.05", "0", "-1", "x"),
    "predict": ("+", "-", "<", "l", "?"),
    "answer": ("+", "1", "<", "0.3", "?"),
    "edit": ("tanh sigmoid", "sigmoid relu", "tanh tahn", "[parameters] [paramaters]"),
    "change": ("0", "*2", "-=0.5", "row=0", "all = identity * 0.9", "always=1", '"l"', "two", "1e400", "nan"),
    "edits": (
        "x[2][1] = 0",
        "U = 0",
        "1:s[3] = 0.1",
        "reset 4",
        "reverse",
        "shuffle 3",
        "repeat 2",
        "s[0] = 1",
        "free 3",
        "V = 0",
    ),
    "generate": ("3", "5 at 0.7 seed 2", "2 at 3", "0", "-1", "x"),
    "sequences": ("1", "3", "0", "x"),
    "settings": (
        "number = all",
        "number = 1",
        "validation = 2",
        "validation = 3",
        "validation = hello.txt",
        "validation = sine",
        "validation =",
        "learn_initial_state = on",
        "truncate = 0",
        "schedule = cosine",
        "optimizer = adam",
        "cell = gru",
        "cell = elman,softmax",
        "hidden = 2",
        "seed = 5",
        "learn = on",
        "learn = off",
        "epochs = 2",
        "rate = 1",
        "names = keras",
        "unit = own",
        "beside = lstm",
        "beside = seed 3",
        "beside =",
        "rate = -1",
        "unit = scaled",
    ),
}
"""What is said to a question; to ``edit`` what of the text is replaced by what."""
OF_EDITS = ("switch_edit", "share_edit", "remove_edit")
PICKS = ("t", "epoch", "layer", "operation", "focus", "switch_break", "remove_break", "hits", *OF_EDITS)
TRIED = [command.id for command in TRYING if command.id not in (*OF_EDITS, "change_next")]


class Commands(RuleBasedStateMachine):
    """Somebody who presses, clicks and answers, and saves now and then."""

    stepper: Stepper
    saved: Session | None = None

    @initialize(name=st.sampled_from((*NAMES, *FURTHER)))
    def begin(self, name: str) -> None:
        self.stepper = stepping(session(name))

    @rule(key=st.sampled_from([key for key in KEYS if key not in QUITTING]), times=st.integers(1, 3))
    def press(self, key: str, times: int) -> None:
        for _ in range(times):
            stepper = self.stepper
            before = stepper.session, stepper.pace
            outcome = stepper.press(key)
            assert outcome is not None
            answered = stepper.notice or stepper.asked or outcome.order not in ("", "give up")
            assert answered or (stepper.session, stepper.pace) != before, key

    @precondition(lambda self: self.stepper.asked is not None)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        asked = self.stepper.asked
        assert asked is not None
        if asked.command in ANSWERS:
            given = data.draw(st.sampled_from(ANSWERS[asked.command]))
            if asked.command == "edit":
                old, new = given.split()
                given = asked.text.replace(old, new)
            self.carry_out(asked.command, given)
        self.stepper.close()

    @rule(data=st.data(), command=st.sampled_from(PICKS))
    def click(self, data: st.DataObject, command: str) -> None:
        frame, here = self.stepper.frame, self.stepper.session
        if command == "focus":
            table = data.draw(st.sampled_from(tables(frame)))
            row, column = (data.draw(st.integers(0, most - 1)) for most in (table.rows, table.columns))
            offset = "." if table.offset is None else table.offset
            self.carry_out(command, f"{table.name} {offset} {row} {column}")
            return
        first, last = {
            "t": (0, frame.walk.last),
            "epoch": (1, frame.run.last_epoch),
            "layer": (1, len(frame.walk.network.layers)),
            "operation": (0, len(frame.cell.equations) - 1),
            "switch_break": (0, len(here.breaks) - 1),
            "remove_break": (0, len(here.breaks) - 1),
            "hits": (0, len(here.breaks) - 1),
            **dict.fromkeys(OF_EDITS, (0, len(here.recipe.edits) - 1)),
        }[command]
        assume(first <= last)
        self.carry_out(command, str(data.draw(st.integers(first, last))))

    @rule(data=st.data())
    def remember(self, data: st.DataObject) -> None:
        """Who wrote a number, where the layer has a memory."""
        frame = self.stepper.frame
        every = [state for state in frame.cell.states if memory_of(frame.cell, state) is not None]
        assume(every and frame.t and frame.back is None)
        row = data.draw(st.integers(0, len(frame.step.state[every[0]]) - 1))
        self.carry_out("focus", f"{every[0]} 0 {row} 0")
        self.stepper.press("I")

    @rule(command=st.sampled_from(TRIED), times=st.integers(1, 2))
    def what_if(self, command: str, times: int) -> None:
        """Something changed by a key, or compared."""
        for _ in range(times):
            self.stepper.close()
            self.carry_out(command, "")

    @rule(data=st.data(), command=st.sampled_from(("change", "change_next", "edits")))
    def change(self, data: st.DataObject, command: str) -> None:
        """A number typed over, or an edit written."""
        given = ANSWERS["edits" if command == "edits" else "change"]
        self.stepper.close()
        self.carry_out(command, data.draw(st.sampled_from(given)))

    @rule(line=st.sampled_from(ANSWERS["settings"]))
    def choose(self, line: str) -> None:
        """A setting written."""
        self.stepper.close()
        self.carry_out("settings", line)

    @precondition(lambda self: 0 < len(self.stepper.session.before) <= MOST_BACK)
    @rule()
    def take_all_back(self) -> None:
        """As many times undo as there are changes: what ran first runs again, to the bit; and as many times redo."""
        self.stepper.close()
        begun = self.stepper.session
        first, last, count = begun.before[0], begun.recipe, len(begun.before)
        for name, wanted in (("undo", first), ("redo", last)):
            for _ in range(count):
                self.stepper.do(name)
            assert self.stepper.session.recipe == wanted
            assert numbers(stepping(self.stepper.session)) == numbers(self.stepper)
        assert self.stepper.session.after == begun.after

    def carry_out(self, command: str, argument: str) -> None:
        """Does it; where that cannot be, one sentence says so and nothing has changed."""
        before, told = self.stepper.session, ""
        try:
            self.stepper.do(command, argument)
        except InputError as error:
            told = str(error)
        assert "\n" not in told
        assert not told or self.stepper.session == before

    @rule()
    def play(self) -> None:
        self.stepper.tick(0.0)
        self.stepper.tick(2.5)

    @precondition(lambda self: self.stepper.asked is None and self.saved is not self.stepper.session)
    @rule(size=st.sampled_from(SIZES))
    def save(self, size: tuple[int, int]) -> None:
        """The file, read again in another folder, is the same session, with the same screen at any size, and the
        numbers that `run` prints of it; and written again it is the same file."""
        self.saved = self.stepper.session
        frame, layer = self.stepper.frame, self.stepper.frame.index + 1
        with TemporaryDirectory() as folder:
            path = Path(folder, "s.toml")
            write_session(self.stepper.session, path)
            again = stepping(read_session(path))
            beside = self.stepper.here.other_run  # of a layer that it does not have `run` says so
            told = frame.t and not self.stepper.session.breaks
            told = told and (beside is None or layer <= len(beside.network.layers))
            if (
                frame.run.voice is not None and frame.run.learner is not None
            ):  # of what has learned `run` writes the end
                told = told and frame.t > frame.run.voice.given and frame.walk.epoch == frame.run.last_epoch
            printed = ran(path, self.stepper.session, layer) if told else None
        assert numbers(again) == numbers(self.stepper)
        self.stepper.session, one = replace(self.stepper.session, before=(), after=()), self.stepper.session
        assert drawn(again, [size]) == drawn(
            self.stepper, [size]
        )  # but for the footer, where there is something to be taken back
        self.stepper.session = one
        assert printed in (None, computed(self.stepper))
        other = again.session
        left_out: dict[str, Any] = {"past": (), "future": (), "predicted": (0, 0), "before": (), "after": ()}
        same: dict[str, Any] = {"recipe": other.recipe, "lesson": other.lesson, "beside": other.beside}
        assert replace(one, **same, **left_out) == other
        assert (other.recipe.edits, other.beside is None) == (one.recipe.edits, one.beside is None)
        text = session_text(one)
        assert session_text(parse_session(text)) == text

    @invariant()
    def all_can_be_drawn(self) -> None:
        if not hasattr(self, "stepper"):
            return
        frame, here = self.stepper.frame, self.stepper.here
        assert 0 <= frame.t <= frame.walk.last
        assert frame.equation in frame.cell.equations
        assert chosen(frame).name in {*frame.cell.shapes, SCORE, GHOST}
        assert frame.step.t == frame.t
        assert len({key for _, key, _ in hints(here)}) == len(list(hints(here)))
        told = told_of(here)
        assert (told is None) == (self.stepper.session.lesson is None)
        assert "\n" not in f"{self.stepper.notice}{self.stepper.status}"
        assert all(pattern is not None for pattern in frame.lit)


TestCommands = Commands.TestCase
TestCommands.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
