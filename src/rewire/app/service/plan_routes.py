"""Routes that need no model: read a plan while it is written, suggest, move events, and what a plan can name."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter

from rewire.app.service.limits import Limits
from rewire.app.service.moving import move
from rewire.app.service.reading import read_draft
from rewire.app.service.requests import MoveAsked, PlanAsked
from rewire.app.service.suggesting import suggest
from rewire.plans.catalogue import drugs, lengths
from rewire.population import CONDITIONS, GIVEN, PRIMARY, person
from rewire.sources import load_table


def plan_routes(limits: Limits) -> APIRouter:
    """The routes under `/api/plan`, and the vocabulary."""
    routes = APIRouter(prefix="/api", tags=["plans"])

    @routes.post("/plan")
    def read(asked: PlanAsked) -> dict[str, Any]:
        """What each line says, errors at the word, the calendar, the dose audit and the notes."""
        return read_draft(asked.phrases, asked.weight, asked.weeks, asked.research)

    @routes.post("/plan/move")
    def moved(asked: MoveAsked) -> dict[str, Any]:
        """The phrases after an event was moved to another day or taken away."""
        lines = move(
            asked.phrases, asked.line, asked.day, asked.to, whole=asked.all, weeks=asked.weeks, research=asked.research
        )
        return {"phrases": lines}

    @routes.get("/plan/suggest")
    def suggested(text: str = "") -> list[dict[str, Any]]:
        """Whole phrases for what has been typed."""
        return suggest(text[:200])

    @routes.get("/vocabulary")
    def words() -> dict[str, Any]:
        """Everything a study can name: drugs, sessions, life events, conditions, traits, settings, limits."""
        return {
            **_vocabulary(),
            "limits": {"people": limits.most_people, "weeks": limits.most_weeks, "plans": limits.most_plans},
        }

    return routes


@cache
def _vocabulary() -> dict[str, Any]:
    beliefs, scales, people = load_table("beliefs"), load_table("scales"), load_table("populations")
    names = [name for name in scales.groups() if "maximum" in scales.group(name)]
    return {
        "drugs": {
            name: {
                "role": drug.role,
                "routes": {route.name: route.studied.show() if route.studied else "" for route in drug.routes.values()},
            }
            for name, drug in drugs().items()
        },
        **{kind: list(lengths(kind)) for kind in ("therapy", "activity", "life")},
        "conditions": {
            name: {
                "scale": PRIMARY.get(name, "MADRS"),
                "age": people.number(name, "age_mean"),
                "failed_treatments": float(person(name).covariates()["failed_treatments"][0]),
                "baseline": {
                    scale: people.number(name, "baseline", scale, "mean")
                    for scale in people.group(name, "baseline").groups()
                },
            }
            for name in CONDITIONS
        },
        "traits": list(GIVEN),
        "maskings": list(beliefs.group("masking")),
        "settings": list(beliefs.group("setting")),
        "routine": list(beliefs.texts("routine_settings")),
        "scales": {
            name: {"maximum": scales.number(name, "maximum"), "remission": scales.number(name, "remission")}
            for name in names
        },
    }
