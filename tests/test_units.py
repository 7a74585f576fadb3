"""Units: what counts as a unit, which two fit, and conversion."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewire.errors import Place, UnitError
from rewire.units import BASES, KNOWN, MULTIPLES, check_unit, convert, dimension, factor, same_dimension

POINTS = [name for name in KNOWN if name.endswith("_point")]


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "mg",
        "1/h",
        "nmol/L",
        "mg/kg_body/h",
        "L/h/kg_body",
        "MADRS_point/h**0.5",
        "1/(nmol/L)",
        "h**-1",
        " mg / L ",
    ],
)
def test_units_are_given_back(text: str) -> None:
    assert check_unit(text) == text


@pytest.mark.parametrize(
    "text", ["", "mg/", "/h", "(mg", "mg)", "()", "2*mg", "mg**", "mg h", "mg//h", "**", "h**x", "mg+h", "1/(h", "-1"]
)
def test_broken_units_are_refused(text: str) -> None:
    with pytest.raises(UnitError):
        check_unit(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("mg/kg", "kg_body"),
        ("nM", "nmol/L"),
        ("%", "share"),
        ("hours", "h"),
        ("MADRS_points", "MADRS_point"),
        ("h^2", "**"),
        ("nmol/l", "L"),
    ],
)
def test_a_near_miss_gets_advice(text: str, advice: str) -> None:
    with pytest.raises(UnitError) as caught:
        check_unit(text)
    assert advice in caught.value.advice


def test_the_message_names_the_unit_and_the_place() -> None:
    with pytest.raises(UnitError, match=r"unknown unit 'furlong' in 'furlong/h'(.|\n)*plan.yaml:7"):
        check_unit("furlong/h", Place("plan.yaml", 7))


def test_a_dose_per_body_weight_is_not_a_plain_number() -> None:
    assert dimension("mg/kg_body") == "mass / body_weight"
    assert not same_dimension("mg/kg_body", "1")
    assert not same_dimension("mg/kg_body", "mg")
    with pytest.raises(UnitError, match="person's weight"):
        convert(0.5, "mg/kg_body", "mg")


def test_points_of_two_scales_never_fit() -> None:
    assert len(POINTS) == 9
    for one in POINTS:
        assert [other for other in POINTS if same_dimension(one, other)] == [one]
        assert not same_dimension(one, "1")
    with pytest.raises(UnitError, match="do not convert by a factor"):
        convert(10, "HAMD17_point", "MADRS_point")


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (2, "week", "day", 14),
        (1, "year", "day", 365.25),
        (40, "min", "h", 2 / 3),
        (185, "ng/mL", "mg/L", 0.185),
        (1, "umol/L", "nmol/L", 1000),
        (19.1, "mL/min/kg_body", "L/h/kg_body", 1.146),
        (10, "Hz", "1/s", 10),
        (3, "1/h", "1/day", 72),
        (1, "mm**3", "mL", 1e-3),
    ],
)
def test_conversion(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("1", "1"), ("1/h", "1 / time"), ("L/h", "length**3 / time"), ("mmHg", "pressure"), ("visit", "visits")],
)
def test_dimension_in_words(unit: str, kind: str) -> None:
    assert dimension(unit) == kind


def test_every_known_unit_has_a_dimension_and_every_base_its_own() -> None:
    assert all(dimension(unit) != "1" for unit in KNOWN)
    assert len({dimension(unit) for unit in BASES}) == len(BASES)
    assert not set(BASES) & set(MULTIPLES)


@given(st.sampled_from(KNOWN), st.sampled_from(KNOWN))
def test_factors_there_and_back_cancel(one: str, other: str) -> None:
    if same_dimension(one, other):
        assert factor(one, other) * factor(other, one) == pytest.approx(1, rel=1e-12)


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_a_unit_error(text: str) -> None:
    try:
        check_unit(text)
    except UnitError:
        return
    assert isinstance(dimension(text), str)


def test_checking_a_unit_loads_no_heavy_package() -> None:
    code = "import sys, rewire.units as u; u.check_unit('mg/L'); print(sorted({'pint', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
