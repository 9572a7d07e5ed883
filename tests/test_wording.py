"""An error of the Python API names the field that was given, and the command line names its option."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import rnn_tui
from rnn_tui.cli.main import main
from rnn_tui.cli.wording import OPTIONS, worded
from rnn_tui.core.errors import InputError
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.session.choosing import OF_LEARNING, OF_OPTIMIZER

SEQUENCE = rnn_tui.Sequence(np.eye(3), np.eye(3))
NETWORK = rnn_tui.Network.random("elman", 3, 3)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("hidden_size", lambda: rnn_tui.Network.random("elman", 3, 0)),
        ("hidden_size", lambda: rnn_tui.Network.random("elman", 3, [3, 3])),
        ("hidden_size", lambda: rnn_tui.Network.random("elman", 3, 65536)),
        ("input_size", lambda: rnn_tui.Network.random("elman", 0, 3)),
        ("seed", lambda: rnn_tui.Network.random("elman", 3, 3, -1)),
        ("loss", lambda: rnn_tui.gradients(NETWORK, SEQUENCE, "mae")),
        ("truncate", lambda: rnn_tui.gradients(NETWORK, SEQUENCE, truncate=4)),
        ("rate", lambda: Learning(optimizer=Optimizer(rate=-1)).check()),
        ("clip", lambda: Learning(optimizer=Optimizer(clip=-1)).check()),
        ("momentum", lambda: Learning(optimizer=Optimizer(momentum=1)).check()),
        ("optimizer", lambda: Learning(optimizer=Optimizer("sdg")).check()),
        ("epochs", lambda: Learning(epochs=0).check()),
        ("epoch", lambda: Learner(NETWORK, SEQUENCE, Learning()).epoch(2)),
    ],
)
def test_an_error_of_the_api_names_the_field(field: str, given: Callable[[], object]) -> None:
    with pytest.raises(InputError) as caught:
        given()
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}:")
    assert "--" not in str(caught.value)
    assert worded(caught.value) == str(caught.value).replace(field, OPTIONS.get(field, field), 1).replace(
        "cell = elman,softmax", "--cell elman,softmax"
    )


def test_an_error_at_a_timestep_names_the_field_and_the_timestep() -> None:
    with pytest.raises(InputError) as caught:
        rnn_tui.gradients(NETWORK, SEQUENCE, "cross-entropy")
    assert caught.value.field == "loss"
    assert str(caught.value).startswith("loss, t = ")
    assert worded(caught.value) == "--" + str(caught.value).replace("cell = elman,softmax", "--cell elman,softmax")


@pytest.mark.parametrize(
    ("hint", "says"),
    [
        ("write truncate = 0", "write --truncate 0"),
        ("columns headed target..., targets = N, or a text have some", "columns headed target..., --targets N, or"),
        ("a smaller rate, or clip = 1, may help", "a smaller rate, or --clip 1, may help"),
        ("allow_nonfinite lets it in", "--allow-nonfinite lets it in"),
        ("save_network writes one", "`rnn-tui run --learn --save` writes one"),
    ],
)
def test_a_hint_is_what_one_types(hint: str, says: str) -> None:
    assert says in worded(InputError("", "", "wrong", hint))


def test_a_file_of_the_name_of_a_field_stays_a_file() -> None:
    assert worded(InputError("seed", "", "no such file")) == "seed: no such file"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "hello.txt", "--hidden", "0"], "rnn-tui: --hidden: 0 is no size; 1 to 65536 are allowed\n"),
        (
            ["run", "sine", "--cell", "elman:reverse", "--learn", "--hidden", "1"],
            "--truncate: a layer that runs backwards in time needs the whole sequence; write --truncate 0\n",
        ),
        (
            ["run", "hello.txt", "--learn", "--hidden", "4", "--loss", "cross-entropy"],
            "end the network with softmax: --cell elman,softmax\n",
        ),
        (
            ["run", "hello.txt", "--learn-initial-state"],
            "rnn-tui: --learn-initial-state: says how to learn; add --learn\n",
        ),
    ],
)
def test_the_command_line_says_its_options(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.endswith(says)


def test_every_way_to_learn_has_an_option() -> None:
    assert {*OF_LEARNING, *OF_OPTIMIZER} <= {*OPTIONS}


def test_what_is_wrong_in_a_session_file_is_told_in_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.toml").write_text('version = 1\n[[network.layers]]\ntext = "equations = 1"\n')
    assert main(["run", str(tmp_path / "s.toml")]) == 2
    assert capsys.readouterr().err.endswith('line 2: cell is missing; write cell = "..."\n')
