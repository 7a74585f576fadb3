"""Every page under axe-core, which comes from npm into a temporary folder and never into the repository."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from test_journeys import KINDS, PAGES, fill_page, open_page
from workbench import DESKTOP, PHONE, visit

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
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_barrier_is_found(browser, origin, axe, name, scheme, size):
    with visit(browser, origin, color_scheme=scheme, viewport=size, bypass_csp=True) as visitor:
        page = visitor.page
        open_page(page, origin, name)
        fill_page(page, name)
        assert barriers(page, axe) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_in_the_evidence(browser, origin, axe, kind, scheme):
    with visit(browser, origin, color_scheme=scheme, bypass_csp=True) as visitor:
        page = visitor.page
        open_page(page, origin, "evidence", f"#kind={kind}")
        for summary in page.locator("#list summary").all()[:3]:
            summary.click()
        if kind == "scorecard":
            page.get_by_role("button", name="ten facts").click()
        # Under the search box, which stays in sight, something always hides.
        page.evaluate("scrollTo(0, 0)")
        assert barriers(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found_where_something_is_wrong_or_asked(browser, origin, axe, scheme):
    with visit(browser, origin, color_scheme=scheme, bypass_csp=True) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        page.locator(".legend").first.click()
        page.wait_for_selector("#card:not([hidden])")
        assert barriers(page, axe) == []
        page.keyboard.press("Escape")
        page.locator("#editor textarea").first.fill("ketamin 0.5 mg/kg IV over 40 min, day 1")
        page.locator(".told mark").wait_for()
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
