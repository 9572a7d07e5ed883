"""What several tests need: the bits of a step."""

from __future__ import annotations

from rnn_tui.core.step import Step


def bits(step: Step) -> tuple[bytes, ...]:
    """Every number of a step and of the layers below it, as bytes."""
    every = (array for layer in step.layers for array in (*layer.inputs.values(), *layer.values.values()))
    return tuple(array.tobytes() for array in every)
