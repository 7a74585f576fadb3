"""What the pages look up: numbers, quantities, trials, hypotheses, scenes."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

from served import serving

from rewire.app.service import looking, scenes
from rewire.evidence.library import entries
from rewire.evidence.published.register import prospective_files, shipped_register
from rewire.models.posterior import InUse
from rewire.models.standard import standard_model


@pytest.fixture(scope="module")
def client():
    with serving() as made:
        yield made


def test_every_number_is_there_with_its_source(client):
    told = client.get("/api/evidence").json()
    assert len(told["entries"]) == len(entries())
    assert all(row["source"] in told["references"] for row in told["entries"] if "source" in row)
    assert all(row.get("why") or row.get("source") for row in told["entries"])


def test_every_curve_leads_to_its_equation_and_sources():
    for name in standard_model().quantities:
        assert looking.quantity_json(name)["meaning"]
    told = looking.quantity_json("nmda_block")
    assert "half_block" in {row["name"] for row in told["parameters"]}
    assert told["equation"].startswith("nmda_block = ")
    assert looking.quantity_json("MADRS")["scale"]


def test_an_unknown_quantity_suggests_a_known_one(client):
    answer = client.get("/api/quantities/nmda_blok")
    assert answer.status_code == 422
    assert "nmda_block" in answer.json()["error"]["advice"]


def test_trials_and_hypotheses(client):
    trials = {trial["name"]: trial for trial in client.get("/api/trials").json()}
    assert "murrough-2013" in trials
    assert all(trial["results"] and trial["arms"] for trial in trials.values())
    assert all(one["grade"] and one["meaning"] for one in client.get("/api/hypotheses").json())


def test_the_scenes_have_an_answer_to_every_choice(client):
    told = client.get("/api/scenes").json()
    assert len(told["scenes"]) == 5
    for scene, stated in zip(told["scenes"], scenes.scene_table(), strict=True):
        assert 1 <= len(scene["controls"]) <= 3, "with the moment at most four"
        assert set(scene["answers"]) == {key for key, _ in scenes.choices(stated)}
        assert scene["sure"] and scene["limits"]
        for answer in scene["answers"].values():
            for values in answer.get("series", {}).values():
                assert len(values) == len(scene["hours"])
            for row in answer.get("scores", []):
                assert len(row) == 100
    assert len(json.dumps(told)) < 1_000_000


@pytest.mark.parametrize("changed", ["evidence_hash", "_scenes_text", "posterior_in_use"])
def test_scenes_made_from_something_else_are_not_shown(monkeypatch, changed):
    kept = scenes.surfaces_name()
    assert kept == scenes.surfaces_name()
    other = InUse(None, "none") if changed == "posterior_in_use" else "something else"
    monkeypatch.setattr(scenes, changed, lambda: other)
    assert scenes.surfaces_name() != kept


def test_one_scene_is_what_the_model_says():
    stated = scenes.scene_table()[1]
    _, chosen = next(scenes.choices(stated))
    made = scenes.course(stated, chosen)
    assert set(made["series"]) == set(stated["series"])
    assert max(made["series"]["ketamine_plasma"]) > 0


def test_the_chart_library_comes_from_the_installed_wheel(client):
    answer = client.get("/vega.js")
    assert "vegaEmbed" in answer.text
    assert client.get("/vega.js", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_facts_name_what_was_observed_and_where(client):
    told = client.get("/api/facts").json()
    assert len(told) == 10
    rows = [row for fact in told for row in fact["rows"]]
    assert all(row["observed"] is not None and row["citation"] for row in rows)


def test_the_register_holds_its_trials_and_every_entry(client):
    told = client.get("/api/register").json()
    assert [entry["digest"] for entry in told["entries"]] == [entry.digest for entry in reversed(shipped_register())]
    assert {trial["name"] for trial in told["trials"]} == set(prospective_files())


def test_claims_carry_a_grade_and_works(client):
    told = client.get("/api/claims").json()
    assert len(told["claims"]) == 10
    assert {one["grade"] for one in told["claims"]} <= set(told["grades"])
    assert all(one["for"] and all(work["address"] for work in one["for"]) for one in told["claims"])


def test_a_sum_leads_to_the_numbers_of_its_parts():
    told = looking.quantity_json("synapses_prefrontal")
    assert not told["parameters"]
    assert "labile_life" in {row["name"] for row in told["below"]}
