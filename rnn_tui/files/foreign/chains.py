"""Which parts of a file are one network: the recurrent ones in their order, and the layers around them that fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.gated import Gated
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.files.foreign.loaded import MOST_LISTED, Card, Loaded, chosen
from rnn_tui.files.foreign.parts import Numbers, Part
from rnn_tui.files.source import Source

APART = re.compile(r"enc|dec", re.IGNORECASE)
"""What is in the names of two recurrent parts that are two networks, even where their sizes fit."""


def loaded(
    source: Source,
    format_: str,
    parts: list[Part],
    *,
    ordered: bool,
    choice: int = 0,
    allow_nonfinite: bool = False,
    notes: Iterable[str] = (),
    left: Iterable[str] = (),
) -> Loaded:
    """The network that the parts of a file make.

    Args:
        source: the file.
        format_: what it is.
        parts: all that it holds, in its order.
        ordered: whether that is the order in which the network has them.
        choice: which network, from 1, where there are several; the first where it is 0.
        allow_nonfinite: let NaN and infinity pass.
        notes, left: what is known already of `Loaded.notes` and `Loaded.not_read`.

    Raises:
        LoadError: no recurrent layer, no such choice, parts that do not fit, or numbers that are not finite.
    """
    parts, twins = untwinned(parts)
    found = chains(source, parts, ordered)
    titles = tuple(each.title for each in map(_named, found))
    chain = found[chosen(source, choice, titles)]
    taken = sum(held.count * (8 if held.dtype == "float64" else 4) for part in chain for held in part.held)
    source.check_room("", taken)
    several = len(found) > 1
    made = joined(Numbers(source, allow_nonfinite), chain)
    others = [part for part in parts if part not in chain and (part.name or part.held)]
    unread = [_left(part) for part in others if not (several and part.recurrent)]
    return replace(
        made,
        format=format_,
        notes=(*notes, *made.notes, *_between(chain), *(_ends(parts, chain) if ordered else ())),
        not_read=(*unread, *twins, *left),
        choices=titles if several else (),
        choice=max(choice, 1) if several else 0,
    )


def untwinned(parts: list[Part]) -> tuple[list[Part], list[str]]:
    """The parts without those recurrent ones that hold the very numbers of one before them, as a module has that is
    kept under two names; and what is said of these, for `Loaded.not_read`."""
    kept: list[Part] = []
    twins = []
    known: dict[tuple[object, ...], list[Part]] = {}
    shapes = Counter(_shapes(part) for part in parts if part.recurrent)
    for part in parts:
        if part.recurrent and shapes[_shapes(part)] > 1:
            least = min(part.held, key=lambda held: held.count).read()
            alike = known.setdefault((_shapes(part), least.tobytes()), [])
            same = next((each for each in alike if _same(each, part)), None)
            if same is not None:
                twins.append(f"{part.title}: the very numbers of {same.name}")
                continue
            alike.append(part)
        kept.append(part)
    return kept, twins


def _shapes(part: Part) -> tuple[tuple[int, ...], ...]:
    return tuple(held.shape for held in part.held)


def _same(one: Part, other: Part) -> bool:
    """Whether two parts of the same shapes hold the same numbers; the small ones are looked at first."""
    pairs = sorted(zip(one.held, other.held, strict=True), key=lambda pair: pair[0].count)
    return all(np.array_equal(a.read(), b.read(), equal_nan=True) for a, b in pairs)


def _left(part: Part) -> str:
    """A part that was not read, with what it holds."""
    if part.read:
        return f"{part.title}: it does not fit here"
    names = [f"{re.split(r'[./]', held.name)[-1]} {held.shape}" for held in part.held]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    title = f"{part.name} ({part.kind})" if part.kind else part.name
    return ": ".join(filter(None, (title, ", ".join(names[:3]) + more)))


def _between(chain: list[Part]) -> list[str]:
    """That something without parameters may stand between a Linear and what follows it."""
    return [
        f"whether a function stands between {one.name} and {other.name} is not in the file, none is taken"
        for one, other in pairwise(chain)
        if one.kind == "Linear"
    ]


def _ends(parts: list[Part], chain: list[Part]) -> list[str]:
    """That something which is not read stands before or after the network."""
    around = [part for part in parts if not _within(chain[0].name, part)]
    first, last = around.index(chain[0]), around.index(chain[-1])
    before, after = around[first - 1 : first] if first else [], around[last + 1 : last + 2]
    found = [f"x is what {part.name} gives, which is not read" for part in before if part.name and not part.read]
    return found + [f"{part.name} after {chain[-1].name} is not read" for part in after if part.name and not part.read]


def _within(name: str, part: Part) -> bool:
    """Whether a part is what another one is within, and so neither before nor after it."""
    return bool(part.name) and name.startswith(f"{part.name}.")


def _named(chain: list[Part]) -> Part:
    """The recurrent part that a network is called after."""
    return next(part for part in chain if part.recurrent)


def joined(numbers: Numbers, chain: list[Part]) -> Loaded:
    """The network of parts that follow each other. Raises LoadError."""
    entries: list[Layer | Bidirectional] = []
    cards: list[Card] = []
    gated: list[Gated | None] = []
    notes: list[str] = []
    for part in chain:
        assert part.read is not None
        made = part.read(numbers)
        cards += [replace(card, layers=tuple(len(gated) + place for place in card.layers)) for card in made.cards]
        entries += made.entries
        gated += made.gated
        notes += made.notes
    try:
        network = Network(entries)
    except CellError as error:
        raise numbers.source.error(error.where, error.why, error.hint) from None
    return Loaded(network, "", (), tuple(cards), tuple(gated), tuple(notes))


def chains(source: Source, parts: list[Part], ordered: bool) -> list[list[Part]]:
    """The networks: one where all recurrent parts follow each other, else one each. Raises LoadError."""
    recurrent = [part for part in parts if part.recurrent]
    if not recurrent:
        raise source.error("", "holds no recurrent layer that is known", _there(parts))
    if not ordered:
        recurrent.sort(key=lambda part: _natural(part.name))
    whole = _followed(parts, recurrent) if ordered else _fitted(recurrent)
    if whole:
        return [_around(parts, whole, ordered)]
    families: dict[str, list[Part]] = {}
    for part in parts:
        families.setdefault(part.parent, []).append(part)
    near = (_near(parts, families[part.parent], recurrent, part, ordered) for part in recurrent)
    return [_around(around, [part], ordered) for around, part in zip(near, recurrent, strict=True)]


def _near(parts: list[Part], siblings: list[Part], recurrent: list[Part], part: Part, ordered: bool) -> list[Part]:
    """Which parts may be around one of several recurrent ones: those below the same name; else, where there is an
    order, what is before the first and after the last, and from an embedding on, which begins a network."""
    if part.parent and sum(each.recurrent for each in siblings) == 1:
        return siblings
    place = parts.index(part)
    before = parts[:place] if ordered and part is recurrent[0] else []
    if ordered and part is not recurrent[0]:
        between = parts[parts.index(recurrent[recurrent.index(part) - 1]) + 1 : place]
        tables = [index for index, each in enumerate(between) if each.kind == "Embedding"]
        before = between[tables[-1] :] if tables else []
    after = parts[place + 1 :] if ordered and part is recurrent[-1] else []
    return [*before, part, *after]


def _there(parts: list[Part]) -> str:
    names = [held.name for part in parts for held in part.held]
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return f"it holds {', '.join(names[:MOST_LISTED])}{more}" if names else "it holds no weights"


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that puts lstm10 after lstm2."""
    return [(int(each), "") if each.isdecimal() else (-1, each) for each in re.split(r"([0-9]{1,9})", name) if each]


def _followed(parts: list[Part], recurrent: list[Part]) -> list[Part]:
    """All parts from the first recurrent one to the last, if each takes what the one before gives; else none."""
    first, last = parts.index(recurrent[0]), parts.index(recurrent[-1])
    chain = parts[first : last + 1]
    fits = all(one.read and other.read and one.outputs == other.inputs for one, other in pairwise(chain))
    apart = len({APART.search(part.name) and APART.findall(part.name)[0].lower() for part in recurrent}) > 1
    return chain if fits and not apart else []


def _fitted(recurrent: list[Part]) -> list[Part]:
    """The recurrent parts in the order of their names, if that is one chain and no other order is; else none."""
    fits = all(one.outputs == other.inputs for one, other in pairwise(recurrent))
    alike = len({re.sub(r"[0-9]+", "0", part.name) for part in recurrent}) == 1
    turned = any(one.inputs == other.outputs for index, one in enumerate(recurrent) for other in recurrent[index + 1 :])
    return recurrent if fits and (alike or not turned) else []


def _around(parts: list[Part], chain: list[Part], ordered: bool) -> list[Part]:
    """The chain with those parts before and after it that fit."""
    if ordered:
        first, last = parts.index(chain[0]), parts.index(chain[-1])
        before, after = parts[:first][::-1], parts[last + 1 :]
    else:
        loose = sorted(
            (part for part in parts if part.read and not part.recurrent), key=lambda each: _natural(each.name)
        )
        tables = [part for part in loose if part.kind == "Embedding"]
        after = [part for part in loose if part not in tables]
        before = tables[:1]
    whole = list(chain)
    for part in after:
        if part.read and part.inputs == whole[-1].outputs and part.kind != "Embedding":
            whole.append(part)
        elif ordered:
            break
    for part in before:
        if not part.read or part.recurrent or part.outputs != whole[0].inputs or part in whole:
            break
        whole.insert(0, part)
    return whole
