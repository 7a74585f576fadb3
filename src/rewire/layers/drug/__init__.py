"""Drugs: how each reaches the blood and the brain, one drug a file."""

from __future__ import annotations

from rewire.layers.drug.antidepressant import Antidepressant
from rewire.layers.drug.conversions import Conversions
from rewire.layers.drug.effect_site import EffectSite
from rewire.layers.drug.esketamine import Esketamine
from rewire.layers.drug.interactions import Interactions
from rewire.layers.drug.ketamine import Ketamine
from rewire.layers.drug.midazolam import Midazolam
from rewire.layers.drug.rapamycin import Rapamycin

__all__ = [
    "Antidepressant",
    "Conversions",
    "EffectSite",
    "Esketamine",
    "Interactions",
    "Ketamine",
    "Midazolam",
    "Rapamycin",
]
