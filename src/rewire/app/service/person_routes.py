"""Routes of one real person: what their scores say, and what each option would change.

What is sent is answered from memory and forgotten; nothing is written to disk. No dose is recommended and suicidality
is not predicted.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from rewire.app.service.limits import Limits, check_size
from rewire.app.service.queue import Job, Queue
from rewire.app.service.requests import Asked
from rewire.app.service.study_routes import client_of
from rewire.app.service.working import status_json
from rewire.errors import StudyError
from rewire.plans import read
from rewire.present.words import sentence

MOST_SCORES, MOST_OPTIONS = 200, 4
LOW, MIDDLE, HIGH = 1, 3, 5
"""Rows of the forecast's quantiles that hold one in ten, the middle and nine in ten."""


class ScoreAsked(Asked):
    """One score: hours since the first dose (0 or negative: before it), the scale, and the total."""

    hours: float
    scale: str
    score: int


class ForecastAsked(Asked):
    """A person as data, and options: plans by name that share the past; the first one is what was given."""

    scores: list[ScoreAsked] = Field(min_length=1, max_length=MOST_SCORES)
    options: dict[str, str] = Field(min_length=1, max_length=MOST_OPTIONS)
    condition: str = "TRD"
    setting: str = "clinic"
    covariates: dict[str, float] = Field(default_factory=dict)
    weeks: float = Field(default=8.0, gt=0)
    scale: str | None = None


def person_routes(limits: Limits, queue: Queue) -> APIRouter:
    """The routes under `/api/people`."""
    routes = APIRouter(prefix="/api/people", tags=["a person"])

    @routes.get("/parts")
    def parts() -> dict[str, Any]:
        """Which parts of the individual view this installation has."""
        return {"fit": installed()}

    @routes.post("/forecast", status_code=202)
    def forecast(asked: ForecastAsked, request: Request) -> Any:
        """What the scores say and what is ahead under each option; a study like any other, with a number to ask for."""
        if not installed():
            raise StudyError("the part that learns from a person's scores is not installed")
        check_size(limits, len(asked.options), 1, asked.weeks, 0)
        job = queue.add(forecast_job(asked, client_of(request)))
        return status_json(job, queue.place(job))

    return routes


def installed() -> bool:
    """Whether this installation can fit a person."""
    return find_spec("rewire.inference") is not None and find_spec("rewire.studies.forecast") is not None


def forecast_job(asked: ForecastAsked, client: str) -> Job:
    """The fit of one person and a forecast for each option, as a job; what is wrong is said before it waits."""
    from rewire.inference.cloud import Prior
    from rewire.inference.scores import Person, Score
    from rewire.population import People

    plans = {name: read(text, name).called(name) for name, text in asked.options.items()}
    scores = tuple(Score(one.hours, one.scale, one.score, one.score) for one in asked.scores)
    person = Person(scores, covariates=asked.covariates)
    People(asked.condition, 1)
    prior = Prior(asked.condition, setting=asked.setting)

    def work(job: Job) -> dict[str, Any]:
        from rewire.inference.fit import fit_person
        from rewire.studies.forecast import forecast

        job.report(0, len(plans) + 1)
        belief = fit_person(person, next(iter(plans.values())), prior)
        told = {}
        for done, (name, plan) in enumerate(plans.items(), start=1):
            job.report(done, len(plans) + 1)
            told[name] = _shown(forecast(belief, asked.weeks, plan, asked.scale))
        return {"options": told, "sure": belief.sure, "remarks": list(belief.remarks), "like": belief.like_at_entry}

    return Job(client, "one person", work, "short", tell=dict)


def _shown(ahead: Any) -> dict[str, Any]:
    """What the page shows of one forecast, on its main scale."""
    scale = ahead.scale
    return {
        "scale": scale,
        "bands": _bands(ahead.bands[scale]),
        "alike": _bands(ahead.alike[scale]),
        "chances": [{"words": one.words, "share": _at_end(one.share)} for one in ahead.chances.values()],
        "relapse": None if ahead.relapse is None else list(ahead.relapse.quartiles),
        "track": sentence(ahead.track.words) if ahead.track else "",
        "reliable": [sentence(words) for words in ahead.reliable],
        "naive": [{"name": one.name, "end": float(one.scores[-1])} for one in ahead.naive],
        "doses": len([row for row in ahead.doses if row.hours > ahead.now]),
    }


def _bands(band: Any) -> dict[str, Any]:
    rows = {"low": LOW, "middle": MIDDLE, "high": HIGH}
    quantiles = {name: [round(float(value), 2) for value in band.levels[row]] for name, row in rows.items()}
    return {"hours": [float(hour) for hour in band.hours], **quantiles}


def _at_end(share: Any) -> float | None:
    last = float(share[-1])
    return last if last == last else None
