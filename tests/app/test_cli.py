"""The command line as a whole: which verbs there are, and what they load."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from rewire.app.cli import VERBS, build

HEAVY = ("numpy", "sympy", "numba", "llvmlite", "altair", "pandas", "xarray", "jax")


def names(app):
    return [command.name for command in app.registered_commands]


def test_every_verb_stands_in_the_table_of_its_file():
    assert names(build()) == [verb for verbs in VERBS.values() for verb in verbs]


@pytest.mark.parametrize("file", VERBS)
def test_a_verb_loads_its_own_file_only(file):
    for verb in VERBS[file]:
        assert names(build([verb, "--help"])) == list(VERBS[file])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["compare", "--help"],
        ["check", "examples/six-infusions.yaml"],
        ["say", "ketamine 0.5 mg/kg IV over 40 min, day 1"],
        ["explain"],
    ],
)
def test_verbs_that_compute_nothing_load_nothing_heavy(arguments):
    script = (
        "import sys; from rewire.app.cli import _run; code = _run(sys.argv[1:]);"
        f"print([name for name in {HEAVY} if name in sys.modules], code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[] 0", done.stderr


def test_the_version_is_said():
    said = subprocess.run([sys.executable, "-m", "rewire.app.cli", "--version"], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, f"rewire {version('rewire')}\n")
