"""Times as clinics write them, in hours since day 1 at 09:00; time zones and summer time are heeded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rewire.errors import StudyError

CLINIC_HOUR = 9
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_AMBIGUOUS = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}")


@dataclass(frozen=True)
class Clock:
    """When time zero is: 09:00 on the day `start`, in `zone` (None: the wall clock of the file)."""

    start: date
    zone: tzinfo | None = None

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
        zone = self.zone
        if when.tzinfo is not None and zone is None:
            raise ValueError("the time has an offset, and the clinic's time zone is not known; name it with --zone")
        if when.tzinfo is None and zone is not None:
            when = when.replace(tzinfo=zone)
        zero = datetime.combine(self.start, time(CLINIC_HOUR), zone)
        if zone is not None:
            when, zero = when.astimezone(UTC), zero.astimezone(UTC)
        return _hours(when - zero), note


def _hours(gap: timedelta) -> float:
    return gap.total_seconds() / 3600
