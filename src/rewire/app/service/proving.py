"""What the model is held against, as pages show it: clinical facts, predictions made before the event, graded claims."""

from __future__ import annotations

from functools import cache
from typing import Any

from rewire.app.service.looking import trial_json
from rewire.app.service.queue import Job
from rewire.evidence.claims import Claim, claim_names, find_claim, grades
from rewire.evidence.library import reference
from rewire.evidence.published.facts import FactRow, facts
from rewire.evidence.published.register import Entry, prospective_files, shipped_register
from rewire.evidence.published.shelf import find_trial
from rewire.present.register import cells, model_words


@cache
def facts_json() -> list[dict[str, Any]]:
    """The clinical facts with what was observed and by whom; nothing is simulated."""
    return [
        {
            "fact": fact.name,
            "title": fact.title,
            "statement": fact.statement,
            "unscored": fact.unscored,
            "rows": [_fact_row(row) for row in fact.rows],
        }
        for fact in facts()
    ]


def _fact_row(row: FactRow) -> dict[str, Any]:
    result, told = row.result, trial_json(row.trial)
    return {
        "trial": row.trial.name,
        "use": row.trial.use,
        "arm": " v ".join(result.arms),
        "scale": result.scale,
        "measure": result.measure,
        "at": result.at_hours,
        "from": result.from_hours,
        "status": result.status,
        "observed": result.value,
        "citation": told["citation"],
        "address": told["address"],
    }


def facts_job(client: str) -> Job:
    """The clinical facts, scored with one set of numbers."""
    from rewire.present.facts import facts_json as scored

    def work(job: Job) -> Any:
        from rewire.studies.facts import check_facts

        return check_facts(progress=job.report)

    return Job(client, "the clinical facts", work, "long", tell=scored)


@cache
def register_json() -> dict[str, Any]:
    """The dated predictions of trials whose results are not known, the newest first, and those trials."""
    return {
        "entries": [_entry(entry) for entry in reversed(shipped_register())],
        "trials": [trial_json(find_trial(name, "prospective")) for name in prospective_files()],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    rows = []
    for row in entry.rows:
        what, predicted, inner, outer = cells(row)
        rows.append({"trial": row["trial"], "what": what, "predicted": predicted, "80": inner, "95": outer})
    return {"date": entry.date, "digest": entry.digest, "model": model_words(entry), "rows": rows}


@cache
def claims_json() -> dict[str, Any]:
    """Every claim with its grade, what speaks for and against it, and what is not known; and what the grades mean."""
    return {"grades": grades(), "claims": [_claim(find_claim(name)) for name in claim_names()]}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "name": claim.name,
        "title": claim.title,
        "grade": claim.grade,
        "rule": claim.rule,
        "why": claim.why,
        "model": claim.model,
        "unknown": claim.unknown,
        "for": _works(claim.supports),
        "against": _works(claim.opposes),
        "contradictions": [{"says": says, "carried": carried} for says, carried in claim.contradictions],
    }


def _works(said: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    works = ((reference(key), words) for key, words in said)
    return [{"short": one.short, "full": one.full, "address": one.address, "says": words} for one, words in works]
