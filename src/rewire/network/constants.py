"""The numbers of the node model and of blood flow, read from `network.toml` and held as plain floats.

They are named tuples because compiled functions take those as they are.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from rewire.sources import load_table


class Node(NamedTuple):
    """One region: excitatory and inhibitory population of the reduced Wong-Wang model (nA, Hz, seconds)."""

    background_excitatory: float
    background_inhibitory: float
    recurrent: float
    synaptic: float
    gain_excitatory: float
    gain_inhibitory: float
    offset_excitatory: float
    offset_inhibitory: float
    curve_excitatory: float
    curve_inhibitory: float
    decay_excitatory: float
    decay_inhibitory: float
    opening: float
    resting_rate: float


class Balloon(NamedTuple):
    """Blood flow, volume and oxygen of one region (Balloon-Windkessel; seconds and shares)."""

    signal_decay: float
    flow_feedback: float
    transit: float
    stiffness: float
    extraction: float
    volume: float
    signal_oxygen: float
    signal_ratio: float
    signal_volume: float
    signal_volume_less: float


def constant(*path: str) -> float:
    """The number at a path of `network.toml`, in the unit given there."""
    return load_table("network").number(*path)


@cache
def node() -> Node:
    """The node model. Background and recurrent terms are currents (nA): weight times current."""
    number = load_table("network").group("node").number
    return Node(
        background_excitatory=number("background_excitatory") * number("background_current"),
        background_inhibitory=number("background_inhibitory") * number("background_current"),
        recurrent=number("recurrence") * number("synaptic_current"),
        synaptic=number("synaptic_current"),
        gain_excitatory=number("gain_excitatory"),
        gain_inhibitory=number("gain_inhibitory"),
        offset_excitatory=number("offset_excitatory"),
        offset_inhibitory=number("offset_inhibitory"),
        curve_excitatory=number("curve_excitatory"),
        curve_inhibitory=number("curve_inhibitory"),
        decay_excitatory=number("decay_excitatory"),
        decay_inhibitory=number("decay_inhibitory"),
        opening=number("opening"),
        resting_rate=number("resting_rate"),
    )


@cache
def balloon() -> Balloon:
    """Blood flow."""
    number = load_table("network").group("balloon").number
    return Balloon(*(number(name) for name in Balloon._fields))


def band() -> tuple[float, float]:
    """The band of frequencies (Hz) that resting-state analyses keep."""
    low, high = load_table("network").entry("simulation", "band").numbers
    return low, high
