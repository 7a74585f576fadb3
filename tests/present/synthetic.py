"""A made-up but plausible comparison and course: shapes to draw and count, not results of the model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rewire.studies.result import Band, Comparison, Course, Curve, Difference, DoseRow, Outcome, Peak

WEEKS = 26
INFUSION_DAYS = (0, 3, 7, 10, 14, 17)
SCALES = {"MADRS": (32.6, 6.0, 60.0, 10.0), "PHQ-9": (19.0, 3.8, 27.0, 4.0)}


def study(kind: str = "compare", n: int = 1000) -> dict[str, object]:
    return {
        "kind": kind,
        "people": {"diagnosis": "TRD", "n": n},
        "weeks": WEEKS,
        "seed": 7,
        "version": "0.1.0",
        "model": "whole 1",
        "scales": {scale: {"name": scale, "remission": row[3]} for scale, row in SCALES.items()},
    }


def hours() -> np.ndarray:
    """Finer points in the first three days, then one a day: 0 .. 182 days."""
    fine = np.array([0, 1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 60, 72], dtype=float)
    return np.union1d(fine, 24.0 * np.arange(0, 7 * WEEKS + 1))


def _relief(time: np.ndarray, days: Sequence[int], peak: float, slow_days: float) -> np.ndarray:
    """Share of the score taken away: each dose adds, the sum saturates, and fades over days."""
    total = np.zeros_like(time)
    for day in days:
        since = np.clip(time - 24.0 * day, 0, None)
        total += (1 - np.exp(-since / 8.0)) * np.exp(-since / (24.0 * slow_days)) * (since > 0)
    return peak * np.tanh(0.75 * total)


def _curve(mean: np.ndarray, sd: np.ndarray, time: np.ndarray, unit: str, top: float) -> Curve:
    return Curve(unit, time, mean, sd, np.clip(mean - 1.28 * sd, 0, top), mean, np.clip(mean + 1.28 * sd, 0, top))


def _band(mean: np.ndarray, width: np.ndarray | float, time: np.ndarray, unit: str) -> Band:
    return Band(unit, time, mean, mean - width, mean + width)


def doses(with_therapy: bool) -> tuple[DoseRow, ...]:
    rows = [
        DoseRow(f"day {d + 1} 09:00", 24.0 * d, "ketamine", "IV", "0.5 mg/kg over 40 min", 40.0) for d in INFUSION_DAYS
    ]
    if with_therapy:
        rows += [
            DoseRow(f"day {d + 2} 09:00", 24.0 * (d + 1), "CBT", "", "50 min", float("nan")) for d in INFUSION_DAYS
        ]
    return tuple(sorted(rows, key=lambda row: row.hours))


def outcome(name: str, strength: float, slow_days: float, with_therapy: bool) -> Outcome:
    time = hours()
    scores, change, specific = {}, {}, {}
    response, remission, relapse = {}, {}, {}
    for scale, (start, sd0, top, _cut) in SCALES.items():
        unit = f"{scale}_point"
        hope = 0.17 * (1 - np.exp(-time / 30.0)) * (0.55 + 0.45 * np.exp(-time / (24.0 * 40)))
        relief = _relief(time, INFUSION_DAYS, strength, slow_days)
        learned = 0.11 * (1 - np.exp(-time / (24.0 * 18))) if with_therapy else np.zeros_like(time)
        mean = start * (1 - np.clip(hope + relief + learned, 0, 0.85))
        sd = sd0 + (0.19 * start) * np.clip(relief / 0.4, 0, 1) ** 0.5 + 1.2
        scores[scale] = _curve(mean, sd, time, unit, top)
        part = -start * (relief + learned * 0.15)
        unknown = 0.035 * start * np.clip(time / 48.0, 0, 1) + 0.08 * np.abs(part)
        change[scale] = _band(mean - start, 0.8 * unknown, time, unit)
        specific[scale] = _band(part, unknown, time, unit)
        halved = 1 / (1 + np.exp(-(start / 2 - mean) / (0.36 * sd + 0.06 * start)))
        halved[0] = 0.0
        response[scale] = _band(halved, 0.06 * np.clip(time / 24.0, 0, 1), time, "1")
        low = 0.55 * halved**1.3
        remission[scale] = _band(low, 0.05 * np.clip(time / 24.0, 0, 1), time, "1")
        ever = np.maximum.accumulate(halved) + 0.12 * (1 - np.exp(-time / 400.0))
        lost = np.clip(1 - halved / np.maximum(ever, 1e-9), 0, 1)
        lost[time < 8] = np.nan
        relapse[scale] = _band(lost, 0.05, time, "1")
    window = np.linspace(-0.5, 6.0, 53)
    after = np.clip(window, 0, None)
    dissociation = 30.0 * np.clip(np.minimum(after / 0.66, np.exp(-(after - 0.66) / 0.42)), 0, 1)
    pressure = 19.0 * np.clip(np.minimum(after / 0.7, np.exp(-(after - 0.7) / 1.1)), 0, 1)
    around = {
        "CADSS": Curve(
            "CADSS_point",
            window,
            dissociation,
            dissociation * 0.6,
            dissociation * 0.3,
            dissociation,
            dissociation * 1.8,
        ),
        "SBP rise": Curve(
            "mmHg", window, pressure, pressure * 0.4 + 3, pressure * 0.45 - 3, pressure, pressure * 1.5 + 4
        ),
    }
    peaks = {
        "CADSS": Peak("CADSS_point", "mean of each person's largest score", 31.2, 16.0, 12.0, 54.0),
        "SBP rise": Peak("mmHg", "mean of each person's largest rise", 21.8, 9.0, 11.0, 33.0),
    }
    return Outcome(
        name, scores, change, specific, response, remission, relapse, around, peaks, doses(with_therapy)
    )  # fmt: skip


def comparison(names: Sequence[str] = ("ketamine", "with therapy")) -> Comparison:
    """Plans over 26 weeks; the odd ones have therapy, later ones are weaker."""
    outcomes = {
        name: outcome(name, 0.42 - 0.04 * (i // 2), 26.0 if i % 2 else 21.0, bool(i % 2))
        for i, name in enumerate(names)
    }
    differences: dict[str, tuple[Difference, ...]] = {}
    for scale, (start, *_rest) in SCALES.items():
        found = []
        for other in names[1:]:
            time = hours()
            gap = outcomes[names[0]].scores[scale].mean - outcomes[other].scores[scale].mean
            unknown = 0.04 * start * (1 - np.exp(-time / 300.0)) + 0.25 * np.abs(gap)
            words = f"{other} does better at the end: 3.1 points lower (80 % interval 1.2 to 5.0)"
            found.append(Difference(names[0], other, _band(gap, unknown, time, f"{scale}_point"), words))
        differences[scale] = tuple(found)
    warnings = ("6 doses in 3 weeks followed by no maintenance: few trials look beyond week 8",)
    return Comparison(study(), "MADRS", outcomes, differences, warnings)


def course() -> Course:
    """One person on six infusions, every layer."""
    fine = np.arange(0.0, 96.0, 0.1)
    time = np.union1d(fine, np.arange(96.0, 24.0 * 7 * WEEKS + 0.01, 1.0))
    for day in INFUSION_DAYS:
        time = np.union1d(time, 24.0 * day + np.arange(0.0, 8.0, 0.1))
    values: dict[str, np.ndarray] = {}

    def pulses(rise: float, fall: float, delay: float = 0.0, tolerance: float = 0.0) -> np.ndarray:
        total = np.zeros_like(time)
        for i, day in enumerate(INFUSION_DAYS):
            since = np.clip(time - 24.0 * day - delay, 0, None)
            shape = (1 - np.exp(-since / rise)) * np.exp(-since / fall)
            total += shape * (1 - tolerance) ** i
        return total

    values["ketamine_plasma"] = 235.0 * pulses(0.35, 1.6)
    values["norketamine_plasma"] = 85.0 * pulses(1.4, 7.0)
    x = values["ketamine_plasma"] / 260.0 + values["norketamine_plasma"] / 2600.0
    values["nmda_block"] = x / (1 + x)
    values["glutamate_surge"] = 1.4 * pulses(0.5, 1.0, tolerance=0.1)
    values["bdnf"] = 1.0 + 0.9 * pulses(3.0, 16.0)
    values["synaptic_protein"] = 1.0 + 0.5 * pulses(8.0, 40.0)
    gain = np.tanh(0.6 * pulses(14.0, 24.0 * 20))
    values["synapses_prefrontal"] = 0.78 + 0.17 * gain
    values["synapses_hippocampus"] = 0.82 + 0.12 * gain
    values["synapses_amygdala"] = 1.16 - 0.07 * gain
    values["synapses_accumbens"] = 0.9 + 0.06 * gain
    values["plasticity_index"] = 1.0 + 0.3 * np.tanh(pulses(4.0, 24.0 * 6))
    slow = 0.09 * np.sin(time / 310.0) + 0.05 * np.sin(time / 97.0 + 1.0)
    mood = 0.62 - 0.75 * np.tanh(0.7 * pulses(8.0, 24.0 * 24)) + slow
    values["mood"] = np.clip(mood, -1, 1)
    values["valley_depth"] = 0.25 + 0.5 * values["mood"] ** 2
    values["valley_width"] = 0.6 - 0.25 * values["mood"]
    values["threat"] = 0.5 + 0.3 * values["mood"]
    values["motivation"] = 0.5 - 0.35 * values["mood"]
    values["MADRS"] = np.round(np.clip(20 + 20 * values["mood"], 0, 60))
    values["PHQ-9"] = np.round(np.clip(11 + 12 * values["mood"], 0, 27))
    units = dict.fromkeys(values, "1") | {
        "ketamine_plasma": "ng/mL",
        "norketamine_plasma": "ng/mL",
        "MADRS": "MADRS_point",
        "PHQ-9": "PHQ-9_point",
    }
    meanings = {name: name.replace("_", " ") for name in values}
    return Course({**study("run", 1), "scale": "MADRS"}, "six infusions", time, values, units, meanings, doses(False))
