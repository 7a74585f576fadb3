"""Every page under axe-core, which comes from npm into a temporary folder and never into the repository."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from test_journeys import PAGES, fill_page, open_page
from workbench import visit

pytestmark = pytest.mark.slow
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    if not shutil.which("npm"):
        pytest.skip("NO ACCESSIBILITY TESTS: npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    file = folder / "node_modules" / "axe-core" / "axe.min.js"
    if done.returncode or not file.is_file():
        pytest.skip("NO ACCESSIBILITY TESTS: axe-core could not be installed")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found(browser, origin, axe, name, scheme):
    with visit(browser, origin, color_scheme=scheme, bypass_csp=True) as visitor:
        page = visitor.page
        open_page(page, origin, name)
        fill_page(page, name)
        page.evaluate(axe)
        found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)["violations"]
        told = [(one["id"], one["impact"], [node["target"] for node in one["nodes"][:3]]) for one in found]
        assert told == []
