"""What `rewire sources NAME` prints."""

from __future__ import annotations

import pytest

from rewire.errors import EvidenceError
from rewire.evidence.explain import explain_entry, explain_source, find_entries, say_deviation, show_value
from rewire.sources import Entry


def test_an_entry_in_full() -> None:
    text = explain_source("scales.HAM-D17.measurement_sd")
    assert text.splitlines()[0] == "HAM-D17.measurement_sd"
    for part in ("1.25 HAMD17 points", "reported", "Morriss et al. 2008", "https://doi.org/", "scales.toml", "raters"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_reason_of_an_assumed_number_is_shown() -> None:
    text = " ".join(explain_source("MADRS.remission").split())
    assert "assumed: chosen, for the reason below" in text
    assert "Most trials use 10" in text


def test_rows_without_content_are_left_out() -> None:
    entry = Entry(name="a", value=1.0, unit="1", how="assumed", why="because", table="t")
    rows = [line.split() for line in explain_entry("t.a", entry).splitlines()]
    assert [row[0] for row in rows] == ["a", "value", "how", "why", "table"]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("scales.MADRS.maximum", 1),
        ("MADRS.maximum", 1),
        ("madrs.MAXIMUM", 1),
        ("TRD.MADRS", 2),
        ("TRD.MADRS.mean", 1),
        ("populations.PTSD.baseline.CAPS-5", 2),
        ("scales.maximum", 9),
        ("measurement_s", 9),
        ("nothing of the kind", 0),
        ("", 0),
    ],
)
def test_finding_by_path_and_part(name: str, count: int) -> None:
    assert len(find_entries(name)) == count


def test_several_matches_are_listed_with_value_and_source() -> None:
    text = explain_source("TRD.MADRS")
    assert text.startswith("2 numbers match 'TRD.MADRS'")
    assert "populations.TRD.baseline.MADRS.mean  37.1 MADRS points  derived  jones-2022" in text


def test_a_reference_tells_what_rests_on_it() -> None:
    text = explain_source("morriss-2008")
    assert text.startswith("Morriss et al. 2008.")
    assert "scales.HAM-D17.measurement_sd" in text
    assert "scales.HAM-D17.reliable_change" in text


def test_unknown_names_get_a_suggestion() -> None:
    with pytest.raises(EvidenceError, match=r"matches 'mesurement_sd'(.|\n)*measurement_sd"):
        explain_source("mesurement_sd")


@pytest.mark.parametrize(
    ("value", "kind", "size", "words"),
    [
        (100.0, "lognormal", 0.3, "four of five lie between 68.1 and 147 mg (standard deviation 0.3 on the log scale)"),
        (-2.0, "lognormal", 0.5, "four of five lie between -3.8 and -1.05 mg"),
        (0.5, "logit", 1.0, "four of five lie between 0.217 and 0.783 mg"),
        (10.0, "normal", 2.0, "four of five lie between 7.44 and 12.6 mg (standard deviation 2 mg)"),
        (10.0, "normal", 0.0, "none"),
    ],
)
def test_spread_in_plain_words(value: float, kind: str, size: float, words: str) -> None:
    entry = Entry(name="a", value=value, unit="mg", how="assumed", spread=size, spread_kind=kind)
    assert say_deviation(entry, size, kind).startswith(words)


def test_values_are_shown_with_readable_units() -> None:
    assert show_value(Entry(name="a", value=(0.0, 7.5), unit="MADRS_point", how="assumed")) == "0, 7.5 MADRS points"
    assert show_value(Entry(name="a", value=0.5, unit="mg/kg_body", how="assumed")) == "0.5 mg/kg of body weight"
    assert show_value(Entry(name="a", value=0.5, unit="1", how="assumed")) == "0.5"
    assert show_value(Entry(name="a", value=46.3, unit="year", how="assumed")) == "46.3 years"
