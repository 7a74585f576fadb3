"""What is on the device: the plan that is the same for everybody, and the memory in which some people are run."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.program import OPERATIONS, Program
from rewire.engine.targets.cuda.find import find_device
from rewire.engine.targets.cuda.write import THREADS

SAME = 1e-12
"""How much two step sizes may differ, as a share, to be the same."""


@dataclass(frozen=True)
class Orders:
    """The kernel and what it is told for everybody alike; `shared` is on the device."""

    run: Any
    seed: int
    ever: int
    times: int
    shared: tuple[Any, ...]

    @staticmethod
    def sent(
        module: ModuleType,
        program: Program,
        sizes: NDArray[np.float64],
        wanted: NDArray[np.int64],
        times: int,
        peaks: int,
        seed: int,
    ) -> Orders:
        """Sends the program of a schedule, its step sizes, and what is to be recorded.

        An operation and its numbers share 64 bits, from low to high: operation 4, `c` 4, `b` 24, `a` 32.
        """
        rows = program.rows if peaks else program.rows[program.rows[:, 0] != OPERATIONS["PEAKS"]]
        operation, a, b, c, hours = rows[:, :5].T
        arrays = (
            sizes,
            _halves(sizes),
            operation | c << 4 | b << 8 | a << 32,
            np.ascontiguousarray(hours).view(np.float64),
            _some(program.rules),
            wanted,
            _columns(module, program),
        )
        shared = tuple(find_device().to_device(np.ascontiguousarray(array)) for array in arrays)
        return Orders(module.run, seed, program.ever, times, shared)


@dataclass(frozen=True)
class Rooms:
    """Memory of the device for some people, used again and again, and the stream in which things happen in order."""

    stream: Any
    given: Any
    table: Any
    results: Any
    largest: Any

    @staticmethod
    def of(people: int, table: int, parameters: int, out: NDArray[Any], peaks: NDArray[Any]) -> Rooms:
        """Memory for so many people at once, with `table` numbers each for their step sizes."""
        cuda, real = find_device(), out.dtype
        blocks = -(-people // THREADS)
        return Rooms(
            cuda.stream(),
            cuda.device_array(parameters * people, real),
            cuda.device_array(max(1, blocks * THREADS * table), real),
            cuda.device_array(out.shape[0] * out.shape[1] * people, real),
            cuda.device_array(max(1, len(peaks)) * people, real),
        )

    def start(self, orders: Orders, first: int, people: int) -> None:
        """Starts the kernel for people whose parameters are here."""
        orders.run[-(-people // THREADS), min(THREADS, people), self.stream](
            first, orders.seed, orders.ever, people, orders.times, self.given, *orders.shared,
            self.table, self.results, self.largest,
        )  # fmt: skip

    def run(
        self, orders: Orders, first: int, parameters: NDArray[np.float64], out: NDArray[Any], peaks: NDArray[Any]
    ) -> None:
        """Parameters there, people run, results back."""
        people = parameters.shape[1]
        self.send(parameters)
        self.start(orders, first, people)
        found = self.results[: out.size].copy_to_host(stream=self.stream)
        largest = self.largest[: peaks.size].copy_to_host(stream=self.stream) if len(peaks) else peaks
        self.stream.synchronize()
        out[:] = found.reshape(out.shape)
        peaks[:] = largest.reshape(peaks.shape)

    def send(self, parameters: NDArray[np.float64]) -> None:
        """The parameters of some people, in the precision of the kernel."""
        numbers = np.ascontiguousarray(parameters, self.given.dtype).reshape(-1)
        self.given[: numbers.size].copy_to_device(numbers, stream=self.stream)


def _halves(sizes: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each step size the place of the one half as long, or -1; sizes stand in their order."""
    places = np.searchsorted(sizes, 0.5 * sizes * (1 - SAME))
    return np.where(np.abs(sizes[places] - 0.5 * sizes) < SAME * sizes, places, -1)


def _columns(module: ModuleType, program: Program) -> NDArray[np.int64]:
    """For each linear block one bit for each column that the inputs of a program reach."""
    found = np.zeros(max(1, len(module.LEVEL_COLUMNS[0]) if module.LEVEL_COLUMNS else 0), np.int64)
    for operation, columns in (("LEVEL", module.LEVEL_COLUMNS), ("PULSE", module.PULSE_COLUMNS)):
        for channel in np.unique(program.rows[program.rows[:, 0] == OPERATIONS[operation], 1]):
            for block, bits in enumerate(columns[channel]):
                found[block] |= bits
    return found


def _some(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """The array, or one empty row in its place: a device takes no array without elements."""
    return array if array.size else np.zeros((1, array.shape[1]))
