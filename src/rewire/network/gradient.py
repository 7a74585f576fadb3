"""The exact gradient of any score of connectivity over synapse gains, connections and coupling: one adjoint pass.

Connectivity comes from `X = M Q M^T` with `M = A^-1`, where `A` and `Q` are read off at a fixed point `F(S) = 0`. For a
score with slope `G` over `X` the adjoint needs no further solve: `-2 M^T G X` is its slope over `A`, the diagonal of
`M^T G M` that over `Q`; the fixed point moves by `-M dF`, so its adjoint is one product with `M^T`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.network.circuit import Circuit
from rewire.network.connectivity import correlation
from rewire.network.failures import NetworkError
from rewire.network.gains import Gains
from rewire.network.node import firing, inhibitory_gate

Array = NDArray[np.float64]
Score = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True, eq=False)
class Slope:
    """A score and its slopes for one scan.

    `synapses [region]` over the gains of the regions; `weights [region, region]` over the circuit's currents of
    connections (nA); `coupling` over the coupling; `loop` over the factor on the default-mode loop.
    """

    score: float
    synapses: Array
    weights: Array
    coupling: float
    loop: float


def slope(circuit: Circuit, gains: Gains, score: Score) -> Slope:
    """The slope of `score` at one scan. `score` takes correlations `[region, region]` and gives a number and its slope.

    Gains must be of one scan (no leading axes, or axes of length 1), without an acute NMDA block.
    """
    if np.prod(gains.shape, dtype=int) != 1 or gains.nmda_block.any():
        raise NetworkError("a gradient is taken at one scan without an NMDA block", expected="gains of one scan")
    gain, _, drive, inhibition, loop = (part[0] for part in circuit.arguments(gains))
    found = circuit.solve(gains)
    parts = _take_apart(circuit, gain, drive, inhibition, float(loop), found.gates[0])
    value, over_correlation = score(np.asarray(correlation(found.covariance[0]), dtype=np.float64))
    return _carry_back(circuit, gains, gain, inhibition, float(loop), parts, value, over_correlation)


@dataclass(frozen=True, eq=False)
class _Parts:
    """The pieces of the Jacobian at the fixed point, `[region]` unless said."""

    links: Array  # [region, region], with the loop factor
    far: Array
    gate: Array
    gain: Array
    bend: Array
    slope: Array
    inhibitory: Array
    follow: Array
    lasting: Array
    follow_slope: Array
    lasting_slope: Array
    inverse: Array  # [region, region]
    through: Array


def _take_apart(circuit: Circuit, gain: Array, drive: Array, inhibition: Array, loop: float, gate: Array) -> _Parts:
    node = circuit.node
    links = np.array(circuit.weights)
    links[tuple(circuit.links.T)] *= loop
    far = links @ gate
    inhibitory, follow, lasting, follow_slope, lasting_slope = np.array(
        [inhibitory_gate(node, one, push) for one, push in zip(gate, drive, strict=True)]
    ).T
    current = node.background_excitatory + gain * (node.recurrent * gate + far) - inhibition * inhibitory
    rate, rise, bend = np.array(
        [firing(one, node.gain_excitatory, node.offset_excitatory, node.curve_excitatory) for one in current]
    ).T
    slope_of_gate = (1 - gate) * node.opening * rise
    jacobian = (slope_of_gate * gain)[:, None] * links
    np.einsum("ii->i", jacobian)[...] += (
        slope_of_gate * (node.recurrent * gain - inhibition * follow) - node.opening * rate - 1 / node.decay_excitatory
    )
    return _Parts(
        links,
        far,
        gate,
        rise,
        bend,
        slope_of_gate,
        inhibitory,
        follow,
        lasting,
        follow_slope,
        lasting_slope,
        np.linalg.inv(jacobian),
        slope_of_gate * inhibition * lasting,
    )


def _carry_back(
    circuit: Circuit,
    gains: Gains,
    gain: Array,
    inhibition: Array,
    loop: float,
    parts: _Parts,
    value: float,
    over_correlation: Array,
) -> Slope:
    node, p = circuit.node, parts
    covariance = (p.inverse * (1 + p.through**2)) @ p.inverse.T
    over_covariance = _through_correlation(covariance, over_correlation)
    over_jacobian = -2 * p.inverse.T @ over_covariance @ covariance
    over_noise = np.einsum("ki,kl,li->i", p.inverse, over_covariance, p.inverse, optimize=True)
    on_diagonal = np.diagonal(over_jacobian)

    local = node.recurrent * gain - inhibition * p.follow
    over_through = 2 * over_noise * p.through
    over_slope = (
        gain * (p.links * over_jacobian).sum(axis=1) + on_diagonal * local + over_through * inhibition * p.lasting
    )
    over_current = over_slope * (1 - p.gate) * node.opening * p.bend - node.opening * on_diagonal * p.gain
    over_gate = (
        -over_slope * node.opening * p.gain
        - p.follow_slope * p.slope * inhibition * on_diagonal
        + p.lasting_slope * over_through * p.slope * inhibition
        + local * over_current
        + p.links.T @ (gain * over_current)
    )
    over_current = over_current - p.slope * (p.inverse.T @ over_gate)

    over_inhibition = (
        -p.inhibitory * over_current - p.slope * p.follow * on_diagonal + over_through * p.slope * p.lasting
    )
    over_gain = (
        (node.recurrent * p.gate + p.far) * over_current
        + p.slope * node.recurrent * on_diagonal
        + p.slope * (p.links * over_jacobian).sum(axis=1)
    )
    over_links = gain[:, None] * (over_current[:, None] * p.gate + p.slope[:, None] * over_jacobian)

    # Feedback inhibition adjusts to gains and connections by the share of homeostasis; the rest is that of health.
    share, strength = gains.homeostasis, circuit.gate / circuit.inhibitory
    over_gain = over_gain + share * over_inhibition * strength * (node.recurrent + p.links.sum(axis=1))
    over_links = over_links + (share * over_inhibition * strength * gain)[:, None]
    factor = np.ones_like(p.links)
    factor[tuple(circuit.links.T)] = loop
    over_weights = over_links * factor + ((1 - share) * over_inhibition * strength)[:, None]
    inside = np.zeros_like(p.links)
    inside[tuple(circuit.links.T)] = circuit.weights[tuple(circuit.links.T)]
    return Slope(
        score=value,
        synapses=over_gain,
        weights=over_weights,
        coupling=float((over_weights * circuit.weights).sum() / circuit.coupling),
        loop=float((over_links * inside).sum()),
    )


def _through_correlation(covariance: Array, over_correlation: Array) -> Array:
    """The slope over covariances from that over correlations; both taken as symmetric."""
    symmetric = 0.5 * (over_correlation + over_correlation.T)
    np.einsum("ii->i", symmetric)[...] = 0.0
    scale = 1 / np.sqrt(np.diagonal(covariance))
    matrix = covariance * np.outer(scale, scale)
    result: Array = symmetric * np.outer(scale, scale)
    np.einsum("ii->i", result)[...] = -(symmetric * matrix).sum(axis=1) * scale**2
    return result
