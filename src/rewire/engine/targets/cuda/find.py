"""The device, and the module that runs there."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from rewire.errors import StudyError
from rewire.machine.store import cache_folder, kept_text


def find_device() -> Any:
    """Numba's CUDA, with a device behind it. Raises `StudyError` when the package or the device is missing."""
    if importlib.util.find_spec("numba_cuda") is None:
        raise StudyError("a run on a graphics processor needs numba-cuda", advice="pip install 'rewire[gpu]'")
    from numba import config, cuda

    if not cuda.is_available():
        raise StudyError(
            "no graphics processor can be used here",
            expected="one of NVIDIA with its driver",
            advice="leave out the device: the same study runs on the processor",
        )
    # Few people leave most of a device idle, which is no mistake of theirs.
    config.CUDA_LOW_OCCUPANCY_WARNINGS = 0
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
