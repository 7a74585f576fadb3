"""R's deSolve on W1: rates compiled from C, LSODA, anew at each event. Needs `Rscript`, deSolve and a C compiler."""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewire.core.system import System
from rewire.engine.targets.source import Places, jumps_source, rates_source, signals_source
from rewire.studies.bench.segments import segments_of
from rewire.studies.bench.w1 import first_states, w1_actions, w1_days, w1_model, weights

Array = NDArray[np.float64]
C_HEAD = """#include <R.h>
#include <math.h>
#define select(condition, then, otherwise) ((condition) ? (then) : (otherwise))
#define maximum(a, b) fmax(a, b)
#define minimum(a, b) fmin(a, b)
#define absolute(a) fabs(a)
static double power(double x, double y) { return x > 0.0 ? pow(x, y) : 0.0; }
static double given_numbers[%(numbers)d];
void begin(void (*ask)(int *, double *)) { int n = %(numbers)d; ask(&n, given_numbers); }
"""
C_TAIL = """void slope(int *n, double *t, double *states, double *change, double *also, int *places) {
  rates(given_numbers, given_numbers + %(fixed)d, states, change);
}
"""
R_TEXT = """
suppressMessages(library(deSolve))
given <- commandArgs(TRUE); folder <- given[1]; tolerance <- as.numeric(given[2])
dyn.load(file.path(folder, paste0("model", .Platform$dynlib.ext)))
column <- function(name) readBin(file.path(folder, name), "double", 1e8)
segments <- length(column("start")); start <- column("start"); end <- column("end"); daily <- column("daily") > 0
held <- matrix(column("held"), ncol = segments); weighed <- matrix(column("weighed"), ncol = segments)
pulses <- scan(file.path(folder, "pulses"), "", quiet = TRUE); amounts <- matrix(column("amounts"), ncol = segments)
weight <- column("weight"); people <- matrix(column("people"), ncol = length(weight)); found <- NULL
for (k in seq_along(weight)) {
  fixed <- people[, k]; y <- column("states")
  read <- function() .C("signals", fixed, now, y, out = 0)$out
  for (s in 1:segments) {
    now <- held[, s] + weight[k] * weighed[, s]
    if (daily[s]) found <- c(found, read())
    for (p in seq_along(pulses)) if (amounts[p, s] > 0)
      y <- .C(paste0("jump_", pulses[p]), fixed, now, y, amounts[p, s], out = y)$out
    y <- lsoda(y, c(start[s], end[s]), "slope", c(fixed, now), rtol = tolerance, atol = tolerance * 1e-2,
               maxsteps = 1e6, dllname = "model", initfunc = "begin")[2, -1]
  }
  found <- c(found, read())
}
writeBin(found, file.path(folder, "found"))
"""


def c_text(system: System) -> str:
    """The equations in C, from the text that also becomes Python and JAX: its statements read the same."""
    source = rates_source(system, "out") + jumps_source(system, "out") + signals_source(system, ["severity"], "out")
    lines: list[str] = []
    for line in source.splitlines():
        if function := re.fullmatch(r"def (\w+)\((.*)\):", line):
            arguments = ", ".join(f"double *{name.strip()}" for name in function[2].split(","))
            lines.append(f"{'}' if lines else ''}\nvoid {function[1]}({arguments}) {{")
        elif line.strip():
            kind = "" if line.strip().startswith("out[") else "double "
            lines.append(f"  {kind}{line.strip()};")
    places = Places.of(system)
    counts = {"fixed": len(places.fixed), "numbers": len(places.fixed) + len(places.held)}
    return C_HEAD % counts + "\n".join([*lines, "}", ""]) + C_TAIL % counts


def desolve(tolerance: float) -> Callable[[Array], Array]:
    """Severity `[day, person]` for parameters `[parameter, person]`."""
    system = w1_model().system
    segments = segments_of(system, w1_actions(), w1_days())
    pulses = [pulse for pulse in system.jumps if f"jump_{pulse}(" in jumps_source(system)]
    place = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    (place / "model.c").write_text(c_text(system))
    (place / "run.R").write_text(R_TEXT)
    (place / "pulses").write_text("\n".join(pulses))
    columns = {
        "start": [segment.start for segment in segments],
        "end": [segment.end for segment in segments],
        "daily": [abs(segment.start / 24 - round(segment.start / 24)) < 1e-7 for segment in segments],
        "held": [segment.held for segment in segments],
        "weighed": [segment.by_weight for segment in segments],
        "amounts": [[dict(segment.pulses).get(pulse, 0.0) for pulse in pulses] for segment in segments],
        "states": first_states(system),
    }
    for name, values in columns.items():
        np.asarray(values, float).tofile(place / name)
    _call("R", "CMD", "SHLIB", str(place / "model.c"))

    def all_people(parameters: Array) -> Array:
        np.ascontiguousarray(parameters.T, float).tofile(place / "people")
        weights(parameters).astype(float).tofile(place / "weight")
        _call("Rscript", str(place / "run.R"), str(place), repr(tolerance))
        return np.fromfile(place / "found").reshape(parameters.shape[1], -1).T

    return all_people


def _call(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]} said: {done.stderr.strip()[-300:]}")
