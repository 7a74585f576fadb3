"""The five scenes: every choice of every scene worked out by the model beforehand, so that pages answer at once."""

from __future__ import annotations

import hashlib
import json
import threading
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np

from rewire.app.service.person_view import landscape, rounded
from rewire.engine.kernels import model_key
from rewire.evidence.library import evidence_hash, reference
from rewire.machine.store import kept_text
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans import Plan
from rewire.sources import load_table

WEEK, DAY = 168.0, 24.0
Report = Callable[[int, int], None]
Options = Sequence[dict[str, Any]]
_one_at_a_time = threading.Lock()


@cache
def scene_table() -> tuple[dict[str, Any], ...]:
    """The scenes as their file tells them."""
    return tuple(tomllib.loads(_scenes_text())["scene"])


@cache
def _scenes_text() -> str:
    return (files("rewire.app.service") / "scenes.toml").read_text(encoding="utf-8")


def surfaces_name() -> str:
    """The file that keeps the surfaces: other tables, equations, draws or scenes give another name, so none is stale."""
    known = posterior_in_use().posterior
    made_from = (evidence_hash(), model_key(standard_model()), known.digest if known else "", _scenes_text())
    return f"scenes-{hashlib.sha256('|'.join(made_from).encode()).hexdigest()[:16]}.json"


def surfaces_text(report: Report | None = None) -> str:
    """The surfaces as JSON, worked out once for what they are made from; who asks meanwhile waits."""
    with _one_at_a_time:
        return kept_text(surfaces_name(), lambda: json.dumps(make_surfaces(report), separators=(",", ":")))


def make_surfaces(report: Report | None = None) -> dict[str, Any]:
    """Every scene with its words, its evidence and the answer to each choice, keyed by the places of the options."""
    scenes = scene_table()
    total, done = sum(len(list(choices(scene))) for scene in scenes), 0
    told = []
    for scene in scenes:
        answers = {}
        for key, chosen in choices(scene):
            answers[key] = crowd(scene, chosen) if "crowd" in scene else course(scene, chosen)
            done += 1
            if report:
                report(done, total)
        told.append({**_words(scene), "answers": answers})
    scale = load_table("scales").group("MADRS")
    cuts = {
        "remission": scale.number("remission"),
        "response": scale.number("response_fraction"),
        "important": scale.number("minimal_important_difference"),
    }
    return {"evidence": evidence_hash(), "cuts": cuts, "scenes": told}


def choices(scene: dict[str, Any]) -> Iterator[tuple[str, Options]]:
    """Every way to set the controls of a scene: `0-2-1` and the options chosen."""
    ranges = [range(len(control["options"])) for control in scene["control"]]
    for places in product(*ranges):
        chosen = [control["options"][place] for control, place in zip(scene["control"], places, strict=True)]
        yield "-".join(map(str, places)), chosen


def course(scene: dict[str, Any], chosen: Options) -> dict[str, Any]:
    """One typical person: the series of the scene at evenly spaced hours, and the landscape where it is asked for."""
    from rewire.population import person
    from rewire.studies.course import follow

    made = follow(_plan(chosen), person(scene["people"]), scene["weeks"], switches=_switches(chosen))
    hours = np.linspace(0, scene.get("hours", scene["weeks"] * WEEK), scene["points"])
    told: dict[str, Any] = {
        "series": {name: rounded(np.interp(hours, made.hours, made.values[name]), 3) for name in scene["series"]},
        "events": _events(_plan(chosen), scene["weeks"]),
    }
    if scene.get("landscape"):
        told["landscape"] = landscape(made, moments=29, moods=31)
    return told


def crowd(scene: dict[str, Any], chosen: Options) -> dict[str, Any]:
    """A hundred people: their scores on paper, `scores[day][person]`."""
    from rewire.population import people
    from rewire.studies.laboratory import experiment

    seed = next(option["seed"] for option in chosen if "seed" in option)
    plan = _plan(chosen)
    at = [day * DAY for day in scene["days"]]
    phrases = plan.say().splitlines()
    trace = experiment(people(scene["people"], scene["crowd"], seed), *phrases, record=("madrs",), at=at)
    return {"scores": trace.scores("MADRS").astype(int).tolist(), "events": _events(plan, scene["weeks"])}


def _plan(chosen: Options) -> Plan:
    fill = {name: word for option in chosen for name, word in option.get("fill", {}).items()}
    return Plan(*(phrase.format(**fill) for option in chosen for phrase in option.get("phrases", ())))


def _switches(chosen: Options) -> dict[str, bool]:
    return {name: on for option in chosen for name, on in option.get("switches", {}).items()}


def _events(plan: Plan, weeks: float) -> list[dict[str, Any]]:
    return [
        {"hours": event.at, "kind": type(event.what).__name__.lower(), "lasts": event.lasts}
        for event in plan.events(weeks * WEEK)
        if event.at >= 0
    ]


def _words(scene: dict[str, Any]) -> dict[str, Any]:
    """The words of a scene; each claim with its sources and its grade, which hypotheses take from their table."""
    table = load_table("switches")
    sure = []
    for row in scene["sure"]:
        group = table.group(row["switch"]) if "switch" in row else None
        keys = row["sources"] or ([group.entry("default").source] if group and group.entry("default").source else [])
        sure.append(
            {
                "claim": row["claim"],
                "grade": group.text("grade") if group else row["grade"],
                "evidence": group.text("evidence") if group else "",
                "sources": [
                    {"short": one.short, "title": one.title, "address": one.address} for one in map(reference, keys)
                ],
            }
        )
    controls = [
        {
            "name": one["name"],
            "words": one["words"],
            "start": one["start"],
            "options": [item["words"] for item in one["options"]],
        }
        for one in scene["control"]
    ]
    kept = ("name", "title", "lead", "words", "weeks", "think", "limits", "days")
    length = scene.get("hours", scene["weeks"] * WEEK)
    hours = rounded(np.linspace(0, length, scene["points"]), 6) if "points" in scene else []
    return {**{key: scene[key] for key in kept if key in scene}, "hours": hours, "controls": controls, "sure": sure}
