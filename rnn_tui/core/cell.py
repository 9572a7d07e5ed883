"""A cell: R as data. Its equations, the shapes of its parameters and state, and where it comes from.

A cell is described in TOML::

    title = "Elman network"
    source = "Elman 1990, Finding structure in time"
    description = "..."
    equations = '''
    s[t] = tanh(W @ x[t] + U @ s[t-1] + b)
    y[t] = s[t]
    '''
    [parameters]        # I, H, O: the sizes of x, of the state and of y
    W = ["H", "I"]
    U = ["H", "H"]
    b = ["H"]
    [state]             # what s[t-1] may name
    s = ["H"]
    [initial]           # optional: "uniform" (as it is without), "identity", or a number
    U = "identity"

x[t] is given and has I numbers, and the equations must say what y[t] is. A cell that joins two layers declares both of
its inputs under ``[input]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cache, cached_property, lru_cache

from rnn_tui.cells import cell_names, cell_text
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.description import Description
from rnn_tui.core.equations import Apply, Equation, Expression, Name, applied
from rnn_tui.core.errors import CellError
from rnn_tui.core.nearest import nearest
from rnn_tui.core.operations import Shape
from rnn_tui.core.shapes import check, shape_text, size_of, solved
from rnn_tui.core.texts import one_line


@dataclass(frozen=True, eq=False)
class Cell:
    """R, checked: every name is given, every shape fits, every state and y are computed.

    Attributes:
        name: ``elman``, or the file's name.
        equations: in the order they are computed.
        parameters: name to shape in letters, e.g. ``{"W": ("H", "I")}``.
        states: name to shape, in the order declared; empty for a cell without memory.
        inputs: name to shape; x alone, but for a cell that joins two layers.
        autonomous: whether no equation reads x, which is there all the same: the sequence tells how long a run is.
        initial: how a random network fills a parameter, where it is not uniform: ``identity`` or a number.
        title, source, description: for people.
        text: the TOML it was read from, or empty.
        shapes: every name the equations compute, with its shape in letters. Derived.
    """

    name: str
    equations: tuple[Equation, ...]
    parameters: Mapping[str, Shape]
    states: Mapping[str, Shape]
    inputs: Mapping[str, Shape] = field(default_factory=lambda: {"x": ("I",)})
    initial: Mapping[str, float | str] = field(default_factory=dict)
    autonomous: bool = False
    title: str = ""
    source: str = ""
    description: str = ""
    text: str = ""
    shapes: Mapping[str, Shape] = field(init=False)

    def __post_init__(self) -> None:
        for name in ("name", "title", "source", "description"):
            object.__setattr__(self, name, one_line(getattr(self, name)))
        object.__setattr__(self, "shapes", check(self))

    @classmethod
    def named(cls, name: str) -> Cell:
        """The built-in cell of that name, or the one in the file at that path.

        Raises:
            CellError: no such cell or file, or a file that does not describe a cell.
        """
        try:
            text, source = cell_text(name)
        except LookupError:
            raise CellError(name, "", "there is no such cell and no such file", nearest(name, cell_names())) from None
        except OSError as error:
            raise CellError(name, "", f"cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise CellError(name, "", str(error), "a cell is a small TOML file") from None
        return cls.parse(text, source)

    @classmethod
    def parse(cls, text: str, source: str = "cell") -> Cell:
        """Reads a cell from its TOML text; the same one for the same text.

        Raises:
            CellError: names `source`, line and column, what is wrong and what would be right.
        """
        return _parsed(text, source)

    @property
    def output_shape(self) -> Shape:
        """The shape of y in letters."""
        return self.shapes["y"]

    @property
    def recurrent(self) -> bool:
        """Whether the cell keeps a state from one timestep to the next."""
        return bool(self.states)

    @cached_property
    def sums(self) -> tuple[Equation, ...]:
        """The equations with a matrix in them, which is where the weights act; all of them if none has."""
        weighted = (e for e in self.equations if any(a.operation.kind == "matrix" for a in applied(e.expression)))
        return tuple(weighted) or self.equations

    @cached_property
    def made(self) -> Mapping[str, Expression]:
        """Name of each computed quantity to the expression that makes it."""
        return {equation.target: equation.expression for equation in self.equations}

    def copies(self, name: str) -> tuple[str, ...]:
        """A computed quantity and what it is a copy of, in turn: ``y`` and ``s`` where ``y = s``."""
        found = [name]
        while isinstance(copied := self.made.get(found[-1]), Name) and copied.offset == 0 and copied.name in self.made:
            found.append(copied.name)
        return tuple(found)

    @property
    def distribution(self) -> bool:
        """Whether y is a distribution: what a softmax gives."""
        made = self.made[self.copies("y")[-1]]
        return isinstance(made, Apply) and made.operation.name == "softmax"

    @cached_property
    def built_in(self) -> bool:
        """Whether the name says all of it."""
        return self.name in cell_names() and self.text == cell_text(self.name)[0]

    @property
    def edited(self) -> bool:
        """Whether a cell that has a built-in one's name has another text."""
        return bool(self.text) and self.name in cell_names() and not self.built_in

    def dimensions(self, parameters: Mapping[str, Shape]) -> dict[str, int]:
        """What I, H and O are, from the shapes of actual parameters.

        Raises:
            CellError: a parameter is missing, unknown, or has a shape that the others do not allow.
        """
        for name in parameters:
            if name not in self.parameters:
                raise CellError(self.name, name, "the cell has no such parameter", self._wants())
        for name in self.parameters:
            if name not in parameters:
                raise CellError(self.name, name, "the parameter is missing", self._wants())
            if 0 in parameters[name]:
                why = f"{name} has shape {shape_text(parameters[name])}"
                raise CellError(self.name, "", why, "every size is 1 or more")
        told = [
            (name, size, int(number))
            for name, letters in self.parameters.items()
            if len(letters) == len(parameters[name])
            for size, number in zip(letters, parameters[name], strict=True)
        ]
        sizes = solved((size, number) for _, size, number in told)
        passed: list[str] = []
        for name, letters in self.parameters.items():
            passed.append(name)
            known = solved((size, number) for own, size, number in told if own in passed)
            wanted = tuple(size_of(size, sizes if "+" in str(size) else known) or size for size in letters)
            if tuple(parameters[name]) != wanted:
                why = f"{name} has shape {shape_text(parameters[name])}"
                given = ", ".join(f"{letter} = {size}" for letter, size in known.items())
                raise CellError(self.name, "", why, f"{self.name} with {given} needs {shape_text(wanted)}")
        return sizes

    def _wants(self) -> str:
        return "it takes " + ", ".join(f"{name} {shape_text(shape)}" for name, shape in self.parameters.items())


@lru_cache(maxsize=64)
def _parsed(text: str, source: str) -> Cell:
    """The cell of a text, so that what is worked out about a cell is worked out once however many layers have it."""
    fields = Description(text, source).fields()
    try:
        return Cell(**fields)
    except CellError as error:
        raise CellError(source, error.where, error.why, error.hint) from None


def built_in_with(equations: str) -> str:
    """The name of the built-in cell that has just these equations, a line each; empty where none has."""
    return _by_equations().get(equations, "")


@cache
def _by_equations() -> Mapping[str, str]:
    """The equations of every built-in cell to its name."""
    return {"\n".join(map(str, Cell.named(name).equations)): name for name in cell_names()}
