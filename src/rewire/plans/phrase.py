"""A phrase of a plan as a value: what, for how long each time, and when."""

from __future__ import annotations

from dataclasses import dataclass, field

from rewire.errors import Place
from rewire.plans.events import Activity, Condition, Dose, LifeEvent, Session, What

CLINIC_TIME = 9 * 60  # minutes after midnight; day 1 at this time is hour 0


@dataclass(frozen=True, slots=True)
class OnDays:
    """On the days given, counted from 1."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again: at `offsets` (h) into every `period` (h), counted from the first day of the phrase."""

    period: float
    offsets: tuple[float, ...] = (0.0,)


@dataclass(frozen=True, slots=True)
class Near:
    """At `offset` hours after (negative: before) the start of each, or of the first, event of that name."""

    offset: float
    which: str
    name: str


@dataclass(frozen=True, slots=True)
class Onwards:
    """From a day on, without a break: only a life event can be so."""


Rhythm = OnDays | Every | Near | Onwards


@dataclass(frozen=True, slots=True)
class When:
    """When the events of a phrase come.

    `first_day` is the day from which they count (None: day 1, or with `Near` any day); `before` the hours before day 1
    at which they began. They end after `span` hours (half-open), after `count` events, or before day `until_day`; with
    none of these they go on. `clock` is in minutes after midnight; None is the clinic time, or with `Near` the time of
    the event that is followed.
    """

    rhythm: Rhythm
    first_day: int | None = None
    before: float = 0.0
    span: float | None = None
    count: int | None = None
    until_day: int | None = None
    clock: int | None = None
    condition: Condition | None = None

    @property
    def start(self) -> float:
        """The time (h) from which the events count."""
        return time_of(self.first_day or 1, self.minutes) - self.before

    @property
    def minutes(self) -> int:
        """The time of day in minutes after midnight."""
        return CLINIC_TIME if self.clock is None else self.clock


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a plan. `lasts` is in hours; `place` is where it was written and no part of its value."""

    what: What
    lasts: float
    when: When
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def section(self) -> str:
        """The part of a plan it belongs to: "course", "background" (it began before day 1) or "life"."""
        if isinstance(self.what, LifeEvent):
            return "life"
        return "background" if self.when.before else "course"


def name_of(what: What) -> str:
    """The name under which other phrases refer to it: `ketamine`, `CBT`, `walking`."""
    match what:
        case Dose(drug=name) | Session(therapy=name) | Activity(name=name) | LifeEvent(name=name):
            return name


def time_of(day: int, clock: int = CLINIC_TIME) -> float:
    """The time (h) of a day, counted from 1, at a clock time in minutes after midnight."""
    return 24.0 * (day - 1) + (clock - CLINIC_TIME) / 60


def day_of(time: float) -> tuple[int, int]:
    """The day and the minutes after midnight of a time (h); day 0 is the day before day 1."""
    minutes = round(time * 60) + CLINIC_TIME
    return minutes // 1440 + 1, minutes % 1440
