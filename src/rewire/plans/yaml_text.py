"""Reads the YAML of a plan file and refuses what a plan file cannot hold, with the line and column of each error."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from rewire.errors import Place, PlanError, closest

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node, ScalarNode

    from rewire.plans.phrase import Phrase
    from rewire.plans.plan import Plan
    from rewire.plans.words import Locate

LARGEST_FILE, MOST_LINES, DEEPEST, LONGEST_SHOWN = 1_000_000, 2_000, 50, 500
KEYS = ("rewire", "name", "start", "course", "background", "life", "research")
EXAMPLE = "rewire: 1, then course: with a list of phrases"
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_STRING, _INT, _BOOL, _DATE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "bool", "timestamp"))


def read_bytes(path: str | Path) -> str:
    """The text of a file, refused before it is parsed if it cannot be a plan."""
    path = Path(path)
    try:
        if path.is_dir():
            raise PlanError(f"'{path}' is a folder", expected="a plan file such as plan.yaml")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise PlanError(
                f"'{path}' has {size / 1e6:.1f} MB", expected=f"a plan file of at most {LARGEST_FILE / 1e6:.0f} MB"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        near = closest(path.name, _neighbours(path))
        raise PlanError(f"there is no file '{path}'", expected="a plan file such as plan.yaml", advice=near) from None
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise PlanError(f"cannot read '{str(path)[:200]}': {reason}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise PlanError(
            f"'{path}' is not a text file in UTF-8", place=Place(str(path), line), expected="a plan file in plain text"
        ) from None
    return text


def read_plan_text(text: str, source: str) -> Plan:
    """Read the text of a plan file; `source` is its name in errors."""
    from rewire.plans.plan import Plan, check_name, read_date

    reader = _Reader(text, source)
    found = reader.top()
    if "rewire" not in found:
        raise PlanError("the file does not say 'rewire: 1'", place=reader.place_at(0, 0), expected=EXAMPLE)
    if found["rewire"].tag != _INT or found["rewire"].value != "1":
        raise PlanError("an unknown version of plan files", place=reader.place(found["rewire"]), expected="rewire: 1")
    name, start, research = "", None, False
    if node := found.get("name"):
        if node.tag != _STRING:
            raise PlanError(
                "'name' is not text", place=reader.place(node), expected="a name; in quotes if it looks like a number"
            )
        name = check_name(node.value, reader.place(node))
    if node := found.get("start"):
        if node.tag not in (_DATE, _STRING, _INT):
            raise PlanError("'start' is not a date", place=reader.place(node), expected="a date, as 2026-01-12")
        start = read_date(node.value, reader.place(node))
    if node := found.get("research"):
        if node.tag != _BOOL:
            raise PlanError("'research' is neither true nor false", place=reader.place(node), expected="true or false")
        research = node.value.lower() == "true"
    if "course" not in found:
        raise PlanError(
            "the file has no course",
            place=reader.place_at(0, 0),
            expected="course: and a list of phrases",
            advice="'course: []' is a plan without treatment",
        )
    sections = [section for section in ("course", "background", "life") if section in found]
    phrases = [phrase for section in sections for phrase in reader.phrases(found[section], section)]
    return Plan(*phrases, name=name, start=start, research=research)


def _neighbours(path: Path) -> list[str]:
    try:
        return [item.name for item in path.parent.iterdir()][:1000]
    except OSError:
        return []


class _Reader:
    """The nodes of a YAML text, and where each character of them stands."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source, self.lines = text, source, text.splitlines()

    def top(self) -> dict[str, Node]:
        """The values of the file by key, each key known and given once."""
        from ruamel.yaml.nodes import MappingNode, ScalarNode

        root = self.compose()
        if root is None:
            raise PlanError(f"'{self.source}' is empty", expected=EXAMPLE)
        if not isinstance(root, MappingNode):
            raise PlanError("the file is not a plan", place=self.place(root), expected=EXAMPLE)
        found: dict[str, Node] = {}
        for key, value in root.value:
            word = key.value if isinstance(key, ScalarNode) else ""
            if word not in KEYS:
                raise PlanError(
                    f"unknown key '{word}'" if word else "a key that is not a word",
                    place=self.place(key),
                    expected=f"one of {', '.join(KEYS)}",
                    advice=closest(word, KEYS),
                )
            if word in found:
                raise PlanError(f"'{word}' stands twice in the file", place=self.place(key), expected="each key once")
            found[key.value] = value
        return found

    def compose(self) -> Node | None:
        """The root node; what the YAML library finds wrong is said as a `PlanError`."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning

        if len(self.lines) > MOST_LINES:
            raise PlanError(
                f"'{self.source}' has {len(self.lines)} lines",
                expected=f"a plan file of at most {MOST_LINES} lines",
                advice="say what repeats with 'daily' or 'every 2 weeks'",
            )
        self.check_letters()
        for number, line in enumerate(self.lines, start=1):
            blank = line[: len(line) - len(line.lstrip())]
            if "\t" in blank:
                raise PlanError(
                    "a tab at the start of a line",
                    place=Place(self.source, number, blank.index("\t") + 1, line.replace("\t", " "), 1),
                    expected="spaces",
                )
            if max(line.count("["), line.count("{")) > DEEPEST:
                raise PlanError("too many brackets in a line", place=Place(self.source, number), expected=EXAMPLE)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", YAMLWarning)
                node: Node | None = YAML(typ="safe", pure=True).compose(self.text)
        except MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            problem = str(wrong.problem or wrong.context or "not valid YAML")
            place = self.place_at(mark.line, mark.column) if mark else None
            raise PlanError(f"the file is not valid YAML: {problem}", place=place, expected=EXAMPLE) from None
        except YAMLError as wrong:
            problem = str(wrong).splitlines()[0]
            raise PlanError(f"'{self.source}' is not a plan file: {problem}", expected=EXAMPLE) from None
        except YAMLWarning:
            raise PlanError(f"'{self.source}' uses one anchor twice", expected="a file without anchors (&)") from None
        except RecursionError:
            raise PlanError(f"'{self.source}' is nested too deeply", expected=EXAMPLE) from None
        return node

    def check_letters(self) -> None:
        """Refuse characters that cannot be seen and that readers count as lines in different ways."""
        if found := _UNSEEN.search(self.text):
            line = self.text.count("\n", 0, found.start())
            place = Place(self.source, line + 1, found.start() - self.text.rfind("\n", 0, found.start()))
            raise PlanError(
                f"a character that is no text (U+{ord(found.group()):04X})",
                place=place,
                expected="a file in plain text",
            )

    def phrases(self, node: Node, section: str) -> list[Phrase]:
        """The phrases of a section, each with its place in the file."""
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        from rewire.plans.language import read_phrase

        if not isinstance(node, SequenceNode):
            raise PlanError(
                f"'{section}' is not a list", place=self.place(node), expected=f"{section}: and lines such as '  - ...'"
            )
        phrases = []
        for item in node.value:
            if not isinstance(item, ScalarNode) or item.tag != _STRING or not item.value.strip():
                raise PlanError(
                    f"an item of '{section}' is not a phrase",
                    place=self.place(item),
                    expected="a phrase such as 'ketamine 0.5 mg/kg IV over 40 min, day 1'",
                    advice="put a phrase with a colon or a # in quotes" if isinstance(item, MappingNode) else "",
                )
            phrase = read_phrase(item.value, self.locator(item))
            self.check_section(phrase, section)
            phrases.append(phrase)
        return phrases

    def check_section(self, phrase: Phrase, section: str) -> None:
        """Refuse a phrase that stands in the wrong part of the file."""
        if phrase.section == section:
            return
        if section == "background" and phrase.section == "course":
            problem, advice = "a phrase of the background does not say since when", "add 'since 8 weeks before'"
        else:
            problem, advice = f"this phrase does not belong to '{section}'", f"move it to '{phrase.section}'"
        raise PlanError(
            problem,
            place=phrase.place,
            expected="course: what is given or done · background: what began before day 1 · life: life events",
            advice=advice,
        )

    def locator(self, node: ScalarNode) -> Locate:
        """Turns a place in the words of a node into a place in the file."""
        raw = self.text[node.start_mark.index : node.end_mark.index]
        spots = _align(node.value, raw)

        def locate(start: int, length: int) -> Place:
            if not spots:
                return self.place(node)
            index = node.start_mark.index + (spots[start] if start < len(spots) else spots[-1] + 1)
            last = spots[min(start + length, len(spots)) - 1] + node.start_mark.index
            line = self.text.count("\n", 0, index)
            column = index - (self.text.rfind("\n", 0, index) + 1)
            same_line = "\n" not in self.text[index:last]
            return self.place_at(line, column, last - index + 1 if same_line else length)

        return locate

    def place(self, node: Node) -> Place:
        """The place of a node, marked to the end of its first line."""
        start, end = node.start_mark, node.end_mark
        written = self.text[: start.index + 1].rstrip()
        if start.index >= len(self.text.rstrip()) and written:
            # Nothing stands where a value should: mark the end of what was written before.
            line = written.count("\n")
            return self.place_at(line, len(written) - written.rfind("\n") - 1)
        last = end.column if end.line == start.line else len(self.line(start.line).rstrip())
        return self.place_at(start.line, start.column, max(last - start.column, 1))

    def place_at(self, line: int, column: int, length: int = 1) -> Place:
        """A place by line and column, both from 0."""
        return Place(self.source, line + 1, column + 1, self.line(line).replace("\t", " ")[:LONGEST_SHOWN], length)

    def line(self, number: int) -> str:
        return self.lines[number] if number < len(self.lines) else ""


def _align(words: str, raw: str) -> list[int]:
    """For each character of a scalar its index in the raw text; empty when escapes make that impossible."""
    spots, spot = [], 1 if raw[:1] in ("'", '"') else 0
    for letter in words:
        if letter.isspace():
            spots.append(spot)
            while spot < len(raw) and raw[spot].isspace():
                spot += 1
            continue
        while spot < len(raw) and raw[spot].isspace():
            spot += 1
        if spot >= len(raw) or raw[spot] != letter:
            return []
        spots.append(spot)
        spot += 1
    return spots
