"""Studies as jobs: the same `compare` and `run` as everywhere, with progress, a first result, a way to stop."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from rewire.app.service.limits import Limits, check_size
from rewire.app.service.queue import Job
from rewire.app.service.requests import StudyAsked
from rewire.errors import StudyError
from rewire.studies.result import Comparison, Course

COURSES_AT_ONCE = threading.BoundedSemaphore(2)
"""One person takes a moment; two at a time leave the machine free for the rest."""


def course_of(asked: StudyAsked, limits: Limits) -> Course:
    """One person under one plan, now."""
    from rewire.studies.course import follow

    plans = asked.read_plans()
    if len(plans) != 1 or asked.people.n != 1:
        raise StudyError("one person follows one plan", expected="one plan, and people with n 1")
    check_size(limits, 1, 1, asked.weeks, 0)
    plan = next(iter(plans.values()))
    with COURSES_AT_ONCE:
        return follow(
            plan,
            asked.people.people(),
            asked.weeks,
            masking=asked.masking_for(plans),
            setting=asked.setting,
            switches=asked.switches,
            precision=asked.precision,
        )


def job_of(asked: StudyAsked, client: str, limits: Limits) -> Job:
    """The comparison asked for, as a job; what is wrong with it is said before it waits."""
    plans = asked.read_plans()
    people = replace(asked.people.people(), typical=False)
    if people.n < 2:
        raise StudyError("a comparison is of a population", expected="at least 2 people")
    size = check_size(limits, len(plans), people.n, asked.weeks, asked.draws)
    masking = asked.masking_for(plans)

    def work(job: Job) -> Comparison:
        from rewire.studies.compare import compare

        # Sampling alone takes a fraction of the time: people see something while the rest is worked out.
        return compare(
            plans,
            people,
            asked.weeks,
            masking=masking,
            setting=asked.setting,
            switches=asked.switches,
            draws=asked.draws,
            precision=asked.precision,
            steps=asked.steps,
            progress=job.report,
            early=job.show_first,
        )

    words = f"{len(plans)} plan{'s' if len(plans) > 1 else ''} x {people.n:,} people x {asked.weeks:g} weeks"
    return Job(client, words, work, "short" if size <= limits.short_person_weeks else "long")


def score_job(name: str | None, client: str) -> Job:
    """A published trial, or all of them, simulated as they were done and compared with what was found."""
    from rewire.evidence.published import find_trial
    from rewire.present.scorecard import scorecard_json

    chosen = [find_trial(name)] if name else []

    def work(job: Job) -> Any:
        from rewire.studies.validate import validate

        return validate(*chosen, progress=job.report)

    words, lane = (f"the trial {name}", "short") if name else ("all published trials", "long")
    return Job(client, words, work, lane, tell=scorecard_json)


def check_possible(asked: StudyAsked) -> None:
    """Refuses at once what the model cannot run: an unknown condition, setting, masking or hypothesis."""
    from rewire.models.parameters import Circumstances, parameters
    from rewire.models.standard import standard_model
    from rewire.population import People

    plans = asked.read_plans()
    where = Circumstances(asked.masking_for(plans) or "open", asked.setting, dict(asked.switches))
    one = asked.people.people()
    parameters(standard_model(), People(one.condition, 1, one.seed, given=one.given), where)


def status_json(job: Job, place: int) -> dict[str, Any]:
    """Where a job stands."""
    from rewire.app.service.reading import error_json

    return {
        "id": job.number,
        "words": job.words,
        "state": job.state,
        "before": place,
        "done": job.done,
        "total": job.total,
        "seconds_left": job.seconds_left,
        "first": job.first is not None,
        "error": error_json(job.error) if job.error else None,
    }
