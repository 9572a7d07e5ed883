"""A network out of a file of anyone's: what the file is, is seen from its first bytes, not from its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from rnn_tui.core.nearest import nearest
from rnn_tui.core.network import Network
from rnn_tui.files.archives import open_archive
from rnn_tui.files.errors import LoadError
from rnn_tui.files.foreign.loaded import Held, Loaded, chosen, listed
from rnn_tui.files.own import DESCRIPTION, read_own
from rnn_tui.files.samples import MODELS, sample_names, sample_path
from rnn_tui.files.source import Progress, Source, ordinary_file

HEAD = 64
"""Bytes that tell what a file is."""
KNOWN = ".npz, .safetensors, .pt, .onnx, .keras and .h5 are read"


def load_network(
    path: str | os.PathLike[str], *, choice: int = 0, allow_nonfinite: bool = False, progress: Progress | None = None
) -> Network:
    """The network in a file: one that `save_network` wrote, with the very bits of its parameters, or a framework's.

    Args, and what is raised: as of `load_model`.
    """
    return load_model(path, choice=choice, allow_nonfinite=allow_nonfinite, progress=progress).network


def load_model(
    path: str | os.PathLike[str], *, choice: int = 0, allow_nonfinite: bool = False, progress: Progress | None = None
) -> Loaded:
    """The network in a file, what it begins with, and how every convention of the file was read.

    Args:
        path: the file, or the name of a built-in model.
        choice: which network, from 1, of a file that holds several; 0 where it has one.
        allow_nonfinite: let NaN and infinity pass.
        progress: called now and then with the bytes done and in all; what it raises to cancel passes.

    Raises:
        LoadError: the file is missing, unreadable, no network or several; told with the layer and the parameter.
    """
    found = inspected(path, choice=choice, allow_nonfinite=allow_nonfinite, progress=progress)
    if found.choices and not choice:
        why = f"holds {len(found.choices)} networks that do not follow each other: {listed(found.choices)}"
        raise LoadError(os.fspath(path), "", why, "choice = 1 takes the first")
    return found


def inspected(
    path: str | os.PathLike[str], *, choice: int = 0, allow_nonfinite: bool = True, progress: Progress | None = None
) -> Loaded:
    """As `load_model`, but of a file that holds several networks the first where no `choice` is made."""
    shown = os.fspath(path)
    place = None if os.path.isfile(shown) else sample_path(shown, MODELS)
    hint = nearest(shown, sample_names(MODELS), f"a network is needed, {KNOWN}")
    source = ordinary_file(shown if place is None else str(place), hint, progress)
    try:
        return _reader(source)(source, choice, allow_nonfinite)
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None


Reader = Callable[[Source, int, bool], Loaded]


def _reader(source: Source) -> Reader:
    """What reads the file. Raises LoadError where nothing does."""
    with source.open() as file, source.reading():
        head = file.read(HEAD)
    suffix = os.path.splitext(source.shown)[1].lower()
    if head.startswith(b"PK"):
        return _zipped(source, suffix)
    if head.startswith(b"\x89HDF"):
        return _hdf5
    if head[8:9] == b"{" and suffix == ".safetensors":
        return _safetensors
    if head.startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        return _pytorch
    if suffix == ".npz":
        return _zipped(source, suffix)
    if suffix in BY_NAME:
        return BY_NAME[suffix]
    raise source.error("", "is no file of a network that is known", KNOWN)


def _zipped(source: Source, suffix: str) -> Reader:
    """What reads an archive: by what is in it. Raises LoadError."""
    words = () if suffix == ".npz" else ("is an archive that is damaged or cut short", KNOWN)
    with source.open() as file:
        archive, members = open_archive(source, file, *words)
    names = archive.namelist()
    if "config.json" in names or any(name.endswith(".weights.h5") for name in names):
        return _keras
    if any(name.endswith((".pkl", "/version")) for name in names):
        return _pytorch
    return _own if DESCRIPTION in members else _npz


def _own(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.own_layers import saved
    from rnn_tui.files.states import states_of_own

    chosen(source, choice, [DESCRIPTION])
    network = read_own(source, allow_nonfinite)
    return saved(network, states_of_own(source, network, allow_nonfinite=allow_nonfinite))


def _npz(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.npz import npz

    return _by_names(source, "arrays by name", npz(source), True, choice, allow_nonfinite)


def _safetensors(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.safetensors import safetensors

    return _by_names(source, "safetensors", safetensors(source), False, choice, allow_nonfinite)


def _pytorch(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.pytorch import pytorch

    return _by_names(source, "PyTorch state_dict", pytorch(source), True, choice, allow_nonfinite)


def _by_names(
    source: Source, format_: str, tensors: dict[str, Held], ordered: bool, choice: int, allow_nonfinite: bool
) -> Loaded:
    """The network of tensors by name."""
    from rnn_tui.files.foreign.chains import loaded
    from rnn_tui.files.foreign.names import parts_of

    parts, left = parts_of(source, tensors)
    return loaded(source, format_, parts, ordered=ordered, choice=choice, allow_nonfinite=allow_nonfinite, left=left)


def _keras(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.keras import keras

    return keras(source, choice, allow_nonfinite)


def _hdf5(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.keras import hdf5

    return hdf5(source, choice, allow_nonfinite)


def _onnx(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    from rnn_tui.files.foreign.onnx import read_onnx

    return read_onnx(source, choice, allow_nonfinite=allow_nonfinite)


BY_NAME: Mapping[str, Reader] = {
    ".safetensors": _safetensors,
    ".h5": _hdf5,
    ".keras": _hdf5,
    ".onnx": _onnx,
    ".pt": _pytorch,
    ".pth": _pytorch,
}
"""What is tried where the first bytes tell nothing."""
