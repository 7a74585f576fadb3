"""The compiled time steps of the simulation, for one network.

Everything here is written so that loops over regions are vectorised. Exponentials and logarithms are short series over
the narrow range that occurs, because calls to the mathematics library would stand in the way; their error is below 1e-9.
Divisions raise no error for a zero. Long-range sums are in single precision, which halves the memory that each step
reads; their error, 1e-7 of a current, is ten thousand times smaller than the noise of a step.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_LOOSE = {"reassoc", "contract", "arcp", "nsz"}
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_ONE = np.uint64(0xBF58476D1CE4E5B9)
_MIX_TWO = np.uint64(0x94D049BB133111EB)
_WORD = np.uint64(0xFFFF)
_BYTES, _WORDS, _SUM = (np.uint64(n) for n in (0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0xFFFF))
_S8, _S16, _S27, _S30, _S31, _S32 = (np.uint64(n) for n in (8, 16, 27, 30, 31, 32))
_ONE = np.uint64(1)
_MIDDLE = 2.0 * 255.0  # mean and spread of the sum of four bytes
_SPREAD = 1.0 / np.sqrt((256.0**2 - 1.0) / 3.0)


@njit(nogil=True, cache=True, inline="always")
def _exponential(x):  # type: ignore[no-untyped-def]
    """exp(x) for |x| below 40: a short series of x / 64, squared six times."""
    y = min(max(x, -40.0), 40.0) * 0.015625
    e = 1.0 + y * (1.0 + y / 2 * (1.0 + y / 3 * (1.0 + y / 4 * (1.0 + y / 5 * (1.0 + y / 6 * (1.0 + y / 7))))))
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    return e * e


@njit(nogil=True, cache=True, inline="always")
def _logarithm(x):  # type: ignore[no-untyped-def]
    """log(x) for x between 0.5 and 2."""
    z = (x - 1.0) / (x + 1.0)
    s = z * z
    series = 1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s * (1 / 13 + s / 15)))))
    return 2.0 * z * (1.0 + s * series)


@njit(nogil=True, cache=True, inline="always")
def _rate(current, gain, offset, curve):  # type: ignore[no-untyped-def]
    """Firing rate (Hz) at a current (nA)."""
    x = gain * current - offset
    y = curve * x
    return 1.0 / curve + 0.5 * x if abs(y) < 1e-6 else x / (1.0 - _exponential(-y))


@njit(nogil=True, cache=True, inline="always")
def _chances(counter):  # type: ignore[no-untyped-def]
    """Two numbers of mean 0 and spread 1, nearly normal, that depend on the counter only.

    Each adds four bytes of a mixed word. Euler steps need the moments of their noise, not its fine shape; a sum of steps
    is normal by the time a gate has forgotten them.
    """
    z = counter
    z = (z ^ (z >> _S30)) * _MIX_ONE
    z = (z ^ (z >> _S27)) * _MIX_TWO
    z = z ^ (z >> _S31)
    z = (z & _BYTES) + ((z >> _S8) & _BYTES)
    z = (z & _WORDS) + ((z >> _S16) & _WORDS)
    return (
        (np.float64(np.int32(z & _SUM)) - _MIDDLE) * _SPREAD,
        (np.float64(np.int32(z >> _S32)) - _MIDDLE) * _SPREAD,
    )


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_LOOSE)
def advance(  # type: ignore[no-untyped-def]
    node, flow, weights, recurrent, drive, inhibition, key, clock,
    state, frames, means, step, kick, inner, outer,
):  # fmt: skip
    """Advance `state [6, region]` by as many frames as `frames [frame, region]` holds, and write them.

    `state` holds the excitatory and inhibitory gates, then signal, flow, volume and oxygen of the blood. `clock [1]`
    counts steps. `inner` steps make a step of the blood, `outer` of those a frame. `means [region]` gets mean gates.
    """
    regions = len(recurrent)
    sources = len(weights)
    gate, inhibitory = state[0], state[1]
    far, given = np.zeros(regions, np.float32), np.zeros(sources, np.float32)
    mean = np.zeros(regions)
    one, two = np.empty(regions), np.empty(regions)
    whole = np.zeros(regions)
    span = np.uint64(regions)
    blood_step = step * inner
    for frame in range(len(frames)):
        for _ in range(outer):
            mean[:] = 0.0
            for _ in range(inner):
                counter = key + clock[0] * span * _GOLDEN
                clock[0] += _ONE
                for i in range(regions):
                    given[i] = gate[i]
                    far[i] = np.float32(0.0)
                for j in range(0, sources, 4):
                    a, b, c, d = given[j], given[j + 1], given[j + 2], given[j + 3]
                    for i in range(regions):
                        far[i] += (
                            a * weights[j, i] + b * weights[j + 1, i] + c * weights[j + 2, i] + d * weights[j + 3, i]
                        )
                for i in range(regions):
                    one[i], two[i] = _chances(counter + np.uint64(i) * _GOLDEN)
                for i in range(regions):
                    s, u = gate[i], inhibitory[i]
                    current = (
                        node.background_excitatory + node.recurrent * recurrent[i] * s + far[i] - inhibition[i] * u
                    )
                    rate = _rate(current, node.gain_excitatory, node.offset_excitatory, node.curve_excitatory)
                    s_new = s + step * ((1.0 - s) * node.opening * rate - s / node.decay_excitatory) + kick * one[i]
                    current = node.background_inhibitory + node.synaptic * drive[i] * s - u
                    rate = _rate(current, node.gain_inhibitory, node.offset_inhibitory, node.curve_inhibitory)
                    u_new = u + step * (rate - u / node.decay_inhibitory) + kick * two[i]
                    gate[i] = min(max(s_new, 0.0), 1.0)
                    inhibitory[i] = min(max(u_new, 0.0), 1.0)
                    mean[i] += gate[i]
            for i in range(regions):
                neural = mean[i] / inner
                signal, inflow, volume, oxygen = state[2, i], state[3, i], state[4, i], state[5, i]
                outflow = _exponential(_logarithm(volume) / flow.stiffness)
                taken = (1.0 - _exponential(np.log(1.0 - flow.extraction) / inflow)) / flow.extraction
                state[2, i] = signal + blood_step * (
                    neural - flow.signal_decay * signal - flow.flow_feedback * (inflow - 1.0)
                )
                state[3, i] = inflow + blood_step * signal
                state[4, i] = volume + blood_step * (inflow - outflow) / flow.transit
                state[5, i] = oxygen + blood_step * (inflow * taken - outflow * oxygen / volume) / flow.transit
                whole[i] += neural
        for i in range(regions):
            volume, oxygen = state[4, i], state[5, i]
            frames[frame, i] = flow.volume * (
                flow.signal_oxygen * flow.extraction * (1.0 - oxygen)
                + flow.signal_ratio * (1.0 - oxygen / volume)
                + (flow.signal_volume * flow.extraction - flow.signal_volume_less) * (1.0 - volume)
            )
    for i in range(regions):
        means[i] = whole[i] / (len(frames) * outer)
