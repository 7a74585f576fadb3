"""The compiled functions of the touched part, made once for a model and kept beside its kernel."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

from rewire.core.model import Model
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.machine.store import cache_folder
from rewire.whole import write_whole

FILES = ("touched.py", "luck_source.py", "luck.template")


@dataclass(frozen=True)
class Luck:
    """The compiled module, and what stands where in its arrays."""

    module: ModuleType
    states: tuple[str, ...]
    held: tuple[str, ...]
    series: tuple[str, ...]
    recorded: tuple[str, ...]
    constants: tuple[str, ...]
    noises: tuple[str, ...]
    lasts: tuple[str, ...]

    @property
    def width(self) -> int:
        """Numbers a particle carries besides its noise."""
        return len(self.states) + len(self.held)


@cache
def luck(model: Model) -> Luck:
    """The touched part of a model, from the cache or made now."""
    key, folder = _key(model), cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    source, wiring = folder / f"luck-{key}.py", folder / f"luck-{key}.json"
    if not (source.exists() and wiring.exists()):
        from rewire.inference.luck_source import luck_source
        from rewire.inference.touched import touched

        part = touched(model.system, SCALES.values())
        stands = {
            "states": part.states,
            "held": tuple(part.held),
            "series": part.series,
            "recorded": part.recorded,
            "constants": part.constants,
            "noises": part.noises,
            "lasts": tuple(noise.lasts for noise in model.system.noises),
        }
        write_whole(wiring, json.dumps(stands))
        write_whole(source, luck_source(model.system, part, SCALES))
    stored: dict[str, Any] = json.loads(wiring.read_text())
    return Luck(_load(source, f"rewire_luck_{key}"), **{k: tuple(v) for k, v in stored.items()})


def _key(model: Model) -> str:
    """The texts of everything the functions are made from: layers, core, printer, and the files here."""
    digest = hashlib.sha256()
    files: set[Path] = set()
    for layer in model.layers:
        digest.update(type(layer).__qualname__.encode())
        file = Path(str(getattr(sys.modules.get(type(layer).__module__), "__file__", "")))
        if file.is_file():
            files.add(file)
        else:
            digest.update(repr(sorted((name, str(rate)) for name, rate in model.system.rates.items())).encode())
    for package in ("rewire.core", "rewire.inference"):
        files |= {
            Path(str(item)) for item in resources.files(package).iterdir() if item.name.endswith((".py", ".template"))
        }
    printer = Path(str(resources.files("rewire.engine").joinpath("printer.py")))
    for file in sorted({path for path in files if path.parent.name != "inference" or path.name in FILES} | {printer}):
        digest.update(file.read_bytes())
    digest.update(" ".join((*SCALES.values(), *Luck.__dataclass_fields__)).encode())
    return digest.hexdigest()[:16]


def _load(source: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, source)
    if spec is None or spec.loader is None:
        raise StudyError(f"the file {source} cannot be loaded", advice="delete the cache folder and run again")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
