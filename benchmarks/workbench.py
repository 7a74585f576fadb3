"""Measure the workbench as people meet it, in a real browser and under load: `python benchmarks/workbench.py`.

Wants the extras rewire[browser,serve] and a chromium. Prints one JSON object: seconds until the first page can be used
and until the first person is drawn, from typing to the redrawn person, and of two plans on a thousand people over 26
weeks with the draws that the page offers first; then what twenty users at once got in a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parent.parent
CHROMIUM = os.environ.get("REWIRE_CHROMIUM", "/usr/bin/chromium")
SERVE = [sys.executable, "-m", "rewire.app.cli", "serve", "--no-browser", "--port", "0"]
PLAN = "ketamine 0.5 mg/kg IV over 40 min, twice weekly for {} weeks"
SOME_PEOPLE, SOME_WEEKS, PAUSE = 200, 8, 0.5


def start() -> tuple[subprocess.Popen[str], str, float]:
    """The workbench in a process of its own, its address, and when that was printed."""
    process = subprocess.Popen(SERVE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    assert process.stdout
    found = re.search(r"http://\S+", process.stdout.readline())
    if not found:
        raise SystemExit("rewire serve printed no address")
    return process, found[0], time.monotonic()


def measure(users: int, seconds: float) -> dict[str, Any]:
    """One visitor, then many. The browser is open before the workbench starts, so that its own start is not counted."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        process, address, printed = start()
        try:
            waits = browse(page, address, printed)
            browser.close()
            crowd = load(address, process.pid, users, seconds)
        finally:
            process.terminate()
            process.wait(10)
    return {"processors": os.cpu_count(), "busy": os.getloadavg()[0], "seconds": waits, "load": crowd}


def browse(page: Any, address: str, printed: float) -> dict[str, float]:
    """The waits of one visitor, in seconds."""
    told = {}
    page.goto(address)
    page.wait_for_selector("#editor textarea")
    told["first page usable"] = time.monotonic() - printed
    page.wait_for_selector("body[data-drawn]", timeout=120_000)
    told["first person drawn"] = time.monotonic() - printed
    page.wait_for_selector("body[data-crowd]", timeout=120_000)
    redraws = []
    for weeks in (1, 2, 4, 1, 2):
        before = page.get_attribute("body", "data-drawn")
        began = time.monotonic()
        page.locator("#editor textarea").first.fill(PLAN.format(weeks))
        page.wait_for_function("before => document.body.dataset.drawn !== before", arg=before)
        redraws.append(time.monotonic() - began)
        page.wait_for_timeout(1500)
    told["typed to redrawn, median"] = statistics.median(redraws)
    told["typed to redrawn, longest"] = max(redraws)
    page.goto(f"{address}compare")
    page.wait_for_selector("#run:not([disabled])")
    page.select_option("#people-count", "1000")
    page.select_option("#weeks", "26")
    page.wait_for_timeout(1000)
    began = time.monotonic()
    page.click("#run")
    page.wait_for_selector(".verdict", timeout=120_000)
    told["comparison, first result"] = time.monotonic() - began
    page.wait_for_selector("body[data-result='done']", timeout=120_000)
    told["comparison, done"] = time.monotonic() - began
    return {name: round(value, 2) for name, value in told.items()}


class User(threading.Thread):
    """One of many users: opens pages, types, looks at a person, compares a few hundred people; again and again."""

    def __init__(self, address: str, number: int, until: float) -> None:
        super().__init__(name=f"user {number}")
        self.address, self.number, self.until = address, number, until
        self.waits: dict[str, list[float]] = {}
        self.errors: list[str] = []

    def run(self) -> None:
        """Works until the time is over."""
        turn = 0
        while time.monotonic() < self.until:
            turn += 1
            plan = PLAN.format(1 + (turn + self.number) % 4)
            self.timed("page", lambda: self.ask("explore"))
            self.timed("plan read", lambda plan=plan: self.ask("api/plan", {"phrases": [plan]}))
            study = {"plans": {"plan": plan}, "weeks": SOME_WEEKS, "draws": 0}
            one = {**study, "kind": "run", "people": {"condition": "TRD", "n": 1, "typical": True}}
            self.timed("person", lambda one=one: self.ask("api/person", one))
            some = {**study, "people": {"condition": "TRD", "n": SOME_PEOPLE, "seed": self.number}}
            self.timed("comparison", lambda some=some: self.compare(some))
            time.sleep(PAUSE)

    def compare(self, study: dict[str, Any]) -> None:
        """Puts a study in the queue and reads its result."""
        place = f"api/studies/{json.loads(self.ask('api/studies', study))['id']}"
        events = self.ask(f"{place}/events").decode()
        if '"state": "done"' not in events:
            raise ValueError(f"a study ended otherwise: {events[-300:]}")
        self.ask(f"{place}/result")

    def timed(self, name: str, work: Callable[[], Any]) -> None:
        """Keeps how long the work took, or what went wrong."""
        began = time.monotonic()
        try:
            work()
        except (OSError, ValueError) as wrong:
            told = wrong.read().decode()[:300] if isinstance(wrong, HTTPError) else ""
            self.errors.append(f"{name}: {wrong} {told}")
        else:
            self.waits.setdefault(name, []).append(time.monotonic() - began)

    def ask(self, path: str, body: Any = None) -> bytes:
        """One request."""
        headers = {"content-type": "application/json", "cookie": f"rewire_client=user-{self.number}"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.address + path, data, headers), timeout=120) as answer:
            return bytes(answer.read())


def load(address: str, process: int, users: int, seconds: float) -> dict[str, Any]:
    """What users at once got: waits, errors, the fewest and the most comparisons one of them got, memory in MB."""
    memory = [resident(process)]
    until = time.monotonic() + seconds
    crowd = [User(address, number, until) for number in range(users)]
    for user in crowd:
        user.start()
    while any(user.is_alive() for user in crowd):
        time.sleep(2)
        memory.append(resident(process))
    waits = {name: sorted(w for user in crowd for w in user.waits.get(name, [])) for name in crowd[0].waits}
    got = [len(user.waits.get("comparison", [])) for user in crowd]
    return {
        "users": users,
        "seconds": seconds,
        "errors": [error for user in crowd for error in user.errors][:10],
        "waits": {
            name: {"n": len(all_), "median": round(statistics.median(all_), 2), "longest": round(all_[-1], 2)}
            for name, all_ in waits.items()
        },
        "comparisons of a user": {"fewest": min(got), "most": max(got)},
        "memory_mb": {"before": memory[0], "half way": memory[len(memory) // 2], "most": max(memory)},
    }


def resident(process: int) -> int:
    """Memory of a process in MB, as Linux tells it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1000  # type: ignore[index]


def main() -> None:
    """Measures and prints."""
    wanted = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    wanted.add_argument("--users", type=int, default=20)
    wanted.add_argument("--seconds", type=float, default=60)
    asked = wanted.parse_args()
    print(json.dumps(measure(asked.users, asked.seconds), indent=1))


if __name__ == "__main__":
    main()
