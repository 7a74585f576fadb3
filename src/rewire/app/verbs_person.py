"""The verbs about people with scores: `fit` and `forecast`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rewire.app.person_files import (
    DosesFile,
    Forget,
    Holds,
    Known,
    PlanText,
    Scores,
    Start,
    Which,
    Zone,
    beliefs_of,
    read_people,
)
from rewire.app.verbs_plan import Json, Quiet, Research, write_json
from rewire.app.verbs_study import Outs, Scale, Seed, Setting, Switch, Trait, Who, check_outputs
from rewire.errors import StudyError

if TYPE_CHECKING:
    from rewire.inference.belief import Belief
    from rewire.inference.scores import Person
    from rewire.plans import Plan

Events = Annotated[
    Path | None,
    typer.Option("--events", metavar="FILE", help="Write what was read as an event table, as NONMEM reads them."),
]
Deep = Annotated[bool, typer.Option("--deep", help="Full sampling with diagnostics; takes a minute or two.")]
AheadWeeks = Annotated[float, typer.Option("--weeks", metavar="N", help="How far ahead of the last score.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("fit")(fit)
    app.command("forecast")(forecast)


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
    events: Events = None,
    json: Json = None,
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Fit people: what their scores, treatment and covariates say about each."""
    from rewire.app.progress import progress
    from rewire.present.person import belief_json, text_belief

    found = read_people(scores, plan, doses, start, zone, covariates, traits, person, research, quiet, interpolation)
    if events:
        _write_events(found, events, quiet)
    rows: list[dict[str, Any]] = []
    with progress(f"{len(found)} people", quiet) as report:
        for belief in beliefs_of(found, people, setting, switch, forget, seed, report):
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
    found = read_people(scores, plan, doses, start, zone, covariates, traits, person, research, quiet, interpolation)
    if len(found) > 1:
        raise StudyError(
            f"the file holds {len(found)} people", expected="--person NAME", advice=f"--person {found[0][0].name}"
        )
    belief = next(iter(beliefs_of(found, people, setting, switch, forget, seed, None)))
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


def _write_events(found: list[tuple[Person, Plan]], path: Path, quiet: bool) -> None:
    from rewire.inference.event_table import left_out, write_events

    rows = write_events(found, path)
    missing = list(dict.fromkeys(phrase for _, plan in found for phrase in left_out(plan)))
    if not quiet:
        print(f"wrote {path}: {rows} rows, up to each person's last score", file=sys.stderr)
        for phrase in missing:
            print(f"  note: an event table cannot hold '{phrase}'", file=sys.stderr)


def _one_line(belief: Belief) -> str:
    first = belief.traits()[0]
    told = f"most told about {first.name} {first.mean:+.1f} SD" if first.beyond_chance else "traits hardly told"
    count = len(belief.remarks)
    caution = f"; {count} caution{'s' if count > 1 else ''}" if count else ""
    return f"{belief.person.name}: {len(belief.person.scores)} scores, {told}{caution}"
