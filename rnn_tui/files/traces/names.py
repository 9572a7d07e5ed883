"""What a name in a trace says: which quantity, of which layer, which unit. ``h_l0``, ``layer1/h``, ``out[3]``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rnn_tui.core.dataclass import dataclass

OF_LAYER = frozenset({"layer", "layers", "l", "lstm", "gru", "rnn", "level"})
"""Words after which a number counts layers."""
BACKWARDS = frozenset({"reverse", "reversed", "backward", "backwards", "bw", "bwd"})
FORWARDS = frozenset({"forward", "forwards", "fw", "fwd"})
TIMES = frozenset({"t", "time", "step", "timestep", "steps", "index", ""})
"""What a column of timesteps is called."""
LONG = {"layer": frozenset({"layer", "l"}), "name": frozenset({"quantity", "name", "variable", "key", "what", "gate"})}
LONG_UNIT = frozenset({"unit", "index", "i", "neuron", "j", "column", "element", "k"})
LONG_VALUE = frozenset({"value", "val", "v"})
CANDIDATE = "candidate"
QUANTITIES: Mapping[str, tuple[str, ...]] = {
    "y": ("y", "ys", "yt", "y t", "out", "outs", "output", "outputs", "prediction", "predictions"),
    "s": ("s", "h", "hs", "ht", "h t", "hx", "hidden", "hiddens", "hidden state", "hidden states", "state", "states",
          "s t"),
    "c": ("c", "cs", "ct", "c t", "cx", "cell", "cells", "cell state", "cell states", "memory"),
    "i": ("i", "it", "i t", "i gate", "gate i", "input gate", "in gate"),
    "f": ("f", "ft", "f t", "f gate", "gate f", "forget", "forget gate"),
    "o": ("o", "o t", "o gate", "gate o", "output gate", "out gate"),
    "r": ("r", "rt", "r t", "r gate", "gate r", "reset", "reset gate"),
    "z": ("z", "zt", "z t", "z gate", "gate z", "update", "update gate"),
    CANDIDATE: ("g", "n", "gt", "nt", "g t", "n t", "g gate", "n gate", "gate g", "gate n", "candidate", "new gate",
                "new", "c tilde", "h tilde", "cell gate", "candidate gate"),
}  # fmt: skip
FINAL = {
    "s": ("h n", "hn", "y h", "last hidden", "last state", "last hidden state", "final state", "state h", "h last"),
    "c": ("c n", "cn", "y c", "last cell", "last cell state", "state c", "c last"),
}
"""What frameworks call the states after the last timestep, of all layers in one array."""
FINALS = {words: quantity for quantity, names in FINAL.items() for words in names}
KNOWN = {words: quantity for quantity, names in QUANTITIES.items() for words in names}
WORDS = re.compile(r"[A-Za-z]+")
PARTS = re.compile(r"[A-Za-z]+|[0-9]+")


@dataclass(frozen=True)
class Named:
    """What a name says.

    Attributes:
        plain: the name without the number of a unit, as a person would write it.
        quantity: y, s, c, a gate's letter, `CANDIDATE`; else the words themselves, which may be a quantity's own name.
        layer: the number of a layer as it is written; None where there is none.
        counted: whether a word such as ``l`` or ``layer`` stands before that number.
        backwards: whether it is of the direction that runs backwards in time.
        unit: the number of a unit as it is written; None where there is none.
        final: whether it may be the states after the last timestep alone.
    """

    plain: str
    quantity: str
    layer: int | None = None
    counted: bool = False
    backwards: bool = False
    unit: int | None = None
    final: bool = False


def named(text: str, units: bool) -> Named:
    """Reads a name.

    Args:
        text: the name, or the parts of a path with ``/`` between.
        units: whether its last number may be that of a unit, as in the name of a column.
    """
    words: list[str] = []
    numbers: list[int] = []
    layer, counted, backwards, end = None, False, False, len(text)
    before = ""
    for found in PARTS.finditer(text):
        part = found[0]
        if part.isdigit():
            if len(part) > 9:
                numbers.append(-1)
            elif before in OF_LAYER and layer is None:
                layer, counted = int(part), True
                if words and words[-1] == before:
                    words.pop()
            else:
                numbers.append(int(part))
                end = found.start()
        elif part.lower() in BACKWARDS:
            backwards = True
        elif part.lower() not in FORWARDS:
            words.append(part.lower())
        before = part.lower()
    unit = numbers.pop() if units and numbers else None
    if layer is None and numbers:
        layer = numbers.pop()
    if numbers:
        return Named(text, text, layer, counted, backwards, unit)
    plain = text[:end].rstrip("_[.-/ (") if unit is not None else text
    quantity = _quantity(words, text)
    known = FINALS.get(quantity.replace("_", " "))
    return Named(plain, known or quantity, layer, counted, backwards, unit, final=known is not None)


def _quantity(words: list[str], text: str) -> str:
    """What some words mean, y where there are none.

    Words of layers among them, and the parts of a path before the last, are passed over.
    """
    if not words:
        return "y"
    last = [part for part in re.split(r"[/.]", text) if re.search(r"[A-Za-z]", part)][-1:]
    ending = [found[0].lower() for part in last for found in WORDS.finditer(part)]
    for some in (words, [word for word in words if word not in OF_LAYER], ending):
        if " ".join(some) in KNOWN:
            return KNOWN[" ".join(some)]
    return "_".join(words)
