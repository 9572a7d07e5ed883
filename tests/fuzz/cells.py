"""Cells: descriptions written by a grammar of equations, some of them then damaged."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.network import Network
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence

from .judging import judged

LETTERS = ['"H"', '"I"', '"O"', '"X"', "1", "3", "65536", "0", "-1", "true", '"h"', "[]", "1e3"]
LETTERS += ['"H+I"', '"I + 2"', '"H+X"', '"H+"', '"2+3"']
SCRAPS = [
    "(",
    ")",
    "[t]",
    "[t-1]",
    "[t+1]",
    "@",
    "+",
    "*",
    "/",
    "**",
    ".",
    "lambda: 1",
    "x[t]",
    "s",
    "é",
    "\0",
    "\u202e",
    "#",
]
SCRAPS += [
    '"""',
    "\n",
    "=",
    "1e999",
    "9" * 5000,
    "  ",
    "\t",
    ";",
    "if",
    "t",
    "W",
    "concat(",
    "(" * 70,
    "-" * 70,
    "[" * 2000,
]
SEQUENCE = Sequence(np.array([[1.0, 0, 0], [0, 1, 0], [0.5, -2, 3], [0, 0, 1]]))


def _expression(chance: random.Random, names: list[str], depth: int) -> str:
    if not depth or chance.random() < 0.25:
        return chance.choice([*names, *names, "0.5", "2", "x[t]"])
    operation = chance.choice(list(OPERATIONS.values()))
    operands = [_expression(chance, names, depth - 1) for _ in range(operation.arity)]
    if operation.name == "@":
        return f"W{chance.randrange(3)} @ ({operands[1]})"
    if operation.name == "negative":
        return f"-({operands[0]})"
    if operation.name in "+-*/":
        return f"({operands[0]}) {operation.name} ({operands[1]})"
    return f"{operation.name}({', '.join(operands)})"


def description(chance: random.Random) -> str:
    """A cell's text, more often wrong than right."""
    states = [f"s{i}" for i in range(chance.randint(0, 2))]
    fed_back = ["y"] if chance.random() < 0.3 else []
    names = ["x[t]", *(f"{name}[t-1]" for name in states + fed_back)]
    lines = []
    for target in [*(f"v{i}" for i in range(chance.choice([0, 0, 1, 2, 30]))), *states, "y"]:
        lines.append(f"{target}[t] = {_expression(chance, names, chance.randint(0, 3))}")
        names.append(f"{target}[t]")
    used = "\n".join(lines)
    letters = [*LETTERS[:2], '"H+I"'] if chance.random() < 0.7 else LETTERS
    shapes = [f"W{i} = [{chance.choice(letters)}, {chance.choice(letters)}]" for i in range(3) if f"W{i}" in used]
    sizes = [f"{name} = [{chance.choice(letters)}]" for name in states + fed_back]
    text = f'equations = """\n{used}\n"""\n'
    blind = "x[t]" not in used and chance.random() < 0.8
    text += "[parameters]\n" + "\n".join(shapes) + "\n[state]\n" + "\n".join(sizes) + "\n"
    return text + "[input]\n" * blind


def case(seed: int, folder: Path) -> bool:
    """Reads one, and runs what came of it; whether something did."""
    chance = random.Random(seed)
    text = description(chance)
    for _ in range(chance.choice([0, 0, 1, 2])):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(SCRAPS) + text[place + chance.randint(0, 3) :]
    cell = judged(lambda: Cell.parse(text, "case.toml"))
    if cell is not None:
        judged(lambda: Run(Network.random(cell, 3, 2), SEQUENCE).walk().at(4))
    return cell is not None
