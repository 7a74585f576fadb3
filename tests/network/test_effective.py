"""Fitting connections to functional connectivity."""

from __future__ import annotations

import numpy as np
import pytest

from rewire.network import (
    NetworkError,
    build_circuit,
    connect,
    fit_effective,
    healthy,
    load_connectivity,
    sample_scan,
)


def agree(one, other):
    pairs = np.triu_indices(len(one), 1)
    return np.corrcoef(one[pairs], other[pairs])[0, 1]


def test_recovers_a_network_that_made_the_data(made):
    random = np.random.default_rng(0)
    change = np.triu(random.normal(0, 0.7, made.weights.shape), 1)
    truth = made.with_weights(made.weights * np.exp(change + change.T))
    target = connect(build_circuit(truth), healthy(truth)).matrix
    found = fit_effective(made, target, steps=250, minutes=60)
    assert found.agreement > 0.97
    assert found.held_out > found.held_out_structure + 0.02
    assert found.slowest_mode < -0.5
    assert found.ceiling is not None and 0.8 < found.ceiling < 1
    fitted = connect(build_circuit(found.network), healthy(found.network)).matrix
    assert agree(fitted, target) == pytest.approx(found.agreement)
    off = ~np.eye(84, dtype=bool)
    log = np.log(truth.weights[off] / made.weights[off])
    got = np.log(found.network.weights[off] / made.weights[off])
    strong = made.weights[off] > np.quantile(made.weights[off], 0.9)
    assert np.corrcoef(log[strong], got[strong])[0, 1] > 0.3


def test_measured_connectivity_with_held_out_pairs(dk84):
    target = load_connectivity("dk84")
    plain = connect(build_circuit(dk84), healthy(dk84)).matrix
    assert agree(plain, target) >= 0.5
    found = dk84.fit_effective(target, seed=1)
    assert found.held_out >= 0.8 > found.held_out_structure
    assert found.agreement > 0.93 and found.misfit < 0.06
    assert found.ceiling is None


def test_ceiling_from_a_second_measurement(made):
    truth = connect(build_circuit(made), healthy(made)).matrix
    random = np.random.default_rng(5)
    one, two = (sample_scan(truth, 10, random) for _ in range(2))
    found = fit_effective(made, one, steps=5, replicate=two)
    assert found.ceiling == pytest.approx(np.sqrt(agree(one, two)))


def test_bad_targets_are_refused(made):
    good = connect(build_circuit(made), healthy(made)).matrix
    with pytest.raises(NetworkError, match="83 regions"):
        fit_effective(made, good[:83, :83])
    lopsided = good.copy()
    lopsided[0, 1] += 0.1
    with pytest.raises(NetworkError, match="correlations"):
        fit_effective(made, lopsided)
    with pytest.raises(NetworkError, match="correlations"):
        fit_effective(made, 3 * good)
    with pytest.raises(NetworkError, match="nan"):
        fit_effective(made, np.full((84, 84), np.nan))
