"""The verb `imaging`: what scans at visits would show of a plan, for groups of people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rewire.app.verbs_plan import Json, Quiet, Research, is_plan_file, read_given, read_named, write_json
from rewire.app.verbs_study import Masking, Precision, Seed, Setting, Switch, Trait, Who, people_of, switches_of

At = Annotated[
    str, typer.Option("--at", metavar="VISITS", help="Visits, with commas: baseline, 40 min, 24 h, day 21, week 4.")
]
Count = Annotated[int, typer.Option("--n", metavar="N", help="How many people.")]
Net = Annotated[
    str | None,
    typer.Option("--network", metavar="NAME|FILE", help="synthetic, dk84, dk84 unfitted, a .zip of TVB or a .csv."),
]
Measured = Annotated[
    str | None,
    typer.Option(
        "--connectivity",
        metavar="FILE",
        help="Measured correlations (table with labels, or .npy) to fit the network's connections to.",
    ),
]
Minutes = Annotated[float, typer.Option("--minutes", metavar="N", help="Length of each scan.")]
Outs = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Picture (.png .svg .pdf .html), maps (.csv .npz), matrices (..._relmat.tsv) or .json; repeatable.",
    ),
]
Plot = Annotated[
    str, typer.Option("--plot", metavar="NAME", help="Which picture: brain, matrix, courses, effects. [default: all]")
]


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file to the command line."""
    app.command("imaging")(imaging)


def imaging(
    plan: Annotated[
        list[str],
        typer.Argument(
            metavar="PHRASE...|FILE...",
            help="Phrases in quotes, together one plan, or a plan file; two files or more are compared.",
        ),
    ],
    people: Who = "TRD",
    n: Count = 200,
    at: At = "baseline,24 h,day 21",
    network: Net = None,
    connectivity: Measured = None,
    minutes: Minutes = 8,
    regress: Annotated[bool, typer.Option("--global-signal-regression", help="Regress out the global signal.")] = False,
    acute: Annotated[
        bool | None,
        typer.Option("--acute/--no-acute", help="Let the NMDA block act on scans. [default: while the drug is there]"),
    ] = None,
    seed: Seed = 1,
    out: Outs = None,
    json: Json = None,
    traits: Trait = None,
    switch: Switch = None,
    masking: Masking = None,
    setting: Setting = "clinic",
    precision: Precision = "float64",
    plot: Plot = "",
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Scan a population under a plan, or under several: maps, effect sizes, power. For groups, never for one's care."""
    from rewire.app.progress import progress
    from rewire.present.imaging import check_imaging_target
    from rewire.present.imaging_contrasts import check_contrasts_target
    from rewire.studies import imaging as study

    several = len(plan) > 1 and all(is_plan_file(text) for text in plan)
    plans = read_named(plan, research) if several else {"": read_given(plan, research)}
    for path in out or ():
        check_contrasts_target(path) if several else check_imaging_target(path)
    how: dict[str, Any] = {
        "at": at.split(","),
        "network": network,
        "connectivity": connectivity,
        "scan_minutes": minutes,
        "global_signal_regression": regress,
        "acute": acute,
        "masking": masking,
        "setting": setting,
        "switches": switches_of(switch),
        "precision": precision,
    }
    who = people_of(people, n, seed, traits)
    result: study.ImagingResult | study.ImagingComparison
    with progress(f"{n:,} people", quiet) as report:
        if several:
            result = study.compare_imaging(plans, who, progress=report, **how)
        else:
            result = study.imaging(plans[""], who, progress=report, **how)
    for path in out or ():
        result.save(path, plot)
    if json:
        write_json(json, result.to_json())
    if json != "-" and not quiet:
        print(result.table())
        for path in out or ():
            print(f"wrote {path}")
