"""The verbs that look things up: `sources` of a number, the `model` itself, and the `doctor` for the installation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rewire.app.verbs_plan import Json, write_json


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("sources")(sources)
    app.command("model")(model)
    app.command("doctor")(doctor)


def sources(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="A parameter, a table path, a reference, or part of a name.")
    ],
) -> None:
    """Say where a number comes from."""
    from rewire.evidence.explain import explain_source

    print("\n\n".join(explain_source(name) for name in names))


def model(
    part: Annotated[
        str | None, typer.Argument(metavar="[LAYER|switches]", help="One layer, or the hypotheses.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the whole model: formulas (.md .tex), source (.py .ll .cuda)."
        ),
    ] = None,
    json: Json = None,
) -> None:
    """List layers, states, signals, parameters and units; or one layer with its equations; or the hypotheses."""
    if out:
        from rewire.models.export import export_model
        from rewire.whole import write_whole

        print(f"wrote {write_whole(out, export_model(out))}")
        return
    from rewire.models.describe import describe_layer, describe_model, describe_switches, model_rows

    if json:
        write_json(json, model_rows())
        if json == "-":
            return
    if part is None:
        print(describe_model())
    elif part == "switches":
        print(describe_switches())
    else:
        print(describe_layer(part))


def doctor(json: Json = None) -> None:
    """Check the installation: versions, tables, wiring, units, one small run against known answers."""
    from rewire.app.health import check_installation

    rows: list[dict[str, Any]] = []
    for row in check_installation():
        rows.append(row.as_json())
        if json != "-":
            print(row)
            sys.stdout.flush()
    if json:
        write_json(json, {"checks": rows})
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)
