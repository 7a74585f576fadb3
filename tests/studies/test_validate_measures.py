"""Measures of virtual trials and CRPS, against plain calculations on made-up scores."""

from __future__ import annotations

import numpy as np
import pytest

from rewire.evidence.published import Result
from rewire.inference.checks import crps_normal, crps_sample
from rewire.studies.scoring.least_squares import least_squares
from rewire.studies.scoring.measures import Seen, eligible, measure
from rewire.studies.scoring.worlds import Worlds, choose

RNG = np.random.default_rng(5)
BASE = RNG.integers(20, 40, 60).astype(float)
LATER = np.clip(BASE - RNG.integers(-5, 30, 60), 0, 60).astype(float)
ONE = Seen(np.array([0.0, 24.0]), np.stack([BASE, LATER]), BASE, 0.5)
OTHER = Seen(np.array([0.0, 24.0]), np.stack([BASE[::-1], LATER[::-1] + 4]), BASE[::-1], 0.5)
ALL = np.arange(60)[None, :]


def told(name: str, *arms: Seen, **more) -> float:
    keys = {"at_hours": 24.0, "value": 1.0, **more}
    result = Result(arms=("a", "b")[: len(arms)], scale="MADRS", measure=name, **keys)
    return float(measure(result, arms, tuple(ALL for _ in arms))[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean", LATER.mean()),
        ("sd", LATER.std(ddof=1)),
        ("mean change", (LATER - BASE).mean()),
        ("sd change", (LATER - BASE).std(ddof=1)),
        ("response", np.mean(BASE - LATER >= BASE / 2)),
        ("worse", np.mean(LATER > BASE)),
    ],
)
def test_one_arm(name, expected) -> None:
    assert told(name, ONE) == pytest.approx(expected)


def test_remission_counts_scores_at_the_cut() -> None:
    assert told("remission", ONE, cut=12.0) == pytest.approx(np.mean(LATER <= 12))


def test_two_arms() -> None:
    gap = (LATER - BASE).mean() - (LATER + 4 - BASE).mean()
    assert told("difference", ONE, OTHER) == pytest.approx(gap)
    assert told("effect size", ONE, OTHER) == pytest.approx(gap / LATER.std(ddof=1))
    assert told("response difference", ONE, OTHER) == pytest.approx(told("response", ONE) - told("response", OTHER))


def relapsing(when: list[float], step: float = 84.0, visits: int = 60) -> Seen:
    """People with baseline 30 who respond at once and lose it for good after `when` hours from 24 h on."""
    hours = np.array([0.0, *(24.0 + step * k for k in range(visits))])
    scores = np.array([[30.0] * len(when), *[[28.0 if hour - 24 >= w else 5.0 for w in when] for hour in hours[1:]]])
    return Seen(hours, scores, scores[0], 0.5)


def test_median_time_to_relapse_in_days() -> None:
    arm = relapsing([84.0, 168.0, 252.0, 1e9, 1e9])
    result = Result(("a",), "MADRS", "median time to relapse", 10.0, from_hours=24.0)
    found = measure(result, (arm,), (np.arange(5)[None, :],))
    assert found[0] == pytest.approx(252 / 24)


def test_one_bad_visit_is_no_relapse() -> None:
    arm = relapsing([1e9, 1e9])
    arm.scores[3, :] = 29.0
    result = Result(("a",), "MADRS", "sustained", 0.5, at_hours=24.0 + 20 * 24, from_hours=24.0)
    assert measure(result, (arm,), (np.arange(2)[None, :],))[0] == 1.0


def test_sustained_counts_only_responders() -> None:
    arm = relapsing([84.0, 1e9, 1e9, 1e9])
    arm.scores[1:, 3] = 29.0
    result = Result(("a",), "MADRS", "sustained", 0.5, at_hours=24.0 + 20 * 24, from_hours=24.0)
    responders = np.flatnonzero(eligible(result, arm))
    assert responders.tolist() == [0, 1, 2]
    assert measure(result, (arm,), (responders[None, :],))[0] == pytest.approx(2 / 3)


def test_hazard_ratio_finds_the_ratio_of_two_exponentials() -> None:
    slow, fast = RNG.exponential(4000, 3000), RNG.exponential(2000, 3000)
    arms = (relapsing(slow.tolist(), 168.0, 14), relapsing(fast.tolist(), 168.0, 14))
    result = Result(("a", "b"), "MADRS", "hazard ratio", 0.5, at_hours=24.0 + 10 * 168, from_hours=24.0)
    everyone = np.arange(3000)[None, :]
    assert measure(result, arms, (everyone, everyone))[0] == pytest.approx(0.5, abs=0.06)


def test_crps_of_a_sample_agrees_with_that_of_its_distribution() -> None:
    sample = np.random.default_rng(2).normal(3.0, 2.0, 200_000)
    for observed in (-1.0, 3.0, 9.0):
        assert crps_sample(sample, observed) == pytest.approx(crps_normal(3.0, 2.0, observed), abs=0.02)
    assert crps_sample(np.full(10, 4.0), 6.5) == pytest.approx(2.5)
    assert crps_normal(4.0, 0.0, 6.5) == 2.5


def test_virtual_trials_take_people_of_one_world_once() -> None:
    worlds = Worlds(5, 20)
    able = np.ones(100, bool)
    able[::2] = False
    found = choose(worlds, 25, 15, able, "key")
    for trial, people in enumerate(found):
        there = people[people >= 0]
        assert len(set(there.tolist())) == there.size == 10
        assert np.all(there // 20 == trial % 5)
        assert able[there].all()


def test_the_spread_of_virtual_trials_is_that_of_samples_of_their_size() -> None:
    """40 of 80 taken without repeating, all from independent people, vary as 40 independent people do."""
    scores = np.random.default_rng(9).normal(0.0, 10.0, 400 * 80)
    chosen = choose(Worlds(400, 80), 400, 40, np.ones(400 * 80, bool), "key")
    assert scores[chosen].mean(axis=1).std() == pytest.approx(10 / np.sqrt(40), rel=0.12)


def test_least_squares_finds_a_curve() -> None:
    x = np.linspace(0, 5, 40)
    found = least_squares(lambda p: p[0] * np.exp(-p[1] * x) - 3.0 * np.exp(-0.7 * x), np.array([1.0, 0.2]))
    assert found == pytest.approx([3.0, 0.7], rel=1e-3)
