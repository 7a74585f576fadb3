"""The bridge from a dose to the inputs of the model."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pk_reference import MODEL

from rewire.core.declare import Level, Pulse
from rewire.errors import PlanError
from rewire.layers.giving import AT_ONCE, OVER_A_WHILE, Giving, give
from rewire.sources import load_table


def given_mg(givings: tuple[Giving, ...], mg: float, kind: str) -> float:
    return sum(g.amount(mg) * (g.lasts if g.kind == "level" else 1.0) for g in givings if g.kind == kind)


@pytest.mark.parametrize(("drug", "route"), AT_ONCE)
def test_a_dose_at_once_is_one_pulse_of_the_dose(drug: str, route: str) -> None:
    givings = give(drug, route)
    assert [giving.kind for giving in givings] == ["pulse"]
    assert givings[0].amount(35.0) == 35.0
    assert givings[0].proportional


@pytest.mark.parametrize(("drug", "route"), OVER_A_WHILE)
@given(hours=st.floats(0.01, 96))
def test_a_slow_dose_delivers_all_of_it(drug: str, route: str, hours: float) -> None:
    givings = give(drug, route, hours)
    assert [giving.lasts for giving in givings] == [hours]
    assert given_mg(givings, 35.0, "level") == pytest.approx(35.0)


@given(mg=st.floats(0, 200))
def test_devices_of_a_spray_add_up_to_the_dose(mg: float) -> None:
    givings = give("esketamine", "intranasal")
    assert given_mg(givings, mg, "pulse") == pytest.approx(mg)
    assert given_mg(givings, mg, "level") == pytest.approx(mg)
    assert not any(giving.proportional for giving in givings)


def test_first_and_later_devices_go_to_different_inputs() -> None:
    pulses = [giving for giving in give("esketamine", "intranasal") if giving.kind == "pulse"]
    amounts = {giving.input: giving.amount(84.0) for giving in pulses}
    assert amounts == {"esketamine_first_device_dose": 28.0, "esketamine_later_device_dose": 56.0}


def test_every_input_exists_in_the_model() -> None:
    givings = [giving for drug, route in AT_ONCE for giving in give(drug, route)]
    givings += [giving for drug, route in OVER_A_WHILE for giving in give(drug, route, 1.0)]
    givings += [*give("esketamine", "intranasal"), *give("esketamine", "oral"), *give("sertraline", "oral")]
    for giving in givings:
        quantity = MODEL.quantities[giving.input]
        assert isinstance(quantity, Pulse if giving.kind == "pulse" else Level)
    declared = {quantity.name for kind in (Pulse, Level) for quantity in MODEL.declared(kind)}
    assert {giving.input for giving in givings} == declared


@pytest.mark.parametrize("drug", ["saline", "placebo spray", "rifampicin", "lithium"])
def test_drugs_without_a_course_feed_nothing(drug: str) -> None:
    assert give(drug, "IV", 0.5) == ()


def test_every_drug_and_route_of_the_plans_can_be_given() -> None:
    for drug, routes in load_table("drugs").group("drug").groups().items():
        for route in routes.groups():
            give(drug, route)


@pytest.mark.parametrize(
    ("drug", "route", "hours", "words"),
    [
        ("ketamine", "rectal", 0.0, "no rectal route for ketamine"),
        ("esketamine", "IM", 0.0, "no IM route for esketamine"),
        ("sertraline", "IV", 0.0, "no IV route for sertraline"),
        ("ketamine", "oral", 0.5, "at once"),
        ("esketamine", "oral", 0.5, "at once"),
        ("ketamine", "IV", -1.0, "cannot be given over"),
        ("ketamine", "IV", float("nan"), "cannot be given over"),
        ("ketamin", "IV", 0.0, "did you mean 'ketamine'"),
    ],
)
def test_doses_the_model_cannot_take_are_refused(drug: str, route: str, hours: float, words: str) -> None:
    with pytest.raises(PlanError) as refused:
        give(drug, route, hours)
    assert words in str(refused.value)


def test_plans_can_be_bridged_without_heavy_packages() -> None:
    code = (
        "import sys; from rewire.layers.giving import give; give('esketamine', 'intranasal');"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'sympy', 'numba', 'pint', 'xarray')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
