from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from engine_runs import TREATMENT, people, quantities, same_bits, simulate, treated

from rewire.engine import generate
from rewire.machine.native import VECTOR_BYTES, Library, compile_text
from rewire.models.parameters import Circumstances
from rewire.plans import Plan
from rewire.studies import cohort

RECORDS = (0.0, 2 / 3, 4.0, 24.0, 72.0, 168.0)


@pytest.fixture(params=["double", "single"])
def kernel(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def whole(kernel):
    return course(kernel, people("TRD", 150, seed=7))


def course(kernel, who, **more):
    return simulate(kernel, who, RECORDS, actions=treated(168.0), names=quantities(kernel), **more)


def taken(recording, start, stop):
    return {name: values[:, start:stop] for name, values in recording.values.items()}


def equal(one, other):
    return all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("pieces", [2, 3, 7])
def test_any_number_of_threads_gives_the_same_bits(kernel, whole, pieces):
    with ThreadPoolExecutor(2) as pool:
        cut = course(kernel, people("TRD", 150, seed=7), pool=pool, pieces=pieces)
    assert same_bits(whole, cut)
    assert equal(whole.peaks, cut.peaks)


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (0, 150), (5, 20), (31, 33), (149, 150)])
def test_a_part_is_the_same_people_as_in_the_whole(kernel, whole, start, stop):
    part = course(kernel, people("TRD", 150, seed=7).part(start, stop))
    assert equal(part.values, taken(whole, start, stop))


def test_adding_people_never_changes_the_first_ones(kernel, whole):
    assert equal(whole.values, taken(course(kernel, people("TRD", 211, seed=7)), 0, 150))


def test_the_same_run_twice_gives_the_same_bits_and_another_seed_other_people(kernel, whole):
    assert same_bits(whole, course(kernel, people("TRD", 150, seed=7)))
    assert not same_bits(whole, course(kernel, people("TRD", 150, seed=8)))


def test_rows_of_any_width_give_the_same_bits(standard, kernel, whole):
    work = generate.Plan(standard.system)
    for width in VECTOR_BYTES:
        text = generate.kernel_text(work, kernel.precision, width)
        library = Library(compile_text(text), {"run": ("ptr",)})
        other = replace(kernel, lanes=width // kernel.real().itemsize, library=library)
        assert same_bits(whole, course(other, people("TRD", 150, seed=7)))


def test_two_plans_meet_the_same_luck(kernel):
    who, names = people("TRD", 40, seed=3), ("slow_noise", "day_noise")
    treated_people = simulate(kernel, who, RECORDS, actions=treated(168.0), names=names)
    others = simulate(kernel, who, RECORDS, names=names)
    assert same_bits(treated_people, others)


def test_what_is_recorded_changes_nothing(kernel, whole):
    alone = simulate(kernel, people("TRD", 150, seed=7), RECORDS, actions=treated(168.0), names=("phq9",))
    assert np.array_equal(alone.values["phq9"], whole.values["phq9"])


@pytest.mark.parametrize("size", [1, 3, 64, 2048])
def test_blocks_of_any_size_give_the_same_people(standard, kernel, size):
    arm = cohort.Arm.of("treatment", TREATMENT, Circumstances())
    ready = cohort.prepare(kernel, arm, 168.0, RECORDS, "MADRS")
    who = people("TRD", 150, seed=7)
    names = quantities(kernel)
    at_once = cohort.simulate(standard, kernel, ready, who, names)
    pieces = [cohort.simulate(standard, kernel, ready, block, names) for block in cohort.blocks(who, size)]
    for name in names:
        assert np.array_equal(np.concatenate([piece.values[name] for piece in pieces], axis=1), at_once.values[name])
    for name, largest in at_once.peaks.items():
        assert np.array_equal(np.concatenate([piece.peaks[name] for piece in pieces]), largest)
    scores = [
        cohort.observed(piece, "MADRS", block) for piece, block in zip(pieces, cohort.blocks(who, size), strict=True)
    ]
    assert np.array_equal(np.concatenate(scores, axis=1), cohort.observed(at_once, "MADRS", who))


def test_the_order_of_arms_is_irrelevant(standard, kernel):
    who = people("PTSD", 30, seed=1)
    arms = [
        cohort.Arm.of("treatment", TREATMENT, Circumstances()),
        cohort.Arm.of("therapy", Plan("prolonged exposure 90 min, weekly for 1 week"), Circumstances()),
    ]
    arms.append(replace(arms[0].twin(), name="twin"))

    def results(order):
        return {
            arm.name: cohort.simulate(
                standard, kernel, cohort.prepare(kernel, arm, 168.0, RECORDS, "CAPS-5"), who, ("caps5", "madrs")
            )
            for arm in order
        }

    forward, backward = results(arms), results(arms[::-1])
    assert all(same_bits(forward[name], backward[name]) for name in forward)
    assert not same_bits(forward["treatment"], forward["twin"])
