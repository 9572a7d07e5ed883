"""The convention card in words: how a layer of a file was read, in lines of text for any screen."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import Any

from rnn_tui.core.texts import one_line
from rnn_tui.files.foreign.loaded import Card, Held, Loaded

LABEL = 9
"""Columns of what a line is about."""
HEADS = ("shape", "type", "minimum", "maximum", "mean", "norm")


def model_lines(model: Loaded, width: int = 80, numbered: bool = True) -> list[str]:
    """All cards of a network, and what was guessed and not read, in lines of at most `width` characters.

    Args:
        model: the network, or that one of a file.
        width: of a line; 60 or more.
        numbered: whether each card begins with the layers it became.
    """
    lines: list[str] = []
    told = {place for card in model.cards for place in card.layers}
    for card in model.cards:
        lines += ["", *card_lines(card, cell_of(model, card), width, numbered)]
        after = max(card.layers) + 1
        while numbered and after <= len(model.network.layers) and after not in told:  # of no layer in the file
            lines += ["", _joining(model, after)]
            after += 1
    for title, texts in (("notes", model.notes), ("not read", model.not_read)):
        if texts:
            lines += ["", title]
            for text in texts:
                lines += _wrapped("- ", text, 2, width)
    return lines


def _joining(model: Loaded, place: int) -> str:
    """What one of our layers is that joins others and stands in no file."""
    sources = " and ".join(f"{index + 1}" for index in model.network.reads[place - 1])
    return f"{place}  {model.network.layers[place - 1].cell.name} of layers {sources}"


def cell_of(model: Loaded, card: Card) -> str:
    """Our name of the cell that a card is about."""
    return model.network.layers[card.layers[0] - 1].cell.name


def card_lines(card: Card, cell: str, width: int = 80, numbered: bool = True) -> list[str]:
    """A card in lines of at most `width` characters.

    Args:
        card: how a layer was read.
        cell: what our cell is called.
        width: of a line; 60 or more.
        numbered: whether it begins with the layers it became.
    """
    number = ",".join(map(str, card.layers)) + "  " if numbered else ""
    order = "IHO".find
    sizes = ", ".join(f"{letter} = {card.sizes[letter]}" for letter in sorted(card.sizes, key=order))
    way = "backwards in time" if card.reverse else ""
    title = "  ".join(filter(None, (one_line(card.name), one_line(card.kind), sizes, way)))
    lines = _wrapped(number, title, len(number) + 2, width)
    file, ours = card.order
    rows = {
        "cell": "" if card.kind == cell else cell,
        "gates": file and f"{file} in the file, " + (f"ours {ours}" if ours != file else "as ours"),
        "turned": "; ".join(card.turned),
        "chosen": "; ".join(card.choices),
        "begins": card.initial,
    }
    for label, text in rows.items():
        if text:
            lines += _wrapped(f"   {label:{LABEL - 1}}", text, LABEL + 2, width)
    return lines + table(card.held, width)


def table(held: Iterable[Held], width: int) -> list[str]:
    """The parameters as they stand in the file: a line each, under heads."""
    rows = [(_leaf(each.name), *_cells(each)) for each in held]
    if not rows:
        return []
    rows.insert(0, ("", *HEADS, ""))
    widths = [max(len(row[column]) for row in rows) for column in range(1, len(rows[0]))]
    longest = max(len(row[0]) for row in rows)
    told_in = sum(widths) + 2 * len(widths)
    above = longest + 3 + told_in > width  # then names stand on lines of their own
    lines: list[str] = []
    if told_in + 3 > width:
        for name, *cells in rows[1:]:
            pairs = (f"{head} {cell}" for head, cell in zip((*HEADS, ""), cells, strict=True) if cell)
            lines += _wrapped("   ", f"{name}: {', '.join(pairs)}", 5, width)
        return lines
    for name, *cells in rows:
        told = "  ".join(
            f"{cell:<{size}}" if place < 2 else f"{cell:>{size}}"
            for place, (cell, size) in enumerate(zip(cells, widths, strict=True))
        )
        if above:
            lines += [f"   {name}"[:width]] if name else []
            lines.append(f"     {told}".rstrip())
        else:
            lines.append(f"   {name:<{longest}}  {told}".rstrip())
    return lines


def _leaf(name: str) -> str:
    """The last word of a parameter's name."""
    return one_line(name.replace("/", ".").rpartition(".")[2]) or one_line(name)


def _cells(held: Held) -> tuple[str, ...]:
    """Shape, type and figures of a parameter."""
    own = held.figures
    shape = "x".join(map(str, held.shape)) or "1"
    numbers = (f"{value:.3g}" for value in (own.minimum, own.maximum, own.mean, own.norm))
    return (shape, held.dtype, *numbers, f"{own.nonfinite} not finite" if own.nonfinite else "")


def _wrapped(begin: str, text: str, indent: int, width: int) -> list[str]:
    """A text in lines, the first after `begin`, the others indented."""
    blank = " " * indent
    return wrap(begin + one_line(text), width, subsequent_indent=blank, break_on_hyphens=False)


def model_fields(model: Loaded) -> list[dict[str, Any]]:
    """The cards as they are written in JSON."""
    return [_fields(card, cell_of(model, card)) for card in model.cards]


def _fields(card: Card, cell: str) -> dict[str, Any]:
    sizes = dict(card.sizes)
    if "H" in sizes:
        sizes.setdefault("O", sizes["H"])
    return {
        "name": card.name,
        "cell": cell,
        "kind": card.kind,
        "framework": card.framework,
        "layers": list(card.layers),
        "sizes": {letter: sizes[letter] for letter in "IHO" if letter in sizes},
        "reverse": card.reverse,
        "gates": {"file": card.order[0], "ours": card.order[1]},
        "turned": list(card.turned),
        "choices": list(card.choices),
        "initial_state": card.initial,
        "parameters": {held.name: _parameter(held) for held in card.held},
    }


def _parameter(held: Held) -> dict[str, Any]:
    own = held.figures
    return {
        "shape": list(held.shape),
        "dtype": held.dtype,
        "minimum": own.minimum,
        "maximum": own.maximum,
        "mean": own.mean,
        "norm": own.norm,
        "nonfinite": own.nonfinite,
    }
