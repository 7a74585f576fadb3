"""Reads who took part in a trial, and what each arm got."""

from __future__ import annotations

from math import inf

from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from rewire.errors import PlanError, closest
from rewire.evidence.published.document import TEXT, Document
from rewire.evidence.published.measures import find_scale, near_scale, scale_ends, scale_names
from rewire.evidence.published.trial import MASKINGS, SETTINGS, Arm, Background, Spread, TrialPeople
from rewire.plans.catalogue import plausible_weights
from rewire.plans.language import read_phrase
from rewire.plans.phrase import Phrase
from rewire.plans.plan import Plan
from rewire.population import CONDITIONS

PEOPLE_KEYS = ("diagnosis", "n", "age", "female", "weight", "setting", "background", "baseline", "note")
ARM_KEYS = ("n", "masking", "plan", "baseline", "setting", "note")
AGES = (0.0, 120.0)  # years: beyond them a slip of the pen
BACKGROUNDS = {"none": "none", "stable antidepressant": "stable", "new antidepressant": "new"}


def read_people(document: Document, node: Node, n: int | None, assumed: list[str]) -> TrialPeople:
    """The people of a trial; `n` is their number where the file leaves it out. What it leaves out goes to `assumed`."""
    given = document.fields(node, "people", PEOPLE_KEYS, ("diagnosis",) if n else ("diagnosis", "n"))
    diagnosis = document.choice(given["diagnosis"], "diagnosis", CONDITIONS)
    for key in ("age", "female", "weight", "baseline"):
        if key not in given:
            assumed.append(f"{key}: as in the population {diagnosis}")
    people = TrialPeople(
        diagnosis=diagnosis,
        n=document.count(given["n"], "n") if "n" in given else n or 0,
        age=_spread(document, given["age"], "age", AGES) if "age" in given else None,
        female=document.share(given["female"], "female") if "female" in given else None,
        weight=_spread(document, given["weight"], "weight", plausible_weights()) if "weight" in given else None,
        setting=document.choice(given["setting"], "setting", SETTINGS) if "setting" in given else "outpatient",
        background=_background(document, given["background"]) if "background" in given else Background(),
        baseline=_baseline(document, given["baseline"], assumed) if "baseline" in given else {},
        note=document.line_of_text(given["note"], "note") if "note" in given else "",
    )
    defaults = (("setting", people.setting), ("background", "none"))
    assumed += [f"{key}: {value}" for key, value in defaults if key not in given]
    if "n" not in given:
        assumed.append(f"n: {n}, from the arms")
    for name, spread in (("age", people.age), ("weight", people.weight), *people.baseline.items()):
        if spread and spread.sd is None:
            assumed.append(f"SD of {name}: as in the population {diagnosis}")
    return people


def read_arms(document: Document, node: Node, design: str, assumed: list[str]) -> tuple[Arm, ...]:
    """The arms of a trial, at least one."""
    pairs = document.pairs(node, "arms")
    if not pairs:
        raise document.wrong(node, "a trial without arms", "arms: and one name for each arm")
    return tuple(_arm(document, name, value, design, assumed) for name, (_, value) in pairs.items())


def _arm(document: Document, name: str, node: Node, design: str, assumed: list[str]) -> Arm:
    needed = ("n", "plan") if design == "open" else ("n", "masking", "plan")
    given = document.fields(node, f"the arm '{name}'", ARM_KEYS, needed)
    if "masking" not in given:
        assumed.append(f"masking of {name}: open, as the design is")
    return Arm(
        name=name,
        n=document.count(given["n"], f"n of '{name}'"),
        masking=document.choice(given["masking"], "masking", MASKINGS) if "masking" in given else "open",
        plan=_plan(document, given["plan"], name),
        baseline=_baseline(document, given["baseline"], assumed) if "baseline" in given else {},
        setting=document.choice(given["setting"], "setting", SETTINGS) if "setting" in given else "",
        note=document.line_of_text(given["note"], "note") if "note" in given else "",
    )


def _plan(document: Document, node: Node, name: str) -> Plan:
    """The plan of an arm. It reports what was done, so a plan beyond the safety rules is read too, as research."""
    nodes = [node] if isinstance(node, ScalarNode) else node.value if isinstance(node, SequenceNode) else None
    if nodes is None:
        raise document.wrong(node, f"the plan of '{name}' is not a list of phrases", "a list; [] is no treatment")
    return Plan(*(_phrase(document, item, len(nodes) > 1) for item in nodes), research=True)


def _phrase(document: Document, node: Node, among: bool) -> Phrase:
    if not isinstance(node, ScalarNode) or node.tag != TEXT or not node.value.strip():
        raise document.wrong(node, "this is not a phrase of a plan", "a phrase such as 'ketamine 0.5 mg/kg IV, day 1'")
    try:
        return read_phrase(node.value, document.locator(node))
    except PlanError as wrong:
        if among and node.style is None and not wrong.advice:
            advice = "a phrase with a comma needs quotes inside [ ]"
            raise PlanError(wrong.problem, place=wrong.place, expected=wrong.expected, advice=advice) from None
        raise


def _background(document: Document, node: Node) -> Background:
    """`none`, an antidepressant in words, or phrases; the words may stand in a list with phrases."""
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    word, phrases = "none", []
    for item in nodes:
        text = " ".join(item.value.split()) if isinstance(item, ScalarNode) else ""
        if text in BACKGROUNDS:
            if text != "none":
                word = BACKGROUNDS[text]
            continue
        if near := closest(text, BACKGROUNDS):
            raise document.wrong(item, f"unknown background '{text}'", f"{', '.join(BACKGROUNDS)}, or phrases", near)
        phrases.append(_phrase(document, item, len(nodes) > 1))
    return Background(word, tuple(phrases))


def _baseline(document: Document, node: Node, assumed: list[str]) -> dict[str, Spread]:
    """Scores at the start by scale; those on a scale the model does not have are checked and left out."""
    found: dict[str, Spread] = {}
    for name, (key, value) in document.pairs(node, "baseline").items():
        scale = find_scale(name)
        if not scale:
            raise document.wrong(key, f"unknown scale '{name}'", ", ".join(scale_names()), near_scale(name))
        if scale in found:
            raise document.wrong(key, f"'{scale}' stands twice in baseline", "each scale once")
        found[scale] = _spread(document, value, f"baseline {scale}", scale_ends(scale))
    left_out = [scale for scale in found if scale not in scale_names()]
    assumed += [f"baseline {scale}: not used, the model has no such scale" for scale in left_out]
    return {scale: spread for scale, spread in found.items() if scale not in left_out}


def _spread(document: Document, node: Node, called: str, ends: tuple[float, float]) -> Spread:
    """`{mean: 46, sd: 12}`, or the mean alone; the mean between `ends`, the SD no wider than they allow."""
    low, high = ends
    if isinstance(node, ScalarNode):
        return Spread(_between(document, node, f"mean of {called}", low, high))
    given = document.fields(node, called, ("mean", "sd"), ("mean",))
    mean = _between(document, given["mean"], f"mean of {called}", low, high)
    if "sd" not in given:
        return Spread(mean)
    sd = document.above(given["sd"], f"sd of {called}")
    if sd > (high - low) / 2:
        raise document.wrong(given["sd"], f"sd of {called} is {sd:g}", f"at most half of {low:g} to {high:g}")
    return Spread(mean, sd)


def _between(document: Document, node: Node, called: str, low: float, high: float) -> float:
    number = document.number(node, called)
    if not low <= number <= high:
        raise document.wrong(node, f"{called} is {number:g}", f"{low:g} to {high:g}" if high < inf else "0 or more")
    return number
