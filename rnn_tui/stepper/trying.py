"""The commands that change the run: what if this number, this gate, this sample were another?"""

from __future__ import annotations

from rnn_tui.stepper import ablations, generating, parted, whatif
from rnn_tui.stepper.command import PICKED, SELECTING, Command

SAME = "it is that number already"
TRYING = (
    Command("change", ("equals_sign",), "Change the selected number", whatif.change, "change", 3, SELECTING, SAME),
    Command("larger", ("plus",), "Make the selected number a little larger", whatif.nudge(1), when=SELECTING),
    Command("smaller", ("minus",), "Make the selected number a little smaller", whatif.nudge(-1), when=SELECTING),
    Command("undo", ("y",), "Undo: take a change back", whatif.undo, rank=3),
    Command("redo", ("Y",), "Redo: make it again", whatif.redo),
    Command("versus", ("t",), "This run, the one before or beside, the difference", whatif.versus, rank=2),
    Command("edits", ("K",), "Edits: list, add, switch, remove", whatif.edits, rank=5, idle=SAME),
    Command("to_difference", ("exclamation_mark",), "To the first number that differs", parted.to_difference),
    Command("beside", ("J",), "Another run beside; again: away", whatif.beside),
    Command("cut", ("U",), "Cut the recurrence: the ordinary network", ablations.cut),
    Command("open_gate", ("1",), "Hold the gate open at every t; again: free", ablations.forced(1.0)),
    Command("shut_gate", ("2",), "Hold the gate shut at every t; again: free", ablations.forced(0.0)),
    Command("drop", ("3",), "Drop the selected unit; again: back", ablations.drop),
    Command("reset_state", ("4",), "Let the states begin afresh before this t", ablations.at_t("reset")),
    Command("repeat", ("5",), "This sample twice", ablations.at_t("repeat")),
    Command("backwards", ("6",), "The sequence backwards; again: forwards", ablations.backwards),
    Command("shuffle", ("7",), "The timesteps shuffled; again: otherwise", ablations.shuffle),
    Command("without", ("8",), "Without this sample (x is 0); again: with", ablations.at_t("without")),
    Command("generate", ("9",), "Generate: go on past the end with what y said", generating.ahead),
    Command("free", ("ampersand",), "Free running from this t on; again: its own x", generating.free),
    Command("change_next", (), "Change the selected number, then the next", whatif.change_next, when=PICKED),
    Command("switch_edit", (), "Switch an edit on or off", whatif.altered(whatif.switched), when=PICKED),
    Command("share_edit", (), "An edit in both runs, or in this one", whatif.altered(whatif.shared), when=PICKED),
    Command("remove_edit", (), "Remove an edit", whatif.altered(whatif.removed), when=PICKED),
)
