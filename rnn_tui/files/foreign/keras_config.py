"""What the configuration in a file of Keras says of its layers: names, classes, and which reads which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.source import Source, quoted

MODELS = ("Sequential", "Functional", "Model")
WRAPPERS = ("TimeDistributed",)
"""Layers that do with every timestep what another one does."""
USUAL = {"linear": "{}", "tanh": "tanh({})", "sigmoid": "sigmoid({})", "relu": "relu({})", "softmax": "softmax({})"}
USUAL |= {"softsign": "softsign({})", "softplus": "softplus({})", "elu": "elu({}, 1.0)"}
HARD_SIGMOID = {2: "hard_sigmoid({}, 0.2, 0.5)", 3: f"hard_sigmoid({{}}, {1 / 6!r}, 0.5)"}
"""By the version of Keras: clip(0.2 z + 0.5) up to 2, relu6(z + 3) / 6 from 3 on."""
TENSORS = "__keras_tensor__"
"""How Keras 3 writes what a layer is called with."""


@dataclass(frozen=True, eq=False)
class Described:
    """A layer as the configuration has it.

    Attributes:
        name: of the layer.
        kind: its class.
        config: its settings.
        sources: the names of the layers whose outputs it reads; empty for an input.
        given: whether it is called with an initial state.
    """

    name: str
    kind: str
    config: dict[str, Any]
    sources: tuple[str, ...]
    given: bool = False

    @property
    def inner(self) -> Described:
        """The layer that a wrapper applies, under the wrapper's name; an RNN's cell as the layer it is the cell of."""
        part = self.config.get("cell" if self.kind == "RNN" else "layer")
        if not isinstance(part, dict) or not isinstance(part.get("config"), dict):
            return self
        config = {**self.config, **part["config"]} if self.kind == "RNN" else part["config"]
        kind = str(part.get("class_name", ""))
        kind = kind.removesuffix("Cell") if self.kind == "RNN" else kind
        return Described(self.name, kind, config, self.sources, self.given)

    def flag(self, name: str, usual: bool = False) -> bool:
        """A setting that is true or false."""
        return bool(self.config.get(name, usual))

    def activation(self, name: str, usual: str, version: int) -> str | None:
        """The function of a setting, ``"tanh({})"``; None where we have no such function."""
        given = self.config.get(name, usual)
        if isinstance(given, dict):
            inner = given.get("config")
            given = inner if isinstance(inner, str) else given.get("class_name")
        word = str(given if given is not None else "linear").lower()
        return HARD_SIGMOID[2 if version < 3 else 3] if word == "hard_sigmoid" else USUAL.get(word)


def described(source: Source, text: str | bytes) -> list[Described]:
    """The layers of a configuration, in its order. Raises LoadError where it is none."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise source.error("config", "is not JSON", "Keras' save writes it") from None
    kind = whole.get("class_name") if isinstance(whole, dict) else None
    if kind not in MODELS:
        raise source.error("config", f"is of {quoted(kind)}", "a Sequential or Functional model is read")
    config = whole.get("config")
    entries = config.get("layers") if isinstance(config, dict) else config  # a list in early versions of Keras 2
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise source.error("config", "has no list of layers", "Keras' save writes one")
    found: list[Described] = []
    for entry in entries:
        own = entry.get("config")
        settings: dict[str, Any] = own if isinstance(own, dict) else {}
        name = str(settings.get("name") or entry.get("name") or f"layer {len(found) + 1}")
        nodes = entry.get("inbound_nodes")
        if kind == "Sequential":
            sources: tuple[str, ...] = (found[-1].name,) if found else ()
        else:
            sources = tuple(dict.fromkeys(_sources(nodes, 8)))
        given = "initial_state" in json.dumps(nodes)
        found.append(Described(name, str(entry.get("class_name")), settings, sources, given))
    return found


def _sources(nodes: Any, depth: int) -> Iterator[str]:
    """The names of the layers that a layer is called with: in Keras 3 in tensors, in Keras 2 ``["name", 0, 0, {}]``."""
    if isinstance(nodes, dict):
        config = nodes.get("config")
        history = config.get("keras_history") if isinstance(config, dict) else None
        if nodes.get("class_name") == TENSORS and isinstance(history, list) and history:
            yield str(history[0])
        elif depth:
            yield from _sources(nodes.get("args"), depth - 1)
    elif isinstance(nodes, list) and depth:
        if len(nodes) >= 3 and isinstance(nodes[0], str) and type(nodes[1]) is int:
            yield nodes[0]
        else:
            for node in nodes:
                yield from _sources(node, depth - 1)


def snake_case(kind: str) -> str:
    """``SimpleRNN`` as ``simple_rnn``: what Keras calls layers of a class."""
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", re.sub(r"\W+", "", kind))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
