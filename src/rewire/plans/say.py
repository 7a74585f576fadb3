"""Says a phrase in the canonical words, which read back as exactly the same value."""

from __future__ import annotations

from rewire.plans import catalogue
from rewire.plans.events import Activity, Condition, Dose, LifeEvent, Session, What
from rewire.plans.lengths import say_length
from rewire.plans.phrase import Every, Near, OnDays, Onwards, Phrase, When
from rewire.plans.read_when import TIMES_DAILY, TIMES_WEEKLY

_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}
_RHYTHMS = {
    (168.0, tuple(24.0 * (day - 1) for day in days)): f"{_TIMES[times]} weekly" for times, days in TIMES_WEEKLY.items()
} | {(24.0, tuple(24.0 * turn / times for turn in range(times))): f"{_TIMES[times]} daily" for times in TIMES_DAILY}
_RHYTHMS[168.0, (0.0,)] = "weekly"
_RHYTHMS[24.0, (0.0,)] = "daily"


def say_phrase(phrase: Phrase) -> str:
    """The canonical words of a phrase."""
    days = " ".join(part for part in say_days(phrase) if part)
    rest = (f"since {say_length(phrase.when.before)} before" if phrase.when.before else "", _rule(phrase.when))
    return ", ".join(part for part in (say_what(phrase.what, phrase.lasts), days, *rest) if part)


def say_what(what: What, lasts: float) -> str:
    """The first half of a phrase: `ketamine 0.5 mg/kg IV over 40 min`."""
    match what:
        case Dose(drug, _, _, route):
            over = f"over {say_length(lasts)}" if lasts else ""
            named = route if len(catalogue.drugs()[drug].routes) > 1 or catalogue.drugs()[drug].has_amount else ""
            return " ".join(part for part in (drug, say_amount(what), named, over) if part)
        case Session(name) | Activity(name):
            return f"{name} {say_length(lasts)}"
        case LifeEvent(name, severity):
            return f"{name}, severity {say_number(severity)}"


def say_amount(dose: Dose) -> str:
    """The amount as written: `0.5 mg/kg`; nothing for a drug without an amount."""
    if not catalogue.drugs()[dose.drug].has_amount:
        return ""
    return f"{say_number(dose.amount)} {dose.unit}"


def say_number(number: float) -> str:
    """A number without needless decimals, exact to the last digit."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def say_days(phrase: Phrase) -> list[str]:
    """On which days, from when, how long and at what time, clause by clause; clauses without need are empty."""
    when = phrase.when
    return [
        _rhythm(when),
        f"for {say_length(phrase.lasts)}" if isinstance(phrase.what, LifeEvent) and phrase.lasts else "",
        f"from {_day(when.first_day)}" if when.first_day else "",
        f"for {say_length(when.span)}" if when.span else "",
        f"for {when.count} {'dose' if when.count == 1 else 'doses'}" if when.count else "",
        f"until day {when.until_day}" if when.until_day else "",
        f"at {say_clock(when.clock)}" if when.clock is not None else "",
    ]


def say_clock(minutes: int) -> str:
    """A time of day: `09:00`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def say_condition(condition: Condition) -> str:
    """A rule: `until response`, `when PHQ-9 >= 10`."""
    scale = f" {condition.comparison} {say_number(condition.value)}" if condition.comparison else ""
    return f"{condition.kind} {condition.measure}{scale}"


def _rule(when: When) -> str:
    return say_condition(when.condition) if when.condition else ""


def _rhythm(when: When) -> str:
    match when.rhythm:
        case OnDays(days):
            return f"day{'s' if len(days) > 1 else ''} " + ", ".join(map(str, days))
        case Every(period, offsets):
            return _RHYTHMS.get((period, offsets)) or f"every {say_length(period)}"
        case Near(offset, which, name):
            side = "after" if offset > 0 else "before"
            return f"{say_length(abs(offset))} {side} {'each' if which == 'each' else 'the first'} {name}"
        case Onwards():
            return "" if when.first_day or when.before else "from day 1"


def _day(day: int) -> str:
    return f"week {(day - 1) // 7 + 1}" if day % 7 == 1 and day > 1 else f"day {day}"
