"""The populations table is complete, plausible and drawn from calibration trials only."""

from __future__ import annotations

from itertools import product

import pytest

from rewire.sources import Group, load_table

TABLE, SCALES = load_table("populations"), load_table("scales")
NAMES = ("MDD", "TRD", "bipolar depression", "PTSD", "GAD", "SAD", "healthy")
TRAITS = ("depression", "anxiety", "traumatic_stress", "stress", "trauma", "failed_treatments", "age", "weight")
SHARES = (
    "share_female",
    "share_trauma",
    "share_asian",
    "share_japanese",
    "met_allele_european",
    "met_allele_east_asian",
)


def population(name: str) -> Group:
    return TABLE.group(name).filled_from(TABLE.group("everyone"))


def test_all_populations_are_there() -> None:
    assert set(TABLE.groups()) == {*NAMES, "everyone", "correlations"}


@pytest.mark.parametrize("name", NAMES)
def test_a_population_is_complete(name: str) -> None:
    people = population(name)
    for share in SHARES:
        assert 0 <= people.number(share) <= 1
        assert people.entry(share).unit == "1"
    assert people.number("age_minimum") < people.number("age_mean") < people.number("age_maximum")
    assert 5 < people.number("age_sd") < 20
    for sex in ("female", "male"):
        mean = people.number(f"weight_mean_{sex}")
        assert people.number("weight_minimum") < mean < people.number("weight_maximum")
        assert people.entry(f"weight_mean_{sex}").unit == "kg_body"
    assert people.number("failed_treatments_mean") >= 0
    assert 0 <= people.number("stress_load") <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_population_has_a_score_on_each_axis(name: str) -> None:
    baseline = population(name).group("baseline")
    assert {"MADRS", "HAM-A", TABLE.text(name, "primary_scale")} <= set(baseline)
    for scale, scores in baseline.groups().items():
        assert scores.entry("mean").unit == scores.entry("sd").unit == SCALES.text(scale, "points")
        assert 0 < scores.number("mean") < SCALES.number(scale, "maximum")
        assert scores.number("sd") > 0


def test_people_with_ptsd_have_a_caps_score() -> None:
    assert population("PTSD").number("baseline", "CAPS-5", "mean") == pytest.approx(40.1)


def test_treatment_resistant_entry_scores_follow_from_the_trials() -> None:
    groups = [(37.7, 235), (36.9, 108), (37.7, 144), (36.7, 78), (35.0, 33), (31.3, 11), (33.2, 11), (35.0, 12)]
    mean = sum(score * size for score, size in groups) / sum(size for _, size in groups)
    assert population("TRD").number("baseline", "MADRS", "mean") == pytest.approx(mean, abs=0.05)


def correlation(one: str, other: str) -> float:
    """The correlation of two traits, 0 when the table does not list the pair."""
    if one == other:
        return 1.0
    pairs = TABLE.group("correlations").groups()
    found = [pairs[a].number(b) for a, b in ((one, other), (other, one)) if a in pairs and b in pairs[a]]
    assert len(found) <= 1
    return found[0] if found else 0.0


def test_correlations_name_known_traits_and_fit_together() -> None:
    np = pytest.importorskip("numpy")
    for one, group in TABLE.group("correlations").groups().items():
        assert {one, *group.entries()} <= set(TRAITS)
    matrix = np.array([correlation(one, other) for one, other in product(TRAITS, TRAITS)]).reshape(len(TRAITS), -1)
    assert np.linalg.eigvalsh(matrix).min() > 0.05
