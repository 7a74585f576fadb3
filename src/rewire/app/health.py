"""The checks of `rewire doctor`: can this installation compute what it promises?"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rewire.errors import RewireError

NEEDED = ("numpy", "numba", "sympy", "pint", "ruamel.yaml", "typer", "rich", "altair", "vl-convert-python")
OPTIONAL = (
    "scipy",
    "numba-cuda",
    "jax",
    "python-libsbml",
    "xarray",
    "zarr",
    "pyarrow",
    "tvboptim",
    "fastapi",
    "uvicorn",
)


@dataclass(frozen=True)
class Check:
    """One check: what was looked at, whether it is in order, and what was found."""

    what: str
    ok: bool
    found: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.what:28}{self.found}"

    def as_json(self) -> dict[str, Any]:
        """The check as plain data."""
        return {"what": self.what, "ok": self.ok, "found": self.found}


def check_installation() -> Iterator[Check]:
    """All checks, one after the other; a failing one does not stop the rest."""
    yield Check("Python", sys.version_info >= (3, 11), platform.python_version())
    for package in NEEDED:
        yield _package(package)
    yield Check("optional packages", True, ", ".join(f"{name} {_version(name) or 'absent'}" for name in OPTIONAL))
    for what, look in (
        ("evidence tables", _tables),
        ("stored posterior", _posterior),
        ("model wiring and units", _wiring),
        ("kernel", _kernel),
        ("a known answer", _known_answer),
        ("same people, same luck", _same_people),
        ("pictures", _picture),
    ):
        yield _try(what, look)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _package(package: str) -> Check:
    found = _version(package)
    return Check(package, bool(found), found or "missing: install rewire again")


def _try(what: str, look: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return Check(what, *look())
    except (RewireError, OSError, ImportError) as problem:
        return Check(what, False, str(problem).replace("\n", "; "))


def _tables() -> tuple[bool, str]:
    from rewire.evidence.library import entries, evidence_hash, missing_sources

    missing = missing_sources()
    found = f"{len(entries())} numbers, evidence {evidence_hash()[:12]}"
    return not missing, found if not missing else f"no reference for {', '.join(missing)}"


def _posterior() -> tuple[bool, str]:
    from rewire.models.posterior import posterior_in_use

    found = posterior_in_use()
    return not found.stale, found.words


def _wiring() -> tuple[bool, str]:
    from rewire.core.dimensions import check_dimensions
    from rewire.models.standard import standard_model

    model = standard_model()
    problems = check_dimensions(model)
    return not problems, problems[0] if problems else f"{len(model.layers)} layers, {len(model.parameters)} parameters"


def _kernel() -> tuple[bool, str]:
    from rewire.engine.kernels import kernel
    from rewire.machine.store import cache_folder
    from rewire.models.standard import standard_model

    made = kernel(standard_model(), "float64")
    return True, f"{made.layout.starts['end']} rows, kept in {cache_folder()}"


def _known_answer() -> tuple[bool, str]:
    """Ketamine 0.5 mg/kg over 40 min peaks near 185 ng/mL (Zanos 2018, Table 1: 100-250)."""
    import rewire

    plan = rewire.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
    course = rewire.run(plan, rewire.person("TRD"), weeks=1)
    peak = float(course.values["ketamine_plasma"].max())  # type: ignore[union-attr]
    return 150 <= peak <= 220, f"ketamine 0.5 mg/kg over 40 min peaks at {peak:.0f} ng/mL (150 to 220)"


def _same_people() -> tuple[bool, str]:
    import numpy as np

    from rewire.population import people

    some, more = people("TRD", 5, seed=7).covariates(), people("TRD", 500, seed=7).covariates()
    same = all(np.array_equal(some[name], more[name][:5]) for name in some)
    return same, "the first five of 500 people are the same five"


def _picture() -> tuple[bool, str]:
    import rewire

    plan = rewire.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
    chart = rewire.run(plan, rewire.person("TRD"), weeks=1).plot()
    return bool(chart.to_dict(validate=False)), "the layered picture of one person draws"
