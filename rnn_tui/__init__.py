"""rnn_tui: see, number by number, what a recurrent network does.

The names below are loaded when they are first used, so ``import rnn_tui`` alone costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnn_tui.app import RnnApp
    from rnn_tui.core.cell import Cell
    from rnn_tui.core.directions import Bidirectional
    from rnn_tui.core.errors import CellError, InputError, RangeError
    from rnn_tui.core.gradients import Gradients, gradients
    from rnn_tui.core.layer import Layer
    from rnn_tui.core.network import Network
    from rnn_tui.core.run import Run
    from rnn_tui.core.sequence import Sequence
    from rnn_tui.core.simulator import Simulator
    from rnn_tui.core.step import Step
    from rnn_tui.files.errors import LoadError
    from rnn_tui.files.models import load_network
    from rnn_tui.files.own import save_network
    from rnn_tui.files.sequences import load_sequence

__version__ = "0.1.0"

HOMES = {
    "RnnApp": "rnn_tui.app",
    "Cell": "rnn_tui.core.cell",
    "CellError": "rnn_tui.core.errors",
    "InputError": "rnn_tui.core.errors",
    "RangeError": "rnn_tui.core.errors",
    "Bidirectional": "rnn_tui.core.directions",
    "Gradients": "rnn_tui.core.gradients",
    "gradients": "rnn_tui.core.gradients",
    "Layer": "rnn_tui.core.layer",
    "Network": "rnn_tui.core.network",
    "Run": "rnn_tui.core.run",
    "Sequence": "rnn_tui.core.sequence",
    "Simulator": "rnn_tui.core.simulator",
    "Step": "rnn_tui.core.step",
    "LoadError": "rnn_tui.files.errors",
    "load_network": "rnn_tui.files.models",
    "save_network": "rnn_tui.files.own",
    "load_sequence": "rnn_tui.files.sequences",
}
"""Each public name and the module it lives in."""

__all__ = [
    "Bidirectional",
    "Cell",
    "CellError",
    "Gradients",
    "InputError",
    "Layer",
    "LoadError",
    "Network",
    "RangeError",
    "RnnApp",
    "Run",
    "Sequence",
    "Simulator",
    "Step",
    "gradients",
    "load_network",
    "load_sequence",
    "save_network",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'rnn_tui' has no attribute {name!r}")
    value = getattr(import_module(HOMES[name]), name)
    globals()[name] = value
    return value
