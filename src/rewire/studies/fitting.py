"""`rewire.fit`: the belief about one person, from a file or a described person."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rewire.errors import StudyError
from rewire.inference.belief import Belief
from rewire.inference.cloud import Prior
from rewire.inference.fit import fit_person
from rewire.inference.read_scores import read_scores
from rewire.inference.scores import Person
from rewire.plans.plan import Plan, read_date


def fit(
    scores: str | Sequence[Person] | Person,
    plan: Plan | str,
    prior: str = "TRD",
    start: str | None = None,
    **options: Any,
) -> Belief:
    """The belief about the first (or only) person of a score file, or about a described `Person`.

    `start` is the date of day 1, unless the plan has one; `options` are those of `rewire.inference.fit.fit_person`, and
    `zone`, `switches`, `setting`.
    """
    course = Plan(plan) if isinstance(plan, str) else plan
    zone = options.pop("zone", None)
    base = Prior(
        prior, setting=options.pop("setting", "clinic"), switches=tuple(sorted(options.pop("switches", {}).items()))
    )
    person = scores if isinstance(scores, Person) else None
    if isinstance(scores, str):
        day = read_date(start) if start else course.start
        if day is None:
            raise StudyError("the date of day 1 is not known", advice="start='2026-01-05', or a plan with a start")
        read = read_scores(scores, day, zone)
        if len(read.people) > 1:
            raise StudyError(
                f"'{scores}' holds {len(read.people)} people",
                advice="rewire.inference.fit.fit_cohort, or one person's rows",
            )
        person = read.people[0]
    if person is None:
        raise StudyError("scores are a file or a Person")
    with ThreadPoolExecutor(2) as pool:
        return fit_person(person, course, base, pool=pool, **options)
