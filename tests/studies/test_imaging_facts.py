"""What imaging studies found after ketamine, beside what the model shows: rows NET-1 to NET-6 and STR-6 to STR-8.

Rows the model misses are marked as expected failures with the number it reaches. They are strict: a row that is met one
day must be taken off the list here and lose its star in `docs/validation/network.md`. Nothing was set from these rows
but the acute shares (NET-1) and the signs of diffusivity (STR-7).
"""

from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pytest

import rewire as rw

ONE = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
SEED, HEALTHY, DEPRESSED = 3, 200, 1000


def missed(why):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=why)


@pytest.fixture(scope="module")
def healthy():
    return rw.imaging(ONE, rw.people("healthy", HEALTHY, SEED), ["baseline", "40 min", "24 h", "day 3"], _measured())


@pytest.fixture(scope="module")
def trd():
    return rw.imaging(ONE, rw.people("TRD", DEPRESSED, SEED), ["baseline", "24 h", "day 3", "day 11"], _measured())


def _measured():
    try:
        version("tvboptim")
    except PackageNotFoundError:
        pytest.skip("needs the extra 'connectome'")
    return "dk84"


def size(result, readout, visit):
    return result.effect(readout, visit).d


@pytest.mark.parametrize(("readout", "published"), [("within salience", -1.13), ("within default mode", -0.63)])
def test_net_1_connectivity_falls_during_the_infusion_in_health(healthy, readout, published):
    """Set on this row for a block of 0.3; the engine's own block at 40 min is 0.43."""
    assert healthy.maps.nmda_block[:, 1].mean() == pytest.approx(0.44, abs=0.05)
    assert size(healthy, readout, "40 min") == pytest.approx(published, abs=0.4)


@pytest.mark.parametrize("readout", ["posterior cingulate - medial prefrontal", "subgenual - default mode"])
@missed("saturating synapses still lift healthy people a little: +0.012 and +0.011")
def test_net_2_connectivity_is_lower_in_health_after_a_day(healthy, readout):
    assert healthy.effect(readout, "24 h").change < 0


def test_net_3_insula_with_default_mode_moves_to_health_at_2_days_and_back_towards_the_start_by_10(trd):
    early, late = (trd.effect("insula - default mode", visit).change for visit in ("day 3", "day 11"))
    gap = trd.healthy["insula - default mode"] - trd.effect("insula - default mode", "day 3").before
    assert 0 < early < gap
    assert 0 <= late < 0.75 * early


def test_net_3_insula_with_default_mode_is_back_at_10_days(trd):
    early, late = (trd.effect("insula - default mode", visit).change for visit in ("day 3", "day 11"))
    assert late < early / 2


@missed("less than half of the way to health is covered at 2 days (0.45 of the gap), not all of it")
def test_net_3_insula_with_default_mode_is_normal_at_2_days(trd):
    early = trd.effect("insula - default mode", "day 3")
    assert early.change > 0.8 * (trd.healthy["insula - default mode"] - early.before)


def test_net_4_fronto_striatal_connectivity_rises_in_patients_more_than_in_health(trd, healthy):
    up, other = (result.effect("accumbens - prefrontal", "day 3").change for result in (trd, healthy))
    assert up > 0
    assert other < up / 2


@missed("healthy people rise by 0.002 instead of shifting the other way; in patients d is 0.06 only")
def test_net_4_fronto_striatal_connectivity_falls_in_health(healthy):
    assert healthy.effect("accumbens - prefrontal", "day 3").change < 0


def test_net_5_prefrontal_global_connectivity_is_low_and_rises_at_a_day(trd):
    """Without regression of the global signal, which the study used."""
    effect = trd.effect("prefrontal global connectivity", "24 h")
    assert effect.before < trd.healthy["prefrontal global connectivity"]
    assert effect.change > 0


@missed("with regression, as published, it does not rise: d -0.07")
def test_net_5_with_regression_of_the_global_signal():
    result = rw.imaging(
        ONE, rw.people("TRD", 100, SEED), ["baseline", "24 h"], _measured(), global_signal_regression=True
    )
    assert size(result, "prefrontal global connectivity", "24 h") > 0.1


@missed("28 patients would see the predicted change in 62 of 100 studies at a day, 92 at two")
def test_kraus_2020_a_null_in_28_patients_is_likely(trd):
    effect = trd.effect("prefrontal global connectivity", "day 3")
    assert effect.power(28) < 0.5


@missed("the model has no oscillations: there is no gamma read-out")
def test_net_6_gamma_rises(trd):
    assert any("gamma" in readout.name for readout in trd.readouts)


def test_str_6_sv2a_does_not_change_within_a_day(trd):
    for region in ("prefrontal", "hippocampus"):
        effect = trd.effect(f"SV2A {region}", "24 h")
        assert abs(effect.change / effect.before) < 0.05
        assert effect.power(30) < 0.1


def test_str_6_those_who_start_low_gain_more(trd):
    """A sign only: both halves gain far less than a scan can see."""
    start, change = trd.maps.sv2a[:, 0, 0], trd.maps.sv2a[:, 1, 0] - trd.maps.sv2a[:, 0, 0]
    low = start < np.median(start)
    assert change[low].mean() > change[~low].mean()


def test_str_7_diffusivity_falls_in_prefrontal_cortex_and_amygdala_and_rises_in_hippocampus(trd):
    """The signs of mean change, which are put in."""
    assert trd.effect("mean diffusivity prefrontal", "24 h").change < 0
    assert trd.effect("mean diffusivity amygdala", "24 h").change < 0
    assert trd.effect("mean diffusivity hippocampus", "24 h").change > 0


@pytest.mark.parametrize(("region", "sign"), [("prefrontal", 1), ("hippocampus", -1)])
@missed("synapses and score changes at a day hardly go together between people: |r| below 0.03 (SE 0.03)")
def test_str_7_diffusivity_goes_with_improvement(trd, region, sign):
    """More improvement (a lower score) with a larger fall: a positive correlation, the opposite in the hippocampus."""
    assert sign * trd.effect(f"mean diffusivity {region}", "24 h").correlation > 2 / np.sqrt(DEPRESSED)


def test_str_7_diffusivity_goes_with_improvement_in_the_amygdala(trd):
    """Weakly, and by the rest of the score: with what the drug alone brings it is -0.11, the wrong way."""
    assert 0 < trd.effect("mean diffusivity amygdala", "24 h").correlation < 0.2


@pytest.mark.parametrize(("region", "sign"), [("prefrontal", 1), ("hippocampus", -1)])
def test_str_7_diffusivity_goes_with_the_part_of_improvement_that_the_drug_brings(trd, region, sign):
    """Why the rows above are missed: 0.13 in this part of it, which is small beside the rest of the change."""
    scores = trd.scores - trd.scores_without_drug
    improved = scores[:, 1] - scores[:, 0]
    seen = trd.maps.of(f"mean diffusivity {region}")
    correlation = np.corrcoef(seen[:, 1] - seen[:, 0], improved)[0, 1]
    assert 2 / np.sqrt(DEPRESSED) < sign * correlation < 0.3


@pytest.mark.parametrize("visit", ["24 h", "day 11"])
def test_str_8_volumes_do_not_change(trd, visit):
    """No change is the default, so this row is met by assumption."""
    for region in ("hippocampus", "amygdala"):
        assert abs(size(trd, f"volume {region}", visit)) < 0.2
