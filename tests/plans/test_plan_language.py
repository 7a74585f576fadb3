"""What phrases mean, and how wrong ones are refused."""

import time

import pytest

from rewire.errors import PlanError
from rewire.plans import Condition, Dose, LifeEvent, Plan, Session
from rewire.plans.language import read_phrase
from rewire.plans.phrase import Every, Near, OnDays
from rewire.plans.say import say_phrase


def days(text, weeks=8):
    """The days on which a phrase's events come."""
    return [event.at / 24 + 1 for event in Plan(text).events(168 * weeks)]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("day 1", [1]),
        ("days 1, 3, 5", [1, 3, 5]),
        ("days 1, 3 and 5", [1, 3, 5]),
        ("on days 1,3,5", [1, 3, 5]),
        ("twice weekly for 2 weeks", [1, 4, 8, 11]),
        ("three times weekly for 2 weeks", [1, 3, 5, 8, 10, 12]),
        ("3 days after the first walking", [4]),
        ("weekly for 3 weeks", [1, 8, 15]),
        ("weekly for 15 days", [1, 8, 15]),
        ("weekly for 14 days", [1, 8]),
        ("every 2 weeks for 6 weeks", [1, 15, 29]),
        ("every 3 days for 3 doses", [1, 4, 7]),
        ("daily from day 8 until day 11", [8, 9, 10]),
        ("weekly from week 5 for 2 weeks", [29, 36]),
        ("twice weekly from day 10 for 1 week", [10, 13]),
        ("weekly", [1, 8, 15, 22, 29, 36, 43, 50]),
        ("every 12 h for 1 day", [1, 1.5]),
        ("twice daily for 1 day", [1, 1.5]),
        ("day 2 at 21:00", [2.5]),
    ],
)
def test_when(when, expected):
    plan = f"walking, day 1\nCBT, {when}" if "walking" in when else f"CBT, {when}"
    found = [event.at / 24 + 1 for event in Plan(plan).events(168 * 8) if isinstance(event.what, Session)]
    assert found == pytest.approx(expected)


def test_time_zero_is_day_one_at_nine():
    assert Plan("CBT, day 1").events(24)[0].at == 0
    assert Plan("CBT, day 1 at 08:30").events(24)[0].at == -0.5


def test_the_horizon_is_half_open():
    assert len(Plan("CBT, daily").events(48)) == 2
    assert Plan("CBT, day 1").events(0) == ()


def test_the_background_began_before_day_one():
    events = Plan("sertraline 100 mg oral, daily, since 8 weeks before").events(24)
    assert len(events) == 57
    assert events[0].at == -8 * 168


def test_a_phrase_follows_each_event_of_a_name():
    plan = Plan("ketamine 0.5 mg/kg IV, days 1, 4", "CBT, 24 h after each ketamine", "walking, 30 min before each CBT")
    assert [event.at for event in plan.events(168) if event.item == 1] == [24, 96]
    assert [event.at for event in plan.events(168) if event.item == 2] == [23.5, 95.5]


def test_before_an_event_beyond_the_horizon():
    plan = Plan("ketamine 0.5 mg/kg IV, day 3", "CBT, 24 h before each ketamine")
    assert [(event.at, event.item) for event in plan.events(40)] == [(24, 1)]


def test_whole_days_after_an_event_may_have_a_time_of_their_own():
    plan = Plan("ketamine 0.5 mg/kg IV, day 1 at 11:00", "CBT, 1 day after each ketamine at 14:00")
    assert [event.at for event in plan.events(168)] == [2, 29]
    same = Plan("ketamine 0.5 mg/kg IV, day 1 at 11:00", "CBT, 24 h after each ketamine")
    assert [event.at for event in same.events(168)] == [2, 26]


def test_a_follower_carries_the_rule_of_what_it_follows_and_its_time_of_judgement():
    plan = Plan("ketamine 0.5 mg/kg IV, weekly for 2 weeks, until response", "CBT, 24 h after each ketamine")
    event = next(event for event in plan.events(168) if isinstance(event.what, Session))
    assert event.condition == Condition("until", "response")
    assert (event.at, event.judged) == (24, 0)


def test_a_life_event_lasts():
    [event] = Plan("job loss, severity 0.6, day 20 for 2 weeks").events(1000)
    assert (event.at, event.lasts, event.what) == (19 * 24, 336, LifeEvent("job loss", 0.6))
    [strain] = Plan("financial strain, severity 0.4, since 8 weeks before").events(100)
    assert (strain.at, strain.lasts) == (-8 * 168, 8 * 168 + 100)
    [until] = Plan("stress, severity 0.4, from day 3 until day 5").events(1000)
    assert until.at == 48 and until.at + until.lasts == 96 - 9


@pytest.mark.parametrize(
    ("text", "dose", "minutes"),
    [
        ("ketamine 500 mcg/kg IV, day 1", Dose("ketamine", 0.5, "mg/kg", "IV"), 40),
        ("Ketamine 0.5mg/kg i.v. over 60min, day 1", Dose("ketamine", 0.5, "mg/kg", "IV"), 60),
        ("racemic ketamine 0.5 mg per kg intravenous, day 1", Dose("ketamine", 0.5, "mg/kg", "IV"), 40),
        ("ketamine 35 mg IV, day 1", Dose("ketamine", 35, "mg", "IV"), 40),
        ("lithium 0.9 g oral, day 1", Dose("lithium", 900, "mg", "oral"), 0),
        ("saline IV, day 1", Dose("saline", 0, "mg", "IV"), 40),
        ("placebo spray, day 1", Dose("placebo spray", 0, "mg", "intranasal"), 0),
        (
            "St John\N{RIGHT SINGLE QUOTATION MARK}s wort 300 mg oral, three times daily",
            Dose("St John's wort", 300, "mg", "oral"),
            0,
        ),
        ("midazolam 45 µg/kg IV, day 1", Dose("midazolam", 0.045, "mg/kg", "IV"), 40),
        ("esketamine 56 mg nasal, day 1", Dose("esketamine", 56, "mg", "intranasal"), 0),
    ],
)
def test_what(text, dose, minutes):
    phrase = read_phrase(text)
    assert phrase.what == dose
    assert phrase.lasts * 60 == pytest.approx(minutes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ketamine 0.5 mg/kg IV, day 1", "ketamine 0.5 mg/kg IV over 40 min, day 1"),
        ("CBT, every week from day 8", "CBT 50 min, weekly from week 2"),
        ("CBT, every 14 days", "CBT 50 min, every 2 weeks"),
        ("cbt 1 h, every other day", "CBT 1 h, every 2 days"),
        (
            "ketamine 0.5 mg/kg IV weekly for 4 weeks from week 5 when MADRS >= 20 at 14:00",
            "ketamine 0.5 mg/kg IV over 40 min, weekly from week 5 for 4 weeks at 14:00, when MADRS >= 20",
        ),
        ("job loss, severity 0.6, from day 20 for 14 days", "job loss, severity 0.6, day 20 for 2 weeks"),
        ("extinction session, 60 min before the first CBT", "exposure practice 1 h, 1 h before the first CBT"),
        ("walking, weekly at 09:00", "walking 30 min, weekly"),
    ],
)
def test_the_canonical_words(text, said):
    assert say_phrase(read_phrase(text)) == said


def test_the_value_of_a_phrase():
    phrase = read_phrase("ketamine 0.5 mg/kg IV, twice weekly for 3 weeks, until PHQ-9 < 5")
    assert phrase.when.rhythm == Every(168.0, (0.0, 72.0))
    assert phrase.when.span == 504
    assert phrase.when.condition == Condition("until", "PHQ-9", "<", 5.0)
    assert read_phrase("CBT, 30 min before each ketamine").when.rhythm == Near(-0.5, "each", "ketamine")
    assert read_phrase("CBT, days 1, 8").when.rhythm == OnDays((1, 8))


# text · words of the problem · the marked words · words of the expectation or the advice
WRONG = [
    ("ketamine 0.5 IV, day 1", "no unit", "0.5", "0.5 mg/kg"),
    ("ketamine 0.5 mg IV, day 1", "too small", "0.5 mg", "0.5 mg/kg"),
    ("ketamine 35 mg/kg IV, day 1", "too large", "35 mg/kg", "35 mg"),
    ("ketamine -0.5 mg/kg IV, day 1", "-0.5", "-0.5 mg/kg", "above 0"),
    ("ketamine 0 mg/kg IV, day 1", "amount of 0", "0 mg/kg", "saline"),
    ("ketamine nan mg/kg IV, day 1", "finite", "nan", "0.5 mg/kg"),
    ("ketamine inf mg/kg IV, day 1", "finite", "inf", "0.5 mg/kg"),
    ("ketamine 1e999 mg/kg IV, day 1", "makes sense", "1e999", ""),
    ("ketamine 0,5 mg/kg IV, day 1", "not a number", "0,5", "0.5"),
    ("ketamine 0.5-1 mg/kg IV, day 1", "one amount", "0.5-1", ""),
    ("ketamine IV, day 1", "amount of ketamine is missing", "ketamine", "mg/kg"),
    ("ketamine 0.5 mg/kg, day 1", "route of ketamine is missing", "ketamine", "intranasal"),
    ("ketamine 0.5 mg/kg intravenos, day 1", "unknown route", "intravenos", "intravenous"),
    ("ketamine 0.5 mg/kh IV, day 1", "unknown unit", "mg/kh", "mg/kg"),
    ("ketamine 0.5 mg/kg/h IV, day 1", "a rate", "mg/kg/h", "over 40 min"),
    ("ketmine 0.5 mg/kg IV, day 1", "unknown drug", "ketmine", "ketamine"),
    ("sertralin 50 mg oral, daily", "unknown drug", "sertralin", "sertraline"),
    ("sertraline 50 mg IV, daily", "not given by this route", "IV", "oral"),
    ("placebo IV, day 1", "not given by this route", "IV", "'saline IV'"),
    ("saline 5 mg IV, day 1", "no amount", "5 mg", ""),
    ("sertraline 50 mg oral over 40 min, daily", "over 40 min", "over 40 min", "at once"),
    ("ketamine 0.5 mg/kg IV over 40, day 1", "no unit", ",", "min"),
    ("ketamine 0.5 mg/kg IV over 40 moons, day 1", "unit of time", "moons", ""),
    ("ketamine 0.5 mg/kg IV", "does not say when", None, "day 1"),
    ("ketamine 0.5 mg/kg IV, day 0", "no day 0", "0", "since"),
    ("ketamine 0.5 mg/kg IV, day -3", "no day -3", "-3", "since"),
    ("ketamine 0.5 mg/kg IV, day 1.5", "1.5", "1.5", "whole number"),
    ("ketamine 0.5 mg/kg IV, days 3, 1", "in order", "1", ""),
    ("ketamine 0.5 mg/kg IV, day 1 for 2 weeks", "already say", "for 2 weeks", "daily"),
    ("ketamine 0.5 mg/kg IV, for 2 weeks", "how often", "for 2 weeks", "daily"),
    ("ketamine 0.5 mg/kg IV, weekly daily", "twice", "daily", ""),
    ("ketamine 0.5 mg/kg IV, weekly for 2 weeks until day 5", "twice when it ends", "until day 5", ""),
    ("ketamine 0.5 mg/kg IV, twice weekely", "weekely", "weekely", "weekly"),
    ("ketamine 0.5 mg/kg IV, monthly", "no one length", "monthly", "4 weeks"),
    ("ketamine 0.5 mg/kg IV, days 1-6", "no ranges", "-6", "daily for 6 days"),
    ("ketamine 0.5 mg/kg IV, day 1, CBT 50 min, day 2", "a new phrase", "CBT", "one phrase"),
    ("ketamine 0.5 mg/kg IV weekly, in the morning", "cannot use 'in'", "in", "day 1"),
    ("ketamine 0.5 mg/kg IV weekly IM", "does not fit", "IM", "once"),
    ("ketamine 0.5 mg/kg iv 40 min, day 1", "of what", "40 min", "over"),
    ("psilocybin 25 mg oral, day 1", "unknown drug", "psilocybin", "drugs.toml"),
    ("ketamine 0.5 mg/kg IV, day 1 please", "please", "please", ""),
    ("ketamine 0.5 mg/kg IV, day 1 at 25:00", "time of day", "25:00", "14:00"),
    ("ketamine 0.5 mg/kg sublingual, day 1 at home", "at home", "home", "home_use"),
    ("ketamine 0.5 mg/kg IV, weekly until better", "better", "better", "remission"),
    ("ketamine 0.5 mg/kg IV, weekly until PHQ-9", "compared how", None, ">="),
    ("ketamine 0.5 mg/kg IV, weekly when PHQ-9 >= 99", "no score", "99", "27"),
    ("ketamine 0.5 mg/kg IV, weekly when BDI >= 9", "BDI", "BDI", "PHQ-9"),
    ("CBT 50 min, 24 h after ketamine", "after which one", "ketamine", "each"),
    ("CBT 50 min, 24 h after each ketamin", "ketamin", "ketamin", "ketamine"),
    ("CBT 50 min, 5 h after each ketamine at 14:00", "do not go together", "at 14:00", "1 day"),
    ("CBT 50, weekly", "no unit", None, "min"),
    ("job loss, day 20", "severity", "job loss", "severity 0.5"),
    ("job loss, severity 6, day 20", "severity of 6", "6", "0"),
    ("job loss, severity 0.5, weekly", "no rhythm", "weekly", "day 20"),
    ("job loss, severity 0.5", "when the event begins", None, "day 20"),
    ("stress, severity 0.5, day 5 until day 4", "ends before", "until", "later"),
    ("CBT, daily from day 9 until day 9", "ends before", "until day 9", "later"),
    ("5 mg ketamine IV, day 1", "begins with a name", "5", ""),
    ("", "empty", None, "ketamine"),
    ("?!", "unknown", "?", ""),
]


@pytest.mark.parametrize(("text", "problem", "marked", "help_words"), WRONG, ids=[case[0] for case in WRONG])
def test_wrong_phrases_are_explained(text, problem, marked, help_words):
    with pytest.raises(PlanError) as caught:
        read_phrase(text)
    wrong = caught.value
    assert problem in wrong.problem
    assert help_words in wrong.expected + wrong.advice
    assert wrong.expected or wrong.advice
    place = wrong.place
    assert place.text == text
    if marked:
        assert text[place.column - 1 : place.column - 1 + place.length] == marked


@pytest.mark.parametrize("text", ["ketamine " + "0" * 400 + " mg IV", "k" * 100_000, "CBT, days " + "1, " * 5_000])
def test_long_phrases_are_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(PlanError):
        read_phrase(text)
    assert time.perf_counter() - start < 0.5


def test_numbers_that_would_take_for_ever_are_refused():
    for number in ("1e9999999", "1e-9999999", "1e99999999999999999999999"):
        for text in (f"ketamine {number} mg IV, day 1", f"CBT, every {number} days", f"CBT, day {number}"):
            with pytest.raises(PlanError):
                read_phrase(text)
