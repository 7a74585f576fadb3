"""A process for each engine that is measured, with memory and processor time of its own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError

Array = NDArray[np.float64]
Once = Callable[[Any], Array]
"""Does the work once, with a setting that may change from time to time."""


@dataclass(frozen=True)
class Turn:
    """What one turn gave, and what it took; `peak_mb` is the largest memory of the process so far."""

    found: Array
    seconds: float
    processor_seconds: float
    peak_mb: float | None


class Seat:
    """An engine in a process of its own. `make(*arguments)`, of a module, gives what does the work once."""

    def __init__(self, make: Callable[..., Once], *arguments: Any) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
        self._process.start()
        theirs.close()
        self._receive()

    def once(self, setting: Any = None) -> Turn:
        """One turn. Raises `RuntimeError` with the words of what went wrong in it."""
        self._pipe.send(setting)
        found = self._receive()
        assert isinstance(found, Turn)
        return found

    def close(self) -> None:
        """Ends the process."""
        self._pipe.close()
        self._process.join(5)
        self._process.kill()

    def _receive(self) -> Any:
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError):
            raise RuntimeError("its process ended") from None
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer


def _serve(pipe: Connection, make: Callable[..., Once], arguments: tuple[Any, ...]) -> None:
    try:
        once = make(*arguments)
        pipe.send(None)
        while True:
            setting = pipe.recv()
            start, used = time.perf_counter(), _processor_seconds()
            found = once(setting)
            seconds, used = time.perf_counter() - start, _processor_seconds() - used
            pipe.send(Turn(np.asarray(found, float), seconds, used, peak_memory()))
    except EOFError:
        return
    except Exception as problem:
        # Whatever a foreign solver raises, the others are still to be measured.
        pipe.send(problem.problem if isinstance(problem, StudyError) else f"{type(problem).__name__}: {problem}")


def _processor_seconds() -> float:
    """Of this process and of those it started and waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def peak_memory() -> float | None:
    """The largest memory of this process (MB); nothing where the system does not say."""
    if sys.platform == "linux":
        # `getrusage` may tell that of the process which started this one.
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return None
