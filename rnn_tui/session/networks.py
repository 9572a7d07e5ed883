"""The network of a session file: by its cells, by a model's file, or layer by layer with its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.narrow import KINDS
from rnn_tui.files.own import MOST_LAYERS, joined
from rnn_tui.files.samples import MODELS
from rnn_tui.files.source import Source as Bytes
from rnn_tui.session.access import Access
from rnn_tui.session.checking import told
from rnn_tui.session.parts import DTYPES, numbers_of, sizes_of, wholes
from rnn_tui.session.recipe import Blueprint, Numbers
from rnn_tui.session.tables import Table

NETWORK = ("cell", "hidden", "seed", "model", "layer", "layers", "dtype", "initial_state", "rounded")
WITH = {"layers": "dtype", "model": "layer"}
"""What goes with a whole network: the type of its numbers, or which one it is of those in a file."""
LAYER = ("cell", "text", "reverse", "reads", "parameters", "state")


@dataclass(frozen=True)
class Networks:
    """Reads [network].

    Attributes:
        access: which files may be read.
    """

    access: Access

    def network(self, table: Table, nonfinite: bool) -> Blueprint:
        """Which network. Raises LoadError."""
        table.known(NETWORK)
        blueprint = self._network(table, nonfinite)
        if "rounded" in table:
            blueprint = replace(blueprint, rounded=table.one_of("rounded", "", KINDS))
        if "initial_state" not in table:
            return blueprint
        path = self.access.path(table, "initial_state", table.raw("initial_state"))
        return replace(blueprint, initial_state=path)

    def _network(self, table: Table, nonfinite: bool) -> Blueprint:
        """Which network, but for the file of the states it begins with."""
        whole = next((key for key in ("layers", "model") if key in table), "")
        for key in table.values:
            if whole and key not in (whole, "initial_state", "rounded", WITH[whole]):
                raise table.error(key, f"{key} does not go with {whole}", "the network is there already")
        if whole == "model":
            given = table.raw("model")
            path = self.access.sample(given, MODELS) or self.access.path(table, "model", given)
            return Blueprint(model=path, choice=table.whole("layer", 0, 0))
        if whole == "layers":
            return Blueprint(numbers=self.layers(table, nonfinite))
        given = table.get("cell")
        if isinstance(given, list):
            table.texts("cell")  # which checks that they are
            names = tuple(given)
        else:
            names = tuple(table.raw("cell", "elman").split(","))
        if not 1 <= len(names) <= MOST_LAYERS:
            raise table.error("cell", f"there are {len(names)} cells", f"1 to {MOST_LAYERS} are needed")
        cells = tuple(self.access.cell(table, name) for name in names)
        return Blueprint(cells, sizes_of(table), table.whole("seed", 0, 0))

    def layers(self, table: Table, nonfinite: bool) -> Numbers:
        """The network of [[network.layers]], and the state it begins with. Raises LoadError."""
        tables = table.tables("layers")
        if not 1 <= len(tables) <= MOST_LAYERS:
            raise table.error("layers", f"there are {len(tables)} layers", f"1 to {MOST_LAYERS} are needed")
        reads = [wholes(each, "reads", [i]) for i, each in enumerate(tables)]
        layers = [self.layer(each, nonfinite) for each in tables]
        dtype = np.dtype(table.one_of("dtype", "float64", DTYPES))
        with told(table, "layers"), np.errstate(all="ignore"):
            where = Bytes(self.access.shown, "", None, b"", 1, lambda done, total: None)
            network = joined(where, layers, [tuple(i - 1 for i in each) for each in reads]).astype(dtype)
        return Numbers(network, tuple(self.arrays(each.table("state"), nonfinite) for each in tables))

    def arrays(self, table: Table | None, nonfinite: bool) -> dict[str, Array]:
        """Names and their numbers; nothing where there is no table. Raises LoadError."""
        return {} if table is None else {key: numbers_of(table, key, nonfinite) for key in table.values}

    def layer(self, table: Table, nonfinite: bool) -> Layer:
        """One layer with its numbers. Raises LoadError."""
        table.known(LAYER)
        name = table.raw("cell")
        with told(table, "text"):
            cell = replace(Cell.parse(table.raw("text"), name), name=name) if "text" in table else None
        if cell is None:
            with told(table, "cell"):
                cell = Cell.named(self.access.cell(table, name))
        given = table.table("parameters")
        with told(given or table):
            return Layer(cell, self.arrays(given, nonfinite), table.flag("reverse", False))
