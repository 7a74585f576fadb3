"""A queue of studies that is fair between clients, with a lane for short work and a lane for long work.

The next study of a lane is the first one of the client who has waited longest, so one client with many studies cannot
starve another. A study can be cancelled at any time and is stopped when its time is over.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from rewire.app.service.limits import BusyError, LimitError, Limits
from rewire.errors import RewireError

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Report = Callable[[int, int], None]
LANES = ("short", "long")


class Stopped(Exception):
    """Raised inside a study to leave it: cancelled, or out of time."""


class UnknownJobError(RewireError):
    """No study has this number, or it was made by somebody else, or it is forgotten."""


@dataclass
class Job:
    """A study on its way. `work` gets the job and returns the result; `version` counts changes, for who listens."""

    client: str
    words: str
    work: Callable[[Job], Any]
    lane: str
    tell: Callable[[Any], Any] = field(default=lambda made: made.to_json())
    """The result as plain data."""
    number: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    state: State = "waiting"
    done: int = 0
    total: int = 0
    began: float = 0.0
    ended: float = 0.0
    deadline: float = float("inf")
    first: Any = None
    """A first result, before the last one is ready."""
    result: Any = None
    error: RewireError | None = None
    version: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)

    def report(self, done: int, total: int) -> None:
        """Progress; leaves the study when it was cancelled or its time is over."""
        if self.stop.is_set():
            raise Stopped
        if time.monotonic() > self.deadline:
            raise LimitError("the study took too long and was stopped", advice="fewer people, weeks or draws")
        self.done, self.total = done, total
        self.version += 1

    def show_first(self, result: Any) -> None:
        """Gives a first result while the rest is still being worked out."""
        self.first = result
        self.version += 1

    @property
    def seconds_left(self) -> float | None:
        """How long the work is likely to take from now; None while that is unknown."""
        if self.state != "running" or not self.done or not self.total:
            return None
        return (time.monotonic() - self.began) * (self.total - self.done) / self.done


class Queue:
    """Runs jobs in two lanes of one worker each; the workers start with the first job and end with the process."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._waiting: dict[str, list[Job]] = {lane: [] for lane in LANES}
        self._jobs: dict[str, Job] = {}
        self._served: dict[str, float] = {}
        self._changed = threading.Condition()
        self._started = False

    def add(self, job: Job) -> Job:
        """Puts a job in its lane; refuses one more from a client who has too many there already."""
        with self._changed:
            mine = [one for one in self._jobs.values() if one.client == job.client and not one.finished.is_set()]
            if len(mine) >= self.limits.most_waiting:
                raise BusyError(
                    f"{len(mine)} of your studies are waiting or running",
                    expected=f"at most {self.limits.most_waiting}",
                    advice="wait for one, or cancel one",
                )
            self._jobs[job.number] = job
            self._waiting[job.lane].append(job)
            self._forget(job.client)
            if not self._started:
                self._started = True
                for lane in LANES:
                    threading.Thread(target=self._work, args=(lane,), name=f"studies-{lane}", daemon=True).start()
            self._changed.notify_all()
        return job

    def find(self, number: str, client: str) -> Job:
        """The job of that number if it is this client's."""
        job = self._jobs.get(number)
        if job is None or job.client != client:
            raise UnknownJobError(f"there is no study '{number}'", advice="it may be forgotten: run it again")
        return job

    def place(self, job: Job) -> int:
        """How many jobs are before this one in its lane."""
        with self._changed:
            order = self._in_turn(job.lane)
        return order.index(job) if job in order else 0

    def cancel(self, job: Job) -> None:
        """Takes a waiting job out, or asks a running one to stop."""
        job.stop.set()
        with self._changed:
            if job in self._waiting[job.lane]:
                self._waiting[job.lane].remove(job)
                self._end(job, "cancelled")

    def stop(self) -> None:
        """Asks every job to stop: the service ends."""
        for job in list(self._jobs.values()):
            self.cancel(job)

    def _work(self, lane: str) -> None:
        while True:
            with self._changed:
                while not self._waiting[lane]:
                    self._changed.wait()
                job = self._in_turn(lane)[0]
                self._waiting[lane].remove(job)
                self._served[job.client] = time.monotonic()
                job.state, job.began = "running", time.monotonic()
                job.deadline = job.began + self.limits.longest_seconds
                job.version += 1
            self._run(job)

    def _run(self, job: Job) -> None:
        try:
            job.result = job.work(job)
        except Stopped:
            self._end(job, "cancelled")
        except RewireError as wrong:
            job.error = wrong
            self._end(job, "failed")
        except Exception as fault:
            job.error = RewireError(
                f"a fault of the program: {type(fault).__name__}: {fault}", advice="please report it"
            )
            self._end(job, "failed")
        else:
            self._end(job, "done")

    def _in_turn(self, lane: str) -> list[Job]:
        """The waiting jobs of a lane in the order in which they would run: clients in turn, each one's own in order."""
        ranked: list[tuple[int, float, int, Job]] = []
        turns: dict[str, int] = {}
        for place, job in enumerate(self._waiting[lane]):
            turn = turns.get(job.client, 0)
            turns[job.client] = turn + 1
            ranked.append((turn, self._served.get(job.client, 0.0), place, job))
        return [job for *_, job in sorted(ranked, key=lambda row: row[:3])]

    @staticmethod
    def _end(job: Job, state: State) -> None:
        job.state, job.ended = state, time.monotonic()
        job.version += 1
        job.finished.set()

    def _forget(self, client: str) -> None:
        """Keeps only the newest finished jobs of a client, and of all clients together."""
        for whose, kept in ((client, self.limits.kept), (None, self.limits.kept_in_all)):
            old = [job for job in self._jobs.values() if whose in (None, job.client) and job.finished.is_set()]
            for job in old[:-kept]:
                del self._jobs[job.number]
