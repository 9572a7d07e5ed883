"""Which datasets of a Keras file are the weights of which layer, in the order in which Keras makes them.

Keras 3 puts them under ``layers/<class>/vars/0, 1, ...``, and those of a recurrent layer under its ``cell``; Keras 2
under the layer's name, with the order in an attribute.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.foreign import keras_layers as layers
from rnn_tui.files.foreign.hdf5 import Tree
from rnn_tui.files.foreign.keras_config import Described, snake_case
from rnn_tui.files.foreign.keras_layers import Said
from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.parts import FLOATS, Part, unknown
from rnn_tui.files.source import Source

ROOTS = ("layers", "_layer_checkpoint_dependencies")
"""Where Keras 3, and the last versions of Keras 2 in a .keras file, have the layers."""
OF_RECURRENT = ("kernel", "recurrent_kernel", "bias")
NUMBERED = re.compile(r"(?:(layer|forward_layer|backward_layer)/)?(?:cell/)?vars/([0-9]{1,4})")


@dataclass(frozen=True)
class Stored:
    """The weights of a layer, in order; of a Bidirectional one its two halves."""

    tensors: tuple[Held, ...] = ()

    @property
    def forward(self) -> Stored:
        """The first half."""
        return Stored(self.tensors[: len(self.tensors) // 2])

    @property
    def backward(self) -> Stored:
        """The second half."""
        return Stored(self.tensors[len(self.tensors) // 2 :])

    def named(self, layer: str, names: Sequence[str] = OF_RECURRENT) -> dict[str, Held]:
        """The weights by what Keras calls them."""
        return {name: replace(held, name=f"{layer}/{name}") for name, held in zip(names, self.tensors, strict=False)}


def stored(found: Tree, every: list[Described]) -> dict[str, Stored]:
    """Name of a layer to its weights."""
    root = _root(found)
    return _of_three(found, root, every) if root else _of_two(found, every)


def _root(found: Tree) -> str:
    """Where the layers are; empty where they are in no group of their own."""
    return next((root for root in ROOTS if any(path.startswith(f"{root}/") for path in found.datasets)), "")


def _of_two(found: Tree, every: list[Described]) -> dict[str, Stored]:
    """Of an .h5 file of Keras 2, or of the same layout of Keras 3."""
    root = "model_weights/" if "model_weights" in found.attributes else ""
    made = {}
    for layer in every:
        own = found.below(root + layer.name)
        names = [name for name in found.texts(root + layer.name, "weight_names") if name in own]
        made[layer.name] = Stored(tuple(own[name] for name in names if own[name].dtype in FLOATS))
    return made


def _of_three(found: Tree, root: str, every: list[Described]) -> dict[str, Stored]:
    """Of the layout of Keras 3: by the name that a group says it has, or else by its class and how many came before."""
    groups = _groups(found, root)
    said = {found.text(f"{root}/{group}/vars", "name"): group for group in groups}
    count: Counter[str] = Counter()
    made = {}
    for layer in every:
        kind = snake_case(layer.kind)
        usual = f"{kind}_{count[kind]}" if count[kind] else kind
        count[kind] += 1
        group = said.get(layer.name) or (layer.name if layer.name in groups else usual)
        made[layer.name] = Stored(tuple(groups.get(group, {}).values()))
    return made


def _groups(found: Tree, root: str) -> dict[str, dict[str, Held]]:
    """Group to its weights, by the rest of their path and in order: the forward half before the backward one."""
    groups: dict[str, dict[str, Held]] = {}
    for path, held in found.below(root).items():
        group, _, rest = path.partition("/")
        if NUMBERED.fullmatch(rest) and held.dtype in FLOATS:
            groups.setdefault(group, {})[rest] = held
    return {group: dict(sorted(own.items(), key=lambda each: _place(each[0]))) for group, own in groups.items()}


def _place(path: str) -> tuple[bool, int]:
    match = NUMBERED.fullmatch(path)
    assert match is not None
    return match[1] == "backward_layer", int(match[2])


def unnamed(source: Source, found: Tree) -> tuple[list[Part], list[str]]:
    """The parts of a file of Keras 3 that has weights alone, and what else is there. Raises LoadError."""
    made: list[Part] = []
    root = _root(found)
    groups = _groups(found, root)
    for group, own in groups.items():
        name = found.text(f"{root}/{group}/vars", "name") or group
        made.append(_unnamed(source, name, group, own))
    known = {held.name for own in groups.values() for held in own.values()}
    left = [f"{path} {held.shape}" for path, held in found.datasets.items() if path not in known]
    return made, left


def _unnamed(source: Source, name: str, group: str, own: dict[str, Held]) -> Part:
    """A part by the class in its group's name and by its weights."""
    weights, kind = Stored(tuple(own.values())), group.rstrip("0123456789").rstrip("_")
    notes = (f"{name}: the file has no configuration, the usual activations are taken",)
    if kind == "bidirectional" and len(own) >= 4:
        ways = [
            layers.way(source, f"{name} {said}", half.named(f"{name}/{said}"), Said(reverse=said == "backward"))
            for said, half in (("forward", weights.forward), ("backward", weights.backward))
        ]
        return layers.bidirectional(name, ways[0], ways[1], "concat", (*notes, f"{name}: concat is taken as well"))
    if kind in ("lstm", "gru", "simple_rnn", "rnn"):
        wanted = {"lstm": "lstm", "gru": "gru", "simple_rnn": "rnn", "rnn": ""}[kind]
        return layers.recurrent(layers.way(source, name, weights.named(name), Said(wanted)), notes)
    if kind == "embedding" and len(own) == 1:
        return layers.embedding(source, name, weights.named(name, ("embeddings",))["embeddings"])
    if kind in ("dense", "time_distributed") and 1 <= len(own) <= 2 and len(weights.tensors[0].shape) == 2:
        notes = (f"{name}: the file has no configuration, no activation is taken",)
        return layers.dense(source, name, weights.named(name, ("kernel", "bias")), notes=notes)
    return unknown(name, own.values())
