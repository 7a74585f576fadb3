"""A workbench in a process of its own, and a real browser that keeps watch: silent console, no other site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("REWIRE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = {"width": 1380, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Served:
    """A running workbench: its address, and when that address was printed."""

    address: str
    printed: float


@contextmanager
def workbench(*options: str) -> Iterator[Served]:
    """`rewire serve` as a user starts it."""
    command = [sys.executable, "-m", "rewire.app.cli", "serve", "--no-browser", "--port", "0", *options]
    source = str(Path(__file__).parents[2] / "src")
    environment = {**os.environ, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"no address was printed: {line!r}"
        yield Served(found[0], time.monotonic())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


@dataclass
class Watched:
    """A page, and everything it said or asked for that it should not have."""

    page: Any
    origin: str
    said: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Nothing on the console, nothing from elsewhere."""
        assert self.said == []
        assert self.elsewhere == []


@contextmanager
def visit(browser: Any, origin: str, **options: Any) -> Iterator[Watched]:
    """A fresh page of a fresh visitor; at the end the watch is read."""
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    page = context.new_page()
    watched = Watched(page, origin)
    page.on("console", lambda message: watched.said.append(message.text))
    page.on("pageerror", lambda fault: watched.said.append(str(fault)))
    page.on("request", lambda request: _note(watched, request.url))
    try:
        yield watched
        watched.check()
    finally:
        context.close()


def _note(watched: Watched, url: str) -> None:
    if not url.startswith((watched.origin, "data:", "blob:")):
        watched.elsewhere.append(url)
