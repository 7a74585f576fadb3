"""A treatment plan as a frozen value: what is given and done, when, and what happens meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rewire.errors import Place, PlanError, closest
from rewire.plans import change
from rewire.plans.audit import DoseRow, audit_doses
from rewire.plans.events import Event
from rewire.plans.expand import check_anchors, expand, goes_on, last_end
from rewire.plans.language import read_dose, read_phrase
from rewire.plans.lengths import LONGEST, read_length
from rewire.plans.notes import Note, note_all
from rewire.plans.phrase import Phrase, name_of
from rewire.plans.safety import check_safety
from rewire.plans.say import say_phrase
from rewire.plans.words import Cursor, within

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_NAME = 200


@dataclass(frozen=True, init=False)
class Plan:
    """What is given and done, and when: `Plan("ketamine 0.5 mg/kg IV, twice weekly for 3 weeks")`.

    A plan is made of phrases, each read by the grammar of `rewire.plans.language`. It belongs to no person; amounts per
    body weight stay so. Time zero is day 1 at 09:00, the time of the first dose; `start` is the date of day 1.
    A plan beyond the safety rules is refused, unless `research` is true. Every method returns a new plan.
    """

    course: tuple[Phrase, ...]
    background: tuple[Phrase, ...]
    life: tuple[Phrase, ...]
    name: str
    start: date | None
    research: bool

    def __init__(
        self, *phrases: str | Phrase, name: str = "", start: date | str | None = None, research: bool = False
    ) -> None:
        texts = [given for given in phrases if not isinstance(given, Phrase)]
        read = [
            phrase for given in phrases for phrase in ((given,) if isinstance(given, Phrase) else _read(given, texts))
        ]
        for section in ("course", "background", "life"):
            object.__setattr__(self, section, tuple(phrase for phrase in read if phrase.section == section))
        object.__setattr__(self, "name", check_name(name))
        object.__setattr__(self, "start", read_date(start) if isinstance(start, str) else start)
        object.__setattr__(self, "research", bool(research))
        check_anchors(self.phrases)
        check_safety(self.phrases, research=self.research)

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All phrases: course, background, life. `Event.item` counts in this order."""
        return self.course + self.background + self.life

    @property
    def title(self) -> str:
        """The name, or the first phrase of a plan without one."""
        return self.name or (say_phrase(self.phrases[0]) if self.phrases else "no treatment")

    def __add__(self, other: str | Plan) -> Plan:
        """Both plans together; the name and the start date of the first one that has them."""
        if isinstance(other, str):
            return self._with(*self.phrases, other)
        if not isinstance(other, Plan):
            return NotImplemented
        together = Plan(
            *self.phrases, *other.phrases, name=self.name or other.name, research=self.research or other.research
        )
        return together.called(together.name, start=self.start or other.start)

    def __str__(self) -> str:
        return self.say()

    def called(self, name: str, *, start: date | str | None = None) -> Plan:
        """The same plan under another name, and with another start date if one is given."""
        return Plan(*self.phrases, name=name, start=start or self.start, research=self.research)

    def shift(self, length: str) -> Plan:
        """The same course and life events later (`"3 days"`) or earlier (`"-1 week"`); the background stays."""
        days = _whole_days(length)
        return self._with(*(change.shift(phrase, days) for phrase in self.phrases))

    def repeat(self, times: int, every: str) -> Plan:
        """The course `times` times, each one `every` after the one before: `repeat(3, every="4 weeks")`."""
        if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= change.MOST_REPEATS:
            raise PlanError(f"a course repeated {times} times", expected=f"1 to {change.MOST_REPEATS} times")
        days = _whole_days(every)
        if days < 1:
            raise PlanError(f"a course repeated every '{every}'", expected="at least 1 day, such as '4 weeks'")
        copies = [
            copy for turn in range(1, times) for phrase in self.course for copy in change.again(phrase, turn * days)
        ]
        return self._with(*self.phrases, *copies)

    def swap(self, old: str, new: str) -> Plan:
        """The same plan with another treatment at the same times: `swap("ketamine", "midazolam 0.045 mg/kg IV")`."""
        names = tuple(dict.fromkeys(name_of(phrase.what) for phrase in self.phrases))
        if old not in names:
            raise PlanError(
                f"the plan does not hold '{old}'", expected=f"one of {', '.join(names)}", advice=closest(old, names)
            )
        what, lasts = read_dose(new)
        return self._with(*(change.swap(phrase, old, what, lasts) for phrase in self.phrases))

    def without_drugs(self) -> Plan:
        """The same visits with nothing in them: every dose of ketamine or esketamine becomes 0 mg of it.

        The difference between a plan and this one is the change that the drug makes.
        """
        return self._with(*(change.empty(phrase) for phrase in self.phrases))

    def say(self) -> str:
        """The plan in canonical words, which read back as the same plan.

        One phrase a line; a plan with a name, a start date or the research flag is said as a plan file.
        """
        from rewire.plans.files import file_text

        if self.name or self.start or self.research or not self.phrases:
            return file_text(self)
        return "\n".join(say_phrase(phrase) for phrase in self.phrases)

    def check(self) -> tuple[Note, ...]:
        """What to know before the plan is used: extrapolations, drugs without a modelled effect, safety notes."""
        return note_all(self.phrases, research=self.research)

    def events(self, hours: float) -> tuple[Event, ...]:
        """Every event that begins before `hours`, sorted by time."""
        if not 0 <= hours <= LONGEST:
            raise PlanError(f"a plan of {hours:g} hours", expected="0 hours to 10 years")
        return _expand(self.phrases, float(hours))

    def audit(self, weight: float, hours: float) -> tuple[DoseRow, ...]:
        """The doses of the plan before `hours` for a body weight in kg, one row each."""
        return audit_doses(self.events(hours), weight, self.start)

    def length(self) -> float:
        """The time (h) at which the last event of the phrases that have an end is over."""
        return last_end(self.phrases)

    @property
    def open_ended(self) -> bool:
        """Whether a phrase of the plan goes on without an end."""
        return any(goes_on(phrase, self.phrases) for phrase in self.phrases)

    def _with(self, *phrases: str | Phrase) -> Plan:
        return Plan(*phrases, name=self.name, start=self.start, research=self.research)


def read_date(text: str, place: Place | None = None) -> date:
    """A calendar date written as 2026-01-12."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        written = bool(_DATE.fullmatch(text))
        raise PlanError(
            f"there is no date {text}" if written else f"'{text}' is not a date",
            place=place,
            expected="a date of the calendar, as 2026-01-12",
        ) from None


def _read(given: str, texts: list[str]) -> list[Phrase]:
    """The phrases of one text, one a line; errors say which of several texts they are about."""
    if not isinstance(given, str):
        raise PlanError(f"a phrase is text, not {type(given).__name__}", expected="'ketamine 0.5 mg/kg IV, day 1'")
    source = f"phrase {texts.index(given) + 1}" if len(texts) > 1 else "phrase"
    lines = [line for line in given.splitlines() if line.strip()] or [given]
    return [
        read_phrase(line, within(f"{source}, line {row}" if len(lines) > 1 else source, line))
        for row, line in enumerate(lines, start=1)
    ]


def check_name(name: str, place: Place | None = None) -> str:
    """The name of a plan, if it is one line of plain text."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise PlanError(
            "the name of a plan is one line of plain text",
            place=place,
            expected=f"at most {LONGEST_NAME} characters, no blanks around",
        )
    return name


def _whole_days(text: str) -> int:
    sign = -1 if text.strip().startswith("-") else 1
    length = text.strip().removeprefix("-")
    cursor = Cursor(length, within("length", length))
    hours = read_length(cursor, "the length")
    if not cursor.done or hours % 24:
        raise PlanError(f"'{text}' is not a whole number of days", expected="days or weeks, such as '3 days'")
    return sign * round(hours / 24)


@lru_cache(maxsize=256)
def _expand(phrases: tuple[Phrase, ...], hours: float) -> tuple[Event, ...]:
    return expand(phrases, hours)
