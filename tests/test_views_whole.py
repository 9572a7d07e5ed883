"""No view cuts a number, wherever it is put: every numeral on the screen has all its digits, an exponent, or a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, product

import numpy as np
import pytest
from frames import Seen, frame, seen
from rich.cells import cell_len
from terminal import printed

from rnn_tui import Network, Run, Sequence
from rnn_tui.core.calculator import WHOLE
from rnn_tui.core.decimals import free
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.session.diagrams import DIAGRAMS
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import Page, part

SIZES = ((40, 12), (53, 17), (60, 20), (80, 24), (97, 31), (120, 36), (200, 50))
FINER = 2
TABLES = ("formula", "gates", "equation")
NUMERAL = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d*)?(?:e-?\d+)?(?![\w.])")
ODD = np.array([1e-9, 251.0, 5000.0, 1e6, -0.7757, -5000.25, 0.123456789])


@cache
def runs() -> dict[str, Run]:
    """Networks of several kinds, on rows with numbers of many sizes."""
    random = np.random.default_rng(3)
    x = random.choice(ODD, (30, 4)) * random.choice([1.0, -1.0], (30, 4))
    mild = Sequence(random.standard_normal((30, 4)), random.standard_normal((30, 3)))
    wild = Sequence(
        x, features=("first", "x10", "2021-10", "d"), labels=[f"2021-01-{t:02}T1{t:02}:00" for t in range(30)]
    )
    large = {"W": [ODD[:4], -ODD[:4], ODD[3:]], "b": ODD[:3]}
    return {
        "elman": Run(Network.random("elman", 4, 3, 0), wild),
        "lstm": Run(Network.random("lstm", 4, 3, 0), wild),
        "gru": Run(Network.random("gru", 4, 12, 0), mild),
        "dense": Run(Network([Layer("dense", large)]), wild),
        "stack": Run(Network.random(["elman", "lstm:concat", "gru", "lstm", "dense"], 4, [3, 2, 4, 5, 3], 0, 3), mild),
        "learning": Run(
            Network.random("lstm", 4, 3, 0), mild, learning=Learning(optimizer=Optimizer(rate=0.5), epochs=3)
        ),
    }


def looks(name: str) -> Iterator[Seen]:
    """What may be looked at of a run."""
    yield from (seen(diagram=diagram) for diagram in DIAGRAMS)
    yield from (seen(zoom="operation", operation=1), seen(maps=True), seen(names="pytorch"), seen(gate=1))
    target = {"dense": "y", "stack": "y"}.get(name, "s")
    yield from (seen(zoom="number", focus=Focus(*what)) for what in ((target, 0, 1), ("x", 0, 2)))
    if name in ("lstm", "learning"):
        yield from (seen(zoom="number", operation=k, focus=Focus(each, 0, 1)) for k, each in enumerate("ifgoc"))
    if name == "learning":
        for what in ("y", "s", "c here", "c later", "W_i here", "W_i gathered"):
            yield seen(back=True, zoom="number", focus=Focus(f"d {what}", 0, 1))
        yield from (seen(back=True), seen(weights="next"), seen(weights="change"))


def allowed(name: str, frame: Frame) -> set[int]:
    """How many decimals a number of a part may have."""
    digits, brief = frame.look.digits, min(frame.look.digits, 2)
    if name == "ledger":
        return {digits} if frame.gaze.zoom == "operation" else set(range(WHOLE))  # test_truth reads it
    if name == "equation":
        return {digits, digits + FINER}
    if name == "timeline":  # the loss of the epoch has those it has under the equation
        return {brief, digits + FINER} if frame.teaching is not None else {brief}
    if name == "diagram" and frame.gaze.diagram == "vanishing":
        return {digits, 2, min(digits + FINER, 4)}  # L, the spectral radius, and norms
    if name == "diagram" and frame.gaze.diagram == "across":
        finer = max(min(digits + FINER, 4), digits)
        return {brief, finer, *range(digits, digits + 5)}  # the scale, parts, and two numbers that must differ
    return {digits}


def decimals(text: str) -> Iterator[str]:
    """The numerals of a text that have a decimal point and no exponent."""
    for match in NUMERAL.finditer(text):
        if "." in match[0] and "e" not in match[0]:
            yield match[0]


KNOWN: dict[tuple[object, ...], set[str]] = {}


def known_of(frame: Frame) -> set[str]:
    """The numerals that the tables may show; those of a timestep are found once, whatever is looked at of it."""
    digits = frame.look.digits
    key = frame.run, frame.t, frame.index, digits
    if key not in KNOWN:
        KNOWN[key] = {free(value, count) for value in {*numbers(frame)} for count in (digits, digits + FINER)}
    return KNOWN[key]


def numbers(frame: Frame) -> Iterator[float]:
    """What the tables and the lines below them may show at a timestep: all that is computed, learned or given there."""
    teaching, index, walk = frame.teaching, frame.index, frame.walk
    for t in (frame.t - 1, frame.t, frame.t + 1):
        step = walk.at(t).layers[index]
        for values in (step.inputs, step.state_prev, step.state, step.values, step.parameters):
            yield from chain.from_iterable(np.ravel(array).tolist() for array in values.values())
    if teaching is None:
        return
    yield from (teaching.loss_at(frame.t), teaching.update_at(frame.t).norm, teaching.walked.loss)
    yield from teaching.target_at(frame.t).tolist()
    adjoint, used = teaching.adjoint(index, frame.t), frame.step.parameters
    for name, after in teaching.parameters_after(index, frame.t).items():
        yield from [*np.ravel(after).tolist(), *np.ravel(after - used[name]).tolist()]
        yield from np.ravel(teaching.sum_back(index, name, frame.t)).tolist()
    for gradients in (adjoint.local, adjoint.later, adjoint.named, adjoint.parameters, {"y": adjoint.y}):
        yield from chain.from_iterable(np.ravel(array).tolist() for array in gradients.values())


@pytest.mark.parametrize("digits", [2, 8])
@pytest.mark.parametrize("name", runs())
def test_every_numeral_has_all_its_decimals_wherever_it_is_put(name: str, digits: int) -> None:
    run, found = runs()[name], 0
    for index, (settings, turn) in enumerate(product(looks(name), (0, 3))):
        size = SIZES[(index + digits + turn) % len(SIZES)]
        page = Page(frame(run.walk(run.last_epoch), (4, 25)[index % 2], settings, digits=digits, ascii=index % 3 == 0))
        known = known_of(page.frame)
        for part_name, region in arrange(page.frame, *size).items():
            text = printed(part(part_name, page, region.width, region.height))
            place = f"{part_name} at {size}, {region} with {settings} in\n{text}"
            assert max(map(cell_len, text.split("\n"))) <= region.width, place
            assert len(text.split("\n")) <= region.height, place
            for numeral in decimals(text if part_name not in ("title", "strip", "map") else ""):
                found += 1
                assert len(numeral.partition(".")[2]) in allowed(part_name, page.frame), f"{numeral} in {place}"
                assert part_name not in TABLES or numeral in known, f"{numeral} in {place}"
    assert found > (200 if digits else 10)
