"""Midazolam, rapamycin and oral antidepressants."""

from __future__ import annotations

import math

import pytest
from pk_reference import Dose, simulate

from rewire.layers.giving import give
from rewire.sources import load_table


def half_life(name: str, dose: Dose, begin: float, end: float) -> float:
    curves = simulate([dose], hours=end)
    return math.log(2) * (end - begin) / math.log(curves.at(name, begin) / curves.at(name, end))


def test_midazolam_by_vein() -> None:
    # Pecking 2002: clearance 4.4 mL/min/kg, half-life 2.9 (SD 0.7) h.
    dose = Dose("midazolam", "IV", 7.0)
    curves = simulate([dose], hours=48)
    assert 7000 / curves.area("midazolam_plasma") / 70 / 0.06 == pytest.approx(4.4, rel=0.02)
    assert half_life("midazolam_plasma", dose, 8, 12) == pytest.approx(2.9, abs=0.7)


@pytest.mark.parametrize(
    ("route", "share", "peak_from", "peak_to"),
    [
        ("IM", 0.91, 0.2, 0.6),
        ("subcutaneous", 0.96, 0.33, 0.69),
        ("intranasal", 0.83, 0.1, 0.3),
        ("oral", 0.44, 0.3, 1.0),
    ],
)
def test_midazolam_by_other_routes(route: str, share: float, peak_from: float, peak_to: float) -> None:
    whole = simulate([Dose("midazolam", "IV", 5.0)], hours=48).area("midazolam_plasma")
    curves = simulate([Dose("midazolam", route, 5.0)], hours=48)
    assert curves.area("midazolam_plasma") / whole == pytest.approx(share, rel=0.01)
    assert peak_from <= curves.peak_time("midazolam_plasma") <= peak_to


def test_rapamycin_lasts_for_days() -> None:
    # Zimmerman 1997: half-life 62 (SD 16) h, peak at 1.4 (SD 1.2) h, blood 38 times plasma.
    dose = Dose("rapamycin", "oral", 6.0)
    curves = simulate([dose], hours=72)
    assert half_life("rapamycin_blood", dose, 200, 400) == pytest.approx(62, rel=0.02)
    assert curves.peak_time("rapamycin_blood") == pytest.approx(1.4, abs=1.2)
    assert curves.peak("rapamycin_blood") / curves.peak("rapamycin_plasma") == pytest.approx(38)
    # Two hours after 6 mg, when ketamine was given in the human study, the level is near its peak.
    assert curves.at("rapamycin_blood", 2) > 0.95 * curves.peak("rapamycin_blood")


def daily(drug: str, mg: float, days: int) -> list[Dose]:
    return [Dose(drug, "oral", mg, at=24.0 * day) for day in range(days)]


def test_usual_daily_dose_adapts_the_brain_to_one() -> None:
    curves = simulate(daily("sertraline", 50, 120), hours=120 * 24, step=1.0)
    assert curves.at("antidepressant_adaptation", 119 * 24) == pytest.approx(1.0, abs=0.02)
    # Two thirds are there at two weeks, and the first day shows almost nothing.
    assert curves.at("antidepressant_adaptation", 14 * 24) == pytest.approx(2 / 3, abs=0.06)
    assert curves.at("antidepressant_adaptation", 24) < 0.05


def test_doses_count_in_units_of_the_usual_one() -> None:
    one = simulate(daily("escitalopram", 10, 14), hours=14 * 24, step=1.0)
    two = simulate(daily("duloxetine", 120, 14), hours=14 * 24, step=1.0)
    assert two.peak("antidepressant_adaptation") == pytest.approx(2 * one.peak("antidepressant_adaptation"), rel=1e-4)


def test_every_oral_antidepressant_of_the_plans_has_a_usual_dose() -> None:
    drugs = load_table("drugs").group("drug").groups()
    named = {name for name, drug in drugs.items() if drug.get("role") == "antidepressant"}
    assert named
    for name in named:
        assert give(name, "oral")[0].amount(1.0) > 0
