"""A trial file as YAML nodes: every key known and given once, every value of its kind, every error with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rewire.errors import EvidenceError, Place, RewireError, closest
from rewire.plans.words import Locate

LARGEST_FILE, MOST_LINES, DEEPEST, LONGEST_SHOWN = 1_000_000, 5_000, 50, 300
EXAMPLE = "rewire: 1, trial, use, source, people, arms and results"
TEXT, WHOLE, NUMBER, FLAG, NOTHING = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null"))


def read_text(path: str | Path) -> str:
    """The text of a trial file."""
    path = Path(path)
    expected = "a published-trial file such as trial.yaml"
    try:
        if path.is_dir():
            raise EvidenceError(f"'{path}' is a folder", expected=expected)
        if path.stat().st_size > LARGEST_FILE:
            raise EvidenceError(f"'{path}' is larger than {LARGEST_FILE / 1e6:g} MB", expected=expected)
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        near = closest(path.name, (item.name for item in path.parent.iterdir())) if path.parent.is_dir() else ""
        raise EvidenceError(f"there is no file '{path}'", expected=expected, advice=near) from None
    except UnicodeDecodeError:
        raise EvidenceError(f"'{path}' is not a text file in UTF-8", expected=expected) from None
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise EvidenceError(f"cannot read '{str(path)[:200]}': {reason}", expected=expected) from None


def is_trial_file(path: str | Path) -> bool:
    """Whether a file says at the start of a line that it is a trial; False for a file that cannot be read."""
    try:
        return re.search(r"^trial\s*:", read_text(path), re.MULTILINE) is not None
    except RewireError:
        return False


class Document:
    """The nodes of one file. `called` in its methods is the name of a value in errors."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source, self.lines = text, source, text.splitlines()

    def root(self) -> Node:
        """The node of the whole file."""
        if len(self.lines) > MOST_LINES:
            raise EvidenceError(f"'{self.source}' has {len(self.lines)} lines", expected=f"at most {MOST_LINES}")
        for number, line in enumerate(self.lines):
            if "\t" in line[: len(line) - len(line.lstrip())]:
                raise EvidenceError("a tab at the start of a line", place=self.spot(number, 0), expected="spaces")
            if max(line.count("["), line.count("{")) > DEEPEST:
                raise EvidenceError("too many brackets in a line", place=self.spot(number, 0), expected=EXAMPLE)
        try:
            node: Node | None = YAML(typ="safe", pure=True).compose(self.text)
        except MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            raise EvidenceError(
                f"the file is not valid YAML: {wrong.problem or wrong.context}",
                place=self.spot(mark.line, mark.column) if mark else None,
                expected=EXAMPLE,
            ) from None
        except YAMLError as wrong:
            problem = str(wrong).splitlines()[0]
            raise EvidenceError(f"'{self.source}' is not YAML: {problem}", expected=EXAMPLE) from None
        except RecursionError:
            raise EvidenceError(f"'{self.source}' is nested too deeply", expected=EXAMPLE) from None
        if node is None:
            raise EvidenceError(f"'{self.source}' is empty", expected=EXAMPLE)
        return node

    def pairs(self, node: Node, called: str) -> dict[str, tuple[Node, Node]]:
        """The keys and values of a mapping by name, each key once."""
        if not isinstance(node, MappingNode):
            raise self.wrong(node, f"{called} is not a set of keys with values", "lines such as 'key: value'")
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self.wrong(key, f"a key of {called} is not a word", "a word, then a colon")
            if key.value in found:
                raise self.wrong(key, f"'{key.value}' stands twice in {called}", "each key once")
            found[key.value] = key, value
        return found

    def fields(self, node: Node, called: str, keys: Iterable[str], needed: Iterable[str] = ()) -> dict[str, Node]:
        """The values of a mapping with these keys; a value left empty counts as not given."""
        keys = tuple(keys)
        found = self.pairs(node, called)
        for name, (key, value) in found.items():
            if name not in keys:
                cut = value.tag == NOTHING and value.start_mark.index == value.end_mark.index
                advice = closest(name, keys) or ("text with a comma needs quotes inside { }" if cut else "")
                raise self.wrong(key, f"unknown key '{name}' in {called}", f"one of {', '.join(keys)}", advice)
        given = {name: value for name, (_, value) in found.items() if value.tag != NOTHING}
        for name in needed:
            if name not in given:
                raise self.wrong(node, f"{called} has no '{name}'", f"{name}: and its value")
        return given

    def items(self, node: Node, called: str) -> list[Node]:
        """The items of a list that is not empty."""
        if not isinstance(node, SequenceNode) or not node.value:
            raise self.wrong(node, f"{called} is not a list of at least one item", "lines such as '  - ...'")
        return list(node.value)

    def line_of_text(self, node: Node, called: str) -> str:
        """A value that is text."""
        if not isinstance(node, ScalarNode) or node.tag != TEXT or not node.value.strip():
            raise self.wrong(node, f"{called} is not text", "words; in quotes if they look like a number")
        return " ".join(node.value.split())

    def label(self, node: Node, called: str) -> str:
        """A value that is a name or a number used as one."""
        if not isinstance(node, ScalarNode) or node.tag not in (TEXT, WHOLE, NUMBER) or not node.value.strip():
            raise self.wrong(node, f"{called} is not a word", "a word")
        return str(node.value).strip()

    def choice(self, node: Node, called: str, choices: Iterable[str]) -> str:
        """A value that is one of `choices`."""
        choices = tuple(choices)
        word = self.line_of_text(node, called)
        if word not in choices:
            raise self.wrong(node, f"unknown {called} '{word}'", f"one of {', '.join(choices)}", closest(word, choices))
        return word

    def number(self, node: Node, called: str) -> float:
        """A value that is a finite number."""
        if isinstance(node, ScalarNode) and node.tag in (WHOLE, NUMBER):
            try:
                number = float(node.value)
            except ValueError:
                number = math.nan
            if math.isfinite(number):
                return number
        advice = ""
        if isinstance(node, ScalarNode) and node.value.strip().endswith("%"):
            advice = "write 64% as 0.64"
        elif isinstance(node, ScalarNode) and node.value.startswith(("\u2212", "\u2013")):
            advice = "write the minus sign as -"
        raise self.wrong(node, f"{called} is not a finite number", "a number such as -16.5, without quotes", advice)

    def above(self, node: Node, called: str) -> float:
        """A value that is a number above 0."""
        number = self.number(node, called)
        if number <= 0:
            raise self.wrong(node, f"{called} is {number:g}", "a number above 0")
        return number

    def share(self, node: Node, called: str) -> float:
        """A value that is a share."""
        number = self.number(node, called)
        if not 0 <= number <= 1:
            advice = f"write {number:g} % as {number / 100:g}" if 1 < number <= 100 else ""
            raise self.wrong(node, f"{called} is {number:g}", "a share from 0 to 1", advice)
        return number

    def count(self, node: Node, called: str) -> int:
        """A value that is a number of people."""
        number = self.number(node, called)
        if number != int(number) or number < 1:
            raise self.wrong(node, f"{called} is {number:g}", "a whole number of people, 1 or more")
        return int(number)

    def flag(self, node: Node, called: str) -> bool:
        """A value that is true or false."""
        if not isinstance(node, ScalarNode) or node.tag != FLAG:
            raise self.wrong(node, f"{called} is neither true nor false", "true or false")
        return str(node.value).lower() == "true"

    def wrong(self, node: Node, problem: str, expected: str = "", advice: str = "") -> EvidenceError:
        """The error to raise about a node."""
        return EvidenceError(problem, place=self.place(node), expected=expected, advice=advice)

    def place(self, node: Node) -> Place:
        """The place of a node, marked to the end of its first line."""
        start, end = node.start_mark, node.end_mark
        last = end.column if end.line == start.line else len(self.line(start.line).rstrip())
        return self.spot(start.line, start.column, max(last - start.column, 1))

    def spot(self, line: int, column: int, length: int = 1) -> Place:
        """A place by line and column, both from 0."""
        return Place(self.source, line + 1, column + 1, self.line(line).replace("\t", " ")[:LONGEST_SHOWN], length)

    def line(self, number: int) -> str:
        """The text of a line, counted from 0."""
        return self.lines[number] if number < len(self.lines) else ""

    def locator(self, node: ScalarNode) -> Locate:
        """Turns a place in the words of a node into a place in the file; of text with escapes, the whole node."""
        raw = self.text[node.start_mark.index : node.end_mark.index]
        shift = raw.find(node.value)

        def locate(start: int, length: int) -> Place:
            if shift < 0 or "\n" in raw:
                return self.place(node)
            return self.spot(node.start_mark.line, node.start_mark.column + shift + start, length)

        return locate
