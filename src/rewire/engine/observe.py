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
from rewire.machine.code import Code, fuse, module
from rewire.machine.native import Library, load

LANES = 8
ARGUMENTS = {
    "latent": "ptr",
    "stride": "i64",
    "out": "ptr",
    "minutes": "ptr",
    "times": "i64",
    "people": "i64",
    "first": "i64",
    "error": "double",
    "low": "double",
    "high": "double",
    "seed": "i64",
    "stream": "i64",
}
KINDS = {"float32": "float", "float64": "double"}


def _function(kind: str) -> str:
    """`@observe_<kind>(...)`: a line of `people` severities a time, `stride` apart, in rows of `LANES` people.

    The last row of a line holds its last people, among them such as were done before: they get the same score again.
    """
    given, code = Code(kind, LANES, alignment=1), Code("double", LANES)
    words = words_of(code, "%person", "%minute", "%stream", "%seed")
    latent = "%latent.here"
    if kind == "float":
        latent = code.cast("fpext", latent, "float", "double")
    error, low, high = (code.every_lane(name) for name in ("%error", "%low", "%high"))
    score = code.cast("fptoui", observe_code(code, latent, error, low, high, words), "double", "i8")
    arguments = ", ".join(f"{kind} %{name}" for name, kind in ARGUMENTS.items())
    lines = "\n  ".join(fuse(code.lines))
    return f"""define void @observe_{kind}({arguments}) #0 {{
  %last = sub i64 %people, {LANES}
  br label %line
line:
  %t = phi i64 [ 0, %0 ], [ %t.next, %line.end ]
  %minute.at = getelementptr inbounds i64, ptr %minutes, i64 %t
  %minute = load i64, ptr %minute.at
  %line.from = mul i64 %t, %stride
  %from = getelementptr inbounds {kind}, ptr %latent, i64 %line.from
  %line.to = mul i64 %t, %people
  %to = getelementptr inbounds i8, ptr %out, i64 %line.to
  br label %row
row:
  %k = phi i64 [ 0, %line ], [ %k.next, %row ]
  %within = icmp slt i64 %k, %last
  %lane = select i1 %within, i64 %k, i64 %last
  %person = add i64 %first, %lane
  %latent.at = getelementptr inbounds {kind}, ptr %from, i64 %lane
  %latent.here = load {given.vector()}, ptr %latent.at, align {given.alignment}
  {lines}
  %out.at = getelementptr inbounds i8, ptr %to, i64 %lane
  store {code.vector("i8")} {score}, ptr %out.at, align 1
  %k.next = add i64 %k, {LANES}
  %more = icmp slt i64 %k.next, %people
  br i1 %more, label %row, label %line.end
line.end:
  %t.next = add i64 %t, 1
  %go.on = icmp slt i64 %t.next, %times
  br i1 %go.on, label %line, label %done
done:
  ret void
}}
"""


def _text() -> str:
    return module(map(_function, KINDS.values()), LANES)


@cache
def _library() -> Library:
    text = _text()
    return load(text, lambda: text, {f"observe_{kind}": tuple(ARGUMENTS.values()) for kind in KINDS.values()})


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
    if not latent.size:
        return np.empty(latent.shape, np.uint8)
    if people < LANES or latent.strides[1] != latent.itemsize:
        latent = np.ascontiguousarray(np.pad(latent, ((0, 0), (0, max(0, LANES - people)))))
    minutes = np.ascontiguousarray(minutes, np.int64)
    out = np.empty((times, latent.shape[1]), np.uint8)
    _library().functions[f"observe_{KINDS[latent.dtype.name]}"](
        latent.ctypes.data,
        latent.strides[0] // latent.itemsize,
        out.ctypes.data,
        minutes.ctypes.data,
        times,
        latent.shape[1],
        first,
        error,
        low,
        high,
        seed,
        stream,
    )
    return out[:, :people]


def observe_one(
    latent: float, error: float, low: float, high: float, seed: int, person: int, stream: int, minute: int
) -> float:
    """One observed score: `latent` plus a normal error of standard deviation `error`, rounded, within `low .. high`."""
    one, minutes = np.array([[latent]]), np.array([minute])
    scores = observe(one, error=error, low=low, high=high, seed=seed, first=person, stream=stream, minutes=minutes)
    return float(scores[0, 0])
