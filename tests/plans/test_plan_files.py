"""Plan files: what they hold, and how wrong ones are refused with line and column."""

import os
import time
from pathlib import Path

import pytest

from rewire.errors import PlanError, RewireError
from rewire.plans import Plan, read, read_plan, write_plan

EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = "rewire: 1\ncourse:\n"


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "plan.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_reads_and_reads_back(path, tmp_path):
    if "course:" not in path.read_text():
        pytest.skip("not a plan")
    plan = read_plan(path)
    assert plan.events(24 * 7)
    write_plan(plan, tmp_path / "again.yaml")
    assert read_plan(tmp_path / "again.yaml") == plan


def test_the_file_of_the_design(file):
    plan = read_plan(
        file(
            """\
rewire: 1
name: Six infusions with therapy
start: 2026-01-12              # optional; otherwise day 1
course:
  - ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks
  - CBT 50 min, 24 h after each ketamine
  - walking 30 min, daily
background:
  - sertraline 100 mg oral, daily, since 8 weeks before
life:
  - job loss, severity 0.6, day 20 for 2 weeks
"""
        )
    )
    assert plan.name == "Six infusions with therapy"
    assert str(plan.start) == "2026-01-12"
    assert [len(part) for part in (plan.course, plan.background, plan.life)] == [3, 1, 1]


# text · words of the problem · line · column · words of the expectation or the advice
WRONG = [
    ("", "is empty", None, None, "rewire: 1"),
    ("# nothing\n", "is empty", None, None, "rewire: 1"),
    ("- a\n", "not a plan", 1, 1, "rewire: 1"),
    ("course: []\n", "does not say 'rewire: 1'", 1, 1, ""),
    ("rewire: 2\ncourse: []\n", "unknown version", 1, 9, "rewire: 1"),
    ("rewire: '1'\ncourse: []\n", "unknown version", 1, 9, "rewire: 1"),
    ("rewire: 1\n", "has no course", 1, 1, "course: []"),
    ("rewire: 1\ncourse:\n", "'course' is not a list", 2, 8, "- "),
    ("rewire: 1\ncourse: CBT, weekly\n", "'course' is not a list", 2, 9, "- "),
    ("rewire: 1\ncorse: []\n", "unknown key 'corse'", 2, 1, "course"),
    ("rewire: 1\ncourse: []\nname: a\nname: b\n", "stands twice", 4, 1, ""),
    ("rewire: 1\nname: 7\ncourse: []\n", "'name' is not text", 2, 7, "quotes"),
    ("rewire: 1\nname: [a]\ncourse: []\n", "'name' is not text", 2, 7, ""),
    ('rewire: 1\nname: "a\\nb"\ncourse: []\n', "one line", 2, 7, ""),
    ("rewire: 1\nstart: 2026-02-30\ncourse: []\n", "there is no date 2026-02-30", 2, 8, "2026-01-12"),
    ("rewire: 1\nstart: 12.1.2026\ncourse: []\n", "not a date", 2, 8, "2026-01-12"),
    ("rewire: 1\nstart: 2026-W03-1\ncourse: []\n", "not a date", 2, 8, "2026-01-12"),
    ("rewire: 1\nstart: [2026-01-12]\ncourse: []\n", "not a date", 2, 8, ""),
    ("rewire: 1\nstart: 2026-01-12T09:00:00\ncourse: []\n", "not a date", 2, 8, ""),
    ("rewire: 1\nresearch: yes\ncourse: []\n", "neither true nor false", 2, 11, "true"),
    (HEAD + "  - 5\n", "not a phrase", 3, 5, ""),
    (HEAD + "  - CBT: weekly\n", "not a phrase", 3, 5, "quotes"),
    (HEAD + "  -\n", "not a phrase", 3, None, ""),
    (HEAD + "  - CBT 50 min, weakly\n", "weakly", 3, 17, "weekly"),
    (HEAD + "  - 'CBT 50 min, weakly'\n", "weakly", 3, 18, "weekly"),
    (HEAD + '  - "CBT 50 min,\n     weakly"\n', "weakly", 4, 6, "weekly"),
    (HEAD + "  - >-\n    CBT 50 min,\n    weakly\n", "weakly", None, None, "weekly"),
    (HEAD + '  - "CBT\\u0020 50 min, weakly"\n', "weakly", 3, 5, "weekly"),
    (HEAD + "  - CBT, weekly\n  - ketamine 0.5 mg IV, day 1\n", "too small", 4, 14, "0.5 mg/kg"),
    (HEAD + "  - ketamine 2 mg/kg IV, day 1\n", "safety rule", 3, 5, "1 mg/kg"),
    (HEAD + "  - CBT, 24 h after each ketamine\n", "does not hold", 3, 5, "CBT"),
    (HEAD + "  - job loss, severity 0.5, day 2\n", "does not belong to 'course'", 3, 5, "life"),
    ("rewire: 1\ncourse: []\nbackground:\n  - sertraline 50 mg oral, daily\n", "since when", 4, 5, "since 8 weeks"),
    ("rewire: 1\ncourse: []\nlife:\n  - CBT, weekly\n", "does not belong to 'life'", 4, 5, "course"),
    ("rewire: 1\ncourse:\n\t- CBT, weekly\n", "a tab", 3, 1, "spaces"),
    ("rewire: 1\ncourse: [\n", "not valid YAML", 3, 1, ""),
    ("rewire: 1\ncourse: [a, b}\n", "not valid YAML", 2, 14, ""),
    ("rewire: 1\ncourse: *x\n", "not valid YAML", 2, 9, ""),
    ("rewire: 1\ncourse: []\n---\nrewire: 1\n", "not valid YAML", 3, 1, ""),
    ("rewire: 1\ncourse: " + "[" * 400, "brackets", 2, None, ""),
    ("".join(f"{' ' * depth}a:\n" for depth in range(900)), "nested too deeply", None, None, ""),
    (b"rewire: 1\ncourse: \xff\xfe\n", "not a text file", 2, None, ""),
    (b"\x7fELF\x00\x01\x02\x03\xd0\xff", "not a text file", 1, None, ""),
    (b"rewire: 1\nname: a\x00b\ncourse: []\n", "no text (U+0000)", 2, 8, "plain text"),
    ("rewire: 1\ncourse:\n  - CBT,\N{LINE SEPARATOR} weekly\n", "no text (U+2028)", 3, 9, "plain text"),
    ("rewire: 1\n? [a]\n: b\n", "not a word", 2, 3, "course"),
    (HEAD + "  - &a CBT, weekly\n  - &a walking, daily\n", "one anchor twice", None, None, "anchors"),
    ("rewire: 1\n<<: {course: []}\n", "unknown key '<<'", 2, 1, ""),
]


@pytest.mark.parametrize(
    ("text", "problem", "line", "column", "help_words"), WRONG, ids=[repr(w[0])[:60] for w in WRONG]
)
def test_wrong_files_are_explained(file, text, problem, line, column, help_words):
    path = file(text)
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    wrong = caught.value
    assert problem in wrong.problem
    assert help_words in wrong.expected + wrong.advice
    if line:
        assert wrong.place.source == str(path)
        assert wrong.place.line == line
        if column:
            assert wrong.place.column == column
    if wrong.place and wrong.place.column and wrong.place.text:
        shown = str(text, "utf-8", "replace") if isinstance(text, bytes) else text
        assert wrong.place.text == shown.splitlines()[wrong.place.line - 1].replace("\t", " ")[:500]


def test_the_marked_words_are_the_wrong_ones(file):
    with pytest.raises(PlanError) as caught:
        read_plan(file(HEAD + "  - 'ketamine 0.5 mg/kg IV, twice weekely for 3 weeks'\n"))
    place = caught.value.place
    assert place.text[place.column - 1 : place.column - 1 + place.length] == "weekely"


def test_large_files_are_refused_before_they_are_read(file):
    start = time.perf_counter()
    with pytest.raises(PlanError, match=r"10\.0 MB"):
        read_plan(file("a" * 10_000_000))
    with pytest.raises(PlanError, match="lines"):
        read_plan(file(HEAD + "  - CBT, weekly\n" * 10_000))
    assert time.perf_counter() - start < 1


def test_files_that_are_none(tmp_path):
    (tmp_path / "infusions.yaml").write_text("")
    with pytest.raises(PlanError, match="there is no file") as caught:
        read_plan(tmp_path / "infusion.yaml")
    assert "infusions.yaml" in caught.value.advice
    with pytest.raises(PlanError, match="is a folder"):
        read_plan(tmp_path)
    with pytest.raises(PlanError):
        read_plan("a\0b")
    with pytest.raises(PlanError):
        read_plan("x" * 10_000)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the file system allows everything")
def test_a_file_that_may_not_be_read(file):
    path = file("rewire: 1\n")
    path.chmod(0)
    with pytest.raises(PlanError, match="cannot read"):
        read_plan(path)


def test_a_name_that_looks_like_something_else_reads_back(tmp_path):
    for name in ("true", "7", "2026-01-12", "a: b", "# no", "'", '"', "null", "- x", "Ä ß 漢", "*a", "&b", "~", "="):
        plan = Plan("CBT, weekly", name=name)
        write_plan(plan, tmp_path / "plan.yaml")
        assert read_plan(tmp_path / "plan.yaml") == plan
        assert read(plan.say()) == plan


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "plan.yaml"
    write_plan(Plan("CBT, weekly"), path)
    with pytest.raises(RewireError, match="does not exist"):
        write_plan(Plan("CBT, weekly"), tmp_path / "no" / "plan.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(RewireError, match="cannot write"):
        write_plan(Plan("CBT, weekly"), tmp_path / "folder.yaml")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["folder.yaml", "plan.yaml"]


def test_windows_line_ends_and_a_byte_order_mark(file):
    plan = read_plan(file(b"\xef\xbb\xbfrewire: 1\r\ncourse:\r\n  - CBT, weekly\r\n"))
    assert plan == Plan("CBT, weekly")
