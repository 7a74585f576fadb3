"""Plans as values: joining, moving, repeating, swapping, auditing."""

import subprocess
import sys
import time
from datetime import date

import pytest

from rewire.errors import PlanError
from rewire.plans import Dose, Plan, read

INFUSIONS = Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks")
SERTRALINE = "sertraline 100 mg oral, daily, since 8 weeks before"


def times(plan, name, hours=24 * 100):
    """The days on which something of that name happens."""
    named = (event for event in plan.events(hours) if name in vars_of(event.what))
    return [event.at / 24 + 1 for event in named]


def vars_of(what):
    return [getattr(what, field) for field in ("drug", "therapy", "name") if hasattr(what, field)]


def test_a_plan_is_a_frozen_value():
    assert Plan("ketamine 500 mcg/kg IV, twice weekly for 21 days") == INFUSIONS
    assert len({INFUSIONS, Plan(INFUSIONS.say())}) == 1
    with pytest.raises(AttributeError):
        INFUSIONS.name = "other"


def test_phrases_are_sorted_into_sections():
    plan = Plan("job loss, severity 0.6, day 20 for 2 weeks", SERTRALINE, "CBT, weekly")
    assert [len(part) for part in (plan.course, plan.background, plan.life)] == [1, 1, 1]
    assert plan.phrases == plan.course + plan.background + plan.life
    assert {event.item for event in plan.events(24 * 30)} == {0, 1, 2}


def test_adding_does_not_change_the_parts():
    together = INFUSIONS + "CBT 50 min, 24 h after each ketamine"
    assert len(INFUSIONS.phrases) == 1
    assert together == INFUSIONS + "CBT, 24 h after each ketamine"
    assert Plan(SERTRALINE) + INFUSIONS == INFUSIONS + Plan(SERTRALINE)
    named = Plan("CBT, weekly", name="CBT", start="2026-01-12")
    assert (INFUSIONS + named).name == "CBT"
    assert (INFUSIONS + named).start == date(2026, 1, 12)
    with pytest.raises(TypeError):
        INFUSIONS + 3


def test_shift_moves_course_and_life_but_not_the_background():
    plan = INFUSIONS + SERTRALINE + "job loss, severity 0.6, day 20 for 2 weeks" + "CBT, 24 h after each ketamine"
    later = plan.shift("3 days")
    assert times(later, "ketamine") == [day + 3 for day in times(plan, "ketamine")]
    assert times(later, "CBT") == [day + 3 for day in times(plan, "CBT")]
    assert times(later, "job loss") == [23]
    assert times(later, "sertraline") == times(plan, "sertraline")
    assert later.shift("-3 days") == plan
    with pytest.raises(PlanError, match="is day -2"):
        Plan("CBT, day 1").shift("-3 days")
    with pytest.raises(PlanError, match="whole number of days"):
        plan.shift("5 h")


def test_repeat_copies_the_course():
    plan = (INFUSIONS + "CBT, 24 h after each ketamine").repeat(2, "4 weeks")
    assert times(plan, "ketamine") == [1, 4, 8, 11, 15, 18, 29, 32, 36, 39, 43, 46]
    assert len(times(plan, "CBT")) == 12
    assert INFUSIONS.repeat(1, "4 weeks") == INFUSIONS
    with pytest.raises(PlanError, match="without an end"):
        Plan("CBT, weekly").repeat(2, "4 weeks")
    with pytest.raises(PlanError, match="repeated 0 times"):
        INFUSIONS.repeat(0, "4 weeks")


def test_swap_keeps_the_times_and_what_follows():
    plan = INFUSIONS + "CBT, 24 h after each ketamine"
    control = plan.swap("ketamine", "midazolam 0.045 mg/kg IV over 40 min")
    assert [event.at for event in control.events(1000)] == [event.at for event in plan.events(1000)]
    assert control.events(1)[0].what == Dose("midazolam", 0.045, "mg/kg", "IV")
    with pytest.raises(PlanError, match="does not hold 'saline'"):
        plan.swap("saline", "CBT 50 min")
    with pytest.raises(PlanError, match="cannot use 'day' here"):
        plan.swap("ketamine", "saline IV, day 1")


def test_without_drugs_keeps_the_visits():
    plan = INFUSIONS + SERTRALINE + "CBT, 24 h after each ketamine"
    empty = plan.without_drugs()
    pairs = list(zip(plan.events(1000), empty.events(1000), strict=True))
    assert all(one.at == other.at and one.lasts == other.lasts for one, other in pairs)
    assert {other.what for one, other in pairs if one.what != other.what} == {Dose("ketamine", 0.0, "mg/kg", "IV")}


def test_the_dose_audit():
    rows = Plan("ketamine 0.5 mg/kg IV, days 1, 4 at 10:30, until response", start="2026-02-27").audit(80, 200)
    assert [row.when for row in rows] == ["day 1 10:30", "day 4 10:30"]
    assert [row.date for row in rows] == [date(2026, 2, 27), date(2026, 3, 2)]
    assert rows[0].milligrams == 40
    assert (rows[0].route, rows[0].amount, rows[0].condition) == ("IV", "0.5 mg/kg", "until response")
    assert Plan(SERTRALINE).audit(80, 1)[0].when == "day -55 09:00"
    with pytest.raises(PlanError, match="body weight"):
        INFUSIONS.audit(7000, 24)


def test_what_follows_nothing_is_refused():
    with pytest.raises(PlanError, match="does not hold") as caught:
        Plan("CBT, 24 h after each ketamine", "esketamine 56 mg intranasal, day 1")
    assert "esketamine" in caught.value.advice
    with pytest.raises(PlanError, match="circle"):
        Plan("CBT, 24 h after each walking", "walking, 1 h before each CBT")
    with pytest.raises(PlanError, match="circle"):
        Plan("CBT, 24 h after each CBT")


def test_the_phrase_at_fault_is_named():
    with pytest.raises(PlanError) as caught:
        Plan("CBT, weekly", "CBT, weakly")
    assert caught.value.place.source == "phrase 2"
    assert caught.value.place.column == 6


def test_wrong_arguments():
    for wrong in (3, None, ["CBT, weekly"]):
        with pytest.raises(PlanError, match="a phrase is text"):
            Plan(wrong)
    with pytest.raises(PlanError, match="one line"):
        Plan("CBT, weekly", name="two\nlines")
    with pytest.raises(PlanError, match="no date 2026-02-30"):
        Plan("CBT, weekly", start="2026-02-30")
    for hours in (-1, float("nan"), float("inf")):
        with pytest.raises(PlanError, match="hours"):
            INFUSIONS.events(hours)


def test_length_and_open_end():
    assert INFUSIONS.length() == 17 * 24 + 40 / 60
    assert not INFUSIONS.open_ended
    assert (INFUSIONS + "CBT, 24 h after each ketamine").length() == pytest.approx(18 * 24 + 50 / 60)
    assert Plan("CBT, weekly", "walking, 1 h before each CBT").open_ended
    assert Plan().length() == 0


def test_notes():
    plan = Plan("ketamine 0.05 mg/kg IV, day 1", "lithium 900 mg oral, daily", "rapamycin 6 mg oral, day 1")
    assert [note.kind for note in plan.check()] == ["extrapolation", "no effect", "probe"]
    assert "0.1 to 1 mg/kg" in plan.check()[0].text
    assert plan.check()[0].source == "fava-2018"
    assert INFUSIONS.check() == ()


def test_sessions_before_the_start_are_noted():
    plan = Plan(
        "ketamine 0.5 mg/kg IV, day 1", "CBT, 24 h before each ketamine", "counselling, weekly, since 3 weeks before"
    )
    told = [note.text.split(" shaped")[0] for note in plan.check()]
    assert told == ["1 session of CBT before day 1", "3 sessions of counselling before day 1"]
    assert Plan("ketamine 0.5 mg/kg IV, day 3", "CBT, 24 h before each ketamine").check() == ()


def test_a_plan_without_a_name_has_a_title():
    assert INFUSIONS.title == INFUSIONS.say()
    assert Plan().title == "no treatment"
    assert read(Plan().say()) == Plan()


def test_ten_thousand_events_take_no_time_and_too_many_are_refused():
    start = time.perf_counter()
    plan = Plan("walking, daily", "running, daily at 18:00", "CBT, 1 h after each walking")
    assert len(plan.events(24 * 3400)) == 10_200
    assert time.perf_counter() - start < 1
    with pytest.raises(PlanError, match="more than 50000 events") as caught:
        Plan("walking 1 min, every 1 h").events(24 * 3000)
    assert caught.value.place.text.startswith("walking")


def test_plans_load_without_heavy_packages():
    code = (
        "import sys, rewire.plans; rewire.plans.Plan('ketamine 0.5 mg/kg IV, day 1').check();"
        "heavy = {'numpy', 'numba', 'sympy', 'xarray', 'pint', 'jax', 'pandas', 'ruamel.yaml', 'rich'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
