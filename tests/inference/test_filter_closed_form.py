"""The filter on a model whose answer is known: everything linear and normal, so the posterior is one line of algebra."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from rewire.core.declare import Noise, Parameter, Signal, State
from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.inference.cloud import Quiet
from rewire.inference.filter import follow
from rewire.inference.luck import luck
from rewire.inference.scores import Score, measurement_sd
from rewire.layers.symptoms import SCALES

MIDDLE, TRAIT, SWING, RECALL = 26.0, 3.0, 4.0, 9.0
LASTS, MEMORY = 100.0, 60.0
PEOPLE, PATHS = 2000, 4
SCORES = (
    Score(48.0, "MADRS", 31, 31),
    Score(96.0, "MADRS", 33, 33),
    Score(96.0, "PHQ-9", 17, 17),
    Score(240.0, "MADRS", 24, 24),
    Score(312.0, "PHQ-9", 11, 11),
)
BETWEEN, NOW = 168.0, 312.0


class Weather(Layer):
    """Scores that follow a trait and a slow noise; PHQ-9 follows a memory of the noise."""

    name = "weather"
    parameters = (
        Parameter("trait", "1", "where a person stands among others"),
        Parameter("lasts", "h", "how long the noise lasts"),
        Parameter("memory_time", "h", "how far back the memory reaches"),
    )
    noises = (Noise("ups_and_downs", "1", "a slow noise", "lasts"),)
    states = (State("memory", "1", "the noise as remembered"),)
    signals = tuple(Signal(name, "1", "a score") for name in SCALES.values())

    def equations(self, q):
        now = MIDDLE + TRAIT * q.trait + SWING * q.ups_and_downs
        recalled = MIDDLE - 12 + RECALL * q.memory
        scores = {getattr(q, name): recalled if name == "phq9" else now for name in SCALES.values()}
        return {q.memory: (q.ups_and_downs - q.memory) / q.memory_time, **scores}


def known_answer():
    """The exact mean and covariance of trait and noises, and of the true scores, and the log evidence."""
    rows = int(NOW / 12) + 1
    keeps, goes = np.exp(-12 / LASTS), 1 - np.exp(-12 / MEMORY)
    noise = np.arange(rows)
    prior = np.eye(rows + 1)
    prior[1:, 1:] = keeps ** np.abs(noise[:, None] - noise[None, :])
    memory = np.zeros((rows, rows + 1))
    for k in range(1, rows):
        memory[k] = memory[k - 1] * (1 - goes)
        memory[k, k] += goes  # the noise that held from row k - 1 to row k

    def reads(score_or_hour):
        hour, scale = score_or_hour
        k = int(hour / 12)
        if scale == "PHQ-9":
            return MIDDLE - 12, RECALL * memory[k]
        row = np.zeros(rows + 1)
        row[0], row[k] = TRAIT, SWING
        return MIDDLE, row

    read = [reads((score.at, score.scale)) for score in SCORES]
    gap = np.array([score.middle - middle for score, (middle, _) in zip(SCORES, read, strict=True)])
    a = np.stack([row for _, row in read])
    # Rounding to whole points adds the variance of a uniform of width one.
    errors = np.diag([measurement_sd(score.scale) ** 2 + 1 / 12 for score in SCORES])
    seen = a @ prior @ a.T + errors
    gain = prior @ a.T @ np.linalg.inv(seen)
    mean, cov = gain @ gap, prior - gain @ a @ prior
    evidence = -0.5 * (gap @ np.linalg.solve(seen, gap) + np.linalg.slogdet(2 * np.pi * seen)[1])

    def of(row, middle=0.0):
        return middle + row @ mean, np.sqrt(row @ cov @ row)

    (at_between, between), (at_now, now) = reads((BETWEEN, "MADRS")), reads((NOW, "MADRS"))
    trait = np.eye(rows + 1)[0]
    return {
        "trait": of(trait),
        "between": of(between, at_between),
        "now": of(now, at_now),
        "evidence": evidence,
    }


@pytest.fixture
def weather(monkeypatch):
    part = luck(Model((Weather(),)))
    monkeypatch.setattr("rewire.inference.filter.models", lambda: (None, None, part))
    # Traits stand evenly over the normal distribution, so that chance among people plays no part.
    traits = np.array([NormalDist().inv_cdf((k + 0.5) / PEOPLE) for k in range(PEOPLE)])
    given = {
        "trait": np.random.default_rng(5).permutation(traits),
        "lasts": np.full(PEOPLE, LASTS),
        "memory_time": np.full(PEOPLE, MEMORY),
    }
    hours = np.arange(0.0, NOW + 1, 12.0)
    return given["trait"], Quiet(
        hours=hours,
        moves=hours > 0,
        series=np.zeros((PEOPLE, hours.size, len(part.series))),
        start=np.zeros((PEOPLE, len(part.states))),
        fixed=np.stack([given[name] for name in part.constants], axis=-1),
        peaks={},
    )


@pytest.mark.parametrize("renew", [True, False])
def test_the_filter_finds_what_algebra_says(weather, renew):
    """Trait, a day between scores, the last day and the evidence, each within chance among the particles."""
    traits, quiet = weather
    owner = np.repeat(np.arange(PEOPLE), PATHS)
    runs = [
        follow(quiet, owner, SCORES, np.random.default_rng(seed), renew=renew, history=[BETWEEN, NOW])
        for seed in range(8)
    ]
    exact = known_answer()
    madrs = list(SCALES).index("MADRS")
    found = {
        "trait": [traits[run.particles.owner] for run in runs],
        "between": [run.past[list(run.hours).index(BETWEEN), madrs] for run in runs],
        "now": [run.past[-1, madrs] for run in runs],
    }
    for name, samples in found.items():
        means, sds = [each.mean() for each in samples], [each.std() for each in samples]
        mean, sd = exact[name]
        chance = 4 * np.std(means, ddof=1) / np.sqrt(len(runs))
        assert chance < 0.15 * sd, name
        assert np.mean(means) == pytest.approx(mean, abs=chance + 0.01 * sd), name
        assert np.mean(sds) == pytest.approx(sd, rel=0.04), name
    evidence = np.array([run.evidence for run in runs])
    chance = 4 * evidence.std(ddof=1) / np.sqrt(len(runs))
    # One score in two hundred is taken for a slip of the pen, so each loses that much of its chance.
    assert evidence.mean() == pytest.approx(exact["evidence"] + len(SCORES) * np.log(0.995), abs=chance + 0.02)
    assert chance < 0.2


def test_the_first_score_is_as_likely_as_it_should_be(weather):
    _, quiet = weather
    look = follow(quiet, np.repeat(np.arange(PEOPLE), PATHS), SCORES, np.random.default_rng(1)).looks[0]
    spread = np.sqrt(TRAIT**2 + SWING**2 + measurement_sd("MADRS") ** 2 + 1 / 12)
    assert look.below == pytest.approx(NormalDist(MIDDLE, spread).cdf(31), abs=0.015)
