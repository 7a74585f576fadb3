"""The compiled functions of the touched part, made once for a model and kept beside its kernel."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.kernels import model_key
from rewire.layers.symptoms import SCALES
from rewire.machine.native import Library, load, vector_bytes
from rewire.machine.store import kept_text

FILES = ("touched.py", "luck_source.py", "luck.ll")
"""Files here that shape the functions."""
FUNCTIONS = {"begin": 8, "march": 15}
"""Arguments after the number of particles: all are addresses or whole numbers."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Luck:
    """The compiled functions, and what stands where in their arrays."""

    library: Library
    states: tuple[str, ...]
    held: tuple[str, ...]
    series: tuple[str, ...]
    recorded: tuple[str, ...]
    constants: tuple[str, ...]
    noises: tuple[str, ...]

    @property
    def width(self) -> int:
        """Numbers a particle carries besides its noise."""
        return len(self.states) + len(self.held)

    def call(self, name: str, *arguments: NDArray[Any] | int) -> None:
        """Calls `begin` or `march` with C-contiguous arrays and whole numbers; other threads go on meanwhile."""
        if any(isinstance(given, np.ndarray) and not given.flags.c_contiguous for given in arguments):
            raise ValueError(f"an array for '{name}' does not stand in one piece, row by row")
        self.library.functions[name](
            *(given.ctypes.data if isinstance(given, np.ndarray) else int(given) for given in arguments)
        )


@cache
def luck(model: Model) -> Luck:
    """The touched part of a model, from the cache or made now."""
    key, width = _key(model), vector_bytes()

    @cache
    def part() -> Any:
        from rewire.inference.touched import touched

        return touched(model.system, SCALES.values())

    def wiring() -> str:
        names = ("states", "held", "series", "recorded", "constants", "noises")
        return json.dumps({name: tuple(getattr(part(), name)) for name in names})

    def write() -> str:
        from rewire.inference.luck_source import luck_text

        return luck_text(model.system, part(), SCALES, width // 8)

    stored = json.loads(kept_text(f"luck-{key}.json", wiring))
    kinds = {name: ("i64",) * (1 + count) for name, count in FUNCTIONS.items()}
    library = load(f"luck {key} {width}", lambda: kept_text(f"luck-{key}-{width}.ll", write), kinds)
    return Luck(library, **{name: tuple(value) for name, value in stored.items()})


def _key(model: Model) -> str:
    """The kernel's key of a model, and the texts of the files here that shape the functions."""
    digest = hashlib.sha256(model_key(model).encode())
    for name in FILES:
        digest.update(resources.files("rewire.inference").joinpath(name).read_bytes())
    digest.update(" ".join((*SCALES.values(), *Luck.__dataclass_fields__)).encode())
    return digest.hexdigest()[:16]
