"""What the columns of a delimited file are: as it is asked for, or found out from its first rows."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.assembly import other_targets, too_many_targets
from rnn_tui.files.cells import Cells
from rnn_tui.files.choosing import chosen, known_columns
from rnn_tui.files.rows import Row, find_delimiter, first_rows, lines_before
from rnn_tui.files.source import Source
from rnn_tui.files.wanted import Wanted

LABEL_NAMES = ("label", "labels")
SEQUENCE_NAME = "sequence"
RESET_NAME = "reset"
TARGET_PREFIX = "target"
OF_EXTENSION = {".csv": ",", ".tsv": "\t"}
SPOKEN = {",": "commas", ";": "semicolons", "\t": "tabs", " ": "spaces"}


@dataclass(frozen=True)
class Layout:
    """The columns of a delimited file, by their index from 0.

    Attributes:
        cells: how a cell is read, and what stands between two.
        header: the names of the columns, or empty where the first row holds numbers already.
        width: how many cells a row has.
        inputs: the columns of x.
        targets: the columns of the targets.
        labels: the columns of the labels, which are joined.
        sequence: the column that says which sequence a row belongs to, or None.
        reset: the column that says, by a number that is not 0, before which rows the states begin afresh, or None.
        empty: the columns in which nothing stands.
        before: the lines before the table that seem to be none of it.
        notes: what was guessed.
    """

    cells: Cells
    header: Row
    width: int
    inputs: tuple[int, ...]
    targets: tuple[int, ...]
    labels: tuple[int, ...]
    sequence: int | None
    empty: tuple[int, ...] = ()
    before: int = 0
    notes: tuple[str, ...] = ()
    reset: int | None = None

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of x, or none where there is no header."""
        return tuple(self.header[column].strip() for column in self.inputs) if self.header else ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names of the target columns; none where there is no header, or it says of all of them just that."""
        names = [self.header[column].strip() for column in self.targets] if self.header else []
        short = [name[len(TARGET_PREFIX) :].lstrip(" _-.:") if _is_target(name) else name for name in names]
        return tuple(brief or name for brief, name in zip(short, names, strict=True)) if any(short) else ()

    def named(self, column: int) -> str:
        """What an option calls a column."""
        name = self.header[column].strip() if self.header else ""
        return name if name and "," not in name else str(column + 1)


def _is_target(name: str) -> bool:
    return name.lower().startswith(TARGET_PREFIX)


def find_layout(source: Source, wanted: Wanted) -> Layout:
    """What the columns are.

    Where it is not asked for, the first row is a header if none of its cells is a number, if one has a name with a
    meaning: ``label``, ``sequence``, ``target...``, or if a text stands there over numbers. The labels stand in the
    column named ``label``, or else in the columns of text at the beginning; a first column without a name is an index:
    the labels where there are no others. The targets stand in the columns whose name begins with ``target``, or else
    in the last `wanted.targets` columns. Columns in which nothing stands are left out. All other columns are x.

    Raises:
        LoadError: there are no rows, a column asked for is not there, or none of numbers is left for x.
    """
    delimiter = find_delimiter(source, wanted)
    cells = Cells.of(wanted, delimiter)
    lines = first_rows(source, wanted, delimiter)
    rows = [row for _, row in lines]
    if not rows:
        raise source.error("", "has no rows", "at least one row of numbers is needed")
    first = rows[0]
    names = [cell.strip().lower() for cell in first]
    named = any(name in (*LABEL_NAMES, SEQUENCE_NAME, RESET_NAME) or name.startswith(TARGET_PREFIX) for name in names)
    has_header = (named or _is_header(rows, cells)) if wanted.header is None else wanted.header
    notes = _spoken(source, wanted, delimiter) if len(first) > 1 else []
    if wanted.header is None and has_header and not named:
        notes.append("its first line names the columns")
    if wanted.header is None and not has_header:
        notes.append("its first line holds numbers and is t = 1 (--header yes makes it names)")
    if has_header and len(rows) == 1:
        raise source.error("", "has a header and no rows", "at least one row of numbers is needed")
    below = rows[1:] if has_header else rows
    header = first if has_header else []
    if not has_header:
        names = ["x"] * len(first)
    width = len(first)
    empty = tuple(i for i in range(width) if _is_empty(i, names, below))
    taken = _taken(source, wanted, header, width)
    sequence = names.index(SEQUENCE_NAME) if SEQUENCE_NAME in names else None
    targets = taken.targets or tuple(i for i, name in enumerate(names) if name.startswith(TARGET_PREFIX))
    reset = _reset_column(source, wanted, header, names, notes)
    if reset is not None and reset in (*taken.inputs, *targets):
        raise source.error("", f"column {reset + 1} is the one of reset", "it is none of x and no target")
    used = {sequence, reset, *targets, *taken.inputs, *empty}
    others = [i for i in range(width) if i not in used]
    if wanted.labels:
        labels: tuple[int, ...] = taken.labels
        left_out: tuple[int, ...] = ()
    else:
        labels, left_out = _label_columns(names, others, below, cells, bool(taken.inputs), notes)
    inputs = taken.inputs or tuple(i for i in others if i not in (*labels, *left_out))
    inputs, targets = _split(source, wanted, inputs, targets)
    if not inputs:
        raise source.error("", "has no column for x", "a column of numbers that are no targets is needed")
    if empty and not taken.inputs:
        notes.append(f"{_counted(empty)} empty and left out")
    before = lines_before(lines)
    return Layout(cells, header, width, inputs, targets, labels, sequence, empty, before, tuple(notes), reset)


@dataclass(frozen=True)
class _Taken:
    """The columns that are asked for."""

    inputs: tuple[int, ...]
    labels: tuple[int, ...]
    targets: tuple[int, ...]


def _reset_column(source: Source, wanted: Wanted, header: Row, names: Sequence[str], notes: list[str]) -> int | None:
    """The column that says where the states begin afresh: the one asked for, or that of this name."""
    if wanted.reset:
        (column,) = chosen(source, (wanted.reset,), known_columns(header, len(names)), "reset")
        return column
    if RESET_NAME not in names:
        return None
    notes.append("its column reset says where the states begin afresh")
    return names.index(RESET_NAME)


def _taken(source: Source, wanted: Wanted, header: Row, width: int) -> _Taken:
    """Raises LoadError."""
    named = wanted.targets if isinstance(wanted.targets, tuple) else ()
    known = known_columns(header, width)
    found = [
        chosen(source, names, known, key)
        for names, key in ((wanted.columns, "columns"), (wanted.labels, "labels"), (named, "targets"))
    ]
    inputs, labels, targets = found
    if both := set(inputs) & set(targets):
        raise source.error("", f"column {min(both) + 1} is asked for as x and as target", "choose one")
    return _Taken(inputs, labels, targets)


def _split(
    source: Source, wanted: Wanted, inputs: tuple[int, ...], targets: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """x and targets, where the last columns are to be targets. Raises LoadError."""
    count = wanted.taken
    if not count:
        return inputs, targets
    if targets and len(targets) != count:
        raise other_targets(source, wanted, len(targets))
    if targets:
        return inputs, targets
    if count >= len(inputs):
        raise too_many_targets(source, wanted, len(inputs))
    return inputs[:-count], inputs[-count:]


def _is_header(rows: Sequence[Row], cells: Cells) -> bool:
    """Whether the first row seems to name the columns."""
    first = rows[0]
    if not any(cells.is_number(cell) for cell in first):
        return True
    if not all(cell.strip().isdecimal() for cell in first if cells.is_number(cell)):
        return False
    texts = [i for i, cell in enumerate(first) if cells.holds(cell) == "text"]
    return any(len(rows) > 1 and all(i < len(row) and cells.is_number(row[i]) for row in rows[1:]) for i in texts)


def _is_empty(column: int, names: Row, rows: Sequence[Row]) -> bool:
    """Whether nothing stands in a column of which there are rows enough to say so; targets may be missing."""
    if names[column].startswith(TARGET_PREFIX) or names[column] in (*LABEL_NAMES, SEQUENCE_NAME):
        return False
    cells = [row[column].strip() for row in rows if column < len(row)]
    return not any(cells) and (not names[column] or (len(cells) > 1 and len(names) > 1))


def _label_columns(
    names: Row, others: list[int], rows: Sequence[Row], cells: Cells, chosen_x: bool, notes: list[str]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The columns of the labels, and those to leave out; says what was guessed."""
    for i in others:
        if names[i] in LABEL_NAMES:
            return (i,), ()
    spare = len(others) - (0 if chosen_x else 1)
    if spare < 1:
        return (), ()
    first = others[0]
    left_out: tuple[int, ...] = ()
    held = {i: [cells.holds(row[i]) for row in rows if i < len(row)] for i in others}
    text = [i for i in others if held[i].count("text") and held[i].count("number") <= held[i].count("text")]
    if not names[first]:
        if not (len(others) > 2 - chosen_x and others[1] in text):
            notes.append(f"column {first + 1} labels the timesteps")
            return (first,), ()
        left_out = (first,)
        notes.append(f"column {first + 1} has no name and is left out")
        others, spare = others[1:], spare - 1
    labels: list[int] = []
    for i in others[:spare]:
        if i not in text or (labels and "number" in held[i]):
            break
        labels.append(i)
    if labels:
        notes.append(f"{'columns' if len(labels) > 1 else 'column'} {_listed(labels)} label{_s(labels)} the timesteps")
    for i in labels:
        if "number" in held[i]:
            row = next(row for row in rows if i < len(row) and cells.holds(row[i]) == "number")
            notes.append(f"column {i + 1} holds numbers, too, such as {row[i].strip()[:20]} (--columns takes it as x)")
    return tuple(labels), left_out


def _spoken(source: Source, wanted: Wanted, delimiter: str) -> list[str]:
    """Says a delimiter that nobody named and the file's extension does not."""
    extension = source.path.suffix.lower() if source.path is not None else ""
    usual = delimiter == OF_EXTENSION.get(extension, ",")
    return [] if wanted.delimiter or usual else [f"{SPOKEN[delimiter]} stand between its cells"]


def _listed(columns: Sequence[int]) -> str:
    words = [str(column + 1) for column in columns]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _counted(columns: Sequence[int]) -> str:
    return f"columns {_listed(columns)} are" if len(columns) > 1 else f"column {_listed(columns)} is"


def _s(labels: Sequence[int]) -> str:
    return "" if len(labels) > 1 else "s"
