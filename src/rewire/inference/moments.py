"""Times as clinics write them, in hours since day 1 at 09:00; time zones and summer time are heeded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rewire.errors import StudyError

CLINIC_HOUR = 9
YEARS = range(1900, 2200)
"""Years that are read as such."""
AHEAD = timedelta(days=1)
"""How far the wall clock of a file may be ahead of this computer's, which may be in another zone."""
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_AMBIGUOUS = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}")


@dataclass(frozen=True)
class Clock:
    """When time zero is: 09:00 on the day `start`, in `zone` (None: the wall clock of the file)."""

    start: date
    zone: tzinfo | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        if self.start.year not in YEARS:
            raise StudyError(f"day 1 cannot be {self.start}", expected="a date such as 2026-01-05")

    @staticmethod
    def of(start: date, zone: str | None) -> Clock:
        """A clock in a named zone such as Europe/Berlin, or by the wall clock."""
        if not zone:
            return Clock(start)
        try:
            return Clock(start, ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise StudyError(f"there is no time zone '{zone}'", expected="a name such as Europe/Berlin") from None

    def hours(self, text: str) -> tuple[float, str]:
        """Hours since time zero of a written time, and a note on what was assumed (or nothing).

        Raises `ValueError` with the reason where the time cannot be read without guessing.
        """
        text = text.strip()
        if _AMBIGUOUS.match(text):
            raise ValueError("the order of day and month is not clear; write the date as 2026-01-05")
        if not _DATE.match(text):
            raise ValueError("not a date as 2026-01-05 or 2026-01-05T09:00")
        note = ""
        try:
            if len(text) == 10:
                when, note = (
                    datetime.combine(date.fromisoformat(text), time(CLINIC_HOUR)),
                    "times without a clock: 09:00",
                )
            else:
                when = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"there is no time {text}") from None
        if when.year not in YEARS:
            raise ValueError(f"the year {when.year} cannot be meant; check it")
        zone = self.zone
        if when.tzinfo is not None and zone is None:
            raise ValueError("the time has an offset, and the clinic's time zone is not known; name it with --zone")
        zero = datetime.combine(self.start, time(CLINIC_HOUR), zone)
        if zone is None:
            return _hours(when - zero), note
        if when.tzinfo is None:
            note = note or f"times without an offset: as the clocks of {zone} show them"
            when = when.replace(tzinfo=zone)
            if not _exists(when):
                raise ValueError(f"the clocks of {zone} go forward then, so there is no {text}; check the time")
            if when.utcoffset() != when.replace(fold=1).utcoffset():
                note = f"{text} comes twice, since the clocks of {zone} go back: the first is taken; its offset tells them apart"
        return _hours(when.astimezone(UTC) - zero.astimezone(UTC)), note

    def is_ahead(self, hours: float) -> bool:
        """Whether a time (h since time zero) is still to come."""
        zero = datetime.combine(self.start, time(CLINIC_HOUR), self.zone or UTC)
        return timedelta(hours=hours) > self.now - zero.astimezone(UTC) + (AHEAD if self.zone is None else timedelta())


def _exists(when: datetime) -> bool:
    """Whether the clocks of its zone ever show this time."""
    back = when.astimezone(UTC).astimezone(when.tzinfo)
    return back.replace(tzinfo=None) == when.replace(tzinfo=None)


def _hours(gap: timedelta) -> float:
    return gap.total_seconds() / 3600
