"""Breakpoints: what they mean, what they refuse, and that searching finds what looking at every step finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui import Network, Sequence, Simulator, load_sequence
from rnn_tui.core.conditions import Condition, ConditionError
from rnn_tui.core.search import holding, matches, quantity_sizes, search
from rnn_tui.core.step import Step

X = np.array([[0.0, 1.0], [0.5, -0.5], [0.5, -0.5], [2.0, 0.0], [-1.0, 1.0]])


def copying(labels: list[str] | None = None) -> Simulator:
    """A network whose y is x, so that what a condition finds can be read off X."""
    from rnn_tui import Cell, Layer

    cell = Cell.parse('equations = "y[t] = identity(x[t])"')
    return Simulator(Network([Layer(cell)]), Sequence(X, labels=labels))


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
        ('label == "b"', [2, 4]),
        ('changed(label == "b")', [2, 3, 4, 5]),
        ("norm(y) == 2", [4]),
        ("sum(y) == 0", [2, 3, 5]),
        ("mean(y) > 0.9", [4]),
        ("-x[1] > 0", [5]),
        ("nonfinite", []),
        ("max(y) / 2 == 1", [4]),
    ],
)
def test_a_condition_holds_where_a_person_says_it_does(text: str, expected: list[int]) -> None:
    simulator = copying(["a", "b", "a", "b", "c"])
    condition = Condition.parse(text, quantity_sizes(simulator, 0))
    assert [t for t in range(1, 6) if holding(simulator, 0, condition, t)] == expected


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
    ],
)
def test_what_is_no_yes_or_no_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text, {"x": 2, "y": 2})
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
    simulator = Simulator(Network.random("elman", 2, 3, seed), Sequence(x))
    condition = Condition.parse("any(abs(s) > 0.5) and changed(argmax(s))", quantity_sizes(simulator, 0))
    steps = [simulator.at(t) for t in range(621)]
    hits = [t for t in range(1, 621) if slow(steps[t], steps[t - 1] if t > 1 else None)]
    after = [t for t in search(simulator, 0, (condition,), start, 1) if t is not None]
    before = [t for t in search(simulator, 0, (condition,), start, -1) if t is not None]
    assert after == [t for t in hits if t > start][:1]
    assert before == [t for t in hits if t < start][-1:]


def test_a_layer_that_runs_backwards_is_searched_in_the_order_of_time() -> None:
    simulator = Simulator(Network.random("elman:reverse", 4), load_sequence("hello.txt"))
    condition = Condition.parse("s[1] > 0", quantity_sizes(simulator, 0))
    expected = [t for t in range(1, 6) if simulator.at(t).s[0] > 0]
    assert list(matches(simulator, 0, 0, (condition,))) == expected


def test_nan_is_found() -> None:
    simulator = Simulator(Network.random("elman", 1), Sequence([[0.0], [np.nan], [0.0]]))
    condition = Condition.parse("nonfinite", quantity_sizes(simulator, 0))
    assert list(matches(simulator, 0, 0, (condition,))) == [2, 3]
    assert simulator.tape.broken == 2
