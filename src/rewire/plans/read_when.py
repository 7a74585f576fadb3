"""Reads the second half of a phrase: on which days, how often, from when to when, at what time, under which rule."""

from __future__ import annotations

from collections.abc import Callable

from rewire.errors import closest
from rewire.plans import catalogue
from rewire.plans.clauses import EXAMPLES, Clauses, check_together
from rewire.plans.events import OUTCOMES, SCALES, Condition
from rewire.plans.lengths import SPELLINGS, read_length
from rewire.plans.phrase import CLINIC_TIME, Every, Near, OnDays, Onwards, When
from rewire.plans.words import Cursor

LAST_DAY = 3660  # ten years; what a reader accepts, not what a model can carry
MOST = 10_000
WEEK = 168.0
# Days of a week, counted from its first day, for each way to say how often.
TIMES_WEEKLY = {1: (1,), 2: (1, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
TIMES_DAILY = {1: 1, 2: 2, 3: 3, 4: 4}
COUNTS = {"once": 1, "twice": 2, "three": 3, "four": 4, "five": 5, "thrice": 3}
CLAUSES = (
    "day", "days", "daily", "weekly", "once", "twice", "three", "every", "from", "until", "for", "at", "since", "when",
    "over", "severity", "after", "before", "each",
)  # fmt: skip


def read_when(cursor: Cursor, *, life: bool) -> When:
    """When the events of a phrase come. `life`: the phrase is a life event, which begins once and lasts."""
    clauses, spots = Clauses(), dict[str, int]()
    cursor.skip_commas()
    start = cursor.spot
    while not cursor.done:
        spot = cursor.spot
        kind = _read_clause(cursor, clauses)
        if kind == "":
            raise _unused(cursor)
        if kind in spots:
            raise cursor.wrong(_TWICE[kind], first=spot, last=cursor.spot - 1, expected=f"{kind} once in a phrase")
        spots[kind] = spot
        cursor.skip_commas()
    check_together(cursor, clauses, spots, start, life)
    rhythm = clauses.rhythm or Onwards()
    anchored = isinstance(rhythm, Near)
    return When(
        rhythm=rhythm,
        first_day=None if clauses.first_day == 1 and not anchored else clauses.first_day,
        before=clauses.before,
        span=clauses.span,
        count=clauses.count,
        until_day=clauses.until_day,
        clock=None if clauses.clock == CLINIC_TIME and not anchored else clauses.clock,
        condition=clauses.condition,
    )


_TWICE = {
    "how often": "the phrase says twice on which days or how often",
    "a start": "the phrase says twice when it begins",
    "an end": "the phrase says twice when it ends",
    "a time": "the phrase says twice at what time",
    "a rule": "the phrase has two rules",
}


def _read_clause(cursor: Cursor, clauses: Clauses) -> str:
    """Read one clause and say what it is about; an empty string when the next words are not one."""
    word = cursor.peek()
    if word is None:
        return ""
    if word.kind == "number" and _is_offset(cursor):
        clauses.rhythm = _near(cursor)
        return "how often"
    reader = _READERS.get(word.low)
    if reader is None:
        return ""
    return reader(cursor, clauses)


def _days(cursor: Cursor, clauses: Clauses) -> str:
    cursor.take()
    days = [_day(cursor)]
    while cursor.low() in (",", "and") and (word := cursor.peek(1)):
        ahead = 2 if cursor.low() == "," and word.low == "and" else 1
        number = cursor.peek(ahead)
        if not number or number.kind != "number" or _is_offset(cursor, ahead):
            break
        cursor.spot += ahead
        days.append(_day(cursor))
    if sorted(set(days)) != days:
        raise cursor.wrong(
            "days that are not in order, or given twice", first=cursor.spot - 1, expected="each day once, in order"
        )
    clauses.rhythm = OnDays(tuple(days))
    return "how often"


def _day(cursor: Cursor) -> int:
    word = cursor.peek()
    if word and word.kind == "number" and (word.text.startswith("-") or word.text.strip("0") == ""):
        raise cursor.wrong(
            f"there is no day {word.text}: day 1 is the day of the first dose",
            expected=f"a day from 1 to {LAST_DAY}",
            advice="for what began earlier write 'since 8 weeks before'",
        )
    return cursor.whole("the day", 1, LAST_DAY)


def _on(cursor: Cursor, clauses: Clauses) -> str:
    if cursor.low(1) not in ("day", "days"):
        return ""
    cursor.take()
    return _days(cursor, clauses)


def _daily(cursor: Cursor, clauses: Clauses) -> str:
    cursor.take()
    clauses.rhythm = Every(24.0)
    return "how often"


def _weekly(cursor: Cursor, clauses: Clauses) -> str:
    cursor.take()
    clauses.rhythm = Every(WEEK)
    return "how often"


def _times(cursor: Cursor, clauses: Clauses) -> str:
    """`twice weekly`, `three times weekly`, `twice daily`."""
    word = cursor.take()
    times = COUNTS[word.low]
    if word.low in ("three", "four", "five") and not cursor.skip("times"):
        raise cursor.stranger(("times",), "'three times weekly' or 'three times daily'", f"{word.text} of what?")
    if cursor.skip("weekly", "a week", "per week", "each week", "every week"):
        clauses.rhythm = Every(WEEK, tuple(24.0 * (day - 1) for day in TIMES_WEEKLY[times]))
    elif times in TIMES_DAILY and cursor.skip("daily", "a day", "per day", "each day", "every day"):
        clauses.rhythm = Every(24.0, tuple(24.0 * turn / times for turn in range(times)))
    else:
        raise cursor.stranger(
            ("weekly", "daily"), "'weekly' or 'daily'", "" if cursor.peek() else f"{word.text} in what time?"
        )
    return "how often"


def _every(cursor: Cursor, clauses: Clauses) -> str:
    first = cursor.spot
    cursor.take()
    if cursor.skip("day"):
        clauses.rhythm = Every(24.0)
    elif cursor.skip("week"):
        clauses.rhythm = Every(WEEK)
    elif cursor.skip("other day", "second day"):
        clauses.rhythm = Every(48.0)
    elif cursor.skip("other week", "second week"):
        clauses.rhythm = Every(2 * WEEK)
    else:
        period = read_length(cursor, "the time after 'every'")
        if period < 1:
            raise cursor.wrong("more often than every hour", first=first, last=cursor.spot - 1, expected="at least 1 h")
        clauses.rhythm = Every(period)
    return "how often"


def _is_offset(cursor: Cursor, ahead: int = 0) -> bool:
    return cursor.low(ahead + 1) in SPELLINGS and cursor.low(ahead + 2) in ("after", "before")


def _near(cursor: Cursor) -> Near:
    offset = read_length(cursor, "the time before or after")
    sign = 1.0 if cursor.take().low == "after" else -1.0
    if cursor.skip("each", "every"):
        which = "each"
    elif cursor.skip("the first", "first"):
        which = "first"
    else:
        raise cursor.stranger(
            ("each", "first"), "'each' or 'the first', then a name: 24 h after each ketamine", "after which one?"
        )
    names = catalogue.names()
    spelling, size = cursor.longest(names)
    if not size or names[spelling][0] == "life":
        raise cursor.stranger(names, "the name of a drug, therapy or activity of this plan", "")
    cursor.spot += size
    cursor.skip("dose", "infusion", "session")
    return Near(sign * offset, which, names[spelling][1])


def _from(cursor: Cursor, clauses: Clauses) -> str:
    cursor.take()
    clauses.first_day = _read_day(cursor, "from")
    return "a start"


def _read_day(cursor: Cursor, called: str) -> int:
    """`day 8` or `week 5`, as a day."""
    if cursor.skip("day"):
        return _day(cursor)
    if cursor.skip("week"):
        return 7 * (cursor.whole("the week", 1, LAST_DAY // 7) - 1) + 1
    raise cursor.stranger(("day", "week"), f"'{called} day 8' or '{called} week 5'", f"'{called}' what?")


def _since(cursor: Cursor, clauses: Clauses) -> str:
    first = cursor.spot
    cursor.take()
    before = read_length(cursor, "the time after 'since'")
    if not cursor.skip("before", "earlier"):
        raise cursor.stranger(("before",), "'before': since 8 weeks before", "since when?")
    cursor.skip("day 1")
    if before % 24:
        raise cursor.wrong("not a whole number of days", first=first, last=cursor.spot - 1, expected="days, weeks")
    clauses.before = before
    return "a start"


def _for(cursor: Cursor, clauses: Clauses) -> str:
    cursor.take()
    word = cursor.peek()
    if (
        word
        and word.kind == "number"
        and cursor.low(1) in ("doses", "dose", "times", "sessions", "session", "infusions")
    ):
        clauses.count = cursor.whole("the number of doses", 1, MOST)
        cursor.take()
    else:
        clauses.span = read_length(cursor, "the time after 'for'")
    return "an end"


def _until(cursor: Cursor, clauses: Clauses) -> str:
    if cursor.low(1) in ("day", "week"):
        cursor.take()
        clauses.until_day = _read_day(cursor, "until")
        return "an end"
    return _rule(cursor, clauses)


def _rule(cursor: Cursor, clauses: Clauses) -> str:
    kind = cursor.take().low
    if cursor.low() in OUTCOMES:
        clauses.condition = Condition(kind, cursor.take().low)
        return "a rule"
    scales = {scale.lower(): scale for scale in SCALES}
    spelling, size = cursor.longest(scales)
    if not size:
        days = " or 'until day 29'" if kind == "until" else ""
        raise cursor.stranger(
            (*OUTCOMES, *SCALES),
            f"response, remission, or a scale: {kind} PHQ-9 {'<' if kind == 'until' else '>='} 10{days}",
            f"{kind} what?" if cursor.done else "",
        )
    cursor.spot += size
    scale = scales[spelling]
    word = cursor.peek()
    if word is None or word.kind != "compare":
        raise cursor.wrong(f"{scale} compared how?", expected=">=, <=, > or < and a score")
    comparison = cursor.take().text.replace("≥", ">=").replace("≤", "<=")
    value = float(cursor.number("the score"))
    largest = catalogue.largest_score(scale)
    if not 0 <= value <= largest:
        raise cursor.wrong(f"no score of {scale} is {value:g}", first=cursor.spot - 1, expected=f"0 to {largest:g}")
    clauses.condition = Condition(kind, scale, comparison, abs(value))
    cursor.skip("points")
    return "a rule"


def _at(cursor: Cursor, clauses: Clauses) -> str:
    cursor.take()
    word = cursor.peek()
    if word is None or word.kind != "clock" or int(word.text[:-3]) > 23 or int(word.text[-2:]) > 59:
        at_home = word is not None and word.low == "home"
        raise cursor.wrong(
            "a plan has no doses at home: every dose of ketamine or esketamine is simulated as supervised"
            if at_home
            else f"'{word.text}' is not a time of day" if word else "at what time?",
            expected="a time from 00:00 to 23:59, such as 'at 14:00'",
            advice="leave 'at home' out; the safety rule 'home_use' says why" if at_home else "",
        )  # fmt: skip
    clauses.clock = 60 * int(word.text[:-3]) + int(word.text[-2:])
    cursor.take()
    return "a time"


def _unused(cursor: Cursor) -> Exception:
    word = cursor.peek()
    low = cursor.low()
    if low == "over" or (low in catalogue.route_spellings() and low != "in"):
        return cursor.wrong(f"'{low}' does not fit here", expected="amount, route and 'over ...' once, before the days")
    if word and word.kind == "number" and low.startswith("-"):
        return cursor.wrong("a phrase has no ranges", expected="'days 1, 2, 3', or 'daily for 6 days'")
    if low in ("home", "unsupervised"):
        return cursor.wrong(
            "a plan has no unsupervised doses: every dose of ketamine or esketamine is simulated as supervised",
            advice="leave it out; the safety rule 'home_use' says why",
        )
    if low in ("monthly", "month", "months"):
        return cursor.wrong(f"'{low}' has no one length", expected="'every 4 weeks', or 'for 4 weeks'")
    if word and word.kind == "number" and cursor.low(1) in SPELLINGS:
        return cursor.wrong(
            f"'{word.text} {cursor.low(1)}' of what?",
            last=cursor.spot + 1,
            expected="'for ...', 'over ...', or '... after each ketamine'",
        )
    text = word.text if word else ""
    if cursor.longest(catalogue.names())[1]:
        return cursor.wrong(
            f"a new phrase begins with '{text}'", expected="one phrase on a line, or in quotes of its own"
        )
    return cursor.wrong(f"cannot use '{text}' here", expected=EXAMPLES, advice=closest(low, CLAUSES))


_READERS: dict[str, Callable[[Cursor, Clauses], str]] = {
    "on": _on,
    "day": _days,
    "days": _days,
    "daily": _daily,
    "weekly": _weekly,
    "every": _every,
    "from": _from,
    "since": _since,
    "for": _for,
    "until": _until,
    "when": _rule,
    "at": _at,
    **dict.fromkeys(COUNTS, _times),
}
