"""Options: every filling of a plan's blanks, within the rules, on the same people."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.errors import StudyError
from rewire.inference.cloud import Prior
from rewire.inference.fit import Depth, fit_person
from rewire.inference.scores import Person, Score
from rewire.studies.goals import Goal, Limit
from rewire.studies.optimise import optimise
from rewire.studies.options import Blanks, Clinic, fill
from rewire.studies.outcomes import Outcome
from rewire.studies.search import search

COURSE = "ketamine 0.5 mg/kg IV over 40 min, {how often} for {length}"
VARY = {"how often": ["weekly", "twice weekly"], "length": ["2 weeks", "4 weeks"]}


@pytest.fixture(scope="module")
def result():
    return optimise(
        COURSE, rw.people("TRD", 96, seed=3), vary=VARY, goal="MADRS over 6 weeks", keep=["doses <= 6"], draws=8
    )


def test_all_options_stand_beside_the_first(result):
    assert next(option.name for option in result.options) == "weekly, 2 weeks"
    assert {round(option.doses) for option in result.options} == {2, 4, 8}
    for option in result.options[1:]:
        mean, low, high = option.difference
        assert low <= mean <= high
        assert "no difference that can be told" in option.words if low <= 0 <= high else "lower" in option.words


def test_the_front_holds_nothing_beaten_and_no_broken_limit(result):
    for option in result.front:
        assert not option.objection
        assert not any(
            other.goal < option.goal and other.doses <= option.doses and other.peaks["CADSS"] <= option.peaks["CADSS"]
            for other in result.front
        )
    broken = [option for option in result.options if option.doses > 6]
    assert broken
    assert all("limit 6" in option.objection for option in broken)


def test_equal_options_cannot_be_told_apart():
    same = optimise(
        "ketamine 0.5 mg/kg IV over 40 min, day 1{clock}".replace("{clock}", " at {hour}"),
        rw.people("TRD", 64, seed=3),
        vary={"hour": ["09:00", "09:10"]},
        goal="MADRS at week 3",
        draws=0,
    )
    assert "no difference that can be told" in same.options[1].words


def test_the_safety_rules_and_the_clinic_are_hard_limits():
    blanks = Blanks.of(
        "ketamine {dose} IV over 40 min, {when}", {"dose": ["0.5 mg/kg", "3 mg/kg"], "when": ["day 1", "day 6"]}
    )
    found, left = fill(blanks, Clinic(), 500.0)
    assert [candidate.name for candidate in found] == ["0.5 mg/kg, day 1"]
    reasons = {each.name: each.why for each in left}
    assert "Sat" in reasons["0.5 mg/kg, day 6"]
    assert len(left) == 3
    often = Blanks.of(COURSE, {"how often": ["three times weekly"], "length": ["2 weeks"]})
    _, left = fill(often, Clinic(a_week=2), 500.0)
    assert "in a week" in left[0].why
    _, left = fill(often, Clinic(gap=72), 500.0)
    assert "h apart" in left[0].why
    _, left = fill(often, Clinic(in_all=5), 500.0)
    assert "6 doses, more than 5" in left[0].why


def test_closed_loop_rules_are_counted_person_by_person():
    looped = optimise(
        "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 4 weeks{rule}".replace("{rule}", ", {rule}"),
        rw.people("TRD", 96, seed=3),
        vary={"rule": ["until remission", "until response"]},
        goal="MADRS at week 6",
        draws=0,
    )
    assert all(2 < option.doses < 8 for option in looped.options)
    assert looped.options[1].doses < looped.options[0].doses


def test_the_window_hypothesis_is_off_and_says_so():
    args = {"vary": {"h": ["24 h", "96 h"]}, "goal": "MADRS at week 4", "draws": 0}
    course = ["ketamine 0.5 mg/kg IV over 40 min, weekly for 2 weeks", "CBT 50 min, {h} after each ketamine"]
    people = rw.people("TRD", 32, seed=3)
    clinic = Clinic(days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    assert "is off" in optimise(course, people, clinic=clinic, **args).notes[0]
    on = optimise(course, people, clinic=clinic, switches={"window": True}, **args).notes[0]
    assert "hypothesis" in on
    assert "harm" in on
    assert "0.5 to 2.8" in on


def test_options_of_a_person_begin_now_and_keep_the_past():
    scores = tuple(Score(24.0 * (day - 1), "MADRS", value, value) for day, value in ((1, 34), (8, 22), (15, 18)))
    given = "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks"
    belief = fit_person(Person(scores), rw.Plan(given), Prior(size=2048), depth=Depth(128, 4, False))
    later = "ketamine 0.5 mg/kg IV over 40 min, {later} from week 4 for 4 weeks"
    result = optimise([given, later], person=belief, vary={"later": ["nothing", "weekly"]}, goal="MADRS over 6 weeks")
    assert [round(option.doses) for option in result.options] == [0, 4]
    assert result.options[1].difference[0] < 0
    with pytest.raises(StudyError, match="no option is left"):
        optimise("ketamine 0.5 mg/kg IV over 40 min, {when}", person=belief, vary={"when": ["day 1"]})


@pytest.mark.parametrize("text", ["less sadness", "BDI over 3 weeks", "MADRS over 0 weeks"])
def test_goals_that_make_no_sense_are_refused(text):
    with pytest.raises(StudyError):
        Goal.read(text)


def test_limits_are_read_and_blanks_need_choices():
    assert Limit.read("SBP rise < 30 mmHg") == Limit("SBP rise", 30.0, True)
    with pytest.raises(StudyError):
        Limit.read("joy > 3")
    with pytest.raises(StudyError, match="no choices"):
        Blanks.of(COURSE, {"length": ["2 weeks"]})
    with pytest.raises(StudyError, match="no blank"):
        Blanks.of("ketamine 0.5 mg/kg IV over 40 min, day 1", {"length": ["2 weeks"]})
    with pytest.raises(StudyError, match="either people or person"):
        optimise(COURSE, vary=VARY)


MANY = Blanks.of(
    "ketamine {dose} IV over 40 min, days {first}, {second}, {third}",
    {
        "dose": [f"{0.2 + 0.05 * k:.2f} mg/kg" for k in range(11)],
        "first": [str(day) for day in (1, 2, 3, 4, 5)],
        "second": [str(day) for day in range(8, 13)],
        "third": [str(day) for day in range(15, 27)],
    },
)


def test_a_search_finds_the_best_of_a_large_space():
    """A made-up goal with a known lowest point: the search tries far fewer than all and comes close."""
    pytest.importorskip("optuna")
    tried = []

    def try_out(one):
        dose = one.plan.events(1000.0)[0].what.amount
        days = [event.at / 24 + 1 for event in one.plan.events(1000.0)]
        worth = abs(dose - 0.5) * 20 + abs(days[0] - 3) + abs(days[1] - 9) + abs(days[2] - 22)
        tried.append(worth)
        flat = np.ones(4)
        return Outcome(one, worth * flat, flat > 0, 3 * flat, flat, {"CADSS": flat, "SBP rise": flat})

    assert MANY.size == 3300
    found, left = search(MANY, Clinic(), 1000.0, try_out, 3)
    assert len(found) == len(tried) <= 400
    assert found[0].candidate.name == "0.20 mg/kg, 1, 8, 15"
    assert min(tried) <= 2.0 < np.median(tried)
    assert all("a visit on a Sat" in each.why or "a visit on a Sun" in each.why for each in left)


def test_a_space_too_large_is_searched_and_said(monkeypatch):
    pytest.importorskip("optuna")
    monkeypatch.setattr("rewire.studies.search.TRIED", 6)
    people = rw.people("TRD", 24, seed=3)
    found = optimise(list(MANY.lines), people, vary=MANY.choices, goal="MADRS at week 4", draws=0)
    assert "3,300 options are too many to try each: 6 were tried" in found.notes[-1]
    assert 1 <= len(found.options) <= 6
    monkeypatch.setattr("rewire.studies.search.find_spec", lambda name: None)
    with pytest.raises(StudyError, match="tried one by one"):
        optimise(list(MANY.lines), people, vary=MANY.choices)


def test_every_form_of_options_is_written(result, tmp_path):
    for name in ("o.json", "o.csv", "o.svg"):
        assert result.save(tmp_path / name).stat().st_size > 300
    assert "none is recommended" in " ".join(result.table().split())
    with pytest.raises(StudyError):
        result.plot("joy")
