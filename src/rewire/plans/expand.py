"""Expands phrases into events up to a horizon. Intervals are half-open: an event at the end of one is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

from rewire.errors import PlanError, closest
from rewire.plans.events import Event, LifeEvent
from rewire.plans.lengths import LONGEST
from rewire.plans.phrase import Every, Near, OnDays, Onwards, Phrase, day_of, name_of, time_of

MOST_EVENTS = 50_000
_Moment = tuple[float, Event | None]


def expand(phrases: tuple[Phrase, ...], hours: float) -> tuple[Event, ...]:
    """The events of all phrases that begin before `hours`, sorted by time, then by phrase."""
    expansion = _Expansion(phrases, hours)
    events = (event for item in range(len(phrases)) for event in expansion.of(item) if event.at < hours)
    return tuple(sorted(events, key=lambda event: (event.at, event.item)))


def last_end(phrases: tuple[Phrase, ...]) -> float:
    """The time (h) at which the last event of the phrases that have an end is over."""
    expansion = _Expansion(phrases, LONGEST)
    items = (item for item, phrase in enumerate(phrases) if not goes_on(phrase, phrases))
    return max((event.at + event.lasts for item in items for event in expansion.of(item)), default=0.0)


def goes_on(phrase: Phrase, phrases: tuple[Phrase, ...]) -> bool:
    """Whether a phrase has no end; one that follows others ends with them."""
    when = phrase.when
    if (when.span, when.count, when.until_day) != (None, None, None):
        return False
    match when.rhythm:
        case Every() | Onwards():
            return True
        case Near(which="each", name=name):
            return any(goes_on(other, phrases) for other in phrases if name_of(other.what) == name)
    return False


def check_anchors(phrases: tuple[Phrase, ...]) -> None:
    """Refuse phrases that follow something which the plan does not hold, or which follow each other in a circle."""
    held = dict.fromkeys(name_of(phrase.what) for phrase in phrases)
    follows: dict[str, set[str]] = {}
    for phrase in phrases:
        if not isinstance(phrase.when.rhythm, Near):
            continue
        name = phrase.when.rhythm.name
        if name not in held:
            raise PlanError(
                f"the phrase refers to '{name}', which the plan does not hold",
                place=phrase.place,
                expected=f"a phrase that gives {name}, or another name of this plan: {', '.join(held)}",
                advice=closest(name, held),
            )
        follows.setdefault(name_of(phrase.what), set()).add(name)
        if _reaches(follows, name, name_of(phrase.what)):
            raise PlanError(
                f"'{name_of(phrase.what)}' and '{name}' follow each other in a circle",
                place=phrase.place,
                expected="days of their own for one of them",
            )


def _reaches(follows: dict[str, set[str]], start: str, goal: str) -> bool:
    """Whether `start` is, or follows directly or through others, `goal`."""
    seen, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(follows.get(name, ()))
    return False


class _Expansion:
    """The events of each phrase, worked out once; those that others follow are worked out first."""

    def __init__(self, phrases: tuple[Phrase, ...], hours: float) -> None:
        self.phrases, self.hours = phrases, hours
        rhythms = [phrase.when.rhythm for phrase in phrases]
        # An event may come before the one it belongs to, so look further than the horizon.
        ahead = {rhythm for rhythm in rhythms if isinstance(rhythm, Near) and rhythm.offset < 0}
        self.horizon = hours - sum(rhythm.offset for rhythm in ahead)
        self.done: dict[int, tuple[Event, ...]] = {}
        self.named: dict[str, tuple[Event, ...]] = {}
        self.total = 0

    def of(self, item: int) -> tuple[Event, ...]:
        """The events of one phrase, in order."""
        if item not in self.done:
            self.done[item] = tuple(self.make(item))
        return self.done[item]

    def called(self, name: str) -> tuple[Event, ...]:
        """The events of every phrase of that name, in order."""
        if name not in self.named:
            items = (item for item, phrase in enumerate(self.phrases) if name_of(phrase.what) == name)
            events = (event for item in items for event in self.of(item))
            self.named[name] = tuple(sorted(events, key=lambda event: event.at))
        return self.named[name]

    def make(self, item: int) -> Iterator[Event]:
        phrase = self.phrases[item]
        when = phrase.when
        for at, anchor in islice(self.moments(phrase), when.count):
            lasts, condition, judged = phrase.lasts, when.condition, None
            if isinstance(phrase.what, LifeEvent) and not lasts:
                lasts = max(_end(phrase, self.hours) - at, 0.0)
            if condition is None and anchor is not None and anchor.condition is not None:
                condition, judged = anchor.condition, min(at, anchor.at if anchor.judged is None else anchor.judged)
            self.count(phrase)
            yield Event(at, lasts, phrase.what, condition, item, judged)

    def count(self, phrase: Phrase) -> None:
        self.total += 1
        if self.total > MOST_EVENTS:
            raise PlanError(
                f"the plan makes more than {MOST_EVENTS} events in {self.hours / 24:g} days",
                place=phrase.place,
                expected=f"at most {MOST_EVENTS} events",
                advice="end the phrase with 'for ...', or ask for a shorter time",
            )

    def moments(self, phrase: Phrase) -> Iterator[_Moment]:
        """The times at which the events of a phrase begin, with the event that each one follows."""
        when = phrase.when
        match when.rhythm:
            case OnDays(days):
                yield from ((at, None) for day in days if (at := time_of(day, when.minutes)) < self.horizon)
            case Onwards():
                if when.start < self.horizon:
                    yield when.start, None
            case Every(period, offsets):
                end = min(_end(phrase, self.horizon), self.horizon)
                for turn in range(max(math.ceil((end - when.start) / period), 0)):
                    for offset in offsets:
                        if (at := when.start + turn * period + offset) < end:
                            yield at, None
            case Near() as rhythm:
                yield from self.near(phrase, rhythm)

    def near(self, phrase: Phrase, rhythm: Near) -> Iterator[_Moment]:
        """The times before or after the events of that name."""
        when = phrase.when
        anchors = self.called(rhythm.name)
        begin: float | None = None
        for anchor in anchors[:1] if rhythm.which == "first" else anchors:
            at = anchor.at + rhythm.offset
            if when.clock is not None:
                at = time_of(day_of(at)[0], when.clock)
            if when.first_day and at < time_of(when.first_day, 0):
                continue
            begin = at if begin is None else begin
            if when.until_day and at >= time_of(when.until_day, 0):
                return
            if when.span and at >= begin + when.span:
                return
            yield at, anchor


def _end(phrase: Phrase, horizon: float) -> float:
    """The time (h) at which a phrase stops; the horizon when it goes on."""
    when = phrase.when
    if when.span is not None:
        return when.start + when.span
    if when.until_day is not None:
        return time_of(when.until_day, 0)
    return horizon
