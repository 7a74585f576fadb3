"""Forecasts for one person: score bands, chances by date, time to relapse, and how naive forecasts would do.

Shows what to expect and how sure one can be. It recommends no dose and predicts no suicidality.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError, closest
from rewire.evidence.library import evidence_hash
from rewire.inference.ahead import look_ahead, look_from_start
from rewire.inference.belief import Belief
from rewire.inference.cloud import entry_weights, prior_cloud
from rewire.inference.scores import Person, bounds
from rewire.inference.weights import resampled
from rewire.layers.symptoms import SCALES, check_scale
from rewire.plans.plan import Plan
from rewire.sources import load_table
from rewire.studies.accuracy import Errors, Naive, naive, past_errors
from rewire.studies.relapse import RelapseTime, baseline, first, relapse, reliable, responding_now, responds
from rewire.studies.result import DoseRow
from rewire.studies.shown import ShownPerson
from rewire.studies.sources import drug_layers

Array = NDArray[np.float64]
DAY, WEEK = 24.0, 168.0
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
LONGEST_WEEKS = 104.0
ALIKE = 768
"""Virtual people in 'people like this'."""
AUDIT_WEIGHT = 70.0


@dataclass(frozen=True)
class Bands:
    """A score over time: the mean and the quantiles `LEVELS` `[level, time]`."""

    scale: str
    unit: str
    hours: Array
    mean: Array
    levels: Array


@dataclass(frozen=True)
class Chance:
    """A chance over time, 0 to 1, with what it is the chance of."""

    words: str
    hours: Array
    share: Array


@dataclass(frozen=True)
class Track:
    """The last score beside people who began alike and had the same treatment: the share of them with a lower score."""

    scale: str
    below: float
    words: str


@dataclass(frozen=True, repr=False)
class Forecast(ShownPerson):
    """What is ahead of one person under a plan."""

    study: Mapping[str, Any]
    scale: str
    person: Person
    plan_title: str
    now: float
    bands: Mapping[str, Bands]
    past: Mapping[str, Bands]
    alike: Mapping[str, Bands]
    chances: Mapping[str, Chance]
    relapse: RelapseTime | None
    reliable: tuple[str, ...]
    track: Track | None
    naive: tuple[Naive, ...]
    accuracy: Mapping[str, Errors]
    """Past errors in the virtual clinic by kind of forecast; empty where they were not measured for the scale."""
    remarks: tuple[str, ...]
    doses: tuple[DoseRow, ...]
    sample: Mapping[str, Array]
    """Observed scores of the particles `[time, particle]` by scale."""

    def chance(self, words: str, day: float | None = None) -> float:
        """The chance that a sentence such as `PHQ-9 >= 15` holds at the end, or on a day (day 1 is the first dose)."""
        scale, how, limit = _read_sentence(words)
        hours = self.bands[scale].hours
        at = hours[-1] if day is None else DAY * (day - 1)
        if not hours[0] - DAY <= at <= hours[-1] + 1e-6:
            raise StudyError(
                f"day {day:g} lies outside the forecast",
                expected=f"day {hours[0] / DAY + 1:.0f} to {hours[-1] / DAY + 1:.0f}",
            )
        values = self.sample[scale][int(np.abs(hours - at).argmin())]
        return float(
            {"<=": values <= limit, ">=": values >= limit, "<": values < limit, ">": values > limit}[how].mean()
        )


_SENTENCE = re.compile(r"\s*([A-Za-z0-9-]+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*")


def _read_sentence(words: str) -> tuple[str, str, float]:
    match = _SENTENCE.fullmatch(words)
    if not match or match[1] not in SCALES:
        advice = closest(match[1], SCALES) if match else ""
        raise StudyError(
            f"cannot read '{words}'", expected="a scale, a comparison and a score, such as PHQ-9 >= 15", advice=advice
        )
    return match[1], match[2], float(match[3])


def forecast(
    belief: Belief, weeks: float = 8.0, plan: Plan | None = None, scale: str | None = None, *, seed: int = 1
) -> Forecast:
    """The coming `weeks` after the last score under the plan, or under another one with the same past.

    Raises `StudyError` for a length or a scale that makes no sense.
    """
    if not 0 < weeks <= LONGEST_WEEKS:
        raise StudyError(
            f"a forecast of {weeks:g} weeks cannot be made", expected=f"more than 0, up to {LONGEST_WEEKS:g}"
        )
    plan = plan or belief.plan
    person, now = belief.person, belief.now
    main = scale or _main_scale(belief)
    check_scale(main)
    hours = _days(now, weeks * WEEK)
    chance = np.random.Generator(np.random.Philox(key=[seed, person.number]))
    ahead = look_ahead(belief, plan, hours, chance)
    names = list(dict.fromkeys((main, *(score.scale for score in person.scores), belief.prior.scale, "PHQ-9")))
    sample = {name: ahead.observed(name, chance) for name in names}
    alike = _alike(belief, plan, hours, names, chance)
    remarks = belief.remarks
    if _contradict(remarks):
        sample = _loosened(sample, alike, hours, chance)
        remarks = (*remarks, "because of that, half of the band is made of people who only began alike")
    started = baseline(belief, main, ahead)
    response = responds(sample[main], started, main)
    return Forecast(
        study=_study(belief, plan, weeks, seed),
        scale=main,
        person=person,
        plan_title=plan.title,
        now=now,
        bands={name: _bands(name, hours, values) for name, values in sample.items()},
        past=_past(belief, names),
        alike={name: _bands(name, *alike[name]) for name in names},
        chances=_chances(sample, response, hours, main),
        relapse=relapse(response, hours, responding_now(belief, main)),
        reliable=tuple(reliable(person, name, sample[name]) for name in names if first(person, name) is not None),
        track=_track(person, main, alike),
        naive=naive(person, main, hours),
        accuracy=past_errors(main, sum(score.scale == main for score in person.scores)),
        remarks=remarks,
        doses=_doses(plan, person, hours[-1]),
        sample=sample,
    )


def _days(now: float, length: float) -> Array:
    """Every day's 09:00 after now, up to the end."""
    first = np.floor(now / DAY) * DAY + DAY
    return np.arange(first, now + length + 1e-6, DAY)


def _contradict(remarks: Sequence[str]) -> bool:
    """Whether the scores themselves speak against the belief."""
    return any(remark.startswith(("surprising", "collapsed")) or "lie far from" in remark for remark in remarks)


def _loosened(
    sample: Mapping[str, Array], alike: Mapping[str, tuple[Array, Array]], hours: Array, chance: np.random.Generator
) -> dict[str, Array]:
    """Half of the particles replaced by people who began alike: no firm forecast from scores that do not fit together."""
    some = next(iter(sample.values())).shape[1]
    replaced = chance.permutation(some)[: some // 2]
    found = {}
    for name, values in sample.items():
        at, others = alike[name]
        rows = [int(np.abs(at - hour).argmin()) for hour in hours]
        mixed = values.copy()
        mixed[:, replaced] = others[rows][:, np.arange(replaced.size) % others.shape[1]]
        found[name] = mixed
    return found


def _main_scale(belief: Belief) -> str:
    """The scale the person was scored on most, else that of the population."""
    counts: dict[str, int] = {}
    for score in belief.person.scores:
        counts[score.scale] = counts.get(score.scale, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else belief.prior.scale


def _bands(scale: str, hours: Array, values: Array) -> Bands:
    unit = load_table("scales").text(scale, "points")
    whole = bool(np.all(values[:1] == np.round(values[:1])))
    # Whole scores are spread over the interval they stand for, or quantiles would jump from point to point.
    spread = values + (np.random.default_rng(0).random(values.shape) - 0.5 if whole else 0.0)
    levels = np.clip(np.quantile(spread, LEVELS, axis=1), *bounds(scale))
    return Bands(scale, unit, hours, values.mean(axis=1), levels)


def _past(belief: Belief, names: Sequence[str]) -> dict[str, Bands]:
    """What the true scores were on the way, as now believed (without error of measurement)."""
    done = belief.filtered
    if not done.hours.size:
        return {}
    return {name: _bands(name, done.hours, done.past[:, list(SCALES).index(name)].astype(float)) for name in names}


def _alike(
    belief: Belief, plan: Plan, hours: Array, names: Sequence[str], chance: np.random.Generator
) -> dict[str, tuple[Array, Array]]:
    """Observed scores from day 2 on of people who began alike and had the same treatment; later scores unknown."""
    cloud = prior_cloud(belief.prior)
    chosen = resampled(entry_weights(cloud, belief.person.entry), 0.5, ALIKE)
    looks = sorted({*(score.at for score in belief.person.later), *np.arange(DAY, hours[-1] + 1, DAY).tolist()})
    people = cloud.take(chosen).known(belief.person.covariates)
    ahead = look_from_start(people, plan, np.array(looks), 2, chance)
    return {name: (ahead.hours, ahead.observed(name, chance)) for name in names}


def _chances(sample: Mapping[str, Array], response: NDArray[np.bool_], hours: Array, scale: str) -> dict[str, Chance]:
    cut = load_table("scales").number(scale, "remission")
    return {
        "response": Chance(f"{scale} at most half of its start", hours, response.mean(axis=1)),
        "remission": Chance(f"{scale} at most {cut:g}", hours, (sample[scale] <= cut).mean(axis=1)),
    }


def _track(person: Person, scale: str, alike: Mapping[str, tuple[Array, Array]]) -> Track | None:
    """The last score among people who began alike."""
    own = [score for score in person.later if score.scale == scale]
    if not own:
        return None
    hours, values = alike[scale]
    row = int(np.abs(hours - own[-1].at).argmin())
    below = float((values[row] < own[-1].middle).mean() + 0.5 * (values[row] == own[-1].middle).mean())
    day = own[-1].at / DAY + 1
    place = "better than expected" if below < 0.1 else "as expected" if below <= 0.9 else "worse than expected"
    return Track(
        scale,
        below,
        f"{place}: of 100 virtual people who began alike and had the same treatment, about {100 * below:.0f} had a lower "
        f"{scale} on day {day:.0f}",
    )


def _doses(plan: Plan, person: Person, end: float) -> tuple[DoseRow, ...]:
    rows = plan.audit(person.covariates.get("weight", AUDIT_WEIGHT), float(end))
    return tuple(DoseRow(r.when, r.at, r.what, r.route, r.amount, r.milligrams, r.condition) for r in rows)


def _study(belief: Belief, plan: Plan, weeks: float, seed: int) -> dict[str, Any]:
    return {
        "kind": "forecast",
        "plans": {plan.title: plan.say()},
        "people": {"name": belief.prior.condition, "condition": belief.prior.condition, "n": 1},
        "scale": belief.prior.scale,
        "scales": {scale: {"remission": load_table("scales").number(scale, "remission")} for scale in SCALES},
        "scores": [{"hours": s.at, "scale": s.scale, "low": s.low, "high": s.high} for s in belief.person.scores],
        "covariates": dict(belief.person.covariates),
        "now": belief.now,
        "weeks": weeks,
        "particles": int(belief.filtered.particles.owner.size),
        "diagnostics": dict(belief.diagnostics()),
        "masking": belief.prior.masking,
        "setting": belief.prior.setting,
        "switches": dict(belief.prior.switches),
        "posterior": belief.prior.known.words,
        "drug_layers": list(drug_layers([plan])),
        "seed": seed,
        "version": version("rewire"),
        "evidence": evidence_hash(),
    }
