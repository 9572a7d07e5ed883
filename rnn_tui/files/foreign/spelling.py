"""Names of a recurrent layer's tensors in other spellings than PyTorch's: ``w_ih``, ``enc_W_hh``, ``gru_bias_ih_l0``.

In programs that keep their weights in one flat list, what stands before the matrix says which layer it is of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.pytorch_layers import LEAF, OF_CELL

RECURRENT = re.compile(r"(?:(.+)_)?(weights?|w|bias|b)_?([ih]h)((?:_l[0-9]{1,3})?(?:_reverse)?)", re.IGNORECASE)
PLAIN = re.compile(r"(.+)_(weights?|w|bias|b)", re.IGNORECASE)
EMBEDDING = re.compile(r"emb|lookup|wte|vocab|char|token|word", re.IGNORECASE)
"""What is in the names of tables whose rows are looked up."""
Groups = dict[tuple[str, ...], dict[str, Held]]


def respelled(groups: Mapping[tuple[str, ...], Mapping[str, Held]]) -> Groups:
    """The tensors in PyTorch's spelling, by the words before and the last one; those that have it already stay."""
    found: Groups = {}
    for words, group in groups.items():
        other = any(RECURRENT.fullmatch(leaf) and not _usual(leaf) for leaf in group)
        for leaf, held in group.items():
            before, last = _parted(leaf) if other else ((), leaf)
            found.setdefault((*words, *before), {})[last] = held
    return found


def _usual(leaf: str) -> bool:
    return leaf in OF_CELL or LEAF.fullmatch(leaf) is not None


def _parted(leaf: str) -> tuple[tuple[str, ...], str]:
    """The layer that a name is of, and what it is of the layer."""
    if each := RECURRENT.fullmatch(leaf):
        return tuple(filter(None, each.groups()[:1])), f"{_long(each[2])}_{each[3].lower()}{each[4].lower()}"
    if each := PLAIN.fullmatch(leaf):
        return (each[1],), _long(each[2])
    return ((leaf,), "weight") if EMBEDDING.search(leaf) else ((), leaf)


def _long(word: str) -> str:
    return "weight" if word.lower().startswith("w") else "bias"
