"""Plans while they are written: reading, suggestions, moving events."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

from served import serving

from rewire.app.service.moving import move
from rewire.app.service.reading import read_draft
from rewire.app.service.suggesting import suggest
from rewire.errors import PlanError
from rewire.plans import Plan

SIX = "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"
THERAPY = "CBT 50 min, 24 h after each ketamine"


def moved(lines, line, day, to, whole=False):
    return move(lines, line, day, to, whole=whole, weeks=8, research=False)


def test_a_draft_says_lines_events_and_doses():
    draft = read_draft([SIX, "", THERAPY], weeks=8)
    assert draft["ok"]
    assert [row["state"] for row in draft["lines"]] == ["read", "empty", "read"]
    assert [event["day"] for event in draft["events"] if event["line"] == 0] == [1, 4, 8, 11, 15, 18]
    assert {event["line"] for event in draft["events"]} == {0, 2}
    assert draft["plan"]["doses"][0]["mg"] == pytest.approx(35)


def test_an_error_stands_at_the_word():
    draft = read_draft([SIX, "ketamine 0.5 mg/kg XY, day 1"])
    error = draft["lines"][1]["error"]
    assert not draft["ok"]
    assert (error["place"]["column"], error["place"]["length"]) == (20, 2)
    assert draft["events"], "the lines that can be read still stand on the calendar"


def test_an_error_of_the_whole_plan_names_its_line():
    draft = read_draft(["walking 30 min, daily for 1 week", "CBT 50 min, 24 h after each ketamine"])
    assert draft["error"]["line"] == 1
    assert draft["plan"] is None


def test_a_background_drug_is_no_empty_line():
    draft = read_draft(["sertraline 100 mg oral, daily, since 8 weeks before", SIX])
    assert draft["ok"]
    assert any(event["hours"] < 0 for event in draft["events"])


def test_one_dose_moves_and_the_rhythm_becomes_days():
    assert moved([SIX], 0, 4, 5) == ["ketamine 0.5 mg/kg IV over 40 min, days 1, 5, 8, 11, 15, 18"]


@pytest.mark.parametrize("to", [-5, 10**30])
def test_a_day_that_no_plan_can_hold_is_refused(to):
    with pytest.raises(PlanError):
        moved(["CBT 50 min, weekly for 4 weeks"], 0, 1, to)


def test_the_whole_phrase_moves():
    lines = moved([SIX], 0, 4, 6, whole=True)
    assert [event["day"] for event in read_draft(lines, weeks=8)["events"]] == [3, 6, 10, 13, 17, 20]


def test_what_follows_a_dose_changes_its_distance():
    assert moved([SIX, THERAPY], 1, 5, 6)[1] == "CBT 50 min, 2 days after each ketamine"
    with pytest.raises(PlanError, match="same time"):
        moved([SIX, THERAPY], 1, 5, 4)


def test_a_dose_is_taken_away():
    assert moved([SIX], 0, 4, None) == ["ketamine 0.5 mg/kg IV over 40 min, days 1, 8, 11, 15, 18"]
    assert moved(["ketamine 0.5 mg/kg IV over 40 min, day 3"], 0, 3, None) == [""]


def test_what_cannot_be_moved_says_why():
    with pytest.raises(PlanError, match="without an end"):
        moved(["walking 30 min, daily"], 0, 4, 5)
    with pytest.raises(PlanError, match="holds no phrase"):
        moved([SIX], 3, 4, 5)
    with pytest.raises(PlanError, match="day 1 moved"):
        moved([SIX], 0, 4, -5, whole=True)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ket",
        "CBT",
        "esketamine 84 mg",
        f"{SIX[:30]}, tw",
        "walk",
        "xyzzy",
        ",",
        "  ",
        "{}",
        "ketamine 0.5 mg/kg IV,",
    ],
)
def test_every_suggestion_can_be_read(typed):
    offers = suggest(typed)
    assert len(offers) <= 6
    for offer in offers:
        Plan(offer["text"]) if " each " not in offer["text"] else Plan(SIX, offer["text"])


def test_suggestions_complete_what_is_typed():
    assert all(offer["text"].startswith("ketamine 0.5 mg/kg IV, tw") for offer in suggest("ketamine 0.5 mg/kg IV, tw"))
    assert any("as in" in offer["from"] for offer in suggest("ketamine"))


def test_the_service_answers_errors_in_plain_words():
    with serving() as client:
        unknown = client.post("/api/plan", json={"phrases": [SIX], "colour": "red"})
        endless = {"phrases": ["walking 30 min, daily"], "line": 0, "day": 2, "to": 3}
        wrong = client.post("/api/plan/move", json=endless)
        broken = client.post("/api/plan", content="{", headers={"content-type": "application/json"})
    assert unknown.status_code == broken.status_code == 422
    assert "colour" in unknown.json()["error"]["problem"]
    assert "without an end" in wrong.json()["error"]["problem"]
