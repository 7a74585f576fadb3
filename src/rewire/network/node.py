"""One region: how fast its populations fire for a current, and the inhibitory gate that goes with an excitatory one.

Reduced Wong-Wang model [luppi-2022]. With current `I`, rate = x / (1 - exp(-d x)), x = gain I - offset.
Compiled functions work on single numbers; seconds, Hz and nA.
"""

from __future__ import annotations

import math

from numba import njit

from rewire.network.constants import Node

_NEAR = 0.1  # below this the closed forms lose digits to cancellation and the series is exact to rounding


@njit(cache=True)
def firing(current: float, gain: float, offset: float, curve: float) -> tuple[float, float, float]:
    """Rate (Hz) at a current (nA), its slope (Hz/nA) and its bend (Hz/nA**2)."""
    y = curve * (gain * current - offset)
    if abs(y) < _NEAR:
        s = y * y
        level = 1.0 + y / 2 + s / 12 * (1 - s / 60 * (1 - s / 42 * (1 - s / 40)))
        slope = 0.5 + y / 6 * (1 - s / 30 * (1 - s / 28 * (1 - s / 30)))
        bend = 1 / 6 - s / 60 + s * s / 1008 - s * s * s / 21600
    else:
        e = math.exp(-y)
        q = 1.0 - e
        above = q - y * e
        level = y / q
        slope = above / (q * q)
        bend = e * (y * q - 2.0 * above) / (q * q * q)
    return level / curve, gain * slope, gain * gain * curve * bend


@njit(cache=True)
def inhibitory_gate(node: Node, gate: float, drive: float) -> tuple[float, float, float, float, float]:
    """The resting inhibitory gate beside an excitatory `gate`, when the drive to it is scaled by `drive`.

    Returns the gate, its slope over the excitatory gate, the time constant that is left to it (s), and the slopes of
    those two over the excitatory gate.
    """
    push = node.synaptic * drive
    inhibition = node.decay_inhibitory
    for _ in range(50):
        current = node.background_inhibitory + push * gate - inhibition
        rate, slope, _ = firing(current, node.gain_inhibitory, node.offset_inhibitory, node.curve_inhibitory)
        step = (inhibition - node.decay_inhibitory * rate) / (1.0 + node.decay_inhibitory * slope)
        inhibition -= step
        if abs(step) < 1e-9:  # the next step would be its square
            break
    current = node.background_inhibitory + push * gate - inhibition
    _, slope, bend = firing(current, node.gain_inhibitory, node.offset_inhibitory, node.curve_inhibitory)
    lasting = node.decay_inhibitory / (1.0 + node.decay_inhibitory * slope)
    follow = slope * push * lasting
    moved = push - follow
    lasting_slope = -lasting * lasting * bend * moved
    return inhibition, follow, lasting, push * (bend * moved * lasting + slope * lasting_slope), lasting_slope


def resting_current(node: Node) -> float:
    """The current (nA) at which the excitatory population fires at the resting rate."""
    current = node.offset_excitatory / node.gain_excitatory
    for _ in range(100):
        rate, slope, _ = firing(current, node.gain_excitatory, node.offset_excitatory, node.curve_excitatory)
        step = (rate - node.resting_rate) / slope
        current -= step
        if abs(step) < 1e-16:
            break
    return float(current)


def resting_gate(node: Node) -> float:
    """The excitatory gate at the resting rate."""
    opened = node.opening * node.decay_excitatory * node.resting_rate
    return opened / (1.0 + opened)
