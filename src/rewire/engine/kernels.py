"""Kernels by content: generated once for a model, kept on disk, compiled on first use.

The key is the text of everything a kernel is made from. A changed layer therefore makes a new kernel; an unchanged
model finds its own without loading SymPy.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.engine.layout import Layout
from rewire.errors import StudyError, closest
from rewire.machine.native import Library, load, vector_bytes
from rewire.machine.store import kept_text

PRECISIONS = {"float64": 8, "float32": 4}
"""Precisions, and the bytes of a number in each."""
DEVICES = ("cpu", "gpu")
ASIDE = ("dimensions.py", "reference.py")
"""Files of the core and the engine that shape no kernel."""


@dataclass(frozen=True)
class Kernel:
    """A compiled model: its layout, its lanes, and what runs blocks of people: machine code, or a module for a GPU."""

    layout: Layout
    precision: str
    lanes: int
    library: Library | ModuleType

    @property
    def device(self) -> str:
        """Where it runs: "cpu" or "gpu"."""
        return "cpu" if isinstance(self.library, Library) else "gpu"

    @property
    def real(self) -> Any:
        """The NumPy type of its numbers."""
        import numpy as np

        return np.dtype(self.precision).type


def _file(kind: type) -> str:
    return str(getattr(sys.modules.get(kind.__module__), "__file__", None) or "")


def _known_by_text(layer: Layer) -> bool:
    """Whether its module's text says everything: not so in a notebook, inside a function, or with own attributes."""
    return not layer.__dict__ and "<locals>" not in type(layer).__qualname__ and Path(_file(type(layer))).is_file()


def _texts(layers: Sequence[Layer]) -> list[bytes]:
    """The text of all files that shape a kernel: the layers' modules, the core and the generator."""
    kinds = {kind for layer in layers for kind in type(layer).__mro__ if issubclass(kind, Layer)}
    files = {path for path in (Path(_file(kind)) for kind in kinds) if path.is_file()}
    for package in ("rewire.core", "rewire.engine", "rewire.engine.targets.cuda", "rewire.machine"):
        files |= {
            Path(str(item))
            for item in resources.files(package).iterdir()
            if item.name.endswith((".py", ".ll", ".template"))
        }
    return [path.read_bytes() for path in sorted(files) if path.name not in ASIDE]


@cache
def model_key(model: Model) -> str:
    """A name that changes with anything that shapes a model's kernel: its layers, the core and the generator."""
    digest = hashlib.sha256()
    for layer in model.layers:
        digest.update(type(layer).__qualname__.encode())
    if not all(_known_by_text(layer) for layer in model.layers):
        from rewire.engine.generate import kernel_source

        digest.update(kernel_source(model.system, "float64").encode())
    for text in _texts(model.layers):
        digest.update(hashlib.sha256(text).digest())
    return digest.hexdigest()[:16]


@cache
def kernel(model: Model, precision: str = "float64", device: str = "cpu") -> Kernel:
    """The kernel of a model in one precision for the processor ("cpu") or a graphics processor ("gpu").

    It comes from the cache or is made now. Raises `StudyError` for an unknown precision or device, and for a graphics
    processor that is not there.
    """
    for what, chosen, known in (("precision", precision, PRECISIONS), ("device", device, DEVICES)):
        if chosen not in known:
            raise StudyError(f"unknown {what} '{chosen}'", expected=" or ".join(known), advice=closest(chosen, known))
    key = model_key(model)

    @cache
    def plan() -> Any:
        from rewire.engine.generate import Plan

        return Plan(model.system)

    layout = Layout.from_json(kept_text(f"layout-{key}.json", lambda: plan().layout.to_json()))
    if device == "gpu":
        from rewire.engine.targets.cuda.find import load_module

        def write_cuda() -> str:
            from rewire.engine.targets.cuda.write import cuda_text

            return cuda_text(plan(), precision)

        return Kernel(layout, precision, 1, load_module(f"kernel-{key}-{precision}", write_cuda))

    width = vector_bytes()

    def write() -> str:
        from rewire.engine.generate import kernel_text

        return kernel_text(plan(), precision, width)

    def text() -> str:
        return kept_text(f"kernel-{key}-{precision}-{width}.ll", write)

    library = load(f"{key} {precision} {width}", text, {"run": ("ptr",)})
    return Kernel(layout, precision, width // PRECISIONS[precision], library)
