"""Reads a published-trial file.

Every key is known and given once, every value is of its kind, every phrase reads as a phrase of a plan, and every
result can mean what it says. What the form leaves open has a default, listed in `Trial.assumed`.
"""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from rewire.evidence.published.document import EXAMPLE, WHOLE, Document, read_text
from rewire.evidence.published.read_people import read_arms, read_people
from rewire.evidence.published.read_results import read_results
from rewire.evidence.published.trial import DESIGNS, USES, Source, Trial

KEYS = ("rewire", "trial", "use", "design", "source", "people", "arms", "results", "note", "part_of", "pools")
SOURCE_KEYS = ("citation", "doi", "pmid", "nct", "url")


def read_trial(path: str | Path) -> Trial:
    """Read a published-trial file. Every error says the line and column in the file."""
    return read_trial_text(read_text(path), str(path))


check_trial = read_trial
"""What `rewire check` calls for a trial file: the trial, or the error that says what is wrong and where."""


def read_trial_text(text: str, source: str = "trial") -> Trial:
    """Read the text of a trial file; `source` is its name in errors."""
    document = Document(text, source)
    root = document.root()
    if not isinstance(root, MappingNode):
        raise document.wrong(root, "the file is not a published trial", EXAMPLE)
    given = document.fields(root, "the file", KEYS, ("rewire", "trial", "use", "source", "people", "arms", "results"))
    version = given["rewire"]
    if not isinstance(version, ScalarNode) or version.tag != WHOLE or version.value != "1":
        raise document.wrong(version, "an unknown version of trial files", "rewire: 1")
    design = document.choice(given["design"], "design", DESIGNS) if "design" in given else "parallel"
    assumed = [] if "design" in given else ["design: parallel"]
    arms = read_arms(document, given["arms"], design, assumed)
    counts = [arm.n for arm in arms]
    people = read_people(document, given["people"], max(counts) if design == "crossover" else sum(counts), assumed)
    for name, (_, node) in document.pairs(given["arms"], "arms").items():
        size = next(arm.n for arm in arms if arm.name == name)
        if size > people.n:
            raise document.wrong(node, f"the arm '{name}' has {size} people, the trial {people.n}", f"n: {people.n}")
    use = document.choice(given["use"], "use", USES)
    results = read_results(document, given["results"], tuple(arm.name for arm in arms))
    if use == "calibrate" and not all(result.published for result in results):
        raise document.wrong(given["use"], "nothing can be fitted to a number that is not published", "use: test")
    return Trial(
        name=document.label(given["trial"], "the name of the trial"),
        use=use,
        design=design,
        source=_source(document, given["source"]),
        people=people,
        arms=arms,
        results=results,
        note=document.line_of_text(given["note"], "note") if "note" in given else "",
        part_of=document.label(given["part_of"], "part_of") if "part_of" in given else "",
        pools=_pools(document, given["pools"], people.n) if "pools" in given else 1,
        assumed=tuple(assumed),
    )


def _pools(document: Document, node: Node, people: int) -> int:
    count = document.count(node, "pools")
    if count > people:
        raise document.wrong(node, f"{count} trials with {people} people in all", "how many trials were pooled")
    return count


def _source(document: Document, node: Node) -> Source:
    given = document.fields(node, "source", SOURCE_KEYS)
    if not given:
        raise document.wrong(node, "a source that says nothing", f"one or more of {', '.join(SOURCE_KEYS)}")
    return Source(
        citation=document.line_of_text(given["citation"], "citation") if "citation" in given else "",
        **{key: document.label(given[key], key) for key in SOURCE_KEYS[1:] if key in given},
    )
