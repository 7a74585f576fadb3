"""Studies over HTTP: the same as in Python, with progress, a first result and files."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
httpx = pytest.importorskip("httpx")

from served import serving  # noqa: E402

import rewire  # noqa: E402

ONE = "ketamine 0.5 mg/kg IV over 40 min, day 1"
STUDY = {
    "plans": {"one": ONE, "none": "saline IV over 40 min, day 1"},
    "people": {"condition": "TRD", "n": 20, "seed": 3},
    "weeks": 1,
    "draws": 0,
}


@pytest.fixture(scope="module")
def client():
    with serving() as made:
        made.cookies.set("rewire_client", "the-same-browser")
        yield made


@pytest.fixture(scope="module")
def done(client):
    number = client.post("/api/studies", json={**STUDY, "draws": 2}).json()["id"]
    events = client.get(f"/api/studies/{number}/events").text
    return number, events


def test_one_person_is_the_same_as_in_python(client):
    asked = {"kind": "run", "plans": {"one": ONE}, "people": {"condition": "TRD", "n": 1, "typical": True}, "weeks": 1}
    told = client.post("/api/run", json=asked).json()
    made = rewire.run(rewire.Plan(ONE, name="one"), rewire.person("TRD"), weeks=1).to_json()
    assert told["values"] == made["values"]


def test_a_comparison_is_the_same_as_in_python_and_can_be_sent_back(client):
    told = client.post("/api/compare", json=STUDY).json()
    plans = {name: rewire.Plan(text, name=name) for name, text in STUDY["plans"].items()}
    made = rewire.compare(plans, rewire.people("TRD", 20, 3), 1, draws=0).to_json()
    assert told == json.loads(json.dumps(made))
    assert client.post("/api/compare", json=told["study"]).json() == told


def test_the_page_of_one_person_has_what_it_draws(client):
    asked = {"kind": "run", "plans": {"one": ONE}, "people": {"condition": "TRD", "n": 1, "typical": True}, "weeks": 1}
    told = client.post("/api/person", json=asked).json()
    assert {"Drug in plasma", "Synapses", "Plasticity index", "Dissociation"} <= {
        panel["title"] for panel in told["panels"]
    }
    size = len(told["hours"])
    assert all(len(line["values"]) == size for panel in told["panels"] for line in panel["lines"])
    heights = told["landscape"]["height"]
    assert all(min(row) == 0 for row in heights)
    # The ball rests where the landscape is lowest: before the dose mood stands still.
    lowest = told["landscape"]["mood"][heights[0].index(0)]
    assert abs(lowest - told["mood"][0]) < 0.06


def test_progress_is_told_and_a_first_result_comes_before_the_last(done):
    _, events = done
    names = [line.removeprefix("event: ") for line in events.splitlines() if line.startswith("event: ")]
    assert names[-1] == "done"
    last = json.loads(events.strip().splitlines()[-1].removeprefix("data: "))
    assert last["state"] == "done"
    assert last["first"]


def test_a_result_can_be_drawn_said_and_saved(client, done):
    number, _ = done
    for name in ("", "scores", "difference", "dose window", "MADRS"):
        assert "$schema" in client.get(f"/api/studies/{number}/figure", params={"name": name}).json()
    words = client.get(f"/api/studies/{number}/words").json()
    assert "not a medical device" in words["words"][-1]
    assert words["sources"]
    assert client.get(f"/api/studies/{number}/file.csv").text.startswith("plan,quantity")
    assert client.get(f"/api/studies/{number}/file.svg").text.startswith("<svg")
    assert client.get(f"/api/studies/{number}/file.exe").status_code == 422


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"people": {"condition": "flu", "n": 20}}, "no population called"),
        ({"people": {"condition": "TRD", "n": 10**6}}, "people are more"),
        ({"weeks": 1000}, "weeks are more"),
        ({"setting": "moon"}, "no setting"),
        ({"masking": "blindfold"}, "no masking"),
        ({"switches": {"magic": True}}, "no hypothesis"),
        ({"plans": {"one": "ketamine 5 mg/kg"}}, ""),
        ({"plans": {}}, ""),
        ({"people": {"condition": "TRD", "n": 20, "given": {"shoe": 44}}}, "no trait"),
        ({"precision": "float16"}, "precision"),
    ],
)
def test_what_is_wrong_is_said_at_once(client, change, words):
    for place in ("/api/studies", "/api/compare"):
        answer = client.post(place, json={**STUDY, **change})
        assert answer.status_code == 422
        assert words in answer.json()["error"]["problem"]


def test_a_running_study_can_be_cancelled(client):
    number = client.post(
        "/api/studies", json={**STUDY, "people": {"condition": "TRD", "n": 20_000}, "weeks": 20}
    ).json()["id"]
    client.delete(f"/api/studies/{number}")
    events = client.get(f"/api/studies/{number}/events").text
    assert "event: cancelled" in events
    assert client.get(f"/api/studies/{number}/result").status_code == 422


def test_nobody_sees_the_studies_of_somebody_else(done, client):
    number, _ = done
    with httpx.Client(base_url=client.base_url, cookies={"rewire_client": "somebody-else"}) as other:
        assert other.get(f"/api/studies/{number}").status_code == 404


def test_the_description_lists_every_address(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/run", "/api/compare", "/api/studies", "/api/plan", "/api/evidence"} <= set(paths)
    assert all(one.get("description") for path in paths.values() for one in path.values())


def test_a_figure_fits_the_page_it_is_drawn_on(client, done):
    number, _ = done
    asked = f"/api/studies/{number}/figure?name=summary&pixels="
    assert "hconcat" not in client.get(f"{asked}330").text
    assert client.get(f"{asked}330").text != client.get(f"{asked}900").text
    assert client.get(f"{asked}3").status_code == 422


@pytest.mark.parametrize("part", ["figure", "words", "file.csv"])
def test_only_a_comparison_has_figures_words_and_files(client, part):
    number = client.post("/api/trials/murrough-2013/score").json()["id"]
    client.get(f"/api/studies/{number}/events")
    answer = client.get(f"/api/studies/{number}/{part}")
    assert answer.status_code == 422
    assert "has no words, figures or files" in answer.json()["error"]["problem"]
