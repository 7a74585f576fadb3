"""The stored posterior: which numbers a study takes from it, and what happens when it belongs to other tables."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from typer.testing import CliRunner

import rewire as rw
from rewire.app.cli import build
from rewire.evidence.library import parameters as evidence_parameters
from rewire.inference.cloud import Prior
from rewire.models import posterior as stored
from rewire.models.parameters import Circumstances, parameters, value_at
from rewire.models.posterior import InUse, Posterior, posterior_in_use
from rewire.models.standard import standard_model

KNOWN = Posterior(("fast_gain", "masking.saline"), np.array([[0.2, 0.1], [0.6, 0.3], [1.0, 0.2]]), {})
PLAN = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")


@pytest.fixture
def refused(monkeypatch):
    """A stored posterior that was fitted with other tables."""
    monkeypatch.setattr(stored, "fingerprint", lambda: "0" * 64)
    stored._stored.cache_clear()
    yield
    monkeypatch.undo()
    stored._stored.cache_clear()


def row(name: str, where: Circumstances, n: int = 3) -> np.ndarray:
    model = standard_model()
    numbers = parameters(model, rw.people("TRD", n, seed=1), where)
    return numbers[[quantity.name for quantity in model.parameters].index(name)]


def test_the_central_values_are_medians_and_draws_repeat() -> None:
    assert KNOWN.central() == {"fast_gain": 0.6, "masking.saline": 0.2}
    assert KNOWN.under(0) == KNOWN.central()
    assert KNOWN.under(1) == KNOWN.under(4) == {"fast_gain": 0.2, "masking.saline": 0.1}
    assert KNOWN.under(np.array([1, 3, 4]))["fast_gain"].tolist() == [0.2, 1.0, 0.2]


def test_the_digest_tells_draws_apart() -> None:
    other = Posterior(KNOWN.names, KNOWN.draws * 1.001, {})
    assert KNOWN.digest == Posterior(KNOWN.names, KNOWN.draws.copy(), {"a": 1}).digest != other.digest


def test_numbers_come_from_the_posterior_where_it_knows_them_else_from_the_tables() -> None:
    assert np.allclose(row("fast_gain", Circumstances(posterior=KNOWN)), 0.6)
    assert np.allclose(row("fast_gain", Circumstances(posterior=KNOWN, draw=3)), 1.0)
    assert np.allclose(
        row("control_belief", Circumstances("saline", posterior=KNOWN, draw=np.array([1, 2, 3]))), [0.1, 0.3, 0.2]
    )
    table = evidence_parameters()["fast_gain"].number
    assert np.allclose(row("fast_gain", Circumstances()), table)
    drawn = (Circumstances(draw=2, posterior=one) for one in (None, KNOWN))
    assert len({float(row("mood_time", where)[0]) for where in drawn}) == 1, "the tables are drawn beside the posterior"
    assert np.allclose(row("fast_gain", Circumstances(posterior=KNOWN, typical={"fast_gain": 0.5})), 0.5)


def test_a_place_among_others_is_taken_around_the_value_in_use() -> None:
    entry = next(entry for entry in evidence_parameters().values() if entry.spread)
    known = Posterior((entry.name,), np.array([[2 * entry.number]]), {})
    middle = value_at(entry.name, np.zeros(1), Circumstances(posterior=known))
    assert middle == pytest.approx(2 * entry.number)


def test_studies_take_the_stored_posterior_unless_told_otherwise() -> None:
    fitted = posterior_in_use()
    people = rw.people("TRD", 20, seed=2)
    usual = rw.compare({"a": PLAN}, people, weeks=1, draws=0, setting="outpatient")
    given = rw.compare({"a": PLAN}, people, weeks=1, draws=0, setting="outpatient", posterior=fitted.posterior)
    tables = rw.compare({"a": PLAN}, people, weeks=1, draws=0, setting="outpatient", posterior=None)
    meek = rw.compare(
        {"a": PLAN},
        people,
        weeks=1,
        draws=0,
        setting="outpatient",
        posterior=Posterior(("fast_gain",), np.array([[1e-6]]), {}),
    )
    last = [float(one.outcomes["a"].change["MADRS"].mean[6]) for one in (usual, given, tables, meek)]
    assert last[0] == last[1]
    assert last[3] > last[0] + 1, "without the fast effect a dose does less"
    assert usual.study["posterior"] == fitted.words
    assert "as asked" in tables.study["posterior"] and meek.study["posterior"].startswith("given, 1 draws of 1 numbers")
    one = rw.run(PLAN, rw.person("TRD"), weeks=1)
    assert one.study["posterior"] == fitted.words
    assert Prior().circumstances().posterior is fitted.posterior
    assert Prior(posterior=False).circumstances().posterior is None


def test_draws_of_the_posterior_widen_the_intervals() -> None:
    people = rw.people("TRD", 60, seed=2)
    wide = Posterior(("fast_gain",), np.array([[0.01], [0.5], [3.0]]), {})
    narrow, broad = (rw.compare({"a": PLAN}, people, weeks=1, draws=n, posterior=wide) for n in (0, 3))
    width = [
        float(np.ptp([c.low[6], c.high[6]])) for c in (one.outcomes["a"].change["MADRS"] for one in (narrow, broad))
    ]
    assert width[1] > width[0] * 1.5


def test_a_posterior_of_other_tables_is_refused_aloud(refused, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        found = posterior_in_use()
    assert found.posterior is None and found.stale and "other tables" in found.words
    assert "is not used" in caplog.text and "rewire calibrate" in caplog.text
    result = rw.compare({"a": PLAN}, rw.people("TRD", 10, seed=2), weeks=1, draws=0)
    assert "other tables" in result.study["posterior"]
    assert any("other tables" in note for note in result.warnings)


def test_the_doctor_tells_of_it(refused) -> None:
    from rewire.app.health import _posterior

    assert _posterior() == (False, posterior_in_use().words)


def test_the_verb_can_leave_it_out(tmp_path) -> None:
    words = ["run", "ketamine 0.5 mg/kg IV, day 1", "--weeks", "1", "--json", "-"]
    told = [CliRunner().invoke(build(words), [*words, *more]).stdout for more in ((), ("--prior",))]
    assert posterior_in_use().words in told[0]
    assert "as asked" in told[1]


def test_the_words_say_which_one(refused) -> None:
    assert isinstance(posterior_in_use(KNOWN), InUse)
    assert posterior_in_use(KNOWN).posterior is KNOWN, "one that is given is used whatever the tables"
