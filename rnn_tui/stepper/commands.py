"""The one table of commands, of which footer, help and palette are made. The keys of diagrams and of dialogs come from
their own tables.

All keys pass through SSH, tmux and a slide clicker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.session.diagrams import ACROSS, DIAGRAMS, VANISHING
from rnn_tui.session.model import BEFORE, DIFFERENCE, NOW
from rnn_tui.stepper import breaking, files, following, gazing, learning, lessons, playing, remembering, travel
from rnn_tui.stepper.choosing import CHOOSING
from rnn_tui.stepper.command import ALWAYS, FREE, LESSON, NAMED, PICKED, SELECTING, Command, ordering
from rnn_tui.stepper.corpus import CORPUS
from rnn_tui.stepper.gazing import looking
from rnn_tui.stepper.here import Ask, Here, Outcome
from rnn_tui.stepper.inspecting import INSPECTING
from rnn_tui.stepper.lecture import LECTURE
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.stepper.trying import TRYING


def _keys(here: Here, argument: str) -> Outcome:
    return Outcome(
        here.session, ask=Ask("keys", "keys", "What can be done here; at the end, how the screen is written")
    )


def _leave(here: Here, argument: str) -> Outcome:
    """Out of the arithmetic and the selection; what is under way is given up."""
    return replace(looking(gazing.leave)(here, argument), order="give up")


END = "this is the last timestep"
START = "this is t = 0, before the first sample"
BESIDE = "V shows how far a gradient of a recurrent layer reaches; x changes the cell beside it"
ONE_LAYER = "there is no layer further that way"
REMEMBERING = (
    Command(
        "memory", (remembering.WHO,), "Who wrote this number of a memory; again: leave", remembering.memory, rank=4
    ),
    Command("last_change", (remembering.LAST,), "To the last change of the selected state", remembering.last, rank=5),
    Command("change_over", (remembering.AMOUNT,), "What counts as a change of a state", remembering.amount),
)
COMMANDS = (
    Command(
        "select_right", ("right",), "Select the number to the right", looking(gazing.move("right")), when=SELECTING
    ),
    Command("select_left", ("left",), "Select the number to the left", looking(gazing.move("left")), when=SELECTING),
    Command(
        "select_down",
        ("down",),
        "Select the number below",
        looking(gazing.move("down")),
        when=SELECTING,
        idle="this is the last row; tab goes to the next table",
    ),
    Command(
        "select_up",
        ("up",),
        "Select the number above; from the first row, leave",
        looking(gazing.move("up")),
        when=SELECTING,
    ),
    Command(
        "next_table", ("tab",), "Select in the next table", looking(gazing.move("next")), "next table", 4, SELECTING
    ),
    Command(
        "previous_table", ("shift+tab",), "Select in the table before", looking(gazing.move("previous")), when=SELECTING
    ),
    Command("next_stop", ("right", "pagedown"), "Next stop of the lesson", lessons.stop(1), "next", 1, LESSON),
    Command("previous_stop", ("left", "pageup"), "Stop before", lessons.stop(-1), "before", 2, LESSON),
    Command(
        "to_stop",
        ("R",),
        "Back to the lesson's own state",
        lessons.own_state,
        "own state",
        5,
        LESSON,
        "this is the lesson's own state",
    ),
    Command(
        "out_of_lesson", ("H",), "Out of the lesson, to one's own session", lessons.home, "leave lesson", 7, LESSON
    ),
    Command(
        "answer", ("a",), "Answer the question of the stop; again: ask it anew", lessons.answer, "answer", 2, LESSON
    ),
    *LECTURE,
    *TRYING,
    *CHOOSING,
    *INSPECTING,
    Command("forward", ("right", "l", "space", "pagedown"), "Next timestep", travel.step(1), "step", 1, idle=END),
    Command("back", ("left", "h", "pageup"), "Timestep before", travel.step(-1), "back", 2, idle=START),
    Command(
        "into",
        ("down", "j"),
        "Into the arithmetic: the next operation of R",
        remembering.pick(1, looking(gazing.operation(1))),
        "into R",
        4,
        idle="this is the last operation of R; up goes back",
    ),
    Command(
        "out",
        ("up", "k"),
        "Out of the arithmetic: the operation before",
        remembering.pick(-1, looking(gazing.operation(-1))),
        "out",
        5,
        idle="this is the whole timestep; down goes into R",
    ),
    Command(
        "select",
        ("enter",),
        "Select a number; again: where it comes from, and on from there",
        following.follow,
        "a number",
        3,
        idle="this is all its arithmetic; arrows select another number, escape leaves",
    ),
    Command(
        "leave",
        ("escape", "backspace"),
        "Leave the arithmetic and the selection",
        _leave,
        rank=3,
        idle="nothing is selected or under way",
    ),
    Command("next_break", ("c",), "On to the next breakpoint", breaking.look(1)),
    Command("previous_break", ("C",), "Back to the breakpoint before", breaking.look(-1)),
    Command("breakpoints", ("B",), "Breakpoints: list, add, enable, disable", breaking.breaks),
    *CORPUS,
    Command("first", ("home", "0"), "To t = 0, before the first sample", travel.first, idle=START),
    Command("last", ("end", "$"), "To the last timestep", travel.last, idle=END),
    Command("go_to", ("colon", "g"), "Go to a timestep", travel.go_to, "go to", 6, idle="this is that timestep"),
    Command("predict", ("P",), "Predict the next timestep, then see", lessons.predict),
    Command("lessons", ("O",), "Lessons: a text beside the live app", lessons.lessons, rank=4),
    Command("save", ("s",), "Save the session in a file", files.save(False)),
    Command("play", ("p",), "Play and pause", playing.play, "play", 6),
    Command("faster", ("plus", "equals_sign"), "Play faster", playing.faster(1)),
    Command("slower", ("minus",), "Play slower", playing.faster(-1)),
    Command("find", ("slash",), "Find a label", travel.find, idle="this is the only timestep with that label"),
    Command("mark", ("m",), "Mark this timestep with a letter", travel.mark),
    Command("jump", ("apostrophe",), "Jump to a mark", travel.jump, idle="this is that timestep"),
    Command("jump_back", ("left_parenthesis",), "Back to where one jumped or followed from", travel.jump_back),
    Command("jump_forward", ("right_parenthesis",), "Forward again", travel.jump_forward),
    Command("scrub_back", ("left_curly_bracket",), "One column of the timeline back", travel.scrub(-1), idle=START),
    Command("scrub_forward", ("right_curly_bracket",), "One column of the timeline on", travel.scrub(1), idle=END),
    Command(
        "trace",
        ("v",),
        "What the timeline shows: norms, means, the selected number",
        looking(gazing.trace),
        idle="there is one thing to show on the timeline",
    ),
    Command("diagram", ("u",), "Diagram rolled or unrolled", looking(gazing.rolled), "rolled", 6),
    *(
        Command(diagram.name, (diagram.key,), diagram.title, looking(gazing.diagram(diagram.name)), diagram.hint, 7)
        for diagram in DIAGRAMS.values()
        if diagram.key
    ),
    Command("next_rival", ("x",), "Another cell to compare with", looking(gazing.rival(1)), "", 4, idle=BESIDE),
    Command("previous_rival", ("X",), "The cell before it", looking(gazing.rival(-1)), idle=BESIDE),
    *REMEMBERING,
    Command("maps", ("w",), "Heat maps of the weights and states, or tables", looking(gazing.maps), "maps", 8),
    Command(
        "next_sum",
        ("tab",),
        "Next sum (gate) of the cell",
        remembering.pick(1, looking(gazing.gate(1))),
        when=FREE,
        idle="this cell has one sum; enter selects a number",
    ),
    Command(
        "previous_sum",
        ("shift+tab",),
        "Sum (gate) before",
        remembering.pick(-1, looking(gazing.gate(-1))),
        when=FREE,
        idle="this cell has one sum; enter selects a number",
    ),
    Command("next_epoch", ("E",), "Next epoch of a network that learns", travel.epoch(1), rank=5),
    Command("previous_epoch", ("W",), "Epoch before", travel.epoch(-1)),
    Command("ten_epochs", ("Z",), "Ten epochs on", learning.ten(10)),
    Command("ten_epochs_back", ("z",), "Ten epochs back", learning.ten(-10)),
    Command("last_epoch", ("G",), "To the last epoch", learning.to_last),
    Command("to_epoch", ("N",), "Go to an epoch by its number", learning.to_epoch),
    Command("learn", ("T",), "Learn: train on this sequence; or learn no more", learning.learn, rank=4),
    Command(
        "weights",
        ("d",),
        "Weights as used at t, after the update, or the change between",
        looking(gazing.weights),
        idle=travel.NO_LEARNING,
    ),
    Command("way_back", ("L",), "The way back: gradients from the last timestep to the first", travel.way_back),
    Command("next_layer", ("right_square_bracket",), "Layer above", looking(gazing.layer(1)), idle=ONE_LAYER),
    Command("previous_layer", ("left_square_bracket",), "Layer below", looking(gazing.layer(-1)), idle=ONE_LAYER),
    Command("names", ("n",), "Names of the seed, PyTorch, Keras or the textbook", gazing.names, "names", 8),
    Command(
        "more_digits",
        ("greater_than_sign",),
        "More digits",
        gazing.digits(1),
        idle="more digits are not shown",
    ),
    Command("fewer_digits", ("less_than_sign",), "Fewer digits", gazing.digits(-1), idle="no digits are left"),
    Command("theme", ("D",), "Theme: dark, light, high contrast, no colour", gazing.theme),
    Command("edit", ("e",), "Edit R: the equations of the cell", files.edit, "edit R", 8),
    Command("reset", ("r",), "Reset: t = 0 and the same weights", travel.reset, idle=START),
    Command("open", ("o",), "Open another sequence", files.open_, "open", 7),
    Command("keys", ("question_mark", "f1"), "All keys", _keys, "keys", 3),
    Command("palette", ("ctrl+p",), "Command palette", ordering("palette")),
    Command("repaint", ("ctrl+l",), "Draw the whole screen again", ordering("repaint")),
    Command("suspend", ("ctrl+z",), "Back to the shell until fg", ordering("suspend")),
    Command("quit", ("q", "ctrl+q", "ctrl+c"), "Quit", ordering("quit"), "quit", 3),
    Command("t", (), "Go to the timestep clicked", travel.timestep_picked, when=PICKED, idle="this is that timestep"),
    Command("epoch", (), "Go to the epoch clicked", travel.epoch_picked, when=PICKED, idle="this is that epoch"),
    Command("layer", (), "Look at the layer clicked", gazing.layer_picked, when=PICKED, idle="this is that layer"),
    Command("operation", (), "Step into the operation clicked", gazing.operation_picked, when=PICKED),
    Command("focus", (), "Explain the number clicked", gazing.number_picked, when=PICKED),
    Command("save_over", (), "Save over a file", files.save(True), when=PICKED),
    Command("switch_break", (), "Switch a breakpoint on or off", breaking.switch, when=PICKED),
    Command("remove_break", (), "Remove a breakpoint", breaking.remove, when=PICKED),
    Command("hits", (), "The hits of a breakpoint", breaking.hits, when=PICKED),
    Command("hit", (), "Go to a hit of a breakpoint", breaking.hit, when=PICKED, idle="this is that hit"),
)
BY_ID = {command.id: command for command in COMMANDS}
KEYS = tuple(dict.fromkeys(key for command in COMMANDS for key in command.keys))
"""Every key that does something."""


def possible(here: Here) -> Iterator[Command]:
    """The commands that can be given now, in the order of the table."""
    lesson = here.session.lesson is not None
    gaze = here.session.gaze
    selecting = gaze.focus is not None and gaze.zoom != remembering.MEMORY  # where arrows step, and pick a writer
    now = {ALWAYS: True, FREE: not selecting, SELECTING: selecting, LESSON: lesson, NAMED: False, PICKED: False}
    return (command for command in COMMANDS if now[command.when])


def given_by(key: str, here: Here) -> Command | None:
    """The command that a key gives now; of a key that gives none now the one it has, which says why it cannot be."""
    own = [command for command in COMMANDS if key in command.keys]
    return next((command for command in possible(here) if command in own), own[0] if own else None)


def hints(here: Here, told: Told | None = None) -> Iterator[tuple[int, str, str]]:
    """The footer: rank, key, and word of every command that has one now; `told` is of a lesson, if known already."""
    words, taken = _words(here, told), set[str]()
    for command in possible(here):
        keys = [key for key in command.keys if key not in taken]
        taken.update(command.keys)
        hint = words.get(command.id, command.hint)
        if hint and keys:
            yield command.rank, keys[0], hint


def _words(here: Here, told: Told | None) -> dict[str, str]:
    """The hints that depend on the moment."""
    gaze, lesson, recipe = here.session.gaze, here.session.lesson, here.session.recipe
    begins = not here.session.at and here.walk.epoch == 1
    first = begins and lesson is None
    compared = {NOW: "before", BEFORE: "difference", DIFFERENCE: "this run"}
    inside, back = gaze.zoom != "step", here.frame.back is not None
    further = gazing.further(here.frame) if gaze.zoom == "number" else "next operation" if inside else "into R"
    return {
        "answer": lessons.answering(lesson),
        "next_stop": lessons.going_on(here, told),
        "leave": "back" if gaze.alone else "",
        "diagram": "unrolled" if gaze.diagram == "rolled" else "rolled",
        "versus": compared.get(gaze.versus, "") if here.session.ghost is not None else "",
        "undo": "undo" if here.session.before else "",
        "edits": "edits" if recipe.edits else "",
        ACROSS: "across time" if gaze.focus is not None and gaze.diagram != ACROSS else "",
        "next_rival": "other cell" if gaze.diagram == VANISHING else "",
        "play": "pause" if here.pace.playing else "play",
        "maps": "tables" if gaze.maps else "maps",
        "into": further,
        "out": "out" if inside or gaze.focus else "",
        "forward": "back in time" if back else "step",
        "back": "" if back or begins else "back",
        "lessons": "lessons" if first else "",
        "learn": "learn" if first and recipe.learning is None and here.run.sequence.targets is not None else "",
        "next_sequence": "next sequence" if here.walk.sequence.parts is not None else "",
        "next_epoch": "next epoch" if here.session.epoch < here.run.epochs else "",
        "select": following.hint(here.frame),
        **remembering.words(here.frame),
    }
