"""Options: every filling of a plan's blanks, within the rules, on the same people."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.engine.kernels import kernel
from rewire.errors import StudyError
from rewire.inference.cloud import Prior
from rewire.inference.fit import Depth, fit_person
from rewire.inference.scores import Person, Score
from rewire.sources import load_table
from rewire.studies.goals import Goal, Limit
from rewire.studies.optimise import _promising, optimise
from rewire.studies.options import Blanks, Candidate, Clinic, fill
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


TIMED = ["ketamine 0.5 mg/kg IV over 40 min, days 1, 4, 8", "CBT 50 min, {when}"]
TIMES = {"when": ["24 h after each ketamine", "days 23, 26, 30", "days 23, 26", "nothing"]}


def timed(**options):
    people = rw.people("TRD", 64, seed=3)
    return optimise(TIMED, people, vary=TIMES, goal="MADRS over 8 weeks", draws=8, **options)


def test_the_window_hypothesis_is_off_and_says_so():
    off = timed()
    assert "is off" in off.notes[-1]
    assert "grade C" in off.notes[-1]
    (timing,) = off.timings
    assert (timing.name, timing.other) == ("days 23, 26, 30", "24 h after each ketamine")
    assert timing.window is None
    later, soon = off.options[1], off.options[0]
    assert timing.without[0] == pytest.approx(later.goal - soon.goal)
    plain = optimise(COURSE, rw.people("TRD", 16, seed=3), vary=VARY, goal="MADRS at week 3", draws=0)
    assert plain.notes == plain.timings == ()


def test_a_window_is_told_over_all_that_its_gain_may_be():
    off, on = timed(), timed(switches={"window": True})
    assert "is ON" in on.notes[-1]
    assert "Grade: hypothesis; claim C8, grade C" in on.notes[-1]
    assert "0.5 to 2.8" in on.notes[-1]
    assert "harm" in on.notes[-1]
    # With a gain of one there is no window, to the last bit.
    assert on.timings[0].without == off.timings[0].without
    middle, low, high = on.timings[0].window
    assert low < 0 < middle < high
    assert low < -0.05
    assert "harm lie inside what a window adds" in on.table()
    assert on.to_json()["timings"][0]["window_adds"] == [middle, low, high]


def test_what_a_window_adds_is_the_difference_of_runs_with_that_gain():
    from rewire.models.parameters import Circumstances
    from rewire.models.posterior import posterior_in_use
    from rewire.models.standard import standard_model
    from rewire.studies.cohort import Arm, observed, prepare, simulate

    people, model = rw.people("TRD", 64, seed=3), standard_model()
    compiled = kernel(model, "float64")

    def goal(when, gain):
        given = Circumstances(
            setting="clinic",
            switches={"window": True},
            typical={"window_gain": gain},
            draw=np.arange(64) % 8 + 1,
            posterior=posterior_in_use().posterior,
        )
        arm = Arm.of("", rw.Plan(TIMED[0], f"CBT 50 min, {when}"), given)
        ready = prepare(compiled, arm, 8 * 168.0, np.arange(0, 8 * 168.0 + 1, 24).tolist(), "MADRS")
        done = simulate(model, compiled, ready, people, ("madrs",))
        return observed(done, "MADRS", people)[1:].astype(float).mean()

    later, soon = TIMES["when"][1], TIMES["when"][0]
    expected = (goal(later, 1.2) - goal(soon, 1.2)) - (goal(later, 1.0) - goal(soon, 1.0))
    assert timed(switches={"window": True}).timings[0].window[0] == pytest.approx(expected, abs=1e-9)


def made_up(name, goal, doses, cadss):
    flat = np.ones(100)
    spread = cadss * np.linspace(0.5, 1.0, 100)
    return Outcome(
        Candidate(name, rw.Plan()), goal * flat, flat > 0, doses * flat, flat, {"CADSS": spread, "SBP rise": flat}
    )


def test_the_first_round_keeps_to_the_limits():
    """An option that breaks a limit goes no further and pushes nobody out; one near the limit stays."""
    outcomes = [made_up("first", 30, 4, 40), made_up("mild", 20, 4, 20), made_up("strong", 10, 4, 20.4)]
    found, left = _promising(outcomes, [])
    assert [one.name for one in found] == ["first", "strong"]
    assert left[0].name == "mild"
    outcomes = [made_up("first", 30, 4, 40), made_up("mild", 20, 4, 10), made_up("strong", 10, 3, 60)]
    outcomes += [made_up("near", 15, 4, 21.2)]
    found, left = _promising(outcomes, [Limit.read("CADSS < 20")])
    assert [one.name for one in found] == ["first", "mild", "near"]
    assert [(one.name, "breaks a limit: CADSS 57, limit 20" in one.why) for one in left] == [("strong", True)]


def test_hours_hold_doses_the_time_after_and_sessions():
    """Two infusions of 40 min with two hours after each, and sessions of 50 min: three of their own, two after doses."""
    found = optimise(
        ["ketamine 0.5 mg/kg IV over 40 min, days 1, 8", "CBT 50 min, {when}"],
        rw.people("TRD", 16, seed=3),
        vary={"when": ["nothing", "days 10, 11, 12", "24 h after each ketamine"]},
        goal="MADRS at week 3",
        draws=0,
    )
    after = load_table("clinic_time").number("after_dose")
    doses = 2 * (40 / 60 + after)
    assert [option.hours for option in found.options] == pytest.approx([doses, doses + 2.5, doses + 100 / 60])


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
    with pytest.raises(StudyError, match="those of the fit"):
        optimise([given, later], person=belief, vary={"later": ["nothing"]}, switches={"window": True})


@pytest.mark.parametrize("text", ["less sadness", "BDI over 3 weeks", "MADRS over 0 weeks"])
def test_goals_that_make_no_sense_are_refused(text):
    with pytest.raises(StudyError):
        Goal.read(text)


@pytest.mark.parametrize("wrong", [{"days": ("Mo",)}, {"gap": -1.0}, {"a_week": 0}, {"in_all": -2}])
def test_a_clinic_that_cannot_be_is_refused(wrong):
    with pytest.raises(StudyError):
        Clinic(**wrong)


def test_limits_are_read_and_blanks_need_choices():
    assert Limit.read("SBP rise < 30 mmHg") == Limit("SBP rise", 30.0, True)
    with pytest.raises(StudyError):
        Limit.read("joy > 3")
    with pytest.raises(StudyError, match="no choices"):
        Blanks.of(COURSE, {"length": ["2 weeks"]})
    with pytest.raises(StudyError, match="no blank"):
        Blanks.of("ketamine 0.5 mg/kg IV over 40 min, day 1", {"length": ["2 weeks"]})
    with pytest.raises(StudyError, match="-1 draws"):
        optimise(COURSE, rw.people("TRD", 8), vary=VARY, draws=-1)
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
    found, left = search(MANY, Clinic(), 1000.0, [], try_out, 3)
    assert len(found) == len(tried) <= 400
    assert found[0].candidate.name == "0.20 mg/kg, 1, 8, 15"
    assert min(tried) <= 2.0 < np.median(tried)
    assert all("a visit on a Sat" in each.why or "a visit on a Sun" in each.why for each in left)


def test_a_search_heeds_the_limits():
    pytest.importorskip("optuna")

    def try_out(one):
        amount, flat = one.plan.events(1000.0)[0].what.amount, np.ones(4)
        return Outcome(one, -amount * flat, flat > 0, 3 * flat, flat, {"CADSS": 40 * amount * flat, "SBP rise": flat})

    within = [0.0, 0.0]
    for k, limits in enumerate(([], [Limit.read("CADSS <= 14")])):
        found, _ = search(MANY, Clinic(), 1000.0, limits, try_out, 3)
        within[k] = np.mean([one.typical("CADSS") <= 14 for one in found[200:]])
    assert within[1] > within[0] + 0.2


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
