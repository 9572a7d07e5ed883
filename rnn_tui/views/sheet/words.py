"""What each scheme calls the quantities of a cell: the frameworks' words, the textbooks' letters, no word twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Name, applied, names
from rnn_tui.session.model import KERAS, PYTORCH, SEED, TEXTBOOK

STATE = "h"
"""What every scheme but the seed's calls s."""

RECURRENT = {
    PYTORCH: {
        "x": "input",
        "y": "output",
        "s": STATE,
        "W": "weight_ih",
        "U": "weight_hh",
        "b": "bias",
        "P": "weight_hr",
    },
    KERAS: {"x": "inputs", "y": "output", "s": STATE, "W": "kernel", "U": "recurrent_kernel", "b": "bias"},
}
"""The letters of a cell with a state; a gate's letter goes behind: weight_ih_f."""

READOUT = {
    PYTORCH: {"x": "input", "y": "output", "W": "weight", "b": "bias", "E": "weight"},
    KERAS: {"x": "inputs", "y": "output", "W": "kernel", "b": "bias", "E": "embeddings"},
}
"""The letters of a layer without a state."""

GATES = {"lstm": {"g": "c"}, "gru": {"n": STATE}}
"""Whose kernels Keras calls otherwise than the gates here: a candidate's have the letter of the state it goes into."""

CANDIDATE = {"gru": {"n": "hh"}}
"""What Keras' own code calls a candidate; that of its LSTM has no name there."""

TWO_BIASES = {
    PYTORCH: ("elman", "elman-relu", "lstm", "lstm-projection", "gru-reset-after"),
    KERAS: ("gru-reset-after",),
}
"""The cells that have two biases in a framework, of which b is the sum."""

APART = {
    PYTORCH: {"b_n": "bias_ih_n", "c_n": "bias_hh_n"},
    KERAS: {"b_n": "input_bias_h", "c_n": "recurrent_bias_h"},
    TEXTBOOK: {"b_n": "b_xn", "c_n": "b_hn"},
}
"""The biases of the GRU with the reset after the product that are not summed."""


MATRICES, BIASES = ("W", "U", "V"), ("b", "c")
"""The letters here of what textbooks call W and b."""


@lru_cache(maxsize=128)
def words(cell: Cell, scheme: str, handed: bool = False) -> Mapping[str, str]:
    """What a scheme calls every quantity of a cell. Where two would be called alike, they keep their own names.

    Args:
        cell: whose quantities.
        scheme: one of `session.model.SCHEMES`.
        handed: whether x is the state of the layer below, which textbooks go on calling h.
    """
    own = dict.fromkeys((*cell.inputs, *cell.states, *cell.shapes, *cell.parameters))
    found = {name: name if scheme == SEED else _word(cell, scheme, name, handed) for name in own}
    while shared := {word for word, count in Counter(found.values()).items() if count > 1}:
        found = {name: name if word in shared else word for name, word in found.items()}
    return found


def _word(cell: Cell, scheme: str, name: str, handed: bool) -> str:
    """The word for one quantity, which may be that of another one as well."""
    family, parameter = cell.name.partition("-")[0], name in cell.parameters
    if cell.name == "gru-reset-after" and name in APART[scheme]:
        return APART[scheme][name]
    if scheme == TEXTBOOK:
        return _letters(cell, name, handed) if parameter else _quantity(cell, name, handed)
    if scheme == KERAS and not parameter and name in CANDIDATE.get(family, {}):
        return CANDIDATE[family][name]
    letter, bar, gate = name.partition("_")
    word = (RECURRENT if cell.recurrent else READOUT)[scheme].get(letter)
    if word is None:
        return name
    if letter == "b" and cell.name in TWO_BIASES[scheme]:
        word += "_sum"
    return word + bar + (GATES.get(family, {}).get(gate, gate) if scheme == KERAS else gate)


def _quantity(cell: Cell, name: str, handed: bool) -> str:
    """What textbooks call a vector."""
    if name == "s" and STATE not in cell.shapes:
        return STATE
    return STATE if name == "x" and handed else name


def _letters(cell: Cell, name: str, handed: bool) -> str:
    """What textbooks call a parameter: W_xh leads from x to h, and b_h is added there; its own name where unclear."""
    letter, uses = name.partition("_")[0], [e for e in cell.equations if Name(name) in set(names(e.expression))]
    if len(uses) != 1:
        return name
    to = _quantity(cell, uses[0].target, handed)
    if letter in BIASES and len(cell.parameters[name]) == 1:
        return f"b_{to}"
    on = [a.operands[1] for a in applied(uses[0].expression) if a.operands[0] == Name(name)]
    start = [n.name for each in on for n in names(each) if n == each or n.name in (*cell.inputs, *cell.states)]
    return f"W_{_quantity(cell, start[0], handed)}{to}" if letter in MATRICES and len(start) == 1 else name
