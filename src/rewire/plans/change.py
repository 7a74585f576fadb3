"""Changes a phrase into another one: later, again, with another treatment, or with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rewire.errors import PlanError
from rewire.plans.catalogue import drugs
from rewire.plans.events import Dose, What
from rewire.plans.expand import goes_on
from rewire.plans.phrase import Every, Near, OnDays, Onwards, Phrase, name_of
from rewire.plans.read_when import LAST_DAY

MOST_REPEATS = 100


def shift(phrase: Phrase, days: int) -> Phrase:
    """The phrase `days` later; one of the background stays, as it began before day 1."""
    when = phrase.when
    until = None if when.until_day is None else _moved(phrase, when.until_day, days)
    match when.rhythm:
        case OnDays(numbers):
            moved = OnDays(tuple(_moved(phrase, day, days) for day in numbers))
            return replace(phrase, when=replace(when, rhythm=moved, until_day=until))
        case Every() | Onwards() if not when.before:
            first: int | None = _moved(phrase, when.first_day or 1, days)
            first = None if first == 1 and isinstance(when.rhythm, Every) else first
            return replace(phrase, when=replace(when, first_day=first, until_day=until))
        case Near():
            first = None if when.first_day is None else _moved(phrase, when.first_day, days)
            return replace(phrase, when=replace(when, first_day=first, until_day=until))
    return phrase


def again(phrase: Phrase, days: int) -> Iterator[Phrase]:
    """The phrase once more, `days` later; what follows another event comes again with that event."""
    when = phrase.when
    if isinstance(when.rhythm, Near):
        if when.rhythm.which == "first" or (when.span, when.count, when.until_day) != (None, None, None):
            raise PlanError(
                "what follows other events only for a time cannot be repeated",
                place=phrase.place,
                expected="'after each' without an end: it comes again with what it follows",
            )
        return
    if goes_on(phrase, ()):
        raise PlanError(
            "a phrase without an end cannot be repeated",
            place=phrase.place,
            expected="an end: 'for 3 weeks', 'for 6 doses' or 'until day 22'",
        )
    yield shift(phrase, days)


def swap(phrase: Phrase, old: str, what: What, lasts: float) -> Phrase:
    """The phrase with `what` in place of the treatment called `old`, there and where the phrase follows it."""
    when = phrase.when
    if isinstance(when.rhythm, Near) and when.rhythm.name == old:
        when = replace(when, rhythm=replace(when.rhythm, name=name_of(what)))
    if name_of(phrase.what) != old:
        return replace(phrase, when=when)
    return replace(phrase, what=what, lasts=lasts, when=when)


def empty(phrase: Phrase) -> Phrase:
    """The phrase with 0 mg in place of any amount of ketamine or esketamine."""
    what = phrase.what
    if isinstance(what, Dose) and drugs()[what.drug].role == "rapid":
        return replace(phrase, what=replace(what, amount=0.0))
    return phrase


def _moved(phrase: Phrase, day: int, days: int) -> int:
    if not 1 <= day + days <= LAST_DAY:
        raise PlanError(
            f"day {day} moved by {days} days is day {day + days}",
            place=phrase.place,
            expected=f"a day from 1 to {LAST_DAY}",
        )
    return day + days
