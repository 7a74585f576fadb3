"""The kernel for graphics processors, on Numba's simulator of one: the same people, the same luck, the same curves."""

from __future__ import annotations

import importlib.util
import os
import time

import numpy as np
import pytest
from engine_runs import CALM, hold, people, pulse, quantities, rule, same_bits, simulate, treated
from other_models import ablated, swapped

from rewire.core.random import philox, stream
from rewire.engine.kernels import kernel
from rewire.engine.reference import draw_normals
from rewire.engine.run import run
from rewire.engine.schedule import Action, build
from rewire.errors import StudyError
from rewire.models.parameters import Circumstances, parameters
from rewire.plans import Plan
from rewire.population import person
from rewire.studies.compare import compare
from rewire.studies.course import follow

pytest.importorskip("numba_cuda", reason="NOT TESTED: graphics processors need the extra rewire[gpu]")

CALLABLE = pytest.mark.skipif(
    os.environ.get("NUMBA_ENABLE_CUDASIM") == "0",
    reason="a device's functions can be called from Python on the simulator only",
)
TOLERANCE = {"float64": 1e-9, "float32": 2e-4}
"""What is promised: the largest difference from the processor, as a share of a quantity's largest value."""
DAYS = (0.0, 0.5, 1.0, 30.0, 48.0)


@pytest.fixture(scope="module", params=list(TOLERANCE))
def both(request, standard):
    """The kernels of both devices in one precision."""
    return kernel(standard, request.param), kernel(standard, request.param, "gpu")


def largest_difference(one, other):
    """Over quantities and people, the largest difference over time as a share of the quantity's largest value."""
    assert one.values.keys() == other.values.keys()
    shares = {}
    for name, right in one.values.items():
        largest = np.maximum(np.abs(right).max(axis=0), 1e-6)
        shares[name] = (np.abs(np.asarray(other.values[name], float) - right).max(axis=0) / largest).max()
    return max(shares.values())


def test_treated_people_follow_the_same_curves(both):
    one, two = (
        simulate(compiled, people("TRD", 2, seed=7), DAYS, actions=treated(48.0), names=quantities(compiled))
        for compiled in both
    )
    limit = TOLERANCE[both[0].precision]
    assert largest_difference(one, two) < limit
    for name, right in one.peaks.items():
        assert two.peaks[name] == pytest.approx(right, rel=limit, abs=1e-6), name


def test_rules_hypotheses_trauma_and_what_came_before(standard):
    who = people("PTSD", 2, seed=21).part(1, 2)
    where = Circumstances(switches={"two_valleys": True, "window": True, "surge_tolerance": True})
    gates = [
        rule("<=", 0.99, [12.0, 24.0], latched=True, error=2.0, baseline="baseline_depression"),
        rule(">=", 20.0, [6.0, 20.0], latched=False, error=2.0),
    ]
    actions = [
        *(pulse("antidepressant_dose", -24.0 * k, 1.0) for k in range(1, 4)),
        *(Action(12.0 * k, 1, "esketamine_bolus_dose", 0.4, by_weight=True, gate=1) for k in range(3)),
        *hold("schema_practice", 8.0, 26.0, 1.0, gate=2),
        *hold("life_stress", 10.0, 30.0, 0.5, gate=1),
        pulse("trauma", 15.0, 0.5),
    ]
    names = (*quantities(kernel(standard)), "slow_noise", "day_noise", "schema_practice", "life_stress")
    one, two = (
        simulate(compiled, who, DAYS, actions=actions, gates=gates, where=where, names=names)
        for compiled in (kernel(standard), kernel(standard, "float64", "gpu"))
    )
    assert largest_difference(one, two) < TOLERANCE["float64"]
    assert np.ptp(one.values["life_stress"]) > 0


@pytest.mark.parametrize("made", [ablated, swapped])
def test_other_layers_make_other_kernels_that_agree(made, standard):
    model, who = made(), people("MDD", 2, seed=3)
    actions = [pulse("ketamine_bolus_dose", 0.0, 40.0)]
    one, two = (
        simulate(compiled, who, (0.0, 1.0, 8.0), actions=actions, names=quantities(compiled), where=CALM)
        for compiled in (kernel(model), kernel(model, "float64", "gpu"))
    )
    assert largest_difference(one, two) < TOLERANCE["float64"]
    usual = simulate(kernel(standard), who, (0.0, 1.0, 8.0), actions=actions, names=("surge_drive",), where=CALM)
    assert not np.allclose(usual.values["surge_drive"], one.values["surge_drive"])


def test_a_person_is_the_same_whatever_the_launch(standard, monkeypatch):
    from rewire.engine.targets.cuda import launch

    gpu, who = kernel(standard, "float64", "gpu"), people("TRD", 3, seed=2**40 + 3)
    whole = simulate(gpu, who, (0.0, 13.0))
    monkeypatch.setattr(launch, "MOST", 2)
    assert same_bits(whole, simulate(gpu, who, (0.0, 13.0)))
    alone = simulate(gpu, who.part(2, 3), (0.0, 13.0))
    assert np.array_equal(whole.values["madrs"][:, 2:], alone.values["madrs"])


def test_people_keep_their_places_however_many_launches_are_under_way(standard, monkeypatch):
    from numba import config

    from rewire.engine.targets.cuda import launch

    class Room:
        """Gives everybody their number, and is slow about the first."""

        def run(self, orders, first, parameters, out, peaks):
            time.sleep(0.05 if first == 0 else 0.0)
            out[:] = first + np.arange(out.shape[2])
            peaks[:] = first + np.arange(peaks.shape[1])

    gpu = kernel(standard, "float64", "gpu")
    monkeypatch.setattr(config, "ENABLE_CUDASIM", False)
    monkeypatch.setattr(launch, "MOST", 2)
    monkeypatch.setattr(launch, "LANES", 3)
    monkeypatch.setattr(launch.Orders, "sent", lambda *arguments: None)
    monkeypatch.setattr(launch.Rooms, "of", lambda *arguments: Room())
    found = simulate(gpu, people("TRD", 9, seed=1), (0.0, 1.0))
    assert np.array_equal(found.values["madrs"], [np.arange(9.0)] * 2)
    assert all(np.array_equal(value, np.arange(9.0)) for value in found.peaks.values())


def test_step_sizes_know_which_is_half_of_them():
    from rewire.engine.targets.cuda.rooms import _halves

    assert _halves(np.array([0.25, 0.5, 0.75, 1.0, 1.5, 4.0])).tolist() == [-1, 0, -1, 1, 2, -1]


def test_parameters_that_are_no_numbers_are_refused(standard):
    gpu, who = kernel(standard, "float64", "gpu"), people("TRD", 2, seed=1)
    numbers = parameters(standard, who, Circumstances())
    numbers[3, 1] = np.nan
    schedule = build(gpu.layout, (), (), (0.0, 1.0), 1.0)
    with pytest.raises(StudyError, match=f"'{gpu.layout.parameters[3]}' is not a finite number"):
        run(gpu, schedule, numbers, seed=1, record=["madrs"])


def test_the_benchmark_times_the_device_alone_and_compares():
    from rewire.studies.bench import w6
    from rewire.studies.bench.works import once_ours

    once = w6.once_inside("W1", "float32", 1)
    once(None)
    found = once_ours("W1", "float32", 1, 1, "gpu")(None)
    assert w6.apart_from_processor("W1", found).max() < TOLERANCE["float32"]


@CALLABLE
def test_chance_is_that_of_the_processor(standard):
    from rewire.engine.targets.cuda import device

    for person_, block, series, seed in ((0, 0, 1, 1), (2**35 + 7, 0xFFFFFFFF, 0xFEDCBA98, 2**62 + 5)):
        low, high = 0xFFFFFFFF, 32
        right = philox(person_ & low, block, series, person_ >> high, seed & low, seed >> high)
        assert device.philox(person_, block, series, seed) == right
    a, b, c, d = device.philox(5, 2, stream("day_noise"), 7)
    written = kernel(standard, "float64", "gpu").library
    found = (*written.normal_pair(a, b), *written.normal_pair(c, d))
    assert found == pytest.approx(draw_normals(7, 5, "day_noise", 2), rel=1e-12)


@CALLABLE
@pytest.mark.parametrize("z", [1e-9, 0.3, 0.499, 0.501, 0.999, 1.001, 7.0])
def test_integrals_of_a_decay_are_those_of_their_definition(both, z):
    written = both[1].library
    found = written.decays(written.real(z), written.real(np.exp(-z)))
    right, value = [], np.longdouble(np.exp(-np.longdouble(z)))
    for constant in (1, 1, np.longdouble(0.5)):
        value = (constant - value) / np.longdouble(z)
        right.append(float(value))
    limit = {"float64": 1e-12, "float32": 1e-5}[both[0].precision]
    assert found == pytest.approx(right if z > 0.1 else (1.0, 0.5, 1 / 6), rel=max(limit, 1e-8 if z < 0.1 else 0.0))


def test_a_study_gives_the_same_scores_on_both_devices():
    plans = {"ketamine": Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")}
    options = {"weeks": 1 / 7, "draws": 0}
    one, two = (compare(plans, people("TRD", 2, seed=4), device=device, **options) for device in ("cpu", "gpu"))
    for scale, curve in one.outcomes["ketamine"].scores.items():
        assert np.array_equal(curve.mean, two.outcomes["ketamine"].scores[scale].mean), scale
    assert two.study["device"] == "gpu"


def test_a_device_that_is_not_there_is_refused_in_plain_words(standard, monkeypatch):
    from numba import cuda

    plan = Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
    with pytest.raises(StudyError, match="unknown device 'tpu'"):
        follow(plan, person("TRD"), 1, device="tpu")
    kernel.cache_clear()
    monkeypatch.setattr(cuda, "is_available", lambda: False)
    with pytest.raises(StudyError, match="no graphics processor can be used here"):
        follow(plan, person("TRD"), 1, device="gpu")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(StudyError, match="needs numba-cuda") as caught:
        follow(plan, person("TRD"), 1, device="gpu")
    assert "pip install 'rewire[gpu]'" in str(caught.value)
