"""Questions about time: `prev`, `for N steps`, and that every way to ask finds what looking at one step after the other
finds, however the run is cut into chunks and whatever of it is kept."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnn_tui import Cell, Layer, Network, Run
from rnn_tui import Sequence as Rows
from rnn_tui.core import hits as hits_module
from rnn_tui.core import store as store_module
from rnn_tui.core import tape as tape_module
from rnn_tui.core.breakpoints import Breakpoint, Watch
from rnn_tui.core.conditions import Condition
from rnn_tui.core.errors import ConditionError
from rnn_tui.core.hits import lasted
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk

Array = NDArray[Any]
Told = dict[str, Any]
"""What is known of one timestep: name to its vector, and t, label, nonfinite."""


def copying(*values: float, labels: str = "") -> Walk:
    """A network whose y is x, one number a timestep."""
    cell = Cell.parse('equations = "y[t] = identity(x[t])"')
    rows = Rows([[value, 0.0] for value in values], labels=list(labels))
    return Run(Network([Layer(cell)]), rows).walk()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[1] > prev(x[1])", [2, 4, 5, 6]),
        ("x[1] - prev(x[1]) == 1", [2, 4, 6]),
        ("abs(x[1] - prev(x[1])) > 1", [5]),
        ("not x[1] > prev(x[1])", [1, 3, 7]),
        ("x[1] != prev(x[1])", [2, 3, 4, 5, 6, 7]),
        ("not x[1] != prev(x[1])", [1]),
        ("prev(x[1]) == prev(x[1])", [2, 3, 4, 5, 6, 7]),
        ("prev(t) < 3", [2, 3]),
        ("prev(5) == 5", [2, 3, 4, 5, 6, 7]),
        ("x[1] > prev(prev(x[1]))", [5, 6]),
        ("x[1] > prev(x[1]) > prev(prev(x[1]))", [5, 6]),
        ("prev(-x[1]) == -1", [3, 5]),
        ("-prev(x[1]) == -1", [3, 5]),
        ("max(prev(x)) == 5", [7]),
        ("argmax(prev(x)) == 2", []),
        ("argmax(prev(x)) == 1", [2, 3, 4, 5, 6, 7]),
        ("all(prev(x) >= 0)", [2, 3, 4, 5, 6, 7]),
        ("any(prev(x > 3))", [6, 7]),
        ("prev(x[1] > 3)", [6, 7]),
        ("not prev(x[1] > 3)", [1, 2, 3, 4, 5]),
        ("prev(x[1] > 3) == (x[1] > 3)", [2, 3, 4, 6, 7]),
        ("prev(label) == 'a'", [2, 4, 6, 7]),
        ("label == prev(label)", [6]),
        ("label == prev(prev(label))", [3, 5]),
        ("prev(nonfinite)", []),
        ("not prev(nonfinite)", [1, 2, 3, 4, 5, 6, 7]),
        ("changed(prev(x[1] > 3))", [6]),
        ("prev(changed(x[1] > 3))", [6]),
        ("changed(prev(t))", [3, 4, 5, 6, 7]),
        ("changed(0 * prev(t) + t)", [3, 4, 5, 6, 7]),
        ("changed(0 * prev(prev(t)) + t)", [4, 5, 6, 7]),
        ("(not prev(x[1] > 3)) == (t == 1)", [1, 6, 7]),
        ("(prev(x[1] > 3) or t == 1) == (t == 1)", [1, 2, 3, 4, 5]),
        ("changed(x) == prev(x[1] < 9)", [2, 3, 4, 5, 6, 7]),
        ("prev(prev(prev(prev(prev(prev(t)))))) == 1", [7]),
        ("prev(prev(prev(prev(prev(prev(prev(t))))))) == 1", []),
        ("x[1] > prev(x[1]) for 1 step", [2, 4, 5, 6]),
        ("x[1] > prev(x[1]) for 2 steps", [5, 6]),
        ("x[1] > prev(x[1]) for 3 steps", [6]),
        ("x[1] > prev(x[1]) for 4 steps", []),
        ("t > 0 for 1 steps", [1, 2, 3, 4, 5, 6, 7]),
        ("t > 0 for 7 steps", [7]),
        ("t > 0 for 8 steps", []),
        ("t > 0 for 1000000000 steps", []),
        ("t > 2 and t < 6 or t == 7   for   2  steps ", [4, 5]),
        ("label == 'b' or label == ' for 2 steps'for 2 steps", []),
        ("label != ' for 9 steps'", [1, 2, 3, 4, 5, 6, 7]),
        ("(label == 'a')for 1 step", [1, 3, 5, 6]),
        ("not prev(x[1] > 3) for 2 steps", [2, 3, 4, 5]),
    ],
)
@pytest.mark.parametrize("longest", [1, 2, 256])
def test_a_condition_on_time_holds_where_a_person_says_it_does(
    text: str, expected: list[int], longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape_module, "SHORTEST_CHUNK", 1)
    monkeypatch.setattr(tape_module, "LONGEST_CHUNK", longest)
    walk = copying(0, 1, 0, 1, 4, 5, 4, labels="abacaac")
    only = Breakpoint(text, 1)
    watch = Watch(walk, (only,))
    assert not watch.refused
    assert found(watch, only) == expected


def found(watch: Watch, only: Breakpoint) -> list[int]:
    hits = watch.found(only)
    assert hits is not None
    return [t for index in range(watch.walk.tape.chunks) for t in hits.of(index).tolist()]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("t > 1 for 0 steps", "column 11: 0 is no number of steps; 1 to 1000000000 are"),
        ("t > 1 for x steps", "column 11: x is no number of steps"),
        ("t > 1 for -3 steps", "column 11: -3 is no number of steps"),
        ("t > 1 for 1.5 steps", "column 11: 1.5 is no number of steps"),
        ("t > 1 for 1,000 steps", "column 11: 1,000 is no number of steps"),
        ("t > 1 for ٣ steps", "column 11: ٣ is no number of steps"),
        ("t > 1 for 1000000001 steps", "column 11: 1000000001 is no number of steps"),
        ("t > 1 for " + "9" * 400 + " steps", "is no number of steps"),
        ("t > 1 for steps", "column 11: steps is no number of steps"),
        ("t > 1 for 20", "column 7: for 20 is not followed by steps; write for 20 steps"),
        ("t > 1 for 20 timesteps", "column 7: for 20 is not followed by steps; write for 20 steps"),
        ("t > 1 for 20steps", "column 11: 20steps is no number of steps"),
        ("t > 1 for", "column 7: for is followed by no number of steps; write it like for 20 steps"),
        ("for 20 steps", "column 1: there is no condition before for"),
        ("t > 1 for 2 steps and t < 9", "column 19: something stands after for 2 steps; it speaks of the whole"),
        ("t > 1 for 2 steps for 2 steps", "column 19: something stands after for 2 steps"),
        ("(t > 1 for 2 steps) and t < 9", "column 8: for stands inside brackets; it speaks of the whole condition"),
        ("any(x > 0 for 2 steps)", "column 11: for stands inside brackets"),
        ("t for 3 steps", "column 1: this is a number, not a yes or no"),
        ("x > 0 for 3 steps", "put any(...) or all(...) around"),
        ("t > for 3 steps", "this is no condition"),
        ("any(i for i in x)", "column 4: this (generatorexp) is no part of a condition"),
        ("prev(x)", "this is a number, not a yes or no"),
        ("prev(x) > 0", "a yes or no for each of several numbers"),
        ("prev(label) > 'a'", "column 1: a text is neither smaller nor larger"),
        ("prev() == t", "(call) is no part of a condition"),
        ("prev(x, 2) == t", "(call) is no part of a condition"),
        ("previous(t) == t", "the function previous is not known"),
        ("prve(t) == t", "column 1: the function prve is not known; did you mean prev?"),
        ("t == prev(q)", "column 11: q is no quantity of this layer"),
        ("prev == t", "prev is no quantity of this layer"),
        ("prev(changed(changed(t)))", "column 14: changed(...) looks one timestep back and cannot stand in another"),
        ("prev(" * 61 + "t" + ")" * 61 + " == 1", "the condition is nested more than 60 deep"),
    ],
)
def test_what_is_no_condition_on_time_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text, {"x": 2, "y": 2})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@dataclass(frozen=True)
class Said:
    """A part of a condition: how it is written, and what it is at a timestep of a run; None where there is none."""

    text: str
    at: Callable[[Sequence[Told], int], Any]

    def __repr__(self) -> str:
        return self.text


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": np.mod,
}
COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def added(vector: Array) -> Any:
    total = vector[0]
    for number in vector[1:]:
        total = total + number
    return total


REDUCTIONS: dict[str, Callable[[Array], Any]] = {
    "any": np.any,
    "all": np.all,
    "min": np.min,
    "max": np.max,
    "sum": added,
    "mean": lambda v: added(v) / len(v),
    "norm": lambda v: np.sqrt(added(v * v)),
    "argmax": lambda v: np.float64(np.argmax(v) + 1),
    "argmin": lambda v: np.float64(np.argmin(v) + 1),
}


def applied(text: str, function: Callable[..., Any], *parts: Said, missing: Any = None) -> Said:
    """A function of parts, each of which has to be there."""

    def at(run: Sequence[Told], t: int) -> Any:
        values = [part.at(run, t) for part in parts]
        return missing if any(value is None for value in values) else function(*values)

    return Said(text, at)


def prev(part: Said) -> Said:
    return Said(f"prev({part})", lambda run, t: part.at(run, t - 1) if t > 1 else None)


def changed(part: Said) -> Said:
    def at(run: Sequence[Told], t: int) -> bool:
        now, before = part.at(run, t), part.at(run, t - 1) if t > 1 else None
        if now is None or before is None:
            return False
        pairs = zip(np.atleast_1d(now).tolist(), np.atleast_1d(before).tolist(), strict=True)
        return any(a != b and not (a != a and b != b) for a, b in pairs)

    return Said(f"changed({part})", at)


def compared(left: Said, sign: str, right: Said) -> Said:
    def at(run: Sequence[Told], t: int) -> Any:
        both = left.at(run, t), right.at(run, t)
        if both[0] is not None and both[1] is not None:
            return COMPARISONS[sign](*both)
        size = max((np.size(value) for value in both if value is not None and np.ndim(value)), default=0)
        return np.zeros(size, bool) if size else False

    return Said(f"({left} {sign} {right})", at)


def truly(part: Said, run: Sequence[Told], t: int) -> bool:
    value = part.at(run, t)
    return value is not None and bool(value)


def both(left: Said, word: str, right: Said) -> Said:
    either = any if word == "or" else all
    return Said(f"({left} {word} {right})", lambda run, t: either([truly(left, run, t), truly(right, run, t)]))


def lasting(part: Said, steps: int) -> Said:
    def at(run: Sequence[Told], t: int) -> bool:
        return t >= steps and all(truly(part, run, k) for k in range(t - steps + 1, t + 1))

    return Said(f"{part} for {steps} steps", at)


def named(name: str) -> Said:
    return Said(name, lambda run, t: run[t - 1][name])


def item(name: str, number: int) -> Said:
    return Said(f"{name}[{number}]", lambda run, t: run[t - 1][name][number - 1])


def constant(text: str) -> Said:
    value = text[1:-1] if text[0] == "'" else np.float64(text)
    return Said(text, lambda run, t: value)


SIGNS = st.sampled_from([*COMPARISONS])
WIDE = {"x": 2, "s": 3}
"""The vectors that a condition is drawn over, and their sizes."""
LEAVES = st.sampled_from(
    [named("t"), item("x", 1), item("x", 2), item("s", 1), item("s", 3), *map(constant, ("0", "1", "0.5", "3"))]
)
TEXTS = st.sampled_from([named("label"), prev(named("label")), constant("'a'")])


@st.composite
def numbers(draw: st.DrawFn, depth: int) -> Said:
    """One number a timestep."""
    kind = draw(st.sampled_from(["leaf", "of", "prev", "minus", "abs", "two"])) if depth else "leaf"
    if kind == "leaf":
        return draw(LEAVES)
    if kind == "of":
        name = draw(st.sampled_from([name for name in REDUCTIONS if name not in ("any", "all")]))
        vector = draw(vectors(depth - 1, draw(st.sampled_from([*WIDE]))))
        return applied(f"{name}({vector})", REDUCTIONS[name], vector)
    return draw(composed(kind, numbers(depth - 1), numbers(depth - 1)))


@st.composite
def vectors(draw: st.DrawFn, depth: int, name: str) -> Said:
    """Several numbers a timestep, as many as a quantity has."""
    kind = draw(st.sampled_from(["leaf", "prev", "minus", "abs", "two"])) if depth else "leaf"
    if kind == "leaf":
        return named(name)
    return draw(composed(kind, vectors(depth - 1, name), numbers(depth - 1) | vectors(depth - 1, name)))


@st.composite
def composed(draw: st.DrawFn, kind: str, one: st.SearchStrategy[Said], other: st.SearchStrategy[Said]) -> Said:
    part = draw(one)
    if kind == "prev":
        return prev(part)
    if kind == "minus":
        return applied(f"-{part}", operator.neg, part)
    if kind == "abs":
        return applied(f"abs({part})", abs, part)
    sign, second = draw(st.sampled_from([*OPERATIONS])), draw(other)
    return applied(f"({part} {sign} {second})", OPERATIONS[sign], part, second)


@st.composite
def questions(draw: st.DrawFn, depth: int) -> Said:
    """A yes or a no a timestep."""
    kinds = ["compared", "several", "text", "nonfinite", "changed", "changed text"]
    kind = draw(st.sampled_from([*kinds, "not", "prev", "both", "same"] if depth else kinds))
    if kind == "compared":
        return compared(draw(numbers(2)), draw(SIGNS), draw(numbers(2)))
    if kind == "several":
        name, word = draw(st.sampled_from([*WIDE])), draw(st.sampled_from(["any", "all"]))
        inside = compared(draw(vectors(2, name)), draw(SIGNS), draw(numbers(1) | vectors(1, name)))
        inside = prev(inside) if draw(st.booleans()) else inside
        return applied(f"{word}({inside})", REDUCTIONS[word], inside)
    if kind == "text":
        return compared(draw(TEXTS), draw(st.sampled_from(["==", "!="])), draw(TEXTS))
    if kind == "nonfinite":
        return named("nonfinite")
    if kind.startswith("changed"):
        return changed(draw(TEXTS if kind == "changed text" else numbers(2) | vectors(2, "s")))
    part = draw(questions(depth - 1))
    if kind == "not":
        return Said(f"(not {part})", lambda run, t: not truly(part, run, t))
    if kind == "prev":
        return prev(part)
    other = draw(questions(depth - 1))
    return compared(part, "==", other) if kind == "same" else both(part, draw(st.sampled_from(["and", "or"])), other)


STEPS = st.integers(0, 9)
ASKED = st.builds(lambda part, steps: lasting(part, steps) if steps else part, questions(2), STEPS)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Walk, int]:
    """A run of some kind, with x of few different numbers, and the layer that is asked, from 1."""
    steps, seed = draw(st.integers(1, 40)), draw(st.integers(0, 5))
    random = np.random.default_rng(seed)
    x = random.integers(-1, 2, size=(steps, 2)) / 2
    if draw(st.booleans()) and steps > 2:
        x[draw(st.integers(0, steps - 1)), 1] = draw(st.sampled_from([np.nan, np.inf]))
    labels = random.choice(list("aab"), steps).tolist()
    kind = draw(st.sampled_from(["elman", "lstm", "elman:reverse", "two", "learning"]))
    if kind == "learning":
        rows = Rows(np.nan_to_num(x), random.normal(size=(steps, 3)), labels)
        run = Run(
            Network.random("elman", 2, 3, seed),
            rows,
            learning=Learning(truncate=draw(st.integers(0, min(5, steps))), epochs=2),
        )
        return run.walk(draw(st.integers(1, run.last_epoch))), 1
    cells, hidden = (["elman", "gru"], [2, 3]) if kind == "two" else ([kind], [3])
    return Run(Network.random(cells, 2, hidden, seed), Rows(x, labels=labels)).walk(), len(cells)


def told(walk: Walk, layer: int) -> list[Told]:
    """What a person reads off one timestep after the other."""
    found = []
    for t in range(1, walk.last + 1):
        step = walk.at(t).layers[layer - 1]
        finite = all(np.isfinite(array).all() for array in step.values.values())
        found.append({**step.values, **step.inputs, "t": np.float64(t), "label": step.label, "nonfinite": not finite})
    return found


def one_by_one(question: Said, run: list[Told]) -> list[int]:
    with np.errstate(all="ignore"):
        return [t for t in range(1, len(run) + 1) if truly(question, run, t)]


@settings(max_examples=120, deadline=None)
@given(
    question=ASKED,
    data=st.data(),
    longest=st.sampled_from([1, 2, 4, 16]),
    kept=st.sampled_from([0, 24 * 20, 2**20]),
    stretch=st.sampled_from([1, 8, 64]),
)
def test_every_way_finds_what_looking_at_every_step_finds(
    question: Said, data: st.DataObject, longest: int, kept: int, stretch: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tape_module, "SHORTEST_CHUNK", 1)
        patch.setattr(tape_module, "LONGEST_CHUNK", longest)
        patch.setattr(store_module, "MOST_BYTES", kept)
        patch.setattr(hits_module, "STRETCH", stretch)
        walk, layer = data.draw(walks())
        run = told(walk, layer) if data.draw(st.booleans(), label="passed before") else []
        only, last, chunks = Breakpoint(question.text, layer), walk.last, walk.tape.chunks
        watch = Watch(walk, (only,))
        asked = data.draw(st.lists(st.integers(0, chunks - 1), max_size=3), label="chunks asked for first")
        first = {index: watch.matches(index) for index in asked}
        start, end = (data.draw(st.integers(0, last), label="t") for _ in range(2))
        after, before = ([t for t in watch.search(start, way) if t is not None] for way in (1, -1))
        chosen = data.draw(st.sets(st.integers(0, last + 1)), label="some timesteps")
        among = sum(watch.holds(only, t) for t in chosen)
        stop = watch.between(min(start, end), max(start, end)).t
        expected = one_by_one(question, run or told(walk, layer))
        assert not watch.refused
        for index, found_there in first.items():
            assert found_there == [t for t in expected if t - 1 in range(*walk.tape.cuts[index])]
        assert found(watch, only) == expected
        assert after == [t for t in expected if t > start][:1]
        assert before == [t for t in expected if t < start][-1:]
        assert among == len(chosen.intersection(expected))
        stops = [*expected, *([] if walk.tape.broken is None else [walk.tape.broken])]
        assert stop == min((t for t in stops if min(start, end) < t <= max(start, end)), default=max(start, end))
        hits = watch.found(only)
        assert hits is not None
        assert (hits.count, hits.looked) == (len(expected), last)
        assert (hits.first, hits.last) == ((expected[0], expected[-1]) if expected else (0, 0))
        spans = [range(low, high + 1) for low, high in zip(*(each.tolist() for each in hits.spans()), strict=True)]
        assert [t for span in spans for t in span] == expected
        assert all(one.stop < other.start for one, other in pairwise(spans))


@given(held=st.lists(st.booleans(), min_size=1, max_size=20), before=st.integers(0, 9), steps=st.integers(1, 10))
def test_what_has_lasted_is_counted_by_hand(held: list[bool], before: int, steps: int) -> None:
    before = min(before, steps - 1)
    whole = [True] * before + held
    expected = [all(whole[max(i - steps + 1, 0) : i + 1]) and i + 1 >= steps for i in range(before, len(whole))]
    assert lasted(np.array(held), before, steps).tolist() == expected


def test_counting_goes_on_in_pieces_from_the_start_and_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_module, "LONGEST_CHUNK", 16)
    monkeypatch.setattr(hits_module, "STRETCH", 32)
    walk = copying(*range(1, 101))
    only = Breakpoint("x[1] % 10 == 0", 1)
    hits = Watch(walk, (only,)).found(only)
    assert hits is not None
    assert (hits.on(), hits.looked) == (False, 0)  # nothing is passed yet
    while walk.run.advance():
        pass
    seen = []
    while hits.on():
        seen.append((hits.looked, hits.count, hits.first, hits.last))
    assert seen == [(32, 3, 10, 30), (64, 6, 10, 60), (96, 9, 10, 90), (100, 10, 10, 100)]


@pytest.mark.parametrize("longest", [1, 2, 256])
@pytest.mark.parametrize("broken", [1, 2, 3, 4, 5])
def test_a_number_that_is_not_finite_is_found_wherever_its_chunk_ends(
    broken: int, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape_module, "SHORTEST_CHUNK", 1)
    monkeypatch.setattr(tape_module, "LONGEST_CHUNK", longest)
    walk = copying(*(np.inf if t == broken else 0 for t in range(1, 6)))
    for text, expected in (("nonfinite", [broken]), ("prev(nonfinite)", [broken + 1] if broken < 5 else [])):
        only = Breakpoint(text, 1)
        assert found(Watch(walk, (only,)), only) == expected


def test_playing_stops_at_a_hit_before_a_number_that_is_known_not_to_be_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_module, "SHORTEST_CHUNK", 1)
    monkeypatch.setattr(tape_module, "LONGEST_CHUNK", 2)
    walk = copying(0, 0, 0, 1, 0, 0, 0, np.nan, 0)
    while walk.run.advance():
        pass
    assert walk.tape.broken == 8
    watch = Watch(walk, (Breakpoint("x[1] > prev(x[1])", 1),))
    assert [watch.between(start, 9).t for start in (0, 3, 4, 8)] == [4, 4, 8, 9]


def test_looking_far_back_pauses_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_module, "LONGEST_CHUNK", 16)
    monkeypatch.setattr(store_module, "MOST_BYTES", 0)
    walk = copying(*range(160))
    only = Breakpoint("y[1] >= 0 for 150 steps", 1)
    walk.at(160)
    found = list(Watch(walk, (only,)).search(160, -1))
    assert found[-1] == 159
    assert found[:-1].count(None) >= 9  # ten chunks of 16, one at a time


def test_the_hits_of_a_walk_go_with_it_and_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    holds = Condition.holds

    def counted(self: Condition, moment: Any) -> Array:
        asked.append(len(moment["t"]))
        return holds(self, moment)

    monkeypatch.setattr(Condition, "holds", counted)
    walk = copying(*range(600))
    once, lasts = Breakpoint("y[1] > 5", 1), Breakpoint("y[1] > 5 for 3 steps", 1)
    assert found(Watch(walk, (once,)), once) == list(range(7, 601))
    assert asked
    asked.clear()
    assert found(Watch(walk, (lasts, once)), lasts) == list(range(9, 601))
    assert found(Watch(walk, (once,)), once) == list(range(7, 601))
    assert not asked
    other = Run(walk.network, walk.sequence).walk()
    assert found(Watch(other, (once,)), once) == list(range(7, 601))
    assert sum(asked) == 600


def test_a_question_about_what_is_kept_runs_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Run(Network.random("elman", 2, 3, 0), Rows(np.random.default_rng(0).normal(size=(4000, 2)))).walk()
    steps = [{**walk.at(t).values, **walk.at(t).inputs} for t in range(1, 4001)]

    def never(self: object, index: int) -> None:
        raise AssertionError(f"chunk {index} is computed again")

    monkeypatch.setattr(tape_module.Tape, "_computed", never)
    s, x = (np.array([step[name] for step in steps]) for name in ("s", "x"))
    larger = s[:, 1] > x[:, 0]
    for text, expected in (
        ("abs(s[1] - prev(s[1])) > 0.1", [False, *(abs(s[1:, 0] - s[:-1, 0]) > 0.1)]),
        ("y[2] > x[1] for 2 steps", [False, *(larger[1:] & larger[:-1])]),
        ("nonfinite", []),
        ("label == ''", [True] * 4000),
        ("t % 7 == 0", [t % 7 == 0 for t in range(1, 4001)]),
    ):
        only = Breakpoint(text, 1)
        assert found(Watch(walk, (only,)), only) == [t + 1 for t in np.flatnonzero(expected)]
