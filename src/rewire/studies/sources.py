"""The bibliography of a run: the works behind the numbers of the layers, populations and scales that took part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rewire.evidence.library import bibliography, parameters
from rewire.layers.symptoms import SCALES
from rewire.models.standard import standard_model
from rewire.plans.events import Dose
from rewire.plans.plan import Plan
from rewire.sources import Entry, load_table

ONLY_WITH_ITS_DRUG = ("ketamine", "esketamine", "midazolam", "rapamycin", "antidepressant", "interactions")
SHARED_TABLES = ("beliefs", "therapies")
GIVING = {"esketamine": "esketamine", "antidepressant": "usual_daily_dose"}
"""The groups of the giving table that a drug layer uses."""


def drug_layers(plans: Iterable[Plan]) -> tuple[str, ...]:
    """The drug layers that the plans' doses reach."""
    usual, interacting = load_table("giving").group("usual_daily_dose"), load_table("interacting_drugs").groups()
    found = set()
    for plan in plans:
        for phrase in plan.phrases:
            if isinstance(phrase.what, Dose):
                drug = phrase.what.drug
                found |= {drug} if drug in ONLY_WITH_ITS_DRUG else set()
                found |= {"antidepressant"} if drug in usual else set()
                found |= {"interactions"} if drug in interacting else set()
    return tuple(sorted(found))


def bibliography_of(study: Mapping[str, Any]) -> tuple[str, ...]:
    """Every work that a number used in this study rests on, as citations in alphabetical order."""
    model, table = standard_model(), parameters()
    left_out = set(ONLY_WITH_ITS_DRUG) - set(study["drug_layers"])
    used: list[Entry] = [
        table[quantity.name]
        for quantity in model.parameters
        if quantity.name in table and model.layer_of[quantity.name] not in left_out
    ]
    populations, scales = load_table("populations"), load_table("scales")
    used += [*populations.group("everyone").walk(), *populations.group("correlations").walk()]
    used += populations.group(study["people"]["condition"]).walk()
    used += [entry for scale in SCALES for entry in scales.group(scale).walk()]
    used += [entry for name in SHARED_TABLES for entry in load_table(name).walk()]
    giving = load_table("giving")
    used += [entry for layer in study["drug_layers"] if layer in GIVING for entry in giving.group(GIVING[layer]).walk()]
    keys = sorted({entry.source for entry in used if entry.source})
    return tuple(sorted(reference.full for reference in bibliography(keys)))
