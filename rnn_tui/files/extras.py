"""The packages of others that only some files need: loaded when one is opened, and named where they are missing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import Source

EXTRAS = {"torch": ("PyTorch", "torch"), "h5py": ("h5py", "keras"), "onnx": ("onnx", "onnx")}
"""Module to what it is called, and the extra of this program that brings it."""


def needed(module: str, source: Source) -> Any:
    """A module of someone else. Raises LoadError with the line to type where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        raise _missing(module, source) from None


def check_there(module: str, source: Source) -> None:
    """Raises LoadError as `needed` does, without loading the module."""
    if find_spec(module) is None:
        raise _missing(module, source)


def _missing(module: str, source: Source) -> LoadError:
    name, extra = EXTRAS[module]
    return source.error("", f"{name} is needed to read it", f'pip install "rnn-tui[{extra}]"')
