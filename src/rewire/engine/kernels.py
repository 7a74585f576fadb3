"""Kernels by content: generated once for a model, kept on disk, compiled by Numba on first use.

The key is the text of everything a kernel is made from. A changed layer therefore makes a new kernel; an unchanged model
finds its own without loading SymPy.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.engine.layout import Layout
from rewire.errors import StudyError

PRECISIONS = ("float64", "float32")
ASIDE = ("dimensions.py", "reference.py")
"""Files of the core and the engine that shape no kernel."""


@dataclass(frozen=True)
class Kernel:
    """A compiled model: its layout, its lanes, and the function that runs blocks of people."""

    layout: Layout
    precision: str
    lanes: int
    module: ModuleType

    @property
    def real(self) -> Any:
        """The NumPy type of its numbers."""
        return np.dtype(self.precision).type


def cache_folder() -> Path:
    """Where kernels are kept: `$REWIRE_CACHE`, else the user's cache folder, else a temporary one."""
    if folder := os.environ.get("REWIRE_CACHE"):
        return Path(folder)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    folder_path = Path(base) / "rewire"
    try:
        folder_path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"rewire-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    return folder_path


def _file(kind: type) -> str:
    return str(getattr(sys.modules.get(kind.__module__), "__file__", None) or "")


def _known_by_text(layer: Layer) -> bool:
    """Whether its module's text says everything: not so in a notebook, inside a function, or with own attributes."""
    return not layer.__dict__ and "<locals>" not in type(layer).__qualname__ and Path(_file(type(layer))).is_file()


def _texts(layers: Sequence[Layer]) -> list[bytes]:
    """The text of all files that shape a kernel: the layers' modules, the core and the generator."""
    kinds = {kind for layer in layers for kind in type(layer).__mro__ if issubclass(kind, Layer)}
    files = {path for path in (Path(_file(kind)) for kind in kinds) if path.is_file()}
    for package in ("rewire.core", "rewire.engine"):
        files |= {
            Path(str(item)) for item in resources.files(package).iterdir() if item.name.endswith((".py", ".template"))
        }
    return [path.read_bytes() for path in sorted(files) if path.name not in ASIDE]


@cache
def _key(model: Model) -> str:
    digest = hashlib.sha256()
    for layer in model.layers:
        digest.update(type(layer).__qualname__.encode())
    if not all(_known_by_text(layer) for layer in model.layers):
        from rewire.engine.generate import kernel_source

        digest.update(kernel_source(model.system, PRECISIONS[0]).encode())
    for text in _texts(model.layers):
        digest.update(hashlib.sha256(text).digest())
    return digest.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.replace(name, path)


@cache
def kernel(model: Model, precision: str = "float64") -> Kernel:
    """The kernel of a model in one precision, from the cache or made now."""
    if precision not in PRECISIONS:
        raise StudyError(f"unknown precision '{precision}'", expected=" or ".join(PRECISIONS))
    folder = cache_folder() / f"kernel-{_key(model)}"
    source, wiring = folder / f"{precision}.py", folder / "layout.json"
    if not (source.exists() and wiring.exists()):
        from rewire.engine.generate import kernel_source, lay_out

        _write(wiring, lay_out(model.system).to_json())
        _write(source, kernel_source(model.system, precision))
    layout = Layout.from_json(wiring.read_text())
    name = f"rewire_kernel_{_key(model)}_{precision}"
    spec = importlib.util.spec_from_file_location(name, source)
    if spec is None or spec.loader is None:
        raise StudyError(f"the kernel file {source} cannot be loaded", advice="delete the cache folder and run again")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return Kernel(layout, precision, int(module.LANES), module)
