from __future__ import annotations

import time

import numpy as np
import pytest

from rewire.errors import StudyError
from rewire.population import CONDITIONS, PRIMARY, SCORES, TRAITS, People, people, person
from rewire.sources import load_table

MANY = 40_000


@pytest.fixture(scope="module")
def ptsd():
    return people("PTSD", MANY, seed=3).covariates()


def wide(condition="TRD", **more):
    """People whose scores and sizes are far from every limit, so that nothing is cut off or rounded away."""
    return people(condition, MANY, seed=9, age=(40, 3), weight=(80, 5), stress=(5, 1), **more).covariates()


def test_traits_correlate_as_the_table_says():
    drawn = wide("PTSD", MADRS=(30, 5), HAM_A=(25, 5), CAPS_5=(40, 6))
    names = {
        "depression": "baseline_depression",
        "anxiety": "baseline_anxiety",
        "traumatic_stress": "baseline_trauma",
        "stress": "entry_stress",
        "age": "age",
        "weight": "body_weight",
    }
    stated = {
        (one, other): entry.number
        for one, group in load_table("populations").group("correlations").groups().items()
        for other, entry in group.entries().items()
    }
    for k, one in enumerate(names):
        for other in list(names)[k + 1 :]:
            right = stated.get((one, other), stated.get((other, one), 0.0))
            found = np.corrcoef(drawn[names[one]], drawn[names[other]])[0, 1]
            assert found == pytest.approx(right, abs=0.02), (one, other)


def test_the_correlation_table_names_traits_and_is_a_correlation_matrix():
    matrix = np.eye(len(TRAITS))
    for one, group in load_table("populations").group("correlations").groups().items():
        for other, entry in group.entries().items():
            matrix[TRAITS.index(one), TRAITS.index(other)] = matrix[TRAITS.index(other), TRAITS.index(one)] = (
                entry.number
            )
    assert np.linalg.eigvalsh(matrix).min() > 0.05


@pytest.mark.parametrize("condition", CONDITIONS)
def test_failed_treatments_are_whole_numbers_from_the_fewest_of_their_population(condition):
    drawn = people(condition, MANY, seed=1).covariates()["failed_treatments"]
    table = load_table("populations").group(condition)
    assert drawn.min() == table.number("failed_treatments_least")
    assert drawn.mean() == pytest.approx(table.number("failed_treatments_mean"), abs=0.03)
    assert np.array_equal(drawn, np.round(drawn))
    assert person(condition, failed_treatments=4).covariates()["failed_treatments"].tolist() == [4.0]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_starting_scores_have_the_mean_and_spread_of_their_population(condition):
    drawn = people(condition, MANY, seed=1).covariates()
    table = load_table("populations").group(condition, "baseline")
    assert PRIMARY.get(condition, "MADRS") in table
    for scale, trait in SCORES.items():
        values = drawn[
            {"depression": "baseline_depression", "anxiety": "baseline_anxiety"}.get(trait, "baseline_trauma")
        ]
        if scale not in table:
            assert np.all(values == 0)
            continue
        mean, sd = table.number(scale, "mean"), table.number(scale, "sd")
        low = load_table("scales").number(scale, "minimum")
        assert np.array_equal(values, np.round(values))
        if mean - 2.5 * sd > low:
            assert values.mean() == pytest.approx(mean, abs=0.03 * sd + 0.05)
            assert values.std() == pytest.approx(sd, rel=0.05)
        assert values.min() >= low
        assert values.max() <= load_table("scales").number(scale, "maximum")


def test_sex_weight_and_genes_follow_the_table(ptsd):
    everyone, own = load_table("populations").group("everyone"), load_table("populations").group("PTSD")
    women = ptsd["female"] == 1
    assert women.mean() == pytest.approx(own.number("share_female"), abs=0.01)
    assert ptsd["body_weight"][women].mean() == pytest.approx(everyone.number("weight_mean_female"), abs=0.6)
    assert ptsd["body_weight"][~women].mean() == pytest.approx(everyone.number("weight_mean_male"), abs=0.6)
    european = ptsd["asian"] == 0
    assert ptsd["met_alleles"][european].mean() == pytest.approx(2 * everyone.number("met_allele_european"), abs=0.02)
    assert np.all(ptsd["asian"] >= ptsd["japanese"])
    assert np.all(ptsd["posttraumatic"] == 1)
    assert np.all(people("GAD", 5).covariates()["anxious"] == 1)


def test_limits_of_the_table_hold(ptsd):
    everyone = load_table("populations").group("everyone")
    assert ptsd["age"].min() >= everyone.number("age_minimum")
    assert ptsd["age"].max() <= everyone.number("age_maximum")
    assert ptsd["body_weight"].min() >= everyone.number("weight_minimum")
    assert ptsd["entry_stress"].min() >= 0


def test_what_a_study_states_about_its_people_holds():
    drawn = people("TRD", MANY, seed=2, age=(46, 6), MADRS=(32.6, 4.0), female=0.3, weight=(75, 9)).covariates()
    assert drawn["age"].mean() == pytest.approx(46, abs=0.2)
    assert drawn["age"].std() == pytest.approx(6, rel=0.02)
    assert drawn["baseline_depression"].mean() == pytest.approx(32.6, abs=0.1)
    assert drawn["baseline_depression"].std() == pytest.approx(4.0, rel=0.03)
    assert drawn["female"].mean() == pytest.approx(0.3, abs=0.01)
    assert drawn["body_weight"].mean() == pytest.approx(75, abs=0.3)
    fixed = people(
        "TRD", 20, MADRS=30, age=70, HAM_A=18, CAPS_5=12, met_alleles=2, stress=0.4, hypertension=1
    ).covariates()
    for name, value in (
        ("baseline_depression", 30),
        ("age", 70),
        ("baseline_anxiety", 18),
        ("baseline_trauma", 12),
        ("met_alleles", 2),
        ("entry_stress", 0.4),
        ("hypertension", 1),
    ):
        assert np.all(fixed[name] == value), name


def test_older_people_than_the_table_has_can_be_stated_but_nobody_weighs_nothing():
    drawn = people("TRD", 5000, age=(72, 5), weight=(60, 25)).covariates()
    assert drawn["age"].mean() == pytest.approx(72, abs=0.4)
    assert drawn["body_weight"].min() >= load_table("populations").number("everyone", "weight_minimum")


def test_the_typical_person_is_in_the_middle_and_as_described():
    one = person("TRD", age=52, weight=81, MADRS=34).covariates()
    assert (one["age"][0], one["body_weight"][0], one["baseline_depression"][0]) == (52, 81, 34)
    assert one["met_alleles"][0] == 0
    middle = person("PTSD").covariates()
    assert middle["age"][0] == load_table("populations").number("PTSD", "age_mean")
    assert middle["baseline_trauma"][0] == round(load_table("populations").number("PTSD", "baseline", "CAPS-5", "mean"))
    assert all(np.array_equal(middle[name], person("PTSD", seed=99).covariates()[name]) for name in middle)


def test_adding_people_never_changes_the_first_ones():
    few, many = people("PTSD", 13, seed=3).covariates(), people("PTSD", 4000, seed=3).covariates()
    assert all(np.array_equal(few[name], many[name][:13]) for name in few)


def test_a_million_people_cost_nothing_until_they_are_drawn():
    began = time.process_time()
    million = people("TRD", 1_000_000, seed=8)
    last = million.part(999_990, 1_000_000)
    drawn = last.covariates()
    assert time.process_time() - began < 2
    assert (last.n, last.first) == (10, 999_990)
    again = People("TRD", 20, seed=8, first=999_980).covariates()
    assert all(np.array_equal(drawn[name], again[name][10:]) for name in drawn)
    assert len(set(drawn["body_weight"])) == 10


def test_parts_of_parts_keep_their_numbers():
    part = people("MDD", 500, seed=2).part(100, 300).part(50, 60)
    assert (part.first, part.n) == (150, 10)
    assert np.array_equal(part.covariates()["age"], people("MDD", 500, seed=2).covariates()["age"][150:160])


def test_another_seed_makes_other_people():
    one, other = (people("MDD", 20_000, seed=seed).covariates()["age"] for seed in (1, 2))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


def test_a_recipe_can_be_compared_kept_and_not_changed():
    one = people("TRD", 10, seed=1, age=40)
    assert one == people("TRD", 10, seed=1, age=40)
    assert one != people("TRD", 10, seed=1, age=41)
    with pytest.raises(TypeError):
        one.given["age"] = 50  # type: ignore[index]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"condition": "TRDD"}, "no population called 'TRDD'"),
        ({"n": 0}, "a population of 0 people"),
        ({"n": -5}, "a population of -5 people"),
        ({"n": 2.5}, "a population of 2.5 people"),
        ({"n": True}, "a population of True people"),
        ({"n": 10**10}, "people cannot be drawn"),
        ({"seed": -1}, "seed -1 cannot be used"),
        ({"seed": 1.5}, "seed 1.5 cannot be used"),
        ({"first": 2**64}, "people cannot be numbered"),
        ({"given": {"age": float("nan")}}, "'age' is nan"),
        ({"given": {"age": (40, float("inf"))}}, "'age' is"),
        ({"given": {"age": (40, -3)}}, "'age' is"),
        ({"given": {"age": (40, 3, 1)}}, "'age' is"),
        ({"given": {"age": "old"}}, "'age' is old"),
        ({"given": {"weight": -70}}, "'weight' is -70"),
        ({"given": {"weight": 0}}, "'weight' is 0"),
        ({"given": {"MADRS": 61}}, "'MADRS' is 61"),
        ({"given": {"female": 1.2}}, "'female' is 1.2"),
        ({"given": {"female": (0.5, 0.1)}}, "'female' is"),
        ({"given": {"met_alleles": 3}}, "'met_alleles' is 3"),
        ({"given": {"wieght": 70}}, "no trait called 'wieght'"),
        ({"given": {"failed_treatments": -1}}, "'failed_treatments' is -1"),
        ({"given": {"failed_treatments": (3, 1)}}, "'failed_treatments' is"),
        ({"given": {"trauma": 3}}, "no trait called 'trauma'"),
    ],
)
def test_bad_people_are_refused(given, match):
    with pytest.raises(StudyError, match=match) as caught:
        People(**{"condition": "TRD", "n": 10, **given})
    assert caught.value.expected


def test_a_misspelt_population_or_trait_suggests_the_name():
    with pytest.raises(StudyError) as caught:
        people("PTDS")
    assert "did you mean 'PTSD'?" in str(caught.value)
    with pytest.raises(StudyError) as caught:
        people("TRD", wieght=70)
    assert "did you mean 'weight'?" in str(caught.value)


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 5), (6, 3), (0, 11)])
def test_a_part_outside_the_whole_is_refused(start, stop):
    with pytest.raises(StudyError, match="10 people have no part"):
        people("TRD", 10).part(start, stop)
