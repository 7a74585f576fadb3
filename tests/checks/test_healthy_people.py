"""Healthy people: nothing given, a stressor, a trauma with exposure, ketamine without a deficit."""

from __future__ import annotations

import numpy as np

from rewire.population import people, person
from rewire.studies.laboratory import STILL, experiment
from rewire.studies.mechanism.moods import frightened, stressed

KETAMINE = "ketamine 0.5 mg/kg IV over 40 min, day 1"
DAY, WEEK = 24.0, 168.0
NAMES = ("madrs", "hama", "caps5", "synapses_prefrontal", "stress_load", "motivation")


def test_a_typical_healthy_person_stays_exactly_where_they_are_for_a_year() -> None:
    trace = experiment(person("healthy"), record=NAMES, at=[week * WEEK for week in range(53)], switches=STILL)
    for name in NAMES:
        course = trace.values(name)[:, 0]
        assert np.ptp(course) < 1e-6, name


def test_a_typical_patient_without_treatment_is_at_rest_too() -> None:
    trace = experiment(person("TRD"), record=NAMES, at=[week * WEEK for week in range(53)], switches=STILL)
    for name in NAMES:
        assert np.ptp(trace.values(name)[:, 0]) < 1e-6, name


def test_mean_scores_of_healthy_people_stay_healthy_for_a_year_in_the_ups_and_downs_of_life() -> None:
    trace = experiment(people("healthy", 500, 3), record=NAMES, at=[week * WEEK for week in range(53)])
    for scale, limit in (("MADRS", 10), ("HAM-A", 7), ("CAPS-5", 10)):
        assert trace.scores(scale).mean(axis=1).max() <= limit, scale


def test_a_stressor_dents_mood_and_mood_recovers() -> None:
    course = stressed()
    worst = int(course.argmax())
    assert course[0] + 1 < course[worst]
    assert 2 <= worst <= 12, "the dent is deepest while it lasts"
    assert abs(course[-1] - course[0]) < 0.1


def test_stress_costs_synapses_that_come_back() -> None:
    phrase = "bereavement, severity 0.8, day 8 for 8 weeks"
    at = [week * WEEK for week in range(53)]
    names = ("synapses_prefrontal", "synapses_amygdala")
    trace = experiment(person("healthy"), phrase, record=names, at=at, switches=STILL)
    frontal, amygdala = (trace.values(name)[:, 0] for name in names)
    assert frontal.min() < 0.97 and amygdala.max() > 1.005
    assert abs(frontal[-1] - 1) < 0.01 and abs(amygdala[-1] - 1) < 0.01


def test_extinction_is_learned_in_sessions_and_partly_forgotten() -> None:
    memory = frightened(True).values("extinction_memory")[:, 0]
    without = frightened(False).values("extinction_memory")[:, 0]
    assert memory[8] > without[8] + 0.1
    assert without[-1] - without[0] < 0.01
    assert memory[0] < memory[-1] < memory[8], "gains fade over months without practice"


def test_trauma_raises_fear_that_fades_in_health() -> None:
    fear = frightened(False).values("fear_expression")[:, 0]
    assert fear[1] == 0.0 and fear[2] > 0.3
    assert fear[-1] < 0.1 * fear[2]


def test_ketamine_does_not_lift_a_healthy_mood_but_lifts_a_depressed_one() -> None:
    at = (0.0, 4.0, DAY, 3 * DAY, 7 * DAY)
    healthy, depressed = (
        experiment(person(condition), KETAMINE, record=("madrs",), at=at, switches=STILL).values("madrs")[:, 0]
        for condition in ("healthy", "TRD")
    )
    assert np.all(healthy[1:3] > healthy[0])
    assert np.all(healthy[1:] > healthy[0] - 0.5)
    assert np.all(depressed[1:] < depressed[0] - 1)


def test_healthy_people_also_dissociate() -> None:
    trace = experiment(person("healthy"), KETAMINE, record=("dissociation", "systolic_rise"), at=(0.0, 0.7, 2.0))
    assert trace.one("dissociation", 0.7) > 3 and trace.one("dissociation", 2.0) < 3
    assert trace.one("systolic_rise", 0.7) > 3
