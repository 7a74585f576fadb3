"""Journeys need a Chromium and Playwright; where one is absent every journey is skipped, and says so."""

from __future__ import annotations

import pytest
from workbench import CHROMIUM, FLAGS, workbench


@pytest.fixture(scope="session")
def served():
    pytest.importorskip("uvicorn", reason="the workbench needs rewire[serve]")
    with workbench() as running:
        yield running


@pytest.fixture(scope="session")
def origin(served):
    """The address once the model is ready."""
    import json
    import time
    from urllib.request import urlopen

    end = time.monotonic() + 180
    while time.monotonic() < end:
        with urlopen(f"{served.address}api/health", timeout=10) as answer:
            if json.load(answer)["ready"]:
                return served.address
        time.sleep(0.3)
    raise AssertionError("the model did not get ready")


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="NO BROWSER TESTS: pip install 'rewire[browser]'")
    if not CHROMIUM:
        pytest.skip("NO BROWSER TESTS: there is no chromium on this machine (apt-get install chromium)")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield made
        made.close()
