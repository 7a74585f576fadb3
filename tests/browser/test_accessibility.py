"""Every page under axe-core, which comes from npm into a temporary folder and never into the repository."""

from __future__ import annotations

import re
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
        assert barriers(page, axe) == []


@pytest.mark.parametrize("name", ["explore", "compare"])
def test_no_barrier_is_found_while_the_model_works(browser, origin, axe, name):
    with visit(browser, origin, bypass_csp=True) as visitor:
        page = visitor.page
        page.route(re.compile("/api/(person|studies)"), lambda route: None)
        page.goto(f"{origin}{name}")
        page.wait_for_selector(".line-row textarea")
        assert barriers(page, axe) == []


def barriers(page, axe):
    """What axe-core finds on a page as it is now."""
    page.evaluate(axe)
    found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)["violations"]
    return [(one["id"], one["impact"], [node["target"] for node in one["nodes"][:3]]) for one in found]
