"""Reads the results of a trial and refuses what its measure cannot mean."""

from __future__ import annotations

import math

from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from rewire.errors import closest
from rewire.evidence.published.at import EXAMPLES, read_time
from rewire.evidence.published.document import TEXT, Document
from rewire.evidence.published.measures import (
    MEASURES,
    Measure,
    find_scale,
    near_scale,
    scale_ends,
    scale_names,
    value_ends,
)
from rewire.evidence.published.trial import PROSPECTIVE, STATUSES, Result

KEYS = (
    "arm", "arms", "scale", "at", "from", "measure", "value", "se", "sd", "ci95", "n", "headline", "cut", "status",
    "note",
)  # fmt: skip


def read_results(document: Document, node: Node, arms: tuple[str, ...]) -> tuple[Result, ...]:
    """The results of a trial, at least one, each about arms the trial has and given once."""
    nodes = document.items(node, "results")
    found = tuple(_result(document, item, arms) for item in nodes)
    lines: dict[tuple[object, ...], int] = {}
    for item, one in zip(nodes, found, strict=True):
        key = (one.arms, one.scale, one.measure, one.at_hours, one.from_hours, one.cut)
        if key in lines:
            raise document.wrong(
                item, f"this result stands already on line {lines[key]}", "each number of a trial once",
                "where two analyses were published, take the one of the primary outcome",
            )  # fmt: skip
        lines[key] = document.place(item).line or 0
    return found


def _result(document: Document, node: Node, arms: tuple[str, ...]) -> Result:
    given = document.fields(node, "a result", KEYS, ("scale", "measure"))
    measure = MEASURES[document.choice(given["measure"], "measure", MEASURES)]
    scale = _scale(document, given["scale"])
    origin, at = _times(document, node, given, measure)
    status = document.choice(given["status"], "status", STATUSES) if "status" in given else ""
    value = _value(document, node, given, measure, scale, status)
    return Result(
        arms=_arms(document, node, given, measure, arms),
        scale=scale,
        measure=measure.name,
        value=value,
        at_hours=at,
        from_hours=origin,
        se=document.above(given["se"], "se") if "se" in given else None,
        sd=document.above(given["sd"], "sd") if "sd" in given else None,
        ci95=_interval(document, given["ci95"], value) if "ci95" in given else None,
        n=document.count(given["n"], "n") if "n" in given else None,
        headline=document.flag(given["headline"], "headline") if "headline" in given else False,
        cut=_cut(document, node, given, measure, scale),
        status=status,
        note=document.line_of_text(given["note"], "note") if "note" in given else "",
        place=document.place(node),
    )


def _scale(document: Document, node: Node) -> str:
    text = document.line_of_text(node, "scale")
    scale = find_scale(text)
    if not scale:
        raise document.wrong(node, f"unknown scale '{text}'", f"one of {', '.join(scale_names())}", near_scale(text))
    return scale


def _arms(
    document: Document, node: Node, given: dict[str, Node], measure: Measure, known: tuple[str, ...]
) -> tuple[str, ...]:
    """One arm under `arm`, or two under `arms`, as the measure asks."""
    key, other = ("arm", "arms") if measure.arms == 1 else ("arms", "arm")
    what = f"'{measure.name}' is about {'one arm' if measure.arms == 1 else 'two arms'}"
    example = f"arm: {known[0]}" if measure.arms == 1 else f"arms: [{', '.join(known[:2])}]"
    if other in given:
        raise document.wrong(given[other], what, example)
    if key not in given:
        raise document.wrong(node, f"a result without '{key}': {what}", example)
    found = given[key]
    nodes = found.value if isinstance(found, SequenceNode) else [found]
    names = tuple(document.label(item, "the name of an arm") for item in nodes)
    for item, name in zip(nodes, names, strict=True):
        if name not in known:
            raise document.wrong(
                item, f"the trial has no arm '{name}'", f"one of {', '.join(known)}", closest(name, known)
            )
    if len(set(names)) != measure.arms or len(names) != measure.arms:
        raise document.wrong(found, what, example)
    return names


def _times(
    document: Document, node: Node, given: dict[str, Node], measure: Measure
) -> tuple[float | None, float | None]:
    """The moved origin and the time, both in hours from the first dose; `at` is counted from the origin."""
    for key, needed in (("at", measure.at), ("from", measure.origin)):
        if needed and key not in given:
            raise document.wrong(node, f"'{measure.name}' needs '{key}'", f"{key}: {EXAMPLES}")
    origin = _time(document, given["from"], "from") if "from" in given else None
    at = _time(document, given["at"], "at") if "at" in given else None
    if measure.origin and at == 0:
        raise document.wrong(given["at"], "'at' is the moment of 'from' itself", "'at' is counted from 'from'")
    if origin is not None and at is not None:
        at += origin
    return origin, at


def _time(document: Document, node: Node, called: str) -> float:
    if not isinstance(node, ScalarNode) or node.tag != TEXT:
        unit = f"write {node.value} h" if isinstance(node, ScalarNode) and node.value.replace(".", "").isdigit() else ""
        raise document.wrong(node, f"'{called}' is a time without a unit", EXAMPLES, unit)
    return read_time(node.value, document.locator(node))


def _value(document: Document, node: Node, given: dict[str, Node], measure: Measure, scale: str, status: str) -> float:
    """The published number; NaN where the row says that none is published yet."""
    if "value" not in given:
        if status != PROSPECTIVE:
            raise document.wrong(
                node, "a result has no 'value'", "value: the published number",
                f"status: {PROSPECTIVE}, if it is not published yet",
            )  # fmt: skip
        for key in ("se", "sd", "ci95"):
            if key in given:
                raise document.wrong(given[key], f"'{key}' of a number that is not published yet", "no such key")
        return math.nan
    if status == PROSPECTIVE:
        raise document.wrong(given["value"], f"a value that is published is not {PROSPECTIVE}", "another status")
    if measure.value == "share":
        return document.share(given["value"], f"the {measure.name}")
    value = document.number(given["value"], "value")
    low, high, words = value_ends(measure, scale)
    if not low <= value <= high or (measure.value in ("deviation", "days", "ratio") and value <= 0):
        raise document.wrong(given["value"], f"the {measure.name} is {value:g}", words)
    return value


def _interval(document: Document, node: Node, value: float) -> tuple[float, float]:
    ends = document.items(node, "ci95") if isinstance(node, SequenceNode) else []
    if len(ends) != 2:
        raise document.wrong(node, "ci95 is not a pair of numbers", "ci95: [-12.7, -3.2]")
    low, high = (document.number(end, "an end of ci95") for end in ends)
    if low > high:
        raise document.wrong(node, "the ends of ci95 are in the wrong order", f"[{high:g}, {low:g}]")
    if not low <= value <= high:
        raise document.wrong(
            node, f"ci95 does not hold the value {value:g}", "the interval of the value, with its sign",
            f"write [{-high:g}, {-low:g}]" if low <= -value <= high else "",
        )  # fmt: skip
    return low, high


def _cut(document: Document, node: Node, given: dict[str, Node], measure: Measure, scale: str) -> float | None:
    if (measure.name == "remission") != ("cut" in given):
        if "cut" in given:
            raise document.wrong(given["cut"], f"'{measure.name}' has no cut", "a cut for remission only")
        raise document.wrong(node, "remission without a cut", "cut: the score up to which people count as remitted")
    if "cut" not in given:
        return None
    cut = document.number(given["cut"], "cut")
    low, high = scale_ends(scale)
    if not low <= cut <= high:
        raise document.wrong(given["cut"], f"no score of {scale} is {cut:g}", f"{low:g} to {high:g}")
    return cut
