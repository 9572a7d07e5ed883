"""From tensors by name to the parts of a network: PyTorch's names, Keras', and our own.

`tensors` are what an .npz, a .safetensors or a .pt file holds. A name's last word says what the tensor is, the words
before it which part it is of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from rnn_tui.files.foreign import keras_layers, own_layers, pytorch_layers
from rnn_tui.files.foreign.keras_layers import Said
from rnn_tui.files.foreign.loaded import Held
from rnn_tui.files.foreign.parts import FLOATS, Part, unknown
from rnn_tui.files.foreign.spelling import EMBEDDING, respelled
from rnn_tui.files.source import Source

WRAPPED = ("module", "_orig_mod")
"""Words that PyTorch puts before all names of a model that runs on several devices, or is compiled."""
INNER = re.compile(r"(lstm|gru|simple_rnn)?_?cell(_[0-9]+)?")
"""What Keras calls the cell inside of a layer."""
WAY = re.compile(r"(forward|backward)_")
Group = Mapping[str, Held]


def parts_of(source: Source, tensors: Mapping[str, Held]) -> tuple[list[Part], list[str]]:
    """The parts, in the file's order, and what is no weight, for `Loaded.not_read`.

    Raises:
        LoadError: parameters that belong together do not fit, or one of them is missing.
    """
    groups: dict[tuple[str, ...], dict[str, Held]] = {}
    left = []
    for name, held in tensors.items():
        if held.dtype not in FLOATS:
            left.append(f"{name} ({held.dtype})")
            continue
        words = re.split(r"[./]", name)
        leaf, _, _ = words[-1].partition(":")
        groups.setdefault(tuple(words[:-1]), {})[leaf] = held
    for name, held in tensors.items():
        *words, leaf = re.split(r"[./]", name)
        if held.dtype not in FLOATS and pytorch_layers.LEAF.fullmatch(leaf) and (tuple(words) in groups or not groups):
            raise source.error(name, f"holds numbers of {held.dtype}", f"{', '.join(FLOATS)} are read")
    groups = _joined(_unwrapped(respelled(groups)))
    return [_part(source, words, group) for words, group in groups.items()], left


def _unwrapped(groups: dict[tuple[str, ...], dict[str, Held]]) -> dict[tuple[str, ...], dict[str, Held]]:
    """Without the first words that all have, and those that say nothing."""
    while groups and all(len(words) > 1 or (words and words[0] in WRAPPED) for words in groups):
        first = {words[0] for words in groups}
        if len(first) > 1:
            break
        groups = {words[1:]: group for words, group in groups.items()}
    return {tuple(word for word in words if word not in WRAPPED): group for words, group in groups.items()}


def _joined(groups: dict[tuple[str, ...], dict[str, Held]]) -> dict[tuple[str, ...], dict[str, Held]]:
    """The names of Keras, ``lstm/lstm_cell/kernel`` and ``both/forward_lstm/kernel``: the cell inside is no part of its
    own, and neither is a direction, whose name stays before the leaf."""
    found: dict[tuple[str, ...], dict[str, Held]] = {}
    for words, group in groups.items():
        if "kernel" in group and words and INNER.fullmatch(words[-1]):
            words = words[:-1]
        if "kernel" in group and len(words) > 1 and words[-1] == words[-2]:
            words = words[:-1]
        way = WAY.match(words[-1]) if words else None
        if way and "recurrent_kernel" in group:
            words, group = words[:-1], {f"{way[1]}/{leaf}": held for leaf, held in group.items()}
        found.setdefault(words, {}).update(group)
    return found


def _part(source: Source, words: tuple[str, ...], group: Group) -> Part:
    """One part, of whosever names they are."""
    name = ".".join(words)
    for known, make in READERS:
        if known(group, name):
            return make(source, name, group)
    return unknown(name, group.values())


def _is_torch(group: Group, name: str) -> bool:
    return any(map(pytorch_layers.LEAF.fullmatch, group))


def _torch(source: Source, name: str, group: Group) -> Part:
    own = {leaf: held for leaf, held in group.items() if pytorch_layers.LEAF.fullmatch(leaf)}
    return pytorch_layers.recurrent(source, name, own)


def _is_cell(group: Group, name: str) -> bool:
    return "weight_ih" in group or "weight_hh" in group


def _is_both(group: Group, name: str) -> bool:
    return "forward/recurrent_kernel" in group and "backward/recurrent_kernel" in group


def _both(source: Source, name: str, group: Group) -> Part:
    ways = [_of(group, way) for way in ("forward", "backward")]
    made = [
        keras_layers.way(source, f"{name} {said}".strip(), held, Said(reverse=said == "backward"))
        for said, held in zip(("forward", "backward"), ways, strict=True)
    ]
    note = f"{name or 'the file'}: how both directions are joined is not in the file, concat is taken"
    return keras_layers.bidirectional(name, made[0], made[1], "concat", (*_usual(name, made[0]), note))


def _of(group: Group, way: str) -> dict[str, Held]:
    return {leaf.partition("/")[2]: held for leaf, held in group.items() if leaf.startswith(f"{way}/")}


def _is_keras(group: Group, name: str) -> bool:
    return "recurrent_kernel" in group


def _keras(source: Source, name: str, group: Group) -> Part:
    made = keras_layers.way(source, name, group, Said())
    return keras_layers.recurrent(made, _usual(name, made))


def _usual(name: str, made: keras_layers.Way) -> tuple[str, ...]:
    """The note of what only a configuration would say."""
    functions = "tanh is" if made.kind == "rnn" else "tanh and sigmoid are"
    return (f"{name or 'the file'}: activations are not in the file, {functions} taken",)


def _is_dense(group: Group, name: str) -> bool:
    return set(group) <= {"kernel", "bias"} and "kernel" in group and len(group["kernel"].shape) == 2


def _dense(source: Source, name: str, group: Group) -> Part:
    return keras_layers.dense(source, name, group)


def _is_table(group: Group, name: str) -> bool:
    return set(group) == {"embeddings"}


def _table(source: Source, name: str, group: Group) -> Part:
    return keras_layers.embedding(source, name, group["embeddings"])


def _is_ours(group: Group, name: str) -> bool:
    return bool(own_layers.fitting(group))


def _ours(source: Source, name: str, group: Group) -> Part:
    return own_layers.part(source, name, group, own_layers.fitting(group))


def _is_embedding(group: Group, name: str) -> bool:
    return set(group) == {"weight"} and _matrix(group["weight"]) and bool(EMBEDDING.search(name))


def _is_linear(group: Group, name: str) -> bool:
    if not set(group) <= {"weight", "bias"} or "weight" not in group or not _matrix(group["weight"]):
        return False
    return "bias" not in group or group["bias"].shape == group["weight"].shape[:1]


def _matrix(held: Held) -> bool:
    return len(held.shape) == 2 and 0 not in held.shape


READERS: tuple[tuple[Callable[[Group, str], bool], Callable[[Source, str, Group], Part]], ...] = (
    (_is_torch, _torch),
    (_is_cell, pytorch_layers.cell),
    (_is_both, _both),
    (_is_keras, _keras),
    (_is_dense, _dense),
    (_is_table, _table),
    (_is_ours, _ours),
    (_is_embedding, pytorch_layers.embedding),
    (_is_linear, pytorch_layers.linear),
)
"""Whose names a group of parameters has, and what makes a part of them."""
