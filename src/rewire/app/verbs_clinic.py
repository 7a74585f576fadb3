"""The verb `clinic`: a virtual clinic as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rewire.app.verbs_plan import Json, Quiet, write_json
from rewire.app.verbs_study import Seed, Who


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file to the command line."""
    app.command("clinic")(clinic)


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
