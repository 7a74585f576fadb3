import subprocess
import sys
from pathlib import Path

import pytest

from rewire.errors import EvidenceError, RewireError
from rewire.evidence.published import find_trial, published, read_trial_text, trial_names, trial_text, trials
from rewire.evidence.published.measures import MEASURES, find_scale, other_scales, scale_names
from rewire.evidence.published.trial import MASKINGS, SETTINGS, STATUSES, USES
from rewire.plans import Dose, Plan

NAMES = trial_names()


@pytest.mark.parametrize("name", NAMES)
def test_shipped_trial_reads_and_is_complete(name: str) -> None:
    trial = find_trial(name)
    assert trial.name == name
    assert trial.use in USES
    assert len(trial.source.citation) > 10
    assert trial.headlines, "the primary outcome is not marked"
    assert all(result.status in STATUSES for result in trial.results)
    assert all(arm.masking in MASKINGS for arm in trial.arms)
    assert all(trial.setting_of(arm.name) in SETTINGS for arm in trial.arms)
    assert trial.use != "prior" or trial.note, "a prior says why"


@pytest.mark.parametrize("name", NAMES)
def test_shipped_plans_read_without_research(name: str) -> None:
    """No published trial needs to go beyond the safety rules."""
    for arm in find_trial(name).arms:
        plan = Plan(*arm.plan.phrases)
        if not plan.phrases:
            continue
        assert any(isinstance(event.what, Dose) for event in plan.events(24.0))
        assert min(event.at for event in plan.events(24.0)) == 0.0, "time zero is the first dose"


@pytest.mark.parametrize("name", NAMES)
def test_every_arm_has_a_result_and_results_lie_within_a_year_and_a_half(name: str) -> None:
    trial = find_trial(name)
    used = {arm for result in trial.results for arm in result.arms}
    assert used == {arm.name for arm in trial.arms}
    assert all(0 < (result.at_hours or 1) < 1.5 * 8766 for result in trial.results)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_trial_round_trips(name: str) -> None:
    trial = find_trial(name)
    assert read_trial_text(trial_text(trial)) == trial


def test_rows_of_one_trial_are_told_apart() -> None:
    for trial in published().values():
        keys = [(row.arms, row.scale, row.measure, row.at_hours, row.from_hours, row.cut) for row in trial.results]
        assert len(set(keys)) == len(keys), trial.name


def test_contrasts_agree_with_the_arms_where_both_are_given() -> None:
    """A difference has the sign of the arms' changes; least-squares estimates may be off by a few points."""
    compared = 0
    for trial in published().values():
        changes = {
            (row.arms[0], row.scale, row.at_hours): row.value for row in trial.results if row.measure == "mean change"
        }
        for row in trial.results:
            if row.measure != "difference":
                continue
            first, second = ((arm, row.scale, row.at_hours) for arm in row.arms)
            if first in changes and second in changes:
                compared += 1
                assert row.value == pytest.approx(changes[first] - changes[second], abs=2.0), (trial.name, row)
    assert compared >= 12


def test_uses_and_parts() -> None:
    assert {use: len(trials(use)) for use in USES} == {"calibrate": 14, "prior": 17, "test": 11}
    whole = {trial.name for trial in trials("calibrate", parts=False)}
    parts = {"fedgchin-2019-transform1", "popova-2019-transform2"}
    assert whole == {trial.name for trial in trials("calibrate")} - parts
    for trial in trials():
        assert not trial.part_of or trial.part_of in NAMES


def test_published_holds_every_trial_by_name() -> None:
    assert tuple(published()) == NAMES
    assert len({trial.source.citation for trial in published().values()}) == len(NAMES)


def test_figures_of_one_trial() -> None:
    trial = find_trial("murrough-2013")
    first = trial.results[0]
    assert (first.arms, first.scale, first.at_hours, first.measure) == (("ketamine",), "MADRS", 24.0, "mean change")
    assert (first.value, first.se, first.headline, first.status) == (-16.5, 1.6, True, "verified")
    assert trial.baseline_of("ketamine")["MADRS"].mean == 32.6
    (dose,) = trial.arm("midazolam").plan.audit(weight=80, hours=24)
    assert dose.milligrams == pytest.approx(3.6)
    assert "weight: as in the population TRD" in trial.assumed


def test_day_28_of_the_spray_trials_is_648_hours() -> None:
    (row,) = (row for row in find_trial("popova-2019-transform2").headlines)
    assert row.at_hours == 648.0


def test_relapse_counts_from_the_last_infusion() -> None:
    row = next(row for row in find_trial("murrough-2013-repeated").results if row.measure == "median time to relapse")
    assert (row.from_hours, row.at_hours, row.value) == (264.0, None, 18.0)


def test_unknown_names_are_refused_with_a_suggestion() -> None:
    with pytest.raises(EvidenceError, match="no published trial 'murrough-2031'") as wrong:
        find_trial("murrough-2031")
    assert "murrough-2013" in wrong.value.advice
    with pytest.raises(EvidenceError, match="no trial has the use 'calibration'"):
        trials("calibration")
    with pytest.raises(RewireError, match="has no arm 'ketmine'") as wrong:
        find_trial("murrough-2013").arm("ketmine")
    assert wrong.value.advice == "did you mean 'ketamine'?"


def test_every_measure_is_described_once() -> None:
    assert set(MEASURES) == {
        "mean", "sd", "mean change", "difference", "effect size", "response", "remission", "response difference",
        "sustained", "median time to relapse", "hazard ratio", "worse", "sd change",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "scale"),
    [("MADRS", "MADRS"), ("phq9", "PHQ-9"), ("HAMD-17", "HAM-D17"), ("HDRS-17", "HAM-D17"), ("QIDS-SR", "QIDS-SR16"),
     ("HAM-D", ""), ("QIDS", ""), ("HDRS-21", "HAM-D21"), ("HRSD 24", "HAM-D24"), ("CAPS", ""), ("caps-iv", "CAPS-IV"), ("lsas", "LSAS")],
)  # fmt: skip
def test_spellings_of_a_scale(text: str, scale: str) -> None:
    assert find_scale(text) == scale


def test_scales_are_those_of_the_table() -> None:
    names = {"MADRS", "PHQ-9", "HAM-D17", "QIDS-SR16", "GAD-7", "HAM-A", "PCL-5", "CAPS-5"}
    assert names == set(scale_names())
    assert "CADSS" in other_scales() and not names & set(other_scales())


def test_reading_trials_loads_no_numerics() -> None:
    code = (
        "import sys; from rewire.evidence.published import find_trial; find_trial('murrough-2013');"
        "print([name for name in ('numpy', 'numba', 'sympy', 'pint') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_reference_page_shows_the_form_that_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "trials.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert len(read_trial_text(example).results) == 2
    for name in (*MEASURES, *scale_names(), *STATUSES, *MASKINGS, *SETTINGS, *USES):
        assert name in page
