"""The scales table holds together: ranges, cuts, bands, errors and conversions."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from rewire.sources import Group, load_table

SCALES = ("PHQ-9", "MADRS", "HAM-D17", "QIDS-SR16", "GAD-7", "HAM-A", "PCL-5", "CAPS-5", "CADSS")
NUMBERS = (
    "minimum",
    "maximum",
    "measurement_sd",
    "recall_window",
    "response_fraction",
    "remission",
    "minimal_important_difference",
    "reliable_change",
    "severity_from",
)
TABLE = load_table("scales")
CONVERSIONS = [name for name, group in TABLE.groups().items() if "to_score" in group]


def convert(name: str, score: float) -> float:
    """A score on the other scale, along the straight lines of the table."""
    pairs = list(zip(TABLE.entry(name, "from_score").numbers, TABLE.entry(name, "to_score").numbers, strict=True))
    for (low, at_low), (high, at_high) in pairwise(pairs):
        if low <= score <= high:
            return at_low + (score - low) / (high - low) * (at_high - at_low)
    raise ValueError(score)


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_is_complete_and_in_its_own_points(name: str) -> None:
    scale = TABLE.group(name)
    points = scale.text("points")
    assert set(NUMBERS) <= set(scale.entries())
    for number in set(NUMBERS) - {"recall_window", "response_fraction"}:
        assert scale.entry(number).unit == points
    assert scale.entry("recall_window").unit == "h"
    assert scale.text("rater") in ("self", "clinician")


@pytest.mark.parametrize("name", SCALES)
def test_cuts_and_bands_lie_in_range(name: str) -> None:
    scale = TABLE.group(name)
    low, high = scale.number("minimum"), scale.number("maximum")
    bands = scale.entry("severity_from").numbers
    assert low == bands[0] < high
    assert list(bands) == sorted(set(bands))
    assert bands[-1] <= high
    assert len(bands) == len(scale["severity_names"])  # type: ignore[arg-type]
    assert low <= scale.number("remission") < high
    assert 0 < scale.number("measurement_sd") < scale.number("maximum") / 10


@pytest.mark.parametrize("name", [name for name in SCALES if name not in ("GAD-7", "PCL-5", "CAPS-5")])
def test_reliable_change_follows_from_the_error_of_measurement(name: str) -> None:
    scale = TABLE.group(name)
    expected = 1.96 * math.sqrt(2) * scale.number("measurement_sd")
    assert scale.number("reliable_change") == pytest.approx(expected, abs=0.06)


def test_conversions_cover_whole_scales_and_rise() -> None:
    assert len(CONVERSIONS) == 6
    for name in CONVERSIONS:
        for end in ("from", "to"):
            scale: Group = TABLE.group(TABLE.text(name, f"{end}_scale"))
            scores = TABLE.entry(name, f"{end}_score")
            assert scores.unit == scale.text("points")
            assert scores.numbers[0] == scale.number("minimum")
            assert list(scores.numbers) == sorted(set(scores.numbers))
            assert scores.numbers[-1] <= scale.number("maximum")
        assert len(TABLE.entry(name, "from_score").numbers) == len(TABLE.entry(name, "to_score").numbers)


@pytest.mark.parametrize(
    ("name", "score", "expected"),
    [
        ("MADRS to HAM-D17", 13, 10),
        ("MADRS to HAM-D17", 26, 20),
        ("MADRS to HAM-D17", 39, 30),
        ("MADRS to PHQ-9", 37.4, 20.4),
        ("MADRS to QIDS-SR16", 8.25, 5.5),
        ("QIDS-SR16 to HAM-D17", 5, 7),
        ("QIDS-SR16 to HAM-D17", 20, 25),
    ],
)
def test_published_pairs(name: str, score: float, expected: float) -> None:
    assert convert(name, score) == pytest.approx(expected)


def test_phq9_moves_about_two_thirds_of_a_point_per_madrs_point() -> None:
    slope = (convert("MADRS to PHQ-9", 37.4) - convert("MADRS to PHQ-9", 17.7)) / (37.4 - 17.7)
    assert slope == pytest.approx(0.65, abs=0.02)


def test_two_ways_from_madrs_to_hamilton_agree() -> None:
    for score in (10, 20, 30, 40):
        through_qids = convert("QIDS-SR16 to HAM-D17", convert("MADRS to QIDS-SR16", score))
        assert convert("MADRS to HAM-D17", score) == pytest.approx(through_qids, abs=4)
