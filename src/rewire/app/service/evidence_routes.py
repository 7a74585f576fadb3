"""Routes of the evidence: numbers, quantities, trials, facts, predictions, claims, hypotheses, scenes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from rewire.app.service import looking, proving, scenes


def evidence_routes() -> APIRouter:
    """The routes under `/api` that look things up."""
    routes = APIRouter(prefix="/api", tags=["evidence"])

    @routes.get("/evidence")
    def numbers() -> Any:
        """Every number of every evidence table, with its source in words, and every reference."""
        return JSONResponse(looking.evidence_json())

    @routes.get("/quantities/{name}")
    def quantity(name: str) -> dict[str, Any]:
        """One quantity of the model: unit, meaning, equation, and the parameters in it with their sources."""
        return looking.quantity_json(name)

    @routes.get("/trials")
    def trials() -> Any:
        """Every published trial with its people, arms and results."""
        return JSONResponse(looking.trials_json())

    @routes.get("/facts")
    def facts() -> list[dict[str, Any]]:
        """The clinical facts that one set of numbers must meet together, with what was observed."""
        return proving.facts_json()

    @routes.get("/register")
    def register() -> dict[str, Any]:
        """Predictions of trials whose results are not known: dated, and never changed afterwards."""
        return proving.register_json()

    @routes.get("/claims")
    def claims() -> dict[str, Any]:
        """The ten claims with their grades, what speaks for and against them, and what is not known."""
        return proving.claims_json()

    @routes.get("/hypotheses")
    def hypotheses() -> list[dict[str, Any]]:
        """Every named hypothesis with its grade."""
        return looking.hypotheses_json()

    @routes.get("/scenes")
    def surfaces() -> Any:
        """The surfaces behind the five scenes."""
        return Response(scenes.surfaces_text(), media_type="application/json")

    return routes
