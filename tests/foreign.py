"""Files of other frameworks: where they are, what they need, and what their framework computes of them."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracles import VECTORS, run

from rnn_tui import LoadError, Network, Sequence
from rnn_tui.files.models import load_model

Array = NDArray[Any]
FILES = VECTORS / "files"
MODULES = {".pt": "torch", ".pth": "torch", ".keras": "h5py", ".h5": "h5py", ".onnx": "onnx"}
"""What a file of an ending needs, and is not part of this program."""
NAMED = {
    "torch": 'PyTorch is needed to read it; pip install "rnn-tui[torch]"',
    "onnx": 'onnx is needed to read it; pip install "rnn-tui[onnx]"',
    "h5py": 'h5py is needed to read it; pip install "rnn-tui[keras]"',
}


def there(module: str) -> bool:
    """Whether a package is installed."""
    return find_spec(module) is not None


def readable(path: Path) -> bool:
    """Whether what a file needs is installed; where it is not, the file is refused and names the extra."""
    module = MODULES.get(path.suffix)
    if module is None or there(module):
        return True
    with pytest.raises(LoadError) as caught:
        load_model(path)
    assert str(caught.value) == f"{path}: {NAMED[module]}"
    return False


def stored(name: str) -> dict[str, Any]:
    """What the framework computes, of the JSON of that name."""
    return dict(json.loads((FILES / f"{name}.json").read_text("utf-8")))


def column(ids: Any) -> Array:
    """Numbers of tokens as x of one column."""
    return np.asarray(ids, np.float32)[:, None]


def outputs(network: Network, x: Array) -> Array:
    """The y of the last layer at every timestep."""
    from rnn_tui.core.tokens import read_by

    return run(network, read_by(network, Sequence(x)).x).outputs
