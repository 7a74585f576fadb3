"""The verbs that need no model: `say` repeats a plan in canonical words, `check` explains what is wrong with a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rewire.errors import RewireError, StudyError
from rewire.whole import write_whole

if TYPE_CHECKING:
    from rewire.plans import Plan

LONGEST_NAME = 250  # characters of a file name; a longer text is a phrase
Weight = Annotated[
    float | None,
    typer.Option("--weight", metavar="KG", help="Body weight for the dose audit (70 kg unless given)."),
]
Weeks = Annotated[
    float | None,
    typer.Option("--weeks", metavar="N", help="How far the audit looks (else to the end, or 4 weeks if open)."),
]
Json = Annotated[str | None, typer.Option("--json", metavar="PATH|-", help="Write the result as JSON; - is stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Research = Annotated[bool, typer.Option("--research", help="Allow a plan beyond the safety rules; they become notes.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the plan file here.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("say")(say)
    app.command("check")(check)


def say(
    plan: Annotated[list[str], typer.Argument(metavar="PHRASE...|FILE", help="Phrases in quotes, or plan files.")],
    weight: Weight = None,
    weeks: Weeks = None,
    json: Json = None,
    out: Out = None,
    research: Research = False,
    quiet: Quiet = False,
) -> None:
    """Say a plan in canonical words, then its dose audit."""
    from rewire.app import show_plan
    from rewire.plans import write_plan
    from rewire.plans.catalogue import reference_weight

    read = read_given(plan, research)
    weight = reference_weight() if weight is None else weight
    hours = show_plan.horizon(read, weeks)
    if out:
        write_plan(read, out)
    if json:
        write_json(json, show_plan.as_json(read, weight, hours))
    if json != "-" and not quiet:
        show_plan.show_plan(read, weight, hours)


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILES...", help="Plan or published-trial files.")],
    weight: Weight = None,
    weeks: Weeks = None,
    json: Json = None,
    quiet: Quiet = False,
) -> None:
    """Check plan and trial files: `ok` with a summary, or what is wrong and where."""
    from rewire.app import show_plan
    from rewire.evidence.published import check_trial, is_trial_file
    from rewire.plans import read_plan
    from rewire.plans.catalogue import reference_weight

    weight = reference_weight() if weight is None else weight
    rows: list[dict[str, object]] = []
    for file in files:
        try:
            if is_trial_file(file):
                trial = check_trial(file)
                rows.append({"file": file, "ok": True, "trial": trial.name, "results": len(trial.results)})
                if json != "-" and not quiet:
                    print(f"ok  {file}: trial {trial.name}, {len(trial.arms)} arms, {len(trial.results)} results")
                continue
            plan = read_plan(file)
            hours = show_plan.horizon(plan, weeks)
            rows.append({"file": file, "ok": True, **show_plan.as_json(plan, weight, hours)})
        except RewireError as wrong:
            rows.append({"file": file, "ok": False, "error": show_plan.error_as_json(wrong)})
            print(f"rewire: {wrong}", file=sys.stderr)
            continue
        if json != "-" and not quiet:
            show_plan.show_checked(file, plan, weight, hours)
    if json:
        write_json(json, {"files": rows})
    if not all(row["ok"] for row in rows):
        raise typer.Exit(2)


def read_given(given: list[str], research: bool) -> Plan:
    """One plan of all phrases and files, in the order given; the name and the start date of the first file with one."""
    from rewire.plans import Plan, read_plan

    parts: list[str | Plan] = [read_plan(text) if is_plan_file(text) else text for text in given]
    plans = [part for part in parts if isinstance(part, Plan)]
    return Plan(
        *(phrase for part in parts for phrase in (part.phrases if isinstance(part, Plan) else (part,))),
        name=next((plan.name for plan in plans if plan.name), ""),
        start=next((plan.start for plan in plans if plan.start), None),
        research=research or any(plan.research for plan in plans),
    )


def read_named(given: list[str], research: bool) -> dict[str, Plan]:
    """Plans to compare, one for each file or phrase, by their names."""
    named: dict[str, Plan] = {}
    for text in given:
        plan = read_given([text], research)
        if plan.title in named:
            raise StudyError(f"two plans are called '{plan.title}'", advice="give each plan file a name of its own")
        named[plan.title] = plan
    return named


def is_plan_file(text: str) -> bool:
    """Whether what was typed names a file rather than being a phrase."""
    return Path(text).suffix.lower() in (".yaml", ".yml") or (len(text) < LONGEST_NAME and Path(text).is_file())


def write_json(path: str, result: dict[str, Any]) -> None:
    """Write a result as JSON to a path, or to stdout for `-`."""
    import json

    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
        return
    write_whole(path, text)
