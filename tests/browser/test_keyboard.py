"""Everything can be reached and done without a pointer, and it is always seen where one is."""

from __future__ import annotations

import pytest
from test_journeys import KINDS, PAGES, open_page
from workbench import visit

pytestmark = pytest.mark.slow

REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true })).length"""
FOCUSED = """() => {
    const one = document.activeElement, look = getComputedStyle(one);
    if (one === document.body) return null;
    one.dataset.reached = "";
    return [one.tagName, one.id || one.textContent.slice(0, 30), look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0];
}"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tab_reaches_everything_and_shows_where_it_is(browser, origin, name, scheme):
    with visit(browser, origin, color_scheme=scheme) as visitor:
        page = visitor.page
        open_page(page, origin, name)
        wanted = page.evaluate(REACHABLE)
        unseen = []
        for _ in range(wanted + 20):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            if not focused[2]:
                unseen.append(focused)
        assert unseen == []
        assert page.evaluate("document.querySelectorAll('[data-reached]').length") >= wanted


def test_plans_are_compared_with_the_keyboard(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "compare")
        page.locator("#people-count").focus()
        page.keyboard.type("200")
        page.locator("#draws").focus()
        page.keyboard.type("leave")
        page.wait_for_timeout(400)
        page.locator("#run").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-result='done']", timeout=120_000)
        page.locator("#day").focus()
        page.keyboard.press("Home")
        assert "0 have responded" in page.locator(".hundreds").inner_text()


def test_a_person_is_seen_with_the_keyboard(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "person")
        page.locator("#sample").focus()
        page.keyboard.press("Space")
        page.wait_for_selector("body[data-band]", timeout=60_000)
        page.get_by_role("button", name="What might come").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-forecast]", timeout=120_000)


def test_evidence_is_found_with_the_keyboard(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "evidence")
        for kind in KINDS:
            page.get_by_role("button", name=kind, exact=True).focus()
            page.keyboard.press("Enter")
            page.wait_for_selector(f"body[data-listed='{kind}']")
        page.get_by_role("button", name="claims", exact=True).focus()
        page.keyboard.press("Enter")
        page.locator(".claim summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".claim[open]").count() == 1


def test_scenes_are_moved_with_the_keyboard(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "heal")
        scene = page.locator(".scene").first
        before = scene.locator(".said").inner_text()
        scene.locator(".choices button[aria-pressed='false']").first.focus()
        page.keyboard.press("Space")
        scene.locator("input[type=range]").focus()
        page.keyboard.press("End")
        assert scene.locator(".said").inner_text() != before
