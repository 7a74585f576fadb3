"""Runs people on a graphics processor of NVIDIA, one a thread; or, slowly, on Numba's simulator of one."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.engine.layout import Layout
from rewire.engine.program import Program
from rewire.errors import StudyError
from rewire.machine.store import cache_folder, kept_text

THREADS = 64
"""People in a block of threads."""
SHARE = 0.5
"""How much of the free memory a launch may take; more people take several launches."""
MOST = 1 << 18
"""People in one launch at most."""


@dataclass(frozen=True)
class Pattern:
    """Where the linear blocks have their entries: for each its first entry, how many, and its diagonal and products."""

    blocks: NDArray[np.int64]
    diagonal: NDArray[np.int64]
    triples: NDArray[np.int64]

    @staticmethod
    def of(layout: Layout) -> Pattern:
        """The pattern of a layout."""
        blocks, diagonal, triples = [], [0], [(0, 0, 0)]
        for block, start in zip(layout.blocks, layout.entry_starts, strict=False):
            ends = len(diagonal) + len(block.diagonal), len(triples) + len(block.triples)
            blocks.append((start, len(block.entries), len(diagonal), ends[0], len(triples), ends[1]))
            diagonal.extend(block.diagonal)
            triples.extend(block.triples)
        return Pattern(np.array(blocks, np.int64).reshape(-1, 6), np.array(diagonal), np.array(triples))


def find_device() -> Any:
    """Numba's CUDA, with a device behind it. Raises `StudyError` when the package or the device is missing."""
    if importlib.util.find_spec("numba_cuda") is None:
        raise StudyError("a run on a graphics processor needs numba-cuda", advice="pip install 'rewire[gpu]'")
    from numba import cuda

    if not cuda.is_available():
        raise StudyError(
            "no graphics processor can be used here",
            expected="one of NVIDIA with its driver",
            advice="leave out the device: the same study runs on the processor",
        )
    return cuda


def load_module(name: str, write: Callable[[], str]) -> ModuleType:
    """The generated module of this name: a file of the cache, so that Numba can keep what it compiles from it."""
    find_device()
    kept_text(f"{name}.py", write)
    specification = importlib.util.spec_from_file_location(name.replace("-", "_"), cache_folder() / f"{name}.py")
    if specification is None or specification.loader is None or not Path(str(specification.origin)).is_file():
        raise StudyError(
            f"the generated kernel '{name}.py' cannot be kept in '{cache_folder()}'",
            advice="set REWIRE_CACHE to a folder that can be written",
        )
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def launch(
    kernel: Any,
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
    cuda, real, pattern = find_device(), out.dtype, Pattern.of(layout)
    hours = np.ascontiguousarray(program.rows[:, 4]).view(np.float64)
    shared = [
        cuda.to_device(np.ascontiguousarray(array))
        for array in (sizes, program.rows, hours, _some(program.rules), wanted, *vars(pattern).values())
    ]
    rows: dict[str, tuple[int, Any]] = {
        "w": (layout.starts["end"], real),
        "rates": (max(1, layout.entry_starts[-1]), np.float64),
        "scratch": (3 * max([1, *(len(block.entries) for block in layout.blocks)]), np.float64),
        "table": (max(1, sizes.size * layout.table_rows), real),
    }
    recorded = out.shape[0] * out.shape[1] + max(1, peaks.shape[0])
    bytes_each = sum(count * np.dtype(kind).itemsize for count, kind in rows.values()) + recorded * real.itemsize
    bytes_each += parameters.shape[0] * 8
    most = int(min(MOST, max(1, SHARE * cuda.current_context().get_memory_info().free // bytes_each)))
    for left in range(0, parameters.shape[1], most):
        right = min(left + most, parameters.shape[1])
        count = right - left
        rooms = [cuda.device_array((number, count), kind) for number, kind in rows.values()]
        results = cuda.device_array((*out.shape[:2], count), real)
        largest = cuda.device_array((max(1, peaks.shape[0]), count), real)
        given = cuda.to_device(np.ascontiguousarray(parameters[:, left:right]))
        sized, listed, timed, rules, asked, *blocks = shared
        kernel[-(-count // THREADS), min(THREADS, count)](
            first + left, seed, program.ever, given, sized, listed, timed, rules, asked, *blocks, *rooms, results, largest
        )  # fmt: skip
        out[:, :, left:right] = results.copy_to_host()
        peaks[:, left:right] = largest.copy_to_host()[: peaks.shape[0]]


def _some(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """The array, or one empty row in its place: a device takes no array without elements."""
    return array if array.size else np.zeros((1, array.shape[1]))
