"""Photographs the workbench.

`python tests/browser/screenshots.py` makes the pictures of docs/how-to/workbench.md anew;
`python tests/browser/screenshots.py FOLDER` photographs every page at three widths in light and dark, and on paper.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from test_journeys import PAGES, fill_page, open_page
from workbench import CHROMIUM, FLAGS, PHONE, visit, workbench

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "workbench"
WIDTHS = (1440, 1024, PHONE["width"])
SHOWN = {"width": 1280, "height": 860}
DOCUMENTED = {
    "explore": ("explore", "light", SHOWN),
    "compare": ("compare", "light", SHOWN),
    "person": ("person", "light", SHOWN),
    "evidence": ("evidence", "light", SHOWN),
    "heal": ("heal", "light", SHOWN),
    "api": ("api", "light", SHOWN),
    "explore-dark": ("explore", "dark", SHOWN),
    "heal-phone": ("heal", "light", PHONE),
}
"""The pictures of the guide: page, look and size."""
FROM = {"compare": "#result"}
"""What a picture begins with, where that is not the top of its page."""


@contextmanager
def camera() -> Iterator[tuple[Any, str]]:
    """A browser, and the address of a workbench that is ready."""
    with workbench() as served, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser, served.address
        browser.close()


@contextmanager
def filled(browser: Any, address: str, name: str, scheme: str, size: dict[str, int]) -> Iterator[Any]:
    """A page where it shows the most."""
    with visit(browser, address, viewport=size, color_scheme=scheme, reduced_motion="reduce") as visitor:
        open_page(visitor.page, address, name)
        fill_page(visitor.page, name)
        yield visitor.page


def document() -> None:
    """The pictures of the guide."""
    DOCS.mkdir(parents=True, exist_ok=True)
    with camera() as (browser, address):
        for picture, (name, scheme, size) in DOCUMENTED.items():
            with filled(browser, address, name, scheme, size) as page:
                page.locator(FROM.get(name, "body")).evaluate("place => place.scrollIntoView()")
                page.screenshot(path=DOCS / f"{picture}.png")


def photograph(folder: Path) -> None:
    """Every page at every width, light and dark, and as it is printed."""
    folder.mkdir(parents=True, exist_ok=True)
    with camera() as (browser, address):
        for name in PAGES:
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 900}
                    with filled(browser, address, name, scheme, size) as page:
                        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            with filled(browser, address, name, "light", SHOWN) as page:
                edge = "12mm"
                margin = {"top": edge, "bottom": edge, "left": edge, "right": edge}
                page.pdf(path=folder / f"{name}.pdf", format="A4", margin=margin)


if __name__ == "__main__":
    photograph(Path(sys.argv[1])) if len(sys.argv) > 1 else document()
