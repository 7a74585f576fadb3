"""The verb `optimise`: options for a population or for one person, side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from rewire.app.person_files import DosesFile, Known, Start, Which, Zone, beliefs_of, read_people
from rewire.app.verbs_plan import Json, Quiet, write_json
from rewire.app.verbs_study import Outs, Seed, Setting, Switch, Who, check_outputs, switches_of
from rewire.errors import StudyError


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file to the command line."""
    app.command("optimise")(optimise)


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
    in_all: Annotated[int | None, typer.Option("--in-all", metavar="N", help="Most doses in all.")] = None,
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
    """Show options: schedules side by side with what they do and cost, for a population or for one person.

    Times of therapy are choices, too: 'CBT 50 min, {when}'. That learning is faster in a window after ketamine is a
    hypothesis and off; --switch window=on prints its grade and what it would add, harm included.
    """
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
        found = read_people(scores, given, doses, start, zone, covariates, None, person, False, quiet)
        if len(found) > 1:
            raise StudyError(f"the file holds {len(found)} people", expected="--person NAME")
        belief = next(iter(beliefs_of(found, people, setting, switch, None, seed, None)))
    with progress("options", quiet) as report:
        result = search(
            plan,
            None if belief else People(people, n, seed),
            vary=choices,
            goal=goal,
            keep=keep or (),
            clinic=Clinic(tuple(day.strip().title() for day in days.split(",")), gap, a_week, in_all),
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
