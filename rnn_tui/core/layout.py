"""All parameters of a network in one vector, so that an update of all of them is one call; where the states before the
first timestep are learned as well, they stand in it too."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.core.equations import Name
from rnn_tui.core.initial_state import State
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.network import Network
from rnn_tui.core.plan import plan_of
from rnn_tui.core.routine import CACHE_LINE, aligned


class Layout:
    """Where each parameter stands. Matrices on one vector, which are one product, lie one under the other.

    Attributes:
        size: how many numbers there are, those between the parameters, which are always zero, among them.
    """

    def __init__(self, network: Network, learned: tuple[State, ...] = ()) -> None:
        """Finds the places.

        Args:
            network: any of these layers.
            learned: for each layer the states that are learned as parameters are; empty where none are.
        """
        self._network, self._dtype = network, network.dtype
        self._places: list[dict[str, tuple[int, int]]] = []
        self._states: list[dict[str, tuple[int, int]]] = []
        line = CACHE_LINE // self._dtype.itemsize
        at = 0
        for layer in network.layers:
            places: dict[str, tuple[int, int]] = {}
            for names in _together(layer):
                at = -(-at // line) * line
                for name in names:
                    size = layer.parameters[name].size
                    places[name] = at, at + size
                    at += size
            self._places.append(places)
        for state in learned:
            at = -(-at // line) * line
            self._states.append({})
            for name, array in state.items():
                self._states[-1][name] = at, at + array.size
                at += array.size
        self.size = at

    def room(self) -> Array:
        """A vector of zeros."""
        vector = aligned((self.size,), self._dtype)
        vector[...] = 0
        return vector

    def vector(self, network: Network, initial: tuple[State, ...] = ()) -> Array:
        """The parameters of a network, and the states that are learned."""
        vector = self.room()
        for layer, views in zip(network.layers, self.views(vector), strict=True):
            for name, view in views.items():
                view[...] = layer.parameters[name]
        for state, views in zip(initial, self.states(vector), strict=False):
            for name, view in views.items():
                view[...] = state[name]
        return vector

    def states(self, vector: Array) -> tuple[dict[str, Array], ...]:
        """For every layer name to the part of a vector that is a state before the first timestep; empty where none are
        learned."""
        return tuple({name: vector[slice(*place)] for name, place in own.items()} for own in self._states)

    def views(self, vector: Array) -> tuple[dict[str, Array], ...]:
        """For every layer name to its part of a vector."""
        return tuple(
            {name: vector[slice(*places[name])].reshape(array.shape) for name, array in layer.parameters.items()}
            for layer, places in zip(self._network.layers, self._places, strict=True)
        )

    def network(self, vector: Array) -> Network:
        """The network whose parameters are those of a vector."""
        return self._network.with_parameters(self.views(vector))


def _together(layer: Layer) -> Iterator[list[str]]:
    """The names of a layer's parameters: first matrices that are one product, then the others one by one."""
    plan, done = plan_of(layer.cell), set[str]()
    for call in plan.products:
        matrices = [part.operands[0].expression for part in call.parts]
        names = [str(matrix) for matrix in matrices if isinstance(matrix, Name)]
        if len(names) == len(matrices) == len({*names} - done):
            done.update(names)
            yield names
    yield from ([name] for name in layer.parameters if name not in done)
