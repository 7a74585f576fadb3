"""Photographs every page in light, dark and phone width: `python tests/browser/screenshots.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from test_journeys import DRAWN, PAGES, fill_page
from workbench import CHROMIUM, DESKTOP, FLAGS, PHONE, visit, workbench

LOOKS = (("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE))


def photograph(folder: Path) -> None:
    """One picture a page and look."""
    folder.mkdir(parents=True, exist_ok=True)
    with workbench() as served, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name in PAGES:
            for scheme, size in LOOKS:
                with visit(browser, served.address, viewport=size, color_scheme=scheme) as visitor:
                    page = visitor.page
                    page.goto(f"{served.address}{name}")
                    page.wait_for_selector(DRAWN[name], timeout=90_000)
                    fill_page(page, name)
                    path = folder / f"{name}-{'phone' if size is PHONE else scheme}.png"
                    page.screenshot(path=path, full_page=True)
                    print(path)
        browser.close()


if __name__ == "__main__":
    photograph(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
