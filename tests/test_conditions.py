"""Breakpoints: what they mean, what they refuse, and that searching finds what looking at every step finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui import Layer, Network, Run, Sequence, load_sequence
from rnn_tui.core.breakpoints import Breakpoint, Watch
from rnn_tui.core.conditions import Condition
from rnn_tui.core.errors import ConditionError
from rnn_tui.core.run import Walk
from rnn_tui.core.search import find_label
from rnn_tui.core.step import Step

X = np.array([[0.0, 1.0], [0.5, -0.5], [0.5, -0.5], [2.0, 0.0], [-1.0, 1.0]])


def on(texts: list[str], walk: Walk, layer: int) -> tuple[Breakpoint, ...]:
    """Breakpoints on a layer (from 1) that fit a walk."""
    found = tuple(Breakpoint(text, layer) for text in texts)
    for each in found:
        each.condition(walk)
    return found


def copying(labels: list[str] | None = None) -> Walk:
    """A network whose y is x, so that what a condition finds can be read off X."""
    from rnn_tui import Cell, Layer

    cell = Cell.parse('equations = "y[t] = identity(x[t])"')
    return Run(Network([Layer(cell)]), Sequence(X, labels=labels)).walk()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("any(abs(y) > 0.9)", [1, 4, 5]),
        ("all(y > -0.6)", [1, 2, 3, 4]),
        ("min(x) < 0", [2, 3, 5]),
        ("x[2] == 1", [1, 5]),
        ("x[1] + x[2] > 1.5", [4]),
        ("0 < x[1] <= 0.5", [2, 3]),
        ("t % 2 == 0", [2, 4]),
        ("t > 1 and not t >= 4", [2, 3]),
        ("t == 1 or t == 5", [1, 5]),
        ("changed(argmax(y))", [2, 5]),
        ("changed(y)", [2, 4, 5]),
        ("argmax(y) == 2", [1, 5]),
        ("argmin(y) == 1", [1, 5]),
        ("argmin(y) == 2", [2, 3, 4]),
        ('label == "b"', [2, 4]),
        ('changed(label == "b")', [2, 3, 4, 5]),
        ("norm(y) == 2", [4]),
        ("sum(y) == 0", [2, 3, 5]),
        ("mean(y) > 0.9", [4]),
        ("-x[1] > 0", [5]),
        ("nonfinite", []),
        ("max(y) / 2 == 1", [4]),
        ("t > 1/0", []),
        ("t < 1/0", [1, 2, 3, 4, 5]),
        ("5 % 0 == 5 % 0", []),
        ("t % 0 == 0", []),
        ("changed(t)", [2, 3, 4, 5]),
        ("changed(t % 2 == 0)", [2, 3, 4, 5]),
        ("changed(label)", [2, 3, 4, 5]),
        ("changed(0/0)", []),
        ("changed(5)", []),
        ("changed('a')", []),
        ("'a' == 'a'", [1, 2, 3, 4, 5]),
        ("True and not False", [1, 2, 3, 4, 5]),
        ("all(x == y)", [1, 2, 3, 4, 5]),
        ("1<2" + "<3" * 400, []),
        (" or ".join(["t == 3"] * 90), [3]),
    ],
)
def test_a_condition_holds_where_a_person_says_it_does(text: str, expected: list[int]) -> None:
    walk = copying(["a", "b", "a", "b", "c"])
    assert Watch(walk, on([text], walk, 1)).matches(0) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("y", "column 1: this is a number, not a yes or no"),
        ("y > 0", "a yes or no for each of several numbers; put any(...) or all(...) around"),
        ("z > 0", "column 1: z is no quantity of this layer"),
        ("t", "this is a number, not a yes or no"),
        ("x[3] == 1", "x has no number 3; it has 1 to 2"),
        ("x[0] == 1", "x has no number 0"),
        ("any(y)", "any takes several of type yes or no"),
        ("min(t) > 0", "min takes several of type number"),
        ("lable == 'a'", "did you mean label?"),
        ("anny(y > 0)", "did you mean any?"),
        ("label < 'a'", "neither smaller nor larger"),
        ("label == 1", "a text cannot be compared with a number"),
        ("__import__('os')", "the function __import__ is not known"),
        ("y.shape == 1", "(attribute) is no part of a condition"),
        ("[t for t in y]", "(listcomp) is no part of a condition"),
        ("t ==", "this is no condition"),
        ("", "this is no condition"),
        ("not t", "a yes or no is needed here"),
        ("t + 'a' == 1", "a number is needed here, and this is a text"),
        ("abs(True)", "a number is needed here, and this is a yes or no"),
        ("9" * 400 + " == t", "(constant) is no part of a condition"),
        ("1e400 == t", "(constant) is no part of a condition"),
        ("2 ** 9 ** 9 == t", "(binop) is no part of a condition"),
        ("2 // 0 == t", "(binop) is no part of a condition"),
        ("min() == t", "(call) is no part of a condition"),
        ("min(x, y) == t", "(call) is no part of a condition"),
        ("min(*x) == t", "no part of a condition"),
        ("changed(changed(x))", "cannot stand in another changed(...)"),
        ("any(x > w)", "2 numbers stand against 3; as many are needed, or one"),
        ("(" * 400 + "t" + ")" * 400, "this is no condition"),
        ("not " * 100 + "nonfinite", "nested more than 60 deep"),
        ("t == 1" + " " * 1000 + "or t == 2", "longer than 1000 characters"),
        ("t == '\\d'", "a number cannot be compared with a text"),
    ],
)
def test_what_is_no_yes_or_no_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text, {"x": 2, "y": 2, "w": 3})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@settings(max_examples=200)
@given(text=st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        said = Condition.parse(text, {"x": 2, "y": 2}).text
    except ConditionError as error:
        said = str(error)
    assert "\n" not in said


def slow(step: Step, before: Step | None) -> bool:
    """any(abs(s) > 0.5) and changed(argmax(s)), from the records of two steps."""
    changed = before is not None and int(np.argmax(step.s)) != int(np.argmax(before.s))
    return bool((abs(step.s) > 0.5).any()) and changed


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 100), start=st.integers(0, 620))
def test_searching_finds_what_looking_at_every_step_finds(seed: int, start: int) -> None:
    x = np.random.default_rng(seed).normal(size=(620, 2))
    walk = Run(Network.random("elman", 2, 3, seed), Sequence(x)).walk()
    watch = Watch(walk, on(["any(abs(s) > 0.5) and changed(argmax(s))"], walk, 1))
    steps = [walk.at(t) for t in range(621)]
    hits = [t for t in range(1, 621) if slow(steps[t], steps[t - 1] if t > 1 else None)]
    after = [t for t in watch.search(start, 1) if t is not None]
    before = [t for t in watch.search(start, -1) if t is not None]
    assert after == [t for t in hits if t > start][:1]
    assert before == [t for t in hits if t < start][-1:]


def test_a_layer_that_runs_backwards_is_searched_in_the_order_of_time() -> None:
    walk = Run(Network.random("elman:reverse", 4), load_sequence("hello.txt")).walk()
    watch = Watch(walk, on(["s[1] > 0"], walk, 1))
    expected = [t for t in range(1, 6) if walk.at(t).s[0] > 0]
    assert watch.matches(0) == expected


def test_nan_is_found() -> None:
    walk = Run(Network.random("elman", 1), Sequence([[0.0], [np.nan], [0.0]])).walk()
    assert Watch(walk, on(["nonfinite"], walk, 1)).matches(0) == [2, 3]
    assert walk.tape.broken == 2


NAN = np.nan


@pytest.mark.parametrize(
    ("values", "expected"), [([NAN, NAN, NAN], []), ([NAN, 1, 1], [2]), ([1, NAN, NAN], [2]), ([2, 2, 3], [3])]
)
def test_a_number_that_stays_not_a_number_has_not_changed(values: list[float], expected: list[int]) -> None:
    walk = Run(copying().network, Sequence([[v, 0.0] for v in values])).walk()
    assert Watch(walk, on(["changed(y)"], walk, 1)).matches(0) == expected


def counting(length: int = 1000) -> Walk:
    """Several chunks whose x is t."""
    return Run(copying().network, Sequence([[float(t), 0.0] for t in range(1, length + 1)])).walk()


def test_a_change_is_seen_across_the_border_of_two_chunks() -> None:
    walk = counting()
    border = walk.tape.cuts.longest
    watch = Watch(walk, on([f"changed(x[1] > {border})"], walk, 1))
    assert [t for t in watch.search(0, 1) if t is not None] == [border + 1]


@pytest.mark.parametrize("start", [0, 5, 299])
@pytest.mark.parametrize("end", [301, 700, 999])
@pytest.mark.parametrize("hit", [300, 698, 900])
def test_a_walk_over_several_chunks_stops_at_the_first_breakpoint(start: int, end: int, hit: int) -> None:
    walk = counting()
    assert walk.tape.cuts.longest < 300
    stop = Watch(walk, on([f"x[1] == {hit}"], walk, 1)).between(start, end)
    reached = (hit, f"x[1] == {hit}   x = {hit}.00 0.00") if hit <= end else (end, "")
    assert (stop.t, stop.reason) == reached


@pytest.mark.parametrize(
    ("breaks", "t", "reason"), [([], 600, "a number is not finite"), (["t == 500"], 500, "t == 500")]
)
def test_a_walk_stops_at_the_first_number_that_is_not_finite(breaks: list[str], t: int, reason: str) -> None:
    x = np.ones((1000, 2))
    x[599] = NAN
    walk = Run(copying().network, Sequence(x)).walk()
    stop = Watch(walk, on(breaks, walk, 1)).between(0, 999)
    assert (stop.t, stop.reason) == (t, reason)


def test_a_breakpoint_where_a_number_is_not_finite_says_its_own_reason_and_one_goes_on_from_there() -> None:
    walk = Run(copying().network, Sequence([[1.0, 1.0], [NAN, 1.0], [1.0, 1.0], [1.0, 1.0]])).walk()
    watch = Watch(walk, on(["t == 2"], walk, 1))
    assert watch.between(0, 4).reason == "t == 2"
    assert watch.between(2, 4).t == 4


def test_the_breakpoints_of_another_sequence_are_told_and_passed_over() -> None:
    walk = copying()
    wrong = (Breakpoint("x[4] == 1", 1), Breakpoint("any(f > 0)", 1), Breakpoint("t == 2", 3), Breakpoint("t ==", 1))
    watch = Watch(walk, (*wrong, Breakpoint("t == 4", 1), Breakpoint("t == 3", 1, enabled=False)))
    assert list(watch.refused.values()) == [
        "x[4] == 1: x has no number 4; it has 1 to 2",
        "any(f > 0): f is no quantity of this layer; known are x, y, t, label, nonfinite",
        "t == 2: there is no layer 3 here; the network has 1",
        "t ==: this is no condition; write one like any(abs(s) > 0.95)",
    ]
    assert list(watch.search(0, 1)) == [4]
    assert list(watch.search(5, -1)) == [4]
    assert watch.between(0, 5).t == 4
    assert watch.reason(4) == "t == 4"
    assert watch.reason(3) == ""
    assert not any(watch.holds(wrong[0], t) for t in range(6))


def test_a_breakpoint_holds_at_its_timesteps_and_at_none_that_is_not_there() -> None:
    walk = counting()
    even, off = Breakpoint("t % 2 == 0", 1), Breakpoint("x[1] < 4", 1, enabled=False)
    watch = Watch(walk, (even, off))
    assert sum(watch.holds(even, t) for t in [0, 1, 2, 3, 400, 401, 998, 5000]) == 3
    assert sum(watch.holds(off, t) for t in range(1001)) == 3


def test_a_layer_is_counted_from_one_as_the_screen_does() -> None:
    walk = Run(Network.random(["elman", "dense"], 2, [3, 1], 0), Sequence(X)).walk()
    (first,) = on(["any(s > -2)"], walk, 1)
    watch = Watch(walk, (first,))
    assert watch.matches(0) == [1, 2, 3, 4, 5]
    told = " ".join(f"{value:.2f}" for value in walk.at(2).layers[0].s)
    assert watch.reason(2) == f"any(s > -2)   s = {told}"
    for layer in (0, 2, 3):
        with pytest.raises(ConditionError):
            on(["any(s > -2)"], walk, layer)


def test_a_named_single_number_can_be_asked_for() -> None:
    from rnn_tui import Cell, Layer

    cell = Cell.parse('equations = """\nk[t] = g * g\ny[t] = k[t] * x[t]\n"""\n[parameters]\ng = []')
    walk = Run(Network([Layer(cell, {"g": 3.0})]), Sequence(X)).walk()
    assert Watch(walk, on(["k[1] == 9 and y[2] > 0"], walk, 1)).matches(0) == [1, 5]


NUMBERS = st.sampled_from(
    ["t", "x[1]", "s[3]", "0", "1", "1e299", "0.5", "argmax(x)", "norm(s)", "min(x)", "mean(z)", "1" * 299]
)
MANY = st.sampled_from(["x", "s", "y", "z"])
COMPARED = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
PIECES = ["", "(", ")", "[9]", "'", "**", "\\", "\0", "é", "\ud800"]


def calculated(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    both = st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
    return both | inner.map(lambda text: f"-{text}") | inner.map(lambda text: f"abs({text})")


def asked(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    both = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
    return both | inner.map(lambda text: f"not {text}") | inner.map(lambda text: f"changed({text})")


CALCULATED = st.recursive(NUMBERS | MANY, calculated, max_leaves=6)
COMPARISON = st.tuples(CALCULATED, COMPARED, CALCULATED).map(" ".join)
ASKED = st.recursive(
    COMPARISON
    | COMPARISON.map(lambda text: f"any({text})")
    | COMPARISON.map(lambda text: f"all({text})")
    | CALCULATED.map(lambda text: f"changed({text})")
    | st.sampled_from(["nonfinite", "label == 'a'", "'a' != 'b'", "True", "changed(label)", "0/0 == 5 % 0"]),
    asked,
    max_leaves=4,
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A condition of the grammar, at times with something put in, left out or taken twice."""
    text = draw(ASKED)
    for _ in range(draw(st.integers(0, 3))):
        at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        piece = draw(st.sampled_from([*PIECES, text[at:end], text[at:end] * 2]))
        text = text[:at] + piece + text[draw(st.sampled_from([at, end])) :]
    return text


WALK = Run(
    Network.random("elman", 2, 3), Sequence([[1.0, NAN], [np.inf, 0.0], [0.0, 0.0], [1.0, 2.0]], labels=list("abca"))
).walk()


@settings(max_examples=400)
@given(mutated())
def test_any_condition_is_refused_in_a_sentence_or_answered_everywhere(text: str) -> None:
    only = Breakpoint(text, 1)
    watch = Watch(WALK, (only,))
    found = watch.matches(0)
    assert [t for t in range(1, 5) if watch.holds(only, t)] == found
    assert not (found and watch.refused)


def test_a_change_is_seen_across_the_border_of_two_chunks_in_a_layer_that_runs_backwards() -> None:
    walk = counting()
    walk = Run(Network([Layer(walk.network.layers[0].cell, {}, True)]), walk.sequence).walk()
    border = walk.tape.cuts.longest
    for text, hits in (
        (f"changed(x[1] > {border})", [[], [border + 1]]),
        (f"changed(x[1] >= {border})", [[border], []]),
    ):
        watch = Watch(walk, on([text], walk, 1))
        assert [watch.matches(index) for index in (0, 1)] == hits


@pytest.mark.parametrize(
    ("text", "t", "found"),
    [("l", 0, 1), ("l", 1, 1), ("l", 5, 1), ("o", 4, 5), ("o", 5, 4), ("e", 0, 2), ("e", 2, 3), ("z", 0, None)],
)
def test_a_label_is_found_going_round_and_a_whole_one_before_a_part(text: str, t: int, found: int | None) -> None:
    sequence = Sequence([[0.0]] * 5, labels=["l", "el", "le", "o", "o"])
    assert find_label(sequence, text, t) == found


def test_a_run_that_broke_is_over() -> None:
    """s doubles: s_t = 2^(t-1) is infinite from t = 1025 on, and the run of 2000 stops in that chunk."""
    x = np.zeros((2000, 1))
    x[0] = 1.0
    run = Run(Network([Layer("elman-relu", {"W": [[1.0]], "U": [[2.0]], "b": [0.0]})]), Sequence(x))
    assert not run.over
    while run.advance():
        pass
    done, whole = run.progress
    assert (run.over, whole) == (True, 2000)
    assert 1025 <= done < 2000
