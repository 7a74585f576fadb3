"""The verb `bench`: how fast and how accurate, measured here and now."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from rewire.app.verbs_plan import Json, Quiet, write_json

PEOPLE = {"W3": 100_000, "W5": 32_768, "W6": 131_072}
"""How many people a workload takes unless told; the others 4,096."""


def add_to(app: typer.Typer) -> None:
    """Add the verb of this file to the command line."""
    app.command("bench")(bench)


def bench(
    work: Annotated[
        str,
        typer.Argument(
            metavar="WORK",
            help="W1, a benchmark model; W2, the shipped one; W3, to disk; W4, a first answer; W5, a cluster; W6, a GPU.",
        ),
    ] = "W1",
    n: Annotated[
        int | None, typer.Option("--n", metavar="N", help="How many people this engine runs. [default: by workload]")
    ] = None,
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

    result = measure(work.upper(), PEOPLE.get(work.upper(), 4096) if n is None else n, peers, say=say)
    if json:
        write_json(json, result)
    if json != "-" and not quiet:
        _show(result)


def _show(result: dict[str, Any]) -> None:
    if result["rows"]:
        print(f"{'engine':30}{'threads':>8}{'people/s':>12}{'per CPU s':>12}{'E95':>10}{'people':>10}{'MB':>8}")
    for row in result["rows"]:
        numbers = (
            f"{row['people_per_s']:>12,.4g}" if row["people_per_s"] < 1000 else f"{row['people_per_s']:>12,.0f}",
            _or_nothing(row.get("people_per_processor_s"), ">12,.0f"),
            _or_nothing(row["e95"], ">10.1e"),
            f"{row['people']:>10,}",
            _or_nothing(row["peak_mb"], ">8,.0f"),
        )
        print(f"{row['engine']:30}{row['threads']:>8}{''.join(numbers)}")
        if "efficiency" in row:
            print(f"{'':30}efficiency {row['efficiency']:.2f}, {'the same' if row['identical'] else 'OTHER'} bits")
        if "seconds" in row:
            print(f"{'':30}{row['seconds']:.3g} s")
    for precision, share in result["shares_of_bound"].items():
        print(f"share of the processor's bound, {precision}: {share:.2f}")
    for name in result["left_out"]:
        print(f"left out: {name}")


def _or_nothing(value: float | None, form: str) -> str:
    """A number in a form such as ">8,.0f", or as much room."""
    width = int(form[1:].split(",")[0].split(".")[0])
    return " " * width if value is None else format(value, form)
