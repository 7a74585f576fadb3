"""Background drugs against published changes of S-ketamine's AUC, within 20 %."""

from __future__ import annotations

import pytest
from pk_reference import Dose, simulate

from rewire.layers.giving import interaction_factors
from rewire.sources import load_table

ORAL = {
    "clarithromycin": 2.6,
    "itraconazole": 1.0,
    "ticlopidine": 2.4,
    "rifampicin": 0.14,
    "grapefruit juice": 3.0,
    "St John's wort": 0.42,
}


def change(drug: str, dose: Dose, signal: str) -> float:
    alone = simulate([dose], hours=120).area(signal)
    return simulate([dose], hours=120, **interaction_factors([drug])).area(signal) / alone


@pytest.mark.parametrize(("drug", "published"), ORAL.items())
@pytest.mark.parametrize("given", ["esketamine", "ketamine"])
def test_exposure_by_mouth(given: str, drug: str, published: float) -> None:
    assert change(drug, Dose(given, "oral", 20), f"{given}_plasma") == pytest.approx(published, rel=0.20)


@pytest.mark.parametrize("given", ["esketamine", "ketamine"])
def test_rifampicin_changes_a_dose_by_vein_little(given: str) -> None:
    assert change("rifampicin", Dose(given, "IV", 20, 0.5), f"{given}_plasma") == pytest.approx(0.86, rel=0.20)


def test_ticlopidine_and_the_spray() -> None:
    # Label of the spray: AUC x 1.29.
    spray = Dose("esketamine", "intranasal", 56)
    assert change("ticlopidine", spray, "esketamine_plasma") == pytest.approx(1.29, rel=0.20)


@pytest.mark.parametrize("given", [("esketamine", "noresketamine"), ("ketamine", "norketamine")])
def test_rifampicin_halves_norketamine_after_a_dose_by_vein(given: tuple[str, str]) -> None:
    drug, product = given
    assert change("rifampicin", Dose(drug, "IV", 40, 2), f"{product}_plasma") == pytest.approx(0.5, rel=0.20)


def test_factors_multiply_and_other_drugs_change_nothing() -> None:
    alone = dict.fromkeys(("gut_metabolism_factor", "hepatic_metabolism_factor", "norketamine_clearance_factor"), 1.0)
    for drugs in ([], ["sertraline"], ["itraconazole"]):
        assert interaction_factors(drugs) == alone
    both = interaction_factors(["clarithromycin", "ticlopidine", "sertraline"])
    assert both["hepatic_metabolism_factor"] == pytest.approx(0.57 * 0.53)
    assert both["gut_metabolism_factor"] == pytest.approx(0.1 * 0.4)
    # Naming a drug twice is not taking it twice.
    assert interaction_factors(["rifampicin", "rifampicin"]) == interaction_factors(["rifampicin"])


def test_every_interacting_drug_of_the_plans_has_its_factors() -> None:
    drugs = load_table("drugs").group("drug").groups()
    interacting = {name for name, drug in drugs.items() if drug.get("role") == "interacting"}
    assert interacting == set(load_table("interacting_drugs").groups())
