"""The filter that redraws the last days: what it says agrees with a plain filter of very many particles."""

from __future__ import annotations

import numpy as np
import pytest

from rewire.inference.cloud import Prior, entry_weights, prior_cloud, run_quiet
from rewire.inference.filter import follow
from rewire.inference.scores import Person, Score
from rewire.inference.weights import resampled
from rewire.models.inputs import actions_of
from rewire.plans import Plan

PLAN = Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks")
PRIOR = Prior(size=2048)
SCORES = tuple(
    Score(24.0 * (day - 1), scale, value, value)
    for day, scale, value in (
        (1, "MADRS", 34),
        (8, "MADRS", 20),
        (8, "PHQ-9", 12),
        (15, "MADRS", 27),
        (36, "MADRS", 11),
    )
)


def followed(paths, renew, seed, forget=np.inf, scores=SCORES):
    person = Person(scores)
    cloud = prior_cloud(PRIOR)
    chosen = resampled(entry_weights(cloud, person.entry), 0.5, 512)
    actions, _ = actions_of(PLAN, person.now, "MADRS")
    quiet = run_quiet(cloud.take(chosen), actions, (), [score.at for score in person.later], person.now)
    owner = np.repeat(np.arange(512), paths)
    return follow(
        quiet, owner, person.later, np.random.default_rng(seed), renew=renew, forget=forget, history=[168.0, person.now]
    )


@pytest.mark.parametrize("forget", [np.inf, 400.0])
def test_few_redrawn_particles_agree_with_very_many_plain_ones(forget):
    many = followed(400, False, 1, forget)
    few = [followed(8, True, seed, forget) for seed in range(2, 10)]
    for row in (0, -1):
        truth = many.past[row, 0].astype(float)
        means = [float(one.past[row, 0].mean()) for one in few]
        sds = [float(one.past[row, 0].std()) for one in few]
        assert np.mean(means) == pytest.approx(truth.mean(), abs=4 * np.std(means) / 8**0.5 + 0.12)
        assert np.mean(sds) == pytest.approx(truth.std(), rel=0.08)
    ends = [one.particles.noise.mean(axis=0) for one in few]
    assert np.mean(ends, axis=0) == pytest.approx(many.particles.noise.mean(axis=0), abs=0.08)
    evidence = [one.evidence for one in few]
    assert np.mean(evidence) == pytest.approx(many.evidence, abs=3 * np.std(evidence) / 8**0.5 + 0.1)


def test_redrawing_leaves_far_more_courses():
    scores = (*SCORES[:2], *(Score(168.0, scale, value, value) for scale, value in (("GAD-7", 4), ("QIDS-SR16", 5))))
    plain, redrawn = followed(8, False, 3, scores=scores), followed(8, True, 3, scores=scores)
    fewest = [min(look.effective for look in one.looks) for one in (plain, redrawn)]
    assert fewest[1] > 1.5 * fewest[0]
    assert redrawn.looks[0].below == pytest.approx(plain.looks[0].below, abs=0.03)
