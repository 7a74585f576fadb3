"""Runs a kernel over people: blocks of lanes, any number of threads, the same bits however the work is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.core.random import stream
from rewire.engine.kernels import Kernel
from rewire.engine.schedule import Schedule
from rewire.errors import StudyError


@dataclass(frozen=True)
class Recording:
    """What a run recorded: `values[name]` is `[time, person]` at `hours`; `peaks[name]` is `[person]`."""

    hours: NDArray[np.float64]
    values: Mapping[str, NDArray[Any]]
    peaks: Mapping[str, NDArray[Any]]


def run(
    kernel: Kernel,
    schedule: Schedule,
    parameters: NDArray[np.float64],
    *,
    seed: int,
    first: int = 0,
    record: Sequence[str],
    pool: Executor | None = None,
    pieces: int = 1,
) -> Recording:
    """Runs people `first, first + 1, ...` with `parameters` `[parameter, person]` under a schedule.

    `record` names states, signals, noises, levels or constants. With a `pool`, `pieces` blocks of work run side by side.
    """
    layout, lanes = kernel.layout, kernel.lanes
    unknown = [name for name in record if name not in layout.rows]
    if unknown:
        raise StudyError(f"the model has no quantity called '{unknown[0]}'")
    count = parameters.shape[1]
    if parameters.shape[0] != len(layout.parameters):
        raise StudyError(f"the model has {len(layout.parameters)} parameters, {parameters.shape[0]} were given")
    broken = np.flatnonzero(~np.isfinite(parameters).all(axis=1))
    if broken.size:
        raise StudyError(f"the parameter '{layout.parameters[broken[0]]}' is not a finite number for everybody")
    blocks = -(-count // lanes)
    padded = np.empty((len(layout.parameters), blocks * lanes), kernel.real)
    padded[:, :count] = parameters
    padded[:, count:] = padded[:, count - 1 : count]
    arranged = np.ascontiguousarray(padded.reshape(-1, blocks, lanes).transpose(1, 0, 2))
    wanted = np.array([layout.rows[name] for name in record], np.int64)
    out = np.empty((blocks, schedule.hours.size, wanted.size, lanes), kernel.real)
    peaks = np.empty((blocks, len(layout.peaks), lanes), kernel.real)
    streams = np.array([stream(name) for name in layout.noises], np.int64)

    def work(left: int, right: int) -> None:
        kernel.module.run(
            arranged[left:right],
            first + left * lanes,
            seed,
            schedule.sizes,
            schedule.row_size,
            schedule.row_phase,
            schedule.row_active,
            schedule.row_noise,
            schedule.row_record,
            schedule.row_decides,
            schedule.row_minute,
            schedule.row_actions,
            schedule.actions,
            schedule.rules,
            streams,
            *layout.products,
            wanted,
            out[left:right],
            peaks[left:right],
        )

    edges = np.linspace(0, blocks, min(pieces, blocks) + 1).astype(int)
    if pool is None or len(edges) == 2:
        work(0, blocks)
    else:
        for future in [pool.submit(work, int(a), int(b)) for a, b in zip(edges[:-1], edges[1:], strict=True)]:
            future.result()
    by_person = out.transpose(1, 2, 0, 3).reshape(schedule.hours.size, wanted.size, blocks * lanes)[:, :, :count]
    peak = peaks.transpose(1, 0, 2).reshape(len(layout.peaks), blocks * lanes)[:, :count]
    return Recording(
        schedule.hours,
        {name: by_person[:, k] for k, name in enumerate(record)},
        {name: peak[k] for k, name in enumerate(layout.peaks)},
    )
