"""The standard model: the layers, from milligrams to scores."""

from __future__ import annotations

from functools import cache

from rewire.core.model import Model
from rewire.layers.context import Context
from rewire.layers.drug import (
    Antidepressant,
    Conversions,
    EffectSite,
    Esketamine,
    Interactions,
    Ketamine,
    Midazolam,
    Rapamycin,
)
from rewire.layers.growth import Growth
from rewire.layers.learning import Learning
from rewire.layers.lifestyle import Lifestyle
from rewire.layers.mood import Mood
from rewire.layers.person import PersonLayer
from rewire.layers.receptor import Receptor
from rewire.layers.safety import Safety
from rewire.layers.surge import Surge
from rewire.layers.symptoms import Symptoms
from rewire.layers.synapse import Synapse
from rewire.layers.threat import Threat


@cache
def standard_model() -> Model:
    """All layers, wired."""
    return Model(
        (
            PersonLayer(),
            Conversions(),
            Interactions(),
            Ketamine(),
            Esketamine(),
            Antidepressant(),
            Midazolam(),
            Rapamycin(),
            EffectSite(),
            Receptor(),
            Surge(),
            Growth(),
            Synapse(),
            Learning(),
            Context(),
            Lifestyle(),
            Mood(),
            Threat(),
            Symptoms(),
            Safety(),
        )
    )
