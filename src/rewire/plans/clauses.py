"""The clauses of a phrase that say when, while they are read, and which of them fit together."""

from __future__ import annotations

from dataclasses import dataclass

from rewire.plans.events import Condition
from rewire.plans.phrase import Every, Near, OnDays, Rhythm
from rewire.plans.words import Cursor

EXAMPLES = (
    "day 1 · days 1, 3, 5 · twice weekly for 3 weeks · daily · every 2 weeks from week 5 · 24 h after each ketamine"
)


@dataclass
class Clauses:
    """The clauses read so far, each with the index of its first word."""

    rhythm: Rhythm | None = None
    first_day: int | None = None
    before: float = 0.0
    span: float | None = None
    count: int | None = None
    until_day: int | None = None
    clock: int | None = None
    condition: Condition | None = None


def check_together(cursor: Cursor, clauses: Clauses, spots: dict[str, int], start: int, life: bool) -> None:
    """Refuse clauses that do not fit together."""
    rhythm = clauses.rhythm
    if life:
        _check_life(cursor, clauses, spots)
        return
    if rhythm is None:
        first = min(start, len(cursor.words))
        raise cursor.wrong(
            "the phrase does not say on which days or how often" if spots else "the phrase does not say when",
            first=first,
            last=len(cursor.words) - 1,
            expected=EXAMPLES,
            advice="add 'daily' or 'weekly'" if spots else "add ', day 1'",
        )
    if isinstance(rhythm, OnDays):
        for kind in ("a start", "an end"):
            if kind in spots:
                raise cursor.wrong(
                    "days already say when a phrase begins and ends",
                    first=spots[kind],
                    last=len(cursor.words) - 1,
                    expected="days alone, or how often: 'daily from day 20 for 2 weeks'",
                )
    if isinstance(rhythm, Near):
        if clauses.before:
            raise cursor.wrong("what follows another event cannot begin before day 1", first=spots["a start"])
        if clauses.clock is not None and rhythm.offset % 24:
            raise cursor.wrong(
                "hours after an event and a time of day do not go together",
                first=spots["a time"],
                last=spots["a time"] + 1,
                expected="whole days: '1 day after each ketamine at 14:00'",
            )
    if clauses.until_day is not None and clauses.until_day <= (clauses.first_day or 1) - clauses.before / 24:
        raise cursor.wrong(
            "the phrase ends before it begins", first=spots["an end"], last=spots["an end"] + 2, expected="a later day"
        )


def _check_life(cursor: Cursor, clauses: Clauses, spots: dict[str, int]) -> None:
    expected = "'day 20 for 2 weeks', 'from day 20', or 'since 8 weeks before'"
    if "a rule" in spots or isinstance(clauses.rhythm, Every | Near):
        spot = spots.get("a rule", spots.get("how often", 0))
        raise cursor.wrong(
            "a life event begins on a day and lasts; it has no rhythm and no rule",
            first=spot,
            last=len(cursor.words) - 1,
            expected=expected,
        )
    if clauses.rhythm is None and "a start" not in spots:
        raise cursor.wrong("the phrase does not say when the event begins", expected=expected)
    if clauses.count is not None:
        spot = spots["an end"]
        raise cursor.wrong("a life event has no doses", first=spot, last=spot + 2, expected=expected)
    if isinstance(clauses.rhythm, OnDays) and "a start" in spots:
        raise cursor.wrong("the phrase says twice when it begins", first=spots["a start"], expected=expected)
    begin = (clauses.first_day or 1) - clauses.before / 24
    if isinstance(clauses.rhythm, OnDays):
        begin = clauses.rhythm.days[-1]
    if clauses.until_day is not None and clauses.until_day <= begin:
        raise cursor.wrong("the event ends before it begins", first=spots["an end"], expected="a later day")
