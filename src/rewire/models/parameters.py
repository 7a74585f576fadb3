"""The numbers of a run: evidence tables, people, circumstances and switches as one array `[parameter, person]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from rewire.core.declare import Parameter, Switch
from rewire.core.model import Model
from rewire.core.random import normals
from rewire.errors import StudyError, closest
from rewire.evidence.library import parameters as evidence_parameters
from rewire.models.posterior import Posterior
from rewire.population import People
from rewire.sources import Entry, load_table

UNCERTAINTY_SEED = 20_260_101
"""What is not known is drawn from its own streams, the same for every study."""
ASLEEP = "anaesthesia"
"""The one masking under which people do not notice the drug either."""


@dataclass(frozen=True)
class Circumstances:
    """What a study adds to people: masking, setting, care, hypotheses, interacting drugs, one draw of what is unknown.

    `draw` 0 takes every parameter at its typical value; 1, 2, ... are draws from the uncertainties of the tables. An
    array `[person]` gives everyone a draw of their own.
    `values` replaces single parameters by name: one number, or an array `[person]`. `places` says where each person
    stands among others in parameters that vary: standard normals `[person]` by name, instead of the person's own draw.
    `typical` replaces typical values around which people differ, by the name of the entry (`expectancy_gain`,
    `masking.saline`): one number, or an array `[person]`. A `posterior` gives the numbers it knows: its central values
    under draw 0, else its draws; the tables give the others. `care` is `trial` or `routine`; without it, what goes
    with the setting.
    """

    masking: str = "open"
    setting: str = "outpatient"
    switches: Mapping[str, bool] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float | NDArray[np.float64]] = field(default_factory=dict)
    draw: int | NDArray[np.int64] = 0
    places: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    typical: Mapping[str, float | NDArray[np.float64]] = field(default_factory=dict)
    posterior: Posterior | None = None
    care: str = ""

    @property
    def cared(self) -> str:
        """The care people are in: as given, or what goes with the setting."""
        return self.care or care_of(self.setting)

    @cached_property
    def known(self) -> Mapping[str, float | NDArray[np.float64]]:
        """Typical values that do not come from the tables, by the name of their entry."""
        return {**(self.posterior.under(self.draw) if self.posterior else {}), **self.typical}


def varying(model: Model) -> tuple[str, ...]:
    """The parameters in which people differ by a spread of their own, in the order of the model."""
    table = evidence_parameters()
    names = (quantity.name for quantity in model.parameters)
    return tuple(name for name in names if name in table and table[name].spread)


def switch_defaults(model: Model) -> dict[str, bool]:
    """Every named hypothesis of the model and whether it is on by default."""
    table = load_table("switches")
    return {quantity.name: bool(table.number(quantity.name, "default")) for quantity in model.declared(Switch)}


def parameters(model: Model, who: People, where: Circumstances = Circumstances()) -> NDArray[np.float64]:
    """The parameter array `[parameter, person]` of a run, in the order of `model.parameters`.

    Raises `StudyError` for an unknown switch, masking, setting or parameter.
    """
    covariates = who.covariates()
    switches = _switches(model, where.switches)
    fixed = {**_beliefs(where), **where.factors, **where.values}
    names = {quantity.name for quantity in model.parameters}
    for name in (*where.values, *where.places):
        if name not in names:
            raise StudyError(f"the model has no parameter called '{name}'", advice=closest(name, names))
    rows = np.empty((len(model.parameters), who.n))
    table = evidence_parameters()
    for row, quantity in enumerate(model.parameters):
        name = quantity.name
        if name in fixed:
            rows[row] = fixed[name]
        elif name in covariates:
            rows[row] = covariates[name]
        elif name in switches:
            rows[row] = switches[name]
        elif isinstance(quantity, Parameter):
            if name not in table:
                raise StudyError(f"no evidence table holds the parameter '{name}'", advice=closest(name, table))
            if table[name].unit != quantity.unit:
                raise StudyError(
                    f"the parameter '{name}' stands in {table[name].table}.toml in {table[name].unit}",
                    expected=f"{quantity.unit}, as layer '{model.layer_of[name]}' declares it",
                )
            rows[row] = _spread(table[name], typical(table[name], where), who, where.places.get(name))
    return rows


def _switches(model: Model, chosen: Mapping[str, bool]) -> dict[str, float]:
    defaults = switch_defaults(model)
    for name in chosen:
        if name not in defaults:
            raise StudyError(
                f"there is no hypothesis called '{name}'", expected=", ".join(defaults), advice=closest(name, defaults)
            )
    return {name: float(on) for name, on in {**defaults, **chosen}.items()}


def _beliefs(where: Circumstances) -> dict[str, float | NDArray[np.float64]]:
    """Belief at a visit with the drug, which only people asleep do not notice, and with a control; setting and care."""
    table = load_table("beliefs")
    found: dict[str, float | NDArray[np.float64]] = {}
    for name, kind, key in (
        ("control_belief", "masking", where.masking),
        ("belief", "masking", where.masking if where.masking == ASLEEP else "open"),
        ("setting_factor", "setting", where.setting),
        ("care_factor", "care", where.cared),
    ):
        if key not in table.group(kind):
            choices = tuple(table.group(kind))
            raise StudyError(
                f"there is no {kind} called '{key}'", expected=", ".join(choices), advice=closest(key, choices)
            )
        found[name] = typical(table.entry(kind, key), where)
    return found


def care_of(setting: str) -> str:
    """The care that goes with a setting: routine where people are simply treated, else that of a trial."""
    return "routine" if setting in load_table("beliefs").texts("routine_settings") else "trial"


def shift(value: float | NDArray[np.float64], kind: str, by: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """A value moved by `by` on the scale of its spread: logarithm, logit, or its own unit."""
    if kind == "normal":
        return np.asarray(value + by)
    if kind == "logit":
        return np.asarray(1 / (1 + (1 / value - 1) * np.exp(-np.asarray(by))))
    return np.asarray(value * np.exp(by))


def typical(entry: Entry, where: Circumstances) -> float | NDArray[np.float64]:
    """The typical value: as given, or what it is under a draw, or under everyone's own draw."""
    if entry.name in where.known:
        return where.known[entry.name]
    draw = where.draw
    if not isinstance(draw, np.ndarray):
        return _drawn(entry, draw)
    numbers, places = np.unique(draw, return_inverse=True)
    return np.array([_drawn(entry, int(number)) for number in numbers])[places]


@cache
def _drawn(entry: Entry, draw: int) -> float:
    if draw == 0 or not entry.uncertainty:
        return entry.number
    chance = float(normals(UNCERTAINTY_SEED, draw, 1, f"uncertainty.{entry.name}")[0, 0])
    return float(shift(entry.number, entry.uncertainty_kind, entry.uncertainty * chance))


def places_of(who: People, name: str) -> NDArray[np.float64]:
    """Where each person stands among others in one parameter: standard normals `[person]`."""
    return normals(who.seed, who.first, who.n, f"parameter.{name}")[:, 0]


def value_at(name: str, places: NDArray[np.float64], where: Circumstances) -> NDArray[np.float64]:
    """A varying parameter of people who stand at these `places`, under the draw of the circumstances."""
    entry = evidence_parameters()[name]
    return shift(typical(entry, where), entry.spread_kind, (entry.spread or 0.0) * places)


def _spread(
    entry: Entry, middle: float | NDArray[np.float64], who: People, places: NDArray[np.float64] | None
) -> float | NDArray[np.float64]:
    """Everyone's value of one parameter: one number where all have the same."""
    if not entry.spread or (who.typical and places is None):
        return middle
    chance = places_of(who, entry.name) if places is None else places
    return shift(middle, entry.spread_kind, entry.spread * chance)
