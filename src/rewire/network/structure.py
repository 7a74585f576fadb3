"""What structural scans would show of a time course of synapses: each read-out with its own lag and its own noise.

SV2A PET counts nerve terminals, which follow spines slowly: no change was seen in people 24 h after ketamine (Holmes
2022). Mean diffusivity falls where synapses grow, in the prefrontal cortex and amygdala, and does the opposite in the
hippocampus (Kopelman 2023). Volumes show nothing by default. All are relative to a healthy brain (1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rewire.network.atlas import SYNAPTIC_REGIONS
from rewire.network.constants import constant
from rewire.network.failures import NetworkError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Structural:
    """A structural read-out: `expected [..., time]` relative to health, and the relative `noise` (SD) of one scan."""

    what: str
    region: str
    hours: Array
    expected: Array
    noise: float

    def sample(self, random: np.random.Generator) -> Array:
        """One noisy scan of every person at every time `[..., time]`."""
        scans: Array = self.expected * (1.0 + self.noise * random.standard_normal(self.expected.shape))
        return scans


def read_sv2a(hours: ArrayLike, synapses: ArrayLike, region: str) -> Structural:
    """SV2A density (PET) from synapses `[..., time]` (1 is healthy) of a synaptic region, at `hours [time]`.

    Terminals show a share of the synapse change and follow it with a lag of weeks; they start settled.
    """
    times, course = _check(hours, synapses, region)
    expected = 1.0 + constant("structure", "sv2a", "share") * (
        follow(times, course, constant("structure", "sv2a", "lag")) - 1.0
    )
    return Structural("SV2A density", region, times, expected, constant("structure", "sv2a", "noise"))


def read_diffusivity(hours: ArrayLike, synapses: ArrayLike, region: str) -> Structural:
    """Mean diffusivity (diffusion MRI) from synapses `[..., time]` of a synaptic region, at `hours [time]`."""
    times, course = _check(hours, synapses, region)
    name = "slope_hippocampus" if region == "hippocampus" else "slope"
    lagged = follow(times, course, constant("structure", "diffusivity", "lag"))
    expected = 1.0 + constant("structure", "diffusivity", name) * (lagged - 1.0)
    return Structural("mean diffusivity", region, times, expected, constant("structure", "diffusivity", "noise"))


def read_volume(hours: ArrayLike, synapses: ArrayLike, region: str) -> Structural:
    """Volume (structural MRI) from synapses `[..., time]` of a synaptic region: no change unless the table says so."""
    times, course = _check(hours, synapses, region)
    expected = 1.0 + constant("structure", "volume", "slope") * (course - 1.0)
    return Structural("volume", region, times, expected, constant("structure", "volume", "noise"))


def follow(hours: Array, course: Array, lag: float) -> Array:
    """A first-order follower of `course [..., time]` with a time constant of `lag` hours, settled at the start.

    Exact for a course that is straight between the given times.
    """
    followed = np.array(course)
    for now in range(1, len(hours)):
        span = hours[now] - hours[now - 1]
        rise = (course[..., now] - course[..., now - 1]) / span
        left = np.exp(-span / lag)
        behind = followed[..., now - 1] - course[..., now - 1] + lag * rise
        followed[..., now] = course[..., now] - lag * rise + left * behind
    return followed


def _check(hours: ArrayLike, synapses: ArrayLike, region: str) -> tuple[Array, Array]:
    if region not in SYNAPTIC_REGIONS:
        raise NetworkError(f"'{region}' is no synaptic region", expected="one of " + ", ".join(SYNAPTIC_REGIONS))
    times, course = np.asarray(hours, dtype=np.float64), np.asarray(synapses, dtype=np.float64)
    if times.ndim != 1 or course.shape[-1:] != times.shape or len(times) == 0:
        raise NetworkError(
            f"synapses of shape {course.shape} at {times.size} times", expected="the last axis of synapses is time"
        )
    if not (np.diff(times) > 0).all():
        raise NetworkError("the times do not increase", expected="hours in increasing order, each once")
    if not (np.isfinite(course).all() and (course > 0).all()):
        raise NetworkError("synapses hold a value that is not above 0", expected="relative density, 1 in health")
    return times, course
