"""Writes a trial as the text of a trial file, which reads back as the same trial."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from rewire.evidence.published.at import say_time
from rewire.evidence.published.measures import MEASURES
from rewire.evidence.published.trial import Arm, Background, Result, Source, Spread, Trial, TrialPeople
from rewire.plans.plan import Plan
from rewire.plans.say import say_phrase

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 .()/-]*")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_WORDS = {"none": "none", "stable": "stable antidepressant", "new": "new antidepressant"}


def trial_text(trial: Trial) -> str:
    """The text of the trial's file."""
    lines = ["rewire: 1", f"trial: {_quote(trial.name)}", f"use: {trial.use}", f"design: {trial.design}"]
    if trial.part_of:
        lines.append(f"part_of: {_quote(trial.part_of)}")
    if trial.pools > 1:
        lines.append(f"pools: {trial.pools}")
    lines.append(f"source: {_flow(_source(trial.source))}")
    if trial.note:
        lines.append(f"note: {_quote(trial.note)}")
    lines += ["people:", *(f"  {key}: {value}" for key, value in _people(trial.people).items())]
    lines += ["arms:", *(f"  {_quote(arm.name)}: {_flow(_arm(arm))}" for arm in trial.arms)]
    lines += ["results:", *(f"  - {_flow(_result(result))}" for result in trial.results)]
    return "\n".join(lines) + "\n"


def _source(source: Source) -> dict[str, str]:
    parts = {"citation": source.citation, "doi": source.doi, "pmid": source.pmid, "nct": source.nct, "url": source.url}
    return {key: json.dumps(text, ensure_ascii=False) for key, text in parts.items() if text}


def _people(people: TrialPeople) -> dict[str, str]:
    parts = {"diagnosis": people.diagnosis, "n": str(people.n)}
    for key, spread in (("age", people.age), ("weight", people.weight)):
        if spread:
            parts[key] = _spread(spread)
    if people.female is not None:
        parts["female"] = _number(people.female)
    parts["setting"] = people.setting
    parts["background"] = _background(people.background)
    if people.baseline:
        parts["baseline"] = _baseline(people.baseline)
    if people.note:
        parts["note"] = _quote(people.note)
    return parts


def _arm(arm: Arm) -> dict[str, str]:
    parts = {"n": str(arm.n), "masking": arm.masking, "plan": _plan(arm.plan)}
    if arm.baseline:
        parts["baseline"] = _baseline(arm.baseline)
    if arm.setting:
        parts["setting"] = arm.setting
    if arm.note:
        parts["note"] = json.dumps(arm.note, ensure_ascii=False)
    return parts


def _result(result: Result) -> dict[str, str]:
    names = [_quote(name) for name in result.arms]
    parts = {"arm": names[0]} if MEASURES[result.measure].arms == 1 else {"arms": f"[{', '.join(names)}]"}
    parts["scale"] = result.scale
    if result.from_hours is not None:
        parts["from"] = say_time(result.from_hours)
    if result.at_hours is not None:
        parts["at"] = say_time(result.at_hours - (result.from_hours or 0.0))
    parts["measure"] = result.measure
    if result.published:
        parts["value"] = _number(result.value)
    for key, number in (("se", result.se), ("sd", result.sd), ("cut", result.cut), ("n", result.n)):
        if number is not None:
            parts[key] = _number(number)
    if result.ci95:
        parts["ci95"] = f"[{', '.join(map(_number, result.ci95))}]"
    if result.headline:
        parts["headline"] = "true"
    if result.status:
        parts["status"] = result.status
    if result.note:
        parts["note"] = json.dumps(result.note, ensure_ascii=False)
    return parts


def _background(background: Background) -> str:
    words = [] if background.phrases and background.antidepressant == "none" else [_WORDS[background.antidepressant]]
    phrases = [json.dumps(say_phrase(phrase)) for phrase in background.phrases]
    return f"[{', '.join(words + phrases)}]" if phrases else words[0]


def _plan(plan: Plan) -> str:
    return f"[{', '.join(json.dumps(say_phrase(phrase)) for phrase in plan.phrases)}]"


def _baseline(scores: Mapping[str, Spread]) -> str:
    return _flow({scale: _spread(spread) for scale, spread in scores.items()})


def _spread(spread: Spread) -> str:
    parts = {"mean": _number(spread.mean)}
    return _flow(parts if spread.sd is None else parts | {"sd": _number(spread.sd)})


def _flow(parts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"


def _number(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(float(number))


def _quote(text: str) -> str:
    """Text as YAML: plain where it cannot be taken for anything else."""
    plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _TAKEN
    return text if plain else json.dumps(text, ensure_ascii=False)
