"""Nothing is lost and nothing is negative: what was given is in the body or has left by a named way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pk_reference import MODEL, Curves, Dose, compiled, simulate, typical
from scipy.linalg import expm

from rewire.core.symbols import symbol

KETAMINE_PLACES = ("muscle", "skin", "nose", "mouth", "gut", "central", "peripheral")


def gone(curves: Curves, rate: np.ndarray) -> float:
    return float(np.trapezoid(rate, curves.time))


@pytest.mark.parametrize("people", [{}, {"asian": 1.0, "japanese": 1.0, "age": 75.0}])
@pytest.mark.parametrize(
    ("route", "mg", "lasting"),
    [("IV", 28, 0.5), ("IV", 28, 0), ("intranasal", 14, 0), ("intranasal", 84, 0), ("oral", 20, 0)],
)
def test_esketamine_balances(route: str, mg: float, lasting: float, people: dict[str, float]) -> None:
    v = {**typical(), **people}
    curves = simulate([Dose("esketamine", route, mg, lasting)], hours=12, step=1 / 240, **people)
    held = sum(
        curves.values[f"esketamine_{place}"][-1]
        for place in ("nose", "swallowed", "stomach", "central", "shallow", "deep", "liver")
    )
    arriving = (
        v["esketamine_swallowed_absorption"] * curves.values["esketamine_swallowed"]
        + v["esketamine_oral_absorption"] * curves.values["esketamine_stomach"]
    )
    gut = (1 - v["esketamine_gut_escape"]) * arriving
    other = v["esketamine_other_elimination"] * (0.36 if v["asian"] else 1.0)
    made = v["esketamine_demethylation"] * curves.values["esketamine_liver"]
    liver = made + other * curves.values["esketamine_liver"]
    assert held + gone(curves, gut + liver) == pytest.approx(mg, rel=1e-4)

    clearance = v["noresketamine_clearance"] * (0.81 if v["asian"] else 1.0) / v["noresketamine_central_volume"]
    product = curves.values["noresketamine_central"][-1] + curves.values["noresketamine_peripheral"][-1]
    assert product + gone(curves, clearance * curves.values["noresketamine_central"]) == pytest.approx(
        gone(curves, made), rel=1e-4
    )


@pytest.mark.parametrize(
    ("route", "lasting", "taken_up"),
    [
        ("IV", 0.5, 1.0),
        ("IV", 0.0, 1.0),
        ("IM", 0.0, 0.93),
        ("subcutaneous", 0.0, 0.9),
        ("subcutaneous", 0.5, 0.9),
        ("intranasal", 0.0, 1.0),
        ("intranasal", 0.5, 1.0),
        ("sublingual", 0.0, 1.0),
        ("oral", 0.0, 1.0),
    ],
)
def test_ketamine_balances_in_moles(route: str, lasting: float, taken_up: float) -> None:
    v = typical()
    curves = simulate([Dose("ketamine", route, 50.0, lasting)], hours=12, step=1 / 240, body_weight=85.0)
    held = sum(curves.values[f"ketamine_{place}"][-1] for place in KETAMINE_PLACES)
    clearance = 1 / (1 / v["ketamine_hepatic_flow"] + 1 / v["ketamine_intrinsic_clearance"])
    cleared = clearance / v["ketamine_central_volume"] * curves.values["ketamine_central"]
    through = 0.64 * v["ketamine_hepatic_flow"] / (v["ketamine_hepatic_flow"] + v["ketamine_intrinsic_clearance"])
    first_pass = (1 - through) * v["ketamine_gut_absorption"] * curves.values["ketamine_gut"]
    assert held + gone(curves, cleared + first_pass) == pytest.approx(50.0 * taken_up, rel=1e-4)

    moles = gone(curves, cleared + first_pass) / v["ketamine_molar_mass"]
    rate = v["norketamine_clearance"] / v["norketamine_central_volume"] * curves.values["norketamine_central"]
    norketamine = curves.values["norketamine_central"][-1] + curves.values["norketamine_peripheral"][-1]
    assert (norketamine + gone(curves, rate)) / v["norketamine_molar_mass"] == pytest.approx(0.8 * moles, rel=1e-4)

    last = v["hydroxynorketamine_clearance"] / v["hydroxynorketamine_volume"] * curves.values["hydroxynorketamine_body"]
    hydroxynorketamine = curves.values["hydroxynorketamine_body"][-1] + gone(curves, last)
    assert hydroxynorketamine / v["hydroxynorketamine_molar_mass"] == pytest.approx(
        0.7 * gone(curves, rate) / v["norketamine_molar_mass"], rel=1e-4
    )


@settings(max_examples=25, deadline=None)
@given(
    age=st.floats(18, 86),
    body_weight=st.floats(40, 170),
    japanese=st.booleans(),
    esketamine_nasal_fraction=st.floats(0.02, 0.98),
    gut_metabolism_factor=st.floats(0, 10),
    hepatic_metabolism_factor=st.floats(0.2, 4),
    mg=st.floats(1, 112),
)
def test_no_level_is_negative(mg: float, japanese: bool, **people: float) -> None:
    doses = [
        Dose("esketamine", "intranasal", mg),
        Dose("ketamine", "intranasal", mg, 0.2, at=2),
        Dose("ketamine", "oral", mg, at=3),
    ]
    curves = simulate(doses, hours=12, step=0.1, japanese=float(japanese), asian=float(japanese), **people)
    for name, curve in curves.values.items():
        assert curve.min() > -1e-6, name


def test_every_rate_is_linear_and_every_drug_a_block_of_its_own() -> None:
    system = MODEL.system
    assert system.states == ()
    assert sorted(len(block.states) for block in system.blocks) == [3, 3, 5, 12, 12]
    for block in system.blocks:
        roots = {name.split("_")[0].removeprefix("hydroxy").removeprefix("nor") for name in block.states}
        assert roots in ({"ketamine"}, {"esketamine"}, {"midazolam"}, {"rapamycin"}, {"antidepressant"})


def test_matrix_and_step_by_step_integration_agree() -> None:
    system = MODEL.system
    block = next(block for block in system.blocks if "ketamine_central" in block.states)
    matrix = np.zeros((len(block.names), len(block.names)))
    values = {symbol(name): number for name, number in typical().items()}
    for (row, column), entry in block.matrix.items():
        matrix[row, column] = float(entry.subs(values))
    start = np.zeros(len(block.names))
    start[block.names.index("ketamine_infusion")] = 52.5
    after = expm(matrix * 0.5) @ start
    curves = simulate([Dose("ketamine", "IV", 35, 40 / 60)], hours=0.5)
    for name in block.states:
        assert after[block.names.index(name)] == pytest.approx(curves.at(name, 0.5), rel=1e-4, abs=1e-9)


def test_every_input_of_the_layers_is_declared() -> None:
    equations = compiled()
    assert len(set(equations.levels)) == len(equations.levels) == 10
    assert set(equations.jumps) == {quantity.name for layer in MODEL.layers for quantity in layer.pulses}
