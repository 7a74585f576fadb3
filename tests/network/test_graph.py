"""Graph measures against slow, plain computations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from rewire.network import graph


@pytest.fixture
def matrix():
    random = np.random.default_rng(1)
    series = random.standard_normal((60, 9)) + 0.7 * random.standard_normal((60, 1))
    return np.corrcoef(series.T)


SYSTEMS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])


def test_efficiency_is_the_mean_inverse_shortest_path(matrix):
    lengths = np.where(matrix > 0, 1 / np.where(matrix > 0, matrix, 1), 0)
    np.fill_diagonal(lengths, 0)
    paths = shortest_path(lengths, directed=False)
    off = ~np.eye(9, dtype=bool)
    assert graph.efficiency(matrix) == pytest.approx((1 / paths[off]).mean())
    stacked = graph.efficiency(np.stack([matrix, np.eye(9)]))
    assert stacked == pytest.approx([(1 / paths[off]).mean(), 0.0])


def test_modularity_is_newmans(matrix):
    weights = np.maximum(matrix, 0) * (1 - np.eye(9))
    k, total = weights.sum(axis=0), weights.sum()
    expected = sum(
        (weights[i, j] - k[i] * k[j] / total) * (SYSTEMS[i] == SYSTEMS[j]) for i in range(9) for j in range(9)
    )
    assert graph.modularity(matrix, SYSTEMS) == pytest.approx(expected / total)


def test_separate_systems_are_modular():
    blocks = np.kron(np.eye(3), np.full((3, 3), 0.5)) + 0.5 * np.eye(9)
    assert graph.modularity(blocks, SYSTEMS) == pytest.approx(2 / 3)
    assert graph.participation(blocks, SYSTEMS) == pytest.approx(0.0)


def test_even_connections_participate_in_all_systems():
    even = np.full((9, 9), 0.4) + 0.6 * np.eye(9)
    assert graph.participation(even, SYSTEMS) == pytest.approx(1 - (2**2 + 3**2 + 3**2) / 8**2)


def test_means_between_systems(matrix):
    z = np.arctanh(matrix * (1 - np.eye(9)))
    blocks = graph.mean_between(z, SYSTEMS)
    assert blocks[0, 1] == pytest.approx(z[:3, 3:6].mean())
    assert blocks[2, 2] == pytest.approx(z[6:, 6:][np.triu_indices(3, 1)].mean())
