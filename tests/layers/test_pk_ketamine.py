"""Racemic ketamine against published levels, bioavailabilities and ratios of its products."""

from __future__ import annotations

import numpy as np
import pytest
from pk_reference import Curves, Dose, simulate, typical

ROUTES = ("oral", "sublingual", "intranasal", "IM", "IV")


def by_vein(mg: float = 35.0, lasting: float = 40 / 60, **changes: float) -> Curves:
    return simulate([Dose("ketamine", "IV", mg, lasting)], hours=96, **changes)


def by(route: str, mg: float = 35.0) -> Curves:
    return simulate([Dose("ketamine", route, mg)], hours=96)


def test_infusion_reaches_the_published_peak() -> None:
    # 0.5 mg/kg over 40 min: 185 ng/mL (Zarate 2006); the mean must lie in 150-220.
    curves = by_vein()
    assert 150 <= curves.peak("ketamine_plasma") <= 220
    assert curves.peak_time("ketamine_plasma") == pytest.approx(40 / 60, abs=0.02)


def test_infusion_has_the_published_area() -> None:
    # 35 mg: clearance 79 L/h (69-90, Kamp 2020).
    assert by_vein().area("ketamine_plasma") == pytest.approx(35000 / 79, rel=0.01)


def test_levels_per_body_weight_do_not_depend_on_weight() -> None:
    light, heavy = (by_vein(0.5 * weight, body_weight=weight) for weight in (50.0, 120.0))
    for name in ("ketamine_plasma", "norketamine_plasma", "hydroxynorketamine_plasma", "ketamine_effect_site"):
        assert light.peak(name) == pytest.approx(heavy.peak(name), rel=1e-4)


def test_bioavailability_of_each_route() -> None:
    whole = by_vein().area("ketamine_plasma")
    shares = {route: by(route).area("ketamine_plasma") / whole for route in ROUTES}
    assert list(shares) == sorted(shares, key=lambda route: shares[route])
    assert 0.08 <= shares["oral"] <= 0.24
    assert 0.26 <= shares["sublingual"] <= 0.31
    assert 0.11 <= shares["intranasal"] <= 0.54
    assert shares["IM"] == pytest.approx(0.93, abs=0.005)
    assert shares["IV"] == pytest.approx(1.0, abs=0.002)


def test_subcutaneous_peak_is_later_and_lower_than_from_muscle() -> None:
    skin, muscle = by("subcutaneous"), by("IM")
    assert skin.peak("ketamine_plasma") < muscle.peak("ketamine_plasma") < by_vein().peak("ketamine_plasma")
    assert 15 / 60 < muscle.peak_time("ketamine_plasma") < skin.peak_time("ketamine_plasma") < 45 / 60


def test_sublingual_peak_time() -> None:
    # Rolan 2014: median 0.75 h, range 0.25-1.0 h.
    assert 0.25 <= by("sublingual").peak_time("ketamine_plasma") <= 1.0


def test_norketamine_after_an_infusion() -> None:
    # Recalled: 40-80 ng/mL at 1.5-2.5 h, within a factor of 2.
    curves = by_vein()
    assert 20 <= curves.peak("norketamine_plasma") <= 160
    assert 1.5 <= curves.peak_time("norketamine_plasma") <= 2.5


def test_hydroxynorketamine_after_an_infusion() -> None:
    # Recalled: 20-40 ng/mL at 2-4 h, within a factor of 2.
    curves = by_vein()
    assert 10 <= curves.peak("hydroxynorketamine_plasma") <= 80
    assert 1 <= curves.peak_time("hydroxynorketamine_plasma") <= 8


def ratio(curves: Curves, product: str) -> float:
    return curves.area(f"{product}_plasma") / curves.area("ketamine_plasma")


def test_norketamine_ratio_by_mouth() -> None:
    # Fanta 2015: 16.5 for S-ketamine, range allowed 12-21; Hasan 2017: 14.9 (SD 8.5) for a racemic tablet.
    assert 12 <= ratio(by("oral"), "norketamine") <= 21


def test_norketamine_ratio_by_vein() -> None:
    # Hasan 2017: 1.79 (SD 0.56) after 5 mg racemic ketamine.
    assert ratio(by_vein(5.0), "norketamine") == pytest.approx(1.79, abs=0.56)


@pytest.mark.parametrize(("form", "oral", "vein"), [("S", (18, 11), (1.7, 0.8)), ("R", (30, 16), (3.1, 1.4))])
def test_hydroxynorketamine_ratios(form: str, oral: tuple[float, float], vein: tuple[float, float]) -> None:
    # Hasan 2021: 40 mg tablet and 5 mg by vein; the model has one sum of both forms.
    assert ratio(by("oral", 40.0), "hydroxynorketamine") == pytest.approx(oral[0], abs=oral[1])
    assert ratio(by_vein(5.0), "hydroxynorketamine") == pytest.approx(vein[0], abs=vein[1])


@pytest.mark.parametrize(("mg", "peak"), [(10, 22.9), (30, 60.8), (50, 77.6)])
def test_nasal_peaks_of_a_dose_series(mg: float, peak: float) -> None:
    # Pharmacotherapy 2022 (PMC9118341), Table 6; a factor of 1.5 either way.
    assert peak / 1.5 <= by("intranasal", mg).peak("ketamine_plasma") <= peak * 1.5


@pytest.mark.parametrize("published", [3.95, 4.54])
def test_nasal_norketamine_ratio_of_a_dose_series(published: float) -> None:
    assert published / 1.5 <= ratio(by("intranasal"), "norketamine") <= published * 1.5


def test_recorded_misses() -> None:
    """Rows that are not met, with the number reached: `docs/validation/pk.md` gives the reasons."""
    bolus = by_vein(10.0, 0.0)
    assert bolus.peak("ketamine_plasma") == pytest.approx(81.5, rel=0.01)  # published 296 ng/mL at 2 min
    assert ratio(bolus, "norketamine") == pytest.approx(2.20, rel=0.01)  # published 0.19
    spray = simulate([Dose("esketamine", "oral", 14.0)], hours=96)
    esketamine = spray.area("noresketamine_plasma") / spray.area("esketamine_plasma")
    assert esketamine == pytest.approx(7.37, rel=0.01)  # published 16.5 in another study


def test_clearance_varies_between_people_as_reported() -> None:
    # Hasan 2021: 24 %; Fanta 2015: 13 %. Oral bioavailability varied by half of its mean.
    random = np.random.default_rng(1)
    values = typical()
    intrinsic = values["ketamine_intrinsic_clearance"] * np.exp(0.5 * random.standard_normal(20_000))
    flow = values["ketamine_hepatic_flow"] * np.exp(0.2 * random.standard_normal(20_000))
    clearance = flow * intrinsic / (flow + intrinsic)
    through = flow / (flow + intrinsic)
    assert 0.13 <= clearance.std() / clearance.mean() <= 0.24
    assert 0.3 <= through.std() / through.mean() <= 0.5
    assert (clearance < flow).all()


def test_effect_site_follows_unbound_plasma() -> None:
    curves = by_vein()
    unbound = 0.56 * curves.peak("ketamine_plasma") / 237.73 * 1000
    assert 0.75 * unbound < curves.peak("ketamine_effect_site") < unbound
    assert 0 < curves.peak_time("ketamine_effect_site") - curves.peak_time("ketamine_plasma") < 0.25
    late = 0.56 * curves.at("ketamine_plasma", 12) / 237.73 * 1000
    assert curves.at("ketamine_effect_site", 12) == pytest.approx(late, rel=0.1)


def test_norketamine_of_both_drugs_adds_up_in_the_brain() -> None:
    racemic, spray = Dose("ketamine", "IV", 35, 40 / 60), Dose("esketamine", "intranasal", 56)
    alone = [simulate([dose]).at("norketamine_effect_site", 3) for dose in (racemic, spray)]
    assert simulate([racemic, spray]).at("norketamine_effect_site", 3) == pytest.approx(sum(alone), rel=1e-4)


def test_slow_nasal_and_subcutaneous_doses_deliver_the_same_amount() -> None:
    for route in ("intranasal", "subcutaneous"):
        quick = simulate([Dose("ketamine", route, 50)], hours=72)
        slow = simulate([Dose("ketamine", route, 50, 0.5)], hours=72)
        assert slow.area("ketamine_plasma") == pytest.approx(quick.area("ketamine_plasma"), rel=1e-3)
        assert slow.peak("ketamine_plasma") < quick.peak("ketamine_plasma")
