"""Runs a kernel over people: blocks of lanes, any number of threads, the same bits however the work is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.finite import refuse_broken
from rewire.engine.kernels import Kernel
from rewire.engine.layout import Layout
from rewire.engine.program import DRIVER_FIELDS, Program, write_program
from rewire.engine.schedule import Schedule
from rewire.errors import StudyError
from rewire.machine.native import Library
from rewire.machine.tiny import tiny_as_zero

ALIGNMENT = 128


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

    `record` names states, signals, noises, levels or constants. With a `pool`, `pieces` parts of the work run side by
    side; a kernel for a graphics processor has its own threads and takes no notice of it.
    """
    layout, lanes = kernel.layout, kernel.lanes
    unknown = [name for name in record if name not in layout.rows]
    if unknown:
        raise StudyError(f"the model has no quantity called '{unknown[0]}'")
    if not schedule.steps:
        raise StudyError("a run without a step cannot be made", expected="an end later than the start")
    count = parameters.shape[1]
    if parameters.shape[0] != len(layout.parameters):
        raise StudyError(f"the model has {len(layout.parameters)} parameters, {parameters.shape[0]} were given")
    program = write_program(schedule)
    wanted = np.array([layout.rows[name] for name in record], np.int64)
    # Fewer people than lanes stand close together: what other lanes write is overwritten by the next time, or spare.
    width, spare = (count, lanes) if count < lanes else (-(-count // lanes) * lanes, 0)
    out = np.empty((wanted.size, schedule.hours.size + spare, width), kernel.real)
    peaks = np.empty((len(layout.peaks) + spare, width), kernel.real)
    given = np.ascontiguousarray(parameters, np.float64)
    if isinstance(kernel.library, Library):
        refuse_broken(layout.parameters, given)
        work = Work(kernel.library, layout, lanes, schedule, program, wanted, seed, out, peaks)
        _run_on_processor(work, given, first, pool, pieces)
    else:
        from rewire.engine.targets.cuda.launch import launch

        launch(
            kernel.library,
            layout,
            program,
            schedule.sizes,
            given,
            wanted,
            seed=seed,
            first=first,
            out=out,
            peaks=peaks,
        )
    return Recording(
        schedule.hours,
        {name: out[k, : schedule.hours.size, :count] for k, name in enumerate(record)},
        {name: peaks[k, :count] for k, name in enumerate(layout.peaks)},
    )


def _run_on_processor(work: Work, given: NDArray[np.float64], first: int, pool: Executor | None, pieces: int) -> None:
    lanes, count = work.lanes, given.shape[1]
    whole = count - count % lanes
    cuts = _pieces(whole // lanes, pieces if pool else 1)
    jobs = [(given[:, left * lanes :], right - left, first + left * lanes, left * lanes) for left, right in cuts]
    if whole < count:
        # The last people share their lanes with copies of the very last one.
        last = np.ascontiguousarray(given[:, [min(place, count - 1) for place in range(whole, whole + lanes)]])
        jobs.append((last, 1, first + whole, whole))
    if pool is None or len(jobs) == 1:
        for job in jobs:
            work.do(*job)
    else:
        for future in [pool.submit(work.do, *job) for job in jobs]:
            future.result()


def _pieces(blocks: int, pieces: int) -> list[tuple[int, int]]:
    edges = np.linspace(0, blocks, max(1, min(pieces, blocks)) + 1).astype(int).tolist()
    return [(left, right) for left, right in pairwise(edges) if right > left]


@dataclass(frozen=True)
class Work:
    """A run in pieces: each writes its own columns of `out` and `peaks`."""

    library: Library
    layout: Layout
    lanes: int
    schedule: Schedule
    program: Program
    wanted: NDArray[np.int64]
    seed: int
    out: NDArray[Any]
    peaks: NDArray[Any]

    def do(self, parameters: NDArray[np.float64], blocks: int, first: int, column: int) -> None:
        """Runs `blocks` rows of lanes from the first columns of `parameters`, into `column` of the results."""
        layout, sizes = self.layout, self.schedule.sizes
        row = self.lanes * self.out.itemsize
        wide = self.lanes * 8
        entries = max([1, *(len(block.entries) for block in layout.blocks)])
        needs = {
            "w": layout.starts["end"] * row,
            "rates": (layout.entry_starts[-1] + 1) * wide,
            "scratch": (2 + 3 * entries) * wide,
            "table": sizes.size * layout.table_rows * row,
        }
        # Every region begins where a row of lanes may stand: at a multiple of the widest one.
        memory = np.empty(sum(needs.values()) + (len(needs) + 1) * ALIGNMENT, np.uint8)
        place = -(-memory.ctypes.data // ALIGNMENT) * ALIGNMENT
        places = {}
        for name, size in needs.items():
            places[name] = place
            place += -(-size // ALIGNMENT) * ALIGNMENT
        values = {
            "blocks": blocks,
            "parameters": parameters.ctypes.data,
            "stride": parameters.strides[0] // 8,
            "first": first,
            "seed": self.seed,
            "sizes": sizes.ctypes.data,
            "size_count": sizes.size,
            "ever": self.program.ever,
            "program": self.program.rows.ctypes.data,
            "rules": self.program.rules.ctypes.data,
            "wanted": self.wanted.ctypes.data,
            "wanted_count": self.wanted.size,
            "times": self.out.shape[1],
            "out": self.out[:, :, column:].ctypes.data,
            "out_stride": self.out.shape[2],
            "peaks_out": self.peaks[:, column:].ctypes.data,
            **places,
        }
        fields = np.array([values[name] for name in DRIVER_FIELDS], np.int64)
        with tiny_as_zero():
            self.library.functions["run"](fields.ctypes.data)
