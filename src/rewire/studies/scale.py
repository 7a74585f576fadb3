"""Studies of any size: blocks of people as pure functions of (study, seed, range), run by any executor, kept as parts.

Who runs a block, and when, changes no bit of it. A run that was killed goes on from its finished parts.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import kernel
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import Circumstances
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.studies.cohort import Arm, Prepared, Progress, observed, prepare, simulate, workers
from rewire.studies.parts import FORMATS, Place, Scores
from rewire.studies.record import describe_study

BLOCK = 2048
"""People in a part."""
AHEAD = 3
"""Blocks handed out ahead for each worker: enough to keep it busy, few enough to keep memory small."""
LIVES = 3
"""How often a pool of own processes is started anew after one of them was killed."""
WEEK = 168.0


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
    masking: str | None = None
    setting: str = "clinic"
    switches: tuple[tuple[str, bool], ...] = ()
    precision: str = "float32"
    hours: tuple[float, ...] = field(default=())

    @staticmethod
    def of(plans: Mapping[str, Plan], people: People, weeks: float, **options: Any) -> Study:
        """A study of `people`, read daily unless `hours` says when."""
        if not plans:
            raise StudyError("there is no plan to run")
        if not 0 < weeks <= 520:
            raise StudyError(f"a study of {weeks:g} weeks cannot be run", expected="more than 0, up to 520 weeks")
        switches = tuple(sorted(dict(options.pop("switches", None) or {}).items()))
        return Study(
            tuple(plans.items()),
            people.condition,
            people.n,
            people.seed,
            people.first,
            tuple(people.given.items()),
            people.typical,
            weeks,
            switches=switches,
            **options,
        )

    @property
    def people(self) -> People:
        """The people of the study."""
        return People(self.condition, self.n, self.seed, self.first, dict(self.given), self.typical)

    @property
    def arms(self) -> list[Arm]:
        """An arm a plan."""
        known = posterior_in_use().posterior
        given = Circumstances(setting=self.setting, switches=dict(self.switches), posterior=known)
        return [Arm.of(name, plan, given, self.masking) for name, plan in self.plans]

    @property
    def times(self) -> list[float]:
        """When scores are read (h)."""
        return list(self.hours) or [24.0 * day for day in range(int(self.weeks * 7) + 1)]

    def describe(self) -> dict[str, Any]:
        """What made the parts, as plain data."""
        said = describe_study("scale", dict(self.plans), self.people, self.weeks, self.arms, 0, self.precision)
        said.pop("python", None)
        return {**said, "hours": self.times, "block": BLOCK}


@cache
def _prepared(study: bytes) -> list[Prepared]:
    """The arms of a study, ready to run; kept, because a worker does many blocks."""
    known: Study = pickle.loads(study)  # made by `keep_people` and nobody else
    compiled = kernel(standard_model(), known.precision)
    scale = known.people.scale
    return [prepare(compiled, arm, known.weeks * WEEK, known.times, scale) for arm in known.arms]


def block_of(study: Study, number: int) -> People:
    """The people of a block."""
    return study.people.part(number * BLOCK, min((number + 1) * BLOCK, study.n))


def run_block(study: Study, number: int) -> dict[str, Scores]:
    """The observed scores `[time, person]` of one block, by plan and scale: a pure function of its arguments."""
    who = block_of(study, number)
    found: dict[str, Scores] = {}
    compiled = kernel(standard_model(), study.precision)
    for ready in _prepared(pickle.dumps(study)):
        recording = simulate(standard_model(), compiled, ready, who, list(SCALES.values()))
        found[ready.arm.name] = {scale: observed(recording, scale, who) for scale in SCALES}
    return found


def write_block(study: Study, number: int, path: str, kind: str) -> int:
    """Runs one block and writes its part; gives how many people it holds."""
    who = block_of(study, number)
    hours: NDArray[np.float64] = np.array(study.times)
    form = FORMATS[kind]
    Place(path).write(form.name(number), form.content(run_block(study, number), who.first, hours))
    return who.n


def keep_people(
    plans: Mapping[str, Plan],
    people: People,
    weeks: float,
    path: str,
    *,
    kind: str = "parquet",
    executor: Executor | None = None,
    cluster: str | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Everybody's daily scores into the folder `path`, a part a block of people; gives what was done.

    Blocks run in `processes` processes of this machine, in any `executor` of `concurrent.futures`, or on a Dask
    `cluster` ("tcp://..."). Called again with the same study it does what is missing. Options: `masking`, `setting`,
    `switches`, `precision`, `hours`.

    Raises `StudyError` for a folder that holds something else or an unknown `kind`.
    """
    if kind not in FORMATS:
        raise StudyError(f"unknown kind of file '{kind}'", expected=" or ".join(FORMATS))
    study = Study.of(plans, people, weeks, **options)
    place = Place(path)
    place.claim(study.describe())
    kernel(standard_model(), study.precision)  # compiled here once, found in the cache by everybody
    total = -(-study.n // BLOCK)
    there = place.names()
    missing = [number for number in range(total) if FORMATS[kind].name(number) not in there]
    done = study.n - sum(block_of(study, number).n for number in missing)
    resumed = done
    lives = LIVES if executor is None and cluster is None else 0
    while missing:
        try:
            with _executor(executor, cluster, processes) as pool:
                for number, count in _run(pool, study, missing, path, kind, processes):
                    missing.remove(number)
                    done += count
                    if progress:
                        progress(done, study.n)
        except BrokenExecutor:
            lives -= 1
            if lives < 0:
                raise StudyError(
                    f"a worker was killed; {total - len(missing)} of {total} blocks are finished",
                    advice="run the same again to go on from there",
                ) from None
    return {"people": study.n, "blocks": total, "resumed": resumed, "path": path}


def _run(
    pool: Executor, study: Study, numbers: list[int], path: str, kind: str, processes: int | None
) -> Iterator[tuple[int, int]]:
    """Finished blocks as they come, never more than a few waiting."""
    waiting = iter(list(numbers))
    running: dict[Future[int], int] = {}
    ahead = AHEAD * (processes or workers())
    while True:
        for number in islice(waiting, ahead - len(running)):
            running[pool.submit(write_block, study, number, path, kind)] = number
        if not running:
            return
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            yield running.pop(future), future.result()


@contextmanager
def _executor(executor: Executor | None, cluster: str | None, processes: int | None) -> Iterator[Executor]:
    if executor is not None:
        yield executor
    elif cluster is not None:
        try:
            from distributed import Client
        except ImportError:
            raise StudyError("a cluster needs Dask", advice="pip install 'rewire[cluster]'") from None
        with Client(cluster) as client:
            yield client.get_executor()
    else:
        # Started fresh: a forked copy of a process with threads may hang.
        with ProcessPoolExecutor(processes or workers(), mp_context=get_context("spawn")) as pool:
            yield pool
