"""The rows about gradients: whole sequences there and back, and learning after every timestep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from rnn_tui import Gradients, Network, Sequence, gradients
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer

from .alternating import medians, timed
from .by_hand import CELLS, Array, learn_every_t
from .contest import torch
from .table import Row

GATES = {"elman": ("",), "lstm": ("_i", "_f", "_g", "_o"), "gru-reset-after": ("_r", "_z", "_n")}
"""What the parameters' names end with, in PyTorch's order."""
MODULES = {"elman": "RNN", "lstm": "LSTM", "gru-reset-after": "GRU"}
SIZES = {4: 1000, 32: 1000, 64: 1000, 256: 500}
"""H, and the timesteps of a whole sequence."""
LEARNED = {4: 1000, 32: 500, 64: 500, 256: 100}
"""The same of a walk that learns after every timestep."""
RATE = 1e-3


@dataclass(frozen=True, eq=False)
class Lesson:
    """A cell with something to learn, the same for everyone; I = H, the loss is the sum of squares.

    Attributes:
        cell: one of `GATES`.
        hidden: H.
        steps: T.
    """

    cell: str
    hidden: int
    steps: int

    @property
    def network(self) -> Network:
        return Network.random(self.cell, self.hidden, self.hidden)

    @property
    def sequence(self) -> Sequence:
        x, target = np.random.default_rng(1).normal(size=(2, self.steps, self.hidden))
        return Sequence(x, target)

    def stacked(self) -> tuple[Array, ...]:
        """W, U and b with the gates one under the other; of the GRU c, too."""
        parameters, gates = self.network.layers[0].parameters, GATES[self.cell]
        stacked = [np.concatenate([parameters[letter + gate] for gate in gates]) for letter in "WUb"]
        return (*stacked, parameters["c_n"]) if "c_n" in parameters else tuple(stacked)

    def ours(self, found: Gradients) -> tuple[Array, ...]:
        """Our gradients in the order of those by hand."""
        own, gates = found.parameters[0], GATES[self.cell]
        stacked = [np.concatenate([own[letter + gate] for gate in gates]) for letter in "WUb"]
        return (*stacked, found.x, own["c_n"]) if "c_n" in own else (*stacked, found.x)

    def theirs(self) -> Any:
        """PyTorch's module, x and the targets with a batch of 1."""
        module = torch()
        network = getattr(module.nn, MODULES[self.cell])(self.hidden, self.hidden, dtype=module.float64)
        w, u, b, *c = self.stacked()
        inner = np.concatenate([np.zeros(2 * self.hidden), *c]) if c else np.zeros_like(b)
        with module.no_grad():
            for name, value in (("weight_ih", w), ("weight_hh", u), ("bias_ih", b), ("bias_hh", inner)):
                getattr(network, f"{name}_l0").copy_(module.from_numpy(value))
        sequence = self.sequence
        assert sequence.targets is not None
        x, target = (module.from_numpy(np.array(rows))[:, None, :] for rows in (sequence.x, sequence.targets))
        return SimpleNamespace(network=network, x=x.requires_grad_(), target=target)

    def agree(self, peers: Any) -> None:
        """Makes sure that all compute the same. Raises AssertionError."""
        sequence = self.sequence
        found = self.ours(gradients(self.network, sequence))
        for ours, hand in zip(found, CELLS[self.cell](sequence.x, sequence.targets, *self.stacked()), strict=True):
            np.testing.assert_allclose(ours, hand, rtol=1e-9, atol=1e-10)
        if peers is not None:
            autograd(peers)
            for ours, name in zip(found, ("weight_ih", "weight_hh", "bias_ih"), strict=False):
                grad = getattr(peers.network, f"{name}_l0").grad.numpy()
                np.testing.assert_allclose(ours, grad, rtol=1e-9, atol=1e-10)
            np.testing.assert_allclose(found[3], peers.x.grad[:, 0].numpy(), rtol=1e-9, atol=1e-10)


def autograd(peers: Any) -> None:
    """Forwards and back, the gradients afresh."""
    peers.network.zero_grad()
    peers.x.grad = None
    y, _ = peers.network(peers.x)
    ((y - peers.target) ** 2).sum().backward()


def lessons(sizes: dict[int, int], quick: bool) -> Iterator[Lesson]:
    """Every cell in every size; when in a hurry, the smallest and the largest."""
    for cell in CELLS:
        for hidden, steps in sizes.items():
            if not quick or hidden in (4, 256):
                yield Lesson(cell, hidden, steps)


def whole(quick: bool) -> Iterator[Row]:
    """The gradients of a whole sequence by all parameters and by x."""
    for lesson in lessons(SIZES, quick):
        sequence, network = lesson.sequence, lesson.network
        turns = {
            "ours": timed(partial(gradients, network, sequence)),
            "hand": timed(partial(CELLS[lesson.cell], sequence.x, sequence.targets, *lesson.stacked())),
        }
        peers = None if torch() is None else lesson.theirs()
        lesson.agree(peers)
        if peers is not None:
            turns["torch"] = timed(partial(autograd, peers))
        found = {name: s * 1e6 / lesson.steps for name, s in medians(turns, 7 if quick else 15).items()}
        what = f"gradients, {lesson.cell}, H {lesson.hidden} / "
        yield Row(f"{what}NumPy loop", found["ours"], found["hand"], "µs/t", 1.3)
        if peers is None:
            yield Row(f"{what}torch", note="PyTorch is not installed")
        else:
            yield Row(f"{what}torch", found["ours"], found["torch"], "µs/t", 0.5)


def every_t(quick: bool) -> Iterator[Row]:
    """An epoch of plain descent after every timestep, as the program learns in the background."""
    for lesson in lessons(LEARNED, quick):
        sequence, given = lesson.sequence, lesson.stacked()
        assert sequence.targets is not None
        learning = Learning("sse", 1, 10_000, Optimizer("sgd", RATE))
        learner = Learner(lesson.network, sequence, learning)
        hand = partial(by_hand, lesson, sequence, given)
        epoch(learner)
        np.testing.assert_allclose(learner.epoch(1).losses, hand(), rtol=1e-8)
        found = medians({"ours": timed(partial(epoch, learner)), "hand": timed(hand)}, 5 if quick else 11)
        micro = 1e6 / lesson.steps
        what = f"learning after every t, {lesson.cell}, H {lesson.hidden} / NumPy loop"
        yield Row(what, found["ours"] * micro, found["hand"] * micro, "µs/t", 2.0)


def by_hand(lesson: Lesson, sequence: Sequence, parameters: tuple[Array, ...]) -> list[float]:
    """The loss of every timestep, learned by hand."""
    assert sequence.targets is not None
    return list(learn_every_t(lesson.cell, sequence.x, sequence.targets, parameters, RATE))


def epoch(learner: Learner) -> None:
    """One more epoch."""
    passed = len(learner.losses)
    while len(learner.losses) == passed:
        learner.advance()


def rows(quick: bool) -> Iterator[Row]:
    """All of them."""
    yield from whole(quick)
    yield from every_t(quick)
