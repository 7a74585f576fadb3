"""The standard model in words: layers, quantities, units, equations, hypotheses."""

from __future__ import annotations

import json
from typing import Any

from rewire.core.declare import Constant, Level, Noise, Parameter, Pulse, Quantity, Signal, State, Switch
from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.engine.kernels import model_key
from rewire.errors import ModelError, closest
from rewire.evidence.explain import show_unit, show_value
from rewire.evidence.library import parameters
from rewire.machine.store import kept_text
from rewire.models.standard import standard_model
from rewire.sources import load_table

KINDS: tuple[tuple[type[Quantity], str], ...] = (
    (State, "states"),
    (Signal, "signals"),
    (Constant, "worked out at the start"),
    (Noise, "chance"),
    (Level, "inputs held for a while"),
    (Pulse, "inputs at a moment"),
    (Switch, "hypotheses"),
    (Parameter, "parameters"),
)


def describe_model() -> str:
    """One line a layer, with how many of each kind it adds."""
    model = standard_model()
    lines = [f"{'layer':16}{'states':>7}{'signals':>9}{'parameters':>12}{'hypotheses':>12}   what it is"]
    for layer in model.layers:
        counts = (len(layer.states), len(layer.signals), len(layer.parameters), len(layer.switches))
        lines.append(f"{layer.name:16}{counts[0]:7}{counts[1]:9}{counts[2]:12}{counts[3]:12}   {layer.about}")
    totals = [len(model.declared(kind)) for kind in (State, Signal, Parameter, Switch)]
    lines.append(f"{'all':16}{totals[0]:7}{totals[1]:9}{totals[2]:12}{totals[3]:12}")
    lines += ["", "try: rewire model LAYER, rewire model switches, rewire sources PARAMETER"]
    return "\n".join(lines)


def describe_layer(name: str) -> str:
    """One layer: its quantities with units and meanings, the values of its parameters, and its equations."""
    model = standard_model()
    found = {layer.name: layer for layer in model.layers}
    if name not in found:
        raise ModelError(f"no layer is called '{name}'", expected=", ".join(found), advice=closest(name, found))
    layer = found[name]
    lines = [f"{layer.name}: {layer.about}"]
    if layer.reads:
        lines += ["", "reads " + ", ".join(f"{read.name} ({model.layer_of[read.name]})" for read in layer.reads)]
    for kind, title in KINDS:
        quantities = [quantity for quantity in layer.own() if type(quantity) is kind]
        if quantities:
            width = max(len(quantity.name) for quantity in quantities) + 2
            lines += ["", title]
            lines += [f"  {quantity.name:{width}}{_value(quantity)}{quantity.meaning}" for quantity in quantities]
    return "\n".join([*lines, *_equations(layer)])


def describe_switches() -> str:
    """Every hypothesis with its default, its meaning and what the evidence says."""
    table = load_table("switches")
    lines = []
    for quantity in standard_model().declared(Switch):
        group = table.group(quantity.name)
        on = "on" if group.number("default") else "off"
        lines += [f"{quantity.name} ({on} by default; evidence: {group.text('grade')})"]
        lines += [f"  {group.text('meaning')}", f"  {group.text('evidence')}", ""]
    return "\n".join(lines).rstrip()


def model_rows() -> dict[str, Any]:
    """Everything declared, as plain data."""
    model, names = standard_model(), dict(KINDS)
    return {
        "layers": [{"name": layer.name, "about": layer.about} for layer in model.layers],
        "quantities": [
            {
                "name": quantity.name,
                "kind": names[type(quantity)],
                "layer": model.layer_of[quantity.name],
                "unit": quantity.unit,
                "meaning": quantity.meaning,
            }
            for quantity in model.quantities.values()
        ],
    }


def _value(quantity: Quantity) -> str:
    table = parameters()
    if isinstance(quantity, Parameter) and quantity.name in table:
        return f"{show_value(table[quantity.name]):>18}  "
    return f"{show_unit(quantity.unit) or '-':>18}  "


def _equations(layer: Layer) -> list[str]:
    """The equations as they are stated, a prime for a rate of change per hour."""
    lines = equation_lines(standard_model()).get(layer.name)
    return ["", "equations (a prime is the rate of change per hour)", *(f"  {line}" for line in lines)] if lines else []


def equation_lines(model: Model) -> dict[str, list[str]]:
    """For each layer of a model its equations, one a line: worked out once, then read."""
    text = kept_text(f"equations-{model_key(model)}.json", lambda: equations_json(model))
    found: dict[str, list[str]] = json.loads(text)
    return found


def equations_json(model: Model) -> str:
    """The equations of every layer as text, as `equation_lines` keeps them."""
    from rewire.core.system import collect

    found: dict[str, list[str]] = {}
    states = {state.name for state in model.declared(State)}
    for name, value in collect(model).equations.items():
        found.setdefault(model.layer_of[name], []).append(f"{name}{chr(39) if name in states else ''} = {value}")
    return json.dumps(found)
