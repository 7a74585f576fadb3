"""Lengths of time in words and in hours: `40 min`, `24 h`, `3 weeks`; saying and reading them gives back the same."""

from __future__ import annotations

from fractions import Fraction

from rewire.plans.words import Cursor

# In exact hours, so that every length is rounded only once.
UNITS = {
    "s": Fraction(1, 3600),
    "min": Fraction(1, 60),
    "h": Fraction(1),
    "day": Fraction(24),
    "week": Fraction(168),
}
SPELLINGS = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "day", "day": "day", "days": "day",
    "wk": "week", "wks": "week", "week": "week", "weeks": "week",
}  # fmt: skip
LONGEST = 24.0 * 3660  # ten years: what a reader accepts, not what a model can carry


def read_length(cursor: Cursor, called: str) -> float:
    """A length such as `40 min`, in hours."""
    first = cursor.spot
    if cursor.peek() and cursor.low() in ("nan", "inf", "infinity"):
        raise cursor.wrong(f"{called} is not a finite number", expected=f"{called} such as 40 min")
    number = cursor.number(called)
    word = cursor.peek()
    unit = SPELLINGS.get(cursor.low())
    if unit is None:
        problem = f"'{word.text}' is not a unit of time" if word and word.kind == "word" else f"{called} has no unit"
        raise cursor.stranger(SPELLINGS, f"s, min, h, days or weeks after '{cursor.words[first].text}'", problem)
    cursor.take()
    if number <= 0 or not 0 < (hours := float(Fraction(number) * UNITS[unit])) <= LONGEST:
        raise cursor.wrong(
            f"{called} makes no sense", first=first, last=cursor.spot - 1, expected="more than 0 and at most 10 years"
        )
    return hours


def say_length(hours: float) -> str:
    """A length in the words that read back as exactly these hours."""
    if hours == int(hours):
        whole = int(hours)
        if whole >= 168 and whole % 168 == 0:
            return _count(whole // 168, "week")
        if whole >= 48 and whole % 24 == 0:
            return _count(whole // 24, "day")
        return f"{whole} h"
    for unit in ("min", "s"):
        count = round(hours / float(UNITS[unit]))
        if float(count * UNITS[unit]) == hours:
            return f"{count} {unit}"
    return f"{hours!r} h"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
