"""Beliefs and forecasts about one person in any form: picture, text, words, data, file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rewire.errors import StudyError, closest
from rewire.present.drawing import Drawing
from rewire.present.results import DATA, PICTURES, check_target
from rewire.present.words import DISCLAIMER, number, percent, wrap
from rewire.studies.result import EIGHTY
from rewire.whole import write_whole

if TYPE_CHECKING:
    from rewire.inference.belief import Belief
    from rewire.studies.forecast import Bands, Forecast
    from rewire.studies.optimise import Options

DAY = 24.0
WIDTH = 96
LEVEL_NAMES = ("p2.5", "p10", "p25", "p50", "p75", "p90", "p97.5")
NOT = f"{DISCLAIMER} It shows options and how uncertain they are; it recommends no dose and predicts no suicidality."


def draw_person(result: Any, name: str = "") -> Any:
    """A picture by name: the forecast itself, a scale, `icons`; `front` for options."""
    from rewire.studies.forecast import Forecast

    if not isinstance(result, Forecast):
        from rewire.present.figures.options import plot_options

        return plot_options(result, name or None)
    from rewire.present.figures.forecast import plot_forecast
    from rewire.present.figures.forecast_icons import plot_icons

    if name == "icons":
        return plot_icons(result)
    if name in ("", "forecast"):
        return plot_forecast(result)
    if name in result.bands:
        return plot_forecast(result, name)
    known = ("forecast", "icons", *result.bands)
    raise StudyError(f"a forecast has no picture '{name}'", expected=", ".join(known), advice=closest(name, known))


def text_person(result: Any) -> str:
    """The result as plain text."""
    from rewire.studies.forecast import Forecast

    if isinstance(result, Forecast):
        return text_forecast(result)
    from rewire.present.options_words import text_options

    return text_options(result)


def explain_person(result: Any) -> str:
    """The result in plain words."""
    from rewire.studies.forecast import Forecast

    if isinstance(result, Forecast):
        return explain_forecast(result)
    from rewire.present.options_words import explain_options

    return explain_options(result)


def person_json(result: Any) -> dict[str, Any]:
    """The result as plain data."""
    from rewire.studies.forecast import Forecast

    if isinstance(result, Forecast):
        return forecast_json(result)
    from rewire.present.options_words import options_json

    return options_json(result)


def save_person(result: Forecast | Options, path: str | Path, name: str = "") -> Path:
    """Writes a picture, the data as JSON, or rows as CSV, by the ending of the path."""
    target = Path(path)
    check_target(target)
    if target.suffix.lower() in PICTURES:
        drawn = draw_person(result, name)
        if isinstance(drawn, Drawing):
            return drawn.save(target)
        from rewire.present.files import save

        return save(drawn, target)
    if target.suffix.lower() == DATA[0]:
        return write_whole(target, json.dumps(person_json(result), ensure_ascii=False, allow_nan=False) + "\n")
    return write_whole(target, _csv(_rows(result)))


def _rows(result: Any) -> list[dict[str, Any]]:
    from rewire.studies.forecast import Forecast

    if not isinstance(result, Forecast):
        from rewire.present.options_words import options_rows

        return options_rows(result)
    rows = []
    for scale, bands in result.bands.items():
        for place, hour in enumerate(bands.hours):
            levels = {name: round(float(bands.levels[k, place]), 2) for k, name in enumerate(LEVEL_NAMES)}
            rows.append({"scale": scale, "day": _day(hour), "mean": round(float(bands.mean[place]), 2), **levels})
    return rows


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]) if rows else ["scale"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def text_forecast(result: Forecast) -> str:
    """Bands week by week, chances, relapse, track, reliable change, and naive forecasts with their past errors."""
    bands = result.bands[result.scale]
    weeks = list(range(6, len(bands.hours), 7)) or [len(bands.hours) - 1]
    chosen = weeks if len(weeks) <= 9 else [weeks[round(k * (len(weeks) - 1) / 8)] for k in range(9)]
    lines = [f"{result.person.name}: {result.scale} under '{result.plan_title}'", ""]
    lines.append("day".ljust(30) + "".join(f"{_day(bands.hours[k]):>8.0f}" for k in chosen))
    for words, values in (
        ("median", [bands.levels[3][k] for k in chosen]),
        ("80 % of scores, from", [bands.levels[1][k] for k in chosen]),
        ("                to", [bands.levels[5][k] for k in chosen]),
    ):
        lines.append(words.ljust(30) + "".join(f"{value:>8.0f}" for value in values))
    alike = result.alike[result.scale]
    at = {round(float(hour), 3): k for k, hour in enumerate(alike.hours)}
    same = [alike.levels[3][at[round(float(bands.hours[k]), 3)]] for k in chosen]
    lines.append("people who began alike, median".ljust(30) + "".join(f"{value:>8.0f}" for value in same))
    for name, chance in result.chances.items():
        lines.append(f"chance of {name}".ljust(30) + "".join(f"{percent(chance.share[k]):>8}" for k in chosen))
    for naive in result.naive:
        lines.append(naive.name.ljust(30) + "".join(f"{naive.scores[k]:>8.0f}" for k in chosen))
    lines += ["", *_accuracy(result), *_told(result)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _told(result: Forecast) -> list[str]:
    lines = []
    if result.track:
        lines += _bullet(result.track.words)
    lines += [line for text in result.reliable for line in _bullet(text)]
    if result.relapse:
        lines += _bullet(_relapse_words(result))
    lines += [line for text in result.remarks for line in _bullet(f"caution: {text}")]
    lines += ["", *wrap(NOT, WIDTH, 4)]
    return lines


def _accuracy(result: Forecast) -> list[str]:
    """How far each kind of forecast was off before, as rows of a table."""
    if not result.accuracy:
        return _bullet(f"past errors of forecasts were not measured for {result.scale}")
    ends = [days for days, _ in next(iter(result.accuracy.values()))]
    ranges = [f"{first + 1:g}-{last:g}" for first, last in zip((0, *ends), ends, strict=False)]
    rows = [
        f"past errors on virtual people with as many scores: mean CRPS in {result.scale} points, smaller is better",
        "  days ahead".ljust(30) + "".join(f"{days:>8}" for days in ranges),
    ]
    for kind, errors in result.accuracy.items():
        rows.append(f"  {kind}".ljust(30) + "".join(f"{error:8.1f}" for _, error in errors))
    return [*rows, ""]


def _relapse_words(result: Forecast) -> str:
    relapse = result.relapse
    if relapse is None:
        return ""
    middle = relapse.quartiles[1]
    when = f"half of them within {middle:.0f} days" if middle is not None else "fewer than half of them before the end"
    last = float(relapse.lost[-1])
    return (
        f"response: {percent(relapse.share_responding)} have it at some weekly visit; of those, {percent(last)} lose it by "
        f"day {_day(relapse.hours[-1]):.0f} ({when}; loss is at two weekly visits in a row)"
    )


def explain_forecast(result: Forecast) -> str:
    """What the forecast rests on, in plain words."""
    seen = len(result.person.scores)
    diagnostics = result.study["diagnostics"]
    said = [
        f"{seen} scores of {result.person.name} were set beside {diagnostics['like_at_entry']:.0f} virtual people who begin "
        f"like this. Each has traits drawn from the population and ups and downs of daily life; those that fit the scores "
        f"best go on under '{result.plan_title}'. Their spread is the band.",
        "The band holds daily life, error of measurement, differences between people and what is not known about typical "
        "values. It does not hold what the model leaves out: events to come, other illness, doses not taken.",
        *(f"Caution: {remark}." for remark in result.remarks),
        NOT,
    ]
    return "\n\n".join("\n".join(wrap(text, WIDTH, 12)) for text in said) + "\n"


def forecast_json(result: Forecast) -> dict[str, Any]:
    """A forecast as plain JSON values; `day` counts from 1, the day of the first dose."""
    relapse = result.relapse
    return {
        "study": result.study,
        "person": result.person.name,
        "scale": result.scale,
        "plan": result.plan_title,
        "now_day": _day(result.now),
        "scores": [{"day": _day(s.at), "scale": s.scale, "low": s.low, "high": s.high} for s in result.person.scores],
        "bands": {name: _bands_json(bands) for name, bands in result.bands.items()},
        "past": {name: _bands_json(bands) for name, bands in result.past.items()},
        "alike": {name: _bands_json(bands) for name, bands in result.alike.items()},
        "chances": {
            name: {"words": c.words, "day": _days(c.hours), "share": _plain(c.share)}
            for name, c in result.chances.items()
        },
        "relapse": None
        if relapse is None
        else {
            "share_responding": relapse.share_responding,
            "day": _days(relapse.hours),
            "lost": _plain(relapse.lost),
            "quartiles_days": list(relapse.quartiles),
        },
        "reliable_change": list(result.reliable),
        "track": None if result.track is None else {"below": result.track.below, "words": result.track.words},
        "naive": {n.name: {"day": _days(n.hours), "score": _plain(n.scores)} for n in result.naive},
        "past_crps": {kind: [list(pair) for pair in errors] for kind, errors in result.accuracy.items()},
        "remarks": list(result.remarks),
        "note": NOT,
    }


def _bands_json(bands: Bands) -> dict[str, Any]:
    levels = {name: _plain(bands.levels[k]) for k, name in enumerate(LEVEL_NAMES)}
    return {"unit": bands.unit, "day": _days(bands.hours), "mean": _plain(bands.mean), **levels}


def _plain(values: Iterable[float]) -> list[float]:
    return [float(f"{float(value):.6g}") for value in values]


def _days(hours: Iterable[float]) -> list[float]:
    return [_day(hour) for hour in hours]


def _day(hours: float) -> float:
    return round(float(hours) / DAY + 1, 4)


def _bullet(text: str) -> list[str]:
    first, *rest = wrap(text, WIDTH - 2, 8)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def text_belief(belief: Belief) -> str:
    """What a fit says about a person: traits that the scores tell something about, surprises, and cautions."""
    lines = [f"{belief.person.name}: {len(belief.person.scores)} scores, prior {belief.prior.condition}", ""]
    lines.append(f"{'trait':32}{'among 100 people, 80 % within':>32}{'told':>8}")
    told = [trait for trait in belief.traits() if trait.beyond_chance]
    for trait in told[:6]:
        low, high = _rank(trait.mean - EIGHTY * trait.sd), _rank(trait.mean + EIGHTY * trait.sd)
        lines.append(f"{trait.name:32}{f'{low:.0f} to {high:.0f}':>32}{number(trait.told):>8}")
    if not told:
        lines.append("the scores tell next to nothing about any trait")
    lines += ["", "told: how far the scores moved or narrowed the trait, in SDs; what chance could show is left out"]
    numbers = belief.diagnostics()
    lines.append(
        f"effective courses at the hardest score {numbers['smallest_effective']:.0f}, Pareto k at most "
        f"{numbers['largest_pareto_k']:.2f}, {numbers['distinct_people']:.0f} virtual people left"
    )
    lines += [line for text in belief.remarks for line in _bullet(f"caution: {text}")]
    return "\n".join([*lines, "", *wrap(NOT, WIDTH, 4)]) + "\n"


def _rank(place: float) -> float:
    from math import erf, sqrt

    return 50 * (1 + erf(place / sqrt(2)))


def belief_json(belief: Belief) -> dict[str, Any]:
    """A belief as plain JSON values."""
    return {
        "person": belief.person.name,
        "scores": len(belief.person.scores),
        "prior": belief.prior.condition,
        "plan": belief.plan.say(),
        "now_day": _day(belief.now),
        "traits": [{"name": t.name, "mean": t.mean, "sd": t.sd} for t in belief.traits()],
        "surprises": [
            {"day": _day(k.score.at), "scale": k.score.scale, "score": k.score.middle, "below": k.below}
            for k in belief.filtered.looks
        ],
        "diagnostics": {name: float(value) for name, value in belief.diagnostics().items()},
        "sure": belief.sure,
        "remarks": list(belief.remarks),
        "note": NOT,
    }
