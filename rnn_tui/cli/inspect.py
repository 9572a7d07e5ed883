"""``inspect``: what is in a trained network's file, and how every convention of it is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence

from rnn_tui.cli.parser import Parser
from rnn_tui.core.texts import one_line
from rnn_tui.files.foreign.loaded import Loaded
from rnn_tui.files.foreign.wording import model_fields, model_lines
from rnn_tui.files.models import inspected

NARROWEST, WIDEST = 60, 120
"""Columns of the lines."""


def command(words: Sequence[str]) -> int:
    """Prints the convention card of every layer of a file."""
    parser = Parser("inspect", "What is in a trained network's file, and how it is read.")
    parser.add_argument("model", metavar="MODEL", help=".npz, .safetensors, .pt, .onnx, .keras or .h5")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="(table)")
    options = parser.read(words)
    models = every(options.model)
    print(_json(options.model, models) if options.format == "json" else "\n".join(_lines(options.model, models)))
    return 0


def every(path: str) -> list[Loaded]:
    """The networks of a file. Raises LoadError."""
    first = inspected(path)
    others = range(2, len(first.choices) + 1)
    return [first, *(inspected(path, choice=choice) for choice in others)]


def _lines(path: str, models: list[Loaded]) -> list[str]:
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    count = sum(len(model.network.layers) for model in models)
    several = f", {len(models)} networks" if len(models) > 1 else ""
    lines = [
        one_line(f"{path}: {models[0].format}{several}, {count} layer{'s' * (count > 1)}, {models[0].network.dtype}")
    ]
    for number, model in enumerate(models, 1):
        if several:
            lines += ["", one_line(f"--layer {number}: {model.choices[number - 1]}")]
        lines += model_lines(model, width)
    return lines


def _json(path: str, models: list[Loaded]) -> str:
    layers = []
    for number, model in enumerate(models, 1):
        more = {"network": number} if len(models) > 1 else {}
        layers += [{**fields, **more} for fields in model_fields(model)]
    whole = {
        "file": path,
        "format": models[0].format,
        "layers": layers,
        "notes": list(dict.fromkeys(note for model in models for note in model.notes)),
        "not_read": list(dict.fromkeys(each for model in models for each in model.not_read)),
    }
    return json.dumps(whole, indent=2)
