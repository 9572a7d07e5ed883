"""How the command line words an error: core and files name fields of the Python API, a person here writes options."""

from __future__ import annotations

import re

from rnn_tui.core.errors import InputError
from rnn_tui.files.wanted import OPTIONS as OF_DATA
from rnn_tui.files.wanted import key_of


def option_of(name: str) -> str:
    """The option that gives a field of the Python API or a key of a session file: ``skip_rows`` is ``--skip-rows``."""
    return f"--{key_of(name).replace('_', '-')}"


OPTIONS = {
    **{key_of(name): option_of(name) for name in OF_DATA},
    "hidden_size": "--hidden",
    "cell": "--cell",
    "seed": "--seed",
    "layer": "--layer",
    "targets": "--targets",
    "allow_nonfinite": "--allow-nonfinite",
    "loss": "--loss",
    "rate": "--rate",
    "truncate": "--truncate",
    "epochs": "--epochs",
    "epoch": "--epoch",
    "optimizer": "--optimizer",
    "momentum": "--momentum",
    "clip": "--clip",
    **{name: option_of(name) for name in ("clip_value", "weight_decay", "reduction", "schedule", "beside")},
    **{name: f"--{name}" for name in ("at", "digits", "from", "gradients", "hidden", "model", "notes", "press")},
    **{name: f"--{name}" for name in ("require", "save", "size", "stop", "to", "words")},
    "check_gradients": "--check-gradients",
    "number": "--sequence",
}
"""A field of the Python API, and the option that gives it."""
SAID = {"allow_nonfinite": "--allow-nonfinite", "save_network": "`rnn-tui run --learn --save`"}
"""Words of hints that are no field with a value."""
GIVEN = re.compile(rf"\b({'|'.join(OPTIONS)}) = ")
WORDS = re.compile(rf"\b({'|'.join(SAID)})\b")


def worded(error: InputError) -> str:
    """The sentence of an error with options in the place of fields: ``truncate = 0`` is ``--truncate 0``.

    What is wrong in a session file is mended there, and told in its words.
    """
    if error.path.endswith(".toml"):
        return str(error)
    hint = GIVEN.sub(lambda found: f"{OPTIONS[found[1]]} ", error.hint)
    hint = WORDS.sub(lambda found: SAID[found[1]], hint)
    return str(InputError(OPTIONS.get(error.field, error.field) or error.path, error.where, error.why, hint))
