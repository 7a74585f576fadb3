"""Reads scores: `date/time, instrument, score`, one row each; people, missing items and covariates as further columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rewire.errors import StudyError, closest
from rewire.inference.moments import Clock
from rewire.inference.scores import COVARIATES, LONGEST, STILL_ENTRY, Person, Score, bounds
from rewire.inference.tables_in import Report, Table, number_in, person_of, read_table
from rewire.layers.symptoms import SCALES

NAMES = {
    "time": ("date/time", "datetime", "date", "time", "when", "timestamp", "effective date time", "dtc"),
    "scale": ("instrument", "scale", "questionnaire", "test", "measure", "code"),
    "score": ("score", "total", "value", "result", "total score", "dv"),
    "items": ("items", "answers", "item scores"),
    "person": (
        "person", "id", "patient", "patient id", "name", "patient name", "subject", "participant", "client", "client name",
        "mrn", "usubjid", "record id",
    ),
}  # fmt: skip
SPELLINGS = {
    "phq9": "PHQ-9", "44249 1": "PHQ-9", "44261 6": "PHQ-9", "phq 9": "PHQ-9",
    "madrs": "MADRS", "hamd": "HAM-D17", "hamd17": "HAM-D17", "ham d": "HAM-D17", "ham d17": "HAM-D17", "hdrs17": "HAM-D17",
    "qids": "QIDS-SR16", "qids sr": "QIDS-SR16", "qids sr16": "QIDS-SR16", "qids16": "QIDS-SR16",
    "gad7": "GAD-7", "gad 7": "GAD-7", "70274 6": "GAD-7", "hama": "HAM-A", "ham a": "HAM-A",
    "pcl5": "PCL-5", "pcl 5": "PCL-5", "101697 1": "PCL-5", "101698 9": "PCL-5", "caps5": "CAPS-5", "caps 5": "CAPS-5",
}  # fmt: skip
OWN_COLUMNS = {scale: (scale, *(text for text, known in SPELLINGS.items() if known == scale)) for scale in SCALES}
"""Heads of columns that hold the scores of one instrument each."""
ITEMS = {"PHQ-9": (9, 3), "GAD-7": (7, 3), "PCL-5": (20, 4)}
"""Number of items and the highest answer, where items may be given."""
MOST_MISSING = 0.25
"""A form with more of its items missing than this share is refused."""
MOST_SCORES = 2000


@dataclass(frozen=True)
class Read:
    """People read from a file, and the report. `ninth` holds answers to PHQ-9 item 9 as entered: never a forecast."""

    people: tuple[Person, ...]
    report: Report
    ninth: tuple[tuple[str, float, int], ...] = ()


def read_scores(path: str | Path, start: date, zone: str | None = None, people: str | Path | None = None) -> Read:
    """The people of a score file, in the order in which they appear.

    `start` is the date of day 1, whose 09:00 is time zero. `people` names a file of covariates. Raises `StudyError` when
    nothing can be read; single rows that make no sense are refused and reported.
    """
    table = _one_score_a_row(read_table(path, NAMES | OWN_COLUMNS, ("time",)))
    report, clock = Report.of(table), Clock.of(start, zone)
    found: dict[str, list[Score]] = {}
    seen: set[tuple[str, float, str]] = set()
    ninth = []
    for line, row in table:
        try:
            score, note, answer = _score(row, line, clock)
            name = person_of(row)
            own = found.get(name, ())
            if (name, round(score.at, 4), score.scale) in seen:
                raise ValueError("this person already has a score of this scale at this time")
            if len(own) >= MOST_SCORES:
                raise ValueError(
                    f"more than {MOST_SCORES:,} scores of one person; a file of several needs a column person"
                )
        except ValueError as wrong:
            report.refuse(line, str(wrong), row)
            continue
        if own and own[-1].at > score.at:
            report.note("rows are not in the order of time: they were sorted")
        seen.add((name, round(score.at, 4), score.scale))
        found.setdefault(name, []).append(score)
        report.read += 1
        if note:
            report.note(note)
        if answer is not None:
            ninth.append((name, score.at, answer))
    if report.refused and not report.read:
        offsets = not zone and any("--zone" in bad.why for bad in report.refused)
        raise StudyError(
            "no row could be read\n" + "\n".join(report.lines()),
            expected="rows such as 2026-01-05T09:00, PHQ-9, 16",
            advice="name the clinic's zone, such as --zone Europe/Berlin" if offsets else "",
        )
    if not report.read:
        report.note("no scores: what follows is of the population, not of a person")
    if "person" not in table.columns and report.read:
        report.note("no column for the person: all rows are taken as one person")
    if report.refused and not zone and any("--zone" in bad.why for bad in report.refused):
        report.note("some times have an offset: name the clinic's zone, such as --zone Europe/Berlin")
    known = read_covariates(people, report) if people else {}
    everyone = tuple(
        Person(tuple(scores), name, number, known.get(name, {})) for number, (name, scores) in enumerate(found.items())
    ) or (Person(),)
    for person in everyone:
        if person.unused:
            report.note(
                f"scores more than {STILL_ENTRY / 24:g} days before the start, or followed by one, are not used"
            )
    return Read(everyone, report, tuple(ninth))


def _one_score_a_row(table: Table) -> Table:
    """The table itself, or one with a column an instrument turned into rows; `StudyError` where it is neither."""
    own = [name for name in table.columns if name in OWN_COLUMNS]
    if "scale" not in table.columns and own:
        rows = [
            (
                line,
                {**{name: cell for name, cell in row.items() if name not in own}, "scale": scale, "score": row[scale]},
            )
            for line, row in table
            for scale in own
            if row[scale]
        ]
        return replace(table, columns=(*table.columns, "scale", "score"), rows=tuple(rows))
    if "scale" not in table.columns or not {"score", "items"} & set(table.columns):
        raise StudyError(
            f"'{table.source}' has no column for the {'score' if 'scale' in table.columns else 'instrument'}",
            expected="columns called instrument and score, or one named after each instrument, such as PHQ-9",
        )
    return table


def _score(row: Mapping[str, str], line: int, clock: Clock) -> tuple[Score, str, int | None]:
    scale = scale_named(row["scale"])
    at, note = clock.hours(row["time"])
    if clock.is_ahead(at):
        raise ValueError(f"the time lies in the future (today is {clock.now.date()}); check the year")
    check_followed(at)
    low, high = bounds(scale)
    answers = row.get("items", "")
    written = row.get("score", "")
    answer = None
    if answers:
        first, last, answer = _from_items(scale, answers)
        if written:
            total = number_in(written)
            if total is None or not first <= total <= last:
                raise ValueError(f"the score {written} does not fit the items, which sum to {first}")
    else:
        if written.lower() in ("", "na", "n/a", "nan", ".", "-", "missing", "null"):
            raise ValueError("the score is missing")
        total = number_in(written)
        if total is None:
            raise ValueError(f"'{written}' is not a number")
        if total != int(total):
            raise ValueError(f"{scale} is a whole number, not {written}")
        first = last = int(total)
    if not low <= first <= last <= high:
        raise ValueError(f"{scale} cannot be {first}; it runs from {low} to {high}")
    return Score(at, scale, first, last, line, written), note, answer


def check_followed(at: float) -> None:
    """Refuses (`ValueError`) a time so long after day 1 that nobody is followed so far."""
    if at > LONGEST:
        raise ValueError(f"more than {LONGEST / 8766:g} years after day 1; check the year, or give a later day 1")


def _from_items(scale: str, text: str) -> tuple[int, int, int | None]:
    """The lowest and highest total that the items allow, and the answer to PHQ-9 item 9."""
    if scale not in ITEMS:
        raise ValueError(f"items of {scale} are not read; give its total")
    count, top = ITEMS[scale]
    answers = [part.strip() for part in text.replace("|", ";").split(";")]
    if len(answers) != count:
        raise ValueError(
            f"{scale} has {count} items, not {len(answers)}; separate them by ';' and leave missing ones empty"
        )
    total, missing, ninth = 0, 0, None
    for place, part in enumerate(answers, start=1):
        if part.lower() in ("", "na", "."):
            missing += 1
            continue
        if not part.isdigit() or int(part) > top:
            raise ValueError(f"item {place} of {scale} cannot be '{part}'; answers run from 0 to {top}")
        total += int(part)
        if scale == "PHQ-9" and place == count:
            ninth = int(part)
    if missing > MOST_MISSING * count:
        raise ValueError(f"{missing} of {count} items are missing")
    return total, total + missing * top, ninth


def scale_named(text: str) -> str:
    """A scale by one of its spellings. Raises `ValueError` with the nearest one."""
    if text in SCALES:
        return text
    plain = "".join(sign if sign.isalnum() else " " for sign in text.lower()).strip()
    for known in (plain, plain.replace(" ", "")):
        if known in SPELLINGS:
            return SPELLINGS[known]
    raise ValueError(f"'{text}' is no known instrument; {closest(text, SCALES) or 'known: ' + ', '.join(SCALES)}")


COVARIATE_NAMES = {
    "person": NAMES["person"],
    "age": ("age", "age years"),
    "weight": ("weight", "body weight", "weight kg", "wt"),
    "female": ("female", "sex", "gender"),
    "hypertension": ("hypertension",),
}
SEXES = {"female": 1.0, "f": 1.0, "woman": 1.0, "1": 1.0, "male": 0.0, "m": 0.0, "man": 0.0, "0": 0.0}


def read_covariates(path: str | Path, report: Report) -> dict[str, dict[str, float]]:
    """Covariates by person; a cell that makes no sense is refused and reported, the rest of its row is used."""
    table = read_table(path, COVARIATE_NAMES, ("person",))
    report.refused += table.torn
    found: dict[str, dict[str, float]] = {}
    for line, row in table:
        given = {}
        for name in COVARIATES:
            text = row.get(name, "")
            if not text:
                continue
            value = SEXES.get(text.lower()) if name == "female" else number_in(text)
            try:
                if value is None:
                    raise StudyError(f"{name} cannot be '{text}'")
                given[name] = value
                Person(covariates={name: value})
            except StudyError as wrong:
                given.pop(name, None)
                report.refuse(line, wrong.problem, {name: text})
        found[row["person"]] = given
    return found


def with_covariates(person: Person, given: Mapping[str, float]) -> Person:
    """The same person with what else is known."""
    return replace(person, covariates={**person.covariates, **given}) if given else person
