"""Fits: they follow the scores, know their limits, and do not depend on how the work is cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rewire.errors import StudyError
from rewire.inference.cloud import Prior
from rewire.inference.fit import Depth, fit_cohort, fit_person
from rewire.inference.scores import Person, Score
from rewire.inference.support import remarks
from rewire.inference.weights import effective, pareto_k, resampled
from rewire.plans import Plan

PLAN = Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks")
PRIOR = Prior(size=2048)
SMALL = Depth(192, 4, False)


def madrs(*pairs):
    return tuple(Score(24.0 * (day - 1), "MADRS", value, value) for day, value in pairs)


def fit(scores, number=0, depth=SMALL, covariates=None, plan=PLAN, **options):
    return fit_person(Person(scores, "x", number, covariates or {}), plan, PRIOR, depth=depth, **options)


def trait(belief, name):
    return next(each for each in belief.traits() if each.name == name)


def test_the_last_score_is_followed():
    for last in (8, 20, 34):
        belief = fit(madrs((1, 34), (8, 24), (22, last)))
        end = belief.filtered.past[-1, 0]
        assert abs(np.median(end) - last) < 2.0
        assert end.std() < 2.5


def test_a_great_response_tells_of_a_responsive_person():
    well = fit(madrs((1, 36), (2, 10), (8, 6), (15, 5)))
    not_well = fit(madrs((1, 36), (2, 35), (8, 36), (15, 35)))
    for name in ("responsiveness", "expectancy_gain"):
        assert trait(well, name).mean > trait(not_well, name).mean + 0.4


def test_no_scores_is_the_population_and_is_said():
    belief = fit(())
    assert belief.now == 0.0
    assert any("no scores" in remark for remark in belief.remarks)


def test_a_person_unlike_the_population_is_marked():
    belief = fit(madrs((1, 3), (8, 4)))
    assert not belief.sure
    assert any("almost nobody" in remark for remark in belief.remarks)
    assert abs(np.median(belief.people.at_start[0]) - 3) < 3


@pytest.mark.parametrize("given", [{"age": 95.0}, {"weight": 300.0}])
def test_covariates_outside_the_studied_range_are_marked(given):
    belief = fit(madrs((1, 34), (8, 24)), covariates=given)
    assert any("outside the studied" in remark for remark in belief.remarks)
    assert np.isfinite(belief.filtered.past).all()


@pytest.mark.parametrize("given", [{"age": 12.0}, {"weight": 3.0}, {"height": 1.8}])
def test_covariates_that_no_adult_has_are_refused(given):
    with pytest.raises(StudyError):
        Person(covariates=given)


def test_contradictory_scores_are_named_and_survived():
    scores = (*madrs((1, 34), (8, 40)), Score(168.0, "PHQ-9", 0, 0))
    belief = fit(scores)
    assert belief.remarks
    assert np.isfinite(belief.filtered.evidence)


def test_two_hundred_scores_are_followed():
    chance = np.random.default_rng(4)
    days = np.arange(1, 101)
    values = np.clip(22 + np.cumsum(chance.normal(0, 1.2, days.size)), 5, 45).round().astype(int)
    scores = (
        *madrs(*zip(days.tolist(), values.tolist(), strict=True)),
        *(Score(24.0 * (d - 1) + 6, "MADRS", int(v), int(v)) for d, v in zip(days.tolist(), values, strict=True)),
    )
    belief = fit(scores)
    assert len(belief.filtered.looks) >= 199
    assert abs(np.median(belief.filtered.past[-1, 0]) - values[-1]) < 3


def test_forgetting_lets_old_scores_count_less():
    scores = madrs((1, 34), (2, 10), (4, 8), (60, 33))
    fresh, fading = fit(scores), fit(scores, forget=200.0)
    assert trait(fading, "responsiveness").mean < trait(fresh, "responsiveness").mean + 0.3
    with pytest.raises(StudyError):
        fit(scores, forget=0.0)


def test_missing_items_widen_the_belief():
    exact = fit((*madrs((1, 34)), Score(168.0, "PHQ-9", 10, 10)))
    vague = fit((*madrs((1, 34)), Score(168.0, "PHQ-9", 8, 14)))
    assert vague.filtered.past[-1, 3].std() > exact.filtered.past[-1, 3].std()


def test_a_plan_with_rules_does_not_say_what_was_given():
    looped = Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks, until response")
    with pytest.raises(StudyError, match="closed-loop"):
        fit(madrs((1, 34), (8, 20)), plan=looped)


def test_a_cohort_is_the_same_alone_and_together():
    people = [Person(madrs((1, 30 + k), (8, 20 + k)), f"p{k}", k) for k in range(4)]
    pairs = [(person, PLAN) for person in people]
    found = {b.person.name: b for b in fit_cohort(pairs, PRIOR, depth=SMALL, workers=2)}
    alone = fit_person(people[2], PLAN, PRIOR, depth=SMALL, history=False)
    assert set(found) == {"p0", "p1", "p2", "p3"}
    assert np.array_equal(found["p2"].filtered.particles.x, alone.filtered.particles.x)


def test_refinement_agrees_with_a_larger_cloud():
    scores = madrs((1, 36), (2, 12), (8, 8), (15, 6), (22, 7))
    refined = fit(scores, depth=Depth(512, 4, True))
    large = fit(scores, depth=Depth(2048, 4, False))
    for name in ("responsiveness", "expectancy_gain"):
        assert abs(trait(refined, name).mean - trait(large, name).mean) < 0.4


def test_heavy_tails_and_few_courses_are_always_said():
    done = fit(madrs((1, 34), (8, 24))).filtered
    person = Person(madrs((1, 34), (8, 24)))

    def said(**found):
        looks = [replace(look, **found) for look in done.looks]
        return " ".join(remarks(person, PRIOR, 500.0, replace(done, looks=looks)))

    assert said(effective=400.0, pareto=0.3) == ""
    for left in (20.0, 65.0, 5000.0):
        assert "Pareto k 6.19" in said(effective=left, pareto=6.19)
    assert "collapsed: only 20" in said(effective=20.0, pareto=0.3)


def test_weights_are_judged():
    chance = np.random.default_rng(1)
    even = np.full(4000, 1 / 4000)
    assert effective(even) == pytest.approx(4000)
    assert pareto_k(even) <= 0.0
    heavy = (1 - chance.random(4000)) ** -1.5
    light = (1 - chance.random(4000)) ** -0.2
    assert pareto_k(heavy / heavy.sum()) > 0.9
    assert pareto_k(light / light.sum()) < 0.45
    one = np.full(4000, 1e-9)
    one[7] = 1.0
    assert pareto_k(one / one.sum()) == np.inf
    some = np.where(np.arange(4000) < 80, 1 + 0.3 * chance.random(4000), 0.02)
    assert pareto_k(some / some.sum()) < 0.3


def test_resampling_gives_each_weight_its_places_within_one():
    chance = np.random.default_rng(2)
    for count in (7, 400, 5000):
        weights = chance.random(400) ** 4
        weights /= weights.sum()
        chosen = resampled(weights, float(chance.random()), count)
        assert chosen.size == count
        assert np.all(np.abs(np.bincount(chosen, minlength=400) - count * weights) <= 1 + 1e-9)
