"""Esketamine spray against the published table of 18 groups of people (Perez-Ruixo 2021, Table 4)."""

from __future__ import annotations

import pytest
from pk_reference import Dose, simulate

from rewire.sources import load_table

# people, age, mg: esketamine Cmax (ng/mL), esketamine AUC over 24 h (ng h/mL), noresketamine Cmax (ng/mL)
PUBLISHED = {
    ("Caucasian", 40, 28): (43.8, 147.3, 59.1),
    ("Caucasian", 40, 56): (72.5, 254.7, 119.7),
    ("Caucasian", 40, 84): (101.0, 362.2, 180.0),
    ("Asian", 40, 28): (44.1, 158.2, 73.4),
    ("Asian", 40, 56): (73.2, 275.9, 148.5),
    ("Asian", 40, 84): (102.4, 393.5, 223.5),
    ("Japanese", 40, 28): (57.5, 194.7, 72.1),
    ("Japanese", 40, 56): (94.5, 335.1, 146.3),
    ("Japanese", 40, 84): (131.3, 475.4, 220.4),
    ("Caucasian", 70, 28): (44.6, 160.4, 57.3),
    ("Caucasian", 70, 56): (73.8, 275.8, 117.2),
    ("Caucasian", 70, 84): (102.7, 391.2, 177.0),
    ("Asian", 70, 28): (44.9, 171.0, 71.4),
    ("Asian", 70, 56): (74.4, 296.3, 145.9),
    ("Asian", 70, 84): (103.8, 421.5, 220.4),
    ("Japanese", 70, 28): (58.8, 212.2, 69.0),
    ("Japanese", 70, 56): (96.5, 363.1, 141.7),
    ("Japanese", 70, 84): (133.8, 513.9, 214.4),
}


@pytest.mark.parametrize(("group", "expected"), PUBLISHED.items(), ids=lambda value: "-".join(map(str, value)))
def test_published_groups_are_met(group: tuple[str, int, int], expected: tuple[float, float, float]) -> None:
    people, age, mg = group
    curves = simulate(
        [Dose("esketamine", "intranasal", mg)],
        age=age,
        asian=float(people != "Caucasian"),
        japanese=float(people == "Japanese"),
    )
    reached = (
        curves.peak("esketamine_plasma"),
        curves.area("esketamine_plasma"),
        curves.peak("noresketamine_plasma"),
    )
    assert reached == pytest.approx(expected, rel=0.05)


def test_peak_comes_within_the_time_of_the_label() -> None:
    # The label: 20 to 40 minutes after the last device; devices are 5 minutes apart and given together here.
    assert 20 / 60 <= simulate([Dose("esketamine", "intranasal", 28)]).peak_time("esketamine_plasma") <= 40 / 60


def test_bioavailability_of_the_spray() -> None:
    by_vein = simulate([Dose("esketamine", "IV", 56, 40 / 60)], hours=120).area("esketamine_plasma")
    shares = {
        mg: simulate([Dose("esketamine", "intranasal", mg)], hours=120).area("esketamine_plasma") / by_vein * 56 / mg
        for mg in (56, 84)
    }
    # The abstract gives 0.54 and 0.51.
    assert shares == pytest.approx({56: 0.54, 84: 0.51}, abs=0.01)


def test_clearance_and_volume_by_vein() -> None:
    curves = simulate([Dose("esketamine", "IV", 28)], hours=240)
    area = curves.area("esketamine_plasma") / 1000
    moment = curves.time * curves.values["esketamine_plasma"] / 1000
    mean_time = float(((moment[1:] + moment[:-1]) / 2 * (curves.time[1:] - curves.time[:-1])).sum()) / area
    clearance = 28 / area
    # Abstract of the paper: clearance 114 L/h, volume at steady state 752 L without the liver.
    assert clearance == pytest.approx(114, rel=0.06)
    assert clearance * mean_time == pytest.approx(752, rel=0.15)


def test_later_devices_add_less_than_the_first() -> None:
    first, second, third = (
        simulate([Dose("esketamine", "intranasal", mg)], hours=120).area("esketamine_plasma") for mg in (28, 56, 84)
    )
    assert second - first == pytest.approx(third - second, rel=1e-3)
    assert second - first < first


def test_two_courses_add_up() -> None:
    once = simulate([Dose("esketamine", "intranasal", 84)], hours=48)
    twice = simulate([Dose("esketamine", "intranasal", 84), Dose("esketamine", "intranasal", 84, at=24)], hours=48)
    for hour in (24.5, 30.0, 47.0):
        together = once.at("esketamine_plasma", hour) + once.at("esketamine_plasma", hour - 24)
        assert twice.at("esketamine_plasma", hour) == pytest.approx(together, rel=1e-3)


def test_arterial_level_of_an_infusion() -> None:
    # 20 mg over 20 min, arterial Cmax 273 and 260 ng/mL (Simons 2022), on a residue of the film six hours earlier.
    curves = simulate([Dose("esketamine", "IV", 20, 20 / 60)])
    assert curves.peak("esketamine_arterial") == pytest.approx(266, rel=0.20)
    assert curves.at("esketamine_arterial", 2.0) == pytest.approx(curves.at("esketamine_plasma", 2.0))


def test_an_injection_under_the_skin_reaches_the_blood_as_one_of_ketamine_does() -> None:
    by_vein, at_once, slowly = (
        simulate([Dose("esketamine", route, 56, hours)], hours=240)
        for route, hours in (("IV", 0.0), ("subcutaneous", 0.0), ("subcutaneous", 0.5))
    )
    share = load_table("ketamine").number("ketamine_subcutaneous_share")
    for curves in (at_once, slowly):
        assert curves.area("esketamine_plasma") == pytest.approx(share * by_vein.area("esketamine_plasma"), rel=2e-3)
    assert 0.2 < at_once.peak_time("esketamine_plasma") < slowly.peak_time("esketamine_plasma") < 1.0
