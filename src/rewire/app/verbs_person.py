"""The verbs about people with scores: `fit`, `forecast`, `optimise`, `clinic`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rewire.app.verbs_plan import Json, Quiet, Research, read_given, write_json
from rewire.app.verbs_study import Outs, Scale, Seed, Setting, Switch, Trait, Who, check_outputs, switches_of, traits_of
from rewire.errors import StudyError

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
Deep = Annotated[bool, typer.Option("--deep", help="Full sampling with diagnostics; takes a minute or two.")]
AheadWeeks = Annotated[float, typer.Option("--weeks", metavar="N", help="How far ahead of the last score.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("fit")(fit)
    app.command("forecast")(forecast)
    app.command("optimise")(optimise)
    app.command("clinic")(clinic)


def fit(
    scores: Scores,
    plan: PlanText = None,
    doses: DosesFile = None,
    start: Start = None,
    zone: Zone = None,
    people: Who = "TRD",
    covariates: Known = None,
    interpolation: Holds = None,
    traits: Trait = None,
    person: Which = None,
    forget: Forget = None,
    deep: Deep = False,
    setting: Setting = "clinic",
    switch: Switch = None,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the beliefs as JSON here.")] = None,
    json: Json = None,
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Fit people: what their scores, treatment and covariates say about each."""
    from rewire.app.progress import progress
    from rewire.present.person import belief_json, text_belief

    found = _read(scores, plan, doses, start, zone, covariates, traits, person, research, quiet, interpolation)
    rows: list[dict[str, Any]] = []
    with progress(f"{len(found)} people", quiet) as report:
        for belief in _beliefs(found, people, setting, switch, forget, seed, report):
            row = belief_json(belief)
            text = text_belief(belief)
            if deep:
                from rewire.inference.sample import sample_person

                sampled = sample_person(belief, seed=seed)
                row["sampled"], text = sampled.to_json(), text + "\n" + sampled.table()
            rows.append(row)
            if json != "-" and not quiet:
                print(text if len(found) == 1 else _one_line(belief))
    rows.sort(key=lambda row: [each.name for each, _ in found].index(row["person"]))
    result = {"people": rows}
    if out:
        write_json(str(out), result)
    if json:
        write_json(json, result)


def forecast(
    scores: Scores,
    plan: PlanText = None,
    doses: DosesFile = None,
    start: Start = None,
    zone: Zone = None,
    weeks: AheadWeeks = 8,
    people: Who = "TRD",
    covariates: Known = None,
    interpolation: Holds = None,
    traits: Trait = None,
    person: Which = None,
    chance: Annotated[
        list[str] | None,
        typer.Option("--chance", metavar="SENTENCE", help="The chance of, say, 'PHQ-9 >= 15'; repeatable."),
    ] = None,
    forget: Forget = None,
    setting: Setting = "clinic",
    switch: Switch = None,
    seed: Seed = 1,
    scale: Scale = None,
    plot: Annotated[
        str, typer.Option("--plot", metavar="NAME", help="Which picture: forecast, icons, or a scale.")
    ] = "",
    out: Outs = None,
    json: Json = None,
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Forecast a person: score bands for the coming weeks, chances by date, and how naive forecasts would do."""
    from rewire.present.person import person_json, save_person, text_person
    from rewire.studies.forecast import forecast as ahead

    check_outputs(out)
    found = _read(scores, plan, doses, start, zone, covariates, traits, person, research, quiet, interpolation)
    if len(found) > 1:
        raise StudyError(
            f"the file holds {len(found)} people", expected="--person NAME", advice=f"--person {found[0][0].name}"
        )
    belief = next(iter(_beliefs(found, people, setting, switch, forget, seed, None)))
    result = ahead(belief, weeks, scale=scale, seed=seed)
    said = {sentence: result.chance(sentence) for sentence in chance or ()}
    for path in out or ():
        save_person(result, path, plot)
    if json:
        write_json(json, {**person_json(result), "asked": said})
    if json != "-" and not quiet:
        print(text_person(result))
        for sentence, share in said.items():
            print(f"chance of {sentence} at the end: {share:.0%}")
        for path in out or ():
            print(f"wrote {path}")


def optimise(
    plan: Annotated[
        list[str],
        typer.Argument(
            metavar="PHRASE...", help="Phrases with blanks in braces: 'ketamine ... IV, {how often} for {length}'."
        ),
    ],
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary", metavar="BLANK=A|B", help="Choices for a blank; 'nothing' drops the phrase. Repeatable."
        ),
    ],
    goal: Annotated[
        str, typer.Option("--goal", help="'PHQ-9 over 12 weeks' or 'MADRS at week 8'.")
    ] = "MADRS over 12 weeks",
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="LIMIT", help="'CADSS < 20', 'SBP rise < 30', 'doses <= 12', 'hours <= 30'."),
    ] = None,
    days: Annotated[
        str, typer.Option("--days", help="Working days; day 1 is a Monday unless --start says else.")
    ] = "Mon,Tue,Wed,Thu,Fri",
    gap: Annotated[float, typer.Option("--gap", metavar="H", help="Least hours between two doses.")] = 0.0,
    a_week: Annotated[int, typer.Option("--a-week", metavar="N", help="Most doses in any seven days.")] = 7,
    people: Who = "TRD",
    n: Annotated[int, typer.Option("--n", metavar="N", help="How many people.")] = 500,
    scores: Annotated[
        str | None, typer.Option("--scores", metavar="FILE", help="For one person from now on: the scores.")
    ] = None,
    given: Annotated[
        list[str] | None, typer.Option("--given", metavar="PLAN", help="With --scores: what was planned so far.")
    ] = None,
    doses: DosesFile = None,
    start: Start = None,
    zone: Zone = None,
    person: Which = None,
    covariates: Known = None,
    switch: Switch = None,
    setting: Setting = "clinic",
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="Draws of what is not known; 0 for none.")] = 16,
    seed: Seed = 1,
    plot: Annotated[str, typer.Option("--plot", metavar="NAME", help="Costs to show: doses, hours or CADSS.")] = "",
    out: Outs = None,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Show options: schedules side by side with what they do and cost, for a population or for one person."""
    from rewire.app.progress import progress
    from rewire.population import People
    from rewire.present.person import person_json, save_person, text_person
    from rewire.studies.optimise import optimise as search
    from rewire.studies.options import Clinic

    check_outputs(out)
    choices: dict[str, list[str]] = {}
    for text in vary:
        name, equals, values = text.partition("=")
        if not equals or not values.strip():
            raise StudyError(f"cannot read '--vary {text}'", expected="BLANK=one choice|another choice")
        choices[name.strip()] = [value.strip() for value in values.split("|")]
    belief = None
    if scores:
        found = _read(scores, given, doses, start, zone, covariates, None, person, False, quiet)
        if len(found) > 1:
            raise StudyError(f"the file holds {len(found)} people", expected="--person NAME")
        belief = next(iter(_beliefs(found, people, setting, switch, None, seed, None)))
    with progress("options", quiet) as report:
        result = search(
            plan,
            None if belief else People(people, n, seed),
            vary=choices,
            goal=goal,
            keep=keep or (),
            clinic=Clinic(tuple(day.strip().title() for day in days.split(",")), gap, a_week),
            person=belief,
            switches=switches_of(switch),
            setting=setting,
            draws=draws,
            seed=seed,
            progress=report,
        )
    for path in out or ():
        save_person(result, path, plot)
    if json:
        write_json(json, person_json(result))
    if json != "-" and not quiet:
        print(text_person(result))
        for path in out or ():
            print(f"wrote {path}")


def clinic(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the files are written.")],
    n: Annotated[int, typer.Option("--n", metavar="N", help="How many virtual people.")] = 1000,
    people: Who = "TRD",
    seed: Seed = 11,
    scale: Annotated[
        list[str] | None,
        typer.Option("--scale", help="A scale that is asked at every visit; repeatable. [default: MADRS, PHQ-9]"),
    ] = None,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Write a virtual clinic: scores, doses and covariates of people whose true numbers are written down."""
    from rewire.studies.clinic import draw_clinic, write_clinic

    counts = write_clinic(out, draw_clinic(n, seed=seed, condition=people, scales=tuple(scale or ("MADRS", "PHQ-9"))))
    if json:
        write_json(json, {"folder": str(out), **counts})
    if json != "-" and not quiet:
        print(f"wrote {counts['people']:,} virtual people with {counts['scores']:,} scores to {out}")


def _read(
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
    extra = {name: float(value) for name, value in traits_of(traits).items() if not isinstance(value, tuple)}
    chosen = [one for one in read.people if person in (None, one.name)]
    if not chosen:
        from rewire.errors import closest

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


def _beliefs(
    found: list[tuple[Person, Plan]],
    people: str,
    setting: str,
    switch: list[str] | None,
    forget: float | None,
    seed: int,
    report: Any,
) -> Any:
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


def _one_line(belief: Belief) -> str:
    told = belief.traits()[0]
    caution = f"; {len(belief.remarks)} cautions" if belief.remarks else ""
    return f"{belief.person.name}: {len(belief.person.scores)} scores, most told about {told.name} {told.mean:+.1f} SD{caution}"
