"""The verbs that simulate: `run` one plan, `compare` several on the same people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rewire.app.everybody import Cluster, Outputs, Workers, keep_everybody, split_outputs
from rewire.app.verbs_plan import Json, Quiet, Research, read_given, read_named, write_json
from rewire.errors import StudyError

if TYPE_CHECKING:
    from rewire.population import People
    from rewire.studies.result import Comparison, Course

Who = Annotated[
    str, typer.Option("--people", metavar="WHO", help="MDD, TRD, 'bipolar depression', PTSD, GAD, SAD, healthy.")
]
Count = Annotated[int, typer.Option("--n", metavar="N", help="How many people.")]
Weeks = Annotated[float, typer.Option("--weeks", metavar="N", help="Length of the study.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Which people and which luck.")]
Outs = Annotated[
    list[Path] | None,
    typer.Option(
        "--out", metavar="FILE", help="Write a picture (.png .svg .pdf .html), data (.json) or rows (.csv); repeatable."
    ),
]
Trait = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="TRAIT=VALUE", help="Fix a trait: age=52, weight=81, MADRS=34 or MADRS=33:6 (mean:SD)."
    ),
]
Switch = Annotated[
    list[str] | None,
    typer.Option("--switch", metavar="NAME=on|off", help="Turn a hypothesis on or off (see: rewire model switches)."),
]
Masking = Annotated[
    str | None,
    typer.Option(
        "--masking",
        help="How a control is hidden: open, saline, 'active placebo', 'placebo spray'; anaesthesia hides the drug too.",
    ),
]
Setting = Annotated[
    str,
    typer.Option(
        "--setting",
        help="Routine care: clinic, home. As in trials: outpatient, inpatient, crossover, 'new antidepressant'.",
    ),
]
Draws = Annotated[
    int, typer.Option("--draws", metavar="N", help="Draws of what is not known about the parameters; 0 for none.")
]
Prior = Annotated[bool, typer.Option("--prior", help="Leave a stored posterior out; take the values of the tables.")]
Precision = Annotated[str, typer.Option("--precision", help="float64, or float32 for very large populations.")]
Device = Annotated[
    str, typer.Option("--device", help="cpu, or gpu: a graphics processor of NVIDIA (extra: gpu); the same results.")
]
Steps = Annotated[
    str, typer.Option("--steps", help="standard, quick (longer steps, a bit less exact) or fine (twice the work).")
]
Plot = Annotated[
    str,
    typer.Option(
        "--plot", metavar="NAME", help="Which picture: summary, scores, change, difference, response, dose window."
    ),
]
Scale = Annotated[
    str | None, typer.Option("--scale", help="The scale to show. [default: the main one of the population]")
]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("run")(run)
    app.command("compare")(compare)


def run(
    plan: Annotated[list[str], typer.Argument(metavar="PHRASE...|FILE", help="A plan file, or phrases in quotes.")],
    people: Who = "TRD",
    n: Count = 1,
    weeks: Weeks = 12,
    seed: Seed = 1,
    out: Outputs = None,
    json: Json = None,
    traits: Trait = None,
    switch: Switch = None,
    masking: Masking = None,
    setting: Setting = "clinic",
    draws: Draws = 12,
    prior: Prior = False,
    precision: Precision = "float64",
    device: Device = "cpu",
    luck: Annotated[bool, typer.Option("--luck", help="One person: with the ups and downs of daily life.")] = False,
    cluster: Cluster = None,
    workers: Workers = None,
    plot: Plot = "",
    scale: Scale = None,
    sbml: Annotated[
        Path | None, typer.Option("--sbml", metavar="FILE", help="One person: write the model and the doses as SBML.")
    ] = None,
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Run one plan: a typical person from milligrams to scores, or a population with --n."""
    from rewire.app.progress import progress
    from rewire.layers.symptoms import check_scale
    from rewire.studies import compare as comparing
    from rewire.studies import course

    chosen = read_given(plan, research)
    options: dict[str, Any] = {
        "masking": masking,
        "setting": setting,
        "switches": switches_of(switch),
        "precision": precision,
        "device": device,
        "posterior": None if prior else "stored",
    }
    who = people_of(people, n, seed, traits, typical=n == 1)
    files, folders = split_outputs(out)
    check_outputs(files)
    if scale is not None:
        check_scale(scale)
    given = {name: options[name] for name in ("masking", "setting", "switches", "precision", "device")}
    keep_everybody(
        folders,
        {chosen.title: chosen},
        who,
        weeks,
        quiet or json == "-",
        cluster=cluster,
        workers=workers,
        prior=prior,
        **given,
    )
    if folders and not (files or json or sbml):
        return
    if sbml:
        from rewire.studies.exchange import sbml_of
        from rewire.whole import write_whole

        circumstances = {name: options[name] for name in ("masking", "setting", "switches")}
        wrote = write_whole(sbml, sbml_of(chosen, who, weeks, **circumstances))
        print(f"wrote {wrote}", file=sys.stderr)
    result: Comparison | Course
    if n == 1:
        result = course.follow(chosen, who, weeks, luck=luck, **options)
    else:
        with progress(f"{n:,} people", quiet) as report:
            result = comparing.compare({chosen.title: chosen}, who, weeks, draws=draws, progress=report, **options)
    deliver(result, files, json, scale, quiet, plot)


def compare(
    plans: Annotated[
        list[str], typer.Argument(metavar="PLAN PLAN...", help="Two or more plan files or quoted phrases.")
    ],
    people: Who = "TRD",
    n: Count = 1000,
    weeks: Weeks = 12,
    seed: Seed = 1,
    out: Outputs = None,
    json: Json = None,
    traits: Trait = None,
    switch: Switch = None,
    masking: Masking = None,
    setting: Setting = "clinic",
    draws: Draws = 12,
    prior: Prior = False,
    precision: Precision = "float64",
    device: Device = "cpu",
    steps: Steps = "standard",
    cluster: Cluster = None,
    workers: Workers = None,
    plot: Plot = "",
    scale: Scale = None,
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Compare plans on the same people with the same luck."""
    from rewire.app.progress import progress
    from rewire.layers.symptoms import check_scale
    from rewire.studies import compare as comparing

    named = read_named(plans, research)
    files, folders = split_outputs(out)
    check_outputs(files)
    if scale is not None:
        check_scale(scale)
    who = people_of(people, n, seed, traits)
    options: dict[str, Any] = {
        "masking": masking,
        "setting": setting,
        "switches": switches_of(switch),
        "precision": precision,
        "device": device,
        "steps": steps,
    }
    keep_everybody(
        folders, named, who, weeks, quiet or json == "-", cluster=cluster, workers=workers, prior=prior, **options
    )
    if folders and not (files or json):
        return
    with progress(f"{len(named)} plans x {n:,} people", quiet) as report:
        result = comparing.compare(
            named, who, weeks, draws=draws, posterior=None if prior else "stored", progress=report, **options
        )
    deliver(result, files, json, scale, quiet, plot)


def deliver(
    result: Comparison | Course,
    out: list[Path] | None,
    json: str | None,
    scale: str | None,
    quiet: bool,
    plot: str = "",
) -> None:
    """Shows a result and writes what was asked for."""
    from rewire.present.results import result_json, save_result, show_result

    for path in out or ():
        save_result(result, path, plot, scale)
    if json:
        write_json(json, result_json(result))
    if json != "-" and not quiet:
        show_result(result, scale)
        for path in out or ():
            print(f"wrote {path}")


def check_outputs(out: list[Path] | None) -> None:
    """Refuses output paths that could not be written, before any work is done."""
    from rewire.present.results import check_target

    for path in out or ():
        check_target(path)


def people_of(condition: str, n: int, seed: int, traits: list[str] | None, typical: bool = False) -> People:
    """The people that the options of a verb describe."""
    from rewire.population import People

    return People(condition, n, seed, given=traits_of(traits), typical=typical)


def traits_of(texts: list[str] | None) -> dict[str, Any]:
    """Traits from texts such as `age=52` or `MADRS=33:6`."""
    found: dict[str, Any] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        try:
            numbers = [float(part) for part in value.split(":")]
        except ValueError:
            numbers = []
        if not equals or not 1 <= len(numbers) <= 2:
            raise StudyError(f"cannot read the trait '{text}'", expected="TRAIT=VALUE or TRAIT=MEAN:SD, such as age=52")
        found[name.strip()] = numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])
    return found


def switches_of(texts: list[str] | None) -> dict[str, bool]:
    """Hypotheses from texts such as `window=on`."""
    found = {}
    for text in texts or ():
        name, _, value = text.partition("=")
        if value not in ("on", "off"):
            raise StudyError(f"cannot read the switch '{text}'", expected="NAME=on or NAME=off, such as window=on")
        found[name.strip()] = value == "on"
    return found
