"""A network with its dynamics: prepared weights, coupling, and the feedback inhibition of the healthy brain at rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.network.constants import Node, constant, node
from rewire.network.failures import NetworkError
from rewire.network.gains import Gains
from rewire.network.network import Network
from rewire.network.node import inhibitory_gate, resting_current, resting_gate
from rewire.network.solve import STABLE, Solution, solve

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Circuit:
    """A network at rest.

    `weights [region, region]` are currents (nA) for an open gate: coupling x synaptic current x prepared weight. `links
    [link, 2]` are the connections of the default-mode loop (row, column). `current` (nA), `gate` and `inhibitory` gate
    are those of every healthy region.
    """

    network: Network
    node: Node
    coupling: float
    weights: Array
    links: NDArray[np.int64]
    current: float
    gate: float
    inhibitory: float

    @property
    def inhibition(self) -> Array:
        """Feedback inhibition that holds every healthy region at the resting rate, in closed form, `[region]`."""
        ones = np.ones((1, len(self.weights)))
        result: Array = self.adjusted(ones, np.ones(1))[0]
        return result

    def adjusted(self, gain: Array, loop: Array) -> Array:
        """Feedback inhibition `[scan, region]` that restores the resting rate at gains `[scan, region]` and `loop`."""
        far = np.broadcast_to(self.weights.sum(axis=1), gain.shape)
        if len(self.links):
            inside = np.zeros_like(self.weights)
            inside[tuple(self.links.T)] = self.weights[tuple(self.links.T)]
            far = far + (loop - 1.0)[:, None] * inside.sum(axis=1)
        excitation = self.node.background_excitatory + self.gate * gain * (self.node.recurrent + far)
        result: Array = (excitation - self.current) / self.inhibitory
        return result

    def arguments(self, gains: Gains) -> tuple[Array, Array, Array, Array, Array]:
        """Recurrent, incoming, drive and inhibition `[scan, region]` and loop `[scan]`, the leading axes made one."""
        regions = len(self.weights)
        if gains.synapses.shape[-1] != regions:
            raise NetworkError(f"gains of {gains.synapses.shape[-1]} regions for a network of {regions}")
        gain = np.ascontiguousarray(gains.synapses.reshape(-1, regions))
        loop = np.ascontiguousarray(gains.loop.reshape(-1))
        block = gains.nmda_block.reshape(-1, regions)
        share = gains.homeostasis
        inhibition = share * self.adjusted(gain, loop) + (1.0 - share) * self.inhibition
        excited = gain * (1.0 - constant("acute", "share_recurrent") * block)
        drive = 1.0 - constant("acute", "share_interneuron") * block
        return excited, excited, drive, inhibition, loop

    def solve(self, gains: Gains, precision: str = "float64") -> Solution:
        """Fixed points and fluctuations of every scan, `[scan]` in the order of the leading axes made one."""
        recurrent, incoming, drive, inhibition, loop = self.arguments(gains)
        return solve(
            self.node,
            self.weights,
            self.links,
            self.gate,
            recurrent,
            incoming,
            drive,
            inhibition,
            loop,
            precision,
        )


def build_circuit(network: Network, coupling: float | None = None) -> Circuit:
    """Give a network its dynamics. Without a fitted or given `coupling` it is set by rule.

    The rule: the slowest mode of the healthy brain decays at the rate in `network.toml`. Fitted networks are taken as
    they are; others are prepared first (mirror links, mean row sum 1).
    """
    model = node()
    gate = resting_gate(model)
    fitted = network.coupling is not None
    weights = np.array(network.weights) if fitted else prepare(network)
    resting = Circuit(
        network=network,
        node=model,
        coupling=1.0,
        weights=model.synaptic * weights,
        links=_loop_links(network),
        current=resting_current(model),
        gate=gate,
        inhibitory=float(inhibitory_gate(model, gate, 1.0)[0]),
    )
    chosen = coupling if coupling is not None else network.coupling
    if chosen is None:
        chosen = _coupling_by_rule(resting, constant("coupling", "slowest_mode"))
    elif not (np.isfinite(chosen) and chosen > 0):
        raise NetworkError(f"the coupling is {chosen:g}", expected="a number above 0")
    return replace(resting, coupling=float(chosen), weights=float(chosen) * resting.weights)


def prepare(network: Network) -> Array:
    """Weights with mirror regions linked by at least a share of the strongest weight, and a mean row sum of 1."""
    weights = np.array(network.weights)
    floor = constant("coupling", "homotopic_floor") * weights.max()
    for one, label in enumerate(network.labels):
        mirror = "R" + label[1:]
        if label[0] == "L" and mirror in network.labels:
            other = network.labels.index(mirror)
            weights[one, other] = max(weights[one, other], floor)
            weights[other, one] = max(weights[other, one], floor)
    result: Array = weights / weights.sum(axis=1).mean()
    return result


def _loop_links(network: Network) -> NDArray[np.int64]:
    """Rows and columns of the connections between subgenual (proxy) and posterior default-mode regions."""
    names = ("subgenual proxy", "posterior default mode")
    if not network.groups or any(name not in network.groups for name in names):
        return np.empty((0, 2), dtype=np.int64)
    one, other = (network.groups[name] for name in names)
    pairs = [(i, j) for i in one for j in other if i != j]
    return np.array(pairs + [(j, i) for i, j in pairs], dtype=np.int64).reshape(-1, 2)


def _coupling_by_rule(resting: Circuit, target: float) -> float:
    """The coupling at which the slowest mode decays at `target` (1/s), by bisection: it slows as coupling grows."""
    ones, one = np.ones((1, len(resting.weights))), np.ones(1)

    def slower(coupling: float) -> bool:
        scaled = replace(resting, weights=coupling * resting.weights)
        found = solve(
            scaled.node, scaled.weights, scaled.links, scaled.gate, ones, ones, ones, scaled.adjusted(ones, one), one
        )
        return bool(found.code[0] != STABLE or found.slowest_mode[0] > target)

    low, high = 0.0, 1.0
    while not slower(high):
        low, high = high, 2.0 * high
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if slower(middle) else (middle, high)
    return low
