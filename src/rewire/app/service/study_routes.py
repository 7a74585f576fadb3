"""Routes of studies: run one person, compare plans in the queue, follow progress, cancel, draw figures, save files."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rewire.app.service.limits import LimitError, Limits
from rewire.app.service.proving import facts_job
from rewire.app.service.queue import Job, Queue
from rewire.app.service.requests import StudyAsked
from rewire.app.service.working import check_possible, course_of, job_of, score_job, status_json
from rewire.errors import StudyError
from rewire.present.theme import fitting
from rewire.studies.result import Comparison

LISTEN_SECONDS = 0.12
"""How often a stream looks for news."""
LEAST_PIXELS, MOST_PIXELS = 200, 4000
"""How narrow and how wide a figure can be asked for."""
FILES = {
    "csv": "text/csv",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}


def study_routes(limits: Limits, queue: Queue) -> APIRouter:
    """The routes under `/api` that work with the model."""
    routes = APIRouter(prefix="/api", tags=["studies"])

    def enqueue(asked: StudyAsked, request: Request) -> Job:
        check_possible(asked)
        return queue.add(job_of(asked, client_of(request), limits))

    @routes.post("/run")
    def run(asked: StudyAsked) -> Any:
        """One person under one plan: every state, signal and score, as `rewire run --json -` prints it."""
        return JSONResponse(course_of(asked, limits).to_json())

    @routes.post("/person")
    def person(asked: StudyAsked) -> Any:
        """One person's cascade as the page draws it: panels, brain, landscape of mood."""
        from rewire.app.service.person_view import view_course

        return JSONResponse(view_course(course_of(asked, limits)))

    @routes.post("/person/figure")
    def person_figure(asked: StudyAsked) -> Any:
        """The layered picture of one person, as a Vega-Lite specification."""
        return JSONResponse(course_of(asked, limits).plot().to_dict(validate=False))

    @routes.post("/compare")
    async def compare(asked: StudyAsked, request: Request) -> Any:
        """Compare plans and wait for the result, as `rewire compare --json -` prints it; leaving cancels the study."""
        job = await anyio.to_thread.run_sync(partial(enqueue, asked, request))
        waited = 0.0
        while not job.finished.is_set():
            if await request.is_disconnected() or waited > limits.longest_answer:
                queue.cancel(job)
                if waited > limits.longest_answer:
                    raise LimitError("the study takes too long to wait for", advice="POST it to /api/studies instead")
                break
            await asyncio.sleep(LISTEN_SECONDS)
            waited += LISTEN_SECONDS
        return JSONResponse(job.tell(result_of(job)))

    @routes.post("/studies", status_code=202)
    def start(asked: StudyAsked, request: Request) -> Any:
        """Puts a comparison in the queue and answers at once with its number."""
        return status(enqueue(asked, request))

    @routes.post("/trials/{name}/score", status_code=202)
    def score(name: str, request: Request) -> Any:
        """Simulates a published trial as it was done and scores the prediction; a study like any other."""
        return status(queue.add(score_job(name, client_of(request))))

    @routes.post("/scorecard", status_code=202)
    def scorecard(request: Request) -> Any:
        """Simulates every published trial as it was done and scores the predictions; a study like any other."""
        return status(queue.add(score_job(None, client_of(request))))

    @routes.post("/facts", status_code=202)
    def facts(request: Request) -> Any:
        """Scores the clinical facts with one set of numbers; a study like any other."""
        return status(queue.add(facts_job(client_of(request))))

    @routes.get("/studies/{number}")
    def look(number: str, request: Request) -> Any:
        """Where a study stands."""
        return status(queue.find(number, client_of(request)))

    @routes.get("/studies/{number}/events")
    async def follow(number: str, request: Request) -> StreamingResponse:
        """Server-sent events: `waiting`, `running`, `first`, and at the end `done`, `failed` or `cancelled`."""
        job = queue.find(number, client_of(request))
        return StreamingResponse(_events(job, status, request), media_type="text/event-stream")

    @routes.get("/studies/{number}/result")
    def result(number: str, request: Request) -> Any:
        """The result; while the study still runs, the first one if it is there."""
        job = queue.find(number, client_of(request))
        return JSONResponse(job.tell(result_of(job)))

    @routes.get("/studies/{number}/words")
    def words(number: str, request: Request) -> Any:
        """The result in plain words, with its sources."""
        made = comparison_of(queue.find(number, client_of(request)))
        return {"words": made.explain().split("\n\n"), "sources": list(made.sources())}

    @routes.get("/studies/{number}/figure")
    def figure(
        number: str,
        request: Request,
        name: str = "",
        scale: str | None = None,
        pixels: Annotated[int, Query(ge=LEAST_PIXELS, le=MOST_PIXELS)] = MOST_PIXELS,
    ) -> Any:
        """A figure of the result as a Vega-Lite specification, as in Python and in reports; no wider than `pixels`."""
        from rewire.present.plots import draw

        made = comparison_of(queue.find(number, client_of(request)))
        return JSONResponse(draw(made, name, scale, fitting(pixels)).to_dict(validate=False))

    @routes.get("/studies/{number}/file.{kind}")
    def file(number: str, kind: str, request: Request) -> Response:
        """The result as a file: csv, json, svg, png or pdf."""
        if kind not in FILES:
            raise StudyError(f"a result cannot be written as '{kind}'", expected=", ".join(FILES))
        made = comparison_of(queue.find(number, client_of(request)))
        with tempfile.TemporaryDirectory() as folder:
            body = made.save(Path(folder) / f"comparison.{kind}").read_bytes()
        headers = {"content-disposition": f'attachment; filename="rewire-comparison.{kind}"'}
        return Response(body, media_type=FILES[kind], headers=headers)

    @routes.delete("/studies/{number}")
    def cancel(number: str, request: Request) -> Any:
        """Stops a study."""
        job = queue.find(number, client_of(request))
        queue.cancel(job)
        return status(job)

    def status(job: Job) -> dict[str, Any]:
        return status_json(job, queue.place(job))

    return routes


def client_of(request: Request) -> str:
    """Who asks: the cookie of the browser, or the address."""
    return str(getattr(request.state, "client", "unknown"))


def result_of(job: Job) -> Any:
    """The result of a job, or its first one; an error that says why there is none."""
    if job.error:
        raise job.error
    made = job.result if job.result is not None else job.first
    if made is None:
        raise StudyError(f"the study is {job.state}", advice="ask for its events, or look again later")
    return made


def comparison_of(job: Job) -> Comparison:
    """The result of a job that compared plans: only such a one has words, figures and files."""
    made = result_of(job)
    if not isinstance(made, Comparison):
        raise StudyError(f"'{job.words}' has no words, figures or files", expected="a comparison of plans")
    return made


async def _events(job: Job, status: Any, request: Request) -> AsyncIterator[str]:
    seen, first = -1, False
    while not await request.is_disconnected():
        ended = job.finished.is_set()
        if job.version != seen or job.state == "waiting":
            seen = job.version
            if job.first is not None and not first:
                first = True
                yield _event("first", status(job))
            yield _event(job.state, status(job))
        if ended:
            return
        await asyncio.sleep(LISTEN_SECONDS)


def _event(name: str, told: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(told)}\n\n"
