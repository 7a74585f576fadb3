"""rewire: a mechanistic simulator and planning workbench for ketamine therapy and neuroplasticity.

Research and education; not a medical device. Names load on first use, so that checking a plan needs no numerics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rewire.plans import Plan, read_plan, write_plan
    from rewire.population import People, people, person
    from rewire.studies.compare import compare
    from rewire.studies.course import run
    from rewire.studies.fitting import fit
    from rewire.studies.imaging import compare_imaging, imaging
    from rewire.studies.scale import keep_people
    from rewire.studies.validate import validate

_HOME = {
    "Plan": "rewire.plans",
    "read_plan": "rewire.plans",
    "write_plan": "rewire.plans",
    "People": "rewire.population",
    "people": "rewire.population",
    "person": "rewire.population",
    "compare": "rewire.studies.compare",
    "run": "rewire.studies.course",
    "validate": "rewire.studies.validate",
    "imaging": "rewire.studies.imaging",
    "compare_imaging": "rewire.studies.imaging",
    "fit": "rewire.studies.fitting",
    "keep_people": "rewire.studies.scale",
}

__all__ = [
    "People",
    "Plan",
    "compare",
    "compare_imaging",
    "fit",
    "imaging",
    "keep_people",
    "people",
    "person",
    "read_plan",
    "run",
    "validate",
    "write_plan",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'rewire' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
