"""The verb `bench`: how fast and how accurate, measured here and now."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from rewire.app.verbs_plan import Json, Quiet, write_json


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file to the command line."""
    app.command("bench")(bench)


def bench(
    work: Annotated[
        str, typer.Argument(metavar="WORK", help="W1, a benchmark model; W2, the shipped one; W3, to disk.")
    ] = "W1",
    n: Annotated[int, typer.Option("--n", metavar="N", help="How many people this engine runs.")] = 4096,
    peers: Annotated[
        int, typer.Option("--peers", metavar="N", help="How many people other installed solvers run; 0 for none.")
    ] = 64,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Measure people per second and accuracy, beside other solvers that are installed."""
    from rewire.studies.bench.measure import bench as measure

    def say(text: str) -> None:
        if not quiet:
            print(text, file=sys.stderr)

    result = measure(work.upper(), n, peers, say=say)
    if json:
        write_json(json, result)
    if json != "-" and not quiet:
        _show(result)


def _show(result: dict[str, Any]) -> None:
    print(f"{'engine':28}{'threads':>8}{'people/s':>12}{'per CPU s':>12}{'E95':>10}{'people':>8}{'MB':>8}")
    for row in result["rows"]:
        per_cpu, error = row.get("people_per_processor_s"), row["e95"]
        rates = (
            f"{row['people_per_s']:>12,.0f}{per_cpu:>12,.0f}" if per_cpu else f"{row['people_per_s']:>12,.0f}{'':12}"
        )
        shown = f"{error:>10.1e}" if error is not None else f"{'':10}"
        print(f"{row['engine']:28}{row['threads']:>8}{rates}{shown}{row['people']:>8}{row['peak_mb']:>8,.0f}")
    for precision, share in result["shares_of_bound"].items():
        print(f"share of the processor's bound, {precision}: {share:.2f}")
    for name in result["left_out"]:
        print(f"left out: {name}")
