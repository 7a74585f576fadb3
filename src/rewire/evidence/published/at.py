"""Times in words as trials give them: `24 h`, `day 8`, `week 4`, and back."""

from __future__ import annotations

from rewire.errors import EvidenceError, PlanError
from rewire.plans.lengths import SPELLINGS, read_length
from rewire.plans.words import Cursor, Locate

EXAMPLES = "24 h · 40 min · day 8 (168 h) · week 4 (672 h) · 10 days · baseline"
DAY, WEEK = 24.0, 168.0
MONTHS = {"month": 730.5, "months": 730.5, "year": 8766.0, "years": 8766.0}  # hours, as in the table of units
MOST = 3660  # days


def read_time(text: str, locate: Locate) -> float:
    """The hours that `text` says.

    `day 8` is seven days after the first dose, for day 1 is its day. `week 4` is a visit four weeks after it.
    """
    try:
        cursor = Cursor(text, locate)
        hours = _read(cursor)
        if not cursor.done:
            raise cursor.wrong(f"cannot use '{cursor.take().text}' in a time", first=cursor.spot - 1, expected=EXAMPLES)
    except PlanError as wrong:
        raise EvidenceError(
            wrong.problem, place=wrong.place, expected=wrong.expected or EXAMPLES, advice=wrong.advice
        ) from None
    return hours


def say_time(hours: float) -> str:
    """The words that read back as exactly these hours."""
    return "baseline" if hours == 0 else f"{int(hours) if hours == int(hours) else hours!r} h"


def _read(cursor: Cursor) -> float:
    if cursor.skip("baseline"):
        return 0.0
    if cursor.skip("day"):
        return DAY * (cursor.whole("the day", 1, MOST) - 1)
    if cursor.skip("week"):
        return WEEK * cursor.whole("the week", 0, MOST // 7)
    if cursor.skip("month"):
        return MONTHS["month"] * cursor.whole("the month", 0, MOST // 31)
    word = cursor.peek()
    if word is None or word.kind != "number":
        raise cursor.stranger(("day", "week", "month", "baseline"), EXAMPLES, "" if word else "there is no time")
    if cursor.low(1) in MONTHS:
        unit = cursor.low(1)
        hours = MONTHS[unit] * cursor.whole(f"the number of {unit}", 0, MOST // (366 if "year" in unit else 31))
        cursor.take()
        return hours
    if word.text.strip("0.") == "" and cursor.low(1) in SPELLINGS:
        cursor.take()
        cursor.take()
        return 0.0
    return read_length(cursor, "the time")
