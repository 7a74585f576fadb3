"""The numbers that are fitted to trials: which they are, and what a standard normal unknown stands for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rewire.evidence.library import parameters as evidence_parameters
from rewire.models.parameters import shift
from rewire.sources import Entry, load_table

Array = NDArray[np.float64]
MARK = "to be replaced by the calibration"
"""What the reason of an entry says when its value is waiting for this calibration."""


def unknowns() -> dict[str, Entry]:
    """The entries that are fitted, by name: those whose value is waiting for it, in parameters, beliefs and trials."""
    tables = (load_table("beliefs"), load_table("validation"))
    entries = (*evidence_parameters().values(), *(entry for table in tables for entry in table.walk()))
    return {entry.name: entry for entry in entries if MARK in entry.why and entry.uncertainty}


def value_of(entry: Entry, z: Array) -> Array:
    """The typical value that a standard normal unknown stands for."""
    return shift(entry.number, entry.uncertainty_kind, width(entry) * z)


def width(entry: Entry) -> float:
    """The standard deviation of the prior, on the scale of the entry's uncertainty."""
    return load_table("calibration").number("prior_width") * (entry.uncertainty or 0.0)
