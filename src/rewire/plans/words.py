"""The words of a phrase: text cut into marked words, and a reader's cursor that refuses what is left over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rewire.errors import Place, PlanError, closest

# A number may carry a sign; "24h" is two words, "PHQ-9" and "mg/kg" are one; anything else is a word of one character.
_WORD = re.compile(
    r"(?P<clock>\d{1,2}:\d{2}(?!\d))"
    r"|(?P<number>[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<compare>>=|<=|≥|≤|>|<)"
    r"|(?P<word>[^\W\d_](?:[^\W_]|[-'/.](?=[^\W_]))*(?:(?<=\b\w\.\w)\.)?)"
    r"|(?P<other>\S)"
)
# Digits of a number and its power of ten; longer or stranger numbers no plan needs, and they would only cost time.
_DIGITS, _SMALLEST, _LARGEST = 32, -9, 9
# One character for one, so that places stay.
_PLAIN = str.maketrans({"\N{MINUS SIGN}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
Locate = Callable[[int, int], Place]


@dataclass(frozen=True)
class Word:
    """A word of a phrase: its kind (clock, number, compare, word, other), its text and where it stands."""

    kind: str
    text: str
    start: int

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def end(self) -> int:
        """The index after the last character."""
        return self.start + len(self.text)


def cut(text: str) -> tuple[Word, ...]:
    """The words of a phrase, in order."""
    return tuple(Word(str(found.lastgroup), found.group(), found.start()) for found in _WORD.finditer(text))


def within(source: str, text: str) -> Locate:
    """A locator for a phrase that stands alone, such as one given on the command line."""
    return lambda start, length: Place(source, None, start + 1, text, length)


class Cursor:
    """Steps through the words of a phrase; every reader takes the words it understands and leaves the others."""

    def __init__(self, text: str, locate: Locate) -> None:
        self.text, self.locate = text.translate(_PLAIN), locate
        self.words = cut(self.text)
        self.spot = 0

    @property
    def done(self) -> bool:
        """Whether every word is used up."""
        return self.spot >= len(self.words)

    def peek(self, ahead: int = 0) -> Word | None:
        """The word `ahead` of the next one, or None after the end."""
        spot = self.spot + ahead
        return self.words[spot] if spot < len(self.words) else None

    def low(self, ahead: int = 0) -> str:
        """The word `ahead` of the next one in lower case; an empty string after the end."""
        word = self.peek(ahead)
        return word.low if word else ""

    def take(self) -> Word:
        """The next word, used up."""
        word = self.words[self.spot]
        self.spot += 1
        return word

    def skip(self, *choices: str) -> bool:
        """Use up the next words if they are one of `choices` (in lower case; several words each)."""
        for choice in choices:
            wanted = choice.split()
            if [self.low(ahead) for ahead in range(len(wanted))] == wanted:
                self.spot += len(wanted)
                return True
        return False

    def skip_commas(self) -> None:
        """Use up commas, which only separate."""
        while self.low() == ",":
            self.spot += 1

    def longest(self, spellings: Iterable[str], most: int = 5) -> tuple[str, int]:
        """The longest of `spellings` (in lower case) that comes next, and how many words it takes; "" and 0 if none."""
        known = set(spellings)
        first = self.peek()
        for size in range(most, 0, -1):
            last = self.peek(size - 1)
            if first and last:
                text = re.sub(r"\s+", " ", self.text[first.start : last.end]).lower()
                if text in known:
                    return text, size
        return "", 0

    def place(self, first: int | None = None, last: int | None = None) -> Place:
        """The place from word `first` to word `last` (indices); the next word, or the end of the phrase."""
        first = self.spot if first is None else first
        last = first if last is None else last
        if first >= len(self.words):
            return self.locate(len(self.text.rstrip()), 1)
        start = self.words[first].start
        return self.locate(start, self.words[min(last, len(self.words) - 1)].end - start)

    def wrong(
        self, problem: str, *, expected: str = "", advice: str = "", first: int | None = None, last: int | None = None
    ) -> PlanError:
        """The error to raise about the words `first` to `last`, or about the next word."""
        return PlanError(problem, place=self.place(first, last), expected=expected, advice=advice)

    def stranger(self, choices: Iterable[str], expected: str, problem: str = "") -> PlanError:
        """The error about a next word that nobody understands, with the choice most like it."""
        word = self.peek()
        if word is None:
            return self.wrong(problem or "the phrase ends too early", expected=expected)
        return self.wrong(
            problem or f"cannot use '{word.text}' here", expected=expected, advice=closest(word.low, choices)
        )

    def number(self, called: str, *, whole: bool = False) -> Decimal:
        """The next word as a number, used up. A `whole` one may stand in a list such as `1,3,5`."""
        word = self.peek()
        if word is None or word.kind != "number":
            problem = f"{called} is not a number" if word else f"{called} is missing"
            raise self.wrong(problem, expected=f"{called} as a number such as 2 or 0.5")
        if not whole:
            self.check_comma(word)
        try:
            number = Decimal(word.text) if len(word.text) <= _DIGITS else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or (number and not _SMALLEST <= number.adjusted() <= _LARGEST):
            raise self.wrong(f"{called} is not a number that makes sense", expected=f"{called} such as 2 or 0.5")
        self.spot += 1
        return number

    def check_comma(self, word: Word) -> None:
        """Refuse `0,5` and `1,000`, which mean different numbers in different countries."""
        following, after = self.peek(1), self.peek(2)
        if (
            following and after and following.text == "," and after.kind == "number"
            and following.start == word.end and after.start == following.end
        ):  # fmt: skip
            raise self.wrong(
                f"'{word.text},{after.text}' is not a number",
                expected="a point before the decimals and no comma between thousands",
                advice=f"write {word.text}.{after.text}" if len(after.text) != 3 else f"write {word.text}{after.text}",
                last=self.spot + 2,
            )

    def whole(self, called: str, least: int, most: int) -> int:
        """The next word as a whole number from `least` to `most`, used up."""
        number = self.number(called, whole=True)
        if number % 1 or not least <= number <= most:
            raise self.wrong(
                f"{called} is {self.words[self.spot - 1].text}",
                first=self.spot - 1,
                expected=f"a whole number from {least} to {most}",
            )
        return int(number)
