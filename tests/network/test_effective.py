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
    read_connectivity,
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
    with pytest.raises(NetworkError, match="0 of 3486 pairs"):
        fit_effective(made, np.full((84, 84), np.nan))
    with pytest.raises(NetworkError, match="inf"):
        fit_effective(made, np.where(np.eye(84) > 0, np.inf, good))
    with pytest.raises(NetworkError, match="same everywhere"):
        fit_effective(made, np.full((84, 84), 0.5))
    with pytest.raises(NetworkError, match="square table"):
        fit_effective(made, good[:, :83])


@pytest.fixture(scope="module")
def elsewhere(made):
    """The correlations of a brain with other connections."""
    random = np.random.default_rng(3)
    change = np.triu(random.normal(0, 0.7, made.weights.shape), 1)
    truth = made.with_weights(made.weights * np.exp(change + change.T))
    return connect(build_circuit(truth), healthy(truth)).matrix


@pytest.fixture(scope="module")
def another(elsewhere):
    """Twelve minutes of it."""
    return sample_scan(elsewhere, 12, np.random.default_rng(4))


def test_the_diagonal_and_pairs_that_were_not_measured_do_not_matter(made, another):
    plain = fit_effective(made, another, steps=60)
    gaps = another.round(3)
    np.fill_diagonal(gaps, np.nan)
    assert fit_effective(made, gaps, steps=60).held_out == pytest.approx(plain.held_out, abs=0.02)
    gaps[:10] = gaps[:, :10] = np.nan
    part = fit_effective(made, gaps, steps=60)
    assert part.measured == pytest.approx(74 * 73 / (84 * 83))
    assert np.isfinite([part.agreement, part.held_out, part.misfit]).all()


def test_a_level_shifted_by_cleaning_is_free(made, elsewhere):
    """The model has no negative correlations: the pattern is fitted, and the shift is told."""
    plain, shifted = (fit_effective(made, elsewhere - shift, steps=400) for shift in (0.0, elsewhere.mean()))
    assert plain.level is None
    assert shifted.level == pytest.approx(elsewhere.mean(), abs=0.1)
    assert shifted.held_out > plain.held_out - 0.05


def test_connectivity_near_the_critical_point_keeps_the_best_fit(made):
    """One person may have correlations that no stable network reaches: the fit stays stable and beats no fit."""
    high = connect(build_circuit(made), healthy(made)).matrix ** 0.3
    found = fit_effective(made, high, steps=200)
    assert found.slowest_mode < -0.5
    assert found.held_out > found.held_out_structure


def written(path, labels, table, beside=True):
    rows = [["", *labels] if beside else list(labels)]
    rows += [[*([label] if beside else []), *map(str, row)] for label, row in zip(labels, table, strict=True)]
    path.write_text("\n".join("\t".join(row) for row in rows) + "\n")
    return path


@pytest.mark.parametrize("beside", [True, False])
def test_a_file_in_another_order_with_other_names(made, another, tmp_path, beside):
    order = np.random.default_rng(0).permutation(84)[:60]
    names = [made.labels[i].replace("L.", "left_").replace("R.", "right_") for i in order]
    path = written(tmp_path / "fc.tsv", names, another[np.ix_(order, order)], beside)
    found = read_connectivity(path, made)
    missing = np.setdiff1d(np.arange(84), order)
    assert np.isnan(found[missing]).all() and np.isnan(found[:, missing]).all()
    assert np.array_equal(found[np.ix_(order, order)], another[np.ix_(order, order)])


def test_files_without_labels_and_with_gaps(made, another, tmp_path):
    np.save(tmp_path / "fc.npy", another)
    np.savetxt(tmp_path / "fc.txt", another)
    for name in ("fc.npy", "fc.txt"):
        assert read_connectivity(tmp_path / name, made) == pytest.approx(another)
    rows = [["n/a" if i == j else f"{another[i, j]:.4f}" for j in range(84)] for i in range(84)]
    (tmp_path / "fc.csv").write_text("\n".join(",".join(row) for row in rows))
    found = read_connectivity(tmp_path / "fc.csv", made)
    assert np.isnan(np.diag(found)).all() and fit_effective(made, found, steps=5).measured == 1


def test_bad_files_are_refused(made, another, tmp_path):
    np.save(tmp_path / "small.npy", another[:83, :83])
    with pytest.raises(NetworkError, match="83 x 83 without labels"):
        read_connectivity(tmp_path / "small.npy", made)
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY\x01\x00")
    with pytest.raises(NetworkError, match="not a readable array"):
        read_connectivity(tmp_path / "broken.npy", made)
    with pytest.raises(NetworkError, match="cannot be read"):
        read_connectivity(tmp_path / "nothing.csv", made)
    names = [f"area {i}" for i in range(84)]
    with pytest.raises(NetworkError, match="none of the 84 labels"):
        read_connectivity(written(tmp_path / "other.tsv", names, another), made)
    twice = [*made.labels[:83], "left BSTS"]
    with pytest.raises(NetworkError, match=r"two labels of the table stand for 'L\.BSTS'"):
        read_connectivity(written(tmp_path / "twice.tsv", twice, another), made)
    (tmp_path / "labels.csv").write_text("L.BSTS\nL.CU\n")
    with pytest.raises(NetworkError, match="2 labels for a table of 83 x 83"):
        read_connectivity(tmp_path / "small.npy", made, tmp_path / "labels.csv")
