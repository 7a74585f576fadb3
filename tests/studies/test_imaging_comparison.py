"""Scans under several plans: paired in people, honest about what a trial would need."""

import math

import numpy as np
import pytest
from scipy.stats import norm

import rewire as rw
from rewire.errors import StudyError
from rewire.studies.imaging import Contrast

ONE = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
MANY = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, days 1, 3, 5")
AT = ("baseline", "24 h", "day 8")


@pytest.fixture(scope="module")
def both():
    return rw.compare_imaging({"three": MANY, "one": ONE}, rw.people("TRD", 24, seed=7), AT)


def test_each_plan_is_the_study_of_that_plan(both):
    alone = rw.imaging(ONE, rw.people("TRD", 24, seed=7), AT)
    assert list(both.results) == ["three", "one"]
    for name, values in alone.maps.values.items():
        assert np.array_equal(both.results["one"].maps.values[name], values)
    assert both.study["plans"].keys() == {"three", "one"}


def test_plans_agree_until_they_differ(both):
    """The second dose comes after the visit at 24 h."""
    for contrast in both.contrasts:
        if contrast.visit == "24 h":
            assert contrast.difference == pytest.approx(0, abs=1e-4)


def test_contrasts_are_paired_differences_of_changes(both):
    found = both.contrast("efficiency", "day 8")
    changes = [result.maps.efficiency[:, 2] - result.maps.efficiency[:, 0] for result in both.results.values()]
    assert found.difference == pytest.approx((changes[0] - changes[1]).mean())
    assert found.difference_sd == pytest.approx((changes[0] - changes[1]).std(ddof=1))
    assert found.change_sd == pytest.approx(math.sqrt((changes[0].var(ddof=1) + changes[1].var(ddof=1)) / 2))
    assert found.difference > 0


def test_more_scan_noise_takes_more_people():
    def needed(noise, design):
        return Contrast("a", "z", "day 8", "baseline", "x", "y", 0.3, 0.1, 0.05, 0.1, 0.4, noise).people_needed(design)

    assert needed(0.4, "two groups") > needed(0.2, "two groups")
    exact = 2 * ((norm.ppf(0.975) + norm.ppf(0.8)) * math.hypot(0.1, 0.4) / 0.2) ** 2
    assert needed(0.4, "two groups") == math.ceil(exact)
    crossover = ((norm.ppf(0.975) + norm.ppf(0.8)) * math.hypot(0.05, math.sqrt(2) * 0.4) / 0.2) ** 2
    assert needed(0.4, "one group") == math.ceil(crossover)


def test_the_same_plan_twice_differs_in_nothing():
    same = rw.compare_imaging({"a": ONE, "b": ONE}, rw.people("TRD", 4), ("baseline", "24 h"))
    assert all(contrast.difference == 0 and contrast.people_needed() is None for contrast in same.contrasts)


def test_three_plans_make_three_pairs():
    plans = {"a": ONE, "b": MANY, "c": rw.Plan("saline IV over 40 min, day 1")}
    found = rw.compare_imaging(plans, rw.people("TRD", 3), ("baseline", "day 8"))
    assert {(one.plan, one.other) for one in found.contrasts} == {("a", "b"), ("a", "c"), ("b", "c")}
    assert "B - C" in found.table()


@pytest.mark.parametrize("plans", [{}, {"one": ONE}])
def test_fewer_than_two_plans_are_refused(plans):
    with pytest.raises(StudyError, match="two plans"):
        rw.compare_imaging(plans, rw.people("TRD", 3))
