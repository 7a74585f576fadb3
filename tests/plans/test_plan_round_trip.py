"""What is said reads back as the same value, and every word counts."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from made_up_plans import life_events, phrases, plans

from rewire.errors import PlanError
from rewire.plans import Plan, read, read_plan, write_plan
from rewire.plans.catalogue import names, route_spellings
from rewire.plans.language import read_phrase
from rewire.plans.lengths import SPELLINGS, read_length, say_length
from rewire.plans.read_what import AMOUNTS
from rewire.plans.read_when import CLAUSES
from rewire.plans.say import say_phrase
from rewire.plans.words import Cursor, within

SOUP = sorted(
    {*names(), *route_spellings(), *SPELLINGS, *AMOUNTS, *CLAUSES, "a week", "times", "each ketamine", "the first"}
    | {">=", "<", ",", "0.5", "40", "1", "3", "-2", "0", "09:00", "25:99", "response", "remission", "1e9", "nan"}
    | {"of", "?", "PHQ-9"}
)  # fmt: skip
STARTS = ("ketamine 0.5 mg/kg IV", "CBT 50 min,", "job loss, severity 0.5,", "sertraline 100 mg oral", "")


@given(phrases(anchors=("ketamine", "CBT", "walking")) | life_events())
def test_a_phrase_reads_back(phrase):
    said = say_phrase(phrase)
    again = read_phrase(said)
    assert again == phrase
    assert say_phrase(again) == said


@given(plans())
@settings(max_examples=60)
def test_a_plan_reads_back(plan):
    assert read(plan.say()) == plan


@given(plans())
@settings(max_examples=30)
def test_a_plan_without_a_name_is_said_as_its_phrases(plan):
    bare = Plan(*plan.phrases, research=True)
    assert Plan("\n".join(say_phrase(phrase) for phrase in bare.phrases), research=True) == bare


@given(plans())
@settings(max_examples=20)
def test_a_plan_file_reads_back(tmp_path_factory, plan):
    path = tmp_path_factory.mktemp("plans") / "plan.yaml"
    write_plan(plan, path)
    assert read_plan(path) == plan
    assert [item.name for item in path.parent.iterdir()] == ["plan.yaml"]


@given(some.floats(1e-3, 80_000, allow_nan=False))
@example(2 / 3)
@example(24.0)
@example(336.0)
@example(1 / 3600)
def test_a_length_reads_back_to_the_last_digit(hours):
    assert read_length(Cursor(say_length(hours), within("test", "")), "the length") == hours


@given(some.sampled_from(STARTS), some.lists(some.sampled_from(SOUP), max_size=9))
@settings(max_examples=600)
def test_any_words_are_read_and_said_alike_or_refused_in_plain_words(start, words):
    text = f"{start} {' '.join(words)}"
    try:
        phrase = read_phrase(text)
    except PlanError as wrong:
        assert wrong.problem and wrong.place and wrong.place.column
        assert wrong.expected or wrong.advice
        return
    assert read_phrase(say_phrase(phrase)) == phrase


@given(some.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_refused_in_plain_words(text):
    with pytest.raises(PlanError):
        read_phrase(text)


VALID = (
    "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks",
    "ketamine 0.5 mg/kg IV over 40 min, weekly from week 5 for 4 weeks at 14:00, when MADRS >= 20",
    "CBT 50 min, 24 h after each ketamine",
    "sertraline 100 mg oral, daily, since 8 weeks before",
    "job loss, severity 0.6, day 20 for 2 weeks",
    "esketamine 56 mg intranasal, days 1, 4, 8, until response",
)


@pytest.mark.parametrize("text", VALID)
@given(where=some.integers(0, 20), stranger=some.sampled_from(["blah", "please", "7", "mg", ";", "ketamin", "%"]))
@settings(max_examples=40)
def test_a_stranger_among_the_words_is_refused(text, where, stranger):
    words = text.split()
    where = where % (len(words) + 1)
    changed = " ".join([*words[:where], stranger, *words[where:]])
    with pytest.raises(PlanError) as wrong:
        read_phrase(changed)
    assert wrong.value.place.column is not None
