"""Keras' files: .keras and .weights.h5 of Keras 3, .h5 of Keras 2. Keras itself is never loaded, nothing is unpickled.

With a configuration every layer is read as it says; without one the shapes and names of the weights must do.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace

from rnn_tui.core.cell import Cell
from rnn_tui.core.gated import AFTER, BEFORE
from rnn_tui.core.layer import Layer
from rnn_tui.core.texts import megabytes
from rnn_tui.files.archives import check_packed, open_archive
from rnn_tui.files.foreign import keras_layers as layers
from rnn_tui.files.foreign.chains import loaded
from rnn_tui.files.foreign.hdf5 import Tree, tree
from rnn_tui.files.foreign.hdf5_process import TEXT_LIMIT
from rnn_tui.files.foreign.keras_config import WRAPPERS, Described, described
from rnn_tui.files.foreign.keras_stored import Stored, stored, unnamed
from rnn_tui.files.foreign.loaded import Held, Loaded
from rnn_tui.files.foreign.names import parts_of
from rnn_tui.files.foreign.parts import Numbers, Part, Read, single, unknown
from rnn_tui.files.source import Source

SAVE = "Keras' save writes one"
CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
RECURRENT = {"SimpleRNN": "rnn", "LSTM": "lstm", "GRU": "gru", "CuDNNLSTM": "lstm", "CuDNNGRU": "gru"}
JOINS = {"concat": "concat", "sum": "sum", "mul": "mul", "ave": "average"}
"""Keras' merge modes, and our cells that do the same."""
LEARNING = ("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization")
IDLE = ("InputLayer", "Masking", "Identity", *LEARNING)
"""Layers that change nothing when nothing is learned."""
FUNCTIONS = {"Softmax": "softmax({})", "ReLU": "relu({})"}


def keras(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    """The network of a .keras file: an archive of the configuration and the weights. Raises LoadError."""
    with source.open() as file:
        archive, members = open_archive(source, file, "is no whole .keras file", SAVE)
        for name in (CONFIG, WEIGHTS):
            if name not in members:
                raise source.error("", f"has no {name}", SAVE)
        config, metadata = (_text(source, archive, members.get(name)) for name in (CONFIG, METADATA))
    try:
        about = json.loads(metadata or "{}")
        version = str(about.get("keras_version", ""))
    except (ValueError, RecursionError, AttributeError):
        version = ""
    weights = tree(source, members[WEIGHTS])
    return _configured(source, f"Keras {version or '3'}", config, weights, _major(version, 3), choice, allow_nonfinite)


def _text(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> bytes:
    """A small member of an archive. Raises LoadError."""
    if info is None:
        return b""
    if info.file_size > TEXT_LIMIT:
        raise source.error(info.filename, f"has {megabytes(info.file_size)}", f"up to {megabytes(TEXT_LIMIT)} is read")
    check_packed(source, info.filename, info.file_size)
    try:
        with archive.open(info) as file:
            return file.read(TEXT_LIMIT)
    except Exception:  # encrypted, an unknown compression, damaged
        raise source.error(info.filename, "cannot be unpacked", "Keras' save writes it anew") from None


def hdf5(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    """The network of an .h5 file: with its configuration, or weights alone. Raises LoadError."""
    found = tree(source)
    version = found.text("", "keras_version") or found.text("model_weights", "keras_version")
    config = found.text("", "model_config")
    if config:
        major = _major(version, 2)
        return _configured(source, f"Keras {version or '2'}", config, found, major, choice, allow_nonfinite)
    if found.texts("", "layer_names"):
        format_, ordered = f"weights of Keras {version or '2'}", True
        parts, left = parts_of(source, _tensors(found))
    else:
        format_, ordered = "weights of Keras 3", False
        parts, left = unnamed(source, found)
    return loaded(source, format_, parts, ordered=ordered, choice=choice, allow_nonfinite=allow_nonfinite, left=left)


def _tensors(found: Tree) -> dict[str, Held]:
    """The weights of Keras 2 by name, in the order of the layers."""
    named = {}
    for layer in found.texts("", "layer_names"):
        own = found.below(layer)
        for name in found.texts(layer, "weight_names") or sorted(own):
            if name in own:
                named[name if name.startswith(f"{layer}/") else f"{layer}/{name}"] = own[name]
    return {name: replace(held, name=name) for name, held in named.items()}


def _major(version: str, usual: int) -> int:
    found = re.match(r"([0-9]{1,3})\.", version)
    return int(found[1]) if found else usual


def _configured(
    source: Source,
    format_: str,
    config: str | bytes,
    weights: Tree,
    version: int,
    choice: int,
    allow_nonfinite: bool,
) -> Loaded:
    """The network of a configuration and its weights."""
    every = described(source, config)
    weighted = stored(weights, every)
    read = {name for layer in every for name in layer.sources}
    parts: list[Part] = []
    sources: dict[str, str] = {}
    notes: list[str] = []
    left: list[str] = []
    made: dict[str, Part] = {}
    for layer in every:
        reads = tuple(sources.get(name, name) for name in layer.sources)
        if layer.kind in IDLE:
            sources[layer.name] = reads[0] if reads else ""
            left += [] if layer.kind == "InputLayer" else [f"{layer.name} ({layer.kind})"]
            notes += [MASKED.format(layer.name, "rows that are masked")] * (layer.kind == "Masking")
            continue
        own = weighted.get(layer.name, Stored())
        if layer.name not in read and not own.tensors and layer is not every[-1]:  # of masks, which are no inputs
            continue
        below = parts[-1] if parts else None
        if reads and (below is None or reads != (below.name,)) and any(reads):
            parts.append(unknown("", ()))
        part = _part(source, layer, own, version, made.get(reads[0] if reads else ""))
        parts.append(part)
        made[layer.name] = part
    return loaded(
        source,
        format_,
        parts,
        ordered=True,
        choice=choice,
        allow_nonfinite=allow_nonfinite,
        notes=notes,
        left=left,
    )


MASKED = "{}: {} are skipped by Keras, and stepped here like any other"


def _part(source: Source, layer: Described, own: Stored, version: int, below: Part | None) -> Part:
    """One layer. Raises LoadError."""
    inner = layer.inner if layer.kind in (*WRAPPERS, "RNN") else layer
    if layer.kind == "Bidirectional":
        return _both(source, layer, own, version)
    if inner.kind in RECURRENT:
        said = _said(source, inner, version, reverse=inner.flag("go_backwards"))
        return layers.recurrent(layers.way(source, layer.name, own.named(layer.name), said), _notes(inner))
    if inner.kind == "Embedding" and own.tensors:
        table = own.named(layer.name, ("embeddings",))["embeddings"]
        notes = (MASKED.format(layer.name, "timesteps of token 0"),) if inner.flag("mask_zero") else ()
        return layers.embedding(source, layer.name, table, notes)
    function = inner.activation("activation", "linear", version)
    if inner.kind == "Dense" and own.tensors and function is not None:
        return layers.dense(source, layer.name, own.named(layer.name, ("kernel", "bias")), function)
    function = FUNCTIONS.get(inner.kind, function if inner.kind == "Activation" else None)
    usual = set(inner.config) <= {"name", "trainable", "dtype", "axis", "activation"}
    if function is not None and below is not None and below.outputs and usual:
        return _function(layer.name, inner.kind, function, below.outputs)
    return unknown(layer.name, own.tensors, layer.kind)


def _function(name: str, kind: str, function: str, size: int) -> Part:
    """A function of every timestep, as a layer of its own."""
    text = f"title = \"Function as read\"\nequations = '''\ny[t] = {function.format('x[t]')}\n'''\n"

    def read(numbers: Numbers) -> Read:
        layer = Layer(Cell.parse(text, f"{function.partition('(')[0]} as read"))
        return single(name, kind, layers.KERAS, layer, ())

    return Part(name, kind, size, size, False, (), read)


def _said(source: Source, layer: Described, version: int, reverse: bool) -> layers.Said:
    """What the configuration says of a recurrent layer. Raises LoadError for a function that we do not have."""
    found = []
    for name, usual in (("activation", "tanh"), ("recurrent_activation", "sigmoid" if version > 2 else "hard_sigmoid")):
        cudnn = layer.kind.startswith("CuDNN")
        function = (
            ("tanh({})", "sigmoid({})")[name != "activation"] if cudnn else layer.activation(name, usual, version)
        )
        if function is None or function.startswith("softmax"):
            raise source.error(layer.name, f"the {name} is not known", "tanh, sigmoid, relu and others are")
        found.append(function)
    reset = ""
    if layer.kind == "GRU" and "reset_after" in layer.config:
        reset = AFTER if layer.flag("reset_after") else BEFORE
    words = [f"{name} {layer.config[name]} left out: only for learning" for name in DROPPED if layer.config.get(name)]
    words += ["return_sequences=False: y of the last t"] * (not layer.flag("return_sequences"))
    words += ["stateful"] * layer.flag("stateful")
    kind = RECURRENT[layer.kind]
    return layers.Said(kind, found[0], found[1], reset, layer.kind.startswith("CuDNN"), reverse, tuple(words))


DROPPED = ("dropout", "recurrent_dropout")


def _notes(layer: Described, both: bool = False) -> tuple[str, ...]:
    """What is not as in Keras."""
    found = []
    if layer.flag("go_backwards") and not both and layer.flag("return_sequences"):
        found.append(
            f"{layer.name}: Keras gives the y of go_backwards in the order of its steps; here each is at its t"
        )
    if layer.given:
        found.append(f"{layer.name}: its initial state is given by the model; it is zeros here")
    if both and not layer.flag("return_sequences"):
        found.append(f"{layer.name}: Keras shows the backward y of t = 1 beside the forward y of the last t")
    return tuple(found)


def _both(source: Source, layer: Described, own: Stored, version: int) -> Part:
    """A Bidirectional layer. Raises LoadError."""
    forward = layer.inner
    other = Described(layer.name, "Bidirectional", {"layer": layer.config.get("backward_layer")}, ()).inner
    backward = forward if other.kind == "Bidirectional" else other
    mode = layer.config.get("merge_mode", "concat")
    known = forward.kind in RECURRENT and backward.kind in RECURRENT and mode in JOINS
    if not known or forward.flag("go_backwards"):
        return unknown(layer.name, own.tensors, f"Bidirectional {forward.kind}, merge_mode {mode}")
    ways = []
    for name, part, half in (("forward", forward, own.forward), ("backward", backward, own.backward)):
        said = _said(source, part, version, reverse=name == "backward")
        title = f"{layer.name} {name}"
        ways.append(layers.way(source, title, half.named(f"{layer.name}/{name}"), said))
    return layers.bidirectional(layer.name, ways[0], ways[1], JOINS[str(mode)], _notes(forward, both=True))
