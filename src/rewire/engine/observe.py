"""From a latent severity to the score on paper: measurement error, bounds and rounding.

The error of a score is a pure function of (seed, person, scale, minute), so the score that a closed-loop rule reads
during a run is the very score that the result reports.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.work import observe as observe_code
from rewire.machine.chance import words_of
from rewire.machine.code import Code, for_everybody, module
from rewire.machine.native import Library, load

LANES = 8


ARGUMENTS = {
    "latent": "ptr",
    "out": "ptr",
    "error": "double",
    "low": "double",
    "high": "double",
    "seed": "i64",
    "stream": "i64",
    "minute": "i64",
}


def _text() -> str:
    code = Code("double", LANES, alignment=8)
    words = words_of(code, "%person", "%minute", "%stream", "%seed")
    error, low, high = (code.every_lane(name) for name in ("%error", "%low", "%high"))
    code.store("%out", 0, observe_code(code, code.load("%latent", 0), error, low, high, words))
    given = ", ".join(f"{kind} %{name}" for name, kind in ARGUMENTS.items())
    one = code.function(f"observe_once(i64 %person, {given})")
    return module((one, for_everybody("observe", ARGUMENTS, ("latent", "out"), LANES)), LANES)


@cache
def _library() -> Library:
    text = _text()
    return load(text, lambda: text, {"observe": ("i64", "i64", *ARGUMENTS.values())})


def observe(
    latent: NDArray[Any],
    *,
    error: float,
    low: float,
    high: float,
    seed: int,
    first: int,
    stream: int,
    minutes: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Observed scores `[time, person]` for latent severities `[time, person]` of persons `first ...` at `minutes`."""
    times, people = latent.shape
    blocks = -(-people // LANES)
    given, found = np.zeros(blocks * LANES), np.empty(blocks * LANES)
    out = np.empty(latent.shape, np.uint8)
    function = _library().functions["observe"]
    for k in range(times):
        given[:people] = latent[k]
        minute = int(minutes[k])
        function(blocks, first, given.ctypes.data, found.ctypes.data, error, low, high, seed, stream, minute)
        out[k] = found[:people]
    return out


def observe_one(
    latent: float, error: float, low: float, high: float, seed: int, person: int, stream: int, minute: int
) -> float:
    """One observed score: `latent` plus a normal error of standard deviation `error`, rounded, within `low .. high`."""
    one, minutes = np.array([[latent]]), np.array([minute])
    scores = observe(one, error=error, low=low, high=high, seed=seed, first=person, stream=stream, minutes=minutes)
    return float(scores[0, 0])
