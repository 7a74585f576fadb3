"""Everybody's scores from the command line: folders among the outputs, where blocks of people run, what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rewire.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewire.plans import Plan
    from rewire.population import People

FOLDERS = (".parquet", ".zarr")
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--out",
        metavar="FILE|FOLDER",
        help="A picture (.png .svg .pdf .html), data (.json), rows (.csv), or a folder with everybody's scores "
        "(.parquet .zarr, also s3://...); repeatable.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Everybody's scores: run on a Dask cluster, tcp://HOST:PORT."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Everybody's scores: so many threads. [default: all]"),
]


def split_outputs(out: list[str] | None) -> tuple[list[Path], list[str]]:
    """Files to draw or write, and folders for everybody's scores."""
    folders = [path for path in out or () if path.rstrip("/").endswith(FOLDERS)]
    return [Path(path) for path in out or () if path not in folders], folders


def keep_everybody(
    folders: list[str],
    plans: Mapping[str, Plan],
    people: People,
    weeks: float,
    quiet: bool,
    *,
    cluster: str | None,
    workers: int | None,
    device: str,
    **options: Any,
) -> None:
    """Writes everybody's scores into each folder, and says so."""
    from rewire.app.progress import progress
    from rewire.studies.scale import keep_people

    if (cluster or workers) and not folders:
        raise StudyError(
            "--cluster and --workers are for everybody's scores", advice="add --out FOLDER.parquet or --out FOLDER.zarr"
        )
    if folders and device != "cpu":
        raise StudyError("everybody's scores are worked out on processors", advice="leave --device out")
    for folder in folders:
        with progress(f"{len(plans)} x {people.n:,} people", quiet) as report:
            done = keep_people(
                plans, people, weeks, folder, cluster=cluster, workers=workers, progress=report, **options
            )
        if not quiet:
            before = f", {done['resumed']:,} of them before" if done["resumed"] else ""
            print(f"wrote {folder}: {done['people']:,} people in {done['blocks']:,} parts{before}")
