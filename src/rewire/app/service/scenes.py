"""The five scenes: every choice of every scene worked out by the model beforehand, so that pages answer at once."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from rewire.app.service.person_view import landscape, rounded
from rewire.errors import StudyError
from rewire.evidence.library import evidence_hash, reference
from rewire.plans import Plan
from rewire.sources import load_table

WEEK, DAY = 168.0, 24.0
Report = Callable[[int, int], None]
Options = Sequence[dict[str, Any]]
_fresh: dict[str, Any] = {}


@cache
def scene_table() -> tuple[dict[str, Any], ...]:
    """The scenes as their file tells them."""
    text = (files("rewire.app.service") / "scenes.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["scene"])


def packaged() -> Path:
    """Where the surfaces lie in the package."""
    return Path(str(files("rewire.app") / "pages" / "scenes.json"))


def surfaces() -> dict[str, Any]:
    """The surfaces: of this process, else of the package; `fresh` says whether they are current."""
    if _fresh:
        return _fresh
    if not packaged().is_file():
        raise StudyError("the surfaces of the scenes are not worked out yet", advice="wait a moment, or: rewire scenes")
    kept: dict[str, Any] = json.loads(packaged().read_text(encoding="utf-8"))
    return {**kept, "fresh": kept["evidence"] == evidence_hash()}


def refresh() -> None:
    """Works the surfaces out anew when the evidence has changed since they were kept."""
    if not packaged().is_file() or not surfaces()["fresh"]:
        _fresh.update(make_surfaces())


def write_surfaces(out: Path | None, report: Report | None = None) -> Path:
    """Works out all surfaces and writes them to a file; nothing half-written is left."""
    target = out or packaged()
    text = json.dumps({**make_surfaces(report), "fresh": True}, ensure_ascii=False, separators=(",", ":"))
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    Path(name).chmod(0o644)
    Path(name).replace(target)
    return target


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
    return {"evidence": evidence_hash(), "fresh": True, "cuts": cuts, "scenes": told}


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
