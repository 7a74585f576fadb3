"""The files of a person as options of several verbs, read into people with their plans, and fitted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rewire.app.verbs_plan import read_given
from rewire.app.verbs_study import switches_of, traits_of
from rewire.errors import StudyError, closest

if TYPE_CHECKING:
    from rewire.inference.belief import Belief
    from rewire.inference.scores import Person
    from rewire.plans import Plan

Scores = Annotated[str, typer.Argument(metavar="SCORES.csv", help="date/time, instrument, score; one row each.")]
PlanText = Annotated[
    list[str] | None, typer.Option("--plan", metavar="PLAN", help="A plan file or a phrase; repeatable.")
]
DosesFile = Annotated[
    str | None,
    typer.Option("--doses", metavar="FILE", help="What was given: date/time, drug, dose, unit, route, duration."),
]
Start = Annotated[
    str | None,
    typer.Option("--start", metavar="DATE", help="The date of day 1, such as 2026-01-05. [default: the plan's]"),
]
Zone = Annotated[
    str | None, typer.Option("--zone", metavar="ZONE", help="The clinic's time zone, such as Europe/Berlin.")
]
Known = Annotated[
    str | None, typer.Option("--covariates", metavar="FILE", help="person, age, weight, sex; one row each.")
]
Which = Annotated[str | None, typer.Option("--person", metavar="NAME", help="The person of a file with several.")]
Forget = Annotated[
    float | None, typer.Option("--forget", metavar="WEEKS", help="Let scores count half as much after so many weeks.")
]
Holds = Annotated[
    str | None,
    typer.Option(
        "--covariate-interpolation",
        metavar="HOW",
        help="Event tables with covariates that change: locf or nocb (NONMEM's way).",
    ),
]


def read_people(
    scores: str,
    plan: list[str] | None,
    doses: str | None,
    start: str | None,
    zone: str | None,
    covariates: str | None,
    traits: list[str] | None,
    person: str | None,
    research: bool,
    quiet: bool,
    interpolation: str | None = None,
) -> list[tuple[Person, Plan]]:
    """The people of the files with their plans; says on stderr what was read and what was refused."""
    from rewire.inference.event_table import is_event_table, read_events
    from rewire.inference.read_doses import read_doses
    from rewire.inference.read_scores import Read, read_scores, with_covariates
    from rewire.plans.plan import read_date

    if is_event_table(scores):
        if plan or doses:
            raise StudyError("an event table holds its own doses", expected="no --plan and no --doses")
        together, report = read_events(scores, interpolation, research)
        read, given, reports = Read(tuple(one for one, _ in together), report), None, [report]
        plans = {one.name: course for one, course in together}
    else:
        if bool(plan) == bool(doses):
            raise StudyError("what was given is said once", expected="either --plan or --doses")
        given = read_given(plan, research) if plan else None
        day = read_date(start) if start else given.start if given else None
        if day is None:
            raise StudyError(
                "the date of day 1 is not known", expected="--start 2026-01-05, or a plan file with a start"
            )
        read = read_scores(scores, day, zone, covariates)
        plans, reports = {}, [read.report]
        if doses:
            plans, report = read_doses(doses, day, zone, research)
            reports.append(report)
    if not quiet:
        for each in reports:
            print("\n".join(each.lines()), file=sys.stderr)
        for name, at, answer in read.ninth:
            if answer > 0:
                print(
                    f"{name}: PHQ-9 item 9 was answered {answer} on day {at / 24 + 1:.0f} (as entered)", file=sys.stderr
                )
    extra = {}
    for name, value in traits_of(traits).items():
        if isinstance(value, tuple):
            raise StudyError(f"'{name}' is a mean and an SD", expected="one person has one value, such as age=70")
        extra[name] = float(value)
    chosen = [one for one in read.people if person in (None, one.name)]
    if not chosen:
        names = [one.name for one in read.people]
        raise StudyError(
            f"there is no person '{person}'", expected=", ".join(names[:8]), advice=closest(str(person), names)
        )
    found = []
    for one in chosen:
        own = given or plans.get(one.name) or (plans.get("person") if len(plans) == 1 else None)
        if own is None:
            raise StudyError(f"no doses of '{one.name}' were read", advice="a row a dose, or --plan")
        found.append((with_covariates(one, extra), own))
    return found


def beliefs_of(
    found: list[tuple[Person, Plan]],
    people: str,
    setting: str,
    switch: list[str] | None,
    forget: float | None,
    seed: int,
    report: Any,
) -> Iterator[Belief]:
    """The belief about each person, as each is ready."""
    from rewire.inference.cloud import Prior
    from rewire.inference.fit import fit_cohort, fit_person
    from rewire.population import CONDITIONS

    if people not in CONDITIONS:
        raise StudyError(f"there is no population called '{people}'", expected=", ".join(CONDITIONS))
    prior = Prior(people, setting=setting, switches=tuple(sorted(switches_of(switch).items())))
    limit = float("inf") if forget is None else forget * 168
    if len(found) == 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(2) as pool:
            yield fit_person(*found[0], prior, forget=limit, seed=seed, pool=pool)
    else:
        yield from fit_cohort(found, prior, forget=limit, seed=seed, progress=report)
