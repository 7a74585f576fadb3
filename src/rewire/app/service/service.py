"""The service: routes, errors in plain words, and the model made ready in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from rewire.app.service.evidence_routes import evidence_routes
from rewire.app.service.limits import BusyError, Limits
from rewire.app.service.pages import charts_library, page_routes
from rewire.app.service.person_routes import person_routes
from rewire.app.service.plan_routes import plan_routes
from rewire.app.service.queue import Queue, UnknownJobError
from rewire.app.service.reading import error_json
from rewire.app.service.requests import Refusal
from rewire.app.service.scenes import surfaces_text
from rewire.app.service.security import Guard
from rewire.app.service.study_routes import study_routes
from rewire.errors import RewireError

SMALLEST_PACKED = 2000
"""Answers from this size on are sent compressed."""
REFUSED: tuple[int | str, ...] = (400, 404, 422, 429)
"""Not readable, not there, not possible, too much at once: all are told in the same form."""


class Readiness:
    """Whether the model is compiled; the first time ever that takes a while, and pages say so."""

    def __init__(self) -> None:
        self.ready = False
        self.seconds = 0.0
        self.problem = ""

    def warm(self) -> None:
        """Compiles or loads the model, draws nothing, and brings the chart library into memory."""
        import rewire
        from rewire.app.service.person_view import view_course
        from rewire.app.service.suggesting import suggest
        from rewire.present.figures import layers  # noqa: F401 - loads the charts
        from rewire.studies.course import follow

        began = time.monotonic()
        try:
            plan = rewire.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
            view_course(follow(plan, rewire.person("TRD"), 1))
        except RewireError as wrong:
            self.problem = str(wrong)
        self.seconds = time.monotonic() - began
        self.ready = not self.problem
        suggest("")
        charts_library()
        if self.ready:
            surfaces_text()


def make_service(token: str | None = None, limits: Limits | None = None, *, warm: bool = True) -> Guard:
    """The whole workbench as one ASGI application."""
    limits = limits or Limits()
    readiness, queue = Readiness(), Queue(limits)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=readiness.warm, name="warm", daemon=True).start()
        yield
        queue.stop()

    service = FastAPI(
        title="rewire workbench",
        version=version("rewire"),
        description="Research and education; not a medical device. No dose recommendation, no suicide prediction.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=life,
        responses={status: {"model": Refusal} for status in REFUSED},
    )
    service.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=4)

    @service.get("/api/health", tags=["service"])
    def health() -> dict[str, Any]:
        """Whether the model is ready."""
        return {
            "ready": readiness.ready,
            "seconds": round(readiness.seconds, 2),
            "problem": readiness.problem,
            "version": version("rewire"),
        }

    for routes in (
        plan_routes(limits),
        study_routes(limits, queue),
        evidence_routes(),
        person_routes(limits, queue),
        page_routes(),
    ):
        service.include_router(routes)
    service.add_exception_handler(RewireError, _wrong)
    service.add_exception_handler(RequestValidationError, _unreadable)
    service.add_exception_handler(HTTPException, _impossible)
    return Guard(service, token, limits.largest_body)


def _wrong(_: Request, wrong: Exception) -> JSONResponse:
    """An error a user can put right: its words and its place."""
    status = 429 if isinstance(wrong, BusyError) else 404 if isinstance(wrong, UnknownJobError) else 422
    told = error_json(wrong) if isinstance(wrong, RewireError) else {"problem": str(wrong)}
    return JSONResponse({"error": told}, status_code=status)


def _impossible(_: Request, wrong: Exception) -> JSONResponse:
    """What the web framework refuses by itself, in the same form as every other error."""
    assert isinstance(wrong, HTTPException)
    told = {"problem": wrong.detail, "place": None, "expected": "", "advice": "see /api"}
    return JSONResponse({"error": told}, status_code=wrong.status_code, headers=wrong.headers)


def _unreadable(_: Request, wrong: Exception) -> JSONResponse:
    """A request that is not what the service expects, in the same form as every other error."""
    first = wrong.errors()[0] if isinstance(wrong, RequestValidationError) else {"loc": (), "msg": str(wrong)}
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    told = {"problem": f"{where or 'the request'}: {first['msg']}", "place": None, "expected": "", "advice": "see /api"}
    return JSONResponse({"error": told}, status_code=422)
