"""Keras' files. To come."""

from __future__ import annotations

from rnn_tui.files.extras import needed
from rnn_tui.files.foreign.loaded import Loaded
from rnn_tui.files.source import Source


def keras(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    """A .keras file. Raises LoadError."""
    needed("h5py", source)
    raise source.error("", "Keras is not read yet")


def hdf5(source: Source, choice: int, allow_nonfinite: bool) -> Loaded:
    """An .h5 file. Raises LoadError."""
    return keras(source, choice, allow_nonfinite)
