"""Tallies against plain NumPy on made-up scores."""

from __future__ import annotations

import numpy as np
import pytest

from rewire.studies.tally import Spread, Tally

RANDOM = np.random.default_rng(5)
SCORES = RANDOM.integers(0, 61, size=(8, 200)).astype(np.uint8)
JUDGED = np.array([False, *[True] * 7])


def counted(*parts: np.ndarray) -> Tally:
    tally = Tally.empty(8, 60)
    for part in parts:
        tally.add(part, response_fraction=0.5, remission=10, judged=JUDGED)
    return tally


def test_blocks_add_up() -> None:
    whole, cut = counted(SCORES), counted(SCORES[:, :33], SCORES[:, 33:])
    np.testing.assert_array_equal(whole.counts, cut.counts)
    np.testing.assert_array_equal(whole.lost, cut.lost)


def test_moments_and_percentiles() -> None:
    curve = counted(SCORES).curve("MADRS_point", np.arange(8.0))
    np.testing.assert_allclose(curve.mean, SCORES.mean(axis=1))
    np.testing.assert_allclose(curve.sd, SCORES.std(axis=1, ddof=1))
    np.testing.assert_allclose(curve.p90, np.percentile(SCORES, 90, axis=1, method="inverted_cdf"))


def test_relapse_needs_two_judgements_in_a_row() -> None:
    one = np.array([[30], [10], [20], [10], [20], [20], [10], [10]], np.uint8)
    share = counted(one).shares()["relapse"][0]
    np.testing.assert_array_equal(share, [0, 0, 0, 0, 0, 1, 1, 1])


def test_response_is_relative_to_the_persons_own_baseline() -> None:
    two = np.tile(np.array([[40, 20]], np.uint8), (8, 1))
    two[1:] = [20, 11]
    share, error = counted(two).shares()["response"]
    assert share[0] == 0 and np.all(share[1:] == 0.5)
    assert error[1] == pytest.approx(np.sqrt(0.25 / 2))


def test_spread_of_a_continuous_quantity() -> None:
    values = RANDOM.gamma(2.0, 6.0, size=(3, 5000))
    spread = Spread.empty(3, 128.0)
    spread.add(values[:, :2000])
    spread.add(values[:, 2000:])
    curve = spread.curve("mmHg", np.arange(3.0))
    np.testing.assert_allclose(curve.mean, values.mean(axis=1))
    np.testing.assert_allclose(curve.p90, np.percentile(values, 90, axis=1), atol=0.3)
