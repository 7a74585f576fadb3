"""One real person over HTTP: what the scores say and what each option would change; nothing is kept."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

from served import serving

PLAN = "ketamine 0.5 mg/kg IV over 40 min, days 1, 4, 8, 11, 15, 18"
SCORES = [{"hours": day * 24, "scale": "PHQ-9", "score": score} for day, score in ((0, 20), (2, 12), (21, 8), (35, 10))]


@pytest.fixture(scope="module")
def client():
    with serving() as made:
        if not made.get("/api/people/parts").json()["fit"]:
            pytest.skip("the part that fits a person is not installed")
        made.cookies.set("rewire_client", "the-same-browser")
        yield made


def asked(client, **change):
    body = {"scores": SCORES, "options": {"nothing more": PLAN}, "weeks": 4, **change}
    return client.post("/api/people/forecast", json=body)


def waited(client, number):
    for _ in range(600):
        if client.get(f"/api/studies/{number}").json()["state"] not in ("waiting", "running"):
            return client.get(f"/api/studies/{number}/result").json()
        time.sleep(0.1)
    raise AssertionError("the forecast did not come")


def test_options_share_the_past_and_differ_ahead(client):
    more = f"{PLAN}\nketamine 0.5 mg/kg IV over 40 min, weekly from day 40 for 4 weeks"
    told = waited(client, asked(client, options={"nothing more": PLAN, "a dose a week": more}).json()["id"])
    one, other = told["options"].values()
    assert one["scale"] == "PHQ-9"
    assert one["bands"]["hours"][0] > SCORES[-1]["hours"]
    assert all(
        low <= middle <= high
        for low, middle, high in zip(*(one["bands"][name] for name in ("low", "middle", "high")), strict=True)
    )
    assert (one["doses"], other["doses"]) == (0, 4)
    assert other["bands"]["middle"][-1] < one["bands"]["middle"][-1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scores": [{"hours": 0, "scale": "mood", "score": 3}]}, "no scale"),
        ({"scores": [{"hours": 0, "scale": "PHQ-9", "score": 44}]}, "cannot be 44"),
        ({"scores": []}, "scores"),
        ({"condition": "flu"}, "no population"),
        ({"options": {"one": "ketamin"}}, "ketamin"),
        ({"covariates": {"shoe": 44}}, "shoe"),
    ],
)
def test_what_is_wrong_is_said_at_once(client, change, words):
    answer = asked(client, **change)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["problem"]
