"""The language of plans: one phrase of text to one value and back.

    <what> <amount> <route> [over <length>], <when>
    ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks

Every word of a phrase is used or refused.
"""

from __future__ import annotations

from dataclasses import replace

from rewire.errors import PlanError
from rewire.plans import catalogue
from rewire.plans.events import LifeEvent, What
from rewire.plans.phrase import OnDays, Onwards, Phrase, When
from rewire.plans.read_what import read_what
from rewire.plans.read_when import read_when
from rewire.plans.words import Cursor, Locate, within

LONGEST_PHRASE = 500  # characters


def read_phrase(text: str, locate: Locate | None = None) -> Phrase:
    """Read one phrase. `locate` turns a place in the phrase into a place to show, in a file or on a command line."""
    locate = locate or within("phrase", text if len(text) <= LONGEST_PHRASE else "")
    if len(text) > LONGEST_PHRASE:
        raise PlanError(
            f"a phrase of {len(text)} characters", place=locate(0, 1), expected=f"at most {LONGEST_PHRASE} characters"
        )
    cursor = Cursor(text, locate)
    what, lasts = read_what(cursor)
    when = read_when(cursor, life=isinstance(what, LifeEvent))
    if isinstance(what, LifeEvent):
        when, lasts = _life(cursor, what, when, lasts)
    place = locate(0, len(text.rstrip()))
    return Phrase(what, 0.0 if lasts is None else lasts, when, place)


def read_dose(text: str, locate: Locate | None = None) -> tuple[What, float]:
    """Read the first half of a phrase alone, as for `Plan.swap`: what it is, and for how long each time (h)."""
    cursor = Cursor(text, locate or within("phrase", text))
    what, lasts = read_what(cursor)
    cursor.skip_commas()
    if not cursor.done:
        raise cursor.wrong(
            f"cannot use '{cursor.take().text}' here",
            first=cursor.spot - 1,
            expected="what is given, without when: 'midazolam 0.045 mg/kg IV over 40 min'",
        )
    return what, 0.0 if lasts is None else lasts


def _life(cursor: Cursor, what: LifeEvent, when: When, lasts: float | None) -> tuple[When, float]:
    """When a life event is, and how long (h): with days `over`, `for` or its usual time, else to an end or for ever."""
    ends = [part for part in (lasts, when.span, when.until_day) if part is not None]
    if len(ends) > 1:
        raise cursor.wrong("the phrase says twice how long the event lasts", first=0, expected="one length")
    if isinstance(when.rhythm, OnDays) and when.until_day is not None:
        if len(when.rhythm.days) > 1:
            raise cursor.wrong("several days and one end", first=0, expected="'for ...' to say how long each one lasts")
        return replace(when, rhythm=Onwards(), first_day=when.rhythm.days[0]), 0.0
    if isinstance(when.rhythm, OnDays):
        lasts = lasts or when.span or catalogue.lengths("life")[what.name]
        return replace(when, span=None), lasts
    span = lasts or when.span
    if span and not when.before:
        return replace(when, rhythm=OnDays((when.first_day or 1,)), first_day=None, span=None), span
    return replace(when, span=span), 0.0
