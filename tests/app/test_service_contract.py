"""The interface holds what its own description says, and whatever is asked, it never breaks.

What the description allows is mostly nonsense to the model. So the second half asks for studies that are nearly right.
"""

from __future__ import annotations

import json
import math

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import serving

from rewire.app.service.limits import Limits
from rewire.population import CONDITIONS, NUMBERS, SHARES

FEW = Limits(most_people=20, most_weeks=3, most_draws=2, largest_body=40_000)
"""Small studies, so that hundreds can be asked for."""
QUIET = settings(
    deadline=None, derandomize=True, max_examples=40, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def client():
    with serving(limits=FEW) as made:
        yield made


def check(answer):
    """No answer is a fault of the program; a refusal says what is wrong."""
    assert answer.status_code < 500, answer.text
    assert "a fault of the program" not in answer.text
    if answer.status_code >= 400:
        told = answer.json()["error"]
        assert len(told["problem"]) > 8, told
        assert "Traceback" not in answer.text
        assert "object at 0x" not in answer.text
    return answer


def nearly(right, odd):
    """Bodies of the `right` fields, of which at most two are swapped for `odd` ones, so that most of a body is used."""
    swaps = st.lists(st.sampled_from(sorted(odd)), max_size=2, unique=True)
    return swaps.flatmap(
        lambda names: st.fixed_dictionaries({**right, **{name: odd[name] for name in names}}),
    )


NUMBER = st.one_of(
    st.sampled_from([0, 1, -1, 2, 20, 1e-9, 1e9, -1e308, 1e308, math.nan, math.inf]), st.floats(), st.integers(-5, 100)
)
DOSES = [
    "ketamine 0.5 mg/kg IV over 40 min, day 1",
    "esketamine 56 mg intranasal, twice weekly for 2 weeks",
    "ketamine 0.5 mg/kg IV over 40 min, day 1\nCBT 50 min, 24 h after each ketamine",
    "sertraline 100 mg oral, daily, since 8 weeks before",
    "job loss, severity 0.6, day 2 for 2 weeks\nwalking 30 min, daily",
    "",
]
ODD_DOSES = [
    "ketamine 0.5 mg/kg IV over 40 min, when PHQ-9 >= 10",
    "ketamine 900 mg IV over 1 min, day 1",
    "ketamine 0.5 mg/kg IV, day 0",
    "ketamine 0.5 mg/kg IV over 40 min, days 400, 4000",
    "rewire: 1\ncourse: [ketamine 1 mg/kg IM, day 1]",
    "rewire: 1\nstart: 2026-02-30\ncourse: {a: 1}",
    "ketamine",
    "\x00",
    "\n".join(["walking 30 min, daily"] * 80),
]
PLAN, ODD_PLAN = st.sampled_from(DOSES), st.sampled_from(ODD_DOSES)
PEOPLE = nearly(
    {"condition": st.sampled_from(CONDITIONS), "n": st.sampled_from([2, 3]), "seed": st.integers(0, 9)},
    {
        "condition": st.sampled_from(["trd", "", "all"]),
        "n": st.sampled_from([1, 20, 21, 10**9]),
        "seed": st.sampled_from([2**31, 2**63, 2**70]),
        "first": st.sampled_from([3, 2**40, 2**64]),
        "given": st.dictionaries(
            st.sampled_from([*NUMBERS, *SHARES, "MADRS", "height", ""]),
            NUMBER | st.lists(NUMBER, max_size=3),
            max_size=2,
        ),
        "typical": st.booleans(),
    },
)
STUDIES = nearly(
    {
        "plans": st.dictionaries(st.sampled_from(["a", "b"]), PLAN, min_size=1),
        "people": PEOPLE,
        "weeks": st.sampled_from([0.5, 1, 2]),
        "draws": st.sampled_from([0, 1]),
    },
    {
        "plans": st.dictionaries(st.sampled_from(["a", "", "c" * 300]), PLAN | ODD_PLAN, min_size=1),
        "weeks": st.sampled_from([0.01, 3, 1e-12, 1e12, math.nan, math.inf]),
        "masking": st.sampled_from(["open", "saline", "", "double", None]),
        "setting": st.sampled_from(["home", "", "moon"]),
        "switches": st.dictionaries(st.sampled_from(["window", "therapy_effect", "", "none"]), st.booleans()),
        "draws": st.sampled_from([2, 3, 10**6]),
        "precision": st.sampled_from(["float32", "float16"]),
        "steps": st.sampled_from(["quick", "fine", ""]),
        "research": st.booleans(),
    },
)
SCORE = nearly(
    {"hours": st.sampled_from([0, 24, 168]), "scale": st.just("PHQ-9"), "score": st.integers(3, 20)},
    {"hours": NUMBER, "scale": st.sampled_from(["MADRS", "GAD-7", "CADSS", ""]), "score": st.sampled_from([-1, 70])},
)
FORECASTS = nearly(
    {
        "scores": st.lists(SCORE, min_size=1, max_size=3),
        "options": st.fixed_dictionaries({"as it was": PLAN}),
        "weeks": st.just(1),
    },
    {
        "options": st.dictionaries(st.sampled_from(["a", ""]), PLAN | ODD_PLAN, min_size=1),
        "condition": st.sampled_from([*CONDITIONS, ""]),
        "setting": st.sampled_from(["home", "moon"]),
        "covariates": st.dictionaries(st.sampled_from(["age", "weight", "female", ""]), NUMBER, max_size=2),
        "weeks": st.sampled_from([0.001, 3, math.nan, 1e12]),
        "scale": st.sampled_from(["PHQ-9", "MADRS", "", None]),
    },
)


LINES = st.just(["ketamine 0.5 mg/kg IV over 40 min, days 1, 4, 8", "CBT 50 min, 24 h after each ketamine"])
ODD_LINES = st.lists(PLAN | ODD_PLAN, max_size=3) | st.just(["walking 30 min, daily"] * 61)
DRAFTS = nearly(
    {"phrases": LINES}, {"phrases": ODD_LINES, "weight": NUMBER, "weeks": NUMBER, "research": st.booleans()}
)
MOVES = nearly(
    {"phrases": LINES, "line": st.just(0), "day": st.sampled_from([1, 4, 8]), "to": st.sampled_from([2, 6, None])},
    {
        "phrases": ODD_LINES,
        "line": st.integers(0, 4),
        "day": st.integers(-10, 30) | st.just(10**6),
        "to": st.sampled_from([1, -4000, 10**12]),
        "all": st.booleans(),
        "weeks": NUMBER,
    },
)


def post(client, path, body):
    # Plain JSON knows no NaN, but Python's does, and readers of it let it in.
    return check(client.post(path, content=json.dumps(body), headers={"content-type": "application/json"}))


@pytest.mark.parametrize("path", ["/api/run", "/api/person"])
@QUIET
@given(asked=STUDIES)
def test_one_person_is_shown_or_refused(client, path, asked):
    plans = dict(list(asked["plans"].items())[:1])
    post(client, path, {**asked, "plans": plans, "people": {**asked["people"], "n": 1}})


@QUIET
@given(asked=STUDIES)
def test_plans_are_compared_or_refused(client, asked):
    post(client, "/api/compare", asked)


@settings(QUIET, max_examples=15)
@given(asked=FORECASTS)
def test_a_person_is_forecast_or_refused(client, asked):
    answer = post(client, "/api/people/forecast", asked)
    if answer.status_code == 202:
        number = answer.json()["id"]
        assert "a fault of the program" not in client.get(f"/api/studies/{number}/events").text
        check(client.get(f"/api/studies/{number}/result"))


@QUIET
@given(asked=DRAFTS, moved=MOVES)
def test_a_draft_is_read_and_moved_or_refused(client, asked, moved):
    post(client, "/api/plan", asked)
    post(client, "/api/plan/move", moved)


def test_refusals_of_the_web_framework_have_the_form_of_all_others(client):
    assert check(client.get("/api/nowhere")).status_code == 404
    assert check(client.delete("/api/compare")).status_code == 405
    wrong = client.post("/api/compare", content=b"\xff{", headers={"content-type": "application/json"})
    assert check(wrong).status_code in (400, 422)


def test_the_interface_is_as_it_is_described(client):
    schemathesis = pytest.importorskip(
        "schemathesis", reason="the description of the interface is tested with schemathesis (extra rewire[test])"
    )
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    described = schemathesis.openapi.from_url(f"{client.base_url}/api/openapi.json")
    # Without parameters there is nothing to vary, and both keep the machine busy for a minute.
    described = described.exclude(path=["/api/scorecard", "/api/facts"], method="POST")
    checks = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
    for operation in described.get_all_operations():
        ask_anything(operation.ok(), checks)


def ask_anything(operation, checks):
    @settings(QUIET, max_examples=12)
    @given(case=operation.as_strategy())
    def asked(case):
        case.call_and_validate(checks=checks)

    asked()
