"""A cell's description: TOML text to the fields of a Cell, every mistake told with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rnn_tui.cells import LARGEST
from rnn_tui.core.equations import NAME, parse_equations
from rnn_tui.core.errors import CellError
from rnn_tui.core.nearest import nearest
from rnn_tui.core.operations import FUNCTIONS, LARGEST_DIMENSION, MOST_PARTS, Shape
from rnn_tui.core.shapes import summed
from rnn_tui.core.texts import hidden_at
from rnn_tui.core.toml import NotToml, read_toml

KEYS = ("title", "source", "description", "equations", "input", "parameters", "state", "initial")
DIMENSION = re.compile(r"(?:[A-Z]|[1-9][0-9]{0,4})(?: ?\+ ?(?:[A-Z]|[1-9][0-9]{0,4}))*\Z")


class Description:
    """A cell's TOML text being read."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.lines = text.split("\n")

    def error(self, key: str, why: str, hint: str = "", section: str = "") -> CellError:
        """An error at the line that sets `key`, in `section` where one is named."""
        header = re.compile(rf"\s*\[\s*{section}\s*\]")
        start = next((i for i, line in enumerate(self.lines, 1) if section and header.match(line)), 1)
        pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[]=]")  # not s[t] = ..., an equation
        line = next((i for i, line in enumerate(self.lines, 1) if i >= start and pattern.match(line)), start)
        return CellError(self.source, f"line {line}, column 1", why, hint)

    def fields(self) -> dict[str, Any]:
        """The arguments that make the Cell.

        Raises:
            CellError: names the source, line and column.
        """
        if len(self.text) > LARGEST:
            raise CellError(self.source, "", f"is larger than {LARGEST} characters", "a cell is a small TOML file")
        if hidden := hidden_at(self.text):
            line, column, name = hidden
            why = f"the character {name} could not be seen by a reader"
            raise CellError(self.source, f"line {line}, column {column}", why, "leave it out")
        try:
            table = read_toml(self.text)
        except NotToml as error:
            hint = "see the README for a cell" if error.where else ""
            raise CellError(self.source, error.where, error.why, hint) from None
        for key in table:
            if key not in KEYS:
                raise self.error(key, f"the key {key} is not known", nearest(key, KEYS))
        equations = self.string(table, "equations")
        first = next((i for i, line in enumerate(self.lines, 1) if re.match(r"\s*equations\b", line)), 1)
        opening = self.lines[first - 1]
        first += bool(re.search(r"=\s*(\"{3}|'{3})\s*$", opening))  # TOML drops the line end after the opening quotes
        name = self.source.rsplit("/", 1)[-1].removesuffix(".toml")
        parsed = parse_equations(equations, self.source, first)
        parameters, states = self.shapes(table, "parameters"), self.shapes(table, "state")
        inputs = self.shapes(table, "input") or {"x": ("I",)}
        if "x" not in inputs:
            raise self.error("input", "there is no input x", 'write x = ["I"]')
        for twice in sorted({*parameters} & {*states} | {*parameters, *states} & {*inputs}):
            raise self.error(twice, f"{twice} is declared twice", "give each its own name")
        texts = {key: " ".join(self.string(table, key, "").split()) for key in ("title", "source", "description")}
        return {
            "name": name,
            "equations": parsed,
            "parameters": parameters,
            "states": states,
            "inputs": inputs,
            "autonomous": "input" in table and not table["input"],
            "initial": self.initial(table, parameters),
            "text": self.text,
            **texts,
        }

    def string(self, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if value is None:
            raise CellError(self.source, "", f"the key {key} is missing", f'write {key} = "..."')
        if not isinstance(value, str):
            raise self.error(key, f"{key} must be text in quotes")
        return value

    def shapes(self, table: Mapping[str, Any], key: str) -> dict[str, Shape]:
        section = table.get(key, {})
        if not isinstance(section, dict):
            raise self.error(key, f"{key} must be a table", f"write [{key}]")
        return {name: self.shape(key, name, value) for name, value in section.items()}

    def shape(self, key: str, name: str, value: Any) -> Shape:
        taken = {"input": ("y", "t"), "state": ("x", "t")}.get(key, ("x", "y", "t"))
        if not NAME.match(name) or name in FUNCTIONS or name in taken:
            why = f"{name} cannot name a {key.rstrip('s')}"
            raise self.error(name, why, f"a letter first; {', '.join(taken[:-1])} and t are taken", key)
        good = isinstance(value, list) and len(value) <= (2 if key == "parameters" else 1)
        if not good or not all(self.dimension(size) for size in value):
            raise self.error(name, f"the shape of {name} is not understood", 'write one like ["H", "I"] or ["H"]', key)
        if key != "parameters" and not value:
            raise self.error(name, f"the {key} {name} must be a vector", 'write ["H"]', key)
        shape = tuple(size if isinstance(size, int) else summed(size) for size in value)
        for size in shape:
            if isinstance(size, int) and size > LARGEST_DIMENSION:
                raise self.error(
                    name, f"the shape of {name} is not understood", f"{LARGEST_DIMENSION} is the most", key
                )
            if isinstance(size, str) and "+" in size and (key == "input" or size.count("+") >= MOST_PARTS):
                hint = "x is given and has a size of its own" if key == "input" else f"{MOST_PARTS} parts are the most"
                raise self.error(name, f"the size {size} of {name} cannot be a sum of these", hint, key)
        return shape

    def dimension(self, size: Any) -> bool:
        if isinstance(size, str):
            return bool(DIMENSION.match(size)) and not size.isdecimal()
        return isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= LARGEST_DIMENSION

    def initial(self, table: Mapping[str, Any], parameters: Mapping[str, Shape]) -> dict[str, float | str]:
        section = table.get("initial", {})
        if not isinstance(section, dict):
            raise self.error("initial", "initial must be a table", "write [initial]")
        for name, value in section.items():
            if name not in parameters:
                raise self.error(name, f"{name} is no parameter", section="initial")
            number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
            if not number and value not in ("uniform", "identity"):
                why = f"the initial value of {name} is not understood"
                raise self.error(name, why, "a number or identity", "initial")
            if value == "identity" and len(parameters[name]) != 2:
                why = f"{name} is no matrix and cannot begin as identity"
                raise self.error(name, why, "give it a number", "initial")
        return section
