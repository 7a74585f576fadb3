"""Studies of any size: blocks of people as pure functions of (study, seed, range), run by any executor, kept as parts.

Who runs a block, and when, changes no bit of it. A run that was killed goes on from its finished parts.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from multiprocessing import get_context
from typing import Any

import numpy as np

from rewire.engine.kernels import kernel
from rewire.engine.schedule import Grid
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import Circumstances
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.studies import cohort
from rewire.studies.cohort import Arm, Prepared, Progress, observed, prepare, simulate
from rewire.studies.parts import COMPLETE, Place, Scores, format_of
from rewire.studies.record import describe_study

BLOCK = 2048
"""People in a part."""
AHEAD = 3
"""Blocks handed out ahead for each worker: enough to keep it busy, few enough to keep memory small."""
LIVES = 3
"""How often a pool of own processes is started anew after one of them was killed."""
WEEK = 168.0
PATIENCE = "20s"
"""How long a cluster may take to answer."""


@dataclass(frozen=True)
class Study:
    """Everything that decides the scores of a person: plain data that can be sent to another machine."""

    plans: tuple[tuple[str, Plan], ...]
    condition: str
    n: int
    seed: int
    first: int
    given: tuple[tuple[str, Any], ...]
    typical: bool
    weeks: float
    block: int
    masking: str | None = None
    setting: str = "clinic"
    switches: tuple[tuple[str, bool], ...] = ()
    precision: str = "float32"
    steps: str = "standard"
    prior: bool = False
    hours: tuple[float, ...] = field(default=())

    @staticmethod
    def of(plans: Mapping[str, Plan], people: People, weeks: float, **options: Any) -> Study:
        """A study of `people`, read daily unless `hours` says when beside the baseline; each time once, in order."""
        if not plans:
            raise StudyError("there is no plan to run")
        if not 0 < weeks <= 520:
            raise StudyError(f"a study of {weeks:g} weeks cannot be run", expected="more than 0, up to 520 weeks")
        switches = tuple(sorted(dict(options.pop("switches", None) or {}).items()))
        hours = options.pop("hours", ())
        if not all(0 <= hour <= weeks * WEEK for hour in hours):
            raise StudyError("a time outside the study", expected=f"hours from 0 to {weeks * WEEK:g}")
        return Study(
            tuple(plans.items()),
            people.condition,
            people.n,
            people.seed,
            people.first,
            tuple(people.given.items()),
            people.typical,
            weeks,
            BLOCK,
            switches=switches,
            hours=tuple(sorted({0.0, *map(float, hours)})) if hours else (),
            **options,
        )

    @property
    def people(self) -> People:
        """The people of the study."""
        return People(self.condition, self.n, self.seed, self.first, dict(self.given), self.typical)

    @property
    def arms(self) -> list[Arm]:
        """An arm a plan."""
        known = posterior_in_use(None if self.prior else "stored").posterior
        given = Circumstances(setting=self.setting, switches=dict(self.switches), posterior=known)
        return [Arm.of(name, plan, given, self.masking) for name, plan in self.plans]

    @property
    def times(self) -> list[float]:
        """When scores are read (h)."""
        return list(self.hours) or [24.0 * day for day in range(int(self.weeks * 7) + 1)]

    def describe(self) -> dict[str, Any]:
        """What made the parts, as plain data."""
        said = describe_study(
            "scale", dict(self.plans), self.people, self.weeks, self.arms, 0, self.precision, steps=self.steps
        )
        said.pop("python", None)
        return {**said, "hours": self.times, "block": self.block}


@cache
def _prepared(study: bytes) -> list[Prepared]:
    """The arms of a study, ready to run; kept, because a worker does many blocks."""
    known: Study = pickle.loads(study)  # made by `keep_people` and nobody else
    compiled = kernel(standard_model(), known.precision)
    scale = known.people.scale
    grid = Grid.named(known.steps)
    return [prepare(compiled, arm, known.weeks * WEEK, known.times, scale, grid) for arm in known.arms]


def block_of(study: Study, number: int) -> People:
    """The people of a block."""
    return study.people.part(number * study.block, min((number + 1) * study.block, study.n))


def run_block(study: Study, number: int) -> dict[str, Scores]:
    """The observed scores `[time, person]` of one block, by plan and scale: a pure function of its arguments."""
    who = block_of(study, number)
    found: dict[str, Scores] = {}
    compiled = kernel(standard_model(), study.precision)
    for ready in _prepared(pickle.dumps(study)):
        recording = simulate(standard_model(), compiled, ready, who, list(SCALES.values()))
        found[ready.arm.name] = {scale: observed(recording, scale, who) for scale in SCALES}
    return found


def write_block(study: Study, number: int, path: str) -> int:
    """Runs one block and writes its part; gives how many people it holds."""
    who = block_of(study, number)
    format_of(path).write(path, number, run_block(study, number), who.first, np.array(study.times))
    return who.n


def keep_people(
    plans: Mapping[str, Plan],
    people: People,
    weeks: float,
    path: str,
    *,
    executor: Executor | None = None,
    cluster: str | None = None,
    workers: int | None = None,
    processes: bool = False,
    progress: Progress | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Everybody's daily scores into the folder `path`, a part a block of people; gives what was done.

    `path` ends in `.parquet` (one row a plan, person and time) or `.zarr` (arrays `[person, time]`); with `://` in it
    it goes through fsspec. Blocks run in `workers` threads, or `processes`, of this machine, in any `executor` of
    `concurrent.futures` (then `workers` says how many it has), or on a Dask `cluster` ("tcp://..."). The bits are the
    same. Called again with the same study it does what is missing. Options: `masking`, `setting`, `switches`,
    `precision`, `steps`, `hours`, and `prior=True` to leave the stored posterior out.

    Raises `StudyError` for a folder that holds something else or has another ending, and for a worker that was killed
    more often than once or twice.
    """
    form = format_of(path)
    books = form.books(path)
    study = Study.of(plans, people, weeks, **options)
    kernel(standard_model(), study.precision)  # compiled here once, found in the cache by everybody
    books.claim(study.describe(), Place(path))
    everybody = range(people.first, people.first + people.n, study.block)
    form.begin(path, list(plans), list(SCALES), everybody, np.array(study.times))
    total = -(-study.n // study.block)
    there = books.names()
    missing = [number for number in range(total) if form.mark(number) not in there]
    done = resumed = study.n - sum(block_of(study, number).n for number in missing)
    lives = LIVES if processes else 0
    while missing:
        try:
            with _executor(executor, cluster, workers, processes) as (pool, count):
                for number, finished in _run(pool, study, missing, path, AHEAD * count):
                    missing.remove(number)
                    done += finished
                    if progress:
                        progress(done, study.n)
        except BrokenExecutor:
            lives -= 1
            if lives < 0:
                raise StudyError(
                    f"a worker was killed; {total - len(missing)} of {total} blocks are finished",
                    advice="run the same again to go on from there",
                ) from None
    report = {"people": study.n, "blocks": total}
    books.write(COMPLETE, (json.dumps(report) + "\n").encode())
    return {**report, "resumed": resumed, "path": path}


def _run(pool: Executor, study: Study, numbers: list[int], path: str, ahead: int) -> Iterator[tuple[int, int]]:
    """Finished blocks as they come, never more than a few waiting."""
    waiting = iter(list(numbers))
    running: dict[Future[int], int] = {}
    while True:
        for number in islice(waiting, ahead - len(running)):
            running[pool.submit(write_block, study, number, path)] = number
        if not running:
            return
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            yield running.pop(future), future.result()


@contextmanager
def _executor(
    executor: Executor | None, cluster: str | None, count: int | None, processes: bool
) -> Iterator[tuple[Executor, int]]:
    """What runs blocks, and how many it runs at a time."""
    count = count or cohort.workers()
    if executor is not None:
        yield executor, count
    elif cluster is not None:
        with _dask(cluster) as client:
            yield client.get_executor(), max(1, sum(client.nthreads().values()))
    elif processes:
        # Started fresh: a forked copy of a process with threads may hang.
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            yield pool, count
    else:
        with ThreadPoolExecutor(count) as pool:
            try:
                yield pool, count
            except BaseException:
                pool.shutdown(cancel_futures=True)  # whoever stops a run does not wait for what was only handed out
                raise


def _dask(address: str) -> Any:
    """A client of a cluster."""
    try:
        from distributed import Client
    except ImportError:
        raise StudyError("a cluster needs Dask", advice="pip install 'rewire[cluster]'") from None
    try:
        return Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as problem:
        raise StudyError(
            f"no Dask cluster answers at '{address}': {problem}",
            expected="the address of a scheduler, such as tcp://127.0.0.1:8786",
            advice="start one with `dask scheduler`",
        ) from None
