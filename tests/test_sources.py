"""No number without a source loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rewire.errors import EvidenceError
from rewire.sources import Entry, Group, load_table, read_table, table_names

HEAD = 'title = "Try"\nkind = "lists"\n'
GOOD = """
[half_block]
value = 430
unit = "nmol/L"
spread = 0.3
uncertainty = 0.2
source = "zanos-2018"
where = "Table 1"
how = "reported"
about = "human"
"""


def good_entry(**changes: str | None) -> str:
    """The text of a table with one entry; a change replaces or adds a line, or removes it when None."""
    lines = {"value": "430", "unit": '"nmol/L"', "how": '"reported"', "source": '"zanos-2018"', "where": '"Table 1"'}
    lines |= {key: line for key, line in changes.items() if line is not None}
    kept = {key: line for key, line in lines.items() if changes.get(key, "") is not None}
    return HEAD + "[half_block]\n" + "".join(f"{key} = {line}\n" for key, line in kept.items())


def test_an_entry_knows_everything_about_its_number() -> None:
    entry = read_table(HEAD + GOOD, "receptor").entry("half_block")
    assert entry == Entry(
        name="half_block",
        value=430.0,
        unit="nmol/L",
        how="reported",
        spread=0.3,
        uncertainty=0.2,
        source="zanos-2018",
        where="Table 1",
        about="human",
        table="receptor",
    )
    assert (entry.spread_kind, entry.uncertainty_kind) == ("lognormal", "lognormal")
    assert isinstance(entry.value, float)
    with pytest.raises(AttributeError):
        entry.value = 1.0  # type: ignore[misc]


def test_rows_of_numbers() -> None:
    entry = read_table(good_entry(value="[1, 2.5]"), "t").entry("half_block")
    assert entry.value == entry.numbers == (1.0, 2.5)
    with pytest.raises(EvidenceError, match="holds 2 numbers where one is needed"):
        _ = entry.number
    assert read_table(good_entry(), "t").entry("half_block").numbers == (430.0,)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"unit": None}, "half_block: an entry without a unit"),
        ({"unit": '"nM"'}, "half_block.unit: unknown unit 'nM'"),
        ({"unit": "3"}, "half_block.unit: 'unit' is not words"),
        ({"how": None}, "half_block.how: an entry that does not say how it was obtained"),
        ({"how": '"guessed"'}, "half_block.how: 'guessed' is not a way"),
        ({"source": None}, "half_block: a number that is 'reported' without a source"),
        ({"where": None}, "half_block: a source without a place in it"),
        ({"how": '"fitted"', "source": None}, "'fitted' without a source"),
        ({"how": '"digitised"', "source": None}, "'digitised' without a source"),
        ({"how": '"derived"'}, "'derived' without a why"),
        ({"how": '"assumed"', "source": None, "where": None}, "'assumed' without a why"),
        ({"how": '"assumed"', "source": None, "where": None, "why": '"  "'}, "'assumed' without a why"),
        ({"value": "nan"}, "half_block.value: nan is not a finite number"),
        ({"value": "[1, inf]"}, "half_block.value: inf is not a finite number"),
        ({"value": '"430"'}, "half_block.value: '430' is not a number"),
        ({"value": "true"}, "half_block.value: True is not a number"),
        ({"value": "[]"}, r"half_block.value: \[\] is not a number"),
        ({"spread": "-0.1"}, "half_block.spread: a negative spread"),
        ({"uncertainty": "nan"}, "half_block.uncertainty: nan is not a finite number"),
        ({"uncertainty": "-1"}, "half_block.uncertainty: a negative uncertainty"),
        ({"spread": "0.1", "value": "0"}, "half_block.spread: a lognormal spread around a value of 0"),
        ({"spread": "0.1", "spread_kind": '"logit"'}, "half_block.spread: a logit spread around a value that is not"),
        ({"spread": "0.1", "spread_kind": '"gamma"'}, "half_block.spread_kind: unknown spread_kind 'gamma'"),
        ({"spread_kind": '"normal"'}, "half_block.spread_kind: a spread_kind without a spread"),
        ({"sorce": '"x"'}, "half_block.sorce: unknown key 'sorce'"),
    ],
)
def test_bad_entries_do_not_load(changes: dict[str, str | None], problem: str) -> None:
    with pytest.raises(EvidenceError, match=problem):
        read_table(good_entry(**changes), "t")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("loose = 3\n", "loose: a number without a source"),
        ("[group]\ncut = 10.5\n", "group.cut: a number without a source"),
        ("[group]\ncuts = [1, 2]\n", "group.cuts: a number without a source"),
        ("[group]\nday = 2024-01-01\n", "group.day: a number without a source"),
        ('[group]\nunit = "mg"\nhow = "assumed"\n', "group: an entry without a value"),
        ("[[group]]\nname = 'a'\n", "group: a list of tables"),
    ],
)
def test_numbers_outside_an_entry_do_not_load(body: str, problem: str) -> None:
    with pytest.raises(EvidenceError, match=problem):
        read_table(HEAD + body, "t")


def test_the_message_tells_file_line_and_the_next_step() -> None:
    with pytest.raises(EvidenceError) as caught:
        read_table(good_entry(how='"reporte"'), "receptor")
    assert caught.value.place is not None
    assert (caught.value.place.source, caught.value.place.line) == ("receptor.toml", 6)
    assert caught.value.advice == "did you mean 'reported'?"


@pytest.mark.parametrize("header", ["[a.'b c'.d]", '[ a . "b c" . d ]'])
def test_lines_are_found_under_quoted_names(header: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        read_table(HEAD + f'[a]\nword = "x"\n# note\n{header}\nvalue = 1\nunit = "wrong"\n', "t")
    assert caught.value.problem.startswith("a.b c.d.unit")
    assert caught.value.place is not None
    assert caught.value.place.line == 8


def test_text_that_is_not_toml_is_shown_with_a_caret() -> None:
    with pytest.raises(EvidenceError) as caught:
        read_table('title = "Try"\nkind = \n', "t")
    assert "t.toml:2" in str(caught.value)
    assert "^" in str(caught.value)


@pytest.mark.parametrize(
    "head", ["", 'kind = "lists"\n', 'title = "x"\n', 'title = "x"\nkind = "list"\n', 'title = ""\nkind = "lists"\n']
)
def test_a_table_says_its_title_and_kind(head: str) -> None:
    with pytest.raises(EvidenceError, match=r"no valid '(title|kind)'"):
        read_table(head, "t")


def test_a_table_of_parameters_holds_entries_only() -> None:
    with pytest.raises(EvidenceError, match="group: a table of parameters holds entries only"):
        read_table('title = "x"\nkind = "parameters"\n[group]\nword = "y"\n', "t")


def test_groups_nest_and_hold_labels() -> None:
    text = HEAD + '[MADRS]\nname = "x"\nrated = true\nwords = ["a", "b"]\n' + GOOD.replace("[half", "[MADRS.half")
    table = read_table(text, "scales")
    assert dict(table.group("MADRS").entries()) == {"half_block": table["MADRS"]["half_block"]}  # type: ignore[index]
    assert table.text("MADRS", "name") == "x"
    assert table.group("MADRS")["rated"] is True
    assert table.group("MADRS")["words"] == ("a", "b")
    assert table.number("MADRS", "half_block") == 430
    assert [entry.name for entry in table.walk()] == ["MADRS.half_block"]
    assert table.group("MADRS").where == "scales.toml: MADRS"
    assert list(table.groups()) == ["MADRS"]


def test_wrong_names_in_a_group_get_a_suggestion() -> None:
    table = read_table(HEAD + GOOD, "receptor")
    with pytest.raises(EvidenceError, match=r"no 'half_bloc'(.|\n)*did you mean 'half_block'"):
        _ = table["half_bloc"]
    assert table.get("half_bloc") is None
    assert "half_bloc" not in table
    assert "half_block" in table


def test_a_path_must_lead_to_the_right_kind() -> None:
    table = read_table(HEAD + GOOD, "receptor")
    with pytest.raises(EvidenceError, match="'half_block' is not a group and holds no 'value'"):
        table.entry("half_block", "value")
    with pytest.raises(EvidenceError, match="'title' is not an entry"):
        table.entry("title")
    with pytest.raises(EvidenceError, match="'half_block' is not words"):
        table.text("half_block")


def test_a_group_is_filled_from_another() -> None:
    table = read_table(HEAD + '[a]\nx = "own"\n[b]\nx = "other"\ny = "lent"\n', "t")
    filled = table.group("a").filled_from(table.group("b"))
    assert dict(filled) == {"x": "own", "y": "lent"}
    assert dict(table.group("a")) == {"x": "own"}


def test_unknown_tables_get_a_suggestion() -> None:
    with pytest.raises(EvidenceError, match="did you mean 'scales'"):
        load_table("scale")


def test_shipped_tables_are_read_once() -> None:
    assert "scales" in table_names()
    assert load_table("scales") is load_table("scales")
    assert isinstance(load_table("scales"), Group)


def test_reading_a_table_loads_no_heavy_package() -> None:
    code = (
        "import sys; from rewire.sources import load_table; load_table('scales');"
        "print(sorted({'pint', 'numpy', 'sympy', 'numba', 'xarray'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
