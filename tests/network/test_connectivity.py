"""Analytic connectivity against an independent computation, and what is read from it."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from two_populations import TwoPopulations, adjusted_inhibition

from rewire.network import (
    NearCritical,
    Network,
    NetworkError,
    build_circuit,
    connect,
    connect_in_blocks,
    from_synapses,
    healthy,
    sample_scan,
    sample_scans,
)
from rewire.network.connectivity import correlation, fisher_z, without_global
from rewire.network.constants import constant


def one(circuit, gains):
    """The independent brain at one scan, and its gates at rest."""
    gain = gains.synapses.reshape(-1)
    weights = np.array(circuit.weights)
    rows, columns = circuit.links.T
    weights[rows, columns] *= float(gains.loop)
    block = gains.nmda_block.reshape(-1)
    full, _ = adjusted_inhibition(weights, gain)
    plain, start = adjusted_inhibition(circuit.weights, np.ones(len(gain)))
    inhibition = gains.homeostasis * full + (1 - gains.homeostasis) * plain
    brain = TwoPopulations(
        weights,
        gain * (1 - constant("acute", "share_recurrent") * block),
        1 - constant("acute", "share_interneuron") * block,
        inhibition,
    )
    return brain, brain.settle(start)


CASES = {
    "healthy": ({}, 1.0, 0.95, 0.0),
    "adjusted": ({"prefrontal": 0.85, "hippocampus": 0.8}, 1.5, 1.0, 0.0),
    "partly adjusted": ({"prefrontal": 0.85, "hippocampus": 0.8, "amygdala": 1.1}, 1.3, 0.9, 0.0),
    "not adjusted": ({"prefrontal": 0.9}, 1.0, 0.0, 0.0),
    "infusion": ({"prefrontal": 0.95}, 1.0, 0.95, 0.4),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_equals_both_populations_solved_without_shortcuts(made, rested, case):
    synapses, loop, homeostasis, block = CASES[case]
    gains = from_synapses(made, synapses, loop=loop, homeostasis=homeostasis).during_infusion(block)
    found = connect(rested, gains)
    brain, gates = one(rested, gains)
    expected = correlation(brain.zero_frequency(gates))
    assert np.abs(found.matrix - expected).max() < 1e-9
    assert found.slowest_mode == pytest.approx(brain.slowest(gates), rel=1e-3)
    assert found.residual < 1e-9


def test_covariance_itself_and_not_only_its_correlation_is_right(made, rested):
    gains = from_synapses(made, {"prefrontal": 0.9}, homeostasis=0.9)
    brain, gates = one(rested, gains)
    expected = brain.zero_frequency(gates)
    assert np.abs(rested.solve(gains).covariance[0] / expected - 1).max() < 1e-8


def test_directed_networks_are_solved_too(made):
    random = np.random.default_rng(3)
    weights = made.weights * random.lognormal(0, 0.5, made.weights.shape)
    net = made.with_weights(weights)
    circuit = build_circuit(net)
    gains = from_synapses(net, {"prefrontal": 0.9}, homeostasis=0.9)
    brain, gates = one(circuit, gains)
    assert np.abs(connect(circuit, gains).matrix - correlation(brain.zero_frequency(gates))).max() < 1e-9


def test_equal_time_covariance_has_the_same_pattern(made, rested):
    brain, gates = one(rested, healthy(made))
    pairs = np.triu_indices(made.regions, 1)
    slow, all_times = connect(rested, healthy(made)).matrix[pairs], correlation(brain.equal_time(gates))[pairs]
    assert np.corrcoef(slow, all_times)[0, 1] > 0.85
    assert all_times.mean() < slow.mean()


def test_single_precision_is_close(made, rested):
    gains = from_synapses(made, {"prefrontal": np.linspace(0.8, 1.0, 5)})
    double, single = connect(rested, gains), connect(rested, gains, precision="float32")
    assert single.matrix.dtype == np.float32
    assert np.abs(double.matrix - single.matrix).max() < 1e-4


def test_scans_do_not_depend_on_each_other(made, rested):
    levels = np.linspace(0.8, 1.0, 7)
    many = connect(rested, from_synapses(made, {"prefrontal": levels})).matrix
    few = connect(rested, from_synapses(made, {"prefrontal": levels[:2]})).matrix
    assert np.array_equal(many[:2], few)
    blocks = connect_in_blocks(rested, from_synapses(made, {"prefrontal": levels}), block=3)
    assert np.array_equal(np.concatenate([block.matrix for block in blocks]), many)


def test_leading_axes_are_kept(made, rested):
    found = connect(rested, from_synapses(made, {"prefrontal": np.full((2, 3), 0.9)}))
    assert found.matrix.shape == (2, 3, 84, 84)
    assert found.global_connectivity.shape == (2, 3, 84)
    assert found.blocks.shape == (2, 3, len(found.systems), len(found.systems))
    assert found.efficiency.shape == found.modularity.shape == found.edges("insula", "limbic").shape == (2, 3)
    assert found.participation.shape == found.node_strength.shape == (2, 3, 84)


def test_healthy_regions_fire_at_the_resting_rate(made, rested):
    assert connect(rested, healthy(made)).rates == pytest.approx(constant("node", "resting_rate"), rel=1e-9)
    adjusted = connect(rested, from_synapses(made, {"prefrontal": 0.8}, homeostasis=1.0))
    assert adjusted.rates == pytest.approx(constant("node", "resting_rate"), rel=1e-9)


def test_coupling_by_rule_sets_the_slowest_mode(made, rested):
    assert connect(rested, healthy(made)).slowest_mode == pytest.approx(constant("coupling", "slowest_mode"), abs=1e-6)


def test_lost_synapses_lower_connectivity_less_when_inhibition_adjusts(made, rested):
    healthy_level = connect(rested, healthy(made)).mean_global("prefrontal")
    levels = {
        share: connect(rested, from_synapses(made, {"prefrontal": 0.85}, homeostasis=share)).mean_global("prefrontal")
        for share in (0.0, 0.9, 1.0)
    }
    assert levels[0.0] < levels[0.9] < levels[1.0] < healthy_level
    assert levels[0.0] < 0.3 * healthy_level


def test_synapses_beyond_health_add_almost_nothing(made, rested):
    base = connect(rested, healthy(made)).mean_global("prefrontal")
    lifted = connect(rested, from_synapses(made, {"prefrontal": 1.3}, homeostasis=1.0)).mean_global("prefrontal")
    assert base < lifted < 1.12 * base


def test_acute_block_lowers_salience_and_default_mode_connectivity(made, rested):
    before = connect(rested, healthy(made))
    blocks = [connect(rested, healthy(made).during_infusion(block)) for block in (0.15, 0.3, 0.6)]
    for system in ("salience", "default mode"):
        course = [float(scan.edges(system, system)) for scan in (before, *blocks)]
        assert course == sorted(course, reverse=True)
    salience = float(blocks[1].edges("salience", "salience") - before.edges("salience", "salience"))
    default = float(blocks[1].edges("default mode", "default mode") - before.edges("default mode", "default mode"))
    assert salience < default < 0


def test_near_critical_networks_warn(made):
    near = build_circuit(made, 1.1 * build_circuit(made).coupling)
    with pytest.warns(NearCritical, match="not to be trusted"):
        found = connect(near, healthy(made))
    assert found.near_critical
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not connect(build_circuit(made), healthy(made)).near_critical


def test_unstable_networks_are_refused(made):
    far = build_circuit(made, 2.0 * build_circuit(made).coupling)
    with pytest.raises(NetworkError, match=r"not stable|come to rest"):
        connect(far, healthy(made))


def test_global_signal_regression_is_named_and_forces_the_mean(made, rested):
    plain = connect(rested, healthy(made))
    removed = connect(rested, healthy(made), regress_global=True)
    assert removed.global_signal_regressed and not plain.global_signal_regressed
    assert plain.global_connectivity.mean() > 0.1
    assert abs(removed.global_connectivity.mean()) < 0.05
    covariance = rested.solve(healthy(made)).covariance[0]
    assert np.abs(without_global(covariance).sum(axis=0)).max() < 1e-12 * covariance.max() * len(covariance)


def test_sample_scan_is_as_noisy_as_its_length(made, rested):
    matrix = connect(rested, healthy(made)).matrix
    random = np.random.default_rng(0)
    pairs = np.triu_indices(84, 1)
    z = np.array([fisher_z(sample_scan(matrix, 8.0, random))[pairs] for _ in range(40)])
    samples = int(2 * 0.09 * 480)
    assert z.std(axis=0).mean() == pytest.approx(1 / np.sqrt(samples - 3), rel=0.1)
    with pytest.raises(NetworkError, match="minutes"):
        sample_scan(matrix, 0.0, random)


def test_edges_between_places(made, rested):
    found = connect(rested, healthy(made))
    z = found.fisher_z
    left, right = made.labels.index("L.IN"), made.labels.index("R.IN")
    assert found.edges("L.IN", "R.IN") == pytest.approx(z[left, right])
    assert found.edges("insula", "insula") == pytest.approx(z[left, right])
    assert found.edges("insula", "hippocampus") == pytest.approx(
        z[np.ix_(made.find("insula"), made.find("hippocampus"))].mean()
    )
    with pytest.raises(NetworkError, match="no pair"):
        found.edges("L.IN", "L.IN")
    with pytest.raises(NetworkError, match="did you mean 'insula'"):
        found.edges("insul", "hippocampus")


def test_systems_are_needed_for_blocks():
    random = np.random.default_rng(0)
    net = Network.create(random.random((5, 5)), ["a", "b", "c", "d", "e"])
    found = connect(net, healthy(net))
    assert found.matrix.shape == (5, 5)
    with pytest.raises(NetworkError, match="no large systems"):
        _ = found.blocks


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"synapses": {"prefrontal": 0.0}}, "more than 0"),
        ({"synapses": {"prefrontal": np.nan}}, "nan"),
        ({"synapses": {"prefrontal": 0.9, "L.SFG": 0.9}}, "shares regions"),
        ({"synapses": {"prefrontl": 0.9}}, "did you mean 'prefrontal'"),
        ({"synapses": {"prefrontal": np.ones(2), "hippocampus": np.ones(3)}}, "do not fit"),
        ({"synapses": {}, "homeostasis": 1.2}, "at most 1"),
        ({"synapses": {}, "loop": -1.0}, "at least 0"),
    ],
)
def test_bad_gains_are_refused(made, change, message):
    with pytest.raises(NetworkError) as caught:
        from_synapses(made, **change)
    assert message in str(caught.value)


def test_other_bad_input_is_refused(made, rested):
    with pytest.raises(NetworkError, match="nmda_block"):
        healthy(made).during_infusion(1.5)
    with pytest.raises(NetworkError, match="precision"):
        connect(rested, healthy(made), precision="float16")
    with pytest.raises(NetworkError, match="regions"):
        connect(rested, replace(healthy(made), synapses=np.ones(83)))
    with pytest.raises(NetworkError, match="coupling"):
        build_circuit(made, -1.0)


def test_many_drawn_scans_are_single_ones_in_a_row(made, rested, monkeypatch):
    matrix = np.asarray(connect(rested, healthy(made)).matrix)
    many = sample_scans(matrix, 8.0, 5, np.random.default_rng(3))
    one = np.random.default_rng(3)
    assert many == pytest.approx(np.stack([sample_scan(matrix, 8.0, one) for _ in range(5)]))
    monkeypatch.setattr("rewire.network.connectivity._SAMPLES_AT_A_TIME", 100)
    assert sample_scans(matrix, 8.0, 5, np.random.default_rng(3)) == pytest.approx(many)
