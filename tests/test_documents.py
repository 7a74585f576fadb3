"""The pages keep their word: what they tell a reader to type runs, and every link leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))
}
TRIED = [name for name in PAGES if re.match(r"README|docs/(tutorial|how-to)/", name)]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = ("serve", "bench", "PLAN", "our-cohort.csv", "100000", "1_000_000")
"""Words of what is not tried: it does not end, is a placeholder, wants a file of the reader's, or takes minutes."""
MISSPELT = 'rewire say "ketamin 0.5 mg/kg IV, twice weekly"'


def blocks(name: str, *kinds: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(PAGES[name]) if kind in kinds]


def commands() -> list[str]:
    lines = [
        line.split(" #")[0].strip()
        for name in TRIED
        for block in blocks(name, "sh", "bash")
        for line in block.replace("\\\n", "").splitlines()
    ]
    return list(
        dict.fromkeys(
            line for line in lines if line.startswith("rewire ") and not any(word in line for word in ELSEWHERE)
        )
    )


def python(name: str) -> str:
    return "\n".join(block for block in blocks(name, "python") if not any(word in block for word in ELSEWHERE))


@pytest.fixture
def desk(tmp_path):
    """A folder with the examples, as a reader stands in."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


def run(words, desk, **options):
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        words, cwd=desk, env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", timeout=300, **options
    )


def test_commands_and_python_were_found():
    assert len(commands()) > 20
    assert sum(bool(python(name)) for name in TRIED) >= 4


@pytest.mark.parametrize("command", commands())
def test_a_command_runs(command, desk):
    found = run(command, desk, shell=True)
    assert found.returncode == (2 if command == MISSPELT else 0), found.stderr
    assert "Traceback" not in found.stderr and "Warning" not in found.stderr


@pytest.mark.parametrize("name", [name for name in TRIED if python(name)])
def test_python_runs(name, desk):
    found = run([sys.executable, "-c", python(name)], desk)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    for link in LINK.findall(BLOCK.sub("", PAGES[name])):
        target, _, heading = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (ROOT / name).parent / target if target else ROOT / name
        assert file.exists(), link
        if heading and file.suffix == ".md":
            heads = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}, link
