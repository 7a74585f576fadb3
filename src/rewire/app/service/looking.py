"""Looks numbers up: what a quantity is, the equation and the parameters behind it, and the source of each of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from rewire.core.declare import Parameter, Quantity, Switch
from rewire.core.symbols import Names
from rewire.core.system import names_in
from rewire.errors import EvidenceError, closest
from rewire.evidence.explain import OBTAINED, say_deviation, show_unit, show_value
from rewire.evidence.library import entries, evidence_hash, parameters, references
from rewire.evidence.published import Trial, published
from rewire.evidence.published.trial import Arm
from rewire.layers.symptoms import SCALES
from rewire.models.describe import KINDS
from rewire.models.standard import standard_model
from rewire.plans.say import say_phrase
from rewire.sources import Entry, load_table, table_names


@cache
def evidence_json() -> dict[str, Any]:
    """Every number of every table with its source, in words."""
    model = standard_model()
    meanings = {quantity.name: quantity.meaning for quantity in model.parameters}
    rows = [
        _entry(path, entry, meanings.get(entry.name, ""), model.layer_of.get(entry.name, ""))
        for path, entry in entries().items()
    ]
    titles = {name: load_table(name).text("title") for name in table_names()}
    return {
        "evidence": evidence_hash(),
        "tables": titles,
        "entries": rows,
        "references": _references(),
        "how": OBTAINED,
    }


def _entry(path: str, entry: Entry, meaning: str, layer: str) -> dict[str, Any]:
    told = {
        "path": path,
        "name": entry.name,
        "table": entry.table,
        "layer": layer,
        "meaning": meaning,
        "value": show_value(entry),
        "spread": say_deviation(entry, entry.spread, entry.spread_kind),
        "uncertainty": say_deviation(entry, entry.uncertainty, entry.uncertainty_kind),
        "how": entry.how,
        "source": entry.source,
        "where": entry.where,
        "why": entry.why,
        "about": entry.about,
        "note": entry.note,
    }
    return {key: value for key, value in told.items() if value}


def _references() -> dict[str, dict[str, str]]:
    return {
        key: {"short": one.short, "full": one.full, "address": one.address} for key, one in sorted(references().items())
    }


@cache
def quantity_json(name: str) -> dict[str, Any]:
    """One quantity: unit, meaning, layer, equation, the parameters in it with their sources, and what it reads."""
    model = standard_model()
    inside = SCALES.get(name, name)
    if inside not in model.quantities:
        known = [*model.quantities, *SCALES]
        raise EvidenceError(f"the model has no quantity called '{name}'", advice=closest(name, known))
    quantity = model.quantities[inside]
    layer = next((one for one in model.layers if one.name == model.layer_of[inside]), None)
    stated: dict[str, Any] = {}
    if layer is not None:
        names = Names(layer.name, [*(own.name for own in layer.own()), *(read.name for read in layer.reads)])
        stated = {str(key): value for key, value in layer.equations(names).items()}
    found = stated.get(inside)
    used = sorted(names_in(found)) if found is not None else []
    numbers = [one for one in used if isinstance(model.quantities.get(one), Parameter)]
    # A sum of other quantities has no number of its own: theirs are what it rests on.
    below = sorted({name for one in used for name in names_in(stated.get(one, 0))} - {*used}) if not numbers else []
    table = parameters()
    return {
        "name": name,
        "kind": dict(KINDS)[type(quantity)],
        "unit": show_unit(quantity.unit),
        "meaning": _meaning(quantity),
        "layer": layer.name if layer else "",
        "layer_about": layer.about if layer else "",
        "equation": f"{inside}{chr(39) if _moves(model, inside) else ''} = {found}" if found is not None else "",
        "parameters": [_parameter(one, table) for one in numbers],
        "below": [_parameter(one, table) for one in below if isinstance(model.quantities.get(one), Parameter)],
        "hypotheses": [one for one in used if isinstance(model.quantities.get(one), Switch)],
        "reads": [
            {"name": one, "meaning": model.quantities[one].meaning}
            for one in used
            if one in model.quantities and not isinstance(model.quantities[one], Parameter | Switch)
        ],
        "scale": _scale(name) if name in SCALES else None,
    }


def _meaning(quantity: Quantity) -> str:
    """What a quantity is; a hypothesis says so in its table."""
    if isinstance(quantity, Switch):
        return load_table("switches").text(quantity.name, "meaning")
    return quantity.meaning


def _moves(model: Any, name: str) -> bool:
    return any(state.name == name for layer in model.layers for state in layer.states)


def _parameter(name: str, table: Any) -> dict[str, Any]:
    model = standard_model()
    if name not in table:
        return {"name": name, "meaning": model.quantities[name].meaning, "value": "set by the person or the plan"}
    return _entry(f"{table[name].table}.{name}", table[name], model.quantities[name].meaning, model.layer_of[name])


def _scale(name: str) -> list[dict[str, Any]]:
    return [_entry(f"scales.{entry.name}", entry, "", "") for entry in load_table("scales").group(name).walk()]


@cache
def trials_json() -> list[dict[str, Any]]:
    """Every published trial with its people, arms and results."""
    return [trial_json(trial) for trial in published().values()]


def trial_json(trial: Trial) -> dict[str, Any]:
    """One trial: its people, arms and results, with the address of its source."""
    return {
        "name": trial.name,
        "use": trial.use,
        "design": trial.design,
        "citation": trial.source.citation,
        "address": f"https://doi.org/{trial.source.doi}" if trial.source.doi else trial.source.url,
        "diagnosis": trial.people.diagnosis,
        "n": trial.people.n,
        "setting": trial.people.setting,
        "note": trial.note,
        "assumed": list(trial.assumed),
        "arms": [_arm(arm) for arm in trial.arms],
        "results": [
            {
                "arms": list(row.arms),
                "scale": row.scale,
                "measure": row.measure,
                "at_day": None if row.at_hours is None else row.at_hours / 24,
                "from_day": None if row.from_hours is None else row.from_hours / 24,
                "value": row.value,
                "se": row.se,
                "ci95": row.ci95,
                "n": row.n,
                "status": row.status,
                "headline": row.headline,
                "note": row.note,
            }
            for row in trial.results
        ],
    }


def _arm(arm: Arm) -> dict[str, Any]:
    phrases = [say_phrase(phrase) for phrase in arm.plan.phrases]
    return {"name": arm.name, "n": arm.n, "masking": arm.masking, "plan": phrases}


@cache
def hypotheses_json() -> list[dict[str, Any]]:
    """Every named hypothesis: what it says, its grade, the evidence, and whether it is on by default."""
    table = load_table("switches")
    told = []
    for quantity in standard_model().declared(Switch):
        group = table.group(quantity.name)
        default = group.entry("default")
        told.append(
            {
                "name": quantity.name,
                "on": bool(default.number),
                "meaning": group.text("meaning"),
                "evidence": group.text("evidence"),
                "grade": group.text("grade"),
                "why": default.why,
                "source": default.source,
                "layer": standard_model().layer_of[quantity.name],
            }
        )
    return told
