from __future__ import annotations

import numpy as np
import pytest
from engine_runs import CALM, hold, people, pulse, rule, simulate

from rewire.core.random import stream
from rewire.engine.observe import observe
from rewire.engine.schedule import GATES, build, minutes
from rewire.errors import StudyError
from rewire.studies import cohort

WHO = people("TRD", 60, seed=12, MADRS=(30, 6))


def levels(double, actions, gates, records, where=CALM, name="life_stress", who=WHO):
    recorded = simulate(double, who, records, actions=actions, gates=gates, where=where, names=("madrs", name))
    return recorded.values["madrs"], recorded.values[name]


def test_a_rule_decides_for_each_person(double):
    actions = hold("schema_practice", 24.0, 25.0, 1.0, gate=1)
    madrs, practice = levels(
        double, actions, [rule(">=", 30.0, [24.0], latched=False)], (0.0, 24.5, 26.0), name="schema_practice"
    )
    ill = np.floor(madrs[0] + 0.5) >= 30
    assert 5 < ill.sum() < 55
    assert np.array_equal(practice[1], ill.astype(float))
    assert np.all(practice[2] == 0)


def test_until_stops_for_good_once_it_is_met(double):
    times = [24.0 * day for day in range(6)]
    actions = [action for time in times for action in hold("schema_practice", time, time + 1, 1.0, gate=1)]
    gates = [rule("<=", 0.9, times, latched=True, error=3.0, baseline="baseline_depression")]
    records = (0.0, *(time + 0.5 for time in times))
    _, practice = levels(double, actions, gates, records, name="schema_practice")
    given = practice[1:]
    assert np.all(np.isin(given, (0, 1)))
    assert np.all(np.diff(given, axis=0) <= 0)
    assert 0 < given[-1].sum() < given[0].sum()


@pytest.mark.parametrize("latched", [True, False])
def test_a_level_ends_exactly_even_if_its_gate_closes_meanwhile(double, latched):
    actions = hold("life_stress", 10.0, 30.0, 0.7, gate=1)
    comparison, limit = ("<=", 60.0) if latched else (">=", 61.0)
    gates = [rule(comparison, limit, [20.0], latched=latched)]
    _, stress = levels(double, actions, gates, (0.0, 15.0, 25.0, 30.5, 60.0))
    assert np.all(stress[1:3] == 0.7)
    assert np.all(stress[3:] == 0)


def test_a_level_that_never_began_does_not_end_either(double):
    actions = hold("life_stress", 10.0, 30.0, 0.7, gate=1)
    gates = [
        rule(">=", 0.0, [20.0], latched=False),
    ]
    closed = rule(">=", 61.0, [5.0], latched=False)
    opened = [rule(">=", 61.0, [5.0], latched=False), *gates]
    _, stress = levels(double, actions, [closed], (0.0, 15.0, 60.0))
    assert np.all(stress == 0)
    both = [*hold("life_stress", 10.0, 30.0, 0.7, gate=1), *hold("life_stress", 21.0, 40.0, 0.2, gate=2)]
    _, stress = levels(double, both, opened, (0.0, 15.0, 25.0, 35.0, 60.0))
    assert [float(row[0]) for row in stress] == pytest.approx([0.0, 0.0, 0.2, 0.2, 0.0], abs=1e-15)


@pytest.mark.parametrize(
    ("comparison", "met"), [(">=", (0, 1, 1)), (">", (0, 0, 1)), ("<=", (1, 1, 0)), ("<", (1, 0, 0))]
)
def test_the_four_comparisons(double, comparison, met):
    who = people("TRD", 3, seed=1, MADRS=30)
    for limit, expected in zip((31.0, 30.0, 29.0), met, strict=True):
        actions = hold("life_stress", 0.0, 5.0, 1.0, gate=1)
        gates = [rule(comparison, limit, [0.0], latched=False)]
        _, stress = levels(double, actions, gates, (0.0, 1.0), who=who)
        assert np.all(stress[1] == expected)


def test_at_one_moment_ends_come_before_decisions_and_decisions_before_beginnings(double):
    actions = [*hold("life_stress", 0.0, 24.0, 0.5), *hold("life_stress", 24.0, 48.0, 0.25, gate=1)]
    open_now = rule(">=", 0.0, [24.0], latched=False)
    shut_now = rule(">=", 61.0, [24.0], latched=False)
    assert np.all(levels(double, actions, [open_now], (0.0, 12.0, 30.0))[1][1:] == [[0.5], [0.25]])
    assert np.all(levels(double, actions, [shut_now], (0.0, 12.0, 30.0))[1][1:] == [[0.5], [0.0]])


def test_a_rule_reads_the_very_score_that_is_reported(double):
    group = cohort.load_table("scales").group("MADRS")
    error = group.number("measurement_sd")
    gate = rule(">=", 28.0, [50.0], latched=False, error=error)
    gate = type(gate)(**{**gate.__dict__, "stream": stream("error.MADRS")})
    actions = hold("life_stress", 50.0, 55.0, 1.0, gate=1)
    recorded = simulate(double, WHO, (0.0, 50.0, 51.0), actions=actions, gates=[gate], names=("madrs", "life_stress"))
    scores = observe(
        recorded.values["madrs"],
        error=error,
        low=0.0,
        high=60.0,
        seed=WHO.seed,
        first=WHO.first,
        stream=stream("error.MADRS"),
        minutes=minutes(recorded.hours),
    )
    assert np.array_equal(recorded.values["life_stress"][2] == 1, scores[1] >= 28)
    assert 5 < (scores[1] >= 28).sum() < 55


def test_a_shut_gate_keeps_a_pulse_out(double):
    actions = [pulse("therapy_visit", 24.0, 1.0, gate=1), pulse("therapy_visit", 24.0, 1.0, gate=2)]
    gates = [rule(">=", 61.0, [24.0], latched=False), rule(">=", 0.0, [24.0], latched=False)]
    recorded = simulate(double, WHO, (0.0, 24.0, 24.1), actions=actions, gates=gates, names=("contact_memory",))
    assert np.all(recorded.values["contact_memory"][1] == 0)
    assert recorded.values["contact_memory"][2] == pytest.approx(1, abs=1e-3)


def test_too_many_rules_are_refused(double):
    gates = [rule(">=", 10.0, [24.0], latched=False)] * GATES
    with pytest.raises(StudyError, match=f"{GATES - 1} closed-loop phrases, this one has {GATES}"):
        build(double.layout, [], gates, [24.0], 24.0)
    assert build(double.layout, [], gates[1:], [24.0], 24.0).rules.shape[0] == GATES - 1
