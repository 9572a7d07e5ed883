"""How the command line words an error: core and files name fields of the Python API, a person here writes options."""

from __future__ import annotations

import re

from rnn_tui.core.errors import InputError
from rnn_tui.files.wanted import OPTIONS as OF_DATA
from rnn_tui.files.wanted import key_of


def option_of(name: str) -> str:
    """The option that gives a field of the Python API or a key of a session file: ``skip_rows`` is ``--skip-rows``."""
    return f"--{key_of(name).replace('_', '-')}"


OF_RUN = ("cell", "hidden", "seed", "model", "beside", "at", "from", "to", "layer", "digits", "save", "require")
OF_AHEAD = ("generate", "temperature")
OF_COMPARISON = ("rounded", "reference", "tolerance", "precision", "threshold")
OF_LEARNING = ("loss", "reduction", "truncate", "epochs", "epoch", "gradients", "check_gradients", "validation")
OF_OPTIMIZER = (
    *("optimizer", "rate", "momentum", "clip", "clip_value", "weight_decay", "schedule"),
    "learn_initial_state",
)
OF_SCREEN = ("notes", "press", "size", "stop")
OF_ALL = (*OF_DATA, *OF_RUN, *OF_AHEAD, *OF_COMPARISON, *OF_LEARNING, *OF_OPTIMIZER, *OF_SCREEN)
OPTIONS = {
    **{key_of(name): option_of(name) for name in OF_ALL},
    "hidden_size": "--hidden",
    "number": "--sequence",
    "choice": "--layer",
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
