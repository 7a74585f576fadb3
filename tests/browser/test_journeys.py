"""Journeys in a real Chromium: explore, compare, a person, evidence, the five scenes."""

from __future__ import annotations

import re

import pytest
from workbench import PHONE, visit, workbench

pytestmark = pytest.mark.slow

PAGES = ("explore", "compare", "person", "evidence", "heal", "api")
KINDS = ("numbers", "trials", "scorecard", "claims", "hypotheses", "references")
"""What the evidence page lists."""
DRAWN = {
    "explore": "body[data-drawn][data-crowd]",
    "compare": "#run:not([disabled])",
    "person": "#course svg",
    "evidence": "body[data-listed]",
    "heal": "body[data-drawn='5']",
    "api": "#routes li",
}


OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect(), look = getComputedStyle(one);
    if (!box.width || look.clipPath !== "none" || one.closest(".skip, .scroll")) return false;
    const cut = one.matches("button, h1, h2, h3, p, a, select") && look.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
    return box.right > innerWidth + 1 || box.left < -1 || cut;
}).map((one) => `${one.tagName} ${one.className.baseVal ?? one.className} ${one.textContent.slice(0, 40)}`)"""
"""What lies beyond the edge of the page, or is cut; tables that scroll by themselves may."""


def open_page(page, origin, name, fragment=""):
    page.goto(f"{origin}{name}{fragment}")
    page.wait_for_selector(DRAWN[name], timeout=60_000)


def fill_page(page, name):
    """Brings a page to where it shows the most."""
    if name == "compare":
        page.select_option("#people-count", "200")
        page.select_option("#draws", "0")
        page.wait_for_timeout(400)
        page.click("#run")
        page.wait_for_selector("body[data-result='done']", timeout=120_000)
        page.wait_for_selector(".vega canvas", timeout=30_000)
    if name == "person":
        page.click("#sample")
        page.wait_for_selector("body[data-band]", timeout=60_000)
        if page.get_by_role("button", name="What might come").count():
            page.get_by_role("button", name="What might come").click()
            page.wait_for_selector("body[data-forecast]", timeout=120_000)
    if name == "evidence":
        page.goto(f"{page.url.partition('#')[0]}#quantity=dissociation")
        page.wait_for_selector("body[data-quantity]")


def test_explore_from_words_to_person(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        line = page.locator("#editor textarea").first
        before = page.get_attribute("body", "data-drawn")
        line.fill("esketamine 84 mg intranasal, twice weekly for 4 weeks")
        page.wait_for_function("before => document.body.dataset.drawn !== before", arg=before)
        assert page.locator(".chip").count() == 8
        assert "esketamine" in page.locator("#cascade .panel").first.inner_text()


def test_an_error_stands_at_the_word_and_can_be_put_right(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        line = page.locator("#editor textarea").first
        line.fill("ketamin 0.5 mg/kg IV over 40 min, day 1")
        mark = page.locator(".told mark")
        mark.wait_for()
        assert mark.inner_text() == "ketamin"
        page.get_by_role("button", name="use “ketamine”").click()
        page.wait_for_selector(".told.bad", state="detached")
        assert line.input_value().startswith("ketamine 0.5")


def test_suggestions_are_taken_with_the_keyboard(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        line = page.locator("#editor textarea").first
        line.fill("")
        line.type("CBT")
        page.locator(".offers:not([hidden]) li").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert line.input_value().startswith("CBT 50 min, ")


def test_a_dose_is_dragged_to_another_day(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        chip, day = page.locator("td[data-day='4'] .chip"), page.locator("td[data-day='6']")
        start, end = chip.bounding_box(), day.bounding_box()
        page.mouse.move(start["x"] + 10, start["y"] + 6)
        page.mouse.down()
        page.mouse.move(end["x"] + 12, end["y"] + 12, steps=6)
        page.mouse.up()
        page.wait_for_selector("td[data-day='6'] .chip")
        assert "days 1, 6, 8, 11, 15, 18" in page.locator("#editor textarea").first.input_value()


def test_everything_can_be_done_with_the_keyboard(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        page.locator("td[data-day='4'] .chip").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("td[data-day='5'] .chip")
        page.wait_for_selector("[data-key='0:5']:focus")
        page.keyboard.press("Delete")
        page.wait_for_selector("td[data-day='5'] .chip", state="detached")
        page.locator("#hour").focus()
        page.keyboard.press("End")
        assert page.locator("#now-words").inner_text().startswith("Day 57")
        page.locator(".legend").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#card a:focus")
        page.keyboard.press("Escape")
        assert page.locator("#card").is_hidden()


def test_from_a_curve_to_its_source_in_two_clicks(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        page.get_by_role("button", name=re.compile("^dissociation")).click()
        page.get_by_role("link", name="Equation, numbers and sources").click()
        page.wait_for_selector("body[data-quantity='dissociation']")
        shown = page.locator("#quantity").inner_text()
        assert "Numbers in this equation" in shown
        assert page.locator("#quantity a[href^='https://doi.org']").count() > 0


def test_a_curve_is_named_under_the_pointer(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "explore")
        box = page.locator(".panel svg").nth(5).bounding_box()
        shown = False
        for step in range(12):
            page.mouse.move(box["x"] + 120, box["y"] + 6 + step * 5)
            shown = shown or page.locator("#card").is_visible()
        assert shown


def test_two_plans_are_compared_and_drawn(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "compare")
        page.select_option("#people-count", "1000")
        page.select_option("#weeks", "26")
        page.wait_for_timeout(500)
        page.click("#run")
        page.wait_for_selector("body[data-result='done']", timeout=90_000)
        assert page.locator(".verdict").count() == 1
        assert page.locator(".icons").count() == 2
        page.wait_for_selector(".vega canvas", timeout=20_000)
        page.get_by_role("button", name="difference").click()
        page.wait_for_selector(".figure[aria-busy]", state="detached")
        assert page.locator(".in-words p").last.inner_text().endswith("not a medical device.")


def test_a_dark_page_is_printed_as_paper(browser, origin):
    with visit(browser, origin, color_scheme="dark") as visitor:
        page = visitor.page
        open_page(page, origin, "compare")
        fill_page(page, "compare")
        figures = page.locator(".vega")
        page.locator(".vega.paper canvas").wait_for(state="attached")
        assert [figure.is_visible() for figure in figures.all()] == [True, False]
        page.emulate_media(media="print")
        assert [figure.is_visible() for figure in figures.all()] == [False, True]
        corner = "canvas => [...canvas.getContext('2d').getImageData(2, 2, 1, 1).data]"
        assert page.locator(".vega.paper canvas").evaluate(corner)[:3] == [255, 255, 255]


def test_a_long_comparison_can_be_stopped(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "compare")
        page.select_option("#people-count", "20000")
        page.wait_for_timeout(400)
        page.click("#run")
        page.wait_for_selector("#progress progress", timeout=30_000)
        page.click("#run")
        page.locator("#run", has_text="Compare").wait_for(timeout=30_000)


def test_a_person_is_seen_against_people_like_them(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "person")
        scores = "date,scale,score\n2026-01-12,PHQ-9,19\n2026-01-19,PHQ-9,44\n2026-01-26,PHQ-9,9\n"
        page.fill("#rows", f"{scores}2026-01-12,ketamine,40,mg,IV,40")
        page.wait_for_selector("body[data-band]", timeout=60_000)
        assert "PHQ-9 runs from 0 to 27" in page.locator("#read").inner_text()
        assert (
            "1 of 1" in page.locator("#course-words").inner_text()
            or "0 of 1" in page.locator("#course-words").inner_text()
        )
        assert (
            page.evaluate(
                "Object.keys(localStorage).filter((key) => key !== 'look').length + Object.keys(sessionStorage).length"
            )
            == 0
        )


def test_evidence_is_searched(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "evidence")
        page.fill("#query", "half_block")
        page.wait_for_selector(".entry")
        page.get_by_role("button", name="trials").click()
        page.fill("#query", "murrough-2013")
        page.get_by_role("button", name="Does the model find the same?").first.click()
        page.wait_for_selector("text=eight in ten", timeout=60_000)
        page.get_by_role("button", name="hypotheses").click()
        page.fill("#query", "window")
        page.wait_for_selector(".item")


def test_the_five_scenes_answer_every_control(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "heal")
        for scene in page.locator(".scene").all():
            assert scene.locator(".sure").is_visible()
            assert scene.locator(".controls .choices").count() + scene.locator("input[type=range]").count() <= 4
            before = scene.locator(".drawings").inner_html() + scene.locator(".said").inner_text()
            scene.locator(".controls .choices").first.locator("button[aria-pressed='false']").last.click()
            assert scene.locator(".drawings").inner_html() + scene.locator(".said").inner_text() != before
            scene.locator("input[type=range]").focus()
            words = scene.locator(".moment strong").inner_text()
            page.keyboard.press("Home")
            assert scene.locator(".moment strong").inner_text() != words


def test_the_scenes_work_without_a_network_once_opened(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "heal")
        page.evaluate("navigator.serviceWorker.ready")
        page.reload()
        page.wait_for_selector(DRAWN["heal"])
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector(DRAWN["heal"])
        page.context.set_offline(False)
        # A browser without a network says so on its console; that is all it may say.
        visitor.said[:] = [words for words in visitor.said if "ERR_INTERNET_DISCONNECTED" not in words]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE["width"], 1024, 1440])
def test_every_page_fits(browser, origin, name, scheme, width):
    with visit(browser, origin, viewport={"width": width, "height": 844}, color_scheme=scheme) as visitor:
        open_page(visitor.page, origin, name)
        fill_page(visitor.page, name)
        assert visitor.page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_all_evidence_fits_a_phone(browser, origin, kind):
    with visit(browser, origin, viewport=PHONE) as visitor:
        page = visitor.page
        open_page(page, origin, "evidence", f"#kind={kind}")
        for summary in page.locator("#list summary").all()[:3]:
            summary.click()
        assert page.evaluate(OUTSIDE) == []


def test_the_token_guards_the_workbench(browser):
    with workbench("--token", "a-long-and-secret-word") as served:
        place = served.address.partition("?")[0]
        with visit(browser, place) as visitor:
            page = visitor.page
            assert page.goto(place).status == 401
            # The browser itself reports the refusal.
            page.wait_for_timeout(400)
            visitor.said.clear()
            page.goto(served.address)
            page.wait_for_selector("#editor textarea")
            assert "token" not in page.url
