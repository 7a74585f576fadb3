"""When people are scanned, in the words that published trials use: `baseline`, `40 min`, `24 h`, `day 8`, `week 4`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rewire.errors import StudyError
from rewire.evidence.published.at import read_time
from rewire.plans.words import within

LONGEST_HOURS = 168.0 * 520


@dataclass(frozen=True)
class Visit:
    """A visit with scans: its `name` as written and its `hours` after the start of day 1 (09:00)."""

    name: str
    hours: float


def read_visits(at: Sequence[str]) -> tuple[Visit, ...]:
    """The visits that words stand for, in order of time; the first one is what the others are compared with.

    Raises `EvidenceError` for words that are no time, `StudyError` for no visit, two at one time, or one too late.
    """
    if isinstance(at, str):
        at = at.split(",")
    visits = sorted((_read(word) for word in at), key=lambda visit: visit.hours)
    if not visits:
        raise StudyError("an imaging study without a visit", expected='visits such as ["baseline", "24 h", "day 21"]')
    for one, other in pairwise(visits):
        if one.hours == other.hours:
            raise StudyError(
                f"the visits '{one.name}' and '{other.name}' are at the same time",
                expected="each visit once; day 2 is 24 h after the start of day 1",
            )
    if visits[-1].hours > LONGEST_HOURS:
        raise StudyError(f"the visit '{visits[-1].name}' is too late to run", expected="up to week 520")
    return tuple(visits)


def _read(word: str) -> Visit:
    name = word.strip()
    return Visit(name, read_time(name, within("visits", name)))
