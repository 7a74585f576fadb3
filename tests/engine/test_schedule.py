from __future__ import annotations

import numpy as np
import pytest
from engine_runs import CALM, Action, hold, people, pulse, simulate
from hypothesis import given, settings
from hypothesis import strategies as st

from rewire.engine.layout import Block, Layout
from rewire.engine.schedule import AFTER_A_DOSE, COARSE, LEVEL, NOISE_STEP, PULSE, build, minutes
from rewire.errors import StudyError

BLOCK = Block(("amount",), ("rate",), ("dose", "rate"), ((0, 0), (0, 1), (1, 1)), (), (0, 2))
LAYOUT = Layout((), ("rate", "stress"), ("dose", "visit"), (), (), ("mood",), (), (), (), (BLOCK,))


def edges(schedule):
    sizes = schedule.sizes[schedule.row_size[:-1]]
    return np.concatenate([[0.0], np.cumsum(sizes)])


def test_steps_end_at_every_event_record_and_change_of_noise():
    actions = [
        Action(5.3, PULSE, "dose", 1.0, fine=True),
        Action(40.0, LEVEL, "rate", 1.0),
        Action(41.25, LEVEL, "rate", -1.0),
        Action(77.7, PULSE, "visit", 1.0),
    ]
    schedule = build(LAYOUT, actions, [], [33.3, 100.0], 100.0)
    times = edges(schedule)
    for time in (5.3, 40.0, 41.25, 77.7, 33.3, 100.0, *np.arange(0, 100, NOISE_STEP)):
        assert np.abs(times - time).min() < 1e-6, time
    assert schedule.hours.tolist() == [0.0, 33.3, 100.0]
    rows = np.flatnonzero(schedule.row_record >= 0)
    assert times[rows] == pytest.approx(schedule.hours, abs=1e-6)
    assert schedule.steps == len(times) - 1


def test_steps_are_short_after_a_dose_and_nowhere_too_long():
    schedule = build(LAYOUT, [Action(24.0, PULSE, "dose", 1.0, fine=True)], [], [240.0], 240.0)
    times = edges(schedule)
    since = times[:-1] - 24.0
    for start, step in zip(since, np.diff(times), strict=True):
        longest = next((size for until, size in AFTER_A_DOSE if start + 1e-9 >= 0 and start < until - 1e-6), COARSE)
        assert step <= longest + 1e-9, start


def test_an_event_that_needs_no_short_steps_adds_one_edge_only():
    plain = build(LAYOUT, [], [], [96.0], 96.0)
    visit = build(LAYOUT, [Action(30.5, PULSE, "visit", 1.0)], [], [96.0], 96.0)
    assert visit.steps == plain.steps + 1


def test_what_happens_at_the_end_or_after_it_is_left_out():
    actions = [Action(96.0, PULSE, "dose", 1.0), Action(120.0, PULSE, "dose", 1.0)]
    assert build(LAYOUT, actions, [], [96.0], 96.0).actions.shape == (0, 5)


def test_a_block_sleeps_until_something_enters_it():
    schedule = build(LAYOUT, [Action(30.0, LEVEL, "rate", 1.0), Action(31.0, LEVEL, "rate", -1.0)], [], [96.0], 96.0)
    active = schedule.row_active[: schedule.steps] & 1
    assert np.array_equal(active == 1, edges(schedule)[:-1] > 30.0 - 1e-6)
    assert not build(LAYOUT, [Action(30.0, PULSE, "visit", 1.0)], [], [96.0], 96.0).row_active.any()


@pytest.mark.parametrize(("records", "end"), [([-1.0], 24.0), ([25.0], 24.0), ([24.0], 0.0), ([0.0], float("nan"))])
def test_times_that_make_no_sense_are_refused(records, end):
    with pytest.raises(StudyError):
        build(LAYOUT, [], [], records, end)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-200, 200, allow_nan=False), max_size=8),
    st.lists(st.floats(0, 150, allow_nan=False), max_size=8),
)
def test_any_times_make_a_grid_without_gaps(events, records):
    actions = [Action(time, PULSE, "dose", 1.0, fine=k % 2 == 0) for k, time in enumerate(events)]
    schedule = build(LAYOUT, actions, [], records, 150.0)
    sizes = schedule.sizes[schedule.row_size[:-1]]
    assert np.all(sizes > 0)
    assert sizes.sum() == pytest.approx(150.0 - min([0.0, *(time for time in events)]), abs=1e-5)
    recorded = schedule.row_record[schedule.row_record >= 0]
    assert recorded.tolist() == list(range(schedule.hours.size))
    kept = schedule.actions[:, 0].size
    assert kept == sum(time < 150.0 - 1e-7 for time in events)
    assert schedule.row_actions[-1] == kept
    assert np.all(np.diff(schedule.row_noise) >= 0)


def test_what_happened_before_time_zero_feeds_drug_levels_only(double):
    who = people("TRD", 10, seed=5)
    before = [
        *(pulse("antidepressant_dose", -24.0 * day, 1.0) for day in range(1, 30)),
        pulse("therapy_visit", -3.0, 1.0),
        pulse("treatment_visit", -3.0, 1.0),
        pulse("dissociative_dose", -3.0, 1.0),
    ]
    names = ("antidepressant_level", "contact_memory", "visits", "dissociative_doses", "mood", "mood_at_start")
    values = simulate(double, who, (0.0, 24.0), actions=before, where=CALM, names=names).values
    assert np.all(values["antidepressant_level"][0] > 0.3)
    assert np.all(values["antidepressant_level"][1] < values["antidepressant_level"][0])
    for name in ("contact_memory", "visits", "dissociative_doses"):
        assert np.all(values[name] == 0), name
    assert np.array_equal(values["mood"][0], values["mood_at_start"][0])


def test_a_level_that_began_before_time_zero_goes_on(double):
    held = hold("life_stress", -10.0, 30.0, 0.5)
    values = simulate(double, people("TRD", 3), (0.0, 10.0, 40.0), actions=held, names=("life_stress",)).values
    assert values["life_stress"][:, 0].tolist() == [0.5, 0.5, 0.0]


def test_a_record_shows_the_moment_before_what_happens_at_it(double):
    actions = [pulse("therapy_visit", 24.0, 1.0)]
    values = simulate(double, people("TRD", 3), (0.0, 24.0, 24.01), actions=actions, names=("contact_memory",)).values
    assert values["contact_memory"][:, 0] == pytest.approx([0.0, 0.0, 1.0], abs=1e-3)


def test_recording_oneself_more_often_moves_nothing_much(double):
    who, names = people("TRD", 20, seed=3), ("madrs", "phq9")
    seldom = simulate(double, who, (0.0, 336.0), names=names).values
    often = simulate(double, who, np.arange(0.0, 337.0, 1.0), names=names).values
    for name in names:
        assert often[name][-1] == pytest.approx(seldom[name][-1], abs=0.02)


def test_peaks_are_the_largest_values_met(double):
    hours = np.unique([*np.arange(0.0, 24.0, 1 / 6), 24.0])
    actions = [Action(1.0, 1, "ketamine_bolus_dose", 40.0, fine=True)]
    recorded = simulate(double, people("TRD", 10), hours, actions=actions, names=("dissociation", "systolic_rise"))
    for name in ("dissociation", "systolic_rise"):
        assert recorded.peaks[name] == pytest.approx(recorded.values[name].max(axis=0), rel=0.05)


def test_minutes_are_whole():
    assert minutes((0.0, 2 / 3, 24.0)).tolist() == [0, 40, 1440]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("name", "no quantity called 'madr'"),
        ("rows", "parameters, 3 were given"),
        ("nan", "not a finite"),
        ("end", "without a step"),
    ],
)
def test_a_run_refuses_what_it_cannot_use(double, standard, change, match):
    from rewire.engine.run import run
    from rewire.models.parameters import parameters

    numbers = parameters(standard, people("TRD", 2))
    numbers[5, 1] = np.nan if change == "nan" else numbers[5, 1]
    numbers = numbers[:3] if change == "rows" else numbers
    end = 1e-9 if change == "end" else 1.0
    with pytest.raises(StudyError, match=match):
        run(
            double,
            build(double.layout, [], [], [end], end),
            numbers,
            seed=1,
            record=["madr" if change == "name" else "madrs"],
        )
