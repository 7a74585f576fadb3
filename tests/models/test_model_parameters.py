from __future__ import annotations

import math

import numpy as np
import pytest

from rewire.core.declare import Parameter, Switch
from rewire.errors import StudyError
from rewire.evidence.library import parameters as evidence
from rewire.models.parameters import Circumstances, parameters, switch_defaults
from rewire.population import people, person
from rewire.sources import load_table

OF_THE_STUDY = {"belief", "control_belief", "setting_factor", "care_factor"}


def row(standard, name):
    return [quantity.name for quantity in standard.parameters].index(name)


def values(standard, name, who, **where):
    return parameters(standard, who, Circumstances(**where))[row(standard, name)]


def test_every_parameter_has_an_entry_in_its_unit_or_belongs_to_a_person_or_a_study(standard):
    table, person_has = evidence(), people("TRD", 1).covariates()
    for quantity in standard.declared(Parameter):
        if quantity.name in person_has or quantity.name in OF_THE_STUDY:
            continue
        assert quantity.name in table, quantity.name
        assert table[quantity.name].unit == quantity.unit, quantity.name


def test_every_entry_belongs_to_a_parameter(standard):
    assert set(evidence()) <= {quantity.name for quantity in standard.declared(Parameter)}


def test_every_switch_has_a_default(standard):
    assert set(switch_defaults(standard)) == {quantity.name for quantity in standard.declared(Switch)}


def test_everybody_gets_a_finite_number_for_everything(standard):
    for condition in ("TRD", "PTSD", "healthy", "GAD"):
        numbers = parameters(standard, people(condition, 500, seed=2))
        assert numbers.shape == (len(standard.parameters), 500)
        assert np.all(np.isfinite(numbers))


def test_the_typical_person_has_the_numbers_of_the_tables(standard):
    numbers = parameters(standard, person("TRD"))[:, 0]
    for name, entry in evidence().items():
        assert numbers[row(standard, name)] == entry.number, name


@pytest.mark.parametrize("kind", ["lognormal", "logit", "normal"])
def test_the_spread_between_people_is_the_one_of_the_table(standard, kind):
    numbers = parameters(standard, people("TRD", 40_000, seed=5))
    entries = {name: entry for name, entry in evidence().items() if entry.spread and entry.spread_kind == kind}
    if not entries:
        pytest.skip(f"no parameter has a spread of the kind {kind}")
    change = {"lognormal": np.log, "logit": lambda x: np.log(x / (1 - x)), "normal": np.asarray}[kind]
    for name, entry in entries.items():
        drawn = change(numbers[row(standard, name)])
        assert drawn.mean() == pytest.approx(change(entry.number), abs=5 * entry.spread / 200), name
        assert drawn.std() == pytest.approx(entry.spread, rel=0.03), name


def test_spreads_of_two_parameters_are_independent(standard):
    numbers = parameters(standard, people("TRD", 20_000, seed=5))
    spread = [row(standard, name) for name, entry in evidence().items() if entry.spread]
    correlations = np.corrcoef(numbers[spread]) - np.eye(len(spread))
    assert np.abs(correlations).max() < 0.05


def test_a_part_has_the_numbers_of_the_whole(standard):
    whole = people("PTSD", 300, seed=4)
    assert np.array_equal(parameters(standard, whole)[:, 120:131], parameters(standard, whole.part(120, 131)))


def test_draw_zero_is_the_typical_value_and_draws_differ(standard):
    who = person("TRD")
    typical, one, two, again = (parameters(standard, who, Circumstances(draw=draw))[:, 0] for draw in (0, 1, 2, 1))
    uncertain = [row(standard, name) for name, entry in evidence().items() if entry.uncertainty]
    certain = [row(standard, name) for name, entry in evidence().items() if not entry.uncertainty]
    assert len(uncertain) > 20
    assert np.all(one[uncertain] != typical[uncertain])
    assert np.all(one[uncertain] != two[uncertain])
    assert np.array_equal(one, again)
    assert np.array_equal(one[certain], typical[certain])


def test_draws_have_the_uncertainty_of_the_table(standard):
    name, entry = next(
        (name, entry)
        for name, entry in evidence().items()
        if entry.uncertainty and entry.uncertainty_kind == "lognormal" and not entry.spread
    )
    who = person("TRD")
    drawn = np.log([values(standard, name, who, draw=draw)[0] for draw in range(1, 200)])
    assert drawn.mean() == pytest.approx(math.log(entry.number), abs=4 * entry.uncertainty / math.sqrt(200))
    assert drawn.std() == pytest.approx(entry.uncertainty, rel=0.25)


def test_a_draw_moves_everybody_alike_and_people_stay_who_they_are(standard):
    name = next(
        name
        for name, entry in evidence().items()
        if entry.spread and entry.uncertainty and entry.spread_kind == entry.uncertainty_kind == "lognormal"
    )
    who = people("TRD", 50, seed=1)
    ratio = values(standard, name, who, draw=3) / values(standard, name, who, draw=0)
    assert ratio == pytest.approx(ratio[0], rel=1e-12)
    assert ratio[0] != 1


def test_masking_and_setting_come_from_the_table(standard):
    table = load_table("beliefs")
    for kind, key in (("masking", "control_belief"), ("setting", "setting_factor")):
        for name in table.group(kind):
            found = values(standard, key, person("TRD"), **{kind: name})
            assert found[0] == table.number(kind, name)


def test_only_people_asleep_do_not_notice_the_drug(standard):
    table = load_table("beliefs").group("masking")
    for name in table:
        believed = table.number("anaesthesia" if name == "anaesthesia" else "open")
        assert values(standard, "belief", person("TRD"), masking=name)[0] == believed


def test_switches_are_set_by_name(standard):
    for name, on in switch_defaults(standard).items():
        assert values(standard, name, person("TRD"))[0] == float(on)
        assert values(standard, name, person("TRD"), switches={name: not on})[0] == float(not on)


def test_values_and_factors_replace_numbers_by_name(standard):
    who = people("TRD", 3)
    assert np.all(values(standard, "half_block", who, values={"half_block": 77.0}) == 77)
    assert np.all(values(standard, "gut_metabolism_factor", who, factors={"gut_metabolism_factor": 0.5}) == 0.5)


@pytest.mark.parametrize(
    ("where", "match", "advice"),
    [
        ({"switches": {"windows": True}}, "no hypothesis called 'windows'", "did you mean 'window'?"),
        ({"masking": "activ placebo"}, "no masking called 'activ placebo'", "did you mean 'active placebo'?"),
        ({"setting": "clinik"}, "no setting called 'clinik'", "did you mean 'clinic'?"),
        ({"values": {"half_blok": 1.0}}, "no parameter called 'half_blok'", "did you mean 'half_block'?"),
    ],
)
def test_an_unknown_name_is_refused_with_a_suggestion(standard, where, match, advice):
    with pytest.raises(StudyError, match=match) as caught:
        parameters(standard, person("TRD"), Circumstances(**where))
    assert advice in str(caught.value)


def test_a_number_in_another_unit_than_the_layer_declares_is_refused(standard, monkeypatch):
    from dataclasses import replace

    from rewire.models import parameters as module

    table = dict(evidence())
    table["fast_life"] = replace(table["fast_life"], unit="day")
    monkeypatch.setattr(module, "evidence_parameters", lambda: table)
    with pytest.raises(StudyError, match=r"'fast_life' stands in mood\.toml in day") as caught:
        parameters(standard, person("TRD"))
    assert "expected: h, as layer 'mood' declares it" in str(caught.value)


def test_a_parameter_without_an_entry_is_refused(standard, monkeypatch):
    from rewire.models import parameters as module

    table = {name: entry for name, entry in evidence().items() if name != "fast_life"}
    monkeypatch.setattr(module, "evidence_parameters", lambda: table)
    with pytest.raises(StudyError, match="no evidence table holds the parameter 'fast_life'"):
        parameters(standard, person("TRD"))


def test_routine_care_goes_with_clinics_and_homes(standard):
    who, beliefs = person("TRD"), load_table("beliefs")
    routine, trial = beliefs.number("care", "routine"), beliefs.number("care", "trial")
    for setting, factor in (("clinic", routine), ("home", routine), ("outpatient", trial), ("crossover", trial)):
        assert values(standard, "care_factor", who, setting=setting) == factor
    given = {"typical": {"care.routine": 0.5}}
    assert values(standard, "care_factor", who, setting="clinic", **given) == 0.5
    assert values(standard, "care_factor", who, setting="new antidepressant", care="routine", **given) == 0.5
    with pytest.raises(StudyError, match="no care called 'good'") as caught:
        parameters(standard, who, Circumstances(care="good"))
    assert "routine" in str(caught.value)


def test_the_usual_people_have_the_usual_number_of_failed_treatments(standard):
    failed = parameters(standard, people("TRD", 40_000, seed=5))[row(standard, "failed_treatments")]
    assert failed.mean() == pytest.approx(evidence()["usual_failures"].number, abs=0.02)
