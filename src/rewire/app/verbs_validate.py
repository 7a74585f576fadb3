"""The verbs `validate`, which scores published trials, `calibrate`, which fits some, and `explain` for the claims."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rewire.app.verbs_plan import Json, Quiet, write_json
from rewire.app.verbs_study import Seed, Switch, switches_of
from rewire.errors import StudyError


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("validate")(validate)
    app.command("calibrate")(calibrate)
    app.command("explain")(explain)


def validate(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TRIAL|FILE...]", help="Published trials by name or file; all that are here if none."),
    ] = None,
    worlds: Annotated[
        int | None, typer.Option("--worlds", metavar="N", help="Draws of what is not known and of how trials differ.")
    ] = None,
    people: Annotated[int | None, typer.Option("--people", metavar="N", help="People simulated in each.")] = None,
    prior: Annotated[
        bool, typer.Option("--prior", help="Leave a stored posterior out; take the uncertainties of the tables.")
    ] = False,
    facts: Annotated[bool, typer.Option("--facts", help="Score the ten clinical facts instead of trials.")] = False,
    register: Annotated[
        Path | None,
        typer.Option("--register", metavar="FILE", help="Predict unpublished trials; append a dated entry to FILE."),
    ] = None,
    switch: Switch = None,
    seed: Seed = 1,
    out: Annotated[
        list[Path] | None,
        typer.Option("--out", metavar="FILE", help="Forest plot (.png .svg .pdf .html), .json or .csv; repeatable."),
    ] = None,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Simulate published trials as they were done: observed, predicted, 80 % interval, and three baselines."""
    from rewire.app.progress import progress
    from rewire.present.scorecard import check_scorecard_target, save_scorecard, scorecard_json, show_scorecard
    from rewire.studies import validate as validating

    for path in out or ():
        check_scorecard_target(path)
    if sum((bool(files), facts, register is not None)) > 1:
        raise StudyError("one thing at a time", expected="names of trials, or --facts, or --register FILE")
    chosen = [validating.find_one(one) for one in files or ()]
    sizes: dict[str, Any] = {
        name: value for name, value in (("worlds", worlds), ("people", people)) if value is not None
    }
    if prior:
        sizes["posterior"] = None
    sizes |= {"seed": seed, "switches": switches_of(switch)}
    if register is not None:
        _register(register, sizes, json, quiet)
        return
    if facts:
        from rewire.studies.facts import check_facts

        with progress("clinical facts", quiet) as report:
            found = check_facts(progress=report, **sizes)
        for path in out or ():
            found.save(path)
        if json:
            write_json(json, found.to_json())
        if json != "-" and not quiet:
            print(found.table(), end="")
        return
    with progress("published trials", quiet) as report:
        card = validating.validate(*chosen, progress=report, **sizes)
    for path in out or ():
        save_scorecard(card, path)
    if json:
        write_json(json, scorecard_json(card))
    if json != "-" and not quiet:
        if sys.stdout.isatty():
            from rich.console import Console

            Console().print(show_scorecard(card))
        else:
            print(card.table(), end="")
        for path in out or ():
            print(f"wrote {path}")


def _register(target: Path, options: dict[str, Any], json: str | None, quiet: bool) -> None:
    """Predicts unpublished trials and appends to the register."""
    from rewire.app.progress import progress
    from rewire.present.register import text_entry
    from rewire.studies.register import register

    with progress("unpublished trials", quiet) as report:
        entry, new = register(target, progress=report, **options)
    if json:
        write_json(json, {**entry.content(), "before": entry.before, "digest": entry.digest, "new": new})
    if json != "-" and not quiet:
        print(text_entry(entry, new), end="")
        print(f"{'appended to' if new else 'unchanged:'} {target}")


def calibrate(
    work: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where evaluations are kept; the same one goes on.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The posterior. [default: FOLDER/posterior.json]")
    ] = None,
    people: Annotated[int, typer.Option("--people", metavar="N", help="Virtual people in each arm.")] = 384,
    trained: Annotated[
        int, typer.Option("--trained", metavar="N", help="Runs of all trials to which the stand-in is fitted.")
    ] = 800,
    chains: Annotated[int, typer.Option("--chains", metavar="N", help="Chains of draws.")] = 8,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="Draws of each chain.")] = 500,
    kept: Annotated[int, typer.Option("--kept", metavar="N", help="Draws that are stored.")] = 100,
    seed: Seed = 1,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Fit the clinical parameters to calibration records, never to a test record; ten minutes on two cores."""
    from rewire.present.calibration import text_calibration
    from rewire.studies import calibrate as calibrating

    def tell(words: str) -> None:
        if not quiet:
            print(words, file=sys.stderr, flush=True)

    found = calibrating.calibrate(
        work, people=people, trained=trained, chains=chains, draws=draws, kept=kept, seed=seed, tell=tell
    )
    target = calibrating.write_posterior(found, out or work / "posterior.json")
    if json:
        write_json(json, dict(found.report))
    if json != "-" and not quiet:
        print(text_calibration(found.report))
        print(f"wrote {target}; to use it, put it to evidence/posterior.json of the package")


def explain(
    claims: Annotated[
        list[str] | None, typer.Argument(metavar="[C1 C2 ...]", help="Claims by number; their list if none.")
    ] = None,
) -> None:
    """Say what is claimed, how well it is supported, and which runs show it."""
    from rewire.evidence.claims import find_claim
    from rewire.present.claims import claim_list, claim_page

    if claims:
        print("\n".join(claim_page(find_claim(name)) for name in claims), end="")
    else:
        print(claim_list())
