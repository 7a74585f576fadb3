"""Moves events of a plan to other days, as on a calendar, and says the changed phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rewire.app.service.reading import line_of, read_lines
from rewire.errors import PlanError
from rewire.plans import Plan
from rewire.plans.change import shift
from rewire.plans.language import read_phrase
from rewire.plans.phrase import Every, Near, OnDays, Phrase, day_of
from rewire.plans.say import say_phrase

DAY = 24.0


def move(
    lines: Sequence[str], line: int, day: int, to: int | None, *, whole: bool, weeks: float, research: bool
) -> list[str]:
    """The lines with the event of one `day` (of the phrase in `line`) moved to the day `to`, or without it.

    A rhythm becomes a list of days when one of its events leaves it; what follows another event keeps its rule and
    changes its distance. With `whole` every event of the phrase moves. Raises `PlanError` where that cannot be.
    """
    read, _ = read_lines(lines)
    phrase = next((one for number, one in read if number == line), None)
    if phrase is None:
        raise PlanError(f"line {line + 1} holds no phrase that can be moved")
    changed = list(lines)
    plan = Plan(*(one for _, one in read), research=research)
    changed[line] = _changed(phrase, plan, read, line, day, to, whole, weeks)
    if changed[line]:
        read_phrase(changed[line])
    Plan(*(one for _, one in read_lines(changed)[0]), research=research)
    return changed


def _changed(
    phrase: Phrase,
    plan: Plan,
    read: Sequence[tuple[int, Phrase]],
    line: int,
    day: int,
    to: int | None,
    whole: bool,
    weeks: float,
) -> str:
    if to is None and whole:
        return ""
    if phrase.when.before:
        raise PlanError("what began before day 1 has no place on the calendar", expected="the words, changed by hand")
    if isinstance(phrase.when.rhythm, Near):
        if to is None:
            raise PlanError(
                "what follows each dose cannot leave out one of them",
                expected="the whole phrase taken away, or the dose it follows moved",
            )
        offset = phrase.when.rhythm.offset + (to - day) * DAY
        if offset == 0:
            raise PlanError(f"both would begin at the same time as {phrase.when.rhythm.name}", expected="another day")
        return say_phrase(replace(phrase, when=replace(phrase.when, rhythm=replace(phrase.when.rhythm, offset=offset))))
    if whole and to is not None:
        return say_phrase(shift(phrase, to - day))
    days = _days(phrase, plan, read, line, weeks)
    if day not in days:
        raise PlanError(f"nothing of this phrase is on day {day}")
    kept = [one for one in days if one != day] + ([to] if to is not None else [])
    if not kept:
        return ""
    when = replace(
        phrase.when, rhythm=OnDays(tuple(sorted(set(kept)))), first_day=None, span=None, count=None, until_day=None
    )
    return say_phrase(replace(phrase, when=when))


def _days(phrase: Phrase, plan: Plan, read: Sequence[tuple[int, Phrase]], line: int, weeks: float) -> list[int]:
    """The days of a phrase, one event a day."""
    if isinstance(phrase.when.rhythm, OnDays):
        return list(phrase.when.rhythm.days)
    when = phrase.when
    endless = when.span is None and when.count is None and when.until_day is None
    if not isinstance(when.rhythm, Every) or endless:
        raise PlanError("a phrase without an end moves as a whole", expected="an end, such as 'for 4 weeks'")
    hours = max(weeks * 7 * DAY, plan.length() + 1)
    days = [day_of(event.at)[0] for event in plan.events(hours) if line_of(plan, event.item, read) == line]
    if len(set(days)) < len(days):
        raise PlanError("several events a day move as a whole", expected="the whole phrase moved")
    return days
