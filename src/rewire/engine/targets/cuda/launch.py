"""Runs people on a graphics processor of NVIDIA, one a thread; or, slowly, on Numba's simulator of one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.finite import refuse_broken
from rewire.engine.layout import Layout
from rewire.engine.program import Program
from rewire.engine.targets.cuda.compartments import table_rows
from rewire.engine.targets.cuda.find import find_device
from rewire.engine.targets.cuda.rooms import Orders, Rooms

SHARE = 0.5
"""How much of the free memory all launches may take together."""
MOST = 1 << 14
"""People in one launch at most."""
LANES = 12
"""Launches under way at the same time."""


def launch(
    module: ModuleType,
    layout: Layout,
    program: Program,
    sizes: NDArray[np.float64],
    parameters: NDArray[np.float64],
    wanted: NDArray[np.int64],
    *,
    seed: int,
    first: int,
    out: NDArray[Any],
    peaks: NDArray[Any],
) -> None:
    """Runs the people of `parameters` `[parameter, person]`; fills `out` `[quantity, time, person]` and `peaks`."""
    from numba import config

    cuda, count = find_device(), parameters.shape[1]
    plan = Orders.sent(module, program, sizes, wanted, out.shape[1], len(peaks), seed)
    room = sizes.size * table_rows(layout)
    bytes_each = (room + parameters.shape[0] + out.shape[0] * out.shape[1] + len(peaks) + 1) * out.dtype.itemsize
    free = cuda.current_context().get_memory_info().free
    # The simulator of a device runs one thing at a time.
    lanes = 1 if config.ENABLE_CUDASIM else LANES
    most = int(min(MOST, max(1, SHARE * free // (lanes * bytes_each))))
    cuts = [(left, min(left + most, count)) for left in range(0, count, most)]
    lanes = min(lanes, len(cuts))

    def work(lane: int) -> None:
        """Every so-and-so-many-th part, one after the other, in memory of its own."""
        rooms = Rooms.of(min(most, count), room, parameters.shape[0], out, peaks)
        for left, right in cuts[lane::lanes]:
            refuse_broken(layout.parameters, parameters[:, left:right])
            rooms.run(plan, first + left, parameters[:, left:right], out[:, :, left:right], peaks[:, left:right])

    if lanes == 1:
        work(0)
    else:
        # While one part is on the device, others are on their way to it or from it.
        with ThreadPoolExecutor(lanes) as pool:
            list(pool.map(work, range(lanes)))
