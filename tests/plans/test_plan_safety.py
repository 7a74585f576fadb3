"""Plans beyond the safety rules are refused by name and source, or noted when they are research."""

import pytest

from rewire.errors import PlanError
from rewire.plans import Plan
from rewire.plans.safety import rules_for

LABEL = (
    "esketamine 56 mg intranasal, day 1",
    "esketamine 84 mg intranasal, days 4, 8, 11, 15, 18, 22, 25",
    "esketamine 84 mg intranasal, weekly from week 5",
)
BEYOND = [
    ("largest_dose", "at most 1 mg/kg", ("ketamine 1.1 mg/kg IV, day 1",)),
    ("largest_dose", "at most 1 mg/kg", ("ketamine 71 mg IV, day 1",)),
    ("largest_dose", "at most 84 mg", ("esketamine 112 mg intranasal, day 1",)),
    ("hours_between", "at least 24 h", ("ketamine 0.5 mg/kg IV, twice daily for 1 day",)),
    ("hours_between", "at least 24 h", ("ketamine 0.5 mg/kg IV, day 1", "esketamine 56 mg intranasal, day 1 at 20:00")),
    ("most_in_seven_days", "at most 3", ("ketamine 0.5 mg/kg IV, days 1, 3, 5, 7",)),
    ("most_in_seven_days", "at most 3", ("ketamine 0.5 mg/kg IV, daily",)),
    ("most_in_seven_days", "at most 5", ("ketamine 120 mg oral, daily",)),
    ("sessions_a_week", "at most 2 a week in weeks 1 to 4", ("esketamine 56 mg intranasal, days 1, 3, 5",)),
    ("sessions_a_week", "at most 1 a week after week 4", ("esketamine 56 mg intranasal, twice weekly for 5 weeks",)),
    ("sessions_a_week", "at most 1 a week after week 4", ("esketamine 56 mg intranasal, twice weekly",)),
    ("sessions_a_week", "at most 1 a week after week 4", (*LABEL, "esketamine 84 mg intranasal, day 250")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "phrases"), BEYOND, ids=[" + ".join(case[2])[:60] for case in BEYOND])
def test_beyond_a_rule(rule, expected, phrases):
    with pytest.raises(PlanError) as caught:
        Plan(*phrases)
    wrong = caught.value
    assert f"safety rule '{rule}'" in wrong.problem
    assert expected in wrong.expected
    assert "research" in wrong.advice
    assert wrong.place.text in phrases
    noted = Plan(*phrases, research=True).check()
    assert any(note.kind == "research" and note.source for note in noted)


@pytest.mark.parametrize(
    "phrases",
    [
        LABEL,
        ("ketamine 1 mg/kg IV, day 1",),
        ("ketamine 0.5 mg/kg IV, three times weekly for 4 weeks",),
        ("ketamine 0.5 mg/kg IV, twice weekly",),
        ("ketamine 120 mg oral, daily for 5 days", "ketamine 180 mg oral, twice weekly from week 2 for 12 weeks"),
        ("ketamine 0.5 mg/kg subcutaneous, twice weekly for 4 weeks",),
        ("ketamine 50 mg intranasal over 20 min, day 1",),
        ("ketamine 0.5 mg/kg IV, days 1, 3, 5, 8, 10, 12",),
        ("esketamine 84 mg intranasal, twice weekly for 4 weeks",),
        ("esketamine 28 mg intranasal, every 2 weeks",),
        ("saline IV, daily", "midazolam 0.045 mg/kg IV, daily"),
    ],
)
def test_within_the_rules(phrases):
    assert not any(note.kind == "research" for note in Plan(*phrases).check())


def test_joining_and_changing_are_checked_too():
    week = Plan("ketamine 0.5 mg/kg IV, days 1, 3, 5")
    with pytest.raises(PlanError, match="most_in_seven_days"):
        week + "ketamine 0.5 mg/kg IV, day 7"
    with pytest.raises(PlanError, match="hours_between"):
        week.repeat(2, "2 days")
    with pytest.raises(PlanError, match="largest_dose"):
        week.swap("ketamine", "ketamine 1.5 mg/kg IV")
    research = Plan("ketamine 0.5 mg/kg IV, day 7", research=True)
    assert (week + research).research


def test_an_empty_dose_is_no_dose():
    plan = Plan("ketamine 0.5 mg/kg IV, daily", research=True).without_drugs()
    assert not any(note.kind == "research" for note in plan.check())


def test_a_first_spray_above_the_label_is_noted():
    assert [note.kind for note in Plan("esketamine 84 mg intranasal, day 1").check()] == ["label"]
    assert Plan("esketamine 56 mg intranasal, day 1").check() == ()


def test_rules_to_show():
    shown = {rule.name: rule for rule in rules_for(["esketamine"])}
    assert {"monitor_2h", "bp_check", "contraindicated", "no_driving", "pregnancy"} <= set(shown)
    assert "home_use" not in shown
    assert all(rule.text and rule.source for rule in shown.values())
    assert "home_use" in {rule.name for rule in rules_for(["ketamine"])}
    assert rules_for(["sertraline"]) == ()
