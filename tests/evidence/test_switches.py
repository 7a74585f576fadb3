"""Each switch says what it means, how good its evidence is, and whether it is on."""

from __future__ import annotations

import pytest

from rewire.sources import load_table

TABLE = load_table("switches")
ON = {
    "stress_cost",
    "expectancy",
    "contact",
    "regression_to_mean",
    "daily_noise",
    "deficit_dependence",
    "spines_carry_mood",
    "fast_effect",
    "val66met",
    "exercise_effect",
    "sleep_effect",
    "therapy_effect",
    "treatment_resistance",
}
OFF = {
    "two_valleys",
    "desensitisation",
    "window",
    "hnk_efficacy",
    "mtor_gates_fast_effect",
    "surge_tolerance",
    "extinction_boost",
    "oral_antidepressant_trkb",
}


def test_the_defaults_are_the_agreed_ones() -> None:
    assert {name for name in TABLE.groups() if TABLE.number(name, "default") == 1} == ON
    assert {name for name in TABLE.groups() if TABLE.number(name, "default") == 0} == OFF


@pytest.mark.parametrize("name", sorted(ON | OFF))
def test_a_switch_explains_itself(name: str) -> None:
    switch = TABLE.group(name)
    assert switch.entry("default").unit == "1"
    assert switch.entry("default").why
    assert switch.text("grade") in ("strong", "moderate", "mixed", "animal", "hypothesis", "contradicted")
    for label in ("meaning", "evidence"):
        assert switch.text(label).endswith(".")


def test_what_people_contradict_or_nobody_has_shown_is_off() -> None:
    for name in TABLE.groups():
        if TABLE.text(name, "grade") in ("hypothesis", "contradicted"):
            assert TABLE.number(name, "default") == 0
