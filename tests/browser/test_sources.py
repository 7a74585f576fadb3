"""From any number on any page it is two clicks to where it comes from."""

from __future__ import annotations

import re

import pytest
from test_journeys import fill_page, open_page
from workbench import visit

pytestmark = pytest.mark.slow

WAY = "a[href*='#quantity='], a[href*='kind=trials'], a[href^='http'], button.legend"
"""What leads from a number to its source."""
BLOCKS = {
    "explore": ".panel, .now-drawings figure, #crowd",
    "compare": "section[aria-label='Verdict'], section[aria-label='Of 100 people'], .numbers tbody tr",
    "person": "section[aria-label='Course'] > .sheet, .numbers tbody tr",
    "heal": ".scene .play-area, .scene .sure li",
    "evidence#kind=numbers&query=safety": ".entry",
    "evidence#kind=trials&query=murrough-2013": ".trial[open]",
    "evidence#kind=hypotheses": ".item",
    "evidence#kind=references": ".item",
    "evidence#kind=claims": ".claim",
}
"""The smallest parts of a page that stand for themselves and hold numbers."""
COUNTED = re.compile(r"^(Visits|Doses of|doses still to come)")
"""Rows that only count what the reader's own plan says."""
OWN_WORDS = re.compile(r"Why: |evidence: ")
"""A number without a source says why it is assumed, a hypothesis what is known."""
WALKS = {
    "explore: a curve": ("explore", [".legend >> nth=0", "#card a"]),
    "explore: a part of the brain": ("explore", ["#brain a >> nth=0"]),
    "explore: the window": ("explore", ["#brain a >> nth=1"]),
    "explore: the valley": ("explore", ["#valley a"]),
    "explore: the score": ("explore", ["#score a"]),
    "explore: others": ("explore", ["#crowd a >> nth=0"]),
    "explore: their dissociation": ("explore", ["#crowd a >> nth=1"]),
    "compare: the verdict": ("compare", ["section[aria-label='Verdict'] a"]),
    "compare: of 100 people": ("compare", ["section[aria-label='Of 100 people'] a"]),
    "compare: a score": ("compare", [".numbers a >> nth=1"]),
    "compare: blood pressure": ("compare", [".numbers a >> nth=-1"]),
    "person: the course": ("person", ["#course-source a"]),
    "person: an option": ("person", [".numbers a >> nth=0"]),
    "heal: a curve": ("heal", [".mini a >> nth=0"]),
    "heal: people": ("heal", ["#people .play-area a"]),
    "evidence: a published trial": ("evidence#kind=trials", [".trial summary >> nth=0"]),
    "evidence: a claim": ("evidence#kind=claims", [".claim summary >> nth=0"]),
}
"""The clicks from a number to the page that shows its source."""
SOURCES = "#quantity .entry a[href^='http'], #quantity .entry:has-text('Why:'), .trial[open] a, .claim[open] a"
"""A work, or why a number is assumed."""


def show(page, origin, address):
    name, _, fragment = address.partition("#")
    open_page(page, origin, name, f"#{fragment}" if fragment else "")
    if name != "evidence":
        fill_page(page, name)


@pytest.mark.parametrize("address", BLOCKS)
def test_every_number_has_a_way_to_its_source(browser, origin, address):
    with visit(browser, origin) as visitor:
        page = visitor.page
        show(page, origin, address)
        blocks = [block for block in page.locator(BLOCKS[address]).all() if block.is_visible()]
        texts = [(block.inner_text(), block.locator(WAY).count()) for block in blocks]
        texts = [(text, ways) for text, ways in texts if re.search(r"\d", text)]
        assert texts
        without = [text for text, ways in texts if not ways and not COUNTED.match(text) and not OWN_WORDS.search(text)]
        assert without == []


@pytest.mark.parametrize("walk", WALKS)
def test_two_clicks_lead_to_a_source(browser, origin, walk):
    address, clicks = WALKS[walk]
    assert len(clicks) <= 2
    with visit(browser, origin) as visitor:
        page = visitor.page
        show(page, origin, address)
        for place in clicks:
            page.locator(place).first.click()
        page.wait_for_selector(SOURCES)


def test_from_the_scorecard_to_the_paper(browser, origin):
    with visit(browser, origin) as visitor:
        page = visitor.page
        open_page(page, origin, "evidence", "#kind=scorecard")
        page.get_by_role("button", name="ten facts").click()
        facts = page.locator("article.fact")
        assert facts.count() == 10
        assert all(fact.locator("tbody tr td:nth-child(2) a").count() for fact in facts.all())
        page.get_by_role("button", name="Simulate the ten facts").click()
        page.wait_for_selector("body[data-facts]", timeout=240_000)
        assert "facts met in every row" in page.locator("#list").inner_text()
        rows = page.locator("article.fact tbody tr")
        assert rows.count() == rows.locator("a[href]").count()
        page.get_by_role("button", name="said before it was known").click()
        assert "Each entry is dated" in page.locator("#list").inner_text()
        page.goto(f"{origin}evidence#kind=trials&query=murrough-2013")
        page.wait_for_selector(".trial[open] a[href^='https://doi.org']")


ROWS = """[{measure: "response", observed: 0.5, predicted: 0.4, expected_error: 0.12},
          {measure: "remission", observed: 0.1, predicted: 0.3, expected_error: 0.08},
          {measure: "difference", observed: -4, predicted: -6.5, expected_error: 2},
          {measure: "mean", observed: null, predicted: 20, expected_error: 9}]"""


def test_how_far_the_scorecard_is_off_stands_beside_what_was_to_be_expected(browser, origin):
    with visit(browser, origin) as visitor:
        open_page(visitor.page, origin, "evidence")
        told = visitor.page.evaluate(f"import('/assets/js/measures.js').then((made) => made.errorWords({ROWS}))")
    assert told == (
        "On average shares are 15 percentage points off (10 if the model were right in every way), "
        "scores are 2.5 points off (2 if the model were right in every way)."
    )
