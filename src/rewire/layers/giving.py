"""From a dose in a plan to the inputs of the model: which input receives what, and for how long."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rewire.errors import PlanError, closest
from rewire.sources import load_table

AT_ONCE = {
    ("ketamine", "IV"): "ketamine_bolus_dose",
    ("ketamine", "IM"): "ketamine_intramuscular_dose",
    ("ketamine", "subcutaneous"): "ketamine_subcutaneous_dose",
    ("ketamine", "intranasal"): "ketamine_intranasal_dose",
    ("ketamine", "sublingual"): "ketamine_sublingual_dose",
    ("ketamine", "oral"): "ketamine_oral_dose",
    ("esketamine", "IV"): "esketamine_bolus_dose",
    ("esketamine", "subcutaneous"): "esketamine_subcutaneous_dose",
    ("midazolam", "IV"): "midazolam_bolus_dose",
    ("midazolam", "IM"): "midazolam_intramuscular_dose",
    ("midazolam", "subcutaneous"): "midazolam_subcutaneous_dose",
    ("midazolam", "intranasal"): "midazolam_intranasal_dose",
    ("midazolam", "oral"): "midazolam_oral_dose",
    ("rapamycin", "oral"): "rapamycin_oral_dose",
}
OVER_A_WHILE = {
    ("ketamine", "IV"): "ketamine_infusion",
    ("ketamine", "subcutaneous"): "ketamine_subcutaneous_rate",
    ("ketamine", "intranasal"): "ketamine_intranasal_rate",
    ("esketamine", "IV"): "esketamine_infusion",
    ("esketamine", "subcutaneous"): "esketamine_subcutaneous_rate",
    ("midazolam", "IV"): "midazolam_infusion",
    ("midazolam", "subcutaneous"): "midazolam_subcutaneous_rate",
}
MODELLED = ("ketamine", "esketamine", "midazolam", "rapamycin")


@dataclass(frozen=True)
class Giving:
    """What one input receives of a dose: `amount(mg)`, at the start (`pulse`) or held for `lasts` hours (`level`).

    `per_mg` turns mg into the unit of the input. Only the part of the dose between `above` and `up_to` mg counts: the
    first device of a spray and the later ones go to different inputs.
    """

    input: str
    kind: Literal["pulse", "level"]
    per_mg: float
    lasts: float = 0.0
    above: float = 0.0
    up_to: float = math.inf

    def amount(self, mg: float) -> float:
        """What the input receives of a dose of `mg`."""
        return max(min(mg, self.up_to) - self.above, 0.0) * self.per_mg

    @property
    def proportional(self) -> bool:
        """Whether twice the dose is twice the amount, so that a dose per body weight can be scaled afterwards."""
        return self.above == 0.0 and math.isinf(self.up_to)


def give(drug: str, route: str, hours_lasting: float = 0.0) -> tuple[Giving, ...]:
    """The inputs that a dose of `drug` by `route` feeds, when it is given over `hours_lasting` (0: at once).

    Drugs without a course of their own in the model (saline, placebos, drugs that only interact) feed nothing. The
    devices of an esketamine spray count as given together, as in the published model [perez-ruixo-2021], however many
    minutes lie between them.

    >>> give("ketamine", "IV", 0.5)
    (Giving(input='ketamine_infusion', kind='level', per_mg=2.0, lasts=0.5, above=0.0, up_to=inf),)
    """
    if not math.isfinite(hours_lasting) or hours_lasting < 0.0:
        raise PlanError(f"{drug} cannot be given over {hours_lasting} hours", expected="0 or more hours")
    usual = load_table("giving").group("usual_daily_dose")
    if drug in usual:
        _refuse_unless(route == "oral", drug, route, ("oral",))
        _refuse_slow(drug, route, hours_lasting)
        return (Giving("antidepressant_dose", "pulse", 1 / usual.number(drug)),)
    if drug not in MODELLED:
        _refuse_unknown(drug)
        return ()
    if (drug, route) == ("esketamine", "intranasal"):
        return _spray()
    if (drug, route) == ("esketamine", "oral"):
        _refuse_slow(drug, route, hours_lasting)
        hours = load_table("giving").number("esketamine", "oral_solution")
        return (Giving("esketamine_oral_arrival", "level", 1 / hours, hours),)
    _refuse_unless((drug, route) in AT_ONCE, drug, route, _routes(drug))
    if hours_lasting == 0.0:
        return (Giving(AT_ONCE[drug, route], "pulse", 1.0),)
    if (drug, route) not in OVER_A_WHILE:
        _refuse_slow(drug, route, hours_lasting)
    return (Giving(OVER_A_WHILE[drug, route], "level", 1 / hours_lasting, hours_lasting),)


def interaction_factors(drugs: Iterable[str]) -> dict[str, float]:
    """The factors on metabolism for someone who takes `drugs`; those without a known interaction change nothing.

    Factors of several drugs multiply. No study tested two of them together.
    """
    factors = {name: entry.number for name, entry in load_table("interactions").entries().items()}
    known = load_table("interacting_drugs").groups()
    for drug in sorted(set(drugs) & set(known)):
        for name, entry in known[drug].entries().items():
            factors[name] *= entry.number
    return factors


def _spray() -> tuple[Giving, ...]:
    """A nasal dose of esketamine: each device reaches the nose at once and the gut over a while."""
    spray = load_table("giving").group("esketamine")
    device, hours = spray.number("device"), spray.number("swallowing")
    return (
        Giving("esketamine_first_device_dose", "pulse", 1.0, up_to=device),
        Giving("esketamine_later_device_dose", "pulse", 1.0, above=device),
        Giving("esketamine_first_device_swallowing", "level", 1 / hours, hours, up_to=device),
        Giving("esketamine_later_device_swallowing", "level", 1 / hours, hours, above=device),
    )


def _routes(drug: str) -> tuple[str, ...]:
    routes = [route for name, route in AT_ONCE if name == drug]
    return (*routes, "intranasal", "oral") if drug == "esketamine" else tuple(routes)


def _refuse_unless(fits: bool, drug: str, route: str, routes: tuple[str, ...]) -> None:
    if not fits:
        raise PlanError(
            f"the model has no {route} route for {drug}", expected=", ".join(routes), advice=closest(route, routes)
        )


def _refuse_slow(drug: str, route: str, hours: float) -> None:
    if hours > 0.0:
        raise PlanError(
            f"{drug} {route} is given at once, not over {hours:g} hours",
            advice="leave the duration out, or give several doses",
        )


def _refuse_unknown(drug: str) -> None:
    known = load_table("drugs").group("drug")
    if drug not in known:
        raise PlanError(f"unknown drug '{drug}'", advice=closest(drug, known))
