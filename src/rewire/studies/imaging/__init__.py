"""Imaging studies: what scans at visits would show of a plan, how large the effects are, and how many people it takes.

For groups only. One scan says next to nothing about one person, and nothing here feeds the care of one.
"""

from rewire.studies.imaging.comparison import Contrast, ImagingComparison, compare_imaging
from rewire.studies.imaging.effects import Effect, Power
from rewire.studies.imaging.maps import Maps
from rewire.studies.imaging.result import ImagingResult
from rewire.studies.imaging.study import imaging
from rewire.studies.imaging.visits import Visit, read_visits

__all__ = [
    "Contrast",
    "Effect",
    "ImagingComparison",
    "ImagingResult",
    "Maps",
    "Power",
    "Visit",
    "compare_imaging",
    "imaging",
    "read_visits",
]
