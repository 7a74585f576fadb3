"""Simulated activity and BOLD, against the analytic connectivity and plain stepping."""

from __future__ import annotations

import numpy as np
import pytest
from two_populations import TwoPopulations

from rewire.network import NetworkError, build_circuit, connect, from_synapses, healthy, simulate, stream
from rewire.network.constants import balloon, constant
from rewire.network.dynamics import (
    connectivity_dynamics,
    correlate,
    keep_band,
    metastability,
    phase_locking,
    synchrony,
)
from rewire.network.stepping import _chances, _exponential, _logarithm

PAIRS = np.triu_indices(84, 1)


@pytest.fixture(scope="module")
def states(made, rested):
    """Healthy, depleted, restored: four runs of eight minutes each with the same noise."""
    levels = {"prefrontal": np.array([1.0, 0.8, 0.94]), "hippocampus": np.array([1.0, 0.8, 0.94])}
    gains = from_synapses(made, {place: np.tile(level, (4, 1)).T for place, level in levels.items()}, homeostasis=1.0)
    rows = [simulate(rested, gains[i : i + 1], 8.0, seed=11) for i in range(3)]
    frames = np.concatenate([row.frames for row in rows])
    analytic = connect(rested, gains).matrix[:, 0]
    return keep_band(frames, rows[0].repetition), analytic, rows


def pooled(frames):
    return correlate(frames.reshape(-1, 84))[PAIRS]


def test_agrees_with_the_analytic_connectivity_up_to_sampling_noise(made, rested):
    """Two halves of 50 minutes each: with less the ceiling itself is known to two per cent only."""
    run = simulate(rested, healthy(made, (4,)), 25.0, seed=11)
    frames = keep_band(run.frames, run.repetition)
    one, two = pooled(frames[:2]), pooled(frames[2:])
    half = np.corrcoef(one, two)[0, 1]
    ceiling = np.sqrt(2 * half / (1 + half))
    together, analytic = pooled(frames), connect(rested, healthy(made)).matrix[PAIRS]
    assert np.corrcoef(together, analytic)[0, 1] >= 0.99 * ceiling
    assert 0.9 < np.polyfit(analytic, together, 1)[0] < 1.15


def test_changes_agree_edge_by_edge(states):
    frames, analytic, _ = states
    for after, before in ((1, 0), (2, 1)):
        simulated = pooled(frames[after]) - pooled(frames[before])
        expected = (analytic[after] - analytic[before])[PAIRS]
        assert np.corrcoef(simulated, expected)[0, 1] >= 0.95


def test_gates_stay_at_the_resting_gate(states, rested):
    _, _, rows = states
    assert rows[0].gates.mean() == pytest.approx(rested.gate, rel=0.03)


def test_runs_do_not_depend_on_each_other_and_repeat(made, rested):
    two = simulate(rested, healthy(made, (2,)), 0.5, seed=3)
    one = simulate(rested, healthy(made, (1,)), 0.5, seed=3)
    assert np.array_equal(two.frames[:1], one.frames)
    assert not np.allclose(two.frames[0], two.frames[1])
    assert not np.allclose(simulate(rested, healthy(made, (1,)), 0.5, seed=4).frames, one.frames)


def test_streaming_gives_the_same_frames(made, rested):
    whole = simulate(rested, healthy(made, (1,)), 1.0, seed=3)
    parts = list(stream(rested, healthy(made, (1,)), 1.0, seed=3, block=17))
    assert max(frames.shape[1] for frames, _ in parts) == 17
    assert np.array_equal(np.concatenate([frames for frames, _ in parts], axis=1), whole.frames)


def test_equals_plain_stepping_without_noise(made, rested):
    """Euler steps of the two populations and of the blood, written out plainly, from a pushed start."""
    gains = from_synapses(made, {"prefrontal": 0.9}, loop=1.3, homeostasis=0.5)
    found = simulate(rested, gains.during_infusion(0.3), 1.0 / 60, noise=0.0)
    assert found.frames.shape == (1, 84)

    weights = np.array(rested.weights)
    weights[tuple(rested.links.T)] *= 1.3
    recurrent, _, drive, inhibition, _ = (part[0] for part in rested.arguments(gains.during_infusion(0.3)))
    brain = TwoPopulations(weights, recurrent, drive, inhibition)
    gates = np.r_[rested.solve(gains.during_infusion(0.3)).gates[0], np.full(84, rested.inhibitory)]
    b, step = balloon(), constant("simulation", "step")
    signal, flow, volume, oxygen = np.zeros(84), np.ones(84), np.ones(84), np.ones(84)
    frames = int(constant("simulation", "settle") / constant("simulation", "repetition")) + 1
    for _ in range(frames * 72):
        neural = np.zeros(84)
        for _ in range(10):
            gates = gates + step * brain.change(gates)
            neural += gates[:84] / 10
        out = volume ** (1 / b.stiffness)
        taken = (1 - (1 - b.extraction) ** (1 / flow)) / b.extraction
        signal, flow, volume, oxygen = (
            signal + 0.01 * (neural - b.signal_decay * signal - b.flow_feedback * (flow - 1)),
            flow + 0.01 * signal,
            volume + 0.01 * (flow - out) / b.transit,
            oxygen + 0.01 * (flow * taken - out * oxygen / volume) / b.transit,
        )
    bold = b.volume * (
        7 * b.extraction * (1 - oxygen) + 2 * (1 - oxygen / volume) + (2 * b.extraction - 0.2) * (1 - volume)
    )
    assert found.frames[0] == pytest.approx(bold, rel=1e-6)


def test_a_step_half_as_long_gives_the_same_spread(made, rested):
    coarse = simulate(rested, healthy(made, (2,)), 5.0, seed=1).frames
    fine = simulate(rested, healthy(made, (2,)), 5.0, seed=2, step=0.0005).frames
    assert fine.std(axis=1).mean() == pytest.approx(coarse.std(axis=1).mean(), rel=0.1)


def test_short_series_for_functions():
    x = np.linspace(-15, 15, 301)
    assert np.max(np.abs(np.array([_exponential(one) for one in x]) / np.exp(x) - 1)) < 1e-5
    x = np.linspace(-3, 3, 301)
    assert np.max(np.abs(np.array([_exponential(one) for one in x]) / np.exp(x) - 1)) < 1e-9
    y = np.linspace(0.7, 1.5, 101)
    assert np.max(np.abs(np.array([_logarithm(one) for one in y]) - np.log(y))) < 1e-9


def test_noise_has_mean_0_and_spread_1():
    golden, whole = 0x9E3779B97F4A7C15, 2**64
    draws = np.array([_chances(np.uint64((7 + i * golden) % whole)) for i in range(20000)])
    assert np.abs(draws.mean(axis=0)).max() < 0.03
    assert draws.std(axis=0) == pytest.approx(1, abs=0.02)
    pairs = np.corrcoef(np.concatenate([draws[1:], draws[:-1]], axis=1), rowvar=False)
    assert np.abs(pairs - np.eye(4)).max() < 0.03


def test_bad_simulations_are_refused(made, rested):
    for change in ({"minutes": 0.0}, {"minutes": 1.0, "step": 0.003}, {"minutes": 1.0, "noise": -1.0}):
        with pytest.raises(NetworkError):
            simulate(rested, healthy(made, (1,)), **change)


def test_unstable_networks_are_not_simulated(made):
    with pytest.raises(NetworkError, match=r"stable|rest"):
        simulate(build_circuit(made, 3.0), healthy(made, (1,)), 1.0)


def test_band_keeps_its_frequencies():
    seconds = np.arange(1000) * 0.72
    slow, inside, fast = (np.sin(2 * np.pi * f * seconds) for f in (3 / 720, 36 / 720, 180 / 720))
    kept = keep_band((slow + inside + fast + 5)[:, None], 0.72)[:, 0]
    assert kept == pytest.approx(inside, abs=1e-9)


def test_phases_of_one_rhythm_are_locked():
    seconds = np.arange(800) * 0.72
    together = np.sin(2 * np.pi * 0.05 * seconds)[:, None] * np.ones(6)
    assert synchrony(together) == pytest.approx(1.0, abs=1e-6) and metastability(together) < 1e-6
    spread = np.sin(2 * np.pi * 0.05 * seconds[:, None] + np.arange(6) * 2 * np.pi / 6)
    assert phase_locking(spread)[100:-100].max() < 0.1


def test_dynamics_of_connectivity(states):
    frames, _, _ = states
    alike = connectivity_dynamics(frames[0, 0], 0.72)
    assert alike.shape[0] == alike.shape[1] and np.diag(alike) == pytest.approx(1.0)
    near, far = np.diag(alike, 1).mean(), np.diag(alike, 40).mean()
    assert near > far
    assert synchrony(frames[0]).mean() > synchrony(frames[1]).mean()
    with pytest.raises(NetworkError, match="two windows"):
        connectivity_dynamics(frames[0, 0][:50], 0.72)
