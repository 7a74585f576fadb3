from __future__ import annotations

import numpy as np
import pytest

from rewire.models.parameters import Circumstances, switch_defaults
from rewire.models.standard import standard_model
from rewire.plans import Plan
from rewire.population import people
from rewire.studies import cohort

PLAN = Plan(
    "ketamine 0.5 mg/kg IV over 40 min, days 1, 4",
    "rapamycin 6 mg oral, day 1",
    "sertraline 100 mg oral, daily for 1 week",
    "CBT 50 min, day 2",
    "prolonged exposure 90 min, day 5",
    "running 30 min, daily for 1 week",
    "sleep routine, daily for 1 week",
    "job loss, severity 0.5, day 3 for 1 week",
)
RECORDS = (0.0, 2.0, 8.0, 24.0, 96.0, 100.0, 168.0, 336.0)
SCORES = ("madrs", "hamd17", "qids", "phq9", "hama", "gad7", "caps5", "pcl5")
SEEN = (*SCORES, "mood", "threat", "motivation", "bdnf", "synaptic_protein", "extinction_memory", "negative_schema")
SWITCHES = tuple(switch_defaults(standard_model()))


def course(standard, kernel, condition="TRD", names=SEEN, **switches):
    arm = cohort.Arm.of("plan", PLAN, Circumstances(switches=switches))
    ready = cohort.prepare(kernel, arm, RECORDS[-1], RECORDS, "MADRS")
    return cohort.simulate(standard, kernel, ready, people(condition, 24, seed=6), names).values


@pytest.fixture(scope="module")
def usual(standard, double):
    return {condition: course(standard, double, condition) for condition in ("TRD", "PTSD")}


@pytest.mark.parametrize("name", SWITCHES)
def test_each_hypothesis_runs_either_way_and_makes_a_difference(standard, double, usual, name):
    moved = 0.0
    for condition in ("TRD", "PTSD"):
        flipped = course(standard, double, condition, **{name: not switch_defaults(standard)[name]})
        for quantity, values in flipped.items():
            assert np.all(np.isfinite(values)), quantity
            moved = max(moved, np.abs(values - usual[condition][quantity]).max())
    assert moved > 1e-4, f"{name} changes nothing"


def test_all_hypotheses_together_run_either_way(standard, double):
    for on in (True, False):
        values = course(
            standard, double, names=(*double.layout.states, *double.layout.signals), **dict.fromkeys(SWITCHES, on)
        )
        for quantity, found in values.items():
            assert np.all(np.isfinite(found)), quantity


def test_the_fast_effect_carries_the_first_day(standard, double, usual):
    without = course(standard, double, fast_effect=False)["madrs"]
    assert np.mean(without[3] - usual["TRD"]["madrs"][3]) > 3


def test_noise_off_leaves_the_same_people_without_ups_and_downs(standard, double, usual):
    calm = course(standard, double, daily_noise=False)
    assert calm["madrs"][0] == pytest.approx(usual["TRD"]["madrs"][0], abs=1e-9)
    assert np.any(np.abs(calm["madrs"][-1] - usual["TRD"]["madrs"][-1]) > 1)


@pytest.mark.parametrize(
    ("name", "untouched"), [("window", "bdnf"), ("therapy_effect", "synaptic_protein"), ("val66met", "readiness")]
)
def test_a_hypothesis_leaves_alone_what_comes_before_it(standard, double, name, untouched):
    usual = course(standard, double, names=(untouched,))
    flipped = course(standard, double, names=(untouched,), **{name: not switch_defaults(standard)[name]})
    assert np.array_equal(usual[untouched], flipped[untouched])


def test_rapamycin_matters_only_by_its_hypotheses(standard, double):
    plan = Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
    with_probe = plan + "rapamycin 6 mg oral, day 1"
    found = {}
    for label, given in (("plain", plan), ("probe", with_probe)):
        arm = cohort.Arm.of(
            label, given, Circumstances(switches={"spines_carry_mood": False, "mtor_gates_fast_effect": False})
        )
        ready = cohort.prepare(double, arm, 48.0, (0.0, 2.0, 48.0), "MADRS")
        found[label] = cohort.simulate(standard, double, ready, people("TRD", 12, seed=6), ("mtor", "madrs")).values
    assert np.abs(found["plain"]["madrs"] - found["probe"]["madrs"]).max() < 1e-2
    assert np.all(found["plain"]["mtor"][1] > found["probe"]["mtor"][1])
