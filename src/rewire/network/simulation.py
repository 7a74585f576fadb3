"""Simulates activity and BOLD of networks, step by step, for time series and dynamics that have no closed form.

Excitatory and inhibitory gates advance by Euler-Maruyama with noise on both, blood flow by the Balloon-Windkessel model
[friston-2003]. Only BOLD frames are kept, so memory does not grow with the number of steps; `stream` hands over blocks
of frames and keeps nothing. Noise is addressed by (seed, run, region, step): runs do not depend on each other or on
how many there are, and the same seed gives two conditions the same noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.network.circuit import Circuit, build_circuit
from rewire.network.connectivity import check_solved
from rewire.network.constants import balloon, constant
from rewire.network.failures import NetworkError
from rewire.network.gains import Gains
from rewire.network.network import Network
from rewire.network.solve import share_out
from rewire.network.stepping import advance

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bold:
    """Simulated BOLD `[..., frame, region]` (relative signal) with `repetition` seconds between frames.

    `gates [..., region]` are mean excitatory gates over the kept time.
    """

    network: Network
    frames: Array
    gates: Array
    repetition: float


def simulate(
    network: Network | Circuit,
    gains: Gains,
    minutes: float,
    *,
    seed: int = 0,
    noise: float | None = None,
    step: float | None = None,
) -> Bold:
    """Simulate every scan of `gains` for `minutes` after it has settled. `noise` in 1/s**0.5; `step` in seconds."""
    used = network if isinstance(network, Circuit) else build_circuit(network)
    blocks, gates = [], []
    for frames, mean in stream(used, gains, minutes, seed=seed, noise=noise, step=step):
        blocks.append(frames)
        gates.append(mean * frames.shape[-2])
    frames = np.concatenate(blocks, axis=-2)
    mean_gates: Array = np.sum(gates, axis=0) / frames.shape[-2]
    return Bold(used.network, frames, mean_gates, constant("simulation", "repetition"))


def stream(
    network: Network | Circuit,
    gains: Gains,
    minutes: float,
    *,
    seed: int = 0,
    noise: float | None = None,
    step: float | None = None,
    block: int = 256,
) -> Iterator[tuple[Array, Array]]:
    """The frames of `simulate` in blocks of at most `block`, with the mean gates `[..., region]` of each block."""
    used = network if isinstance(network, Circuit) else build_circuit(network)
    size, level = step or constant("simulation", "step"), constant("node", "noise") if noise is None else noise
    blood = constant("simulation", "blood_step")
    repetition = constant("simulation", "repetition")
    inner, outer = round(blood / size), round(repetition / blood)
    wanted, settle = int(minutes * 60 / repetition), int(constant("simulation", "settle") / repetition)
    if wanted < 1 or not np.isfinite(minutes):
        raise NetworkError(f"a simulation of {minutes:g} minutes", expected="at least one frame")
    if inner < 1 or abs(inner * size - blood) > 1e-9 * blood:
        raise NetworkError(f"a step of {size:g} s", expected=f"a whole part of {blood:g} s")
    if not (np.isfinite(level) and level >= 0):
        raise NetworkError(f"a noise of {level:g}", expected="0 or more")
    recurrent, incoming, drive, inhibition, loop = used.arguments(gains)
    runs, regions = recurrent.shape
    weights = _by_column(used, incoming, loop)
    start = used.solve(gains)
    check_solved(start)
    state = np.zeros((runs, 6, regions))
    state[:, 0], state[:, 1], state[:, 3:] = start.gates, used.inhibitory, 1.0
    keys = _keys(seed, runs)
    clock = np.zeros(runs, dtype=np.uint64)
    todo, first = settle + wanted, True
    while todo:
        count = settle if first and settle else min(block, todo)
        frames, means = np.empty((runs, count, regions)), np.zeros((runs, regions))

        def some(low: int, high: int, frames: Array = frames, means: Array = means) -> None:
            for run in range(low, high):
                advance(
                    used.node,
                    balloon(),
                    weights[run],
                    recurrent[run],
                    drive[run],
                    inhibition[run],
                    keys[run],
                    clock[run : run + 1],
                    state[run],
                    frames[run],
                    means[run],
                    size,
                    level * np.sqrt(size),
                    inner,
                    outer,
                )

        share_out(some, runs)
        todo -= count
        if not (first and settle):
            yield frames.reshape(*gains.shape, count, regions), means.reshape(*gains.shape, regions)
        first = False


def _by_column(used: Circuit, incoming: Array, loop: Array) -> Array:
    """Long-range currents `[run, from, to]`, with gains, the rows filled up with zeros to a multiple of four."""
    weights = np.repeat(used.weights[None], len(loop), axis=0)
    if len(used.links):
        rows, columns = used.links.T
        weights[:, rows, columns] *= loop[:, None]
    weights *= incoming[:, :, None]
    regions = weights.shape[-1]
    padded = np.zeros((len(loop), -(-regions // 4) * 4, regions), np.float32)
    padded[:, :regions] = weights.transpose(0, 2, 1)
    return padded


def _keys(seed: int, runs: int) -> NDArray[np.uint64]:
    """A well-mixed key for each run; run numbers do not change when runs are added."""
    return np.array(
        [np.random.SeedSequence([seed, run]).generate_state(1, np.uint64)[0] for run in range(runs)], dtype=np.uint64
    )
