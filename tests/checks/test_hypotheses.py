"""Every named hypothesis does what its meaning says: off and on, in a typical person with nothing else moving."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rewire.population import people, person
from rewire.sources import load_table
from rewire.studies.laboratory import STILL, experiment, pulse

KETAMINE = "ketamine 0.5 mg/kg IV over 40 min, day 1"
TWICE = "ketamine 0.5 mg/kg IV over 40 min, days 1, 4"
DAY = 24.0


def measure(
    name: str,
    hour: float,
    *phrases: str,
    condition: str = "TRD",
    extra: tuple = (),
    met_alleles: int = 0,
    failed_treatments: float = 2.5,
    **on: bool,
) -> tuple[float, float]:
    """A quantity at the start and at an hour, in a typical person under these hypotheses."""
    who = person(condition, met_alleles=met_alleles, failed_treatments=failed_treatments)
    trace = experiment(who, *phrases, record=(name,), at=(0.0, hour), extra=extra, switches={**STILL, **on})
    return trace.one(name, 0.0), trace.one(name, hour)


def reading(name: str, hour: float, *phrases: str, **given: object) -> float:
    """A quantity at an hour."""
    return measure(name, hour, *phrases, **given)[1]


def relief(hour: float, *phrases: str, **given: object) -> float:
    """Fall of MADRS from the start to an hour."""
    before, after = measure("madrs", hour, *phrases, **given)
    return before - after


def two_valleys() -> None:
    assert relief(60 * DAY, KETAMINE, two_valleys=False) < 1
    assert relief(60 * DAY, KETAMINE, two_valleys=True) > 20, "pushed over the ridge, the person stays well"
    assert relief(60 * DAY, "ketamine 0.1 mg/kg IV over 40 min, day 1", two_valleys=True) < 1, (
        "a small push does not do it"
    )


def desensitisation() -> None:
    assert reading("readiness", 72.0, KETAMINE, desensitisation=False) == pytest.approx(1)
    assert reading("readiness", 72.0, KETAMINE, desensitisation=True) < 0.9
    assert relief(4 * DAY, TWICE, desensitisation=True) < relief(4 * DAY, TWICE, desensitisation=False)


def treatment_resistance() -> None:
    failed = [
        [relief(DAY, KETAMINE, failed_treatments=failed, treatment_resistance=on) for failed in (0, 2.5, 5)]
        for on in (False, True)
    ]
    assert failed[0][0] == pytest.approx(failed[0][2])
    assert failed[1][0] > failed[1][1] > failed[1][2]
    assert failed[1][1] == pytest.approx(failed[0][1]), "the usual number of failures is the unit"


def window() -> None:
    sessions = "CBT, days 2, 3"
    with_drug = [reading("negative_schema", 3 * DAY, KETAMINE, sessions, window=on) for on in (False, True)]
    without = [reading("negative_schema", 3 * DAY, sessions, window=on) for on in (False, True)]
    assert with_drug[1] < with_drug[0]
    assert with_drug[0] == pytest.approx(without[0]), "by default the drug leaves learning alone"
    assert without[1] == pytest.approx(without[0]), "no drug, no window"


def hnk_efficacy() -> None:
    gain = [reading("synapses_prefrontal", DAY, KETAMINE, hnk_efficacy=on) for on in (False, True)]
    assert gain[1] > gain[0]


def mtor_gates_fast_effect() -> None:
    rapamycin = (pulse("rapamycin_oral_dose", -2.0, 6.0),)
    left = [
        relief(DAY, KETAMINE, extra=rapamycin, mtor_gates_fast_effect=on)
        / relief(DAY, KETAMINE, mtor_gates_fast_effect=on)
        for on in (False, True)
    ]
    assert left[0] > 0.85
    assert left[1] < 0.75, "as in rodents, rapamycin blunts the relief of the first day"


def stress_cost() -> None:
    assert reading("synapses_prefrontal", DAY, stress_cost=False) == pytest.approx(1, abs=1e-6)
    assert reading("synapses_prefrontal", DAY, stress_cost=True) < 0.85
    assert reading("synapses_amygdala", DAY, stress_cost=True) > 1


def expectancy() -> None:
    saline = "midazolam 0.045 mg/kg IV over 40 min, day 1"
    assert relief(DAY, saline, expectancy=False) == pytest.approx(0, abs=0.05)
    assert relief(DAY, saline, expectancy=True) > 2


def contact() -> None:
    visits = "clinic visit, weekly for 6 weeks"
    assert relief(6 * 7 * DAY, visits, contact=False) == pytest.approx(0, abs=0.05)
    assert relief(6 * 7 * DAY, visits, contact=True) > 0.1


def regression_to_mean() -> None:
    changes = []
    for on in (False, True):
        switches = {**STILL, "daily_noise": True, "regression_to_mean": on}
        trace = experiment(people("TRD", 2000, 5), record=("madrs",), at=(0.0, 60 * DAY), switches=switches)
        changes.append(float(np.diff(trace.values("madrs").mean(axis=1))[0]))
    assert changes[1] < changes[0] - 1, "people chosen when worse than usual drift back only under this hypothesis"


def daily_noise() -> None:
    assert relief(10 * DAY, daily_noise=False) == pytest.approx(0, abs=1e-6)
    assert abs(relief(10 * DAY, daily_noise=True)) > 0.01


def deficit_dependence() -> None:
    assert relief(DAY, KETAMINE, condition="healthy", deficit_dependence=True) < 0
    assert relief(DAY, KETAMINE, condition="healthy", deficit_dependence=False) > 0.5


def surge_tolerance() -> None:
    surges = [reading("glutamate_surge", 3 * DAY + 1, TWICE, surge_tolerance=on) for on in (False, True)]
    assert surges[1] < surges[0]


def spines_carry_mood() -> None:
    late = [relief(10 * DAY, KETAMINE, spines_carry_mood=on) for on in (False, True)]
    early = [relief(4.0, KETAMINE, spines_carry_mood=on) for on in (False, True)]
    assert late[0] < 0.25 * late[1]
    assert early[0] == pytest.approx(early[1], rel=0.01)


def fast_effect() -> None:
    assert relief(4.0, KETAMINE, fast_effect=False) < 0.1
    assert relief(4.0, KETAMINE, fast_effect=True) > 3


def val66met() -> None:
    gains = {
        (on, alleles): reading("synapses_prefrontal", DAY, KETAMINE, met_alleles=alleles, val66met=on)
        for on in (False, True)
        for alleles in (0, 2)
    }
    assert gains[False, 2] == pytest.approx(gains[False, 0])
    assert gains[True, 2] < gains[True, 0]


def extinction_boost() -> None:
    session = "exposure practice, day 2"
    memory = [reading("extinction_memory", 30.0, KETAMINE, session, extinction_boost=on) for on in (False, True)]
    assert memory[1] > memory[0]


def oral_antidepressant_trkb() -> None:
    tablets = "sertraline 100 mg oral, daily"
    density = [reading("synapses_prefrontal", 42 * DAY, tablets, oral_antidepressant_trkb=on) for on in (False, True)]
    start = reading("synapses_prefrontal", DAY)
    assert density[0] == pytest.approx(start, abs=1e-6)
    assert density[1] > start + 0.002


def exercise_effect() -> None:
    walks = "walking 60 min, daily"
    assert relief(56 * DAY, walks, exercise_effect=True) > relief(56 * DAY, walks, exercise_effect=False) + 0.3


def sleep_effect() -> None:
    routine = "sleep routine, daily"
    assert relief(56 * DAY, routine, sleep_effect=True) > 0.3
    assert relief(56 * DAY, routine, sleep_effect=False) == pytest.approx(0, abs=0.05)


def therapy_effect() -> None:
    course = "CBT, weekly for 12 weeks"
    assert relief(84 * DAY, course, therapy_effect=True) > 1
    assert relief(84 * DAY, course, therapy_effect=False) == pytest.approx(0, abs=0.05)


CLAIMS: dict[str, Callable[[], None]] = {
    claim.__name__: claim
    for claim in (
        two_valleys, desensitisation, window, hnk_efficacy, mtor_gates_fast_effect, stress_cost, expectancy, contact,
        regression_to_mean, daily_noise, deficit_dependence, surge_tolerance, spines_carry_mood, fast_effect, val66met,
        extinction_boost, treatment_resistance, oral_antidepressant_trkb, exercise_effect, sleep_effect, therapy_effect,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_a_hypothesis_does_what_its_meaning_says(name: str) -> None:
    CLAIMS[name]()


def test_every_hypothesis_is_tested() -> None:
    assert set(CLAIMS) == set(load_table("switches").groups())


def test_met_mice_lose_nearly_all_growth_with_their_own_gain() -> None:
    gain = []
    for alleles in (0, 2):
        trace = experiment(
            person("TRD", met_alleles=alleles),
            KETAMINE,
            record=("synapses_prefrontal",),
            at=(0.0, DAY),
            switches=STILL,
            values={"met_allele_gain": 0.3},
        )
        gain.append(trace.one("synapses_prefrontal", DAY) - trace.one("synapses_prefrontal", 0.0))
    assert 0 <= gain[1] < 0.25 * gain[0]
