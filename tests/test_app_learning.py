"""A network that learns, on the screen: epochs, W_t, target and loss, and the way back with its sums."""

from __future__ import annotations

import re

import numpy as np
import pytest
from driven import Driven, of, running

from rnn_tui.core.learning import Learning
from rnn_tui.session.model import Session

NUMBER = r"-?\d+\.\d+"


def learning(truncate: int = 1, epochs: int = 300, cell: str = "elman") -> Session:
    return of(f"{cell},softmax", learning=Learning("cross-entropy", truncate, epochs))


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(NUMBER, text)]


async def at_first_layer(app: Driven) -> None:
    await app.press("left_square_bracket")


async def test_the_title_tells_the_regime_and_the_epoch() -> None:
    async with running(learning(2, 5), size=(120, 36)) as app:
        assert "sgd 0.1, every 2 t" in app.text
        assert "epoch 1 of 5  t = 0 of 5" in app.text
        assert "epoch 3 of 5" in await app.press("E", "E")
        assert "epoch 2 of 5" in await app.press("W")
        await app.press("end")
        assert "epoch 3 of 5  t = 1 of 5" in await app.press("right")
        assert "epoch 2 of 5  t = 5 of 5" in await app.press("left", "left")


async def test_target_and_loss_stand_beside_y() -> None:
    session = learning(0, 3)
    walk = session.recipe.build().walk()
    teaching = walk.teaching
    assert teaching is not None
    async with running(session) as app:
        text = await app.press("right", "right", "right")
        assert " target e 0.00 h 0.00 l 1.00 o 0.00   loss₃" in text
        loss = -np.log(walk.at(3).y[2])
        assert f"loss₃ {loss:.4f} of {teaching.walked.loss:.4f}" in text
        assert "target none" in await app.press("end")


async def test_weights_are_of_a_timestep_and_the_change_is_what_the_update_did() -> None:
    session = learning()
    walk = session.recipe.build().walk()
    teaching = walk.teaching
    assert teaching is not None
    async with running(session, size=(120, 36)) as app:
        await at_first_layer(app)
        await app.press("right", "right")
        assert "W₂  3×4" in app.text
        assert "W₃  3×4" in await app.press("d")
        await app.press("greater_than_sign", "greater_than_sign", "d")
        lines = app.text.split("\n")
        row = next(found[1] for line in lines if (found := re.search(r" 1 +(-?0\.\d{4} .*)", line)))
        before = walk.at(2).layers[0].parameters["W"][0]
        after = walk.at(3).layers[0].parameters["W"][0]
        assert numbers(row)[:4] == pytest.approx([round(float(v), 4) for v in after - before], abs=1e-12)


async def test_the_loss_over_the_epochs_is_a_plot_one_can_click() -> None:
    async with running(learning()) as app:
        lines = app.text.split("\n")
        axis = next(i for i, line in enumerate(lines) if line.startswith(" epoch"))
        assert lines[axis - 1].startswith(" loss ≤5.54")
        await app.pilot.click(offset=(60, axis))
        assert 150 < int(re.search(r"epoch (\d+) of", app.text)[1]) < 260  # type: ignore[index]


async def test_the_way_back_on_five_steps() -> None:
    session = learning(0, 1)
    walk = session.recipe.build().walk()
    teaching = walk.teaching
    assert teaching is not None
    async with running(session) as app:
        await at_first_layer(app)
        await app.press("L", "left", "d")
        seen = []
        for t in (5, 4, 3, 2, 1):
            assert app.t == t
            rows = [numbers(line) for line in app.text.split("\n") if re.match(r" [123] ", line)]
            for _, here, later, total in (row for row in rows if len(row) == 4):
                assert here + later == pytest.approx(total, abs=0.0101)  # each is rounded to two digits
            adjoint = teaching.adjoint(0, t)
            np.testing.assert_array_equal(adjoint.local["s"] + adjoint.later["s"], adjoint.named["s"])
            seen.append(adjoint.parameters["W"])
            gathered = teaching.sum_back(0, "W", t)
            assert f"dL/dW 5 to {t}" in app.text
            np.testing.assert_allclose(gathered, sum(seen), rtol=0, atol=1e-15)
            await app.press("right")
        assert app.t == 1
        whole = teaching.back(teaching.walked.updates[0]).parameters[0]["W"]
        np.testing.assert_allclose(sum(seen), whole, rtol=0, atol=1e-15)
        await app.press("L")
        assert "dL/ds" not in app.text


async def test_a_gradient_is_explained_by_the_products_that_made_it() -> None:
    session = learning(0, 1)
    walk = session.recipe.build().walk()
    teaching = walk.teaching
    assert teaching is not None
    async with running(session, size=(120, 40)) as app:
        await at_first_layer(app)
        await app.press("L", "right", "enter", "left")
        text = await app.press("enter")
        assert "dL/ds₃[1], the sum of the chain-rule products of t = 4, which reads it" in text
        products = [numbers(line) for line in text.split("\n") if "× dL/dz₄" in line]
        u, dz = walk.at(4).layers[0].parameters["U"][:, 0], teaching.adjoint(0, 4).named["z"]
        for row, found in enumerate(products):
            assert found[-4:-1] == pytest.approx([u[row], dz[row], u[row] * dz[row]], abs=5.1e-5)
        total = float(teaching.adjoint(0, 3).later["s"][0])
        assert f"sum = {total:8.4f}" in re.sub(" +", " ", text).replace("sum = ", "sum =  ") or f"{total:.4f}" in text


async def test_a_window_ends_at_a_wall_that_only_values_pass() -> None:
    async with running(learning(2, 1)) as app:
        await at_first_layer(app)
        text = await app.press("L")
        assert text.count("║") == 2  # after t = 2 and after t = 4, in the one layer with a state
        await app.press("enter", "left")
        assert "the window ends here" in await app.press("enter")


async def test_a_network_that_does_not_learn_says_so() -> None:
    async with running() as app:
        assert "the network does not learn: T makes it" in await app.press("L")


async def test_how_far_a_gradient_reaches() -> None:
    async with running(learning(0, 1)) as app:
        await at_first_layer(app)
        text = await app.press("end", "V")
        assert "|dL/ds_k| for L = y₅[1] of layer 2; t = 5 has no target" in text  # t = 5 of hello.txt has no target
        radius = max(abs(np.linalg.eigvals(app.app.stepper.frame.walk.network.layers[0].parameters["U"])))
        assert f"U {radius:.2f}" in text
        assert "lstm" in text
