"""Forecasts for one person: score bands, chances by date, time to relapse, and how naive forecasts would do.

Shows what to expect and how sure one can be. It recommends no dose and predicts no suicidality.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError, closest
from rewire.evidence.library import evidence_hash
from rewire.inference.ahead import Ahead, look_ahead, look_from_start
from rewire.inference.belief import Belief
from rewire.inference.cloud import Prior, entry_weights, models, prior_cloud
from rewire.inference.naive import carried_forward, exponential
from rewire.inference.scores import Person, bounds
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import factors_of, masking_of
from rewire.plans.plan import Plan
from rewire.sources import load_table
from rewire.studies.result import DoseRow
from rewire.studies.shown_person import ShownPerson
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
class RelapseTime:
    """When the response is lost: of those who have it, the share who have lost it by each visit; quartiles in days.

    A quartile is None where fewer people relapse before the end. Relapse is loss of response at two weekly visits in a
    row after having had it; it is dated to the first of the two.
    """

    share_responding: float
    hours: Array
    lost: Array
    quartiles: tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Track:
    """The last score beside people who began alike and had the same treatment: the share of them with a lower score."""

    scale: str
    below: float
    words: str


@dataclass(frozen=True)
class Naive:
    """A forecast without a model, and how far such forecasts were off in the virtual clinic (mean absolute, points)."""

    name: str
    hours: Array
    scores: Array
    past_error: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
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
    if main not in SCALES:
        raise StudyError(f"there is no scale '{main}'", expected=", ".join(SCALES), advice=closest(main, SCALES))
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
    started = _baseline(belief, main, ahead)
    response = _responds(sample[main], started, main)
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
        relapse=_relapse(response, hours, _responding_now(belief, main)),
        reliable=tuple(_reliable(person, name, sample[name]) for name in names if _first(person, name) is not None),
        track=_track(person, main, alike),
        naive=_naive(person, main, hours),
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
    return any(
        remark.startswith(("surprising", "collapsed", "heavy-tailed")) or "lie far from" in remark for remark in remarks
    )


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
    part = models()[2]
    cloud = prior_cloud(belief.prior)
    chosen = np.empty(ALIKE, np.int64)
    part.module.resample(entry_weights(cloud, belief.person.entry, part), 0.5, chosen)
    looks = sorted({*(score.at for score in belief.person.later), *np.arange(DAY, hours[-1] + 1, DAY).tolist()})
    people = cloud.take(chosen).known(belief.person.covariates)
    ahead = look_from_start(people, plan, np.array(looks), 2, chance)
    return {name: (ahead.hours, ahead.observed(name, chance)) for name in names}


def _baseline(belief: Belief, scale: str, ahead: Ahead) -> Array:
    """What response is measured from `[particle]`: the first score of the person, else the particle's own start."""
    first = _first(belief.person, scale)
    own = ahead.at_start[list(SCALES).index(scale)]
    entry = first is not None and belief.person.scores and first.at <= 0
    return np.full(own.size, first.middle) if entry and first is not None else own


def _first(person: Person, scale: str) -> Any:
    return next((score for score in person.scores if score.scale == scale), None)


def _responds(values: Array, start: Array, scale: str) -> NDArray[np.bool_]:
    fraction = load_table("scales").number(scale, "response_fraction")
    return (start[None, :] - values >= fraction * start[None, :]) & (start[None, :] > 0)


def _responding_now(belief: Belief, scale: str) -> bool | None:
    """Whether the person's last score of the scale is a response; None when that cannot be said."""
    own = [score for score in belief.person.scores if score.scale == scale]
    if len(own) < 2 or own[0].at > 0 or own[-1].at <= 0:
        return None
    fraction = load_table("scales").number(scale, "response_fraction")
    return own[0].middle - own[-1].middle >= fraction * own[0].middle > 0


def _chances(sample: Mapping[str, Array], response: NDArray[np.bool_], hours: Array, scale: str) -> dict[str, Chance]:
    cut = load_table("scales").number(scale, "remission")
    return {
        "response": Chance(f"{scale} at most half of its start", hours, response.mean(axis=1)),
        "remission": Chance(f"{scale} at most {cut:g}", hours, (sample[scale] <= cut).mean(axis=1)),
    }


def _relapse(response: NDArray[np.bool_], hours: Array, responding: bool | None) -> RelapseTime | None:
    """Time to relapse among particles that respond, now or at a later visit; None when fewer than 50 ever do."""
    weekly = response[6::7]
    at = hours[6::7]
    if weekly.shape[0] < 2:
        return None
    count = weekly.shape[1]
    ever = np.full(count, bool(responding))
    since = np.full(count, hours[0] if responding else np.inf)
    lost = np.full(count, np.inf)
    for row in range(weekly.shape[0]):
        misses = ever & ~weekly[row] & np.isinf(lost)
        if row + 1 < weekly.shape[0]:
            lost = np.where(misses & ~weekly[row + 1], at[row], lost)
        newly = weekly[row] & ~ever
        since = np.where(newly, at[row], since)
        ever |= weekly[row]
    if ever.sum() < 50:
        return None
    waited = np.where(np.isinf(lost), np.inf, lost - np.where(np.isinf(since), 0.0, since))[ever] / DAY
    seen = at[:-1]
    found = [
        float(value) if np.isfinite(value) else None
        for value in np.quantile(waited, (0.25, 0.5, 0.75), method="inverted_cdf")
    ]
    shares = np.array([(lost[ever] <= hour).mean() for hour in seen])
    return RelapseTime(float(ever.mean()), seen, shares, (found[0], found[1], found[2]))


def _reliable(person: Person, scale: str, values: Array) -> str:
    """Whether the person's own change is more than error of measurement, and the chance that it will be at the end."""
    least = load_table("scales").number(scale, "reliable_change")
    own = [score for score in person.scores if score.scale == scale]
    end = values[-1]
    better, worse = float((end <= own[0].middle - least).mean()), float((end >= own[0].middle + least).mean())
    ahead = f"at the end: better by that much {better:.0%}, worse by that much {worse:.0%}"
    if len(own) < 2:
        return f"{scale}: a change of {least:g} points is reliable; {ahead}"
    change = own[-1].middle - own[0].middle
    word = "no reliable change" if abs(change) < least else f"reliably {'better' if change < 0 else 'worse'}"
    return f"{scale}: {change:+.0f} since the first score, {word} (from {least:g} points on); {ahead}"


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


def _naive(person: Person, scale: str, hours: Array) -> tuple[Naive, ...]:
    """Forecasts without a model, each with its past error in the virtual clinic."""
    own = [score for score in person.scores if score.scale == scale]
    found = []
    for name, values in (
        ("last score carried forward", carried_forward(own, hours)),
        ("fitted exponential", exponential(own, hours)),
    ):
        if values is not None:
            found.append(Naive(name, hours, values, past_errors(name, len(own))))
    return tuple(found)


def past_errors(name: str, count: int) -> tuple[tuple[float, float], ...]:
    """Mean CRPS (points of MADRS) of a kind of forecast in the virtual clinic after `count` scores, by days ahead."""
    table = load_table("forecast_accuracy")
    if "crps" not in table:
        return ()
    known = [int(key.removeprefix("after_")) for key in table.group("crps").groups()]
    nearest = max((number for number in known if number <= count), default=min(known))
    group = table.group("crps", f"after_{nearest}")
    key = name.replace(" ", "_")
    if key not in group:
        return ()
    days = table.entry("crps", "days_ahead").numbers
    return tuple(zip(days, group.entry(key).numbers, strict=True))


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


def fit(
    scores: str | Sequence[Person] | Person,
    plan: Plan | str,
    prior: str = "TRD",
    start: str | None = None,
    **options: Any,
) -> Belief:
    """The belief about the first (or only) person of a score file, or about a described `Person`.

    `start` is the date of day 1, unless the plan has one; `options` are those of `rewire.inference.fit.fit_person`, and
    `zone`, `switches`, `setting`.
    """
    from rewire.inference.fit import fit_person
    from rewire.inference.read_scores import read_scores
    from rewire.plans.plan import read_date

    course = Plan(plan) if isinstance(plan, str) else plan
    zone = options.pop("zone", None)
    base = Prior(
        prior, setting=options.pop("setting", "clinic"), switches=tuple(sorted(options.pop("switches", {}).items()))
    )
    person = scores if isinstance(scores, Person) else None
    if isinstance(scores, str):
        day = read_date(start) if start else course.start
        if day is None:
            raise StudyError("the date of day 1 is not known", advice="start='2026-01-05', or a plan with a start")
        read = read_scores(scores, day, zone)
        if len(read.people) > 1:
            raise StudyError(
                f"'{scores}' holds {len(read.people)} people",
                advice="rewire.inference.fit.fit_cohort, or one person's rows",
            )
        person = read.people[0]
    if person is None:
        raise StudyError("scores are a file or a Person")
    with ThreadPoolExecutor(2) as pool:
        return fit_person(person, course, base, pool=pool, **options)


@lru_cache(maxsize=16)
def population_curve(plan: Plan, prior: Prior, hours: tuple[float, ...], seed: int = 1) -> Ahead:
    """Virtual people of the population under a plan, without any score: the curve that a forecast must beat."""
    prior = replace(prior, masking=masking_of(plan), factors=tuple(sorted(factors_of(plan).items())))
    cloud = prior_cloud(prior)
    chosen = np.linspace(0, cloud.size - 1, ALIKE).astype(np.int64)
    return look_from_start(cloud.take(chosen), plan, np.array(hours), 2, np.random.default_rng(seed))
